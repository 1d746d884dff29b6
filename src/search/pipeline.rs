//! A query through its steps: planned, run, and run again for less where nothing has all of it.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use tantivy::DocId;
use tantivy::collector::Count;

use super::plan::formula::Formula;
use super::plan::lengths::Lengths;
use super::plan::matching::Match;
use super::plan::memo::Memo;
use super::plan::names::{ArchiveNames, Names};
use super::plan::planner::Planner;
use super::plan::{Plan, Share};
use super::query::note::Note;
use super::query::page::{Page, Sort};
use super::run::best::{Ranking, Runner};
use super::run::documents::Documents;
use super::run::ids::Ids;
use super::run::recency::Preference;
use super::run::stories::{self, Keys};
use super::view::snapshot::Snapshot;
use crate::index::IndexError;
use crate::search::query::Query;
use crate::search::query::tree::Node;

/// The steps of a query over an index as of one commit.
#[derive(Clone)]
pub(super) struct Pipeline {
    pub snapshot: Snapshot,
    pub formula: Formula,
    /// Counted when a query first asks for them.
    lengths: Arc<OnceLock<Lengths>>,
    /// Read when a query first has letters that may spell one.
    names: Arc<OnceLock<ArchiveNames>>,
}

/// What a query found and how it was planned.
#[derive(Default)]
pub(super) struct Found {
    pub ranking: Ranking,
    /// `None` where there was nothing to search for.
    pub plan: Option<Plan>,
    /// What was not understood, or had to be relaxed.
    pub notes: Vec<Note>,
}

/// All that a query matches.
#[derive(Default)]
pub(super) struct Matches {
    /// By segment, in the order of the engine.
    pub documents: Vec<Vec<DocId>>,
    /// `None` where there was nothing to search for.
    pub plan: Option<Plan>,
    /// What was not understood, or had to be relaxed.
    pub notes: Vec<Note>,
}

impl Pipeline {
    pub fn new(snapshot: Snapshot) -> Pipeline {
        Pipeline {
            snapshot,
            formula: Formula::default(),
            lengths: Arc::default(),
            names: Arc::default(),
        }
    }

    /// The documents of a page. Unquoted words that nothing has together are relaxed to any of them.
    pub fn find(&self, query: &Query, page: &Page, memo: &Memo) -> Result<Found, IndexError> {
        let mut notes = query.notes().to_vec();
        let preference = self.preference(query, page, &mut notes)?;
        let shares = Share::in_turn(page.sort);
        let Some(mut plan) = self.plan(query, shares[0], memo)? else {
            return Ok(Found {
                notes,
                ..Found::default()
            });
        };
        let runner = self.runner();
        let mut ranking = runner.best(&plan, page, &preference)?;
        for &share in &shares[1..] {
            if ranking.total > 0 || !plan.can_relax {
                break;
            }
            if let Some(relaxed) = self.plan(query, share, memo)? {
                ranking = runner.best(&relaxed, page, &preference)?;
                plan = relaxed;
            }
            if ranking.total > 0 {
                notes.push(Note::Relaxed);
            }
        }
        notes.append(&mut plan.notes);
        if !plan.missing.is_empty() {
            notes.push(Note::Missing {
                words: plan.missing.clone(),
            });
        }
        Ok(Found {
            ranking,
            plan: Some(plan),
            notes,
        })
    }

    /// All documents that match: those that [`find`](Self::find) counts.
    pub fn matches(&self, query: &Query, sort: Sort, memo: &Memo) -> Result<Matches, IndexError> {
        let mut notes = query.notes().to_vec();
        let segments = self.snapshot.engine.segment_readers().len();
        let mut documents = vec![Vec::new(); segments];
        let mut last = None;
        for &share in Share::in_turn(sort) {
            let is_more = |plan: &Plan| plan.can_relax;
            if !last.as_ref().is_none_or(is_more) {
                break;
            }
            let Some(plan) = self.plan(query, share, memo)? else {
                break;
            };
            documents = self.runner().collect(&plan, Documents { segments })?;
            let is_relaxed = last.is_some();
            last = Some(plan);
            if documents.iter().any(|documents| !documents.is_empty()) {
                notes.extend(is_relaxed.then_some(Note::Relaxed));
                break;
            }
        }
        if let Some(plan) = &mut last {
            notes.append(&mut plan.notes);
        }
        Ok(Matches {
            documents,
            plan: last,
            notes,
        })
    }

