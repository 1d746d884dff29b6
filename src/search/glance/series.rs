//! How much is told of many securities, or saved queries, over time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::calendar::{CHINA_SECONDS, DAY, Unit, civil, day, iso, midnight};
use super::countable::Countable;
use super::elsewhere::There;
use super::error::GlanceError;
use super::matched::Matched;
use super::tally::Tally;
use crate::search::plan::codes;
use crate::search::query::request::Request;
use crate::search::run::elsewhere::DocumentRow;
use crate::search::searcher::Searcher;
use crate::search::view::columns::{ALONE, Field, UNDATED};

/// What to count, and how to cut time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeriesOptions {
    /// The securities or queries.
    pub of: SeriesOf,
    /// The length of a bucket: day, week or month.
    pub by: Unit,
    /// Minutes after midnight at which a day ends, 1 to 1,440: what comes then or later counts for the next
    /// day.
    pub close: u16,
    /// Trading days (`2022-01-05`): what comes on others counts for the next of these. Empty: all days.
    pub calendar: Vec<String>,
}

/// What a series is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesOf {
    /// Securities, as people write them; all that the archive has where there are none.
    Codes(Vec<String>),
    /// Saved queries, each with its name.
    Queries(Vec<(String, Request)>),
}

impl Default for SeriesOptions {
    fn default() -> SeriesOptions {
        SeriesOptions {
            of: SeriesOf::Codes(Vec::new()),
            by: Unit::Day,
            close: 24 * 60,
            calendar: Vec::new(),
        }
    }
}

/// How much is told of many securities or queries over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Series {
    /// Which commit of the index answered.
    pub generation: String,
    /// The length of a bucket.
    pub by: Unit,
    /// Articles without a date, which are in no bucket.
    pub undated: u64,
    /// Articles after the last day of the calendar, likewise.
    pub beyond: u64,
    /// What was not understood in the queries.
    pub notes: Vec<String>,
    /// One for each key and bucket with an article: in the order of the keys that were given, then of time.
    pub rows: Vec<SeriesRow>,
}

/// What is told of a security or query in a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeriesRow {
    /// The key of the security (`SH601318`), or the name of the query.
    pub key: String,
    /// The first day of the bucket: `2022-01-05`.
    pub bucket: String,
    /// Articles: those that are about the security and those that mention it.
    pub articles: u64,
    /// Stories that they tell: reprints once.
    pub stories: u64,
    /// Media that published them.
    pub sources: u64,
    /// Articles that are about the security; `None` for a query.
    pub about: Option<u64>,
    /// Articles that only mention it; `None` for a query.
    pub mentions: Option<u64>,
    /// When the first was published, in ISO 8601 at +08:00.
    pub first: String,
    /// When the last was published.
    pub last: String,
}

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// What is counted of a key in a bucket.
struct Row {
    about: u64,
    mentions: u64,
    first: i64,
    last: i64,
}

/// Counts of many keys.
#[derive(Default)]
struct Rows {
    /// The place of a key and the first second of its bucket.
    places: FxHashMap<(u32, i64), u32>,
    rows: Vec<Row>,
    tally: Tally,
    /// A row, and a medium.
    sources: Vec<(u32, u32)>,
}

/// An article that counts for a key.
struct Seen {
    key: u32,
    bucket: i64,
    moment: i64,
    story: u32,
    is_about: bool,
}

/// Articles that are in no bucket.
#[derive(Default)]
struct LeftOut {
    undated: u64,
    beyond: u64,
}

/// On which days moments count.
struct Days {
    by: Unit,
    /// Seconds from the end of a day to midnight.
    early: i64,
    /// Numbers of days, ascending; empty for all.
    trading: Vec<i64>,
}

impl Searcher {
    /// Counts what is told of many securities or queries over time. Securities are counted in one pass over
    /// columns. The text, filters and times of `request` hold for all; one without text and filters is about
    /// every article.
    ///
    /// # Errors
    /// When an option is out of its bounds, or as [`answer`](Self::answer).
    pub fn series(
        &self,
        request: &Request,
        options: &SeriesOptions,
    ) -> Result<Series, GlanceError> {
        let days = Days::new(options)?;
        let matched = Countable::find(self, request)?;
        let mut notes = matched.notes();
        let mut left_out = LeftOut::default();
        let (keys, rows) = match (&options.of, &matched) {
            (SeriesOf::Codes(codes), Countable::Here(matched)) => {
                left_out.count(matched, &days)?;
                of_codes(matched, codes, &days)?
            }
            (SeriesOf::Queries(queries), Countable::Here(matched)) => {
                left_out.count(matched, &days)?;
                of_queries(matched, queries, &days, &mut notes)?
            }
            (SeriesOf::Codes(codes), Countable::There(there)) => {
                of_codes_elsewhere(there, codes, &days, &mut left_out)?
            }
            (SeriesOf::Queries(queries), Countable::There(there)) => {
                there.each(|row, _| {
                    left_out.add(row.published.unwrap_or(UNDATED), &days);
                })?;
                of_queries_elsewhere(there, queries, &days, &mut notes)?
            }
        };
        let is_of_codes = matches!(options.of, SeriesOf::Codes(_));
        Ok(Series {
            generation: matched.snapshot().generation(),
            by: options.by,
            undated: left_out.undated,
            beyond: left_out.beyond,
            notes,
            rows: rows.finish(&keys, is_of_codes),
        })
    }
}

