//! Finding documents where they are kept elsewhere: what is asked of that place.

// Who answers is no part of every build.
#![cfg_attr(not(feature = "opensearch"), allow(dead_code))]

use std::sync::Arc;

use super::recency::Preference;
use crate::index::{IndexError, Shared};
use crate::search::plan::matching::Match;
use crate::search::query::note::Note;
use crate::search::query::page::Sort;
use crate::search::view::columns::Field;
use crate::search::view::counted::{Collection, Counted};

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

/// Spans of time of one length, one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spans {
    /// Their length in seconds.
    pub seconds: i64,
    /// Where one of them begins, in seconds since 1970.
    pub from: i64,
}

/// The columns of a document.
#[derive(Debug, Default)]
pub(crate) struct DocumentRow {
    /// By which it is grouped to stories; none for one without text.
    pub key: Option<u64>,
    /// When it was published, in seconds since 1970.
    pub published: Option<i64>,
    /// The values of each column, in the order of [`Field::ALL`], folded, each once.
    pub values: [Vec<String>; Field::ALL.len()],
}

/// What was left out of answers until now, where that is allowed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shortfalls {
    /// Answers that were a part only.
    pub times: u64,
    /// Shards that did not answer the last time, of how many.
    pub failed: u64,
    pub shards: u64,
}

impl Shortfalls {
    /// What to say of an answer that was begun after `before`.
    pub fn since(self, before: Shortfalls) -> Option<Note> {
        let Shortfalls {
            times,
            failed,
            shards,
        } = self;
        (times > before.times).then_some(Note::Partial { failed, shards })
    }
}

/// Takes documents one by one.
pub(crate) type Take<'a, T> = dyn FnMut(T) -> Result<(), IndexError> + 'a;

/// The order of documents: those without a date last, those of one moment in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByDate {
    Newest,
    Oldest,
}

/// What is stored of documents, all of one moment, read as it is taken.
pub(crate) struct Stored {
    /// How many there are.
    pub total: u64,
    pub documents: Box<dyn Iterator<Item = Result<Vec<u8>, IndexError>> + Send>,
}

/// Finds documents elsewhere.
pub(crate) trait Finder: Send + Sync {
    /// Documents that match.
    fn count(&self, matching: &Match) -> Result<u64, IndexError>;
    /// The documents that may be the best.
    fn candidates(&self, wanted: &Wanted) -> Result<Candidates, IndexError>;
    /// The keys by which all documents that match are grouped to stories; none for one without text.
    fn keys(&self, matching: &Match) -> Result<Vec<Option<u64>>, IndexError>;
    /// All values of a column, folded, and the documents that match and have them.
    fn values(&self, matching: &Match, field: Field) -> Result<Vec<Counted>, IndexError>;
    /// Documents that match and have no value in any of these columns.
    fn without(&self, matching: &Match, fields: &[Field]) -> Result<u64, IndexError>;
    /// The spans of time in which documents that match were published, each by its first second, and
    /// how many.
    fn moments(&self, matching: &Match, spans: Spans) -> Result<Vec<(i64, u64)>, IndexError>;
    /// Takes the columns of all documents that match, in no order.
    fn rows(&self, matching: &Match, take: &mut Take<DocumentRow>) -> Result<(), IndexError>;
    /// Likewise of those that tell what others tell, too, and perhaps more, of `total` that match.
    fn rows_of_stories(
        &self,
        matching: &Match,
        total: u64,
        take: &mut Take<DocumentRow>,
    ) -> Result<(), IndexError>;
    /// What is stored of all documents that match.
    fn stored(&self, matching: &Match, order: ByDate) -> Result<Stored, IndexError>;
    /// What was left out of answers until now.
    fn shortfalls(&self) -> Shortfalls;
    /// What is known of all documents.
    fn collection(&self) -> Arc<dyn Collection>;
}
