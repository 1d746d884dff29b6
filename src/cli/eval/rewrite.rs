//! Queries as other people would type them.

mod characters;
mod typo;
mod wording;

use clap::ValueEnum;
use newsearch::{IndexError, Searcher};

use super::trec::Topic;
use wording::Wording;

/// Another way of typing a query. The first three say the same: a search engine should not notice.
/// The others are what people type instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rewrite {
    /// Traditional characters; of several for one simplified character the first
    Traditional,
    /// Letters and digits as wide as Han characters
    Fullwidth,
    /// A blank between every two Han characters
    Spaced,
    /// One of twelve frames of questions and requests around it
    Question,
    /// The two words alone that the fewest documents have
    Terse,
    /// The words in reversed order, with blanks between them
    Reordered,
    /// One character replaced by another that sounds alike
    Typo,
}

impl Rewrite {
    /// Types queries in this way. What is different from query to query depends on their ids alone.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn apply(self, topics: &mut [Topic], searcher: &Searcher) -> Result<(), IndexError> {
        let mut wording = Wording::new(searcher);
        for topic in topics {
            let text = topic.text.as_str();
            topic.text = match self {
                Rewrite::Traditional => characters::traditional(text),
                Rewrite::Fullwidth => characters::fullwidth(text),
                Rewrite::Spaced => characters::spaced(text),
                Rewrite::Question => wording::question(text, number_of(&topic.id)),
                Rewrite::Terse => wording.terse(text)?,
                Rewrite::Reordered => wording.reordered(text),
                Rewrite::Typo => typo::typo(text, number_of(&topic.id)),
            };
        }
        Ok(())
    }
}

/// A number that a query has by its id.
fn number_of(id: &str) -> usize {
    let hash = blake3::hash(id.as_bytes());
    // The first byte tells the halves apart.
    let [_, a, b, c, ..] = *hash.as_bytes();
    u32::from_le_bytes([a, b, c, 0]) as usize
}
