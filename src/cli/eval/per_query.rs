//! The figures of each query, for spreadsheets and scripts.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::measures::MEASURES;
use super::report::{Measured, milliseconds};

/// A file with a line for each judged query: set, query, measures, milliseconds, parted by tabs; the
/// first line names the columns. The last column is empty for a query that was not asked.
pub struct PerQuery {
    path: PathBuf,
    out: BufWriter<File>,
}

impl PerQuery {
    /// Starts the file, in place of one that may be there.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(path: &Path) -> anyhow::Result<PerQuery> {
        let name = || path.display().to_string();
        let mut out = BufWriter::new(File::create(path).with_context(name)?);
        writeln!(out, "set\tquery\t{}\tms", MEASURES.join("\t")).with_context(name)?;
        Ok(PerQuery {
            path: path.to_path_buf(),
            out,
        })
    }

    /// Adds the queries of a set.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, set: &str, measured: &[Measured]) -> anyhow::Result<()> {
        let mut lines = measured.iter().map(|measured| line(set, measured));
        let written = lines.try_for_each(|line| writeln!(self.out, "{line}"));
        written.with_context(|| self.path.display().to_string())
    }

    /// Makes sure that all is written.
    ///
    /// # Errors
    /// It is not.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.out
            .flush()
            .with_context(|| self.path.display().to_string())
    }
}

fn line(set: &str, measured: &Measured) -> String {
    let scores = measured
        .scores
        .map(|score| format!("{score:.6}"))
        .join("\t");
    let latency = measured.latency.map_or(String::new(), |latency| {
        format!("{:.3}", milliseconds(latency))
    });
    format!("{set}\t{}\t{scores}\t{latency}", measured.topic)
}
