//! Results for programs: JSON, with ranges in characters.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use newsearch::{Article, FORMAT_VERSION, Hit, Published, Reprint, Snippet, Statistics, Stock};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{steers, text};

/// Writes a hit as one line.
pub fn write_hit(out: &mut impl Write, hit: &Hit) -> io::Result<()> {
    write_line(out, &HitLine::new(hit))
}

/// Writes an article as one line: all that is known of it, and its `date`, `tag`, `category`, `codes`,
/// `path` and `line` as of a hit.
pub fn write_article(out: &mut impl Write, article: &Article) -> io::Result<()> {
    write_line(
        out,
        &ArticleLine {
            article,
            date: date(article.published.as_ref()),
            tag: first(&article.tags),
            category: first(&article.categories),
            codes: codes(article),
            path: path(article),
            line: line(article),
        },
    )
}

/// Writes facts about the index in `dir` as one line.
pub fn write_statistics(
    out: &mut impl Write,
    dir: &Path,
    statistics: &Statistics,
) -> io::Result<()> {
    let (first, last) = text::days(statistics).unzip();
    let sources = statistics
        .sources
        .iter()
        .map(|(name, documents)| SourceCount {
            name,
            documents: *documents,
        });
    write_line(
        out,
        &StatisticsLine {
            index: &dir.to_string_lossy(),
            format: FORMAT_VERSION,
            documents: statistics.documents,
            first,
            last,
            undated: statistics.undated,
            outliers: statistics.outliers,
            bytes: statistics.bytes,
            sources: sources.collect(),
        },
    )
}

#[derive(Serialize)]
struct HitLine<'a> {
    id: &'a str,
    title: &'a str,
    title_highlights: Vec<[usize; 2]>,
    date: Option<String>,
    source: &'a str,
    authors: &'a [String],
    /// The first of the tags, and the first of the categories.
    tag: &'a str,
    tags: &'a [String],
    category: &'a str,
    categories: &'a [String],
    url: Option<&'a str>,
    codes: Vec<String>,
    path: Option<&'a str>,
    line: Option<u64>,
    score: f32,
    snippets: Vec<Passage<'a>>,
    also: Vec<Also<'a>>,
}

#[derive(Serialize)]
struct Also<'a> {
    id: &'a str,
    source: &'a str,
    date: Option<String>,
}

#[derive(Serialize)]
struct Passage<'a> {
    text: &'a str,
    highlights: Vec<[usize; 2]>,
}

#[derive(Serialize)]
struct ArticleLine<'a> {
    #[serde(flatten)]
    article: &'a Article,
    date: Option<String>,
    tag: &'a str,
    category: &'a str,
    codes: Vec<String>,
    path: Option<&'a str>,
    line: Option<u64>,
}

#[derive(Serialize)]
struct StatisticsLine<'a> {
    index: &'a str,
    format: u32,
    documents: u64,
    first: Option<String>,
    last: Option<String>,
    undated: u64,
    outliers: u64,
    bytes: u64,
    sources: Vec<SourceCount<'a>>,
}

#[derive(Serialize)]
struct SourceCount<'a> {
    name: &'a str,
    documents: u64,
}

impl<'a> HitLine<'a> {
    fn new(hit: &'a Hit) -> HitLine<'a> {
        let article = &hit.article;
        HitLine {
            id: &article.id,
            title: &article.title,
            title_highlights: pairs(&hit.title_highlights),
            date: date(article.published.as_ref()),
            source: &article.source,
            authors: &article.authors,
            tag: first(&article.tags),
            tags: &article.tags,
            category: first(&article.categories),
            categories: &article.categories,
            url: article.url.as_deref(),
            codes: codes(article),
            path: path(article),
            line: line(article),
            score: hit.score,
            snippets: hit.snippets.iter().map(Passage::new).collect(),
            also: hit.also.iter().map(Also::new).collect(),
        }
    }
}

impl<'a> Passage<'a> {
    fn new(snippet: &'a Snippet) -> Passage<'a> {
        Passage {
            text: &snippet.text,
            highlights: pairs(&snippet.highlights),
        }
    }
}

impl<'a> Also<'a> {
    fn new(reprint: &'a Reprint) -> Also<'a> {
        Also {
            id: &reprint.id,
            source: &reprint.source,
            date: date(reprint.published.as_ref()),
        }
    }
}

fn pairs(ranges: &[Range<usize>]) -> Vec<[usize; 2]> {
    ranges
        .iter()
        .map(|range| [range.start, range.end])
        .collect()
}

fn date(published: Option<&Published>) -> Option<String> {
    published.map(Published::to_string)
}

fn first(names: &[String]) -> &str {
    names.first().map_or("", String::as_str)
}

/// The file that holds it, and the line of its record there.
fn path(article: &Article) -> Option<&str> {
    Some(&article.places.first()?.path)
}

fn line(article: &Article) -> Option<u64> {
    article.places.first()?.line
}

/// The keys of its securities, the strongest first.
fn codes(article: &Article) -> Vec<String> {
    article.stocks.iter().filter_map(Stock::key).collect()
}

/// Writes a value as one line.
pub fn write_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
    out.write_all(b"\n")
}

/// JSON on one line, in which characters that could steer a terminal are escaped, those that JSON
/// allows to stand as they are, too.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        while let Some(at) = rest.find(steers) {
            let (before, behind) = rest.split_at(at);
            let mut behind = behind.chars();
            out.write_all(before.as_bytes())?;
            for c in behind.by_ref().take(1) {
                write!(out, "\\u{:04x}", u32::from(c))?;
            }
            rest = behind.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}
