//! What is known of a telling beside its sketch, in one number.

use crate::corpus::{Article, Precision, Published};

/// Greatest offset from UTC that is kept, in minutes.
const MAX_OFFSET: i16 = 24 * 60;

/// What a telling says beside its sketch, and a date beside its second, in one number of few bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) struct Facts {
    /// In letters and digits.
    pub length: u16,
    /// A hash of the outlet; 0 where it is not known.
    pub outlet: u8,
    offset: i16,
    is_day: bool,
}

impl Facts {
    const LENGTH_BITS: u32 = 10;

    pub fn of(article: &Article, length: usize) -> Facts {
        let published = article.published.as_ref();
        let hash = blake3::hash(article.source.as_bytes()).as_bytes()[0];
        Facts {
            length: length.min((1 << Facts::LENGTH_BITS) - 1) as u16,
            outlet: if article.source.is_empty() {
                0
            } else {
                hash.max(1)
            },
            offset: published.map_or(0, |published| {
                published.offset.clamp(-MAX_OFFSET, MAX_OFFSET)
            }),
            is_day: published.is_some_and(|published| published.precision == Precision::Day),
        }
    }

    pub fn to_word(self) -> u64 {
        let offset = (self.offset + MAX_OFFSET) as u64;
        ((offset << 1 | u64::from(self.is_day)) << 8 | u64::from(self.outlet)) << Facts::LENGTH_BITS
            | u64::from(self.length)
    }

    pub fn from_word(word: u64) -> Facts {
        let rest = word >> Facts::LENGTH_BITS;
        Facts {
            length: (word & ((1 << Facts::LENGTH_BITS) - 1)) as u16,
            outlet: rest as u8,
            is_day: rest >> 8 & 1 == 1,
            offset: (rest >> 9 & 0xFFF) as i16 - MAX_OFFSET,
        }
    }

    pub fn published(self, seconds: i64) -> Published {
        Published {
            seconds,
            offset: self.offset,
            precision: if self.is_day {
                Precision::Day
            } else {
                Precision::Second
            },
        }
    }
}
