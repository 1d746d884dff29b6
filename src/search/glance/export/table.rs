//! A table of articles as CSV (RFC 4180).

use std::borrow::Cow;
use std::io::{self, Write};

use crate::corpus::{Article, Stock};
use crate::search::glance::articles::Articles;
use crate::search::glance::error::GlanceError;

/// The columns of a table of articles.
pub(super) const COLUMNS: [&str; 10] = [
    "id", "date", "source", "tag", "category", "title", "codes", "names", "url", "body",
];

/// How the file begins that Excel is to read as UTF-8.
const MARK: &str = "\u{feff}";

pub fn write(
    articles: &mut Articles,
    limit: usize,
    bom: bool,
    out: &mut dyn Write,
) -> Result<u64, GlanceError> {
    if bom {
        out.write_all(MARK.as_bytes())?;
    }
    write_row(out, &COLUMNS)?;
    let mut count = 0;
    while count < limit as u64 {
        let Some(text) = articles.read_next() else {
            break;
        };
        let text = text?;
        let row = cells(&text.article, &text.body);
        write_row(out, &row.each_ref().map(|cell| harmless(cell)))?;
        count += 1;
    }
    Ok(count)
}

/// What a table says of an article.
pub(super) fn cells<'a>(article: &'a Article, body: &'a str) -> [Cow<'a, str>; COLUMNS.len()] {
    let date = article.published.map(|published| published.to_string());
    let codes: Vec<String> = article.stocks.iter().filter_map(Stock::key).collect();
    let names: Vec<&str> = article.stocks.iter().map(|stock| &*stock.name).collect();
    [
        (&*article.id).into(),
        date.unwrap_or_default().into(),
        (&*article.source).into(),
        article.tags.join(";").into(),
        article.categories.join(";").into(),
        (&*article.title).into(),
        codes.join(";").into(),
        names.join(";").into(),
        article.url.as_deref().unwrap_or_default().into(),
        body.into(),
    ]
}

/// A text that no spreadsheet runs: one that begins like a formula gets an apostrophe in front.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    // Spreadsheets pass over blanks.
    match is_formula(text) || is_formula(text.trim_start()) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

fn write_row(out: &mut dyn Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        let cell = cell.as_ref();
        match cell.contains(['"', ',', '\n', '\r']) {
            true => write!(out, "\"{}\"", cell.replace('"', "\"\""))?,
            false => out.write_all(cell.as_bytes())?,
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (text, expected) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1", "'+1"),
            ("-5%", "'-5%"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("降准", "降准"),
            ("000001", "000001"),
            ("2022-01-05", "2022-01-05"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut out = Vec::new();
        write_row(&mut out, &["云汐", "甲,乙", "称\"稳\"", "一\n二", ""]).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "云汐,\"甲,乙\",\"称\"\"稳\"\"\",\"一\n二\",\r\n"
        );
    }
}
