//! An index as of one commit, as queries read it.

use std::ops::Bound;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use tantivy::collector::Count;
use tantivy::query::RangeQuery;
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocAddress, DocSet, TERMINATED};

use super::characters::Characters;
use super::columns::Columns;
use super::counted::{Collection, Engine};
use super::deadline::{Deadline, Halt};
use super::segments::Segments;
use super::today::{Newest, Today};
use crate::index::{FullText, IndexError, Shared, Table, TextReader, View};

/// Hexadecimal digits that tell one commit from another.
const GENERATION: usize = 16;

/// An index as of one commit, or of an earlier day, and the time that a query has.
#[derive(Clone)]
pub(in crate::search) struct Snapshot {
    pub shared: Arc<Shared>,
    pub engine: Engine,
    /// `None` where they do not read.
    reprints: Option<Table>,
    past: Option<Past>,
    /// Opened when a query first finds something.
    segments: Arc<OnceLock<Segments>>,
    /// What is counted of all documents, whatever state of the index is looked at.
    pub columns: Arc<Columns>,
    /// Looked up when a query first asks what day it is.
    today: Arc<OnceLock<Today>>,
    /// Looked up when a query first asks for them.
    pub characters: Arc<Characters>,
    pub deadline: Deadline,
}

/// An earlier state of an index, made up from the dates of its articles: those without a date, and
/// those that are not from before its end, do not exist.
#[derive(Debug, Clone, Copy)]
struct Past {
    /// In seconds since 1970.
    end: i64,
    /// Articles that exist.
    documents: u64,
}

impl Snapshot {
    pub fn new(shared: Arc<Shared>) -> Snapshot {
        Snapshot::of(shared, None)
    }

    /// A view of some documents, which the index has, of a whole that is elsewhere.
    pub fn of_some(shared: Arc<Shared>, all: Arc<dyn Collection>) -> Snapshot {
        Snapshot::of(shared, Some(all))
    }

    /// The same state and time for other documents of the whole.
    pub fn among(&self, shared: Shared, all: Arc<dyn Collection>) -> Snapshot {
        Snapshot {
            past: self.past,
            today: Arc::clone(&self.today),
            deadline: self.deadline,
            ..Snapshot::of_some(Arc::new(shared), all)
        }
    }

    fn of(shared: Arc<Shared>, elsewhere: Option<Arc<dyn Collection>>) -> Snapshot {
        let View {
            engine,
            texts,
            reprints,
        } = shared.view();
        let of_all = elsewhere.as_ref().map(|all| all.reprints());
        Snapshot {
            shared,
            engine: Engine::new(engine, elsewhere),
            reprints: of_all.or(reprints),
            past: None,
            segments: Arc::default(),
            columns: Arc::default(),
            today: Arc::default(),
            characters: Arc::new(Characters::new(texts)),
            deadline: Deadline::default(),
        }
    }

    /// The same index as it was at a moment, in seconds since 1970, or earlier.
    pub fn before(&self, end: i64) -> Result<Snapshot, IndexError> {
        let end = self.end().map_or(end, |past| past.min(end));
        let last = Term::from_field_i64(self.shared.fields.published, end);
        if let Some(all) = self.engine.elsewhere() {
            let documents = all.documents_before(end)?;
            return Ok(Snapshot {
                past: Some(Past { end, documents }),
                ..self.clone()
            });
        }
        let before = RangeQuery::new(Bound::Unbounded, Bound::Excluded(last));
        let documents = self.engine.search(&before, &Count)? as u64;
        Ok(Snapshot {
            past: Some(Past { end, documents }),
            ..self.clone()
        })
    }

    /// Tells this commit from any other; the same for every process that reads it.
    pub fn generation(&self) -> String {
        if let Some(all) = self.engine.elsewhere() {
            return all.generation();
        }
        let mut hash = blake3::Hasher::new();
        if self.shared.generation > 0 {
            // Other words are another state, though no article holds them.
            hash.update(&self.shared.generation.to_le_bytes());
        }
        if let Some(entities) = &self.shared.entities {
            // So are other names.
            hash.update(entities.identity().as_bytes());
        }
        for (segment, deleted) in self.engine.generation().segments() {
            hash.update(segment.uuid_string().as_bytes());
            hash.update(&deleted.unwrap_or_default().to_le_bytes());
        }
        hash.finalize().to_hex()[..GENERATION].to_owned()
    }

