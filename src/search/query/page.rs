//! Which hits of a query to show, in which order, with what.

use serde::{Deserialize, Serialize};

/// Which hits of a query to show.
///
/// ```
/// use newsearch::{Index, IndexOptions, Page, Query, Sort, UpdateOptions};
///
/// # fn main() -> Result<(), newsearch::IndexError> {
/// let index = Index::in_memory(IndexOptions::new())?;
/// index.update(&["corpus".into()], &UpdateOptions::default(), |_| {})?;
///
/// // The second page of ten, the newest first, each story once.
/// let page = Page { offset: 10, sort: Sort::Date, group: true, ..Page::first(10) };
/// let hits = index.searcher().search(&Query::parse("银行"), &page)?;
/// println!("{} articles", hits.total);
/// # assert!(hits.total > 10 && hits.len() > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Hits to pass over; at most a million.
    pub offset: usize,
    /// Hits to show; at most a million.
    pub limit: usize,
    /// Their order.
    pub sort: Sort,
    /// Slightly prefer newer articles, by their age when the newest one appeared, unless the query
    /// names a time, has a filter by date, or quotes.
    pub recency: bool,
    /// Show a story that several articles tell in the same words once, by the best of them;
    /// `offset` and `limit` count what is shown, the total counts the articles.
    pub group: bool,
    /// Their snippets.
    pub snippets: SnippetOptions,
}

/// The order of hits. Ties are broken by the later date, then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first; articles without a date last. Articles that lack some of the unquoted
    /// words are left out, unless none has all of them.
    Date,
}

impl Page {
    /// The best `limit` hits.
    pub fn first(limit: usize) -> Page {
        Page {
            offset: 0,
            limit,
            sort: Sort::Relevance,
            recency: false,
            group: false,
            snippets: SnippetOptions::default(),
        }
    }
}

/// How many snippets to make, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnippetOptions {
    /// The most characters of one snippet; at least 1 is taken.
    pub max_chars: usize,
    /// The most snippets of one text.
    pub count: usize,
}

impl Default for SnippetOptions {
    fn default() -> Self {
        SnippetOptions {
            max_chars: 120,
            count: 2,
        }
    }
}
