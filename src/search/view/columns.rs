//! What is counted of documents, from the columns of the index: decoded when it is first asked for, and
//! kept for all queries of a searcher.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::columnar::StrColumn;
use tantivy::schema::Field as EngineField;
use tantivy::{DocId, Searcher, SegmentReader, TantivyError};

use super::typed::Beginnings;
use super::vocabulary::Vocabulary;
use crate::index::{Fields, Table};

/// In a column of moments: not known.
pub(in crate::search) const UNDATED: i64 = i64::MIN;
/// In a column of stories: no other article tells it.
pub(in crate::search) const ALONE: u32 = u32::MAX;

/// A column of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Source,
    Tag,
    Category,
    /// Securities that articles are about.
    About,
    /// Securities that articles mention, and are not about.
    Mention,
}

/// The columns of an index, in the order of its segments.
#[derive(Default)]
pub(in crate::search) struct Columns {
    published: OnceLock<Vec<Vec<i64>>>,
    steps: [OnceLock<Steps>; LENGTHS],
    stories: OnceLock<Vec<Vec<u32>>>,
    values: [OnceLock<Values>; Field::COUNT],
    span: OnceLock<(Option<i64>, Option<i64>)>,
    told: [OnceLock<BTreeMap<i64, u64>>; LENGTHS],
    pub beginnings: Beginnings,
    vocabulary: OnceLock<Vocabulary>,
    told_of: Mutex<FxHashMap<(EngineField, String), u64>>,
}

/// Stories that are counted anew each time.
const FEW_STORIES: u64 = 256;

/// Lengths of the spans that stories are counted by.
pub(in crate::search) const LENGTHS: usize = 6;

/// When documents were published, in steps of a length.
pub(in crate::search) struct Steps {
    /// The moments at which the steps begin in which something was published.
    pub starts: Vec<i64>,
    /// The step of each document of each segment, as its place in `starts`, or [`NO_STEP`].
    pub segments: Vec<Vec<u32>>,
}

/// In a column of steps: not known.
pub(in crate::search) const NO_STEP: u32 = u32::MAX;

/// The values of a field, and which of them each document has.
#[derive(Default)]
pub(in crate::search) struct Values {
    /// As written: of spellings that are compared as one, the most frequent.
    pub names: Vec<String>,
    pub segments: Vec<ValuesOfSegment>,
}

/// The values of the documents of a segment.
pub(in crate::search) struct ValuesOfSegment {
    /// Where those of each document begin, and where the last ones end; `None` where no document has several:
    /// then there is one number for each document.
    starts: Option<Vec<u32>>,
    numbers: Vec<u32>,
}

/// In a column of one value for each document: none.
const NO_VALUE: u32 = u32::MAX;

/// Spellings that are compared as one.
struct Spellings {
    number: u32,
    /// Articles by spelling.
    counts: FxHashMap<String, u64>,
}

impl Field {
    const COUNT: usize = 5;
    /// All of them.
    pub const ALL: [Field; Field::COUNT] = [
        Field::Source,
        Field::Tag,
        Field::Category,
        Field::About,
        Field::Mention,
    ];

    /// The field that has the values as they are written, where they are compared folded.
    pub fn written(self, fields: &Fields) -> Option<tantivy::schema::Field> {
        match self {
            Field::Source => Some(fields.source_name),
            Field::Tag => Some(fields.tag_name),
            Field::Category => Some(fields.category_name),
            Field::About | Field::Mention => None,
        }
    }

    /// The field of the values as they are compared.
    pub fn compared(self, fields: &Fields) -> tantivy::schema::Field {
        match self {
            Field::Source => fields.source,
            Field::Tag => fields.tag,
            Field::Category => fields.category,
            Field::About => fields.code,
            Field::Mention => fields.mention,
        }
    }

    fn column(self) -> &'static str {
        match self {
            Field::Source => "source_name",
            Field::Tag => "tag_name",
            Field::Category => "category_name",
            Field::About => "code",
            Field::Mention => "mention",
        }
    }
}

impl Columns {
    /// When the documents of each segment were published, in seconds since 1970, or [`UNDATED`].
    pub fn published(&self, engine: &Searcher) -> tantivy::Result<&[Vec<i64>]> {
        once(&self.published, || {
            let segments = engine.segment_readers().iter();
            segments.map(published).collect()
        })
        .map(Vec::as_slice)
    }

