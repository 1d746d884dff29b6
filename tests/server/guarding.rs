//! Who may ask, what is refused, and how.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use newsearch::server::Options;
use serde_json::json;

use super::client::{Client, SAMPLE};

#[tokio::test]
async fn a_wrong_request_says_which_parameter_is_wrong_and_what_to_do() {
    let client = Client::new();
    for (path, parameter, said) in [
        ("/api/search?qq=x", "qq", "unknown parameter"),
        ("/api/search?limit=-1", "limit", "from 0 to"),
        ("/api/search?limit=1001", "limit", "/api/export"),
        ("/api/search?limit=1&limit=2", "limit", "twice"),
        ("/api/search?since=2022-13", "since", "not a date"),
        ("/api/search?sort=best", "sort", "relevance, date"),
        (
            "/api/search?generation=a&generation=b",
            "generation",
            "twice",
        ),
        ("/api/facets?by=colour", "by", "source, tag"),
        ("/api/facets?top=0", "top", "from 1 to"),
        ("/api/timeline?by=minute", "by", "hour, day"),
        ("/api/suggest?limit=many", "limit", "from 1 to"),
        ("/api/export?format=pdf", "format", "jsonl"),
        ("/api/export?bom=perhaps", "bom", "true, false"),
        ("/api/trends?against=limit%3Dx", "limit", "from 0 to"),
    ] {
        let reply = client.get(path).await;
        assert_eq!(reply.failure(), (400, "bad_parameter".to_owned()), "{path}");
        let json = reply.json();
        assert_eq!(json["parameter"], parameter, "{path}");
        assert!(
            json["message"].as_str().unwrap().contains(said),
            "{path}: {json}"
        );
    }
}

#[tokio::test]
async fn every_failure_has_its_status_and_code() {
    let client = Client::new();
    for (path, status, code) in [
        ("/api/article/nothing", 404, "no_such_article"),
        ("/api/explain?q=a&id=nothing", 404, "no_such_article"),
        ("/api/nothing", 404, "no_such_path"),
        ("/assets/../../Cargo.toml", 404, "no_such_path"),
        ("/api/search?generation=0000", 410, "generation_gone"),
        ("/api/search?q=%FF", 400, "bad_parameter"),
        ("/api/suggest?q=%FF", 400, "bad_parameter"),
        ("/api/search?q=公司&timeout=0ms", 422, "out_of_time"),
    ] {
        assert_eq!(
            client.get(path).await.failure(),
            (status, code.to_owned()),
            "{path}"
        );
    }
    let long = format!("/api/search?q={}", "x".repeat(20_000));
    assert_eq!(
        client.get(&long).await.failure(),
        (414, "query_too_long".to_owned())
    );
    for (body, kind, status, code) in [
        ("{", "application/json", 400, "bad_json"),
        ("[]", "application/json", 400, "bad_json"),
        (
            "{\"limti\":1}",
            "application/json; charset=utf-8",
            400,
            "bad_json",
        ),
        (
            "{\"limit\":1000001}",
            "application/json",
            400,
            "bad_parameter",
        ),
        (
            "{\"generation\":{}}",
            "application/json",
            400,
            "bad_parameter",
        ),
        ("{\"q\":1} trailing", "application/json", 400, "bad_json"),
        ("q=x", "application/x-www-form-urlencoded", 415, "not_json"),
        ("{}", "text/plain", 415, "not_json"),
    ] {
        let request = Request::post("/api/search")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, kind);
        let reply = client.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(reply.failure(), (status, code.to_owned()), "{body}");
    }
    let large = json!({"q": "x".repeat(100_000)});
    assert_eq!(
        client.post("/api/search", &large).await.failure(),
        (413, "body_too_long".to_owned())
    );
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder()
            .method(&method)
            .uri("/api/search")
            .header(header::HOST, "localhost");
        let reply = client.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            reply.failure(),
            (405, "method_not_allowed".to_owned()),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let options = Options {
        patience: Duration::from_millis(20),
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    let never = std::future::pending::<Result<axum::body::Bytes, std::io::Error>>();
    let body = Body::from_stream(futures_util::stream::once(never));
    let request = Request::post("/api/search")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .unwrap();
    assert_eq!(
        client.send(request).await.failure(),
        (408, "slow_body".to_owned())
    );
}

