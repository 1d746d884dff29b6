//! The score of a document: BM25F over title, digest and body, times coverage; then, of the best, a
//! closer look at their characters.
//!
//! For each concept of the query (a word, and what stands for it) its frequency in each field is
//! divided by the field's relative length, weighted and summed, and the sum saturates once:
//!
//! ```text
//! f(c, d) = Σ_field  w_field · tf(c, field, d) / (1 − b_field + b_field · len(field, d) / avg_len(field))
//! s(q, d) = coverage(q, d) · Σ_c  weight_c · idf(c) · sat(f(c, d))
//! sat(f)  = f · (k1 + 1) / (f + k1)
//! idf(c)  = ln(1 + (N − df + ½) / (df + ½))
//! coverage(q, d) = Σ_c  √idf(c) · min(1, f(c, d))  /  Σ_c  √idf(c)
//! ```
//!
//! One saturation over all fields (BM25F: Robertson, Zaragoza, Taylor, *Simple BM25 extension to
//! multiple weighted fields*, CIKM 2004) lets archives with and without titles rank alike: a title
//! adds to what is known of a word, it does not make a second score. *Coverage* is the share of the
//! query that the document covers, so that a document with all words goes before one that repeats a
//! few. A word has √idf of it: a rare word is worth more than a common one, but a single rare
//! number does not outweigh all the rest. An occurrence in a text of average length covers its word;
//! one in passing in a long text, which has many words by chance, covers it in part. For the same
//! reason `b` of the body grows with the number of words: the longer the query, the more of it a
//! long text has by chance (Zhai, Lafferty, *A study of smoothing methods for language models*,
//! SIGIR 2001).
//!
//! The best hundred by this score are then read by their characters ([`look`]):
//!
//! ```text
//! s'(q, d)    = (s(q, d) + v · Σ_p idf(p) · sat(f(p, d))) · (1 + λ · early(q, d))
//! early(q, d) = Σ_c  idf(c) · (1 + place(c, d) / lead)^−½  /  Σ_c  idf(c)
//! ```
//!
//! `p` are the *pairs* of characters that stand side by side in the query: words and bigrams together
//! find more than either (Kwok, *Comparing representations in Chinese information retrieval*, SIGIR
//! 1997; Nie, Gao, Zhang, Zhou, *On the use of words and n-grams for Chinese information retrieval*,
//! IRAL 2000), and pairs across two words are the nearness of neighbours. `place` is how many
//! characters stand before the word, the body's counted on behind the title: what a text is about
//! stands early in it. Nothing is taken away, so that the documents that were read stay before all
//! others.
//!
//! Every figure is counted over the documents of the index, never over removed ones, so that scores
//! depend on the articles alone.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::deadline::Deadline;

mod bits;
mod look;
mod statistics;

use bits::Bits;
pub(crate) use look::{Look, look};
pub(crate) use statistics::{Occurrences, average_length, documents_with};

/// Saturation of a word's frequency.
const K1: f32 = 1.0;

/// Documents are scored in windows of this many.
const WINDOW: usize = 4096;

/// A field of words and how it counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeightedField {
    pub field: Field,
    /// The same text by characters, where the index has it so.
    pub characters: Option<Field>,
    /// Weight of an occurrence.
    pub weight: f32,
    /// How much the field's length counts, 0 to 1.
    pub b: f32,
    /// Its average length in words.
    pub average: f32,
}

/// What one word of the query asks for.
#[derive(Debug, Clone)]
pub(crate) struct Concept {
    /// Terms that stand for it, in every field of words.
    pub terms: Vec<String>,
    /// A folded substring that stands for it, where words cannot tell.
    pub substring: Option<Substring>,
    /// Securities that it may be the code of: evidence that no text need show.
    pub codes: Vec<String>,
    /// What else it is called.
    pub alternatives: Vec<Alternative>,
    /// Documents that have it.
    pub frequency: u64,
    /// Share of its score that counts.
    pub weight: f32,
    /// It counts for the coverage of the query.
    pub counts: bool,
}

