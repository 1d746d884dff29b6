//! What a column has of all documents of a segment, decoded once enough of them were asked for.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tantivy::DocId;

/// To look one document up takes so many times as long as to decode one of all.
const PRICE: u32 = 64;

/// Values of all documents of a segment. A process that answers one query asks for few, and does not pay for
/// all; one that answers many decodes them once, when it has paid for as much: so no process pays more than
/// twice what it had to (ski rental: Karlin, Manasse, Rudolph, Sleator, *Competitive snoopy caching*, 1988).
#[derive(Debug)]
pub(super) struct Lookups<T> {
    /// How many may be looked up one by one.
    few: u32,
    asked: AtomicU32,
    /// `None` where they do not add up.
    all: OnceLock<Option<Vec<T>>>,
}

impl<T> Lookups<T> {
    /// Of a segment with so many documents.
    pub fn of(documents: DocId) -> Lookups<T> {
        Lookups {
            few: documents / PRICE,
            asked: AtomicU32::new(0),
            all: OnceLock::new(),
        }
    }

    /// Whether few were asked for until now.
    #[inline]
    pub fn are_few(&self) -> bool {
        self.all.get().is_none() && self.asked.load(Relaxed) < self.few
    }

    /// The values of all, decoded by `decode`; `None` as long as few are asked for, this time included. The
    /// inner one is `None` where they do not add up.
    #[inline]
    pub fn all(&self, decode: impl FnOnce() -> Option<Vec<T>>) -> Option<Option<&[T]>> {
        let all = match self.all.get() {
            Some(all) => all,
            None if self.asked.fetch_add(1, Relaxed) < self.few => return None,
            None => self.all.get_or_init(decode),
        };
        Some(all.as_deref())
    }

    /// The values of all, where they were decoded.
    #[inline]
    pub fn known(&self) -> Option<Option<&[T]>> {
        self.all.get().map(Option::as_deref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_decoded_once_many_are_asked_for() {
        let lookups = Lookups::of(10 * PRICE);
        for _ in 0..10 {
            assert!(lookups.are_few());
            assert_eq!(lookups.all(|| Some(vec![1])), None);
        }
        assert!(!lookups.are_few());
        assert_eq!(lookups.all(|| Some(vec![2])), Some(Some(&[2][..])));
        assert_eq!(lookups.all(|| Some(vec![3])), Some(Some(&[2][..])));
        assert_eq!(Lookups::<u64>::of(1).all(|| None), Some(None));
    }
}
