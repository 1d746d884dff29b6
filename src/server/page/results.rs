//! The page of a query.

use std::time::Instant;

use askama::Template;

use super::chart::{Chart, chart};
use super::facets::{self, FacetView};
use super::frame::Frame;
use super::hit::HitView;
use super::kwic::{self, Line};
use super::link::{Lines, Look, Place};
use super::notes::{self, Sentence};
use super::pieces::{harmless, number, word_for};
use super::render::render;
use crate::search::{AnswerHit, Hit, Query, Request, Searcher, Sort, TimelineOptions};
use crate::server::api::day;
use crate::server::app::View;
use crate::server::failure::Failure;

#[derive(Template)]
#[template(path = "results.html")]
struct Results {
    frame: Frame,
    title: String,
    total: String,
    /// The word for that many articles.
    articles: &'static str,
    stories: String,
    /// The word for that many stories.
    tell: &'static str,
    took: String,
    is_empty: bool,
    tabs: Vec<Tab>,
    sentences: Vec<Sentence>,
    filters: Vec<Tab>,
    clear: String,
    chart: Option<Chart>,
    facets: Vec<FacetView>,
    hits: Vec<HitView>,
    lines: Vec<Line>,
    line_tabs: Vec<Tab>,
    is_lines: bool,
    previous: Option<String>,
    next: Option<String>,
    page_number: usize,
    tools: Vec<Tab>,
    switches: Vec<Tab>,
    as_of: String,
    now: String,
    /// What the form of another day leaves as it is.
    then: Vec<(String, String)>,
    last_day: String,
    generation: String,
    permalink: String,
    feed: String,
}

/// A label that leads somewhere.
pub struct Tab {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub address: String,
    /// It is where the reader is.
    pub is_on: bool,
}

impl Tab {
    /// A label that leads to an address.
    pub fn new(label: impl Into<String>, address: String, is_on: bool) -> Tab {
        Tab {
            label: label.into(),
            address,
            is_on,
        }
    }
}

/// Writes the page.
pub fn write(view: &View, place: Place) -> Result<String, Failure> {
    let started = Instant::now();
    let t = place.language.words();
    let searcher = view.searcher();
    let shown = Request {
        // One more tells whether there is a next page.
        limit: place.request.limit.max(1) + 1,
        ..view.within_time(&place.request)
    };
    let mut hits = searcher.hits(&shown)?;
    let (total, notes) = (hits.total, std::mem::take(&mut hits.notes));
    let mut found: Vec<Hit> = hits.collect::<Result<_, _>>()?;
    let limit = place.request.limit.max(1);
    let has_next = found.len() > limit;
    found.truncate(limit);

    let request = view.within_time(&place.request);
    let matching = searcher.matching(&request)?;
    let counted = matching.facets(&facets::options())?;
    let timeline = matching.timeline(&TimelineOptions { by: place.by })?;
    let mut sentences = notes::sentences(&notes, &place);
    sentences.extend(names(&searcher, &place)?);

    let is_lines = place.look == Look::Lines;
    let (mut hit_views, mut lines) = (Vec::new(), Vec::new());
    if is_lines {
        lines = kwic::lines(found, &searcher.marker(&request)?, &place);
    } else {
        let answers = found.into_iter().map(AnswerHit::from);
        hit_views = answers.map(|hit| HitView::of(&hit, &place)).collect();
    }
    let offset = place.request.offset;
    let statistics = &view.generation.statistics;
    let page = Results {
        title: match place.request.q.trim() {
            "" => t.search.to_owned(),
            q => harmless(q),
        },
        total: number(total),
        articles: word_for(total, t.article, t.articles),
        tell: word_for(counted.stories, t.story, t.stories),
        stories: number(counted.stories),
        is_empty: total == 0,
        tabs: tabs(&place),
        sentences,
        filters: filters(&place),
        clear: place.with(clear),
        chart: chart(&timeline, &place),
        facets: match total {
            0 => Vec::new(),
            _ => facets::views(view, &counted, &place)?,
        },
        hits: hit_views,
        line_tabs: line_tabs(&place),
        lines,
        is_lines,
        previous: (offset > 0).then(|| place.at(offset.saturating_sub(limit))),
        next: has_next.then(|| place.at(offset + limit)),
        page_number: offset / limit + 1,
        tools: tools(&place),
        switches: switches(&place),
        as_of: place
            .request
            .as_of
            .and_then(|days| days.last_day())
            .unwrap_or_default(),
        now: place.with(|request| request.as_of = None),
        then: place.fields(|request| request.as_of = None),
        last_day: statistics
            .published
            .map(|(_, last)| day(last))
            .unwrap_or_default(),
        generation: view.generation.name.clone(),
        permalink: place.permalink(&view.generation.name),
        feed: place.api("/feed.atom", ""),
        frame: Frame::of(&place),
        took: format!("{:.1}", started.elapsed().as_secs_f64() * 1000.0),
    };
    render(&page)
}

