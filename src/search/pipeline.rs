//! A query through its steps: planned, run, and run again for less where nothing has all of it.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use tantivy::DocId;
use tantivy::collector::Count;

use super::plan::expected::expected;
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
use super::run::elsewhere::{Candidates, Finder, Shortfalls, Wanted};
use super::run::ids::Ids;
use super::run::recency::Preference;
use super::run::stories::{self, Keys};
use super::view::snapshot::Snapshot;
use crate::index::IndexError;
#[cfg(feature = "opensearch")]
use crate::index::Shared;
use crate::search::query::Query;
use crate::search::query::tree::Node;

/// Documents that are fetched at least where they are found elsewhere, and for each hit that is shown: the
/// other place ranks about as this one, and more than these are never the best of all here.
const CANDIDATES: usize = 300;
const CANDIDATES_TO_A_HIT: usize = 4;
/// The most, as the engines there have it.
const MAX_CANDIDATES: usize = 10_000;
/// The last hit that is shown of documents that are elsewhere.
const MAX_SHOWN: usize = 1_001;

/// The steps of a query over an index as of one commit.
#[derive(Clone)]
pub(super) struct Pipeline {
    pub snapshot: Snapshot,
    pub formula: Formula,
    /// Where the documents are found, if not in the snapshot.
    elsewhere: Option<Arc<dyn Finder>>,
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
    /// What has the documents, where they were found elsewhere.
    pub among: Option<Snapshot>,
}

