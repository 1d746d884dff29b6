//! All that a search may ask, as plain data and as a query string.

mod canonical;
mod values;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Query;
use super::dates::{Days, NotADate};
use super::page::{Page, SnippetOptions, Sort};
use super::tree::{Key, Node};

/// Most hits that a request may ask for, and most that it may pass over.
pub(super) const MAX_HITS: usize = 1_000_000;
/// Most snippets of one article.
pub(super) const MAX_SNIPPETS: usize = 5;
/// Longest snippet, in characters.
pub(super) const MAX_SNIPPET_CHARS: usize = 2_000;
/// Most threads of one search.
pub(super) const MAX_THREADS: usize = 64;

/// All that a search may ask: one value for every door to the search.
///
/// ```
/// use newsearch::{Index, IndexOptions, Request, UpdateOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let index = Index::in_memory(IndexOptions::new())?;
/// index.update(&["corpus".into()], &UpdateOptions::default(), |_| {})?;
///
/// let request = Request::parse("q=绿色金融&since=2023&limit=3")?;
/// let answer = index.searcher().answer(&request)?;
/// for hit in &answer.hits {
///     println!("{} {}", hit.id, hit.title);
/// }
/// # assert!(!answer.hits.is_empty() && answer.hits.len() <= 3);
/// # Ok(())
/// # }
/// ```
///
/// `Display` writes the *canonical query string*: the fields that differ from the default in the order in
/// which they are declared here, percent-encoded. Equal requests have equal strings, and
/// [`Request::parse`] reads the string back as the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// The text, in the [language of queries](crate::SYNTAX).
    pub q: String,
    /// Only articles published by one of these media.
    pub source: Vec<String>,
    /// Only articles written by one of these.
    pub author: Vec<String>,
    /// Only articles with one of these tags, or in a category of that name.
    pub tag: Vec<String>,
    /// Only articles in one of these categories.
    pub category: Vec<String>,
    /// Only articles about one of these securities: `601318`, `SH601318`, `700.HK`, `INTC.O`.
    pub code: Vec<String>,
    /// Only articles below these folders, or in these files: `2024/07`, `posts.jsonl`.
    pub path: Vec<String>,
    /// Only articles of these days or later: `2022`, `2022-01`, `2022-01-05`, `上周`; made by [`Days::since`].
    #[serde(with = "values::since")]
    #[cfg_attr(feature = "server", schema(value_type = Option<String>, default = json!(null)), param(value_type = Option<String>))]
    pub since: Option<Days>,
    /// Only articles of these days or earlier, likewise; made by [`Days::until`].
    #[serde(with = "values::until")]
    #[cfg_attr(feature = "server", schema(value_type = Option<String>, default = json!(null)), param(value_type = Option<String>))]
    pub until: Option<Days>,
    /// As if it were the end of these days: see [`Searcher::as_of`](crate::Searcher::as_of); made by
    /// [`Days::until`].
    #[serde(with = "values::until")]
    #[cfg_attr(feature = "server", schema(value_type = Option<String>, default = json!(null)), param(value_type = Option<String>))]
    pub as_of: Option<Days>,
    /// The order of the hits.
    pub sort: Sort,
    /// Hits to show, 0 to 1,000,000; a search cuts what is beyond.
    #[cfg_attr(
        feature = "server",
        schema(minimum = 0, maximum = 1000000),
        param(minimum = 0, maximum = 1000000)
    )]
    pub limit: usize,
    /// Hits to pass over, likewise.
    #[cfg_attr(
        feature = "server",
        schema(minimum = 0, maximum = 1000000),
        param(minimum = 0, maximum = 1000000)
    )]
    pub offset: usize,
    /// Show a story that several articles tell in the same words once.
    pub group: bool,
    /// Slightly prefer newer articles; see [`Page::recency`].
    pub recency: bool,
    /// Count the stories, too, where at most 10,000 articles match.
    pub stories: bool,
    /// Passages of an article to show, 0 to 5.
    #[cfg_attr(
        feature = "server",
        schema(minimum = 0, maximum = 5),
        param(minimum = 0, maximum = 5)
    )]
    pub snippets: usize,
    /// The length of a passage in characters, 1 to 2,000.
    #[cfg_attr(
        feature = "server",
        schema(minimum = 1, maximum = 2000),
        param(minimum = 1, maximum = 2000)
    )]
    pub snippet_chars: usize,
    /// The time that the search may take; what takes longer is an error. In a query string with its
    /// unit (`500ms`, `2s`), in JSON likewise.
    #[serde(with = "values::timeout")]
    #[cfg_attr(feature = "server", schema(value_type = Option<String>, default = json!(null)), param(value_type = Option<String>))]
    pub timeout: Option<Duration>,
    /// Threads that the search may use where it has many texts to look through, 1 to 64; the answer is the
    /// same. A server gives it no more than are idle.
    #[cfg_attr(
        feature = "server",
        schema(minimum = 1, maximum = 64),
        param(minimum = 1, maximum = 64)
    )]
    pub threads: usize,
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// There is no such parameter.
    #[error("unknown parameter `{parameter}`; known are {}", known.join(", "))]
    Unknown {
        /// Its name as given.
        parameter: String,
        /// All names that there are.
        known: Vec<&'static str>,
    },
    /// A parameter that may be given once is given again.
    #[error("parameter `{parameter}` is given twice")]
    Twice {
        /// Its name.
        parameter: &'static str,
    },
    /// The value is not a date.
    #[error("parameter `{parameter}`: {cause}")]
    Date {
        /// Its name.
        parameter: &'static str,
        /// What is wrong.
        cause: NotADate,
    },
    /// The value is not a number within these bounds.
    #[error("parameter `{parameter}`: `{value}` is not a number from {least} to {most}")]
    Number {
        /// Its name.
        parameter: &'static str,
        /// As given.
        value: String,
        /// The least value.
        least: usize,
        /// The greatest value.
        most: usize,
    },
    /// The value is none of those that there are.
    #[error("parameter `{parameter}`: `{value}` is none of {}", choices.join(", "))]
    Choice {
        /// Its name.
        parameter: &'static str,
        /// As given.
        value: String,
        /// All values that there are.
        choices: &'static [&'static str],
    },
    /// The value is not a time with a unit.
    #[error("parameter `{parameter}`: `{value}` is not a time; write 500ms, 2s or 1m")]
    Time {
        /// Its name.
        parameter: &'static str,
        /// As given.
        value: String,
    },
    /// The query string is not UTF-8 once it is decoded.
    #[error("the query string is not valid UTF-8 after percent-decoding, near `{near}`")]
    Encoding {
        /// The part that does not read.
        near: String,
    },
}

