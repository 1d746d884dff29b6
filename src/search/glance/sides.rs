//! Two sets of documents, and how many of each have a term.

use std::sync::Arc;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, TantivyError};

/// The sides of documents; 0 for what is on none.
pub(super) const INSIDE: u8 = 1;
pub(super) const OUTSIDE: u8 = 2;

/// A segment, and on which side its documents are.
pub(super) struct SegmentOfSides<'m> {
    index: Arc<InvertedIndexReader>,
    sides: &'m [u8],
    /// The documents that are looked at, in order.
    inside: Vec<DocId>,
    /// Whether every document is on a side.
    is_whole: bool,
}

/// How many times as many documents a term must have as are looked at for a search of each of these to be
/// faster than a walk over all.
const SEARCHED: usize = 8;

impl<'m> SegmentOfSides<'m> {
    pub fn new(index: Arc<InvertedIndexReader>, sides: &'m [u8]) -> SegmentOfSides<'m> {
        let inside = (0..).zip(sides).filter(|(_, side)| **side == INSIDE);
        SegmentOfSides {
            index,
            sides,
            inside: inside.map(|(doc, _)| doc).collect(),
            is_whole: sides.iter().all(|&side| side != 0),
        }
    }

    /// The terms and postings of the segment.
    pub fn index(&self) -> &InvertedIndexReader {
        &self.index
    }

    /// How many documents of each side have a term.
    pub fn count(&self, term: &TermInfo) -> Result<[u64; 2], TantivyError> {
        let all = u64::from(term.doc_freq);
        if self.is_whole && self.inside.is_empty() {
            return Ok([0, all]);
        }
        let postings = self
            .index
            .read_postings_from_terminfo(term, IndexRecordOption::Basic);
        let mut postings = postings?;
        let mut found = [0; 2];
        if self.is_whole && term.doc_freq as usize / SEARCHED > self.inside.len() {
            for &doc in &self.inside {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                found[0] += u64::from(postings.doc() == doc);
            }
            return Ok([found[0], all - found[0]]);
        }
        while postings.doc() != TERMINATED {
            match self.sides[postings.doc() as usize] {
                INSIDE => found[0] += 1,
                OUTSIDE => found[1] += 1,
                _ => {}
            }
            postings.advance();
        }
        Ok(found)
    }
}
