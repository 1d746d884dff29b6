//! Why a query finds what it finds, and why not.

use super::hints::{self, ExplainedPart, required};
use super::pipeline::Pipeline;
use super::searcher::Searcher;
use crate::index::IndexError;
use crate::search::plan::Share;
use crate::search::plan::memo::Memo;
use crate::search::plan::names::Expansion;
use crate::search::plan::names::NameSource;
use crate::search::query::Query;
use crate::search::query::note::Note;
use crate::search::query::page::Page;
use crate::search::query::tree::{Key, Node};

/// How a query was understood, what each part of it finds alone, and how an article fares.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The query as it was read, written in the language of queries.
    pub query: String,
    /// The words of its unquoted text.
    pub words: Vec<ExplainedWord>,
    /// What else they are called, and was searched for as well.
    pub names: Vec<ExplainedName>,
    /// Its required parts.
    pub parts: Vec<ExplainedPart>,
    /// Articles that match all of it.
    pub total: u64,
    /// What was not understood, or had to be relaxed.
    pub notes: Vec<Note>,
    /// The article that was asked for; `None` where none was, or the index does not have it.
    pub article: Option<ExplainedArticle>,
}

/// A word of a query as the analyzer cut it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedWord {
    /// The word, folded.
    pub text: String,
    /// The words within it.
    pub parts: Vec<String>,
    /// Articles that have it.
    pub count: u64,
}

/// Another name of what a word of a query means.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainedName {
    /// The word, folded.
    pub word: String,
    /// What else it is called: a name, folded, or the key of a security.
    pub other: String,
    /// What an occurrence of the other counts, where one of the word counts 1: above 0, below 1.
    pub weight: f32,
    /// Where it was learnt.
    pub source: NameSource,
}

/// How one article fares with a query.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainedArticle {
    /// Its score, newer articles slightly preferred; `None` where it does not match.
    pub score: Option<f32>,
    /// What its time made of the score: a factor, 1 where it made nothing.
    pub time: f32,
    /// For each word of the query the score that the article has by it alone.
    pub words: Vec<Option<f32>>,
    /// For each part of the query the score that the article has by it alone.
    pub parts: Vec<Option<f32>>,
}

impl Searcher {
    /// Explains a query, and how it fares with the article that has this id.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn explain(&self, query: &Query, id: Option<&str>) -> Result<Explanation, IndexError> {
        let pipeline = &self.pipeline;
        pipeline.snapshot.guarded(|| explained(pipeline, query, id))
    }
}

impl Searcher {
    /// What else the words of a query are called, and is searched for as well.
    ///
    /// # Errors
    /// As [`explain`](Self::explain).
    pub fn other_names(&self, query: &Query) -> Result<Vec<ExplainedName>, IndexError> {
        let pipeline = &self.pipeline;
        let names = || names(pipeline, query, &Memo::default());
        pipeline.snapshot.guarded(names)
    }
}

fn explained(
    pipeline: &Pipeline,
    query: &Query,
    id: Option<&str>,
) -> Result<Explanation, IndexError> {
    let memo = Memo::default();
    let found = pipeline.find(query, &Page::first(0), &memo)?;
    let (total, mut notes) = (found.ranking.total, found.notes);
    if total == 0 {
        notes.extend(hints::why_nothing(pipeline, query, &memo)?);
    }
    let words = words(pipeline, query, &memo)?;
    let article = match id {
        Some(id) => article(pipeline, query, id, &words, &memo)?,
        None => None,
    };
    Ok(Explanation {
        query: query.to_string(),
        names: names(pipeline, query, &memo)?,
        parts: hints::parts(pipeline, query, &memo)?,
        words,
        total,
        notes,
        article,
    })
}

fn words(
    pipeline: &Pipeline,
    query: &Query,
    memo: &Memo,
) -> Result<Vec<ExplainedWord>, IndexError> {
    let mut words: Vec<ExplainedWord> = Vec::new();
    for text in query.root().map(Node::unquoted).unwrap_or_default() {
        for token in pipeline.snapshot.shared.analyzer.tokens(&text) {
            match words.last_mut() {
                Some(word) if token.part => word.parts.push(token.text),
                _ => {
                    let count = pipeline.count(&Query::words(&token.text), memo)?;
                    words.push(ExplainedWord {
                        text: token.text,
                        parts: Vec::new(),
                        count,
                    });
                }
            }
        }
    }
    Ok(words)
}

fn names(
    pipeline: &Pipeline,
    query: &Query,
    memo: &Memo,
) -> Result<Vec<ExplainedName>, IndexError> {
    let plan = pipeline.plan(query, Share::Most, memo)?;
    let expansions = plan.map_or_else(Vec::new, |plan| plan.expansions);
    let names = expansions
        .into_iter()
        .flat_map(|Expansion { word, others }| {
            others.into_iter().map(move |other| ExplainedName {
                word: word.clone(),
                other: other.text,
                weight: other.weight,
                source: other.source,
            })
        });
    Ok(names.collect())
}

/// How an article fares; `None` where there is none with this id.
fn article(
    pipeline: &Pipeline,
    query: &Query,
    id: &str,
    words: &[ExplainedWord],
    memo: &Memo,
) -> Result<Option<ExplainedArticle>, IndexError> {
    let Some(text) = pipeline.snapshot.find(id)? else {
        return Ok(None);
    };
    let id = &text.article.id;
    let score = |part: Query| score(pipeline, part, id, false, memo);
    let published = text.article.published.map(|published| published.seconds);
    let preference = pipeline.preference(query, &best(true), &mut Vec::new())?;
    let of_words = words.iter().map(|word| score(Query::words(&word.text)));
    let of_parts = required(query)
        .into_iter()
        .map(|part| score(Query::new(part)));
    Ok(Some(ExplainedArticle {
        score: self::score(pipeline, query.clone(), id, true, memo)?,
        time: preference.factor(published),
        words: of_words.collect::<Result<_, _>>()?,
        parts: of_parts.collect::<Result<_, _>>()?,
    }))
}

/// The score of an article by a query that nothing is relaxed of; `None` where it does not match.
fn score(
    pipeline: &Pipeline,
    query: Query,
    id: &str,
    recency: bool,
    memo: &Memo,
) -> Result<Option<f32>, IndexError> {
    let query = query.and(Node::Is(Key::Id, id.to_string()));
    let found = pipeline.find(&query, &best(recency), memo)?;
    if found.notes.contains(&Note::Relaxed) {
        return Ok(None);
    }
    let best = found.ranking.shown.first();
    Ok(best.map(|shown| shown.found.lifted()))
}

/// The best hit.
fn best(recency: bool) -> Page {
    Page {
        recency,
        ..Page::first(1)
    }
}
