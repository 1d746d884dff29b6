//! Checking articles that are kept elsewhere.

use std::path::PathBuf;

use rustc_hash::FxHashSet;
use tantivy::TantivyDocument;

use super::findings::Check;
use super::remade::Remade;
use super::sources::Sources;
use crate::index::error::IndexError;
use crate::index::record::copy::hash_id;
use crate::index::shared::Shared;
use crate::index::write::ledger::Ledger;

/// Checks articles one by one, as they come from where they are kept.
pub(crate) struct Checking<'a> {
    shared: &'a Shared,
    /// Where they are kept.
    place: PathBuf,
    sources: Sources,
    ids: FxHashSet<u64>,
    check: Check,
}

impl Checking<'_> {
    /// Begins with the lines of the ledger.
    pub fn begin(
        shared: &Shared,
        place: PathBuf,
        ledger: Vec<String>,
    ) -> Result<Checking<'_>, IndexError> {
        let ledger = Ledger::of_lines(ledger)?;
        let known = ledger.known();
        let sources = Sources::of(&known);
        let check = Check {
            known: known.len() as u64,
            orphans: sources.are_here().then_some(0),
            ..Check::default()
        };
        Ok(Checking {
            shared,
            place,
            sources,
            ids: FxHashSet::default(),
            check,
        })
    }

    /// The id of the article of which this is stored, and the document that its copies make; none where
    /// something is wrong with it, which is noted.
    pub fn made(&mut self, stored: &[u8]) -> Option<(String, TantivyDocument)> {
        match Remade::of(self.shared, Some(stored)) {
            Err(problem) => {
                self.fault(problem);
                None
            }
            Ok(Remade { id, .. }) if !self.ids.insert(hash_id(&id)) => {
                self.fault(format!("there are two articles with the id {id}"));
                None
            }
            Ok(Remade { id, copies, made }) => {
                let is_orphan = copies.iter().all(|copy| self.sources.have_lost(copy));
                if let Some(orphans) = self.check.orphans.as_mut().filter(|_| is_orphan) {
                    *orphans += 1;
                }
                Some((id, made))
            }
        }
    }

    /// Notes that an article is as it should be.
    pub fn is_sound(&mut self) {
        self.check.articles += 1;
    }

    /// Notes what is wrong.
    pub fn fault(&mut self, problem: impl std::fmt::Display) {
        self.check.fault(self.place.clone(), problem);
    }

    /// Whether so much is wrong that nothing more is told.
    pub fn is_full(&self) -> bool {
        self.check.is_full()
    }

    /// What was found.
    pub fn finish(self) -> Check {
        self.check
    }
}
