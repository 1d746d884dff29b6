//! The documents of an index that is about to be committed, as tellings of stories.

use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Cardinality, Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::pending::{Pending, Touched};
use super::table::{Member, Reprint};
use super::telling::Telling;
use crate::index::record::facts::Facts;
use crate::index::record::sketch::{Bits, Sketch};

/// Where a document is. There is one for each of the index, so it is small.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// In seconds since 1970; [`UNDATED`] where it is not known.
    pub published: i64,
    /// The number of its segment, or of all segments where it is not committed.
    segment: u32,
    /// Its number there.
    doc: DocId,
}

/// Before all dates.
pub(super) const UNDATED: i64 = i64::MIN;

/// So many documents are put in order at once; few in tests, which are to see several slices.
const SLICE: usize = if cfg!(test) { 16 } else { 1 << 20 };
/// Of so many dates it is told where all of them are.
const SAMPLE: usize = 1 << 16;

/// The documents of an index that is about to be committed.
pub(super) struct Documents<'d> {
    segments: Vec<Segment<'d>>,
    /// The number of the first document of each segment, and of the first that is not committed.
    firsts: Vec<u32>,
    touched: &'d FxHashMap<u64, Touched>,
    /// Those that are not committed, with their keys.
    pending: Vec<(u64, &'d Pending)>,
}

