//! Counting documents that are in columns.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::calendar::Unit;
use super::error::GlanceError;
use super::matched::Matched;
use super::tally::{Counting, Counts, OrderedTally};
use crate::search::view::columns::{Field, NO_STEP, UNDATED};

/// How many stories the matches tell.
pub(super) fn stories(matched: &Matched) -> Result<u64, GlanceError> {
    Ok(matched.by_story()?.stories)
}

/// Counts by the values of a field.
pub(super) fn by_value(
    matched: &Matched,
    field: Field,
) -> Result<Counting<Cow<'_, str>>, GlanceError> {
    let values = matched.values(field)?;
    let mut tally = OrderedTally::new(values.names.len());
    let mut missing = 0;
    matched
        .by_story()?
        .each(&values.segments, |values, doc, story| {
            let numbers = values.of(doc);
            missing += u64::from(numbers.is_empty());
            for &number in numbers {
                tally.add(number, story);
            }
        });
    let counts = tally.counts().zip(&values.names);
    let found = counts.filter(|(counts, _)| counts.articles > 0);
    let named = found.map(|(counts, name)| (Cow::from(name), counts));
    Ok(Counting {
        counts: named.collect(),
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
    let steps = matched.steps(step)?;
    let mut tally = OrderedTally::new(0);
    let mut missing = 0;
    let mut places: FxHashMap<i64, u32> = FxHashMap::default();
    // A key is made once a step.
    let mut of_steps: Vec<Option<u32>> = vec![None; steps.starts.len()];
    matched
        .by_story()?
        .each(&steps.segments, |steps_of, doc, story| {
            let number = steps_of[doc as usize];
            if number == NO_STEP {
                missing += 1;
                return;
            }
            let place = *of_steps[number as usize].get_or_insert_with(|| {
                let next = places.len() as u32;
                let start = steps.starts[number as usize];
                *places.entry(key(start)).or_insert(next)
            });
            tally.add(place, story);
        });
    let counts: Vec<Counts> = tally.counts().collect();
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
