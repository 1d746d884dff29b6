//! Who told a story, when, and how much of its wording was kept.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::analysis::{is_han, starts_block};
use crate::corpus::{Article, Precision, Published};
use crate::index::{FullText, Reprint, hash_id};
use crate::search::searcher::Searcher;
use crate::search::view::snapshot::Snapshot;

/// Who told a story, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Story {
    /// Which commit of the index answered.
    pub generation: String,
    /// The article that was asked for.
    pub id: String,
    /// Articles that tell it.
    pub articles: u64,
    /// Media that tell it.
    pub sources: u64,
    /// Minutes from the first telling until the second medium told it, the fifth, the tenth; `None` where it
    /// has not spread so far, or a time is not known.
    pub second: Option<f64>,
    /// See `second`.
    pub fifth: Option<f64>,
    /// See `second`.
    pub tenth: Option<f64>,
    /// The tellings: the earliest first, those without a date last.
    pub tellings: Vec<Telling>,
}

/// A telling of a story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Telling {
    /// The id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The medium; empty where it is not known.
    pub source: String,
    /// When it was published, as that of a hit.
    pub date: Option<String>,
    /// Minutes after the first telling; `None` where one of the two times is not known, or not to the second.
    pub minutes: Option<f64>,
    /// Share of the first telling's text that it has, 0 to 1.
    pub kept: f64,
    /// Numbers and names of the first telling that it lacks.
    pub lacks: Vec<String>,
    /// Numbers and names that the first telling lacks.
    pub adds: Vec<String>,
}

/// How many characters in a row make a piece of wording.
const PIECE: usize = 4;

/// What a telling says.
struct Said {
    article: Article,
    /// Its text, folded, letters and digits only.
    letters: Vec<char>,
    /// Its numbers with their units, and the names of its securities.
    facts: BTreeSet<String>,
}

impl Searcher {
    /// Who told the story of an article, and when; `None` where no article has this id. An article that nobody
    /// else has told is a story of one telling.
    ///
    /// # Errors
    /// When the index cannot be read, or time is up.
    pub fn story(&self, id: &str) -> Result<Option<Story>, GlanceError> {
        let snapshot = &self.pipeline.snapshot;
        let Some(asked) = snapshot.guarded(|| snapshot.find(id))? else {
            return Ok(None);
        };
        let mut tellings = vec![Said::new(asked, snapshot)];
        for reprint in others(snapshot, id)? {
            let found = snapshot.guarded(|| {
                snapshot.deadline.check()?;
                snapshot.find(&reprint.id)
            })?;
            tellings.extend(found.map(|text| Said::new(text, snapshot)));
        }
        tellings.sort_by(|a, b| {
            let moment = |said: &Said| said.article.published.map(|published| published.seconds);
            let order = |said: &Said| (moment(said).is_none(), moment(said));
            let ids = || a.article.id.cmp(&b.article.id);
            order(a).cmp(&order(b)).then_with(ids)
        });
        let first = &tellings[0];
        let pieces = pieces(&first.letters);
        let told: Vec<Telling> = tellings
            .iter()
            .map(|said| said.compared_with(first, &pieces))
            .collect();
        let media: BTreeSet<&str> = told.iter().map(|telling| &*telling.source).collect();
        Ok(Some(Story {
            generation: snapshot.generation(),
            id: id.to_owned(),
            articles: told.len() as u64,
            sources: media.into_iter().filter(|name| !name.is_empty()).count() as u64,
            second: minutes_until(&told, 2),
            fifth: minutes_until(&told, 5),
            tenth: minutes_until(&told, 10),
            tellings: told,
        }))
    }
}

/// The other articles that tell the story of one.
fn others(snapshot: &Snapshot, id: &str) -> Result<Vec<Reprint>, GlanceError> {
    let table = snapshot.guarded(|| snapshot.reprints())?;
    let Some(group) = table.group_of(hash_id(id)) else {
        return Ok(Vec::new());
    };
    let members = table.members(group).filter(|member| member.id != id);
    Ok(members.collect())
}

/// Minutes from the first telling to the one by which so many media have told the story.
fn minutes_until(tellings: &[Telling], count: usize) -> Option<f64> {
    let mut media = BTreeSet::new();
    for telling in tellings {
        if !telling.source.is_empty() && media.insert(&telling.source) && media.len() == count {
            return telling.minutes;
        }
    }
    None
}

