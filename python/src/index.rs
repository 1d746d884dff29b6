//! An index: opened, written, searched.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use newsearch::{Entities, IndexError, IndexOptions, UpdateOptions, Writer};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::analyzer::Analyzer;
use crate::answer::Answer;
use crate::articles::Source;
use crate::errors::kinds::{BadRequest, IndexLocked};
use crate::errors::{closed, of_index};
use crate::files::{paths_of, text_of};
use crate::not_pickled;
use crate::searcher::{Searcher, Statistics};
use crate::table::Table;
use crate::update::{self, Added, Report};

/// A full-text index of news articles, on disk or in memory; shared by threads.
///
/// Searches see the index as of the last `update`, `commit` or `refresh` of this object.
#[pyclass(frozen, module = "newsearch")]
pub struct Index {
    path: Option<PathBuf>,
    /// `None` once the index is closed.
    open: Mutex<Option<Open>>,
    /// What was added and is not yet committed.
    writer: Mutex<Option<Writer>>,
}

#[derive(Clone)]
struct Open {
    index: newsearch::Index,
    searcher: newsearch::Searcher,
}

impl Index {
    fn over(path: Option<PathBuf>, index: newsearch::Index) -> Index {
        let searcher = index.searcher();
        Index {
            path,
            open: Mutex::new(Some(Open { index, searcher })),
            writer: Mutex::new(None),
        }
    }

    fn opened(&self) -> PyResult<Open> {
        lock(&self.open).clone().ok_or_else(closed)
    }

    fn now(&self) -> PyResult<Searcher> {
        let searcher = self.opened()?.searcher;
        Ok(Searcher { searcher })
    }

    /// Searches from now on see the last commit.
    fn renew(&self) {
        if let Some(open) = &mut *lock(&self.open) {
            open.searcher = open.index.searcher();
        }
    }

    /// Runs work on the writer, which is opened when it is first needed.
    fn write(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<(), IndexError>,
    ) -> Result<(), WriteError> {
        let mut writer = lock(&self.writer);
        if writer.is_none() {
            let open = lock(&self.open).clone().ok_or(WriteError::Closed)?;
            *writer = Some(open.index.writer()?);
        }
        match writer.as_mut() {
            Some(writer) => Ok(work(writer)?),
            None => Ok(()),
        }
    }
}

enum WriteError {
    Closed,
    Index(IndexError),
}

impl From<IndexError> for WriteError {
    fn from(error: IndexError) -> WriteError {
        WriteError::Index(error)
    }
}

impl From<WriteError> for PyErr {
    fn from(error: WriteError) -> PyErr {
        match error {
            WriteError::Closed => closed(),
            WriteError::Index(error) => of_index(error),
        }
    }
}

#[pymethods]
impl Index {
    /// Opens the index in a folder.
    #[classmethod]
    fn open(_class: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf) -> PyResult<Index> {
        let index = py
            .detach(|| newsearch::Index::open(&path))
            .map_err(of_index)?;
        Ok(Index::over(Some(path), index))
    }

