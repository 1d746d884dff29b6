//! Why a query finds what it finds, and why not.

use super::names::NameSource;
use super::note::Note;
use super::plan::{Expansion, Memo, Share};
use super::query::{Key, Node, Query};
use super::searcher::{Page, Searcher};
use crate::index::IndexError;

/// How a query was understood, what each part of it finds alone, and how an article fares.
#[derive(Debug, Clone, PartialEq)]
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
pub struct ExplainedWord {
    /// The word, folded.
    pub text: String,
    /// The words within it.
    pub parts: Vec<String>,
    /// Articles that have it.
    pub count: u64,
}

/// Another name of what a word of a query stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedName {
    /// The word, folded.
    pub word: String,
    /// What else it is called: a name, folded, or the key of a security.
    pub other: String,
    /// An occurrence of the other counts as so many of the word, below 1.
    pub weight: f32,
    /// Where it was learnt.
    pub source: NameSource,
}

/// A part of a query that an article must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedPart {
    /// The part, written in the language of queries.
    pub query: String,
    /// Articles that match it alone.
    pub count: u64,
}

/// How one article fares with a query.
#[derive(Debug, Clone, PartialEq)]
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
        self.guarded(|| self.explained(query, id))
    }

    fn explained(&self, query: &Query, id: Option<&str>) -> Result<Explanation, IndexError> {
        let memo = Memo::default();
        let page = Page {
            count: true,
            ..Page::first(0)
        };
        let hits = self.run(query, &page, &memo)?;
        let (total, notes) = (hits.total, hits.notes);
        let words = self.words(query, &memo)?;
        let names = self.names(query, &memo)?;
        let parts = self.parts(query, &memo)?;
        let found = id.map_or(Ok(None), |id| self.article(id))?;
        let article = match found {
            Some(article) => {
                let id = &article.id;
                let score = |part: Query| self.score(part, id, false, &memo);
                let published = article.published.map(|published| published.seconds);
                let preference = self.preference(query, &best(true), &mut Vec::new())?;
                Some(ExplainedArticle {
                    score: self.score(query.clone(), id, true, &memo)?,
                    time: preference.factor(published),
                    words: words
                        .iter()
                        .map(|word| score(Query::words(&word.text)))
                        .collect::<Result<_, _>>()?,
                    parts: required(query)
                        .into_iter()
                        .map(|part| score(Query::new(part)))
                        .collect::<Result<_, _>>()?,
                })
            }
            None => None,
        };
        Ok(Explanation {
            query: query.to_string(),
            words,
            names,
            parts,
            total,
            notes,
            article,
        })
    }

    /// What each required part of a query finds alone.
    pub(super) fn parts(
        &self,
        query: &Query,
        memo: &Memo,
    ) -> Result<Vec<ExplainedPart>, IndexError> {
        let parts = required(query).into_iter().map(|part| {
            let part = Query::new(part);
            Ok(ExplainedPart {
                count: self.count_all(&part, memo)?,
                query: part.to_string(),
            })
        });
        parts.collect()
    }

    /// The nearest query that asks for less than this one and finds something: a quote without its
    /// quotation marks, or one part left out; of several the one that finds least.
    pub(super) fn weaker(
        &self,
        query: &Query,
        memo: &Memo,
    ) -> Result<Option<ExplainedPart>, IndexError> {
        let mut nearest: Option<ExplainedPart> = None;
        for weaker in weaker(&required(query)) {
            let count = self.count_all(&weaker, memo)?;
            if count > 0 && nearest.as_ref().is_none_or(|nearest| count < nearest.count) {
                nearest = Some(ExplainedPart {
                    query: weaker.to_string(),
                    count,
                });
            }
        }
        Ok(nearest)
    }

    fn words(&self, query: &Query, memo: &Memo) -> Result<Vec<ExplainedWord>, IndexError> {
        let mut words: Vec<ExplainedWord> = Vec::new();
        for text in query.root().map(unquoted).unwrap_or_default() {
            for token in self.analyzer().tokens(&text) {
                match words.last_mut() {
                    Some(word) if token.part => word.parts.push(token.text),
                    _ => {
                        let count = self.count_all(&Query::words(&token.text), memo)?;
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

    fn names(&self, query: &Query, memo: &Memo) -> Result<Vec<ExplainedName>, IndexError> {
        let plan = self.plan(query, Share::Most, memo)?;
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

    fn score(
        &self,
        query: Query,
        id: &str,
        recency: bool,
        memo: &Memo,
    ) -> Result<Option<f32>, IndexError> {
        let query = query.and(Node::Is(Key::Id, id.to_string()));
        let hits = self.run(&query, &best(recency), memo)?;
        let relaxed = hits.notes.contains(&Note::Relaxed);
        let hit = hits.take(usize::from(!relaxed)).next().transpose()?;
        Ok(hit.map(|hit| hit.score))
    }
}

/// The best hit.
fn best(recency: bool) -> Page {
    Page {
        recency,
        ..Page::first(1)
    }
}

/// Most parts of a query that are looked at one by one.
const MAX_PARTS: usize = 16;

/// The parts of a query that must all match, as they stand side by side in it.
fn required(query: &Query) -> Vec<Node> {
    let nodes = match query.root() {
        None => return Vec::new(),
        Some(Node::All(nodes) | Node::And(nodes)) => nodes.as_slice(),
        Some(node) => std::slice::from_ref(node),
    };
    let is_word = |node: &&Node| matches!(node, Node::Words(_) | Node::Prefix(_));
    let words = Node::all(nodes.iter().filter(is_word).cloned());
    let is_other = |node: &&Node| !is_word(node) && !matches!(node, Node::Around { .. });
    let others = nodes.iter().filter(is_other).cloned();
    words.into_iter().chain(others).take(MAX_PARTS).collect()
}

/// Queries that ask for a little less than all of `parts`.
fn weaker(parts: &[Node]) -> Vec<Query> {
    let mut weaker = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let others = || parts[..i].iter().chain(&parts[i + 1..]).cloned();
        match part {
            Node::Phrase { text, .. } => {
                weaker.extend(Node::all(others().chain([Node::Words(text.clone())])))
            }
            Node::Must(inner) => weaker.extend(Node::all(others().chain([(**inner).clone()]))),
            _ => {}
        }
        weaker.extend(Node::all(others()));
    }
    weaker.into_iter().map(Query::new).collect()
}

/// The unquoted texts of a query that are searched as words.
pub(super) fn unquoted(node: &Node) -> Vec<String> {
    match node {
        Node::Words(text) => vec![text.clone()],
        Node::All(nodes) | Node::And(nodes) | Node::Or(nodes) => {
            nodes.iter().flat_map(unquoted).collect()
        }
        Node::In(_, inner) => unquoted(inner),
        _ => Vec::new(),
    }
}
