//! Hits that tell one story, shown once.

use rustc_hash::FxHashSet;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::collect::Found;
use crate::index::Table;

/// A hit that is shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::search) struct Shown {
    pub found: Found,
    /// The number of its story, where other articles tell it too and are not shown for it.
    pub story: Option<u32>,
}

impl Shown {
    /// A hit that is shown whatever other articles tell.
    pub fn alone(found: Found) -> Shown {
        Shown { found, story: None }
    }
}

/// What story an article tells.
pub(in crate::search) struct Stories<'t> {
    table: &'t Table,
    /// The keys of the documents, by segment.
    keys: Vec<Column<u64>>,
}

impl<'t> Stories<'t> {
    pub fn new(engine: &tantivy::Searcher, table: &'t Table) -> tantivy::Result<Stories<'t>> {
        let segments = engine.segment_readers().iter();
        let keys = segments.map(|segment| segment.fast_fields().u64("key"));
        Ok(Stories {
            table,
            keys: keys.collect::<tantivy::Result<_>>()?,
        })
    }

    /// The first hit of each story, in the order of the hits.
    pub fn once(&self, hits: Vec<Found>) -> Vec<Shown> {
        let mut told = FxHashSet::default();
        let shown = hits.into_iter().map(|found| Shown {
            story: self.of(&found),
            found,
        });
        shown
            .filter(|shown| shown.story.is_none_or(|story| told.insert(story)))
            .collect()
    }

    fn of(&self, found: &Found) -> Option<u32> {
        let keys = self.keys.get(found.address.segment_ord as usize)?;
        self.table.group_of(keys.first(found.address.doc_id)?)
    }
}

/// Collects the keys of all documents; none for a document without text, which tells its own story.
pub(in crate::search) struct Keys;

/// The keys of the documents of a segment.
pub(in crate::search) struct KeysOfSegment {
    column: Column<u64>,
    keys: Vec<Option<u64>>,
}

/// How many stories documents with these keys tell.
pub(in crate::search) fn count(keys: &[Option<u64>], table: &Table) -> u64 {
    let mut told = FxHashSet::default();
    let is_first = |key: &&Option<u64>| {
        let story = key.and_then(|key| table.group_of(key));
        story.is_none_or(|story| told.insert(story))
    };
    keys.iter().filter(is_first).count() as u64
}

impl Collector for Keys {
    type Fruit = Vec<Option<u64>>;
    type Child = KeysOfSegment;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<KeysOfSegment> {
        Ok(KeysOfSegment {
            column: reader.fast_fields().u64("key")?,
            keys: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<Option<u64>>>) -> tantivy::Result<Vec<Option<u64>>> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for KeysOfSegment {
    type Fruit = Vec<Option<u64>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.keys.push(self.column.first(doc));
    }

    fn harvest(self) -> Vec<Option<u64>> {
        self.keys
    }
}
