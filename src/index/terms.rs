//! How a text of a field becomes terms, in tantivy's terms.

use std::sync::Arc;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Analyzer, Scratch};

/// Name of the view by characters.
pub(crate) const CHARACTERS: &str = "characters";
/// Name of the view by words.
pub(crate) const WORDS: &str = "words";

/// Both views over one analyzer.
pub(crate) fn tokenizers(analyzer: &Arc<Analyzer>) -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(
        CHARACTERS,
        TextAnalyzer::from(Characters(Arc::clone(analyzer))),
    );
    manager.register(
        WORDS,
        TextAnalyzer::from(Words {
            analyzer: Arc::clone(analyzer),
            scratch: Scratch::default(),
        }),
    );
    manager
}

/// Each folded character is a term at its place; a paragraph break leaves one place empty, so that
/// nothing matches across it.
#[derive(Clone)]
struct Characters(Arc<Analyzer>);

impl Tokenizer for Characters {
    type TokenStream<'a> = CharacterStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharacterStream {
        let mut folded = String::with_capacity(text.len());
        for (i, paragraph) in text.split('\n').enumerate() {
            if i > 0 {
                folded.push('\n');
            }
            self.0.folder().fold_into(paragraph, &mut folded);
        }
        CharacterStream {
            folded,
            at: 0,
            position: 0,
            token: Token::default(),
        }
    }
}

struct CharacterStream {
    folded: String,
    at: usize,
    position: usize,
    token: Token,
}

impl TokenStream for CharacterStream {
    fn advance(&mut self) -> bool {
        while let Some(c) = self.folded[self.at..].chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            self.position += 1;
            if c != '\n' {
                self.token.position = self.position - 1;
                self.token.text.clear();
                self.token.text.push_str(&self.folded[start..self.at]);
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

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let mut stream = WordStream::default();
        let mut folded = String::new();
        for paragraph in text.split('\n') {
            folded.clear();
            self.analyzer.folder().fold_into(paragraph, &mut folded);
            self.analyzer
                .cut(&folded, &mut self.scratch, |word| stream.push(word.text));
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
