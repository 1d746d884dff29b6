//! What a request matches, ready to be counted.

use std::sync::OnceLock;

use tantivy::DocId;

use super::calendar::Unit;
use super::error::GlanceError;
use crate::index::IndexError;
use crate::search::pipeline::Matches;
use crate::search::plan::memo::Memo;
use crate::search::query::Query;
use crate::search::query::note::Note;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;
use crate::search::view::columns::Field;
use crate::search::view::columns::{ALONE, Steps, UNDATED, Values};
use crate::search::view::snapshot::Snapshot;

/// All that a request matches, at the time that it names.
pub(super) struct Matched {
    pub searcher: Searcher,
    pub matches: Matches<Vec<Vec<DocId>>>,
    by_story: OnceLock<ByStory>,
}

/// Documents in an order in which those that tell one story follow each other.
pub(super) struct ByStory {
    /// By segment: what nobody else tells.
    alone: Vec<Vec<DocId>>,
    /// What others tell, too.
    retold: Vec<Retold>,
    /// How many stories there are.
    pub stories: u64,
}

struct Retold {
    story: u32,
    segment: u32,
    doc: DocId,
}

impl Matched {
    /// Runs a request. One without text and filters is about every article that exists.
    pub fn find(searcher: &Searcher, request: &Request) -> Result<Matched, GlanceError> {
        Matched::of(searcher.for_request(request)?, request)
    }

    /// Runs a request at the time of the searcher.
    pub fn of(searcher: Searcher, request: &Request) -> Result<Matched, GlanceError> {
        let matches = matches(&searcher, request)?;
        Ok(Matched::new(searcher, matches))
    }

    pub fn new(searcher: Searcher, matches: Matches<Vec<Vec<DocId>>>) -> Matched {
        Matched {
            searcher,
            matches,
            by_story: OnceLock::new(),
        }
    }

    /// Runs another request as if it were the one of these matches, at the same time and for the same
    /// time.
    pub fn instead(&self, request: &Request) -> Result<Matched, GlanceError> {
        Matched::of(self.searcher.clone(), request)
    }

    pub fn snapshot(&self) -> &Snapshot {
        &self.searcher.pipeline.snapshot
    }

    /// The matching documents, each with the number of its segment.
    pub fn documents(&self) -> impl Iterator<Item = (usize, DocId)> {
        let segments = self.matches.documents.iter().enumerate();
        segments.flat_map(|(segment, documents)| documents.iter().map(move |&doc| (segment, doc)))
    }

    /// The matching documents, story by story.
    pub fn by_story(&self) -> Result<&ByStory, GlanceError> {
        let stories = self.stories()?;
        Ok(self
            .by_story
            .get_or_init(|| ByStory::new(&self.matches.documents, stories)))
    }

    pub fn total(&self) -> u64 {
        let segments = self.matches.documents.iter();
        segments.map(|documents| documents.len() as u64).sum()
    }

    pub fn notes(&self) -> Vec<String> {
        self.matches.notes.iter().map(Note::to_string).collect()
    }

    /// When documents were published.
    pub fn published(&self) -> Result<&[Vec<i64>], GlanceError> {
        published(self.snapshot())
    }

    /// The same in steps of a length.
    pub fn steps(&self, step: Unit) -> Result<&Steps, GlanceError> {
        let snapshot = self.snapshot();
        let (columns, engine) = (&snapshot.columns, &snapshot.engine);
        snapshot.assert_whole(COUNTS)?;
        let start = |moment| step.start(moment);
        Ok(snapshot.guarded(|| Ok(columns.steps(step as usize, engine, start)?))?)
    }

    /// What story documents tell.
    pub fn stories(&self) -> Result<&[Vec<u32>], GlanceError> {
        stories(self.snapshot())
    }

    pub fn values(&self, field: Field) -> Result<&Values, GlanceError> {
        values(self.snapshot(), field)
    }
}

