//! How a text of a field becomes terms, in tantivy's terms.

use std::str::Chars;
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
    manager.register(CHARACTERS, TextAnalyzer::from(Characters));
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
/// matches across it.
#[derive(Clone)]
struct Characters;

impl Tokenizer for Characters {
    type TokenStream<'a> = CharacterStream<'a>;

    fn token_stream<'a>(&'a mut self, folded: &'a str) -> CharacterStream<'a> {
        CharacterStream {
            rest: folded.chars(),
            position: 0,
            token: Token::default(),
        }
    }
}

struct CharacterStream<'a> {
    rest: Chars<'a>,
    position: usize,
    token: Token,
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        for c in self.rest.by_ref() {
            self.position += 1;
            if c != '\n' {
                self.token.position = self.position - 1;
                self.token.text.clear();
                self.token.text.push(c);
                return true;
            }
        }
        false
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
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, folded: &'a str) -> WordStream {
        let mut stream = WordStream::default();
        for paragraph in folded.split('\n') {
            self.analyzer
                .cut(paragraph, &mut self.scratch, |word| stream.push(word.text));
        }
        stream
    }
}

/// All words of a text, end to end.
#[derive(Default)]
struct WordStream {
    text: String,
    ends: Vec<usize>,
    next: usize,
    token: Token,
}

impl WordStream {
    fn push(&mut self, word: &str) {
        self.text.push_str(word);
        self.ends.push(self.text.len());
    }
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        let Some(&end) = self.ends.get(self.next) else {
            return false;
        };
        let start = self
            .next
            .checked_sub(1)
            .map_or(0, |previous| self.ends[previous]);
        self.token.position = self.next;
        self.token.text.clear();
        self.token.text.push_str(&self.text[start..end]);
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
