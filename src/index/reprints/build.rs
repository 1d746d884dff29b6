//! The groups of all documents, from what each carries.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader, TantivyError};

use super::Pending;
use super::facts::Facts;
use super::groups::Grouper;
use super::sketch::Sketch;
use super::table::{Member, Reprint, TableWriter};
use super::telling::Telling;

/// The table of groups of an index that has the documents of `committed`, but for those whose key
/// is in `pending`, and what `pending` has for them; nothing where there is no group.
pub(crate) fn table(
    committed: &tantivy::Searcher,
    pending: &FxHashMap<u64, Option<Pending>>,
) -> tantivy::Result<Option<Vec<u8>>> {
    let segments = committed.segment_readers().iter().map(Segment::open);
    let segments: Vec<Segment> = segments.collect::<tantivy::Result<_>>()?;
    let places = places(&segments, pending);
    let telling = |place: &Place| match place.at {
        At::Committed(segment, doc) => segments[segment as usize].telling(doc),
        At::Pending(pending) => Some(pending.telling()),
    };
    let groups = group(&places, telling);
    if groups.is_empty() {
        return Ok(None);
    }
    let member = |place: &Place| {
        let reprint = match place.at {
            At::Committed(segment, doc) => segments[segment as usize].reprint(doc)?,
            At::Pending(pending) => pending.reprint(),
        };
        Ok(Member {
            key: place.key,
            reprint,
        })
    };
    let mut table = TableWriter::default();
    for group in groups {
        let members = group
            .into_iter()
            .map(|number| member(&places[number as usize]));
        let mut members: Vec<Member> = members.collect::<tantivy::Result<_>>()?;
        members.sort_by(|a, b| a.reprint.order().cmp(&b.reprint.order()));
        table.add(&members);
    }
    Ok(Some(table.finish()))
}

/// A document, and where it is.
struct Place<'p> {
    published: Option<i64>,
    key: u64,
    at: At<'p>,
}

#[derive(Clone, Copy)]
enum At<'p> {
    Committed(u32, DocId),
    Pending(&'p Pending),
}

/// All documents that have a text, in the order of their publication, those without a date first.
fn places<'p>(
    segments: &[Segment],
    pending: &'p FxHashMap<u64, Option<Pending>>,
) -> Vec<Place<'p>> {
    let mut places = Vec::new();
    for (segment, number) in segments.iter().zip(0..) {
        for doc in segment.reader.doc_ids_alive() {
            if let Some(key) = segment.keys.first(doc)
                && !pending.contains_key(&key)
            {
                let published = segment.published.first(doc);
                let at = At::Committed(number, doc);
                places.push(Place { published, key, at });
            }
        }
    }
    let pending = pending
        .iter()
        .filter_map(|(&key, pending)| Some((key, pending.as_ref()?)));
    places.extend(pending.map(|(key, pending)| Place {
        published: pending.published,
        key,
        at: At::Pending(pending),
    }));
    places.sort_unstable_by_key(|place| (place.published, place.key));
    places
}

/// The groups that have more than one document, as numbers of their places.
fn group(places: &[Place], telling: impl Fn(&Place) -> Option<Telling>) -> Vec<Vec<u32>> {
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut grouper = Grouper::new();
    for (place, number) in places.iter().zip(0..) {
        let group = telling(place).map_or(number, |telling| grouper.place(telling, number));
        if group != number {
            let members = groups.entry(group).or_insert_with(|| vec![group]);
            members.push(number);
        }
    }
    groups.into_values().collect()
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
        Some(self.facts(doc)?.telling(sketch, published))
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
