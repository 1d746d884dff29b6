//! Bits of a window, as bits: in order without sorting, each once.

/// Documents are scored in windows of this many.
pub(super) const WINDOW: usize = 2048;

const WORD: usize = u64::BITS as usize;

/// A set of numbers below [`WINDOW`].
#[derive(Clone)]
pub(super) struct Bits([u64; WINDOW / WORD]);

impl Default for Bits {
    fn default() -> Bits {
        Bits([0; WINDOW / WORD])
    }
}

impl Bits {
    pub fn insert(&mut self, place: usize) {
        self.0[place / WORD] |= 1 << (place % WORD);
    }

    pub fn insert_all(&mut self, others: &Bits) {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word |= other;
        }
    }

    /// The least place that is not below this one.
    pub fn first_from(&self, place: usize) -> Option<usize> {
        let mut at = place / WORD;
        let mut word = self.0.get(at)? & (u64::MAX << (place % WORD));
        while word == 0 {
            at += 1;
            word = *self.0.get(at)?;
        }
        Some(at * WORD + word.trailing_zeros() as usize)
    }

    /// All places, in order.
    #[inline]
    pub fn for_each(&self, mut each: impl FnMut(usize)) {
        for (at, &word) in self.0.iter().enumerate() {
            places_of(at, word, &mut each);
        }
    }

    /// Takes all places out, in order.
    #[inline]
    pub fn drain(&mut self, mut each: impl FnMut(usize)) {
        for (at, word) in self.0.iter_mut().enumerate() {
            places_of(at, std::mem::take(word), &mut each);
        }
    }
}

/// The places of the word with this number.
#[inline]
fn places_of(at: usize, mut word: u64, each: &mut impl FnMut(usize)) {
    while word != 0 {
        each(at * WORD + word.trailing_zeros() as usize);
        word &= word - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: usize = WINDOW - 1;

    #[test]
    fn places_come_in_order_each_once() {
        let mut places = Bits::default();
        let mut others = Bits::default();
        for place in [LAST, 64, 0, 63, 64] {
            places.insert(place);
        }
        for place in [1000, 64] {
            others.insert(place);
        }
        places.insert_all(&others);
        for (from, first) in [(0, 0), (1, 63), (63, 63), (65, 1000), (1001, LAST)] {
            assert_eq!(places.first_from(from), Some(first), "from {from}");
        }
        assert_eq!(places.first_from(WINDOW), None);
        let mut all = Vec::new();
        places.for_each(|place| all.push(place));
        assert_eq!(all, [0, 63, 64, 1000, LAST]);
        let mut drained = Vec::new();
        places.drain(|place| drained.push(place));
        assert_eq!(drained, [0, 63, 64, 1000, LAST]);
        assert_eq!(places.first_from(0), None);
    }
}
