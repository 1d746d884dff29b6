//! What is counted of a segment when it is written, so that no query counts it again: how long its fields
//! are, and when the newest of its documents were published.
//!
//! A file of its own beside those of the engine, which lets a plugin write one with every segment, and when
//! segments are merged. The segment may lose documents afterwards; what they have is then taken away again.

use std::any::Any;
use std::io::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::columnar::{ColumnarReader, DynamicColumn};
use tantivy::directory::{FileSlice, TerminatingWrite};
use tantivy::error::DataCorruption;
use tantivy::fieldnorm::FieldNormReaders;
use tantivy::index::SegmentComponent;
use tantivy::indexer::doc_id_mapping::DocIdMapping;
use tantivy::schema::Field;
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin,
    SegmentReader, TantivyError,
};

use super::schema::Fields;

/// The end of the name of the file.
pub(in crate::index) const EXTENSION: &str = "summary";

/// So many of the newest documents are kept: more than are looked at, since some may be deleted.
const NEWEST: usize = 128;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = size_of::<u32>();

/// What is counted of the documents of a segment, those that were deleted since included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// For each field of words: codes of lengths, as the engine keeps them, and how many documents have each.
    lengths: Vec<(u32, Vec<(u8, u32)>)>,
    /// Documents with a date.
    pub dated: u32,
    /// The newest of these, the latest first: seconds since 1970.
    pub newest: Vec<(i64, DocId)>,
}

impl Summary {
    /// That of a segment.
    ///
    /// # Errors
    /// When its file is missing or damaged.
    pub fn read(segment: &SegmentReader) -> tantivy::Result<Summary> {
        let file = segment.open_read(SegmentComponent::Custom(EXTENSION.into()))?;
        Summary::parse(&file.read_bytes()?).ok_or_else(|| {
            let comment = "the summary of a segment does not read";
            TantivyError::DataCorruption(DataCorruption::comment_only(comment))
        })
    }

    fn parse(bytes: &[u8]) -> Option<Summary> {
        let (content, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        let is_whole = crc32fast::hash(content).to_le_bytes() == checksum;
        is_whole.then(|| postcard::from_bytes(content).ok())?
    }

    /// How many documents have each code of a length of a field.
    pub fn lengths(&self, field: Field) -> impl Iterator<Item = (u8, u32)> {
        let of_field = self
            .lengths
            .iter()
            .filter(move |(id, _)| *id == field.field_id());
        of_field.flat_map(|(_, lengths)| lengths.iter().copied())
    }

    /// That of a segment as it is counted anew. The checksum of a file that ends with its own is the same for all
    /// such files, so a whole summary of another segment is found only in this way.
    pub(in crate::index) fn anew(segment: &SegmentReader) -> tantivy::Result<Summary> {
        Summary::count(|part| segment.open_read(part))
    }

    /// Counts a segment whose fields and columns are written.
    fn count<E>(
        open_read: impl Fn(SegmentComponent) -> Result<FileSlice, E>,
    ) -> tantivy::Result<Summary>
    where
        TantivyError: From<E>,
    {
        let (_, fields) = Fields::build();
        let norms = FieldNormReaders::open(open_read(SegmentComponent::FieldNorms)?)?;
        let mut lengths = Vec::new();
        for field in [fields.title_words, fields.digest_words, fields.body_words] {
            let Some(norms) = norms.get_field(field)? else {
                continue;
            };
            let mut with_code = [0_u32; 256];
            (0..norms.num_docs())
                .for_each(|doc| with_code[usize::from(norms.fieldnorm_id(doc))] += 1);
            let counts = (0..=u8::MAX).zip(with_code).filter(|(_, count)| *count > 0);
            lengths.push((field.field_id(), counts.collect()));
        }
        let columns = ColumnarReader::open(open_read(SegmentComponent::FastFields)?)?;
        let mut summary = Summary {
            lengths,
            ..Summary::default()
        };
        for handle in columns.read_columns("published")? {
            if let DynamicColumn::I64(column) = handle.open()? {
                for doc in 0..column.num_docs() {
                    if let Some(date) = column.first(doc) {
                        summary.take(date, doc);
                    }
                }
            }
        }
        summary.keep_newest();
        Ok(summary)
    }

    fn take(&mut self, date: i64, doc: DocId) {
        /// So many wait until the newest among them are kept.
        const WAITING: usize = 1 << 12;
        self.dated += 1;
        self.newest.push((date, doc));
        if self.newest.len() == WAITING {
            self.keep_newest();
        }
    }

    fn keep_newest(&mut self) {
        self.newest.sort_unstable_by(|a, b| b.cmp(a));
        self.newest.truncate(NEWEST);
    }

    /// Counts a segment, and writes what was counted beside it.
    fn write(segment: &Segment) -> tantivy::Result<()> {
        let summary = Summary::count(|part| segment.open_read(part))?;
        let mut content = postcard::to_stdvec(&summary)
            .map_err(|error| TantivyError::InternalError(error.to_string()))?;
        content.extend(crc32fast::hash(&content).to_le_bytes());
        let mut file = segment.open_write(SegmentComponent::Custom(EXTENSION.into()))?;
        file.write_all(&content)?;
        Ok(file.terminate()?)
    }
}

/// Writes the summary of every segment.
pub(in crate::index) fn plugin() -> Arc<dyn SegmentPlugin> {
    Arc::new(Plugin)
}

struct Plugin;

impl SegmentPlugin for Plugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(Writer))
    }

    fn merge(&self, merged: PluginMergeContext) -> tantivy::Result<()> {
        Summary::write(merged.target_segment)
    }
}

