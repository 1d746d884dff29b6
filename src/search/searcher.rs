//! The door to the search: the index as of one commit, and what can be asked of it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::hints;
use super::pipeline::{Found, Pipeline};
use super::plan::formula::Formula;
use super::plan::memo::Memo;
use super::query::dates::Days;
use super::query::note::Note;
use super::query::page::Page;
use super::query::request::Request;
#[cfg(feature = "opensearch")]
use super::run::elsewhere::Finder;
use super::show::answer::{Answer, AnswerHit};
use super::show::hits::Hits;
use super::view::deadline::Deadline;
use super::view::facts::Statistics;
use super::view::snapshot::Snapshot;
use crate::analysis::Analyzer;
use crate::corpus::Article;
use crate::index::{Index, IndexError, Shared};
use crate::search::query::Query;

/// Up to so many matching articles their stories are counted.
const MAX_COUNTED: u64 = 10_000;

/// A view of an index as of one commit. Cheap to make and to clone, shared by threads.
#[derive(Clone)]
pub struct Searcher {
    pub(super) pipeline: Pipeline,
}

impl fmt::Debug for Searcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Searcher")
            .field("generation", &self.generation())
            .field("documents", &self.documents())
            .finish_non_exhaustive()
    }
}

impl Index {
    /// A view of the index as of its last commit.
    pub fn searcher(&self) -> Searcher {
        Searcher::new(Arc::clone(&self.shared))
    }
}

impl Searcher {
    pub(crate) fn new(shared: Arc<Shared>) -> Searcher {
        Searcher {
            pipeline: Pipeline::new(Snapshot::new(shared)),
        }
    }

    /// A view of an index that is kept elsewhere; `index` has none of its documents.
    #[cfg(feature = "opensearch")]
    pub(crate) fn elsewhere(index: Arc<Shared>, finder: Arc<dyn Finder>) -> Searcher {
        Searcher {
            pipeline: Pipeline::elsewhere(index, finder),
        }
    }