impl ByStory {
    fn new(documents: &[Vec<DocId>], stories: &[Vec<u32>]) -> ByStory {
        let mut alone = Vec::with_capacity(documents.len());
        // A story, and a document counted through all segments: numbers, which are sorted fast.
        let mut order: Vec<u64> = Vec::new();
        let mut firsts: Vec<u32> = Vec::with_capacity(documents.len());
        let mut first = 0;
        for (documents, stories) in documents.iter().zip(stories) {
            let mut of_segment = Vec::with_capacity(documents.len());
            for &doc in documents {
                match stories[doc as usize] {
                    ALONE => of_segment.push(doc),
                    story => order.push(u64::from(story) << 32 | u64::from(first + doc)),
                }
            }
            alone.push(of_segment);
            firsts.push(first);
            first += stories.len() as u32;
        }
        order.sort_unstable();
        let mut retold = Vec::with_capacity(order.len());
        let mut stories: u64 = alone.iter().map(|alone| alone.len() as u64).sum();
        let mut last = ALONE;
        for key in order {
            let (story, document) = ((key >> 32) as u32, key as u32);
            let segment = firsts.iter().rposition(|&first| first <= document);
            let segment = segment.unwrap_or_default();
            retold.push(Retold {
                story,
                segment: segment as u32,
                doc: document - firsts[segment],
            });
            stories += u64::from(story != last);
            last = story;
        }
        ByStory {
            alone,
            retold,
            stories,
        }
    }

    /// Calls `take` with what `segments` have of the segment of each document, its number, and its story.
    #[inline]
    pub fn each<'s, S>(&self, segments: &'s [S], mut take: impl FnMut(&'s S, DocId, u32)) {
        for (segment, documents) in segments.iter().zip(&self.alone) {
            for &doc in documents {
                take(segment, doc, ALONE);
            }
        }
        for retold in &self.retold {
            take(&segments[retold.segment as usize], retold.doc, retold.story);
        }
    }
}

fn matches(
    searcher: &Searcher,
    request: &Request,
) -> Result<Matches<Vec<Vec<DocId>>>, GlanceError> {
    let query = request.query();
    let pipeline = &searcher.pipeline;
    if is_about_all(request, &query) {
        return Ok(Matches {
            documents: every(&pipeline.snapshot)?,
            ..Matches::default()
        });
    }
    let snapshot = &pipeline.snapshot;
    let matches = snapshot.guarded(|| pipeline.matches(&query, request.sort, &Memo::default()))?;
    Ok(matches)
}

/// Whether a request has neither text nor filters.
pub(super) fn is_about_all(request: &Request, query: &Query) -> bool {
    query.root().is_none() && request.q.trim().is_empty()
}

/// What needs all documents, in words.
pub(super) const COUNTS: &str = "counts over all that a query matches are";

/// Every document that exists, by segment.
pub(super) fn every(snapshot: &Snapshot) -> Result<Vec<Vec<DocId>>, GlanceError> {
    let published = published(snapshot)?;
    let mut all = Vec::new();
    for (segment, published) in snapshot.engine.segment_readers().iter().zip(published) {
        let exists = |doc: &DocId| {
            let moment = published.get(*doc as usize).copied();
            snapshot.exists(moment.filter(|&moment| moment != UNDATED))
        };
        all.push(segment.doc_ids_alive().filter(exists).collect());
    }
    Ok(all)
}

pub(super) fn published(snapshot: &Snapshot) -> Result<&[Vec<i64>], GlanceError> {
    let columns = &snapshot.columns;
    snapshot.assert_whole(COUNTS)?;
    Ok(snapshot.guarded(|| Ok(columns.published(&snapshot.engine)?))?)
}

pub(super) fn stories(snapshot: &Snapshot) -> Result<&[Vec<u32>], GlanceError> {
    snapshot.assert_whole(COUNTS)?;
    let columns = &snapshot.columns;
    let read = || -> Result<&[Vec<u32>], IndexError> {
        Ok(columns.stories(&snapshot.engine, snapshot.reprints()?)?)
    };
    Ok(snapshot.guarded(read)?)
}

pub(super) fn values(snapshot: &Snapshot, field: Field) -> Result<&Values, GlanceError> {
    let analyzer = &snapshot.shared.analyzer;
    let fold = |text: &str| match field {
        Field::About | Field::Mention => text.to_owned(),
        Field::Source | Field::Tag | Field::Category => analyzer.fold(text),
    };
    snapshot.assert_whole(COUNTS)?;
    let columns = &snapshot.columns;
    Ok(snapshot.guarded(|| Ok(columns.values(field, &snapshot.engine, fold)?))?)
}
