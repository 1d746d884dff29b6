//! A client that calls the routes directly.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use newsearch::server::{App, Options};
use newsearch::{Article, Index, IndexOptions, Searcher, UpdateOptions};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;
use tower::ServiceExt;

/// What a query string of a test may not have as it is.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'#')
    .add(b'`');

/// The index of the sample, made once.
pub static SAMPLE: LazyLock<Index> = LazyLock::new(|| {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let paths = [concat!(env!("CARGO_MANIFEST_DIR"), "/corpus").into()];
    let options = UpdateOptions::default();
    index.update(&paths, &options, |_| {}).unwrap();
    index
});

/// The sample on the cluster that `NEWSEARCH_TEST_URL` names, if it does: what a server says of an index there is
/// held to the same tests.
#[cfg(feature = "opensearch")]
static ON_CLUSTER: LazyLock<Option<newsearch::Cluster>> = LazyLock::new(|| {
    let url = std::env::var("NEWSEARCH_TEST_URL").ok()?;
    let cluster = newsearch::Cluster::open_or_create(&url, "api", &IndexOptions::new()).unwrap();
    let paths = [concat!(env!("CARGO_MANIFEST_DIR"), "/corpus").into()];
    let options = UpdateOptions::default();
    cluster.update(&paths, &options, |_| {}).unwrap();
    Some(cluster)
});

/// What an index holds; that of the sample, on the cluster if there is one.
fn searcher_of(index: &Index) -> Searcher {
    #[cfg(feature = "opensearch")]
    if std::ptr::eq(index, &raw const *SAMPLE)
        && let Some(cluster) = &*ON_CLUSTER
    {
        return cluster.searcher().unwrap();
    }
    index.searcher()
}

/// What answers from the sample.
pub fn library() -> Searcher {
    searcher_of(&SAMPLE)
}

/// Whether that is on a cluster, where not everything is available.
pub fn is_on_cluster() -> bool {
    #[cfg(feature = "opensearch")]
    return ON_CLUSTER.is_some();
    #[cfg(not(feature = "opensearch"))]
    false
}

/// A server over an index.
pub struct Client {
    pub app: Arc<App>,
    router: Router,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    /// Over the sample.
    pub fn new() -> Client {
        Client::with(&SAMPLE, Options::default())
    }

    /// Over an index.
    pub fn with(index: &Index, options: Options) -> Client {
        let app = App::new(searcher_of(index), options).unwrap();
        let router = app.router();
        Client { app, router }
    }

    /// Gets a path; what must be encoded in it is.
    pub async fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[]).await
    }

    /// Gets a path with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let path = utf8_percent_encode(path, UNSAFE).to_string();
        let mut request = Request::get(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, "localhost");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, json: &Value) -> Reply {
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(json.to_string())).unwrap())
            .await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: body.map(|bytes| bytes.to_vec()).unwrap_or_default(),
        }
    }
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The status, and the code of a failure.
    pub fn failure(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), code)
    }
}

/// An index in memory with these articles.
pub fn index_of(articles: impl IntoIterator<Item = Article>) -> Index {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    add(&index, articles);
    index
}

/// Adds articles and commits.
pub fn add(index: &Index, articles: impl IntoIterator<Item = Article>) {
    let mut writer = index.writer().unwrap();
    for article in articles {
        writer.add(article).unwrap();
    }
    writer.close().unwrap();
}
