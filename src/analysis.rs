//! Text to words: the same way for articles and for queries.
//!
//! A text is first *folded* (width, case, traditional to simplified, character by character), then
//! cut into words: Han by a dictionary, Latin letters and digits by rule.

mod analyzer;
mod blocks;
mod changed;
mod fold;
mod lexicon;
#[cfg(feature = "words")]
mod reference;
mod segment;

pub use analyzer::{Analyzer, Token, fold};
pub use lexicon::LexiconError;

#[cfg(test)]
pub(crate) use analyzer::compile_counting;
pub(crate) use analyzer::{compile, starts_block};
pub(crate) use blocks::numbered_name;
pub(crate) use changed::ChangedWords;
pub(crate) use fold::chars::{FoldedChars, Sought};
pub(crate) use fold::{Folder, is_han, may_hold_compatibility_han, variants};
pub(crate) use lexicon::UserWords;
#[cfg(feature = "words")]
pub(crate) use reference::{Reference, han_runs};
#[cfg(feature = "words")]
pub(crate) use segment::jieba_dictionary;
pub(crate) use segment::{Scratch, TooLarge};
