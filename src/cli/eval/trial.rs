//! The queries of a set, answered and timed.

use std::time::{Duration, Instant};

use newsearch::{IndexError, Page, Query, Searcher};

use super::trec::{Ranked, Topic};

/// What a query found, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The best documents first.
    pub ranking: Vec<Ranked>,
    /// How long it took to read the query and to find the best documents with their scores: without
    /// loading a document, and without a snippet.
    pub latency: Duration,
}

/// Answers each query with the documents of a page, on this thread, without operators: whatever
/// stands in a query is text.
///
/// Each query is run twice. The first pass gives the ranking and warms the caches, the second one,
/// in the same order, is timed.
///
/// # Errors
/// The index cannot be read.
pub fn answer_all(
    searcher: &Searcher,
    topics: &[Topic],
    page: &Page,
) -> Result<Vec<Answer>, IndexError> {
    let rankings = rank_all(searcher, topics, page)?;
    let timed = rankings.into_iter().zip(topics).map(|(ranking, topic)| {
        let latency = time(searcher, topic, page)?;
        Ok(Answer { ranking, latency })
    });
    timed.collect()
}

/// The rankings alone.
///
/// # Errors
/// The index cannot be read.
pub fn rank_all(
    searcher: &Searcher,
    topics: &[Topic],
    page: &Page,
) -> Result<Vec<Vec<Ranked>>, IndexError> {
    let rankings = topics.iter().map(|topic| rank(searcher, topic, page));
    rankings.collect()
}

fn rank(searcher: &Searcher, topic: &Topic, page: &Page) -> Result<Vec<Ranked>, IndexError> {
    let hits = searcher.search(&Query::words(&topic.text), page)?;
    hits.map(|hit| {
        hit.map(|hit| Ranked {
            id: hit.article.id,
            score: hit.score,
        })
    })
    .collect()
}

fn time(searcher: &Searcher, topic: &Topic, page: &Page) -> Result<Duration, IndexError> {
    let started = Instant::now();
    searcher.search(&Query::words(&topic.text), page)?;
    Ok(started.elapsed())
}
