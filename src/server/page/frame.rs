//! What is around every page: the search box, the switch of the language.

use super::assets;
use super::language::Language;
use super::link::{Look, Place};
use super::pieces::harmless;
use super::words::Words;
use crate::search::Request;

/// What is around every page.
pub struct Frame {
    /// The words of the language.
    pub t: &'static Words,
    /// The language, as HTML names it.
    pub tag: &'static str,
    /// The query in the box.
    pub q: String,
    /// What a new query keeps of the old request.
    pub kept: Vec<(&'static str, String)>,
    /// This page in the other language.
    pub other_language: String,
    /// The index cannot be renewed.
    pub is_stale: bool,
    /// The address of the stylesheet.
    pub style: String,
    /// The address of the script.
    pub script: String,
}

impl Frame {
    /// That of a page.
    pub fn of(place: &Place) -> Frame {
        Frame {
            q: harmless(&place.request.q),
            kept: kept(place),
            other_language: place.in_other_language(),
            is_stale: place.is_stale,
            ..Frame::bare(place.language)
        }
    }

    /// That of a page without a request.
    pub fn bare(language: Language) -> Frame {
        let other = match language {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        };
        Frame {
            t: language.words(),
            tag: language.tag(),
            q: String::new(),
            kept: Vec::new(),
            other_language: format!("/?lang={}", other.code()),
            is_stale: false,
            style: assets::style(),
            script: assets::script(),
        }
    }
}

/// The fields of the request that go on with a new query: how it is shown, not what is filtered.
fn kept(place: &Place) -> Vec<(&'static str, String)> {
    let usual = Request::default();
    let request = Request {
        q: String::new(),
        offset: 0,
        source: Vec::new(),
        tag: Vec::new(),
        category: Vec::new(),
        code: Vec::new(),
        since: None,
        until: None,
        ..place.request.clone()
    };
    let mut kept = Vec::new();
    for (name, is_other) in [
        ("as_of", request.as_of != usual.as_of),
        ("sort", request.sort != usual.sort),
        ("limit", request.limit != usual.limit),
        ("group", request.group != usual.group),
        ("recency", request.recency != usual.recency),
    ] {
        if is_other {
            kept.push((name, value(&request, name)));
        }
    }
    if place.look == Look::Lines {
        kept.push(("view", "kwic".to_owned()));
    }
    kept
}

/// A field as a query string writes it.
fn value(request: &Request, name: &str) -> String {
    let query = request.to_string();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(field, _)| field == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
