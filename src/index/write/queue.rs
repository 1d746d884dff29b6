//! Documents on their way to the threads of the engine.
//!
//! The engine lets ten thousand documents wait, whatever their size. Here their bytes are bounded.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tantivy::TantivyDocument;
use tantivy::schema::document::Document;

/// Most bytes of documents that wait; a larger document waits alone.
const MAX_WAITING: usize = 16 << 20;
/// The longest that one document is kept back. Should the threads of the engine have ended, then
/// nothing ever makes room, and the engine says why when it is given the document.
const PATIENCE: Duration = Duration::from_secs(1);

/// The documents that wait for a thread of the engine; clones are the same queue.
#[derive(Clone, Default)]
pub(in crate::index) struct Queue(Arc<Room>);

#[derive(Default)]
struct Room {
    /// Bytes of the documents that wait.
    taken: Mutex<usize>,
    freed: Condvar,
}

impl Queue {
    /// Lets a document of so many bytes into the queue, as soon as there is room for it.
    pub fn enter(&self, document: TantivyDocument, bytes: usize) -> Waiting {
        let has_no_room = |taken: &mut usize| !has_room(*taken, bytes);
        let taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .0
            .freed
            .wait_timeout_while(taken, PATIENCE, has_no_room);
        let (mut taken, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Waiting {
            document,
            bytes,
            queue: self.clone(),
        }
    }

    fn leave(&self, bytes: usize) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
        self.0.freed.notify_one();
    }
}

/// Whether a document of so many bytes gets in beside those that wait.
fn has_room(taken: usize, bytes: usize) -> bool {
    taken == 0 || taken + bytes <= MAX_WAITING
}

/// A document in the queue; it leaves when a thread takes it up, or drops it.
pub(crate) struct Waiting {
    document: TantivyDocument,
    bytes: usize,
    queue: Queue,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.queue.leave(self.bytes);
    }
}

impl Document for Waiting {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        Document::iter_fields_and_values(&self.document)
    }

    fn into_tantivy_document(mut self) -> TantivyDocument {
        std::mem::take(&mut self.document)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn taken(queue: &Queue) -> usize {
        *queue.0.taken.lock().unwrap()
    }

    #[test]
    fn there_is_room_up_to_the_limit_and_for_any_document_alone() {
        for (taken, bytes, expected) in [
            (0, 1, true),
            (0, 3 * MAX_WAITING, true),
            (MAX_WAITING - 10, 10, true),
            (MAX_WAITING - 10, 11, false),
            (3 * MAX_WAITING, 1, false),
        ] {
            assert_eq!(has_room(taken, bytes), expected, "{bytes} beside {taken}");
        }
    }

    #[test]
    fn a_document_gives_its_room_back() {
        let queue = Queue::default();
        let first = queue.enter(TantivyDocument::default(), MAX_WAITING);
        let waiting = thread::spawn({
            let queue = queue.clone();
            move || queue.enter(TantivyDocument::default(), MAX_WAITING)
        });
        first.into_tantivy_document();
        let second = waiting.join().unwrap();
        assert_eq!(taken(&queue), MAX_WAITING);
        // Nobody takes the second one up: another is not kept back for ever.
        drop(queue.enter(TantivyDocument::default(), 1));
        drop(second);
        assert_eq!(taken(&queue), 0);
    }
}
