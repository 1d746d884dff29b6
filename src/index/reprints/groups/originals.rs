//! The dated tellings that tellings without a date are copies of.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::bands::{Bands, MAX_OF_BAND};
use crate::index::record::sketch::Bits;
use crate::index::reprints::telling::Telling;

/// To compare a telling with so many takes no longer than to find those that share a band.
const FEW: usize = 32;

/// Tellings without a date. A dated one is compared with them, however long ago it was: when an undated text
/// appeared nobody knows, so it is a copy only of the same text.
pub(in crate::index::reprints) struct Undated {
    /// With their groups.
    tellings: Vec<(Telling, u32)>,
    /// Those with the same numbers. A copy has all of them, and few texts have the same.
    alike: FxHashMap<Bits, Vec<u32>>,
    /// The bands of those with the same numbers as many others, each with these.
    bands: Bands,
}

/// Of groups of tellings without a date the one that they are copies of.
#[derive(Default)]
pub(in crate::index::reprints) struct Originals(FxHashMap<u32, Original>);

/// A telling with a date that one without is a copy of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::index::reprints) struct Original {
    similarity: f32,
    published: Option<i64>,
    pub key: u64,
    /// The number of its document.
    pub number: u32,
}

impl Undated {
    pub fn of(tellings: Vec<(Telling, u32)>) -> Undated {
        let mut alike: FxHashMap<Bits, Vec<u32>> = FxHashMap::default();
        for ((telling, _), number) in tellings.iter().zip(0..) {
            let numbers = telling.sketch.numbers();
            alike.entry(numbers).or_default().push(number);
        }
        let many = alike.values().filter(|alike| alike.len() > FEW).flatten();
        let mut many: Vec<u32> = many.copied().collect();
        many.sort_unstable();
        let many = || {
            many.iter()
                .map(|&number| (&tellings[number as usize].0, number))
        };
        let count = many().map(|(telling, _)| telling.sketch.bands().count());
        let mut known = Bands::for_bands(count.sum());
        for (telling, number) in many() {
            for band in bands(telling) {
                known.add(band, number);
            }
        }
        Undated {
            bands: known,
            alike,
            tellings,
        }
    }

    /// Whether one of them has such numbers: a text with others is the original of none.
    pub fn has_numbers(&self, numbers: Bits) -> bool {
        self.alike.contains_key(&numbers)
    }

    /// Those that are copies of a dated telling, each with how similar it is and its group; some come twice.
    fn copies_of(&self, dated: &Telling) -> impl Iterator<Item = (f32, u32)> {
        let alike = self.alike.get(&dated.sketch.numbers());
        let (few, many) = match alike {
            Some(alike) if alike.len() > FEW => (None, Some(bands(dated))),
            few => (few, None),
        };
        let sharing = |band| self.bands.tellings(band).take(MAX_OF_BAND);
        let many = many.into_iter().flatten().flat_map(sharing);
        let candidates = few.into_iter().flatten().copied().chain(many);
        candidates.filter_map(|candidate| {
            let (undated, group) = &self.tellings[candidate as usize];
            Some((dated.is_copied_by(undated)?, *group))
        })
    }
}

impl Originals {
    /// Notes which of the undated ones are copies of a dated telling, whose document has this key and number.
    pub fn compare(&mut self, undated: &Undated, dated: &Telling, key: u64, number: u32) {
        for (similarity, group) in undated.copies_of(dated) {
            let original = Original {
                similarity,
                published: dated.published,
                key,
                number,
            };
            let known = self.0.entry(group).or_insert(original);
            if original.precedes(known) {
                *known = original;
            }
        }
    }

    /// That of a group.
    pub fn of(&self, group: u32) -> Option<Original> {
        self.0.get(&group).copied()
    }

    /// The numbers of all of them.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.0.values().map(|original| original.number)
    }
}

impl Original {
    /// Whether it is more like the copy, or as much and earlier.
    fn precedes(&self, other: &Original) -> bool {
        let order = |original: &Original| (original.published, original.key);
        self.similarity > other.similarity
            || self.similarity == other.similarity && order(self) < order(other)
    }
}

/// The bands of a telling, mixed with its numbers.
fn bands(telling: &Telling) -> impl Iterator<Item = u32> {
    let numbers = FxBuildHasher.hash_one(telling.sketch.numbers());
    let mix = (numbers >> 32) as u32;
    telling.sketch.bands().map(move |band| band ^ mix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Folder;
    use crate::index::record::sketch::Sketch;

    /// A text of one of few stories that differ in a few characters, or in their numbers.
    fn telling(story: u32, number: u32, published: Option<i64>) -> Telling {
        let han = |i: u32| char::from_u32(0x4E00 + i.wrapping_mul(2_654_435_761) % 5000).unwrap();
        let mut text: String = (0..150).map(han).collect();
        text.extend((0..20).map(|i| han(1000 * (story + 1) + i)));
        if number > 0 {
            text += &format!("{}亿元", 1000 + number);
        }
        let (sketch, length) = Sketch::of(&Folder::new().fold(&text)).unwrap();
        Telling {
            sketch,
            length: length as u16,
            outlet: 0,
            published,
        }
    }

    /// Many without numbers, few with the same: each is looked for in its own way.
    #[test]
    fn of_all_originals_the_most_similar_and_of_these_the_first_is_found() {
        let many = (0..2 * FEW as u32).map(|story| (telling(story, 0, None), story));
        let few = (1..9).map(|number| (telling(number, number, None), 1000 + number));
        let tellings: Vec<(Telling, u32)> = many.chain(few).collect();
        let undated = Undated::of(tellings.clone());
        let mut originals = Originals::default();
        let dated = (0..90).flat_map(|i: u32| {
            let at = |days: i64| Some(days * 86_400);
            let one = telling(i, i % 11, at(500 - i64::from(i)));
            [
                one,
                telling(i, 0, at(i.into())),
                telling(i, 0, at(i.into())),
            ]
        });
        let dated: Vec<Telling> = dated.collect();
        for (telling, number) in dated.iter().zip(0..) {
            let key = u64::from(1000 - number);
            assert!(tellings.iter().all(|(other, _)| {
                telling.is_copied_by(other).is_none()
                    || undated.has_numbers(telling.sketch.numbers())
            }));
            originals.compare(&undated, telling, key, number);
        }
        let mut with_original = 0;
        for (undated, group) in &tellings {
            let mut best = None;
            for (telling, number) in dated.iter().zip(0_u32..) {
                let Some(similarity) = telling.is_copied_by(undated) else {
                    continue;
                };
                let order = (telling.published, 1000 - number);
                let precedes = |&(most, first, _): &(f32, _, u32)| {
                    similarity > most || similarity == most && order < first
                };
                if best.as_ref().is_none_or(precedes) {
                    best = Some((similarity, order, number));
                }
            }
            let found = originals.of(*group).map(|original| original.number);
            assert_eq!(found, best.map(|(_, _, number)| number), "{group}");
            with_original += u32::from(found.is_some());
        }
        assert!(with_original >= 2 * FEW as u32, "{with_original}");
    }
}
