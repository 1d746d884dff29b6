//! Words that frame a request, and say little of what is asked for: `是什么`, `请问`, `的具体情况`.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::concept::Concept;
use super::formula::Part;
use super::gathered::Gathered;
use super::planner::Planner;
use super::scope::Scope;
use super::words::{Word, word_needle};

/// Such words; `#` begins a line that is none.
const WORDS: &str = include_str!("data/frame.txt");

/// What they weigh beside other words.
pub(super) const FRAME: f32 = 0.2;

/// Whether a folded word is one of them.
fn is_frame(word: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> = LazyLock::new(|| words().collect());
    KNOWN.contains(word)
}

fn words() -> impl Iterator<Item = &'static str> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace)
}

impl Planner<'_> {
    /// The words, with what is known of each: whether it frames a request.
    pub(super) fn with_frame(&self, mut words: Vec<Word>) -> Vec<Word> {
        if self.formula.has(Part::Frame) {
            for word in &mut words {
                word.is_frame = is_frame(&word.text);
            }
        }
        words
    }

    /// A text that has such a word, folded and without the signs around it.
    pub(super) fn request(&self, text: &str) -> Option<String> {
        let folded = self.analyzer.fold(text);
        let words = self.with_frame(self.words_of(&folded));
        let typed = folded.trim_matches(|c: char| !c.is_alphanumeric());
        let is_request = words.iter().any(|word| word.is_frame);
        is_request.then(|| typed.to_owned())
    }

    /// The concept of such a word: no document need have it, unless the query has no other words.
    pub(super) fn frame_word(
        &self,
        word: &str,
        scope: Scope,
        gathered: &mut Gathered,
        concepts: &mut Vec<Concept>,
    ) -> tantivy::Result<()> {
        gathered.needles.push(word_needle(word, FRAME));
        concepts.push(Concept {
            weight: FRAME,
            counts: false,
            ..self.word(word, scope)?
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold;

    #[test]
    fn every_word_is_folded_and_there_once() {
        let mut seen = FxHashSet::default();
        for word in words() {
            assert_eq!(fold(word), word);
            assert!(seen.insert(word), "{word} is there twice");
        }
        assert!(is_frame("什么") && !is_frame("降准"));
    }
}
