//! New commits of the index, taken over as they are made.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::app::App;
use crate::index::{Index, IndexError, commit_files};

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_millis(200);
/// How often a generation that cannot be read is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// What tells one commit from another without opening the index: when its files were written, and how
/// long they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp([Option<(SystemTime, u64)>; 2]);

impl Stamp {
    /// That of the index in a folder.
    pub fn of(dir: &Path) -> Stamp {
        Stamp(commit_files(dir).map(|file| {
            let metadata = fs::metadata(file).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        }))
    }
}

/// Looks at the folder of an index for ever, and has `app` answer from each new commit.
pub async fn follow(app: Arc<App>, dir: PathBuf, mut seen: Stamp) {
    let mut wait = EVERY;
    loop {
        tokio::time::sleep(wait).await;
        wait = EVERY;
        let stamp = Stamp::of(&dir);
        let is_broken = app.generations.is_unreadable();
        if stamp == seen && !is_broken {
            continue;
        }
        let (app, dir) = (Arc::clone(&app), dir.clone());
        let taken = tokio::task::spawn_blocking(move || take_over(&app, &dir)).await;
        match taken {
            Ok(true) => seen = stamp,
            _ => wait = AGAIN,
        }
    }
}

/// Opens the index anew; whether that went well.
fn take_over(app: &App, dir: &Path) -> bool {
    let before = app.generations.current();
    let opened = Index::open(dir).and_then(|index| app.take_over(index.searcher()));
    match opened {
        Ok(()) => {
            let now = app.generations.current();
            if now.name != before.name {
                app.metrics.reloads.inc();
                let documents = now.statistics.documents;
                tracing::info!(generation = %now.name, documents, "a new generation answers");
            }
            true
        }
        Err(error) => {
            if !app.generations.is_unreadable() {
                app.metrics.reload_errors.inc();
                let error = &error as &dyn std::error::Error;
                tracing::error!(
                    error,
                    "the index cannot be read; the last generation goes on"
                );
            }
            app.generations.set_trouble(Some(trouble(&error)));
            false
        }
    }
}

/// What anybody may know of it: no names of files.
fn trouble(error: &IndexError) -> String {
    match error {
        IndexError::Missing(_) => "the index is gone",
        IndexError::Version { .. } => "the index has another format than this program reads",
        IndexError::Analyzer(_) => "the index was built with another dictionary",
        _ => "the index cannot be read; the log of the server says why",
    }
    .to_owned()
}
