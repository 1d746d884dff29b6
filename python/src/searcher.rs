//! The index as of one commit, and what can be asked of it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use newsearch::{IndexError, Request};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::answer::{Answer, json, loads};
use crate::errors::of_index;
use crate::table::Table;
use crate::{glance, not_pickled, request};

/// How often a long piece of work looks whether the user has pressed Ctrl-C.
pub const SIGNALS: Duration = Duration::from_millis(100);

/// A view of an index as of one commit; shared by threads.
#[pyclass(frozen, module = "newsearch")]
pub struct Searcher {
    pub searcher: newsearch::Searcher,
}

/// Facts about an index.
#[pyclass(frozen, get_all, module = "newsearch")]
pub struct Statistics {
    /// Articles in the index.
    documents: u64,
    /// Articles without a date.
    undated: u64,
    /// First and last publication, in seconds since 1970.
    published: Option<(i64, i64)>,
    /// Sources with the number of their articles, the most first.
    sources: Vec<(String, u64)>,
    /// Size on disk of all files of the index, in bytes; 0 for one in memory.
    bytes: u64,
}

#[pymethods]
impl Searcher {
    /// Runs one search.
    #[pyo3(signature = (text="", **request))]
    pub fn search(
        &self,
        py: Python<'_>,
        text: &str,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Answer> {
        self.answer(py, &request::read(text, request)?)
    }

    /// Runs the request of a canonical query string, such as the `next` of an answer.
    pub fn run(&self, py: Python<'_>, query_string: &str) -> PyResult<Answer> {
        self.answer(py, &request::parse(query_string)?)
    }

    /// Runs one search for each text, on all processors, and gives the answers in their order.
    #[pyo3(signature = (texts, *, threads=None, **request))]
    pub fn search_many(
        &self,
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        threads: Option<usize>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<Answer>> {
        let mut requests = Vec::new();
        for text in texts.try_iter()? {
            requests.push(request::read(text?.extract()?, request)?);
        }
        let answers = py.detach(|| answer_all(&self.searcher, &requests, threads))?;
        let mut all = Vec::with_capacity(answers.len());
        for (answer, request) in answers.into_iter().zip(&requests) {
            all.push(Answer::new(py, answer, request.offset)?);
        }
        Ok(all)
    }

    /// Number of articles that match.
    #[pyo3(signature = (text="", **request))]
    pub fn count(
        &self,
        py: Python<'_>,
        text: &str,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<u64> {
        let request = Request {
            limit: 0,
            ..request::read(text, request)?
        };
        let answer = py.detach(|| self.searcher.answer(&request));
        Ok(answer.map_err(of_index)?.total)
    }

    /// The ids of all articles that match, in no order; nothing is relaxed.
    #[pyo3(signature = (text="", **request))]
    pub fn ids(
        &self,
        py: Python<'_>,
        text: &str,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<String>> {
        let request = request::read(text, request)?;
        py.detach(|| {
            let mut searcher = self.searcher.clone().with_threads(request.threads);
            if let Some(timeout) = request.timeout {
                searcher = searcher.with_timeout(timeout);
            }
            if let Some(days) = request.as_of {
                searcher = searcher.as_of(days)?;
            }
            searcher.ids(&request.query())
        })
        .map_err(of_index)
    }

    /// How many of the matches have which value of a field.
    #[pyo3(signature = (text="", *, by=None, top=10, **request))]
    pub fn facets(
        &self,
        py: Python<'_>,
        text: &str,
        by: Option<&Bound<'_, PyAny>>,
        top: usize,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        glance::facets(&self.searcher, py, text, by, top, request)
    }

    /// How many of the matches were published when.
    #[pyo3(signature = (text="", *, by=None, **request))]
    pub fn timeline(
        &self,
        py: Python<'_>,
        text: &str,
        by: Option<&str>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        glance::timeline(&self.searcher, py, text, by, request)
    }

    /// How much is told of securities over time.
    #[pyo3(signature = (codes=None, *, as_of, by="day", close=None, calendar=None, **request))]
    #[allow(clippy::too_many_arguments)]
    pub fn series(
        &self,
        py: Python<'_>,
        codes: Option<&Bound<'_, PyAny>>,
        as_of: Option<Bound<'_, PyAny>>,
        by: &str,
        close: Option<&Bound<'_, PyAny>>,
        calendar: Option<&Bound<'_, PyAny>>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        glance::series(
            &self.searcher,
            py,
            codes,
            as_of,
            by,
            close,
            calendar,
            request,
        )
    }

    /// The words and names that stand out of the matches.
    #[pyo3(signature = (text="", *, against=None, top=20, **request))]
    pub fn trends(
        &self,
        py: Python<'_>,
        text: &str,
        against: Option<&Bound<'_, PyDict>>,
        top: usize,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        glance::trends(&self.searcher, py, text, against, top, request)
    }

    /// Other stories on the matter of an article; `None` where no article has this id.
    #[pyo3(signature = (id, *, limit=10))]
    pub fn similar(&self, py: Python<'_>, id: &str, limit: usize) -> PyResult<Option<Table>> {
        glance::similar(&self.searcher, py, id, limit)
    }

    /// Who told the story of an article, and when; `None` where no article has this id.
    pub fn story(&self, py: Python<'_>, id: &str) -> PyResult<Option<Table>> {
        glance::story(&self.searcher, py, id)
    }

    /// What a text that is being typed may become.
    #[pyo3(signature = (text, *, limit=10))]
    pub fn suggest(&self, py: Python<'_>, text: &str, limit: usize) -> PyResult<Table> {
        glance::suggest(&self.searcher, py, text, limit)
    }

    /// Writes all matches to a file, and says what was written.
    #[pyo3(signature = (path, text="", *, format=None, order=None, limit=None, bom=false, accessed=None, **request))]
    #[allow(clippy::too_many_arguments)]
    pub fn export<'py>(
        &self,
        py: Python<'py>,
        path: PathBuf,
        text: &str,
        format: Option<&str>,
        order: Option<&str>,
        limit: Option<u64>,
        bom: bool,
        accessed: Option<&Bound<'_, PyAny>>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        glance::export(
            &self.searcher,
            py,
            path,
            text,
            format,
            order,
            limit,
            bom,
            accessed,
            request,
        )
    }

    /// The article with this id as plain Python values; `None` where there is none.
    pub fn article<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let article = py.detach(|| self.searcher.article(id)).map_err(of_index)?;
        let Some(article) = article else {
            return Ok(None);
        };
        let date = article.published.as_ref().map(ToString::to_string);
        let codes: Vec<String> = article
            .stocks
            .iter()
            .filter_map(|stock| stock.key())
            .collect();
        let value = loads(py, &json(&article)?)?;
        value.set_item("date", date)?;
        value.set_item("tag", article.tags.first().map_or("", String::as_str))?;
        value.set_item(
            "category",
            article.categories.first().map_or("", String::as_str),
        )?;
        value.set_item("codes", codes)?;
        let place = article.places.first();
        value.set_item("path", place.map(|place| place.path.as_str()))?;
        value.set_item("line", place.and_then(|place| place.line))?;
        Ok(Some(value))
    }

