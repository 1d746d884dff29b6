//! The routes for programs, one file each.

mod article;
mod counts;
mod explain;
mod export;
mod feed;
mod health;
mod related;
mod search;
mod stats;

pub use article::marked;
pub use counts::unit;
pub use stats::day;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;

/// All of them, with their documents.
pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(search::search, search::search_post))
        .routes(routes!(article::article))
        .routes(routes!(explain::explain, explain::explain_post))
        .routes(routes!(counts::facets, counts::facets_post))
        .routes(routes!(counts::timeline, counts::timeline_post))
        .routes(routes!(counts::trends, counts::trends_post))
        .routes(routes!(related::story))
        .routes(routes!(related::similar))
        .routes(routes!(related::suggest))
        .routes(routes!(export::export, export::export_post))
        .routes(routes!(stats::stats))
        .routes(routes!(feed::feed))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
}
