//! All that a request matches, read one by one from one commit.

use std::cmp::Reverse;
use std::fmt;

use serde::{Deserialize, Serialize};
use tantivy::DocAddress;

use super::countable::Countable;
use super::elsewhere::There;
use super::error::GlanceError;
use super::matched::Matched;
use crate::corpus::Article;
use crate::index::{FullText, IndexError};
use crate::search::plan::Plan;
use crate::search::plan::memo::Memo;
use crate::search::query::page::{Page, Sort};
use crate::search::query::request::Request;
use crate::search::run::best::Ranking;
use crate::search::run::elsewhere::{ByDate, Stored};
use crate::search::searcher::Searcher;
use crate::search::view::columns::UNDATED;
use crate::search::view::snapshot::Snapshot;

/// Most articles in the order of their scores.
const MAX_RANKED: usize = 1_000_000;

/// The order of many articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The newest first, those without a date last; of one moment, in the order of their ids.
    #[default]
    Date,
    /// The oldest first, those without a date last; likewise.
    Oldest,
    /// The best first: at most 1,000,000.
    Relevance,
}

/// All that a request matches. Iterating reads the articles one by one, so that any number of them takes little
/// memory; an error that time is up is the last.
pub struct Articles {
    /// Which commit of the index they are of.
    pub generation: String,
    /// Articles that match.
    pub total: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    pub(super) snapshot: Snapshot,
    pub(super) plan: Option<Plan>,
    source: Source,
}

/// Where articles are read.
enum Source {
    /// Here.
    Addresses(std::vec::IntoIter<DocAddress>),
    /// Elsewhere; so many are left.
    Stored(Stored),
}

impl fmt::Debug for Articles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Articles")
            .field("generation", &self.generation)
            .field("total", &self.total)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

impl Searcher {
    /// All that a request matches, in any order; its `limit` and `offset` do not count. A request without text
    /// and filters is about every article.
    ///
    /// # Errors
    /// As [`answer`](Self::answer); and the articles, while they are read.
    pub fn articles(&self, request: &Request, order: Order) -> Result<Articles, GlanceError> {
        let matched = match Countable::find(self, request)? {
            Countable::Here(matched) => matched,
            Countable::There(there) => return articles_elsewhere(there, request, order),
        };
        let snapshot = matched.snapshot();
        let addresses = snapshot.guarded(|| match order {
            Order::Date => by_date(&matched, |moment| Reverse(Some(moment))),
            Order::Oldest => by_date(&matched, |moment| match moment {
                UNDATED => Reverse(None),
                moment => Reverse(Some(-moment)),
            }),
            Order::Relevance => by_score(&matched, request),
        })?;
        Ok(Articles {
            generation: snapshot.generation(),
            total: matched.total(),
            notes: matched.notes(),
            snapshot: snapshot.clone(),
            plan: matched.matches.plan,
            source: Source::Addresses(addresses.into_iter()),
        })
    }
}

/// All that a request matches elsewhere: in the order of the scores what is found as hits are.
fn articles_elsewhere(
    there: There,
    request: &Request,
    order: Order,
) -> Result<Articles, GlanceError> {
    let mut snapshot = there.searcher.pipeline.snapshot.clone();
    let generation = snapshot.generation();
    let notes = there.notes();
    let order = match order {
        Order::Relevance if there.plan.is_some() => None,
        Order::Relevance | Order::Date => Some(ByDate::Newest),
        Order::Oldest => Some(ByDate::Oldest),
    };
    let mut total = there.total;
    let source = match order {
        None => {
            let pipeline = &there.searcher.pipeline;
            let page = ranked(request, there.total as usize);
            let found = || pipeline.find(&request.query(), &page, &Memo::default());
            let found = snapshot.guarded(found)?;
            snapshot = found.among.unwrap_or(snapshot);
            Source::of(found.ranking)
        }
        Some(order) => match there.stored(order)? {
            None => Source::Addresses(Vec::new().into_iter()),
            Some(stored) => {
                total = stored.total;
                Source::Stored(stored)
            }
        },
    };
    Ok(Articles {
        generation,
        total,
        notes,
        snapshot,
        plan: there.plan,
        source,
    })
}

