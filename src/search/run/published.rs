//! Documents of a span of time.
//!
//! The engine finds them by its column of times, and looks a single document up at once where others
//! lead. What it does not bear is to be asked for a document before the one it is at, as a `NOT` of
//! several clauses asks: it reckons how far it is from the one to the other, which overflows. So the
//! place is kept here, and such a question answered from it.

use std::ops::Bound;

use tantivy::query::{EnableScoring, Explanation, Query, RangeQuery, Scorer, Weight};
use tantivy::schema::{Field, Term};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader};

/// Documents published from a moment on, and before another, in seconds since 1970.
#[derive(Debug, Clone)]
pub(super) struct PublishedQuery(RangeQuery);

struct PublishedWeight(Box<dyn Weight>);

struct PublishedScorer {
    documents: Box<dyn Scorer>,
    /// It is at a document that it has, or at its end.
    is_at: bool,
}

impl PublishedQuery {
    pub fn new(published: Field, from: Option<i64>, to: Option<i64>) -> PublishedQuery {
        let bound = |seconds| Term::from_field_i64(published, seconds);
        let from = from.map_or(Bound::Unbounded, |from| Bound::Included(bound(from)));
        let to = to.map_or(Bound::Unbounded, |to| Bound::Excluded(bound(to)));
        PublishedQuery(RangeQuery::new(from, to))
    }
}

impl Query for PublishedQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(PublishedWeight(self.0.weight(scoring)?)))
    }
}

impl Weight for PublishedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(PublishedScorer {
            documents: self.0.scorer(reader, boost)?,
            is_at: true,
        }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

impl Scorer for PublishedScorer {
    fn score(&mut self) -> Score {
        self.documents.score()
    }
}

impl DocSet for PublishedScorer {
    fn advance(&mut self) -> DocId {
        self.is_at = true;
        self.documents.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.is_at = true;
        self.documents.seek(target)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        let at = self.documents.doc();
        if self.is_at && at > target {
            return SeekDangerResult::SeekLowerBound(at);
        }
        let found = self.documents.seek_danger(target);
        self.is_at = found == SeekDangerResult::Found;
        found
    }

    fn doc(&self) -> DocId {
        self.documents.doc()
    }

    fn size_hint(&self) -> u32 {
        self.documents.size_hint()
    }

    fn cost(&self) -> u64 {
        self.documents.cost()
    }
}
