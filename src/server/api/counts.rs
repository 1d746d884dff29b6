//! `/api/facets`, `/api/timeline` and `/api/trends`: what can be counted of all that a request matches.

use std::sync::Arc;

use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use utoipa::IntoParams;

use super::search::Common;
use crate::search::{
    FacetField, FacetOptions, Facets, Request, Timeline, TimelineOptions, TrendOptions, Trends,
    Unit,
};
use crate::server::app::{App, View};
use crate::server::asked::Asked;
use crate::server::failure::{Failure, Failures};

/// What facets understand beside the request.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct FacetsOwn {
    /// The fields, with commas between them: source, tag, category, code, year, month, weekday.
    #[param(example = "source,year")]
    pub by: Option<String>,
    /// Most values of each that are listed; selected ones are listed beyond that.
    #[param(minimum = 1, maximum = 1000)]
    pub top: Option<usize>,
}

/// What a timeline understands beside the request.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct TimelineOwn {
    /// The length of a bucket: hour, day, week, month, quarter or year.
    pub by: Option<Unit>,
}

/// What trends understand beside the request.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct TrendsOwn {
    /// The query string of the request to compare with; without it, the rest of the archive.
    #[param(example = "since=2021&until=2021")]
    pub against: Option<String>,
    /// Most words and names.
    #[param(minimum = 1, maximum = 1000)]
    pub top: Option<usize>,
}

/// Count matches by source, tag, security, year
///
/// Counts are over all matches, not over a page of them. Values that the request selects are always
/// listed, and counted as if that filter were not there.
#[utoipa::path(
    get,
    path = "/api/facets",
    tag = "counts",
    operation_id = "facets",
    params(Request, Common, FacetsOwn),
    responses((status = 200, description = "The counts", body = Facets), Failures),
    extensions(("x-example" = json!("/api/facets?q=绿色金融&by=source,year&top=5")))
)]
pub async fn facets(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &["by", "top"], &app.options).await?;
    let options = facet_options(&asked)?;
    app.json(asked, move |view, asked| {
        let request = view.within_time(&asked.request);
        Ok(view.searcher().facets(&request, &options)?)
    })
    .await
}

/// Count the matches of a long query
///
/// As GET, with the same fields as JSON.
#[utoipa::path(
    post,
    path = "/api/facets",
    tag = "counts",
    operation_id = "facets_post",
    request_body(content = Request, example = json!({"q": "绿色金融", "by": "source,year"})),
    responses((status = 200, description = "The counts", body = Facets), Failures)
)]
pub async fn facets_post(app: State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    facets(app, http).await
}

fn facet_options(asked: &Asked) -> Result<FacetOptions, Failure> {
    let mut options = FacetOptions::default();
    if let Some(top) = asked.number("top", 1, 1000)? {
        options.top = top;
    }
    if let Some(by) = asked.own.get("by") {
        options.by = by.split(',').map(field).collect::<Result<_, _>>()?;
    }
    Ok(options)
}

fn field(name: &str) -> Result<FacetField, Failure> {
    let mut fields = FacetField::ALL.into_iter();
    fields
        .find(|field| field.name() == name.trim())
        .ok_or_else(|| {
            let known = FacetField::ALL.map(FacetField::name).join(", ");
            Failure::of_parameter("by", format!("parameter `by`: `{name}` is none of {known}"))
        })
}

/// Count matches by time
///
/// Buckets without a gap, empty ones too; those that are cut off by the span that was asked for, or by
/// the archive, say so. Days are those of +08:00.
#[utoipa::path(
    get,
    path = "/api/timeline",
    tag = "counts",
    operation_id = "timeline",
    params(Request, Common, TimelineOwn),
    responses((status = 200, description = "The counts", body = Timeline), Failures),
    extensions(("x-example" = json!("/api/timeline?q=绿色金融&by=month")))
)]
pub async fn timeline(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &["by"], &app.options).await?;
    let options = TimelineOptions {
        by: unit(asked.own.get("by"))?,
    };
    app.json(asked, move |view, asked| {
        let request = view.within_time(&asked.request);
        Ok(view.searcher().timeline(&request, &options)?)
    })
    .await
}

/// Count the matches of a long query by time
///
/// As GET, with the same fields as JSON.
#[utoipa::path(
    post,
    path = "/api/timeline",
    tag = "counts",
    operation_id = "timeline_post",
    request_body(content = Request, example = json!({"q": "绿色金融", "by": "month"})),
    responses((status = 200, description = "The counts", body = Timeline), Failures)
)]
pub async fn timeline_post(app: State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    timeline(app, http).await
}

/// The length of a bucket of this name.
pub fn unit(name: Option<&str>) -> Result<Option<Unit>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let found = Unit::ALL.into_iter().find(|unit| unit.name() == name);
    let none = || {
        let known = Unit::ALL.map(Unit::name).join(", ");
        Failure::of_parameter("by", format!("parameter `by`: `{name}` is none of {known}"))
    };
    found.ok_or_else(none).map(Some)
}

/// What stands out
///
/// Words and names that are more frequent in what matches than elsewhere, counted by stories.
#[utoipa::path(
    get,
    path = "/api/trends",
    tag = "counts",
    operation_id = "trends",
    params(Request, Common, TrendsOwn),
    responses((status = 200, description = "What stands out", body = Trends), Failures),
    extensions(("x-example" = json!("/api/trends?since=2022-03&until=2022-03&top=10")))
)]
pub async fn trends(State(app): State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    let asked = Asked::read(http, &["against", "top"], &app.options).await?;
    let mut options = TrendOptions::default();
    if let Some(top) = asked.number("top", 1, 1000)? {
        options.top = top;
    }
    if let Some(against) = asked.own.get("against") {
        options.against = Some(Request::parse(against)?);
    }
    app.json(asked, move |view, asked| of_trends(view, asked, &options))
        .await
}

/// What stands out in the matches of a long query
///
/// As GET, with the same fields as JSON.
#[utoipa::path(
    post,
    path = "/api/trends",
    tag = "counts",
    operation_id = "trends_post",
    request_body(content = Request, example = json!({"q": "绿色金融", "top": 10})),
    responses((status = 200, description = "What stands out", body = Trends), Failures)
)]
pub async fn trends_post(app: State<Arc<App>>, http: HttpRequest) -> Result<Response, Failure> {
    trends(app, http).await
}

fn of_trends(view: &View, asked: &Asked, options: &TrendOptions) -> Result<Trends, Failure> {
    let request = view.within_time(&asked.request);
    Ok(view.searcher().trends(&request, options)?)
}