#[tokio::test]
async fn only_names_that_are_allowed_are_answered() {
    let options = Options {
        hosts: vec!["desk.example".into()],
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    for host in [
        "localhost",
        "localhost:7878",
        "127.0.0.1:7878",
        "[::1]:7878",
        "desk.example",
        "DESK.example:443",
    ] {
        assert_eq!(
            client
                .get_with("/api/stats", &[("host", host)])
                .await
                .status,
            200,
            "{host}"
        );
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "desk.example.evil.example",
        "",
        "user@localhost",
        "127.0.0.1.evil.example",
    ] {
        for path in [
            "/api/stats",
            "/",
            "/metrics",
            "/nothing",
            "/assets/x",
            "/livez",
        ] {
            let reply = client.get_with(path, &[("host", host)]).await;
            assert_eq!(
                reply.failure(),
                (421, "host_not_allowed".to_owned()),
                "{host} {path}"
            );
        }
    }
    let twice = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(client.get_with("/api/stats", &twice).await.status, 421);
    let without = Request::get("/api/stats").body(Body::empty()).unwrap();
    assert_eq!(client.send(without).await.status, 421);
    let absolute = Request::get("http://evil.example/api/stats").header(header::HOST, "localhost");
    assert_eq!(
        client
            .send(absolute.body(Body::empty()).unwrap())
            .await
            .status,
        421
    );
}

#[tokio::test]
async fn a_token_is_asked_for_everywhere_but_by_probes() {
    let options = Options {
        token: Some("云汐-token-of-24-letters".into()),
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    for path in [
        "/",
        "/api/search?q=x",
        "/metrics",
        "/openapi.json",
        "/feed.atom",
        "/article/x",
        "/nothing",
        "/help",
    ] {
        let reply = client.get(path).await;
        assert_eq!(reply.failure(), (401, "token_needed".to_owned()), "{path}");
        assert!(reply.header("www-authenticate").contains("Bearer"));
        for wrong in [
            "Bearer wrong",
            "Basic d3Jvbmc6d3Jvbmc=",
            "Bearer ",
            "Bearer",
        ] {
            let reply = client.get_with(path, &[("authorization", wrong)]).await;
            assert_eq!(reply.status, 401, "{path} {wrong}");
        }
    }
    assert_eq!(client.get("/livez").await.status, 200);
    assert_eq!(client.get("/readyz").await.status, 200);

    let options = Options {
        token: Some("letters-of-ascii".into()),
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    // The second is `desk:letters-of-ascii`.
    for right in [
        "Bearer letters-of-ascii",
        "Basic ZGVzazpsZXR0ZXJzLW9mLWFzY2lp",
    ] {
        let reply = client
            .get_with("/api/stats", &[("authorization", right)])
            .await;
        assert_eq!(reply.status, 200, "{right}");
    }
}

#[tokio::test]
async fn scripts_of_other_origins_read_answers_only_where_they_are_named() {
    let client = Client::new();
    let from = [("origin", "https://desk.example")];
    let reply = client.get_with("/api/stats", &from).await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let options = Options {
        allow_origins: vec!["https://desk.example".into()],
        token: Some("letters-of-ascii".into()),
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    // A refusal must be readable, too.
    let refused = client.get_with("/api/stats", &from).await;
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("access-control-allow-origin"),
        "https://desk.example"
    );
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/search")
        .header(header::HOST, "localhost")
        .header(header::ORIGIN, "https://desk.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            "authorization,content-type",
        );
    let reply = client.send(preflight.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 200);
    assert!(
        reply
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    let other = client
        .get_with("/api/stats", &[("origin", "https://evil.example")])
        .await;
    assert_eq!(other.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let client = Client::new();
    for path in [
        "/",
        "/api/search?q=x",
        "/api/search?limit=x",
        "/nothing",
        "/help",
        "/favicon.ico",
        "/livez",
        "/?q=公司",
    ] {
        let reply = client.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn more_than_the_queue_holds_are_refused_at_once_and_the_others_answered() {
    let options = Options {
        searches: 1,
        queue: 3,
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    let requests = (0..40).map(|number| {
        let client = &client;
        async move {
            client
                .get(&format!("/api/search?q=公司 银行 {number}&limit=100"))
                .await
        }
    });
    let replies = futures_util::future::join_all(requests).await;
    let (answered, refused): (Vec<_>, Vec<_>) =
        replies.iter().partition(|reply| reply.status == 200);
    assert!(answered.len() >= 4, "{}", answered.len());
    assert!(!refused.is_empty());
    for reply in refused {
        assert_eq!(reply.failure(), (503, "too_many_searches".to_owned()));
        assert_eq!(reply.header("retry-after"), "1");
    }
    assert_eq!(client.get("/api/search?q=公司").await.status, 200);
    let metrics = client.get("/metrics").await.text();
    let refused = metrics
        .lines()
        .find(|line| line.starts_with("newsearch_refused_total"));
    assert_ne!(refused, Some("newsearch_refused_total 0"));
}

#[tokio::test]
async fn a_search_takes_no_longer_than_the_server_allows() {
    let options = Options {
        timeout: Duration::ZERO,
        ..Options::default()
    };
    let client = Client::with(&SAMPLE, options);
    for path in [
        "/api/search?q=公司",
        "/api/search?q=公司&timeout=1m",
        "/api/facets?q=公司",
    ] {
        assert_eq!(
            client.get(path).await.failure(),
            (422, "out_of_time".to_owned()),
            "{path}"
        );
    }
}
