//! Articles and requests that want to do harm.

use newsearch::server::Options;
use newsearch::{Article, Image, Link, Market, Paragraph, Published, Stock};

use super::client::{Client, index_of};

const PAYLOADS: [&str; 10] = [
    "<script>alert(1)</script>云汐",
    "\"><img src=x onerror=alert(1)>云汐",
    "'><svg/onload=alert(1)>云汐",
    "</title><script>alert(1)</script>云汐",
    "javascript:alert(1)//云汐",
    "{{7*7}}${7*7}云汐",
    "]]><script>alert(1)</script>云汐",
    "云汐\u{202e}gnp.exe",
    "云汐\u{0}\u{1b}[31m\u{8}",
    "</textarea></style><script>alert(1)</script>云汐&lt;b&gt;",
];

fn article(payload: &str, number: usize) -> Article {
    let text = payload.to_owned();
    Article {
        id: format!("id{number}{payload}"),
        title: text.clone(),
        source: text.clone(),
        authors: vec![text.clone()],
        tags: vec![text.clone()],
        categories: vec![text.clone()],
        url: Some(format!("javascript:alert(1)//{payload}")),
        digest: text.clone(),
        byline: text.clone(),
        published: Published::parse("2022-01-05 10:00:00"),
        body: vec![
            Paragraph {
                text: text.clone(),
                heading: false,
            },
            Paragraph {
                text: format!("云汐科技 {payload} 云汐"),
                heading: true,
            },
        ],
        stocks: vec![Stock {
            market: Some(Market::Shanghai),
            code: "600519".into(),
            name: text.clone(),
            strength: 3,
        }],
        images: vec![Image {
            url: text.clone(),
            size: None,
        }],
        links: vec![Link {
            url: text.clone(),
            text,
        }],
        ..Article::default()
    }
}

/// Whether a page has an element, attribute or address that no template writes.
fn harm(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    for part in [
        "<script>",
        "<img",
        "onerror=alert(1)>",
        "<svg/",
        "</textarea",
        "href=\"javascript:",
        "src=\"javascript:",
        "49云汐",
    ] {
        if lower.contains(part) {
            return Some(part.to_owned());
        }
    }
    let document = scraper::Html::parse_document(html);
    for element in document.tree.nodes().filter_map(scraper::ElementRef::wrap) {
        let value = element.value();
        let is_ours = value.name() != "script"
            || value
                .attr("src")
                .is_some_and(|src| src.starts_with("/assets/"));
        if !is_ours || value.name() == "iframe" || value.name() == "style" {
            return Some(value.name().to_owned());
        }
        for (name, text) in value.attrs() {
            if name.starts_with("on")
                || name == "style"
                || text
                    .trim_start()
                    .to_ascii_lowercase()
                    .starts_with("javascript:")
                    && name == "href"
            {
                return Some(format!("{name}={text}"));
            }
        }
    }
    let steers = |c: char| {
        matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            || c.is_control() && c != '\n'
    };
    let shown = without_hidden_fields(html);
    let found = shown.chars().find(|&c| steers(c));
    found.map(|c| format!("{c:?}"))
}

/// A page without what a form hands on unseen, which must be as it was given.
fn without_hidden_fields(html: &str) -> String {
    let mut shown = String::new();
    let mut rest = html;
    while let Some(start) = rest.find("<input type=\"hidden\"") {
        shown.push_str(&rest[..start]);
        let end = rest[start..]
            .find("\">\n")
            .or_else(|| rest[start..].find("\">"));
        rest = &rest[start + end.unwrap_or_default() + 2..];
    }
    shown + rest
}

