//! What the indexes of a cluster, and their documents, are called.

use serde_json::{Value, json};
use tantivy::schema::{Field, Schema};

use super::written::{characters, word};
use crate::index::{Elsewhere, Fields, schema};

/// The name unless one is given.
pub(crate) const NAME: &str = "newsearch";
/// The longest id that a cluster takes, in bytes.
const MAX_ID: usize = 512;

/// The names of an index and of its fields.
#[derive(Clone)]
pub(super) struct Names {
    /// The alias of the index of articles.
    pub articles: String,
    /// The alias of the index of all else: the ledger, who writes, the reprints.
    pub state: String,
    schema: Schema,
    pub fields: Fields,
}

impl Names {
    /// Those of an index with this name.
    pub fn new(name: &str) -> Result<Names, Elsewhere> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !begins || !name.chars().all(is_plain) || name.len() > 100 {
            return Err(Elsewhere(format!(
                "{name} is no name of an index of a cluster: small letters a to z, digits, - and _"
            )));
        }
        let (schema, fields) = schema();
        Ok(Names {
            articles: name.to_owned(),
            state: format!("{name}-state"),
            schema,
            fields,
        })
    }

    /// The name of a field: the one that it has in an index in a folder.
    pub fn of(&self, field: Field) -> &str {
        self.schema.get_field_name(field)
    }

    pub fn is_characters(&self, field: Field) -> bool {
        field == self.fields.title || field == self.fields.body
    }

    /// The field of the words of a field that prefixes are completed to.
    pub fn listed(&self, field: Field) -> String {
        match self.is_words(field) {
            true => format!("{}_listed", self.of(field)),
            false => self.of(field).to_owned(),
        }
    }

    pub fn is_words(&self, field: Field) -> bool {
        [
            self.fields.title_words,
            self.fields.digest_words,
            self.fields.body_words,
        ]
        .contains(&field)
    }

    /// The field of the length of a field of words.
    pub fn length(&self, field: Field) -> String {
        format!("{}_length", self.of(field))
    }

    /// A query for a term, or for a text in a field of characters.
    pub fn has(&self, field: Field, text: &str) -> Value {
        let name = self.of(field);
        match self.is_characters(field) {
            true => json!({ "match_phrase": { name: characters(text) } }),
            false if self.is_words(field) => json!({ "term": { name: word(text) } }),
            false => json!({ "term": { name: text } }),
        }
    }
}

/// What the document of an article is called in the cluster.
pub(super) fn document_id(id: &str) -> String {
    match id.len() <= MAX_ID && !id.starts_with('_') {
        true => id.to_owned(),
        false => format!("_hash-{}", blake3::hash(id.as_bytes()).to_hex()),
    }
}