/// Counts when all else of a segment is written.
struct Writer;

impl PluginWriter for Writer {
    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        _: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        Summary::write(segment)
    }

    fn mem_usage(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Article, Paragraph, Precision, Published};
    use crate::{Index, IndexOptions};

    #[test]
    fn what_was_written_is_what_is_counted() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        // More segments than are left alone: some are merged, and some documents replaced.
        for (first, last) in [
            (0, 300),
            (100, 160),
            (300, 310),
            (310, 311),
            (150, 320),
            (320, 330),
        ] {
            let mut writer = index.writer_with(1, 0).unwrap();
            for number in first..last {
                let paragraph = Paragraph {
                    text: "云汐 ".repeat(number % 7),
                    heading: false,
                };
                let seconds = 1_700_000_000 + (number * 7_919 % 1_000) as i64;
                let published = Published {
                    seconds,
                    offset: 480,
                    precision: Precision::Second,
                };
                writer
                    .add(Article {
                        id: number.to_string(),
                        title: format!("{first}"),
                        body: vec![paragraph],
                        published: (number % 3 > 0).then_some(published),
                        ..Article::default()
                    })
                    .unwrap();
            }
            writer.close().unwrap();
            index.shared.reload().unwrap();
            let fields = &index.shared.fields;
            for segment in index.shared.view().engine.segment_readers() {
                let summary = Summary::read(segment).unwrap();
                for field in [fields.title_words, fields.digest_words, fields.body_words] {
                    let norms = segment.get_fieldnorms_reader(field).unwrap();
                    let mut counted = std::collections::BTreeMap::new();
                    (0..segment.max_doc())
                        .for_each(|doc| *counted.entry(norms.fieldnorm_id(doc)).or_insert(0) += 1);
                    assert!(summary.lengths(field).eq(counted));
                }
                let dates = segment.fast_fields().i64("published").unwrap();
                let dated = (0..segment.max_doc()).filter_map(|doc| Some((dates.first(doc)?, doc)));
                let mut dated: Vec<_> = dated.collect();
                dated.sort_unstable_by(|a, b| b.cmp(a));
                assert_eq!(summary.dated as usize, dated.len());
                dated.truncate(NEWEST);
                assert_eq!(summary.newest, dated);
            }
        }
    }

    #[test]
    fn damage_is_seen() {
        let mut content = postcard::to_stdvec(&Summary::default()).unwrap();
        content.extend(crc32fast::hash(&content).to_le_bytes());
        assert_eq!(Summary::parse(&content), Some(Summary::default()));
        for place in 0..content.len() {
            let mut damaged = content.clone();
            damaged[place] ^= 1;
            assert_eq!(Summary::parse(&damaged), None);
            assert_eq!(Summary::parse(&content[..place]), None);
        }
    }
}
