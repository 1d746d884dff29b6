//! What is asked of an archive, as typed: a text, filters, a time.

use newsearch::{Days, GlanceError, Request, Searcher};

use super::effort::Effort;
use super::location::{Location, Part};
use super::past::Past;

/// A query with its filters; without any, all articles.
#[derive(Debug, clap::Args)]
pub struct Asked {
    /// What to search for; several words are joined with blanks; nothing for all articles
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub filters: Filters,
}

/// Filters, a time and an index.
#[derive(Debug, clap::Args)]
pub struct Filters {
    #[command(flatten)]
    pub location: Location,
    /// Only articles published by S; may be repeated for any of several
    #[arg(long, value_name = "S")]
    source: Vec<String>,
    /// Only articles with this tag; may be repeated for any of several
    #[arg(long, value_name = "T")]
    tag: Vec<String>,
    /// Only articles in this category; may be repeated
    #[arg(long, value_name = "C")]
    category: Vec<String>,
    /// Only articles about this security: 601318, SH601318, 700.HK, INTC.O; may be repeated
    #[arg(long, value_name = "C")]
    code: Vec<String>,
    /// Only articles of this day, month or year, or later: 2022-01-05, 2022-01, 2022, 上周, 近7天
    #[arg(long, value_name = "DATE", value_parser = Days::since)]
    since: Option<Days>,
    /// Only articles of this day, month or year, or earlier
    #[arg(long, value_name = "DATE", value_parser = Days::until)]
    until: Option<Days>,
    #[command(flatten)]
    past: Past,
    #[command(flatten)]
    effort: Effort,
}

impl Asked {
    /// What was typed, as a request.
    pub fn request(&self) -> Request {
        Request {
            q: self.text.join(" "),
            ..self.filters.request()
        }
    }

    /// The request as people read it: its text, or its filters.
    pub fn title(&self) -> String {
        match self.text.is_empty() {
            true => self.request().query().to_string(),
            false => self.text.join(" "),
        }
    }
}

impl Filters {
    /// What the index holds.
    pub fn searcher(&self) -> anyhow::Result<Searcher> {
        Ok(self.effort.of(self.location.searcher()?))
    }

    /// The same; where the index is on a cluster that has lost a shard, what the others hold.
    pub fn searcher_of(&self, part: &Part) -> anyhow::Result<Searcher> {
        Ok(self.effort.of(self.location.searcher_of(part)?))
    }

    /// The filters as a request for all articles that pass them.
    pub fn request(&self) -> Request {
        Request {
            source: self.source.clone(),
            tag: self.tag.clone(),
            category: self.category.clone(),
            code: self.code.clone(),
            since: self.since,
            until: self.until,
            as_of: self.past.as_of,
            timeout: Some(self.effort.timeout),
            ..Request::default()
        }
    }
}

/// The cause that tells most: whatever advises on errors of an index knows it then.
pub fn cause(error: GlanceError) -> anyhow::Error {
    match error {
        GlanceError::Index(error) => error.into(),
        GlanceError::Write(error) => error.into(),
        error => error.into(),
    }
}
