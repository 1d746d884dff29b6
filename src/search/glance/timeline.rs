//! How many of the matches were published when.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calendar::{Unit, iso};
use super::countable::Countable;
use super::error::GlanceError;
use super::matching::Matching;
use super::tally::{Counting, Counts};
use crate::search::query::dates::Days;
use crate::search::query::request::Request;
use crate::search::query::tree::Node;
use crate::search::searcher::Searcher;

/// Most buckets of a timeline.
const MAX_BUCKETS: i64 = 100_000;

/// How to cut time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimelineOptions {
    /// The length of a bucket; `None` for one that shows the span in a few dozen buckets.
    pub by: Option<Unit>,
}

/// How many of the matches were published when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Timeline {
    /// Which commit of the index answered.
    pub generation: String,
    /// The length of a bucket.
    pub by: Unit,
    /// Articles that match.
    pub articles: u64,
    /// Stories that they tell: reprints once.
    pub stories: u64,
    /// Matches without a date, which are in no bucket.
    pub undated: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    /// Without a gap over the span that was asked for, or else over the archive.
    pub buckets: Vec<Bucket>,
}

/// What was published in a span of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Bucket {
    /// Its first second, in ISO 8601 at +08:00.
    pub start: String,
    /// The first second after it, likewise.
    pub end: String,
    /// Matching articles.
    pub articles: u64,
    /// Stories that they tell: one that is told in several buckets counts in each.
    pub stories: u64,
    /// Share of the stories in all that the archive has of that time, 0 to 1; 0 where it has none.
    pub share: f64,
    /// Whether the span that was asked for, or the archive, begins or ends in it.
    pub partial: bool,
}

/// Where time begins and ends, in seconds since 1970; the end does not belong to it.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: Option<i64>,
    end: Option<i64>,
}

impl Searcher {
    /// Counts all that a request matches by the time of publication. A request without text and filters is
    /// about every article. Days begin and end at +08:00.
    ///
    /// # Errors
    /// When there would be more than 100,000 buckets, or as [`answer`](Self::answer).
    pub fn timeline(
        &self,
        request: &Request,
        options: &TimelineOptions,
    ) -> Result<Timeline, GlanceError> {
        self.matching(request)?.timeline(options)
    }
}

impl Matching {
    /// Counts the matches by the time of publication, as [`Searcher::timeline`].
    ///
    /// # Errors
    /// As there.
    pub fn timeline(&self, options: &TimelineOptions) -> Result<Timeline, GlanceError> {
        let matched = &self.counted;
        let asked = asked_for(matched, &self.request)?;
        let archive = Span::of_archive(matched)?;
        let shown = asked.or(archive);
        let (start, end) = shown.start.zip(shown.end).unwrap_or_default();
        let by = options.by.unwrap_or_else(|| Unit::fitting(end - start));
        let least = by.end(by.start(start)) - by.start(start);
        if (end - start) / least.max(1) > MAX_BUCKETS {
            let problem = format!(
                "from {} to {} there are more than {MAX_BUCKETS} buckets; take longer ones or less time",
                iso(start),
                iso(end)
            );
            return Err(GlanceError::argument("by", problem));
        }
        let mut counts: BTreeMap<i64, Counts> = BTreeMap::new();
        let mut next = by.start(start);
        while next < end {
            counts.insert(next, Default::default());
            next = by.end(next);
        }
        let found = count(matched, by)?;
        for (start, found) in found.counts {
            *counts.entry(start).or_default() = found;
        }
        let all = stories_of_archive(matched, by)?;
        let cuts = [asked.start, asked.end, archive.start, archive.end];
        let buckets = counts.into_iter().map(|(start, found)| {
            let end = by.end(start);
            let is_inside = |cut: &i64| start < *cut && *cut < end;
            Bucket {
                start: iso(start),
                end: iso(end),
                articles: found.articles,
                stories: found.stories,
                share: match all.get(&start) {
                    None | Some(0) => 0.0,
                    Some(&stories) => found.stories as f64 / stories as f64,
                },
                partial: cuts.iter().flatten().any(is_inside),
            }
        });
        Ok(Timeline {
            generation: matched.snapshot().generation(),
            by,
            articles: matched.total(),
            stories: matched.stories()?,
            undated: found.missing,
            notes: matched.notes(),
            buckets: buckets.collect(),
        })
    }
}

impl Span {
    /// From the first article that exists to the last one.
    fn of_archive(matched: &Countable) -> Result<Span, GlanceError> {
        let snapshot = matched.snapshot();
        let read = || -> Result<_, GlanceError> {
            let bounds = matched.every()?.bounds()?;
            Ok((
                bounds.map(|(first, _)| first),
                bounds.map(|(_, last)| last + 1),
            ))
        };
        let (start, end) = match snapshot.end() {
            None => snapshot.columns.span(read)?,
            Some(_) => read()?,
        };
        Ok(Span { start, end })
    }

    /// Where this one is open, the other.
    fn or(self, other: Span) -> Span {
        let before = |start: i64| self.end.map_or(start, |end| start.min(end));
        Span {
            start: self.start.or(other.start.map(before)),
            end: self.end.or(other.end.max(self.start)),
        }
    }
}

/// The time that a request asks for.
fn asked_for(matched: &Countable, request: &Request) -> Result<Span, GlanceError> {
    let snapshot = matched.snapshot();
    let mut span = Span {
        start: None,
        end: snapshot.end(),
    };
    for days in days_of(&request.query()) {
        let now = match days.are_relative() {
            true => snapshot.guarded(|| snapshot.now())?,
            false => 0,
        };
        let (start, end) = days.bounds(now);
        span.start = span.start.max(start);
        span.end = [span.end, end].into_iter().flatten().min();
    }
    Ok(span)
}

/// The days that a query requires.
fn days_of(query: &crate::search::query::Query) -> Vec<Days> {
    let clauses = match query.root() {
        Some(Node::All(nodes) | Node::And(nodes)) => nodes.as_slice(),
        Some(node) => std::slice::from_ref(node),
        None => &[],
    };
    let days = clauses.iter().filter_map(|clause| match clause {
        Node::Dated(days) => Some(*days),
        _ => None,
    });
    days.collect()
}

/// Stories of the articles that exist, by where their bucket begins: of now they are counted once.
fn stories_of_archive(
    matched: &Countable,
    by: Unit,
) -> Result<Cow<'_, BTreeMap<i64, u64>>, GlanceError> {
    let snapshot = matched.snapshot();
    let read = || -> Result<BTreeMap<i64, u64>, GlanceError> {
        let counts = count(&matched.every()?, by)?.counts.into_iter();
        Ok(counts
            .map(|(start, counts)| (start, counts.stories))
            .collect())
    };
    Ok(match snapshot.end() {
        None => Cow::Borrowed(snapshot.columns.told(by as usize, read)?),
        Some(_) => Cow::Owned(read()?),
    })
}

/// Articles and stories by where their bucket begins.
fn count(matched: &Countable, by: Unit) -> Result<Counting<i64>, GlanceError> {
    let step = by.min(Unit::Day);
    matched.by_moment(step, |moment| by.start(moment))
}
