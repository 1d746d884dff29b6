//! What the threads of an update hand to each other.

use std::path::PathBuf;
use std::sync::Arc;

use super::ledger::{Entry, FileKey, Stamp};
use crate::corpus::{Format, PassedOver, ReadError, Reading, Record};
use crate::index::record::bounds::Cut;

/// A file and its state when its reading began.
pub(super) struct Source {
    pub path: PathBuf,
    pub key: FileKey,
    pub hash: u64,
    pub format: Format,
    pub stamp: Option<Stamp>,
    /// What the ledger knew of it.
    pub before: Option<Entry>,
}

/// What the reading thread finds, in the order of the archive.
pub(super) enum Item {
    /// Nothing was read: the file is as it was.
    Unchanged(Arc<Source>),
    Bad(Option<Arc<Source>>, ReadError),
    Record(Arc<Source>, Record),
    Parsed(Arc<Source>, Parsed),
    /// The file was read to its end.
    End(Arc<Source>),
    /// The archive was read to its end; what of it was passed over.
    PassedOver(PassedOver),
}

impl Item {
    /// The id of the article.
    pub fn id(&self) -> Option<&str> {
        match self {
            Item::Parsed(_, parsed) => match &parsed.article {
                Some(Ok(reading)) => Some(&reading.article.id),
                _ => None,
            },
            _ => None,
        }
    }

    /// The file, by hash of its key, where the ledger does not know it.
    pub fn unknown_file(&self) -> Option<u64> {
        match self {
            Item::Parsed(source, _) | Item::End(source) | Item::Bad(Some(source), _) => {
                source.before.is_none().then_some(source.hash)
            }
            _ => None,
        }
    }
}

/// A record, parsed.
pub(super) struct Parsed {
    pub content: u64,
    /// `None` where the post has the content that the ledger knows.
    pub article: Option<Result<Box<Reading>, ReadError>>,
    /// The record, where it is a line that gives no article.
    pub unread: Option<Record>,
    /// Names that were cut, and the line of the article.
    pub cuts: Vec<Cut>,
    pub line: Option<u64>,
}

pub(super) type Batch = Vec<Item>;
