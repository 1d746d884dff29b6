//! Exact matching over the view by characters: substrings, and substrings near each other.
//!
//! Each folded character is a term, and so are many pairs, so the documents that have all that a
//! substring is made of are quickly found. Whether it stands in them their texts tell, which are
//! searched where they lie.

use std::iter;
use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::characters::Characters;
use super::deadline::{Deadline, Watch};
use crate::index::{MOST, Needle, SegmentTexts, Units, grams, is_gram};

/// Documents in whose field all parts occur, related as `relation` says.
#[derive(Debug, Clone)]
pub(crate) struct ExactQuery {
    pub field: Field,
    /// Folded, none empty.
    pub parts: Vec<String>,
    pub relation: Relation,
    /// Where the characters are looked up.
    pub characters: Arc<Characters>,
    /// Behind it no more documents are found.
    pub deadline: Deadline,
}

/// How the parts of an [`ExactQuery`] stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// One after the other, with at most so many characters between them in all.
    InOrder(u32),
    /// Two parts in either order, with at most so many characters between them.
    Near(u32),
}

impl ExactQuery {
    /// Documents whose field contains a folded text.
    pub fn contains(
        field: Field,
        text: &str,
        characters: &Arc<Characters>,
        deadline: Deadline,
    ) -> ExactQuery {
        ExactQuery {
            field,
            parts: vec![text.to_string()],
            relation: Relation::InOrder(0),
            characters: Arc::clone(characters),
            deadline,
        }
    }
}

impl Query for ExactQuery {
    fn weight(&self, _: EnableScoring) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ExactWeight(self.clone())))
    }
}

struct ExactWeight(ExactQuery);

impl Weight for ExactWeight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match ExactScorer::open(&self.0, reader)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.scorer(reader, 1.0)?.seek(doc) == doc {
            true => Ok(Explanation::new("exact match", 0.0)),
            false => Err(TantivyError::InvalidArgument(format!(
                "document {doc} does not match"
            ))),
        }
    }
}

/// So many bytes of text take as long to read as it takes to come to a document.
const BYTES: usize = 512;

/// Walks the documents; an exact match has no score of its own, the words in it have.
pub(super) struct ExactScorer {
    /// The terms of all parts, each once, rarest first.
    terms: Vec<SegmentPostings>,
    texts: Arc<SegmentTexts>,
    field: Field,
    parts: Vec<Part>,
    relation: Relation,
    doc: DocId,
    /// Where the only part stands first in the current document, in units.
    first: usize,
    watch: Watch,
}

#[derive(Debug)]
struct Part {
    needle: Needle,
    /// A document that has its only term has it.
    is_term: bool,
    /// In characters.
    length: u32,
    /// Where it starts in the current document, in characters. Of a query of one part nowhere.
    starts: Vec<u32>,
}

impl ExactScorer {
    /// `None` where a term does not occur in the segment at all.
    pub fn open(
        query: &ExactQuery,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<ExactScorer>> {
        query.deadline.check()?;
        let mut all: Vec<&str> = query.parts.iter().flat_map(|part| grams(part)).collect();
        all.sort_unstable();
        all.dedup();
        let mut terms = Vec::with_capacity(all.len());
        for gram in all {
            match query.characters.postings(reader, query.field, gram)? {
                Some(postings) => terms.push(postings),
                None => return Ok(None),
            }
        }
        terms.sort_by_key(SegmentPostings::doc_freq);
        let mut scorer = ExactScorer {
            doc: terms.first().map_or(TERMINATED, DocSet::doc),
            terms,
            texts: Arc::clone(query.characters.texts(reader)?),
            field: query.field,
            parts: query.parts.iter().map(|part| Part::new(part)).collect(),
            relation: query.relation,
            first: 0,
            watch: query.deadline.watch(),
        };
        scorer.find_match();
        Ok(Some(scorer))
    }

    /// Moves to the first match at or behind the current document.
    fn find_match(&mut self) -> DocId {
        while self.align() && !self.matches() {
            self.doc = self.terms[0].advance();
        }
        self.doc
    }

    /// Moves to the first document at or behind the current one that has all terms.
    fn align(&mut self) -> bool {
        'candidate: while self.doc != TERMINATED {
            if self.watch.is_over() {
                self.doc = TERMINATED;
                break;
            }
            for term in &mut self.terms {
                if term.doc() < self.doc {
                    term.seek(self.doc);
                }
                if term.doc() > self.doc {
                    self.doc = term.doc();
                    continue 'candidate;
                }
            }
            return true;
        }
        false
    }

