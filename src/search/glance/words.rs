//! Words that an archive uses and the dictionary lacks.
//!
//! ```text
//! texts → runs (the words of each, cut) → joined (words side by side, counted) → voice (is it one word?)
//! ```

mod joined;
mod runs;
mod voice;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use tantivy::DocId;

use self::joined::{Joined, joined};
use self::runs::Runs;
use self::voice::Voice;
use super::error::GlanceError;
use super::matched::{COUNTS, Matched};
use crate::index::IndexError;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;
use crate::search::view::snapshot::Snapshot;

/// How many new words to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WordOptions {
    /// Most words, 1 to 10,000.
    pub top: usize,
}

impl Default for WordOptions {
    fn default() -> WordOptions {
        WordOptions { top: 100 }
    }
}

/// Words that an archive uses and the dictionary lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewWords {
    /// Which commit of the index answered.
    pub generation: String,
    /// Articles that match.
    pub articles: u64,
    /// Articles that were read: all, or of more than 200,000 as many, evenly from all.
    pub read: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    /// The words of most articles first.
    pub words: Vec<NewWord>,
}

/// What is likely to be a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewWord {
    /// The word, folded.
    pub text: String,
    /// Articles that were read and have it.
    pub articles: u64,
    /// How often they have it.
    pub occurrences: u64,
    /// What it is cut into, parted by blanks.
    pub cut: String,
    /// How much more often its parts stand together than by chance: the least normalised pointwise
    /// mutual information of all ways to part it in two, up to 1.
    pub cohesion: f64,
    /// How freely other words stand before and behind it: the smaller of the two entropies, in nats.
    pub freedom: f64,
    /// The share of some of its occurrences in which the hidden Markov model of jieba sees one word, 0 to 1.
    pub seen: f64,
}

/// Most words that can be asked for.
const MAX_WORDS: usize = 10_000;
/// Characters of a long word.
const LONG: usize = 6;
/// Most articles that are read.
const MOST_READ: u64 = 200_000;

impl Searcher {
    /// Proposes words that the articles which a request matches use and the dictionary lacks, each in at least
    /// five of them, for the list of words that an index is made with
    /// ([`IndexOptions::dictionary`](crate::IndexOptions::dictionary)).
    ///
    /// Words of the dictionary that stand side by side are one word if they do so far more often than by chance
    /// and if what is before and behind them changes freely (cohesion and freedom, as in Matrix67, 《互联网时代的
    /// 社会语言学：基于SNS的文本数据挖掘》, 2012); jieba's hidden Markov model is heard where that leaves doubt.
    ///
    /// # Errors
    /// When `top` is out of bounds, or as [`answer`](Self::answer).
    pub fn new_words(
        &self,
        request: &Request,
        options: &WordOptions,
    ) -> Result<NewWords, GlanceError> {
        if !(1..=MAX_WORDS).contains(&options.top) {
            let problem = format!("{} is not a number from 1 to {MAX_WORDS}", options.top);
            return Err(GlanceError::argument("top", problem));
        }
        let matched = Matched::find(self, request)?;
        let snapshot = matched.snapshot();
        snapshot.assert_whole(COUNTS)?;
        let step = matched.total().div_ceil(MOST_READ).max(1) as usize;
        let runs = snapshot.guarded(|| {
            let documents = in_order(snapshot, matched.documents())?;
            Runs::read(snapshot, documents.into_iter().step_by(step))
        })?;
        let joined = joined(&runs, snapshot.deadline)?;
        let voice = Voice::new(&snapshot.shared.analyzer);
        let mut words: Vec<NewWord> = Vec::new();
        let mut known = FxHashSet::default();
        for joined in joined {
            snapshot.deadline.check().map_err(IndexError::from)?;
            let Some(word) = word(&runs, &joined, &voice) else {
                continue;
            };
            if !is_phrase(&word, &known) {
                known.insert(word.text.clone());
                words.push(word);
            }
            if words.len() == options.top {
                break;
            }
        }
        Ok(NewWords {
            generation: snapshot.generation(),
            articles: matched.total(),
            read: runs.articles(),
            notes: matched.notes(),
            words,
        })
    }
}

/// The documents in an order that depends on their ids alone, and not on where the index has them: which are
/// read, and which occurrences are looked at, follows from it.
fn in_order(
    snapshot: &Snapshot,
    documents: impl Iterator<Item = (usize, DocId)>,
) -> Result<Vec<(usize, DocId)>, IndexError> {
    let segments = snapshot.engine.segment_readers().iter();
    let keys = segments.map(|segment| segment.fast_fields().u64("key"));
    let keys = keys.collect::<tantivy::Result<Vec<_>>>()?;
    let mut documents: Vec<(usize, DocId)> = documents.collect();
    documents.sort_by_cached_key(|&(segment, doc)| keys[segment].first(doc));
    Ok(documents)
}

/// Whether a long word is a shorter new one, which is more frequent, and something else before or behind it
/// (`外交部发言人 毛宁`).
fn is_phrase(word: &NewWord, known: &FxHashSet<String>) -> bool {
    let ends = word.text.char_indices().map(|(at, _)| at).skip(1);
    let mut parts = ends.map(|at| word.text.split_at(at));
    word.text.chars().count() >= LONG
        && parts.any(|(head, tail)| known.contains(head) || known.contains(tail))
}

/// What was joined, if it is a word.
fn word(runs: &Runs, joined: &Joined, voice: &Voice) -> Option<NewWord> {
    let parts: Vec<&str> = joined.words().map(|word| runs.text(word)).collect();
    let contexts: Vec<(String, usize)> = joined.places().map(|place| runs.context(place)).collect();
    let seen = voice.says_one_word(&parts, joined.cohesion, &contexts)?;
    Some(NewWord {
        text: parts.concat(),
        articles: joined.articles.into(),
        occurrences: joined.occurrences.into(),
        cut: parts.join(" "),
        cohesion: joined.cohesion,
        freedom: joined.freedom,
        seen,
    })
}
