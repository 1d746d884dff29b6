//! Adding to an index: one document per id, whatever the order of its copies.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use tantivy::{IndexWriter, Term};

use super::change::{Added, Change};
use super::committed::{Committed, Place};
use super::ledger::{Entry, FileKey, Ledger, Stamp};
use super::lock::lock_for_writing;
use super::merging::Merging;
use super::queue::{Queue, Waiting};
use crate::analysis::Analyzer;
use crate::corpus::Article;
use crate::index::disk::files::Seal;
use crate::index::disk::guard::shielded;
use crate::index::error::IndexError;
use crate::index::record::bounds;
use crate::index::record::copy::{Copy, Origin, first_eight, hash_id};
use crate::index::record::document::document;
use crate::index::reprints::build::{Groups, groups};
use crate::index::reprints::pending::{Pending, Touched};
use crate::index::shared::{Commit, Shared};

/// Memory that a writer may use for building segments unless told otherwise, in bytes: less makes more
/// segments, which have to be merged; more is farther from the processor.
pub(in crate::index) const DEFAULT_MEMORY: usize = 144 << 20;

/// Threads that a writer has unless told otherwise: one a processor, at most eight.
pub(in crate::index) fn default_threads() -> usize {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    processors.min(8)
}

/// Copies that wait for the next commit before it is made early; bounds their memory.
const MAX_DEFERRED_BYTES: usize = 64 << 20;

/// Documents written since the last commit before an update commits early: of each something stays
/// in memory until then, some 200 bytes.
const MAX_PENDING: usize = 150_000;

/// A commit that is made early looks at all articles for reprints only when there are so many times those
/// of the last time: so a long run looks at each a few times, however many commits it makes.
const GROWTH: usize = 2;

/// When articles are looked at for reprints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Now,
    /// With a later commit, where all would have to be looked at.
    MayWait,
}

/// Adds, replaces and deletes articles; nothing is seen by readers before [`commit`](Self::commit).
///
/// An index has one writer at a time. Dropped without a commit, it leaves the index as it was at
/// the last one.
///
/// ```
/// use newsearch::{Article, Index, IndexOptions, Page, Paragraph, Query};
///
/// # fn main() -> Result<(), newsearch::IndexError> {
/// let index = Index::in_memory(IndexOptions::new())?;
/// let mut writer = index.writer()?;
/// writer.add(Article {
///     id: "1".into(),
///     title: "云汐租赁发行绿色金融债券".into(),
///     body: vec![Paragraph { text: "募集资金投向光伏项目。".into(), heading: false }],
///     ..Article::default()
/// })?;
/// writer.commit()?;
///
/// let hits = index.searcher().search(&Query::parse("光伏 title:绿色金融"), &Page::first(10))?;
/// assert_eq!(hits.total, 1);
///
/// writer.delete("1");
/// writer.commit()?;
/// assert_eq!(index.searcher().documents(), 0);
/// # Ok(())
/// # }
/// ```
pub struct Writer {
    shared: Arc<Shared>,
    engine: IndexWriter<Waiting>,
    queue: Queue,
    pub(in crate::index) ledger: Ledger,
    /// The file whose copies are being added, and what the ledger says of it until it is at its end.
    reading: Option<(FileKey, Entry)>,
    committed: Committed,
    /// Something was written or deleted since the last commit.
    changed: bool,
    /// Documents written since the last commit, or deleted (`None`), by the hash of their id: the
    /// committed state does not know them.
    pending: FxHashMap<u64, Touched>,
    /// What was deleted since may not all be known by its time.
    is_unsure: bool,
    /// Changes of such documents, which need them committed first, with their size in bytes.
    deferred: Vec<(String, Change)>,
    deferred_bytes: usize,
    added: Added,
    /// A commit began and has not ended well: the engine may have lost what it was given.
    failed: bool,
    /// What it took to group reprints for the last commit.
    grouping: Duration,
    /// Some documents were not looked at for reprints.
    ungrouped: bool,
    /// How many there were when all had been looked at.
    grouped: usize,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("root", &self.shared.root)
            .field("added", &self.added)
            .finish_non_exhaustive()
    }
}

impl Writer {
    pub(in crate::index) fn open(
        shared: Arc<Shared>,
        threads: usize,
        memory: usize,
    ) -> Result<Writer, IndexError> {
        let engine = lock_for_writing(&shared, threads, memory)?;
        engine.set_merge_policy(Box::new(Merging::of(shared.files.clone())));
        let commit = shared.commit_payload()?;
        let ledger = match (&shared.dir, &shared.keeper) {
            (Some(dir), _) => Ledger::open(dir, commit.ledger)?,
            (None, Some(keeper)) => Ledger::of_lines(keeper.ledger()?)?,
            (None, None) => Ledger::in_memory(),
        };
        let committed = Committed::read(&shared, commit.reprints)?;
        let grouped = match commit.ungrouped {
            true => 0,
            false => committed.searcher.num_docs() as usize,
        };
        Ok(Writer {
            shared,
            engine,
            queue: Queue::default(),
            ledger,
            reading: None,
            committed,
            changed: false,
            pending: FxHashMap::default(),
            is_unsure: false,
            deferred: Vec::new(),
            deferred_bytes: 0,
            added: Added::default(),
            failed: false,
            grouping: Duration::ZERO,
            ungrouped: commit.ungrouped,
            grouped,
        })
    }

