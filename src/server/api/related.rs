//! `/api/story/{id}`, `/api/similar/{id}` and `/api/suggest`: what is related to an article, or to what
//! is being typed.

use std::sync::Arc;

use axum::extract::{Path, Request as HttpRequest, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::search::Common;
use crate::search::{Similar, SimilarOptions, Story, SuggestOptions, Suggestion};
use crate::server::app::App;
use crate::server::asked::Asked;
use crate::server::failure::{Failure, FailureBody, Failures};

/// How many to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct Limit {
    /// Most to list; 10 unless given.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<usize>,
}

/// What is being typed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct Typed {
    /// The text: the beginning of a code, a name, its initials or its pinyin, a tag, a medium.
    #[param(example = "600")]
    pub q: Option<String>,
}

/// What a text that is being typed may become.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// Which generation of the index answered.
    pub generation: String,
    /// The likeliest first.
    pub suggestions: Vec<Suggestion>,
}

/// Who told a story, and when
#[utoipa::path(
    get,
    path = "/api/story/{id}",
    tag = "articles",
    operation_id = "story",
    params(("id" = String, Path, description = "The id of an article of the story"), Common),
    responses(
        (status = 200, description = "The tellings, the earliest first", body = Story),
        (status = 404, description = "No article has this id", body = FailureBody),
        Failures
    ),
    extensions(("x-example" = json!("/api/story/202201052201234567")))
)]
pub async fn story(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    http: HttpRequest,
) -> Result<Response, Failure> {
    let asked = Asked::read(http, &[], &app.options).await?;
    app.json(asked, move |view, _| {
        let story = view.searcher().story(&id)?;
        story.ok_or_else(|| Failure::no_article(&id))
    })
    .await
}

/// Other stories on the same matter
#[utoipa::path(
    get,
    path = "/api/similar/{id}",
    tag = "articles",
    operation_id = "similar",
    params(("id" = String, Path, description = "The id of an article"), Common, Limit),
    responses(
        (status = 200, description = "The stories, the most similar first", body = Similar),
        (status = 404, description = "No article has this id", body = FailureBody),
        Failures
    ),
    extensions(("x-example" = json!("/api/similar/202201052201234567?limit=5")))
)]
pub async fn similar(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    http: HttpRequest,
) -> Result<Response, Failure> {
    let asked = Asked::read(http, &["limit"], &app.options).await?;
    let mut options = SimilarOptions::default();
    if let Some(limit) = asked.number("limit", 1, 1000)? {
        options.limit = limit;
    }
    app.json(asked, move |view, _| {
        let similar = view.searcher().similar(&id, &options)?;
        similar.ok_or_else(|| Failure::no_article(&id))
    })
    .await
}

/// What a text that is being typed may become
///
/// Codes, names, their initials and pinyin, nicknames, tags, media, and phrases of titles.
#[utoipa::path(
    get,
    path = "/api/suggest",
    tag = "search",
    operation_id = "suggest",
    params(Typed, Common, Limit),
    responses((status = 200, description = "Suggestions, the likeliest first", body = Suggestions), Failures),
    extensions(("x-example" = json!("/api/suggest?q=云&limit=5")))
)]
pub async fn suggest(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &["q", "limit"], &app.options).await?;
    let mut options = SuggestOptions::default();
    if let Some(limit) = asked.number("limit", 1, 1000)? {
        options.limit = limit;
    }
    app.json(asked, move |view, asked| {
        let typed = asked.own.get("q").unwrap_or_default();
        Ok(Suggestions {
            generation: view.generation.name.clone(),
            suggestions: view.searcher().suggest(typed, &options)?,
        })
    })
    .await
}
