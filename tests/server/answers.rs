//! The server says what the library says.

use newsearch::{Answer, Request, Searcher};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::client::{Client, library};

/// Words of the sample, and ways to ask for them: 300 requests in all.
fn requests() -> Vec<String> {
    let queries = [
        "绿色金融",
        "银行 贷款",
        "\"绿色金融\"",
        "债券",
        "降准 -股票",
        "公司",
        "降准 OR 降息",
        "银行 NEAR/10 贷款",
        "title:债券",
        "绿色*",
        "(降准 OR 降息) 银行",
        "云汐",
        "无此内容甲乙丙",
        "\"银行",
        "近一年 债券",
    ];
    let ways = [
        "",
        "&limit=1",
        "&limit=100",
        "&sort=date",
        "&group=false",
        "&recency=false",
        "&since=2022",
        "&until=2022-06",
        "&since=2022&until=2022-03",
        "&as_of=2022-03",
        "&source=云汐财经",
        "&snippets=0",
        "&snippets=5&snippet_chars=40",
        "&offset=3&limit=5",
        "&stories=true",
        "&offset=1000",
        "&source=云汐财经&source=海潮社",
        "&limit=0",
        "&timeout=5s&threads=64",
        "&sort=date&group=false&limit=50",
    ];
    let mut requests = Vec::new();
    for query in queries {
        requests.extend(ways.iter().map(|way| format!("q={query}{way}")));
    }
    requests
}

/// An answer without what differs from one time to the next, and with its next page as the library
/// writes it.
fn comparable(mut answer: Answer) -> Answer {
    answer.took_ms = 0.0;
    // Names of files are no matter of those who search.
    for hit in &mut answer.hits {
        hit.places.clear();
    }
    let generation = format!("&generation={}", answer.generation);
    answer.next = answer.next.map(|next| next.replace(&generation, ""));
    answer
}

