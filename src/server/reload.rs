//! New commits of the index, taken over as they are made.

use std::sync::Arc;
use std::time::Duration;

use super::app::App;
use super::source::{Source, Stamp};
use crate::index::IndexError;

/// How often a generation that cannot be read is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Looks at an index for ever, and has `app` answer from each new commit.
pub async fn follow(app: Arc<App>, source: Source, mut seen: Stamp) {
    let mut wait = source.every();
    loop {
        tokio::time::sleep(wait).await;
        wait = source.every();
        let (app, source) = (Arc::clone(&app), source.clone());
        let before = seen.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let stamp = source.stamp();
            let is_new = stamp != before || app.generations.is_unreadable();
            (!is_new || take_over(&app, &source)).then_some(stamp)
        });
        match looked.await {
            Ok(Some(stamp)) => seen = stamp,
            _ => wait = AGAIN,
        }
    }
}

/// Opens the index anew; whether that went well.
fn take_over(app: &App, source: &Source) -> bool {
    let before = app.generations.current();
    let opened = source
        .searcher()
        .and_then(|searcher| app.take_over(searcher));
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
