//! Exact matching over the view by characters: substrings, and substrings near each other.
//!
//! Each folded character is a term, and so are some pairs, so the documents that have all that a
//! substring is made of are quickly found. Of most of those without it [signatures](crate::index::PairBit) tell
//! that they lack one of its pairs; where it stands the texts of the others tell, which are searched
//! where they lie.

use std::collections::VecDeque;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use tantivy::postings::SegmentPostings;
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::characters::Characters;
use super::deadline::{Deadline, Watch};
use crate::index::{MOST, Needle, PairBit, TextReader, Units, grams, pair_bits};

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

    /// The postings of the terms of all parts, each once, the rarest first; `None` where one does not
    /// occur in the segment at all.
    fn terms(&self, reader: &SegmentReader) -> tantivy::Result<Option<Vec<SegmentPostings>>> {
        let mut all: Vec<&str> = self.parts.iter().flat_map(|part| grams(part)).collect();
        all.sort_unstable();
        all.dedup();
        let mut terms = Vec::with_capacity(all.len());
        for gram in all {
            match self.characters.postings(reader, self.field, gram)? {
                Some(postings) => terms.push(postings),
                None => return Ok(None),
            }
        }
        terms.sort_by_key(SegmentPostings::doc_freq);
        Ok(Some(terms))
    }

    /// How many documents of a segment have the rarest term: no more match.
    pub fn most(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        let terms = self.terms(reader)?;
        let rarest = terms.as_ref().and_then(|terms| terms.first());
        Ok(rarest.map_or(0, SegmentPostings::doc_freq))
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

/// So many bytes of text take as long to read as it takes to come to a document. So many are fetched,
/// too, before a text is searched.
const BYTES: usize = 512;

/// The most documents whose texts are fetched together.
const AT_ONCE: usize = 16;

/// Walks the documents; an exact match has no score of its own, the words in it have.
pub(in crate::search) struct ExactScorer {
    /// The terms of all parts, each once, rarest first.
    terms: Vec<SegmentPostings>,
    /// What the pairs of all parts set in a signature.
    bits: Vec<PairBit>,
    texts: TextReader,
    field: Field,
    parts: Vec<Part>,
    relation: Relation,
    /// No document before it is still to be looked at, but for those that wait.
    next: DocId,
    /// Nor is any from here on.
    end: DocId,
    /// Documents after the current one that have all terms and may have all bits, in order. Their
    /// texts are fetched.
    waiting: VecDeque<DocId>,
    /// How many may wait: twice as many each time, one after a leap.
    ahead: usize,
    doc: DocId,
    /// Where the only part stands first in the current document, in units.
    first: usize,
    watch: Watch,
}

#[derive(Debug)]
struct Part {
    needle: Needle,
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
        ExactScorer::open_within(query, reader, 0..TERMINATED)
    }

    /// The same for these documents of the segment.
    pub fn open_within(
        query: &ExactQuery,
        reader: &SegmentReader,
        docs: Range<DocId>,
    ) -> tantivy::Result<Option<ExactScorer>> {
        query.deadline.check()?;
        let Some(mut terms) = query.terms(reader)? else {
            return Ok(None);
        };
        if let Some(rarest) = terms.first_mut().filter(|term| term.doc() < docs.start) {
            rarest.seek(docs.start);
        }
        let parts: Vec<Part> = query.parts.iter().map(|part| Part::new(part)).collect();
        let all = parts.iter().flat_map(|part| pair_bits(part.needle.units()));
        let mut scorer = ExactScorer {
            next: terms.first().map_or(TERMINATED, DocSet::doc),
            end: docs.end,
            waiting: VecDeque::with_capacity(AT_ONCE),
            ahead: 1,
            doc: 0,
            terms,
            bits: all.collect(),
            texts: TextReader::of(query.characters.texts(reader)?),
            field: query.field,
            parts,
            relation: query.relation,
            first: 0,
            watch: query.deadline.watch(),
        };
        scorer.find_match();
        Ok(Some(scorer))
    }

    /// Moves to the first match among those that wait and those behind them.
    fn find_match(&mut self) -> DocId {
        loop {
            if self.waiting.is_empty() {
                self.find_next();
            }
            self.doc = match self.waiting.pop_front() {
                Some(doc) if !self.watch.is_over() => doc,
                _ => TERMINATED,
            };
            if self.doc == TERMINATED || self.matches() {
                return self.doc;
            }
        }
    }

    /// Finds the next documents that may match.
    fn find_next(&mut self) {
        while self.waiting.len() < self.ahead && self.align() {
            if self.texts.may_hold(self.next, &self.bits) {
                self.waiting.push_back(self.next);
            }
            self.next = self.terms[0].advance();
        }
        self.texts.fetch(self.waiting.iter().copied(), BYTES);
        self.ahead = AT_ONCE.min(2 * self.ahead);
    }

    /// Moves to the first document that is still to be looked at and has all terms.
    fn align(&mut self) -> bool {
        'candidate: while self.next != TERMINATED {
            if self.next >= self.end || self.watch.is_over() {
                self.next = TERMINATED;
                break;
            }
            for term in &mut self.terms {
                if term.doc() < self.next {
                    term.seek(self.next);
                }
                if term.doc() > self.next {
                    self.next = term.doc();
                    continue 'candidate;
                }
            }
            return true;
        }
        false
    }

    /// Whether the parts stand in the current document, which has their terms, related as they must.
    fn matches(&mut self) -> bool {
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

    /// How often the only part stands in the current document, up to [`MOST`].
    pub fn occurrences(&mut self) -> u32 {
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
        match self.doc {
            TERMINATED => TERMINATED,
            _ => self.find_match(),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            while self.waiting.pop_front_if(|doc| *doc < target).is_some() {}
            if self.next < target {
                self.next = self.terms[0].seek(target);
                self.ahead = 1;
            }
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
    use crate::corpus::{Article, Paragraph};
    use crate::{Index, IndexOptions};

    #[test]
    fn all_matches_are_found_by_steps_of_any_length() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(1, 0).unwrap();
        // All have the terms, and most of those without the text its bits.
        let texts = ["云汐港口", "云港汐口，云汐，汐口", "港口汐云", "港云汐口"];
        let text = |number: usize| texts[number * number % 7 % texts.len()].repeat(1 + number % 3);
        for number in 0..200 {
            let body = Paragraph {
                text: text(number),
                heading: false,
            };
            let article = Article {
                id: number.to_string(),
                body: vec![body],
                ..Article::default()
            };
            writer.add(article).unwrap();
        }
        writer.close().unwrap();
        index.shared.reload().unwrap();
        let view = index.shared.view();
        let characters = Arc::new(Characters::new(Arc::clone(&view.texts)));
        let segment = &view.engine.segment_readers()[0];
        for needle in ["云汐", "汐口", "云汐港", "口云汐", "汐云港"] {
            let found: Vec<DocId> = (0..200)
                .filter(|&doc| text(doc as usize).contains(needle))
                .collect();
            let field = index.shared.fields.body;
            let query = ExactQuery::contains(field, needle, &characters, Deadline::default());
            for docs in [0..200, 0..77, 77..78, 78..200, 200..300] {
                let scorer = ExactScorer::open_within(&query, segment, docs.clone());
                let mut scorer = scorer.unwrap().unwrap();
                let mut within = Vec::new();
                while scorer.doc() != TERMINATED {
                    within.push(scorer.doc());
                    scorer.advance();
                }
                let expected = found.iter().copied().filter(|doc| docs.contains(doc));
                assert_eq!(within, expected.collect::<Vec<_>>(), "{needle} in {docs:?}");
            }
            for step in [1, 2, 3, 17, 50] {
                let mut scorer = ExactScorer::open(&query, segment).unwrap().unwrap();
                let mut target = 0;
                while target < 200 {
                    let next = found.iter().copied().find(|&doc| doc >= target);
                    let next = next.unwrap_or(TERMINATED);
                    assert_eq!(scorer.seek(target), next, "{needle} from {target}");
                    let behind = found.iter().copied().find(|&doc| doc > next);
                    assert_eq!(scorer.advance(), behind.unwrap_or(TERMINATED), "{needle}");
                    target = scorer.doc().min(200) + step;
                }
            }
        }
    }

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
