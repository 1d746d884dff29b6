//! Quoted text, and texts near each other: what must be contained as it stands.

use std::sync::Arc;

use tantivy::query::{BooleanQuery, Occur, Query as EngineQuery};

use super::{Marks, Planner, Scope};
use crate::search::exact::{ExactQuery, Relation};
use crate::search::matcher::{Near, Needle, NeedleKind};
use crate::search::query::Node;

impl Planner<'_> {
    /// Quoted text: must be contained, and more often is better. With a slop, its words rank.
    pub(super) fn phrase(
        &self,
        text: &str,
        slop: u32,
        scope: Scope,
        marks: &mut Marks,
    ) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
        let folded = self.analyzer.fold(text);
        if folded.is_empty() {
            return Ok(None);
        }
        if slop == 0 {
            marks.needles.push(exact_needle(&folded));
            let whole = self.concept(None, Some(&folded), scope)?;
            let ranked = self.ranked(vec![whole], scope).with_minimum(1.0);
            marks.looks.push(self.look(Vec::new(), &ranked));
            return Ok(Some(Box::new(ranked)));
        }
        let parts = self.apart(text);
        self.mark_near(&parts, slop, marks);
        self.ranked_exact(&parts, Relation::InOrder(slop), scope)
            .map(Some)
    }

    /// What a slop may come between: the texts that blanks part, else the words.
    fn apart(&self, text: &str) -> Vec<String> {
        let runs = text.split_whitespace().map(|run| self.analyzer.fold(run));
        let runs: Vec<String> = runs.filter(|run| !run.is_empty()).collect();
        let [run] = &runs[..] else { return runs };
        let words: Vec<String> = self
            .words_of(run)
            .into_iter()
            .map(|word| word.text)
            .collect();
        if words.is_empty() { runs } else { words }
    }

    pub(super) fn near(
        &self,
        left: &Node,
        right: &Node,
        within: u32,
        scope: Scope,
        marks: &mut Marks,
    ) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
        let parts = [left, right].map(|node| match node {
            Node::Words(text) | Node::Prefix(text) | Node::Phrase { text, .. } => {
                self.analyzer.fold(text)
            }
            _ => String::new(),
        });
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        self.mark_near(&parts, within, marks);
        self.ranked_exact(&parts, Relation::Near(within), scope)
            .map(Some)
    }

    /// Marks parts where they stand near their neighbours only.
    fn mark_near(&self, parts: &[String], within: u32, marks: &mut Marks) {
        let first = marks.needles.len();
        marks
            .needles
            .extend(parts.iter().map(|part| exact_needle(part)));
        let rest = first + 1..marks.needles.len();
        marks.near.extend(rest.map(|right| Near {
            left: right - 1,
            right,
            within: within as usize,
        }));
    }

    /// Documents in one of whose fields the parts stand so; the words in them rank.
    fn ranked_exact(
        &self,
        parts: &[String],
        relation: Relation,
        scope: Scope,
    ) -> tantivy::Result<Box<dyn EngineQuery>> {
        let words = parts.iter().flat_map(|part| self.words_of(part));
        let concepts = words.map(|word| self.word(&word.text, scope));
        let ranked = self.ranked(concepts.collect::<Result<_, _>>()?, scope);
        Ok(Box::new(BooleanQuery::from(vec![
            (Occur::Must, self.exact(parts, relation, scope)),
            (Occur::Should, Box::new(ranked) as Box<dyn EngineQuery>),
        ])))
    }

    /// Documents in one of whose fields the parts stand so.
    fn exact(&self, parts: &[String], relation: Relation, scope: Scope) -> Box<dyn EngineQuery> {
        let fields = self.text_fields(scope).into_iter();
        let queries = fields.map(|field| ExactQuery {
            field,
            parts: parts.to_vec(),
            relation,
            characters: Arc::clone(self.characters),
            deadline: self.deadline,
        });
        Box::new(BooleanQuery::from(
            queries
                .map(|query| (Occur::Should, Box::new(query) as Box<dyn EngineQuery>))
                .collect::<Vec<_>>(),
        ))
    }
}

fn exact_needle(text: &str) -> Needle {
    Needle {
        text: text.to_owned(),
        weight: 2.0,
        kind: NeedleKind::Exact,
    }
}
