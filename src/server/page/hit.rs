//! A hit of the page.

use super::link::{Place, company};
use super::pieces::{Piece, harmless, moment, pieces};
use crate::corpus::Stock;
use crate::search::AnswerHit;

/// A hit as the page shows it.
pub struct HitView {
    /// The address of the article.
    pub address: String,
    /// Its title.
    pub title: Vec<Piece>,
    /// When it was published.
    pub date: String,
    /// By whom; empty where it is not known.
    pub source: String,
    /// The address of what they published.
    pub source_address: Option<String>,
    /// The companies that it is about.
    pub companies: Vec<Company>,
    /// Its best passages.
    pub passages: Vec<Passage>,
    /// The other articles that tell its story.
    pub also: Vec<Also>,
    /// Who told it first, and when.
    pub first: String,
}

/// A company, as a link.
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// The address of its page.
    pub address: String,
}

/// A passage of an article.
pub struct Passage {
    /// The passage.
    pub text: Vec<Piece>,
    /// It begins or ends inside a sentence.
    pub cut_before: bool,
    pub cut_after: bool,
}

/// Another article of a story.
pub struct Also {
    /// The address of the article.
    pub address: String,
    /// By whom.
    pub source: String,
    /// When.
    pub date: String,
}

/// Companies of a hit that show, at most.
const MAX_COMPANIES: usize = 3;

impl HitView {
    /// A hit as the page shows it.
    pub fn of(hit: &AnswerHit, place: &Place) -> HitView {
        let t = place.language.words();
        let also = hit.also.iter().map(|other| Also {
            address: place.article(&other.id),
            source: or(&other.source, t.unknown),
            date: moment(other.date.as_deref(), place.language),
        });
        let also: Vec<Also> = also.collect();
        let passages = hit.snippets.iter().map(|passage| Passage {
            text: pieces(&passage.text, &passage.marks),
            cut_before: passage.cut_before,
            cut_after: passage.cut_after,
        });
        let title = match hit.title.trim().is_empty() {
            true => pieces(t.untitled, &[]),
            false => pieces(&hit.title, &hit.title_marks),
        };
        HitView {
            address: place.article(&hit.id),
            title,
            date: moment(hit.date.as_deref(), place.language),
            source: harmless(&hit.source),
            source_address: (!hit.source.is_empty())
                .then(|| place.with(|request| request.source = vec![hit.source.clone()])),
            companies: companies(&hit.stocks, MAX_COMPANIES),
            passages: passages.collect(),
            first: first(hit, &also, place),
            also,
        }
    }
}

/// The companies of an article, the surest first; mere links are left out where others are there.
pub fn companies(stocks: &[Stock], most: usize) -> Vec<Company> {
    let mut companies = Vec::new();
    for stock in stocks {
        let Some(key) = stock.key() else { continue };
        if companies.len() == most || stock.strength < 2 && most == MAX_COMPANIES {
            break;
        }
        companies.push(Company {
            name: harmless(&stock.name),
            address: company(&key),
            key: harmless(&key),
        });
    }
    companies
}

/// Who told the story first: one of the others, where it was earlier than the hit.
fn first(hit: &AnswerHit, also: &[Also], place: &Place) -> String {
    let earliest = also.first();
    let other = earliest.filter(|_| {
        let date = hit.also.first().and_then(|other| other.date.as_deref());
        date.is_some_and(|date| hit.date.as_deref().is_none_or(|own| date < own))
    });
    match other {
        Some(other) => format!("{} {}", other.source, other.date),
        None => {
            let source = or(&hit.source, place.language.words().unknown);
            format!("{source} {}", moment(hit.date.as_deref(), place.language))
        }
    }
}

fn or(text: &str, otherwise: &str) -> String {
    match text.trim().is_empty() {
        true => otherwise.to_owned(),
        false => harmless(text),
    }
}
