//! What is given when an index is made.

use super::error::IndexError;
use crate::analysis::UserWords;
use crate::corpus::Mapping;
use crate::names::Entities;

/// How an index is made.
#[derive(Debug, Clone, Default)]
pub struct IndexOptions {
    pub(super) words: Option<UserWords>,
    /// Compiled.
    pub(super) entities: Option<Vec<u8>>,
    pub(super) mapping: Option<Mapping>,
    #[cfg(feature = "opensearch")]
    shards: Option<u32>,
    #[cfg(feature = "opensearch")]
    split: Option<Split>,
}

/// The periods that the articles of an index on a cluster are split into, each an index of its own behind one
/// alias.
#[cfg(feature = "opensearch")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// By month.
    Month,
    /// By year.
    Year,
}

impl IndexOptions {
    /// The defaults: the built-in dictionaries alone.
    pub fn new() -> IndexOptions {
        IndexOptions::default()
    }

    /// Adds words to the dictionary: jieba's format, `word [frequency [tag]]` a line.
    ///
    /// # Errors
    /// When a line does not read; it is named.
    pub fn dictionary(mut self, text: &str) -> Result<IndexOptions, IndexError> {
        self.words = Some(UserWords::parse(text)?);
        Ok(self)
    }

    /// Lets queries know the securities of this table by all their names. It takes the place of the
    /// one that the index has; no article need be read again.
    pub fn entities(mut self, entities: &Entities) -> IndexOptions {
        self.entities = Some(entities.compile());
        self
    }

    /// Reads records by these keys, beside the known ones. It takes the place of the mapping that the
    /// index has; a file that was read by another is read again by the next update that meets it.
    pub fn mapping(mut self, mapping: Mapping) -> IndexOptions {
        self.mapping = Some(mapping);
        self
    }
}

#[cfg(feature = "opensearch")]
impl IndexOptions {
    /// Spreads the articles of an index on a cluster over so many shards, when it is made. An index in a folder
    /// has none.
    pub fn shards(mut self, shards: u32) -> IndexOptions {
        self.shards = Some(shards.max(1));
        self
    }

    /// Splits an index on a cluster by the dates of its articles, when it is made; those without a date are
    /// together. The shards are those of each period then.
    pub fn split(mut self, split: Split) -> IndexOptions {
        self.split = Some(split);
        self
    }
}

/// What an index that is kept elsewhere keeps of them.
#[cfg(feature = "opensearch")]
impl IndexOptions {
    /// The words, as they were given.
    pub(crate) fn words_text(&self) -> Option<&str> {
        self.words.as_ref().map(UserWords::text)
    }

    pub(crate) fn wanted_shards(&self) -> Option<u32> {
        self.shards
    }

    pub(crate) fn wanted_split(&self) -> Option<Split> {
        self.split
    }

    /// The table of securities, compiled.
    pub(crate) fn entities_bytes(&self) -> Option<&[u8]> {
        self.entities.as_deref()
    }

    pub(crate) fn compiled_entities(mut self, entities: Vec<u8>) -> IndexOptions {
        self.entities = Some(entities);
        self
    }

    /// Which keys of records hold which field.
    pub(crate) fn fields(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }
}
