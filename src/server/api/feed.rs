//! `/feed.atom`: any query as a feed, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::search::Common;
use crate::corpus::Published;
use crate::search::{AnswerHit, Request, Sort};
use crate::server::app::{App, View};
use crate::server::asked::Asked;
use crate::server::failure::{Code, Failure, Failures};
use crate::server::reply;

/// Entries of a feed, unless the request says another number.
const ENTRIES: usize = 50;

/// Any query as a feed
///
/// Atom, the newest articles first. The parameters are those of a search; `limit` is 50 unless given.
#[utoipa::path(
    get,
    path = "/feed.atom",
    tag = "search",
    operation_id = "feed",
    params(Request, Common),
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        Failures
    ),
    extensions(("x-example" = json!("/feed.atom?q=绿色金融")))
)]
pub async fn feed(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let mut asked = Asked::read(http, &[], &app.options).await?;
    asked.request.sort = Sort::Date;
    if asked.request.limit == Request::default().limit {
        asked.request.limit = ENTRIES;
    }
    let base = base(&asked.headers);
    let more = base.clone();
    app.reply(asked, &more, reply::ATOM, move |view, asked| {
        write(view, &asked.request, base)
    })
    .await
}

/// The address of the server, as the client wrote it.
fn base(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    let host = text(header::HOST.as_str()).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    title: String,
    /// What makes the feed's id; no matter where it is served.
    query: String,
    base: String,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    title: String,
    updated: String,
    source: String,
    summary: String,
    link: String,
}

fn write(view: &View, request: &Request, base: String) -> Result<String, Failure> {
    let answer = super::search::answer(view, request)?;
    let newest = answer.hits.iter().find_map(moment);
    let feed = Feed {
        title: clean(&request.q),
        query: request.to_string(),
        updated: newest.unwrap_or_else(|| EPOCH.to_owned()),
        entries: answer
            .hits
            .iter()
            .map(|hit| entry(hit, &base, request))
            .collect(),
        base,
    };
    let written = feed.render();
    written.map_err(|error| Failure::new(Code::Internal, error.to_string()))
}

/// The time of what has none: a feed must say one.
const EPOCH: &str = "1970-01-01T00:00:00Z";

fn entry(hit: &AnswerHit, base: &str, request: &Request) -> Entry {
    let passages: Vec<String> = hit.snippets.iter().map(|one| clean(&one.text)).collect();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("q", &request.q)
        .finish();
    let id = percent_encoding::utf8_percent_encode(&hit.id, percent_encoding::NON_ALPHANUMERIC);
    Entry {
        link: format!("{base}/article/{id}?{query}"),
        id: format!("urn:newsearch:article:{id}"),
        title: clean(&hit.title),
        updated: moment(hit).unwrap_or_else(|| EPOCH.to_owned()),
        source: clean(&hit.source),
        summary: passages.join(" … "),
    }
}

/// When a hit was published, as a feed writes it: with a time of day.
fn moment(hit: &AnswerHit) -> Option<String> {
    let date = hit.date.as_deref()?;
    match date.contains('T') {
        true => Some(date.to_owned()),
        false => Published::parse(date).map(|_| format!("{date}T00:00:00+08:00")),
    }
}

/// XML has no way to write most control characters.
fn clean(text: &str) -> String {
    let is_fine = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    text.chars().filter(is_fine).collect()
}
