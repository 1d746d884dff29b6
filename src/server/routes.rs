//! All routes, and the guard around them.

use std::sync::Arc;

use axum::Router;

use super::app::App;
use super::{api, guard, openapi, page};

impl App {
    /// All routes.
    pub fn router(self: &Arc<App>) -> Router {
        let (api, _) = api::router().split_for_parts();
        let routes = api
            .merge(openapi::router())
            .merge(page::router())
            .fallback(page::missing)
            .method_not_allowed_fallback(guard::no_such_method);
        guard::around(routes, self).with_state(Arc::clone(self))
    }
}
