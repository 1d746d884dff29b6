//! What documents that are not committed yet say of their reprints.

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::table::Reprint;
use super::telling::Telling;
use crate::index::record::facts::Facts;
use crate::index::record::schema::Fields;
use crate::index::record::sketch::Sketch;

/// A document that is not as it was committed.
pub struct Touched {
    /// When the committed one was published, in seconds since 1970, if there is one: `Some(None)` where
    /// it does not say.
    pub before: Option<Option<i64>>,
    /// What it is now; `None` where it is gone, or has no text.
    pub now: Option<Pending>,
}

impl Touched {
    /// Whether nothing was committed of the document.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }
}

/// What a document that is not committed yet says of its reprints. A table of them grows by leaps, so
/// it has only where they are.
pub struct Pending(Box<Uncommitted>);

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

    pub fn published(&self) -> Option<i64> {
        self.0.published
    }

    pub fn telling(&self) -> Telling {
        Telling::new(self.0.facts, self.0.sketch, self.0.published)
    }

    pub fn reprint(&self) -> Reprint {
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
