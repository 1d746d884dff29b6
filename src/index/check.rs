//! Whether an index is as it was written, and whether its parts fit together.

mod articles;
mod sources;

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use tantivy::directory::Directory;

use super::disk::folder::LEDGER;
use super::error::IndexError;
use super::error::engine::EngineError;
use super::open::open;
use super::write::ledger::Ledger;
use crate::index::disk::files::Seal;
use crate::index::disk::folder::{SEGMENTS, generation, home, open_analyzer};
use crate::index::disk::manifest::Manifest;
use crate::index::disk::sealed::{MANAGED, META, SealedDirectory};
use sources::Sources;

/// So many faults are told; more would tell nothing more.
const MAX_FAULTS: usize = 20;

/// What a check of an index found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// Files of segments that were compared with their checksums.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Files of the archive that the index knows.
    pub known: u64,
    /// Articles that were read, cut again and found. None where a file is damaged already.
    pub articles: u64,
    /// Articles of which no file has a copy any more: an update with
    /// [`prune`](crate::UpdateOptions::prune) deletes them. Files that have changed since they were
    /// read are left out. `None` where none of the files is there, as on another machine.
    pub orphans: Option<u64>,
    /// What is wrong, at most twenty faults; nothing in a sound index.
    pub faults: Vec<Fault>,
}

/// Something that is wrong with an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// Whether it is damaged, or only cannot be read: by this process, or at this time.
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

/// Checks the index in `dir`.
pub(super) fn check(dir: &Path) -> Result<Check, IndexError> {
    let mut check = Check::default();
    match Manifest::read(dir) {
        Ok(None) => return Err(IndexError::Missing(dir.into())),
        Ok(Some(manifest)) => {
            let analyzer = open_analyzer(dir, &manifest);
            check.note(analyzer)?;
        }
        Err(error) => check.note(Err::<(), _>(error)).map(|_| ())?,
    }
    let home = home(dir, generation(dir)?);
    check.segments(&home.join(SEGMENTS));
    if check.faults.is_empty()
        && let Some(shared) = check.note(open(dir))?
    {
        let ledger = check.note(shared.commit_payload())?;
        let mut sources = Sources::of(&FxHashMap::default());
        if let Some(commit) = ledger {
            match Ledger::check(&home, commit.ledger) {
                Ok(known) => {
                    check.known = known.len() as u64;
                    sources = Sources::of(&known);
                }
                Err(problem) => check.fault(home.join(LEDGER), problem),
            }
        }
        check.orphans = sources.are_here().then_some(0);
        if let Some(table) = ledger.and_then(|commit| commit.reprints) {
            check.note(shared.tables.check(table))?;
        }
        let read = shared.guarded(|| articles::check(&shared, &sources, &mut check));
        check.note(read)?;
    }
    Ok(check)
}

impl Check {
    /// Notes that a file is damaged.
    fn fault(&mut self, path: PathBuf, problem: impl fmt::Display) {
        self.add(path, FaultKind::Damaged, problem);
    }

    /// Notes what an error of the system says about a file.
    fn unread(&mut self, path: PathBuf, error: &io::Error) {
        let kind = FaultKind::of(error);
        match error.kind() {
            io::ErrorKind::NotFound => self.add(path, kind, "the file is missing"),
            _ => self.add(path, kind, error),
        }
    }

    fn add(&mut self, path: PathBuf, kind: FaultKind, problem: impl fmt::Display) {
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
    fn note<T>(&mut self, result: Result<T, IndexError>) -> Result<Option<T>, IndexError> {
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
    fn unopened(&mut self, path: PathBuf, error: tantivy::TantivyError) {
        let error = EngineError(error);
        match error.of_system() {
            Some(cause) => self.unread(path, cause),
            None => self.fault(path, error),
        }
    }

    /// Compares the files of the segments with the lists, and with their checksums.
    fn segments(&mut self, segments: &Path) {
        let directory = match SealedDirectory::open(segments) {
            Ok(directory) => directory,
            Err(error) => return self.unopened(segments.into(), error),
        };
        let managed = self.managed(&directory, segments);
        let files = match directory.open_all() {
            Ok(files) => files,
            Err(error) => return self.unopened(segments.join(META), error.into()),
        };
        for (name, seal, file) in files {
            if managed
                .as_ref()
                .is_some_and(|managed| !managed.contains(&name))
            {
                let problem = format!("{} is not in the list", name.display());
                self.fault(segments.join(MANAGED), problem);
            }
            let path = segments.join(name);
            match file.and_then(Seal::of) {
                Err(error) => self.unread(path, &error),
                Ok(found) if found.bytes != seal.bytes => {
                    let problem = format!("{} bytes instead of {}", found.bytes, seal.bytes);
                    self.fault(path, problem);
                }
                Ok(found) if found != seal => {
                    self.fault(path, "the checksum does not agree with the content");
                }
                Ok(_) => {
                    self.files += 1;
                    self.bytes += seal.bytes;
                }
            }
        }
    }

    /// The list of all files of the engine.
    fn managed(
        &mut self,
        directory: &SealedDirectory,
        segments: &Path,
    ) -> Option<BTreeSet<PathBuf>> {
        let path = segments.join(MANAGED);
        let list = match directory.atomic_read(Path::new(MANAGED)) {
            Ok(list) => list,
            Err(error) => {
                self.unopened(path, error.into());
                return None;
            }
        };
        let list = serde_json::from_slice(&list);
        list.map_err(|problem| self.fault(path, problem)).ok()
    }
}
