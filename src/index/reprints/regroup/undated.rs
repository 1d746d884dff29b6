//! The stories of documents without a date, where these may be others now.
//!
//! A text without a date is compared with those of all times. So those that may belong to another story
//! are found first, and only these are compared with all that have a date and the same numbers, which few
//! texts have. A new one, or what one that is gone leaves behind, is compared with all others without a date.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::index::record::copy::hash_id;
use crate::index::record::sketch::Bits;
use crate::index::reprints::documents::{Documents, Place};
use crate::index::reprints::groups::Grouper;
use crate::index::reprints::groups::originals::{Originals, Undated};
use crate::index::reprints::layers::Table;
use crate::index::reprints::pending::{Pending, Touched};
use crate::index::reprints::telling::Telling;

/// To compare so many pairs takes no time worth speaking of.
const FEW_PAIRS: usize = 4_000_000;
/// To make all groups anew compares each document with more than so many others.
const PAIRS_OF_EACH: usize = 64;

/// To compare more pairs than these takes longer than to make all groups anew.
fn many_pairs(documents: &Documents) -> usize {
    FEW_PAIRS.max(PAIRS_OF_EACH * documents.count())
}

/// Documents without a date that tell one story, and the one with a date that they are copies of.
pub(super) struct Story {
    /// With their keys, which ascend.
    pub members: Vec<(u64, Place)>,
    pub dated: Option<(u64, Place)>,
}

/// The keys of those without a date that may belong to another story now, because they were `touched`, or
/// because one that was is more like them than those of their story, or as much and earlier; `None` where
/// there is too much to compare.
pub(super) fn concerned(
    documents: &Documents,
    table: &Table,
    touched: &FxHashMap<u64, Touched>,
) -> tantivy::Result<Option<FxHashSet<u64>>> {
    let mut concerned = FxHashSet::default();
    let mut by_numbers: FxHashMap<Bits, Vec<(u64, Telling)>> = FxHashMap::default();
    for (&key, touched) in touched {
        let Some(now) = &touched.now else {
            continue;
        };
        let telling = now.telling();
        if telling.published.is_none() {
            concerned.insert(key);
        } else {
            let alike = by_numbers.entry(telling.sketch.numbers()).or_default();
            alike.push((key, telling));
        }
    }
    if by_numbers.is_empty() {
        return Ok(Some(concerned));
    }
    let mut pairs = 0;
    for place in documents.undated() {
        let alike = documents.numbers(&place);
        let Some(alike) = alike.and_then(|numbers| by_numbers.get(&numbers)) else {
            continue;
        };
        let Some(undated) = documents.telling(&place) else {
            continue;
        };
        pairs += alike.len();
        if pairs > many_pairs(documents) {
            return Ok(None);
        }
        let key = documents.key(&place);
        let members = || table.group_of(key).map(|group| table.members(group));
        for &(new, ref now) in alike {
            let similarity = now.is_copied_by(&undated);
            if similarity.is_none() {
                continue;
            }
            let mut has_as_much = false;
            for member in members().into_iter().flatten() {
                let own = hash_id(&member.id);
                if member.published.is_some() && !touched.contains_key(&own) {
                    has_as_much |= documents.telling_of(&member.id)?.is_some_and(|telling| {
                        (telling.published, own) < (now.published, new)
                            && telling.is_copied_by(&undated) >= similarity
                    });
                }
            }
            if !has_as_much {
                concerned.insert(key);
                break;
            }
        }
    }
    Ok(Some(concerned))
}

