//! The pages as they come from the server: all that needs no script.

use newsearch::server::Options;
use newsearch::{Article, Request};
use scraper::{Html, Selector};

use super::client::{Client, SAMPLE, index_of};

/// The texts of what a selector finds.
fn texts(html: &str, selector: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    let found = document.select(&selector);
    found
        .map(|element| element.text().collect::<String>().trim().to_owned())
        .collect()
}

/// The addresses of what a selector finds.
fn addresses(html: &str, selector: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    let found = document.select(&selector);
    found
        .filter_map(|element| element.attr("href").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn the_page_of_a_query_has_its_hits_totals_facets_and_timeline() {
    let client = Client::new();
    let answer = SAMPLE.searcher().answer(&Request::new("绿色金融")).unwrap();
    let page = client.get("/?q=绿色金融").await;
    let html = page.text();
    assert_eq!(texts(&html, ".hit h3").len(), answer.hits.len());
    for (shown, hit) in texts(&html, ".hit h3").iter().zip(&answer.hits) {
        assert_eq!(shown, hit.title.trim());
    }
    let sum = texts(&html, ".sum p").concat();
    assert!(sum.contains(&answer.total.to_string()), "{sum}");
    assert!(!texts(&html, "mark").is_empty());
    assert!(!texts(&html, ".side li a").is_empty());
    assert!(html.matches("<g data-first").count() > 3);
    assert_eq!(
        html.matches("<g data-first").count(),
        texts(&html, ".under tbody tr").len(),
        "the table is the picture's twin"
    );
    assert_eq!(texts(&html, "html[lang=zh-Hans] h1"), ["绿色金融"]);
    assert!(page.body.len() < 100_000, "{}", page.body.len());
}

#[tokio::test]
async fn every_link_of_a_page_leads_somewhere() {
    let client = Client::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut next: Vec<String> = [
        "/",
        "/?q=绿色金融",
        "/?q=公司&view=kwic",
        "/?q=zzzqqq",
        "/help",
    ]
    .map(str::to_owned)
    .to_vec();
    for _ in 0..2 {
        let mut found = Vec::new();
        for path in std::mem::take(&mut next) {
            let reply = client.get(&path).await;
            assert_eq!(reply.status, 200, "{path}");
            if reply.header("content-type").starts_with("text/html") {
                found.extend(addresses(&reply.text(), "a[href]"));
            }
        }
        let local = found.into_iter().filter(|path| path.starts_with('/'));
        next = local
            .filter(|path| seen.insert(path.clone()))
            .take(150)
            .collect();
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[tokio::test]
async fn a_facet_takes_its_value_in_and_out() {
    let client = Client::new();
    let html = client.get("/?q=公司").await.text();
    let source = texts(&html, ".side section:first-of-type li a")[0].clone();
    let on = addresses(&html, ".side section:first-of-type li a")[0].clone();
    let narrowed = client.get(&on).await.text();
    assert_eq!(
        texts(&narrowed, ".side section:first-of-type li.on a"),
        std::slice::from_ref(&source)
    );
    assert!(
        texts(&narrowed, ".chips a")
            .iter()
            .any(|chip| chip.contains(&source))
    );
    for shown in texts(&narrowed, ".hit .facts a:first-of-type") {
        assert_eq!(shown, source);
    }
    let off = addresses(&narrowed, ".side section:first-of-type li.on a")[0].clone();
    let again = client.get(&off).await.text();
    assert_eq!(texts(&again, ".sum b"), texts(&html, ".sum b"));
}

#[tokio::test]
async fn a_form_with_empty_fields_is_a_request_without_them() {
    let client = Client::new();
    let with = client.get("/?q=公司&since=&until=&source=").await;
    assert_eq!(with.status, 200);
    let without = client.get("/?q=公司").await;
    assert_eq!(
        texts(&with.text(), ".sum b"),
        texts(&without.text(), ".sum b")
    );
}

#[tokio::test]
async fn the_pages_of_results_fit_together() {
    let client = Client::new();
    let mut path = "/?q=公司".to_owned();
    let mut titles = Vec::new();
    loop {
        let html = client.get(&path).await.text();
        titles.extend(addresses(&html, ".hit h3 a"));
        match addresses(&html, "a[rel=next]").first() {
            Some(next) => path.clone_from(next),
            None => break,
        }
    }
    let all = SAMPLE
        .searcher()
        .answer(&Request {
            limit: 1000,
            ..Request::new("公司")
        })
        .unwrap();
    assert_eq!(titles.len(), all.hits.len());
}

#[tokio::test]
async fn nothing_found_says_why_and_what_to_try() {
    let client = Client::new();
    let html = client.get("/?q=\"绝无此句甲乙丙\"").await.text();
    assert_eq!(texts(&html, ".nothing h2"), ["没有找到"]);
    let english = client.get("/?q=\"绝无此句甲乙丙\"&lang=en").await.text();
    assert_eq!(texts(&english, ".nothing h2"), ["Nothing found"]);
}

#[tokio::test]
async fn the_language_is_that_of_the_switch_the_cookie_or_the_browser() {
    let client = Client::new();
    let tag = |html: String| {
        if html.contains("<html lang=\"en\">") {
            "en"
        } else {
            "zh"
        }
    };
    assert_eq!(tag(client.get("/").await.text()), "zh");
    let english = [("accept-language", "en-US,en;q=0.9")];
    assert_eq!(tag(client.get_with("/", &english).await.text()), "en");
    let cookie = [("accept-language", "en-US"), ("cookie", "a=b; lang=zh")];
    assert_eq!(tag(client.get_with("/", &cookie).await.text()), "zh");
    let switched = client.get("/?lang=en").await;
    assert!(switched.header("set-cookie").starts_with("lang=en; Path=/"));
    assert_eq!(tag(switched.text()), "en");
    // The two languages are two answers of one address.
    let (zh, en) = (client.get("/").await, client.get_with("/", &english).await);
    assert_ne!(zh.header("etag"), en.header("etag"));
    assert!(zh.header("vary").contains("accept-language"));
}

#[tokio::test]
async fn an_article_has_its_text_its_marks_and_a_way_to_cite_it() {
    let article = Article {
        id: "x1".into(),
        title: "云汐科技发布年报".into(),
        source: "海潮社".into(),
        byline: "记者 甲".into(),
        url: Some("https://news.example/x1".into()),
        published: newsearch::Published::parse("2022-01-05 10:00:00"),
        body: vec![newsearch::Paragraph {
            text: "云汐科技年报显示，云汐科技盈利。".into(),
            heading: false,
        }],
        ..Article::default()
    };
    let client = Client::with(&index_of([article]), Options::default());
    let html = client.get("/article/x1?q=云汐科技").await.text();
    assert_eq!(texts(&html, "h1 mark, .body mark").len(), 3);
    assert!(texts(&html, ".marks").concat().contains('3'));
    assert_eq!(
        addresses(&html, "a[rel~=external]"),
        ["https://news.example/x1"]
    );
    let citation = texts(&html, "#citation").concat();
    assert!(
        citation.starts_with("云汐科技发布年报[N/OL]. 海潮社, 2022-01-05["),
        "{citation}"
    );
    assert!(
        citation.ends_with("]. https://news.example/x1."),
        "{citation}"
    );
    let plain = client.get("/article/x1").await.text();
    assert!(texts(&plain, "mark").is_empty());
    let missing = client.get("/article/x2").await;
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("没有这篇文章"));
}

#[tokio::test]
async fn keywords_are_shown_in_context_and_sorted_by_what_surrounds_them() {
    let client = Client::new();
    let html = client
        .get("/?q=\"绿色金融\"&view=kwic&limit=50")
        .await
        .text();
    let words = texts(&html, ".line mark");
    assert!(words.len() > 10);
    assert!(words.iter().all(|word| word == "绿色金融"));
    let html = client
        .get("/?q=\"绿色金融\"&view=kwic&order=right&limit=50")
        .await
        .text();
    let rights = texts(&html, ".line .right");
    assert_eq!(rights.len(), words.len());
    assert!(rights.is_sorted(), "{rights:?}");
    let html = client
        .get("/?q=\"绿色金融\"&view=kwic&order=left&limit=50")
        .await
        .text();
    let lefts: Vec<String> = texts(&html, ".line .left")
        .iter()
        .map(|text| text.chars().rev().collect())
        .collect();
    assert!(lefts.is_sorted(), "{lefts:?}");
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_names_that_change_with_them() {
    let client = Client::new();
    let html = client.get("/").await.text();
    let document = Html::parse_document(&html);
    for (selector, attribute, kind) in [
        ("link[rel=stylesheet]", "href", "text/css"),
        ("script", "src", "text/javascript"),
    ] {
        let element = document
            .select(&Selector::parse(selector).unwrap())
            .next()
            .unwrap();
        let reply = client.get(element.attr(attribute).unwrap()).await;
        assert_eq!(reply.status, 200);
        assert!(reply.header("content-type").starts_with(kind));
        assert!(reply.header("cache-control").contains("immutable"));
    }
    assert_eq!(client.get("/assets/style.old.css").await.status, 404);
}
