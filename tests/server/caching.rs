//! The same request to the same generation is not searched again; generations come and go.

use newsearch::Article;
use newsearch::server::Options;

use super::client::{Client, add, index_of};

fn article(number: usize) -> Article {
    Article {
        id: format!("a{number}"),
        title: format!("云汐科技第{number}次公告"),
        ..Article::default()
    }
}

#[tokio::test]
async fn a_repeated_request_is_304_until_the_index_changes() {
    let index = index_of((0..30).map(article));
    let client = Client::with(&index, Options::default());
    for path in [
        "/api/search?q=云汐",
        "/api/facets?q=云汐",
        "/api/timeline?q=云汐",
        "/api/stats",
        "/api/explain?q=云汐",
        "/api/article/a1?q=云汐",
        "/feed.atom?q=云汐",
        "/?q=云汐",
        "/article/a1",
        "/",
        "/help",
    ] {
        let first = client.get(path).await;
        assert_eq!(first.status, 200, "{path}: {}", first.text());
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "no-cache");
        for known in [
            tag.clone(),
            tag.replace("W/", ""),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ] {
            let again = client.get_with(path, &[("if-none-match", &known)]).await;
            assert_eq!(
                (again.status.as_u16(), again.body.len()),
                (304, 0),
                "{path} {known}"
            );
            assert_eq!(again.header("etag"), tag);
        }
        let other = client
            .get_with(path, &[("if-none-match", "W/\"other\"")])
            .await;
        assert_eq!(other.status, 200);
    }
    let path = "/api/search?q=云汐";
    let tag = client.get(path).await.header("etag").to_owned();
    let further = client.get("/api/search?q=云汐&limit=11").await;
    assert_ne!(
        further.header("etag"),
        tag,
        "another request has another tag"
    );
    let written_otherwise = client
        .get("/api/search?limit=10&q=%E4%BA%91%E6%B1%90")
        .await;
    assert_eq!(
        written_otherwise.header("etag"),
        tag,
        "the same request has the same tag"
    );
    add(&index, [article(99)]);
    client.app.take_over(index.searcher()).unwrap();
    let changed = client.get_with(path, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn a_page_comes_from_its_generation_while_that_is_kept_and_is_gone_after() {
    let index = index_of((0..30).map(article));
    let client = Client::with(&index, Options::default());
    let first = client
        .get("/api/search?q=云汐&limit=4&sort=date")
        .await
        .json();
    let next = first["next"].as_str().unwrap().to_owned();
    let before = client.get(&format!("/api/search?{next}")).await.json();

    add(&index, (100..130).map(article));
    client.app.take_over(index.searcher()).unwrap();
    let now = client.get("/api/search?q=云汐").await.json();
    assert_eq!(now["total"], 60);
    let same = client.get(&format!("/api/search?{next}")).await.json();
    assert_eq!(
        (&same["hits"], &same["total"], &same["next"]),
        (&before["hits"], &before["total"], &before["next"])
    );
    assert_eq!(same["generation"], first["generation"]);

    add(&index, [article(200)]);
    client.app.take_over(index.searcher()).unwrap();
    let gone = client.get(&format!("/api/search?{next}")).await;
    assert_eq!(gone.failure(), (410, "generation_gone".to_owned()));
    let page = client.get(&format!("/?{next}")).await;
    assert_eq!(page.status, 410);
    assert!(page.text().contains("<html"));
}

#[tokio::test]
async fn the_same_commit_taken_over_again_is_the_same_generation() {
    let index = index_of((0..3).map(article));
    let client = Client::with(&index, Options::default());
    let name = client.get("/readyz").await.json()["generation"].clone();
    add(&index, [article(9)]);
    client.app.take_over(index.searcher()).unwrap();
    client.app.take_over(index.searcher()).unwrap();
    let path = format!("/api/search?q=云汐&generation={}", name.as_str().unwrap());
    assert_eq!(client.get(&path).await.json()["total"], 3);
}