/// The stories of these documents without a date, and of all that may share one with them; `None` where there
/// is too much to compare.
pub(super) fn stories(
    documents: &Documents,
    table: &Table,
    touched: &FxHashMap<u64, Touched>,
    keys: &FxHashSet<u64>,
) -> tantivy::Result<Option<Vec<Story>>> {
    let Some(texts) = texts(documents, table, touched, keys) else {
        return Ok(None);
    };
    let mut groups: FxHashMap<u32, Vec<(u64, Place)>> = FxHashMap::default();
    let mut tellings = Vec::with_capacity(texts.len());
    let mut grouper = Grouper::new();
    for (text, number) in texts.iter().zip(0..) {
        let group = grouper.place(text.telling, number);
        groups
            .entry(group)
            .or_default()
            .push((text.key, text.place));
        tellings.push((text.telling, group));
    }
    let undated = Undated::of(tellings);
    let mut originals = Originals::default();
    for place in documents.dated_with(|numbers| undated.has_numbers(numbers)) {
        if let Some(dated) = documents.telling(&place) {
            let (key, number) = (documents.key(&place), documents.number(&place));
            originals.compare(&undated, &dated, key, number);
        }
    }
    let stories = groups.into_iter().map(|(group, members)| Story {
        members,
        dated: originals
            .of(group)
            .map(|original| (original.key, documents.place(original.number))),
    });
    Ok(Some(stories.collect()))
}

/// A document without a date.
struct Text {
    key: u64,
    place: Place,
    telling: Telling,
}

/// The texts with these keys and all others that decide, or that they decide, where one belongs, in the order
/// of their keys; `None` where there is too much to compare.
///
/// What a text is put to is in its group. So where all of them are as they were, those of a group of the
/// table are enough.
fn texts(
    documents: &Documents,
    table: &Table,
    touched: &FxHashMap<u64, Touched>,
    keys: &FxHashSet<u64>,
) -> Option<Vec<Text>> {
    let groups = keys.iter().filter_map(|&key| table.group_of(key));
    let members = groups.flat_map(|group| table.members(group));
    let undated = members.filter(|member| member.published.is_none());
    let with_them = undated.map(|member| hash_id(&member.id));
    let keys: FxHashSet<u64> = keys.iter().copied().chain(with_them).collect();
    let places = documents.all_undated();
    let text = |place: &Place| {
        let key = documents.key(place);
        let telling = keys.contains(&key).then(|| documents.telling(place));
        telling.flatten().map(|telling| Text {
            key,
            place: *place,
            telling,
        })
    };
    let mut texts: Vec<Text> = places.iter().filter_map(text).collect();
    let is_undated = |touched: &Touched| {
        let now = touched.now.as_ref().map(Pending::published);
        touched.before == Some(None) || now == Some(None)
    };
    if touched.values().any(is_undated) {
        add_related(documents, &places, &mut texts)?;
    }
    texts.sort_unstable_by_key(|text| text.key);
    Some(texts)
}

/// Adds all that are reprints of one of the texts, or of one that was added; `None` where there is too much to
/// compare.
fn add_related(documents: &Documents, places: &[Place], texts: &mut Vec<Text>) -> Option<()> {
    let mut known: FxHashSet<u64> = texts.iter().map(|text| text.key).collect();
    let (mut first, mut pairs) = (0, 0);
    while first < texts.len() {
        let mut by_band: FxHashMap<u32, Vec<Telling>> = FxHashMap::default();
        for text in &texts[first..] {
            for band in text.telling.sketch.bands() {
                by_band.entry(band).or_default().push(text.telling);
            }
        }
        first = texts.len();
        for &place in places {
            let key = documents.key(&place);
            let telling = (!known.contains(&key)).then(|| documents.telling(&place));
            let Some(telling) = telling.flatten() else {
                continue;
            };
            let alike = telling.sketch.bands().filter_map(|band| by_band.get(&band));
            let is_reprint = alike.flatten().any(|text| {
                pairs += 1;
                text.reprints(&telling).is_some()
            });
            if pairs > many_pairs(documents) {
                return None;
            }
            if is_reprint {
                known.insert(key);
                texts.push(Text {
                    key,
                    place,
                    telling,
                });
            }
        }
    }
    Some(())
}
