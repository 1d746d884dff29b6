//! The view by characters: which documents have them, and the texts that they stand in. It has some ten
//! thousand terms that queries ask for, and a query for each of its own several times: each is looked
//! up once for all queries.

use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tantivy::SegmentReader;
use tantivy::index::SegmentId;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption, Term};

use super::counted::Engine;
use super::statistics::documents_with;
use crate::index::{SegmentTexts, Texts};

/// Most entries of each kind that are kept, of a hundred bytes at most.
const MAX_KNOWN: usize = 1 << 16;

/// A term of this view: one character, or two.
type Gram = [Option<char>; 2];

/// The characters of an index that queries asked for, at one state of it.
#[derive(Debug)]
pub(crate) struct Characters {
    texts: Arc<Texts>,
    terms: Known<(SegmentId, Field, Gram), Option<TermInfo>>,
    documents: Known<(Field, Gram), u64>,
}

impl Characters {
    /// Those of an index with these texts.
    pub fn new(texts: Arc<Texts>) -> Characters {
        Characters {
            texts,
            terms: Known::default(),
            documents: Known::default(),
        }
    }

    /// The texts of all segments.
    pub fn all_texts(&self) -> &Texts {
        &self.texts
    }

    /// The texts of a segment.
    pub fn texts(&self, segment: &SegmentReader) -> tantivy::Result<&Arc<SegmentTexts>> {
        self.texts.of(segment)
    }

    /// # Errors
    /// When a text did not read: its document may have been passed over.
    pub fn check(&self) -> tantivy::Result<()> {
        self.texts.check()
    }

    /// The postings of a [term](crate::index::grams) in a segment, with how often it stands in each
    /// document, up to [`MOST`](crate::index::MOST); `None` where it does not occur.
    pub fn postings(
        &self,
        segment: &SegmentReader,
        field: Field,
        text: &str,
    ) -> tantivy::Result<Option<SegmentPostings>> {
        let index = segment.inverted_index(field)?;
        let key = (segment.segment_id(), field, gram(text));
        let find = || Ok(index.get_term_info(&Term::from_field_text(field, text))?);
        let Some(info) = self.terms.get(key, find)? else {
            return Ok(None);
        };
        let postings = index.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
        Ok(Some(postings))
    }

    /// Documents that have a [term](crate::index::grams).
    pub fn documents_with(
        &self,
        searcher: &Engine,
        field: Field,
        text: &str,
    ) -> tantivy::Result<u64> {
        let find = || documents_with(searcher, &Term::from_field_text(field, text));
        self.documents.get((field, gram(text)), find)
    }
}

fn gram(text: &str) -> Gram {
    let mut chars = text.chars();
    [chars.next(), chars.next()]
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