/// A folded text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Substring {
    pub text: String,
    /// By field of the query; nowhere in a field without characters.
    pub fields: Arc<Vec<Occurrences>>,
}

/// What stands for a concept as well, for a share of its weight.
#[derive(Debug, Clone)]
pub(crate) struct Alternative {
    pub text: String,
    pub stands: StandIn,
    /// It counts for at most so many occurrences of the concept itself, below 1.
    pub weight: f32,
}

/// How an alternative is looked for.
#[derive(Debug, Clone)]
pub(crate) enum StandIn {
    /// A term of the words.
    Word,
    /// A substring.
    Substring(Substring),
    /// The code of a security that the document is about.
    Code,
}

impl Concept {
    /// Whether the concept is that of the word.
    pub fn stands_for(&self, word: &str) -> bool {
        self.forms().next().is_some_and(|form| form == word)
    }

    /// The texts that stand for it.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        let substring = self.substring.iter().map(|substring| &substring.text);
        let others = self
            .alternatives
            .iter()
            .filter(|other| !matches!(other.stands, StandIn::Code));
        let others = others.map(|other| &other.text);
        self.terms
            .iter()
            .chain(substring)
            .chain(others)
            .map(String::as_str)
    }
}

/// Documents that have enough of the query's words, scored.
#[derive(Debug, Clone)]
pub(crate) struct RankedQuery {
    pub fields: Vec<WeightedField>,
    /// The field of securities' codes.
    pub code: Field,
    pub concepts: Vec<Concept>,
    /// Least share of the query that a document must have, however rarely, 0 to 1; with 0 any word
    /// will do.
    pub minimum: f32,
    /// Whether the coverage is a factor of the score.
    pub coverage: bool,
    /// Behind it no more documents are found.
    pub deadline: Deadline,
}

impl Query for RankedQuery {
    fn weight(&self, scoring: EnableScoring) -> tantivy::Result<Box<dyn Weight>> {
        let Some(searcher) = scoring.searcher() else {
            return Err(TantivyError::InvalidArgument(
                "a ranked query needs statistics".into(),
            ));
        };
        let documents = searcher.num_docs();
        let mut concepts = Vec::with_capacity(self.concepts.len());
        for concept in &self.concepts {
            concepts.push((concept.clone(), idf(documents, concept.frequency)));
        }
        let total = concepts
            .iter()
            .filter(|(c, _)| c.counts)
            .map(|(_, idf)| idf.sqrt())
            .sum();
        let segments = searcher.segment_readers().iter();
        Ok(Box::new(RankedWeight {
            segments: segments.map(SegmentReader::segment_id).collect(),
            fields: self.fields.clone(),
            code: self.code,
            concepts,
            total,
            minimum: self.minimum,
            coverage: self.coverage,
            deadline: self.deadline,
        }))
    }
}

impl RankedQuery {
    /// The same, for documents that have at least this share of the query.
    pub fn with_minimum(self, minimum: f32) -> RankedQuery {
        RankedQuery { minimum, ..self }
    }

    /// Concepts that count for the coverage.
    pub fn words(&self) -> usize {
        let counted = self.concepts.iter().filter(|concept| concept.counts);
        counted.count()
    }

    /// Documents that have a concept, but for its codes: the most that have any of its terms or its
    /// substring in any field.
    pub fn document_frequency(
        &self,
        searcher: &tantivy::Searcher,
        concept: &Concept,
    ) -> tantivy::Result<u64> {
        let mut most = 0;
        for field in &self.fields {
            for term in &concept.terms {
                let term = Term::from_field_text(field.field, term);
                most = most.max(documents_with(searcher, &term)?);
            }
            for alternative in &concept.alternatives {
                if let StandIn::Word = alternative.stands {
                    let term = Term::from_field_text(field.field, &alternative.text);
                    most = most.max(documents_with(searcher, &term)?);
                }
            }
        }
        let others = concept
            .alternatives
            .iter()
            .filter_map(|other| match &other.stands {
                StandIn::Substring(substring) => Some(substring),
                _ => None,
            });
        let substrings = concept.substring.iter().chain(others);
        let fields = substrings.flat_map(|substring| substring.fields.iter());
        Ok(fields.fold(most, |most, found| most.max(found.documents)))
    }
}

