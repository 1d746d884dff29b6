//! `/api/explain`: how a query is understood, and why an article is found or not.

use std::sync::Arc;

use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::search::Common;
use crate::search::{Explanation, NameSource, Request};
use crate::server::app::{App, View};
use crate::server::asked::Asked;
use crate::server::failure::{Failure, Failures};

/// What an explanation understands beside the request.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct Own {
    /// The id of an article: how does it fare?
    pub id: Option<String>,
}

/// How a query was understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainAnswer {
    /// Which generation of the index answered.
    pub generation: String,
    /// The query as it was read, written in the language of queries.
    pub query: String,
    /// The words of its unquoted text.
    pub words: Vec<Word>,
    /// What else they are called, and was searched for as well.
    pub names: Vec<Name>,
    /// Its required parts.
    pub parts: Vec<Part>,
    /// Articles that match all of it.
    pub total: u64,
    /// What was not understood, or had to be relaxed.
    pub notes: Vec<String>,
    /// The article that was asked for.
    pub article: Option<Fares>,
}

/// A word as the analyzer cut it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Word {
    /// The word, folded.
    pub text: String,
    /// The words within it.
    pub parts: Vec<String>,
    /// Articles that have it.
    pub count: u64,
}

/// Another name of what a word stands for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Name {
    /// The word, folded.
    pub word: String,
    /// What else it is called.
    pub other: String,
    /// An occurrence of the other counts as this many of the word, below 1.
    pub weight: f32,
    /// Where it was learnt: `table`, `archive` or `press`.
    pub source: &'static str,
}

/// A required part of the query.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    /// The part, as a query.
    pub query: String,
    /// Articles that match it alone.
    pub count: u64,
}

/// How an article fares.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fares {
    /// Its id.
    pub id: String,
    /// Its score; `null` where it does not match.
    pub score: Option<f32>,
    /// What its time made of the score: a factor.
    pub time: f32,
    /// For each word, the score by it alone.
    pub words: Vec<Option<f32>>,
    /// For each part, the score by it alone.
    pub parts: Vec<Option<f32>>,
}

/// Explain a query
///
/// Its words as they were cut, other names that were added, and how many articles each required part
/// finds alone; with `id`, how that article fares, and why.
#[utoipa::path(
    get,
    path = "/api/explain",
    tag = "search",
    operation_id = "explain",
    params(Request, Common, Own),
    responses(
        (status = 200, description = "The explanation", body = ExplainAnswer),
        (status = 404, description = "No article has this id", body = crate::server::failure::FailureBody),
        Failures
    ),
    extensions(("x-example" = json!("/api/explain?q=绿色金融 债券")))
)]
pub async fn explain(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &["id"], &app.options).await?;
    app.json(asked, answer).await
}

/// Explain a long query
///
/// As GET, with the same fields as JSON.
#[utoipa::path(
    post,
    path = "/api/explain",
    tag = "search",
    operation_id = "explain_post",
    request_body(content = Request, example = json!({"q": "绿色金融 债券"})),
    responses(
        (status = 200, description = "The explanation", body = ExplainAnswer),
        (status = 404, description = "No article has this id", body = crate::server::failure::FailureBody),
        Failures
    )
)]
pub async fn explain_post(app: State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    explain(app, http).await
}

fn answer(view: &View, asked: &Asked) -> Result<ExplainAnswer, Failure> {
    let mut searcher = view.searcher();
    if let Some(days) = asked.request.as_of {
        searcher = searcher.as_of(days)?;
    }
    let id = asked.own.get("id");
    let explanation = searcher.explain(&asked.request.query(), id)?;
    let Explanation {
        query,
        words,
        names,
        parts,
        total,
        notes,
        article,
    } = explanation;
    if let (Some(id), None) = (id, &article) {
        return Err(Failure::no_article(id));
    }
    let words = words.into_iter().map(|word| Word {
        text: word.text,
        parts: word.parts,
        count: word.count,
    });
    let names = names.into_iter().map(|name| Name {
        word: name.word,
        other: name.other,
        weight: name.weight,
        source: source(name.source),
    });
    let parts = parts.into_iter().map(|part| Part {
        query: part.query,
        count: part.count,
    });
    Ok(ExplainAnswer {
        generation: view.generation.name.clone(),
        query,
        words: words.collect(),
        names: names.collect(),
        parts: parts.collect(),
        total,
        notes: notes.iter().map(ToString::to_string).collect(),
        article: article.map(|article| Fares {
            id: id.unwrap_or_default().to_owned(),
            score: article.score,
            time: article.time,
            words: article.words,
            parts: article.parts,
        }),
    })
}

fn source(source: NameSource) -> &'static str {
    match source {
        NameSource::Table => "table",
        NameSource::Archive => "archive",
        NameSource::Press => "press",
    }
}
