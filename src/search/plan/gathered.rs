//! What a plan gathers on the way through a query.

use super::concept::Look;
use super::names::Expansion;
use super::needle::{Near, Needle};
use crate::search::query::note::Note;

/// What is to be marked, looked for and said.
#[derive(Default)]
pub(super) struct Gathered {
    pub needles: Vec<Needle>,
    pub near: Vec<Near>,
    pub looks: Vec<Look>,
    pub missing: Vec<String>,
    /// Words of the largest group of words.
    pub words: usize,
    pub expansions: Vec<Expansion>,
    pub notes: Vec<Note>,
}

impl Gathered {
    /// Says something once.
    pub fn note(&mut self, note: Option<Note>) {
        self.notes
            .extend(note.filter(|note| !self.notes.contains(note)));
    }
}
