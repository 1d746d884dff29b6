//! One search a core, a bounded queue, and a refusal beyond.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// With this many before it for each search at once, a request waits for its turn as long as it takes:
/// that is soon, unless those searches are slow.
const FEW: usize = 4;
/// With more before it, it waits no longer than this. Whatever the machine can do, who is answered is
/// answered soon, and who would not be knows at once.
const BEHIND_MANY: Duration = Duration::from_millis(50);

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
    /// At once, when too many wait already; after a moment, when many do.
    pub async fn enter(&self) -> Result<Turn, Full> {
        let before = self.waiting();
        let place = Arc::clone(&self.places);
        let place = place.try_acquire_owned().map_err(|_| Full)?;
        let search = Arc::clone(&self.searches).acquire_owned();
        let search = match before < FEW * self.at_once {
            true => search.await,
            false => {
                let waited = tokio::time::timeout(BEHIND_MANY, search).await;
                waited.map_err(|_| Full)?
            }
        };
        Ok(Turn {
            _place: place,
            _search: search.map_err(|_| Full)?,
        })
    }

    /// Waits until a search could begin, behind all that wait already.
    pub async fn passes(&self) {
        let turn = self.searches.acquire().await;
        drop(turn);
    }

    /// Searches that run.
    pub fn running(&self) -> usize {
        self.at_once - self.searches.available_permits()
    }

    /// Searches that could begin at once.
    pub fn idle(&self) -> usize {
        self.searches.available_permits()
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

    #[tokio::test]
    async fn who_is_behind_many_does_not_wait_long_and_who_is_behind_few_does() {
        let gate = Gate::new(1, 100);
        let first = gate.enter().await.unwrap();
        let mut few = Vec::new();
        for _ in 0..FEW {
            let mut one = Box::pin(gate.enter());
            let pending = tokio::time::timeout(Duration::from_millis(1), &mut one);
            assert!(pending.await.is_err());
            few.push(one);
        }
        assert_eq!(gate.enter().await.err(), Some(Full));
        assert_eq!(gate.waiting(), FEW);
        drop(first);
        for one in few {
            assert!(one.await.is_ok());
        }
        gate.passes().await;
    }
}
