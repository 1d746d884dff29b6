//! What the words of a query ask for, and how it counts.

use std::sync::Arc;

use tantivy::schema::{Field, Term};

use crate::search::view::counted::Engine;
use crate::search::view::occurrences::Occurrences;
use crate::search::view::statistics::documents_with;

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
    /// It is a piece of a name that no dictionary has, not a word of the query.
    pub is_fragment: bool,
}

/// A folded text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Substring {
    pub text: String,
    /// By field of the query; nowhere in a field without characters. Of a single character only the
    /// number of documents: it is a term, and need not be looked for before it is scored.
    pub fields: Arc<Vec<Occurrences>>,
    /// Words that a field must have, too, where it counts.
    #[cfg_attr(not(feature = "opensearch"), allow(dead_code))]
    pub words: Vec<String>,
}

impl Substring {
    pub fn is_character(&self) -> bool {
        self.text.chars().nth(1).is_none()
    }
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
    /// Whether it is a word of the query that counts for the coverage.
    pub fn is_counted_word(&self) -> bool {
        self.counts && !self.is_fragment
    }

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

/// The words of a query that count for the coverage.
pub(super) fn counted_words(concepts: &[Concept]) -> impl Iterator<Item = &Concept> {
    concepts.iter().filter(|concept| concept.is_counted_word())
}

/// Documents that have enough of the query's words, scored.
#[derive(Debug, Clone)]
pub(crate) struct Ranked {
    pub fields: Vec<WeightedField>,
    /// The field of securities' codes.
    pub code: Field,
    pub concepts: Vec<Concept>,
    /// Least share of the query that a document must have, however rarely, 0 to 1; with 0 any word
    /// will do.
    pub minimum: f32,
    /// Whether the coverage is a factor of the score.
    pub coverage: bool,
}

impl Ranked {
    /// The same, for documents that have at least this share of the query.
    pub fn with_minimum(self, minimum: f32) -> Ranked {
        Ranked { minimum, ..self }
    }

    /// Words that count for the coverage.
    pub fn words(&self) -> usize {
        counted_words(&self.concepts).count()
    }

    /// Documents that have a concept, but for its codes: the most that have any of its terms or its
    /// substring in any field.
    pub fn document_frequency(&self, searcher: &Engine, concept: &Concept) -> tantivy::Result<u64> {
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

/// What to look for in some fields, which are read one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub fields: Vec<WeightedField>,
    /// Two folded characters side by side, with their idf.
    pub pairs: Vec<([char; 2], f32)>,
    /// Folded texts that stand for a word of the query, with its idf.
    pub words: Vec<(Vec<String>, f32)>,
    /// The folded text of a request with its frame: where a text has it as typed, its words stand as
    /// if at the beginning.
    pub request: Option<String>,
    /// It asks for something at its beginning or its end.
    pub is_framed: bool,
}

impl Look {
    pub fn weight_of_words(&self) -> f32 {
        self.words.iter().map(|(_, idf)| idf).sum()
    }
}
