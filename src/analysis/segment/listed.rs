//! An image → the words that it was compiled from.

use rustc_hash::FxHashMap;

use super::dictionary::Dictionary;
use super::image::{SEEN_ONCE, View};
use super::lattice::NEVER;
use super::trie::{CHILDLESS, FIRST_CODE, LAST_CODE, LONGEST_WORD, NO_WORD, ROOT};

/// A node, with the base of its parent.
struct Child {
    parent: u32,
    code: u16,
    /// The word that ends here, as the index of its probability.
    word: u32,
    base: u32,
}

/// The words of an image. No two nodes share a base, so that a slot and the code of its character
/// tell whose child a node is.
pub(super) fn listed(view: &View<'_>) -> Dictionary {
    let characters: FxHashMap<u16, char> = view.codes.of_words().collect();
    let nodes = (0_u32..).zip(view.trie.slots());
    let children = nodes.filter_map(|(slot, node)| {
        let code = node.code();
        let is_character = (FIRST_CODE..=LAST_CODE).contains(&code);
        Some(Child {
            parent: slot.checked_sub(u32::from(code)).filter(|_| is_character)?,
            code,
            word: node.word(),
            base: node.base(),
        })
    });
    let mut children: Vec<Child> = children.collect();
    children.sort_unstable_by_key(|child| child.parent);

    let log_total = 0.0 - view.log(SEEN_ONCE);
    let frequency = |word| match view.log(word) {
        NEVER => 0,
        log => (log + log_total).exp().round() as u64,
    };
    let mut words = Vec::with_capacity(children.len());
    let mut open = vec![(ROOT, String::new(), 0)];
    // As many as there are nodes, so that damage cannot lead in a circle.
    let mut left = children.len();
    while let Some((base, beginning, length)) = open.pop() {
        let first = children.partition_point(|child| child.parent < base);
        let of_base = children[first..].iter();
        for child in of_base.take_while(|child| child.parent == base).take(left) {
            left -= 1;
            let Some(&c) = characters.get(&child.code) else {
                continue;
            };
            let mut text = String::with_capacity(beginning.len() + c.len_utf8());
            text.push_str(&beginning);
            text.push(c);
            match (child.word != NO_WORD, child.base != CHILDLESS) {
                (false, false) => {}
                (true, false) => words.push((text, frequency(child.word))),
                (is_word, true) => {
                    if is_word {
                        words.push((text.clone(), frequency(child.word)));
                    }
                    if length < LONGEST_WORD {
                        open.push((child.base, text, length + 1));
                    }
                }
            }
        }
    }
    Dictionary::of_words(words.into_iter(), log_total.exp().round() as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tantivy::directory::OwnedBytes;

    use super::super::Segmenter;
    use super::super::han::is_han;
    use super::*;

    #[test]
    fn the_words_of_an_image_are_those_that_it_was_compiled_from() {
        let mut dictionary = Dictionary::jieba();
        for (word, frequency) in [
            ("青岚科技", Some(0)),
            ("\u{20000}\u{2A6D6}", Some(7)),
            ("银行", Some(9_000_000_000)),
            ("沈未央", None),
            ("4S店", Some(3)),
        ] {
            dictionary.add(word, frequency).unwrap();
        }
        let image = OwnedBytes::new(dictionary.compile().unwrap());
        let read = Segmenter::from_bytes(image).unwrap().dictionary();
        let of_han = |dictionary: &Dictionary| -> BTreeMap<String, u64> {
            let words = dictionary.words();
            let words = words.filter(|(word, _)| word.chars().all(is_han));
            words
                .map(|(word, frequency)| (word.to_owned(), frequency))
                .collect()
        };
        assert!(of_han(&read) == of_han(&dictionary));
        assert_eq!(read.total(), dictionary.total());
    }
}
