//! Words beyond jieba's dictionary: a finance lexicon of our own, and the user's.

use rustc_hash::FxHashSet;

/// The finance lexicon; its provenance stands at its head and in `data/README.md`.
pub(crate) const FINANCE: &str = include_str!("data/finance.txt");

/// The words a user adds, in jieba's format: `word [frequency [tag]]` a line; a line that
/// starts with `#` is a comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UserWords {
    text: String,
}

/// A word and how often it occurs; without a frequency it is made to win against its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub word: &'a str,
    pub frequency: Option<usize>,
}

/// A line of a dictionary that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: the frequency of `{word}` is not a number: `{frequency}`")]
pub struct LexiconError {
    /// Counted from 1.
    pub line: usize,
    /// The word of the line.
    pub word: String,
    /// What stands where its frequency should.
    pub frequency: String,
}

impl UserWords {
    /// Reads a dictionary; every line must be sound, for a word lost in silence is searched in vain.
    pub fn parse(text: &str) -> Result<UserWords, LexiconError> {
        let text = text.trim_start_matches('\u{feff}').to_string();
        for (line, content) in text.lines().enumerate() {
            entry(content).map_err(|(word, frequency)| LexiconError {
                line: line + 1,
                word: word.to_string(),
                frequency: frequency.to_string(),
            })?;
        }
        Ok(UserWords { text })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        entries(&self.text)
    }
}

/// The entries of a dictionary, in order; lines that do not read are passed over.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = Entry<'_>> {
    text.lines().filter_map(|line| entry(line).ok().flatten())
}

fn entry(line: &str) -> Result<Option<Entry<'_>>, (&str, &str)> {
    if line.trim_start().starts_with('#') {
        return Ok(None);
    }
    let mut columns = line.split_whitespace();
    let Some(word) = columns.next() else {
        return Ok(None);
    };
    let frequency = match columns.next() {
        None => None,
        Some(column) => Some(column.parse().map_err(|_| (word, column))?),
    };
    Ok(Some(Entry { word, frequency }))
}

/// Words of letters and Han together (`a股`, `3d打印`, `沪深300`), looked up where a block and a
/// run of Han meet.
#[derive(Default)]
pub(crate) struct MixedWords {
    words: FxHashSet<Box<str>>,
    /// Most Han characters that a word has before or after its block.
    pub reach: usize,
}

impl MixedWords {
    pub fn insert(&mut self, word: &str, han: usize) {
        self.reach = self.reach.max(han);
        self.words.insert(word.into());
    }

    pub fn contains(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    pub fn all(&self) -> &FxHashSet<Box<str>> {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_has_words_frequencies_and_comments() {
        let words = UserWords::parse("\u{feff}# 甲\n云汐科技 100 nt\n海岚新材\n\n").unwrap();
        let read: Vec<_> = words.entries().map(|e| (e.word, e.frequency)).collect();
        assert_eq!(read, [("云汐科技", Some(100)), ("海岚新材", None)]);
    }

    #[test]
    fn a_broken_line_is_named() {
        let error = UserWords::parse("云汐科技 100\n海岚新材 many").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: the frequency of `海岚新材` is not a number: `many`"
        );
    }

    #[test]
    fn the_finance_lexicon_reads() {
        assert!(UserWords::parse(FINANCE).is_ok());
        assert!(entries(FINANCE).any(|e| e.word == "绿色金融"));
    }
}
