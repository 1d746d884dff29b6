//! The timeline as a picture made by the server, and as a table.

use jiff::ToSpan;
use jiff::civil::Date;

use super::language::Language;
use super::link::Place;
use super::pieces::number;
use crate::search::{Bucket, Days, Timeline, Unit};

/// The size of the picture.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 84.0;
/// Most dates below the bars.
const MAX_LABELS: usize = 7;
/// Most rows of the table: what is beyond is in the answer for programs.
const MAX_BARS: usize = 400;

/// The timeline of a page.
pub struct Chart {
    /// One for each bucket.
    pub bars: Vec<Bar>,
    /// Dates below them.
    pub labels: Vec<String>,
    /// What the picture says, in a sentence.
    pub summary: String,
    /// How long a bucket is.
    pub unit: &'static str,
    /// Where the shown span begins and ends: days.
    pub since: String,
    /// See `since`.
    pub until: String,
    /// The address of the span before, after, and around; `None` where there is none.
    pub earlier: Option<String>,
    /// See `earlier`.
    pub later: Option<String>,
    /// The address without a span.
    pub all: Option<String>,
    /// What a brush leaves as it is: the fields of the request without its span.
    pub kept: Vec<(String, String)>,
}

/// A bucket as a bar.
pub struct Bar {
    /// Where it is, and how large: of the articles.
    pub x: String,
    pub width: String,
    pub y: String,
    pub height: String,
    /// Of the stories.
    pub story_y: String,
    pub story_height: String,
    /// What it says.
    pub label: String,
    /// Its first and its last day.
    pub first: String,
    pub last: String,
    /// Articles and stories.
    pub articles: String,
    pub stories: String,
    /// Share of the archive, in per cent.
    pub share: String,
    /// It is cut off.
    pub is_partial: bool,
    /// The address of its span.
    pub address: String,
}

/// The picture of a timeline; `None` where there is nothing to see.
pub fn chart(timeline: &Timeline, place: &Place) -> Option<Chart> {
    let buckets = &timeline.buckets;
    let (first, last) = (buckets.first()?, buckets.last()?);
    let peak = buckets.iter().map(|bucket| bucket.articles).max()?;
    if peak == 0 || buckets.len() > MAX_BARS {
        return None;
    }
    let t = place.language.words();
    let step = WIDTH / buckets.len() as f64;
    let bars = buckets.iter().enumerate();
    let bars = bars
        .map(|(index, bucket)| bar(bucket, index as f64 * step, step, peak, timeline.by, place));
    let (since, until) = (day(&first.start), last_day(&last.end));
    let spanned = |span: Option<(Date, Date)>| {
        span.map(|(since, until)| address(place, &since.to_string(), &until.to_string()))
    };
    let is_narrowed = place.request.since.is_some() || place.request.until.is_some();
    Some(Chart {
        bars: bars.collect(),
        labels: labels(buckets, timeline.by),
        summary: format!(
            "{}: {since} – {until}, {} {}",
            t.timeline,
            number(timeline.articles),
            t.articles
        ),
        unit: unit(timeline.by, place.language),
        earlier: spanned(is_narrowed.then(|| moved(&since, &until, -1)).flatten()),
        later: spanned(is_narrowed.then(|| moved(&since, &until, 1)).flatten()),
        all: is_narrowed.then(|| {
            place.with(|request| {
                request.since = None;
                request.until = None;
            })
        }),
        kept: place.fields(|request| {
            request.since = None;
            request.until = None;
        }),
        since,
        until,
    })
}

fn bar(bucket: &Bucket, x: f64, step: f64, peak: u64, by: Unit, place: &Place) -> Bar {
    let height = |count: u64| match count {
        0 => 0.0,
        count => (count as f64 / peak as f64 * HEIGHT).max(1.5),
    };
    let gap = (step * 0.18).clamp(0.4, 3.0);
    let (articles, stories) = (height(bucket.articles), height(bucket.stories));
    let t = place.language.words();
    let (first, last) = (day(&bucket.start), last_day(&bucket.end));
    let span = match by {
        Unit::Hour => bucket.start.get(..16).unwrap_or_default().replace('T', " "),
        _ if first == last => first.clone(),
        _ => format!("{first} – {last}"),
    };
    let partial = if bucket.partial { t.partial } else { "" };
    let (articles_text, stories_text) = (number(bucket.articles), number(bucket.stories));
    Bar {
        x: decimal(x + gap / 2.0),
        width: decimal((step - gap).max(0.5)),
        y: decimal(HEIGHT - articles),
        height: decimal(articles),
        story_y: decimal(HEIGHT - stories),
        story_height: decimal(stories),
        label: format!(
            "{span}  {articles_text} {} · {stories_text} {} {partial}",
            t.articles, t.stories
        ),
        address: address(place, &first, &last),
        first,
        last,
        articles: articles_text,
        stories: stories_text,
        share: format!("{:.2}%", bucket.share * 100.0),
        is_partial: bucket.partial,
    }
}

/// The address of the results of a span.
fn address(place: &Place, since: &str, until: &str) -> String {
    place.with(|request| {
        request.since = Days::since(since).ok();
        request.until = Days::until(until).ok();
    })
}

/// A span moved by half of its length.
fn moved(since: &str, until: &str, sign: i32) -> Option<(Date, Date)> {
    let (since, until): (Date, Date) = (since.parse().ok()?, until.parse().ok()?);
    let days = since.until(until).ok()?.get_days() + 1;
    let step = (sign * (days / 2).max(1)).days();
    Some((since.checked_add(step).ok()?, until.checked_add(step).ok()?))
}

/// The day of a moment in ISO 8601.
fn day(moment: &str) -> String {
    moment.get(..10).unwrap_or(moment).to_owned()
}

/// The last day before a moment.
fn last_day(moment: &str) -> String {
    let is_midnight = moment.get(11..19) == Some("00:00:00");
    let date: Option<Date> = day(moment).parse().ok();
    let last = date.filter(|_| is_midnight);
    let last = last.and_then(|date| date.checked_sub(1.day()).ok());
    last.map_or_else(|| day(moment), |date| date.to_string())
}

/// A few dates, evenly apart.
fn labels(buckets: &[Bucket], by: Unit) -> Vec<String> {
    let length = match by {
        Unit::Year => 4,
        Unit::Month | Unit::Quarter => 7,
        Unit::Week | Unit::Day => 10,
        Unit::Hour => 16,
    };
    let label = |bucket: &Bucket| {
        bucket
            .start
            .get(..length)
            .unwrap_or_default()
            .replace('T', " ")
    };
    let count = buckets.len().min(MAX_LABELS);
    let last = (count - 1).max(1);
    let places = (0..count).map(|place| place * (buckets.len() - 1) / last);
    places.map(|place| label(&buckets[place])).collect()
}

fn unit(by: Unit, language: Language) -> &'static str {
    let t = language.words();
    match by {
        Unit::Hour => t.per_hour,
        Unit::Day => t.per_day,
        Unit::Week => t.per_week,
        Unit::Month => t.per_month,
        Unit::Quarter => t.per_quarter,
        Unit::Year => t.per_year,
    }
}

/// A number with two digits after the point at most.
fn decimal(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
