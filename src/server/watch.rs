//! Files are indexed as they arrive.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::{RecursiveMode, Watcher};

use crate::index::{Index, IndexError, IndexOptions, Progress, UpdateOptions};

/// What is written is read when nothing more was written for this long.
const QUIET: Duration = Duration::from_millis(300);
/// But it does not wait longer than this.
const AT_MOST: Duration = Duration::from_secs(3);
/// How often all is looked through, whatever was noticed: not every file system tells.
const SWEEP: Duration = Duration::from_secs(300);
/// How long until what failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Indexes what is new and changed below `paths`, now and whenever something is written there; ends
/// only with the process.
pub fn watch(dir: PathBuf, paths: Vec<PathBuf>) {
    let (sender, events) = mpsc::channel();
    let noticed = move |event: notify::Result<notify::Event>| {
        let is_read = matches!(&event, Ok(event) if event.kind.is_access());
        if !is_read {
            let _ = sender.send(());
        }
    };
    let watcher = notify::recommended_watcher(noticed);
    // Kept until the end: nothing is noticed after it is dropped.
    let mut watcher = match watcher {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "changes cannot be noticed: looking every 5 minutes");
            None
        }
    };
    for path in &paths {
        let watched = watcher
            .as_mut()
            .map(|watcher| watcher.watch(path, RecursiveMode::Recursive));
        if let Some(Err(error)) = watched {
            tracing::warn!(%error, path = %path.display(), "cannot be watched: looking every 5 minutes");
        }
    }
    loop {
        let wait = match update(&dir, &paths) {
            Ok(()) => SWEEP,
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(error = cause, "nothing could be indexed; trying again");
                AGAIN
            }
        };
        until_quiet(&events, wait);
    }
}

/// Waits until something was written and nothing more is, or for `wait`.
fn until_quiet(events: &Receiver<()>, wait: Duration) {
    match events.recv_timeout(wait) {
        Ok(()) => {}
        Err(RecvTimeoutError::Timeout) => return,
        // Without a watcher.
        Err(RecvTimeoutError::Disconnected) => return std::thread::sleep(wait),
    }
    let since = Instant::now();
    while since.elapsed() < AT_MOST && events.recv_timeout(QUIET).is_ok() {}
}

fn update(dir: &PathBuf, paths: &[PathBuf]) -> Result<(), IndexError> {
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
