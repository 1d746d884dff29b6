//! Pieces of names that no dictionary has.
//!
//! A name such as 汐珀医药 is cut into 汐/珀/医药, and its single characters say little. What tells it
//! apart is which characters stand side by side in it: its *fragments*, the pairs that a single
//! character makes with its neighbours. A pair of a name comes again, as often as the name does, while
//! one that a headline makes by chance does not: what a fragment counts grows with its *cohesion*, by
//! how much it is more frequent than chance would have it (after Church, Hanks, *Word association
//! norms, mutual information, and lexicography*, Computational Linguistics 16, 1990).

use super::concept::Concept;
use super::formula::Part;
use super::planner::Planner;
use super::scope::Scope;
use super::words::{Word, is_single_han};
use crate::analysis::is_han;

/// Most fragments that are looked for, the rarest first.
const MOST: usize = 8;

/// To look for them, at most one in so many documents is looked at, but so many may be always, and
/// more than so many never: those of a large archive would take longer than all else of a query.
const ONE_IN: u64 = 3;
const FEW: u64 = 1000;
const MANY: u64 = 150_000;

/// A fragment that is so many times as frequent as chance would have it counts half.
const COHESION: f64 = 5.0;

/// Weight of a fragment beside a word.
const WEIGHT: f32 = 0.3;

/// Characters to a word and its parts, as texts have them.
const CHARACTERS: f64 = 1.6;

/// Two characters side by side, and what their own frequencies say of them.
struct Pair {
    text: String,
    /// Documents that have the rarer character: so many are looked at to find those with the pair.
    cost: u64,
    /// Documents that would have it if all characters stood where they do by chance.
    by_chance: f64,
}

impl Planner<'_> {
    /// Adds the fragments among the words of a folded text to the concepts.
    pub(super) fn fragments(
        &self,
        folded: &str,
        words: &[Word],
        scope: Scope,
        concepts: &mut Vec<Concept>,
    ) -> tantivy::Result<()> {
        if !self.formula.has(Part::Fragments) {
            return Ok(());
        }
        let mut pairs: Vec<Pair> = Vec::new();
        for two in words.windows(2) {
            let Some(pair) = fragment(folded, &two[0], &two[1]) else {
                continue;
            };
            let text = String::from_iter(pair);
            let is_known = concepts.iter().any(|concept| concept.stands_for(&text))
                || pairs.iter().any(|pair| pair.text == text);
            if !is_known {
                pairs.push(self.pair(text, scope)?);
            }
        }
        pairs.sort_by(|a, b| (a.cost, &a.text).cmp(&(b.cost, &b.text)));
        pairs.truncate(MOST);
        let mut left = (self.searcher.num_docs() / ONE_IN).clamp(FEW, MANY);
        for pair in pairs {
            self.deadline.check()?;
            if pair.cost > left {
                break;
            }
            left -= pair.cost;
            let found = self.concept(None, Some(&pair.text), scope)?;
            if found.frequency > 0 {
                concepts.push(Concept {
                    weight: WEIGHT * pair.cohesion(found.frequency),
                    is_fragment: true,
                    ..found
                });
            }
        }
        Ok(())
    }

    fn pair(&self, text: String, scope: Scope) -> tantivy::Result<Pair> {
        let documents = self.searcher.num_docs().max(1) as f64;
        let mut cost = u64::MAX;
        let mut by_chance = 1.0 / documents / (CHARACTERS * f64::from(self.lengths.body).max(1.0));
        for c in text.chars() {
            let mut with = 0;
            for field in self.text_fields(scope) {
                let c = c.to_string();
                with += self.characters.documents_with(self.searcher, field, &c)?;
            }
            cost = cost.min(with);
            by_chance *= with as f64;
        }
        Ok(Pair {
            text,
            cost,
            by_chance,
        })
    }
}

impl Pair {
    /// How much of it is no chance, 0 to 1, where so many documents have it.
    fn cohesion(&self, documents: u64) -> f32 {
        let documents = documents as f64;
        (documents / (documents + COHESION * self.by_chance)) as f32
    }
}

/// The last character of a word and the first one of the next, where they may be a piece of a name.
fn fragment(folded: &str, left: &Word, right: &Word) -> Option<[char; 2]> {
    let is_side_by_side = left.range.end == right.range.start;
    let is_framed = left.is_frame || right.is_frame;
    let has_single = is_single_han(&left.text) || is_single_han(&right.text);
    if !is_side_by_side || is_framed || !has_single {
        return None;
    }
    let last = folded[left.range.clone()].chars().last()?;
    let first = folded[right.range.clone()].chars().next()?;
    (is_han(last) && is_han(first)).then_some([last, first])
}