/// Inverse document frequency, as in the [module](self)'s formula.
pub(crate) fn idf(documents: u64, frequency: u64) -> f32 {
    let (documents, frequency) = (documents as f64, frequency as f64);
    (1.0 + (documents - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln() as f32
}

/// What an evidence of this frequency is worth: the more the better, but never more than `K1 + 1`.
fn saturate(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

struct RankedWeight {
    segments: Vec<SegmentId>,
    fields: Vec<WeightedField>,
    code: Field,
    concepts: Vec<(Concept, f32)>,
    /// What all concepts that count weigh in the query.
    total: f32,
    minimum: f32,
    coverage: bool,
    deadline: Deadline,
}

impl Weight for RankedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.deadline.check()?;
        let mut fields = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            fields.push(Norms::open(reader, *field)?);
        }
        let mut concepts = Vec::with_capacity(self.concepts.len());
        for (concept, idf) in &self.concepts {
            let evidence = self.evidence(reader, concept)?;
            if !evidence.is_empty() {
                let score = boost * concept.weight * idf;
                concepts.push(Scored {
                    evidence,
                    score,
                    mass: if concept.counts { idf.sqrt() } else { 0.0 },
                });
            }
        }
        let least = self.minimum * self.total * 0.9999;
        let mut scorer = RankedScorer {
            fields,
            concepts,
            total: self.total,
            least,
            coverage: self.coverage,
            deadline: self.deadline,
            start: 0,
            tallies: Box::new([Tally::default(); WINDOW]),
            frequencies: Box::new([0.0; WINDOW]),
            touched: Bits::default(),
            found: Bits::default(),
            next: 0,
            doc: 0,
        };
        scorer.next_window();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        match scorer.seek(doc) == doc {
            true => Ok(Explanation::new("BM25F, times coverage", scorer.score())),
            false => Err(TantivyError::InvalidArgument(format!(
                "document {doc} does not match"
            ))),
        }
    }
}

impl RankedWeight {
    fn evidence(
        &self,
        reader: &SegmentReader,
        concept: &Concept,
    ) -> tantivy::Result<Vec<Evidence>> {
        let mut evidence = Vec::new();
        for term in &concept.terms {
            for (i, field) in self.fields.iter().enumerate() {
                let term = Term::from_field_text(field.field, term);
                let index = reader.inverted_index(field.field)?;
                let postings = index.read_postings(&term, IndexRecordOption::WithFreqs)?;
                evidence.extend(postings.map(|postings| Evidence::Term(i, postings)));
            }
        }
        for code in &concept.codes {
            let term = Term::from_field_text(self.code, code);
            let index = reader.inverted_index(self.code)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic)?;
            evidence.extend(postings.map(Evidence::Code));
        }
        if let Some(substring) = &concept.substring {
            evidence.extend(self.places(reader, substring));
        }
        for alternative in &concept.alternatives {
            let share = |found| Evidence::Share(alternative.weight, Box::new(found));
            let found = self.alternative(reader, alternative)?;
            evidence.extend(found.into_iter().map(share));
        }
        Ok(evidence)
    }

    fn alternative(
        &self,
        reader: &SegmentReader,
        Alternative { text, stands, .. }: &Alternative,
    ) -> tantivy::Result<Vec<Evidence>> {
        let mut evidence = Vec::new();
        match stands {
            StandIn::Word => {
                for (i, field) in self.fields.iter().enumerate() {
                    let term = Term::from_field_text(field.field, text);
                    let index = reader.inverted_index(field.field)?;
                    let postings = index.read_postings(&term, IndexRecordOption::WithFreqs)?;
                    evidence.extend(postings.map(|postings| Evidence::Term(i, postings)));
                }
            }
            StandIn::Substring(substring) => evidence.extend(self.places(reader, substring)),
            StandIn::Code => {
                let term = Term::from_field_text(self.code, text);
                let index = reader.inverted_index(self.code)?;
                let postings = index.read_postings(&term, IndexRecordOption::Basic)?;
                evidence.extend(postings.map(Evidence::Code));
            }
        }
        Ok(evidence)
    }

    /// Where a substring stands in a segment, field by field.
    fn places(&self, reader: &SegmentReader, substring: &Substring) -> Vec<Evidence> {
        let Some(segment) = self.segment(reader) else {
            return Vec::new();
        };
        let found = |field| Found {
            occurrences: Arc::clone(&substring.fields),
            field,
            segment,
            next: 0,
        };
        let fields = 0..substring.fields.len();
        fields
            .map(|field| Evidence::Substring(found(field)))
            .collect()
    }

    fn segment(&self, reader: &SegmentReader) -> Option<usize> {
        let id = reader.segment_id();
        self.segments.iter().position(|&segment| segment == id)
    }
}

