//! Running queries.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tantivy::collector::{Count, DocSetCollector};
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocAddress, DocSet, TERMINATED, TantivyDocument};

use super::collect::{Best, Collected, Found};
use super::matcher::Matcher;
use super::note::Note;
use super::plan::{Lengths, Plan, Planner};
use super::query::Query;
use super::ranking;
use super::snippet::{Snippet, SnippetOptions};
use crate::analysis::Analyzer;
use crate::corpus::Article;
use crate::index::{IndexError, Shared, Stored};

/// Totals are exact up to this number.
const EXACT_TOTAL: u64 = 10_000;
/// Most hits that a page may have, and most that may be passed over.
const MAX_HITS: usize = 1_000_000;
/// So many of the best documents are looked at closely.
const CANDIDATES: usize = 100;

/// A view of an index as of one commit. Cheap to make and to clone, shared by threads.
#[derive(Clone)]
pub struct Searcher {
    shared: Arc<Shared>,
    engine: tantivy::Searcher,
    /// Counted when a query first asks for them.
    lengths: Arc<OnceLock<Lengths>>,
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
    /// Their snippets.
    pub snippets: SnippetOptions,
}

/// The order of hits. Ties are broken by the later date, then by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first; articles without a date last.
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
            snippets: SnippetOptions::default(),
        }
    }
}

/// What a query found. Iterating reads the hits one by one.
pub struct Hits<'s> {
    /// Documents that match, or [`total_is_exact`](Self::total_is_exact) says at least so many.
    pub total: u64,
    /// Whether `total` is exact.
    pub total_is_exact: bool,
    /// What was not understood in the query, or had to be relaxed.
    pub notes: Vec<Note>,
    searcher: &'s Searcher,
    matcher: Matcher,
    snippets: SnippetOptions,
    found: std::vec::IntoIter<Found>,
}

