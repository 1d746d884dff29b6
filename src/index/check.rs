//! Whether an index is as it was written, and whether its parts fit together.

mod articles;
#[cfg(feature = "opensearch")]
mod elsewhere;
mod findings;
#[cfg(feature = "words")]
mod jieba;
mod remade;
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use tantivy::directory::Directory;

use super::disk::folder::LEDGER;
use super::error::IndexError;
use super::open::open;
use super::write::ledger::Ledger;
use crate::index::disk::files::Seal;
use crate::index::disk::folder::{SEGMENTS, generation, home, open_analyzer};
use crate::index::disk::manifest::Manifest;
use crate::index::disk::sealed::{MANAGED, META, SealedDirectory};
use sources::Sources;

#[cfg(feature = "opensearch")]
pub(crate) use elsewhere::Checking;
pub use findings::{Check, Fault, FaultKind};

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
        if let Some(commit) = &ledger {
            match Ledger::check(&home, commit.ledger) {
                Ok(known) => {
                    check.known = known.len() as u64;
                    sources = Sources::of(&known);
                }
                Err(problem) => match problem.downcast_ref::<std::io::Error>() {
                    Some(error) => check.unread(home.join(LEDGER), error),
                    None => check.fault(home.join(LEDGER), problem),
                },
            }
        }
        check.orphans = sources.are_here().then_some(0);
        if let Some(commit) = &ledger {
            check.note(shared.tables.check(&commit.reprints))?;
        }
        let read = shared.guarded(|| articles::check(&shared, &sources, &mut check));
        check.note(read)?;
        #[cfg(feature = "words")]
        if check.faults.is_empty() {
            let read = shared.guarded(|| jieba::check(&shared, &mut check));
            check.note(read)?;
        }
    }
    Ok(check)
}

impl Check {
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