/// A concept in a segment.
struct Scored {
    evidence: Vec<Evidence>,
    score: f32,
    /// Its share of the query, not yet divided by that of all.
    mass: f32,
}

enum Evidence {
    /// A term in the field with this number.
    Term(usize, SegmentPostings),
    /// A substring in a field.
    Substring(Found),
    /// The document is about a security with such a code.
    Code(SegmentPostings),
    /// Evidence of an alternative, and the share of it that counts.
    Share(f32, Box<Evidence>),
}

impl Evidence {
    fn doc(&self) -> DocId {
        match self {
            Evidence::Term(_, postings) | Evidence::Code(postings) => postings.doc(),
            Evidence::Substring(found) => found.doc(),
            Evidence::Share(_, evidence) => evidence.doc(),
        }
    }

    fn advance(&mut self) -> DocId {
        match self {
            Evidence::Term(_, postings) | Evidence::Code(postings) => postings.advance(),
            Evidence::Substring(found) => {
                found.next += 1;
                found.doc()
            }
            Evidence::Share(_, evidence) => evidence.advance(),
        }
    }

    fn seek(&mut self, target: DocId) {
        if self.doc() < target {
            match self {
                Evidence::Term(_, postings) | Evidence::Code(postings) => {
                    postings.seek(target);
                }
                Evidence::Substring(found) => found.seek(target),
                Evidence::Share(_, evidence) => evidence.seek(target),
            }
        }
    }

    /// Weighted and length-normalised frequency in the current document.
    fn frequency(&self, fields: &[Norms]) -> f32 {
        match self {
            Evidence::Term(field, postings) => {
                fields[*field].normalise(postings.doc(), postings.term_freq())
            }
            Evidence::Substring(found) => {
                fields[found.field].normalise(found.doc(), found.occurrences())
            }
            Evidence::Code(_) => CODE_FREQUENCY,
            // However often another name occurs, what was typed counts for more.
            Evidence::Share(share, evidence) => {
                let frequency = evidence.frequency(fields);
                share * frequency / (frequency + 1.0)
            }
        }
    }

    fn size_hint(&self) -> u32 {
        match self {
            Evidence::Term(_, postings) | Evidence::Code(postings) => postings.size_hint(),
            Evidence::Substring(found) => found.rest().len() as u32,
            Evidence::Share(_, evidence) => evidence.size_hint(),
        }
    }
}

/// Walks the documents of a segment in which a substring stands.
struct Found {
    occurrences: Arc<Vec<Occurrences>>,
    field: usize,
    segment: usize,
    next: usize,
}

impl Found {
    fn rest(&self) -> &[(DocId, u32)] {
        let segments = &self.occurrences[self.field].segments;
        let all = segments.get(self.segment).map_or(&[][..], Vec::as_slice);
        all.get(self.next..).unwrap_or_default()
    }

    fn doc(&self) -> DocId {
        self.rest().first().map_or(TERMINATED, |&(doc, _)| doc)
    }

    fn occurrences(&self) -> u32 {
        self.rest().first().map_or(0, |&(_, count)| count)
    }

    fn seek(&mut self, target: DocId) {
        self.next += self.rest().partition_point(|&(doc, _)| doc < target);
    }
}

