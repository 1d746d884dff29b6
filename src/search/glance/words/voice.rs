//! Whether words that stand side by side are one.

use std::cell::RefCell;

use jieba_rs::Jieba;
use rustc_hash::FxHashMap;

use crate::analysis::{Analyzer, Scratch, jieba_dictionary};

/// Parts of speech, as jieba's dictionary names them, of words that join others and are no part of a name:
/// particles, conjunctions, prepositions.
const GLUE: [&str; 9] = ["u", "uj", "ul", "uz", "ug", "ud", "uv", "c", "p"];
/// With these, of words that seldom begin or end another one: pronouns, adverbs, numerals, measures, places.
const FUNCTIONS: [&str; 13] = [
    "r", "rz", "rg", "d", "m", "q", "y", "e", "f", "k", "h", "o", "zg",
];
/// Single characters that begin a phrase (`较 上年`, `个 交易日`), and such as end one (`公告 称`): verbs and
/// measures by the dictionary, or nouns.
const OPENERS: &str = "较现起很这那轮个级拟已该年日时";
const CLOSERS: &str = "称至到时上下内中着出起讯会前后超近以为跌涨";

/// Share of its occurrences in which the hidden Markov model has to see one word: of two characters, and of
/// more where the dictionary speaks against it.
const LEAST_SEEN: f64 = 0.3;
const LEAST_SEEN_OF_DOUBTFUL: f64 = 0.5;
/// And how cohesive the latter has to be.
const LEAST_COHESION_OF_DOUBTFUL: f64 = 0.6;

/// What jieba says, with its dictionary and its hidden Markov model.
pub(super) struct Voice<'a> {
    analyzer: &'a Analyzer,
    jieba: Jieba,
    /// The parts of speech that were looked up.
    tags: RefCell<FxHashMap<String, String>>,
}

impl<'a> Voice<'a> {
    pub fn new(analyzer: &'a Analyzer) -> Voice<'a> {
        let dictionary = jieba_dictionary();
        let jieba = Jieba::with_dict(&mut dictionary.as_bytes());
        Voice {
            analyzer,
            jieba: jieba.expect("the embedded dictionary is one"),
            tags: RefCell::default(),
        }
    }

    /// In what share of some occurrences the hidden Markov model sees one word, if these parts are one: each
    /// occurrence with the run that it stands in, and with where, in bytes.
    pub fn says_one_word(
        &self,
        parts: &[&str],
        cohesion: f64,
        contexts: &[(String, usize)],
    ) -> Option<f64> {
        let text = parts.concat();
        if self.is_known(&text) {
            return None;
        }
        let (&[first, ..], Some(&last)) = (parts, parts.last()) else {
            return None;
        };
        let is_glue = |part: &&str| GLUE.contains(&self.tag(part).as_str());
        let begins = OPENERS.contains(first) || CLOSERS.contains(last);
        if begins || parts[1..parts.len() - 1].iter().any(is_glue) {
            return None;
        }
        let is_function = |part: &str| {
            let tag = self.tag(part);
            is_glue(&part) || FUNCTIONS.contains(&tag.as_str())
        };
        let seen = self.seen(&text, contexts);
        let characters = text.chars().count();
        let is_word = if is_function(first) || is_function(last) {
            characters > 2
                && seen >= LEAST_SEEN_OF_DOUBTFUL
                && cohesion >= LEAST_COHESION_OF_DOUBTFUL
        } else if characters == 2 || self.tag(first) == "v" || self.tag(last) == "v" {
            seen >= LEAST_SEEN
        } else {
            // Whole words side by side are a term where the last of them is a noun.
            last.chars().count() == 1 || self.is_noun(last)
        };
        is_word.then_some(seen)
    }

    /// Whether the text is cut as one word when it stands alone.
    fn is_known(&self, text: &str) -> bool {
        let mut is_whole = false;
        self.analyzer.cut(text, &mut Scratch::default(), |cut| {
            is_whole |= !cut.part && cut.text == text;
        });
        is_whole
    }

    fn is_noun(&self, word: &str) -> bool {
        let tag = self.tag(word);
        matches!(tag.as_str(), "vn" | "an" | "x")
            || tag.starts_with(['n', 'i', 'j', 'l', 't', 's', 'b', 'g'])
    }

    /// The part of speech of a word; that of a noun where jieba does not know it.
    fn tag(&self, word: &str) -> String {
        if let Some(tag) = self.tags.borrow().get(word) {
            return tag.clone();
        }
        let tags = self.jieba.tag(word, false);
        let tag = match &tags[..] {
            [tag] => tag.tag.to_owned(),
            _ => "n".to_owned(),
        };
        self.tags.borrow_mut().insert(word.to_owned(), tag.clone());
        tag
    }

    fn seen(&self, text: &str, contexts: &[(String, usize)]) -> f64 {
        let is_seen = |(run, start): &&(String, usize)| {
            let tokens = self.jieba.cut(run, true);
            let mut tokens = tokens.iter();
            tokens.any(|token| token.byte_start == *start && token.word == text)
        };
        let seen = contexts.iter().filter(is_seen).count();
        seen as f64 / contexts.len().max(1) as f64
    }
}
