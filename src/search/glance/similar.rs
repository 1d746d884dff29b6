//! Other stories on the same matter.

use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::search::searcher::Searcher;

/// How many to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimilarOptions {
    /// Most stories, 1 to 1,000.
    pub limit: usize,
}

impl Default for SimilarOptions {
    fn default() -> SimilarOptions {
        SimilarOptions { limit: 10 }
    }
}

/// Other stories on the matter of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Similar {
    /// Which commit of the index answered.
    pub generation: String,
    /// The article that was asked for.
    pub id: String,
    /// What it is about: what others are compared by, the heaviest first.
    pub terms: Vec<SharedTerm>,
    /// The stories, the most similar first; empty where nothing is similar.
    pub hits: Vec<SimilarHit>,
}

/// A story on the same matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimilarHit {
    /// The id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it was published, as that of a hit.
    pub date: Option<String>,
    /// The medium; empty where it is not known.
    pub source: String,
    /// Its address on the web.
    pub url: Option<String>,
    /// The weights of what it shares over those of all that the article has, 0 to 1.
    pub score: f64,
    /// What it shares, the heaviest first.
    pub shared: Vec<SharedTerm>,
}

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// The key of a security.
    Code,
    /// The name of a security.
    Name,
    /// A word.
    Word,
}

/// A term that two articles share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedTerm {
    /// The term; a word is folded.
    pub text: String,
    /// What it is.
    pub kind: TermKind,
    /// Its weight.
    pub weight: f64,
}

impl Searcher {
    /// Other stories on the matter of an article; `None` where no article has this id.
    ///
    /// # Errors
    /// When `limit` is out of bounds, the index cannot be read, or time is up.
    pub fn similar(
        &self,
        id: &str,
        options: &SimilarOptions,
    ) -> Result<Option<Similar>, GlanceError> {
        let _ = (id, options);
        Err(GlanceError::argument("id", "not in this version"))
    }
}
