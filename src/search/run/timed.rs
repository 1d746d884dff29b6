//! A collector that ends when time is up.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::Weight;
use tantivy::{SegmentOrdinal, SegmentReader, TERMINATED};

use super::ranking::scorer::RankedScorer;
use crate::search::view::deadline::Deadline;

/// Runs a collector over the documents of a query, and fails where time is up before the last one.
pub(in crate::search) struct Timed<C> {
    pub collector: C,
    pub deadline: Deadline,
}

impl<C: Collector> Collector for Timed<C> {
    type Fruit = C::Fruit;
    type Child = C::Child;

    fn for_segment(
        &self,
        place: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<C::Child> {
        self.collector.for_segment(place, reader)
    }

    fn requires_scoring(&self) -> bool {
        self.collector.requires_scoring()
    }

    fn merge_fruits(
        &self,
        segments: Vec<<C::Child as SegmentCollector>::Fruit>,
    ) -> tantivy::Result<C::Fruit> {
        self.collector.merge_fruits(segments)
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        place: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
        let mut collected = self.for_segment(place, reader)?;
        let mut scorer = weight.scorer(reader, 1.0)?;
        let mut collect = |doc, score| {
            if !reader.is_deleted(doc) {
                collected.collect(doc, score);
            }
        };
        // It keeps the time by itself, and is the usual one.
        if let Some(ranked) = scorer.downcast_mut::<RankedScorer>() {
            ranked.take_all(collect);
        } else {
            let is_scored = self.requires_scoring();
            let mut watch = self.deadline.watch();
            let mut doc = scorer.doc();
            while doc != TERMINATED && !watch.is_over() {
                let score = if is_scored { scorer.score() } else { 0.0 };
                collect(doc, score);
                doc = scorer.advance();
            }
        }
        self.deadline.check()?;
        Ok(collected.harvest())
    }
}