fn of_codes(
    matched: &Matched,
    codes: &[String],
    days: &Days,
) -> Result<(Vec<String>, Rows), GlanceError> {
    let (about, mention) = (
        matched.values(Field::About)?,
        matched.values(Field::Mention)?,
    );
    let Keys { keys, numbers } = Keys::new(codes, || {
        let all: BTreeSet<&String> = about.names.iter().chain(&mention.names).collect();
        Ok(all.into_iter().cloned().collect())
    })?;
    let place = |name: &String| numbers.get(name).copied();
    let fields = [(about, true), (mention, false)];
    let places = fields.map(|(values, _)| values.names.iter().map(place).collect::<Vec<_>>());
    let mut rows = Rows::default();
    let (published, stories) = (matched.published()?, matched.stories()?);
    let sources = matched.values(Field::Source)?;
    let mut watch = matched.snapshot().deadline.watch();
    for (segment, doc) in matched.documents() {
        if watch.is_over() {
            break;
        }
        let moment = published[segment][doc as usize];
        let Some(bucket) = days.bucket(moment) else {
            continue;
        };
        for ((values, is_about), places) in fields.iter().zip(&places) {
            for &value in values.of(segment, doc) {
                let Some(key) = places[value as usize] else {
                    continue;
                };
                let seen = Seen {
                    key,
                    bucket,
                    moment,
                    story: stories[segment][doc as usize],
                    is_about: *is_about,
                };
                rows.add(&seen, sources.of(segment, doc));
            }
        }
    }
    let deadline = matched.snapshot().deadline;
    matched.snapshot().guarded(|| Ok(deadline.check()?))?;
    Ok((keys, rows))
}

/// The keys of a series, and the number of each.
struct Keys {
    keys: Vec<String>,
    numbers: FxHashMap<String, u32>,
}

impl Keys {
    /// Those of securities as people write them, or of all that there are.
    fn new(
        codes: &[String],
        all: impl FnOnce() -> Result<Vec<String>, GlanceError>,
    ) -> Result<Keys, GlanceError> {
        let asked = match codes.is_empty() {
            true => all()?,
            false => codes.iter().flat_map(|code| codes::keys(code)).collect(),
        };
        let mut keys: Vec<String> = Vec::new();
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        for key in asked {
            if !numbers.contains_key(&key) {
                numbers.insert(key.clone(), keys.len() as u32);
                keys.push(key);
            }
        }
        Ok(Keys { keys, numbers })
    }
}

/// Numbers of media, given as they come.
#[derive(Default)]
struct Media(FxHashMap<String, u32>);

impl Media {
    fn of(&mut self, row: &DocumentRow) -> Vec<u32> {
        let mut numbers = Vec::new();
        for source in &row.values[Field::Source as usize] {
            let next = self.0.len() as u32;
            numbers.push(*self.0.entry(source.clone()).or_insert(next));
        }
        numbers
    }
}

fn of_codes_elsewhere(
    there: &There,
    codes: &[String],
    days: &Days,
    left_out: &mut LeftOut,
) -> Result<(Vec<String>, Rows), GlanceError> {
    let Keys { keys, numbers } = Keys::new(codes, || {
        let all = there.all_values(&[Field::About, Field::Mention])?;
        Ok(all.into_iter().collect())
    })?;
    let mut rows = Rows::default();
    let mut media = Media::default();
    there.each(|row, story| {
        let moment = row.published.unwrap_or(UNDATED);
        left_out.add(moment, days);
        let Some(bucket) = days.bucket(moment) else {
            return;
        };
        for (field, is_about) in [(Field::About, true), (Field::Mention, false)] {
            for key in &row.values[field as usize] {
                let Some(&key) = numbers.get(key) else {
                    continue;
                };
                let seen = Seen {
                    key,
                    bucket,
                    moment,
                    story: story.unwrap_or(ALONE),
                    is_about,
                };
                rows.add(&seen, &media.of(row));
            }
        }
    })?;
    Ok((keys, rows))
}

fn of_queries_elsewhere(
    there: &There,
    queries: &[(String, Request)],
    days: &Days,
    notes: &mut Vec<String>,
) -> Result<(Vec<String>, Rows), GlanceError> {
    let mut rows = Rows::default();
    let mut media = Media::default();
    for (key, (name, request)) in (0..).zip(queries) {
        let found = there.instead(request)?;
        let told = found.notes().into_iter();
        notes.extend(told.map(|note| format!("{name}: {note}")));
        found.each_also_of(there, |row, story| {
            let moment = row.published.unwrap_or(UNDATED);
            if let Some(bucket) = days.bucket(moment) {
                let seen = Seen {
                    key,
                    bucket,
                    moment,
                    story: story.unwrap_or(ALONE),
                    is_about: true,
                };
                rows.add(&seen, &media.of(row));
            }
        })?;
    }
    let keys = queries.iter().map(|(name, _)| name.clone());
    Ok((keys.collect(), rows))
}