#[tokio::test]
async fn no_text_of_an_article_becomes_html() {
    let index = index_of(
        PAYLOADS
            .iter()
            .zip(0..)
            .map(|(payload, number)| article(payload, number)),
    );
    let client = Client::with(&index, Options::default());
    let mut paths: Vec<String> = [
        "/",
        "/?q=云汐",
        "/?q=云汐&view=kwic",
        "/?q=云汐&view=kwic&order=left",
        "/?q=云汐&group=false&limit=100",
        "/?q=云汐&sort=date&lang=en",
        "/company/SH600519",
        "/?code=600519",
    ]
    .map(str::to_owned)
    .to_vec();
    for (payload, number) in PAYLOADS.iter().zip(0..) {
        let id = format!("id{number}{payload}");
        let id = percent_encoding::utf8_percent_encode(&id, percent_encoding::NON_ALPHANUMERIC);
        paths.push(format!("/article/{id}"));
        paths.push(format!("/article/{id}?q=云汐"));
    }
    for path in paths {
        let reply = client.get(&path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(harm(&reply.text()), None, "{path}\n{}", reply.text());
        assert!(reply.text().contains("云汐"), "{path}");
    }
    let feed = client.get("/feed.atom?q=云汐").await;
    assert_eq!(feed.status, 200);
    assert!(!feed.text().contains("<script") && !feed.text().contains('\u{1b}'));
}

#[tokio::test]
async fn no_parameter_becomes_html() {
    let client = Client::new();
    for payload in PAYLOADS {
        let value =
            percent_encoding::utf8_percent_encode(payload, percent_encoding::NON_ALPHANUMERIC);
        for path in [
            format!("/?q={value}"),
            format!("/?q=公司&source={value}&tag={value}&category={value}&code={value}"),
            format!("/?q=公司&since={value}"),
            format!("/?q=公司&sort={value}"),
            format!("/?q=公司&view={value}"),
            format!("/?q=公司&order={value}"),
            format!("/?q=公司&by={value}"),
            format!("/?q=公司&generation={value}"),
            format!("/?{value}=x"),
            format!("/?q=公司&lang={value}"),
            format!("/article/{value}"),
            format!("/company/{value}"),
            format!("/{value}"),
        ] {
            let reply = client.get_with(&path, &[("accept", "text/html")]).await;
            assert!(reply.status.as_u16() < 500, "{path}: {}", reply.text());
            assert!(
                reply.header("content-type").starts_with("text/html"),
                "{path}"
            );
            assert_eq!(harm(&reply.text()), None, "{path}\n{}", reply.text());
        }
        for path in [
            format!("/api/search?q={value}"),
            format!("/api/search?{value}=1"),
            format!("/api/article/{value}"),
        ] {
            let reply = client.get(&path).await;
            assert_eq!(reply.header("content-type"), "application/json", "{path}");
        }
    }
}

#[tokio::test]
async fn nothing_of_the_file_system_is_served() {
    let client = Client::new();
    for path in [
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/etc/passwd",
        "/article/..%2f..%2fetc%2fpasswd",
        "/company/%2e%2e%2f",
        "/assets/style.css%00",
        "/.git/config",
        "/assets/",
        "/api/article/%00",
    ] {
        let reply = client.get(path).await;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(
            !text.contains("[package]") && !text.contains("root:"),
            "{path}"
        );
        assert!(
            matches!(reply.status.as_u16(), 200 | 404),
            "{path} {}",
            reply.status
        );
    }
}

#[tokio::test]
async fn odd_queries_end_and_leave_the_server_well() {
    let client = Client::new();
    let deep = "(".repeat(3_000);
    let many = "a ".repeat(2_000);
    let stars = "啊* ".repeat(300);
    for q in [
        "%00",
        "%E2%80%AE",
        "%F0%9F%98%80",
        "\"",
        "((((",
        "NEAR/99999999999",
        "-",
        "*",
        &deep,
        &many,
        &stars,
    ] {
        for path in [
            "/api/search?q=",
            "/?q=",
            "/api/facets?q=",
            "/api/timeline?q=",
            "/api/explain?q=",
            "/feed.atom?q=",
        ] {
            let reply = client.get(&format!("{path}{q}")).await;
            assert!(
                matches!(reply.status.as_u16(), 200 | 414 | 422),
                "{path}{q}: {}",
                reply.status
            );
        }
    }
    for path in [
        "/api/search?limit=18446744073709551616",
        "/api/search?offset=99999999999",
        "/api/timeline?since=1000&by=hour",
    ] {
        let status = client.get(path).await.status.as_u16();
        assert_eq!(status, 400, "{path}");
    }
    assert_eq!(client.get("/api/search?q=公司").await.status, 200);
}
