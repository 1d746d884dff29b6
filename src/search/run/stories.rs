//! Hits that tell one story, shown once.

use rustc_hash::FxHashSet;
use tantivy::columnar::Column;

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
