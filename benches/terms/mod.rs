//! The views of a text that the designs are made of, as terms with places.

use std::ops::Range;

use newsearch::Index;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// A view of the text. The place of a term is that of its first character in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The analyzer's words and their parts.
    Words,
    Characters,
    /// Each two characters side by side; the last of a line with the line break, so that every
    /// character starts one.
    Bigrams,
}

impl View {
    pub fn name(self) -> &'static str {
        match self {
            View::Words => "words",
            View::Characters => "characters",
            View::Bigrams => "bigrams",
        }
    }
}

/// All views, cut as the index does.
pub fn tokenizers(index: &Index) -> TokenizerManager {
    let manager = TokenizerManager::default();
    for view in [View::Words, View::Characters, View::Bigrams] {
        let terms = Terms {
            index: index.clone(),
            view,
        };
        manager.register(view.name(), TextAnalyzer::from(terms));
    }
    manager
}

#[derive(Clone)]
struct Terms {
    index: Index,
    view: View,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let mut stream = Stream::default();
        let mut first = 0;
        for line in text.lines() {
            let mut folded = self.index.analyzer().fold(line);
            let characters = folded.chars().count();
            match self.view {
                View::Words => self.words(&folded, first, &mut stream),
                View::Characters => stream.add_grams(&folded, first, 1),
                View::Bigrams => {
                    folded.push('\n');
                    stream.add_grams(&folded, first, 2);
                }
            }
            first += characters + 1;
        }
        stream
    }
}

impl Terms {
    fn words(&self, folded: &str, first: usize, stream: &mut Stream) {
        let mut places = vec![first; folded.len() + 1];
        for (place, (start, _)) in folded.char_indices().enumerate() {
            places[start] = first + place;
        }
        for token in self.index.analyzer().tokens(folded) {
            stream.add(&token.text, places[token.range.start]);
        }
    }
}

/// All terms of a text, end to end.
#[derive(Default)]
struct Stream {
    text: String,
    terms: Vec<(Range<usize>, usize)>,
    next: usize,
    token: Token,
}

impl Stream {
    fn add(&mut self, term: &str, place: usize) {
        let start = self.text.len();
        self.text.push_str(term);
        self.terms.push((start..self.text.len(), place));
    }

    /// Adds the runs of `length` characters.
    fn add_grams(&mut self, folded: &str, first: usize, length: usize) {
        let start = self.text.len();
        self.text.push_str(folded);
        let starts = folded.char_indices().map(|(i, _)| start + i);
        let ends = folded
            .char_indices()
            .map(|(i, c)| start + i + c.len_utf8())
            .skip(length - 1);
        self.terms
            .extend(starts.zip(ends).map(|(start, end)| start..end).zip(first..));
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some((range, place)) = self.terms.get(self.next) else {
            return false;
        };
        self.next += 1;
        self.token.position = *place;
        self.token.text.clear();
        self.token.text.push_str(&self.text[range.clone()]);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
