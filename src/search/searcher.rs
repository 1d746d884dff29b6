//! Running queries.

mod hits;

use std::cell::RefCell;
use std::ops::{Bound, Range};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, Count};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Query as EngineQuery, RangeQuery};
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocAddress, DocSet, TERMINATED};

use super::characters::Characters;
use super::collect::{self, Best, Collected, Found};
use super::dates::Days;
use super::deadline::{Deadline, Halt, Timed};
use super::explain::unquoted;
use super::formula::Formula;
use super::ids::Ids;
use super::matcher::Matcher;
use super::names::{ArchiveNames, Names};
use super::note::Note;
use super::plan::{Lengths, Memo, Plan, Planner, Share};
use super::query::{Node, Query};
use super::ranking;
use super::recency::Preference;
use super::segments::Segments;
use super::snippet::SnippetOptions;
use super::stories::{Shown, Stories};
use crate::analysis::Analyzer;
use crate::corpus::Article;
use crate::index::{FullText, IndexError, Shared, Table, View};

pub use hits::{Hit, Hits};

/// Totals are exact up to this number.
const EXACT_TOTAL: u64 = 10_000;
/// Most hits that a page may have, and most that may be passed over.
const MAX_HITS: usize = 1_000_000;
/// So many of the best documents are looked at closely.
const CANDIDATES: usize = 50;

/// Hits that are collected beyond a page, in case that some tell a story that is on it already.
const SPARE_HITS: usize = 10;

/// A view of an index as of one commit. Cheap to make and to clone, shared by threads.
#[derive(Clone)]
pub struct Searcher {
    shared: Arc<Shared>,
    engine: tantivy::Searcher,
    /// `None` where they do not read.
    reprints: Option<Table>,
    past: Option<Past>,
    /// Opened when a query first finds something.
    segments: Arc<OnceLock<Segments>>,
    /// Looked up when a query first asks for them.
    characters: Arc<Characters>,
    /// Counted when a query first asks for them.
    lengths: Arc<OnceLock<Lengths>>,
    /// Read when a query first has letters that may spell one.
    names: Arc<OnceLock<ArchiveNames>>,
    formula: Formula,
    deadline: Deadline,
}

/// An earlier state of an index, made up from the dates of its articles: those without a date, and
/// those that are not from before its end, do not exist.
#[derive(Debug, Clone, Copy)]
struct Past {
    /// In seconds since 1970.
    end: i64,
    /// Articles that exist.
    documents: u64,
}

/// Which hits of a query to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Hits to pass over; at most a million.
    pub offset: usize,
    /// Hits to show; at most a million.
    pub limit: usize,
    /// Their order.
    pub sort: Sort,
    /// Count all documents that match, however many.
    pub count: bool,
    /// Slightly prefer newer articles, by their age when the newest one appeared, unless the query
    /// names a time, has a filter by date, or quotes.
    pub recency: bool,
    /// Show a story that several articles tell in the same words once, by the best of them;
    /// `offset` and `limit` count what is shown, the total counts the articles.
    pub group: bool,
    /// Their snippets.
    pub snippets: SnippetOptions,
}

/// The order of hits. Ties are broken by the later date, then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first; articles without a date last. Articles that lack some of the unquoted
    /// words are left out, unless none has all of them.
    Date,
}

impl Page {
    /// The best `limit` hits.
    pub fn first(limit: usize) -> Page {
        Page {
            offset: 0,
            limit,
            sort: Sort::Relevance,
            count: false,
            recency: false,
            group: false,
            snippets: SnippetOptions::default(),
        }
    }
}

/// What a query found, in order.
#[derive(Default)]
struct Ranking {
    /// Articles that match.
    total: u64,
    shown: Vec<Shown>,
}

/// Facts about an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Articles in the index.
    pub documents: u64,
    /// Articles without a date.
    pub undated: u64,
    /// First and last publication, in seconds since 1970.
    pub published: Option<(i64, i64)>,
    /// Sources with the number of their articles, the most first.
    pub sources: Vec<(String, u64)>,
    /// Size on disk of all files of the index, in bytes.
    pub bytes: u64,
}

