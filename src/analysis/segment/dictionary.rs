//! Words with frequencies, as jieba keeps them.

use rustc_hash::FxHashMap;

#[cfg(feature = "words")]
use super::compile::version;
use super::compile::{TooLarge, compile};
use super::han::is_han;
#[cfg(feature = "words")]
use super::image::Version;
use super::trie::LONGEST_WORD;

/// jieba's dictionary: a word, its frequency and its part of speech a line.
const WORDS: &[u8] = include_bytes!("data/dict.txt.zst");

/// Words with their frequencies: jieba's own, and what is added to them.
#[derive(Clone, Debug)]
pub struct Dictionary {
    frequencies: FxHashMap<String, u64>,
    /// The sum of all frequencies; once it is held, of those that were there then.
    total: u64,
    is_total_held: bool,
    /// Characters of the longest word.
    longest: usize,
}

/// Why a word cannot be added to a dictionary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WordError {
    /// Nothing to add.
    #[error("a word needs a character")]
    Empty,
    /// A word that is longer than the longest one can be.
    #[error("a word has at most {LONGEST_WORD} characters, not {found}")]
    TooLong {
        /// Characters of the word.
        found: usize,
    },
}

impl Dictionary {
    /// The dictionary of jieba: 349,045 words, in some 60 milliseconds.
    pub fn jieba() -> Self {
        let text = unpack(WORDS);
        let mut dictionary = Dictionary {
            frequencies: FxHashMap::with_capacity_and_hasher(350_000, Default::default()),
            total: 0,
            is_total_held: false,
            longest: 0,
        };
        for line in text.lines() {
            let mut fields = line.split_ascii_whitespace();
            let word = fields.next().unwrap_or_default();
            let frequency = fields.next().and_then(|frequency| frequency.parse().ok());
            dictionary.set(word, frequency.unwrap_or(0));
        }
        dictionary
    }

    /// Words that somebody compiled, with the sum of the frequencies that they were compiled for.
    pub(super) fn of_words(words: impl Iterator<Item = (String, u64)>, total: u64) -> Self {
        let frequencies: FxHashMap<String, u64> = words.collect();
        let lengths = frequencies.keys().map(|word| word.chars().count());
        Dictionary {
            longest: lengths.max().unwrap_or(0),
            frequencies,
            total,
            is_total_held: true,
        }
    }

    /// From now on words that are added leave the total as it is, and none is more frequent than that.
    ///
    /// jieba counts them, and so makes every other word less probable by the same factor: of two ways to
    /// cut a text that has none of the new words, the one in fewer words gains. Where the total stays,
    /// how a run of Han characters is cut depends on the words in that run, and on no others.
    pub fn hold_total(&mut self) {
        self.is_total_held = true;
    }

    /// Adds a word, or changes its frequency, and returns the frequency: the
    /// one given, or without one the one that [`suggest`](Dictionary::suggest)
    /// finds. A word of frequency 0 is taken only where there is no other way:
    /// that is what jieba-rs makes of a line without frequency in a file.
    ///
    /// A word that holds anything but Han characters is counted, as jieba
    /// counts it, but is never found by a [`Segmenter`](super::Segmenter).
    ///
    /// # Errors
    /// A word without characters, or of more than 255.
    pub fn add(&mut self, word: &str, frequency: Option<u64>) -> Result<u64, WordError> {
        match word.chars().count() {
            0 => Err(WordError::Empty),
            found if found > LONGEST_WORD => Err(WordError::TooLong { found }),
            _ => {
                let frequency = frequency.unwrap_or_else(|| self.suggest(word));
                Ok(self.set(word, frequency))
            }
        }
    }

    /// The least frequency with which `text` is likely to be cut as one word,
    /// and no less than the one it has.
    pub fn suggest(&self, text: &str) -> u64 {
        let log_total = self.log_total();
        let log = self.cut(text).into_iter().fold(0.0, |log, word| {
            log + (self.frequency(word).unwrap_or(1) as f64).ln() - log_total
        });
        let joined = ((log + log_total).exp() as u64).saturating_add(1);
        joined.max(self.frequency(text).unwrap_or(1))
    }

