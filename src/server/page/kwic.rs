//! Keywords in context: a line for each match, one below the other.

use super::link::{Lines, Place};
use super::pieces::{harmless, moment};
use crate::search::{Hit, Mark, MarkedArticle, Marker};

/// Characters on each side of a match.
const AROUND: usize = 24;
/// Most lines of an article.
const MAX_LINES: usize = 40;

/// A match with what is around it.
pub struct Line {
    /// What precedes it.
    pub left: String,
    /// The match.
    pub word: String,
    /// What follows.
    pub right: String,
    /// Where it is.
    pub title: String,
    /// The address of the article.
    pub address: String,
    /// When it was published.
    pub date: String,
    /// By whom.
    pub source: String,
}

/// The lines of some hits, in the order that the place asks for.
pub fn lines(hits: Vec<Hit>, marker: &Marker, place: &Place) -> Vec<Line> {
    let mut lines = Vec::new();
    for hit in hits {
        lines.extend(of_article(&marker.mark(hit.article), place));
    }
    match place.lines {
        Lines::Ranked => {}
        // The character next to the match counts first.
        Lines::Left => lines.sort_by_cached_key(|line| line.left.chars().rev().collect::<String>()),
        Lines::Right => lines.sort_by_cached_key(|line| line.right.clone()),
    }
    lines
}

fn of_article(marked: &MarkedArticle, place: &Place) -> Vec<Line> {
    let article = &marked.article;
    let date = article.published.map(|published| published.to_string());
    let date = moment(date.as_deref(), place.language);
    let mut lines = Vec::new();
    let title = [(article.title.as_str(), marked.title.as_slice())];
    let body = article.body.iter().map(|paragraph| paragraph.text.as_str());
    let body = body.zip(marked.body.iter().map(Vec::as_slice));
    for (text, marks) in title.into_iter().chain(body) {
        for mark in marks {
            if lines.len() == MAX_LINES {
                return lines;
            }
            let (left, word, right) = around(text, mark);
            lines.push(Line {
                left,
                word,
                right,
                title: harmless(&article.title),
                address: place.article(&article.id),
                date: date.get(..10).unwrap_or(&date).to_owned(),
                source: harmless(&article.source),
            });
        }
    }
    lines
}

fn around(text: &str, mark: &Mark) -> (String, String, String) {
    let [start, end] = mark.bytes;
    let before = text.get(..start).unwrap_or_default();
    let mut left: Vec<char> = before.chars().rev().take(AROUND).collect();
    left.reverse();
    let right = text.get(end..).unwrap_or_default().chars().take(AROUND);
    let word = text.get(start..end).unwrap_or_default();
    (
        harmless(&left.into_iter().collect::<String>()),
        harmless(word),
        harmless(&right.collect::<String>()),
    )
}
