//! The stylesheet, the script and the icon. Their names have their contents' hash, so that browsers may
//! keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::server::failure::{Code, Failure};
use crate::server::reply;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/newsearch.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// What the pages are made of: pages of another version are other pages.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash([STYLE, SCRIPT].concat().as_bytes());
    hash.to_hex()[..12].to_owned()
});

/// The address of the stylesheet.
pub fn style() -> String {
    format!("/assets/style.{}.css", *VERSION)
}

/// The address of the script.
pub fn script() -> String {
    format!("/assets/newsearch.{}.js", *VERSION)
}

/// One of them.
pub async fn asset(Path(name): Path<String>) -> Response {
    let address = format!("/assets/{name}");
    if address == style() {
        return forever("text/css; charset=utf-8", STYLE);
    }
    if address == script() {
        return forever("text/javascript; charset=utf-8", SCRIPT);
    }
    Failure::new(
        Code::NoSuchPath,
        "there is no such file: load the page again",
    )
    .into_response()
}

/// The icon.
pub async fn favicon() -> Response {
    forever("image/svg+xml", ICON)
}

fn forever(kind: &'static str, text: &'static str) -> Response {
    let mut response = reply::of_kind(kind, text);
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, forever);
    response
}
