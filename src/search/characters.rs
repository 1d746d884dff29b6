//! The terms of single characters, looked up once for all queries. Texts have few thousand of them,
//! and a query asks for each of its own several times: for pairs, for substrings, and in the closer
//! look at the best documents.

use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tantivy::index::SegmentId;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{Searcher, SegmentReader};

use super::ranking::documents_with;

/// Most entries of each kind that are kept, of a hundred bytes at most.
const MAX_KNOWN: usize = 1 << 16;

/// The characters of an index that queries asked for, at one state of it.
#[derive(Debug, Default)]
pub(crate) struct Characters {
    terms: Known<(SegmentId, Field, char), Option<TermInfo>>,
    documents: Known<(Field, char), u64>,
}

impl Characters {
    /// The postings of a character in a segment, with positions; `None` where it does not occur.
    pub fn postings(
        &self,
        segment: &SegmentReader,
        field: Field,
        c: char,
    ) -> tantivy::Result<Option<SegmentPostings>> {
        let index = segment.inverted_index(field)?;
        let key = (segment.segment_id(), field, c);
        let find = || Ok(index.get_term_info(&term(field, c))?);
        let Some(info) = self.terms.get(key, find)? else {
            return Ok(None);
        };
        let with_positions = IndexRecordOption::WithFreqsAndPositions;
        Ok(Some(
            index.read_postings_from_terminfo(&info, with_positions)?,
        ))
    }

    /// Documents that have a character.
    pub fn documents_with(
        &self,
        searcher: &Searcher,
        field: Field,
        c: char,
    ) -> tantivy::Result<u64> {
        let find = || documents_with(searcher, &term(field, c));
        self.documents.get((field, c), find)
    }
}

fn term(field: Field, c: char) -> Term {
    Term::from_field_text(field, c.encode_utf8(&mut [0; 4]))
}

/// What was found out, for all threads.
#[derive(Debug)]
struct Known<K, V>(RwLock<FxHashMap<K, V>>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Known<K, V> {
        Known(RwLock::default())
    }
}

impl<K: Eq + Hash, V: Clone> Known<K, V> {
    /// What is known under a key; found with `find` the first time.
    fn get(&self, key: K, find: impl FnOnce() -> tantivy::Result<V>) -> tantivy::Result<V> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known.get(&key) {
            return Ok(value.clone());
        }
        drop(known);
        let value = find()?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_KNOWN {
            known.insert(key, value.clone());
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_found_once_and_bounded() {
        let known = Known::default();
        assert_eq!(known.get('云', || Ok(1)).unwrap(), 1);
        assert_eq!(known.get('云', || Ok(2)).unwrap(), 1);
        let known = Known::default();
        for number in 0..=MAX_KNOWN {
            known.get(number, || Ok(1)).unwrap();
        }
        assert_eq!(known.get(0, || Ok(2)).unwrap(), 1);
        assert_eq!(known.get(MAX_KNOWN, || Ok(2)).unwrap(), 2, "no more room");
    }
}
