//! Words and names that stand out.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use tantivy::DocAddress;

use super::error::GlanceError;
use super::matched::{Matched, every};
use super::sides::{INSIDE, OUTSIDE, SegmentOfSides};
use super::tally::Tally;
use super::terms::{documents_with, is_telling};
use crate::search::query::request::Request;
use crate::search::query::tree::{Key, Node};
use crate::search::searcher::Searcher;
use crate::search::view::columns::Field;
use crate::search::view::vocabulary::Vocabulary;

/// What to compare, and how much of it to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrendOptions {
    /// What to compare with; `None` for the rest of the archive.
    pub against: Option<Request>,
    /// Most words and names, 1 to 1,000.
    pub top: usize,
}

impl Default for TrendOptions {
    fn default() -> TrendOptions {
        TrendOptions {
            against: None,
            top: 20,
        }
    }
}

/// Words and names that stand out of what matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Trends {
    /// Which commit of the index answered.
    pub generation: String,
    /// Articles that match.
    pub articles: u64,
    /// Stories that they tell: reprints once.
    pub stories: u64,
    /// Stories that these are compared with.
    pub against: u64,
    /// What was not understood in the query, had to be relaxed, or was added.
    pub notes: Vec<String>,
    /// What stands out most first.
    pub trends: Vec<Trend>,
}

/// What a trend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TrendKind {
    /// A word.
    Word,
    /// The name of a security.
    Name,
}

/// A word or name that stands out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Trend {
    /// The word, folded, or the name.
    pub text: String,
    /// What it is.
    pub kind: TrendKind,
    /// Matching articles that have it.
    pub articles: u64,
    /// Matching stories that have it.
    pub stories: u64,
    /// Media of these articles.
    pub sources: u64,
    /// Stories that would have it if it were as frequent as in what is compared with.
    pub expected: f64,
    /// How surprising that is: the log-likelihood ratio.
    pub score: f64,
    /// The query that shows its articles.
    pub query: String,
}

/// Most words and names that can be asked for.
const MAX_TRENDS: usize = 1_000;
/// Fewest stories and media that make a trend.
const MIN_STORIES: u64 = 3;
const MIN_SOURCES: u64 = 2;
/// How many candidates are looked at closely for each trend that is wanted, and how many at least.
const CANDIDATES: usize = 6;
const MIN_CANDIDATES: usize = 200;
/// A word that more than this share of the stories outside has is no trend.
const MOST_COMMON: f64 = 0.3;
/// A longer word explains one inside it that has at most so many times its stories.
const EXPLAINED: f64 = 1.5;

/// A word or name that may stand out.
struct Candidate {
    text: String,
    kind: TrendKind,
    /// A first guess of the score, by articles.
    guess: f64,
    /// Matching articles that have it.
    articles: u64,
    /// What names the security of a name.
    key: String,
}

/// What is compared.
struct Sides<'m> {
    matched: &'m Matched,
    /// By segment and document: 1 for what is looked at, 2 for what it is compared with.
    sides: Vec<Vec<u8>>,
    /// Stories of both.
    totals: [u64; 2],
    /// The names of all media, folded.
    media: Vec<String>,
}

impl Searcher {
    /// The words and names that stand out of what a request matches: the log-likelihood ratio of their stories
    /// against those of the rest of the archive, or of what another request matches. Each has at least three
    /// stories, and two media where the archive has several.
    ///
    /// # Errors
    /// When `top` is out of bounds, or as [`answer`](Self::answer).
    pub fn trends(&self, request: &Request, options: &TrendOptions) -> Result<Trends, GlanceError> {
        if !(1..=MAX_TRENDS).contains(&options.top) {
            let problem = format!("{} is not a number from 1 to {MAX_TRENDS}", options.top);
            return Err(GlanceError::argument("top", problem));
        }
        let matched = Matched::find(self, request)?;
        let against = options.against.as_ref();
        let against = against.map(|other| matched.instead(other)).transpose()?;
        let sides = Sides::new(&matched, against.as_ref())?;
        let wanted = (options.top * CANDIDATES).max(MIN_CANDIDATES);
        let mut candidates = sides.words()?;
        candidates.sort_unstable_by(|a, b| b.guess.total_cmp(&a.guess));
        candidates = first(candidates, wanted);
        let mut names = sides.names()?;
        names.sort_unstable_by(|a, b| b.guess.total_cmp(&a.guess));
        names.truncate(wanted);
        candidates.append(&mut names);
        let mut trends = Vec::new();
        for candidate in &candidates {
            trends.extend(sides.weigh(candidate, request)?);
        }
        trends.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.text.cmp(&b.text))
        });
        let mut trends = unexplained(trends);
        trends.truncate(options.top);
        let [stories, against] = sides.totals;
        Ok(Trends {
            generation: matched.snapshot().generation(),
            articles: matched.total(),
            stories,
            against,
            notes: matched.notes(),
            trends,
        })
    }
}

