//! How long the texts of an index are.

use crate::index::{Fields, Texts};
use crate::search::view::counted::Engine;
use crate::search::view::statistics::average_length;

/// Average lengths of the fields of words, in words.
#[derive(Debug, Clone, Copy)]
pub(in crate::search) struct Lengths {
    pub title: f32,
    /// `None` where no document has a digest: then nothing need be looked for in it.
    pub digest: Option<f32>,
    pub body: f32,
}

impl Lengths {
    /// Those of an index.
    pub fn of(searcher: &Engine, texts: &Texts, fields: &Fields) -> tantivy::Result<Lengths> {
        let average = |field| average_length(searcher, texts, field);
        Ok(Lengths {
            title: average(fields.title_words)?.unwrap_or(1.0),
            digest: average(fields.digest_words)?,
            body: average(fields.body_words)?.unwrap_or(1.0),
        })
    }
}
