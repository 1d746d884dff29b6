//! The analyzer on its own: text to words.

use newsearch::{Index, IndexOptions};
use pyo3::prelude::*;

use crate::errors::of_index;
use crate::files::text_of;
use crate::not_pickled;

/// Folds a text and cuts it into words, as an index does.
#[pyclass(frozen, module = "newsearch")]
pub struct Analyzer {
    /// The index whose analyzer it is.
    index: Index,
}

/// A word of a text.
#[pyclass(frozen, get_all, eq, hash, module = "newsearch")]
#[derive(PartialEq, Eq, Hash)]
pub struct Token {
    /// The word, folded.
    text: String,
    /// Its first character in the text.
    start: usize,
    /// The character after its last.
    end: usize,
    /// It is a part of the word before it.
    part: bool,
}

#[pymethods]
impl Token {
    fn __repr__(&self) -> String {
        let Token {
            text, start, end, ..
        } = self;
        format!("Token({text:?}, {start}, {end})")
    }
}

impl Analyzer {
    pub fn of(index: Index) -> Analyzer {
        Analyzer { index }
    }
}

#[pymethods]
impl Analyzer {
    #[new]
    #[pyo3(signature = (words=None))]
    fn new(py: Python<'_>, words: Option<&Bound<'_, PyAny>>) -> PyResult<Analyzer> {
        let mut options = IndexOptions::new();
        if let Some(words) = words {
            options = options.dictionary(&text_of(words)?).map_err(of_index)?;
        }
        let index = py.detach(|| Index::in_memory(options)).map_err(of_index)?;
        Ok(Analyzer { index })
    }

    /// The words of a text, folded, without parts of words.
    fn cut(&self, py: Python<'_>, text: &str) -> Vec<String> {
        py.detach(|| {
            let tokens = self.index.analyzer().tokens(text).into_iter();
            tokens
                .filter(|token| !token.part)
                .map(|token| token.text)
                .collect()
        })
    }

    /// The words of a text with where they are, in characters.
    fn tokens(&self, py: Python<'_>, text: &str) -> Vec<Token> {
        py.detach(|| {
            let mut place = Place::of(text);
            let mut tokens = Vec::new();
            for token in self.index.analyzer().tokens(text) {
                tokens.push(Token {
                    start: place.chars_at(token.range.start),
                    end: place.chars_at(token.range.end),
                    text: token.text,
                    part: token.part,
                });
            }
            tokens
        })
    }

    /// The text as it is compared.
    fn fold(&self, py: Python<'_>, text: &str) -> String {
        py.detach(|| self.index.analyzer().fold(text))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled(
            "an Analyzer",
            "make it again in the other process",
        ))
    }
}

/// A text as it is compared: width, case, and variant characters made one.
#[pyfunction]
pub fn fold(py: Python<'_>, text: &str) -> String {
    py.detach(|| newsearch::fold(text))
}

/// A place in a text, in bytes and in characters.
struct Place<'a> {
    text: &'a str,
    bytes: usize,
    chars: usize,
}

impl Place<'_> {
    fn of(text: &str) -> Place<'_> {
        Place {
            text,
            bytes: 0,
            chars: 0,
        }
    }

    /// The number of characters before a byte. Most often it lies a little after the one asked before.
    fn chars_at(&mut self, bytes: usize) -> usize {
        if bytes >= self.bytes {
            self.chars += self.text[self.bytes..bytes].chars().count();
        } else {
            self.chars -= self.text[bytes..self.bytes].chars().count();
        }
        self.bytes = bytes;
        self.chars
    }
}
