//! The committed state that is kept elsewhere: looked up for many articles at once.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::index::error::IndexError;
use crate::index::record::keeper::{Copies, Keeper, KeptLine};

/// What is kept elsewhere, and what was looked up of it since the last commit.
pub(super) struct Elsewhere {
    keeper: Arc<dyn Keeper>,
    articles: FxHashMap<String, Option<Copies>>,
    /// Files that were looked up, and those of them that documents have copies of.
    files: FxHashSet<u64>,
    with_copies: FxHashSet<u64>,
}

impl Elsewhere {
    pub fn new(keeper: Arc<dyn Keeper>) -> Elsewhere {
        Elsewhere {
            keeper,
            articles: FxHashMap::default(),
            files: FxHashSet::default(),
            with_copies: FxHashSet::default(),
        }
    }

    /// Looks up these articles and files, and forgets all others.
    pub fn expect(&mut self, ids: &[&str], files: &[u64]) -> Result<(), IndexError> {
        self.forget();
        let found = self.keeper.look_up(ids)?;
        let ids = ids.iter().map(|id| (*id).to_owned());
        self.articles = ids.zip(found).collect();
        self.with_copies = self.keeper.with_copies(files)?;
        self.files = files.iter().copied().collect();
        Ok(())
    }

    fn forget(&mut self) {
        self.articles.clear();
        self.files.clear();
        self.with_copies.clear();
    }

    pub fn find(&self, id: &str) -> Result<Option<Copies>, IndexError> {
        if let Some(known) = self.articles.get(id) {
            return Ok(known.clone());
        }
        Ok(self.keeper.look_up(&[id])?.pop().flatten())
    }

    pub fn has_copies_of(&self, file: u64) -> Result<bool, IndexError> {
        if self.files.contains(&file) {
            return Ok(self.with_copies.contains(&file));
        }
        Ok(!self.keeper.with_copies(&[file])?.is_empty())
    }

    pub fn of_file(&self, file: u64) -> Result<Vec<Copies>, IndexError> {
        self.keeper.of_file(file)
    }

    /// Commits. What was looked up may have changed.
    pub fn commit(&mut self, lines: Vec<KeptLine>) -> Result<(), IndexError> {
        self.forget();
        self.keeper.commit(lines)
    }
}
