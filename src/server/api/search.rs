//! `/api/search`: the answer of the library, as JSON.

use std::sync::Arc;

use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use utoipa::IntoParams;

use crate::search::{Answer, Request};
use crate::server::app::{App, View};
use crate::server::asked::Asked;
use crate::server::failure::{Failure, Failures};

/// What any search understands beside the request itself.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct Common {
    /// Answer from this generation of the index: one of the last two; without it, from the last.
    pub generation: Option<String>,
}

/// Search
///
/// The best articles, or the newest, each with its best passages and what matched in them. `total` is
/// exact and the same on every page. `next` is the query string of the next page, from the same
/// generation of the index: it is answered as long as that is kept (the last two), and then refused
/// with 410, so that pages never shift.
#[utoipa::path(
    get,
    path = "/api/search",
    tag = "search",
    operation_id = "search",
    params(Request, Common),
    responses((status = 200, description = "The answer", body = Answer), Failures),
    extensions(("x-example" = json!("/api/search?q=绿色金融&limit=3")))
)]
pub async fn search(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &[], &app.options).await?;
    app.json(asked, |view, asked| answer(view, &asked.request))
        .await
}

/// Search, with a long query
///
/// As GET, with the same fields as JSON; lists are arrays.
#[utoipa::path(
    post,
    path = "/api/search",
    tag = "search",
    operation_id = "search_post",
    request_body(content = Request, example = json!({"q": "绿色金融", "limit": 3})),
    responses((status = 200, description = "The answer", body = Answer), Failures)
)]
pub async fn search_post(app: State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    search(app, http).await
}

/// The answer of a generation, whose next page is one of the same generation.
pub fn answer(view: &View, request: &Request) -> Result<Answer, Failure> {
    let mut answer = view.searcher().answer(&view.within_time(request))?;
    for hit in &mut answer.hits {
        // Names of files are no matter of those who search.
        hit.places.clear();
    }
    if answer.next.is_some() {
        answer.next = Some(view.bound(&request.next().to_string()));
    }
    Ok(answer)
}
