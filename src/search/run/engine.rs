//! What matches, as a query of the engine.

use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Query as EngineQuery, RegexQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Term};

use super::published::PublishedQuery;
use super::ranking::RankedQuery;
use crate::search::plan::matching::Match;
use crate::search::view::characters::Characters;
use crate::search::view::deadline::Deadline;
use crate::search::view::exact::ExactQuery;

/// Makes queries of the engine.
pub(in crate::search) struct Translator<'a> {
    pub published: Field,
    /// All documents there are.
    pub documents: u64,
    pub characters: &'a Arc<Characters>,
    pub deadline: Deadline,
}

impl Translator<'_> {
    pub fn query(&self, matching: &Match) -> Box<dyn EngineQuery> {
        match matching {
            Match::Every => Box::new(AllQuery),
            Match::Value(field, value) => Box::new(TermQuery::new(
                Term::from_field_text(*field, value),
                IndexRecordOption::Basic,
            )),
            Match::Form(field, form) => match RegexQuery::from_pattern(form, *field) {
                Ok(query) => Box::new(query),
                // It is longer than any value.
                Err(_) => Box::new(EmptyQuery),
            },
            Match::Published(from, to) => Box::new(PublishedQuery::new(self.published, *from, *to)),
            Match::Exact {
                field,
                parts,
                relation,
            } => Box::new(ExactQuery {
                field: *field,
                parts: parts.clone(),
                relation: *relation,
                characters: Arc::clone(self.characters),
                deadline: self.deadline,
            }),
            Match::Ranked(ranked) => Box::new(RankedQuery {
                ranked: ranked.clone(),
                documents: self.documents,
                deadline: self.deadline,
            }),
            Match::Unscored(inner) => Box::new(ConstScoreQuery::new(self.query(inner), 0.0)),
            Match::Clauses(clauses) => {
                let clauses = clauses
                    .iter()
                    .map(|(occur, part)| (*occur, self.query(part)));
                Box::new(BooleanQuery::new(clauses.collect()))
            }
        }
    }
}
