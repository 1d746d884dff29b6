//! Documents that are kept elsewhere than in a folder of this machine: what a writer asks of that place.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::TantivyDocument;

use super::copy::Copy;
use crate::index::error::IndexError;

/// A line of the ledger: the hash of the file, and what is known of it; `None` where it is gone.
pub(crate) type KeptLine = (u64, Option<String>);

/// The copies of an article.
pub(crate) type Copies = Arc<Vec<Copy>>;

/// Where documents are kept.
pub(crate) trait Keeper: Send + Sync {
    /// The lines of the ledger, in no order.
    fn ledger(&self) -> Result<Vec<String>, IndexError>;
    /// The copies of each of these articles.
    fn look_up(&self, ids: &[&str]) -> Result<Vec<Option<Copies>>, IndexError>;
    /// Those of these files, by hash of their key, that committed documents have copies of.
    fn with_copies(&self, files: &[u64]) -> Result<FxHashSet<u64>, IndexError>;
    /// The committed documents that have copies of a file.
    fn of_file(&self, file: u64) -> Result<Vec<Copies>, IndexError>;
    /// Adds a document, or replaces the committed one with its id; `before` is the time that that has, if there
    /// is one, as seconds since 1970.
    fn put(
        &self,
        id: &str,
        document: &TantivyDocument,
        before: Option<Option<i64>>,
    ) -> Result<(), IndexError>;
    /// Deletes the committed document with an id and of this time.
    fn delete(&self, id: &str, before: Option<i64>) -> Result<(), IndexError>;
    /// Makes what was put and deleted durable and visible, and after it the lines of the ledger.
    fn commit(&self, lines: Vec<KeptLine>) -> Result<(), IndexError>;
    /// Groups the reprints, where anything was committed since that was done.
    fn group(&self) -> Result<(), IndexError>;
}
