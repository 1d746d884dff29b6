//! Work on the engine, whose failures and panics become the error that says what they mean.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::OpenReadError;

use super::files::{Seal, Unsound};
use super::sealed::SealedDirectory;
use crate::corpus::Problem;
use crate::index::error::IndexError;
use crate::index::error::engine::EngineError;

/// How the standard library begins to say that the system refuses a thread. That is no damage.
const NO_THREAD: &str = "failed to spawn thread";

/// Runs work on the engine, whose files are in `segments`. The engine checks little of what it
/// reads: where a file is damaged it fails, or panics, and both become the error that says so. A panic
/// while no file is damaged is a fault of the program.
pub(in crate::index) fn guarded<T>(
    segments: &Path,
    work: impl FnOnce() -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(IndexError::Engine(cause))) if is_damage(&cause.0) => Err(IndexError::Damaged {
            path: segments.into(),
            cause: cause.into(),
        }),
        Ok(result) => result,
        Err(panic) => Err(reason_of(&message_of(&*panic), segments)),
    }
}

/// Runs work on one record, whose panic is a problem of that record.
pub(in crate::index) fn shielded<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.map_err(|panic| Problem::Internal(message_of(&*panic)))
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
    message.unwrap_or("no reason given").to_owned()
}

fn reason_of(message: &str, segments: &Path) -> IndexError {
    if message.starts_with(NO_THREAD) {
        return IndexError::Io {
            path: segments.into(),
            cause: io::Error::other(format!(
                "{message}: allow more memory or threads, or use fewer"
            )),
        };
    }
    match first_damage(segments) {
        Some((path, problem)) => IndexError::Damaged {
            path,
            cause: format!("{problem}: the engine gave up: {message}").into(),
        },
        None => IndexError::Internal(message.to_owned()),
    }
}

/// The first file of the last commit that is not what it was, and what is wrong with it. An index in
/// memory has none.
fn first_damage(segments: &Path) -> Option<(PathBuf, String)> {
    if segments
        .parent()
        .is_none_or(|home| home.as_os_str().is_empty() && !segments.is_dir())
    {
        return None;
    }
    let damaged = |problem: String| Some((segments.to_path_buf(), problem));
    let files = SealedDirectory::open(segments).and_then(|files| Ok(files.open_all()?));
    let files = match files {
        Ok(files) => files,
        Err(error) => return damaged(EngineError(error).to_string()),
    };
    for (name, seal, file) in files {
        let found = file.and_then(Seal::of);
        if !found.is_ok_and(|found| found == seal) {
            return Some((segments.join(name), Unsound::Changed.to_string()));
        }
    }
    None
}

/// What it means that a file cannot be opened.
pub(in crate::index) fn failure_at(path: &Path, error: TantivyError) -> IndexError {
    let error = EngineError(error);
    match error.of_system() {
        Some(cause) if cause.kind() != io::ErrorKind::NotFound => IndexError::Io {
            path: path.into(),
            cause: plain(cause),
        },
        _ => IndexError::Damaged {
            path: path.into(),
            cause: error.into(),
        },
    }
}

/// The same error of the system.
pub(in crate::index) fn plain(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// Whether a failure of the engine comes from what is in its files, and not from reading them.
pub(in crate::index) fn is_damage(error: &TantivyError) -> bool {
    use std::io::ErrorKind::NotFound;
    // The files are mapped: an error that is not the system's is one of their content.
    let tells_damage =
        |error: &std::io::Error| error.kind() == NotFound || error.raw_os_error().is_none();
    match error {
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::SchemaError(_)
        | TantivyError::FieldNotFound(_) => true,
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::IoError(io_error) => tells_damage(io_error),
        TantivyError::OpenReadError(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Article;
    use crate::{Index, IndexOptions};

    fn ended(segments: &Path, message: &'static str) -> IndexError {
        let work = || -> Result<(), IndexError> { std::panic::panic_any(message) };
        guarded(segments, work).unwrap_err()
    }

    #[test]
    fn a_panic_is_damage_only_where_a_file_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::create(dir.path(), IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(1, 0).unwrap();
        let article = Article {
            id: "1".into(),
            title: "云汐".into(),
            ..Article::default()
        };
        writer.add(article).unwrap();
        writer.close().unwrap();
        let segments = dir.path().join("segments");
        let fault = ended(&segments, "index out of bounds");
        assert!(matches!(&fault, IndexError::Internal(told) if told == "index out of bounds"));
        let store = std::fs::read_dir(&segments).unwrap().flatten();
        let store = store
            .map(|file| file.path())
            .find(|path| path.ends_with_store());
        let store = store.unwrap();
        let mut bytes = std::fs::read(&store).unwrap();
        bytes[3] ^= 1;
        std::fs::write(&store, bytes).unwrap();
        let fault = ended(&segments, "index out of bounds");
        assert!(
            matches!(&fault, IndexError::Damaged { path, .. } if *path == store),
            "{fault:?}"
        );
        let IndexError::Io { cause, .. } =
            ended(&segments, "failed to spawn thread: Os { code: 11 }")
        else {
            panic!("taken for damage");
        };
        assert!(
            cause.to_string().contains("threads, or use fewer"),
            "{cause}"
        );
    }

    trait Kind {
        fn ends_with_store(&self) -> bool;
    }

    impl Kind for PathBuf {
        fn ends_with_store(&self) -> bool {
            self.extension().is_some_and(|kind| kind == "store")
        }
    }

    #[test]
    fn a_panic_over_an_index_in_memory_is_a_fault_of_the_program() {
        let fault = ended(Path::new("segments"), "index out of bounds");
        assert!(matches!(fault, IndexError::Internal(_)), "{fault:?}");
    }

    #[test]
    fn a_panic_over_a_record_is_a_problem_of_that_record() {
        let problem = shielded(|| -> usize { panic!("no place {}", 7) }).unwrap_err();
        assert!(matches!(&problem, Problem::Internal(told) if told == "no place 7"));
        assert_eq!(shielded(|| 7).unwrap(), 7);
    }
}
