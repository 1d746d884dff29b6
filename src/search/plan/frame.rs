//! Words that frame a request, and say little of what is asked for: `是什么`, `请问`, `的具体情况`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::concept::Concept;
use super::formula::Part;
use super::gathered::Gathered;
use super::planner::Planner;
use super::scope::Scope;
use super::words::{Word, word_needle};

/// Such words, a kind a line; `#` begins a line that is none.
const WORDS: &str = include_str!("data/frame.txt");

/// What they weigh beside other words.
pub(super) const FRAME: f32 = 0.1;

/// What stands between the two of a verb that is said twice: `查一查`.
const ONCE: &str = "一";

/// What any words are joined by, whether something is asked for or not.
const OF: &str = "的";

/// What a word has to do with the frame of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It asks for something.
    Asks,
    /// It holds the words of any sentence together.
    Binds,
    /// It says little beside a word that asks.
    Beside,
}

/// What a folded word has to do with the frame.
fn kind(word: &str) -> Option<Kind> {
    static KNOWN: LazyLock<FxHashMap<&str, Kind>> = LazyLock::new(|| words().collect());
    KNOWN.get(word).copied()
}

fn words() -> impl Iterator<Item = (&'static str, Kind)> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| {
        let (kind, words) = match line.split_at_checked(1) {
            Some(("+", words)) => (Kind::Binds, words),
            Some(("~", words)) => (Kind::Beside, words),
            _ => (Kind::Asks, line),
        };
        words.split_whitespace().map(move |word| (word, kind))
    })
}

/// Of each word, whether it asks for something.
fn asking(words: &[Word]) -> Vec<bool> {
    let kinds: Vec<Option<Kind>> = words.iter().map(|word| kind(&word.text)).collect();
    let mut asks: Vec<bool> = kinds.iter().map(|&kind| kind == Some(Kind::Asks)).collect();
    for (at, three) in words.windows(3).enumerate() {
        let is_twice = three[0].text == three[2].text && three[1].text == ONCE;
        if is_twice && kinds[at].is_some() {
            asks[at..at + 3].fill(true);
        }
    }
    // What is beside a word that asks does so, too.
    for at in 1..words.len() {
        asks[at] |= asks[at - 1] && kinds[at] == Some(Kind::Beside);
    }
    for at in (1..words.len()).rev() {
        asks[at - 1] |= asks[at] && kinds[at - 1] == Some(Kind::Beside);
    }
    asks
}

/// Whether the first or the last of some words asks. In the middle of a headline the same words may ask
/// nothing: `澜汐股份回应相关报道称一切正常`.
fn frames(words: &[Word]) -> bool {
    let holds_together = |word: &Word| word.text == OF || kind(&word.text) == Some(Kind::Binds);
    let both = words.iter().zip(asking(words));
    let mut asks = both.filter_map(|(word, asks)| (!holds_together(word)).then_some(asks));
    let (first, last) = (asks.next(), asks.next_back());
    first == Some(true) || last == Some(true)
}

impl Planner<'_> {
    /// The words, with what is known of each: whether it frames a request.
    pub(super) fn with_frame(&self, mut words: Vec<Word>) -> Vec<Word> {
        if self.formula.has(Part::Frame) {
            let asks = asking(&words);
            for (word, asks) in words.iter_mut().zip(asks) {
                word.is_frame = asks || kind(&word.text) == Some(Kind::Binds);
            }
        }
        words
    }

    /// Whether an unquoted text asks for something.
    pub(super) fn is_request(&self, text: &str) -> bool {
        let words = self.words_of(&self.analyzer.fold(text));
        let mut asking = words.iter().zip(asking(&words));
        self.formula.has(Part::Frame) && asking.any(|(word, asks)| asks && word.text != OF)
    }

    /// Whether an unquoted text asks at its beginning or at its end, around what it asks for.
    pub(super) fn is_framed(&self, text: &str) -> bool {
        self.formula.has(Part::Frame) && frames(&self.words_of(&self.analyzer.fold(text)))
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
        let mut seen = FxHashMap::default();
        for (word, kind) in words() {
            assert_eq!(fold(word), word);
            assert_eq!(seen.insert(word, kind), None, "{word} is there twice");
        }
        assert_eq!(kind("什么"), Some(Kind::Asks));
        assert_eq!(kind("降准"), None);
    }

    #[test]
    fn some_words_are_of_the_frame_beside_others_alone() {
        for (text, expected) in [
            ("最近 怎么样", &[true, true][..]),
            ("最近 降准", &[false, false]),
            ("查 一 查 降准", &[true, true, true, false]),
            ("降 一 降", &[false, false, false]),
            (
                "能 不能 告诉 降准 的 详细",
                &[true, true, true, false, true, true],
            ),
        ] {
            let words: Vec<Word> = text.split(' ').map(|word| Word::name(word, &[])).collect();
            assert_eq!(asking(&words), expected, "{text}");
        }
    }

    #[test]
    fn a_request_begins_or_ends_with_its_frame() {
        for (text, expected) in [
            ("澜汐 降准 是 什么 的 呢", true),
            ("请问 澜汐 降准", true),
            ("什么", true),
            ("澜汐 回应 相关 降准", false),
            ("澜汐 的 降准", false),
            ("的", false),
        ] {
            let words: Vec<Word> = text.split(' ').map(|word| Word::name(word, &[])).collect();
            assert_eq!(frames(&words), expected, "{text}");
        }
    }
}
