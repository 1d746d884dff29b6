//! Figures in rows and columns.

use std::io::{self, Write};

use crate::cli::output::harmless;

/// A table: the first column names the rows, the others hold figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new<T: Into<String>>(head: impl IntoIterator<Item = T>) -> Table {
        Table {
            head: head.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; it has as many cells as the head.
    pub fn push(&mut self, row: Vec<String>) {
        debug_assert_eq!(row.len(), self.head.len());
        // A row may be named after a file, whatever its name.
        let cells = row.iter().map(|cell| harmless(cell).into_owned());
        self.rows.push(cells.collect());
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes it for people: names flush left, figures flush right.
    ///
    /// # Errors
    /// `out` cannot be written to.
    pub fn write_aligned(&self, out: &mut impl Write) -> io::Result<()> {
        let widths = self.widths();
        self.lines()
            .try_for_each(|row| writeln!(out, "{}", padded(row, &widths).join("  ").trim_end()))
    }

    /// Writes it as Markdown.
    ///
    /// # Errors
    /// `out` cannot be written to.
    pub fn write_markdown(&self, out: &mut impl Write) -> io::Result<()> {
        let widths = self.widths();
        for (place, row) in self.lines().enumerate() {
            writeln!(out, "| {} |", padded(row, &widths).join(" | "))?;
            if place == 0 {
                let rule = widths
                    .iter()
                    .enumerate()
                    .map(|(column, width)| rule(column, *width));
                writeln!(out, "| {} |", rule.collect::<Vec<_>>().join(" | "))?;
            }
        }
        Ok(())
    }

    fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.head).chain(&self.rows)
    }

    /// Characters in the widest cell of each column.
    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| self.lines().map(|row| row[column].chars().count()).max();
        (0..self.head.len())
            .map(|column| width(column).unwrap_or_default())
            .collect()
    }
}

fn padded(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells = row.iter().zip(widths).enumerate();
    let pad = |(column, (cell, &width)): (usize, (&String, &usize))| match column {
        0 => format!("{cell:width$}"),
        _ => format!("{cell:>width$}"),
    };
    cells.map(pad).collect()
}

/// What stands between the head and the rows in Markdown; the colon says flush right.
fn rule(column: usize, width: usize) -> String {
    match column {
        0 => "-".repeat(width),
        _ => format!("{}:", "-".repeat(width.saturating_sub(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(["set", "queries", "R@100"]);
        table.push(["headlines", "12", "0.5000"].map(String::from).into());
        table.push(["topics", "3456", "-"].map(String::from).into());
        table
    }

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn columns_are_aligned() {
        let expected = "\
set        queries   R@100
headlines       12  0.5000
topics        3456       -
";
        assert_eq!(written(|out| sample().write_aligned(out)), expected);
    }

    #[test]
    fn markdown_has_a_rule_under_the_head() {
        let expected = "\
| set       | queries |  R@100 |
| --------- | ------: | -----: |
| headlines |      12 | 0.5000 |
| topics    |    3456 |      - |
";
        assert_eq!(written(|out| sample().write_markdown(out)), expected);
    }
}