/// What else the words of the query are called.
fn names(searcher: &Searcher, place: &Place) -> Result<Option<Sentence>, Failure> {
    if place.request.q.trim().is_empty() {
        return Ok(None);
    }
    let query = Query::parse(&place.request.q);
    let names = searcher.other_names(&query)?;
    Ok(notes::of_names(&names, place))
}

fn tabs(place: &Place) -> Vec<Tab> {
    let t = place.language.words();
    let is_lines = place.look == Look::Lines;
    let sort = place.request.sort;
    [
        (t.by_relevance, Look::Passages, Sort::Relevance),
        (t.by_date, Look::Passages, Sort::Date),
        (t.in_lines, Look::Lines, Sort::Relevance),
    ]
    .into_iter()
    .map(|(label, look, order)| {
        let is_on = match look {
            Look::Lines => is_lines,
            Look::Passages => !is_lines && sort == order,
        };
        Tab::new(label, place.looking(look, order), is_on)
    })
    .collect()
}

fn line_tabs(place: &Place) -> Vec<Tab> {
    let t = place.language.words();
    let orders = [
        (t.in_order, Lines::Ranked),
        (t.left_context, Lines::Left),
        (t.right_context, Lines::Right),
    ];
    let tabs = orders.into_iter();
    tabs.map(|(label, lines)| Tab::new(label, place.ordered(lines), place.lines == lines))
        .collect()
}

/// What the request is narrowed to, each with the address without it.
fn filters(place: &Place) -> Vec<Tab> {
    let request = &place.request;
    let mut filters = Vec::new();
    for (index, value) in request.source.iter().enumerate() {
        filters.push((
            value.clone(),
            place.with(|request| drop(request.source.remove(index))),
        ));
    }
    for (index, value) in request.tag.iter().enumerate() {
        filters.push((
            value.clone(),
            place.with(|request| drop(request.tag.remove(index))),
        ));
    }
    for (index, value) in request.category.iter().enumerate() {
        filters.push((
            value.clone(),
            place.with(|request| drop(request.category.remove(index))),
        ));
    }
    for (index, value) in request.code.iter().enumerate() {
        filters.push((
            value.clone(),
            place.with(|request| drop(request.code.remove(index))),
        ));
    }
    let since = request.since.and_then(|days| days.first_day());
    let until = request.until.and_then(|days| days.last_day());
    if since.is_some() || until.is_some() {
        let span = format!(
            "{} – {}",
            since.unwrap_or_default(),
            until.unwrap_or_default()
        );
        let address = place.with(|request| {
            request.since = None;
            request.until = None;
        });
        filters.push((span, address));
    }
    let tabs = filters.into_iter();
    tabs.map(|(label, address)| Tab::new(harmless(&label), address, true))
        .collect()
}

fn clear(request: &mut Request) {
    for list in [
        &mut request.source,
        &mut request.tag,
        &mut request.category,
        &mut request.code,
    ] {
        list.clear();
    }
    request.since = None;
    request.until = None;
}

/// The files of all results.
fn tools(place: &Place) -> Vec<Tab> {
    let t = place.language.words();
    let file = |format: &str| place.api("/api/export", &format!("format={format}"));
    vec![
        Tab::new("Excel", file("xlsx"), false),
        Tab::new("CSV", file("csv&bom=true"), false),
        Tab::new("JSON Lines", file("jsonl"), false),
        Tab::new(t.feed, place.api("/feed.atom", ""), false),
    ]
}

/// What can be switched on and off.
fn switches(place: &Place) -> Vec<Tab> {
    let t = place.language.words();
    let request = &place.request;
    let copies = if request.group {
        t.all_copies
    } else {
        t.one_copy
    };
    let recency = if request.recency {
        t.recency_off
    } else {
        t.recency_on
    };
    vec![
        Tab::new(
            copies,
            place.with(|request| request.group = !request.group),
            false,
        ),
        Tab::new(
            recency,
            place.with(|request| request.recency = !request.recency),
            false,
        ),
    ]
}
