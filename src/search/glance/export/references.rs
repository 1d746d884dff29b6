//! Articles as BibTeX and as CSL-JSON.

use std::io::Write;

use serde::Serialize;

use super::citation::day;
use crate::corpus::Article;
use crate::search::glance::articles::Articles;
use crate::search::glance::error::GlanceError;

/// Hexadecimal digits that tell apart keys of ids with other characters.
const DIGITS: usize = 8;

pub fn write_bibtex(
    articles: &mut Articles,
    limit: usize,
    accessed: Option<&str>,
    out: &mut dyn Write,
) -> Result<u64, GlanceError> {
    let mut count = 0;
    while count < limit as u64 {
        let Some(article) = articles.next() else {
            break;
        };
        write_entry(&article?, accessed, out)?;
        count += 1;
    }
    let articles = if count == 1 { "article" } else { "articles" };
    writeln!(out, "% {count} {articles}")?;
    Ok(count)
}

fn write_entry(
    article: &Article,
    accessed: Option<&str>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let date = article.published.as_ref().map(day);
    let year = date.as_deref().and_then(|date| date.get(..4));
    let month = date.as_deref().and_then(|date| date.get(5..7));
    writeln!(out, "@misc{{{},", key(&article.id))?;
    writeln!(out, "  title = {{{{{}}}}},", escaped(&article.title))?;
    if !article.source.is_empty() {
        writeln!(out, "  author = {{{{{}}}}},", escaped(&article.source))?;
    }
    for (name, value) in [
        ("year", year),
        ("month", month),
        ("date", date.as_deref()),
        ("url", article.url.as_deref()),
        ("urldate", accessed.filter(|_| article.url.is_some())),
    ] {
        if let Some(value) = value {
            // An address may hold what is special elsewhere, but no bracket that would end it.
            let value = match name {
                "url" => value.replace('{', "%7B").replace('}', "%7D"),
                _ => value.to_owned(),
            };
            writeln!(out, "  {name} = {{{value}}},")?;
        }
    }
    writeln!(out, "  note = {{{}}}", escaped(&article.id))?;
    writeln!(out, "}}\n")
}

/// A key without what BibTeX gives a meaning to; of different ids, different.
fn key(id: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if id.chars().all(is_plain) {
        return format!("news:{id}");
    }
    let plain: String = id.chars().filter(|&c| is_plain(c)).take(40).collect();
    let hash = blake3::hash(id.as_bytes()).to_hex();
    format!("news:{plain}-{}", &hash[..DIGITS])
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '}' | '%' | '&' | '#' | '$' | '_' => escaped.extend(['\\', c]),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// An article as CSL knows it.
#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    #[serde(rename = "container-title", skip_serializing_if = "str::is_empty")]
    container_title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Date>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    language: &'static str,
}

#[derive(Serialize)]
struct Date {
    #[serde(rename = "date-parts")]
    parts: [Vec<u16>; 1],
}

impl Date {
    fn of(day: &str) -> Date {
        let parts = day.split('-').filter_map(|part| part.parse().ok());
        Date {
            parts: [parts.collect()],
        }
    }
}

pub fn write_csl(
    articles: &mut Articles,
    limit: usize,
    accessed: Option<&str>,
    out: &mut dyn Write,
) -> Result<u64, GlanceError> {
    let mut count = 0;
    while count < limit as u64 {
        let Some(article) = articles.next() else {
            break;
        };
        let article = article?;
        out.write_all(if count == 0 { b"[\n" } else { b",\n" })?;
        let item = Item {
            id: &article.id,
            kind: "article-newspaper",
            title: &article.title,
            container_title: &article.source,
            issued: article.published.as_ref().map(|date| Date::of(&day(date))),
            accessed: accessed.filter(|_| article.url.is_some()).map(Date::of),
            url: article.url.as_deref(),
            language: "zh-CN",
        };
        serde_json::to_writer(&mut *out, &item).map_err(std::io::Error::from)?;
        count += 1;
    }
    out.write_all(if count == 0 { b"[]\n" } else { b"\n]\n" })?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bibtex_reads_what_is_written() {
        assert_eq!(escaped("涨5%_{A&B}"), r"涨5\%\_\{A\&B\}");
        assert_eq!(key("202201052201234567"), "news:202201052201234567");
        assert!(key("https://a.example/{1}").starts_with("news:https:a.example1-"));
        assert_ne!(key("a/b"), key("a//b"));
    }
}
