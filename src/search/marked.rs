//! Articles with all that a query matches in them.

use std::fmt;

use super::pipeline::Pipeline;
use super::searcher::Searcher;
use crate::corpus::Article;
use crate::index::IndexError;
use crate::search::plan::memo::Memo;
use crate::search::query::page::Page;
use crate::search::query::request::Request;
use crate::search::show::answer::{Mark, marks};
use crate::search::show::matcher::Matcher;
use crate::search::view::snapshot::Snapshot;

/// Marks in articles what a request matches, whether the request finds them or not.
pub struct Marker {
    snapshot: Snapshot,
    matcher: Matcher,
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marker")
            .field("generation", &self.snapshot.generation())
            .finish_non_exhaustive()
    }
}

/// An article, and where the words of a query are in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MarkedArticle {
    /// The article.
    pub article: Article,
    /// What matched in the title.
    pub title: Vec<Mark>,
    /// What matched in each paragraph of the body, in their order.
    pub body: Vec<Vec<Mark>>,
}

impl Searcher {
    /// What marks articles as a hit of this request would be marked.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or the request's time is up.
    pub fn marker(&self, request: &Request) -> Result<Marker, IndexError> {
        let searcher = self.for_request(request)?;
        let pipeline = &searcher.pipeline;
        let snapshot = pipeline.snapshot.clone();
        let matcher = snapshot.guarded(|| matcher(pipeline, request))?;
        Ok(Marker { snapshot, matcher })
    }
}

fn matcher(pipeline: &Pipeline, request: &Request) -> Result<Matcher, IndexError> {
    let page = Page {
        limit: 0,
        ..request.page()
    };
    let found = pipeline.find(&request.query(), &page, &Memo::default())?;
    let plan = found.plan;
    let (needles, near) = plan.map_or_else(Default::default, |plan| (plan.needles, plan.near));
    Ok(Matcher::new(&needles, &near))
}

impl Marker {
    /// The article with this id, marked; `None` where there is none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find(&self, id: &str) -> Result<Option<MarkedArticle>, IndexError> {
        let found = self.snapshot.guarded(|| self.snapshot.find(id))?;
        Ok(found.map(|found| self.mark(found.article)))
    }

    /// An article, marked.
    pub fn mark(&self, article: Article) -> MarkedArticle {
        let folder = self.snapshot.shared.analyzer.folder();
        let marks_of = |text: &str| marks(text, &self.matcher.highlights(folder, text));
        let body = article.body.iter();
        MarkedArticle {
            title: marks_of(&article.title),
            body: body.map(|paragraph| marks_of(&paragraph.text)).collect(),
            article,
        }
    }
}