    /// The same index, for this time, counted from now: searching, counting and explaining with this
    /// searcher, and reading the hits that it finds, end by then. It is one moment for all of them: make
    /// another searcher for another query. What would take longer fails with
    /// [`IndexError::OutOfTime`], so that a part of an answer is never taken for all of it. Without
    /// this nothing is stopped.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Searcher {
        self.pipeline.snapshot.deadline = Deadline::after(timeout);
        self
    }

    /// The same index, for so many threads at most: where many texts have to be looked through, for quotes
    /// and for names that are in no dictionary, they share the work. The answers are the same. Without this
    /// a search has one thread, which is best where several searches run at once.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Searcher {
        self.pipeline.snapshot.engine.threads = threads;
        self
    }

    /// The same index, ranked in another way: for measuring, and no promise.
    #[doc(hidden)]
    #[must_use]
    pub fn with_formula(mut self, formula: Formula) -> Searcher {
        self.pipeline.formula = formula;
        self
    }

    /// The index as it was when `days` had passed: what was published later does not exist, neither
    /// for a query nor in any number; nor does an article without a date, since it may have come
    /// later. Only the statistics that scores rest on (how frequent a word is, how long a text) are
    /// those of the whole index. Days relative to today are counted from the newest article; days
    /// without an end change nothing.
    ///
    /// ```
    /// use newsearch::{Days, Index, IndexOptions, Query, UpdateOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let index = Index::in_memory(IndexOptions::new())?;
    /// index.update(&["corpus".into()], &UpdateOptions::default(), |_| {})?;
    ///
    /// let now = index.searcher();
    /// let then = now.as_of(Days::until("2022-06")?)?;
    /// let query = Query::parse("绿色金融");
    /// assert!(then.documents() < now.documents());
    /// assert!(then.count(&query)? < now.count(&query)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn as_of(&self, days: Days) -> Result<Searcher, IndexError> {
        let snapshot = self.pipeline.snapshot.guarded(|| self.past(days))?;
        let mut past = self.clone();
        past.pipeline.snapshot = snapshot;
        Ok(past)
    }

    fn past(&self, days: Days) -> Result<Snapshot, IndexError> {
        let snapshot = &self.pipeline.snapshot;
        let now = if days.are_relative() {
            snapshot.now()?
        } else {
            0
        };
        match days.bounds(now).1 {
            Some(end) => snapshot.before(end),
            None => Ok(snapshot.clone()),
        }
    }

    /// Runs a request: all that it asks for, at once.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or the request's time is up.
    pub fn answer(&self, request: &Request) -> Result<Answer, IndexError> {
        let started = Instant::now();
        let searcher = self.for_request(request)?;
        let page = Page {
            // One more tells whether there is a next page.
            limit: request.limit.saturating_add(usize::from(request.limit > 0)),
            ..request.page()
        };
        let mut stories = None;
        let mut hits = searcher.run(&request.query(), &page, |pipeline, found| {
            if let Some(plan) = &found.plan
                && request.stories
                && found.ranking.total <= MAX_COUNTED
            {
                stories = Some(pipeline.stories(plan)?);
            }
            Ok(())
        })?;
        let has_more = request.limit > 0 && hits.len() > request.limit;
        let shown = hits.by_ref().take(request.limit);
        let shown = shown.map(|hit| hit.map(AnswerHit::from));
        let shown = shown.collect::<Result<_, _>>()?;
        let snapshot = &searcher.pipeline.snapshot;
        Ok(Answer {
            generation: snapshot.generation(),
            as_of: request.as_of.and(snapshot.end()),
            took_ms: started.elapsed().as_micros() as f64 / 1000.0,
            total: hits.total,
            stories,
            hits: shown,
            notes: hits.notes.iter().map(Note::to_string).collect(),
            next: has_more.then(|| request.next().to_string()),
        })
    }

    /// Runs a request, and reads its hits one by one: for answers of any length.
    ///
    /// # Errors
    /// As [`answer`](Self::answer); and the hits, while they are read.
    pub fn hits(&self, request: &Request) -> Result<Hits, IndexError> {
        let searcher = self.for_request(request)?;
        searcher.search(&request.query(), &request.page())
    }

    /// The searcher at the time, and for the time, that a request names.
    pub(super) fn for_request(&self, request: &Request) -> Result<Searcher, IndexError> {
        let searcher = match request.timeout {
            Some(timeout) => self.clone().with_timeout(timeout),
            None => self.clone(),
        };
        let searcher = match request.threads {
            0 | 1 => searcher,
            threads => searcher.with_threads(threads),
        };
        match request.as_of {
            Some(days) => searcher.as_of(days),
            None => Ok(searcher),
        }
    }

    /// Runs a query.
    ///
    /// Unquoted words that nothing matches together are relaxed to any of them, with a note; nothing
    /// else in a query ever is.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn search(&self, query: &Query, page: &Page) -> Result<Hits, IndexError> {
        self.run(query, page, |_, _| Ok(()))
    }

    /// Runs a query, and lets `also` look at what it found.
    fn run(
        &self,
        query: &Query,
        page: &Page,
        also: impl FnOnce(&Pipeline, &Found) -> Result<(), IndexError>,
    ) -> Result<Hits, IndexError> {
        let snapshot = &self.pipeline.snapshot;
        snapshot.guarded(|| {
            let memo = Memo::default();
            let before = self.pipeline.shortfalls();
            let mut found = self.pipeline.find(query, page, &memo)?;
            if found.plan.is_some() && found.ranking.total == 0 {
                let why = hints::why_nothing(&self.pipeline, query, &memo)?;
                found.notes.extend(why);
            }
            also(&self.pipeline, &found)?;
            found.notes.extend(self.pipeline.shortfalls().since(before));
            let Found {
                ranking,
                plan,
                notes,
                among,
            } = found;
            let snapshot = among.unwrap_or_else(|| snapshot.clone());
            Ok(Hits::new(snapshot, ranking, plan, page, notes))
        })
    }

    /// Number of articles that match; nothing is ranked, relaxed or left out.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn count(&self, query: &Query) -> Result<u64, IndexError> {
        let count = || self.pipeline.count(query, &Memo::default());
        self.pipeline.snapshot.guarded(count)
    }

    /// The ids of all articles that match, in no order: nothing is ranked, relaxed or left out.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn ids(&self, query: &Query) -> Result<Vec<String>, IndexError> {
        self.pipeline.snapshot.guarded(|| self.pipeline.ids(query))
    }

    /// The article with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Article>, IndexError> {
        let snapshot = &self.pipeline.snapshot;
        let found = snapshot.guarded(|| snapshot.find(id))?;
        Ok(found.map(|text| text.article))
    }

    /// Which commit of the index this is: equal texts mean equal states, in every process.
    pub fn generation(&self) -> String {
        self.pipeline.snapshot.generation()
    }

    /// Whether it answers from its commit whatever is written later, as one of an index in a folder does.
    #[cfg(feature = "server")]
    pub(crate) fn keeps_its_commit(&self) -> bool {
        self.pipeline.finder().is_none()
    }

    /// How the index folds and cuts texts.
    pub fn analyzer(&self) -> &Analyzer {
        &self.pipeline.snapshot.shared.analyzer
    }

    /// Number of articles.
    pub fn documents(&self) -> u64 {
        self.pipeline.snapshot.documents()
    }

    /// Articles with a date so far ahead, of the clock or of all others, that it cannot be right. They
    /// do not move the day that counts as today.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn outliers(&self) -> Result<u64, IndexError> {
        let snapshot = &self.pipeline.snapshot;
        snapshot.guarded(|| Ok(snapshot.today()?.outliers))
    }

    /// Facts about the index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn statistics(&self) -> Result<Statistics, IndexError> {
        let snapshot = &self.pipeline.snapshot;
        snapshot.guarded(|| Statistics::of(snapshot))
    }
}
