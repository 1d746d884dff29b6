//! What a request asks: its own parameters, and those of every search.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::failure::{Code, Failure};
use super::options::Options;
use crate::search::Request;

/// Most bytes of a query string.
const MAX_QUERY: usize = 16 * 1024;
/// Most bytes of a body.
const MAX_BODY: usize = 64 * 1024;
/// Most hits of one answer; an export has no such bound.
pub const MAX_LIMIT: usize = 1_000;

/// The parameter that names a generation.
pub const GENERATION: &str = "generation";

/// What a request asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The search.
    pub request: Request,
    /// The generation that shall answer; the last one where none is named.
    pub generation: Option<String>,
    /// The parameters of the route, beside those of every search.
    pub own: Own,
    /// Path and headers of the request.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
}

/// Parameters of a route, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own(Vec<(&'static str, String)>);

impl Own {
    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All of them, in the order of their names.
    pub fn sorted(&self) -> Vec<(&'static str, &str)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        all.sort_unstable();
        all
    }

    fn set(&mut self, name: &'static str, value: String) -> Result<(), Failure> {
        if self.get(name).is_some() {
            let message = format!("parameter `{name}` is given twice");
            return Err(Failure::of_parameter(name, message));
        }
        self.0.push((name, value));
        Ok(())
    }
}

impl Asked {
    /// Reads a request of HTTP; `own` are the names of the parameters that the route has beside those
    /// of every search.
    ///
    /// # Errors
    /// When a parameter is unknown, given twice or malformed, and when there is too much of anything.
    pub async fn read(
        http: axum::extract::Request,
        own: &[&'static str],
        options: &Options,
    ) -> Result<Asked, Failure> {
        let (parts, body) = http.into_parts();
        if parts.method != Method::POST {
            let query = parts.uri.query().unwrap_or_default().to_owned();
            return Asked::of_parts(parts, of_query(&query, own)?);
        }
        if parts.uri.query().is_some_and(|query| !query.is_empty()) {
            let message = "a POST has its parameters in the body: leave the query string empty";
            return Err(Failure::new(Code::BadParameter, message));
        }
        let body = body_of(&parts.headers, body, options.patience).await?;
        Asked::of_parts(parts, of_json(&body, own)?)
    }

    /// Reads what a form sends: as [`read`](Self::read), but a field that was left empty is none.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_form(http: axum::extract::Request, own: &[&'static str]) -> Result<Asked, Failure> {
        let (parts, _) = http.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let is_filled = |part: &&str| {
            part.split_once('=')
                .is_some_and(|(_, value)| !value.is_empty())
        };
        let filled: Vec<&str> = query.split('&').filter(is_filled).collect();
        let asked = of_query(&filled.join("&"), own)?;
        Asked::of_parts(parts, asked)
    }

    fn of_parts(parts: Parts, (request, mut own): (Request, Own)) -> Result<Asked, Failure> {
        request.check()?;
        if request.limit > MAX_LIMIT {
            let message = format!(
                "parameter `limit`: at most {MAX_LIMIT} hits at once; take the next page, or /api/export for all"
            );
            return Err(Failure::of_parameter("limit", message));
        }
        let generation = own.0.iter().position(|(name, _)| *name == GENERATION);
        let generation = generation.map(|place| own.0.swap_remove(place).1);
        Ok(Asked {
            request,
            generation,
            own,
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
        })
    }

    /// Of the parameters of the route, a number within bounds.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str, least: usize, most: usize) -> Result<Option<usize>, Failure> {
        let Some(text) = self.own.get(name) else {
            return Ok(None);
        };
        let number: Option<usize> = text.parse().ok();
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                let message =
                    format!("parameter `{name}`: `{text}` is not a number from {least} to {most}");
                Err(Failure::of_parameter(name, message))
            }
        }
    }
}

/// The search and the own parameters of a query string.
fn of_query(query: &str, own: &[&'static str]) -> Result<(Request, Own), Failure> {
    if query.len() > MAX_QUERY {
        let message = format!(
            "the query string is longer than {MAX_QUERY} bytes: send the same fields as JSON in a POST"
        );
        return Err(Failure::new(Code::QueryTooLong, message));
    }
    let mut taken = Own::default();
    let mut rest = Vec::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match known(name, own) {
            Some(name) => taken.set(name, decoded(value)?)?,
            None => rest.push(part),
        }
    }
    Ok((Request::parse(&rest.join("&"))?, taken))
}

/// The search and the own parameters of a JSON object.
fn of_json(body: &[u8], own: &[&'static str]) -> Result<(Request, Own), Failure> {
    let bad = |message: String| Failure::new(Code::BadJson, message);
    let fields: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| bad(format!("the body is not a JSON object: {error}")))?;
    let mut taken = Own::default();
    let mut rest = Map::new();
    for (name, value) in fields {
        match known(&name, own) {
            Some(name) => match value {
                Value::String(text) => taken.set(name, text)?,
                Value::Number(_) | Value::Bool(_) => taken.set(name, value.to_string())?,
                Value::Null => {}
                _ => {
                    let message = format!("parameter `{name}` is not a text");
                    return Err(Failure::of_parameter(name, message));
                }
            },
            None => {
                rest.insert(name, value);
            }
        }
    }
    let request = serde_json::from_value(Value::Object(rest));
    let request = request.map_err(|error| bad(format!("the body is no request: {error}")))?;
    Ok((request, taken))
}

/// The own parameter of this name.
fn known(name: &str, own: &[&'static str]) -> Option<&'static str> {
    let mut all = own.iter().copied().chain([GENERATION]);
    all.find(|known| *known == name)
}

fn decoded(value: &str) -> Result<String, Failure> {
    let blanks = value.replace('+', " ");
    match percent_decode_str(&blanks).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(Failure::new(
            Code::BadParameter,
            format!("the query string is not valid UTF-8 after percent-decoding, near `{value}`"),
        )),
    }
}

/// The whole of a body that says that it is JSON.
async fn body_of(headers: &HeaderMap, body: Body, patience: Duration) -> Result<Bytes, Failure> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let message = "the body must be JSON, with `Content-Type: application/json`";
        return Err(Failure::new(Code::NotJson, message));
    }
    let whole = axum::body::to_bytes(body, MAX_BODY);
    match tokio::time::timeout(patience, whole).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            let message = format!("the body is longer than {MAX_BODY} bytes, or was cut off");
            Err(Failure::new(Code::BodyTooLong, message))
        }
        Err(_) => {
            let message = format!("the body did not arrive within {patience:?}");
            Err(Failure::new(Code::SlowBody, message))
        }
    }
}
