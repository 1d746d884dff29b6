//! Why a question has no answer.

use crate::index::IndexError;

/// Why a question about an archive has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GlanceError {
    /// An argument is not what it should be.
    #[error("`{argument}`: {problem}")]
    Argument {
        /// Its name, as in the options of the function.
        argument: &'static str,
        /// What is wrong, and what to give instead.
        problem: String,
    },
    /// What was found cannot be written.
    #[error("cannot write what was found")]
    Write(#[from] std::io::Error),
    /// The index cannot be read, the query asks for too much, or time is up.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl GlanceError {
    pub(super) fn argument(argument: &'static str, problem: impl Into<String>) -> GlanceError {
        GlanceError::Argument {
            argument,
            problem: problem.into(),
        }
    }
}

impl From<tantivy::TantivyError> for GlanceError {
    fn from(error: tantivy::TantivyError) -> GlanceError {
        IndexError::from(error).into()
    }
}