    /// The same in steps of a length, which has a number below [`LENGTHS`]: `start` gives the moment at which
    /// the step of another begins.
    pub fn steps(
        &self,
        length: usize,
        engine: &Searcher,
        start: impl Fn(i64) -> i64,
    ) -> tantivy::Result<&Steps> {
        let published = self.published(engine)?;
        once(&self.steps[length], || Ok(Steps::new(published, start)))
    }

    /// The number of the story of each document, or [`ALONE`].
    pub fn stories(&self, engine: &Searcher, table: &Table) -> tantivy::Result<&[Vec<u32>]> {
        once(&self.stories, || {
            let segments = engine.segment_readers().iter();
            segments.map(|segment| stories(segment, table)).collect()
        })
        .map(Vec::as_slice)
    }

    /// The values of a field; those that `fold` makes equal are one.
    pub fn values(
        &self,
        field: Field,
        engine: &Searcher,
        fold: impl Fn(&str) -> String,
    ) -> tantivy::Result<&Values> {
        once(&self.values[field as usize], || {
            Values::read(field, engine, fold)
        })
    }

    /// The words of bodies that several documents have.
    pub fn vocabulary<E>(
        &self,
        read: impl FnOnce() -> Result<Vocabulary, E>,
    ) -> Result<&Vocabulary, E> {
        once(&self.vocabulary, read)
    }

    /// When the first document was published, and the moment after the last one.
    pub fn span<E>(
        &self,
        count: impl FnOnce() -> Result<(Option<i64>, Option<i64>), E>,
    ) -> Result<(Option<i64>, Option<i64>), E> {
        once(&self.span, count).copied()
    }

    /// How many stories the documents with a term tell: what takes time to count is counted once.
    pub fn told_of<E>(
        &self,
        field: EngineField,
        term: &str,
        count: impl FnOnce() -> Result<u64, E>,
    ) -> Result<u64, E> {
        let key = (field, term.to_owned());
        let known = |key| {
            let told = self.told_of.lock().unwrap_or_else(PoisonError::into_inner);
            told.get(key).copied()
        };
        if let Some(stories) = known(&key) {
            return Ok(stories);
        }
        let stories = count()?;
        if stories > FEW_STORIES {
            let mut told = self.told_of.lock().unwrap_or_else(PoisonError::into_inner);
            told.insert(key, stories);
        }
        Ok(stories)
    }

    /// How many stories all documents tell, by the start of spans of a length, which has a number below
    /// [`LENGTHS`].
    pub fn told<E>(
        &self,
        length: usize,
        count: impl FnOnce() -> Result<BTreeMap<i64, u64>, E>,
    ) -> Result<&BTreeMap<i64, u64>, E> {
        once(&self.told[length], count)
    }
}

/// What is in a cell, made if need be.
fn once<T, E>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

fn published(segment: &SegmentReader) -> tantivy::Result<Vec<i64>> {
    let column = segment.fast_fields().i64("published")?;
    let moments = (0..segment.max_doc()).map(|doc| column.first(doc).unwrap_or(UNDATED));
    Ok(moments.collect())
}

fn stories(segment: &SegmentReader, table: &Table) -> tantivy::Result<Vec<u32>> {
    if table.is_empty() {
        return Ok(vec![ALONE; segment.max_doc() as usize]);
    }
    let column = segment.fast_fields().u64("key")?;
    let story = |doc| column.first(doc).and_then(|key| table.group_of(key));
    let stories = (0..segment.max_doc()).map(|doc| story(doc).unwrap_or(ALONE));
    Ok(stories.collect())
}

impl Steps {
    fn new(published: &[Vec<i64>], start: impl Fn(i64) -> i64) -> Steps {
        let mut starts = Vec::new();
        let mut places: FxHashMap<i64, u32> = FxHashMap::default();
        let mut step = |&moment: &i64| {
            if moment == UNDATED {
                return NO_STEP;
            }
            let start = start(moment);
            *places.entry(start).or_insert_with(|| {
                starts.push(start);
                starts.len() as u32 - 1
            })
        };
        let segments = published.iter();
        let segments = segments
            .map(|moments| moments.iter().map(&mut step).collect())
            .collect();
        Steps { starts, segments }
    }
}

