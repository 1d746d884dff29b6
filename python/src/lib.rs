//! newsearch for Python: the library's calls, Python's manners.
//!
//! Every search goes through the library's [`Searcher`](::newsearch::Searcher); what is here turns Python values
//! into its requests and its answers into Python objects. Nothing holds Python's lock while it searches
//! or writes.
#![forbid(unsafe_code)]

mod analyzer;
mod answer;
mod articles;
mod cells;
mod errors;
mod files;
mod glance;
mod html;
mod index;
mod request;
mod rows;
mod searcher;
mod table;
mod update;

use pyo3::prelude::*;

/// The engine below the package `newsearch`.
#[pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::analyzer::{Analyzer, Token, fold};
    #[pymodule_export]
    use super::answer::{Also, Answer, Hit, Passage, Stock};
    #[pymodule_export]
    use super::index::Index;
    #[pymodule_export]
    use super::searcher::{Searcher, Statistics};
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    use super::update::{Added, Report};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("SYNTAX", newsearch::SYNTAX)?;
        module.add("FORMAT_VERSION", newsearch::FORMAT_VERSION)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// The word for what cannot be pickled.
fn not_pickled(what: &str, instead: &str) -> PyErr {
    pyo3::exceptions::PyTypeError::new_err(format!("{what} cannot be pickled: {instead}"))
}
