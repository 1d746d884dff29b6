//! Counting documents that are elsewhere.
//!
//! Whoever has them counts articles. Stories are counted here: of articles that are the only ones to tell
//! theirs there are as many, and the others, which are few, are read.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::calendar::{CHINA_SECONDS, Unit};
use super::error::GlanceError;
use super::matched::is_about_all;
use super::tally::{Counting, Counts, Tally};
use crate::index::IndexError;
use crate::search::pipeline::Matches;
use crate::search::plan::Plan;
use crate::search::plan::matching::Match;
use crate::search::plan::memo::Memo;
use crate::search::query::note::Note;
use crate::search::query::request::Request;
use crate::search::run::elsewhere::{ByDate, DocumentRow, Finder, Shortfalls, Spans, Stored};
use crate::search::searcher::Searcher;
use crate::search::view::columns::Field;
use crate::search::view::snapshot::Snapshot;

/// All that a request matches, elsewhere.
pub(super) struct There {
    pub searcher: Searcher,
    pub total: u64,
    finder: Arc<dyn Finder>,
    /// `None` for nothing.
    matching: Option<Match>,
    /// How the request was planned, if it asks for anything.
    pub plan: Option<Plan>,
    notes: Vec<Note>,
    /// What was left out of answers before.
    before: Shortfalls,
    /// Documents that tell what others tell, and the numbers of their stories.
    told: OnceCell<Vec<(DocumentRow, u32)>>,
}

impl There {
    /// Runs a request at the time of the searcher.
    pub fn of(
        searcher: Searcher,
        finder: Arc<dyn Finder>,
        request: &Request,
    ) -> Result<There, GlanceError> {
        let query = request.query();
        if is_about_all(request, &query) {
            return There::of_all(searcher, finder);
        }
        let pipeline = &searcher.pipeline;
        let memo = Memo::default();
        let before = finder.shortfalls();
        let find = || pipeline.matches_elsewhere(&*finder, &query, request.sort, &memo);
        let Matches {
            documents: total,
            plan,
            notes,
        } = pipeline.snapshot.guarded(find)?;
        Ok(There {
            total,
            before,
            finder,
            matching: plan
                .as_ref()
                .filter(|_| total > 0)
                .map(|plan| plan.matching.clone()),
            plan,
            notes,
            told: OnceCell::new(),
            searcher,
        })
    }

    /// The documents that exist and have a term.
    pub fn with_term(
        searcher: Searcher,
        finder: Arc<dyn Finder>,
        field: tantivy::schema::Field,
        term: &str,
    ) -> Result<There, GlanceError> {
        let matching = Match::Value(field, term.to_owned());
        let matching = searcher.pipeline.every().both(matching.unscored());
        let snapshot = &searcher.pipeline.snapshot;
        let before = finder.shortfalls();
        let total = snapshot.guarded(|| {
            snapshot.deadline.check()?;
            finder.count(&matching)
        })?;
        Ok(There {
            total,
            before,
            finder,
            matching: Some(matching),
            plan: None,
            notes: Vec::new(),
            told: OnceCell::new(),
            searcher,
        })
    }

    fn of_all(searcher: Searcher, finder: Arc<dyn Finder>) -> Result<There, GlanceError> {
        let matching = searcher.pipeline.every();
        Ok(There {
            total: searcher.documents(),
            before: finder.shortfalls(),
            finder,
            matching: Some(matching),
            plan: None,
            notes: Vec::new(),
            told: OnceCell::new(),
            searcher,
        })
    }

    /// Another request, at the same time.
    pub fn instead(&self, request: &Request) -> Result<There, GlanceError> {
        There::of(self.searcher.clone(), Arc::clone(&self.finder), request)
    }

    /// Every article that exists, at the same time.
    pub fn every(&self) -> Result<There, GlanceError> {
        There::of_all(self.searcher.clone(), Arc::clone(&self.finder))
    }

