//! All that comes back from a search, as plain data.

use std::ops::Range;
use std::str::Chars;

use serde::{Deserialize, Serialize};

use super::hits::Hit;
use super::snippet::Snippet;
use crate::corpus::{self, Published, Stock};
use crate::index::Reprint;

/// The answer to a [`Request`](crate::Request).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Answer {
    /// Which commit of the index answered: equal texts mean equal states.
    pub generation: String,
    /// The moment before which articles exist, in seconds since 1970, where the request was
    /// [as of](crate::Request::as_of) a day.
    pub as_of: Option<i64>,
    /// Milliseconds from the request to the last hit.
    pub took_ms: f64,
    /// Articles that match, exactly.
    pub total: u64,
    /// Stories that they tell, exactly, where the request [asked](crate::Request::stories) for them and
    /// at most 10,000 articles match.
    pub stories: Option<u64>,
    /// The hits, in order.
    pub hits: Vec<AnswerHit>,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    /// The canonical query string of the next page; `None` on the last one.
    pub next: Option<String>,
}

/// An article found, with what matched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct AnswerHit {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What matched in the title.
    pub title_marks: Vec<Mark>,
    /// When it was published, in ISO 8601: with the time and its offset from UTC, or the day alone
    /// where only that is known.
    pub date: Option<String>,
    /// The medium that published it; empty where it is not known, as all texts here.
    pub source: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The first of its tags.
    pub tag: String,
    /// All its tags.
    pub tags: Vec<String>,
    /// The first of its categories.
    pub category: String,
    /// All its categories.
    pub categories: Vec<String>,
    /// Where the archive has its copies, the one that is shown first.
    pub places: Vec<corpus::Place>,
    /// Its address on the web.
    pub url: Option<String>,
    /// The keys of its securities (`SH601318`), the strongest first.
    pub codes: Vec<String>,
    /// Its securities, the strongest first.
    pub stocks: Vec<Stock>,
    /// Its score: comparable within one answer only.
    pub score: f32,
    /// The best passages of the body.
    pub snippets: Vec<Passage>,
    /// The other articles that tell its story in the same words, the earliest first.
    pub also: Vec<Also>,
}

/// A passage of an article, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Passage {
    /// The passage.
    pub text: String,
    /// What matched in it.
    pub marks: Vec<Mark>,
    /// Where it starts, in characters of the body.
    pub start: usize,
    /// It starts inside a sentence.
    pub cut_before: bool,
    /// It ends inside a sentence.
    pub cut_after: bool,
}

/// A range of a text that matched, in three units: the first, and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Mark {
    /// In characters (Unicode scalar values), as Python counts.
    pub chars: [usize; 2],
    /// In bytes of UTF-8, as Rust and Go count.
    pub bytes: [usize; 2],
    /// In units of UTF-16, as JavaScript and Java count.
    pub utf16: [usize; 2],
}

/// Another article that tells the story of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Also {
    /// Its id.
    pub id: String,
    /// The medium that published it.
    pub source: String,
    /// When it was published, as that of a hit.
    pub date: Option<String>,
}

impl From<Hit> for AnswerHit {
    fn from(hit: Hit) -> AnswerHit {
        let article = hit.article;
        AnswerHit {
            title_marks: marks(&article.title, &hit.title_highlights),
            date: date(article.published.as_ref()),
            codes: article.stocks.iter().filter_map(Stock::key).collect(),
            id: article.id,
            title: article.title,
            source: article.source,
            authors: article.authors,
            tag: article.tags.first().cloned().unwrap_or_default(),
            tags: article.tags,
            category: article.categories.first().cloned().unwrap_or_default(),
            categories: article.categories,
            places: article.places,
            url: article.url,
            stocks: article.stocks,
            score: hit.score,
            snippets: hit.snippets.into_iter().map(Passage::from).collect(),
            also: hit.also.into_iter().map(Also::from).collect(),
        }
    }
}

impl From<Snippet> for Passage {
    fn from(snippet: Snippet) -> Passage {
        Passage {
            marks: marks(&snippet.text, &snippet.highlights),
            text: snippet.text,
            start: snippet.start,
            cut_before: snippet.cut_before,
            cut_after: snippet.cut_after,
        }
    }
}

impl From<Reprint> for Also {
    fn from(reprint: Reprint) -> Also {
        Also {
            date: date(reprint.published.as_ref()),
            id: reprint.id,
            source: reprint.source,
        }
    }
}

fn date(published: Option<&Published>) -> Option<String> {
    published.map(Published::to_string)
}

/// Ranges in characters of a text, sorted and apart, in all units.
pub(in crate::search) fn marks(text: &str, ranges: &[Range<usize>]) -> Vec<Mark> {
    let mut marks = Vec::with_capacity(ranges.len());
    let mut place = Place::default();
    let mut rest = text.chars();
    for range in ranges {
        let start = place.forward_to(range.start, &mut rest);
        let end = place.forward_to(range.end, &mut rest);
        marks.push(Mark {
            chars: [start.chars, end.chars],
            bytes: [start.bytes, end.bytes],
            utf16: [start.utf16, end.utf16],
        });
    }
    marks
}

/// How far a text was read.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    chars: usize,
    bytes: usize,
    utf16: usize,
}

impl Place {
    /// Reads on to a character, counted from the beginning.
    fn forward_to(&mut self, chars: usize, rest: &mut Chars<'_>) -> Place {
        debug_assert!(self.chars <= chars, "ranges are sorted and apart");
        while self.chars < chars {
            let Some(c) = rest.next() else { break };
            self.chars += 1;
            self.bytes += c.len_utf8();
            self.utf16 += c.len_utf16();
        }
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_has_its_range_in_three_units() {
        // Characters of four bytes, of three, and of one.
        let text = "\u{20000}行A股";
        let marks = marks(text, &[0..1, 2..4]);
        let expected = [
            Mark {
                chars: [0, 1],
                bytes: [0, 4],
                utf16: [0, 2],
            },
            Mark {
                chars: [2, 4],
                bytes: [7, 11],
                utf16: [3, 5],
            },
        ];
        assert_eq!(marks, expected);
        assert_eq!(&text[marks[1].bytes[0]..marks[1].bytes[1]], "A股");
    }
}
