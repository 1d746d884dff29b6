//! Tellings to groups: each story with the first that told it.

use std::collections::VecDeque;

use super::telling::{Telling, WINDOW};

/// Buckets for bands; a power of two.
const BUCKETS: usize = 1 << 16;
/// Most tellings that are looked at for one band, the latest: bounds the work for texts that share
/// a form.
const MAX_OF_BAND: usize = 256;

/// Puts tellings into groups, in the order of their publication.
///
/// A telling joins the earlier one that it reprints, if that is the first of its group; otherwise it
/// is the first of a group of its own. So a group is what resembles its first telling, never a chain
/// of likenesses, and only earlier tellings decide where one belongs.
pub(super) struct Grouper {
    /// The first tellings of groups that a later one may still join.
    heads: VecDeque<Head>,
    /// The number of heads that left.
    left: u32,
    /// For each band the numbers of the heads that have it, ascending; bands share buckets.
    buckets: Vec<Vec<(u32, u32)>>,
    candidates: Vec<u32>,
}

struct Head {
    telling: Telling,
    group: u32,
}

impl Grouper {
    pub fn new() -> Grouper {
        Grouper {
            heads: VecDeque::new(),
            left: 0,
            buckets: vec![Vec::new(); BUCKETS],
            candidates: Vec::new(),
        }
    }

    /// The group of the next telling: that of an earlier one, or `own`.
    pub fn place(&mut self, telling: Telling, own: u32) -> u32 {
        self.forget(telling.published);
        self.find_candidates(&telling);
        let mut best: Option<(f32, u32)> = None;
        for &number in &self.candidates {
            let head = &self.heads[(number - self.left) as usize];
            if let Some(similarity) = telling.reprints(&head.telling)
                && best.is_none_or(|(most, _)| similarity > most)
            {
                best = Some((similarity, head.group));
            }
        }
        best.map_or_else(|| self.add(telling, own), |(_, group)| group)
    }

    /// Lets go of heads that no telling of now or later can reprint.
    fn forget(&mut self, now: Option<i64>) {
        let is_over = |head: &Head| head.telling.published < now.map(|now| now - WINDOW);
        while self.heads.front().is_some_and(is_over) {
            self.heads.pop_front();
            self.left += 1;
        }
    }

    /// Heads that share a band with the telling, each once, the earliest first.
    fn find_candidates(&mut self, telling: &Telling) {
        self.candidates.clear();
        for band in telling.sketch.bands() {
            let bucket = &mut self.buckets[bucket_of(band)];
            let gone = bucket.partition_point(|&(head, _)| head < self.left);
            bucket.drain(..gone);
            let of_band = bucket.iter().rev().filter(|entry| entry.1 == band);
            let heads = of_band.take(MAX_OF_BAND).map(|&(head, _)| head);
            self.candidates.extend(heads);
        }
        self.candidates.sort_unstable();
        self.candidates.dedup();
    }

    fn add(&mut self, telling: Telling, group: u32) -> u32 {
        let number = self.left + self.heads.len() as u32;
        for band in telling.sketch.bands() {
            self.buckets[bucket_of(band)].push((number, band));
        }
        self.heads.push_back(Head { telling, group });
        group
    }
}

fn bucket_of(band: u32) -> usize {
    (band.wrapping_mul(0x9E37_79B1) >> 16) as usize % BUCKETS
}
