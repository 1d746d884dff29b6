//! The groups of tellings without a date.

use std::rc::Rc;

use super::Grouper;
use super::bands::MAX_OF_BAND;
use crate::index::reprints::telling::Telling;

/// The groups of so many tellings without a date, each by the number of its first: as one [`Grouper`] makes
/// them of all, but with no more than `at_once` of them in memory.
///
/// Any of them may tell the story of any other. So each part is grouped, and then lies still while all that come
/// later are compared with it. Of a band that [many](MAX_OF_BAND) have, all parts together show as many tellings
/// as one grouper would.
pub(in crate::index::reprints) fn groups_of_undated(
    count: usize,
    at_once: usize,
    telling: impl Fn(usize) -> Option<Telling>,
) -> Vec<u32> {
    let mut groups: Vec<u32> = (0..count as u32).collect();
    // How similar each is to the one that it resembles most in the parts before its own.
    let mut similarities: Vec<f32> = vec![0.0; if count > at_once { count } else { 0 }];
    let crowds = (count > at_once).then(|| Crowds::of((0..count).filter_map(&telling)));
    let of_each_part = (MAX_OF_BAND / count.div_ceil(at_once).max(1)).max(1);
    let most_of = |band| match &crowds {
        Some(crowds) if crowds.has(band) => of_each_part,
        _ => MAX_OF_BAND,
    };
    for start in (0..count).step_by(at_once) {
        let end = count.min(start + at_once);
        let mut grouper = Grouper::new();
        for (own, group) in groups.iter_mut().enumerate().take(end).skip(start) {
            let Some(this) = telling(own) else {
                continue;
            };
            let before = similarities.get(own).filter(|&&before| before > 0.0);
            let before = before.map(|&similarity| (similarity, *group));
            let joined = match (before, grouper.joined(&this, own as u32, |_| MAX_OF_BAND)) {
                // Of equals the first.
                (Some(before), Some(near)) if near.0 > before.0 => Some(near),
                (before, near) => before.or(near),
            };
            let first = joined.and_then(|(_, group)| telling(group as usize));
            *group = joined.map_or(own as u32, |(_, group)| group);
            grouper.keep(this, *group, first.map(|first| Rc::new(first.sketch)));
        }
        for later in end..count {
            let this = telling(later);
            let alike = this.and_then(|this| grouper.joined(&this, later as u32, most_of));
            if let Some((similarity, group)) = alike
                && similarity > similarities[later]
            {
                (similarities[later], groups[later]) = (similarity, group);
            }
        }
    }
    groups
}

/// Which bands many tellings have; a few others may count as such, too.
struct Crowds {
    /// How many tellings have one of the bands with the same hash.
    counts: Vec<u8>,
}

impl Crowds {
    /// Hashes of bands, as a power of two.
    const BITS: u32 = 24;

    fn of(tellings: impl Iterator<Item = Telling>) -> Crowds {
        let mut counts = vec![0_u8; 1 << Crowds::BITS];
        for telling in tellings {
            for band in telling.sketch.bands() {
                let count = &mut counts[Crowds::hash(band)];
                *count = count.saturating_add(1);
            }
        }
        Crowds { counts }
    }

    fn has(&self, band: u32) -> bool {
        self.counts[Crowds::hash(band)] == u8::MAX
    }

    fn hash(band: u32) -> usize {
        (band.wrapping_mul(0x9E37_79B1) >> (u32::BITS - Crowds::BITS)) as usize
    }
}
