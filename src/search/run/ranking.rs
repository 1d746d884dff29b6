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
//! coverage(q, d) = ( Σ_c  idf(c)² · min(1, f(c, d))  /  Σ_c  idf(c)² )^(3/2)
//! ```
//!
//! The weight and the b of each field are set in `weighted` of `plan/planner.rs`: a title weighs the
//! more, the more documents have one.
//!
//! One saturation over all fields (BM25F: Robertson, Zaragoza, Taylor, *Simple BM25 extension to
//! multiple weighted fields*, CIKM 2004) lets archives with and without titles rank alike: a title
//! adds to what is known of a word, it does not make a second score. *Coverage* is the share of the
//! query that the document covers, so that a document with all words goes before one that repeats a
//! few; a query of one concept has no shares, and none is counted. A word has idf² of it: what a
//! document lacks of a question may be its wording, but never the name that it asks for. An
//! occurrence in a text of average length covers its word; one in passing in a longer text, which
//! has many words by chance, covers it in part. Of the least share that a document must have, a
//! word has √idf: there all words are needed. For a like reason `b` of the body grows with the
//! number of words: the longer the query, the more of it a long text has by chance (Zhai, Lafferty,
//! *A study of smoothing methods for language models*, SIGIR 2001).
//!
//! The texts of the best fifty by this score are then read ([`look`]):
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
//! characters stand before the word, the body's counted on after the title: what a text is about
//! stands early in it. λ is half as large where the query is a request, with a frame around its words:
//! that asks for what a text says, not for what it is about. Nothing is taken away, so that the
//! documents that were read stay before all others.
//!
//! Of substrings and single characters at most three occurrences count in a field
//! ([`MOST`](crate::index::MOST)).
//!
//! Every figure is counted over the documents of the index, never over removed ones, so that scores
//! depend on the articles alone.

use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, Score, SegmentReader, TantivyError};

use crate::search::view::deadline::Deadline;

mod bits;
mod evidence;
pub mod look;
mod saturation;
pub mod scorer;
mod window;

#[cfg(feature = "opensearch")]
pub(crate) use evidence::{CODE_FREQUENCY, share_of};
use evidence::{Evidence, Found, Norms, Places, Postings};
use scorer::{Demand, RankedScorer, Scored};

use crate::search::plan::concept::{Concept, Ranked, StandIn, Substring, WeightedField};
use crate::search::view::statistics::idf;

/// Documents that have enough of the query's words, scored.
#[derive(Debug, Clone)]
pub(in crate::search) struct RankedQuery {
    pub ranked: Ranked,
    /// All documents there are.
    pub documents: u64,
    /// After it no more documents are found.
    pub deadline: Deadline,
}

impl Query for RankedQuery {
    fn weight(&self, scoring: EnableScoring) -> tantivy::Result<Box<dyn Weight>> {
        let Some(searcher) = scoring.searcher() else {
            return Err(TantivyError::InvalidArgument(
                "a ranked query needs statistics".into(),
            ));
        };
        let is_needed = |one: &Weighed| one.concept.counts || scoring.is_scoring_enabled();
        let (mut concepts, least) = weighed(&self.ranked, self.documents);
        concepts.retain(is_needed);
        let total = concepts.iter().map(|concept| concept.mass).sum();
        let segments = searcher.segment_readers().iter();
        Ok(Box::new(RankedWeight {
            segments: segments.map(SegmentReader::segment_id).collect(),
            fields: self.ranked.fields.clone(),
            code: self.ranked.code,
            concepts,
            total,
            least,
            coverage: self.ranked.coverage,
            deadline: self.deadline,
        }))
    }
}

/// What a fragment counts in the coverage, beside a word as frequent: it is of two characters, and
/// both are told apart by it.
const FRAGMENT: f32 = 3.0;

struct RankedWeight {
    segments: Vec<SegmentId>,
    fields: Vec<WeightedField>,
    code: Field,
    /// Those that weigh most in the query first.
    concepts: Vec<Weighed>,
    /// What all of them weigh in the coverage.
    total: f32,
    /// The least share of the words that a document must have; what it has of fragments counts.
    least: f32,
    coverage: bool,
    deadline: Deadline,
}

/// A concept and what it weighs.
pub(crate) struct Weighed {
    pub concept: Concept,
    /// In the score.
    pub score: f32,
    /// In the coverage: nothing where it does not count.
    pub mass: f32,
    /// In the least share: nothing where it does not count.
    pub share: f32,
}

/// The concepts, those that weigh most first, and the least share that a document must have of them,
/// where there are so many documents in all.
pub(crate) fn weighed(ranked: &Ranked, documents: u64) -> (Vec<Weighed>, f32) {
    let concepts = ranked.concepts.iter();
    let mut concepts: Vec<Weighed> = concepts
        .map(|concept| Weighed::new(concept, documents))
        .collect();
    concepts.sort_by(|a, b| b.share.total_cmp(&a.share));
    let words = concepts.iter().filter(|one| !one.concept.is_fragment);
    let of_words = words.map(|word| word.share).sum::<f32>();
    (concepts, ranked.minimum * of_words * 0.9999)
}

