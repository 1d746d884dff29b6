//! How a text of a field becomes terms, in tantivy's terms.

use std::sync::Arc;

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

/// Each character is a term at its place; a paragraph break leaves one place empty, so that nothing
/// matches across it. All places of a character come together: the engine looks up the term of
/// every token in more memory than is near the processor, and now what it finds is there already.
///
/// A place is counted from 1 here, and 0 is none.
#[derive(Clone, Default)]
struct Characters {
    /// The characters of a text that are still to come, each once.
    distinct: Vec<char>,
    /// The first place of each of these, by code point.
    first: Vec<u32>,
    /// The place at which the character of each place stands next.
    next: Vec<u32>,
}

impl Characters {
    fn read(&mut self, folded: &str) {
        let count = u32::try_from(folded.chars().count()).expect("a text has less than 4 GB");
        // What is left of a text that was not read to its end.
        for c in self.distinct.drain(..) {
            self.first[c as usize] = 0;
        }
        if self.first.is_empty() {
            // Memory that is never touched is never given: most characters occur in no text.
            self.first = vec![0; char::MAX as usize + 1];
        }
        self.next.clear();
        self.next.resize(count as usize + 1, 0);
        for (place, c) in (1..=count).rev().zip(folded.chars().rev()) {
            if c != '\n' {
                let next = std::mem::replace(&mut self.first[c as usize], place);
                if next == 0 {
                    self.distinct.push(c);
                }
                self.next[place as usize] = next;
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
            place: 0,
            token: Token::default(),
        }
    }
}

struct CharacterStream<'a> {
    characters: &'a mut Characters,
    /// The next place of the character of the token.
    place: u32,
    token: Token,
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        let Characters {
            distinct,
            first,
            next,
        } = &mut *self.characters;
        if self.place == 0 {
            let Some(c) = distinct.pop() else {
                return false;
            };
            self.token.text.clear();
            self.token.text.push(c);
            self.place = std::mem::take(&mut first[c as usize]);
        }
        self.token.position = self.place as usize - 1;
        self.place = next[self.place as usize];
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
                ["央@0", "行@1", "a@2", "降@4", "准@5"]
            );
            assert_eq!(
                tokens(CHARACTERS, "行央\n行\u{20000}行", one_by_one),
                ["央@1", "\u{20000}@4", "行@0", "行@3", "行@5"]
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
            let mut stream = characters.token_stream("央行央");
            (0..end).for_each(|_| _ = stream.advance());
            let mut places = Vec::new();
            let mut stream = characters.token_stream("行央");
            while stream.advance() {
                places.push((stream.token().text.clone(), stream.token().position));
            }
            assert_eq!(
                places,
                [("行".to_string(), 0), ("央".to_string(), 1)],
                "{end}"
            );
        }
    }
}