    /// The frequency of a word of the dictionary.
    pub fn frequency(&self, word: &str) -> Option<u64> {
        self.frequencies.get(word).copied()
    }

    /// The sum of all frequencies that probabilities are shares of.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// A hash of all that decides how it cuts.
    #[cfg(feature = "words")]
    pub fn version(&self) -> Version {
        version(self.han_words(), self.total)
    }

    /// All words with their frequencies, in no particular order.
    pub fn words(&self) -> impl Iterator<Item = (&str, u64)> {
        self.frequencies
            .iter()
            .map(|(word, &frequency)| (word.as_str(), frequency))
    }

    /// Compiles the words of Han characters into an image for
    /// [`Segmenter::from_bytes`](super::Segmenter::from_bytes): six megabytes
    /// in a third of a second. Equal dictionaries give equal images.
    ///
    /// # Errors
    /// More than 65,000 distinct characters, or some ten million words.
    pub fn compile(&self) -> Result<Vec<u8>, TooLarge> {
        compile(self.han_words(), self.total)
    }

    fn han_words(&self) -> Vec<(&str, u64)> {
        let words = self.words();
        words.filter(|(word, _)| word.chars().all(is_han)).collect()
    }

    fn set(&mut self, word: &str, mut frequency: u64) -> u64 {
        if self.is_total_held {
            // A word is no more than certain.
            frequency = frequency.min(self.total);
        }
        let before = self.frequencies.insert(word.to_owned(), frequency);
        if !self.is_total_held {
            let others = self.total.saturating_sub(before.unwrap_or(0));
            self.total = others.saturating_add(frequency);
        }
        self.longest = self.longest.max(word.chars().count());
        frequency
    }

    fn log_total(&self) -> f64 {
        (self.total as f64).ln()
    }

    /// Cuts as jieba does without its model, letters and digits included: in
    /// the plainest way, for a word at a time.
    fn cut<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut words = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let other = |c| is_joined(c) != is_joined(first);
            let (block, after) = rest.split_at(rest.find(other).unwrap_or(rest.len()));
            if is_joined(first) {
                self.cut_block(block, &mut words);
            } else {
                words.extend(block.split_inclusive(|_| true));
            }
            rest = after;
        }
        words
    }

    /// Cuts a block of Han characters, letters and digits.
    fn cut_block<'t>(&self, block: &'t str, words: &mut Vec<&'t str>) {
        let log_total = self.log_total();
        let mut offsets: Vec<usize> = block.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(block.len());
        let end = offsets.len() - 1;
        let mut route = vec![(0.0, end); offsets.len()];
        for from in (0..end).rev() {
            let mut best = None;
            for to in from + 1..=end.min(from + self.longest) {
                if let Some(frequency) = self.frequency(&block[offsets[from]..offsets[to]]) {
                    let sum = (frequency as f64).ln() - log_total + route[to].0;
                    if best.is_none_or(|(least, _)| sum >= least) {
                        best = Some((sum, to));
                    }
                }
            }
            route[from] = best.unwrap_or((0.0 - log_total + route[from + 1].0, from + 1));
        }

        let is_single = |from: usize| {
            route[from].1 == from + 1 && block.as_bytes()[offsets[from]].is_ascii_alphanumeric()
        };
        let mut from = 0;
        while from < end {
            let mut to = route[from].1;
            if is_single(from) {
                to = (from..end).find(|&at| !is_single(at)).unwrap_or(end);
            }
            words.push(&block[offsets[from]..offsets[to]]);
            from = to;
        }
    }
}

/// Whether jieba looks for words across this character.
fn is_joined(c: char) -> bool {
    is_han(c) || c.is_ascii_alphanumeric() || "+#&._%-".contains(c)
}

/// The text of a file that is part of the program.
/// jieba's dictionary as it is read: a word, its frequency and its part of speech a line.
#[cfg(feature = "words")]
pub(crate) fn jieba_dictionary() -> String {
    unpack(WORDS)
}

fn unpack(file: &[u8]) -> String {
    let bytes = zstd::decode_all(file).expect("the embedded file is whole");
    String::from_utf8(bytes).expect("the embedded file is UTF-8")
}
