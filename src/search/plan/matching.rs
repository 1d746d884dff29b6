//! Which documents a query matches, as plain data.

use tantivy::query::Occur;
use tantivy::schema::Field;

use super::concept::Ranked;
use crate::search::view::exact::Relation;

/// Which documents match, and which of them have a score.
#[derive(Debug, Clone)]
pub(crate) enum Match {
    /// Every document.
    Every,
    /// Documents with a value in a field of values.
    Value(Field, String),
    /// Documents with a value in such a field that has a form, an expression of the engine's.
    Form(Field, String),
    /// Documents published at or after the first moment and before the second one, in seconds since
    /// 1970.
    Published(Option<i64>, Option<i64>),
    /// Documents in whose field of characters all parts occur, related as `relation` says.
    Exact {
        field: Field,
        /// Folded, none empty.
        parts: Vec<String>,
        relation: Relation,
    },
    /// Documents with enough of some words, scored.
    Ranked(Ranked),
    /// What matches, without its score.
    Unscored(Box<Match>),
    /// What all clauses say together.
    Clauses(Clauses),
}

pub(crate) type Clauses = Vec<(Occur, Match)>;

impl Match {
    /// Any of these is enough.
    pub fn any(matches: impl IntoIterator<Item = Match>) -> Match {
        let clauses = matches.into_iter().map(|any| (Occur::Should, any));
        Match::Clauses(clauses.collect())
    }

    /// Both are required.
    pub fn both(self, other: Match) -> Match {
        Match::Clauses(vec![(Occur::Must, self), (Occur::Must, other)])
    }

    /// The same without a score.
    pub fn unscored(self) -> Match {
        Match::Unscored(Box::new(self))
    }

    /// The clauses as one. Only exclusions: all but those.
    pub fn clauses(mut clauses: Clauses) -> Option<Match> {
        match clauses.len() {
            0 => return None,
            1 if clauses[0].0 != Occur::MustNot => return clauses.pop().map(|(_, only)| only),
            _ => {}
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Match::Every.unscored()));
        }
        Some(Match::Clauses(clauses))
    }
}