    /// Makes an index in a folder that is empty or not there.
    #[classmethod]
    #[pyo3(signature = (path, *, words=None, entities=None))]
    fn create(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        path: PathBuf,
        words: Option<&Bound<'_, PyAny>>,
        entities: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Index> {
        let options = options(py, words, entities)?;
        let index = py.detach(|| newsearch::Index::create(&path, options));
        Ok(Index::over(Some(path), index.map_err(of_index)?))
    }

    /// Makes an empty index in place of the one that is there, with its words and entities unless others
    /// are given.
    #[classmethod]
    #[pyo3(signature = (path, *, words=None, entities=None))]
    fn rebuild(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        path: PathBuf,
        words: Option<&Bound<'_, PyAny>>,
        entities: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Index> {
        let options = options(py, words, entities)?;
        let index = py.detach(|| newsearch::Index::rebuild(&path, options));
        Ok(Index::over(Some(path), index.map_err(of_index)?))
    }

    /// Compares every file of the index in a folder with its checksum and reads every article: a list of
    /// what is wrong, empty for a sound index.
    #[staticmethod]
    fn check(py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
        let check = py
            .detach(|| newsearch::Index::check(&path))
            .map_err(of_index)?;
        Ok(check.faults.iter().map(ToString::to_string).collect())
    }

    /// Makes an index in memory.
    #[classmethod]
    #[pyo3(signature = (*, words=None, entities=None))]
    fn in_memory(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        words: Option<&Bound<'_, PyAny>>,
        entities: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Index> {
        let options = options(py, words, entities)?;
        let index = py.detach(|| newsearch::Index::in_memory(options));
        Ok(Index::over(None, index.map_err(of_index)?))
    }

    /// Whether a folder holds an index.
    #[staticmethod]
    fn exists(path: PathBuf) -> bool {
        newsearch::Index::exists(path)
    }

    /// The folder of the index; `None` for one in memory.
    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(path) = &self.path else {
            return Ok(None);
        };
        py.import("pathlib")?
            .call_method1("Path", (path,))
            .map(Some)
    }

    /// How this index folds and cuts texts.
    #[getter]
    fn analyzer(&self) -> PyResult<Analyzer> {
        Ok(Analyzer::of(self.opened()?.index))
    }

    /// The index as of now: what is committed later is not seen.
    fn searcher(&self) -> PyResult<Searcher> {
        self.now()
    }

    /// Lets searches see what another process, or another object, has committed.
    fn refresh(&self, py: Python<'_>) -> PyResult<()> {
        let index = self.opened()?.index;
        py.detach(|| {
            index.refresh()?;
            self.renew();
            Ok(())
        })
        .map_err(of_index)
    }

    /// Reads files and folders into the index: adds what is new, replaces what has changed.
    #[pyo3(signature = (
        paths, *, prune=false, checksum=false, max_size=None, threads=None, memory=None,
        commit_every=20.0, progress=None
    ))]
    #[allow(clippy::too_many_arguments)]
    fn update(
        &self,
        py: Python<'_>,
        paths: &Bound<'_, PyAny>,
        prune: bool,
        checksum: bool,
        max_size: Option<u64>,
        threads: Option<usize>,
        memory: Option<usize>,
        commit_every: f64,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Report> {
        let index = self.opened()?.index;
        let paths = paths_of(paths)?;
        let usual = UpdateOptions::default();
        let commit_every = Duration::try_from_secs_f64(commit_every)
            .map_err(|error| BadRequest::new_err(format!("commit_every: {error}")))?;
        let options = UpdateOptions {
            checksum,
            prune,
            max_size: max_size.unwrap_or(usual.max_size),
            threads,
            memory: memory.unwrap_or(usual.memory),
            commit_every,
            ..usual
        };
        if py.detach(|| lock(&self.writer).is_some()) {
            return Err(IndexLocked::new_err(
                "articles were added and are not committed: call commit() or rollback() first",
            ));
        }
        let report = update::run(py, &index, &paths, options, progress.as_ref());
        // What was committed before an error is there.
        py.detach(|| self.renew());
        report
    }

    /// Adds articles, or replaces those with their ids; `commit` makes them visible.
    fn add(&self, py: Python<'_>, articles: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut source = Source::open(articles)?;
        let mut count = 0;
        loop {
            let batch = source.next_batch(py)?;
            if batch.is_empty() {
                return Ok(count);
            }
            count += batch.len();
            py.detach(|| {
                self.write(|writer| {
                    for article in batch {
                        writer.add(article)?;
                    }
                    Ok(())
                })
            })?;
            py.check_signals()?;
        }
    }

    /// Deletes the articles with these ids; `commit` makes it visible.
    fn delete(&self, py: Python<'_>, ids: &Bound<'_, PyAny>) -> PyResult<()> {
        let ids: Vec<String> = match ids.extract::<String>() {
            Ok(id) => vec![id],
            Err(_) => ids
                .try_iter()?
                .map(|id| id?.extract())
                .collect::<PyResult<_>>()?,
        };
        py.detach(|| {
            self.write(|writer| {
                for id in &ids {
                    writer.delete(id);
                }
                Ok(())
            })
        })?;
        Ok(())
    }

    /// Makes what was added and deleted durable and visible.
    fn commit(&self, py: Python<'_>) -> PyResult<Added> {
        self.opened()?;
        py.detach(|| {
            let Some(writer) = lock(&self.writer).take() else {
                return Ok(Added::default());
            };
            let added = writer.close()?;
            self.renew();
            Ok(Added::from(added))
        })
        .map_err(of_index)
    }

    /// Forgets what was added and deleted since the last commit.
    fn rollback(&self, py: Python<'_>) {
        py.detach(|| drop(lock(&self.writer).take()));
    }

    /// Closes the index; what is not committed is forgotten.
    fn close(&self, py: Python<'_>) {
        py.detach(|| {
            drop(lock(&self.writer).take());
            drop(lock(&self.open).take());
        });
    }

    fn __enter__(this: Py<Self>) -> Py<Self> {
        this
    }

    /// Commits where the block ended well, and closes.
    fn __exit__(
        &self,
        py: Python<'_>,
        kind: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _trace: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let is_open = lock(&self.open).is_some();
        let committed = match kind.is_none() && is_open {
            true => self.commit(py).map(drop),
            false => Ok(()),
        };
        self.close(py);
        committed
    }

    /// Runs one search.
    #[pyo3(signature = (text="", **request))]
    fn search(
        &self,
        py: Python<'_>,
        text: &str,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Answer> {
        self.now()?.search(py, text, request)
    }

    /// Runs the request of a canonical query string, such as the `next` of an answer.
    fn run(&self, py: Python<'_>, query_string: &str) -> PyResult<Answer> {
        self.now()?.run(py, query_string)
    }

    /// Runs one search for each text, on all processors, and gives the answers in their order.
    #[pyo3(signature = (texts, *, threads=None, **request))]
    fn search_many(
        &self,
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        threads: Option<usize>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<Answer>> {
        self.now()?.search_many(py, texts, threads, request)
    }

    /// Number of articles that match.
    #[pyo3(signature = (text="", **request))]
    fn count(
        &self,
        py: Python<'_>,
        text: &str,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<u64> {
        self.now()?.count(py, text, request)
    }

    /// The ids of all articles that match, in no order; nothing is relaxed.
    #[pyo3(signature = (text="", **request))]
    fn ids(
        &self,
        py: Python<'_>,
        text: &str,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<String>> {
        self.now()?.ids(py, text, request)
    }

    /// How many of the matches have which value of a field.
    #[pyo3(signature = (text="", *, by=None, top=10, **request))]
    fn facets(
        &self,
        py: Python<'_>,
        text: &str,
        by: Option<&Bound<'_, PyAny>>,
        top: usize,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        self.now()?.facets(py, text, by, top, request)
    }

    /// How many of the matches were published when.
    #[pyo3(signature = (text="", *, by=None, **request))]
    fn timeline(
        &self,
        py: Python<'_>,
        text: &str,
        by: Option<&str>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        self.now()?.timeline(py, text, by, request)
    }

    /// How much is told of securities over time.
    #[pyo3(signature = (codes=None, *, as_of, by="day", close=None, calendar=None, **request))]
    #[allow(clippy::too_many_arguments)]
    fn series(
        &self,
        py: Python<'_>,
        codes: Option<&Bound<'_, PyAny>>,
        as_of: Option<Bound<'_, PyAny>>,
        by: &str,
        close: Option<&Bound<'_, PyAny>>,
        calendar: Option<&Bound<'_, PyAny>>,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        self.now()?
            .series(py, codes, as_of, by, close, calendar, request)
    }

    /// The words and names that stand out of the matches.
    #[pyo3(signature = (text="", *, against=None, top=20, **request))]
    fn trends(
        &self,
        py: Python<'_>,
        text: &str,
        against: Option<&Bound<'_, PyDict>>,
        top: usize,
        request: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        self.now()?.trends(py, text, against, top, request)
    }

    /// Other stories on the matter of an article; `None` where no article has this id.
    #[pyo3(signature = (id, *, limit=10))]
    fn similar(&self, py: Python<'_>, id: &str, limit: usize) -> PyResult<Option<Table>> {
        self.now()?.similar(py, id, limit)
    }

    /// Who told the story of an article, and when; `None` where no article has this id.
    fn story(&self, py: Python<'_>, id: &str) -> PyResult<Option<Table>> {
        self.now()?.story(py, id)
    }

    /// What a text that is being typed may become.
    #[pyo3(signature = (text, *, limit=10))]
    fn suggest(&self, py: Python<'_>, text: &str, limit: usize) -> PyResult<Table> {
        self.now()?.suggest(py, text, limit)
    }

    /// Writes all matches to a file, and says what was written.
    #[pyo3(signature = (path, text="", *, format=None, order=None, limit=None, bom=false, accessed=None, **request))]
    #[allow(clippy::too_many_arguments)]
    fn export<'py>(
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
        let now = self.now()?;
        now.export(py, path, text, format, order, limit, bom, accessed, request)
    }

    /// The article with this id as plain Python values; `None` where there is none.
    fn article<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.now()?.article(py, id)
    }

    /// Facts about the index.
    fn statistics(&self, py: Python<'_>) -> PyResult<Statistics> {
        self.now()?.statistics(py)
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.now()?.__len__())
    }

    fn __bool__(&self) -> bool {
        true
    }

    fn __contains__(&self, py: Python<'_>, id: &str) -> PyResult<bool> {
        self.now()?.__contains__(py, id)
    }

    fn __repr__(&self) -> String {
        let place = match &self.path {
            Some(path) => format!("at {}", path.display()),
            None => "in memory".to_owned(),
        };
        match &*lock(&self.open) {
            Some(open) => format!("<Index {place}: {} articles>", open.searcher.documents()),
            None => format!("<Index {place}: closed>"),
        }
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled(
            "an Index",
            "open it in the other process with Index.open(path)",
        ))
    }
}

/// How an index is made. Bad lines of the table of securities are left out, with a warning in the log.
fn options(
    py: Python<'_>,
    words: Option<&Bound<'_, PyAny>>,
    entities: Option<&Bound<'_, PyAny>>,
) -> PyResult<IndexOptions> {
    let mut options = IndexOptions::new();
    if let Some(words) = words {
        options = options.dictionary(&text_of(words)?).map_err(of_index)?;
    }
    if let Some(entities) = entities {
        let entities = Entities::parse(&text_of(entities)?);
        for bad in entities.bad() {
            update::warn(py, &format!("table of securities: {bad}"))?;
        }
        options = options.entities(&entities);
    }
    Ok(options)
}

/// Whatever panicked with the lock: what it guards is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
