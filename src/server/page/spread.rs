//! How a story spread, as a small picture: who told it how long after the first.

use super::link::{Place, article};
use super::pieces::{harmless, moment, number};
use crate::search::{Story, Telling};

const WIDTH: f64 = 720.0;

/// How a story spread.
pub struct Spread {
    /// Articles and media.
    pub articles: String,
    pub sources: String,
    /// The tellings, the earliest first.
    pub tellings: Vec<Told>,
    /// A dot for each of which the time is known.
    pub dots: Vec<Dot>,
    /// What the axis ends with.
    pub end: String,
    /// How many tellings are not listed.
    pub more: usize,
}

/// A telling.
pub struct Told {
    /// The address of the article.
    pub address: String,
    /// By whom.
    pub source: String,
    /// When.
    pub date: String,
    /// How long after the first.
    pub after: String,
    /// How much of the first text it has, in per cent.
    pub kept: String,
    /// It is the article of the page.
    pub is_here: bool,
}

/// A telling on the axis of time.
pub struct Dot {
    /// Where.
    pub x: String,
    /// What it says.
    pub label: String,
    /// It is the article of the page.
    pub is_here: bool,
}

/// Tellings that are listed.
const LISTED: usize = 12;

/// The picture of a story; `None` where only one article tells it.
pub fn spread(story: &Story, place: &Place) -> Option<Spread> {
    if story.tellings.len() < 2 {
        return None;
    }
    let t = place.language.words();
    let last = story.tellings.iter().filter_map(|telling| telling.minutes);
    let last = last.fold(0.0, f64::max);
    let dots = story
        .tellings
        .iter()
        .filter_map(|telling| dot(telling, last, &story.id));
    let told = story.tellings.iter().take(LISTED).enumerate();
    let told = told.map(|(place_in_order, telling)| Told {
        address: article(&telling.id),
        source: match telling.source.is_empty() {
            true => t.unknown.to_owned(),
            false => harmless(&telling.source),
        },
        date: moment(telling.date.as_deref(), place.language),
        after: match telling.minutes {
            _ if place_in_order == 0 => t.spread_first.to_owned(),
            Some(minutes) => format!("{} {}", number(minutes.round() as u64), t.minutes_after),
            None => String::new(),
        },
        kept: format!("{:.0}%", telling.kept * 100.0),
        is_here: telling.id == story.id,
    });
    Some(Spread {
        articles: number(story.articles),
        sources: number(story.sources),
        tellings: told.collect(),
        dots: dots.collect(),
        end: format!("{} {}", number(last.round() as u64), t.minutes_after),
        more: story.tellings.len().saturating_sub(LISTED),
    })
}

/// Early tellings are close together: the axis is that of the square root.
fn dot(telling: &Telling, last: f64, id: &str) -> Option<Dot> {
    let minutes = telling.minutes?;
    let share = if last > 0.0 {
        (minutes / last).max(0.0).sqrt()
    } else {
        0.0
    };
    Some(Dot {
        x: format!("{:.1}", 8.0 + share * (WIDTH - 16.0)),
        label: harmless(&format!("{} +{}", telling.source, minutes.round())),
        is_here: telling.id == id,
    })
}