    /// The times that articles are preferred by; what to say of them joins the notes.
    pub fn preference(
        &self,
        query: &Query,
        page: &Page,
        notes: &mut Vec<Note>,
    ) -> Result<Preference, IndexError> {
        let Some(root) = query.root() else {
            return Ok(Preference::default());
        };
        let (preference, said) = Preference::of_query(root, page, || self.snapshot.now())?;
        notes.extend(said);
        Ok(preference)
    }

    /// Number of documents that match; nothing is ranked or relaxed.
    pub fn count(&self, query: &Query, memo: &Memo) -> Result<u64, IndexError> {
        match self.plan(query, Share::Most, memo)? {
            Some(plan) => Ok(self.runner().collect(&plan, Count)? as u64),
            None => Ok(0),
        }
    }

    /// The ids of all documents that match, in no order; nothing is ranked or relaxed.
    pub fn ids(&self, query: &Query) -> Result<Vec<String>, IndexError> {
        match self.plan(query, Share::Most, &Memo::default())? {
            Some(plan) => self.runner().collect(&plan, Ids),
            None => Ok(Vec::new()),
        }
    }

    /// The stories that the documents of a plan tell.
    pub fn stories(&self, plan: &Plan) -> Result<u64, IndexError> {
        let keys = self.runner().collect(plan, Keys)?;
        Ok(stories::count(&keys, self.snapshot.reprints()?))
    }

    pub fn plan(
        &self,
        query: &Query,
        share: Share,
        memo: &Memo,
    ) -> Result<Option<Plan>, IndexError> {
        let Some(root) = query.root() else {
            return Ok(None);
        };
        let is_relative = |node: &Node| matches!(node, Node::Dated(days) if days.are_relative());
        let snapshot = &self.snapshot;
        let shared = &snapshot.shared;
        let typed = root.unquoted().into_iter();
        let planner = Planner {
            fields: &shared.fields,
            analyzer: &shared.analyzer,
            scratch: RefCell::default(),
            searcher: &snapshot.engine,
            lengths: self.lengths()?,
            formula: self.formula,
            names: Names {
                table: shared.entities.as_ref(),
                searcher: &snapshot.engine,
                fields: &shared.fields,
                end: snapshot.end(),
                archive: &self.names,
                deadline: snapshot.deadline,
            },
            typed: typed.map(|text| shared.analyzer.fold(&text)).collect(),
            share,
            now: if root.any(&is_relative) {
                snapshot.now()?
            } else {
                0
            },
            memo,
            characters: &snapshot.characters,
            deadline: snapshot.deadline,
        };
        let plan = planner.plan(root)?;
        Ok(plan.map(|plan| Plan {
            matching: self.existing(plan.matching),
            ..plan
        }))
    }

    /// The documents of a query that exist.
    fn existing(&self, matching: Match) -> Match {
        match self.snapshot.end() {
            Some(end) => matching.both(Match::Published(None, Some(end)).unscored()),
            None => matching,
        }
    }

    fn lengths(&self) -> Result<Lengths, IndexError> {
        if let Some(lengths) = self.lengths.get() {
            return Ok(*lengths);
        }
        let lengths = Lengths::of(&self.snapshot.engine, &self.snapshot.shared.fields)?;
        Ok(*self.lengths.get_or_init(|| lengths))
    }

    fn runner(&self) -> Runner<'_> {
        Runner {
            snapshot: &self.snapshot,
        }
    }
}
