//! An article made again from its copies.

use tantivy::TantivyDocument;

use crate::index::record::copy::Copy;
use crate::index::record::document::document;
use crate::index::record::stored::Stored;
use crate::index::shared::Shared;

/// An article as its copies make it.
pub(super) struct Remade {
    pub id: String,
    /// At least one.
    pub copies: Vec<Copy>,
    pub made: TantivyDocument,
}

impl Remade {
    /// That of which this is stored; or what is wrong with it.
    pub fn of(shared: &Shared, stored: Option<&[u8]>) -> Result<Remade, String> {
        let Some((stored, read)) = stored.and_then(|stored| Some((stored, Stored::parse(stored)?)))
        else {
            return Err("an article does not read".into());
        };
        let id = read.article.id.clone();
        let copies = read.into_copies();
        if copies.is_empty() {
            return Err(format!("the article {id} has no copies"));
        }
        let made = document(&shared.fields, &shared.analyzer, &copies);
        let shown = Stored::bytes(&shared.fields, &made).and_then(Stored::shown);
        match Stored::shown(stored) == shown {
            true => Ok(Remade { id, copies, made }),
            false => Err(format!("the article {id} is not what its copies make")),
        }
    }
}
