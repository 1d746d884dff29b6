//! Bringing an index up to date with an archive: read what is new, pass over what is not.
//!
//! One thread walks the archive and reads files, some parse what was read, and the calling thread
//! writes, in the order of the archive. The queues between them are bounded, so is the memory.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use super::ledger::{Entry, FileKey, Stamp};
use super::roots::Roots;
use super::writer::{Added, DEFAULT_MEMORY, Writer};
use crate::analysis::Folder;
use crate::corpus::Parsed as Of;
use crate::corpus::{
    self, Article, Format, Mapping, PassedOver, Place, Problem, ReadError, ReadOptions, Reading,
    Record, Remark, Select, SourceFile, write_on_one_line,
};
use crate::index::disk::guard::shielded;
use crate::index::error::IndexError;
use crate::index::record::bounds::{self, Cut, MAX_NAME};
use crate::index::record::copy::{Copy, Origin, first_eight, hash_id};
use crate::index::shared::Shared;

/// Work that is handed from thread to thread at once: enough records to make it worthwhile.
const BATCH_RECORDS: usize = 64;
/// A batch is closed earlier when its records have this many bytes.
const BATCH_BYTES: usize = 1 << 20;
/// Between two commits lies this many times what it took to group all reprints of the index for the
/// first of them, so that the whole run takes a time that grows as the archive does.
const GROUPING_PAUSE: u32 = 10;
/// Batches that may wait between two threads.
const QUEUE: usize = 8;
/// Bytes of records that may be on their way from the reading thread to the writing one; a larger
/// record goes alone. Parsed, a record may take a hundred times its size.
const IN_FLIGHT_BYTES: usize = 16 << 20;

/// Remarks about one file that are passed on.
const MAX_REMARKS: usize = 32;

/// How an archive is read into an index.
#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// Read every file, even one whose size and time say that it is unchanged.
    pub checksum: bool,
    /// Delete documents whose last source below the given paths is gone.
    pub prune: bool,
    /// Which files of folders are read.
    pub select: Select,
    /// Largest post file or JSON line in bytes; a larger one is reported and skipped.
    pub max_size: u64,
    /// Threads that build segments; as many as there are processors unless set.
    pub threads: Option<usize>,
    /// Memory for building segments, in bytes.
    pub memory: usize,
    /// A killed run loses no more than this much work; or than ten times what a commit takes to group
    /// the reprints of the whole index, where that is more (with millions of articles).
    pub commit_every: Duration,
    /// When this becomes true the update ends with [`IndexError::Stopped`], and the index is as of its
    /// last commit.
    pub stop: Option<Arc<AtomicBool>>,
}

impl UpdateOptions {
    /// How many files an update from `paths` reads, for whoever shows how far it is; `None` where some
    /// hold many articles, and their number says little.
    pub fn count_posts(&self, paths: &[PathBuf]) -> Option<u64> {
        corpus::count_posts(paths, &self.select)
    }
}

impl Default for UpdateOptions {
    fn default() -> UpdateOptions {
        UpdateOptions {
            checksum: false,
            prune: false,
            select: Select::default(),
            max_size: ReadOptions::default().max_size,
            threads: None,
            memory: DEFAULT_MEMORY,
            commit_every: Duration::from_secs(20),
            stop: None,
        }
    }
}

/// What an update tells while it runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A post, line or file cannot be read; it was skipped.
    Bad(&'a ReadError),
    /// A name of an article was cut, because it is longer than an index holds.
    Cut {
        /// The file.
        path: &'a Path,
        /// The line of a JSON Lines file, from 1.
        line: Option<u64>,
        /// Which name: `source`, `tag` or `category`.
        field: &'static str,
        /// How long it is, in characters.
        characters: usize,
        /// How much of it was kept, in characters.
        kept: usize,
    },
    /// Articles that a file of lines no longer has were kept: lines of it that cannot be read may be
    /// theirs.
    Kept {
        /// The file.
        path: &'a Path,
        /// How many articles.
        articles: u64,
    },
    /// Some of a file that was read could not be understood, though its articles were.
    Remarked(&'a Remarked),
    /// So much was done, and is committed.
    Committed(&'a Report),
    /// So much was done.
    Step(&'a Report),
}

/// What could not be understood of one or more records of a file. `Display` is one line,
/// `path:line: remark`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remarked {
    /// The file, as it was named or found.
    pub path: PathBuf,
    /// The line of the first of the records, in a file that holds several.
    pub line: Option<u64>,
    /// What could not be understood of it.
    pub remark: Remark,
    /// Of how many records the same is to be said.
    pub records: u64,
}

impl fmt::Display for Remarked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_on_one_line(f, &self.path.to_string_lossy())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        write_on_one_line(f, &self.remark.to_string())?;
        match self.records {
            ..=1 => Ok(()),
            records => write!(f, " ({records} records)"),
        }
    }
}

