//! A table of articles as CSV (RFC 4180).

use std::borrow::Cow;
use std::io::Write;

use crate::corpus::{Article, Stock};
use crate::search::glance::articles::Articles;
use crate::search::glance::csv::{harmless, write_row};
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
