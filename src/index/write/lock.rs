//! The right to write an index, which one process has at a time.

use std::path::Path;
use std::path::PathBuf;
use std::sync::PoisonError;

use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyError};

use super::queue::Waiting;
use crate::index::disk::folder::{locked, unwritable};
use crate::index::disk::sealed::SealedDirectory;
use crate::index::error::IndexError;
use crate::index::shared::Shared;

/// Least and most memory of one thread of a writer, in bytes, as the engine wants it.
const THREAD_MEMORY: std::ops::RangeInclusive<usize> = 16 << 20..=2 << 30;

/// The engine's writer; it holds the lock of the index as long as it lives.
pub(in crate::index) fn lock_for_writing(
    shared: &Shared,
    threads: usize,
    memory: usize,
) -> Result<IndexWriter<Waiting>, IndexError> {
    // A view keeps files on the disk that the writer removes.
    *shared.view.lock().unwrap_or_else(PoisonError::into_inner) = None;
    // What failed for an earlier writer is no matter of this one.
    let _ = shared.files.as_ref().map(SealedDirectory::take_failure);
    let each = (memory / threads).clamp(*THREAD_MEMORY.start(), *THREAD_MEMORY.end());
    let writer = shared
        .engine
        .writer_with_num_threads(threads, each * threads)
        .map_err(|error| match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => held(shared),
            // The engine says that another writer is the reason, whatever it is.
            TantivyError::LockFailure(LockError::IoError(cause), _) => {
                let root = shared.root.as_deref().unwrap_or(Path::new(""));
                unwritable(root, &cause)
            }
            error => shared.cause_of(error),
        })?;
    shared.assert_latest()?;
    // The engine would give the first operation the number of the last commit again. A deletion
    // with that number is lost where segments that a killed run left unmerged are merged, as
    // some of them count as having it. Doing nothing uses the number up.
    writer.run([]).map_err(|error| shared.cause_of(error))?;
    // What a killed run wrote and did not commit goes now, not after the next commit.
    writer
        .garbage_collect_files()
        .wait()
        .map_err(|error| shared.cause_of(error))?;
    Ok(writer)
}

fn held(shared: &Shared) -> IndexError {
    match (&shared.root, &shared.dir) {
        (Some(root), Some(home)) => locked(root, home),
        _ => IndexError::Locked {
            path: PathBuf::new(),
            holder: "another writer of this process".into(),
        },
    }
}