impl Weighed {
    fn new(concept: &Concept, documents: u64) -> Weighed {
        let idf = idf(documents, concept.frequency);
        let (mass, share) = match (concept.counts, concept.is_fragment) {
            (false, _) => (0.0, 0.0),
            (true, false) => (idf * idf, idf.sqrt()),
            (true, true) => (FRAGMENT * concept.weight * idf * idf, idf.sqrt()),
        };
        Weighed {
            concept: concept.clone(),
            score: concept.weight * idf,
            mass,
            share,
        }
    }
}

impl Weight for RankedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.deadline.check()?;
        let mut fields = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            fields.push(Norms::open(reader, *field)?);
        }
        let mut concepts = Vec::with_capacity(self.concepts.len());
        for weighed in &self.concepts {
            let evidence = self.evidence(reader, &weighed.concept)?;
            if !evidence.is_empty() {
                concepts.push(Scored {
                    evidence,
                    score: boost * weighed.score,
                    mass: weighed.mass,
                    share: weighed.share,
                });
            }
        }
        let demand = Demand {
            total: self.total,
            least: self.least,
            coverage: self.coverage,
        };
        let documents = reader.max_doc();
        let scorer = RankedScorer::new(fields, concepts, documents, demand, self.deadline);
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
        let texts = concept.terms.len() + concept.alternatives.len() + 1;
        // Made where they stay, since postings are large.
        let mut evidence = Vec::with_capacity(texts * self.fields.len() + concept.codes.len());
        let mut own = |found| evidence.push(Evidence { found, share: None });
        for term in &concept.terms {
            self.word(reader, term, &mut own)?;
        }
        for code in &concept.codes {
            self.code(reader, code, &mut own)?;
        }
        if let Some(substring) = &concept.substring {
            self.places(reader, substring, &mut own)?;
        }
        for alternative in &concept.alternatives {
            let share = Some(alternative.weight);
            let mut other = |found| evidence.push(Evidence { found, share });
            match &alternative.stands {
                StandIn::Word => self.word(reader, &alternative.text, &mut other)?,
                StandIn::Substring(substring) => self.places(reader, substring, &mut other)?,
                StandIn::Code => self.code(reader, &alternative.text, &mut other)?,
            }
        }
        Ok(evidence)
    }

    /// Where a word stands in a segment, field by field.
    fn word(
        &self,
        reader: &SegmentReader,
        word: &str,
        take: &mut impl FnMut(Found),
    ) -> tantivy::Result<()> {
        let fields = self.fields.iter().map(|field| Some(field.field));
        self.term(reader, word, fields, take)
    }

    fn term(
        &self,
        reader: &SegmentReader,
        text: &str,
        fields: impl Iterator<Item = Option<Field>>,
        take: &mut impl FnMut(Found),
    ) -> tantivy::Result<()> {
        for (i, field) in fields.enumerate() {
            let Some(field) = field else { continue };
            let term = Term::from_field_text(field, text);
            let index = reader.inverted_index(field)?;
            let postings = index.read_block_postings(&term, IndexRecordOption::WithFreqs)?;
            if let Some(postings) = postings {
                take(Found::Term(i, Postings::new(postings)));
            }
        }
        Ok(())
    }

    /// Which documents of a segment are about a security.
    fn code(
        &self,
        reader: &SegmentReader,
        code: &str,
        take: &mut impl FnMut(Found),
    ) -> tantivy::Result<()> {
        let term = Term::from_field_text(self.code, code);
        let index = reader.inverted_index(self.code)?;
        let postings = index.read_block_postings(&term, IndexRecordOption::Basic)?;
        if let Some(postings) = postings {
            take(Found::Code(Postings::new(postings)));
        }
        Ok(())
    }

    /// Where a substring stands in a segment, field by field.
    fn places(
        &self,
        reader: &SegmentReader,
        substring: &Substring,
        take: &mut impl FnMut(Found),
    ) -> tantivy::Result<()> {
        if substring.is_character() {
            let fields = self.fields.iter().map(|field| field.characters);
            return self.term(reader, &substring.text, fields, take);
        }
        if let Some(segment) = self.segment(reader) {
            for field in 0..substring.fields.len() {
                take(Found::Substring(Places {
                    occurrences: Arc::clone(&substring.fields),
                    field,
                    segment,
                    next: 0,
                }));
            }
        }
        Ok(())
    }

    fn segment(&self, reader: &SegmentReader) -> Option<usize> {
        let id = reader.segment_id();
        self.segments.iter().position(|&segment| segment == id)
    }
}
