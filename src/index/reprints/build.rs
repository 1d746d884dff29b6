//! The groups of all documents, from what each carries.

use std::iter;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader, TantivyError};

use super::groups::Grouper;
use super::pending::Pending;
use super::table::{Member, Reprint, TableWriter};
use super::telling::Telling;
use crate::index::record::facts::Facts;
use crate::index::record::sketch::Sketch;

/// The table of groups of an index that has the documents of `committed`, but for those whose key
/// is in `pending`, and what `pending` has for them; nothing where there is no group.
pub(crate) fn table(
    committed: &tantivy::Searcher,
    pending: &FxHashMap<u64, Option<Pending>>,
) -> tantivy::Result<Option<Vec<u8>>> {
    let documents = Documents::open(committed, pending)?;
    let places = documents.places(pending);
    let members = members(&places, |place| documents.telling(place));
    if members.is_empty() {
        return Ok(None);
    }
    let mut table = TableWriter::default();
    for others in members.chunk_by(|a, b| a.group == b.group) {
        let numbers = iter::once(others[0].group).chain(others.iter().map(|other| other.number));
        let group = numbers.map(|number| documents.member(&places[number as usize]));
        let mut group: Vec<Member> = group.collect::<tantivy::Result<_>>()?;
        group.sort_by(|a, b| a.reprint.order().cmp(&b.reprint.order()));
        table.add(&group);
    }
    Ok(Some(table.finish()))
}

/// A member of a group, but for its first: both are numbers of places.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Other {
    group: u32,
    number: u32,
}

/// The members of all groups, group by group, without the first of each.
fn members(places: &[Place], telling: impl Fn(&Place) -> Option<Telling>) -> Vec<Other> {
    let mut members = Vec::new();
    let mut grouper = Grouper::new();
    let mut undated = Vec::new();
    for (place, number) in places.iter().zip(0..) {
        let group = telling(place).map_or(number, |telling| grouper.place(telling, number));
        if place.published == UNDATED {
            undated.push(Other { group, number });
        } else if group != number {
            members.push(Other { group, number });
        }
    }
    for Other { group, number } in undated {
        let group = grouper.story_of_undated(group).unwrap_or(group);
        if group != number {
            members.push(Other { group, number });
        }
    }
    members.sort_unstable();
    members
}

/// Where a document is. There is one for each of the index, so it is small.
struct Place {
    /// In seconds since 1970; [`UNDATED`] where it is not known.
    published: i64,
    /// The number of its segment, or of all segments where it is not committed.
    segment: u32,
    /// Its number there.
    doc: DocId,
}

/// Before all dates.
const UNDATED: i64 = i64::MIN;

/// The documents of an index that is about to be committed.
struct Documents<'d> {
    segments: Vec<Segment<'d>>,
    /// Those that are not committed, with their keys.
    pending: Vec<(u64, &'d Pending)>,
}

impl<'d> Documents<'d> {
    fn open(
        committed: &'d tantivy::Searcher,
        pending: &'d FxHashMap<u64, Option<Pending>>,
    ) -> tantivy::Result<Documents<'d>> {
        let segments = committed.segment_readers().iter().map(Segment::open);
        let pending = pending
            .iter()
            .filter_map(|(&key, pending)| Some((key, pending.as_ref()?)));
        Ok(Documents {
            segments: segments.collect::<tantivy::Result<_>>()?,
            pending: pending.collect(),
        })
    }

    /// All documents that have a text and are not `replaced`, in the order of their publication,
    /// those without a date first, and in the order of their keys.
    fn places(&self, replaced: &FxHashMap<u64, Option<Pending>>) -> Vec<Place> {
        let committed = self
            .segments
            .iter()
            .map(|segment| segment.reader.num_docs());
        let most = committed.sum::<u32>() as usize + self.pending.len();
        let mut places = Vec::with_capacity(most);
        let mut add = |published: Option<i64>, segment, doc| {
            let published = published.unwrap_or(UNDATED);
            places.push(Place {
                published,
                segment,
                doc,
            });
        };
        for (segment, number) in self.segments.iter().zip(0..) {
            for doc in segment.reader.doc_ids_alive() {
                if let Some(key) = segment.keys.first(doc)
                    && !replaced.contains_key(&key)
                {
                    add(segment.published.first(doc), number, doc);
                }
            }
        }
        for ((_, pending), number) in self.pending.iter().zip(0..) {
            add(pending.published(), self.segments.len() as u32, number);
        }
        places.sort_unstable_by_key(|place| place.published);
        for at_once in places.chunk_by_mut(|a, b| a.published == b.published) {
            at_once.sort_by_cached_key(|place| self.key(place));
        }
        places
    }

    fn key(&self, place: &Place) -> u64 {
        match self.committed(place) {
            Ok(segment) => segment.keys.first(place.doc).unwrap_or_default(),
            Err((key, _)) => *key,
        }
    }

    fn telling(&self, place: &Place) -> Option<Telling> {
        match self.committed(place) {
            Ok(segment) => segment.telling(place.doc),
            Err((_, pending)) => Some(pending.telling()),
        }
    }

    fn member(&self, place: &Place) -> tantivy::Result<Member> {
        let reprint = match self.committed(place) {
            Ok(segment) => segment.reprint(place.doc)?,
            Err((_, pending)) => pending.reprint(),
        };
        Ok(Member {
            key: self.key(place),
            reprint,
        })
    }

    /// The segment of a document, or what is pending of it.
    fn committed(&self, place: &Place) -> Result<&Segment<'d>, &(u64, &'d Pending)> {
        let segment = self.segments.get(place.segment as usize);
        segment.ok_or_else(|| &self.pending[place.doc as usize])
    }
}

/// The columns of a segment that reprints are found by and shown with.
struct Segment<'s> {
    reader: &'s SegmentReader,
    keys: Column<u64>,
    facts: Column<u64>,
    sketches: Column<u64>,
    published: Column<i64>,
    ids: Option<StrColumn>,
    sources: Option<StrColumn>,
}

impl Segment<'_> {
    fn open(reader: &SegmentReader) -> tantivy::Result<Segment<'_>> {
        let columns = reader.fast_fields();
        Ok(Segment {
            reader,
            keys: columns.u64("key")?,
            facts: columns.u64("facts")?,
            sketches: columns.u64("sketch")?,
            published: columns.i64("published")?,
            ids: columns.str("id")?,
            sources: columns.str("source_name")?,
        })
    }

    fn telling(&self, doc: DocId) -> Option<Telling> {
        let sketch = Sketch::from_words(self.sketches.values_for_doc(doc))?;
        let published = self.published.first(doc);
        Some(Telling::new(self.facts(doc)?, sketch, published))
    }

    fn reprint(&self, doc: DocId) -> tantivy::Result<Reprint> {
        let published = self.published.first(doc);
        Ok(Reprint {
            id: text(self.ids.as_ref(), doc)?,
            source: text(self.sources.as_ref(), doc)?,
            published: self
                .facts(doc)
                .zip(published)
                .map(|(facts, seconds)| facts.published(seconds)),
        })
    }

    fn facts(&self, doc: DocId) -> Option<Facts> {
        self.facts.first(doc).map(Facts::from_word)
    }
}

/// The text of a document in a column; empty where it has none.
fn text(column: Option<&StrColumn>, doc: DocId) -> tantivy::Result<String> {
    let mut text = String::new();
    if let Some(column) = column
        && let Some(place) = column.term_ords(doc).next()
    {
        column
            .ord_to_str(place, &mut text)
            .map_err(TantivyError::from)?;
    }
    Ok(text)
}
