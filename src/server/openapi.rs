//! The document of the interface: made from the routes themselves, and served with them.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

use super::app::App;
use super::{api, reply};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "newsearch",
        description = "Full-text search for Chinese financial news: articles, their marks, and what can be counted of them. All routes only read.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "search", description = "Queries and what they find"),
        (name = "counts", description = "All that matches, counted"),
        (name = "articles", description = "Single articles"),
        (name = "service", description = "For those who watch the service")
    )
)]
struct Head;

/// The document of all routes, as JSON.
pub fn document() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = whole().to_pretty_json().unwrap_or_default();
        text.push('\n');
        text
    });
    &TEXT
}

fn whole() -> Document {
    let mut document = Head::openapi();
    document.merge(api::router().into_openapi());
    document.info.contact = None;
    document
}

/// The route that serves it.
pub fn router() -> Router<Arc<App>> {
    Router::new().route(
        "/openapi.json",
        get(async || reply::of_kind(reply::JSON, document())),
    )
}
