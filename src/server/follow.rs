//! Files are indexed as they arrive.

use std::path::{Path, PathBuf};

use super::app::App;
use crate::index::{Index, IndexError, IndexOptions, Progress, UpdateOptions};
use crate::watch::Changes;

/// What anybody may know of it: no names of files.
const UNINDEXED: &str = "what is new cannot be indexed; the log of the server says why";

/// Indexes what is new and changed below `paths`, now and whenever something is written there; ends
/// only with the process.
pub fn follow(app: &App, dir: &Path, paths: &[PathBuf]) {
    let changes = Changes::below(paths, dir);
    for unwatched in changes.unwatched() {
        tracing::warn!("{unwatched}");
    }
    loop {
        let most = match update(dir, paths) {
            Ok(()) => {
                app.generations.set_unindexed(None);
                Changes::SWEEP
            }
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(error = cause, "nothing could be indexed; trying again");
                app.generations.set_unindexed(Some(UNINDEXED.to_owned()));
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
    let report = index.update(paths, &options, |progress| match progress {
        Progress::Bad(error) => {
            tracing::warn!(error = error as &dyn std::error::Error, "passed over");
        }
        Progress::BadRows(rows) => {
            let error = &rows.error as &dyn std::error::Error;
            tracing::warn!(error, rows = rows.rows, "passed over");
        }
        _ => {}
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