/// A document about a security counts as if its code stood in the text so often.
const CODE_FREQUENCY: f32 = 3.0;

/// Weight over relative length, for each length that a segment tells apart.
struct Norms {
    reader: FieldNormReader,
    factors: [f32; 256],
}

impl Norms {
    fn open(segment: &SegmentReader, field: WeightedField) -> tantivy::Result<Norms> {
        let reader = segment.get_fieldnorms_reader(field.field)?;
        let factor = |id: usize| {
            let length = FieldNormReader::id_to_fieldnorm(id as u8) as f32;
            field.weight / (1.0 - field.b + field.b * length / field.average)
        };
        Ok(Norms {
            reader,
            factors: std::array::from_fn(factor),
        })
    }

    /// Length of the field in words.
    fn length(&self, doc: DocId) -> u32 {
        self.reader.fieldnorm(doc)
    }

    fn normalise(&self, doc: DocId, frequency: u32) -> f32 {
        frequency as f32 * self.factors[usize::from(self.reader.fieldnorm_id(doc))]
    }
}

/// Scores a window of documents at a time: concept by concept, so that each saturates once over all
/// that stands for it.
struct RankedScorer {
    fields: Vec<Norms>,
    concepts: Vec<Scored>,
    total: f32,
    least: f32,
    coverage: bool,
    deadline: Deadline,
    start: DocId,
    /// By document of the window.
    tallies: Box<[Tally; WINDOW]>,
    /// Of the concept that is being scored.
    frequencies: Box<[f32; WINDOW]>,
    /// Documents of the window that have this concept.
    touched: Bits,
    /// Documents of the window that have any.
    found: Bits,
    next: usize,
    doc: DocId,
}

/// What a document has of the query.
#[derive(Clone, Copy, Default)]
struct Tally {
    score: f32,
    /// The mass of its concepts.
    mass: f32,
    /// As much of it as the document covers.
    covered: f32,
}

impl RankedScorer {
    /// Scores the window with the next documents that have any concept.
    fn next_window(&mut self) {
        loop {
            self.found.drain(|at| self.tallies[at] = Tally::default());
            self.next = 0;
            let evidence = self.concepts.iter().flat_map(|concept| &concept.evidence);
            self.start = evidence.map(Evidence::doc).min().unwrap_or(TERMINATED);
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

    fn score_concept(&mut self, i: usize) {
        let end = self.start.saturating_add(WINDOW as DocId);
        let concept = &mut self.concepts[i];
        for evidence in &mut concept.evidence {
            let mut doc = evidence.doc();
            while doc < end {
                let at = (doc - self.start) as usize;
                self.touched.insert(at);
                self.frequencies[at] += evidence.frequency(&self.fields);
                doc = evidence.advance();
            }
        }
        self.found.insert_all(&self.touched);
        self.touched.drain(|at| {
            let frequency = std::mem::take(&mut self.frequencies[at]);
            let tally = &mut self.tallies[at];
            tally.score += concept.score * saturate(frequency);
            tally.mass += concept.mass;
            tally.covered += concept.mass * frequency.min(1.0);
        });
    }

    /// Moves to the next document of the window that has enough; false where there is none.
    fn take_next(&mut self) -> bool {
        while let Some(at) = self.found.first_from(self.next) {
            self.next = at + 1;
            if self.tallies[at].mass >= self.least {
                self.doc = self.start + at as DocId;
                return true;
            }
        }
        false
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
            for evidence in self
                .concepts
                .iter_mut()
                .flat_map(|concept| &mut concept.evidence)
            {
                evidence.seek(target);
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
        let evidence = self.concepts.iter().flat_map(|concept| &concept.evidence);
        evidence
            .map(Evidence::size_hint)
            .fold(0, u32::saturating_add)
    }
}

impl Scorer for RankedScorer {
    fn score(&mut self) -> Score {
        let Tally { score, covered, .. } = self.tallies[(self.doc - self.start) as usize];
        let coverage = if self.coverage && self.total > 0.0 {
            (covered / self.total).min(1.0)
        } else {
            1.0
        };
        score * coverage
    }
}
