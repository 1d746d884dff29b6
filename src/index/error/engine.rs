//! Failures of the engine below, in plain words: its own are meant for whoever programs it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

/// A failure of the engine below.
pub struct EngineError(pub(crate) TantivyError);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            TantivyError::IoError(error)
            | TantivyError::LockFailure(LockError::IoError(error), _) => error.fmt(f),
            TantivyError::OpenDirectoryError(error) => match error {
                OpenDirectoryError::IoError {
                    io_error,
                    directory_path,
                } => at(f, directory_path, io_error),
                error => error.fmt(f),
            },
            TantivyError::OpenReadError(error) => match error {
                OpenReadError::IoError { io_error, filepath } => at(f, filepath, io_error),
                OpenReadError::FileDoesNotExist(path) => {
                    write!(f, "{}: the file is missing", path.display())
                }
                OpenReadError::IncompatibleIndex(_) => f.write_str(OTHER_VERSION),
            },
            TantivyError::OpenWriteError(error) => match error {
                OpenWriteError::IoError { io_error, filepath } => at(f, filepath, io_error),
                OpenWriteError::FileAlreadyExists(path) => {
                    write!(f, "{}: the file is there already", path.display())
                }
            },
            TantivyError::IncompatibleIndex(_) => f.write_str(OTHER_VERSION),
            error => error.fmt(f),
        }
    }
}

const OTHER_VERSION: &str = "the files are of another version of the engine";

fn at(f: &mut fmt::Formatter<'_>, path: &Path, error: &io::Error) -> fmt::Result {
    write!(f, "{}: {error}", path.display())
}

impl fmt::Debug for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for EngineError {}

impl EngineError {
    /// The error of the system that it comes from, if it does.
    pub(crate) fn of_system(&self) -> Option<&io::Error> {
        let error = match &self.0 {
            TantivyError::IoError(error)
            | TantivyError::LockFailure(LockError::IoError(error), _)
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError {
                io_error: error,
                ..
            })
            | TantivyError::OpenReadError(OpenReadError::IoError {
                io_error: error, ..
            })
            | TantivyError::OpenWriteError(OpenWriteError::IoError {
                io_error: error, ..
            }) => error,
            _ => return None,
        };
        Some(&**error).filter(|error| error.raw_os_error().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_file_and_the_reason_and_nothing_of_the_program() {
        let denied = || io::Error::from_raw_os_error(13);
        let read = OpenReadError::wrap_io_error(denied(), "a.idx".into());
        let write = OpenWriteError::wrap_io_error(denied(), "a.idx".into());
        let dir = OpenDirectoryError::wrap_io_error(denied(), "a".into());
        let unsound = io::Error::new(io::ErrorKind::InvalidData, "the checksum is missing");
        let unsound = OpenReadError::wrap_io_error(unsound, "meta.json".into());
        let lock = TantivyError::LockFailure(LockError::wrap_io_error(denied()), None);
        for (error, expected) in [
            (read.into(), "a.idx: Permission denied (os error 13)"),
            (write.into(), "a.idx: Permission denied (os error 13)"),
            (dir.into(), "a: Permission denied (os error 13)"),
            (lock, "Permission denied (os error 13)"),
            (unsound.into(), "meta.json: the checksum is missing"),
        ] {
            assert_eq!(EngineError(error).to_string(), expected);
        }
    }
}