    /// Whether the parts stand in the current document, which has their terms, related as they must.
    fn matches(&mut self) -> bool {
        if self.is_term() {
            return true;
        }
        // Whoever asked is told behind this that a document did not read.
        let Some(text) = self.texts.text(self.doc, self.field) else {
            return false;
        };
        if let [part] = &self.parts[..] {
            self.watch.takes(text.len() / BYTES);
            let found = part.needle.find(text, 0);
            self.first = found.unwrap_or_default();
            return found.is_some();
        }
        for part in &mut self.parts {
            self.watch.takes(text.len() / BYTES);
            part.find_starts(text);
            if part.starts.is_empty() {
                return false;
            }
        }
        match (self.relation, &self.parts[..]) {
            (Relation::Near(within), [a, b]) => near(a, b, within),
            (Relation::Near(within) | Relation::InOrder(within), parts) => in_order(parts, within),
        }
    }

    /// The documents of its term are those that have it.
    fn is_term(&self) -> bool {
        matches!(&self.parts[..], [part] if part.is_term)
    }

    /// How often the only part stands in the current document, up to [`MOST`].
    pub fn occurrences(&self) -> u32 {
        if self.is_term() {
            return self.terms[0].term_freq();
        }
        let (Some(text), [part]) = (self.texts.text(self.doc, self.field), &self.parts[..]) else {
            return 0;
        };
        let next = |&place: &usize| part.needle.find(text, place + 1);
        iter::successors(Some(self.first), next)
            .take(MOST.into())
            .count() as u32
    }
}

impl Part {
    fn new(text: &str) -> Part {
        Part {
            needle: Needle::new(text),
            is_term: is_gram(text),
            length: text.chars().count() as u32,
            starts: Vec::new(),
        }
    }

    /// Finds where it starts in a text.
    fn find_starts(&mut self, text: Units<'_>) {
        self.starts.clear();
        let has_long = text.characters() < text.len();
        let (mut from, mut last, mut characters) = (0, 0, 0);
        while let Some(at) = self.needle.find(text, from) {
            // Places are counted in units; only rare characters are two.
            characters += match has_long {
                true => text.between(last, at).characters(),
                false => at - last,
            };
            self.starts.push(characters as u32);
            (from, last) = (at + 1, at);
        }
    }
}

/// Whether `a` and `b` stand side by side, in either order, at most `within` characters apart.
fn near(a: &Part, b: &Part, within: u32) -> bool {
    let follows = |first: &Part, second: &Part| {
        first.starts.iter().any(|start| {
            let end = start + first.length;
            let next = second.starts.partition_point(|&start| start < end);
            second
                .starts
                .get(next)
                .is_some_and(|&start| start - end <= within)
        })
    };
    follows(a, b) || follows(b, a)
}

/// Whether the parts follow one another with at most `slop` characters between them in all.
fn in_order(parts: &[Part], slop: u32) -> bool {
    let (first, rest) = (&parts[0], &parts[1..]);
    first.starts.iter().any(|start| {
        let begin = start + first.length;
        let (mut end, mut text) = (begin, 0);
        for part in rest {
            let next = part.starts.partition_point(|&start| start < end);
            let Some(start) = part.starts.get(next) else {
                return false;
            };
            end = start + part.length;
            text += part.length;
        }
        end - begin - text <= slop
    })
}

impl DocSet for ExactScorer {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.doc = self.terms[0].advance();
        }
        self.find_match()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.terms[0].seek(target);
            self.find_match();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.terms.first().map_or(0, DocSet::size_hint) / (1 + self.terms.len() as u32)
    }

    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * 10 * self.terms.len() as u64
    }
}

impl Scorer for ExactScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_start_at_characters_not_at_units() {
        for (part, text, starts) in [
            ("央央", "央央央", &[0, 1][..]),
            ("行", "央\u{20000}行", &[2]),
            ("\u{20000}", "央\u{20000}\u{20000}", &[1, 2]),
        ] {
            let (mut part, text) = (Part::new(part), crate::index::units(text));
            let text = Units::of(&text);
            part.find_starts(text);
            assert_eq!(part.starts, starts, "{part:?} {text:?}");
        }
    }
}