impl Source {
    /// Hits, in their order.
    fn of(ranking: Ranking) -> Source {
        let addresses: Vec<DocAddress> = ranking
            .shown
            .into_iter()
            .map(|shown| shown.found.address)
            .collect();
        Source::Addresses(addresses.into_iter())
    }

    /// How many are left.
    fn left(&self) -> usize {
        match self {
            Source::Addresses(addresses) => addresses.len(),
            Source::Stored(stored) => usize::try_from(stored.total).unwrap_or(usize::MAX),
        }
    }
}

impl Articles {
    /// The next article, and its body as one text.
    pub(super) fn read_next(&mut self) -> Option<Result<FullText, IndexError>> {
        let snapshot = &self.snapshot;
        let text = match &mut self.source {
            Source::Addresses(addresses) => {
                let address = addresses.next()?;
                snapshot.guarded(|| {
                    snapshot.deadline.check()?;
                    snapshot.read(address)
                })
            }
            Source::Stored(stored) => {
                let document = stored.documents.next()?;
                stored.total = stored.total.saturating_sub(1);
                snapshot.guarded(|| {
                    snapshot.deadline.check()?;
                    let text = FullText::parse(&document?);
                    text.ok_or_else(|| snapshot.shared.damaged_document())
                })
            }
        };
        if matches!(text, Err(IndexError::OutOfTime { .. })) {
            self.source = Source::Addresses(Vec::new().into_iter());
        }
        Some(text)
    }
}

impl Iterator for Articles {
    type Item = Result<Article, IndexError>;

    fn next(&mut self) -> Option<Result<Article, IndexError>> {
        let text = self.read_next()?;
        Some(text.map(|text| text.article))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.source.left();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Articles {}

/// The documents in the order that `key` gives their moments, then in that of their ids.
fn by_date<K: Ord + Copy>(
    matched: &Matched,
    key: impl Fn(i64) -> K,
) -> Result<Vec<DocAddress>, IndexError> {
    let snapshot = matched.snapshot();
    let published = snapshot.columns.published(&snapshot.engine)?;
    let mut documents: Vec<(K, DocAddress)> = Vec::new();
    for (segment, doc) in matched.documents() {
        let address = DocAddress::new(segment as u32, doc);
        documents.push((key(published[segment][doc as usize]), address));
    }
    documents.sort_unstable_by_key(|(key, address)| (*key, *address));
    let segments = snapshot.segments()?;
    let mut sorted = Vec::with_capacity(documents.len());
    for tied in documents.chunk_by(|a, b| a.0 == b.0) {
        if let [(_, only)] = tied {
            sorted.push(*only);
            continue;
        }
        let mut with_ids = Vec::with_capacity(tied.len());
        for (_, address) in tied {
            with_ids.push((segments.id(*address)?, *address));
        }
        with_ids.sort_unstable();
        sorted.extend(with_ids.into_iter().map(|(_, address)| address));
    }
    Ok(sorted)
}

fn by_score(matched: &Matched, request: &Request) -> Result<Vec<DocAddress>, IndexError> {
    if matched.matches.plan.is_none() {
        return by_date(matched, |moment| Reverse(Some(moment)));
    }
    let page = ranked(request, MAX_RANKED);
    let pipeline = &matched.searcher.pipeline;
    let found = pipeline.find(&request.query(), &page, &Memo::default())?;
    let shown = found.ranking.shown.into_iter();
    Ok(shown.map(|shown| shown.found.address).collect())
}

/// The best articles, all copies of them.
fn ranked(request: &Request, limit: usize) -> Page {
    Page {
        offset: 0,
        limit,
        sort: Sort::Relevance,
        group: false,
        ..request.page()
    }
}
