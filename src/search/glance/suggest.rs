//! What a text that is being typed may become.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use tantivy::fastfield::AliveBitSet;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED};

use super::elsewhere::There;
use super::error::GlanceError;
use super::matched::{published, stories};
use super::tally::Tally;
use super::terms::documents_with;
use crate::index::typing::{self, SEPARATOR};
use crate::names::Nicknames;
use crate::search::query::Query;
use crate::search::query::tree::{Key, Node};
use crate::search::searcher::Searcher;
use crate::search::view::snapshot::Snapshot;

/// How many to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuggestOptions {
    /// Most suggestions, 1 to 1,000.
    pub limit: usize,
}

impl Default for SuggestOptions {
    fn default() -> SuggestOptions {
        SuggestOptions { limit: 10 }
    }
}

/// What a suggestion is, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// The code of a security begins so.
    Code,
    /// The name of a security begins so.
    Name,
    /// The first letters of a name are these.
    Initials,
    /// A name is spelled so.
    Pinyin,
    /// A security is called so by many.
    Nickname,
    /// A tag begins so.
    Tag,
    /// A medium's name begins so.
    Source,
    /// Titles have it.
    Phrase,
}

/// What a text that is being typed may become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Suggestion {
    /// What to show.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// The query that it stands for.
    pub query: String,
    /// Stories that the query is about.
    pub stories: u64,
}

/// Most suggestions that can be asked for.
const MAX_SUGGESTIONS: usize = 1_000;
/// Most terms of a kind and segment that are looked at.
const MAX_TERMS: usize = 4_000;
/// Fewest articles whose titles begin so.
const MIN_PHRASES: u64 = 2;

/// What may be suggested.
struct Candidate {
    kind: SuggestionKind,
    /// The term that stands for it in the field that it is found by.
    term: String,
    /// What to show: the names that articles give it, with how many.
    shown: FxHashMap<String, u64>,
    articles: u64,
    /// What is typed is all of it.
    is_whole: bool,
}

impl Searcher {
    /// What a text that is being typed may become: by code, name, initials, spelling and nickname, then tags,
    /// media, and phrases that titles begin with; of a kind, what most articles have. Each security once.
    ///
    /// # Errors
    /// When `limit` is out of bounds, the index cannot be read, or time is up.
    pub fn suggest(
        &self,
        text: &str,
        options: &SuggestOptions,
    ) -> Result<Vec<Suggestion>, GlanceError> {
        if !(1..=MAX_SUGGESTIONS).contains(&options.limit) {
            let problem = format!(
                "{} is not a number from 1 to {MAX_SUGGESTIONS}",
                options.limit
            );
            return Err(GlanceError::argument("limit", problem));
        }
        let snapshot = &self.pipeline.snapshot;
        let typed = snapshot.shared.analyzer.fold(text.trim());
        if typed.is_empty() {
            return Ok(Vec::new());
        }
        let mut suggestions: Vec<Suggestion> = Vec::new();
        let mut known: FxHashSet<String> = FxHashSet::default();
        for kind in SuggestionKind::ALL {
            if suggestions.len() >= options.limit {
                break;
            }
            let mut candidates = match kind {
                SuggestionKind::Nickname => nicknames(&typed, snapshot)?,
                _ => candidates(kind, &typed, snapshot)?,
            };
            candidates.sort_by(|a, b| {
                let rank = |candidate: &Candidate| (candidate.is_whole, candidate.articles);
                rank(b).cmp(&rank(a)).then_with(|| a.term.cmp(&b.term))
            });
            for candidate in candidates {
                if suggestions.len() >= options.limit {
                    break;
                }
                if !known.contains(&candidate.term) {
                    let suggestion = candidate.suggestion(self)?;
                    if suggestion.stories > 0 {
                        known.insert(candidate.term);
                        suggestions.push(suggestion);
                    }
                }
            }
        }
        Ok(suggestions)
    }
}

impl SuggestionKind {
    const ALL: [SuggestionKind; 8] = [
        SuggestionKind::Code,
        SuggestionKind::Name,
        SuggestionKind::Initials,
        SuggestionKind::Pinyin,
        SuggestionKind::Nickname,
        SuggestionKind::Tag,
        SuggestionKind::Source,
        SuggestionKind::Phrase,
    ];

    /// Its letter in the terms of the index; nicknames have none.
    fn letter(self) -> Option<char> {
        match self {
            SuggestionKind::Code => Some(typing::CODE),
            SuggestionKind::Name => Some(typing::NAME),
            SuggestionKind::Initials => Some(typing::INITIALS),
            SuggestionKind::Pinyin => Some(typing::PINYIN),
            SuggestionKind::Nickname => None,
            SuggestionKind::Tag => Some(typing::TAG),
            SuggestionKind::Source => Some(typing::SOURCE),
            SuggestionKind::Phrase => Some(typing::PHRASE),
        }
    }
}

/// What begins with a text.
fn candidates(
    kind: SuggestionKind,
    typed: &str,
    snapshot: &Snapshot,
) -> Result<Vec<Candidate>, GlanceError> {
    let Some(letter) = kind.letter() else {
        return Ok(Vec::new());
    };
    let start = format!("{letter}{typed}");
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    each_term(&start, snapshot, |term, articles| {
        let Some((written, shown, of)) = parts(term) else {
            return;
        };
        let is_security = !of.is_empty();
        let target = if is_security { of } else { written };
        let candidate = found.entry(target.to_owned()).or_insert_with(|| Candidate {
            kind,
            term: target.to_owned(),
            shown: FxHashMap::default(),
            articles: 0,
            is_whole: false,
        });
        candidate.is_whole |= written == typed;
        candidate.articles += articles;
        let shown = if shown.is_empty() { written } else { shown };
        *candidate.shown.entry(shown.to_owned()).or_default() += articles;
    })?;
    let least = match kind {
        SuggestionKind::Phrase => MIN_PHRASES,
        _ => 1,
    };
    let found = found.into_values();
    Ok(found
        .filter(|candidate| candidate.articles >= least)
        .collect())
}