/// What an update did. Every record read is in exactly one of the counts
/// `added.new`, `added.merged`, `added.replaced`, `added.unchanged`, `drafts`, `skipped` and `bad`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files met.
    pub files: u64,
    /// Files passed over because they had not changed.
    pub unchanged_files: u64,
    /// Posts and lines met in the files that were read, and files and folders that cannot be read.
    pub records: u64,
    /// Posts that say of themselves that they are not published, and were left out.
    pub drafts: u64,
    /// Posts that are no news and were skipped by rule (`categories: sitenews`).
    pub skipped: u64,
    /// Posts, lines and whole files that cannot be read.
    pub bad: u64,
    /// What was met in folders and not read.
    pub passed_over: PassedOver,
    /// What became of the articles.
    pub added: Added,
}

impl Report {
    /// Whether the update left the index as it was.
    pub fn nothing_changed(&self) -> bool {
        let Added {
            new,
            merged,
            replaced,
            unchanged: _,
            deleted,
        } = self.added;
        new + merged + replaced + deleted == 0
    }
}

/// Adds and replaces what is new and changed below `paths`.
pub(in crate::index) fn update(
    shared: &Arc<Shared>,
    paths: &[PathBuf],
    options: &UpdateOptions,
    mut progress: impl FnMut(Progress),
) -> Result<Report, IndexError> {
    let threads = options.threads.unwrap_or_else(|| {
        thread::available_parallelism()
            .map_or(1, usize::from)
            .min(8)
    });
    let mut update = Update {
        roots: Arc::new(Roots::of(paths)),
        writer: Writer::open(Arc::clone(shared), threads.max(1), options.memory)?,
        mapping: &shared.mapping,
        options,
        report: Report::default(),
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

/// A file and its state when its reading began.
struct Source {
    path: PathBuf,
    key: FileKey,
    hash: u64,
    format: Format,
    stamp: Option<Stamp>,
    /// What the ledger knew of it.
    before: Option<Entry>,
}

impl Source {
    /// What the ledger is to say of it.
    fn entry(&self, stamp: Stamp, file: &OfFile, mapping: &Mapping) -> Entry {
        let content = match (self.format, &file.post) {
            (Format::Post, Some((content, _))) => *content,
            (Format::Post, None) => 0,
            _ => mapping.identity(),
        };
        let is_flawed = file.bad > 0;
        Entry {
            stamp: if is_flawed { stamp.in_doubt() } else { stamp },
            content,
            unpruned: self.format.holds_many() && (is_flawed || file.had_copies),
        }
    }
}

/// What the reading thread finds, in the order of the archive.
enum Item {
    /// Nothing was read: the file is as it was.
    Unchanged(Arc<Source>),
    Bad(Option<Arc<Source>>, ReadError),
    Record(Arc<Source>, Record),
    Parsed(Arc<Source>, Parsed),
    /// The file was read to its end.
    End(Arc<Source>),
    /// The archive was read to its end; what of it was passed over.
    PassedOver(PassedOver),
}

impl Item {
    /// The id of the article.
    fn id(&self) -> Option<&str> {
        match self {
            Item::Parsed(_, parsed) => match &parsed.article {
                Some(Ok(reading)) => Some(&reading.article.id),
                _ => None,
            },
            _ => None,
        }
    }

    /// The file, by hash of its key, where the ledger does not know it.
    fn unknown_file(&self) -> Option<u64> {
        match self {
            Item::Parsed(source, _) | Item::End(source) | Item::Bad(Some(source), _) => {
                source.before.is_none().then_some(source.hash)
            }
            _ => None,
        }
    }
}

/// A record, parsed.
struct Parsed {
    content: u64,
    /// `None` where the post has the content that the ledger knows.
    article: Option<Result<Box<Reading>, ReadError>>,
    /// The record, where it is a line that gives no article.
    unread: Option<Record>,
    /// Names that were cut, and the line of the article.
    cuts: Vec<Cut>,
    line: Option<u64>,
}

type Batch = Vec<Item>;

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
}

/// What lines that cannot be read may have said.
#[derive(Default)]
struct Unread {
    lines: Vec<Record>,
    bytes: usize,
    /// There are others, of which nothing is known.
    has_more: bool,
}

/// Bytes of such lines that are kept of one file.
const MAX_UNREAD: usize = 1 << 20;

impl Unread {
    fn add(&mut self, line: Option<Record>) {
        match line {
            Some(line) if self.bytes + line.size() <= MAX_UNREAD => {
                self.bytes += line.size();
                self.lines.push(line);
            }
            _ => self.has_more = true,
        }
    }

    /// Whether one of them may be a copy of this article.
    fn may_be(&self, article: &Article) -> bool {
        self.has_more || self.lines.iter().any(|line| line.may_be(article))
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
        self.report.bad += 1;
        match source {
            Some(source) => {
                self.seen.file.bad += 1;
                self.seen.files.insert(source.hash);
            }
            None => self.seen.unreadable.push(self.roots.key(&error.path)),
        }
        (self.progress)(Progress::Bad(error));
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
                self.seen.file.unread.add(parsed.unread);
                self.bad(Some(Arc::clone(source)), &error);
            }
            Some(Ok(reading)) => {
                let Reading { article, remarks } = *reading;
                for remark in remarks {
                    self.remark(&article.places, remark);
                }
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
        let stamp = source.stamp;
        let entry = stamp.map(|stamp| source.entry(stamp, &file, self.mapping));
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
            self.writer.commit()?;
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
                ..source.entry(stamp, file, self.mapping)
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

/// The writing thread has given up.
struct Closed;

/// A batch that will be parsed, and the size of its records in bytes.
struct Promise {
    batch: Receiver<Batch>,
    bytes: usize,
}

/// Where the reading thread puts its items: batches go to the parsers, and a promise of each batch,
/// in order, to the writer.
struct Batches {
    work: SyncSender<(Batch, SyncSender<Batch>)>,
    ordered: SyncSender<Promise>,
    /// The bytes of each batch that was written.
    landed: Receiver<usize>,
    in_flight: usize,
    batch: Batch,
    bytes: usize,
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

fn read_archive(
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

/// Parses batches until there are no more.
fn parse_batches(
    batches: &Mutex<Receiver<(Batch, SyncSender<Batch>)>>,
    mapping: &Mapping,
    folder: &Folder,
) {
    loop {
        let next = batches.lock().map(|batches| batches.recv());
        let Ok(Ok((items, result))) = next else {
            return;
        };
        let mut parsed = Batch::with_capacity(items.len());
        for item in items {
            parse(item, mapping, folder, &mut parsed);
        }
        // Nobody waits for the result when the writing thread has given up.
        let _ = result.send(parsed);
    }
}

/// Parses a record; one that holds others gives these.
fn parse(item: Item, mapping: &Mapping, folder: &Folder, parsed: &mut Batch) {
    let Item::Record(source, record) = item else {
        parsed.push(item);
        return;
    };
    let hash = first_eight(&record.hash());
    let content = match source.format {
        Format::Post => hash,
        // Read by another mapping, a record is another.
        _ => hash ^ mapping.identity(),
    };
    let same_post = source.format == Format::Post
        && source
            .before
            .is_some_and(|before| before.content == content);
    let mut cuts = Vec::new();
    let article = match same_post {
        true => None,
        false => match article_of(&record, mapping, folder, &mut cuts) {
            Ok(Of::Article(reading)) => Some(Ok(reading)),
            Ok(Of::Records(records)) => {
                for inner in records {
                    parse(
                        Item::Record(Arc::clone(&source), inner),
                        mapping,
                        folder,
                        parsed,
                    );
                }
                return;
            }
            Err(error) => Some(Err(error)),
        },
    };
    let line = record.line();
    let is_unread = source.format.holds_many() && matches!(article, Some(Err(_)));
    let of_record = Parsed {
        content,
        article,
        unread: is_unread.then_some(record),
        cuts,
        line,
    };
    parsed.push(Item::Parsed(source, of_record));
}

/// The article of a record, as an index takes it, or the records that it holds.
fn article_of(
    record: &Record,
    mapping: &Mapping,
    folder: &Folder,
    cuts: &mut Vec<Cut>,
) -> Result<Of, ReadError> {
    let read = shielded(|| record.parse(mapping)).map_err(|problem| record.error(problem))?;
    let mut reading = match read? {
        Of::Article(reading) => reading,
        records => return Ok(records),
    };
    let article = &mut reading.article;
    let kept = bounds::check_growth(article, folder).and_then(|()| bounds::keep(article));
    *cuts = kept.map_err(|problem| record.error(problem))?;
    Ok(Of::Article(reading))
}
