//! Quoted text, and texts near each other: what must be contained as it stands.

use tantivy::query::Occur;

use super::gathered::Gathered;
use super::matching::Match;
use super::needle::{Near, Needle, NeedleKind};
use super::planner::Planner;
use super::scope::Scope;
use crate::index::grams;
use crate::search::query::tree::Node;
use crate::search::view::exact::Relation;

impl Planner<'_> {
    /// Quoted text: must be contained, and more often is better. With a slop, its words rank.
    pub(super) fn phrase(
        &self,
        text: &str,
        slop: u32,
        scope: Scope,
        gathered: &mut Gathered,
    ) -> tantivy::Result<Option<Match>> {
        let folded = self.analyzer.fold(text);
        if folded.is_empty() {
            return Ok(None);
        }
        if slop == 0 {
            gathered.needles.push(exact_needle(&folded));
            let whole = self.concept(None, Some(&folded), scope)?;
            let ranked = self.ranked(vec![whole], scope).with_minimum(1.0);
            gathered.looks.push(self.look(Vec::new(), &ranked));
            return Ok(Some(Match::Ranked(ranked)));
        }
        let parts = self.apart(text);
        self.mark_near(&parts, slop, gathered);
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
        gathered: &mut Gathered,
    ) -> tantivy::Result<Option<Match>> {
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
        self.mark_near(&parts, within, gathered);
        self.ranked_exact(&parts, Relation::Near(within), scope)
            .map(Some)
    }

    /// Gathered parts where they stand near their neighbours only.
    fn mark_near(&self, parts: &[String], within: u32, gathered: &mut Gathered) {
        let first = gathered.needles.len();
        gathered
            .needles
            .extend(parts.iter().map(|part| exact_needle(part)));
        let rest = first + 1..gathered.needles.len();
        gathered.near.extend(rest.map(|right| Near {
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
    ) -> tantivy::Result<Match> {
        self.take_from_budget(parts, scope)?;
        let words = parts.iter().flat_map(|part| self.words_of(part));
        let concepts = words.map(|word| self.word(&word.text, scope));
        let ranked = self.ranked(concepts.collect::<Result<_, _>>()?, scope);
        Ok(Match::Clauses(vec![
            (Occur::Must, self.exact(parts, relation, scope)),
            (Occur::Should, Match::Ranked(ranked)),
        ]))
    }

    /// The texts of all documents that have the rarest character are searched, once for each part.
    fn take_from_budget(&self, parts: &[String], scope: Scope) -> tantivy::Result<()> {
        let all = self.searcher.num_docs();
        let mut searched = 0;
        for field in self.text_fields(scope) {
            let mut documents = all;
            for gram in parts.iter().flat_map(|part| grams(part)) {
                let with = self.characters.documents_with(self.searcher, field, gram)?;
                documents = documents.min(with);
            }
            searched = searched.max(documents);
        }
        self.memo.near(searched * parts.len() as u64, all)
    }

    /// Documents in one of whose fields the parts stand so.
    fn exact(&self, parts: &[String], relation: Relation, scope: Scope) -> Match {
        let fields = self.text_fields(scope).into_iter();
        Match::any(fields.map(|field| Match::Exact {
            field,
            parts: parts.to_vec(),
            relation,
        }))
    }
}

fn exact_needle(text: &str) -> Needle {
    Needle {
        text: text.to_owned(),
        weight: 2.0,
        kind: NeedleKind::Exact,
    }
}
