//! What a check finds wrong.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::index::error::IndexError;
use crate::index::error::engine::EngineError;

/// So many faults are listed; more would say nothing more.
const MAX_FAULTS: usize = 20;

/// What a check of an index found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Files of segments that were compared with their checksums.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Files of the archive that the index knows.
    pub known: u64,
    /// Articles that were read, cut again and found. None where a file is damaged already.
    pub articles: u64,
    /// Articles of an even sample of some hundreds that are cut as jieba-rs cuts them with the words of
    /// the index. None without the feature `words`, nor on a cluster.
    pub as_jieba: u64,
    /// Articles of which no file has a copy any more: an update with
    /// [`prune`](crate::UpdateOptions::prune) deletes them. Files that have changed since they were
    /// read are left out. `None` where none of the files is there, as on another machine.
    pub orphans: Option<u64>,
    /// What is wrong, at most twenty faults; nothing in a sound index.
    pub faults: Vec<Fault>,
}

/// Something that is wrong with an index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// Whether it is damaged, or only cannot be read, by this process, or at this time; or whether the
    /// program is wrong.
    pub kind: FaultKind,
    /// What is wrong with it.
    pub problem: String,
}

/// What a fault says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is not what was written: the index has to be built anew.
    Damaged,
    /// The system does not let it be read: nothing is known of it.
    Unreadable,
    /// It is what was written, and this program does otherwise with it than it should.
    Program,
}

impl FaultKind {
    /// What an error of the system says about a file that must be there.
    fn of(error: &io::Error) -> FaultKind {
        let is_of_content = matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
        );
        match error.raw_os_error() {
            Some(_) if !is_of_content => FaultKind::Unreadable,
            _ => FaultKind::Damaged,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl Check {
    /// Notes that a file is damaged.
    pub(in crate::index) fn fault(&mut self, path: PathBuf, problem: impl fmt::Display) {
        self.add(path, FaultKind::Damaged, problem);
    }

    /// Notes what an error of the system says about a file.
    pub(in crate::index) fn unread(&mut self, path: PathBuf, error: &io::Error) {
        let kind = FaultKind::of(error);
        match error.kind() {
            io::ErrorKind::NotFound => self.add(path, kind, "the file is missing"),
            _ => self.add(path, kind, error),
        }
    }

    pub(in crate::index) fn add(
        &mut self,
        path: PathBuf,
        kind: FaultKind,
        problem: impl fmt::Display,
    ) {
        let problem = problem.to_string();
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault {
                path,
                kind,
                problem,
            });
        }
    }

    /// Notes what is wrong with a file; any other error is one of the check itself.
    pub(in crate::index) fn note<T>(
        &mut self,
        result: Result<T, IndexError>,
    ) -> Result<Option<T>, IndexError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(IndexError::Damaged { path, cause }) => {
                self.fault(path, cause);
                Ok(None)
            }
            Err(IndexError::Io { path, cause }) => {
                self.unread(path, &cause);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Notes that the engine could not open a file.
    pub(in crate::index) fn unopened(&mut self, path: PathBuf, error: tantivy::TantivyError) {
        let error = EngineError(error);
        match error.of_system() {
            Some(cause) => self.unread(path, cause),
            None => self.fault(path, error),
        }
    }

    /// Whether so much is wrong that nothing more is listed.
    pub(in crate::index) fn is_full(&self) -> bool {
        self.faults.len() == MAX_FAULTS
    }
}
