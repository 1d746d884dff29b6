//! How many of the matches have which value of a field.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::civil::{Date, Weekday};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::calendar::{Unit, civil};
use super::countable::Countable;
use super::error::GlanceError;
use super::matching::Matching;
use super::tally::{Counting, Counts};
use crate::index::IndexError;
use crate::search::plan::codes;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;
use crate::search::view::columns::Field;

/// Most values of a facet that can be asked for.
const MAX_VALUES: usize = 100_000;

/// What to count matches by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FacetOptions {
    /// The fields, in the order of the answer.
    pub by: Vec<FacetField>,
    /// Most values of each that are listed, 1 to 100,000; selected ones are listed beyond that.
    pub top: usize,
}

impl Default for FacetOptions {
    /// Source, tag, category, code and year, ten values each.
    fn default() -> FacetOptions {
        FacetOptions {
            by: FacetField::ALL[..5].to_vec(),
            top: 10,
        }
    }
}

/// A field that matches are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum FacetField {
    /// The medium.
    Source,
    /// The tag.
    Tag,
    /// The category.
    Category,
    /// The key of a security.
    Code,
    /// The year, at +08:00: `2022`.
    Year,
    /// The month, at +08:00: `2022-01`.
    Month,
    /// The day of the week, at +08:00: `Mon` to `Sun`.
    Weekday,
}

/// How many of the matches have which value of some fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Facets {
    /// Which commit of the index answered.
    pub generation: String,
    /// Articles that match.
    pub articles: u64,
    /// Stories that they tell: reprints once.
    pub stories: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    /// One for each field that was asked for.
    pub facets: Vec<Facet>,
}

/// How many of the matches have which value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Facet {
    /// The field.
    pub field: FacetField,
    /// The values that most articles have, and all that are selected: the most frequent first, then in the
    /// order of the values.
    pub values: Vec<FacetValue>,
    /// Values that at least one article has.
    pub distinct: u64,
    /// Articles of the values that are not listed: of one that has several of them, each counts.
    pub other: u64,
    /// Articles without any value.
    pub missing: u64,
    /// Whether time sufficed to count it; if not, there are no values.
    pub counted: bool,
}

/// How many of the matches have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct FacetValue {
    /// The value, as written by most.
    pub value: String,
    /// Articles that have it; of a security, those that are about it.
    pub articles: u64,
    /// Stories that these tell.
    pub stories: u64,
    /// Whether the request asks for it.
    pub selected: bool,
    /// Of a security only: articles that mention it and are not about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
}

/// A value, before it is listed.
struct Counted<'a> {
    value: Cow<'a, str>,
    counts: Counts,
    selected: bool,
    mentions: Option<u64>,
}

impl FacetField {
    /// All of them.
    pub const ALL: [FacetField; 7] = [
        FacetField::Source,
        FacetField::Tag,
        FacetField::Category,
        FacetField::Code,
        FacetField::Year,
        FacetField::Month,
        FacetField::Weekday,
    ];

    /// Its name: `source`, `tag`, `category`, `code`, `year`, `month`, `weekday`.
    pub fn name(self) -> &'static str {
        match self {
            FacetField::Source => "source",
            FacetField::Tag => "tag",
            FacetField::Category => "category",
            FacetField::Code => "code",
            FacetField::Year => "year",
            FacetField::Month => "month",
            FacetField::Weekday => "weekday",
        }
    }

    /// The request without its filter on this field; `None` where it has none.
    fn unfiltered(self, request: &Request) -> Option<Request> {
        let mut request = request.clone();
        let filter = match self {
            FacetField::Source => &mut request.source,
            FacetField::Tag => &mut request.tag,
            FacetField::Category => &mut request.category,
            FacetField::Code => &mut request.code,
            FacetField::Year | FacetField::Month | FacetField::Weekday => return None,
        };
        let had_one = !std::mem::take(filter).is_empty();
        had_one.then_some(request)
    }

    fn selected(self, request: &Request) -> &[String] {
        match self {
            FacetField::Source => &request.source,
            FacetField::Tag => &request.tag,
            FacetField::Category => &request.category,
            FacetField::Code => &request.code,
            FacetField::Year | FacetField::Month | FacetField::Weekday => &[],
        }
    }
}

