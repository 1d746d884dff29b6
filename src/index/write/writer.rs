//! Adding to an index: one document per id, whatever the order of its copies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use tantivy::columnar::Column;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, IndexWriter, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::elsewhere::Elsewhere;
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
use crate::index::record::keeper::Copies;
use crate::index::record::stored::Stored;
use crate::index::reprints::build::{Groups, groups};
use crate::index::reprints::pending::{Pending, Touched};
use crate::index::reprints::tables::LayerSeal;
use crate::index::shared::{Commit, Shared};

/// Memory that a writer may use for building segments unless told otherwise, in bytes: less makes more
/// segments, which have to be merged; more is farther from the processor.
pub(in crate::index) const DEFAULT_MEMORY: usize = 144 << 20;

/// Copies that wait for the next commit before it is made early; bounds their memory.
const MAX_DEFERRED_BYTES: usize = 64 << 20;

/// Documents written since the last commit before an update commits early: of each something stays
/// in memory until then, some 200 bytes.
const MAX_PENDING: usize = 150_000;

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
}

/// What became of the copies that a writer was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// First copies of an article.
    pub new: u64,
    /// Further copies of an article that the index has.
    pub merged: u64,
    /// Copies that took the place of an older state of themselves.
    pub replaced: u64,
    /// Copies that the index has already.
    pub unchanged: u64,
    /// Documents deleted because their last copy went.
    pub deleted: u64,
}

enum Change {
    Put(Box<Copy>),
    /// The copies of a file go, from the n-th on.
    Drop {
        file: u64,
        from: u32,
    },
}

/// The committed state, as far as a writer looks at it.
struct Committed {
    searcher: tantivy::Searcher,
    /// The fingerprints of the copies, by segment.
    copies: Vec<Column<u64>>,
    /// When the documents were published, by segment.
    published: Vec<Column<i64>>,
    /// The layers of the table of reprints.
    reprints: Vec<LayerSeal>,
    /// Where the documents are, if not in the engine.
    elsewhere: Option<Elsewhere>,
}