impl LeftOut {
    fn count(&mut self, matched: &Matched, days: &Days) -> Result<(), GlanceError> {
        let published = matched.published()?;
        for (segment, doc) in matched.documents() {
            self.add(published[segment][doc as usize], days);
        }
        Ok(())
    }

    fn add(&mut self, moment: i64, days: &Days) {
        match moment {
            UNDATED => self.undated += 1,
            moment => self.beyond += u64::from(days.bucket(moment).is_none()),
        }
    }
}

fn of_queries(
    matched: &Matched,
    queries: &[(String, Request)],
    days: &Days,
    notes: &mut Vec<String>,
) -> Result<(Vec<String>, Rows), GlanceError> {
    let (published, stories) = (matched.published()?, matched.stories()?);
    let sources = matched.values(Field::Source)?;
    let mut rows = Rows::default();
    for (key, (name, request)) in (0..).zip(queries) {
        let found = matched.instead(request)?;
        notes.extend(
            found
                .notes()
                .into_iter()
                .map(|note| format!("{name}: {note}")),
        );
        for (segment, doc) in found.documents() {
            let is_counted = matched.matches.documents[segment]
                .binary_search(&doc)
                .is_ok();
            let moment = published[segment][doc as usize];
            let Some(bucket) = days.bucket(moment).filter(|_| is_counted) else {
                continue;
            };
            let seen = Seen {
                key,
                bucket,
                moment,
                story: stories[segment][doc as usize],
                is_about: true,
            };
            rows.add(&seen, sources.of(segment, doc));
        }
    }
    let keys = queries.iter().map(|(name, _)| name.clone());
    Ok((keys.collect(), rows))
}

impl Rows {
    fn add(&mut self, seen: &Seen, sources: &[u32]) {
        let next = self.rows.len() as u32;
        let place = *self.places.entry((seen.key, seen.bucket)).or_insert(next);
        if place == next {
            self.rows.push(Row {
                about: 0,
                mentions: 0,
                first: seen.moment,
                last: seen.moment,
            });
        }
        let row = &mut self.rows[place as usize];
        row.about += u64::from(seen.is_about);
        row.mentions += u64::from(!seen.is_about);
        row.first = row.first.min(seen.moment);
        row.last = row.last.max(seen.moment);
        self.tally.add(place, seen.story);
        self.sources
            .extend(sources.iter().map(|&source| (place, source)));
    }

    fn finish(mut self, keys: &[String], is_of_codes: bool) -> Vec<SeriesRow> {
        let counts = self.tally.finish();
        self.sources.sort_unstable();
        self.sources.dedup();
        let mut sources = vec![0; self.rows.len()];
        for (row, _) in self.sources {
            sources[row as usize] += 1;
        }
        let mut places: Vec<((u32, i64), u32)> = self.places.into_iter().collect();
        places.sort_unstable();
        let rows = places.into_iter().map(|((key, bucket), place)| {
            let place = place as usize;
            let row = &self.rows[place];
            SeriesRow {
                key: keys[key as usize].clone(),
                bucket: civil(bucket).date().to_string(),
                articles: counts[place].articles,
                stories: counts[place].stories,
                sources: sources[place],
                about: is_of_codes.then_some(row.about),
                mentions: is_of_codes.then_some(row.mentions),
                first: iso(row.first),
                last: iso(row.last),
            }
        });
        rows.collect()
    }
}

impl Days {
    fn new(options: &SeriesOptions) -> Result<Days, GlanceError> {
        if !matches!(options.by, Unit::Day | Unit::Week | Unit::Month) {
            let problem = format!("`{}` is none of day, week, month", options.by.name());
            return Err(GlanceError::argument("by", problem));
        }
        if !(1..=DAY_MINUTES).contains(&options.close) {
            let problem = format!(
                "{} is not a number of minutes from 1 to {DAY_MINUTES}",
                options.close
            );
            return Err(GlanceError::argument("close", problem));
        }
        let mut trading = Vec::new();
        for text in &options.calendar {
            let date: Date = text.trim().parse().map_err(|_| {
                let problem = format!("`{text}` is not a day; write 2022-01-05");
                GlanceError::argument("calendar", problem)
            })?;
            trading.push(day(midnight(date)));
        }
        trading.sort_unstable();
        Ok(Days {
            by: options.by,
            early: i64::from(DAY_MINUTES - options.close) * 60,
            trading,
        })
    }

    /// The first second of the bucket that a moment counts for; `None` where it is not known, or after the last
    /// trading day.
    fn bucket(&self, moment: i64) -> Option<i64> {
        if moment == UNDATED {
            return None;
        }
        let mut number = day(moment + self.early);
        if !self.trading.is_empty() {
            let next = self.trading.partition_point(|&trading| trading < number);
            number = *self.trading.get(next)?;
        }
        Some(self.by.start(number * DAY - CHINA_SECONDS))
    }
}
