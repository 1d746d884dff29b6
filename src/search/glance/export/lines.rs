//! JSON Lines that can be indexed again.

use std::io::Write;

use serde::Serialize;

use crate::corpus::{Article, Kept, Stock};
use crate::search::glance::articles::Articles;
use crate::search::glance::error::GlanceError;

/// An article as `newsearch index` reads it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    title: &'a str,
    date: Option<String>,
    source: &'a str,
    tag: String,
    category: String,
    url: Option<&'a str>,
    codes: Vec<String>,
    stocks: Vec<String>,
    body: &'a str,
    newsearch: Kept,
}

/// What says that nothing is missing.
#[derive(Serialize)]
struct End {
    end: bool,
    count: u64,
}

pub fn write(
    articles: &mut Articles,
    limit: usize,
    out: &mut dyn Write,
) -> Result<u64, GlanceError> {
    let mut count = 0;
    while let Some(text) = articles.read_next() {
        if count == limit as u64 {
            break;
        }
        let text = text?;
        write_line(out, &Line::new(&text.article, &text.body))?;
        count += 1;
    }
    write_line(out, &End { end: true, count })?;
    Ok(count)
}

fn write_line(out: &mut dyn Write, line: &impl Serialize) -> Result<(), GlanceError> {
    serde_json::to_writer(&mut *out, line).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

impl<'a> Line<'a> {
    fn new(article: &'a Article, body: &'a str) -> Line<'a> {
        let stocks = article.stocks.iter();
        Line {
            id: &article.id,
            title: &article.title,
            date: article.published.map(|published| published.to_string()),
            source: &article.source,
            tag: article.tags.join(", "),
            category: article.categories.join(", "),
            url: article.url.as_deref(),
            codes: stocks.clone().filter_map(Stock::key).collect(),
            stocks: stocks
                .map(|stock| format!("{}:{}", stock.key().unwrap_or_default(), stock.name))
                .collect(),
            body,
            newsearch: Kept::of(article),
        }
    }
}
