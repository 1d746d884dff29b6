//! Words and names that stand out.

use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;

/// What to compare, and how much of it to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrendOptions {
    /// What to compare with; `None` for the rest of the archive.
    pub against: Option<Request>,
    /// Most words and names, 1 to 1,000.
    pub top: usize,
}

impl Default for TrendOptions {
    fn default() -> TrendOptions {
        TrendOptions {
            against: None,
            top: 20,
        }
    }
}

/// Words and names that stand out of what matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trends {
    /// Which commit of the index answered.
    pub generation: String,
    /// Articles that match.
    pub articles: u64,
    /// Stories that they tell: reprints once.
    pub stories: u64,
    /// Stories that these are compared with.
    pub against: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    /// What stands out most first.
    pub trends: Vec<Trend>,
}

/// What a trend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrendKind {
    /// A word.
    Word,
    /// The name of a security.
    Name,
}

/// A word or name that stands out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trend {
    /// The word, folded, or the name.
    pub text: String,
    /// What it is.
    pub kind: TrendKind,
    /// Matching articles that have it.
    pub articles: u64,
    /// Matching stories that have it.
    pub stories: u64,
    /// Media of these articles.
    pub sources: u64,
    /// Stories that would have it if it were as frequent as in what is compared with.
    pub expected: f64,
    /// How surprising that is: the log-likelihood ratio.
    pub score: f64,
    /// The query that shows its articles.
    pub query: String,
}

impl Searcher {
    /// The words and names that stand out of what a request matches.
    ///
    /// # Errors
    /// When `top` is out of bounds, or as [`answer`](Self::answer).
    pub fn trends(&self, request: &Request, options: &TrendOptions) -> Result<Trends, GlanceError> {
        let _ = (request, options);
        Err(GlanceError::argument("top", "not in this version"))
    }
}