impl Said {
    fn new(text: FullText, snapshot: &Snapshot) -> Said {
        let analyzer = &snapshot.shared.analyzer;
        let FullText { article, body } = text;
        let folded = analyzer.fold(&body);
        let told = match folded.is_empty() {
            true => analyzer.fold(&article.title),
            false => folded,
        };
        let letters = told.chars().filter(|&c| is_han(c) || starts_block(c));
        let names = article.stocks.iter().map(|stock| stock.name.clone());
        let mut facts: BTreeSet<String> = names.filter(|name| !name.is_empty()).collect();
        facts.extend(numbers(&told));
        Said {
            letters: letters.collect(),
            facts,
            article,
        }
    }

    fn compared_with(&self, first: &Said, pieces: &FxHashSet<&[char]>) -> Telling {
        let article = &self.article;
        let lacking = |one: &Said, other: &Said| {
            let lacking = one.facts.difference(&other.facts);
            lacking.cloned().collect()
        };
        Telling {
            id: article.id.clone(),
            title: article.title.clone(),
            source: article.source.clone(),
            date: article.published.map(|published| published.to_string()),
            minutes: minutes(first.article.published, article.published),
            kept: kept(&first.letters, pieces, &self.letters),
            lacks: lacking(first, self),
            adds: lacking(self, first),
        }
    }
}

fn minutes(first: Option<Published>, then: Option<Published>) -> Option<f64> {
    let (first, then) = first.zip(then)?;
    let is_exact = |published: Published| published.precision == Precision::Second;
    let seconds = then.seconds - first.seconds;
    (is_exact(first) && is_exact(then)).then_some(seconds as f64 / 60.0)
}

/// All pieces of a text.
fn pieces(letters: &[char]) -> FxHashSet<&[char]> {
    match letters.len() < PIECE {
        true => [letters].into_iter().collect(),
        false => letters.windows(PIECE).collect(),
    }
}

/// The share of the characters of `first` that lie in pieces which the other text has, too.
fn kept(first: &[char], of_first: &FxHashSet<&[char]>, other: &[char]) -> f64 {
    if first.is_empty() {
        return 0.0;
    }
    let others = pieces(other);
    let shared: FxHashSet<&[char]> = of_first.intersection(&others).copied().collect();
    let size = PIECE.min(first.len());
    let (mut covered, mut end) = (0, 0);
    for (start, piece) in first.windows(size).enumerate() {
        if shared.contains(piece) {
            covered += start + size - end.max(start);
            end = start + size;
        }
    }
    covered as f64 / first.len() as f64
}

/// The numbers of a folded text, each with the unit behind it.
fn numbers(folded: &str) -> BTreeSet<String> {
    let chars: Vec<char> = folded.chars().collect();
    let mut numbers = BTreeSet::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let goes_on = |at: usize| {
            let next_is_digit = chars.get(at + 1).is_some_and(char::is_ascii_digit);
            chars[at].is_ascii_digit() || matches!(chars[at], '.' | ',') && next_is_digit
        };
        while at < chars.len() && goes_on(at) {
            at += 1;
        }
        let mut number: String = chars[start..at].iter().filter(|&&c| c != ',').collect();
        while let Some(&unit) = chars.get(at).filter(|unit| UNITS.contains(**unit)) {
            number.push(unit);
            at += 1;
            if matches!(unit, '%' | '‰') {
                break;
            }
        }
        numbers.insert(number);
    }
    numbers
}

/// Characters behind a number that belong to it.
const UNITS: &str = "%‰万亿千百年月日时分元吨股倍";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_a_share_of_the_first_text() {
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        let first = letters("云汐租赁拟收购青岚物流");
        for (other, expected) in [
            ("云汐租赁拟收购青岚物流", 1.0),
            ("公告称云汐租赁拟收购青岚物流一事", 1.0),
            ("云汐租赁无此事", 4.0 / 11.0),
            ("无关", 0.0),
            ("", 0.0),
        ] {
            let kept = kept(&first, &pieces(&first), &letters(other));
            assert!((kept - expected).abs() < 1e-9, "{other}: {kept}");
        }
        assert_eq!(
            kept(&letters("短"), &pieces(&letters("短")), &letters("短")),
            1.0
        );
    }

    #[test]
    fn numbers_have_their_units() {
        let found = numbers("1月5日,云汐以3.2亿元收购51%股权,共1,234.5万股");
        let expected = ["1234.5万股", "1月", "3.2亿元", "51%", "5日"];
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    }
}
