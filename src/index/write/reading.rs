//! The thread that reads an archive: what is new goes on, in bounded batches, to those that parse.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rustc_hash::FxHashMap;

use super::items::{Batch, Item, Source};
use super::ledger::{Entry, FileKey, Stamp};
use super::report::UpdateOptions;
use super::roots::Roots;
use crate::corpus::{self, Mapping, ReadError, ReadOptions, SourceFile};
use crate::index::disk::guard::shielded;

/// Work that is handed from thread to thread at once: enough records to make it worthwhile.
const BATCH_RECORDS: usize = 64;
/// A batch is closed earlier when its records have this many bytes.
const BATCH_BYTES: usize = 1 << 20;
/// Bytes of records that may be on their way from the reading thread to the writing one; a larger
/// record goes alone. Parsed, a record may take a hundred times its size.
const IN_FLIGHT_BYTES: usize = 16 << 20;

/// The writing thread has given up.
pub(super) struct Closed;

/// A batch that will be parsed, and the size of its records in bytes.
pub(super) struct Promise {
    pub batch: Receiver<Batch>,
    pub bytes: usize,
}

/// Where the reading thread puts its items: batches go to the parsers, and a promise of each batch,
/// in order, to the writer.
pub(super) struct Batches {
    pub work: SyncSender<(Batch, SyncSender<Batch>)>,
    pub ordered: SyncSender<Promise>,
    /// The bytes of each batch that was written.
    pub landed: Receiver<usize>,
    pub in_flight: usize,
    pub batch: Batch,
    pub bytes: usize,
}

impl Batches {
    fn push(&mut self, item: Item) -> Result<(), Closed> {
        if let Item::Record(_, record) = &item {
            self.bytes += record.size();
        }
        self.batch.push(item);
        if self.batch.len() >= BATCH_RECORDS || self.bytes >= BATCH_BYTES {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), Closed> {
        let bytes = std::mem::take(&mut self.bytes);
        while self.in_flight > 0 && self.in_flight + bytes > IN_FLIGHT_BYTES {
            self.in_flight -= self.landed.recv().map_err(|_| Closed)?;
        }
        self.in_flight += bytes;
        let (promise, batch) = sync_channel(1);
        let promised = Promise { batch, bytes };
        self.ordered.send(promised).map_err(|_| Closed)?;
        self.work
            .send((std::mem::take(&mut self.batch), promise))
            .map_err(|_| Closed)
    }
}

pub(super) fn read_archive(
    paths: &[PathBuf],
    roots: &Roots,
    known: &FxHashMap<FileKey, Entry>,
    options: &UpdateOptions,
    mapping: &Mapping,
    out: &mut Batches,
) -> Result<(), Closed> {
    let mut walk = corpus::walk(paths, &options.select);
    let mapping = mapping.identity();
    for file in walk.by_ref() {
        match file {
            Err(error) => out.push(Item::Bad(None, error))?,
            Ok(file) => read_file(&file, roots, known, options, mapping, out)?,
        }
    }
    out.push(Item::PassedOver(walk.passed_over().clone()))?;
    out.flush()
}

fn read_file(
    file: &SourceFile,
    roots: &Roots,
    known: &FxHashMap<FileKey, Entry>,
    options: &UpdateOptions,
    mapping: u64,
    out: &mut Batches,
) -> Result<(), Closed> {
    let key = roots.key(&file.path);
    let stamp = if file.is_stdin() {
        None
    } else {
        Stamp::of(&file.path).ok()
    };
    let before = known.get(&key).copied();
    let (hash, format) = (key.hash(), file.format);
    let source = Arc::new(Source {
        path: file.path.clone(),
        key,
        hash,
        format,
        stamp,
        before,
    });
    let was_read_otherwise =
        before.is_some_and(|before| format.holds_many() && before.content != mapping);
    let may_have_lost = before.is_some_and(|before| before.unpruned);
    let must_be_read = options.checksum || was_read_otherwise || options.prune && may_have_lost;
    if let (Some(stamp), Some(before), false) = (&stamp, &before, must_be_read)
        && before.stamp.proves_unchanged(stamp)
    {
        return out.push(Item::Unchanged(source));
    }
    let options = ReadOptions {
        max_size: options.max_size,
    };
    // A panic ends the reading of this file, not that of others.
    let read = shielded(|| read_records(file, &source, &options, out));
    match read {
        Ok(read) => read?,
        Err(problem) => {
            let error = ReadError {
                path: file.path.clone(),
                line: None,
                problem,
            };
            out.push(Item::Bad(Some(Arc::clone(&source)), error))?;
        }
    }
    out.push(Item::End(source))
}

fn read_records(
    file: &SourceFile,
    source: &Arc<Source>,
    options: &ReadOptions,
    out: &mut Batches,
) -> Result<(), Closed> {
    let records = match file.records(options) {
        Ok(records) => records,
        Err(error) => return out.push(Item::Bad(Some(Arc::clone(source)), error)),
    };
    for record in records {
        match record {
            Ok(record) => out.push(Item::Record(Arc::clone(source), record))?,
            Err(error) => out.push(Item::Bad(Some(Arc::clone(source)), error))?,
        }
    }
    Ok(())
}
