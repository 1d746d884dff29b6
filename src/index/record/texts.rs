//! What is stored of the documents, read where it lies.
//!
//! A substring is looked for in the texts of many documents, so these are neither compressed nor
//! copied. The engine writes what it stores of a segment into one file, from its beginning, document
//! by document in blocks of a size that can be chosen; here every document is a block. Where one lies
//! follows from the sizes of those before it, which are a column: merging and deleting keep both in
//! step.

use std::fmt;
use std::hint;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tantivy::columnar::{Cardinality, ColumnValues};
use tantivy::directory::{Directory, OwnedBytes};
use tantivy::error::DataCorruption;
use tantivy::index::SegmentId;
use tantivy::schema::Field;
use tantivy::{DocId, Searcher, SegmentReader, TantivyError};

use super::schema::Fields;
use super::signature::{PairBit, SegmentSignatures};
use super::spelling::Units;
use super::stored::Searched;

/// The size of a block that makes each document one.
pub(in crate::index) const BLOCK: usize = 0;

/// The stored documents of an index, at one state of it.
#[derive(Default)]
pub(crate) struct Texts(FxHashMap<SegmentId, Arc<SegmentTexts>>);

/// The stored documents of a segment.
pub(crate) struct SegmentTexts {
    file: OwnedBytes,
    /// Bytes stored of each document; `None` where the engine does not have them of all.
    sizes: Option<Arc<dyn ColumnValues>>,
    documents: DocId,
    /// Where the block of each document begins, in bytes, and where the last one ends.
    starts: OnceLock<Option<Vec<u64>>>,
    title: Field,
    signatures: SegmentSignatures,
    /// A document did not read.
    is_damaged: AtomicBool,
}

impl Texts {
    /// Those of the segments of `engine`; what `last` has of them, which never changes, is taken over.
    ///
    /// # Errors
    /// When the file of a segment is missing or cannot be read.
    pub fn open(
        engine: &Searcher,
        fields: &Fields,
        last: Option<&Texts>,
    ) -> tantivy::Result<Texts> {
        let directory = engine.index().directory();
        let segments = engine.segment_readers().iter().map(|segment| {
            let id = segment.segment_id();
            if let Some(texts) = last.and_then(|last| last.0.get(&id)) {
                return Ok((id, Arc::clone(texts)));
            }
            let file = PathBuf::from(format!("{}.store", id.uuid_string()));
            let sizes = segment.fast_fields().u64("size")?;
            let texts = SegmentTexts {
                file: directory.open_read(&file)?.read_bytes()?,
                sizes: (sizes.get_cardinality() == Cardinality::Full).then_some(sizes.values),
                documents: segment.max_doc(),
                starts: OnceLock::new(),
                title: fields.title,
                signatures: SegmentSignatures::open(segment)?,
                is_damaged: AtomicBool::new(false),
            };
            Ok((id, Arc::new(texts)))
        });
        Ok(Texts(segments.collect::<tantivy::Result<_>>()?))
    }

    /// Those of a segment.
    ///
    /// # Errors
    /// When they could not be opened, or the sizes of the documents do not fit.
    pub fn of(&self, segment: &SegmentReader) -> tantivy::Result<&Arc<SegmentTexts>> {
        let texts = self.0.get(&segment.segment_id());
        texts
            .filter(|texts| texts.starts().is_some())
            .ok_or_else(damaged)
    }

    /// # Errors
    /// When a document did not read: it may have been passed over.
    pub fn check(&self) -> tantivy::Result<()> {
        let mut segments = self.0.values();
        match segments.any(|texts| texts.is_damaged.load(Relaxed)) {
            true => Err(damaged()),
            false => Ok(()),
        }
    }
}

