//! Words with frequencies → an image.

use std::cmp::Reverse;
use std::iter::repeat;

use rustc_hash::FxHashMap;

use super::image::{FORMAT, Parts, SEEN_ONCE, SEPARATION, Version};
use super::lattice::NEVER;
use super::pack::{CodedWord, pack};
use super::trie::{FIRST_CODE, LAST_CODE, LIMIT, NO_WORD, Node};

/// A dictionary that does not fit into an image.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the dictionary has more than {limit} {what}")]
pub struct TooLarge {
    what: &'static str,
    limit: usize,
}

/// A hash of all that decides how the image of these words cuts.
pub(super) fn version(words: Vec<(&str, u64)>, total: u64) -> Version {
    // Most words are told apart by the number of their beginning.
    let mut words: Vec<_> = words
        .into_iter()
        .map(|(word, frequency)| (beginning(word.bytes()), word, frequency))
        .collect();
    words.sort_unstable();
    let length: usize = words.iter().map(|(_, word, _)| word.len() + 9).sum();
    let mut content = Vec::with_capacity(12 + length);
    content.extend(FORMAT.to_le_bytes());
    content.extend(total.to_le_bytes());
    for (_, word, frequency) in words {
        content.extend(word.as_bytes());
        content.push(0);
        content.extend(frequency.to_le_bytes());
    }
    Version::of(&content)
}

/// The image of `words`, which are of Han characters, with their frequencies;
/// `total` is the sum of all frequencies, those of other words included.
pub(super) fn compile(words: Vec<(&str, u64)>, total: u64) -> Result<Vec<u8>, TooLarge> {
    let codes = codes(&words)?;
    let (logs, indexes) = logs(&words, total)?;
    let nodes = pack_words(&words, &codes, &indexes);
    within("nodes", nodes.len(), LIMIT)?;

    let parts = Parts {
        version: version(words, total),
        codes,
        logs,
        nodes,
    };
    Ok(parts.to_bytes())
}

/// A code for each character of the dictionary, in the order of characters. The frequent ones have the least codes.
fn codes(words: &[(&str, u64)]) -> Result<Vec<(char, u16)>, TooLarge> {
    let mut weights: FxHashMap<char, u64> = FxHashMap::default();
    for &(word, frequency) in words {
        for c in word.chars() {
            let weight = weights.entry(c).or_default();
            *weight = weight.saturating_add(frequency).saturating_add(1);
        }
    }
    within(
        "characters",
        weights.len(),
        usize::from(LAST_CODE - FIRST_CODE),
    )?;
    let mut ranked: Vec<(char, u64)> = weights.into_iter().collect();
    ranked.sort_unstable_by_key(|&(c, weight)| (Reverse(weight), c));
    let mut codes: Vec<(char, u16)> = ranked
        .into_iter()
        .map(|(c, _)| c)
        .zip(FIRST_CODE..)
        .collect();
    codes.sort_unstable();
    Ok(codes)
}

/// The log-probability of every frequency, the high ones, which are needed
/// most, at the front; and the index of each.
fn logs(words: &[(&str, u64)], total: u64) -> Result<(Vec<f64>, FxHashMap<u64, u32>), TooLarge> {
    let mut frequencies: Vec<u64> = words.iter().map(|&(_, frequency)| frequency).collect();
    frequencies.sort_unstable_by(|a, b| b.cmp(a));
    frequencies.dedup();

    // In the order of jieba's arithmetic, to agree with it to the last bit.
    let log_total = (total as f64).ln();
    let mut logs = vec![0.0; 3];
    logs[NO_WORD as usize] = f64::NEG_INFINITY;
    logs[SEEN_ONCE as usize] = 0.0 - log_total;
    logs[SEPARATION as usize] = f64::INFINITY;
    let first = logs.len() as u32;
    logs.extend(frequencies.iter().map(|&frequency| match frequency {
        0 => NEVER,
        _ => (frequency as f64).ln() - log_total,
    }));
    within("distinct frequencies", logs.len(), LIMIT)?;
    Ok((logs, frequencies.into_iter().zip(first..).collect()))
}

/// The nodes of `words`.
fn pack_words(
    words: &[(&str, u64)],
    codes: &[(char, u16)],
    indexes: &FxHashMap<u64, u32>,
) -> Vec<Node> {
    let by_char: FxHashMap<char, u16> = codes.iter().copied().collect();
    let mut spelled = Vec::with_capacity(words.len() * 3);
    let mut ends = Vec::with_capacity(words.len() + 1);
    ends.push(0);
    for (word, _) in words {
        spelled.extend(word.chars().map(|c| by_char[&c]));
        ends.push(spelled.len());
    }
    // Most words are told apart by the number of their beginning.
    let with_frequency = words.iter().zip(ends.windows(2)).map(|(word, ends)| {
        let codes = &spelled[ends[0]..ends[1]];
        (beginning(codes.iter().copied()), codes, word.1)
    });
    let mut sorted: Vec<_> = with_frequency.collect();
    sorted.sort_unstable();
    let coded: Vec<CodedWord<'_>> = sorted
        .into_iter()
        .map(|(_, codes, frequency)| CodedWord {
            codes,
            word: indexes[&frequency],
            weight: frequency,
        })
        .collect();
    pack(&coded, usize::from(FIRST_CODE) + codes.len())
}

/// The first 64 bits as a number, filled up with 0: what is smaller has the smaller number, or the
/// same one.
fn beginning<T: Into<u64>>(units: impl Iterator<Item = T>) -> u64 {
    let bits = 8 * size_of::<T>();
    let units = units.map(T::into).chain(repeat(0));
    units
        .take(64 / bits)
        .fold(0, |number, unit| number << bits | unit)
}

fn within(what: &'static str, count: usize, limit: usize) -> Result<(), TooLarge> {
    if count > limit {
        Err(TooLarge { what, limit })
    } else {
        Ok(())
    }
}
