//! What is stored of the documents, read where it lies.
//!
//! A substring is looked for in the texts of many documents, so these are neither compressed nor
//! copied. The engine writes what it stores of a segment into one file, from its beginning, document
//! by document in blocks of a size that can be chosen; here every document is a block. Where one lies
//! follows from the sizes of those before it, which are a column: merging and deleting keep both in
//! step. As long as few are asked for, the engine's own [index](super::skips) tells it, and they are read from the
//! file: to map a page of it into memory takes longer than to read what is on it.

use std::fmt;
use std::fs::File;
use std::hint;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rustc_hash::FxHashMap;
use tantivy::columnar::{Cardinality, ColumnValues};
use tantivy::directory::{Directory, OwnedBytes};
use tantivy::error::DataCorruption;
use tantivy::index::SegmentId;
use tantivy::schema::Field;
use tantivy::{DocId, Searcher, SegmentReader, TantivyError};

use super::lookups::Lookups;
use super::schema::Fields;
use super::signature::{PairBit, SegmentSignatures};
use super::skips::Skips;
use super::spelling::Units;
use super::stored::Searched;
use super::summary::Summary;

/// The size of a block that makes each document one.
pub(in crate::index) const BLOCK: usize = 0;

/// The stored documents of an index, at one state of it.
#[derive(Default)]
pub(crate) struct Texts(FxHashMap<SegmentId, Arc<SegmentTexts>>);

/// The stored documents of a segment.
pub(crate) struct SegmentTexts {
    /// The file, mapped.
    bytes: OwnedBytes,
    /// The same, to be read; none of an index in memory.
    file: Option<File>,
    skips: Option<Skips>,
    /// Bytes stored of each document; `None` where the engine does not have them of all.
    sizes: Option<Arc<dyn ColumnValues>>,
    documents: DocId,
    /// Where the block of each document begins, in bytes, and where the last one ends.
    starts: Lookups<u64>,
    title: Field,
    signatures: SegmentSignatures,
    /// Read with the rest: a later commit may remove its file.
    pub summary: Summary,
    /// A document did not read.
    is_damaged: AtomicBool,
}