fn damaged() -> TantivyError {
    let comment = "the stored articles of a segment do not read";
    TantivyError::DataCorruption(DataCorruption::comment_only(comment))
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl SegmentTexts {
    /// What is stored of a document; `None` where the index is damaged.
    #[inline]
    pub fn stored(&self, doc: DocId) -> Option<&[u8]> {
        let (starts, doc) = (self.starts()?, doc as usize);
        let (&start, &end) = (starts.get(doc)?, starts.get(doc + 1)?);
        let block = self.file.get(start as usize..end as usize)?;
        block.get(Block::stored(block)?)
    }

    /// A field of a document, folded; empty where it has none. `None` where the index is damaged, which
    /// [`Texts::check`] tells from then on.
    #[inline]
    pub fn text(&self, doc: DocId, field: Field) -> Option<Units<'_>> {
        match self.stored(doc).and_then(Searched::of) {
            Some(searched) if field == self.title => Some(searched.title),
            Some(searched) => Some(searched.body),
            None => {
                self.is_damaged.store(true, Relaxed);
                None
            }
        }
    }

    /// Whether a document may hold what sets these bits, in any of its texts; so may any where the
    /// index is damaged, which [`Texts::check`] tells from then on.
    #[inline]
    pub fn may_hold(&self, doc: DocId, bits: &[PairBit]) -> bool {
        self.signatures.has(doc, bits).unwrap_or_else(|| {
            self.is_damaged.store(true, Relaxed);
            true
        })
    }

    /// Fetches the beginnings of what is stored of some documents, of each so many bytes. The processor
    /// can wait for many at once; whoever searches them one by one waits for one after the other.
    pub fn fetch(&self, docs: impl Iterator<Item = DocId>, bytes: usize) {
        /// Bytes that the processor fetches together.
        const LINE: usize = 64;
        let texts = docs.filter_map(|doc| self.stored(doc));
        let lines = texts.flat_map(|text| text.iter().take(bytes).step_by(LINE));
        // Without a use of what was read the compiler would not read.
        hint::black_box(lines.fold(0, |all, &byte| all ^ byte));
    }

    fn starts(&self) -> Option<&[u64]> {
        let starts = self.starts.get_or_init(|| self.find_starts());
        starts.as_deref()
    }

    /// `None` where the sizes do not add up to a file.
    fn find_starts(&self) -> Option<Vec<u64>> {
        let column = self.sizes.as_ref()?;
        let mut starts = vec![0; self.documents as usize + 1];
        column.get_range(0, &mut starts[1..]);
        let mut end = 0_u64;
        for size in &mut starts[1..] {
            end = end.saturating_add(Block::size(*size));
            *size = end;
        }
        (end <= self.file.len() as u64).then_some(starts)
    }
}

/// The block of a document with one stored value, as the engine writes it: how many values there are,
/// in one byte as they are less than 128; the number of the field; the kind of the value; its length,
/// seven bits a byte; the value; where the document begins in the block, and how many there are.
struct Block;

impl Block {
    /// How the engine writes that there is one: the last byte of a number has the highest bit.
    const ONE_VALUE: u8 = 0x81;
    const HEAD: usize = 1 + size_of::<u32>() + 1;
    const TAIL: usize = 2 * size_of::<u32>();

    /// Bytes of the block with a value of so many.
    fn size(value: u64) -> u64 {
        let length = Block::bytes_of_length(value);
        value.saturating_add((Block::HEAD + length + Block::TAIL) as u64)
    }

    fn bytes_of_length(value: u64) -> usize {
        let bits = u64::BITS - (value | 1).leading_zeros();
        bits.div_ceil(7) as usize
    }

