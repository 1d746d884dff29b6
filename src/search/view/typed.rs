//! What a text that is being typed may become, what most articles have first.

use std::cmp::Ordering;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::index::typing::SEPARATOR;

/// Terms that are ranked anew each time: a beginning of more is kept.
const FEW: usize = 256;
/// Most beginnings that are kept, and of each the most things.
const MAX_KEPT: usize = 128;
const MAX_THINGS: usize = 2_000;

/// What a text may become.
#[derive(Clone)]
pub(in crate::search) struct Typed {
    /// The term that stands for it in the field that it is found by.
    pub term: String,
    /// The name that most articles give it.
    pub shown: String,
    /// Articles that have it.
    pub articles: u64,
    /// What is typed is all of it.
    pub is_whole: bool,
}

/// The beginnings that very much begins with, as a single letter, and what it is.
#[derive(Default)]
pub(in crate::search) struct Beginnings(Mutex<FxHashMap<String, Arc<[Typed]>>>);

/// A thing, with all its names.
#[derive(Default)]
struct Thing {
    articles: u64,
    is_whole: bool,
    names: Vec<(String, u64)>,
}

/// Things by their terms, and how many terms they were made of.
#[derive(Default)]
pub(super) struct Things {
    by_term: FxHashMap<String, Thing>,
    terms: usize,
}

impl Things {
    /// One more term that begins with what is typed, and how many articles have it.
    pub fn add(&mut self, term: &str, typed: &str, articles: u64) {
        let Some((written, shown, of)) = parts(term) else {
            return;
        };
        let target = if of.is_empty() { written } else { of };
        let shown = if shown.is_empty() { written } else { shown };
        self.terms += 1;
        let thing = match self.by_term.get_mut(target) {
            Some(thing) => thing,
            None => self.by_term.entry(target.to_owned()).or_default(),
        };
        thing.is_whole |= written == typed;
        thing.articles += articles;
        match thing.names.iter_mut().find(|(name, _)| name == shown) {
            Some((_, sum)) => *sum += articles,
            None => thing.names.push((shown.to_owned(), articles)),
        }
    }

    /// Whether there are so many that they are better kept.
    pub fn are_many(&self) -> bool {
        self.terms > FEW
    }

    /// The best first.
    pub fn ranked(self) -> Vec<Typed> {
        let things = self.by_term.into_iter();
        let mut ranked: Vec<Typed> = things
            .map(|(term, thing)| Typed {
                term,
                articles: thing.articles,
                is_whole: thing.is_whole,
                shown: thing.most_frequent_name(),
            })
            .collect();
        ranked.sort_unstable_by(Typed::before);
        ranked
    }
}

impl Typed {
    /// What is typed whole is first, then what more articles have.
    pub fn before(&self, other: &Typed) -> Ordering {
        let rank = |typed: &Typed| (typed.is_whole, typed.articles);
        let by_rank = rank(other).cmp(&rank(self));
        by_rank.then_with(|| self.term.cmp(&other.term))
    }
}

impl Thing {
    fn most_frequent_name(self) -> String {
        let names = self.names.into_iter();
        let most = names.max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        most.map(|(name, _)| name).unwrap_or_default()
    }
}

/// What is typed, what is shown, and what it stands for.
fn parts(term: &str) -> Option<(&str, &str, &str)> {
    let mut letter = term.chars();
    letter.next()?;
    let mut parts = letter.as_str().split(SEPARATOR);
    Some((parts.next()?, parts.next()?, parts.next()?))
}

impl Beginnings {
    pub fn get(&self, start: &str) -> Option<Arc<[Typed]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(start).cloned()
    }

    /// Keeps the best of what begins so, where there is room.
    pub fn keep(&self, start: String, mut typed: Vec<Typed>) -> Arc<[Typed]> {
        typed.truncate(MAX_THINGS);
        let typed: Arc<[Typed]> = typed.into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has_room = kept.len() < MAX_KEPT;
        match kept.entry(start) {
            Entry::Occupied(known) => Arc::clone(known.get()),
            Entry::Vacant(free) if has_room => Arc::clone(free.insert(typed)),
            Entry::Vacant(_) => typed,
        }
    }
}
