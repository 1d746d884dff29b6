//! Where a page is: what it shows, and the addresses of those beside it. Every state is an address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::language::Language;
use super::pieces::harmless;
use crate::search::{Request, Sort, Unit};
use crate::server::api::unit;
use crate::server::asked::Asked;
use crate::server::failure::Failure;

/// What is left as it is in a part of a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How hits are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Titles and passages.
    Passages,
    /// A line for each match.
    Lines,
}

/// How lines are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// As the hits.
    Ranked,
    /// By what precedes the match.
    Left,
    /// By what follows it.
    Right,
}

/// What a page shows.
#[derive(Debug, Clone)]
pub struct Place {
    /// The search.
    pub request: Request,
    /// How hits are shown.
    pub look: Look,
    /// How lines are ordered.
    pub lines: Lines,
    /// The length of a bucket of the timeline.
    pub by: Option<Unit>,
    /// The generation, where the address names one.
    pub generation: Option<String>,
    /// The language.
    pub language: Language,
    /// The path of the page.
    pub path: String,
    /// The index cannot be renewed.
    pub is_stale: bool,
}

impl Place {
    /// What a request of HTTP asks to see.
    pub fn of(asked: &Asked, language: Language, is_stale: bool) -> Result<Place, Failure> {
        let look = match asked.own.get("view") {
            None => Look::Passages,
            Some("kwic") => Look::Lines,
            Some(other) => return Err(none_of("view", other, "kwic")),
        };
        let lines = match asked.own.get("order") {
            None => Lines::Ranked,
            Some("left") => Lines::Left,
            Some("right") => Lines::Right,
            Some(other) => return Err(none_of("order", other, "left, right")),
        };
        Ok(Place {
            request: asked.request.clone(),
            look,
            lines,
            by: unit(asked.own.get("by"))?,
            generation: asked.generation.clone(),
            language,
            path: asked.path.clone(),
            is_stale,
        })
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.request.q.trim().is_empty() && self.request.query().root().is_none()
    }

    /// The address of the same place with another request; from its first page.
    pub fn with(&self, change: impl FnOnce(&mut Request)) -> String {
        let mut request = Request {
            offset: 0,
            ..self.request.clone()
        };
        change(&mut request);
        self.results(&request)
    }

    /// The fields of the address with another request, for a form: without characters that steer, which
    /// no query needs.
    pub fn fields(&self, change: impl FnOnce(&mut Request)) -> Vec<(String, String)> {
        let address = self.with(change);
        let query = address.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (harmless(&name), harmless(&value)))
            .collect()
    }

    /// The address of another page of the same results.
    pub fn at(&self, offset: usize) -> String {
        let request = Request {
            offset,
            ..self.request.clone()
        };
        self.results(&request)
    }

    /// The address of the same results, shown in another way.
    pub fn looking(&self, look: Look, sort: Sort) -> String {
        let place = Place {
            look,
            lines: Lines::Ranked,
            ..self.clone()
        };
        place.with(|request| request.sort = sort)
    }

    /// The address of the same lines in another order.
    pub fn ordered(&self, lines: Lines) -> String {
        let place = Place {
            lines,
            ..self.clone()
        };
        place.at(self.request.offset)
    }

    /// The address of the same page of this generation.
    pub fn permalink(&self, generation: &str) -> String {
        let place = Place {
            generation: Some(generation.to_owned()),
            ..self.clone()
        };
        place.results(&self.request)
    }

    /// The address of this page in the other language.
    pub fn in_other_language(&self) -> String {
        let other = match self.language {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        };
        let query = self.query(&self.request);
        let separator = if query.is_empty() { "" } else { "&" };
        format!("{}?{query}{separator}lang={}", self.path, other.code())
    }

    /// The address of an article, with the query that is marked in it.
    pub fn article(&self, id: &str) -> String {
        let marked = Request {
            limit: Request::default().limit,
            offset: 0,
            ..self.request.clone()
        };
        let query = marked.to_string();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("/article/{}{separator}{query}", segment(id))
    }

    /// The address of the results of a request, in this look.
    pub fn results(&self, request: &Request) -> String {
        let query = self.query(request);
        match query.is_empty() {
            true => "/".to_owned(),
            false => format!("/?{query}"),
        }
    }

    /// The address of a route for programs, with this request.
    pub fn api(&self, path: &str, more: &str) -> String {
        let request = Request {
            offset: 0,
            limit: Request::default().limit,
            ..self.request.clone()
        };
        let query = request.to_string();
        let parts = [query.as_str(), more];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{path}?{}", parts.join("&"))
    }

    fn query(&self, request: &Request) -> String {
        let mut query = form_urlencoded::Serializer::new(request.to_string());
        if self.look == Look::Lines {
            query.append_pair("view", "kwic");
        }
        match self.lines {
            Lines::Ranked => {}
            Lines::Left => {
                query.append_pair("order", "left");
            }
            Lines::Right => {
                query.append_pair("order", "right");
            }
        }
        if let Some(by) = self.by {
            query.append_pair("by", by.name());
        }
        if let Some(generation) = &self.generation {
            query.append_pair("generation", generation);
        }
        query.finish()
    }
}

/// The address of an article, without a query.
pub fn article(id: &str) -> String {
    format!("/article/{}", segment(id))
}

/// The address of the page of a company.
pub fn company(key: &str) -> String {
    format!("/company/{}", segment(key))
}

/// A text as a part of a path.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

fn none_of(parameter: &str, value: &str, known: &str) -> Failure {
    let message = format!("parameter `{parameter}`: `{value}` is none of {known}");
    Failure::of_parameter(parameter, message)
}