    /// Adds an article, or replaces the one with its id that was added so before. Where files hold
    /// copies of the article too, the document shows all of them merged. A source, tag or category of
    /// more than 1,000 characters is cut to 1,000.
    ///
    /// # Errors
    /// When the article has no id or one of more than 65,530 bytes, or the index cannot be read or
    /// written.
    pub fn add(&mut self, mut article: Article) -> Result<(), IndexError> {
        bounds::keep(&mut article)?;
        let json = serde_json::to_vec(&article).expect("an article is plain data");
        let content = first_eight(blake3::hash(&json).as_bytes());
        self.add_copy(Copy {
            origin: Origin { file: 0, nth: 0 },
            content,
            article,
        })
    }

    /// Deletes the document with this id, whatever its copies; none with it is no error.
    pub fn delete(&mut self, id: &str) {
        self.deferred.retain(|(deferred, _)| deferred != id);
        self.engine
            .delete_term(Term::from_field_text(self.shared.fields.id, id));
        let found = self.committed.find(&self.shared, id);
        self.is_unsure |= found.is_err();
        let before = found.ok().flatten();
        self.touch(
            id,
            before.map(|place| self.committed.published(&place)),
            None,
        );
    }

    /// Makes what was added and deleted durable and visible to new searchers.
    ///
    /// # Errors
    /// When the index cannot be written; it then stays as it was at the last commit, and this writer
    /// commits no more.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        self.commit_with(Grouping::Now)
    }

    /// The same in the middle of a run: some of the reprints may be told only by a later commit.
    pub(in crate::index) fn commit_early(&mut self) -> Result<(), IndexError> {
        self.commit_with(Grouping::MayWait)
    }

    fn commit_with(&mut self, grouping: Grouping) -> Result<(), IndexError> {
        if std::mem::replace(&mut self.failed, true) {
            return Err(IndexError::Failed);
        }
        let shared = Arc::clone(&self.shared);
        shared.guarded(|| self.commit_all(grouping))?;
        self.failed = false;
        Ok(())
    }

    fn commit_all(&mut self, grouping: Grouping) -> Result<(), IndexError> {
        self.shared.assert_locked()?;
        self.shared.assert_sound()?;
        let has_more = self.changed || !self.deferred.is_empty();
        if let Some((file, entry)) = self.reading.clone().filter(|_| has_more) {
            self.ledger.note(file, Some(entry));
        }
        if !self.deferred.is_empty() {
            let ledger = self.ledger.append_names()?;
            self.commit_engine(ledger, grouping)?;
            self.apply_deferred()?;
        }
        let has_to_group = self.ungrouped && grouping == Grouping::Now;
        if self.changed || self.ledger.has_news() || has_to_group {
            let ledger = self.ledger.append()?;
            self.commit_engine(ledger, grouping)?;
        }
        Ok(())
    }

    /// Commits, and waits until the merging of segments has ended.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn close(mut self) -> Result<Added, IndexError> {
        self.commit()?;
        let Writer {
            shared,
            engine,
            added,
            ..
        } = self;
        engine
            .wait_merging_threads()
            .map_err(|cause| shared.cause_of(cause))?;
        shared.assert_sound()?;
        shared.reload()?;
        if let Some(keeper) = &shared.keeper {
            keeper.group()?;
        }
        Ok(added)
    }

    pub(in crate::index) fn analyzer(&self) -> &Arc<Analyzer> {
        &self.shared.analyzer
    }

    /// What became of the copies so far; complete after a commit.
    pub fn added(&self) -> Added {
        self.added
    }

    /// What of the last commit may grow with the whole index, however little is new: the grouping of
    /// reprints, where all are grouped anew.
    pub(in crate::index) fn grouping(&self) -> Duration {
        self.grouping
    }

    /// Whether a commit is due because of the memory that it frees.
    pub(in crate::index) fn is_full(&self) -> bool {
        self.pending.len() >= MAX_PENDING
    }

    /// A copy that was not even parsed, because it is as it was.
    pub(in crate::index) fn note_unchanged(&mut self) {
        self.added.unchanged += 1;
    }

    /// Adds one copy of an article.
    pub(in crate::index) fn add_copy(&mut self, copy: Copy) -> Result<(), IndexError> {
        if copy.article.id.is_empty() {
            return Err(IndexError::NoId);
        }
        let id = copy.article.id.clone();
        if self.pending.contains_key(&hash_id(&id)) {
            return self.defer(id, Change::Put(Box::new(copy)));
        }
        match self.committed.find(&self.shared, &id)? {
            Some(place) if self.committed.has_copy(&place, copy.fingerprint()) => {
                self.added.unchanged += 1;
                Ok(())
            }
            found => self.apply(&id, found, vec![Change::Put(Box::new(copy))]),
        }
    }

    /// Writes the committed document with this id again, made of the copies that it has: its texts are
    /// cut otherwise than they were.
    pub(in crate::index) fn cut_anew(&mut self, id: &str) -> Result<(), IndexError> {
        let Some(place) = self.committed.find(&self.shared, id)? else {
            return Ok(());
        };
        let published = self.committed.published(&place);
        let copies = self.committed.load(&self.shared, place)?;
        self.write(id, Some(published), &copies)
    }

    /// Drops the copies that a file had, from the n-th on, of the article with this id.
    pub(in crate::index) fn drop_copies(
        &mut self,
        id: String,
        file: u64,
        from: u32,
    ) -> Result<(), IndexError> {
        self.defer(id, Change::Drop { file, from })
    }

    /// A file is read from its beginning. Should a commit come before its end, the ledger knows it as
    /// one of which the index has a part.
    pub(in crate::index) fn begin(&mut self, file: &FileKey, stamp: Stamp) {
        self.reading = Some((file.clone(), Entry::of_a_part(stamp)));
    }

    /// A file was read to its end; without an entry the ledger is not to know it.
    pub(in crate::index) fn end(&mut self, file: &FileKey, entry: Option<Entry>) {
        self.reading = None;
        if entry.is_some() {
            self.ledger.note(file.clone(), entry);
        }
    }

    /// Copies of these articles, and of these files, by hash of their key, are about to be added: looks
    /// up together what is known of them where that takes long one by one.
    pub(in crate::index) fn expect(
        &mut self,
        ids: &[&str],
        files: &[u64],
    ) -> Result<(), IndexError> {
        match &mut self.committed.elsewhere {
            Some(elsewhere) => elsewhere.expect(ids, files),
            None => Ok(()),
        }
    }

    /// Whether a committed document has a copy of this file.
    pub(in crate::index) fn has_copies_of(&self, file: u64) -> Result<bool, IndexError> {
        match &self.committed.elsewhere {
            Some(elsewhere) => elsewhere.has_copies_of(file),
            None => Ok(!self.committed.of_file(&self.shared, file)?.is_empty()),
        }
    }

    /// Of each committed document that has copies of this file the last one, with how many there are.
    pub(in crate::index) fn copies_of(&self, file: u64) -> Result<Vec<(Article, u32)>, IndexError> {
        let mut found = Vec::new();
        for place in self.committed.of_file(&self.shared, file)? {
            let copies = self.committed.load(&self.shared, place)?.into_iter();
            let of_file = copies.filter(|copy| copy.origin.file == file);
            let last = of_file.max_by_key(|copy| copy.origin.nth);
            found.extend(last.map(|copy| (copy.article, copy.origin.nth + 1)));
        }
        Ok(found)
    }

    /// The files that have committed copies of the article with this id, by hash of their key.
    pub(super) fn files_of(&self, id: &str) -> Result<Vec<u64>, IndexError> {
        let found = self.committed.find(&self.shared, id)?;
        let copies = found.map_or_else(
            || Ok(Vec::new()),
            |place| self.committed.load(&self.shared, place),
        )?;
        Ok(copies.iter().map(|copy| copy.origin.file).collect())
    }

    fn defer(&mut self, id: String, change: Change) -> Result<(), IndexError> {
        if let Change::Put(copy) = &change {
            self.deferred_bytes += copy.size();
        }
        self.deferred.push((id, change));
        if self.deferred_bytes > MAX_DEFERRED_BYTES {
            self.commit()
        } else {
            Ok(())
        }
    }

    /// Notes that a document is no longer as it was committed, if it was, with this time.
    fn touch(&mut self, id: &str, before: Option<Option<i64>>, now: Option<Pending>) {
        self.changed = true;
        let touched = self.pending.entry(hash_id(id));
        touched.or_insert(Touched { before, now: None }).now = now;
    }

    /// Applies what waited for a commit, all changes of one document together.
    fn apply_deferred(&mut self) -> Result<(), IndexError> {
        let mut by_id: FxHashMap<String, Vec<Change>> = FxHashMap::default();
        let mut order = Vec::new();
        for (id, change) in self.deferred.drain(..) {
            if !by_id.contains_key(&id) {
                order.push(id.clone());
            }
            by_id.entry(id).or_default().push(change);
        }
        self.deferred_bytes = 0;
        for id in order {
            let found = self.committed.find(&self.shared, &id)?;
            let changes = by_id.remove(&id).unwrap_or_default();
            self.apply(&id, found, changes)?;
        }
        Ok(())
    }

    /// Applies changes to one document, which the committed state has at `found`.
    fn apply(
        &mut self,
        id: &str,
        found: Option<Place>,
        changes: Vec<Change>,
    ) -> Result<(), IndexError> {
        let published = found.as_ref().map(|place| self.committed.published(place));
        let before = found.map_or_else(
            || Ok(Vec::new()),
            |place| self.committed.load(&self.shared, place),
        )?;
        let added = self.added;
        let mut copies = before.clone();
        for change in changes {
            change.apply(&mut copies, &mut self.added);
        }
        if copies == before {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        if copies.is_empty() {
            let id_term = Term::from_field_text(shared.fields.id, id);
            match &shared.keeper {
                Some(keeper) => keeper.delete(id, published.flatten())?,
                None => drop(self.engine.delete_term(id_term)),
            }
            self.added.deleted += 1;
            self.touch(id, published, None);
            return Ok(());
        }
        let written = self.write(id, published, &copies);
        if matches!(written, Err(IndexError::Internal(_))) {
            self.added = added;
        }
        written
    }

    /// Writes the document that is made of these copies, at least one; `published` is what the committed
    /// one with this id says of its time, if there is one.
    fn write(
        &mut self,
        id: &str,
        published: Option<Option<i64>>,
        copies: &[Copy],
    ) -> Result<(), IndexError> {
        let shared = Arc::clone(&self.shared);
        let fields = &shared.fields;
        let document = shielded(|| document(fields, &shared.analyzer, copies))?;
        self.touch(id, published, Pending::of(&document, fields));
        if let Some(keeper) = &shared.keeper {
            return keeper.put(id, &document, published);
        }
        if published.is_some() {
            let id_term = Term::from_field_text(fields.id, id);
            self.engine.delete_term(id_term);
        }
        // The text is in a document three times: to be stored, and for each of the views.
        let size = 3 * copies.iter().map(Copy::size).sum::<usize>();
        let document = self.queue.enter(document, size);
        self.engine
            .add_document(document)
            .map_err(|cause| self.shared.cause_of(cause))?;
        Ok(())
    }

    /// Whether the groups of the last time may stay for now: nothing in them was touched, and not much is new.
    fn grouping_may_wait(&self) -> bool {
        let documents = self.committed.searcher.num_docs() as usize + self.pending.len();
        let is_all_new = !self.is_unsure && self.pending.values().all(Touched::is_new);
        documents < GROWTH * self.grouped && is_all_new
    }

    /// Commits what the engine has, with so much of the ledger, and the table of its reprints.
    fn commit_engine(&mut self, ledger: Seal, grouping: Grouping) -> Result<(), IndexError> {
        if let Some(elsewhere) = &mut self.committed.elsewhere {
            elsewhere.commit(self.ledger.take_lines())?;
            self.pending.clear();
            self.changed = false;
            return Ok(());
        }
        let may_wait = grouping == Grouping::MayWait && self.grouping_may_wait();
        let mut prepared = self.engine.prepare_commit()?;
        // Now that the engine has given back what it built segments in, there is room for the groups.
        let start = Instant::now();
        let tables = &self.shared.tables;
        let layers = &self.committed.reprints;
        // What does not read is made anew.
        let table = tables.open(layers).ok().flatten();
        let table = table.filter(|_| !self.is_unsure && !self.ungrouped);
        let searcher = &self.committed.searcher;
        let groups = groups(table.as_ref(), searcher, &self.pending, may_wait)?;
        let grouping = start.elapsed();
        let stamp = prepared.opstamp();
        self.shared.assert_locked()?;
        let ungrouped = matches!(groups, Groups::Later);
        let reprints = match groups {
            Groups::Changed(None) | Groups::Later => layers.clone(),
            Groups::Changed(Some(changes)) => tables.add(stamp, layers, changes)?,
            Groups::Anew(all) => tables.write(stamp, all)?,
        };
        let commit = Commit {
            ledger,
            reprints,
            ungrouped,
        };
        prepared.set_payload(&commit.to_payload());
        prepared.commit()?;
        self.shared.reload()?;
        self.committed = Committed::read(&self.shared, commit.reprints)?;
        self.pending.clear();
        self.is_unsure = false;
        self.changed = false;
        self.grouping = grouping;
        self.ungrouped = ungrouped;
        if !ungrouped {
            self.grouped = self.committed.searcher.num_docs() as usize;
        }
        self.shared.assert_locked()?;
        self.shared.tables.keep_only(&self.committed.reprints)
    }
}
