//! The page of a company: what it is called, when it was in the news, and with what.

use askama::Template;

use super::chart::{Chart, chart};
use super::frame::Frame;
use super::hit::HitView;
use super::link::Place;
use super::names::name_of;
use super::pieces::{harmless, number, word_for};
use super::render::render;
use super::results::Tab;
use crate::search::{Days, Query, Request, Sort, TimelineOptions, TrendOptions};
use crate::server::api::day;
use crate::server::app::View;
use crate::server::failure::{Failure, unless_on_cluster};

/// Stories that show.
const LATEST: usize = 8;
/// Words that show.
const TRENDS: usize = 12;

#[derive(Template)]
#[template(path = "company.html")]
struct CompanyPage {
    frame: Frame,
    name: String,
    key: String,
    others: Vec<String>,
    total: String,
    /// The word for that many articles.
    articles: &'static str,
    stories: String,
    /// The word for that many stories.
    tell: &'static str,
    chart: Option<Chart>,
    hits: Vec<HitView>,
    trends: Vec<Tab>,
    all: String,
    mentions: String,
    feed: String,
}

/// Writes the page.
pub fn write(view: &View, place: Place, key: &str) -> Result<String, Failure> {
    let searcher = view.searcher();
    let t = place.language.words();
    let name = name_of(view, key)?;
    let place = Place {
        request: Request {
            code: vec![key.to_owned()],
            sort: Sort::Date,
            limit: LATEST,
            ..Request::default()
        },
        ..place
    };
    let request = view.within_time(&place.request);
    let answer = searcher.answer(&request)?;
    let timeline = searcher.timeline(&request, &TimelineOptions { by: place.by })?;
    let others = match name == key {
        true => Vec::new(),
        false => searcher.other_names(&Query::words(&name))?,
    };
    let others = others.into_iter().map(|other| harmless(&other.other));
    let plain = Place {
        request: Request::default(),
        ..place.clone()
    };
    let page = CompanyPage {
        others: others
            .filter(|other| *other != key && *other != name)
            .take(8)
            .collect(),
        total: number(answer.total),
        articles: word_for(answer.total, t.article, t.articles),
        tell: word_for(timeline.stories, t.story, t.stories),
        stories: number(timeline.stories),
        chart: chart(&timeline, &place),
        hits: answer
            .hits
            .iter()
            .map(|hit| HitView::of(hit, &plain))
            .collect(),
        trends: trends(view, &place)?,
        all: place.with(|request| request.limit = Request::default().limit),
        mentions: plain.results(&Request::new(name.as_str())),
        feed: place.api("/feed.atom", ""),
        frame: Frame::bare(place.language),
        name: harmless(&name),
        key: harmless(key),
    };
    render(&page)
}

/// What stands out of the last month of the archive, each as a search.
fn trends(view: &View, place: &Place) -> Result<Vec<Tab>, Failure> {
    let Some((_, last)) = view.generation.statistics.published else {
        return Ok(Vec::new());
    };
    let month = day(last).get(..7).unwrap_or_default().to_owned();
    let request = Request {
        since: Days::since(&month).ok(),
        ..view.within_time(&place.request)
    };
    let options = TrendOptions {
        against: None,
        top: TRENDS,
    };
    let trends = unless_on_cluster(view.searcher().trends(&request, &options))?;
    let trends = trends.map(|trends| trends.trends).unwrap_or_default();
    let tabs = trends.iter().map(|trend| {
        let address = place.with(|request| request.q.clone_from(&trend.query));
        Tab::new(harmless(&trend.text), address, false)
    });
    Ok(tabs.collect())
}