impl Texts {
    /// Those of the segments of `engine`, whose files are in a folder; what `last` has of them, which never
    /// changes, is taken over.
    ///
    /// # Errors
    /// When the file of a segment is missing or cannot be read.
    pub fn open(
        engine: &Searcher,
        fields: &Fields,
        folder: Option<&Path>,
        last: Option<&Texts>,
    ) -> tantivy::Result<Texts> {
        let directory = engine.index().directory();
        let segments = engine.segment_readers().iter().map(|segment| {
            let id = segment.segment_id();
            if let Some(texts) = last.and_then(|last| last.0.get(&id)) {
                return Ok((id, Arc::clone(texts)));
            }
            let name = PathBuf::from(format!("{}.store", id.uuid_string()));
            let sizes = segment.fast_fields().u64("size")?;
            let bytes = directory.open_read(&name)?.read_bytes()?;
            let texts = SegmentTexts {
                // Where it is gone by now, the map has it still.
                file: folder.and_then(|folder| File::open(folder.join(&name)).ok()),
                skips: Skips::read(&bytes),
                bytes,
                sizes: (sizes.get_cardinality() == Cardinality::Full).then_some(sizes.values),
                documents: segment.max_doc(),
                starts: Lookups::of(segment.max_doc()),
                title: fields.title,
                signatures: SegmentSignatures::open(segment)?,
                summary: Summary::read(segment)?,
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
        texts.filter(|texts| texts.are_sound()).ok_or_else(damaged)
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
    /// Whether a document may hold what sets these bits, in any of its texts; so may any where the
    /// index is damaged, which [`Texts::check`] tells from then on.
    #[inline]
    fn may_hold(&self, doc: DocId, bits: &[PairBit]) -> bool {
        self.signatures.has(doc, bits).unwrap_or_else(|| {
            self.is_damaged.store(true, Relaxed);
            true
        })
    }

    /// Whether their places can be told.
    fn are_sound(&self) -> bool {
        match self.starts.are_few() {
            true => self.skips.is_some(),
            false => self.starts().is_some_and(|starts| starts.is_some()),
        }
    }

    /// The block of a document, from the map or, as long as few are asked for, from the file; `None` where the
    /// index is damaged.
    #[inline]
    fn block<'a>(&'a self, doc: DocId, read: &'a mut Read) -> Option<&'a [u8]> {
        if read.doc == Some(doc) {
            return Some(&read.block);
        }
        let place = self.place(doc)?;
        // Not more than there is, whatever a damaged index says.
        let mapped = self.bytes.get(place.start as usize..place.end as usize)?;
        let file = self.file.as_ref();
        match file.filter(|_| self.starts.are_few()) {
            None => Some(mapped),
            Some(file) => {
                read.doc = None;
                read.block.resize(mapped.len(), 0);
                read_at(file, &mut read.block, place.start).ok()?;
                read.doc = Some(doc);
                Some(&read.block)
            }
        }
    }

    /// Where the block of a document is; `None` where the index is damaged.
    #[inline]
    fn place(&self, doc: DocId) -> Option<Range<u64>> {
        let Some(starts) = self.starts() else {
            return self.skips.as_ref()?.seek(doc);
        };
        let (starts, doc) = (starts?, doc as usize);
        Some(*starts.get(doc)?..*starts.get(doc + 1)?)
    }

    /// Where that of each begins, once many were asked for.
    #[inline]
    fn starts(&self) -> Option<Option<&[u64]>> {
        self.starts.all(|| self.find_starts())
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
        (end <= self.bytes.len() as u64).then_some(starts)
    }
}

/// Reads what is stored of the documents of a segment, one after the other.
pub(crate) struct TextReader {
    texts: Arc<SegmentTexts>,
    read: Read,
}

/// The block that was read last from a file, and the document that it is of.
#[derive(Default)]
struct Read {
    doc: Option<DocId>,
    block: Vec<u8>,
}

impl TextReader {
    pub fn of(texts: &Arc<SegmentTexts>) -> TextReader {
        TextReader {
            texts: Arc::clone(texts),
            read: Read::default(),
        }
    }

    /// What is stored of a document; `None` where the index is damaged.
    #[inline]
    pub fn stored(&mut self, doc: DocId) -> Option<&[u8]> {
        let block = self.texts.block(doc, &mut self.read)?;
        block.get(Block::stored(block)?)
    }

    /// A field of a document, folded; empty where it has none. `None` where the index is damaged, which
    /// [`Texts::check`] tells from then on.
    #[inline]
    pub fn text(&mut self, doc: DocId, field: Field) -> Option<Units<'_>> {
        let block = self.texts.block(doc, &mut self.read);
        let stored = block.and_then(|block| block.get(Block::stored(block)?));
        let searched = stored.and_then(Searched::of);
        if searched.is_none() {
            self.texts.is_damaged.store(true, Relaxed);
        }
        searched.map(|searched| match field == self.texts.title {
            true => searched.title,
            false => searched.body,
        })
    }

    /// Whether a document may hold what sets these bits, in any of its texts; so may any where the
    /// index is damaged, which [`Texts::check`] tells from then on.
    #[inline]
    pub fn may_hold(&self, doc: DocId, bits: &[PairBit]) -> bool {
        self.texts.may_hold(doc, bits)
    }

    /// Fetches the beginnings of what is stored of some documents, of each so many bytes. The processor
    /// can wait for many at once; whoever searches them one by one waits for one after the other.
    pub fn fetch(&self, docs: impl Iterator<Item = DocId>, bytes: usize) {
        /// Bytes that the processor fetches together.
        const LINE: usize = 64;
        let Some(Some(starts)) = self.texts.starts.known() else {
            // They are read from the file.
            return;
        };
        let ends =
            docs.filter_map(|doc| Some((starts.get(doc as usize)?, starts.get(doc as usize + 1)?)));
        let texts =
            ends.filter_map(|(&start, &end)| self.texts.bytes.get(start as usize..end as usize));
        let lines = texts.flat_map(|text| text.iter().take(bytes).step_by(LINE));
        // Without a use of what was read the compiler would not read.
        hint::black_box(lines.fold(0, |all, &byte| all ^ byte));
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, place)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut place: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, place)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        place += read as u64;
    }
    Ok(())
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
            let mut texts = TextReader::of(view.texts.of(segment).unwrap());
            let store = segment.get_store_reader(1).unwrap();
            for doc in segment.doc_ids_alive() {
                let document: tantivy::TantivyDocument = store.get(doc).unwrap();
                let bytes =
                    crate::index::record::stored::Stored::bytes(&index.shared.fields, &document);
                let found = texts.stored(doc).unwrap();
                stored.push((found.to_vec(), bytes.unwrap().to_vec()));
            }
            assert!(texts.stored(segment.max_doc()).is_none());
            // The engine's index says the same.
            let of_segment = view.texts.of(segment).unwrap();
            let skips = of_segment.skips.as_ref().unwrap();
            for doc in 0..segment.max_doc() {
                assert_eq!(skips.seek(doc), of_segment.place(doc));
            }
            assert_eq!(skips.seek(segment.max_doc()), None);
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
            let mut texts = Texts::open(&view.engine, fields, None, None).unwrap();
            let of_segment = texts.0.get_mut(&segment.segment_id()).unwrap();
            harm(Arc::get_mut(of_segment).unwrap());
            texts
        };
        let sound = damaged(&|_| {});
        let text = |texts: &Texts, doc| {
            let mut reader = TextReader::of(texts.of(segment).unwrap());
            reader.text(doc, fields.body).is_some()
        };
        assert!(text(&sound, 0));
        assert!(sound.check().is_ok());
        for harm in [
            &(|texts: &mut SegmentTexts| texts.sizes = None) as &dyn Fn(&mut SegmentTexts),
            &|texts| texts.bytes = texts.bytes.slice(0..100),
        ] {
            assert!(damaged(harm).of(segment).is_err());
        }
        let shifted = damaged(&|texts| texts.bytes = texts.bytes.slice(1..texts.bytes.len()));
        assert!(shifted.check().is_ok());
        assert!(!text(&shifted, 1));
        assert!(shifted.check().is_err());
    }
}
