//! Text → words, token for token as jieba-rs 0.11 cuts Han text, over a
//! dictionary compiled into one read-only image.
//!
//! A [`Dictionary`] holds words with frequencies; [`Dictionary::compile`]
//! turns it into an image; a [`Segmenter`] reads the image where it lies, in
//! memory or in a mapped file, and cuts text with it:
//!
//! ```text
//! Dictionary ── compile ──> Image bytes ── from_bytes ──> Segmenter ── cut ──> byte ranges
//! ```
//!
//! Cutting takes four steps over a [`Scratch`] that the caller keeps, so that
//! no call allocates once the buffers have grown: characters become codes
//! (`lattice`), every position is matched against the dictionary (`trie`), the
//! most probable path is chosen from the right to the left, and its words are
//! emitted from the left to the right.

mod compile;
mod dictionary;
mod han;
mod image;
mod lattice;
mod listed;
mod pack;
mod trie;

use std::ops::Range;

use tantivy::directory::OwnedBytes;

pub use compile::TooLarge;
#[cfg(feature = "words")]
pub(crate) use dictionary::jieba_dictionary;
pub use dictionary::{Dictionary, WordError};
pub(crate) use han::is_han;
pub use image::{ImageError, Version};
pub use lattice::Scratch;

use image::Image;
use lattice::{Lattice, SHORT};
use trie::SEPARATOR;

/// The longest text that is cut in one piece whatever it holds, in bytes. A
/// longer one is taken piece by piece, each ending where a run of Han
/// characters ends, so that the buffers stay in the processor's cache.
const PIECE: usize = 4 << 10;

/// The longest run of Han characters that is cut in one piece, in bytes: it
/// bounds the memory that a text without any punctuation can ask for.
const LONGEST_RUN: usize = 256 << 10;

/// Cuts text into words. Shared by any number of threads, each with a
/// [`Scratch`] of its own.
///
/// Every run of Han characters (as jieba counts them: the CJK ideograph blocks
/// up to extension F and the compatibility ideographs) is cut as jieba-rs cuts
/// it. Every other character is a token of its own: blocks of letters and
/// digits are the business of the caller.
///
/// Its words lie side by side and cover the text.
/// A run of more than 256 kibibytes without any other character is cut there.
#[derive(Clone)]
pub struct Segmenter {
    image: Image,
}

impl Segmenter {
    /// Opens a compiled image, after comparing all of it with its checksums: a
    /// tenth of a millisecond.
    ///
    /// # Errors
    /// Bytes that are no image, or one of another format, or truncated, or
    /// damaged.
    pub fn from_bytes(bytes: OwnedBytes) -> Result<Self, ImageError> {
        Ok(Segmenter {
            image: Image::open(bytes)?,
        })
    }

    /// Opens a compiled image without comparing its body, as if it were damaged later.
    #[cfg(test)]
    pub fn from_trusted_bytes(bytes: OwnedBytes) -> Result<Self, ImageError> {
        Ok(Segmenter {
            image: Image::open_trusted(bytes)?,
        })
    }

    /// The words of Han characters that the image was compiled from: the inverse of
    /// [`Dictionary::compile`], in some 100 milliseconds.
    pub fn dictionary(&self) -> Dictionary {
        listed::listed(&self.image.view())
    }

    /// Identifies what the dictionary says: equal versions cut alike.
    pub fn version(&self) -> Version {
        self.image.version()
    }

    /// Calls `emit` with the byte range of every word of `text`, in order.
    #[cfg(test)]
    pub fn cut(&self, text: &str, scratch: &mut Scratch, mut emit: impl FnMut(Range<usize>)) {
        self.words(text, scratch, |lattice, from, to| {
            emit(lattice.bytes(from, to))
        });
    }

    /// For an index: every word of Han, followed by what else may be searched there, marked `true`:
    /// the words within it, and the words of four characters and more that begin in it and end
    /// behind it; what is no Han is passed over. So long a word is hardly ever in a text by chance, as `大智慧` is in `壮大|智慧`.
    pub fn cut_for_index(
        &self,
        text: &str,
        scratch: &mut Scratch,
        mut emit: impl FnMut(Range<usize>, bool),
    ) {
        self.words(text, scratch, |lattice, from, to| {
            if lattice.code(from) == SEPARATOR {
                return;
            }
            emit(lattice.bytes(from, to), false);
            for at in from..to {
                for length in 2..=SHORT {
                    let end = at + length;
                    let is_other = (at, end) != (from, to) && (end <= to || length == SHORT);
                    if is_other && end <= lattice.len() && lattice.is_word(at, end) {
                        emit(lattice.bytes(at, end), true);
                    }
                }
            }
            for (at, end) in lattice.long_words(from..to) {
                if (at, end) != (from, to) {
                    emit(lattice.bytes(at, end), true);
                }
            }
        });
    }

    /// Calls `word` with the positions at which each word begins and ends.
    #[inline(always)]
    fn words(
        &self,
        text: &str,
        scratch: &mut Scratch,
        mut word: impl FnMut(&Lattice, usize, usize),
    ) {
        let view = self.image.view();
        let Scratch(lattice) = scratch;
        let mut start = 0;
        while start < text.len() {
            let end = piece_end(text, start);
            lattice.fill(&view, &text[start..end], start);
            start = end;

            let mut from = 0;
            while from < lattice.len() {
                let to = lattice.next(from);
                word(lattice, from, to);
                from = to;
            }
        }
    }
}

/// The end of the piece of `text` that begins at byte `start`.
fn piece_end(text: &str, start: usize) -> usize {
    if text.len() - start <= PIECE {
        return text.len();
    }
    let least = text.floor_char_boundary(start + PIECE);
    let most = text.floor_char_boundary(start + LONGEST_RUN);
    text[least..most]
        .find(|c| !is_han(c))
        .map_or(most, |at| least + at)
}

#[cfg(test)]
mod tests;