impl<'m> Sides<'m> {
    fn new(matched: &'m Matched, against: Option<&Matched>) -> Result<Sides<'m>, GlanceError> {
        let snapshot = matched.snapshot();
        let readers = snapshot.engine.segment_readers().iter();
        let mut sides: Vec<Vec<u8>> = readers
            .map(|segment| vec![0; segment.max_doc() as usize])
            .collect();
        let outside = match against {
            Some(against) => against.matches.documents.clone(),
            None => every(snapshot)?,
        };
        for (side, segments) in [(OUTSIDE, &outside), (INSIDE, &matched.matches.documents)] {
            for (segment, documents) in segments.iter().enumerate() {
                for &doc in documents {
                    sides[segment][doc as usize] = side;
                }
            }
        }
        let media = matched.values(Field::Source)?.names.iter();
        let mut both = Sides {
            matched,
            sides,
            totals: [0; 2],
            media: media
                .map(|name| snapshot.shared.analyzer.fold(name))
                .collect(),
        };
        let stories = matched.stories()?;
        let mut tally = Tally::default();
        for (segment, sides) in both.sides.iter().enumerate() {
            for (doc, &side) in sides.iter().enumerate() {
                if side != 0 {
                    tally.add((side - INSIDE).into(), stories[segment][doc]);
                }
            }
        }
        for (total, counts) in both.totals.iter_mut().zip(tally.finish()) {
            *total = counts.stories;
        }
        Ok(both)
    }

    /// The words of what is looked at, with a guess by articles.
    fn words(&self) -> Result<Vec<Candidate>, GlanceError> {
        let snapshot = self.matched.snapshot();
        let field = snapshot.shared.fields.body_words;
        let mut segments = Vec::new();
        for (reader, sides) in snapshot.engine.segment_readers().iter().zip(&self.sides) {
            segments.push(SegmentOfSides::new(reader.inverted_index(field)?, sides));
        }
        let deadline = snapshot.deadline;
        let vocabulary = snapshot.guarded(|| {
            let columns = &snapshot.columns;
            Ok(columns.vocabulary(|| {
                let indexes = segments.iter().map(SegmentOfSides::index);
                Vocabulary::read(indexes, MIN_STORIES, is_telling, deadline)
            })?)
        })?;
        let mut candidates = Vec::new();
        let mut watch = deadline.watch();
        for (text, terms) in vocabulary.words() {
            let mut found = [0; 2];
            for (segment, term) in segments.iter().zip(terms) {
                let Some(term) = term else { continue };
                watch.takes(term.doc_freq as usize / 8);
                let of_segment = segment.count(&term)?;
                found[0] += of_segment[0];
                found[1] += of_segment[1];
            }
            let guess = self.score(found);
            if found[0] >= MIN_STORIES && guess > 0.0 {
                candidates.push(Candidate {
                    text: text.to_owned(),
                    kind: TrendKind::Word,
                    guess,
                    articles: found[0],
                    key: String::new(),
                });
            }
            if watch.is_over() {
                break;
            }
        }
        snapshot.guarded(|| Ok(deadline.check()?))?;
        Ok(candidates)
    }

    /// The securities that what is looked at is about, with a guess by articles.
    fn names(&self) -> Result<Vec<Candidate>, GlanceError> {
        let values = self.matched.values(Field::About)?;
        let mut counts = vec![[0_u64; 2]; values.names.len()];
        for (segment, sides) in self.sides.iter().enumerate() {
            for (doc, &side) in sides.iter().enumerate().filter(|(_, side)| **side != 0) {
                for &value in values.of(segment, doc as u32) {
                    counts[value as usize][usize::from(side - INSIDE)] += 1;
                }
            }
        }
        let mut candidates = Vec::new();
        for (key, found) in values.names.iter().zip(counts) {
            let guess = self.score(found);
            if found[0] < MIN_STORIES || guess <= 0.0 {
                continue;
            }
            candidates.push(Candidate {
                text: key.clone(),
                kind: TrendKind::Name,
                guess,
                articles: found[0],
                key: key.clone(),
            });
        }
        Ok(candidates)
    }

    /// The trend of a candidate, counted exactly; `None` where it is none.
    fn weigh(
        &self,
        candidate: &Candidate,
        request: &Request,
    ) -> Result<Option<Trend>, GlanceError> {
        let snapshot = self.matched.snapshot();
        let fields = &snapshot.shared.fields;
        let looked_in: &[tantivy::schema::Field] = match candidate.kind {
            TrendKind::Word => &[fields.title_words, fields.body_words],
            TrendKind::Name => &[fields.code],
        };
        let published = self.matched.published()?;
        let stories = self.matched.stories()?;
        let sources = self.matched.values(Field::Source)?;
        let text = match candidate.kind {
            TrendKind::Word => &candidate.text,
            TrendKind::Name => &candidate.key,
        };
        let mut documents: Vec<(usize, u32)> = Vec::new();
        for &field in looked_in {
            documents_with(snapshot, field, text, published, |segment, doc, _| {
                documents.push((segment, doc));
            })?;
        }
        // Those of each field are in order.
        documents.sort();
        documents.dedup();
        let mut tally = Tally::default();
        let mut media: FxHashSet<u32> = FxHashSet::default();
        for &(segment, doc) in &documents {
            let side = self.sides[segment][doc as usize];
            if side == 0 {
                continue;
            }
            tally.add((side - INSIDE).into(), stories[segment][doc as usize]);
            if side == INSIDE {
                media.extend(sources.of(segment, doc));
            }
        }
        let counts = tally.finish();
        let count = |side: usize| counts.get(side).copied().unwrap_or_default();
        let found = [count(0).stories, count(1).stories];
        let score = self.score(found);
        let is_common = found[1] as f64 > self.totals[1] as f64 * MOST_COMMON;
        let least = MIN_SOURCES.min(sources.names.len() as u64);
        if found[0] < MIN_STORIES || (media.len() as u64) < least || score <= 0.0 || is_common {
            return Ok(None);
        }
        let is_of_medium = |name: &String| name.contains(text) || text.contains(name);
        if candidate.kind == TrendKind::Word && self.media.iter().any(is_of_medium) {
            return Ok(None);
        }
        let (shown, required) = match candidate.kind {
            TrendKind::Word => {
                let text = text.clone();
                (candidate.text.clone(), Node::Phrase { text, slop: 0 })
            }
            TrendKind::Name => {
                let (segment, doc) = documents[documents.len() - 1];
                let address = DocAddress::new(segment as u32, doc);
                let article = snapshot.guarded(|| snapshot.read(address))?.article;
                let mut named = article.stocks.into_iter();
                let named = named.find(|stock| stock.key().as_deref() == Some(&**text));
                let name = named.map(|stock| stock.name).unwrap_or_default();
                let shown = if name.is_empty() { text.clone() } else { name };
                (shown, Node::Is(Key::Code, text.clone()))
            }
        };
        Ok(Some(Trend {
            text: shown,
            kind: candidate.kind,
            articles: count(0).articles,
            stories: found[0],
            sources: media.len() as u64,
            expected: self.expected(found),
            score,
            query: request.query().and(required).to_string(),
        }))
    }

    /// Stories inside that would have it if it were as frequent as outside.
    fn expected(&self, found: [u64; 2]) -> f64 {
        let [inside, outside] = self.totals.map(|total| total as f64);
        if outside == 0.0 {
            return 0.0;
        }
        found[1] as f64 * inside / outside
    }

    /// The log-likelihood ratio; 0 for what is not more frequent inside.
    fn score(&self, found: [u64; 2]) -> f64 {
        let [inside, outside] = self.totals.map(|total| total as f64);
        let [a, b] = found.map(|count| count as f64);
        if inside == 0.0 || outside == 0.0 || a / inside <= b / outside {
            return 0.0;
        }
        let share = (a + b) / (inside + outside);
        let part = |count: f64, total: f64| {
            let one = |count: f64, expected: f64| match count > 0.0 && expected > 0.0 {
                true => count * (count / expected).ln(),
                false => 0.0,
            };
            one(count, total * share) + one(total - count, total * (1.0 - share))
        };
        2.0 * (part(a.min(inside), inside) + part(b.min(outside), outside))
    }
}

/// The first candidates, and those behind them that may explain one of these.
fn first(mut candidates: Vec<Candidate>, wanted: usize) -> Vec<Candidate> {
    let beyond = candidates.split_off(wanted.min(candidates.len()));
    let kept: FxHashMap<String, u64> = candidates
        .iter()
        .map(|word| (word.text.clone(), word.articles))
        .collect();
    let explains = |longer: &Candidate| {
        let mut pieces = pieces(&longer.text);
        pieces.any(|piece| {
            let articles = kept.get(piece).map(|&articles| articles as f64);
            articles.is_some_and(|articles| articles <= longer.articles as f64 * EXPLAINED)
        })
    };
    candidates.extend(beyond.into_iter().filter(explains));
    candidates
}

/// The texts inside a short one.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let places = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let all = places().flat_map(move |start| places().map(move |end| (start, end)));
    all.filter_map(|(start, end)| text.get(start..end))
        .filter(|piece| (1..text.len()).contains(&piece.len()))
}