/// Where a committed document is.
enum Place {
    Here(DocAddress),
    Elsewhere(Copies),
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
        if std::mem::replace(&mut self.failed, true) {
            return Err(IndexError::Failed);
        }
        let shared = Arc::clone(&self.shared);
        shared.guarded(|| self.commit_all())?;
        self.failed = false;
        Ok(())
    }

    fn commit_all(&mut self) -> Result<(), IndexError> {
        self.shared.assert_locked()?;
        self.shared.assert_sound()?;
        let has_more = self.changed || !self.deferred.is_empty();
        if let Some((file, entry)) = self.reading.clone().filter(|_| has_more) {
            self.ledger.note(file, Some(entry));
        }
        if !self.deferred.is_empty() {
            let ledger = self.ledger.append_names()?;
            self.commit_engine(ledger)?;
            self.apply_deferred()?;
        }
        if self.changed || self.ledger.has_news() {
            let ledger = self.ledger.append()?;
            self.commit_engine(ledger)?;
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
            let copies = self.load(place)?.into_iter();
            let of_file = copies.filter(|copy| copy.origin.file == file);
            let last = of_file.max_by_key(|copy| copy.origin.nth);
            found.extend(last.map(|copy| (copy.article, copy.origin.nth + 1)));
        }
        Ok(found)
    }

    /// The files that have committed copies of the article with this id, by hash of their key.
    pub(super) fn files_of(&self, id: &str) -> Result<Vec<u64>, IndexError> {
        let found = self.committed.find(&self.shared, id)?;
        let copies = found.map_or_else(|| Ok(Vec::new()), |place| self.load(place))?;
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
        let before = found.map_or_else(|| Ok(Vec::new()), |place| self.load(place))?;
        let added = self.added;
        let mut copies = before.clone();
        for change in changes {
            match change {
                Change::Put(copy) => self.put(&mut copies, *copy),
                Change::Drop { file, from } => {
                    copies.retain(|copy| copy.origin.file != file || copy.origin.nth < from);
                }
            }
        }
        if copies == before {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let fields = &shared.fields;
        let id_term = Term::from_field_text(fields.id, id);
        if copies.is_empty() {
            match &shared.keeper {
                Some(keeper) => keeper.delete(id)?,
                None => drop(self.engine.delete_term(id_term)),
            }
            self.added.deleted += 1;
            self.touch(id, published, None);
            return Ok(());
        }
        let document = match shielded(|| document(fields, &shared.analyzer, &copies)) {
            Ok(document) => document,
            Err(problem) => {
                self.added = added;
                return Err(IndexError::from(problem));
            }
        };
        self.touch(id, published, Pending::of(&document, fields));
        if let Some(keeper) = &shared.keeper {
            return keeper.put(id, &document);
        }
        if published.is_some() {
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

    fn put(&mut self, copies: &mut Vec<Copy>, copy: Copy) {
        match copies.iter().position(|old| old.origin == copy.origin) {
            Some(place) if copies[place].content == copy.content => self.added.unchanged += 1,
            Some(place) => {
                self.added.replaced += 1;
                copies[place] = copy;
            }
            None => {
                let is_first = copies.is_empty();
                *if is_first {
                    &mut self.added.new
                } else {
                    &mut self.added.merged
                } += 1;
                copies.push(copy);
            }
        }
    }

    fn load(&self, place: Place) -> Result<Vec<Copy>, IndexError> {
        let address = match place {
            Place::Here(address) => address,
            Place::Elsewhere(copies) => return Ok(copies.to_vec()),
        };
        let doc: TantivyDocument = self.committed.searcher.doc(address)?;
        let stored = Stored::bytes(&self.shared.fields, &doc)
            .and_then(Stored::parse)
            .ok_or_else(|| self.shared.damaged_document())?;
        Ok(stored.into_copies())
    }

    /// Commits what the engine has, with so much of the ledger, and the table of its reprints.
    fn commit_engine(&mut self, ledger: Seal) -> Result<(), IndexError> {
        if let Some(elsewhere) = &mut self.committed.elsewhere {
            elsewhere.commit(self.ledger.take_lines())?;
            self.pending.clear();
            self.changed = false;
            return Ok(());
        }
        let mut prepared = self.engine.prepare_commit()?;
        // Now that the engine has given back what it built segments in, there is room for the groups.
        let start = Instant::now();
        let tables = &self.shared.tables;
        let layers = &self.committed.reprints;
        // What does not read is made anew.
        let table = tables.open(layers).ok().flatten();
        let table = table.filter(|_| !self.is_unsure);
        let groups = groups(table.as_ref(), &self.committed.searcher, &self.pending)?;
        let grouping = start.elapsed();
        let stamp = prepared.opstamp();
        self.shared.assert_locked()?;
        let reprints = match groups {
            Groups::Changed(None) => layers.clone(),
            Groups::Changed(Some(changes)) => tables.add(stamp, layers, changes)?,
            Groups::Anew(all) => tables.write(stamp, all.as_deref())?,
        };
        let commit = Commit { ledger, reprints };
        prepared.set_payload(&commit.to_payload());
        prepared.commit()?;
        self.shared.reload()?;
        self.committed = Committed::read(&self.shared, commit.reprints)?;
        self.pending.clear();
        self.is_unsure = false;
        self.changed = false;
        self.grouping = grouping;
        self.shared.assert_locked()?;
        self.shared.tables.keep_only(&self.committed.reprints)
    }
}

impl Committed {
    fn read(shared: &Shared, reprints: Vec<LayerSeal>) -> Result<Committed, IndexError> {
        let searcher = shared.reader.searcher();
        let segments = searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields());
        let copies = columns.clone().map(|columns| columns.u64("copy"));
        let published = columns.map(|columns| columns.i64("published"));
        Ok(Committed {
            copies: copies.collect::<tantivy::Result<_>>()?,
            published: published.collect::<tantivy::Result<_>>()?,
            searcher,
            elsewhere: shared.keeper.clone().map(Elsewhere::new),
            reprints,
        })
    }

    /// When a document was published, in seconds since 1970, as far as it says.
    fn published(&self, place: &Place) -> Option<i64> {
        match place {
            Place::Here(address) => {
                self.published[address.segment_ord as usize].first(address.doc_id)
            }
            Place::Elsewhere(_) => None,
        }
    }

    /// The living document with this id.
    fn find(&self, shared: &Shared, id: &str) -> Result<Option<Place>, IndexError> {
        if let Some(elsewhere) = &self.elsewhere {
            return Ok(elsewhere.find(id)?.map(Place::Elsewhere));
        }
        let term = Term::from_field_text(shared.fields.id, id);
        Ok(self.living(&term)?.into_iter().next().map(Place::Here))
    }

    /// The living documents that have copies of this file.
    fn of_file(&self, shared: &Shared, file: u64) -> Result<Vec<Place>, IndexError> {
        if let Some(elsewhere) = &self.elsewhere {
            let found = elsewhere.of_file(file)?.into_iter();
            return Ok(found.map(Place::Elsewhere).collect());
        }
        let found = self.living(&Term::from_field_u64(shared.fields.file, file))?;
        Ok(found.into_iter().map(Place::Here).collect())
    }

    fn living(&self, term: &Term) -> tantivy::Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        for (segment_ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let docs = living_in(segment, term)?;
            found.extend(docs.into_iter().map(|doc_id| DocAddress {
                segment_ord,
                doc_id,
            }));
        }
        Ok(found)
    }

    fn has_copy(&self, place: &Place, fingerprint: u64) -> bool {
        let address = match place {
            Place::Here(address) => *address,
            Place::Elsewhere(copies) => {
                return copies.iter().any(|copy| copy.fingerprint() == fingerprint);
            }
        };
        let copies = &self.copies[address.segment_ord as usize];
        copies
            .values_for_doc(address.doc_id)
            .any(|copy| copy == fingerprint)
    }
}

fn living_in(segment: &SegmentReader, term: &Term) -> tantivy::Result<Vec<u32>> {
    let index = segment.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
        return Ok(Vec::new());
    };
    let mut docs = Vec::new();
    while postings.doc() != TERMINATED {
        if !segment.is_deleted(postings.doc()) {
            docs.push(postings.doc());
        }
        postings.advance();
    }
    Ok(docs)
}
