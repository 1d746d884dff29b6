//! Any text as a query, run over the shelf.

use std::collections::BTreeSet;

use newsearch::{Article, Hit, Node, Note, Page, Query, Searcher, SnippetOptions, TextField};

use super::shelf::{self, INDEX, SHELF};
use super::snippet::{check_marks, check_snippets};

pub fn search(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let searcher = INDEX.searcher();
    for query in [Query::parse(&text), Query::phrase(&text)] {
        check_hits(&searcher, &query);
        check_matches(&searcher, &query);
    }
}

/// Searching finds what counting all finds, unless words are dropped.
fn check_hits(searcher: &Searcher, query: &Query) {
    let page = Page::first(SHELF.len());
    let hits = searcher.search(query, &page).expect("searches");
    let (total, notes) = (hits.total, hits.notes.clone());
    let hits: Vec<Hit> = hits.map(|hit| hit.expect("reads")).collect();
    assert_eq!(total, hits.len() as u64);
    for hit in &hits {
        assert!(hit.score.is_finite() && hit.score >= 0.0, "{}", hit.score);
        check_marks(&hit.article.title, &hit.title_highlights);
        check_snippets(
            &hit.article.body_text(),
            &hit.snippets,
            &SnippetOptions::default(),
        );
    }
    if !notes.contains(&Note::Relaxed) {
        let found: BTreeSet<String> = hits.into_iter().map(|hit| hit.article.id).collect();
        assert_eq!(found, ids(searcher, query));
    }
}

/// What is found is what a scan finds, for queries that ask for whole texts only.
fn check_matches(searcher: &Searcher, query: &Query) {
    let Some(root) = query.root() else {
        return;
    };
    let expected = SHELF.iter().map(|article| {
        let holds = holds(root, article, None)?;
        Some((article.id.clone(), holds))
    });
    let Some(expected) = expected.collect::<Option<Vec<_>>>() else {
        return;
    };
    let expected = expected
        .into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(id, _)| id);
    assert_eq!(ids(searcher, query), expected.collect(), "{query}");
}

fn ids(searcher: &Searcher, query: &Query) -> BTreeSet<String> {
    let ids = searcher.ids(query).expect("searches");
    ids.into_iter().collect()
}

/// Whether the article is what the node asks for; `None` if that takes more than looking for texts.
fn holds(node: &Node, article: &Article, field: Option<TextField>) -> Option<bool> {
    match node {
        Node::Phrase { text, slop: 0 } => Some(contains(article, field, text)),
        Node::In(field, inner) => holds(inner, article, Some(*field)),
        Node::Must(inner) => holds_required(inner, article, field),
        Node::Not(inner) => Some(!holds_required(inner, article, field)?),
        Node::Or(nodes) => Some(holding(nodes, article, field)?.contains(&true)),
        Node::And(nodes) | Node::All(nodes) => {
            Some(!holding(nodes, article, field)?.contains(&false))
        }
        _ => None,
    }
}

/// The same behind `+` and `-`, where words are meant as quotes are.
fn holds_required(node: &Node, article: &Article, field: Option<TextField>) -> Option<bool> {
    match node {
        Node::Words(text) => Some(contains(article, field, text)),
        Node::In(field, inner) => holds_required(inner, article, Some(*field)),
        Node::All(_) => None,
        node => holds(node, article, field),
    }
}

fn holding(nodes: &[Node], article: &Article, field: Option<TextField>) -> Option<Vec<bool>> {
    nodes
        .iter()
        .map(|node| holds(node, article, field))
        .collect()
}

/// Whether the fold of a text of the article contains that of `text`.
fn contains(article: &Article, field: Option<TextField>, text: &str) -> bool {
    let title = Some(&article.title).filter(|_| field != Some(TextField::Body));
    let body = article.body.iter().map(|paragraph| &paragraph.text);
    let body = body.filter(|_| field != Some(TextField::Title));
    let folded = shelf::analyzer().fold(text);
    title
        .into_iter()
        .chain(body)
        .any(|text| shelf::analyzer().fold(text).contains(&folded))
}
