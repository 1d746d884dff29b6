//! What a request matches, ready to be counted.

use tantivy::DocId;

use super::error::GlanceError;
use crate::index::IndexError;
use crate::search::pipeline::Matches;
use crate::search::plan::memo::Memo;
use crate::search::query::Query;
use crate::search::query::note::Note;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;
use crate::search::view::columns::Field;
use crate::search::view::columns::{UNDATED, Values};
use crate::search::view::snapshot::Snapshot;

/// All that a request matches, at the time that it names.
pub(super) struct Matched {
    pub searcher: Searcher,
    pub matches: Matches<Vec<Vec<DocId>>>,
}

impl Matched {
    /// Runs a request. One without text and filters is about every article that exists.
    pub fn find(searcher: &Searcher, request: &Request) -> Result<Matched, GlanceError> {
        Matched::of(searcher.for_request(request)?, request)
    }

    /// Runs a request at the time of the searcher.
    pub fn of(searcher: Searcher, request: &Request) -> Result<Matched, GlanceError> {
        let matches = matches(&searcher, request)?;
        Ok(Matched { searcher, matches })
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

    /// What story documents tell.
    pub fn stories(&self) -> Result<&[Vec<u32>], GlanceError> {
        stories(self.snapshot())
    }

    pub fn values(&self, field: Field) -> Result<&Values, GlanceError> {
        values(self.snapshot(), field)
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