/// A value as it is read from JSON.
fn read_back(value: &impl Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// An id as a part of a path.
fn encoded(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

fn answer(searcher: &Searcher, query_string: &str) -> Answer {
    let request = Request::parse(query_string).unwrap();
    searcher.answer(&request).unwrap()
}

#[tokio::test]
async fn three_hundred_requests_have_the_answers_of_the_library() {
    let client = Client::new();
    let searcher = library();
    let requests = requests();
    assert_eq!(requests.len(), 300);
    let mut hits = 0;
    for request in &requests {
        let reply = client.get(&format!("/api/search?{request}")).await;
        assert_eq!(reply.status, 200, "{request}: {}", reply.text());
        let over_http: Answer = serde_json::from_slice(&reply.body).unwrap();
        let of_library = answer(&searcher, request);
        hits += of_library.hits.len();
        assert_eq!(comparable(over_http), comparable(of_library), "{request}");
    }
    assert!(hits > 1_000, "{hits}");
}

#[tokio::test]
async fn a_post_with_the_same_fields_has_the_same_answer() {
    let client = Client::new();
    for text in requests().iter().step_by(7) {
        let request = Request::parse(text).unwrap();
        let posted = client
            .post("/api/search", &serde_json::to_value(&request).unwrap())
            .await;
        let got = client.get(&format!("/api/search?{text}")).await;
        assert_eq!(posted.status, 200, "{text}: {}", posted.text());
        let read = |body: &[u8]| comparable(serde_json::from_slice(body).unwrap());
        assert_eq!(read(&posted.body), read(&got.body), "{text}");
    }
}

#[tokio::test]
async fn the_pages_that_next_leads_to_are_all_hits_in_order_and_the_total_stays() {
    let client = Client::new();
    let whole: Answer = answer(&library(), "q=公司&limit=1000");
    let mut next = Some("q=公司&limit=7".to_owned());
    let mut ids = Vec::new();
    while let Some(query) = next {
        let reply = client.get(&format!("/api/search?{query}")).await;
        let page: Answer = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(page.total, whole.total);
        ids.extend(page.hits.into_iter().map(|hit| hit.id));
        next = page.next;
    }
    let all: Vec<String> = whole.hits.into_iter().map(|hit| hit.id).collect();
    assert!(all.len() > 20);
    assert_eq!(ids, all);
}

#[tokio::test]
async fn facets_and_timelines_are_those_of_the_library() {
    let client = Client::new();
    let searcher = library();
    for text in [
        "q=绿色金融",
        "q=公司&source=云汐财经",
        "q=银行&since=2022",
        "",
    ] {
        let request = Request::parse(text).unwrap();
        let facets = client
            .get(&format!("/api/facets?{text}&by=source,year&top=3"))
            .await;
        let options = newsearch::FacetOptions {
            by: vec![newsearch::FacetField::Source, newsearch::FacetField::Year],
            top: 3,
        };
        let expected = searcher.facets(&request, &options).unwrap();
        assert_eq!(facets.json(), read_back(&expected), "{text}");
        let timeline = client.get(&format!("/api/timeline?{text}&by=month")).await;
        let options = newsearch::TimelineOptions {
            by: Some(newsearch::Unit::Month),
        };
        let expected = searcher.timeline(&request, &options).unwrap();
        assert_eq!(timeline.json(), read_back(&expected), "{text}");
    }
}

#[tokio::test]
async fn an_article_has_the_marks_of_a_query_in_its_own_text() {
    let client = Client::new();
    let found = answer(&library(), "q=\"绿色金融\"&limit=20");
    assert!(found.hits.len() > 3);
    for hit in found.hits {
        let reply = client
            .get(&format!("/api/article/{}?q=\"绿色金融\"", encoded(&hit.id)))
            .await;
        let json = reply.json();
        let paragraphs = json["article"]["body"].as_array().unwrap();
        let mut marks = json["title_marks"].as_array().unwrap().len();
        for (paragraph, marked) in paragraphs
            .iter()
            .zip(json["body_marks"].as_array().unwrap())
        {
            let text = paragraph["text"].as_str().unwrap();
            for mark in marked.as_array().unwrap() {
                let place = |end: usize| mark["bytes"][end].as_u64().unwrap() as usize;
                assert_eq!(&text[place(0)..place(1)], "绿色金融");
                marks += 1;
            }
        }
        assert!(marks > 0);
        assert_eq!(json["marks"], marks);
        let plain = client
            .get(&format!("/api/article/{}", encoded(&hit.id)))
            .await
            .json();
        assert_eq!(
            (&plain["article"], &plain["marks"]),
            (&json["article"], &0.into())
        );
    }
}

#[tokio::test]
async fn an_explanation_is_that_of_the_library() {
    let client = Client::new();
    let id = answer(&library(), "q=绿色金融&limit=1").hits[0].id.clone();
    let json = client
        .get(&format!("/api/explain?q=绿色金融 债券&id={id}"))
        .await
        .json();
    let query = newsearch::Query::parse("绿色金融 债券");
    let expected = library().explain(&query, Some(&id)).unwrap();
    assert_eq!(json["query"], expected.query);
    assert_eq!(json["total"], expected.total);
    let counts: Vec<u64> = expected.words.iter().map(|word| word.count).collect();
    let given = json["words"].as_array().unwrap().iter();
    let given: Vec<u64> = given.map(|word| word["count"].as_u64().unwrap()).collect();
    assert_eq!(given, counts);
    assert_eq!(json["article"]["id"], id);
    assert!(json["article"]["score"].is_number());
}

#[tokio::test]
async fn statistics_and_health_tell_what_answers() {
    let client = Client::new();
    let stats = client.get("/api/stats").await.json();
    let expected = library().statistics().unwrap();
    assert_eq!(stats["documents"], expected.documents);
    assert_eq!(
        stats["sources"].as_array().unwrap().len(),
        expected.sources.len()
    );
    assert_eq!(client.get("/livez").await.text(), "alive\n");
    let ready = client.get("/readyz").await.json();
    assert_eq!(
        (&ready["status"], &ready["documents"]),
        (&"ready".into(), &expected.documents.into())
    );
    assert_eq!(ready["generation"], library().generation());
}

#[tokio::test]
async fn metrics_count_answers_by_route_and_hold_no_query() {
    let client = Client::new();
    client.get("/api/search?q=绿色金融秘密").await;
    client.get("/api/search?limit=x").await;
    client.get("/api/article/nothing").await;
    client.get("/no/such/path").await;
    let text = client.get("/metrics").await.text();
    for line in [
        "newsearch_requests_total{route=\"/api/search\",status=\"200\"} 1",
        "newsearch_requests_total{route=\"/api/search\",status=\"400\"} 1",
        "newsearch_requests_total{route=\"/api/article/{id}\",status=\"404\"} 1",
        "newsearch_requests_total{route=\"other\",status=\"404\"} 1",
        "newsearch_searches_running 0",
        "newsearch_searches_waiting 0",
        "newsearch_index_stale 0",
        "newsearch_exports_open 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    for part in [
        "newsearch_generation_info{generation=\"",
        "newsearch_request_seconds_bucket",
        "newsearch_refused_total",
        "newsearch_reload_errors_total",
        "newsearch_articles ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("秘密") && !text.contains("nothing"));
}

#[tokio::test]
async fn any_query_is_a_feed_with_the_newest_first() {
    let client = Client::new();
    let reply = client.get("/feed.atom?q=绿色金融").await;
    assert!(
        reply
            .header("content-type")
            .starts_with("application/atom+xml")
    );
    let text = reply.text();
    let answer = answer(&library(), "q=绿色金融&sort=date&limit=50");
    assert_eq!(text.matches("<entry>").count(), answer.hits.len());
    let mut rest = text.as_str();
    for hit in &answer.hits {
        let place = rest.find(&format!("urn:newsearch:article:{}", encoded(&hit.id)));
        rest = &rest[place.unwrap_or_else(|| panic!("{} is missing, or too early", hit.id))..];
    }
    assert!(text.contains("href=\"http://localhost/article/"));
}
