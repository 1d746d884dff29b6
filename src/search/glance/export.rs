//! All that a request matches, written to a file.

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;

/// How to write what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportOptions {
    /// The format.
    pub format: ExportFormat,
    /// Most articles; `None` for all.
    pub limit: Option<u64>,
    /// Begin CSV with the mark of UTF-8 that Excel needs.
    pub bom: bool,
}

/// A format of files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// JSON Lines, which can be indexed again. The last line says how many articles there are.
    #[default]
    Jsonl,
    /// A table, with a line of names at its head.
    Csv,
    /// A table for Excel; needs the feature `xlsx`.
    Xlsx,
    /// A dossier in Markdown.
    Md,
    /// BibTeX.
    Bib,
    /// CSL-JSON.
    Csl,
}

impl Default for ExportOptions {
    fn default() -> ExportOptions {
        ExportOptions {
            format: ExportFormat::Jsonl,
            limit: None,
            bom: false,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exported {
    /// Which commit of the index answered.
    pub generation: String,
    /// Articles that match.
    pub total: u64,
    /// Articles that were written.
    pub articles: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
}

impl Searcher {
    /// Writes all that a request matches: the earliest first, or in the order of the request's
    /// [`sort`](Request::sort) if that is by date. A request without text and filters is about every
    /// article.
    ///
    /// # Errors
    /// When `out` cannot be written, or as [`answer`](Self::answer).
    pub fn export(
        &self,
        request: &Request,
        options: &ExportOptions,
        out: &mut dyn Write,
    ) -> Result<Exported, GlanceError> {
        let _ = (request, options, out);
        Err(GlanceError::argument("format", "not in this version"))
    }
}
