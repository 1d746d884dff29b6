//! What the time of an article makes of its score.
//!
//! ```text
//! s'(q, d) = s(q, d) · (1 + w · 2^(−distance(d) / half_life))
//! ```
//!
//! Two cases. A query that says nothing of time slightly prefers what is *new*: the distance is the
//! age of the article, counted from the newest one of the index. A query that names a time (`上周`,
//! `2022年1月`) prefers the articles *of that time*, and more clearly: the distance is how far the
//! article is from it, nothing for those within; what is written shortly before and after is often
//! about it. An article without a date is infinitely far.

use crate::index::IndexError;
use crate::search::query::dates::Days;
use crate::search::query::note::Note;
use crate::search::query::page::{Page, Sort};
use crate::search::query::tree::Node;

const DAY: i64 = 24 * 60 * 60;

/// Weight and half-life of newness: it decides between articles that say about the same.
const NEW_WEIGHT: f32 = 0.15;
const NEW_HALF_LIFE: i64 = 90 * DAY;

/// Weight of a time that the query names.
const NAMED_WEIGHT: f32 = 1.0;

/// The times that a query prefers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Preference {
    times: Vec<Time>,
}

/// In seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    pub first: i64,
    pub end: i64,
    pub half_life: i64,
    pub weight: f32,
}

impl Preference {
    /// The times that a query prefers, counted from the day of `now`, and what to say of them.
    pub fn of_query(
        root: &Node,
        page: &Page,
        now: impl FnOnce() -> Result<i64, IndexError>,
    ) -> Result<(Preference, Vec<Note>), IndexError> {
        if page.sort != Sort::Relevance {
            return Ok(Default::default());
        }
        let times = root.times();
        if !times.is_empty() {
            let now = now()?;
            let preferred = times.iter().map(|(text, days)| Note::Preferred {
                text: (*text).to_owned(),
                days: days.counted_from(now),
            });
            let notes = preferred.collect();
            let days = times.into_iter().map(|(_, days)| days);
            return Ok((Preference::of(days, now), notes));
        }
        if !page.recency || root.any(&is_precise) {
            return Ok(Default::default());
        }
        Ok((Preference::new_before(now()?), Vec::new()))
    }

    /// The newer, the better; `now` in seconds since 1970.
    pub fn new_before(now: i64) -> Preference {
        let time = Time {
            first: now,
            end: i64::MAX,
            half_life: NEW_HALF_LIFE,
            weight: NEW_WEIGHT,
        };
        Preference { times: vec![time] }
    }

    /// Articles of any of these days, which are counted from the day of `now`.
    pub fn of(days: impl IntoIterator<Item = Days>, now: i64) -> Preference {
        let times = days.into_iter().map(|days| {
            let (first, end) = days.bounds(now);
            let (first, end) = (first.unwrap_or(i64::MIN), end.unwrap_or(i64::MAX));
            Time {
                first,
                end,
                half_life: (end.saturating_sub(first) / 4).max(DAY),
                weight: NAMED_WEIGHT,
            }
        });
        Preference {
            times: times.collect(),
        }
    }

    #[cfg(feature = "opensearch")]
    pub fn times(&self) -> &[Time] {
        &self.times
    }

    /// The largest factor that an article can have.
    pub fn most(&self) -> f32 {
        let weights = self.times.iter().map(|time| time.weight);
        1.0 + weights.fold(0.0, f32::max)
    }

    /// What the score of an article is multiplied by, 1 or more.
    pub fn factor(&self, published: Option<i64>) -> f32 {
        let Some(published) = published else {
            return 1.0;
        };
        let lifts = self.times.iter().map(|time| time.lift(published));
        1.0 + lifts.fold(0.0, f32::max)
    }
}

/// Whether a node asks for exact text, or for articles of some days.
fn is_precise(node: &Node) -> bool {
    matches!(
        node,
        Node::Phrase { .. } | Node::Near { .. } | Node::Dated(_)
    )
}

impl Time {
    fn lift(&self, published: i64) -> f32 {
        let before = self.first.saturating_sub(published);
        let after = published.saturating_sub(self.end.saturating_sub(1));
        let distance = before.max(after).max(0);
        self.weight * (-(distance as f32) / self.half_life as f32).exp2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2022-06-15T12:00:00+08:00.
    const NOW: i64 = 1_655_265_600;

    #[test]
    fn newness_halves_with_its_half_life() {
        let new = Preference::new_before(NOW);
        for (age, share) in [(0, 1.0), (90, 0.5), (180, 0.25), (3650, 0.0)] {
            let factor = new.factor(Some(NOW - age * DAY));
            assert!(
                (factor - 1.0 - share * NEW_WEIGHT).abs() < 1e-4,
                "{age} days: {factor}"
            );
        }
        assert_eq!(new.factor(Some(NOW + DAY)), new.most());
        assert_eq!(new.factor(None), 1.0);
    }

    #[test]
    fn a_named_time_prefers_its_days_and_fades_around_them() {
        let days = Days::within("2022-01").expect("a month");
        let january = Preference::of([days], NOW);
        let (first, end) = days.bounds(NOW);
        let (first, end) = (first.expect("a first day"), end.expect("an end"));
        let within = 1.0 + NAMED_WEIGHT;
        assert_eq!(january.most(), within);
        for moment in [first, end - 1] {
            assert_eq!(january.factor(Some(moment)), within);
        }
        let factors = [0, 2, 8, 40].map(|days| january.factor(Some(end + days * DAY)));
        assert!(factors.is_sorted_by(|a, b| a > b), "{factors:?}");
        assert!(
            factors[1] > 1.0 + 0.7 * NAMED_WEIGHT && factors[3] < 1.05,
            "{factors:?}"
        );
        let mirrored = january.factor(Some(first - 8 * DAY)) - factors[2];
        assert!(mirrored.abs() < 0.001);
        assert_eq!(january.factor(None), 1.0);
    }

    #[test]
    fn of_several_times_the_nearest_counts() {
        let days = ["2021-12", "昨天"].map(|text| Days::within(text).expect("days"));
        let preference = Preference::of(days, NOW);
        assert_eq!(preference.factor(Some(NOW - DAY)), preference.most());
        assert!(preference.factor(Some(NOW - 100 * DAY)) < 1.01);
        assert_eq!(Preference::default().factor(Some(NOW)), 1.0);
    }
}
