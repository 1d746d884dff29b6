//! What to say of a query that finds nothing: what its parts find, and what would find something.

use super::pipeline::Pipeline;
use super::plan::memo::Memo;
use super::query::note::Note;
use crate::index::IndexError;
use crate::search::query::Query;
use crate::search::query::tree::{Node, each_once};
use crate::search::view::deadline::Halt;

/// A part of a query that an article must match.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedPart {
    /// The part, written in the language of queries.
    pub query: String,
    /// Articles that match it alone.
    pub count: u64,
}

/// What to say of a query that finds nothing; nothing where that would take too much.
pub(super) fn why_nothing(
    pipeline: &Pipeline,
    query: &Query,
    memo: &Memo,
) -> Result<Vec<Note>, IndexError> {
    match reasons(pipeline, query, memo).map_err(Halt::told) {
        Err(IndexError::TooBroad) => Ok(Vec::new()),
        reasons => reasons,
    }
}

fn reasons(pipeline: &Pipeline, query: &Query, memo: &Memo) -> Result<Vec<Note>, IndexError> {
    let parts = parts(pipeline, query, memo)?.into_iter();
    let parts: Vec<_> = parts.map(|part| (part.query, part.count)).collect();
    let nothing = (parts.len() > 1).then_some(Note::Nothing { parts });
    let weaker = nearest(pipeline, query, memo)?.map(|weaker| Note::Weaker {
        query: weaker.query,
        count: weaker.count,
    });
    Ok(nothing.into_iter().chain(weaker).collect())
}

/// What each required part of a query finds alone.
pub(super) fn parts(
    pipeline: &Pipeline,
    query: &Query,
    memo: &Memo,
) -> Result<Vec<ExplainedPart>, IndexError> {
    let parts = required(query).into_iter().map(|part| {
        let part = Query::new(part);
        Ok(ExplainedPart {
            count: pipeline.count(&part, memo)?,
            query: part.to_string(),
        })
    });
    parts.collect()
}

/// The nearest query that asks for less than this one and finds something: a quote without its
/// quotation marks, or one part left out; of several the one that finds least.
fn nearest(
    pipeline: &Pipeline,
    query: &Query,
    memo: &Memo,
) -> Result<Option<ExplainedPart>, IndexError> {
    let mut nearest: Option<ExplainedPart> = None;
    for weaker in weaker(&required(query)) {
        let count = pipeline.count(&weaker, memo)?;
        if count > 0 && nearest.as_ref().is_none_or(|nearest| count < nearest.count) {
            nearest = Some(ExplainedPart {
                query: weaker.to_string(),
                count,
            });
        }
    }
    Ok(nearest)
}

/// Most parts of a query that are looked at one by one.
const MAX_PARTS: usize = 16;

/// The parts of a query that must all match, as they stand side by side in it.
pub(super) fn required(query: &Query) -> Vec<Node> {
    let nodes = match query.root() {
        None => return Vec::new(),
        Some(Node::All(nodes) | Node::And(nodes)) => nodes.as_slice(),
        Some(node) => std::slice::from_ref(node),
    };
    let is_word = |node: &&Node| matches!(node, Node::Words(_) | Node::Prefix(_));
    let nodes: Vec<&Node> = each_once(nodes).collect();
    let words = Node::all(nodes.iter().copied().filter(is_word).cloned());
    let is_other = |node: &&Node| !is_word(node) && !matches!(node, Node::Around { .. });
    let others = nodes.iter().copied().filter(is_other).cloned();
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