    /// The same index as it was at the end of a day.
    pub fn as_of(&self, py: Python<'_>, day: &Bound<'_, PyAny>) -> PyResult<Searcher> {
        let days = request::until("as_of", day)?;
        let searcher = py.detach(|| self.searcher.as_of(days)).map_err(of_index)?;
        Ok(Searcher { searcher })
    }

    /// Facts about the index.
    pub fn statistics(&self, py: Python<'_>) -> PyResult<Statistics> {
        let facts = py.detach(|| self.searcher.statistics()).map_err(of_index)?;
        Ok(Statistics {
            documents: facts.documents,
            undated: facts.undated,
            published: facts.published,
            sources: facts.sources,
            bytes: facts.bytes,
        })
    }

    pub fn __len__(&self) -> usize {
        usize::try_from(self.searcher.documents()).unwrap_or(usize::MAX)
    }

    fn __bool__(&self) -> bool {
        true
    }

    pub fn __contains__(&self, py: Python<'_>, id: &str) -> PyResult<bool> {
        let article = py.detach(|| self.searcher.article(id)).map_err(of_index)?;
        Ok(article.is_some())
    }

    fn __repr__(&self) -> String {
        format!("<Searcher: {} articles>", self.searcher.documents())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled(
            "a Searcher",
            "open the index in the other process",
        ))
    }
}

#[pymethods]
impl Statistics {
    fn __repr__(&self) -> String {
        format!(
            "<Statistics: {} articles, {} bytes>",
            self.documents, self.bytes
        )
    }
}

impl Searcher {
    fn answer(&self, py: Python<'_>, request: &Request) -> PyResult<Answer> {
        let answer = py.detach(|| self.searcher.answer(request));
        Answer::new(py, answer.map_err(of_index)?, request.offset)
    }
}

/// The answers to all requests, in their order, made by several threads.
fn answer_all(
    searcher: &newsearch::Searcher,
    requests: &[Request],
    threads: Option<usize>,
) -> PyResult<Vec<newsearch::Answer>> {
    let available = || thread::available_parallelism().map_or(1, usize::from);
    let threads = threads
        .unwrap_or_else(available)
        .clamp(1, requests.len().max(1));
    let next = &AtomicUsize::new(0);
    let (done, answers) = channel();
    let mut ordered: Vec<Option<newsearch::Answer>> = vec![None; requests.len()];
    thread::scope(|scope| {
        for _ in 0..threads {
            let done = done.clone();
            scope.spawn(move || {
                while let nth = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(request) = requests.get(nth)
                    && done.send((nth, searcher.answer(request))).is_ok()
                {}
            });
        }
        drop(done);
        let collected = collect(&answers, &mut ordered);
        // Where something went wrong, the threads need not go on.
        next.store(requests.len(), Ordering::Relaxed);
        collected
    })?;
    Ok(ordered.into_iter().flatten().collect())
}

/// Takes answers until all are there, and looks for Ctrl-C meanwhile.
fn collect(
    answers: &std::sync::mpsc::Receiver<(usize, Result<newsearch::Answer, IndexError>)>,
    ordered: &mut [Option<newsearch::Answer>],
) -> PyResult<()> {
    loop {
        match answers.recv_timeout(SIGNALS) {
            Ok((nth, answer)) => ordered[nth] = Some(answer.map_err(of_index)?),
            Err(RecvTimeoutError::Timeout) => Python::attach(|py| py.check_signals())?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}
