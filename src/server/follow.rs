//! Files are indexed as they arrive.

use std::path::{Path, PathBuf};

use crate::index::{Index, IndexError, IndexOptions, Progress, UpdateOptions};
use crate::watch::Changes;

/// Indexes what is new and changed below `paths`, now and whenever something is written there; ends
/// only with the process.
pub fn follow(dir: &Path, paths: &[PathBuf]) {
    let changes = Changes::below(paths, dir);
    for unwatched in changes.unwatched() {
        tracing::warn!("{unwatched}");
    }
    loop {
        let most = match update(dir, paths) {
            Ok(()) => Changes::SWEEP,
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(error = cause, "nothing could be indexed; trying again");
                Changes::AGAIN
            }
        };
        changes.wait(most);
    }
}

fn update(dir: &Path, paths: &[PathBuf]) -> Result<(), IndexError> {
    let index = Index::open_or_create(dir, IndexOptions::new())?;
    let options = UpdateOptions {
        // Others search meanwhile.
        threads: Some(1),
        ..UpdateOptions::default()
    };
    let report = index.update(paths, &options, |progress| {
        if let Progress::Bad(error) = progress {
            tracing::warn!(error = error as &dyn std::error::Error, "passed over");
        }
    })?;
    if !report.nothing_changed() {
        let added = report.added;
        tracing::info!(
            new = added.new,
            merged = added.merged,
            replaced = added.replaced,
            deleted = added.deleted,
            "indexed"
        );
    }
    Ok(())
}