    /// Takes the columns of all documents, each with the number of its story if others tell it, too.
    pub fn each(&self, take: impl FnMut(&DocumentRow, Option<u32>)) -> Result<(), GlanceError> {
        self.each_of(self.matching.clone(), take)
    }

    /// The same of those documents that another request matches as well.
    pub fn each_also_of(
        &self,
        other: &There,
        take: impl FnMut(&DocumentRow, Option<u32>),
    ) -> Result<(), GlanceError> {
        let both = self.matching.clone().zip(other.matching.clone());
        self.each_of(both.map(|(one, other)| one.both(other)), take)
    }

    fn each_of(
        &self,
        matching: Option<Match>,
        mut take: impl FnMut(&DocumentRow, Option<u32>),
    ) -> Result<(), GlanceError> {
        let Some(matching) = matching else {
            return Ok(());
        };
        let table = self.finder.collection().reprints();
        let snapshot = self.snapshot();
        Ok(snapshot.guarded(|| {
            self.finder.rows(&matching, &mut |row: DocumentRow| {
                snapshot.deadline.check()?;
                take(&row, row.key.and_then(|key| table.group_of(key)));
                Ok(())
            })
        })?)
    }

    /// What is stored of all documents, one by one in the order of their moments; and how many there are.
    pub fn stored(&self, order: ByDate) -> Result<Option<Stored>, GlanceError> {
        self.ask(|finder, matching| finder.stored(matching, order).map(Some))
    }

    /// All values of fields that any article has, in their order.
    pub fn all_values(&self, fields: &[Field]) -> Result<BTreeSet<String>, GlanceError> {
        let snapshot = self.snapshot();
        let collection = self.finder.collection();
        let mut all = BTreeSet::new();
        for field in fields {
            let field = field.compared(&snapshot.shared.fields);
            let terms = || Ok(collection.terms(field, "", None, usize::MAX)?);
            let terms = snapshot.guarded(terms)?;
            all.extend(terms.into_iter().map(|(value, _)| value));
        }
        Ok(all)
    }

    pub fn notes(&self) -> Vec<String> {
        let left_out = self.finder.shortfalls().since(self.before);
        let notes = self.notes.iter().chain(&left_out);
        notes.map(Note::to_string).collect()
    }

    /// How many stories the documents tell.
    pub fn stories(&self) -> Result<u64, GlanceError> {
        let counts = self.corrected(vec![((), self.total)], |_| vec![()])?;
        Ok(counts.first().map_or(0, |(_, counts)| counts.stories))
    }

