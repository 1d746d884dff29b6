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

#[cfg(test)]
mod tests {
    use tantivy::schema::{FAST, Schema};
    use tantivy::{Index, IndexWriter, TERMINATED, TantivyDocument};

    use super::*;

    /// Asked at once for documents in any order, it has those of the span, and is never past one that it
    /// was not asked for.
    #[test]
    fn documents_are_found_in_whatever_order_they_are_asked_for() {
        let mut schema = Schema::builder();
        let published = schema.add_i64_field("published", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let is_within = |doc: DocId| doc % 7 == 3 || doc % 11 < 2;
        const DOCS: DocId = 300;
        for doc in 0..DOCS {
            let mut document = TantivyDocument::default();
            document.add_i64(published, if is_within(doc) { 500 } else { i64::from(doc) });
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let reader = searcher.segment_reader(0);
        let query = PublishedQuery::new(published, Some(400), Some(600));
        let weight = query
            .weight(EnableScoring::disabled_from_searcher(&searcher))
            .unwrap();
        let mut scorer = weight.scorer(reader, 1.0).unwrap();
        let (mut random, mut refused) = (1_u32, None);
        for _ in 0..2_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Back from a document that it has, and from one that it has not only forward.
            let from = refused.unwrap_or(0);
            let target = from + (random >> 16) % (DOCS - from);
            let at = scorer.doc();
            match scorer.seek_danger(target) {
                SeekDangerResult::Found => {
                    assert!(is_within(target), "{target}");
                    refused = None;
                }
                SeekDangerResult::SeekLowerBound(next) => {
                    assert!(
                        next > target && (!is_within(target) || at > target),
                        "{target}"
                    );
                    refused = refused.or((at <= target).then_some(target)).map(|_| target);
                }
            }
            if random.is_multiple_of(5) {
                (scorer, refused) = (weight.scorer(reader, 1.0).unwrap(), None);
            }
        }
        let mut scorer = weight.scorer(reader, 1.0).unwrap();
        let all = std::iter::from_fn(|| {
            let doc = scorer.doc();
            scorer.advance();
            (doc != TERMINATED).then_some(doc)
        });
        assert!(all.eq((0..DOCS).filter(|&doc| is_within(doc))));
    }
}
