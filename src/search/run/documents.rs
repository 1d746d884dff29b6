//! All documents that match, by segment.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Collects all documents: of each segment, in the order of the engine, the documents in theirs.
pub(in crate::search) struct Documents {
    /// Segments of the index.
    pub segments: usize,
}

/// The documents of a segment, and its number.
pub(in crate::search) struct DocumentsOfSegment {
    number: SegmentOrdinal,
    documents: Vec<DocId>,
}

impl Collector for Documents {
    type Fruit = Vec<Vec<DocId>>;
    type Child = DocumentsOfSegment;

    fn for_segment(
        &self,
        number: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<DocumentsOfSegment> {
        Ok(DocumentsOfSegment {
            number,
            documents: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        segments: Vec<(SegmentOrdinal, Vec<DocId>)>,
    ) -> tantivy::Result<Vec<Vec<DocId>>> {
        let mut all = vec![Vec::new(); self.segments];
        for (number, documents) in segments {
            if let Some(place) = all.get_mut(number as usize) {
                *place = documents;
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for DocumentsOfSegment {
    type Fruit = (SegmentOrdinal, Vec<DocId>);

    fn collect(&mut self, doc: DocId, _: Score) {
        self.documents.push(doc);
    }

    fn harvest(mut self) -> (SegmentOrdinal, Vec<DocId>) {
        // The loops of the ranking do not keep the order.
        if !self.documents.is_sorted() {
            self.documents.sort_unstable();
        }
        (self.number, self.documents)
    }
}