impl Searcher {
    /// Counts all that a request matches by the values of some fields. A request without text and filters is
    /// about every article.
    ///
    /// The filter of the request on a field (`source`, `tag`, `category`, `code`) does not count for the
    /// facet of that field, so that its other values can be seen; since and until count for all.
    ///
    /// # Errors
    /// When `top` is out of bounds, or as [`answer`](Self::answer). Where time is up after the matches are
    /// known, the facets that are missing say so instead.
    pub fn facets(&self, request: &Request, options: &FacetOptions) -> Result<Facets, GlanceError> {
        options.check()?;
        self.matching(request)?.facets(options)
    }
}

impl FacetOptions {
    fn check(&self) -> Result<(), GlanceError> {
        if !(1..=MAX_VALUES).contains(&self.top) {
            let problem = format!("{} is not a number from 1 to {MAX_VALUES}", self.top);
            return Err(GlanceError::argument("top", problem));
        }
        Ok(())
    }
}

impl Matching {
    /// Counts the matches by the values of some fields, as [`Searcher::facets`].
    ///
    /// # Errors
    /// As there.
    pub fn facets(&self, options: &FacetOptions) -> Result<Facets, GlanceError> {
        options.check()?;
        let Matching { request, counted } = self;
        let mut facets = Vec::new();
        for &field in &options.by {
            facets.push(match facet(field, counted, request, options.top) {
                Err(GlanceError::Index(IndexError::OutOfTime { .. })) => Facet::uncounted(field),
                facet => facet?,
            });
        }
        Ok(Facets {
            generation: counted.snapshot().generation(),
            articles: counted.total(),
            stories: counted.stories()?,
            notes: counted.notes(),
            facets,
        })
    }
}

fn facet(
    field: FacetField,
    matched: &Countable,
    request: &Request,
    top: usize,
) -> Result<Facet, GlanceError> {
    matched
        .snapshot()
        .guarded(|| Ok(matched.snapshot().deadline.check()?))?;
    let unfiltered = field.unfiltered(request);
    let others = unfiltered
        .map(|request| matched.instead(&request))
        .transpose()?;
    let matched = others.as_ref().unwrap_or(matched);
    let (values, missing) = match field {
        FacetField::Source => by_value(Field::Source, matched)?,
        FacetField::Tag => by_value(Field::Tag, matched)?,
        FacetField::Category => by_value(Field::Category, matched)?,
        FacetField::Code => by_code(matched)?,
        FacetField::Year => by_date(
            matched,
            |civil| civil.year().into(),
            |year| year.to_string(),
        )?,
        FacetField::Month => by_date(
            matched,
            |civil| i64::from(civil.year()) * 12 + i64::from(civil.month()) - 1,
            |month| {
                format!(
                    "{:04}-{:02}",
                    month.div_euclid(12),
                    month.rem_euclid(12) + 1
                )
            },
        )?,
        FacetField::Weekday => by_date(
            matched,
            |civil| civil.weekday().to_monday_zero_offset().into(),
            |number| name_of_day(number).to_owned(),
        )?,
    };
    Ok(Facet::new(field, values, missing, matched, request, top))
}

impl Facet {
    fn new(
        field: FacetField,
        mut values: Vec<Counted>,
        missing: u64,
        matched: &Countable,
        request: &Request,
        top: usize,
    ) -> Facet {
        let distinct = values.len() as u64;
        select(field, &mut values, field.selected(request), matched);
        if top < values.len() {
            values.select_nth_unstable_by(top, Counted::before);
        }
        let beyond = values.split_off(top.min(values.len()));
        let rest = beyond.iter().filter(|value| !value.selected);
        let other = rest.map(|value| value.counts.articles).sum();
        let mut selected: Vec<Counted> =
            beyond.into_iter().filter(|value| value.selected).collect();
        values.sort_unstable_by(Counted::before);
        selected.sort_unstable_by(Counted::before);
        values.extend(selected);
        Facet {
            field,
            values: values.into_iter().map(Counted::listed).collect(),
            distinct,
            other,
            missing,
            counted: true,
        }
    }

    fn uncounted(field: FacetField) -> Facet {
        Facet {
            field,
            values: Vec::new(),
            distinct: 0,
            other: 0,
            missing: 0,
            counted: false,
        }
    }
}

