//! Bringing an index up to date with an archive: read what is new, pass over what is not.
//!
//! One thread walks the archive and reads files (`reading`), some parse what was read (`parsing`), and the
//! calling thread writes, in the order of the archive. The queues between them are bounded, so is the memory.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};

use super::items::{Batch, Item, Parsed, Source};
use super::ledger::{Entry, FileKey, Stamp};
use super::parsing::parse_batches;
use super::reading::{Batches, Promise, read_archive};
use super::report::{BadRows, Progress, Recut, Remarked, Report, UpdateOptions};
use super::roots::Roots;
use super::unread::Unread;
use super::writer::{Writer, default_threads};
use crate::corpus::{Article, Format, Mapping, Place, Problem, ReadError, Reading, Record, Remark};
use crate::index::error::IndexError;
use crate::index::record::bounds::{Cut, MAX_NAME};
use crate::index::record::copy::{Copy, Origin, hash_id};
use crate::index::shared::Shared;

/// Between two commits lies this many times what it took to group reprints for the first of
/// them, so that the whole run takes a time that grows as the archive does.
const GROUPING_PAUSE: u32 = 10;
/// Batches that may wait between two threads.
const QUEUE: usize = 8;
/// Remarks about one file that are passed on.
const MAX_REMARKS: usize = 32;
/// Ids that are numbers of which the titles are remembered.
const MAX_NUMBERED: usize = 100_000;
/// An id of more digits is no number of a record.
const MAX_NUMBER: usize = 9;

/// Adds and replaces what is new and changed below `paths`. What was cut anew before is reported, too.
pub(in crate::index) fn update(
    shared: &Arc<Shared>,
    recut: Recut,
    paths: &[PathBuf],
    options: &UpdateOptions,
    mut progress: impl FnMut(Progress),
) -> Result<Report, IndexError> {
    let threads = options.threads.unwrap_or_else(default_threads);
    let mut update = Update {
        roots: Arc::new(Roots::of(paths)),
        writer: Writer::open(Arc::clone(shared), threads.max(1), options.memory)?,
        mapping: &shared.mapping,
        options,
        report: Report {
            recut,
            ..Report::default()
        },
        seen: Seen::default(),
        committed: Instant::now(),
        progress: &mut progress,
    };
    shared.guarded(|| {
        update.read(paths, threads)?;
        if options.prune {
            update.prune(paths)?;
        }
        update.prune_records()?;
        update.finish()
    })
}
struct Update<'a> {
    roots: Arc<Roots>,
    writer: Writer,
    mapping: &'a Mapping,
    options: &'a UpdateOptions,
    report: Report,
    seen: Seen,
    committed: Instant,
    progress: &'a mut dyn FnMut(Progress),
}

/// What was met in this run.
#[derive(Default)]
struct Seen {
    /// Files, by hash of their key.
    files: FxHashSet<u64>,
    /// Paths that could not be read: nothing below them is known to be gone.
    unreadable: Vec<FileKey>,
    /// Named paths that are gone, in a run that prunes.
    gone: Vec<ReadError>,
    /// The title of the first article with an id that is a short number; both as hashes.
    numbered: FxHashMap<u64, u64>,
    /// What was met of the file that is being read.
    file: OfFile,
    /// Files of lines that were read; for pruning.
    lines: Vec<(Arc<Source>, OfFile)>,
}

