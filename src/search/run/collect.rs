//! The best documents in a total order: score or date, then date, then id.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::recency::Preference;
use crate::search::query::page::Sort;
use crate::search::view::deadline::Deadline;
use crate::search::view::segments::{Segment, Segments};

/// A document found.
#[derive(Debug, Clone, Copy)]
pub(in crate::search) struct Found {
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
pub(in crate::search) struct Best<'s> {
    segments: &'s Segments,
    limit: usize,
    sort: Sort,
    /// Lifts the scores.
    preference: Preference,
    /// What a score must be lifted to, by the segments so far.
    bar: Arc<Bar>,
}

/// A score that others have to reach. It only rises.
#[derive(Debug, Default)]
struct Bar(AtomicU32);

impl Bar {
    fn score(&self) -> Score {
        Score::from_bits(self.0.load(Relaxed))
    }

    fn raise(&self, score: Score) {
        // The bits of numbers that are not negative are in the order of the numbers.
        self.0.fetch_max(score.max(0.0).to_bits(), Relaxed);
    }
}

impl Best<'_> {
    pub fn new<'s>(
        segments: &'s Segments,
        limit: usize,
        sort: Sort,
        preference: &Preference,
    ) -> Best<'s> {
        Best {
            segments,
            limit,
            sort,
            preference: preference.clone(),
            bar: Arc::default(),
        }
    }
}

/// What [`Best`] collects.
pub(in crate::search) struct Collected {
    pub total: u64,
    /// By segment; the first `limit` of each, in no order.
    pub found: Vec<Found>,
}

impl Found {
    /// The score that ranks the document.
    pub fn lifted(&self) -> Score {
        self.score * self.lift
    }

    /// The order of results, but for ids.
    fn compare(&self, other: &Found, sort: Sort) -> Ordering {
        let by_score = || other.lifted().total_cmp(&self.lifted());
        let by_date = || other.published.cmp(&self.published);
        match sort {
            Sort::Relevance => by_score().then_with(by_date),
            Sort::Date => by_date().then_with(by_score),
        }
    }
}

/// Sorts what was found. Ids are read only where documents of different segments tie, and only of
/// ties that are `settled`: those at these places.
pub(in crate::search) fn sort(
    found: &mut [Found],
    sort: Sort,
    segments: &Segments,
    settled: impl Fn(Range<usize>) -> bool,
    deadline: Deadline,
) -> tantivy::Result<()> {
    found.sort_unstable_by(|a, b| {
        let in_segment = |found: &Found| (found.address.segment_ord, found.id);
        let by_segment = || in_segment(a).cmp(&in_segment(b));
        a.compare(b, sort).then_with(by_segment)
    });
    let mut end = 0;
    for tied in found.chunk_by_mut(|a, b| a.compare(b, sort).is_eq()) {
        let places = end..end + tied.len();
        end = places.end;
        let [first, .., last] = tied else { continue };
        if first.address.segment_ord == last.address.segment_ord || !settled(places) {
            continue;
        }
        let mut with_ids = Vec::with_capacity(tied.len());
        for found in &*tied {
            deadline.check()?;
            with_ids.push((segments.id(found.address)?, *found));
        }
        with_ids.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (place, (_, found)) in tied.iter_mut().zip(with_ids) {
            *place = found;
        }
    }
    Ok(())
}

impl Collector for Best<'_> {
    type Fruit = Collected;
    type Child = BestOfSegment;

    fn for_segment(
        &self,
        number: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<BestOfSegment> {
        Ok(BestOfSegment {
            segment: Arc::clone(self.segments.get(number)?),
            number,
            limit: self.limit,
            sort: self.sort,
            most: self.preference.most(),
            preference: self.preference.clone(),
            total: 0,
            found: Vec::new(),
            last: None,
            least: match self.limit {
                0 => Score::INFINITY,
                _ => self.bar.score(),
            },
            bar: Arc::clone(&self.bar),
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
pub(in crate::search) struct BestOfSegment {
    segment: Arc<Segment>,
    number: SegmentOrdinal,
    limit: usize,
    sort: Sort,
    preference: Preference,
    /// The most that the preference makes of a score of 1.
    most: f32,
    total: u64,
    found: Vec<Found>,
    /// The last that still belongs to the best, once `limit` are known.
    last: Option<Found>,
    /// What a score must be lifted to.
    least: Score,
    bar: Arc<Bar>,
}

impl BestOfSegment {
    fn shrink(&mut self) {
        let sort = self.sort;
        let order = |a: &Found, b: &Found| a.compare(b, sort).then(a.id.cmp(&b.id));
        self.found.select_nth_unstable_by(self.limit - 1, order);
        self.found.truncate(self.limit);
        self.last = self.found.last().copied();
        if let Some(last) = self.last.filter(|_| self.sort == Sort::Relevance) {
            self.least = self.least.max(last.lifted());
            self.bar.raise(self.least);
        }
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = Collected;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if score * self.most >= self.least {
            self.consider(doc, score);
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

impl BestOfSegment {
    fn consider(&mut self, doc: DocId, score: Score) {
        let published = self.segment.published.first(doc);
        let found = Found {
            score,
            lift: self.preference.factor(published),
            published: published.unwrap_or(i64::MIN),
            id: self.segment.place_of_id(doc).unwrap_or(u64::MAX),
            address: DocAddress {
                segment_ord: self.number,
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
}
