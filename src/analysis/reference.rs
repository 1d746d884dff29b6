//! jieba-rs over the words of a dictionary of ours, to compare with.

use std::collections::BTreeSet;
use std::fmt::Write;

use jieba_rs::Jieba;

use super::segment::{Dictionary, is_han};

/// Stands for the words that a text does not have; no text of Han characters has it.
const OTHERS: &str = "others";
/// Separates runs of Han characters.
const SEPARATOR: char = '，';

/// Cuts with jieba-rs.
pub(crate) struct Reference {
    dictionary: Dictionary,
    /// How long its words are, in characters.
    lengths: BTreeSet<usize>,
}

impl Reference {
    /// With these words.
    pub fn new(dictionary: Dictionary) -> Reference {
        let words = dictionary.words();
        let lengths = words.map(|(word, _)| word.chars().count()).collect();
        Reference {
            dictionary,
            lengths,
        }
    }

    /// The words of runs of Han characters, in search of the most probable ones, without guessing.
    ///
    /// jieba-rs makes the sum of all frequencies of those that it is given. Here it is given the words that the text
    /// has, and one for all others, so that the sum is that of the dictionary, which leaves
    /// [words of the user out](Dictionary::hold_total). `None` where the words of the text are together more
    /// frequent than that.
    pub fn cut<'t>(&self, runs: &'t str) -> Option<Vec<&'t str>> {
        let (mut lines, mut sum) = (String::new(), 0_u64);
        for word in self.words_in(runs) {
            let frequency = self.dictionary.frequency(word)?;
            sum = sum.checked_add(frequency)?;
            let _ = writeln!(lines, "{word} {frequency} n");
        }
        let others = self.dictionary.total().checked_sub(sum)?;
        let _ = writeln!(lines, "{OTHERS} {others} n");
        let jieba = Jieba::with_dict(&mut lines.as_bytes()).ok()?;
        let tokens = jieba.cut(runs, false).into_iter();
        let words = tokens.map(|token| &runs[token.byte_start..token.byte_end]);
        Some(words.filter(|word| word.starts_with(is_han)).collect())
    }

    /// All words of the dictionary that stand somewhere in a text.
    fn words_in<'t>(&self, runs: &'t str) -> BTreeSet<&'t str> {
        let mut ends: Vec<usize> = runs.char_indices().map(|(at, _)| at).collect();
        ends.push(runs.len());
        let mut words = BTreeSet::new();
        for first in 0..ends.len() {
            for length in &self.lengths {
                let Some(&end) = ends.get(first + length) else {
                    break;
                };
                let text = &runs[ends[first]..end];
                if self.dictionary.frequency(text).is_some() {
                    words.insert(text);
                }
            }
        }
        words
    }
}

/// The runs of Han characters of a text, parted.
pub(crate) fn han_runs(text: &str) -> String {
    let runs = text.split(|c| !is_han(c)).filter(|run| !run.is_empty());
    runs.fold(String::new(), |mut all, run| {
        if !all.is_empty() {
            all.push(SEPARATOR);
        }
        all + run
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Analyzer, Scratch, UserWords, compile};

    #[test]
    fn the_words_of_a_user_are_cut_as_jieba_cuts_them() {
        let words = "云汐科技\n霜林银行 30000000\n港口 0\n沈未央 5\n公司债 9000000\n";
        let words = UserWords::parse(words).unwrap();
        let analyzer = Analyzer::new(compile(&words).unwrap(), &words).unwrap();
        let reference = Reference::new(analyzer.dictionary());
        for text in [
            "青岚科技股份有限公司公告，拟以自有资金回购公司股份",
            "霜林银行与云汐科技签署港口战略合作协议：公司债",
            "沈未央表示，中国农业发展银行提供贷款支持",
            "",
            "ETF 4S",
        ] {
            let runs = han_runs(text);
            let cut = analyzer.han_words(&runs, &mut Scratch::default());
            assert_eq!(reference.cut(&runs), Some(cut), "{text}");
        }
        let both = "霜林银行".repeat(2);
        assert!(reference.cut(&both).is_some());
    }

    #[test]
    fn words_more_frequent_than_all_together_cannot_be_compared() {
        let words = UserWords::parse("云汐 50000000\n海岚 50000000\n").unwrap();
        let analyzer = Analyzer::new(compile(&words).unwrap(), &words).unwrap();
        let reference = Reference::new(analyzer.dictionary());
        assert_eq!(reference.cut("云汐"), Some(vec!["云汐"]));
        assert_eq!(reference.cut("云汐海岚"), None);
    }

    #[test]
    fn what_is_no_han_parts_runs() {
        assert_eq!(han_runs("A股4S店。\n国 际"), "股，店，国，际");
    }
}
