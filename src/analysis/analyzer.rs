//! One analyzer for articles and for queries.

use std::ops::Range;

use jieba_rs::Jieba;

use super::blocks;
use super::fold::{Folder, is_han};
use super::lexicon::{self, FINANCE, MixedWords, UserWords};

/// Changes whenever the same text would be cut otherwise than before.
const RULES_VERSION: u32 = 1;

/// Folds a text and cuts it into words.
///
/// Immutable and shared by all threads; an index owns the analyzer that it was built with.
pub struct Analyzer {
    folder: Folder,
    jieba: Jieba,
    mixed: MixedWords,
    user_words: UserWords,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word, folded.
    pub text: String,
    /// Where it stands in the original text, in bytes.
    pub range: Range<usize>,
    /// It is a part of the word before it: `农业` in `农业银行`.
    pub part: bool,
}

/// What [`Analyzer::cut`] finds in a folded text.
pub(crate) struct Cut<'a> {
    pub text: &'a str,
    /// In bytes of the folded text.
    pub range: Range<usize>,
    pub part: bool,
}

impl Analyzer {
    /// An analyzer with the built-in dictionaries and the user's words.
    pub(crate) fn new(user_words: UserWords) -> Analyzer {
        let folder = Folder::new();
        let mut jieba = Jieba::new();
        let mut mixed = MixedWords::default();
        for entry in lexicon::entries(FINANCE).chain(user_words.entries()) {
            let word = folder.fold(entry.word);
            let han = word.chars().filter(|&c| is_han(c)).count();
            if han == word.chars().count() {
                jieba.add_word(&word, entry.frequency, None);
            } else if han > 0 {
                mixed.insert(&word, han);
            }
        }
        Analyzer {
            folder,
            jieba,
            mixed,
            user_words,
        }
    }

    /// The words of a text, in order, each followed by its parts.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut start = 0;
        for paragraph in text.split('\n') {
            let folded = self.folder.map(paragraph);
            self.cut(&folded.text, |word| {
                let range = folded.original(word.range);
                let range = start + range.start..start + range.end;
                tokens.push(Token {
                    text: word.text.to_string(),
                    range,
                    part: word.part,
                });
            });
            start += paragraph.len() + 1;
        }
        tokens
    }

    /// The text as it is compared: width, case and variant characters made one.
    pub fn fold(&self, text: &str) -> String {
        self.folder.fold(text)
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Identifies how texts are folded and cut, in 32 hexadecimal digits: two analyzers with one
    /// identity give the same tokens.
    pub fn identity(&self) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(&RULES_VERSION.to_le_bytes());
        hash.update(&self.folder.version().to_le_bytes());
        hash.update(FINANCE.as_bytes());
        hash.update(self.user_words.text().as_bytes());
        hash.finalize().to_hex()[..32].to_string()
    }

    /// Cuts a folded text (one paragraph) into words; each is followed by its parts.
    pub(crate) fn cut(&self, folded: &str, mut emit: impl FnMut(Cut)) {
        let mut at = 0;
        while let Some(c) = folded[at..].chars().next() {
            at = if is_han(c) {
                self.cut_han(folded, at, &mut emit)
            } else if c.is_alphanumeric() {
                self.cut_block(folded, at, &mut emit)
            } else {
                at + c.len_utf8()
            };
        }
    }

    /// Cuts the run of Han at `at`; returns where it ends. A block behind it may take its last
    /// characters into a mixed word (`沪深300`).
    fn cut_han(&self, folded: &str, at: usize, emit: &mut impl FnMut(Cut)) -> usize {
        let run = &folded[at..at + han_length(&folded[at..])];
        let end = at + run.len();
        if folded[end..].starts_with(char::is_alphanumeric) {
            let block_end = end + blocks::length(&folded[end..], is_han);
            for (start, _) in run.char_indices().rev().take(self.mixed.reach) {
                let word = at + start..block_end;
                if self.mixed.contains(&folded[word.clone()]) {
                    self.cut_run(folded, at..word.start, emit);
                    self.emit_mixed(folded, word, end, emit);
                    return block_end;
                }
            }
        }
        self.cut_run(folded, at..end, emit);
        end
    }

    /// Cuts the block at `at`; returns where it ends. It may take the first characters of the Han
    /// behind it into a mixed word (`a股`).
    fn cut_block(&self, folded: &str, at: usize, emit: &mut impl FnMut(Cut)) -> usize {
        let end = at + blocks::length(&folded[at..], is_han);
        let reach = folded[end..]
            .char_indices()
            .take(self.mixed.reach)
            .filter(|&(_, c)| is_han(c));
        let ends: Vec<usize> = reach.map(|(start, c)| end + start + c.len_utf8()).collect();
        for word_end in ends.into_iter().rev() {
            if self.mixed.contains(&folded[at..word_end]) {
                self.emit_mixed(folded, at..word_end, end, emit);
                return word_end;
            }
        }
        blocks::split(&folded[at..end], |text, range, part| {
            let range = at + range.start..at + range.end;
            emit(Cut { text, range, part })
        });
        end
    }

    /// A mixed word, and as its parts the block and the Han on the two sides of `seam`.
    fn emit_mixed(
        &self,
        folded: &str,
        word: Range<usize>,
        seam: usize,
        emit: &mut impl FnMut(Cut),
    ) {
        emit(Cut {
            text: &folded[word.clone()],
            range: word.clone(),
            part: false,
        });
        for range in [word.start..seam, seam..word.end] {
            emit(Cut {
                text: &folded[range.clone()],
                range,
                part: true,
            });
        }
    }

    /// Cuts Han text by the dictionary.
    fn cut_run(&self, folded: &str, run: Range<usize>, emit: &mut impl FnMut(Cut)) {
        for token in self.jieba.cut(&folded[run.clone()], false) {
            let start = run.start + token.byte_start;
            let word = start..start + token.word.len();
            emit(Cut {
                text: token.word,
                range: word,
                part: false,
            });
            self.emit_parts(token.word, start, emit);
        }
    }

    /// The dictionary's words of two characters and more inside a longer one.
    fn emit_parts(&self, word: &str, start: usize, emit: &mut impl FnMut(Cut)) {
        let bounds: Vec<usize> = word
            .char_indices()
            .map(|(i, _)| i)
            .chain([word.len()])
            .collect();
        let count = bounds.len() - 1;
        for length in 2..count {
            for first in 0..=count - length {
                let part = bounds[first]..bounds[first + length];
                if self.jieba.has_word(&word[part.clone()]) {
                    let range = start + part.start..start + part.end;
                    emit(Cut {
                        text: &word[part],
                        range,
                        part: true,
                    });
                }
            }
        }
    }
}

