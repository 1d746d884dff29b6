//! Which recent tellings have a band.

use std::collections::VecDeque;

/// Most tellings that are looked at for one band, the latest: bounds the work for texts that share
/// a form.
pub(super) const MAX_OF_BAND: usize = 256;

/// Least buckets for bands: two to the power of this.
const BUCKET_BITS: u32 = 18;
/// Bands of a block: as many as fill a cache line.
const BLOCK: usize = 7;
/// Most blocks for each bucket, on the average: to look for a band is to go through those of its bucket.
const CROWD: usize = 2;

/// The bands of recent tellings.
///
/// To look for a band is to wait for memory, so a bucket is a chain of blocks of several bands, and
/// not of single ones.
pub(super) struct Bands {
    /// For each bucket the number of its last block, counted from 1; 0 where it has none. There are two to
    /// the power of `bits`.
    buckets: Vec<u64>,
    bits: u32,
    /// In the order in which they were begun.
    blocks: VecDeque<Block>,
    /// How many blocks came before these.
    left: u64,
    /// The first telling that is not forgotten.
    earliest: u32,
}

/// Some bands of one bucket, in the order of the tellings.
#[repr(align(64))]
struct Block {
    postings: [Posting; BLOCK],
    length: u32,
    /// How many blocks back the one before it in its bucket is; 0 where it is the first.
    back: u32,
}

/// A band of a telling.
#[derive(Clone, Copy)]
struct Posting {
    band: u32,
    telling: u32,
}

impl Bands {
    /// Has room for so many bands; more find theirs, but [crowd](Self::is_crowded) it.
    pub fn for_bands(count: usize) -> Bands {
        let bits = (count / BLOCK)
            .max(1)
            .ilog2()
            .clamp(BUCKET_BITS, u32::BITS - 1);
        Bands {
            buckets: vec![0; 1 << bits],
            bits,
            blocks: VecDeque::new(),
            left: 0,
            earliest: 0,
        }
    }

    /// How many bands there may be, where there are so many that it takes long to look for one.
    pub fn is_crowded(&self) -> Option<usize> {
        let is_crowded = self.blocks.len() > CROWD * self.buckets.len();
        is_crowded.then_some(self.blocks.len() * BLOCK)
    }

    /// Adds a band of a telling, of which none is later.
    pub fn add(&mut self, band: u32, telling: u32) {
        let posting = Posting { band, telling };
        let bucket = self.bucket_of(band);
        let before = self.place_of(self.buckets[bucket]);
        if let Some(block) = before.and_then(|place| self.blocks.get_mut(place))
            && block.has_room()
            // One that begins with a forgotten telling takes no more, so that it goes soon.
            && block.first() >= self.earliest
        {
            block.push(posting);
            return;
        }
        let place = self.blocks.len();
        let back = before.map_or(0, |before| place - before);
        self.blocks.push_back(Block::new(posting, back as u32));
        self.buckets[bucket] = self.left + place as u64 + 1;
    }

    /// The tellings that have this band, the latest first.
    pub fn tellings(&self, band: u32) -> impl Iterator<Item = u32> {
        let last = self.place_of(self.buckets[self.bucket_of(band)]);
        let chain = std::iter::successors(last, |&place| {
            let back = self.blocks[place].back as usize;
            place.checked_sub(back).filter(|_| back > 0)
        });
        let postings = chain.flat_map(|place| self.blocks[place].postings().iter().rev());
        postings
            .take_while(|posting| posting.telling >= self.earliest)
            .filter(move |posting| posting.band == band)
            .map(|posting| posting.telling)
    }

    fn bucket_of(&self, band: u32) -> usize {
        (band.wrapping_mul(0x9E37_79B1) >> (u32::BITS - self.bits)) as usize
    }

    /// Where the block of this number is, unless it is forgotten.
    fn place_of(&self, number: u64) -> Option<usize> {
        let place = number.checked_sub(self.left + 1);
        place.map(|place| place as usize)
    }

    /// Forgets the tellings before this one.
    pub fn forget(&mut self, earliest: u32) {
        self.earliest = earliest;
        let is_over = |block: &Block| block.last() < earliest;
        while self.blocks.front().is_some_and(is_over) {
            self.blocks.pop_front();
            self.left += 1;
        }
    }
}

impl Block {
    fn new(posting: Posting, back: u32) -> Block {
        Block {
            postings: [posting; BLOCK],
            length: 1,
            back,
        }
    }

    fn postings(&self) -> &[Posting] {
        &self.postings[..self.length as usize]
    }

    fn has_room(&self) -> bool {
        (self.length as usize) < BLOCK
    }

    fn push(&mut self, posting: Posting) {
        self.postings[self.length as usize] = posting;
        self.length += 1;
    }

    /// The first telling of the block; every block has one.
    fn first(&self) -> u32 {
        self.postings[0].telling
    }

    fn last(&self) -> u32 {
        self.postings[self.length as usize - 1].telling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Few bands, so that blocks are filled, and two of one bucket, so that they are told apart.
    #[test]
    fn what_is_found_are_the_tellings_that_are_not_forgotten() {
        let mut bands = Bands::for_bands(0);
        let neighbour = (1..).find(|&band| bands.bucket_of(band) == bands.bucket_of(0));
        let known = [0, neighbour.unwrap(), 7, 1 << 29];
        let mut added: Vec<(u32, u32)> = Vec::new();
        let mut random = 1_u32;
        for telling in 0..2_000 {
            for band in known {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Some bands are frequent, some rare.
                if (random >> 16).is_multiple_of(1 + band % 50) {
                    bands.add(band, telling);
                    added.push((band, telling));
                }
            }
            // Windows of very different lengths: now and then all is forgotten.
            let earliest = telling.saturating_sub(telling % 300).max(bands.earliest);
            bands.forget(earliest);
            for band in known {
                let found: Vec<u32> = bands.tellings(band).collect();
                let living = added.iter().rev();
                let living = living.filter(|&&(of, telling)| of == band && telling >= earliest);
                let living: Vec<u32> = living.map(|&(_, telling)| telling).collect();
                assert_eq!(found, living, "{band} at {telling}");
            }
        }
    }

    #[test]
    fn what_is_forgotten_makes_room() {
        let mut bands = Bands::for_bands(0);
        for telling in 0..10_000 {
            bands.forget(u32::saturating_sub(telling, 100));
            // One band of many tellings, and one of its own for each.
            bands.add(3, telling);
            bands.add(telling << 8, telling);
        }
        let blocks = bands.blocks.len();
        assert!(blocks < 2 * (100 + 100 / BLOCK) + 10, "{blocks} blocks");
    }

    #[test]
    fn many_bands_have_more_buckets() {
        let mut bands = Bands::for_bands(0);
        let mut telling = 0;
        let count = loop {
            for band in 0..1_000 {
                bands.add(telling * 1_000 + band, telling);
            }
            telling += 1;
            if let Some(count) = bands.is_crowded() {
                break count;
            }
        };
        assert!(count >= telling as usize * 1_000 && telling > 1_000);
        let wider = Bands::for_bands(count);
        assert!(wider.buckets.len() >= 2 * bands.buckets.len());
        assert_eq!(wider.is_crowded(), None);
    }
}
