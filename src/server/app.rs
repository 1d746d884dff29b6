//! What all requests share, and the way that each of them takes to its answer.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use axum::response::Response;
use serde::Serialize;

use super::asked::Asked;
use super::failure::{Code, Failure};
use super::gate::Gate;
use super::generations::{Generation, Generations};
use super::metrics::Metrics;
use super::options::Options;
use super::reply::{self, Tag};
use crate::index::IndexError;
use crate::search::{Request, Searcher};

/// Exports at once: each of them keeps a thread while its client reads.
const EXPORTS: usize = 4;

/// What all requests share.
pub struct App {
    pub(super) generations: Generations,
    pub(super) gate: Gate,
    pub(super) exports: Gate,
    pub(super) metrics: Metrics,
    pub(super) options: Options,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Answers from this view of an index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn new(searcher: Searcher, options: Options) -> Result<Arc<App>, IndexError> {
        Ok(Arc::new(App {
            generations: Generations::new(Generation::new(searcher)?),
            gate: Gate::new(options.searches, options.queue),
            exports: Gate::new(EXPORTS, 0),
            metrics: Metrics::new(),
            options,
        }))
    }

    /// Answers from another view of the index from now on; requests that run go on with theirs.
    ///
    /// # Errors
    /// When the index cannot be read; the one before goes on answering.
    pub fn take_over(&self, searcher: Searcher) -> Result<(), IndexError> {
        // The first search of a view reads what all later ones share.
        searcher.answer(&Request::new("公司"))?;
        self.generations.take_over(Generation::new(searcher)?);
        Ok(())
    }

    /// The metrics in the text format of Prometheus.
    pub(super) fn metrics_text(&self) -> String {
        let generation = self.generations.current();
        let age = SystemTime::now().duration_since(generation.since);
        let metrics = &self.metrics;
        metrics.age.set(age.unwrap_or_default().as_secs_f64());
        metrics.articles.set(generation.statistics.documents as i64);
        metrics.running.set(self.gate.running() as i64);
        metrics.waiting.set(self.gate.waiting() as i64);
        let is_stale = self.generations.trouble().is_some();
        metrics.stale.set(i64::from(is_stale));
        metrics.text(&generation.name)
    }

    /// Runs work on a thread for searches, when it is its turn.
    ///
    /// # Errors
    /// When too many wait, and those of the work.
    pub(super) async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = match self.gate.enter().await {
            Ok(turn) => turn,
            Err(full) => {
                self.metrics.refused.inc();
                return Err(full.into());
            }
        };
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(_) => {
                tracing::error!("a search ended without an answer: a fault of the program");
                let message = "a fault of the program; the log of the server says more";
                Err(Failure::new(Code::Internal, message))
            }
        }
    }

    /// Answers with JSON: 304 where the client has it, else what `work` makes.
    ///
    /// # Errors
    /// When the generation is no longer kept, too many wait, and those of the work.
    pub(super) async fn json<T: Serialize>(
        &self,
        asked: Asked,
        work: impl FnOnce(&View, &Asked) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Response, Failure> {
        let bytes = move |view: &View, asked: &Asked| {
            let json = serde_json::to_vec(&work(view, asked)?);
            json.map_err(|error| Failure::new(Code::Internal, error.to_string()))
        };
        self.reply(asked, "", reply::JSON, bytes).await
    }

    /// Answers with a text of this kind; `more` is what it depends on beside request and generation.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub(super) async fn reply<B: Into<axum::body::Body> + Send + 'static>(
        &self,
        asked: Asked,
        more: &str,
        kind: &'static str,
        work: impl FnOnce(&View, &Asked) -> Result<B, Failure> + Send + 'static,
    ) -> Result<Response, Failure> {
        let generation = self.generations.named(asked.generation.as_deref())?;
        let tag = Tag::new(&generation, &asked, more);
        if tag.is_known(&asked.headers) {
            return Ok(tag.not_modified(&generation));
        }
        let view = self.view(Arc::clone(&generation), asked.request.timeout);
        let body = self.search(move || work(&view, &asked)).await?;
        let mut response = reply::of_kind(kind, body);
        tag.put(&mut response, &generation);
        Ok(response)
    }

    /// A generation for as long as a request may take.
    pub(super) fn view(
        &self,
        generation: Arc<Generation>,
        asked: Option<std::time::Duration>,
    ) -> View {
        let allowed = self.options.timeout;
        View {
            timeout: asked.map_or(allowed, |asked| asked.min(allowed)),
            threads: self.gate.idle(),
            generation,
        }
    }
}

/// A generation, and what a search in it may take.
pub(super) struct View {
    pub generation: Arc<Generation>,
    pub timeout: std::time::Duration,
    /// As many threads as were idle.
    threads: usize,
}

impl View {
    /// The index, for so long from now.
    pub fn searcher(&self) -> Searcher {
        self.generation.searcher.clone().with_timeout(self.timeout)
    }

    /// The request, with no more time and threads than it may take.
    pub fn within_time(&self, request: &Request) -> Request {
        Request {
            timeout: Some(self.timeout),
            threads: request.threads.min(self.threads.max(1)),
            ..request.clone()
        }
    }

    /// The query string of a page of this generation.
    pub fn bound(&self, query: &str) -> String {
        format!("{query}&generation={}", self.generation.name)
    }
}
