//! How much is told of many securities, or saved queries, over time.

use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;

use super::calendar::Unit;

/// What to count, and how to cut time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeriesOptions {
    /// The securities or queries.
    pub of: SeriesOf,
    /// The length of a bucket: day, week or month.
    pub by: Unit,
    /// Minutes after midnight at which a day ends, 1 to 1,440: what comes then or later counts for the next
    /// day.
    pub close: u16,
    /// Trading days (`2022-01-05`): what comes on others counts for the next of these. Empty: all days.
    pub calendar: Vec<String>,
}

/// What a series is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesOf {
    /// Securities, as people write them; all that the archive has where there are none.
    Codes(Vec<String>),
    /// Saved queries, each with its name.
    Queries(Vec<(String, Request)>),
}

impl Default for SeriesOptions {
    fn default() -> SeriesOptions {
        SeriesOptions {
            of: SeriesOf::Codes(Vec::new()),
            by: Unit::Day,
            close: 24 * 60,
            calendar: Vec::new(),
        }
    }
}

/// How much is told of many securities or queries over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Series {
    /// Which commit of the index answered.
    pub generation: String,
    /// The length of a bucket.
    pub by: Unit,
    /// Articles without a date, which are in no bucket.
    pub undated: u64,
    /// What was not understood in the queries.
    pub notes: Vec<String>,
    /// One for each key and bucket with an article: in the order of the keys that were given, then of time.
    pub rows: Vec<SeriesRow>,
}

/// What is told of a security or query in a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeriesRow {
    /// The key of the security (`SH601318`), or the name of the query.
    pub key: String,
    /// The first day of the bucket: `2022-01-05`.
    pub bucket: String,
    /// Articles: those that are about the security and those that mention it.
    pub articles: u64,
    /// Stories that they tell: reprints once.
    pub stories: u64,
    /// Media that published them.
    pub sources: u64,
    /// Articles that are about the security; `None` for a query.
    pub about: Option<u64>,
    /// Articles that only mention it; `None` for a query.
    pub mentions: Option<u64>,
    /// When the first was published, in ISO 8601 at +08:00.
    pub first: String,
    /// When the last was published.
    pub last: String,
}

impl Searcher {
    /// Counts what is told of many securities or queries over time, in one pass. The filters, days and time of
    /// `request` hold for all; one without text and filters is about every article.
    ///
    /// # Errors
    /// When an option is out of its bounds, or as [`answer`](Self::answer).
    pub fn series(
        &self,
        request: &Request,
        options: &SeriesOptions,
    ) -> Result<Series, GlanceError> {
        let _ = (request, options);
        Err(GlanceError::argument("of", "not in this version"))
    }
}