impl Values {
    fn read(
        field: Field,
        engine: &Searcher,
        fold: impl Fn(&str) -> String,
    ) -> tantivy::Result<Values> {
        let mut all: FxHashMap<String, Spellings> = FxHashMap::default();
        let mut segments = Vec::new();
        for reader in engine.segment_readers() {
            let column = reader.fast_fields().str(field.column())?;
            let spellings = match &column {
                Some(column) => spellings(column)?,
                None => Vec::new(),
            };
            let mut numbers = Vec::with_capacity(spellings.len());
            for spelling in &spellings {
                let next = all.len() as u32;
                let entry = all.entry(fold(spelling)).or_insert_with(|| Spellings {
                    number: next,
                    counts: FxHashMap::default(),
                });
                numbers.push(entry.number);
            }
            let (segment, counts) = ValuesOfSegment::read(reader, column.as_ref(), &numbers);
            for (spelling, count) in spellings.into_iter().zip(counts) {
                let entry = all.get_mut(&fold(&spelling));
                let counts = entry.map(|entry| entry.counts.entry(spelling).or_default());
                counts.into_iter().for_each(|sum| *sum += count);
            }
            segments.push(segment);
        }
        let mut names = vec![String::new(); all.len()];
        for spellings in all.into_values() {
            let number = spellings.number as usize;
            let counts = spellings.counts.into_iter();
            let most = counts.max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
            names[number] = most.map(|(name, _)| name).unwrap_or_default();
        }
        Ok(Values { names, segments })
    }

    /// The numbers of the values that a document has, each once.
    pub fn of(&self, segment: usize, doc: DocId) -> &[u32] {
        self.segments
            .get(segment)
            .map_or(&[], |values| values.of(doc))
    }
}

impl ValuesOfSegment {
    /// The values of a segment, whose ordinals have these numbers, and how many documents have each
    /// ordinal.
    fn read(
        reader: &SegmentReader,
        column: Option<&StrColumn>,
        numbers: &[u32],
    ) -> (ValuesOfSegment, Vec<u64>) {
        let mut counts = vec![0; numbers.len()];
        let (mut starts, mut all) = (vec![0], Vec::new());
        for doc in 0..reader.max_doc() {
            let start = all.len();
            for ordinal in column.iter().flat_map(|column| column.term_ords(doc)) {
                let ordinal = ordinal as usize;
                counts[ordinal] += u64::from(!reader.is_deleted(doc));
                if !all[start..].contains(&numbers[ordinal]) {
                    all.push(numbers[ordinal]);
                }
            }
            starts.push(all.len() as u32);
        }
        (ValuesOfSegment::new(starts, all), counts)
    }

    fn new(starts: Vec<u32>, numbers: Vec<u32>) -> ValuesOfSegment {
        if starts.windows(2).any(|bounds| bounds[1] - bounds[0] > 1) {
            return ValuesOfSegment {
                starts: Some(starts),
                numbers,
            };
        }
        let only = |bounds: &[u32]| match bounds[0] < bounds[1] {
            true => numbers[bounds[0] as usize],
            false => NO_VALUE,
        };
        ValuesOfSegment {
            numbers: starts.windows(2).map(only).collect(),
            starts: None,
        }
    }

    /// The numbers of the values that a document has, each once.
    #[inline]
    pub fn of(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        match &self.starts {
            None => match self.numbers.get(doc) {
                Some(&NO_VALUE) | None => &[],
                Some(number) => std::slice::from_ref(number),
            },
            Some(starts) => match starts.get(doc..doc + 2) {
                Some(&[start, end]) => &self.numbers[start as usize..end as usize],
                _ => &[],
            },
        }
    }
}

/// The values of a column in the order of their ordinals.
fn spellings(column: &StrColumn) -> tantivy::Result<Vec<String>> {
    let ordinals: Vec<u64> = (0..column.num_terms() as u64).collect();
    let mut spellings = Vec::with_capacity(ordinals.len());
    let is_complete = column
        .dictionary()
        .sorted_ords_to_term_cb(&ordinals, |name| {
            spellings.push(String::from_utf8_lossy(name).into_owned());
        })?;
    match is_complete {
        true => Ok(spellings),
        false => Err(TantivyError::InternalError("a value is missing".into())),
    }
}
