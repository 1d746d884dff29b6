//! All that a request matches, found once and counted in several ways.

use std::fmt;

use super::countable::Countable;
use super::error::GlanceError;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;

/// All that a request matches: facets and a timeline of one request need its matches only once.
///
/// ```
/// use newsearch::{FacetOptions, Index, IndexOptions, Request, TimelineOptions};
///
/// let index = Index::in_memory(IndexOptions::new())?;
/// let matching = index.searcher().matching(&Request::new("绿色金融"))?;
/// let facets = matching.facets(&FacetOptions::default())?;
/// let timeline = matching.timeline(&TimelineOptions::default())?;
/// assert_eq!(facets.articles, timeline.articles);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Matching {
    pub(super) request: Request,
    pub(super) counted: Countable,
}

impl Searcher {
    /// Finds all that a request matches. One without text and filters is about every article. The time that
    /// the request has begins here, and is that of all counts of it.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub fn matching(&self, request: &Request) -> Result<Matching, GlanceError> {
        Ok(Matching {
            request: request.clone(),
            counted: Countable::find(self, request)?,
        })
    }
}

impl fmt::Debug for Matching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matching")
            .field("request", &self.request)
            .field("articles", &self.counted.total())
            .finish()
    }
}
