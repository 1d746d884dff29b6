//! Articles that tell one story in the same words, over the whole index.
//!
//! Each document carries a sketch of its text. With every commit the sketches of all documents are
//! put into groups, in the order of their publication, and the groups of more than one article are
//! written to a table that belongs to the commit. The groups are a function of the documents alone,
//! whatever the order, the runs, the threads and the segments that brought them.

mod build;
mod facts;
mod groups;
mod sketch;
mod table;
mod tables;
mod telling;

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::schema::Fields;
use crate::corpus::Article;
use facts::Facts;
use sketch::Sketch;
use telling::Telling;

pub(super) use build::table;
pub use table::Reprint;
pub(crate) use table::Table;
pub(crate) use tables::{TableSeal, Tables, files};

/// Adds to the document of an article what its reprints are found by; `key` is the hash of its id,
/// `folded` its body, or its title where it has none.
pub(super) fn describe(
    doc: &mut TantivyDocument,
    fields: &Fields,
    article: &Article,
    key: u64,
    folded: &str,
) {
    if let Some((sketch, length)) = Sketch::of(folded) {
        doc.add_u64(fields.key, key);
        doc.add_u64(fields.facts, Facts::of(article, length).to_word());
        for word in sketch.to_words() {
            doc.add_u64(fields.sketch, word);
        }
    }
}

/// What a document that is not committed yet says of its reprints. A table of them grows by leaps, so
/// it has only where they are.
pub(super) struct Pending(Box<Uncommitted>);

struct Uncommitted {
    sketch: Sketch,
    facts: Facts,
    published: Option<i64>,
    id: Box<str>,
    source: Box<str>,
}

impl Pending {
    /// Reads it from the document; `None` where the document has no text.
    pub fn of(doc: &TantivyDocument, fields: &Fields) -> Option<Pending> {
        let text = |field| {
            let value = doc.get_first(field).and_then(|value| value.as_str());
            Box::from(value.unwrap_or_default())
        };
        let published = doc.get_first(fields.published);
        let words = doc.get_all(fields.sketch).filter_map(|word| word.as_u64());
        Some(Pending(Box::new(Uncommitted {
            sketch: Sketch::from_words(words)?,
            facts: Facts::from_word(doc.get_first(fields.facts)?.as_u64()?),
            published: published.and_then(|published| published.as_i64()),
            id: text(fields.id),
            source: text(fields.source_name),
        })))
    }

    fn published(&self) -> Option<i64> {
        self.0.published
    }

    fn telling(&self) -> Telling {
        self.0.facts.telling(self.0.sketch, self.0.published)
    }

    fn reprint(&self) -> Reprint {
        let Uncommitted {
            facts,
            published,
            id,
            source,
            ..
        } = &*self.0;
        Reprint {
            id: id.to_string(),
            source: source.to_string(),
            published: published.map(|seconds| facts.published(seconds)),
        }
    }
}