impl Default for Request {
    fn default() -> Request {
        let snippets = SnippetOptions::default();
        Request {
            q: String::new(),
            source: Vec::new(),
            author: Vec::new(),
            tag: Vec::new(),
            category: Vec::new(),
            code: Vec::new(),
            path: Vec::new(),
            since: None,
            until: None,
            as_of: None,
            sort: Sort::Relevance,
            limit: 10,
            offset: 0,
            group: true,
            recency: true,
            stories: false,
            snippets: snippets.count,
            snippet_chars: snippets.max_chars,
            timeout: None,
            threads: 1,
        }
    }
}

impl Request {
    /// The first ten hits of a text.
    pub fn new(text: impl Into<String>) -> Request {
        Request {
            q: text.into(),
            ..Request::default()
        }
    }

    /// Whether all values are within their bounds; what was read with [`parse`](Self::parse) is.
    ///
    /// # Errors
    /// When a number is out of its bounds; the error names it.
    pub fn check(&self) -> Result<(), RequestError> {
        for (parameter, value, least, most) in [
            ("limit", self.limit, 0, MAX_HITS),
            ("offset", self.offset, 0, MAX_HITS),
            ("snippets", self.snippets, 0, MAX_SNIPPETS),
            ("snippet_chars", self.snippet_chars, 1, MAX_SNIPPET_CHARS),
            ("threads", self.threads, 1, MAX_THREADS),
        ] {
            if !(least..=most).contains(&value) {
                return Err(RequestError::Number {
                    parameter,
                    value: value.to_string(),
                    least,
                    most,
                });
            }
        }
        Ok(())
    }

    /// The request for the page after this one.
    #[must_use]
    pub fn next(&self) -> Request {
        Request {
            offset: self.offset.saturating_add(self.limit).min(MAX_HITS),
            ..self.clone()
        }
    }

    /// The text and the filters as a query.
    pub fn query(&self) -> Query {
        let filters = [
            (Key::Source, &self.source),
            (Key::Author, &self.author),
            (Key::Tag, &self.tag),
            (Key::Category, &self.category),
            (Key::Code, &self.code),
            (Key::Path, &self.path),
        ];
        let values = filters
            .into_iter()
            .filter_map(|(key, values)| any_of(key, values));
        let days = [self.since, self.until].into_iter().flatten();
        values
            .chain(days.map(Node::Dated))
            .fold(Query::parse(&self.q), Query::and)
    }

    /// Which hits to show, and how.
    pub fn page(&self) -> Page {
        Page {
            offset: self.offset,
            limit: self.limit,
            sort: self.sort,
            recency: self.recency,
            group: self.group,
            snippets: SnippetOptions {
                max_chars: self.snippet_chars,
                count: self.snippets,
            },
        }
    }
}

/// Articles with any of these values.
fn any_of(key: Key, values: &[String]) -> Option<Node> {
    Node::or(values.iter().map(|value| Node::Is(key, value.clone())))
}
