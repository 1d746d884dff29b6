//! The page without a query: what there is, and how to begin.

use askama::Template;

use super::chart::{Chart, chart};
use super::frame::Frame;
use super::hit::HitView;
use super::link::Place;
use super::pieces::number;
use super::render::render;
use crate::search::{Days, Request, Sort, TimelineOptions};
use crate::server::api::day;
use crate::server::app::View;
use crate::server::failure::Failure;

/// Stories that show.
const LATEST: usize = 6;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    articles: String,
    sources: String,
    first: String,
    last: String,
    chart: Option<Chart>,
    hits: Vec<HitView>,
    examples: Vec<(&'static str, String)>,
}

/// Writes the page.
pub fn write(view: &View, place: Place) -> Result<String, Failure> {
    let searcher = view.searcher();
    let statistics = &view.generation.statistics;
    let (first, last) = statistics.published.unzip();
    let everything = view.within_time(&place.request);
    let timeline = searcher.timeline(&everything, &TimelineOptions { by: place.by })?;
    let mut hits = Vec::new();
    if let Some(first) = first {
        let latest = Request {
            since: Days::since(&day(first)).ok(),
            sort: Sort::Date,
            limit: LATEST,
            ..view.within_time(&place.request)
        };
        let answer = searcher.answer(&latest)?;
        hits.extend(answer.hits.iter().map(|hit| HitView::of(hit, &place)));
    }
    let asking = |q: &str| place.results(&Request::new(q));
    let examples = [
        "绿色金融",
        "\"一年期\"",
        "降准 -股票",
        "银行 NEAR/5 减持",
        "近7天",
    ];
    let page = Home {
        articles: number(statistics.documents),
        sources: number(
            statistics
                .sources
                .iter()
                .filter(|(name, _)| !name.is_empty())
                .count() as u64,
        ),
        first: first.map(day).unwrap_or_default(),
        last: last.map(day).unwrap_or_default(),
        chart: chart(&timeline, &place),
        hits,
        examples: examples.map(|q| (q, asking(q))).to_vec(),
        frame: Frame::of(&place),
    };
    render(&page)
}