/// Marks the values that were asked for, and adds those that no article has.
fn select(field: FacetField, values: &mut Vec<Counted>, asked: &[String], matched: &Countable) {
    let analyzer = &matched.snapshot().shared.analyzer;
    let is_code = field == FacetField::Code;
    for typed in asked {
        let keys = match is_code {
            true => codes::keys(typed),
            false => vec![analyzer.fold(typed)],
        };
        let mut is_found = false;
        for value in values.iter_mut() {
            let key = match is_code {
                true => value.value.to_string(),
                false => analyzer.fold(&value.value),
            };
            if keys.contains(&key) {
                value.selected = true;
                is_found = true;
            }
        }
        if !is_found {
            let listed = |key: &&String| key.starts_with(|c: char| c.is_ascii_alphabetic());
            let listed: Vec<&String> = keys.iter().filter(listed).collect();
            let value = match listed.as_slice() {
                [only] if is_code => Cow::from((*only).clone()),
                _ => Cow::from(typed.clone()),
            };
            values.push(Counted {
                selected: true,
                mentions: is_code.then_some(0),
                ..Counted::new(value, Counts::default())
            });
        }
    }
}

impl<'a> Counted<'a> {
    fn new(value: Cow<'a, str>, counts: Counts) -> Counted<'a> {
        Counted {
            value,
            counts,
            selected: false,
            mentions: None,
        }
    }

    /// What more articles have is first.
    fn before(&self, other: &Counted) -> Ordering {
        let rank = |of: &Counted| (of.counts.articles, of.mentions);
        let by_rank = rank(other).cmp(&rank(self));
        by_rank.then_with(|| self.value.cmp(&other.value))
    }

    fn listed(self) -> FacetValue {
        FacetValue {
            value: self.value.into_owned(),
            articles: self.counts.articles,
            stories: self.counts.stories,
            selected: self.selected,
            mentions: self.mentions,
        }
    }
}

/// Counts by the values of a field; the second number is of the articles that have none.
fn by_value(field: Field, matched: &Countable) -> Result<(Vec<Counted<'_>>, u64), GlanceError> {
    let Counting { counts, missing } = matched.by_value(field)?;
    let values = counts.into_iter();
    let values = values.map(|(value, counts)| Counted::new(value, counts));
    Ok((values.collect(), missing))
}

/// Counts by security: what articles are about, and what they only mention.
fn by_code(matched: &Countable) -> Result<(Vec<Counted<'_>>, u64), GlanceError> {
    let (about, mut missing) = by_value(Field::About, matched)?;
    let (mentioned, _) = by_value(Field::Mention, matched)?;
    let mut mentions: FxHashMap<Cow<str>, u64> = mentioned
        .into_iter()
        .map(|value| (value.value, value.counts.articles))
        .collect();
    let mut values = Vec::with_capacity(about.len());
    for value in about {
        values.push(Counted {
            mentions: Some(mentions.remove(&value.value).unwrap_or_default()),
            ..value
        });
    }
    for (code, count) in mentions {
        values.push(Counted {
            mentions: Some(count),
            ..Counted::new(code, Counts::default())
        });
    }
    if missing > 0 {
        missing = matched.without(&[Field::About, Field::Mention])?;
    }
    Ok((values, missing))
}

/// Counts by what `number` makes of the day of an article, and `name` writes.
fn by_date(
    matched: &Countable,
    number: impl Fn(Date) -> i64,
    name: impl Fn(i64) -> String,
) -> Result<(Vec<Counted<'static>>, u64), GlanceError> {
    let of_moment = |moment| number(civil(moment).date());
    let Counting { counts, missing } = matched.by_moment(Unit::Day, of_moment)?;
    let values = counts.into_iter();
    let values = values.map(|(number, counts)| Counted::new(name(number).into(), counts));
    Ok((values.collect(), missing))
}

fn name_of_day(number: i64) -> &'static str {
    match Weekday::from_monday_zero_offset(number as i8) {
        Ok(Weekday::Monday) => "Mon",
        Ok(Weekday::Tuesday) => "Tue",
        Ok(Weekday::Wednesday) => "Wed",
        Ok(Weekday::Thursday) => "Thu",
        Ok(Weekday::Friday) => "Fri",
        Ok(Weekday::Saturday) => "Sat",
        Ok(Weekday::Sunday) | Err(_) => "Sun",
    }
}
