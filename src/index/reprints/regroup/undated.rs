//! The stories of documents without a date, where these may be others now.
//!
//! A text without a date is compared with those of all times. So those that may belong to another story
//! are found first, and only these are compared with all that have a date and the same numbers, which few
//! texts have.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{MANY, MANY_PAIRS};
use crate::index::record::copy::hash_id;
use crate::index::record::sketch::Bits;
use crate::index::reprints::documents::{Documents, Place};
use crate::index::reprints::groups::Grouper;
use crate::index::reprints::layers::Table;
use crate::index::reprints::pending::Touched;
use crate::index::reprints::telling::Telling;

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
        if pairs > MANY_PAIRS {
            return Ok(None);
        }
        let key = documents.key(&place);
        for (new, now) in alike {
            let Some(similarity) = now.is_copied_by(&undated) else {
                continue;
            };
            let members = table.group_of(key).map(|group| table.members(group));
            let mut has_as_much = false;
            for member in members.into_iter().flatten() {
                let own = hash_id(&member.id);
                if member.published.is_none() || touched.contains_key(&own) {
                    continue;
                }
                has_as_much |= documents.telling_of(&member.id)?.is_some_and(|telling| {
                    (telling.published, own) < (now.published, *new)
                        && telling.is_copied_by(&undated) >= Some(similarity)
                });
            }
            if !has_as_much {
                concerned.insert(key);
                break;
            }
        }
    }
    Ok(Some(concerned))
}

/// The stories of these documents without a date, and of those that were in a group with one of them or
/// are now; `None` where there is too much to compare.
pub(super) fn stories(
    documents: &Documents,
    table: &Table,
    keys: &FxHashSet<u64>,
) -> tantivy::Result<Option<Vec<Story>>> {
    let texts = Texts::all(documents);
    if texts.texts.len() > MANY && texts.texts.len() > documents.count() / 2 {
        return Ok(None);
    }
    let groups = texts.groups_with(table, keys);
    let mut by_numbers: FxHashMap<Bits, Vec<(u32, &Telling)>> = FxHashMap::default();
    for (&group, members) in &groups {
        for &member in members {
            let telling = &texts.texts[member as usize].telling;
            let alike = by_numbers.entry(telling.sketch.numbers()).or_default();
            alike.push((group, telling));
        }
    }
    let mut originals: FxHashMap<u32, Original> = FxHashMap::default();
    let mut pairs = 0;
    for place in documents.dated_with(|numbers| by_numbers.contains_key(&numbers)) {
        let Some(dated) = documents.telling(&place) else {
            continue;
        };
        let alike = &by_numbers[&dated.sketch.numbers()];
        pairs += alike.len();
        if pairs > MANY_PAIRS {
            return Ok(None);
        }
        for (group, undated) in alike {
            if let Some(similarity) = dated.is_copied_by(undated) {
                let key = documents.key(&place);
                let original = Original {
                    similarity,
                    key,
                    place,
                };
                let known = originals.entry(*group).or_insert(original);
                if original.precedes(known) {
                    *known = original;
                }
            }
        }
    }
    let stories = groups.into_iter().map(|(group, members)| {
        let members = members.into_iter().map(|member| {
            let Text { key, place, .. } = texts.texts[member as usize];
            (key, place)
        });
        Story {
            members: members.collect(),
            dated: originals
                .get(&group)
                .map(|original| (original.key, original.place)),
        }
    });
    Ok(Some(stories.collect()))
}

/// A telling with a date that one without is a copy of.
#[derive(Clone, Copy)]
struct Original {
    similarity: f32,
    key: u64,
    place: Place,
}

impl Original {
    /// Whether it is more like the copy, or as much and earlier.
    fn precedes(&self, other: &Original) -> bool {
        let order = |original: &Original| (original.place.published, original.key);
        self.similarity > other.similarity
            || self.similarity == other.similarity && order(self) < order(other)
    }
}

/// All documents without a date, in the order of their keys.
struct Texts {
    texts: Vec<Text>,
    numbers: FxHashMap<u64, u32>,
}

struct Text {
    key: u64,
    place: Place,
    telling: Telling,
    /// The number of the first that tells its story, among those without a date.
    group: u32,
}

impl Texts {
    fn all(documents: &Documents) -> Texts {
        let mut texts: Vec<Text> = Vec::new();
        let mut grouper = Grouper::new();
        for place in documents.all_undated() {
            if let Some(telling) = documents.telling(&place) {
                let (key, number) = (documents.key(&place), texts.len() as u32);
                let group = grouper.place(telling, number);
                texts.push(Text {
                    key,
                    place,
                    telling,
                    group,
                });
            }
        }
        let numbers = texts.iter().map(|text| text.key).zip(0..).collect();
        Texts { texts, numbers }
    }

    /// The groups, each with its members, that some with these keys are in, and those that share a group of
    /// the table with one of these: what one of them leaves or joins can change where the others belong.
    fn groups_with(&self, table: &Table, keys: &FxHashSet<u64>) -> FxHashMap<u32, Vec<u32>> {
        let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (text, number) in self.texts.iter().zip(0..) {
            members.entry(text.group).or_default().push(number);
        }
        let mut groups = FxHashMap::default();
        let group_of = |key: &u64| Some(self.texts[*self.numbers.get(key)? as usize].group);
        let mut left: Vec<u32> = keys.iter().filter_map(group_of).collect();
        while let Some(group) = left.pop() {
            let Some(members) = members.remove(&group) else {
                continue;
            };
            for &member in &members {
                let before = table.group_of(self.texts[member as usize].key);
                let before = before
                    .map(|group| table.members(group))
                    .into_iter()
                    .flatten();
                let undated = before.filter(|other| other.published.is_none());
                left.extend(undated.filter_map(|other| group_of(&hash_id(&other.id))));
            }
            groups.insert(group, members);
        }
        groups
    }
}
