//! What a text that is being typed may become.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use tantivy::schema::Field;

use super::elsewhere::There;
use super::error::GlanceError;
use super::matched::{published, stories};
use super::terms::documents_with;
use crate::index::typing::{self, SEPARATOR};
use crate::names::Nicknames;
use crate::search::query::Query;
use crate::search::query::tree::{Key, Node};
use crate::search::searcher::Searcher;
use crate::search::view::columns::ALONE;
use crate::search::view::snapshot::Snapshot;
use crate::search::view::typed::Typed;

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
/// Fewest articles whose titles begin so.
const MIN_PHRASES: u64 = 2;

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
            for typed in candidates(kind, &typed, snapshot)?.iter() {
                if suggestions.len() >= options.limit {
                    break;
                }
                let is_rare = kind == SuggestionKind::Phrase && typed.articles < MIN_PHRASES;
                if !is_rare && !known.contains(&typed.term) {
                    let suggestion = suggestion(kind, typed, self)?;
                    if suggestion.stories > 0 {
                        known.insert(typed.term.clone());
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

/// What begins with a text, the best first.
fn candidates(
    kind: SuggestionKind,
    typed: &str,
    snapshot: &Snapshot,
) -> Result<Arc<[Typed]>, GlanceError> {
    let Some(letter) = kind.letter() else {
        return nicknames(typed, snapshot);
    };
    Ok(snapshot.typed(letter, typed)?)
}

/// Securities whose nickname begins with a text.
fn nicknames(typed: &str, snapshot: &Snapshot) -> Result<Arc<[Typed]>, GlanceError> {
    let nicknames = Nicknames::get();
    let mut found = Vec::new();
    for nickname in nicknames.names().filter(|name| name.starts_with(typed)) {
        for meaning in nicknames.of(nickname) {
            let name = format!("{}{SEPARATOR}", meaning.name);
            for named in snapshot.typed(typing::NAME, &name)?.iter() {
                found.push(Typed {
                    shown: format!("{nickname} {}", named.shown),
                    is_whole: nickname == typed,
                    ..named.clone()
                });
            }
        }
    }
    found.sort_by(Typed::before);
    Ok(found.into())
}

fn suggestion(
    kind: SuggestionKind,
    typed: &Typed,
    searcher: &Searcher,
) -> Result<Suggestion, GlanceError> {
    let snapshot = &searcher.pipeline.snapshot;
    let fields = &snapshot.shared.fields;
    let folded = |name: &str| snapshot.shared.analyzer.fold(name);
    let name = typed.shown.clone();
    let (node, field, term) = match kind {
        SuggestionKind::Tag => {
            let term = folded(&name);
            (Node::Is(Key::Tag, name.clone()), fields.tag, term)
        }
        SuggestionKind::Source => {
            let term = folded(&name);
            (Node::Is(Key::Source, name.clone()), fields.source, term)
        }
        SuggestionKind::Phrase => {
            let phrase = Node::Phrase {
                text: name.clone(),
                slop: 0,
            };
            let term = format!("{}{}{SEPARATOR}{SEPARATOR}", typing::PHRASE, typed.term);
            (phrase, fields.typing, term)
        }
        _ => {
            let code = Node::Is(Key::Code, typed.term.clone());
            (code, fields.code, typed.term.clone())
        }
    };
    Ok(Suggestion {
        text: name,
        kind,
        query: Query::new(node).to_string(),
        stories: stories_with(searcher, field, &term)?,
    })
}

/// Stories of the articles that exist and have a term.
fn stories_with(searcher: &Searcher, field: Field, term: &str) -> Result<u64, GlanceError> {
    if let Some(finder) = searcher.pipeline.finder().cloned() {
        return There::with_term(searcher.clone(), finder, field, term)?.stories();
    }
    let snapshot = &searcher.pipeline.snapshot;
    match snapshot.end() {
        None => snapshot
            .columns
            .told_of(field, term, || count_stories(snapshot, field, term)),
        Some(_) => count_stories(snapshot, field, term),
    }
}

fn count_stories(snapshot: &Snapshot, field: Field, term: &str) -> Result<u64, GlanceError> {
    let (published, told) = (published(snapshot)?, stories(snapshot)?);
    let mut alone = 0;
    let mut retold: FxHashSet<u32> = FxHashSet::default();
    documents_with(
        snapshot,
        field,
        term,
        published,
        |segment, doc, _| match told[segment][doc as usize] {
            ALONE => alone += 1,
            story => {
                retold.insert(story);
            }
        },
    )?;
    Ok(alone + retold.len() as u64)
}
