//! Counting documents that are in columns.

use rustc_hash::FxHashMap;

use super::calendar::Unit;
use super::error::GlanceError;
use super::matched::Matched;
use super::tally::{Counting, Tally};
use crate::search::view::columns::{Field, UNDATED};

/// How many stories the matches tell.
pub(super) fn stories(matched: &Matched) -> Result<u64, GlanceError> {
    let stories = matched.stories()?;
    let mut tally = Tally::default();
    for (segment, doc) in matched.documents() {
        tally.add(0, stories[segment][doc as usize]);
    }
    Ok(tally.finish().first().map_or(0, |counts| counts.stories))
}

/// Counts by the values of a field.
pub(super) fn by_value(matched: &Matched, field: Field) -> Result<Counting<String>, GlanceError> {
    let (values, stories) = (matched.values(field)?, matched.stories()?);
    let mut tally = Tally::default();
    let mut missing = 0;
    for (segment, doc) in matched.documents() {
        let numbers = values.of(segment, doc);
        missing += u64::from(numbers.is_empty());
        for &number in numbers {
            tally.add(number, stories[segment][doc as usize]);
        }
    }
    let counts = tally.finish().into_iter().zip(&values.names);
    let found = counts.filter(|(counts, _)| counts.articles > 0);
    Ok(Counting {
        counts: found.map(|(counts, name)| (name.clone(), counts)).collect(),
        missing,
    })
}

/// Documents without a value in any of these fields.
pub(super) fn without(matched: &Matched, fields: &[Field]) -> Result<u64, GlanceError> {
    let mut columns = Vec::with_capacity(fields.len());
    for &field in fields {
        columns.push(matched.values(field)?);
    }
    let has_none = |&(segment, doc): &(usize, u32)| {
        let mut columns = columns.iter();
        columns.all(|values| values.of(segment, doc).is_empty())
    };
    Ok(matched.documents().filter(has_none).count() as u64)
}

/// Counts by what `key` makes of a moment: the same of all moments of a `step`.
pub(super) fn by_moment(
    matched: &Matched,
    step: Unit,
    key: impl Fn(i64) -> i64,
) -> Result<Counting<i64>, GlanceError> {
    let (published, stories) = (matched.published()?, matched.stories()?);
    let mut tally = Tally::default();
    let mut missing = 0;
    let mut places: FxHashMap<i64, u32> = FxHashMap::default();
    // Most articles are of the same step as the one before.
    let (mut last, mut place) = (None, 0);
    for (segment, doc) in matched.documents() {
        let moment = published[segment][doc as usize];
        if moment == UNDATED {
            missing += 1;
            continue;
        }
        let start = step.start(moment);
        if last != Some(start) {
            last = Some(start);
            let next = places.len() as u32;
            place = *places.entry(key(moment)).or_insert(next);
        }
        tally.add(place, stories[segment][doc as usize]);
    }
    let counts = tally.finish();
    let places = places.into_iter();
    Ok(Counting {
        counts: places
            .map(|(key, place)| (key, counts[place as usize]))
            .collect(),
        missing,
    })
}

/// When the first and the last of the documents were published.
pub(super) fn bounds(matched: &Matched) -> Result<Option<(i64, i64)>, GlanceError> {
    let mut bounds = None;
    for (published, documents) in matched.published()?.iter().zip(&matched.matches.documents) {
        let moments = documents.iter().map(|&doc| published[doc as usize]);
        for moment in moments.filter(|&moment| moment != UNDATED) {
            let (first, last) = bounds.unwrap_or((moment, moment));
            bounds = Some((moment.min(first), moment.max(last)));
        }
    }
    Ok(bounds)
}
