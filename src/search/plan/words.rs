//! Unquoted text to what it asks for.

use std::ops::Range;
use std::sync::Arc;

use tantivy::schema::Term;

use super::codes;
use super::concept::{Concept, Substring, WeightedField};
use super::formula::Part;
use super::gathered::Gathered;
use super::needle::{Needle, NeedleKind};
use super::planner::Planner;
use super::scope::Scope;
use super::units::units;
use crate::analysis::{is_han, numbered_name};
use crate::search::view::occurrences::Occurrences;
use crate::search::view::statistics::documents_with;

/// Weight of text that no document need have.
const ASIDE: f32 = 0.3;

/// The longest text that is taken for a name, in characters. In longer ones, such as questions,
/// single characters side by side are mostly little words.
const MAX_NAME: usize = 8;

/// The longest text in which dates and numbers with their units are one thing, in characters. A longer
/// one has enough else to be found by.
const MAX_WITH_UNITS: usize = 16;

/// A word of a query, with the words inside it.
#[derive(Clone)]
pub(in crate::search) struct Word {
    pub text: String,
    /// Where it stands in the folded text, in bytes.
    pub range: Range<usize>,
    pub parts: Vec<String>,
    /// It stands in a text so long that other names are not looked for.
    pub is_of_long_text: bool,
    /// It is several words as the dictionary cuts, and so to be looked for as a substring.
    is_name: bool,
    /// It frames a request, and says little of what is asked for.
    pub is_frame: bool,
}

impl Word {
    fn new(text: &str, range: Range<usize>) -> Word {
        Word {
            text: text.to_owned(),
            range,
            parts: Vec::new(),
            is_of_long_text: false,
            is_name: false,
            is_frame: false,
        }
    }

    /// Words side by side that are one name; they stand for it where it does not occur.
    pub fn name(text: &str, words: &[Word]) -> Word {
        let start = words.first().map_or(0, |word| word.range.start);
        let end = words.last().map_or(start, |word| word.range.end);
        Word {
            parts: words.iter().map(|word| word.text.clone()).collect(),
            is_name: true,
            ..Word::new(text, start..end)
        }
    }
}

/// The words, names with a number behind them in two: `S&P500` is `S&P 500`.
fn apart(words: Vec<Word>) -> Vec<Word> {
    let mut all = Vec::with_capacity(words.len());
    for word in words {
        let Some(at) = numbered_name(&word.text).filter(|_| word.text.len() == word.range.len())
        else {
            all.push(word);
            continue;
        };
        let (start, middle, end) = (word.range.start, word.range.start + at, word.range.end);
        all.push(Word::new(&word.text[..at], start..middle));
        all.push(Word::new(&word.text[at..], middle..end));
    }
    all
}

/// The words that are a date or a number with its unit as one, which no part of it stands for:
/// `1月5日` is not `1.5匹`.
fn join_units(folded: &str, words: Vec<Word>) -> Vec<Word> {
    let mut joined = words;
    for unit in units(folded) {
        let is_inside = |word: &Word| unit.start <= word.range.start && word.range.end <= unit.end;
        let Some(first) = joined.iter().position(is_inside) else {
            continue;
        };
        let count = joined[first..]
            .iter()
            .take_while(|word| is_inside(word))
            .count();
        let is_whole = joined[first].range.start == unit.start
            && joined[first + count - 1].range.end == unit.end;
        if count > 1 && is_whole {
            let mut one = Word::name(&folded[unit.clone()], &joined[first..first + count]);
            one.parts.clear();
            joined.splice(first..first + count, [one]);
        }
    }
    joined
}

