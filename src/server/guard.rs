//! Who may ask, what every answer carries, and a line in the log for each.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::app::App;
use super::failure::{Code, Failure};

/// Nothing but what the server itself sends, and no script or style inside a page.
const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; img-src 'self' data:";

/// Answers smaller than this many bytes are sent as they are.
const COMPRESSED_FROM: u64 = 1024;

/// Paths that anybody may ask: they say nothing of the archive.
const OPEN: [&str; 2] = ["/livez", "/readyz"];

/// Puts the guard around routes; what is outermost comes last.
pub fn around(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    let compressed = SizeAbove::new(COMPRESSED_FROM).and(NotForContentType::IMAGES);
    let state = || Arc::clone(app);
    routes
        .layer(CompressionLayer::new().gzip(true).compress_when(compressed))
        .layer(from_fn_with_state(state(), check_token))
        .layer(from_fn_with_state(state(), check_host))
        .layer(cors(&app.options.allow_origins))
        .layer(from_fn(harden))
        .layer(from_fn_with_state(state(), log))
}

/// What answers to a method that a path does not take.
pub async fn no_such_method() -> Failure {
    Failure::new(
        Code::MethodNotAllowed,
        "this address does not take this method: /openapi.json says which it takes",
    )
}

/// Lets scripts of other origins read answers, where they are named.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().map(|origin| HeaderValue::from_str(origin));
    let origins: Vec<HeaderValue> = origins.filter_map(Result::ok).collect();
    if origins.is_empty() {
        return CorsLayer::new();
    }
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([header::ETAG, header::RETRY_AFTER, super::reply::GENERATION])
}

/// A page of another site can have a name of its own resolve to this machine; it cannot make the
/// browser send another `Host` than that name.
async fn check_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(header::HOST);
    let mut hosts = hosts.iter().map(|host| host.to_str().unwrap_or_default());
    let (host, another) = (hosts.next(), hosts.next());
    let of_target = request.uri().authority().map(Authority::as_str);
    let is_allowed = |host: &str| is_allowed_host(host, &app.options.hosts);
    let is_fine =
        another.is_none() && host.is_some_and(is_allowed) && of_target.is_none_or(is_allowed);
    if is_fine {
        return next.run(request).await;
    }
    let message =
        "the server is not called by this name: start it with `--host NAME` for each of its names";
    Failure::new(Code::HostNotAllowed, message).into_response()
}

/// Names that were given, `localhost`, and addresses in numbers, which no name can be made to stand
/// for.
fn is_allowed_host(host: &str, named: &[String]) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    if host.contains('@') {
        return false;
    }
    let name = authority.host().trim_end_matches('.');
    let inside = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let is_number = match inside {
        Some(inside) => inside.parse::<std::net::Ipv6Addr>().is_ok(),
        None => name.parse::<std::net::Ipv4Addr>().is_ok(),
    };
    let is_local = name.eq_ignore_ascii_case("localhost");
    is_number || is_local || named.iter().any(|one| one.eq_ignore_ascii_case(name))
}

async fn check_token(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(token) = &app.options.token else {
        return next.run(request).await;
    };
    let is_open = OPEN.contains(&request.uri().path());
    if is_open || given_token(request.headers()).is_some_and(|given| is_same(&given, token)) {
        return next.run(request).await;
    }
    let message = "this server asks for its token: send `Authorization: Bearer TOKEN`, or the token as the password in a browser";
    Failure::new(Code::TokenNeeded, message).into_response()
}

/// The token of a request: a bearer token, or the password that a browser asks for.
fn given_token(headers: &HeaderMap) -> Option<Vec<u8>> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = given.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().as_bytes().to_vec());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64(value.trim())?;
    let colon = decoded.iter().position(|&byte| byte == b':')?;
    Some(decoded[colon + 1..].to_vec())
}

/// Compares in a time that does not tell where they differ, nor how long the token is: the hashes are
/// compared, in constant time.
fn is_same(given: &[u8], token: &str) -> bool {
    blake3::hash(given) == blake3::hash(token.as_bytes())
}

/// Decodes base64 with or without padding; `None` where it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

/// What every answer says to browsers.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// One line in the log, and one in the metrics.
async fn log(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let query = app.options.log_queries.then(|| request.uri().to_string());
    let response = next.run(request).await;
    let (took, status) = (started.elapsed(), response.status());
    app.metrics.count(&route, status.as_u16(), took);
    let milliseconds = took.as_secs_f64() * 1000.0;
    match query {
        Some(uri) => {
            tracing::info!(%method, %route, status = status.as_u16(), ms = milliseconds, uri = ?uri);
        }
        None => tracing::info!(%method, %route, status = status.as_u16(), ms = milliseconds),
    }
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(%route, "an answer failed");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_be_given_and_a_number_need_not() {
        let named = ["desk.example".to_owned()];
        for host in [
            "localhost",
            "LOCALHOST:7878",
            "127.0.0.1:7878",
            "192.168.1.5",
            "[::1]:7878",
            "desk.example",
            "Desk.Example.:80",
        ] {
            assert!(is_allowed_host(host, &named), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "desk.example.evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example@localhost",
            "a@127.0.0.1",
            "127.0.0.1 evil",
            "[::1",
            "xdesk.example",
        ] {
            assert!(!is_allowed_host(host, &named), "{host}");
        }
    }

    #[test]
    fn a_token_comes_as_a_bearer_or_as_a_password() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            given_token(&headers)
        };
        assert_eq!(with("Bearer abc").as_deref(), Some(&b"abc"[..]));
        assert_eq!(with("bearer  abc ").as_deref(), Some(&b"abc"[..]));
        assert_eq!(with("Basic bWU6YWJj").as_deref(), Some(&b"abc"[..]));
        assert_eq!(with("Basic OmE6Yg==").as_deref(), Some(&b"a:b"[..]));
        for none in ["abc", "Basic abc", "Basic bWU", "Digest abc", "Basic %%"] {
            assert_eq!(with(none), None, "{none}");
        }
        assert!(is_same(b"abc", "abc") && !is_same(b"abd", "abc") && !is_same(b"", "abc"));
    }
}