/// What was met of one file.
#[derive(Default)]
struct OfFile {
    /// It has begun.
    is_begun: bool,
    /// The index had copies of it before.
    had_copies: bool,
    /// Its copies of each article, by hash of its id.
    copies: FxHashMap<u64, u32>,
    /// Content of a post, and the id it gave.
    post: Option<(u64, String)>,
    /// Records that cannot be read.
    bad: u64,
    /// Lines that give no article, but may be meant for one.
    unread: Unread,
    /// What could not be understood.
    remarks: Vec<Remarked>,
    /// The rows that give no article, where the table names no column that is known.
    rows: Option<BadRows>,
}
impl OfFile {
    /// What the ledger is to say of the file.
    fn entry(&self, source: &Source, stamp: Stamp, mapping: &Mapping) -> Entry {
        let content = match (source.format, &self.post) {
            (Format::Post, Some((content, _))) => *content,
            (Format::Post, None) => 0,
            _ => mapping.identity(),
        };
        let is_flawed = self.bad > 0;
        Entry {
            stamp: if is_flawed { stamp.in_doubt() } else { stamp },
            content,
            unpruned: source.format.holds_many() && (is_flawed || self.had_copies),
        }
    }
}
impl Update<'_> {
    /// Reads the archive and hands every item to `take`, in order.
    fn read(&mut self, paths: &[PathBuf], threads: usize) -> Result<(), IndexError> {
        let known = self.writer.ledger.known();
        let options = self.options;
        let roots = Arc::clone(&self.roots);
        let analyzer = Arc::clone(self.writer.analyzer());
        let analyzer = &*analyzer;
        let mapping = self.mapping;
        thread::scope(|scope| {
            let (work, worker_end) = sync_channel::<(Batch, SyncSender<Batch>)>(QUEUE);
            let (ordered, results) = sync_channel::<Promise>(QUEUE + threads);
            let (landing, landed) = channel();
            let worker_end = Arc::new(Mutex::new(worker_end));
            for _ in 0..threads {
                let batches = Arc::clone(&worker_end);
                scope.spawn(move || parse_batches(&batches, mapping, analyzer.folder()));
            }
            drop(worker_end);
            scope.spawn(move || {
                let mut out = Batches {
                    work,
                    ordered,
                    landed,
                    in_flight: 0,
                    batch: Vec::new(),
                    bytes: 0,
                };
                // An error here says that the writing thread has given up: so does this one.
                let _ = read_archive(paths, &roots, &known, options, mapping, &mut out);
            });
            for Promise { batch, bytes } in results {
                let Ok(items) = batch.recv() else { break };
                self.expect(&items)?;
                for item in items {
                    self.take(item)?;
                }
                // Nobody minds when the archive has been read to its end.
                let _ = landing.send(bytes);
                self.after_batch()?;
            }
            Ok(())
        })
    }

    /// Tells the writer what comes.
    fn expect(&mut self, items: &[Item]) -> Result<(), IndexError> {
        let ids: Vec<&str> = items.iter().filter_map(Item::id).collect();
        let mut files: Vec<u64> = items.iter().filter_map(Item::unknown_file).collect();
        files.dedup();
        self.writer.expect(&ids, &files)
    }

    fn take(&mut self, item: Item) -> Result<(), IndexError> {
        match item {
            Item::Unchanged(source) => {
                self.report.files += 1;
                self.report.unchanged_files += 1;
                self.seen.files.insert(source.hash);
            }
            Item::Bad(None, error) if self.options.prune && error.is_of_nothing() => {
                self.seen.gone.push(error);
            }
            Item::Bad(source, error) => {
                self.report.records += 1;
                if let Some(source) = &source {
                    self.begin(source)?;
                    self.seen.file.unread.add(None);
                }
                self.bad(source, &error);
            }
            Item::Parsed(source, parsed) => {
                self.begin(&source)?;
                self.parsed(&source, parsed)?;
            }
            Item::End(source) => self.end(source)?,
            Item::PassedOver(passed_over) => self.report.passed_over = passed_over,
            Item::Record(..) => unreachable!("records are parsed before they come here"),
        }
        Ok(())
    }

    /// Nothing of a file has been taken yet: what the index has of it is of an earlier reading.
    fn begin(&mut self, source: &Source) -> Result<(), IndexError> {
        if self.seen.file.is_begun {
            return Ok(());
        }
        self.seen.file.is_begun = true;
        self.seen.file.had_copies =
            source.before.is_some() || self.writer.has_copies_of(source.hash)?;
        if let Some(stamp) = source.stamp {
            self.writer.begin(&source.key, stamp);
        }
        Ok(())
    }

    fn bad(&mut self, source: Option<Arc<Source>>, error: &ReadError) {
        self.count_bad(source, error);
        (self.progress)(Progress::Bad(error));
    }

    fn count_bad(&mut self, source: Option<Arc<Source>>, error: &ReadError) {
        self.report.bad += 1;
        match source {
            Some(source) => {
                self.seen.file.bad += 1;
                self.seen.files.insert(source.hash);
            }
            None => self.seen.unreadable.push(self.roots.key(&error.path)),
        }
    }

    /// A row of a table that names no column: nothing is wrong with it that is not with the others, so
    /// it is told once a file.
    fn bad_row(&mut self, source: &Arc<Source>, error: ReadError, record: &Record) {
        self.count_bad(Some(Arc::clone(source)), &error);
        let is_better = |known: &BadRows| {
            matches!(known.error.problem, Problem::NoText)
                && matches!(error.problem, Problem::NoKey { .. })
        };
        let rows = &mut self.seen.file.rows;
        let count = rows.as_ref().map_or(0, |known| known.rows) + 1;
        match rows {
            Some(known) if !is_better(known) => known.rows = count,
            _ => {
                *rows = Some(BadRows {
                    row: record.shown_row().unwrap_or_default(),
                    error,
                    rows: count,
                });
            }
        }
    }

    fn parsed(&mut self, source: &Arc<Source>, parsed: Parsed) -> Result<(), IndexError> {
        self.report.records += 1;
        match parsed.article {
            None => {
                self.writer.note_unchanged();
                self.seen.file.post = Some((parsed.content, String::new()));
            }
            Some(Err(ReadError {
                problem: Problem::SiteNews,
                ..
            })) => {
                self.report.skipped += 1;
                self.seen.file.post = Some((parsed.content, String::new()));
            }
            Some(Err(ReadError {
                problem: Problem::Draft,
                ..
            })) => {
                self.report.drafts += 1;
                self.seen.file.post = Some((parsed.content, String::new()));
            }
            Some(Err(error)) => {
                let is_of_table = matches!(error.problem, Problem::NoText | Problem::NoKey { .. });
                let row = parsed.unread.as_ref();
                match row.filter(|record| is_of_table && record.is_nameless_row()) {
                    Some(record) => self.bad_row(source, error, record),
                    None => self.bad(Some(Arc::clone(source)), &error),
                }
                self.seen.file.unread.add(parsed.unread);
            }
            Some(Ok(reading)) => {
                let Reading { article, remarks } = *reading;
                for remark in remarks {
                    self.remark(&article.places, remark);
                }
                self.follow_numbers(source, &article);
                let copies = &mut self.seen.file.copies;
                let count = copies.entry(hash_id(&article.id)).or_default();
                let origin = Origin {
                    file: source.hash,
                    nth: *count,
                };
                *count += 1;
                self.seen.file.post = Some((parsed.content, article.id.clone()));
                for Cut { field, characters } in parsed.cuts {
                    (self.progress)(Progress::Cut {
                        path: &source.path,
                        line: parsed.line,
                        field,
                        characters,
                        kept: MAX_NAME,
                    });
                }
                let added = self.writer.add_copy(Copy {
                    origin,
                    content: parsed.content,
                    article,
                });
                match added {
                    // A fault over one article is not one of the run.
                    Err(IndexError::Internal(message)) => {
                        let error = ReadError {
                            path: source.path.clone(),
                            line: parsed.line,
                            problem: Problem::Internal(message),
                        };
                        self.seen.file.unread.add(None);
                        self.bad(Some(Arc::clone(source)), &error);
                    }
                    added => added?,
                }
            }
        }
        Ok(())
    }

    /// Sees where the numbers of records are taken for ids, so that articles are lost.
    fn follow_numbers(&mut self, source: &Source, article: &Article) {
        let id = &article.id;
        let is_number = id.len() <= MAX_NUMBER && id.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || !source.format.holds_many() || article.title_derived {
            return;
        }
        let title = hash_id(&article.title);
        let numbered = &mut self.seen.numbered;
        if numbered.len() < MAX_NUMBERED {
            numbered.entry(hash_id(id)).or_insert(title);
        }
        if numbered
            .get(&hash_id(id))
            .is_some_and(|known| *known != title)
        {
            let id = id.clone();
            self.remark(&article.places, Remark::SameId { id });
        }
    }

    /// Keeps a remark until the file has been read: the same is said once a file.
    fn remark(&mut self, places: &[Place], remark: Remark) {
        let remarks = &mut self.seen.file.remarks;
        if let Some(known) = remarks
            .iter_mut()
            .find(|known| known.remark.is_like(&remark))
        {
            known.records += 1;
        } else if let Some(place) = places.first()
            && remarks.len() < MAX_REMARKS
        {
            remarks.push(Remarked {
                path: place.path.clone().into(),
                line: place.line,
                remark,
                records: 1,
            });
        }
    }

    /// A file was read to its end, and the ledger knows it from now on. Where it is flawed, it is read
    /// again by the next run; where it had copies before, when pruning, as some may be gone.
    fn end(&mut self, source: Arc<Source>) -> Result<(), IndexError> {
        self.begin(&source)?;
        self.report.files += 1;
        self.seen.files.insert(source.hash);
        let file = std::mem::take(&mut self.seen.file);
        for remarked in &file.remarks {
            (self.progress)(Progress::Remarked(remarked));
        }
        if let Some(rows) = &file.rows {
            (self.progress)(Progress::BadRows(rows));
        }
        let stamp = source.stamp;
        let entry = stamp.map(|stamp| file.entry(&source, stamp, self.mapping));
        self.writer.end(&source.key, entry);
        match (source.format, &file.post) {
            (Format::Post, Some((content, id))) if file.had_copies => {
                let before = source.before.map(|before| before.content);
                if before != Some(*content) {
                    self.drop_other_ids(&source, id)?;
                }
            }
            (Format::Post, _) => {}
            _ => {
                let was_read_otherwise = source
                    .before
                    .is_some_and(|before| before.content != self.mapping.identity());
                if self.options.prune || was_read_otherwise {
                    self.seen.lines.push((source, file));
                }
            }
        }
        Ok(())
    }

    /// A changed post may have another id than before: its copy under the old one goes.
    fn drop_other_ids(&mut self, source: &Source, id: &str) -> Result<(), IndexError> {
        for (old, _) in self.writer.copies_of(source.hash)? {
            if old.id != id {
                self.writer.drop_copies(old.id, source.hash, 0)?;
            }
        }
        Ok(())
    }

    fn after_batch(&mut self) -> Result<(), IndexError> {
        let pause = GROUPING_PAUSE * self.writer.grouping();
        let pause = pause.max(self.options.commit_every);
        if self.committed.elapsed() >= pause || self.writer.is_full() {
            self.writer.commit_early()?;
            self.committed = Instant::now();
            self.report.added = self.writer.added();
            (self.progress)(Progress::Committed(&self.report));
        }
        self.report.added = self.writer.added();
        (self.progress)(Progress::Step(&self.report));
        self.check_stop()
    }

    fn check_stop(&self) -> Result<(), IndexError> {
        match &self.options.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(IndexError::Stopped),
            _ => Ok(()),
        }
    }

    /// Drops the copies of files, and of lines, that are gone.
    fn prune(&mut self, paths: &[PathBuf]) -> Result<(), IndexError> {
        self.writer.commit()?;
        let roots: Vec<FileKey> = paths.iter().map(|path| self.roots.key(path)).collect();
        let below =
            |file: &FileKey, roots: &[FileKey]| roots.iter().any(|root| file.is_below(root));
        let known = self.writer.ledger.known();
        let gone = known.keys().filter(|file| {
            below(file, &roots)
                && !below(file, &self.seen.unreadable)
                && !self.seen.files.contains(&file.hash())
        });
        for file in gone {
            for (article, _) in self.writer.copies_of(file.hash())? {
                self.writer.drop_copies(article.id, file.hash(), 0)?;
            }
            self.writer.ledger.note(file.clone(), None);
        }
        self.writer.drop_moved(&roots, &self.seen.files)?;
        self.report_unknown(&known);
        Ok(())
    }

    /// A named path that is gone is no fault where the index knew files there: these were dropped.
    fn report_unknown(&mut self, known: &FxHashMap<FileKey, Entry>) {
        for error in std::mem::take(&mut self.seen.gone) {
            let root = self.roots.key(&error.path);
            if !known.keys().any(|file| file.is_below(&root)) {
                self.bad(None, &error);
            }
        }
    }

    /// Drops the copies of records that are no longer in the files that were read.
    fn prune_records(&mut self) -> Result<(), IndexError> {
        let files = std::mem::take(&mut self.seen.lines);
        // What is gone goes at once: with pruning, in the commit that the gone files are in.
        if !files.is_empty() && !self.options.prune {
            self.writer.commit()?;
        }
        for (source, file) in files {
            self.prune_lines(&source, &file)?;
        }
        Ok(())
    }

    /// Drops the copies of lines that a file no longer has. With the same commit the ledger says that
    /// it was done.
    fn prune_lines(&mut self, source: &Source, file: &OfFile) -> Result<(), IndexError> {
        let mut kept = 0;
        for (article, before) in self.writer.copies_of(source.hash)? {
            let now = file.copies.get(&hash_id(&article.id)).copied();
            let now = now.unwrap_or(0);
            if now >= before {
                continue;
            }
            if file.unread.may_be(&article) {
                kept += 1;
            } else {
                self.writer.drop_copies(article.id, source.hash, now)?;
            }
        }
        if let (Some(stamp), 0, true) = (source.stamp, file.bad, file.had_copies) {
            let entry = Entry {
                unpruned: false,
                ..file.entry(source, stamp, self.mapping)
            };
            self.writer.ledger.note(source.key.clone(), Some(entry));
        }
        if kept > 0 {
            (self.progress)(Progress::Kept {
                path: &source.path,
                articles: kept,
            });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report, IndexError> {
        self.report.added = self.writer.close()?;
        (self.progress)(Progress::Committed(&self.report));
        (self.progress)(Progress::Step(&self.report));
        Ok(self.report)
    }
}