/// Leaves out words that a longer one explains, or the name of a security.
fn unexplained(trends: Vec<Trend>) -> Vec<Trend> {
    // A name such as `zx-100` is found as `zx100`, too.
    let is_inside = |word: &str, longer: &str| {
        let letters = longer.chars().filter(|c| c.is_alphanumeric());
        longer.contains(word) || letters.eq(word.chars())
    };
    let explains = |longer: &Trend, word: &Trend| {
        longer.text != word.text
            && is_inside(&word.text, &longer.text)
            && word.stories as f64 <= longer.stories as f64 * EXPLAINED
            || longer.kind == TrendKind::Name
                && word.text == longer.text.to_lowercase()
                && word.kind == TrendKind::Word
    };
    let is_kept: Vec<bool> = trends
        .iter()
        .map(|word| {
            let is_word = word.kind == TrendKind::Word;
            !(is_word && trends.iter().any(|longer| explains(longer, word)))
        })
        .collect();
    let kept = trends.into_iter().zip(is_kept);
    kept.filter_map(|(trend, is_kept)| is_kept.then_some(trend))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_word_that_explains_one_is_looked_at_whatever_its_rank() {
        let candidate = |(text, articles): (&str, u64)| Candidate {
            text: text.to_owned(),
            kind: TrendKind::Word,
            guess: 1.0,
            articles,
            key: String::new(),
        };
        let ranked = [
            ("澜汐", 30),
            ("半导", 30),
            ("电站", 30),
            ("青岚", 9),
            ("半导体", 29),
            ("水电站", 19),
            ("海潮", 40),
        ];
        let found = first(ranked.map(candidate).into(), 3);
        let texts: Vec<&str> = found.iter().map(|word| &*word.text).collect();
        assert_eq!(texts, ["澜汐", "半导", "电站", "半导体"]);
    }

    #[test]
    fn a_word_is_listed_once_in_its_longest_form() {
        let trend = |(text, stories): (&str, u64)| Trend {
            text: text.to_owned(),
            kind: TrendKind::Word,
            articles: stories,
            stories,
            sources: 2,
            expected: 0.1,
            score: 20.0,
            query: String::new(),
        };
        let found = [
            ("zx100", 5),
            ("zx-100", 4),
            ("半导", 9),
            ("半导体", 9),
            ("电站", 9),
            ("水电站", 3),
        ];
        let kept = unexplained(found.map(trend).into());
        let texts: Vec<&str> = kept.iter().map(|trend| &*trend.text).collect();
        assert_eq!(texts, ["zx-100", "半导体", "电站", "水电站"]);
    }
}
