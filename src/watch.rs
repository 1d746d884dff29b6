//! Notices when an archive changes, for whoever keeps an index up to date with it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

/// What is written is read when nothing more was written for this long.
const QUIET: Duration = Duration::from_millis(300);
/// But it does not wait longer than this.
const AT_MOST: Duration = Duration::from_secs(3);

/// Whether something is written below some paths, from when it is made until it is dropped.
///
/// ```no_run
/// use std::time::Duration;
///
/// use newsearch::{Changes, Index, IndexOptions, UpdateOptions};
///
/// # fn main() -> Result<(), newsearch::IndexError> {
/// let paths = ["news".into()];
/// let index = Index::open_or_create("index", IndexOptions::new())?;
/// let changes = Changes::below(&paths, "index".as_ref());
/// loop {
///     index.update(&paths, &UpdateOptions::default(), |_| {})?;
///     changes.wait(Changes::SWEEP);
/// }
/// # }
/// ```
pub struct Changes {
    noticed: Receiver<()>,
    unwatched: Vec<Unwatched>,
    /// Kept until the end: nothing is noticed after it is dropped.
    _watcher: Option<RecommendedWatcher>,
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes")
            .field("unwatched", &self.unwatched)
            .finish_non_exhaustive()
    }
}

/// What of an archive cannot be watched, and why. `Display` is one line.
#[derive(Debug)]
pub struct Unwatched {
    /// The path; `None` where nothing can be watched on this machine.
    pub path: Option<PathBuf>,
    cause: notify::Error,
}

impl fmt::Display for Unwatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = Changes::SWEEP.as_secs() / 60;
        match &self.path {
            Some(path) => write!(f, "{}: cannot be watched", path.display())?,
            None => write!(f, "no file can be watched")?,
        }
        // Its own text repeats the path.
        write!(
            f,
            ": {}; looking every {minutes} minutes",
            Cause(&self.cause)
        )
    }
}

struct Cause<'a>(&'a notify::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            notify::ErrorKind::Generic(text) => f.write_str(text),
            notify::ErrorKind::Io(error) => error.fmt(f),
            notify::ErrorKind::PathNotFound => f.write_str("no such file or folder"),
            notify::ErrorKind::MaxFilesWatch => {
                f.write_str("there are more folders than the system watches")
            }
            _ => self.0.fmt(f),
        }
    }
}

impl Changes {
    /// After so long all is to be looked through, whatever was noticed: not every file system tells.
    pub const SWEEP: Duration = Duration::from_secs(300);
    /// After so long what failed is to be tried again.
    pub const AGAIN: Duration = Duration::from_secs(5);

    /// Watches files, and folders with all below them, but for what is in `index`: the index may be
    /// there, too.
    pub fn below(paths: &[PathBuf], index: &Path) -> Changes {
        let wanted: Vec<PathBuf> = paths.iter().map(|path| whole(path)).collect();
        let index = whole(index);
        let (sender, noticed) = mpsc::channel();
        let is_wanted = {
            let wanted = wanted.clone();
            move |path: &PathBuf| {
                !path.starts_with(&index) && wanted.iter().any(|wanted| path.starts_with(wanted))
            }
        };
        let notice = move |event: notify::Result<Event>| {
            let is_change = event.is_ok_and(|event| {
                // An overflow of the queue of events names no path.
                !event.kind.is_access()
                    && (event.need_rescan() || event.paths.iter().any(&is_wanted))
            });
            if is_change {
                // Whoever waited has gone when this fails.
                let _ = sender.send(());
            }
        };
        let mut unwatched = Vec::new();
        let mut watcher = match notify::recommended_watcher(notice) {
            Ok(watcher) => Some(watcher),
            Err(cause) => {
                unwatched.push(Unwatched { path: None, cause });
                None
            }
        };
        for path in &wanted {
            // A file that another one takes the place of is a change of its folder.
            let (watched, mode) = match path.parent() {
                Some(folder) if path.is_file() => (folder, RecursiveMode::NonRecursive),
                _ => (path.as_path(), RecursiveMode::Recursive),
            };
            let watching = watcher.as_mut().map(|watcher| watcher.watch(watched, mode));
            if let Some(Err(cause)) = watching {
                let path = Some(path.clone());
                unwatched.push(Unwatched { path, cause });
            }
        }
        Changes {
            noticed,
            unwatched,
            _watcher: watcher,
        }
    }

    /// What cannot be watched.
    pub fn unwatched(&self) -> &[Unwatched] {
        &self.unwatched
    }

    /// Waits until something was written and nothing more is, or for `most`. What was written since
    /// the last call counts.
    pub fn wait(&self, most: Duration) {
        match self.noticed.recv_timeout(most) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return,
            // Without a watcher.
            Err(RecvTimeoutError::Disconnected) => return thread::sleep(most),
        }
        let since = Instant::now();
        while since.elapsed() < AT_MOST && self.noticed.recv_timeout(QUIET).is_ok() {}
    }
}

/// The path from the root, links followed, also of what is not there yet.
fn whole(path: &Path) -> PathBuf {
    let of_parent = || {
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        let parent = parent.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(parent.join(path.file_name()?))
    };
    let whole = path.canonicalize().ok().or_else(of_parent);
    whole.unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Longer than it takes to notice something, also on a busy machine.
    const LONG: Duration = Duration::from_secs(60);

    /// Whether waiting ended before its time.
    fn notices(changes: &Changes, most: Duration) -> bool {
        let start = Instant::now();
        changes.wait(most);
        start.elapsed() < most
    }

    #[test]
    fn what_is_written_is_noticed_and_what_the_index_writes_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let [news, index] = ["news", "news/index"].map(|name| folder.path().join(name));
        fs::create_dir_all(&news).unwrap();
        let lines = folder.path().join("lines.jsonl");
        fs::write(&lines, "{}").unwrap();
        let changes = Changes::below(&[news.clone(), lines.clone()], &index);
        assert!(changes.unwatched().is_empty());

        fs::create_dir(news.join("2024")).unwrap();
        assert!(notices(&changes, LONG));
        fs::write(news.join("2024/a.md"), "云汐").unwrap();
        assert!(notices(&changes, LONG), "in a folder that was made later");
        let new = folder.path().join("new");
        fs::write(&new, "{}").unwrap();
        fs::rename(&new, &lines).unwrap();
        assert!(notices(&changes, LONG), "another file of the same name");
        fs::remove_file(news.join("2024/a.md")).unwrap();
        assert!(notices(&changes, LONG));

        fs::read(&lines).unwrap();
        fs::create_dir(&index).unwrap();
        fs::write(index.join("segment"), "0").unwrap();
        fs::write(folder.path().join("beside.md"), "云汐").unwrap();
        assert!(!notices(&changes, Duration::from_millis(500)));
    }

    #[test]
    fn what_cannot_be_watched_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let changes = Changes::below(std::slice::from_ref(&gone), folder.path());
        let told: Vec<String> = changes
            .unwatched()
            .iter()
            .map(Unwatched::to_string)
            .collect();
        let path = gone.display();
        assert_eq!(
            told,
            [format!(
                "{path}: cannot be watched: no such file or folder; looking every 5 minutes"
            )]
        );
    }
}
