//! Scores the documents of a segment.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

use super::bits::WINDOW;
use super::evidence::{Evidence, Norms};
use super::window::Window;
use crate::search::view::deadline::Deadline;

/// It takes so many times as long to look for a document as to come to the next one.
const SEEK: usize = 4;

/// A concept in a segment.
pub(super) struct Scored {
    pub evidence: Vec<Evidence>,
    /// What its saturated frequency is multiplied by in the score.
    pub score: f32,
    /// Its share in the coverage, not yet divided by that of all.
    pub mass: f32,
    /// Its share of what a document must have at least.
    pub share: f32,
}

/// Scores a window of documents at a time: concept by concept, so that each saturates once over all
/// that stands for it.
pub(in crate::search) struct RankedScorer {
    fields: Vec<Norms>,
    concepts: Vec<Scored>,
    /// How many of the concepts, from the first on, a document must have one of: it has not enough
    /// of the query by the others. (As in MaxScore: Turtle, Flood, *Query evaluation: strategies and
    /// optimizations*, Information Processing & Management 31, 1995.)
    essential: usize,
    /// Documents of the segment.
    documents: DocId,
    demand: Demand,
    deadline: Deadline,
    start: DocId,
    window: Window,
    /// The place in the window behind the current document.
    next: usize,
    doc: DocId,
}

/// What is asked of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand {
    /// The mass of the query.
    pub total: f32,
    /// The shares that a document must have.
    pub least: f32,
    /// Whether the coverage is a factor of the score.
    pub coverage: bool,
}

impl RankedScorer {
    /// A scorer of concepts, those of the largest share first.
    pub(super) fn new(
        fields: Vec<Norms>,
        concepts: Vec<Scored>,
        documents: DocId,
        demand: Demand,
        deadline: Deadline,
    ) -> RankedScorer {
        let share_from = |first: usize| concepts[first..].iter().map(|c| c.share).sum::<f32>();
        let essential = (0..concepts.len()).find(|&first| share_from(first) < demand.least);
        let mut scorer = RankedScorer {
            fields,
            essential: essential.unwrap_or(concepts.len()),
            concepts,
            documents,
            demand,
            deadline,
            start: 0,
            window: Window::default(),
            next: 0,
            doc: 0,
        };
        scorer.next_window();
        scorer
    }

    /// Takes all documents that are left, with their scores: what advancing does, but a window at a
    /// time.
    pub fn take_all(&mut self, mut each: impl FnMut(DocId, Score)) {
        while self.doc != TERMINATED {
            let first = (self.doc - self.start) as usize;
            self.window.found().for_each(|at| {
                if at >= first && self.window.share(at) >= self.demand.least {
                    each(self.start + at as DocId, self.score_at(at));
                }
            });
            self.next_window();
        }
    }

    /// Scores the window with the next documents that may have enough.
    fn next_window(&mut self) {
        loop {
            self.window.clear();
            self.next = 0;
            let docs = self.essential().map(|evidence| evidence.found.doc());
            self.start = docs.min().unwrap_or(TERMINATED);
            if self.start == TERMINATED || self.deadline.is_over() {
                self.doc = TERMINATED;
                return;
            }
            for i in 0..self.concepts.len() {
                self.score_concept(i);
            }
            if self.take_next() {
                return;
            }
        }
    }

    fn essential(&self) -> impl Iterator<Item = &Evidence> {
        let concepts = self.concepts[..self.essential].iter();
        concepts.flat_map(|concept| &concept.evidence)
    }

    /// Adds a concept to the window. Of one that is not essential, only the documents that have
    /// another are of use.
    fn score_concept(&mut self, i: usize) {
        let (start, end) = (self.start, self.start.saturating_add(WINDOW as DocId));
        let found = self.window.most();
        let concept = &mut self.concepts[i];
        let (found_by_others, adding) = self.window.concept();
        for evidence in &mut concept.evidence {
            if evidence.found.doc() >= end {
                continue;
            }
            let add = |doc: DocId, frequency| adding.add((doc - start) as usize, frequency);
            if i < self.essential || evidence.in_window(self.documents) < SEEK * found {
                evidence.found.seek(start);
                evidence.take(&self.fields, end, add);
            } else {
                evidence.take_those(&self.fields, start, found_by_others, add);
            }
        }
        self.window
            .close(concept.score, concept.mass, concept.share);
    }

    /// Moves to the next document of the window that has enough; false where there is none.
    fn take_next(&mut self) -> bool {
        while let Some(at) = self.window.found().first_from(self.next) {
            self.next = at + 1;
            if self.window.share(at) >= self.demand.least {
                self.doc = self.start + at as DocId;
                return true;
            }
        }
        false
    }

    fn score_at(&self, at: usize) -> Score {
        let coverage = match self.demand.coverage && self.demand.total > 0.0 {
            true => (self.window.covered(at) / self.demand.total).min(1.0),
            false => 1.0,
        };
        // To the power of 3/2, the same on every machine.
        let coverage = coverage * coverage.sqrt();
        self.window.score(at) * coverage
    }
}

impl DocSet for RankedScorer {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED && !self.take_next() {
            self.next_window();
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target - self.start >= WINDOW as DocId {
            let concepts = self.concepts[..self.essential].iter_mut();
            for evidence in concepts.flat_map(|concept| &mut concept.evidence) {
                evidence.found.seek(target);
            }
            self.next_window();
        }
        while self.doc < target {
            self.advance();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.essential()
            .map(|evidence| evidence.found.size_hint())
            .fold(0, u32::saturating_add)
    }
}

/// Beside the scores of other parts of a query one is a multiple of this, so that sums up to 4,096 are
/// exact: the engine adds in an order of its own, which differs from segment to segment.
const STEP: f32 = 1.0 / 4096.0;

impl Scorer for RankedScorer {
    fn score(&mut self) -> Score {
        let score = self.score_at((self.doc - self.start) as usize);
        (score / STEP).round() * STEP
    }
}
