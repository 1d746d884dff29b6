//! The page: HTML made by the server, which needs no script to be read and searched.

mod article;
mod assets;
mod chart;
mod company;
mod facets;
mod failure;
mod frame;
mod help;
mod hit;
mod home;
mod kwic;
mod language;
mod link;
mod names;
mod notes;
mod pieces;
mod render;
mod results;
mod spread;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

use self::language::Language;
use self::link::Place;
use super::app::{App, View};
use super::asked::Asked;
use super::failure::{Code, Failure};
use super::reply;

/// The parameters that pages have beside those of a search.
const OWN: [&str; 4] = ["view", "by", "order", "lang"];

/// All pages, and what they are made of.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(search))
        .route("/article/{id}", get(one_article))
        .route("/company/{key}", get(one_company))
        .route("/help", get(all_help))
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::favicon))
}

/// What answers where there is nothing: a page to people, JSON to programs.
pub async fn missing(http: HttpRequest) -> Response {
    let path = http.uri().path();
    let message = "there is nothing at this address: /openapi.json lists what there is";
    let nothing = Failure::new(Code::NoSuchPath, message);
    let accepts = http.headers().get(header::ACCEPT);
    let accepts = accepts
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if path.starts_with("/api/") || !accepts.contains("text/html") {
        return axum::response::IntoResponse::into_response(nothing);
    }
    failure::page(Language::of(&http), &nothing)
}

async fn search(State(app): State<Arc<App>>, http: HttpRequest) -> Response {
    page(app, http, |view, place| match place.is_empty() {
        true => home::write(view, place),
        false => results::write(view, place),
    })
    .await
}

async fn one_article(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    http: HttpRequest,
) -> Response {
    page(app, http, move |view, place| {
        article::write(view, place, &id)
    })
    .await
}

async fn one_company(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    http: HttpRequest,
) -> Response {
    page(app, http, move |view, place| {
        company::write(view, place, &key)
    })
    .await
}

async fn all_help(State(app): State<Arc<App>>, http: HttpRequest) -> Response {
    page(app, http, help::write).await
}

/// Writes a page in the language of the reader; what goes wrong is a page, too.
async fn page(
    app: Arc<App>,
    http: HttpRequest,
    write: impl FnOnce(&View, Place) -> Result<String, Failure> + Send + 'static,
) -> Response {
    let language = Language::of(&http);
    let switched = Language::asked_for(&http);
    let mut response = match reply(&app, http, language, write).await {
        Ok(response) => response,
        Err(failure) => failure::page(language, &failure),
    };
    let headers = response.headers_mut();
    let vary = HeaderValue::from_static("accept-language, cookie");
    headers.append(header::VARY, vary);
    if let Some(switched) = switched {
        headers.append(header::SET_COOKIE, switched.cookie());
    }
    response
}

async fn reply(
    app: &Arc<App>,
    http: HttpRequest,
    language: Language,
    write: impl FnOnce(&View, Place) -> Result<String, Failure> + Send + 'static,
) -> Result<Response, Failure> {
    let asked = Asked::read_form(http, &OWN)?;
    let is_stale = app.generations.trouble().is_some();
    let more = format!("{}{}{is_stale}", language.code(), assets::VERSION.as_str());
    app.reply(asked, &more, reply::HTML, move |view, asked| {
        write(view, Place::of(asked, language, is_stale)?)
    })
    .await
}
