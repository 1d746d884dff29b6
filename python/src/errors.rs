//! What goes wrong in the library, as Python's exceptions.

use std::error::Error;

use newsearch::{IndexError, RequestError};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// The classes themselves are written in Python: some have two parents.
pub mod kinds {
    pyo3::import_exception!(newsearch.errors, NewsearchError);
    pyo3::import_exception!(newsearch.errors, BadArticle);
    pyo3::import_exception!(newsearch.errors, BadRequest);
    pyo3::import_exception!(newsearch.errors, IndexClosed);
    pyo3::import_exception!(newsearch.errors, IndexDamaged);
    pyo3::import_exception!(newsearch.errors, IndexExists);
    pyo3::import_exception!(newsearch.errors, IndexLocked);
    pyo3::import_exception!(newsearch.errors, IndexMissing);
    pyo3::import_exception!(newsearch.errors, IndexOutdated);
    pyo3::import_exception!(newsearch.errors, QueryTimeout);
    pyo3::import_exception!(newsearch.errors, QueryTooBroad);
}

use kinds::{
    BadArticle, BadRequest, IndexClosed, IndexDamaged, IndexExists, IndexLocked, IndexMissing,
    IndexOutdated, NewsearchError, QueryTimeout, QueryTooBroad,
};

/// An error of the index, with its causes and what to do about it.
pub fn of_index(error: IndexError) -> PyErr {
    let text = with_causes(&error);
    let with = |remedy: &str| format!("{text}: {remedy}");
    match error {
        IndexError::Missing(_) => IndexMissing::new_err(with("make one with Index.create(path)")),
        IndexError::NotAnIndex(_) => IndexExists::new_err(with("choose another folder")),
        IndexError::Version { .. } | IndexError::Analyzer(_) | IndexError::Words(_) => {
            IndexOutdated::new_err(with("build it anew with Index.rebuild(path) and update()"))
        }
        IndexError::Exchanged(_) => IndexOutdated::new_err(with("open it again")),
        IndexError::Locked { .. } => IndexLocked::new_err(with("wait for it to end")),
        IndexError::Damaged { .. } => IndexDamaged::new_err(with(
            "Index.check(path) says more, Index.rebuild(path) and update() mend it",
        )),
        IndexError::LostWords(_) => IndexDamaged::new_err(with("give them again with words=")),
        IndexError::LostEntities(_) => {
            IndexDamaged::new_err(with("give the table again with entities="))
        }
        IndexError::OutOfTime { .. } => {
            QueryTimeout::new_err(with("ask for less, or allow it more time with timeout="))
        }
        IndexError::TooBroad => QueryTooBroad::new_err(with("give fewer, or longer ones")),
        IndexError::NoId | IndexError::LongId { .. } => BadArticle::new_err(text),
        IndexError::Lexicon(_) => BadRequest::new_err(text),
        IndexError::Dictionary(_) => BadRequest::new_err(with("give fewer words")),
        IndexError::Failed => NewsearchError::new_err(with("call rollback() and add it again")),
        IndexError::Io { path, cause } => match cause.raw_os_error() {
            // The operating system's own error keeps its number and the name of the file.
            Some(number) => PyOSError::new_err((number, cause.to_string(), path.into_os_string())),
            None => NewsearchError::new_err(text),
        },
        _ => NewsearchError::new_err(text),
    }
}

pub fn of_request(error: RequestError) -> PyErr {
    BadRequest::new_err(error.to_string())
}

pub fn closed() -> PyErr {
    IndexClosed::new_err("the index is closed: open it again")
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
