//! What else the words of a query are called, as alternatives of the same concept.

use std::sync::Arc;

use super::concept::{Alternative, Concept, StandIn, Substring};
use super::formula::Part;
use super::gathered::Gathered;
use super::names::{Expansion, Other};
use super::planner::Planner;
use super::scope::Scope;
use super::words::{Word, word_needle};
use crate::analysis::is_han;
use crate::search::query::note::Note;
use crate::search::view::statistics::idf;

/// The longest text in which names of several words are looked for, in characters. Longer ones are
/// headlines and questions, which need no other names to be found by.
const MAX_TEXT: usize = 32;
/// Most words and characters of a name.
const MAX_WORDS: usize = 6;
const MAX_NAME: usize = 20;
/// Most Han characters of a name that may stand across the words of a text.
const MAX_SHORT: usize = 3;

impl Planner<'_> {
    /// Words side by side in a folded text that are a known name become one word.
    pub(super) fn join_known(
        &self,
        folded: &str,
        mut words: Vec<Word>,
    ) -> tantivy::Result<Vec<Word>> {
        if folded.chars().nth(MAX_TEXT).is_some() {
            words
                .iter_mut()
                .for_each(|word| word.is_of_long_text = true);
            return Ok(words);
        }
        let mut joined = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            match self.known_at(folded, &words[at..])? {
                Some((name, length)) => {
                    joined.push(Word::name(name, &words[at..at + length]));
                    at += length;
                }
                None => {
                    joined.push(words[at].clone());
                    at += 1;
                }
            }
        }
        Ok(joined)
    }

    /// The longest known name that the words begin with, and how many of them it has.
    fn known_at<'t>(
        &self,
        folded: &'t str,
        words: &[Word],
    ) -> tantivy::Result<Option<(&'t str, usize)>> {
        for length in (2..=words.len().min(MAX_WORDS)).rev() {
            let name = &folded[words[0].range.start..words[length - 1].range.end];
            if name.chars().nth(MAX_NAME).is_none() && self.names.is_name(name)? {
                return Ok(Some((name, length)));
            }
        }
        Ok(None)
    }

    /// Gives a concept the other names of its word. Letters that nothing matches are read as the
    /// spelling of a name.
    pub(super) fn expand(
        &self,
        concept: &mut Concept,
        word: &str,
        scope: Scope,
        gathered: &mut Gathered,
    ) -> tantivy::Result<()> {
        if !self.formula.has(Part::Names) {
            return Ok(());
        }
        let mut others = self.names.others(word)?;
        others.retain(|other| !self.is_asked(other));
        let is_text = concept.frequency > 0 || self.has_code(concept)?;
        if others.is_empty() && !is_text && word.bytes().all(|b| b.is_ascii_lowercase()) {
            others = self.memo.spelled(word, || self.names.spelled(word))?;
            self.drop_contained(word, concept, &mut others);
            gathered.note(others.first().map(|_| Note::Spelled {
                letters: word.to_owned(),
                names: names(&others),
            }));
        }
        let securities = self.names.securities(word)?;
        gathered.note((securities.len() > 1).then(|| Note::SeveralSecurities {
            code: word.to_owned(),
            securities,
        }));
        self.drop_contained(word, concept, &mut others);
        for other in &others {
            concept
                .alternatives
                .extend(self.alternatives(other, scope)?);
            if !other.is_key {
                gathered
                    .needles
                    .push(word_needle(&other.text, other.weight));
            }
        }
        if !others.is_empty() {
            let all = self.frequency(concept, scope)?;
            match concept.frequency {
                0 => concept.frequency = all,
                // What was typed weighs as rare as it is, and another name as rare as that is.
                own => {
                    let idf = |frequency| idf(self.searcher.num_docs(), frequency);
                    let share = idf(all) / idf(own);
                    concept
                        .alternatives
                        .iter_mut()
                        .for_each(|other| other.weight *= share);
                }
            }
            gathered.expansions.push(Expansion {
                word: word.to_owned(),
                others,
            });
        }
        Ok(())
    }

    /// An everyday word that is a word of the query itself is no evidence of another one: an article
    /// about a wider view is none about 大视野, whose code stands beside it.
    fn is_asked(&self, other: &Other) -> bool {
        let is_word =
            || matches!(&self.words_of(&other.text)[..], [only] if only.text == other.text);
        self.typed.contains(&other.text) && is_word()
    }

    /// A name that contains another says nothing more, and would count twice.
    fn drop_contained(&self, word: &str, concept: &Concept, others: &mut Vec<Other>) {
        let all: Vec<String> = others.iter().map(|other| other.text.clone()).collect();
        let own = concept.substring.is_some().then_some(word);
        others.retain(|other| {
            let contains = |part: &str| part != other.text && other.text.contains(part);
            other.is_key
                || !own
                    .into_iter()
                    .chain(all.iter().map(String::as_str))
                    .any(contains)
        });
    }

    fn alternatives(&self, other: &Other, scope: Scope) -> tantivy::Result<Vec<Alternative>> {
        let alternative = |text: &str, stands: StandIn| Alternative {
            text: text.to_owned(),
            stands,
            weight: other.weight,
        };
        if other.is_key {
            let spellings = self.names.spellings(std::slice::from_ref(&other.text))?;
            let spellings = spellings
                .iter()
                .map(|code| alternative(code, StandIn::Word));
            let code = alternative(&other.text, StandIn::Code);
            return Ok(spellings.chain([code]).collect());
        }
        let words: Vec<String> = self
            .words_of(&other.text)
            .into_iter()
            .map(|word| word.text)
            .collect();
        let stands = match &words[..] {
            [only] if *only == other.text => StandIn::Word,
            _ => StandIn::Substring(self.name(&other.text, &words, scope)?),
        };
        Ok(vec![alternative(&other.text, stands)])
    }

    /// Where a name stands. A short one may stand across the words of a text, as 大视野 in 扩大视野,
    /// and counts only where its own words are words of the text.
    fn name(&self, name: &str, words: &[String], scope: Scope) -> tantivy::Result<Substring> {
        let mut found = self.substring(name, scope)?;
        if name.chars().filter(|&c| is_han(c)).count() <= MAX_SHORT {
            let fields = Arc::make_mut(&mut found.fields);
            for (occurrences, field) in fields.iter_mut().zip(self.weighted(scope, 1)) {
                let text = field.characters.map(|characters| (characters, name));
                occurrences.retain_with(self.searcher, text, field.field, words)?;
            }
            found.words = words.to_vec();
        }
        Ok(found)
    }
}

fn names(others: &[Other]) -> Vec<String> {
    let names = others.iter().filter(|other| !other.is_key);
    names.map(|other| other.text.clone()).collect()
}
