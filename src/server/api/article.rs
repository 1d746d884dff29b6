//! `/api/article/{id}`: one article in full, with the marks of a query.

use std::sync::Arc;

use axum::extract::{Path, Request as HttpRequest, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::search::Common;
use crate::corpus::{Article, Stock};
use crate::search::{Mark, MarkedArticle, Request};
use crate::server::app::{App, View};
use crate::server::asked::Asked;
use crate::server::failure::{Failure, Failures};

/// An article in full, with the marks of a query.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleAnswer {
    /// Which generation of the index answered.
    pub generation: String,
    /// All that is known of the article.
    pub article: Article,
    /// When it was published, in ISO 8601.
    pub date: Option<String>,
    /// The keys of its securities, the strongest first.
    pub codes: Vec<String>,
    /// What the query matches in the title.
    pub title_marks: Vec<Mark>,
    /// What the query matches in each paragraph of the body.
    pub body_marks: Vec<Vec<Mark>>,
    /// How many marks there are.
    pub marks: usize,
}

/// An article in full
///
/// With a query, its matches are marked in the original text: in characters, bytes and units of UTF-16.
#[utoipa::path(
    get,
    path = "/api/article/{id}",
    tag = "articles",
    operation_id = "article",
    params(("id" = String, Path, description = "The id of the article"), Request, Common),
    responses(
        (status = 200, description = "The article", body = ArticleAnswer),
        (status = 404, description = "No article has this id", body = crate::server::failure::FailureBody),
        Failures
    ),
    extensions(("x-example" = json!("/api/article/202201052201234567?q=绿色金融")))
)]
pub async fn article(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    http: HttpRequest,
) -> Result<Response, Failure> {
    let asked = Asked::read(http, &[], &app.options).await?;
    app.json(asked, move |view, asked| answer(view, &id, &asked.request))
        .await
}

fn answer(view: &View, id: &str, request: &Request) -> Result<ArticleAnswer, Failure> {
    let found = marked(view, id, request)?;
    let body = found.body.iter().map(Vec::len);
    Ok(ArticleAnswer {
        generation: view.generation.name.clone(),
        date: found
            .article
            .published
            .map(|published| published.to_string()),
        codes: found.article.stocks.iter().filter_map(Stock::key).collect(),
        marks: found.title.len() + body.sum::<usize>(),
        title_marks: found.title,
        body_marks: found.body,
        article: Article {
            // Names of files are no matter of those who search.
            places: Vec::new(),
            ..found.article
        },
    })
}

/// The article with this id; an id of the publisher may be written with its `NW` or without.
pub fn marked(view: &View, id: &str, request: &Request) -> Result<MarkedArticle, Failure> {
    let marker = view.searcher().marker(&view.within_time(request))?;
    if let Some(found) = marker.find(id)? {
        return Ok(found);
    }
    let bare = id.strip_prefix("NW").or_else(|| id.strip_prefix("nw"));
    let found = match bare {
        Some(id) => marker.find(id)?,
        None => None,
    };
    found.ok_or_else(|| Failure::no_article(id))
}
