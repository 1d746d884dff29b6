//! Bringing an index up to date, with progress, a log, and Ctrl-C.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use newsearch::{Index, IndexError, Progress, UpdateOptions};
use pyo3::prelude::*;

use crate::errors::of_index;
use crate::searcher::SIGNALS;

/// What an update did. Every record read is in exactly one of `new`, `merged`, `replaced`, `unchanged`,
/// `skipped` and `bad`.
#[pyclass(frozen, get_all, module = "newsearch")]
#[derive(Clone)]
pub struct Report {
    /// Files met.
    files: u64,
    /// Files passed over because they had not changed.
    unchanged_files: u64,
    /// Posts and lines met in the files that were read.
    records: u64,
    /// Posts that are no news and were skipped by rule.
    skipped: u64,
    /// Posts, lines and whole files that cannot be read; each is a warning in the log.
    bad: u64,
    /// First copies of an article.
    new: u64,
    /// Further copies of an article that the index has.
    merged: u64,
    /// Copies that took the place of an older state of themselves.
    replaced: u64,
    /// Copies that the index has already.
    unchanged: u64,
    /// Documents deleted because their last copy went.
    deleted: u64,
}

/// What became of the articles of a commit.
#[pyclass(frozen, get_all, module = "newsearch")]
#[derive(Default)]
pub struct Added {
    /// First copies of an article.
    new: u64,
    /// Further copies of an article that the index has.
    merged: u64,
    /// Copies that took the place of an older state of themselves.
    replaced: u64,
    /// Copies that the index has already.
    unchanged: u64,
}

#[pymethods]
impl Report {
    fn __repr__(&self) -> String {
        format!(
            "<Report: {} new, {} merged, {} replaced, {} unchanged, {} deleted, {} skipped, {} bad>",
            self.new,
            self.merged,
            self.replaced,
            self.unchanged,
            self.deleted,
            self.skipped,
            self.bad
        )
    }
}

#[pymethods]
impl Added {
    fn __repr__(&self) -> String {
        format!(
            "<Added: {} new, {} merged, {} replaced, {} unchanged>",
            self.new, self.merged, self.replaced, self.unchanged
        )
    }
}

impl From<&newsearch::Report> for Report {
    fn from(report: &newsearch::Report) -> Report {
        Report {
            files: report.files,
            unchanged_files: report.unchanged_files,
            records: report.records,
            skipped: report.skipped,
            bad: report.bad,
            new: report.added.new,
            merged: report.added.merged,
            replaced: report.added.replaced,
            unchanged: report.added.unchanged,
            deleted: report.added.deleted,
        }
    }
}

impl From<newsearch::Added> for Added {
    fn from(added: newsearch::Added) -> Added {
        Added {
            new: added.new,
            merged: added.merged,
            replaced: added.replaced,
            unchanged: added.unchanged,
        }
    }
}

/// Reads the archive below `paths` into an index. Python's lock is taken now and then only, to log
/// what is bad, to report progress and to see whether the user has pressed Ctrl-C.
pub fn run(
    py: Python<'_>,
    index: &Index,
    paths: &[PathBuf],
    mut options: UpdateOptions,
    progress: Option<&Py<PyAny>>,
) -> PyResult<Report> {
    let stop = Arc::new(AtomicBool::new(false));
    options.stop = Some(Arc::clone(&stop));
    let mut looked = Instant::now();
    let mut failure = None;
    let updated = py.detach(|| {
        index.update(paths, &options, |step| {
            let is_step = matches!(step, Progress::Step(_));
            let is_due = !is_step || looked.elapsed() >= SIGNALS;
            if !is_due || failure.is_some() {
                return;
            }
            if let Err(error) = Python::attach(|py| look(py, &step, progress)) {
                failure = Some(error);
                stop.store(true, Ordering::Relaxed);
            }
            looked = Instant::now();
        })
    });
    match (updated, failure) {
        (Err(IndexError::Stopped), Some(failure)) => Err(failure),
        (Err(error), _) => Err(of_index(error)),
        (Ok(_), Some(failure)) => Err(failure),
        (Ok(report), None) => {
            let report = Report::from(&report);
            if let Some(progress) = progress {
                progress.call1(py, (report.clone(),))?;
            }
            Ok(report)
        }
    }
}

/// A moment with Python's lock.
fn look(py: Python<'_>, step: &Progress<'_>, progress: Option<&Py<PyAny>>) -> PyResult<()> {
    py.check_signals()?;
    match step {
        Progress::Bad(error) => warn(py, &error.to_string()),
        Progress::BadRows(rows) => warn(py, &rows.to_string()),
        Progress::Cut {
            path,
            line,
            field,
            characters,
            kept,
        } => {
            let line = line.map_or_else(String::new, |line| format!(":{line}"));
            let path = path.display();
            warn(
                py,
                &format!(
                    "{path}{line}: its {field} has {characters} characters, of which {kept} were kept"
                ),
            )
        }
        Progress::Kept { path, articles } => {
            let path = path.display();
            warn(
                py,
                &format!(
                    "{path}: {articles} articles that it no longer has were kept: they may be on the lines that cannot be read"
                ),
            )
        }
        Progress::Committed(report) | Progress::Step(report) => match progress {
            Some(progress) => progress.call1(py, (Report::from(*report),)).map(drop),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Logs a warning, of the logger `newsearch`.
pub fn warn(py: Python<'_>, text: &str) -> PyResult<()> {
    let logger = py
        .import("logging")?
        .call_method1("getLogger", ("newsearch",))?;
    logger.call_method1("warning", ("%s", text)).map(drop)
}
