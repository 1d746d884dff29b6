//! The best documents in a total order: score or date, then date, then id.

use std::cmp::Ordering;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::recency::Preference;
use super::searcher::Sort;

/// A document found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Without what its time makes of it.
    pub score: Score,
    /// What the score is multiplied by for the time of the document.
    lift: f32,
    /// Seconds since 1970; the least number where it is not known, so that it comes last.
    pub published: i64,
    /// Place of its id among the ids of its segment.
    id: u64,
    pub address: DocAddress,
}

/// Collects the first `limit` documents in the order of `sort`, and counts all.
pub(super) struct Best {
    pub limit: usize,
    pub sort: Sort,
    /// Lifts the scores.
    pub preference: Preference,
}

/// What [`Best`] collects.
pub(super) struct Collected {
    pub total: u64,
    /// By segment; the first `limit` of each, in no order.
    pub found: Vec<Found>,
}

impl Found {
    /// The score that ranks the document.
    pub fn lifted(&self) -> Score {
        self.score * self.lift
    }

    /// The order of results, but for the ids of documents of different segments.
    pub fn compare(&self, other: &Found, sort: Sort) -> Ordering {
        let by_score = || other.lifted().total_cmp(&self.lifted());
        let by_date = || other.published.cmp(&self.published);
        match sort {
            Sort::Relevance => by_score().then_with(by_date),
            Sort::Date => by_date().then_with(by_score),
        }
    }
}

impl Collector for Best {
    type Fruit = Collected;
    type Child = BestOfSegment;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<BestOfSegment> {
        let columns = reader.fast_fields();
        Ok(BestOfSegment {
            segment,
            limit: self.limit,
            sort: self.sort,
            most: self.preference.most(),
            preference: self.preference.clone(),
            published: columns.i64("published")?,
            ids: columns.str("id")?,
            total: 0,
            found: Vec::new(),
            last: None,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Collected>) -> tantivy::Result<Collected> {
        let total = segments.iter().map(|segment| segment.total).sum();
        Ok(Collected {
            total,
            found: segments
                .into_iter()
                .flat_map(|segment| segment.found)
                .collect(),
        })
    }
}

/// Keeps up to twice `limit` documents and drops the worse half when they are full.
pub(super) struct BestOfSegment {
    segment: SegmentOrdinal,
    limit: usize,
    sort: Sort,
    preference: Preference,
    /// The most that the preference makes of a score of 1.
    most: f32,
    published: Column<i64>,
    ids: Option<StrColumn>,
    total: u64,
    found: Vec<Found>,
    /// The last that still belongs to the best, once `limit` are known.
    last: Option<Found>,
}

impl BestOfSegment {
    fn shrink(&mut self) {
        let sort = self.sort;
        let order = |a: &Found, b: &Found| a.compare(b, sort).then(a.id.cmp(&b.id));
        self.found.select_nth_unstable_by(self.limit - 1, order);
        self.found.truncate(self.limit);
        self.last = self.found.last().copied();
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = Collected;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if self.limit == 0
            || self.sort == Sort::Relevance
                && self
                    .last
                    .is_some_and(|last| score * self.most < last.lifted())
        {
            return;
        }
        let published = self.published.first(doc);
        let found = Found {
            score,
            lift: self.preference.factor(published),
            published: published.unwrap_or(i64::MIN),
            id: self
                .ids
                .as_ref()
                .and_then(|ids| ids.term_ords(doc).next())
                .unwrap_or(u64::MAX),
            address: DocAddress {
                segment_ord: self.segment,
                doc_id: doc,
            },
        };
        if let Some(last) = &self.last
            && found
                .compare(last, self.sort)
                .then(found.id.cmp(&last.id))
                .is_gt()
        {
            return;
        }
        self.found.push(found);
        if self.found.len() >= 2 * self.limit {
            self.shrink();
        }
    }

    fn harvest(mut self) -> Collected {
        if self.found.len() > self.limit {
            self.shrink();
        }
        Collected {
            total: self.total,
            found: self.found,
        }
    }
}
