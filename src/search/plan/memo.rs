//! What was found out on the way to the answer of one query, so that it is found out once: a query
//! that finds nothing is planned many times over, whole and in parts.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::names::Other;
use super::scope::Scope;
use crate::search::view::deadline::Halt;
use crate::search::view::occurrences::Occurrences;

/// Most places that are kept, of 8 bytes each: a text has one for each document that it stands in.
const MAX_PLACES: u64 = 32 << 20;

/// Most words that all prefixes of a query stand for, of a kilobyte or two while it runs.
const MAX_PREFIXED: usize = 1 << 14;

/// Most words of letters that are read as spellings of names: each is compared with all names.
const MAX_SPELLED: usize = 8;

/// How often texts near each other may be looked for in all documents, each of them for itself: where
/// they stand is not kept. A small index may be searched more often.
const MAX_NEAR: u64 = 32;
const MIN_NEAR: u64 = 1 << 20;

/// The words that begin with a prefix.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct Prefixed {
    pub words: Vec<String>,
    /// There are more.
    pub is_cut: bool,
}

/// What is known of folded texts in some fields.
type Known<T> = RefCell<FxHashMap<(Scope, String), Arc<T>>>;

/// What the plans of one query share.
#[derive(Default)]
pub(in crate::search) struct Memo {
    texts: Known<Vec<Occurrences>>,
    places: Cell<u64>,
    prefixes: Known<Prefixed>,
    prefixed: Cell<usize>,
    /// Documents in which texts near each other were looked for.
    near: Cell<u64>,
    spelled: RefCell<FxHashMap<String, Vec<Other>>>,
}

impl Memo {
    /// Where a folded text stands, field by field; looked for with `find` the first time.
    pub(super) fn text(
        &self,
        text: &str,
        scope: Scope,
        find: impl FnOnce() -> tantivy::Result<Vec<Occurrences>>,
    ) -> tantivy::Result<Arc<Vec<Occurrences>>> {
        let key = (scope, text.to_owned());
        if let Some(known) = self.texts.borrow().get(&key) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(find()?);
        let documents = found.iter().map(|field| field.documents);
        self.places.set(self.places.get() + documents.sum::<u64>());
        if self.places.get() > MAX_PLACES {
            return Err(Halt::TooMuch.into());
        }
        self.texts.borrow_mut().insert(key, Arc::clone(&found));
        Ok(found)
    }

    /// Texts near each other are about to be looked for in so many documents, of so many in all.
    pub(super) fn near(&self, searched: u64, documents: u64) -> tantivy::Result<()> {
        self.near.set(self.near.get().saturating_add(searched));
        match self.near.get() <= MIN_NEAR.max(MAX_NEAR * documents) {
            true => Ok(()),
            false => Err(Halt::TooMuch.into()),
        }
    }

    /// The words that begin with a folded text; looked for with `find` the first time.
    pub(super) fn prefix(
        &self,
        text: &str,
        scope: Scope,
        find: impl FnOnce() -> tantivy::Result<Prefixed>,
    ) -> tantivy::Result<Arc<Prefixed>> {
        let key = (scope, text.to_owned());
        if let Some(known) = self.prefixes.borrow().get(&key) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(find()?);
        self.prefixed.set(self.prefixed.get() + found.words.len());
        if self.prefixed.get() > MAX_PREFIXED {
            return Err(Halt::TooMuch.into());
        }
        self.prefixes.borrow_mut().insert(key, Arc::clone(&found));
        Ok(found)
    }

    /// The names that letters spell; looked for with `find` the first time, and not at all once that
    /// was done for many others.
    pub(super) fn spelled(
        &self,
        letters: &str,
        find: impl FnOnce() -> tantivy::Result<Vec<Other>>,
    ) -> tantivy::Result<Vec<Other>> {
        if let Some(known) = self.spelled.borrow().get(letters) {
            return Ok(known.clone());
        }
        if self.spelled.borrow().len() == MAX_SPELLED {
            return Ok(Vec::new());
        }
        let found = find()?;
        let mut spelled = self.spelled.borrow_mut();
        spelled.insert(letters.to_owned(), found.clone());
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::plan::scope::EVERYWHERE;

    fn standing_in(documents: u64) -> tantivy::Result<Vec<Occurrences>> {
        Ok(vec![Occurrences {
            documents,
            ..Occurrences::default()
        }])
    }

    #[test]
    fn a_text_is_looked_for_once() {
        let memo = Memo::default();
        let first = memo.text("云汐", EVERYWHERE, || standing_in(3)).unwrap();
        let again = memo.text("云汐", EVERYWHERE, || standing_in(5)).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let elsewhere = Scope {
            title: false,
            ..EVERYWHERE
        };
        let other = memo.text("云汐", elsewhere, || standing_in(5)).unwrap();
        assert_eq!(other[0].documents, 5);
    }

    #[test]
    fn what_is_looked_for_near_each_other_is_bounded() {
        let memo = Memo::default();
        for _ in 0..MAX_NEAR {
            assert!(memo.near(1 << 20, 1 << 20).is_ok());
        }
        assert!(memo.near(1, 1 << 20).is_err());
        let memo = Memo::default();
        for _ in 0..1_000 {
            assert!(memo.near(300, 300).is_ok());
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let memo = Memo::default();
        assert!(
            memo.text("的", EVERYWHERE, || standing_in(MAX_PLACES))
                .is_ok()
        );
        assert!(memo.text("了", EVERYWHERE, || standing_in(1)).is_err());
        let many = Prefixed {
            words: vec![String::new(); MAX_PREFIXED],
            is_cut: true,
        };
        for _ in 0..2 {
            let found = memo.prefix("60", EVERYWHERE, || Ok(many.clone()));
            assert_eq!(*found.unwrap(), many);
        }
        assert!(memo.prefix("00", EVERYWHERE, || Ok(many.clone())).is_err());
        let letters = (b'a'..=b'z').map(|letter| char::from(letter).to_string());
        let looked_for = Cell::new(0);
        for letters in letters {
            let find = || {
                looked_for.set(looked_for.get() + 1);
                Ok(Vec::new())
            };
            assert_eq!(memo.spelled(&letters, find).unwrap(), []);
        }
        assert_eq!(looked_for.get(), MAX_SPELLED);
    }
}
