//! The document of the interface says what the routes do.

use newsearch::server::openapi;
use serde_json::Value;

use super::client::{Client, Reply, is_on_cluster};

fn document() -> Value {
    serde_json::from_str(openapi()).unwrap()
}

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    if kept != openapi() {
        let fresh = std::env::temp_dir().join("newsearch-openapi.json");
        std::fs::write(&fresh, openapi()).unwrap();
        panic!(
            "docs/openapi.json is not what is served: copy {} there",
            fresh.display()
        );
    }
}

#[tokio::test]
async fn it_is_served_and_documents_every_route_for_programs() {
    let client = Client::new();
    let served = client.get("/openapi.json").await;
    assert_eq!(served.json(), document());
    let document = document();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    for path in [
        "/api/search",
        "/api/facets",
        "/api/timeline",
        "/api/trends",
        "/api/story/{id}",
        "/api/similar/{id}",
        "/api/suggest",
        "/api/article/{id}",
        "/api/explain",
        "/api/export",
        "/api/stats",
        "/livez",
        "/readyz",
        "/metrics",
        "/feed.atom",
    ] {
        assert!(paths.iter().any(|documented| *documented == path), "{path}");
    }
    assert_eq!(paths.len(), 15, "a route without a line above: {paths:?}");
}

/// A router knows a route by its name; who adds one by hand, past the document, is found here.
#[test]
fn no_route_for_programs_is_added_past_the_document() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/server");
    let mut by_hand = Vec::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry
            .path()
            .extension()
            .is_none_or(|extension| extension != "rs")
        {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let routes = text.split(".route(").skip(1);
        by_hand.extend(routes.map(|rest| rest.split('"').nth(1).unwrap().to_owned()));
    }
    by_hand.sort();
    let pages = [
        "/",
        "/article/{id}",
        "/assets/{name}",
        "/company/{key}",
        "/favicon.ico",
        "/help",
        "/openapi.json",
    ];
    assert_eq!(by_hand, pages);
}

#[tokio::test]
async fn every_route_has_a_summary_its_failures_and_an_example_that_runs() {
    let client = Client::new();
    let document = document();
    let mut examples = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, route) in methods.as_object().unwrap() {
            let named = format!("{method} {path}");
            assert!(
                route["summary"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{named}"
            );
            assert!(route["operationId"].is_string(), "{named}");
            let responses = route["responses"].as_object().unwrap();
            assert!(responses.contains_key("200"), "{named}");
            if path.starts_with("/api/") {
                for status in [
                    "400", "401", "408", "410", "413", "414", "415", "421", "422", "500", "503",
                ] {
                    assert!(responses.contains_key(status), "{named}: {status}");
                }
            }
            if path.contains("{id}") {
                assert!(responses.contains_key("404"), "{named}");
            }
            if method == "post" {
                let example = &route["requestBody"]["content"]["application/json"]["example"];
                let reply = client.post(path, example).await;
                assert!(is_answer(&reply), "{named} {example}: {}", reply.text());
                examples += 1;
                continue;
            }
            let example = route["x-example"]
                .as_str()
                .unwrap_or_else(|| panic!("{named}: no example"));
            let reply = client.get(example).await;
            assert!(
                is_answer(&reply),
                "{named} {example}: {}",
                String::from_utf8_lossy(&reply.body)
            );
            examples += 1;
        }
    }
    assert!(examples >= 21, "{examples}");
}

#[test]
fn whatever_it_refers_to_is_there_and_no_parameter_is_there_twice() {
    let document = document();
    let text = document.to_string();
    let targets = text.split("\"$ref\":\"#").skip(1);
    let targets: Vec<&str> = targets
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(targets.len() > 50);
    for target in targets {
        assert!(document.pointer(target).is_some(), "{target}");
    }
    let mut bodies = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let parameters = methods["get"]["parameters"].as_array();
        let parameters = parameters.into_iter().flatten();
        let (mut names, mut of_query) = (Vec::new(), Vec::new());
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            names.push(name);
            if parameter["in"] == "query" {
                of_query.push(name);
            }
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{path}");
        let Some(post) = methods.get("post") else {
            continue;
        };
        let body = &post["requestBody"]["content"]["application/json"]["schema"];
        let mut fields: Vec<&String> = body["properties"].as_object().unwrap().keys().collect();
        fields.sort();
        of_query.sort_unstable();
        assert_eq!(fields, of_query, "{path}");
        bodies += 1;
    }
    assert!(bodies >= 6, "{bodies}");
    assert!(!text.contains("crate::") && !text.contains("```"));
}

/// An answer; the id of an example need not be in the sample, and on a cluster not everything is available.
fn is_answer(reply: &Reply) -> bool {
    match reply.status.as_u16() {
        200 => true,
        404 => reply.failure().1 == "no_such_article",
        501 => is_on_cluster() && reply.failure().1 == "not_on_cluster",
        _ => false,
    }
}

#[test]
fn every_code_of_a_failure_is_in_the_document() {
    let codes = &document()["components"]["schemas"]["Code"];
    let text = codes.to_string();
    for code in [
        "bad_parameter",
        "bad_json",
        "token_needed",
        "no_such_article",
        "no_such_path",
        "method_not_allowed",
        "slow_body",
        "generation_gone",
        "body_too_long",
        "query_too_long",
        "not_json",
        "host_not_allowed",
        "too_broad",
        "out_of_time",
        "internal",
        "too_many_searches",
    ] {
        assert!(text.contains(&format!("\"{code}\"")), "{code}: {text}");
    }
}
