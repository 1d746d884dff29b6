//! One copy of an article, and what tells it from others.

use serde::{Deserialize, Serialize};

use crate::corpus::Article;

/// Where a copy of an article was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Hash of the file's path; 0 for an article that a caller added.
    #[serde(with = "postcard::fixint::le")]
    pub file: u64,
    /// How many copies of the same article the file had before this one.
    pub nth: u32,
}

/// One copy of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    pub origin: Origin,
    /// Hash of the raw content.
    pub content: u64,
    pub article: Article,
}

impl Copy {
    /// Tells this copy from any other, older states of itself included.
    pub fn fingerprint(&self) -> u64 {
        fingerprint(self.origin, self.content)
    }

    /// Bytes that it takes in memory, roughly.
    pub fn size(&self) -> usize {
        let text: usize = self.article.body.iter().map(|p| p.text.len()).sum();
        text + size_of::<Copy>()
    }
}

pub(crate) fn fingerprint(origin: Origin, content: u64) -> u64 {
    let mut hash = blake3::Hasher::new();
    hash.update(&origin.file.to_le_bytes());
    hash.update(&origin.nth.to_le_bytes());
    hash.update(&content.to_le_bytes());
    first_eight(hash.finalize().as_bytes())
}

/// The first eight bytes of a hash as a number.
pub(crate) fn first_eight(hash: &[u8]) -> u64 {
    hash.iter()
        .take(8)
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// An article's id as a number.
pub(crate) fn hash_id(id: &str) -> u64 {
    first_eight(blake3::hash(id.as_bytes()).as_bytes())
}
