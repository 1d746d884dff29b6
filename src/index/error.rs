//! What can go wrong with an index.

pub mod engine;

use std::path::PathBuf;
use std::time::Duration;

use crate::analysis::{LexiconError, TooLarge};
use crate::corpus::Problem;
use engine::EngineError;

/// A failure of the index; a bad post is none (see [`ReadError`](crate::ReadError)).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is no index.
    #[error("no index at {}", .0.display())]
    Missing(PathBuf),
    /// The folder holds something else.
    #[error("{} is not empty and holds no index", .0.display())]
    NotAnIndex(PathBuf),
    /// The index has another format.
    #[error("the index at {} has format {found}, this version reads {expected}", path.display())]
    Version {
        /// Where the index is.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format this version reads.
        expected: u32,
    },
    /// The texts of the index were cut by other rules or words than this program's.
    #[error("the index at {} was built with another dictionary", .0.display())]
    Analyzer(PathBuf),
    /// An index on a cluster has other user words than those given. One in a folder takes them over.
    #[error("the index at {} was built with other words than those given", .0.display())]
    Words(PathBuf),
    /// The words of the user that the index was built with cannot be taken over.
    #[error("the words that the index was built with, in {}, are damaged", .0.display())]
    LostWords(PathBuf),
    /// The table of securities of an index that is to be started over is damaged.
    #[error("the table of securities in {} is damaged", .0.display())]
    LostEntities(PathBuf),
    /// Somebody else is writing.
    #[error("the index at {} is being written by {holder}", path.display())]
    Locked {
        /// Where the index is.
        path: PathBuf,
        /// Who writes, as far as it is known: `process 4711 on desk since 2026-01-05 22:01:00 UTC`.
        holder: String,
    },
    /// The index can be read, but not written.
    #[error("the index at {} cannot be written: {}", path.display(), reason(cause))]
    Unwritable {
        /// Where the index is.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The folder of the index is no longer the one that was opened: it was exchanged, removed, or
    /// built anew.
    #[error("the index at {} was exchanged or built anew by somebody else: nothing more was written", .0.display())]
    Exchanged(PathBuf),
    /// An earlier commit of this writer failed.
    #[error(
        "an earlier commit failed: what was added since the one before it is lost; open a new writer"
    )]
    Failed,
    /// An update was asked to [stop](crate::UpdateOptions::stop).
    #[error(
        "the update was stopped: what it committed stays, and the next update goes on from there"
    )]
    Stopped,
    /// A file of the index is damaged.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A dictionary of the user cannot be read.
    #[error("bad dictionary")]
    Lexicon(#[from] LexiconError),
    /// The words of the user are too many to be compiled.
    #[error("the dictionary cannot be compiled")]
    Dictionary(#[from] TooLarge),
    /// A search was stopped because its time was up. It has no answer, not even a part of one.
    #[error("the search was stopped {}", after(*allowed))]
    OutOfTime {
        /// The time that it was allowed.
        allowed: Duration,
    },
    /// A query would take too much memory.
    #[error(
        "the query asks for too much at once: its quoted texts, single characters, prefixes or texts near each other stand for too much"
    )]
    TooBroad,
    /// An article has no id.
    #[error("an article needs an id")]
    NoId,
    /// The id of an article is longer than an index can hold.
    #[error("an id has {bytes} bytes, more than the {limit} allowed")]
    LongId {
        /// The length of the id in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A fault of this library: a panic, though no file of the index is damaged.
    #[error("a fault of the program: {0}")]
    Internal(String),
    /// A file cannot be read or written.
    #[error("cannot access {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The place where the documents are kept, a cluster, cannot be asked or does not answer in full.
    #[error("{0}")]
    Elsewhere(Elsewhere),
    /// What is asked is not answered where the documents are kept on a cluster.
    #[error("{0} not available on a cluster yet, only in a folder")]
    NotElsewhere(&'static str),
    /// The engine below failed.
    #[error("the index cannot be read or written: {0}")]
    Engine(EngineError),
}

/// What a cluster failed at, in words. On the way through the engine it is the cause of an error that
/// the engine knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Elsewhere(pub(crate) String);

impl From<Elsewhere> for tantivy::TantivyError {
    fn from(error: Elsewhere) -> tantivy::TantivyError {
        std::io::Error::other(error).into()
    }
}

impl From<Elsewhere> for IndexError {
    fn from(error: Elsewhere) -> IndexError {
        IndexError::Elsewhere(error)
    }
}

impl From<tantivy::TantivyError> for IndexError {
    fn from(error: tantivy::TantivyError) -> IndexError {
        IndexError::Engine(EngineError(error))
    }
}

/// Why the system refused, in words.
fn reason(cause: &std::io::Error) -> String {
    let kind = cause.kind().to_string();
    match kind.as_str() {
        "other error" | "uncategorized error" => cause.to_string(),
        _ => kind,
    }
}

impl IndexError {
    /// For `map_err`: an I/O failure at `path`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> IndexError {
        let path = path.into();
        move |cause| IndexError::Io { path, cause }
    }
}

impl From<Problem> for IndexError {
    /// Of a problem over an article that is being written.
    fn from(problem: Problem) -> IndexError {
        match problem {
            Problem::LongId { bytes, limit } => IndexError::LongId { bytes, limit },
            Problem::Internal(message) => IndexError::Internal(message),
            other => IndexError::Internal(other.to_string()),
        }
    }
}

/// How long a search was allowed, in words.
fn after(allowed: Duration) -> String {
    match allowed.as_secs() {
        _ if allowed.is_zero() => "at once: it was allowed no time".to_owned(),
        0 => format!("after {} ms", allowed.as_secs_f64() * 1000.0),
        _ => format!("after {} s", allowed.as_secs_f64()),
    }
}
