//! What is sent: JSON or a page, with what tells caches when it is the same.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::asked::Asked;
use super::generations::Generation;

/// The header that names the generation that answered.
pub const GENERATION: HeaderName = HeaderName::from_static("newsearch-generation");

/// The entity tag of an answer: equal for the same request to the same generation. A weak one, since
/// answers say how long they took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag of an answer; `more` is what it depends on beside request and generation.
    pub fn new(generation: &Generation, asked: &Asked, more: &str) -> Tag {
        let mut hash = blake3::Hasher::new();
        let request = asked.request.to_string();
        let named = asked.generation.as_deref().unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        for part in [
            &generation.name,
            &asked.path,
            &request,
            named,
            version,
            more,
        ] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        for (name, value) in asked.own.sorted() {
            for part in [name, value] {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        Tag(format!("W/\"{}\"", &hash.finalize().to_hex()[..24]))
    }

    /// Whether the client has what bears this tag.
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let opaque = self.0.trim_start_matches("W/");
        let values = headers.get_all(header::IF_NONE_MATCH).iter();
        let known = values.filter_map(|value| value.to_str().ok());
        known
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim())
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == opaque)
    }

    /// The answer to a client that has it.
    pub fn not_modified(&self, generation: &Generation) -> Response {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        self.put(&mut response, generation);
        response
    }

    /// The headers of an answer that bears the tag.
    pub fn put(&self, response: &mut Response, generation: &Generation) {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        for (name, value) in [(header::ETAG, &self.0), (GENERATION, &generation.name)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// A response with a body of this kind.
pub fn of_kind(kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// JSON.
pub const JSON: &str = "application/json";
/// HTML in UTF-8.
pub const HTML: &str = "text/html; charset=utf-8";
/// An Atom feed.
pub const ATOM: &str = "application/atom+xml; charset=utf-8";
