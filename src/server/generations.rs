//! The commits of the index that are answered from: the last two.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use rustc_hash::FxHashMap;

use crate::index::IndexError;
use crate::search::{Searcher, Statistics};

/// One commit of the index.
pub struct Generation {
    /// See [`Answer::generation`](crate::Answer::generation).
    pub name: String,
    /// The index as of then.
    pub searcher: Searcher,
    /// What it holds; read once, so that it is known even when the folder is gone.
    pub statistics: Statistics,
    /// When it was taken over.
    pub since: SystemTime,
    /// What securities are called, as far as it was looked up.
    names: Mutex<FxHashMap<String, String>>,
}

/// Most names that are kept.
const MAX_NAMES: usize = 100_000;

impl Generation {
    /// Takes a view of an index over.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn new(searcher: Searcher) -> Result<Generation, IndexError> {
        Ok(Generation {
            name: searcher.generation(),
            statistics: searcher.statistics()?,
            searcher,
            since: SystemTime::now(),
            names: Mutex::default(),
        })
    }

    /// What the security with this key is called, if it was looked up.
    pub fn name_of(&self, key: &str) -> Option<String> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(key).cloned()
    }

    /// Keeps what the security with this key is called.
    pub fn set_name(&self, key: &str, name: &str) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() < MAX_NAMES {
            names.insert(key.to_owned(), name.to_owned());
        }
    }
}

/// Why an answer cannot come from the generation that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// The last two generations, and what hinders the next.
pub struct Generations(RwLock<Kept>);

struct Kept {
    current: Arc<Generation>,
    previous: Option<Arc<Generation>>,
    trouble: Option<String>,
    unindexed: Option<String>,
}

impl Generations {
    /// Those of an index that was just opened.
    pub fn new(first: Generation) -> Generations {
        Generations(RwLock::new(Kept {
            current: Arc::new(first),
            previous: None,
            trouble: None,
            unindexed: None,
        }))
    }

    /// The last one.
    pub fn current(&self) -> Arc<Generation> {
        Arc::clone(&self.read().current)
    }

    /// The one with this name, or the last one where none is named.
    ///
    /// # Errors
    /// When it is no longer kept.
    pub fn named(&self, name: Option<&str>) -> Result<Arc<Generation>, Gone> {
        let kept = self.read();
        let Some(name) = name else {
            return Ok(Arc::clone(&kept.current));
        };
        let all = [Some(&kept.current), kept.previous.as_ref()];
        let found = all.into_iter().flatten().find(|one| one.name == name);
        found.map(Arc::clone).ok_or(Gone)
    }

    /// Answers from another generation from now on.
    pub fn take_over(&self, next: Generation) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.trouble = None;
        if kept.current.name != next.name {
            let before = std::mem::replace(&mut kept.current, Arc::new(next));
            // A cluster has the documents of the last one only.
            kept.previous = Some(before).filter(|before| before.searcher.keeps_its_commit());
        }
    }

    /// Notes why the next generation cannot be read; `None` when it can.
    pub fn set_trouble(&self, trouble: Option<String>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.trouble = trouble;
    }

    /// What hinders the next generation.
    pub fn trouble(&self) -> Option<String> {
        let kept = self.read();
        let trouble = kept.trouble.as_ref().or(kept.unindexed.as_ref());
        trouble.cloned()
    }

    /// Whether the generation on disk could not be read when it was last tried.
    pub fn is_unreadable(&self) -> bool {
        self.read().trouble.is_some()
    }

    /// Notes what hinders this process to write the next generation; `None` when nothing does any more.
    pub fn set_unindexed(&self, unindexed: Option<String>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.unindexed = unindexed;
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Kept> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
