//! What is read of a segment beside its postings, opened once for all queries.

use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Searcher, SegmentOrdinal, SegmentReader, TantivyError};

/// The segments of an index, in the order of the engine.
pub(in crate::search) struct Segments(Vec<Arc<Segment>>);

/// The columns of a segment.
pub(in crate::search) struct Segment {
    /// Seconds since 1970.
    pub published: Column<i64>,
    ids: Option<StrColumn>,
}

/// The documents of a segment that were deleted.
pub(crate) fn deleted(segment: &SegmentReader) -> impl Iterator<Item = DocId> {
    let all = segment.alive_bitset().map_or(0, |_| segment.max_doc());
    (0..all).filter(|&doc| segment.is_deleted(doc))
}

impl Segments {
    pub fn open(engine: &Searcher) -> tantivy::Result<Segments> {
        let segments = engine.segment_readers().iter();
        let segments = segments.map(|reader| Ok(Arc::new(Segment::open(reader)?)));
        Ok(Segments(segments.collect::<tantivy::Result<_>>()?))
    }

    /// The segment with a number of the engine.
    pub fn get(&self, number: SegmentOrdinal) -> tantivy::Result<&Arc<Segment>> {
        self.0
            .get(number as usize)
            .ok_or_else(|| TantivyError::InvalidArgument(format!("there is no segment {number}")))
    }

    /// The id of a document.
    pub fn id(&self, address: DocAddress) -> tantivy::Result<String> {
        self.get(address.segment_ord)?.id(address.doc_id)
    }
}

impl Segment {
    fn open(reader: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = reader.fast_fields();
        Ok(Segment {
            published: columns.i64("published")?,
            ids: columns.str("id")?,
        })
    }

    /// Place of the id of a document among those of the segment, in their order.
    pub fn place_of_id(&self, doc: DocId) -> Option<u64> {
        self.ids.as_ref()?.term_ords(doc).next()
    }

    fn id(&self, doc: DocId) -> tantivy::Result<String> {
        let mut id = String::new();
        if let Some(ids) = &self.ids
            && let Some(place) = self.place_of_id(doc)
        {
            ids.ord_to_str(place, &mut id)?;
        }
        Ok(id)
    }
}
