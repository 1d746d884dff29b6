//! Which words are others for one analyzer than for another, and which texts that concerns.
//!
//! How a run of Han characters is cut depends on the words that stand in it, on how frequent they are,
//! and on the sum of all frequencies ([`Dictionary::hold_total`](super::segment::Dictionary::hold_total));
//! a word of letters and Han together counts where it stands. So where that sum is the same, a text that
//! holds none of the changed words is cut alike by both.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::analyzer::Analyzer;
use super::segment::Dictionary;

/// The words that are others for one analyzer than for another.
pub(crate) struct ChangedWords {
    count: usize,
    /// Finds the changed words in a folded text; `None` where any text may be cut otherwise.
    finder: Option<AhoCorasick>,
}

impl ChangedWords {
    /// Words that one of the two has and the other has not, or has with another frequency, whatever
    /// the user gave to have them.
    pub fn between(old: &Analyzer, new: &Analyzer) -> ChangedWords {
        let (before, after) = (old.dictionary(), new.dictionary());
        let mut words = differing(&before, &after);
        words.extend(differing(&after, &before));
        let mixed = old.mixed_words().symmetric_difference(new.mixed_words());
        words.extend(mixed.map(|word| &**word));
        // Dictionaries with words of a user from before the sum was held have another one. And words that
        // are too many to be looked for may be anywhere.
        let finder = match before.total() == after.total() {
            true => AhoCorasick::new(&words).ok(),
            false => None,
        };
        ChangedWords {
            count: words.len(),
            finder,
        }
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether a folded text may be cut otherwise by one of the two than by the other.
    pub fn may_change(&self, folded: &str) -> bool {
        self.finder
            .as_ref()
            .is_none_or(|finder| finder.is_match(folded))
    }
}

/// The words of the first dictionary that the second does not have so.
fn differing<'a>(one: &'a Dictionary, other: &Dictionary) -> BTreeSet<&'a str> {
    let words = one.words();
    let differ = words.filter(|(word, frequency)| other.frequency(word) != Some(*frequency));
    differ.map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::analysis::{UserWords, compile};

    fn analyzer(words: &str) -> Analyzer {
        let words = UserWords::parse(words).unwrap();
        Analyzer::new(compile(&words).unwrap(), &words).unwrap()
    }

    fn between(old: &str, new: &str) -> ChangedWords {
        ChangedWords::between(&analyzer(old), &analyzer(new))
    }

    #[test]
    fn words_are_changed_by_what_comes_of_them() {
        let own = "云汐科技 1000\n中国 1\nQQ群\n";
        let same = "# again\nQQ群 7\nＱＱ群\n中国 9\n云汐科技 1000\n中国 1\n";
        assert_eq!(between(own, same).count(), 0);
        assert!(!between(own, same).may_change("云汐科技在中国建qq群"));
        let changed = between(own, "云汐科技 1001\n霜林銀行\n");
        assert_eq!(changed.count(), 4);
        for text in ["在云汐科技", "中国", "a\nqq群", "霜林银行"] {
            assert!(changed.may_change(text), "{text}");
        }
        for text in ["云汐", "科技", "qq", "群", "银行", ""] {
            assert!(!changed.may_change(text), "{text}");
        }
    }

    /// Words of frequencies that would make others less probable, if they were counted.
    #[test]
    fn frequent_words_do_not_change_other_texts() {
        let changed = between("", "霜林银行 90000000\n远岫 30000000\n远岫a股 1\n");
        let text = "青岚科技股份有限公司公告拟以自有资金回购";
        assert!(!changed.may_change(text) && changed.may_change("远岫"));
        assert_eq!(
            analyzer("").dictionary().total(),
            analyzer("远岫 9\n").dictionary().total()
        );
    }

    static PLAIN: LazyLock<Analyzer> = LazyLock::new(|| analyzer(""));

    fn words() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            4 => "[云汐科技港口绿色金融债券智慧壮大中国人民银行]{1,5}",
            1 => "[〇\u{20000}\u{30000}㐀云]{1,3}",
            1 => "[a云股]{2,3}",
        ];
        let frequency = prop_oneof![
            2 => Just(String::new()),
            2 => (0..2000_u64).prop_map(|frequency| frequency.to_string()),
            1 => (0..80_000_000_u64).prop_map(|frequency| frequency.to_string()),
        ];
        let line = (word, frequency).prop_map(|(word, frequency)| format!("{word} {frequency}\n"));
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2))]

        #[test]
        fn texts_without_a_changed_word_are_cut_alike(
            one in words(),
            other in words(),
            texts in prop::collection::vec(
                "[云汐科技港口绿色金融债券智慧壮大中国人民银行a股〇\u{20000}\u{30000}㐀 ，]{1,16}", 800
            ),
        ) {
            let (old, new) = (analyzer(&one), analyzer(&other));
            for (before, after) in [(&old, &new), (&*PLAIN, &new)] {
                let changed = ChangedWords::between(before, after);
                for text in &texts {
                    if !changed.may_change(&before.fold(text)) {
                        prop_assert_eq!(before.tokens(text), after.tokens(text), "{}", text);
                    }
                }
            }
        }
    }
}