/// All that a query matches.
#[derive(Default)]
pub(super) struct Matches<T> {
    /// The documents by segment, in the order of the engine, or how many there are.
    pub documents: T,
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
            elsewhere: None,
            lengths: Arc::default(),
            names: Arc::default(),
        }
    }

    /// The steps over documents that are found elsewhere; `index` has none of them.
    #[cfg(feature = "opensearch")]
    pub fn elsewhere(index: Arc<Shared>, finder: Arc<dyn Finder>) -> Pipeline {
        Pipeline {
            elsewhere: Some(Arc::clone(&finder)),
            ..Pipeline::new(Snapshot::of_some(index, finder.collection()))
        }
    }

    /// The documents of a page. Unquoted words that nothing has together are relaxed to any of them.
    pub fn find(&self, query: &Query, page: &Page, memo: &Memo) -> Result<Found, IndexError> {
        if let Some(finder) = &self.elsewhere {
            return self.find_elsewhere(&**finder, query, page, memo);
        }
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
            among: None,
        })
    }

    /// The documents of a page, found elsewhere: all that may be the best of the documents are fetched,
    /// and searched here in the same way as any others.
    fn find_elsewhere(
        &self,
        finder: &dyn Finder,
        query: &Query,
        page: &Page,
        memo: &Memo,
    ) -> Result<Found, IndexError> {
        let preference = self.preference(query, page, &mut Vec::new())?;
        let Some((matching, matches)) = self.matching_elsewhere(finder, query, page.sort, memo)?
        else {
            let nothing = Pipeline {
                elsewhere: None,
                ..self.clone()
            };
            return nothing.find(query, page, memo);
        };
        let shown = page.offset.saturating_add(page.limit);
        let shows_any = page.limit > 0 && (page.offset as u64) < matches;
        if shows_any && shown > MAX_SHOWN && matches > MAX_CANDIDATES as u64 {
            return Err(IndexError::NotElsewhere(
                "more than the first 1,000 of more than 10,000 hits are",
            ));
        }
        let mut most = match shows_any {
            false => 1,
            true => CANDIDATES
                .max(CANDIDATES_TO_A_HIT.saturating_mul(shown))
                .min(MAX_CANDIDATES),
        };
        loop {
            let Candidates {
                total,
                number,
                index,
            } = finder.candidates(&Wanted {
                matching: &matching,
                sort: page.sort,
                preference: &preference,
                most,
            })?;
            self.snapshot.deadline.check()?;
            let among = self.snapshot.among(index, finder.collection());
            // What is known of all documents is the same.
            let here = Pipeline {
                formula: self.formula,
                lengths: Arc::clone(&self.lengths),
                names: Arc::clone(&self.names),
                ..Pipeline::new(among.clone())
            };
            let mut found = here.find(query, page, &Memo::default())?;
            if found.ranking.total != number as u64 {
                return Err(disagree(number, found.ranking.total));
            }
            let is_enough = !shows_any || found.ranking.shown.len() >= shown;
            if is_enough || number as u64 >= total || most >= MAX_CANDIDATES {
                found.ranking.total = total;
                found.among = Some(among);
                return Ok(found);
            }
            most = (4 * most).min(MAX_CANDIDATES);
        }
    }

    /// What is asked of the other place: as much as anything has, and how many have it; `None` where nothing is
    /// found.
    fn matching_elsewhere(
        &self,
        finder: &dyn Finder,
        query: &Query,
        sort: Sort,
        memo: &Memo,
    ) -> Result<Option<(Match, u64)>, IndexError> {
        let Matches {
            documents, plan, ..
        } = self.matches_elsewhere(finder, query, sort, memo)?;
        let plan = plan.filter(|_| documents > 0);
        Ok(plan.map(|plan| (plan.matching, documents)))
    }

    /// All documents that match: those that [`find`](Self::find) counts.
    pub fn matches(
        &self,
        query: &Query,
        sort: Sort,
        memo: &Memo,
    ) -> Result<Matches<Vec<Vec<DocId>>>, IndexError> {
        self.snapshot.assert_whole("all that a query matches is")?;
        let segments = self.snapshot.engine.segment_readers().len();
        let nothing = vec![Vec::new(); segments];
        let has_any = |documents: &Vec<Vec<DocId>>| documents.iter().any(|of| !of.is_empty());
        self.least_relaxed(query, sort, memo, nothing, has_any, |plan| {
            self.runner().collect(plan, Documents { segments })
        })
    }

    /// How many documents that are elsewhere match.
    pub fn matches_elsewhere(
        &self,
        finder: &dyn Finder,
        query: &Query,
        sort: Sort,
        memo: &Memo,
    ) -> Result<Matches<u64>, IndexError> {
        let has_any = |&total: &u64| total > 0;
        self.least_relaxed(query, sort, memo, 0, has_any, |plan| {
            self.snapshot.deadline.check()?;
            finder.count(&plan.matching)
        })
    }

    /// What the plan finds that asks for most and finds anything, or the last one.
    fn least_relaxed<T>(
        &self,
        query: &Query,
        sort: Sort,
        memo: &Memo,
        nothing: T,
        has_any: impl Fn(&T) -> bool,
        find: impl Fn(&Plan) -> Result<T, IndexError>,
    ) -> Result<Matches<T>, IndexError> {
        let mut notes = query.notes().to_vec();
        let mut found = nothing;
        let mut last = None;
        for &share in Share::in_turn(sort) {
            let is_more = |plan: &Plan| plan.can_relax;
            if !last.as_ref().is_none_or(is_more) {
                break;
            }
            let Some(plan) = self.plan(query, share, memo)? else {
                break;
            };
            found = find(&plan)?;
            let is_relaxed = last.is_some();
            last = Some(plan);
            if has_any(&found) {
                notes.extend(is_relaxed.then_some(Note::Relaxed));
                break;
            }
        }
        if let Some(plan) = &mut last {
            notes.append(&mut plan.notes);
        }
        Ok(Matches {
            documents: found,
            plan: last,
            notes,
        })
    }

    /// What was left out of answers until now by the place that has the documents.
    pub fn shortfalls(&self) -> Shortfalls {
        let finder = self.elsewhere.as_ref();
        finder.map_or_else(Shortfalls::default, |finder| finder.shortfalls())
    }

    /// Where the documents are found, if not here.
    pub fn finder(&self) -> Option<&Arc<dyn Finder>> {
        self.elsewhere.as_ref()
    }

    /// Every document that exists.
    pub fn every(&self) -> Match {
        self.existing(Match::Every.unscored())
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
            Some(plan) => match &self.elsewhere {
                Some(finder) => finder.count(&plan.matching),
                None => Ok(self.runner().collect(&plan, Count)? as u64),
            },
            None => Ok(0),
        }
    }

    /// The ids of all documents that match, in no order; nothing is ranked or relaxed.
    pub fn ids(&self, query: &Query) -> Result<Vec<String>, IndexError> {
        self.snapshot
            .assert_whole("the ids of all that a query matches are")?;
        match self.plan(query, Share::Most, &Memo::default())? {
            Some(plan) => self.runner().collect(&plan, Ids),
            None => Ok(Vec::new()),
        }
    }

    /// The stories that the documents of a plan tell.
    pub fn stories(&self, plan: &Plan) -> Result<u64, IndexError> {
        let keys = match &self.elsewhere {
            Some(finder) => finder.keys(&plan.matching)?,
            None => self.runner().collect(plan, Keys)?,
        };
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
        if let Some(all) = snapshot.engine.elsewhere() {
            all.expect(&expected(root, &shared.analyzer, &shared.fields))?;
        }
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
        let (engine, texts) = (&self.snapshot.engine, self.snapshot.characters.all_texts());
        let lengths = Lengths::of(engine, texts, &self.snapshot.shared.fields)?;
        Ok(*self.lengths.get_or_init(|| lengths))
    }

    fn runner(&self) -> Runner<'_> {
        Runner {
            snapshot: &self.snapshot,
        }
    }
}

/// What is found elsewhere is found here as well, unless one of the two is wrong.
fn disagree(there: usize, here: u64) -> IndexError {
    IndexError::Internal(format!(
        "of {there} articles that the cluster found, {here} match"
    ))
}
