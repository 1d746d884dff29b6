//! The documents of a page: found, looked at closely, and each story once.

use std::ops::Range;

use tantivy::DocAddress;
use tantivy::collector::Collector;

use super::collect::{self, Best, Collected, Found};
use super::engine::Translator;
use super::ranking::look::look;
use super::recency::Preference;
use super::stories::{Shown, Stories};
use super::timed::Timed;
use crate::index::IndexError;
use crate::search::plan::Plan;
use crate::search::query::page::{Page, Sort};
use crate::search::view::snapshot::Snapshot;

/// Most hits that a page may have, and most that may be passed over.
const MAX_HITS: usize = 1_000_000;

/// How many of the best documents are looked at closely.
const CANDIDATES: usize = 50;

/// Hits that are collected beyond a page, in case that some tell a story that is on it already.
const SPARE_HITS: usize = 10;

/// What a query found, in order.
#[derive(Default)]
pub(in crate::search) struct Ranking {
    /// Articles that match.
    pub total: u64,
    pub shown: Vec<Shown>,
}

/// Runs plans.
pub(in crate::search) struct Runner<'s> {
    pub snapshot: &'s Snapshot,
}

impl<'s> Runner<'s> {
    /// The first `limit` hits in their order.
    pub fn best(
        &self,
        plan: &Plan,
        page: &Page,
        preference: &Preference,
    ) -> Result<Ranking, IndexError> {
        let limit = page.offset.min(MAX_HITS) + page.limit.min(MAX_HITS);
        let documents = self.snapshot.documents() as usize;
        let stories = self.stories(page.group && limit > 0)?;
        let mut depth = match stories {
            Some(_) => limit + limit / 2 + SPARE_HITS,
            None => limit,
        };
        let is_ranked = page.sort == Sort::Relevance && limit > 0;
        if is_ranked {
            depth = depth.max(CANDIDATES);
        }
        let segments = self.snapshot.segments()?;
        loop {
            let most = depth.min(documents);
            let best = Best::new(segments, most, page.sort, preference);
            let Collected { total, mut found } = self.collect(plan, best)?;
            // The candidates are sorted again.
            let later = if is_ranked { CANDIDATES } else { 0 };
            let is_settled = |places: Range<usize>| places.start < most && places.end > later;
            collect::sort(
                &mut found,
                page.sort,
                segments,
                is_settled,
                self.snapshot.deadline,
            )?;
            found.truncate(most);
            if is_ranked {
                let is_shown = |places: Range<usize>| places.start < limit || stories.is_some();
                self.look_closer(plan, &mut found, is_shown)?;
            }
            let is_all = found.len() < most || most == documents;
            let mut shown = match &stories {
                Some(stories) => stories.once(found),
                None => found.into_iter().map(Shown::alone).collect(),
            };
            if shown.len() >= limit || is_all {
                shown.truncate(limit);
                return Ok(Ranking { total, shown });
            }
            depth = depth.saturating_mul(4);
        }
    }

    /// The stories that articles tell, if they are asked for and there are any.
    fn stories(&self, are_asked_for: bool) -> Result<Option<Stories<'s>>, IndexError> {
        if !are_asked_for {
            return Ok(None);
        }
        let table = self.snapshot.reprints()?;
        Ok(match table.is_empty() {
            true => None,
            false => Some(Stories::new(&self.snapshot.engine, table)?),
        })
    }

    /// Ranks the best documents among each other by all that can be seen in them. None of them
    /// loses, so that they stay before the others. Ties are settled at the places that are shown.
    fn look_closer(
        &self,
        plan: &Plan,
        found: &mut [Found],
        is_shown: impl Fn(Range<usize>) -> bool,
    ) -> Result<(), IndexError> {
        let n = found.len().min(CANDIDATES);
        let best = &mut found[..n];
        let addresses: Vec<DocAddress> = best.iter().map(|found| found.address).collect();
        let characters = &self.snapshot.characters;
        let seen = look(
            &self.snapshot.engine,
            characters,
            &plan.looks,
            &addresses,
            self.snapshot.deadline,
        )?;
        for (found, seen) in best.iter_mut().zip(seen) {
            found.score = seen.score(found.score);
        }
        let segments = self.snapshot.segments()?;
        let sort = Sort::Relevance;
        Ok(collect::sort(
            best,
            sort,
            segments,
            is_shown,
            self.snapshot.deadline,
        )?)
    }

    /// Runs a collector over all documents of a plan.
    pub fn collect<C: Collector>(&self, plan: &Plan, collector: C) -> Result<C::Fruit, IndexError> {
        let deadline = self.snapshot.deadline;
        let translator = Translator {
            published: self.snapshot.shared.fields.published,
            documents: self.snapshot.engine.num_docs(),
            characters: &self.snapshot.characters,
            deadline,
        };
        let timed = Timed {
            collector,
            deadline,
        };
        let query = translator.query(&plan.matching);
        Ok(self.snapshot.engine.search(&query, &timed)?)
    }
}