impl Searcher {
    pub(crate) fn new(shared: Arc<Shared>) -> Searcher {
        let View {
            engine,
            texts,
            reprints,
        } = shared.view();
        Searcher {
            shared,
            engine,
            reprints,
            past: None,
            segments: Arc::default(),
            characters: Arc::new(Characters::new(texts)),
            lengths: Arc::default(),
            names: Arc::default(),
            formula: Formula::default(),
            deadline: Deadline::default(),
        }
    }

    /// The same index for so long, counted from now: searching, counting and explaining with this
    /// searcher, and reading the hits that it finds, end by then. What would take longer fails with
    /// [`IndexError::OutOfTime`], so that a part of an answer is never taken for all of it. Without
    /// this nothing is stopped.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Searcher {
        Searcher {
            deadline: Deadline::after(timeout),
            ..self
        }
    }

    /// The same index, ranked in another way: for measuring, and no promise.
    #[doc(hidden)]
    #[must_use]
    pub fn with_formula(self, formula: Formula) -> Searcher {
        Searcher { formula, ..self }
    }

    /// The index as it was when `days` had passed: what was published later does not exist, neither
    /// for a query nor in any number; nor does an article without a date, since it may have come
    /// later. Only the statistics that scores rest on (how frequent a word is, how long a text) are
    /// those of the whole index. Days that are told from today are counted from the newest article;
    /// days without an end change nothing.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn as_of(&self, days: Days) -> Result<Searcher, IndexError> {
        self.guarded(|| self.at_end_of(days))
    }

    fn at_end_of(&self, days: Days) -> Result<Searcher, IndexError> {
        let now = if days.are_relative() { self.now()? } else { 0 };
        let ends = [self.past.map(|past| past.end), days.bounds(now).1];
        let Some(end) = ends.into_iter().flatten().min() else {
            return Ok(self.clone());
        };
        let before = self.published_before(end);
        let documents = self.engine.search(&before, &Count)? as u64;
        Ok(Searcher {
            past: Some(Past { end, documents }),
            ..self.clone()
        })
    }

    /// Runs a query.
    ///
    /// Unquoted words that nothing matches together are relaxed to any of them, with a note; nothing
    /// else in a query ever is.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn search(&self, query: &Query, page: &Page) -> Result<Hits<'_>, IndexError> {
        self.guarded(|| self.run(query, page, &Memo::default()))
    }

    pub(super) fn run(
        &self,
        query: &Query,
        page: &Page,
        memo: &Memo,
    ) -> Result<Hits<'_>, IndexError> {
        let mut notes = query.notes().to_vec();
        let preference = self.preference(query, page, &mut notes)?;
        let shares: &[Share] = match page.sort {
            Sort::Relevance => &[Share::Most, Share::Any],
            Sort::Date => &[Share::All, Share::Most, Share::Any],
        };
        let Some(mut plan) = self.plan(query, shares[0], memo)? else {
            return Ok(self.hits(Ranking::default(), None, page, notes));
        };
        let mut found = self.best(&plan, page, &preference)?;
        for &share in &shares[1..] {
            if found.total > 0 || !plan.can_relax {
                break;
            }
            if let Some(relaxed) = self.plan(query, share, memo)? {
                found = self.best(&relaxed, page, &preference)?;
                plan = relaxed;
            }
            if found.total > 0 {
                notes.push(Note::Relaxed);
            }
        }
        notes.append(&mut plan.notes);
        if !plan.missing.is_empty() {
            notes.push(Note::Missing {
                words: plan.missing.clone(),
            });
        }
        if found.total == 0 {
            notes.extend(self.why_nothing(query, memo)?);
        }
        Ok(self.hits(found, Some(plan), page, notes))
    }

    /// The first `limit` hits in their order.
    fn best(
        &self,
        plan: &Plan,
        page: &Page,
        preference: &Preference,
    ) -> Result<Ranking, IndexError> {
        let limit = page.offset.min(MAX_HITS) + page.limit.min(MAX_HITS);
        let documents = self.documents() as usize;
        let stories = self.stories(page.group && limit > 0)?;
        let mut depth = match stories {
            Some(_) => limit + limit / 2 + SPARE_HITS,
            None => limit,
        };
        let is_ranked = page.sort == Sort::Relevance && limit > 0;
        if is_ranked {
            depth = depth.max(CANDIDATES);
        }
        let segments = self.segments()?;
        loop {
            let most = depth.min(documents);
            let best = Best::new(segments, most, page.sort, preference);
            let Collected { total, mut found } = self.collect(plan, best)?;
            // The candidates are sorted again.
            let later = if is_ranked { CANDIDATES } else { 0 };
            let is_settled = |places: Range<usize>| places.start < most && places.end > later;
            collect::sort(&mut found, page.sort, segments, is_settled, self.deadline)?;
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
    fn stories(&self, are_asked_for: bool) -> Result<Option<Stories<'_>>, IndexError> {
        if !are_asked_for {
            return Ok(None);
        }
        let table = self.reprints.as_ref();
        let table = table.ok_or_else(|| self.shared.damaged_reprints())?;
        Ok(match table.is_empty() {
            true => None,
            false => Some(Stories::new(&self.engine, table)?),
        })
    }

    /// The times that articles are preferred by.
    pub(super) fn preference(
        &self,
        query: &Query,
        page: &Page,
        notes: &mut Vec<Note>,
    ) -> Result<Preference, IndexError> {
        let Some(root) = query.root().filter(|_| page.sort == Sort::Relevance) else {
            return Ok(Preference::default());
        };
        let times = root.times();
        if !times.is_empty() {
            let now = self.now()?;
            notes.extend(times.iter().map(|(text, days)| Note::Preferred {
                text: (*text).to_owned(),
                days: days.counted_from(now),
            }));
            return Ok(Preference::of(times.into_iter().map(|(_, days)| days), now));
        }
        let is_precise = |node: &Node| {
            matches!(
                node,
                Node::Phrase { .. } | Node::Near { .. } | Node::Dated(_)
            )
        };
        if !page.recency || root.any(&is_precise) {
            return Ok(Preference::default());
        }
        Ok(Preference::new_before(self.now()?))
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
        let characters = &self.characters;
        let seen = ranking::look(
            &self.engine,
            characters,
            &plan.looks,
            &addresses,
            self.deadline,
        )?;
        for (found, seen) in best.iter_mut().zip(seen) {
            found.score = seen.score(found.score);
        }
        let segments = self.segments()?;
        let sort = Sort::Relevance;
        Ok(collect::sort(
            best,
            sort,
            segments,
            is_shown,
            self.deadline,
        )?)
    }

    /// What to say of a query that finds nothing.
    fn why_nothing(&self, query: &Query, memo: &Memo) -> Result<Vec<Note>, IndexError> {
        let parts = self.parts(query, memo)?.into_iter();
        let parts: Vec<_> = parts.map(|part| (part.query, part.count)).collect();
        let nothing = (parts.len() > 1).then_some(Note::Nothing { parts });
        let weaker = self.weaker(query, memo)?.map(|weaker| Note::Weaker {
            query: weaker.query,
            count: weaker.count,
        });
        Ok(nothing.into_iter().chain(weaker).collect())
    }

    /// Number of articles that match; nothing is ranked, relaxed or left out.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn count(&self, query: &Query) -> Result<u64, IndexError> {
        self.guarded(|| self.count_all(query, &Memo::default()))
    }

    pub(super) fn count_all(&self, query: &Query, memo: &Memo) -> Result<u64, IndexError> {
        match self.plan(query, Share::Most, memo)? {
            Some(plan) => Ok(self.collect(&plan, Count)? as u64),
            None => Ok(0),
        }
    }

    /// Runs a collector over all documents of a plan.
    fn collect<C: Collector>(&self, plan: &Plan, collector: C) -> Result<C::Fruit, IndexError> {
        let timed = Timed {
            collector,
            deadline: self.deadline,
        };
        Ok(self.engine.search(&plan.query, &timed)?)
    }

    /// Runs work on the index; what goes wrong is told for what it is.
    pub(super) fn guarded<T>(
        &self,
        work: impl FnOnce() -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        self.shared.guarded(|| {
            let done = work().map_err(Halt::told)?;
            self.characters.check()?;
            Ok(done)
        })
    }

    pub(super) fn analyzer(&self) -> &Analyzer {
        &self.shared.analyzer
    }

    /// The ids of all articles that match, in no order: nothing is ranked, relaxed or left out.
    ///
    /// # Errors
    /// When the index cannot be read, the query asks for too much, or [time](Self::with_timeout) is up.
    pub fn ids(&self, query: &Query) -> Result<Vec<String>, IndexError> {
        self.guarded(|| match self.plan(query, Share::Most, &Memo::default())? {
            Some(plan) => self.collect(&plan, Ids),
            None => Ok(Vec::new()),
        })
    }

    /// The article with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Article>, IndexError> {
        self.guarded(|| self.find(id))
    }

    fn find(&self, id: &str) -> Result<Option<Article>, IndexError> {
        for (segment_ord, segment) in (0..).zip(self.engine.segment_readers()) {
            let term = Term::from_field_text(self.shared.fields.id, id);
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index
                .read_postings(&term, IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?
            else {
                continue;
            };
            while postings.doc() != TERMINATED {
                let doc_id = postings.doc();
                let exists = || -> Result<bool, IndexError> {
                    let dates = &self.segments()?.get(segment_ord)?.published;
                    Ok(self.exists(dates.first(doc_id)))
                };
                if !segment.is_deleted(doc_id) {
                    let address = DocAddress {
                        segment_ord,
                        doc_id,
                    };
                    let read = || Ok(self.read(address)?.article);
                    return exists()?.then(read).transpose();
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Number of articles.
    pub fn documents(&self) -> u64 {
        match self.past {
            Some(past) => past.documents,
            None => self.engine.num_docs(),
        }
    }

    /// Facts about the index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn statistics(&self) -> Result<Statistics, IndexError> {
        self.guarded(|| self.count_facts())
    }

    fn count_facts(&self) -> Result<Statistics, IndexError> {
        let mut sources: FxHashMap<String, u64> = FxHashMap::default();
        let (mut undated, mut published) = (0, None);
        for segment in self.engine.segment_readers() {
            let dates = segment.fast_fields().i64("published")?;
            let names = segment.fast_fields().str("source_name")?;
            let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
            let docs = segment.doc_ids_alive();
            for doc in docs.filter(|&doc| self.exists(dates.first(doc))) {
                match dates.first(doc) {
                    None => undated += 1,
                    Some(date) => {
                        let (first, last) = published.unwrap_or((date, date));
                        published = Some((date.min(first), date.max(last)));
                    }
                }
                let name = names.as_ref().and_then(|names| names.term_ords(doc).next());
                *counts.entry(name.unwrap_or(u64::MAX)).or_default() += 1;
            }
            for (name, count) in counts {
                let mut text = String::new();
                if let Some(names) = names.as_ref().filter(|_| name != u64::MAX) {
                    names
                        .ord_to_str(name, &mut text)
                        .map_err(tantivy::TantivyError::from)?;
                }
                *sources.entry(text).or_default() += count;
            }
        }
        let mut sources: Vec<_> = sources.into_iter().collect();
        sources.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(Statistics {
            documents: self.documents(),
            undated,
            published,
            sources,
            bytes: self.shared.size()?,
        })
    }

    pub(super) fn plan(
        &self,
        query: &Query,
        share: Share,
        memo: &Memo,
    ) -> Result<Option<Plan>, IndexError> {
        let Some(root) = query.root() else {
            return Ok(None);
        };
        let is_relative = |node: &Node| matches!(node, Node::Dated(days) if days.are_relative());
        let typed = unquoted(root).into_iter();
        let planner = Planner {
            fields: &self.shared.fields,
            analyzer: &self.shared.analyzer,
            scratch: RefCell::default(),
            searcher: &self.engine,
            lengths: self.lengths()?,
            formula: self.formula,
            names: Names {
                table: self.shared.entities.as_ref(),
                searcher: &self.engine,
                fields: &self.shared.fields,
                end: self.past.map(|past| past.end),
                archive: &self.names,
                deadline: self.deadline,
            },
            typed: typed.map(|text| self.shared.analyzer.fold(&text)).collect(),
            share,
            now: if root.any(&is_relative) {
                self.now()?
            } else {
                0
            },
            memo,
            characters: &self.characters,
            deadline: self.deadline,
        };
        let plan = planner.plan(root)?;
        Ok(plan.map(|plan| Plan {
            query: self.existing(plan.query),
            ..plan
        }))
    }

    /// The documents of a query that exist.
    fn existing(&self, query: Box<dyn EngineQuery>) -> Box<dyn EngineQuery> {
        let Some(past) = self.past else { return query };
        let published = Box::new(self.published_before(past.end));
        Box::new(BooleanQuery::intersection(vec![query, published]))
    }

    fn published_before(&self, end: i64) -> ConstScoreQuery {
        let end = Term::from_field_i64(self.shared.fields.published, end);
        let before = RangeQuery::new(Bound::Unbounded, Bound::Excluded(end));
        ConstScoreQuery::new(Box::new(before), 0.0)
    }

    fn exists(&self, published: Option<i64>) -> bool {
        self.past
            .is_none_or(|past| published.is_some_and(|published| published < past.end))
    }

    /// The moment whose day is today: that of the newest article, or the last before the index ends;
    /// in seconds since 1970.
    fn now(&self) -> Result<i64, IndexError> {
        if let Some(past) = self.past {
            return Ok(past.end - 1);
        }
        let mut newest = i64::MIN;
        for (number, segment) in (0..).zip(self.engine.segment_readers()) {
            let dates = &self.segments()?.get(number)?.published;
            if dates.max_value() <= newest {
                continue;
            }
            if segment.has_deletes() {
                let alive = segment.doc_ids_alive().filter_map(|doc| dates.first(doc));
                newest = alive.fold(newest, i64::max);
            } else {
                newest = dates.max_value();
            }
        }
        Ok(newest)
    }

    fn lengths(&self) -> Result<Lengths, IndexError> {
        if let Some(lengths) = self.lengths.get() {
            return Ok(*lengths);
        }
        let lengths = Lengths::of(&self.engine, &self.shared.fields)?;
        Ok(*self.lengths.get_or_init(|| lengths))
    }

    fn hits(
        &self,
        ranking: Ranking,
        plan: Option<Plan>,
        page: &Page,
        notes: Vec<Note>,
    ) -> Hits<'_> {
        let Ranking { total, mut shown } = ranking;
        let total_is_exact = page.count || total <= EXACT_TOTAL;
        shown.drain(..page.offset.min(shown.len()));
        let (needles, near) = plan.map_or_else(Default::default, |plan| (plan.needles, plan.near));
        Hits {
            total: if total_is_exact { total } else { EXACT_TOTAL },
            total_is_exact,
            notes,
            searcher: self,
            matcher: Matcher::new(&needles, &near),
            snippets: page.snippets.clone(),
            found: shown.into_iter(),
        }
    }

    fn segments(&self) -> Result<&Segments, IndexError> {
        if let Some(segments) = self.segments.get() {
            return Ok(segments);
        }
        let segments = Segments::open(&self.engine)?;
        Ok(self.segments.get_or_init(|| segments))
    }

    fn read(&self, address: DocAddress) -> Result<FullText, IndexError> {
        let segment = self.engine.segment_reader(address.segment_ord);
        let stored = self.characters.texts(segment)?.stored(address.doc_id);
        stored
            .and_then(FullText::parse)
            .ok_or_else(|| self.shared.damaged_document())
    }
}