    /// Articles that are published at this moment or later do not exist, nor do those without a date;
    /// in seconds since 1970.
    pub fn end(&self) -> Option<i64> {
        self.past.map(|past| past.end)
    }

    /// Runs work on the index; what goes wrong becomes the error that says so.
    pub fn guarded<T>(
        &self,
        work: impl FnOnce() -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        self.shared.guarded(|| {
            let done = work().map_err(Halt::told)?;
            self.characters.check()?;
            Ok(done)
        })
    }

    /// Fails where only some of the documents are here: `what` needs all of them.
    pub fn assert_whole(&self, what: &'static str) -> Result<(), IndexError> {
        match self.engine.elsewhere() {
            Some(_) => Err(IndexError::NotElsewhere(what)),
            None => Ok(()),
        }
    }

    /// Number of articles.
    pub fn documents(&self) -> u64 {
        match self.past {
            Some(past) => past.documents,
            None => self.engine.num_docs(),
        }
    }

    /// Whether an article that was published then exists.
    pub fn exists(&self, published: Option<i64>) -> bool {
        self.past
            .is_none_or(|past| published.is_some_and(|published| published < past.end))
    }

    /// The moment whose day is today: that of the newest article whose date can be right, or the last
    /// before the index ends; in seconds since 1970.
    pub fn now(&self) -> Result<i64, IndexError> {
        match self.past {
            Some(past) => Ok(past.end - 1),
            None => Ok(self.today()?.now),
        }
    }

    /// What is known of the newest articles.
    pub fn today(&self) -> Result<Today, IndexError> {
        if let Some(today) = self.today.get() {
            return Ok(*today);
        }
        if let Some(all) = self.engine.elsewhere() {
            let today = all.today()?;
            return Ok(*self.today.get_or_init(|| today));
        }
        let mut newest = Newest::default();
        for (number, segment) in (0..).zip(self.engine.segment_readers()) {
            let of_segment = self.segments()?.get(number)?;
            let summary = &self.characters.texts(segment)?.summary;
            newest.take(segment, &of_segment.published, summary);
        }
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        let clock = clock.map_or(0, |clock| clock.as_secs() as i64);
        let (newest, dated) = newest.finish();
        Ok(*self.today.get_or_init(|| Today::of(&newest, dated, clock)))
    }

    /// What is read of the segments beside their postings.
    pub fn segments(&self) -> Result<&Segments, IndexError> {
        if let Some(segments) = self.segments.get() {
            return Ok(segments);
        }
        let segments = Segments::open(&self.engine)?;
        Ok(self.segments.get_or_init(|| segments))
    }

    /// The groups of reprints.
    pub fn reprints(&self) -> Result<&Table, IndexError> {
        let table = self.reprints.as_ref();
        table.ok_or_else(|| self.shared.damaged_reprints())
    }

    /// The document with this id.
    pub fn find(&self, id: &str) -> Result<Option<FullText>, IndexError> {
        if let Some(all) = self.engine.elsewhere() {
            let Some(stored) = all.stored(id)? else {
                return Ok(None);
            };
            let text = FullText::parse(&stored);
            let text = text.ok_or_else(|| self.shared.damaged_document())?;
            let published = text.article.published;
            let exists = self.exists(published.map(|published| published.seconds));
            return Ok(exists.then_some(text));
        }
        for (segment_ord, segment) in (0..).zip(self.engine.segment_readers()) {
            let term = Term::from_field_text(self.shared.fields.id, id);
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index
                .read_postings(&term, IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?
            else {
                continue;
            };
            while postings.doc() != TERMINATED {
                let doc_id = postings.doc();
                let exists = || -> Result<bool, IndexError> {
                    let dates = &self.segments()?.get(segment_ord)?.published;
                    Ok(self.exists(dates.first(doc_id)))
                };
                if !segment.is_deleted(doc_id) {
                    let address = DocAddress {
                        segment_ord,
                        doc_id,
                    };
                    let read = || self.read(address);
                    return exists()?.then(read).transpose();
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// What is stored of a document.
    pub fn read(&self, address: DocAddress) -> Result<FullText, IndexError> {
        let segment = self.engine.segment_reader(address.segment_ord);
        let mut texts = TextReader::of(self.characters.texts(segment)?);
        let stored = texts.stored(address.doc_id);
        stored
            .and_then(FullText::parse)
            .ok_or_else(|| self.shared.damaged_document())
    }
}