impl<'d> Documents<'d> {
    pub fn open(
        committed: &'d tantivy::Searcher,
        touched: &'d FxHashMap<u64, Touched>,
    ) -> tantivy::Result<Documents<'d>> {
        let segments = committed.segment_readers().iter().map(Segment::open);
        let pending = touched
            .iter()
            .filter_map(|(&key, touched)| Some((key, touched.now.as_ref()?)));
        let segments: Vec<Segment> = segments.collect::<tantivy::Result<_>>()?;
        let mut firsts = vec![0];
        for segment in &segments {
            firsts.push(firsts[firsts.len() - 1] + segment.reader.max_doc());
        }
        Ok(Documents {
            segments,
            firsts,
            touched,
            pending: pending.collect(),
        })
    }

    /// Times, ascending, that together are all of which there are documents, each of about [`SLICE`]: to look at
    /// all in their order without a list of all.
    pub fn slices(&self) -> Vec<RangeInclusive<i64>> {
        let all = self.count() + self.pending.len();
        let step = 1 + all / SAMPLE;
        let committed = self.segments.iter().flat_map(|segment| {
            let docs = segment.reader.doc_ids_alive();
            docs.filter_map(|doc| segment.published.first(doc))
        });
        let pending = self.pending.iter();
        let pending = pending.filter_map(|(_, pending)| pending.published());
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        let mut sample = Vec::with_capacity(all / step);
        for (published, nth) in committed.chain(pending).zip(0_usize..) {
            (first, last) = (first.min(published), last.max(published));
            if nth.is_multiple_of(step) {
                sample.push(published);
            }
        }
        sample.sort_unstable();
        let each = (SLICE / step).max(1);
        let mut ends: Vec<i64> = sample.iter().copied().skip(each).step_by(each).collect();
        ends.push(last);
        ends.dedup();
        let mut start = Some(first);
        let slices = ends.into_iter().filter_map(|end| {
            let slice = start?..=end;
            start = end.checked_add(1);
            (!slice.is_empty()).then_some(slice)
        });
        slices.collect()
    }

    /// Those that were published within one of these times, which ascend.
    pub fn places_within(&self, times: &[RangeInclusive<i64>]) -> Vec<Place> {
        let (Some(first), Some(last)) = (times.first(), times.last()) else {
            return Vec::new();
        };
        let all = *first.start()..=*last.end();
        let is_within = |published: i64| {
            let next = times.partition_point(|time| *time.end() < published);
            times
                .get(next)
                .is_some_and(|time| *time.start() <= published)
        };
        let mut places = Vec::new();
        let mut docs = Vec::new();
        for (segment, number) in self.segments.iter().zip(0..) {
            docs.clear();
            let (reader, published) = (segment.reader, &segment.published);
            published.get_docids_for_value_range(all.clone(), 0..reader.max_doc(), &mut docs);
            for &doc in docs.iter().filter(|&&doc| !reader.is_deleted(doc)) {
                let published = published
                    .first(doc)
                    .filter(|&published| is_within(published));
                if let Some(published) = published {
                    self.add(&mut places, published, number, doc);
                }
            }
        }
        self.add_pending(&mut places, |published| {
            published != UNDATED && is_within(published)
        });
        self.sort(&mut places);
        places
    }

    /// The committed ones that have a text and no date, and are as they were, in no order.
    pub fn undated(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (segment, number) in self.segments.iter().zip(0..) {
            if segment.published.get_cardinality() == Cardinality::Full {
                continue;
            }
            for doc in segment.reader.doc_ids_alive() {
                if !segment.published.index.has_value(doc) {
                    self.add(&mut places, UNDATED, number, doc);
                }
            }
        }
        places
    }

    /// All that have a text and no date, in no order.
    pub fn all_undated(&self) -> Vec<Place> {
        let mut places = self.undated();
        self.add_pending(&mut places, |published| published == UNDATED);
        places
    }

    /// The same in the order of their keys.
    pub fn all_undated_in_order(&self) -> Vec<Place> {
        let mut places = self.all_undated();
        self.sort(&mut places);
        places
    }

    /// Those that have a date and such numbers, in no order.
    pub fn dated_with(&self, is_wanted: impl Fn(Bits) -> bool) -> impl Iterator<Item = Place> {
        let committed = self.segments.iter().zip(0..).flat_map(|(segment, number)| {
            let docs = segment.reader.doc_ids_alive();
            docs.map(move |doc| Place {
                published: segment.published.first(doc).unwrap_or(UNDATED),
                segment: number,
                doc,
            })
        });
        let mut pending = Vec::new();
        self.add_pending(&mut pending, |_| true);
        let dated = committed
            .chain(pending)
            .filter(|place| place.published != UNDATED);
        dated.filter(move |place| {
            let is_wanted = self.numbers(place).is_some_and(&is_wanted);
            is_wanted && self.is_current(place)
        })
    }

    /// How many are committed.
    pub fn count(&self) -> usize {
        let committed = self.segments.iter();
        let committed = committed.map(|segment| segment.reader.num_docs());
        committed.sum::<u32>() as usize
    }

    /// Adds a committed document that has a text and is as it was.
    fn add(&self, places: &mut Vec<Place>, published: i64, segment: u32, doc: DocId) {
        let place = Place {
            published,
            segment,
            doc,
        };
        if self.is_current(&place) {
            places.push(place);
        }
    }

    /// Whether a document has a text and, if it is committed, is as it was.
    fn is_current(&self, place: &Place) -> bool {
        self.committed(place).map_or(true, |segment| {
            let key = segment.keys.first(place.doc);
            key.is_some_and(|key| !self.touched.contains_key(&key))
        })
    }

    fn add_pending(&self, places: &mut Vec<Place>, is_wanted: impl Fn(i64) -> bool) {
        for ((_, pending), number) in self.pending.iter().zip(0..) {
            let published = pending.published().unwrap_or(UNDATED);
            if is_wanted(published) {
                places.push(Place {
                    published,
                    segment: self.segments.len() as u32,
                    doc: number,
                });
            }
        }
    }

    fn sort(&self, places: &mut [Place]) {
        places.sort_unstable_by_key(|place| place.published);
        for at_once in places.chunk_by_mut(|a, b| a.published == b.published) {
            at_once.sort_by_cached_key(|place| self.key(place));
        }
    }

    /// What the committed document with this id tells.
    pub fn telling_of(&self, id: &str) -> tantivy::Result<Option<Telling>> {
        for segment in &self.segments {
            let field = segment.reader.schema().get_field("id")?;
            let term = Term::from_field_text(field, id);
            let index = segment.reader.inverted_index(field)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.reader.is_deleted(postings.doc()) {
                    return Ok(segment.telling(postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// The number of a document among all.
    pub fn number(&self, place: &Place) -> u32 {
        self.firsts[place.segment as usize] + place.doc
    }

    /// Where the document of this number is.
    pub fn place(&self, number: u32) -> Place {
        let segment = self.firsts.partition_point(|&first| first <= number) - 1;
        let doc = number - self.firsts[segment];
        let published = match self.segments.get(segment) {
            Some(segment) => segment.published.first(doc),
            None => self.pending[doc as usize].1.published(),
        };
        Place {
            published: published.unwrap_or(UNDATED),
            segment: segment as u32,
            doc,
        }
    }

    pub fn key(&self, place: &Place) -> u64 {
        match self.committed(place) {
            Ok(segment) => segment.keys.first(place.doc).unwrap_or_default(),
            Err((key, _)) => *key,
        }
    }

    /// The numbers of a document's text.
    pub fn numbers(&self, place: &Place) -> Option<Bits> {
        match self.committed(place) {
            Ok(segment) => {
                let mut words = segment.sketches.values_for_doc(place.doc);
                Some([words.next()?, words.next()?])
            }
            Err((_, pending)) => Some(pending.telling().sketch.numbers()),
        }
    }

    pub fn telling(&self, place: &Place) -> Option<Telling> {
        match self.committed(place) {
            Ok(segment) => segment.telling(place.doc),
            Err((_, pending)) => Some(pending.telling()),
        }
    }

    pub fn member(&self, place: &Place) -> tantivy::Result<Member> {
        let member = self.members(std::slice::from_ref(place))?.pop();
        Ok(member.expect("one for each place"))
    }

    /// What a group shows of its members, in the order of the places. Together, because to look up one text of a
    /// dictionary is to go through a block of it.
    pub fn members(&self, places: &[Place]) -> tantivy::Result<Vec<Member>> {
        let member = |place| match self.committed(place) {
            Ok(segment) => segment.without_texts(place.doc),
            Err((key, pending)) => Member {
                key: *key,
                reprint: pending.reprint(),
            },
        };
        let mut members: Vec<Member> = places.iter().map(member).collect();
        for (segment, number) in self.segments.iter().zip(0..) {
            let places = places.iter().enumerate();
            let of_segment = places.filter(|(_, place)| place.segment == number);
            let docs: Vec<(usize, DocId)> = of_segment.map(|(at, place)| (at, place.doc)).collect();
            take_texts(segment.ids.as_ref(), &docs, |at, id| {
                members[at].reprint.id = id;
            })?;
            take_texts(segment.sources.as_ref(), &docs, |at, source| {
                members[at].reprint.source = source;
            })?;
        }
        Ok(members)
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

    /// What is shown of a document, but for its id and its source.
    fn without_texts(&self, doc: DocId) -> Member {
        let published = self.facts(doc).zip(self.published.first(doc));
        Member {
            key: self.keys.first(doc).unwrap_or_default(),
            reprint: Reprint {
                published: published.map(|(facts, seconds)| facts.published(seconds)),
                ..Reprint::default()
            },
        }
    }

    fn facts(&self, doc: DocId) -> Option<Facts> {
        self.facts.first(doc).map(Facts::from_word)
    }
}

/// Takes the text in a column of each document that has one, with the number that is given with it.
fn take_texts(
    column: Option<&StrColumn>,
    docs: &[(usize, DocId)],
    mut take: impl FnMut(usize, String),
) -> tantivy::Result<()> {
    let Some(column) = column else {
        return Ok(());
    };
    let places = docs.iter();
    let places = places.filter_map(|&(at, doc)| Some((column.term_ords(doc).next()?, at)));
    let mut places: Vec<(u64, usize)> = places.collect();
    places.sort_unstable();
    let sorted: Vec<u64> = places.iter().map(|&(place, _)| place).collect();
    let mut numbers = places.iter().map(|&(_, at)| at);
    let dictionary = column.dictionary();
    dictionary.sorted_ords_to_term_cb(&sorted, |text| {
        if let Some(at) = numbers.next() {
            take(at, String::from_utf8_lossy(text).into_owned());
        }
    })?;
    Ok(())
}
