//! Exact matching over the view by characters: substrings, and substrings near each other.
//!
//! Each folded character is a term whose position is its place, so a text contains a substring
//! exactly when its characters stand at consecutive positions.

use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::characters::Characters;
use super::deadline::{Deadline, Watch};

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

/// So many positions take as long to read as it takes to come to a document.
const POSITIONS: usize = 64;

/// Walks the documents; an exact match has no score of its own, the words in it have.
pub(super) struct ExactScorer {
    /// The terms of all parts, each once, rarest first.
    terms: Vec<SegmentPostings>,
    parts: Vec<Part>,
    relation: Relation,
    doc: DocId,
    positions: Vec<u32>,
    watch: Watch,
}

struct Part {
    /// Term and offset in the part of each of its characters, rarest first.
    characters: Vec<(usize, u32)>,
    length: u32,
    /// Where it starts in the current document.
    starts: Vec<u32>,
}

impl ExactScorer {
    /// `None` where a character does not occur in the segment at all.
    pub fn open(
        query: &ExactQuery,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<ExactScorer>> {
        query.deadline.check()?;
        let mut characters: Vec<char> = query.parts.iter().flat_map(|part| part.chars()).collect();
        characters.sort_unstable();
        characters.dedup();
        let mut terms = Vec::with_capacity(characters.len());
        for c in characters {
            match query.characters.postings(reader, query.field, c)? {
                Some(postings) => terms.push((c, postings)),
                None => return Ok(None),
            }
        }
        terms.sort_by_key(|(_, postings)| postings.doc_freq());
        let names: Vec<char> = terms.iter().map(|&(c, _)| c).collect();
        let parts = query
            .parts
            .iter()
            .map(|part| Part::new(part, &names))
            .collect();
        let terms: Vec<_> = terms.into_iter().map(|(_, postings)| postings).collect();
        let doc = terms.first().map_or(TERMINATED, DocSet::doc);
        let relation = query.relation;
        let mut scorer = ExactScorer {
            terms,
            parts,
            relation,
            doc,
            positions: Vec::new(),
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

    /// Whether the parts stand in the current document, related as they must.
    fn matches(&mut self) -> bool {
        if self.is_one_character() {
            return true;
        }
        for part in &mut self.parts {
            let read = part.find(&mut self.terms, &mut self.positions);
            self.watch.takes(read / POSITIONS);
            if part.starts.is_empty() {
                return false;
            }
        }
        match (self.relation, &self.parts[..]) {
            (_, [_]) => true,
            (Relation::Near(within), [a, b]) => near(a, b, within),
            (Relation::Near(within) | Relation::InOrder(within), parts) => in_order(parts, within),
        }
    }

    /// The documents of its term are those that have it, wherever it stands.
    fn is_one_character(&self) -> bool {
        matches!(&self.parts[..], [part] if part.length == 1)
    }

    /// How often the first part stands in the current document.
    pub fn occurrences(&self) -> u32 {
        if self.is_one_character() {
            return self.terms[0].term_freq();
        }
        self.parts
            .first()
            .map_or(0, |part| part.starts.len() as u32)
    }
}

impl Part {
    fn new(text: &str, terms: &[char]) -> Part {
        let place = |c| terms.iter().position(|&term| term == c).unwrap_or_default();
        let mut characters: Vec<_> = text
            .chars()
            .zip(0..)
            .map(|(c, at)| (place(c), at))
            .collect();
        characters.sort_unstable();
        Part {
            length: characters.len() as u32,
            characters,
            starts: Vec::new(),
        }
    }

    /// Finds where the part starts in the document at which all terms stand; how many positions had
    /// to be read.
    fn find(&mut self, terms: &mut [SegmentPostings], positions: &mut Vec<u32>) -> usize {
        self.starts.clear();
        let mut count = 0;
        let mut read = None;
        for (i, &(term, offset)) in self.characters.iter().enumerate() {
            if read.replace(term) != Some(term) {
                terms[term].positions(positions);
                count += positions.len();
            }
            if i == 0 {
                self.starts
                    .extend(positions.iter().filter_map(|at| at.checked_sub(offset)));
            } else {
                retain_common(&mut self.starts, positions, offset);
            }
            if self.starts.is_empty() {
                break;
            }
        }
        count
    }
}

/// Keeps the starts with a position at `start + offset`; both are sorted.
fn retain_common(starts: &mut Vec<u32>, positions: &[u32], offset: u32) {
    if starts.len() < positions.len() / FEW {
        starts.retain(|start| positions.binary_search(&(start + offset)).is_ok());
        return;
    }
    // No step depends on a guess of the processor: these would be wrong half of the time.
    let (mut kept, mut next, mut at) = (0, 0, 0);
    while next < starts.len() && at < positions.len() {
        let (start, position) = (starts[next], positions[at]);
        let wanted = start + offset;
        starts[kept] = start;
        kept += usize::from(wanted == position);
        next += usize::from(wanted <= position);
        at += usize::from(wanted >= position);
    }
    starts.truncate(kept);
}

/// Of two lists one of which is so many times longer, it is quicker to look up the shorter one's.
const FEW: usize = 8;

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
    fn starts_are_kept_where_the_character_follows() {
        let all: Vec<u32> = (0..40).collect();
        for (starts, positions, offset, kept) in [
            (&[][..], &[1, 2][..], 1, &[][..]),
            (&[3], &[], 1, &[]),
            (&[0, 1, 4], &[1, 3, 5], 1, &[0, 4]),
            (&[0, 1, 4], &[1, 3, 5], 0, &[1]),
            (&[7], &[1, 3, 5], 1, &[]),
            (&[5, 50], &all, 3, &[5]),
            (&all, &[0, 2, 39], 2, &[0, 37]),
        ] {
            let mut found = starts.to_vec();
            retain_common(&mut found, positions, offset);
            assert_eq!(found, kept, "{starts:?} {positions:?} {offset}");
        }
    }
}
