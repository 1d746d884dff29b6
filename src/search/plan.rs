//! A query to its plan: which documents match, what scores, what is marked.

pub mod codes;
pub mod concept;
pub mod expand;
pub mod expected;
pub mod formula;
pub mod fragments;
pub mod frame;
pub mod gathered;
pub mod lengths;
pub mod matching;
pub mod memo;
pub mod names;
pub mod needle;
pub mod pairs;
pub mod planner;
pub mod quoted;
pub mod scope;
mod units;
pub mod words;

use concept::Look;
use matching::Match;
use names::Expansion;
use needle::{Near, Needle};

use super::query::note::Note;
use super::query::page::Sort;

/// A query, ready to run.
pub(in crate::search) struct Plan {
    /// Which documents match.
    pub matching: Match,
    pub needles: Vec<Needle>,
    pub near: Vec<Near>,
    /// What to look for in the best documents.
    pub looks: Vec<Look>,
    /// The unquoted words of the query that no document has.
    pub missing: Vec<String>,
    /// Dropping words may find more.
    pub can_relax: bool,
    /// What else its words are called.
    pub expansions: Vec<Expansion>,
    /// What to say of how it was understood.
    pub notes: Vec<Note>,
}

impl Share {
    /// What is tried in turn until something is found.
    pub fn in_turn(sort: Sort) -> &'static [Share] {
        match sort {
            Sort::Relevance => &[Share::Most, Share::Any],
            Sort::Date => &[Share::All, Share::Much, Share::Any],
        }
    }
}

/// How many of the unquoted words a document must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Share {
    All,
    /// All of few words, less of more.
    Most,
    /// The same, and of many words more: where the order is not by score, what has little stands
    /// among what has much.
    Much,
    Any,
}