/// Length in bytes of the run of Han characters that starts `text`.
fn han_length(text: &str) -> usize {
    text.find(|c| !is_han(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static ANALYZER: LazyLock<Analyzer> =
        LazyLock::new(|| Analyzer::new(UserWords::parse("云汐科技\n甲股 5\nQQ群\n").unwrap()));

    /// `word(part,part)/word`
    fn cut(text: &str) -> String {
        let mut out = String::new();
        let mut parts = 0;
        for token in ANALYZER.tokens(text) {
            let closing = if parts > 0 && !token.part { ")" } else { "" };
            parts = if token.part { parts + 1 } else { 0 };
            let opening = match (out.is_empty(), parts) {
                (true, _) => "",
                (_, 0) => "/",
                (_, 1) => "(",
                _ => ",",
            };
            out += &format!("{closing}{opening}{}", token.text);
        }
        if parts > 0 { out + ")" } else { out }
    }

    #[test]
    fn han_is_cut_by_the_dictionary_with_the_words_inside() {
        assert_eq!(cut("央行宣布降准"), "央行/宣布/降准");
        assert_eq!(
            cut("中华人民共和国"),
            "中华人民共和国(中华,华人,人民,共和,共和国,中华人民,人民共和国)"
        );
    }

    #[test]
    fn the_users_words_win() {
        assert_eq!(cut("云汐科技上涨"), "云汐科技(科技)/上涨");
        assert_eq!(cut("加入qq群"), "加入/qq群(qq,群)");
    }

    #[test]
    fn traditional_and_full_width_forms_are_folded_before_cutting() {
        assert_eq!(cut("國際論壇"), "国际/论坛");
        assert_eq!(cut("ＥＴＦ上漲"), "etf/上涨");
    }

    #[test]
    fn blocks_and_han_meet() {
        assert_eq!(cut("600519.SH上涨"), "600519.sh(600519,sh)/上涨");
        assert_eq!(cut("A股4S店"), "a股(a,股)/4s店(4s,店)");
        assert_eq!(cut("用C#写"), "用/c#(c)/写");
    }

    #[test]
    fn token_ranges_slice_the_original() {
        let text = "昇興股份（００２７５２）\n國 際論壇";
        let slices: Vec<_> = ANALYZER
            .tokens(text)
            .iter()
            .map(|t| text[t.range.clone()].to_string())
            .collect();
        assert_eq!(
            slices.concat().replace('\n', ""),
            "昇興股份００２７５２國 際論壇"
        );
    }

    #[test]
    fn the_identity_changes_with_the_words() {
        let plain = Analyzer::new(UserWords::default()).identity();
        assert_eq!(plain.len(), 32);
        assert_eq!(plain, Analyzer::new(UserWords::default()).identity());
        assert_ne!(plain, ANALYZER.identity());
    }
}