/// Securities whose nickname begins with a text.
fn nicknames(typed: &str, snapshot: &Snapshot) -> Result<Vec<Candidate>, GlanceError> {
    let nicknames = Nicknames::get();
    let mut found = Vec::new();
    for nickname in nicknames.names().filter(|name| name.starts_with(typed)) {
        for meaning in nicknames.of(nickname) {
            let start = format!("{}{}{SEPARATOR}", typing::NAME, meaning.name);
            each_term(&start, snapshot, |term, articles| {
                if let Some((_, shown, key)) = parts(term) {
                    found.push(Candidate {
                        kind: SuggestionKind::Nickname,
                        term: key.to_owned(),
                        shown: [(format!("{nickname} {shown}"), articles)]
                            .into_iter()
                            .collect(),
                        articles,
                        is_whole: nickname == typed,
                    });
                }
            })?;
        }
    }
    Ok(found)
}

/// Calls `take` with the terms that begin so, and how many articles have each.
fn each_term(
    start: &str,
    snapshot: &Snapshot,
    mut take: impl FnMut(&str, u64),
) -> Result<(), GlanceError> {
    let typing = snapshot.shared.fields.typing;
    if let Some(all) = snapshot.engine.elsewhere() {
        let found = snapshot.guarded(|| Ok(all.terms(typing, start, None, MAX_TERMS)?))?;
        found
            .iter()
            .for_each(|(term, articles)| take(term, *articles));
        return Ok(());
    }
    for segment in snapshot.engine.segment_readers() {
        let index = segment.inverted_index(typing)?;
        let mut terms = index
            .terms()
            .range()
            .ge(start.as_bytes())
            .into_stream()
            .map_err(tantivy::TantivyError::from)?;
        let mut count = 0;
        while terms.advance() && terms.key().starts_with(start.as_bytes()) && count < MAX_TERMS {
            count += 1;
            let articles = match segment.alive_bitset() {
                None => terms.value().doc_freq.into(),
                Some(alive) => {
                    let postings = index
                        .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)
                        .map_err(tantivy::TantivyError::from)?;
                    living(postings, alive)
                }
            };
            if let Ok(term) = std::str::from_utf8(terms.key())
                && articles > 0
            {
                take(term, articles);
            }
        }
    }
    Ok(())
}

/// How many of the documents with a term were not removed.
fn living(mut postings: impl DocSet, alive: &AliveBitSet) -> u64 {
    let mut living = 0;
    while postings.doc() != TERMINATED {
        living += u64::from(alive.is_alive(postings.doc()));
        postings.advance();
    }
    living
}

/// What is typed, what is shown, and what it stands for.
fn parts(term: &str) -> Option<(&str, &str, &str)> {
    let mut letter = term.chars();
    letter.next()?;
    let mut parts = letter.as_str().split(SEPARATOR);
    Some((parts.next()?, parts.next()?, parts.next()?))
}

impl Candidate {
    fn suggestion(&self, searcher: &Searcher) -> Result<Suggestion, GlanceError> {
        let snapshot = &searcher.pipeline.snapshot;
        let fields = &snapshot.shared.fields;
        let analyzer = &snapshot.shared.analyzer;
        let most = self
            .shown
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        let shown = most.map(|(shown, _)| shown.clone()).unwrap_or_default();
        let name = match shown.is_empty() {
            true => self.term.clone(),
            false => shown,
        };
        let (node, field, term) = match self.kind {
            SuggestionKind::Tag => (
                Node::Is(Key::Tag, name.clone()),
                fields.tag,
                analyzer.fold(&name),
            ),
            SuggestionKind::Source => (
                Node::Is(Key::Source, name.clone()),
                fields.source,
                analyzer.fold(&name),
            ),
            SuggestionKind::Phrase => {
                let phrase = Node::Phrase {
                    text: name.clone(),
                    slop: 0,
                };
                let term = format!("{}{}{SEPARATOR}{SEPARATOR}", typing::PHRASE, self.term);
                (phrase, fields.typing, term)
            }
            _ => (
                Node::Is(Key::Code, self.term.clone()),
                fields.code,
                self.term.clone(),
            ),
        };
        Ok(Suggestion {
            text: name,
            kind: self.kind,
            query: Query::new(node).to_string(),
            stories: stories_with(searcher, field, &term)?,
        })
    }
}

/// Stories of the articles that exist and have a term.
fn stories_with(searcher: &Searcher, field: Field, term: &str) -> Result<u64, GlanceError> {
    if let Some(finder) = searcher.pipeline.finder().cloned() {
        return There::with_term(searcher.clone(), finder, field, term)?.stories();
    }
    let snapshot = &searcher.pipeline.snapshot;
    let (published, told) = (published(snapshot)?, stories(snapshot)?);
    let mut tally = Tally::default();
    documents_with(snapshot, field, term, published, |segment, doc, _| {
        tally.add(0, told[segment][doc as usize]);
    })?;
    let counts = tally.finish();
    Ok(counts.first().map_or(0, |counts| counts.stories))
}
