//! When a search ends before it has its answer.
//!
//! The engine's loops cannot be left with an error, so what runs in them ends early, as if there were
//! no more documents, and whoever started the loop asks after it whether time was up. A moment that
//! has passed stays passed, so nothing that was cut short is ever taken for whole.

use std::io;
use std::time::{Duration, Instant};

use tantivy::TantivyError;

use crate::index::{Elsewhere, IndexError};

/// Steps of a loop between two looks at the clock: well below a millisecond.
const STEPS: usize = 1 << 10;

/// The moment by which a search has to end, if there is one.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::search) struct Deadline(Option<End>);

#[derive(Debug, Clone, Copy)]
struct End {
    moment: Instant,
    allowed: Duration,
}

impl Deadline {
    /// So much time from now on; for ever where no clock goes so far.
    pub fn after(allowed: Duration) -> Deadline {
        let moment = Instant::now().checked_add(allowed);
        Deadline(moment.map(|moment| End { moment, allowed }))
    }

    /// Fails once the moment has passed.
    pub fn check(self) -> tantivy::Result<()> {
        match self.0 {
            Some(end) if self.is_over() => Err(Halt::OutOfTime(end.allowed).into()),
            _ => Ok(()),
        }
    }

    pub fn is_over(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end.moment)
    }

    /// For a loop of many short steps.
    pub fn watch(self) -> Watch {
        Watch {
            deadline: self,
            steps: 0,
        }
    }
}

/// Looks at the clock every so many steps.
pub(in crate::search) struct Watch {
    deadline: Deadline,
    steps: usize,
}

impl Watch {
    /// One more step: whether it is one too many.
    pub fn is_over(&mut self) -> bool {
        self.steps += 1;
        if self.steps < STEPS {
            return false;
        }
        self.steps = 0;
        self.deadline.is_over()
    }

    /// The next step takes so many times as long as others.
    pub fn takes(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps);
    }
}

/// Why a search ends before it has its answer. The engine knows no such errors: on the way through
/// it they are the cause of one that it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::search) enum Halt {
    #[error("out of time")]
    OutOfTime(Duration),
    #[error("too much to keep in mind")]
    TooMuch,
}

impl Halt {
    /// The same error, as the caller of the search sees it if it is one of these.
    pub fn told(error: IndexError) -> IndexError {
        let IndexError::Engine(failure) = &error else {
            return error;
        };
        let TantivyError::IoError(cause) = &failure.0 else {
            return error;
        };
        match cause.get_ref().and_then(|cause| cause.downcast_ref()) {
            Some(Halt::OutOfTime(allowed)) => IndexError::OutOfTime { allowed: *allowed },
            Some(Halt::TooMuch) => IndexError::TooBroad,
            None => match cause.get_ref().and_then(|cause| cause.downcast_ref()) {
                Some(elsewhere) => IndexError::Elsewhere(Elsewhere::clone(elsewhere)),
                None => error,
            },
        }
    }
}

impl From<Halt> for TantivyError {
    fn from(halt: Halt) -> TantivyError {
        io::Error::other(halt).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_that_has_passed_stays_passed() {
        let over = Deadline::after(Duration::ZERO);
        let mut watch = over.watch();
        assert!((0..STEPS).any(|_| watch.is_over()));
        for _ in 0..2 {
            assert!(over.is_over());
            let error = over.check().expect_err("no time");
            let told = Halt::told(error.into());
            assert!(
                matches!(told, IndexError::OutOfTime { allowed } if allowed.is_zero()),
                "{told}"
            );
        }
    }

    #[test]
    fn without_an_end_nothing_is_over() {
        for never in [Deadline::default(), Deadline::after(Duration::MAX)] {
            let mut watch = never.watch();
            assert!(!(0..3 * STEPS).any(|_| watch.is_over()));
            assert!(never.check().is_ok());
        }
    }

    #[test]
    fn other_errors_stay_what_they_are() {
        let error = TantivyError::from(io::Error::other("云汐"));
        assert!(matches!(Halt::told(error.into()), IndexError::Engine(_)));
    }
}
