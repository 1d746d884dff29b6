//! `/api/stats`: what the index holds.

use std::sync::Arc;

use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::search::Common;
use crate::corpus::{Precision, Published};
use crate::server::app::{App, View};
use crate::server::asked::Asked;
use crate::server::failure::{Failure, Failures};

/// What the index holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatsAnswer {
    /// Which generation of the index answered.
    pub generation: String,
    /// The format of the index.
    pub format: u32,
    /// Articles.
    pub documents: u64,
    /// The day of the first article.
    pub first: Option<String>,
    /// The day of the last article.
    pub last: Option<String>,
    /// Articles without a date.
    pub undated: u64,
    /// Size on disk, in bytes.
    pub bytes: u64,
    /// Sources, the most articles first.
    pub sources: Vec<SourceCount>,
}

/// How many articles a source has.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceCount {
    /// Its name; empty where it is not known.
    pub name: String,
    /// Its articles.
    pub documents: u64,
}

/// What the index holds
#[utoipa::path(
    get,
    path = "/api/stats",
    tag = "service",
    operation_id = "stats",
    params(Common),
    responses((status = 200, description = "Facts about the index", body = StatsAnswer), Failures),
    extensions(("x-example" = json!("/api/stats")))
)]
pub async fn stats(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &[], &app.options).await?;
    app.json(asked, |view, _| Ok(answer(view))).await
}

fn answer(view: &View) -> StatsAnswer {
    let statistics = &view.generation.statistics;
    let (first, last) = statistics.published.unzip();
    let sources = statistics.sources.iter();
    let sources = sources.map(|(name, documents)| SourceCount {
        name: name.clone(),
        documents: *documents,
    });
    StatsAnswer {
        generation: view.generation.name.clone(),
        format: crate::index::FORMAT_VERSION,
        documents: statistics.documents,
        first: first.map(day),
        last: last.map(day),
        undated: statistics.undated,
        bytes: statistics.bytes,
        sources: sources.collect(),
    }
}

/// The day of a moment at +08:00.
pub fn day(seconds: i64) -> String {
    let published = Published {
        seconds,
        offset: 480,
        precision: Precision::Day,
    };
    published.to_string()
}
