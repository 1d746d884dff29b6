//! Finding documents where they are kept elsewhere: what is asked of that place.

// Who answers is no part of every build.
#![cfg_attr(not(feature = "opensearch"), allow(dead_code))]

use std::sync::Arc;

use super::recency::Preference;
use crate::index::{IndexError, Shared};
use crate::search::plan::matching::Match;
use crate::search::query::page::Sort;
use crate::search::view::counted::Collection;

/// What is asked for.
pub(crate) struct Wanted<'a> {
    pub matching: &'a Match,
    pub sort: Sort,
    pub preference: &'a Preference,
    /// Documents that are wanted: those that may be the best of all.
    pub most: usize,
}

/// What was found.
pub(crate) struct Candidates {
    /// Documents that match, exactly.
    pub total: u64,
    /// How many of them are here.
    pub number: usize,
    /// An index in memory of these.
    pub index: Shared,
}

/// Finds documents elsewhere.
pub(crate) trait Finder: Send + Sync {
    /// Documents that match.
    fn count(&self, matching: &Match) -> Result<u64, IndexError>;
    /// The documents that may be the best.
    fn candidates(&self, wanted: &Wanted) -> Result<Candidates, IndexError>;
    /// The keys by which all documents that match are grouped to stories; none for one without text.
    fn keys(&self, matching: &Match) -> Result<Vec<Option<u64>>, IndexError>;
    /// What is known of all documents.
    fn collection(&self) -> Arc<dyn Collection>;
}
