//! The terms of the index that begin with what is typed.

use std::sync::Arc;

use tantivy::fastfield::AliveBitSet;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, SegmentReader, TERMINATED, TantivyError};

use super::snapshot::Snapshot;
use super::typed::{Things, Typed};
use crate::index::IndexError;

/// Most terms of a beginning that are looked at, here in each segment: more than an archive has of any, unless it
/// was made to have them.
const MAX_TERMS: usize = 100_000;

impl Snapshot {
    /// What begins with a text, after the letter of its kind: what is typed whole first, then by the number
    /// of articles. The 2,000 best at least, of the index as it is now.
    pub fn typed(&self, letter: char, text: &str) -> Result<Arc<[Typed]>, IndexError> {
        let start = format!("{letter}{text}");
        let beginnings = &self.columns.beginnings;
        let is_now = self.end().is_none();
        if is_now && let Some(known) = beginnings.get(&start) {
            return Ok(known);
        }
        let mut things = Things::default();
        self.guarded(|| self.each_term(&start, |term, articles| things.add(term, text, articles)))?;
        Ok(match is_now && things.are_many() {
            true => beginnings.keep(start, things.ranked()),
            false => things.ranked().into(),
        })
    }

    /// Calls `take` with the terms that begin so, and how many articles have each.
    fn each_term(&self, start: &str, mut take: impl FnMut(&str, u64)) -> Result<(), IndexError> {
        if let Some(all) = self.engine.elsewhere() {
            let found = all.terms(self.shared.fields.typing, start, None, MAX_TERMS)?;
            found
                .iter()
                .for_each(|(term, articles)| take(term, *articles));
            return Ok(());
        }
        for segment in self.engine.segment_readers() {
            self.each_term_of(segment, start, &mut take)?;
        }
        Ok(())
    }

    fn each_term_of(
        &self,
        segment: &SegmentReader,
        start: &str,
        take: &mut impl FnMut(&str, u64),
    ) -> Result<(), IndexError> {
        let index = segment.inverted_index(self.shared.fields.typing)?;
        let from = index.terms().range().ge(start.as_bytes());
        let mut terms = from.into_stream().map_err(TantivyError::from)?;
        let mut watch = self.deadline.watch();
        let mut count = 0;
        while terms.advance() && terms.key().starts_with(start.as_bytes()) && count < MAX_TERMS {
            if watch.is_over() {
                break;
            }
            count += 1;
            let articles = match segment.alive_bitset() {
                None => terms.value().doc_freq.into(),
                Some(alive) => {
                    let info = terms.value();
                    let postings =
                        index.read_postings_from_terminfo(info, IndexRecordOption::Basic);
                    living(postings.map_err(TantivyError::from)?, alive)
                }
            };
            if let Ok(term) = std::str::from_utf8(terms.key())
                && articles > 0
            {
                take(term, articles);
            }
        }
        Ok(self.deadline.check()?)
    }
}

/// How many of the documents with a term were not removed.
fn living(mut postings: impl DocSet, alive: &AliveBitSet) -> u64 {
    let mut living = 0;
    while postings.doc() != TERMINATED {
        living += u64::from(alive.is_alive(postings.doc()));
        postings.advance();
    }
    living
}
