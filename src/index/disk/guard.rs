//! Work on the engine, whose failures and panics become the error that says what they mean.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tantivy::TantivyError;
use tantivy::directory::error::OpenReadError;

use crate::index::error::IndexError;

/// How the standard library begins to say that the system refuses a thread. That is no damage.
const NO_THREAD: &str = "failed to spawn thread";

/// Runs work on the engine, whose files are in `segments`. The engine checks little of what it
/// reads: where a file is damaged it fails, or panics, and both become the error that says so.
pub(in crate::index) fn guarded<T>(
    segments: &Path,
    work: impl FnOnce() -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    let damaged = |cause| IndexError::Damaged {
        path: segments.into(),
        cause,
    };
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(IndexError::Engine(cause))) if is_damage(&cause) => Err(damaged(cause.into())),
        Ok(result) => result,
        Err(panic) => {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
            let message = message.unwrap_or("no reason given");
            match message.starts_with(NO_THREAD) {
                true => Err(IndexError::Io {
                    path: segments.into(),
                    cause: std::io::Error::other(format!(
                        "{message}: allow more memory or threads, or use fewer (--threads)"
                    )),
                }),
                false => Err(damaged(format!("the engine gave up: {message}").into())),
            }
        }
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

    #[test]
    fn a_panic_is_damage_but_not_that_there_are_no_threads() {
        let ended = |message: &'static str| {
            let work = || -> Result<(), IndexError> { std::panic::panic_any(message) };
            guarded(Path::new("segments"), work).unwrap_err()
        };
        let damaged = ended("index out of bounds");
        assert!(matches!(damaged, IndexError::Damaged { .. }), "{damaged:?}");
        let IndexError::Io { cause, .. } = ended("failed to spawn thread: Os { code: 11 }") else {
            panic!("taken for damage");
        };
        assert!(cause.to_string().contains("--threads"), "{cause}");
    }
}
