//! One search a core, a bounded queue, and a refusal beyond.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where requests wait for their turn. A request that is dropped, because its connection was closed,
/// gives its place free.
#[derive(Debug)]
pub struct Gate {
    /// As many as may be inside or wait.
    places: Arc<Semaphore>,
    /// As many as may search at once.
    searches: Arc<Semaphore>,
    all: usize,
    at_once: usize,
}

/// The right to search; dropped at the end of it.
#[derive(Debug)]
pub struct Turn {
    _place: OwnedSemaphorePermit,
    _search: OwnedSemaphorePermit,
}

/// There are too many who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl Gate {
    /// A gate for this many searches at once, and this many who wait.
    pub fn new(at_once: usize, queue: usize) -> Gate {
        let at_once = at_once.max(1);
        let all = at_once + queue;
        Gate {
            places: Arc::new(Semaphore::new(all)),
            searches: Arc::new(Semaphore::new(at_once)),
            all,
            at_once,
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// At once, when too many wait already.
    pub async fn enter(&self) -> Result<Turn, Full> {
        let place = Arc::clone(&self.places);
        let place = place.try_acquire_owned().map_err(|_| Full)?;
        let search = Arc::clone(&self.searches).acquire_owned().await;
        Ok(Turn {
            _place: place,
            _search: search.map_err(|_| Full)?,
        })
    }

    /// Searches that run.
    pub fn running(&self) -> usize {
        self.at_once - self.searches.available_permits()
    }

    /// Requests that wait.
    pub fn waiting(&self) -> usize {
        let inside = self.all - self.places.available_permits();
        inside.saturating_sub(self.running())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_when_the_queue_is_full_is_refused_and_who_leaves_makes_room() {
        let gate = Gate::new(1, 1);
        let first = gate.enter().await.unwrap();
        assert_eq!((gate.running(), gate.waiting()), (1, 0));
        let mut second = Box::pin(gate.enter());
        let pending = tokio::time::timeout(std::time::Duration::from_millis(1), &mut second);
        assert!(pending.await.is_err());
        assert_eq!((gate.running(), gate.waiting()), (1, 1));
        assert_eq!(gate.enter().await.err(), Some(Full));
        drop(second);
        assert_eq!((gate.running(), gate.waiting()), (1, 0));
        drop(first);
        assert!(gate.enter().await.is_ok());
    }
}
