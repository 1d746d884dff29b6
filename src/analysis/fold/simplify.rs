//! Traditional and variant characters to simplified ones.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use memchr::memrchr;
use rustc_hash::FxHashMap;

/// A simplified character on each line, then those that fold to it.
pub const TABLE: &str = include_str!("../data/simplify.txt");

/// [`TABLE`], ready for looking up.
#[derive(Debug)]
pub struct Simplify {
    /// What each character of `COMMON` gives, itself if nothing else.
    common: Box<[char]>,
    others: FxHashMap<char, char>,
}

/// The blocks of nearly all Han characters in use. NFKC and lower case leave them as they are.
const COMMON: RangeInclusive<char> = '\u{3400}'..='\u{9FFF}';

impl Simplify {
    /// The built-in table, read.
    pub fn new() -> Simplify {
        let mut common: Box<[char]> = COMMON.collect();
        let mut others = FxHashMap::default();
        for line in lines() {
            let mut chars = line.chars();
            let Some(simplified) = chars.next() else {
                continue;
            };
            for variant in chars {
                match common_index(variant).and_then(|index| common.get_mut(index)) {
                    Some(slot) => *slot = simplified,
                    None => _ = others.insert(variant, simplified),
                }
            }
        }
        Simplify { common, others }
    }

    /// What `c` folds to, itself if nothing else.
    pub fn get(&self, c: char) -> char {
        self.common(c)
            .or_else(|| self.others.get(&c).copied())
            .unwrap_or(c)
    }

    /// The same for a character of the common blocks; none for all others.
    #[inline]
    pub fn common(&self, c: char) -> Option<char> {
        self.common.get(common_index(c)?).copied()
    }
}

fn common_index(c: char) -> Option<usize> {
    (c as usize).checked_sub(*COMMON.start() as usize)
}

/// The characters that fold to the Han character `simplified` by the table, without itself.
pub fn variants(simplified: char) -> impl Iterator<Item = char> {
    // The lines are in the order of their first characters.
    let (mut lines, mut variants) = (TABLE, "");
    while !lines.is_empty() {
        let middle = memrchr(b'\n', &lines.as_bytes()[..lines.len() / 2]).map_or(0, |at| at + 1);
        let (before, from) = lines.split_at(middle);
        let (line, behind) = from.split_once('\n').unwrap_or((from, ""));
        let mut chars = line.chars();
        lines = match chars.next().cmp(&Some(simplified)) {
            Ordering::Less => behind,
            Ordering::Greater => before,
            Ordering::Equal => {
                variants = chars.as_str();
                break;
            }
        };
    }
    variants.chars()
}

fn lines() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold::is_han;
    use std::collections::BTreeSet;

    #[test]
    fn the_variants_of_every_line_are_found() {
        let all: Vec<char> = lines().filter_map(|line| line.chars().next()).collect();
        assert!(all.is_sorted() && all.len() > 3000);
        for line in lines() {
            let found: String = line
                .chars()
                .take(1)
                .chain(variants(line.chars().next().unwrap()))
                .collect();
            assert_eq!(found, line);
        }
        for other in ['昇', '的', '\u{3400}', '\u{2FFFF}', 'a'] {
            assert_eq!(variants(other).next(), None, "{other}");
        }
    }

    #[test]
    fn the_table_folds_han_to_han_in_one_step() {
        let mut variants = BTreeSet::new();
        for line in lines() {
            assert!(
                line.chars().count() > 1 && line.chars().all(is_han),
                "{line}"
            );
            for variant in line.chars().skip(1) {
                assert!(variants.insert(variant), "{variant} stands twice");
            }
        }
        for simplified in lines().filter_map(|line| line.chars().next()) {
            assert!(
                !variants.contains(&simplified),
                "{simplified} folds further"
            );
        }
    }
}
