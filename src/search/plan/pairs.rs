//! Units smaller than words: pairs of characters, and what the plain formulas count.

use super::concept::Concept;
use super::formula::{Part, Units};
use super::frame::FRAME;
use super::planner::Planner;
use super::scope::Scope;
use super::words::is_single_han;
use crate::analysis::is_han;
use crate::search::view::statistics::idf;

/// Most pairs of characters that are looked for in the best documents.
const MAX_PAIRS: usize = 64;

impl Planner<'_> {
    /// The first pairs of characters side by side in a text, each once, with their idf. Fragments among
    /// the concepts were looked for.
    pub(super) fn pairs(
        &self,
        text: &str,
        concepts: &[Concept],
        scope: Scope,
    ) -> tantivy::Result<Vec<([char; 2], f32)>> {
        if !self.formula.has(Part::Pairs) {
            return Ok(Vec::new());
        }
        let folded = self.analyzer.fold(text);
        let words = self.with_frame(self.words_of(&folded));
        let is_framed = |at: usize| {
            let mut frame = words.iter().filter(|word| word.is_frame);
            frame.any(|word| word.range.contains(&at))
        };
        let folded: Vec<(char, bool)> = folded
            .char_indices()
            .map(|(at, c)| (c, is_framed(at)))
            .collect();
        let is_pair = |pair: [char; 2]| {
            pair.iter().all(|c| c.is_alphanumeric()) && pair.iter().any(|&c| is_han(c))
        };
        let mut pairs: Vec<([char; 2], f32)> = Vec::new();
        for two in folded.windows(2) {
            let pair = [two[0].0, two[1].0];
            let is_known = pairs.iter().any(|&(known, _)| known == pair);
            if is_known || pairs.len() == MAX_PAIRS || !is_pair(pair) {
                continue;
            }
            let is_framed = two.iter().any(|&(_, is_framed)| is_framed);
            let weight = if is_framed { FRAME } else { 1.0 };
            pairs.push((pair, weight * self.idf_of_pair(pair, concepts, scope)?));
        }
        Ok(pairs)
    }

    /// Where the pair is a word, its idf; else what it were if its characters fell together by
    /// chance: two words of a text that stand side by side mostly do.
    fn idf_of_pair(
        &self,
        pair: [char; 2],
        concepts: &[Concept],
        scope: Scope,
    ) -> tantivy::Result<f32> {
        let documents = self.searcher.num_docs();
        let text = String::from_iter(pair);
        let mut fragments = concepts.iter().filter(|concept| concept.is_fragment);
        if let Some(fragment) = fragments.find(|fragment| fragment.stands_for(&text)) {
            return Ok(idf(documents, fragment.frequency));
        }
        let word = self.concept(Some(&text), None, scope)?;
        if word.frequency > 0 {
            return Ok(idf(documents, word.frequency));
        }
        let mut expected = 1.0 / documents.max(1) as f64;
        for c in pair {
            let mut most = 0;
            for field in self.text_fields(scope) {
                let documents =
                    self.characters
                        .documents_with(self.searcher, field, &c.to_string())?;
                most = most.max(documents);
            }
            expected *= most as f64;
        }
        Ok(idf(documents, expected as u64))
    }

    /// The concepts of a text by the units of a plain formula, each once.
    pub(super) fn plain(
        &self,
        units: Units,
        text: &str,
        scope: Scope,
    ) -> tantivy::Result<Vec<Concept>> {
        let folded = self.analyzer.fold(text);
        let mut terms: Vec<String> = Vec::new();
        let mut substrings: Vec<String> = Vec::new();
        for word in self.words_of(&folded) {
            let is_written_small = matches!(units, Units::Bigrams | Units::Characters);
            if is_written_small && word.text.contains(is_han) {
                continue;
            }
            terms.push(word.text);
            if units == Units::Subwords {
                terms.extend(word.parts);
            }
        }
        for run in folded.split(|c| !is_han(c)).filter(|run| !run.is_empty()) {
            let characters: Vec<char> = run.chars().collect();
            let length = match units {
                Units::Words | Units::Subwords => break,
                Units::Bigrams | Units::WordsAndBigrams => 2.min(characters.len()),
                Units::Characters => 1,
            };
            substrings.extend(characters.windows(length).map(String::from_iter));
        }
        // A single Han character is seldom cut as a word of its own.
        let (single, terms): (Vec<String>, Vec<String>) =
            terms.into_iter().partition(|term| is_single_han(term));
        let terms = each_once(terms).map(|term| self.concept(Some(&term), None, scope));
        let terms: Vec<Concept> = terms.collect::<Result<_, _>>()?;
        let substrings = each_once([single, substrings].concat());
        let substrings = substrings.map(|text| self.concept(None, Some(&text), scope));
        terms.into_iter().map(Ok).chain(substrings).collect()
    }
}

fn each_once(mut texts: Vec<String>) -> impl Iterator<Item = String> {
    texts.sort_unstable();
    texts.dedup();
    texts.into_iter()
}
