//! `/livez`, `/readyz` and `/metrics`: for those who watch the service.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::server::app::App;
use crate::server::failure::{Code, Failure, FailureBody};
use crate::server::reply;

/// A turn that does not come in this time means that the searches are stuck.
const STUCK: Duration = Duration::from_secs(20);

/// Whether the service can answer, and from what.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// `ready`, or `stale` while the index on disk cannot be read, or what is watched not be indexed, and
    /// the last generation goes on answering.
    pub status: &'static str,
    /// The generation that answers.
    pub generation: String,
    /// Its articles.
    pub documents: u64,
    /// Seconds since it was taken over.
    pub age_seconds: f64,
    /// What hinders the next generation.
    pub trouble: Option<String>,
}

/// Is the process alive?
///
/// 200 while searches come to an end; 503 when none got its turn for 20 seconds.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "service",
    operation_id = "livez",
    responses(
        (status = 200, description = "Alive", body = String, content_type = "text/plain"),
        (status = 503, description = "Searches are stuck", body = FailureBody)
    ),
    extensions(("x-example" = json!("/livez")))
)]
pub async fn livez(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    if app.gate.waiting() > 0 {
        let turn = tokio::time::timeout(STUCK, app.gate.passes()).await;
        if turn.is_err() {
            let message = "no search got its turn for 20 s: restart the service";
            return Err(Failure::new(Code::TooManySearches, message));
        }
    }
    Ok(reply::of_kind("text/plain; charset=utf-8", "alive\n"))
}

/// Can it answer, and from what?
///
/// 200 as long as a generation answers, with `status: "stale"` and the reason while a newer one cannot
/// be taken over.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "service",
    operation_id = "readyz",
    responses((status = 200, description = "What answers", body = Ready)),
    extensions(("x-example" = json!("/readyz")))
)]
pub async fn readyz(State(app): State<Arc<App>>) -> Json<Ready> {
    let generation = app.generations.current();
    let trouble = app.generations.trouble();
    Json(Ready {
        status: if trouble.is_some() { "stale" } else { "ready" },
        generation: generation.name.clone(),
        documents: generation.statistics.documents,
        age_seconds: generation.since.elapsed().unwrap_or_default().as_secs_f64(),
        trouble,
    })
}

/// Metrics, in the text format of Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "service",
    operation_id = "metrics",
    responses(
        (status = 200, description = "Metrics", body = String, content_type = "text/plain"),
        (status = 401, description = "The server asks for a token", body = FailureBody),
        (status = 421, description = "Another name", body = FailureBody)
    ),
    extensions(("x-example" = json!("/metrics")))
)]
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    reply::of_kind(
        "text/plain; version=0.0.4; charset=utf-8",
        app.metrics_text(),
    )
}
