//! Where substrings stand: in documents of the index only, never in those that were removed.

use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::characters::Characters;
use super::counted::Engine;
use super::deadline::Deadline;
use super::exact::{ExactQuery, ExactScorer};
use crate::index::is_gram;

/// Where a text stands in the documents of an index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occurrences {
    /// By segment: the documents that contain it, and how often.
    pub segments: Vec<Vec<(DocId, u32)>>,
    /// Documents that contain it.
    pub documents: u64,
}

impl Occurrences {
    /// Finds a folded text in a field of characters; of a single character, in how many documents.
    pub(in crate::search) fn find(
        searcher: &Engine,
        field: Field,
        text: &str,
        characters: &Arc<Characters>,
        deadline: Deadline,
    ) -> tantivy::Result<Occurrences> {
        let mut all = text.chars();
        if let (Some(_), None) = (all.next(), all.next()) {
            return Ok(Occurrences {
                segments: Vec::new(),
                documents: characters.documents_with(searcher, field, text)?,
            });
        }
        let substring = ExactQuery::contains(field, text, characters, deadline);
        // The documents of a term are those that contain it.
        let is_term = is_gram(text);
        let mut found = Occurrences::default();
        for segment in searcher.segment_readers() {
            let mut documents = Vec::new();
            if is_term {
                if let Some(postings) = characters.postings(segment, field, text)? {
                    let occurrences = |postings: &mut SegmentPostings| postings.term_freq();
                    collect(postings, segment, occurrences, &mut documents);
                }
            } else if let Some(scorer) = ExactScorer::open(&substring, segment)? {
                collect(scorer, segment, ExactScorer::occurrences, &mut documents);
            }
            found.documents += documents.len() as u64;
            found.segments.push(documents);
        }
        if let Some(all) = searcher.elsewhere() {
            found.documents = all.documents_with(field, text)?;
        }
        deadline.check()?;
        Ok(found)
    }

    /// Keeps the documents of a text of a field of characters that have these words in a field.
    pub fn retain_with(
        &mut self,
        searcher: &Engine,
        text: Option<(Field, &str)>,
        field: Field,
        words: &[String],
    ) -> tantivy::Result<()> {
        for word in words {
            let term = Term::from_field_text(field, word);
            for (documents, segment) in self.segments.iter_mut().zip(searcher.segment_readers()) {
                let index = segment.inverted_index(field)?;
                match index.read_postings(&term, IndexRecordOption::Basic)? {
                    None => documents.clear(),
                    Some(mut with) => documents.retain(|&(doc, _)| {
                        with.doc() == doc || with.doc() < doc && with.seek(doc) == doc
                    }),
                }
            }
        }
        self.documents = self
            .segments
            .iter()
            .map(|documents| documents.len() as u64)
            .sum();
        if let (Some(all), Some(text)) = (searcher.elsewhere(), text) {
            self.documents = all.documents_with_words(text, (field, words))?;
        }
        Ok(())
    }
}

/// Takes the documents, but for those that were removed, with how often each has what is looked for.
fn collect<D: DocSet>(
    mut found: D,
    segment: &SegmentReader,
    occurrences: impl Fn(&mut D) -> u32,
    documents: &mut Vec<(DocId, u32)>,
) {
    while found.doc() != TERMINATED {
        if !segment.is_deleted(found.doc()) {
            documents.push((found.doc(), occurrences(&mut found)));
        }
        found.advance();
    }
}
