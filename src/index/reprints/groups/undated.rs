//! Tellings without a date, and the dated stories that they are copies of.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::bands::{Bands, MAX_OF_BAND};
use crate::index::record::sketch::Bits;
use crate::index::reprints::telling::Telling;

/// The tellings without a date. They come before all others, and each of the others is compared with
/// them, however long ago it was: when an undated text appeared nobody knows, so it is a copy only of
/// the same text.
pub(super) struct Undated {
    /// With their groups.
    tellings: Vec<(Telling, u32)>,
    /// Their bands, each with the numbers of its telling: a copy has all of them, and few texts have the
    /// same.
    bands: Bands,
    numbers: FxHashSet<Bits>,
    /// For each of their groups how similar the most similar dated telling is, and its group.
    stories: FxHashMap<u32, (f32, u32)>,
    candidates: Vec<u32>,
}

impl Undated {
    /// Of all tellings without a date, with their groups.
    pub fn of(tellings: Vec<(Telling, u32)>) -> Undated {
        let all = || tellings.iter().map(|(telling, _)| telling);
        let count = all().map(|telling| telling.sketch.bands().count()).sum();
        let mut known = Bands::for_bands(count);
        for (telling, number) in all().zip(0..) {
            for band in bands(telling) {
                known.add(band, number);
            }
        }
        Undated {
            bands: known,
            numbers: all().map(|telling| telling.sketch.numbers()).collect(),
            tellings,
            stories: FxHashMap::default(),
            candidates: Vec::new(),
        }
    }

    /// Notes which of them are copies of a dated telling, of this group. Of equals the earliest counts.
    pub fn compare(&mut self, dated: &Telling, group: u32) {
        if !self.numbers.contains(&dated.sketch.numbers()) {
            return;
        }
        self.candidates.clear();
        for band in bands(dated) {
            let tellings = self.bands.tellings(band).take(MAX_OF_BAND);
            self.candidates.extend(tellings);
        }
        self.candidates.sort_unstable();
        self.candidates.dedup();
        for &number in &self.candidates {
            let (undated, of) = &self.tellings[number as usize];
            let Some(similarity) = dated.is_copied_by(undated) else {
                continue;
            };
            let story = self.stories.entry(*of).or_insert((0.0, group));
            if similarity > story.0 {
                *story = (similarity, group);
            }
        }
    }

    /// The dated story of a group of undated tellings.
    pub fn story(&self, group: u32) -> Option<u32> {
        self.stories.get(&group).map(|(_, story)| *story)
    }
}

/// The bands of a telling, mixed with its numbers.
fn bands(telling: &Telling) -> impl Iterator<Item = u32> {
    let numbers = FxBuildHasher.hash_one(telling.sketch.numbers());
    let mix = (numbers >> 32) as u32;
    telling.sketch.bands().map(move |band| band ^ mix)
}
