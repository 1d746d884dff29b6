//! How long the texts of an index are.

use crate::index::{Fields, Texts};
use crate::search::view::counted::Engine;
use crate::search::view::statistics::length;

/// Average lengths of the fields of words, in words, and who has a title.
#[derive(Debug, Clone, Copy)]
pub(in crate::search) struct Lengths {
    pub title: f32,
    /// `None` where no document has a digest: then nothing need be looked for in it.
    pub digest: Option<f32>,
    pub body: f32,
    /// The share of the documents that have a title.
    pub titled: f32,
}

impl Lengths {
    /// Those of an index.
    pub fn of(searcher: &Engine, texts: &Texts, fields: &Fields) -> tantivy::Result<Lengths> {
        let title = length(searcher, texts, fields.title_words)?;
        let digest = length(searcher, texts, fields.digest_words)?;
        let body = length(searcher, texts, fields.body_words)?;
        let titled = title.map_or(0, |title| title.documents);
        Ok(Lengths {
            title: title.map_or(1.0, |title| title.average),
            digest: digest.map(|digest| digest.average),
            body: body.map_or(1.0, |body| body.average),
            titled: titled as f32 / searcher.num_docs().max(1) as f32,
        })
    }
}
