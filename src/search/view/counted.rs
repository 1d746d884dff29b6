//! The engine, and what is counted of all documents where they are kept elsewhere and the engine has
//! only some of them.

use std::ops::Deref;
use std::sync::Arc;

use tantivy::Searcher;
use tantivy::schema::{Field, Term};

use super::today::Today;
use crate::index::Table;

/// A term of a field and the documents that have it.
pub(crate) type Counted = (String, u64);

/// How long a field of words is in the documents that have it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length {
    /// These documents.
    pub documents: u64,
    /// In words.
    pub average: f32,
}

impl Length {
    /// Of so many documents with so many words in all; `None` where there are no documents.
    pub fn of(documents: u64, words: u64) -> Option<Length> {
        (documents > 0).then(|| Length {
            documents,
            average: words as f32 / documents as f32,
        })
    }
}

/// What is known of all documents of an index that is kept elsewhere. Every number is exact, and of
/// documents that were not removed.
pub(crate) trait Collection: Send + Sync {
    /// Tells one state of the documents from another.
    fn generation(&self) -> String;
    fn documents(&self) -> u64;
    /// Documents published before a moment, in seconds since 1970.
    fn documents_before(&self, end: i64) -> tantivy::Result<u64>;
    /// Documents that have a term, or in whose field of characters this text stands.
    fn documents_with(&self, field: Field, text: &str) -> tantivy::Result<u64>;
    /// Finds out, at once, how many documents have each of these, so that [`documents_with`](Self::documents_with)
    /// knows it.
    fn expect(&self, texts: &[(Field, String)]) -> tantivy::Result<()>;
    /// Those of them that have words in a field of words as well.
    fn documents_with_words(
        &self,
        text: (Field, &str),
        words: (Field, &[String]),
    ) -> tantivy::Result<u64>;
    /// How long a field is, where any document has it.
    fn length(&self, field: Field) -> tantivy::Result<Option<Length>>;
    /// The first terms of a field that begin with a text, in their order, of documents published before
    /// a moment; of a field of words those that are no Han.
    fn terms(
        &self,
        field: Field,
        prefix: &str,
        end: Option<i64>,
        most: usize,
    ) -> tantivy::Result<Vec<Counted>>;
    fn today(&self) -> tantivy::Result<Today>;
    /// When the first and the last of the documents that were published before a moment were published,
    /// in seconds since 1970.
    fn bounds(&self, end: Option<i64>) -> tantivy::Result<Option<(i64, i64)>>;
    /// Bytes of the whole on disk.
    fn bytes(&self) -> tantivy::Result<u64>;
    /// What is stored of the document with an id.
    fn stored(&self, id: &str) -> tantivy::Result<Option<Vec<u8>>>;
    fn reprints(&self) -> Table;
}

/// The engine at one state, counted as all documents are.
#[derive(Clone)]
pub(crate) struct Engine {
    searcher: Searcher,
    elsewhere: Option<Arc<dyn Collection>>,
    /// How many threads may look through texts.
    pub threads: usize,
}

impl Engine {
    /// An engine that has all documents, or some of those that are elsewhere.
    pub fn new(searcher: Searcher, elsewhere: Option<Arc<dyn Collection>>) -> Engine {
        Engine {
            searcher,
            elsewhere,
            threads: 1,
        }
    }

    /// Where all documents are, if not in the engine.
    pub fn elsewhere(&self) -> Option<&dyn Collection> {
        self.elsewhere.as_deref()
    }

    /// Number of all documents.
    pub fn num_docs(&self) -> u64 {
        match &self.elsewhere {
            Some(all) => all.documents(),
            None => self.searcher.num_docs(),
        }
    }

    /// Documents with a term where they are elsewhere.
    pub(super) fn counted_elsewhere(&self, term: &Term) -> Option<tantivy::Result<u64>> {
        let all = self.elsewhere()?;
        let value = term.value();
        let text = value.as_str().unwrap_or_default();
        Some(all.documents_with(term.field(), text))
    }
}

/// What of the documents is here is read as of any engine.
impl Deref for Engine {
    type Target = Searcher;

    fn deref(&self) -> &Searcher {
        &self.searcher
    }
}