    /// Counts by the values of a field.
    pub fn by_value(&self, field: Field) -> Result<Counting<Cow<'static, str>>, GlanceError> {
        let counted = self.ask(|finder, matching| finder.values(matching, field))?;
        let spellings = self.spellings(field)?;
        let of_row = |row: &DocumentRow| row.values[field as usize].clone();
        let counts = self.corrected(counted, of_row)?.into_iter();
        let written = |folded: String| spellings.get(&folded).cloned().unwrap_or(folded);
        Ok(Counting {
            counts: counts
                .map(|(value, of)| (Cow::from(written(value)), of))
                .collect(),
            missing: self.without(&[field])?,
        })
    }

    /// Documents without a value in any of these fields.
    pub fn without(&self, fields: &[Field]) -> Result<u64, GlanceError> {
        self.ask(|finder, matching| finder.without(matching, fields))
    }

    /// Counts by what `key` makes of a moment: the same of all moments of a `step`, an hour or a day.
    pub fn by_moment(
        &self,
        step: Unit,
        key: impl Fn(i64) -> i64,
    ) -> Result<Counting<i64>, GlanceError> {
        let spans = Spans {
            seconds: step.end(0),
            from: -CHINA_SECONDS,
        };
        let counted = self.ask(|finder, matching| finder.moments(matching, spans))?;
        let dated: u64 = counted.iter().map(|(_, articles)| articles).sum();
        let mut by_key: FxHashMap<i64, u64> = FxHashMap::default();
        for (start, articles) in counted {
            *by_key.entry(key(start)).or_default() += articles;
        }
        let of_row = |row: &DocumentRow| row.published.map(&key).into_iter().collect();
        Ok(Counting {
            counts: self.corrected(by_key.into_iter().collect(), of_row)?,
            missing: self.total.saturating_sub(dated),
        })
    }

    /// When the first and the last of the articles that exist were published.
    pub fn bounds(&self) -> Result<Option<(i64, i64)>, GlanceError> {
        let snapshot = self.snapshot();
        let collection = self.finder.collection();
        Ok(snapshot.guarded(|| Ok(collection.bounds(snapshot.end())?))?)
    }

    fn snapshot(&self) -> &Snapshot {
        &self.searcher.pipeline.snapshot
    }

    /// Asks of the matches; of none, the answer is empty.
    fn ask<T: Default>(
        &self,
        ask: impl FnOnce(&dyn Finder, &Match) -> Result<T, IndexError>,
    ) -> Result<T, GlanceError> {
        let Some(matching) = &self.matching else {
            return Ok(T::default());
        };
        let snapshot = self.snapshot();
        Ok(snapshot.guarded(|| {
            snapshot.deadline.check()?;
            ask(&*self.finder, matching)
        })?)
    }

    /// Articles and stories of each value, from the articles of each; `values` tells those of a document.
    fn corrected<T: Eq + std::hash::Hash + Clone>(
        &self,
        counted: Vec<(T, u64)>,
        values: impl Fn(&DocumentRow) -> Vec<T>,
    ) -> Result<Vec<(T, Counts)>, GlanceError> {
        let places = counted.iter().enumerate();
        let numbers: FxHashMap<T, u32> = places
            .map(|(place, (value, _))| (value.clone(), place as u32))
            .collect();
        let mut tally = Tally::default();
        for (row, story) in self.told()? {
            let places = values(row).into_iter();
            for place in places.filter_map(|value| numbers.get(&value).copied()) {
                tally.add(place, *story);
            }
        }
        let mut told = tally.finish();
        told.resize(counted.len(), Counts::default());
        let counts = counted.into_iter().zip(told);
        let corrected = counts.map(|((value, articles), told)| {
            let alone = articles.saturating_sub(told.articles);
            let stories = alone + told.stories;
            (value, Counts { articles, stories })
        });
        Ok(corrected.collect())
    }

    fn told(&self) -> Result<&[(DocumentRow, u32)], GlanceError> {
        if let Some(told) = self.told.get() {
            return Ok(told);
        }
        let table = self.finder.collection().reprints();
        let mut told = Vec::new();
        self.ask(|finder, matching| {
            finder.rows_of_stories(matching, self.total, &mut |row: DocumentRow| {
                let story = row.key.and_then(|key| table.group_of(key));
                told.extend(story.map(|story| (row, story)));
                Ok(())
            })
        })?;
        Ok(self.told.get_or_init(|| told))
    }

    /// How folded values are written by most.
    fn spellings(&self, field: Field) -> Result<FxHashMap<String, String>, GlanceError> {
        let snapshot = self.snapshot();
        let shared = &snapshot.shared;
        let Some(written) = field.written(&shared.fields) else {
            return Ok(FxHashMap::default());
        };
        let collection = self.finder.collection();
        let all = || Ok(collection.terms(written, "", None, usize::MAX)?);
        let mut spellings: FxHashMap<String, (u64, String)> = FxHashMap::default();
        for (name, articles) in snapshot.guarded(all)? {
            let most = spellings.entry(shared.analyzer.fold(&name)).or_default();
            // They come in their order: of those that as many write, the first.
            if articles > most.0 {
                *most = (articles, name);
            }
        }
        let spellings = spellings.into_iter();
        Ok(spellings
            .map(|(folded, (_, name))| (folded, name))
            .collect())
    }
}
