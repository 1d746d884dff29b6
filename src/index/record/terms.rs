//! How a text of a field becomes terms, in tantivy's terms.

use std::sync::{Arc, LazyLock};

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Analyzer, Scratch};

/// Name of the view by characters.
pub(crate) const CHARACTERS: &str = "characters";
/// Name of the view by words.
pub(crate) const WORDS: &str = "words";

/// Both views, of texts whose paragraphs are folded: a document has the same text for both.
pub(crate) fn tokenizers(analyzer: &Arc<Analyzer>) -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(CHARACTERS, TextAnalyzer::from(Characters::default()));
    manager.register(
        WORDS,
        TextAnalyzer::from(Words {
            analyzer: Arc::clone(analyzer),
            scratch: Scratch::default(),
        }),
    );
    manager
}

/// The characters that most articles of the Chinese press have, ascending. Too many documents have two
/// of them, so these are terms side by side as well: an eighth of all pairs, and those that would take
/// longest to look for.
const FREQUENT: &str = "\
\x20%(),.0123456789:“”、。一上业中为于人以元全公出前动发司和国在大对将市年成据新方日时月有期电的示社联股能行财高";

/// How many they are.
const COUNT: usize = 64;

/// The numbers of the frequent characters among them, by code point.
static NUMBERS: LazyLock<Box<[u16]>> = LazyLock::new(|| {
    let mut numbers = vec![NONE; 1 << 16];
    for (c, number) in FREQUENT.chars().zip(0..) {
        numbers[c as usize] = number;
    }
    numbers.into()
});

/// The number of all others.
const NONE: u16 = u16::MAX;

fn number(numbers: &[u16], c: char) -> u16 {
    numbers.get(c as usize).copied().unwrap_or(NONE)
}

/// Whether two characters are a term side by side.
fn are_term(a: char, b: char) -> bool {
    let numbers = &**NUMBERS;
    number(numbers, a) != NONE && number(numbers, b) != NONE
}

/// Whether a folded text, which has no line feed, is a term of the view by characters: the documents
/// that contain it are those that have the term.
pub(crate) fn is_gram(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(_), None, _) => true,
        (Some(a), Some(b), None) => are_term(a, b),
        _ => false,
    }
}