impl Planner<'_> {
    /// The concepts of unquoted text. Signs without words (`!!`) count only where nothing else does.
    pub(super) fn words(
        &self,
        text: &str,
        scope: Scope,
        gathered: &mut Gathered,
        concepts: &mut Vec<Concept>,
    ) -> tantivy::Result<()> {
        let folded = self.analyzer.fold(text);
        let words = apart(self.words_of(&folded));
        if words.is_empty() && !folded.is_empty() {
            gathered.needles.push(word_needle(&folded, 0.3));
            let signs = self.concept(None, Some(&folded), scope)?;
            concepts.push(Concept {
                counts: false,
                ..signs
            });
        }
        let words = self.join_known(&folded, words)?;
        let words = match folded.chars().nth(MAX_WITH_UNITS) {
            None => join_units(&folded, words),
            Some(_) => words,
        };
        let mut unknown = Vec::new();
        let words = match folded.chars().nth(MAX_NAME) {
            None => self.join_names(words, scope, &mut unknown)?,
            Some(_) => words,
        };
        if words.len() > 1 {
            gathered.needles.push(word_needle(&folded, 1.0));
        }
        let words = self.with_frame(words);
        self.fragments(&folded, &words, scope, concepts)?;
        for word in words {
            let is_known = |concept: &Concept| concept.stands_for(&word.text);
            if concepts.iter().any(is_known) {
                continue;
            }
            match word.is_frame {
                true => self.frame_word(&word.text, scope, gathered, concepts)?,
                false => self.concepts_of(word, scope, gathered, concepts)?,
            }
        }
        let is_in_name = |word: &String| unknown.iter().any(|name: &String| name.contains(word));
        gathered.missing.retain(|word| !is_in_name(word));
        gathered.missing.extend(unknown);
        Ok(())
    }

    /// The concepts of text that no document need have.
    pub(super) fn aside(
        &self,
        text: &str,
        scope: Scope,
        gathered: &mut Gathered,
        concepts: &mut Vec<Concept>,
    ) -> tantivy::Result<()> {
        let mut own = Gathered::default();
        let first = concepts.len();
        self.words(text, scope, &mut own, concepts)?;
        for concept in &mut concepts[first..] {
            concept.weight *= ASIDE;
            concept.counts = false;
        }
        gathered.needles.append(&mut own.needles);
        Ok(())
    }

    /// Single Han characters side by side are a name that the dictionary does not know, and become
    /// one word. Names that no text has are `unknown`; their characters are searched instead.
    fn join_names(
        &self,
        words: Vec<Word>,
        scope: Scope,
        unknown: &mut Vec<String>,
    ) -> tantivy::Result<Vec<Word>> {
        let mut joined = Vec::with_capacity(words.len());
        for run in words.chunk_by(|a, b| is_single_han(&a.text) && is_single_han(&b.text)) {
            if run.len() > 1 {
                let name: String = run.iter().map(|word| word.text.as_str()).collect();
                if self.concept(None, Some(&name), scope)?.frequency > 0 {
                    joined.push(Word::name(&name, run));
                    continue;
                }
                unknown.push(name);
            }
            joined.extend_from_slice(run);
        }
        Ok(joined)
    }

    /// The words of a folded text, each with its parts.
    pub(super) fn words_of(&self, folded: &str) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut scratch = self.scratch.borrow_mut();
        self.analyzer
            .cut(folded, &mut scratch, |cut| match words.last_mut() {
                Some(last) if cut.part => last.parts.push(cut.text.to_string()),
                _ => words.push(Word::new(cut.text, cut.range)),
            });
        words
    }

    /// One word matches as a term. Without such a term it matches as a substring. Its sub-words add a
    /// little score, and replace it if it occurs nowhere. The parts of a security's code say nothing;
    /// other ways to write the code do.
    fn concepts_of(
        &self,
        word: Word,
        scope: Scope,
        gathered: &mut Gathered,
        concepts: &mut Vec<Concept>,
    ) -> tantivy::Result<()> {
        self.deadline.check()?;
        let mut concept = match word.is_name {
            true => self.concept(None, Some(&word.text), scope)?,
            false => self.word(&word.text, scope)?,
        };
        concept.codes = codes::keys_of_word(&word.text);
        if !word.is_of_long_text || !concept.codes.is_empty() {
            self.expand(&mut concept, &word.text, scope, gathered)?;
        }
        let is_known = !concept.codes.is_empty() && !concept.alternatives.is_empty();
        let has_code = self.has_code(&concept)?;
        gathered.needles.push(word_needle(&word.text, 1.0));
        let mut parts = word.parts;
        if is_known || has_code {
            parts.clear();
            for code in self.names.spellings(&concept.codes)? {
                gathered.needles.push(word_needle(&code, 1.0));
                concept.terms.push(code);
            }
            concept.frequency = self.frequency(&concept, scope)?;
        }
        let occurs = concept.frequency > 0 || has_code;
        if word.is_name && occurs {
            parts.clear();
        }
        let mut is_replaced = false;
        for part in parts {
            let is_stand_in = !occurs && !is_single(&part);
            if !is_stand_in && !self.formula.has(Part::Subwords) {
                continue;
            }
            is_replaced |= is_stand_in;
            concepts.push(Concept {
                weight: if is_stand_in { 0.7 } else { 0.2 },
                counts: is_stand_in,
                ..self.concept(Some(&part), None, scope)?
            });
            if !is_single(&part) {
                gathered.needles.push(word_needle(&part, 0.3));
            }
        }
        if !is_replaced {
            concepts.push(concept);
        }
        if !occurs {
            gathered.missing.push(word.text);
        }
        Ok(())
    }

    /// The concept of a word: where no text was cut so, the texts that contain it. So for a single
    /// Han character, which is seldom a word of its own.
    pub(super) fn word(&self, word: &str, scope: Scope) -> tantivy::Result<Concept> {
        if is_single_han(word) {
            return self.concept(None, Some(word), scope);
        }
        let concept = self.concept(Some(word), None, scope)?;
        match concept.frequency {
            0 => self.concept(Some(word), Some(word), scope),
            _ => Ok(concept),
        }
    }

    /// A concept that counts in full: a word of the texts, a substring of them, or both.
    pub(super) fn concept(
        &self,
        word: Option<&str>,
        substring: Option<&str>,
        scope: Scope,
    ) -> tantivy::Result<Concept> {
        let substring = substring.map(|text| self.substring(text, scope));
        let mut concept = Concept {
            terms: word.map(str::to_owned).into_iter().collect(),
            substring: substring.transpose()?,
            codes: Vec::new(),
            alternatives: Vec::new(),
            frequency: 0,
            weight: 1.0,
            counts: true,
            is_fragment: false,
        };
        concept.frequency = self.frequency(&concept, scope)?;
        Ok(concept)
    }

    pub(super) fn substring(&self, text: &str, scope: Scope) -> tantivy::Result<Substring> {
        let fields = || self.weighted(scope, 1).into_iter();
        let find_in = |field: WeightedField| {
            field
                .characters
                .map_or(Ok(Occurrences::default()), |field| {
                    Occurrences::find(self.searcher, field, text, self.characters, self.deadline)
                })
        };
        let fields = match is_single(text) {
            true => Arc::new(fields().map(find_in).collect::<tantivy::Result<_>>()?),
            false => self
                .memo
                .text(text, scope, || fields().map(find_in).collect())?,
        };
        Ok(Substring {
            text: text.to_owned(),
            fields,
            words: Vec::new(),
        })
    }

    /// Whether any document is about a security with one of the concept's codes.
    pub(super) fn has_code(&self, concept: &Concept) -> tantivy::Result<bool> {
        for code in &concept.codes {
            let term = Term::from_field_text(self.fields.code, code);
            if documents_with(self.searcher, &term)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn frequency(&self, concept: &Concept, scope: Scope) -> tantivy::Result<u64> {
        self.ranked(Vec::new(), scope)
            .document_frequency(self.searcher, concept)
    }
}

pub(super) fn is_single_han(text: &str) -> bool {
    is_single(text) && text.starts_with(is_han)
}

fn is_single(text: &str) -> bool {
    text.chars().nth(1).is_none()
}

pub(super) fn word_needle(text: &str, weight: f32) -> Needle {
    Needle {
        text: text.to_owned(),
        weight,
        kind: NeedleKind::Word,
    }
}