/// An article found, with what matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article.
    pub article: Article,
    /// Its score: comparable within one query only.
    pub score: f32,
    /// What matched in the title, in characters of it.
    pub title_highlights: Vec<Range<usize>>,
    /// The best passages of the body.
    pub snippets: Vec<Snippet>,
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
        Searcher {
            engine: shared.reader.searcher(),
            shared,
            lengths: Arc::default(),
        }
    }

    /// Runs a query.
    ///
    /// Unquoted words that nothing matches together are relaxed to any of them, with a note; nothing
    /// else in a query ever is.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &Query, page: &Page) -> Result<Hits<'_>, IndexError> {
        let mut notes = query.notes().to_vec();
        let limit = page.offset.min(MAX_HITS) + page.limit.min(MAX_HITS);
        let Some(mut plan) = self.plan(query, false)? else {
            return Ok(self.hits(
                Collected {
                    total: 0,
                    found: Vec::new(),
                },
                None,
                page,
                notes,
            ));
        };
        let wanted = match page.sort {
            Sort::Relevance if limit > 0 => limit.max(CANDIDATES),
            _ => limit,
        };
        let best = Best {
            limit: wanted.min(self.documents() as usize),
            sort: page.sort,
        };
        let mut collected = self.engine.search(&plan.query, &best)?;
        if collected.total == 0 && plan.can_relax {
            if let Some(relaxed) = self.plan(query, true)? {
                collected = self.engine.search(&relaxed.query, &best)?;
                plan = relaxed;
            }
            if collected.total > 0 {
                notes.push(Note::Relaxed);
            }
        }
        if !plan.missing.is_empty() {
            notes.push(Note::Missing {
                words: plan.missing.clone(),
            });
        }
        if collected.total == 0 {
            notes.extend(self.why_nothing(query)?);
        }
        self.sort(&mut collected.found, page.sort)?;
        if page.sort == Sort::Relevance {
            self.look_closer(&plan, &mut collected.found)?;
        }
        collected.found.truncate(limit);
        Ok(self.hits(collected, Some(plan), page, notes))
    }

    /// Ranks the best documents among each other by all that can be seen in them. None of them
    /// loses, so that they stay before the others.
    fn look_closer(&self, plan: &Plan, found: &mut [Found]) -> Result<(), IndexError> {
        let n = found.len().min(CANDIDATES);
        let best = &mut found[..n];
        let addresses: Vec<DocAddress> = best.iter().map(|found| found.address).collect();
        let seen = ranking::look(&self.engine, &plan.looks, &addresses)?;
        for (found, seen) in best.iter_mut().zip(seen) {
            found.score = seen.score(found.score);
        }
        self.sort(best, Sort::Relevance)
    }

    /// What to say of a query that finds nothing.
    fn why_nothing(&self, query: &Query) -> Result<Vec<Note>, IndexError> {
        let parts = self.parts(query)?;
        let parts = parts
            .into_iter()
            .map(|part| (part.query, part.count))
            .collect();
        let weaker = self.weaker(query)?.map(|weaker| Note::Weaker {
            query: weaker.query,
            count: weaker.count,
        });
        Ok([Note::Nothing { parts }]
            .into_iter()
            .chain(weaker)
            .collect())
    }

    /// Number of articles that match; nothing is ranked, relaxed or left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn count(&self, query: &Query) -> Result<u64, IndexError> {
        match self.plan(query, false)? {
            Some(plan) => Ok(self.engine.search(&plan.query, &Count)? as u64),
            None => Ok(0),
        }
    }

    pub(super) fn analyzer(&self) -> &Analyzer {
        &self.shared.analyzer
    }

    /// The ids of all articles that match, in no order: nothing is ranked, relaxed or left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ids(&self, query: &Query) -> Result<Vec<String>, IndexError> {
        let Some(plan) = self.plan(query, false)? else {
            return Ok(Vec::new());
        };
        let found = self.engine.search(&plan.query, &DocSetCollector)?;
        found.into_iter().map(|address| self.id(address)).collect()
    }

    /// The article with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Article>, IndexError> {
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
                if !segment.is_deleted(postings.doc()) {
                    let address = DocAddress {
                        segment_ord,
                        doc_id: postings.doc(),
                    };
                    return self.read(address).map(Some);
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Number of articles.
    pub fn documents(&self) -> u64 {
        self.engine.num_docs()
    }

    /// Facts about the index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn statistics(&self) -> Result<Statistics, IndexError> {
        let mut sources: FxHashMap<String, u64> = FxHashMap::default();
        let (mut undated, mut published) = (0, None);
        for segment in self.engine.segment_readers() {
            let dates = segment.fast_fields().i64("published")?;
            let names = segment.fast_fields().str("source_name")?;
            let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
            for doc in segment.doc_ids_alive() {
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

    fn plan(&self, query: &Query, relaxed: bool) -> Result<Option<Plan>, IndexError> {
        let planner = Planner {
            fields: &self.shared.fields,
            analyzer: &self.shared.analyzer,
            searcher: &self.engine,
            lengths: self.lengths()?,
            relaxed,
        };
        Ok(query.root().map_or(Ok(None), |root| planner.plan(root))?)
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
        collected: Collected,
        plan: Option<Plan>,
        page: &Page,
        notes: Vec<Note>,
    ) -> Hits<'_> {
        let Collected { total, mut found } = collected;
        let total_is_exact = page.count || total <= EXACT_TOTAL;
        found.drain(..page.offset.min(found.len()));
        let (needles, near) = plan.map_or_else(Default::default, |plan| (plan.needles, plan.near));
        Hits {
            total: if total_is_exact { total } else { EXACT_TOTAL },
            total_is_exact,
            notes,
            searcher: self,
            matcher: Matcher::new(&needles, &near),
            snippets: page.snippets.clone(),
            found: found.into_iter(),
        }
    }

    /// Sorts what was found; documents of different segments that tie are compared by their ids.
    fn sort(&self, found: &mut [Found], sort: Sort) -> Result<(), IndexError> {
        found.sort_by(|a, b| a.compare(b, sort));
        let mut start = 0;
        while start < found.len() {
            let ties = found[start..]
                .iter()
                .take_while(|other| found[start].compare(other, sort).is_eq())
                .count();
            if ties > 1 {
                let ids = found[start..start + ties]
                    .iter()
                    .map(|found| self.id(found.address));
                let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
                let mut tied: Vec<_> = ids
                    .into_iter()
                    .zip(found[start..start + ties].to_vec())
                    .collect();
                tied.sort_by(|(a, _), (b, _)| a.cmp(b));
                found[start..start + ties]
                    .iter_mut()
                    .zip(tied)
                    .for_each(|(place, (_, tied))| *place = tied);
            }
            start += ties;
        }
        Ok(())
    }

    fn id(&self, address: DocAddress) -> Result<String, IndexError> {
        let segment = self.engine.segment_reader(address.segment_ord);
        let mut id = String::new();
        if let Some(ids) = segment.fast_fields().str("id")?
            && let Some(place) = ids.term_ords(address.doc_id).next()
        {
            ids.ord_to_str(place, &mut id)
                .map_err(tantivy::TantivyError::from)?;
        }
        Ok(id)
    }

    fn read(&self, address: DocAddress) -> Result<Article, IndexError> {
        let doc: TantivyDocument = self.engine.doc(address)?;
        let stored = Stored::read(&self.shared.fields, &doc);
        stored
            .map(|stored| stored.article)
            .ok_or_else(|| self.shared.damaged_document())
    }
}

impl Iterator for Hits<'_> {
    type Item = Result<Hit, IndexError>;

    fn next(&mut self) -> Option<Result<Hit, IndexError>> {
        let found = self.found.next()?;
        Some(
            self.searcher
                .read(found.address)
                .map(|article| self.hit(article, found.score)),
        )
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.found.size_hint()
    }
}

impl ExactSizeIterator for Hits<'_> {}

impl Hits<'_> {
    fn hit(&self, article: Article, score: f32) -> Hit {
        let folder = self.searcher.shared.analyzer.folder();
        let title_highlights = self.matcher.highlights(folder, &article.title);
        let title = (!article.title_derived).then_some(article.title.as_str());
        let snippets = self
            .matcher
            .snippets(folder, &article.body_text(), title, &self.snippets);
        Hit {
            article,
            score,
            title_highlights,
            snippets,
        }
    }
}
