//! What a text that is being typed may become.

use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::search::searcher::Searcher;

/// How many to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuggestOptions {
    /// Most suggestions, 1 to 1,000.
    pub limit: usize,
}

impl Default for SuggestOptions {
    fn default() -> SuggestOptions {
        SuggestOptions { limit: 10 }
    }
}

/// What a suggestion is, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// The code of a security begins so.
    Code,
    /// The name of a security begins so.
    Name,
    /// The first letters of a name are these.
    Initials,
    /// A name is spelled so.
    Pinyin,
    /// A security is called so by many.
    Nickname,
    /// A tag begins so.
    Tag,
    /// A medium's name begins so.
    Source,
    /// Titles have it.
    Phrase,
}

/// What a text that is being typed may become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// What to show.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// The query that it stands for.
    pub query: String,
    /// Stories that the query is about.
    pub stories: u64,
}

impl Searcher {
    /// What a text that is being typed may become: the likeliest first.
    ///
    /// # Errors
    /// When `limit` is out of bounds, the index cannot be read, or time is up.
    pub fn suggest(
        &self,
        text: &str,
        options: &SuggestOptions,
    ) -> Result<Vec<Suggestion>, GlanceError> {
        let _ = (text, options);
        Err(GlanceError::argument("text", "not in this version"))
    }
}
