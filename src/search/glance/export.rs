//! All that a request matches, written to a file.

pub mod citation;
mod dossier;
mod lines;
mod references;
mod sheet;
mod table;

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::articles::{Articles, Order};
use super::error::GlanceError;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;

/// How to write what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportOptions {
    /// The format.
    pub format: ExportFormat,
    /// The order; a dossier is in the order of time whatever it says here, and takes the first of this order.
    pub order: Order,
    /// Most articles; `None` for all.
    pub limit: Option<u64>,
    /// Begin CSV with the mark of UTF-8 that Excel needs.
    pub bom: bool,
    /// The day on which addresses were looked at, for references: `2022-03-01`.
    pub accessed: Option<String>,
}

/// A format of files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// JSON Lines, which can be indexed again as the articles that they were. The last line is
    /// `{"end":true,"count":N}`.
    #[default]
    Jsonl,
    /// A table, with the names of its columns first.
    Csv,
    /// The same table for Excel; needs the feature `xlsx`.
    Xlsx,
    /// A dossier in Markdown: a chronology with passages, the counts by source, numbered references.
    Md,
    /// BibTeX. The last line is `% N articles`.
    Bib,
    /// CSL-JSON: one array.
    Csl,
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

impl ExportFormat {
    /// All of them.
    pub const ALL: [ExportFormat; 6] = [
        ExportFormat::Jsonl,
        ExportFormat::Csv,
        ExportFormat::Xlsx,
        ExportFormat::Md,
        ExportFormat::Bib,
        ExportFormat::Csl,
    ];

    /// Its name, which is also the extension of its files, but for CSL-JSON: `jsonl`, `csv`, `xlsx`, `md`,
    /// `bib`, `csl`.
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::Jsonl => "jsonl",
            ExportFormat::Csv => "csv",
            ExportFormat::Xlsx => "xlsx",
            ExportFormat::Md => "md",
            ExportFormat::Bib => "bib",
            ExportFormat::Csl => "csl",
        }
    }
}

impl Searcher {
    /// Writes all that a request matches, article by article, from one commit; its `limit` and `offset` do not
    /// count. A request without text and filters is about every article.
    ///
    /// # Errors
    /// When `out` cannot be written, when the format is not in this build, or as [`answer`](Self::answer).
    pub fn export(
        &self,
        request: &Request,
        options: &ExportOptions,
        out: &mut (dyn Write + Send),
    ) -> Result<Exported, GlanceError> {
        let mut articles = self.articles(request, options.order)?;
        let limit = options.limit.unwrap_or(u64::MAX);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let accessed = options.accessed.as_deref();
        let written = match options.format {
            ExportFormat::Jsonl => lines::write(&mut articles, limit, out)?,
            ExportFormat::Csv => table::write(&mut articles, limit, options.bom, out)?,
            ExportFormat::Xlsx => sheet::write(&mut articles, limit, out)?,
            ExportFormat::Md => dossier::write(&mut articles, request, limit, accessed, out)?,
            ExportFormat::Bib => references::write_bibtex(&mut articles, limit, accessed, out)?,
            ExportFormat::Csl => references::write_csl(&mut articles, limit, accessed, out)?,
        };
        out.flush()?;
        let Articles {
            generation,
            total,
            notes,
            ..
        } = articles;
        Ok(Exported {
            generation,
            total,
            articles: written,
            notes,
        })
    }
}