    /// Where the value stands in a block; `None` where it does not begin as one.
    #[inline]
    fn stored(block: &[u8]) -> Option<Range<usize>> {
        let with_length = block.len().checked_sub(Block::HEAD + Block::TAIL)?;
        // Its length takes as many bytes as that of all that is left, or one less.
        let most = Block::bytes_of_length(with_length as u64);
        let value = with_length.checked_sub(most)?;
        let start = Block::HEAD + Block::bytes_of_length(value as u64);
        (block[0] == Block::ONE_VALUE).then_some(start..block.len() - Block::TAIL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Article, Paragraph};
    use crate::{Index, IndexOptions};

    fn article(number: usize) -> Article {
        // Sizes whose length takes one byte, two and three.
        let times = [0, 1, 40, 9000][number % 4];
        Article {
            id: format!("{number}"),
            body: vec![Paragraph {
                text: format!("云汐{number}").repeat(times),
                heading: false,
            }],
            ..Article::default()
        }
    }

    /// What is stored of all living documents, as read here and by the engine.
    fn stored(index: &Index) -> Vec<(Vec<u8>, Vec<u8>)> {
        let view = index.shared.view();
        let mut stored = Vec::new();
        for segment in view.engine.segment_readers() {
            let texts = view.texts.of(segment).unwrap();
            let store = segment.get_store_reader(1).unwrap();
            for doc in segment.doc_ids_alive() {
                let document: tantivy::TantivyDocument = store.get(doc).unwrap();
                let bytes =
                    crate::index::record::stored::Stored::bytes(&index.shared.fields, &document);
                let found = texts.stored(doc).unwrap();
                stored.push((found.to_vec(), bytes.unwrap().to_vec()));
            }
            assert!(texts.stored(segment.max_doc()).is_none());
        }
        stored
    }

    #[test]
    fn a_value_is_found_in_its_block() {
        for value in (0..40_000).chain((1 << 21) - 20..(1 << 21) + 20) {
            let mut block = vec![0; Block::size(value) as usize];
            assert_eq!(Block::stored(&block), None);
            block[0] = Block::ONE_VALUE;
            assert_eq!(Block::stored(&block).unwrap().len() as u64, value);
        }
        assert_eq!(
            Block::stored(&[Block::ONE_VALUE; Block::HEAD + Block::TAIL]),
            None
        );
    }

    #[test]
    fn what_is_read_is_what_the_engine_stored() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut all = 0;
        // More segments than are left alone, so that some are merged, with deleted documents and
        // without.
        for (first, last) in [
            (0, 40),
            (40, 45),
            (45, 100),
            (100, 101),
            (20, 60),
            (101, 140),
        ] {
            let mut writer = index.writer_with(1, 0).unwrap();
            for number in first..last {
                let mut article = article(number);
                article.title = format!("{first}");
                writer.add(article).unwrap();
            }
            writer.close().unwrap();
            index.shared.reload().unwrap();
            let stored = stored(&index);
            all = all.max(last);
            assert_eq!(stored.len(), all);
            for (found, bytes) in stored {
                assert_eq!(found, bytes);
            }
        }
    }

    #[test]
    fn what_does_not_read_is_told() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(1, 0).unwrap();
        for number in 0..9 {
            writer.add(article(number)).unwrap();
        }
        writer.close().unwrap();
        let view = index.shared.view();
        let segment = &view.engine.segment_readers()[0];
        let fields = &index.shared.fields;
        let damaged = |harm: &dyn Fn(&mut SegmentTexts)| {
            let mut texts = Texts::open(&view.engine, fields, None).unwrap();
            let of_segment = texts.0.get_mut(&segment.segment_id()).unwrap();
            harm(Arc::get_mut(of_segment).unwrap());
            texts
        };
        let sound = damaged(&|_| {});
        assert!(sound.of(segment).unwrap().text(0, fields.body).is_some());
        assert!(sound.check().is_ok());
        for harm in [
            &(|texts: &mut SegmentTexts| texts.sizes = None) as &dyn Fn(&mut SegmentTexts),
            &|texts| texts.file = texts.file.slice(0..100),
        ] {
            assert!(damaged(harm).of(segment).is_err());
        }
        let shifted = damaged(&|texts| texts.file = texts.file.slice(1..texts.file.len()));
        assert!(shifted.check().is_ok());
        assert!(shifted.of(segment).unwrap().text(1, fields.body).is_none());
        assert!(shifted.check().is_err());
    }
}