/// Terms of the view by characters that hold all of a folded text: a document that contains it has
/// them.
pub(crate) fn grams(text: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let end = |i: usize| chars.get(i).map_or(text.len(), |&(at, _)| at);
    let mut grams = Vec::with_capacity(chars.len());
    let mut is_in_last = false;
    for (i, &(at, c)) in chars.iter().enumerate() {
        let is_in_next = chars.get(i + 1).is_some_and(|&(_, next)| are_term(c, next));
        if is_in_next {
            grams.push(&text[at..end(i + 2)]);
        } else if !is_in_last {
            grams.push(&text[at..end(i + 1)]);
        }
        is_in_last = is_in_next;
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Each character is a term, and so are two [frequent](FREQUENT) ones side by side, as often as they
/// stand in a text, but no more than [`MOST`] times; a line feed, which separates paragraphs, is none.
/// Equal tokens are emitted together, so that tantivy's hash entry is still in the CPU cache for the
/// second one.
#[derive(Clone, Default)]
struct Characters {
    /// The characters of a text that are still to come, and how often, by code point.
    characters: Vec<char>,
    counts: Vec<u8>,
    /// The same of pairs of frequent characters, by their numbers.
    pairs: Vec<u16>,
    counts_of_pairs: Vec<u8>,
}

/// The most occurrences in a field of a document that count, where they are not those of a word:
/// further ones hardly change a score, and to tell each takes as long as the first.
pub(crate) const MOST: u8 = 3;

impl Characters {
    fn read(&mut self, folded: &str) {
        // What is left of a text that was not read to its end.
        while self.take().is_some() {}
        if self.counts.is_empty() {
            // Memory that is never touched is never given: most characters occur in no text.
            self.counts = vec![0; char::MAX as usize + 1];
            self.counts_of_pairs = vec![0; COUNT * COUNT];
        }
        let numbers = &**NUMBERS;
        let mut last = NONE;
        for c in folded.chars() {
            let next = number(numbers, c);
            if c != '\n' && count(&mut self.counts[c as usize]) {
                self.characters.push(c);
            }
            if last != NONE && next != NONE {
                let pair = last * COUNT as u16 + next;
                if count(&mut self.counts_of_pairs[usize::from(pair)]) {
                    self.pairs.push(pair);
                }
            }
            last = next;
        }
    }

    /// The next term, and how often it comes.
    fn take(&mut self) -> Option<(Gram, u8)> {
        if let Some(c) = self.characters.pop() {
            let count = std::mem::take(&mut self.counts[c as usize]);
            return Some((Gram::Character(c), count));
        }
        let pair = self.pairs.pop()?;
        let count = std::mem::take(&mut self.counts_of_pairs[usize::from(pair)]);
        Some((Gram::Pair(pair), count))
    }
}

/// Counts one more; whether it is the first.
fn count(count: &mut u8) -> bool {
    *count = MOST.min(*count + 1);
    *count == 1
}

/// A term of the view by characters.
enum Gram {
    Character(char),
    Pair(u16),
}

/// The frequent characters by their numbers.
static CHARACTERS_OF_NUMBERS: LazyLock<Vec<char>> = LazyLock::new(|| FREQUENT.chars().collect());

impl Gram {
    fn write(&self, text: &mut String) {
        text.clear();
        match *self {
            Gram::Character(c) => text.push(c),
            Gram::Pair(pair) => {
                let numbers = [usize::from(pair) / COUNT, usize::from(pair) % COUNT];
                text.extend(numbers.map(|number| CHARACTERS_OF_NUMBERS[number]));
            }
        }
    }
}

impl Tokenizer for Characters {
    type TokenStream<'a> = CharacterStream<'a>;

    fn token_stream<'a>(&'a mut self, folded: &'a str) -> CharacterStream<'a> {
        self.read(folded);
        CharacterStream {
            characters: self,
            more: 0,
            token: Token::default(),
        }
    }
}

struct CharacterStream<'a> {
    characters: &'a mut Characters,
    /// How often the token is still to come.
    more: u8,
    token: Token,
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        if self.more == 0 {
            let Some((gram, count)) = self.characters.take() else {
                return false;
            };
            gram.write(&mut self.token.text);
            self.more = count;
        }
        self.more -= 1;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The analyzer's words and their parts, without places.
#[derive(Clone)]
struct Words {
    analyzer: Arc<Analyzer>,
    scratch: Scratch,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, folded: &'a str) -> WordStream<'a> {
        WordStream {
            words: self,
            folded,
            one_by_one: None,
            token: Token::default(),
        }
    }
}

impl Words {
    /// Calls `take` with each word of a text, in order.
    fn cut(&mut self, folded: &str, mut take: impl FnMut(&str)) {
        for paragraph in folded.split('\n') {
            self.analyzer
                .cut(paragraph, &mut self.scratch, |word| take(word.text));
        }
    }
}

struct WordStream<'a> {
    words: &'a mut Words,
    folded: &'a str,
    /// The words that are still to come, for who asks for one at a time.
    one_by_one: Option<std::vec::IntoIter<String>>,
    token: Token,
}

impl TokenStream for WordStream<'_> {
    /// Hands over each word as it is cut, which is the way in which texts are indexed.
    fn process(&mut self, sink: &mut dyn FnMut(&Token)) {
        let token = &mut self.token;
        self.words.cut(self.folded, |word| {
            token.text.clear();
            token.text.push_str(word);
            token.position = token.position.wrapping_add(1);
            sink(token);
        });
    }

    fn advance(&mut self) -> bool {
        let words = self.one_by_one.get_or_insert_with(|| {
            let mut words = Vec::new();
            self.words
                .cut(self.folded, |word| words.push(word.to_string()));
            words.into_iter()
        });
        let Some(word) = words.next() else {
            return false;
        };
        self.token.text = word;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, IndexOptions};

    /// The tokens of a view as `text@position`.
    fn tokens(view: &str, folded: &str, one_by_one: bool) -> Vec<String> {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut view = index.shared.engine.tokenizers().get(view).unwrap();
        let mut stream = view.token_stream(folded);
        let mut tokens = Vec::new();
        let mut take = |token: &Token| tokens.push(format!("{}@{}", token.text, token.position));
        match one_by_one {
            true => {
                while stream.advance() {
                    take(stream.token());
                }
            }
            false => stream.process(&mut take),
        }
        tokens
    }

    #[test]
    fn a_text_is_seen_in_two_views() {
        let folded = "央行a\n降准";
        for one_by_one in [true, false] {
            assert_eq!(
                tokens(CHARACTERS, folded, one_by_one),
                ["准@0", "降@1", "a@2", "行@3", "央@4"]
            );
            assert_eq!(
                tokens(CHARACTERS, "公司\n公\u{20000}公公司", one_by_one),
                [
                    "\u{20000}@0",
                    "司@1",
                    "司@2",
                    "公@3",
                    "公@4",
                    "公@5",
                    "公公@6",
                    "公司@7",
                    "公司@8"
                ]
            );
            assert_eq!(tokens(CHARACTERS, "", one_by_one), [""; 0]);
            assert_eq!(
                tokens(WORDS, folded, one_by_one),
                ["央行@0", "a@1", "降准@2"]
            );
            assert_eq!(tokens(WORDS, "", one_by_one), [""; 0]);
        }
    }

    #[test]
    fn a_text_leaves_nothing_behind_that_was_not_read_to_its_end() {
        let mut characters = Characters::default();
        for end in 0..4 {
            let mut stream = characters.token_stream("公司公司");
            (0..end).for_each(|_| _ = stream.advance());
            let mut places = Vec::new();
            let mut stream = characters.token_stream("司公");
            while stream.advance() {
                places.push(stream.token().text.clone());
            }
            assert_eq!(places, ["公", "司", "司公"], "{end}");
        }
    }

    #[test]
    fn frequent_characters_are_ascending_and_of_the_basic_plane() {
        let all: Vec<char> = FREQUENT.chars().collect();
        assert_eq!(all.len(), COUNT);
        assert!(all.is_sorted_by(|a, b| a < b));
        assert!(all.iter().all(|&c| (c as u32) < 1 << 16 && c != '\n'));
        let folder = crate::analysis::Folder::new();
        assert_eq!(folder.fold(FREQUENT.trim()), FREQUENT.trim());
    }

    #[test]
    fn a_text_needs_the_terms_that_hold_all_of_it() {
        for (text, all) in [
            ("", &[][..]),
            ("公", &["公"]),
            ("央行", &["央", "行"]),
            ("公司", &["公司"]),
            ("公司公", &["公司", "司公"]),
            ("公司央行", &["公司", "央", "行"]),
            ("央公司的央", &["公司", "司的", "央"]),
            ("\u{20000}公司", &["公司", "\u{20000}"]),
        ] {
            assert_eq!(grams(text), all, "{text}");
            assert_eq!(is_gram(text), all == [text], "{text}");
        }
    }
}
