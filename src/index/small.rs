//! What is made in memory of documents that are kept elsewhere.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::directory::OwnedBytes;
use tantivy::schema::Schema;
use tantivy::{IndexWriter, TantivyDocument};

use super::error::IndexError;
use super::open;
use super::record::copy::Copy;
use super::record::document::document;
use super::record::keeper::Keeper;
use super::record::schema::Fields;
use super::record::stored::Stored;
use super::record::terms::WORDS;
use super::reprints::build::all_groups;
use super::reprints::layers::Table;
use super::reprints::pending::{Pending, Touched};
use super::shared::Shared;

/// The copies in what is stored of a document; `None` where it does not read.
pub(crate) fn copies_of(stored: &[u8]) -> Option<Vec<Copy>> {
    Stored::parse(stored).map(Stored::into_copies)
}

/// Memory for building a small index, in bytes: the least that the engine takes.
const MEMORY: usize = 16 << 20;

impl Shared {
    /// The same, written to where `keeper` keeps documents.
    pub fn kept_by(mut self, keeper: Arc<dyn Keeper>) -> Shared {
        self.keeper = Some(keeper);
        self
    }

    /// An index in memory, cut and named as this one, with the documents of which this is stored.
    pub fn with_documents(&self, stored: &[Vec<u8>]) -> Result<Shared, IndexError> {
        let engine = open::builder().create_in_ram()?;
        let small = open::over(
            None,
            engine,
            Arc::clone(&self.analyzer),
            self.entities.clone(),
            self.mapping.clone(),
        )?;
        if stored.is_empty() {
            return Ok(small);
        }
        let mut writer: IndexWriter = small.engine.writer_with_num_threads(1, MEMORY)?;
        for stored in stored {
            let copies = copies_of(stored).ok_or_else(|| small.damaged_document())?;
            writer.add_document(document(&small.fields, &small.analyzer, &copies))?;
        }
        writer.commit()?;
        small.reload()?;
        Ok(small)
    }

    /// The words of a folded text, with their parts, as a field of words has them.
    pub fn words_of(&self, folded: &str) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(mut tokenizer) = self.engine.tokenizers().get(WORDS) {
            let mut stream = tokenizer.token_stream(folded);
            stream.process(&mut |token| words.push(token.text.clone()));
        }
        words
    }

    /// The table of the reprints among documents, of which each carries what tells it apart.
    pub fn group(
        &self,
        documents: impl IntoIterator<Item = (u64, TantivyDocument)>,
    ) -> Result<Option<Vec<u8>>, IndexError> {
        let of = |document: &TantivyDocument| Touched {
            before: None,
            now: Pending::of(document, &self.fields),
        };
        let touched: FxHashMap<u64, Touched> = documents
            .into_iter()
            .map(|(key, document)| (key, of(&document)))
            .collect();
        Ok(all_groups(&self.reader.searcher(), &touched)?)
    }
}

/// The table of reprints in these bytes; `None` where they are none.
pub(crate) fn table_of(bytes: Vec<u8>) -> Option<Table> {
    Table::of_one(OwnedBytes::new(bytes)).ok()
}

/// The fields of a document by their names.
pub(crate) fn schema() -> (Schema, Fields) {
    Fields::build()
}
