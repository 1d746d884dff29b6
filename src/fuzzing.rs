//! Doors to internals for the fuzz targets in `fuzz/` and the tests of their inputs. No part of the
//! interface of this crate: anything here may change with any version.

use std::fmt;
use std::ops::Range;
use std::path::Path;

pub use crate::search::{Near, NeedleKind};

use crate::corpus::{Article, Format, Mapping, Parsed, ReadError, Record, records_in};
use crate::search::{Matcher, Needle};
use crate::{Analyzer, Snippet, SnippetOptions};

/// Reads the bytes of a post file of this name.
pub fn post(bytes: &[u8], name: &str) -> Result<Article, ReadError> {
    article(&Record::new(Path::new(name), None, bytes))
}

/// Reads the bytes of a line of JSON Lines.
pub fn line(bytes: &[u8]) -> Result<Article, ReadError> {
    article(&Record::new(Path::new("posts.jsonl"), Some(1), bytes))
}

/// Reads the bytes of a file of JSON, or of a table, to its articles and what is wrong with it.
pub fn records(bytes: &[u8], is_table: bool) -> Vec<Result<Article, ReadError>> {
    let (name, format) = match is_table {
        true => ("posts.csv", Format::Table),
        false => ("posts.json", Format::Json),
    };
    let mut articles = Vec::new();
    match records_in(Path::new(name), format, bytes) {
        Ok(records) => {
            for record in records {
                match record {
                    Ok(record) => add_articles(&record, &mut articles),
                    Err(error) => articles.push(Err(error)),
                }
            }
        }
        Err(error) => articles.push(Err(error)),
    }
    articles
}

fn add_articles(record: &Record, articles: &mut Vec<Result<Article, ReadError>>) {
    match record.parse(&Mapping::default()) {
        Ok(Parsed::Article(reading)) => articles.push(Ok(reading.article)),
        Ok(Parsed::Records(records)) => {
            for record in &records {
                add_articles(record, articles);
            }
        }
        Err(error) => articles.push(Err(error)),
    }
}

fn article(record: &Record) -> Result<Article, ReadError> {
    match record.parse(&Mapping::default())? {
        Parsed::Article(reading) => Ok(reading.article),
        Parsed::Records(records) => match records.first() {
            Some(record) => article(record),
            None => Ok(Article::default()),
        },
    }
}

/// Finds needles in texts.
pub struct Marker<'a> {
    analyzer: &'a Analyzer,
    matcher: Matcher,
}

impl fmt::Debug for Marker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marker").finish_non_exhaustive()
    }
}

impl<'a> Marker<'a> {
    /// Finds `needles`, which are folded, and those in `near` in pairs only.
    pub fn new(analyzer: &'a Analyzer, needles: &[(String, NeedleKind)], near: &[Near]) -> Self {
        let needle = |(text, kind): &(String, NeedleKind)| Needle {
            text: text.clone(),
            weight: 1.0,
            kind: *kind,
        };
        let needles: Vec<Needle> = needles.iter().map(needle).collect();
        Marker {
            analyzer,
            matcher: Matcher::new(&needles, near),
        }
    }

    /// What is marked in `text`, in characters.
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        self.matcher.highlights(self.analyzer.folder(), text)
    }

    /// The snippets of `body`, the text of an article with this title.
    pub fn snippets(
        &self,
        body: &str,
        title: Option<&str>,
        options: &SnippetOptions,
    ) -> Vec<Snippet> {
        let folder = self.analyzer.folder();
        self.matcher.snippets(folder, body, title, options)
    }
}
