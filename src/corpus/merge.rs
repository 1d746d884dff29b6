//! Copies of one article → the article.

use std::cmp::Reverse;

use super::{Article, Kind, Precision, Stock};

/// Puts the copies of one article together: source, tag, category and body of the medium's post;
/// digest and address of the rolling news; the securities of all.
///
/// The result does not depend on the order of the copies, nor on how often a copy comes. Of no copies
/// it is an empty article.
pub fn merge(copies: &[Article]) -> Article {
    let mut copies: Vec<&Article> = copies.iter().collect();
    copies.sort_by_cached_key(|copy| rank(copy));
    copies.dedup();
    let [first, others @ ..] = copies.as_slice() else {
        return Article::default();
    };
    let mut merged = (*first).clone();
    if others.is_empty() {
        return merged;
    }
    let titled = copies.iter().find(|copy| !copy.title_derived);
    if let Some(copy) = titled.filter(|_| merged.title_derived) {
        merged.title.clone_from(&copy.title);
        merged.title_derived = false;
    }
    merged.published = copies
        .iter()
        .filter_map(|copy| copy.published)
        .min_by_key(|published| published.precision == Precision::Day);
    fill(&mut merged.source, &copies, |copy| &copy.source);
    fill(&mut merged.tag, &copies, |copy| &copy.tag);
    fill(&mut merged.category, &copies, |copy| &copy.category);
    fill(&mut merged.byline, &copies, |copy| &copy.byline);
    merged.url = flashes_first(&copies).find_map(|copy| copy.url.clone());
    merged.digest = digest(&copies, &merged);
    merged.stocks = stocks(&copies);
    merged.images = richest(&copies, |copy| &copy.images);
    merged.links = richest(&copies, |copy| &copy.links);
    merged
}

/// The best copy first, and a total order, so that the order of the copies has no say.
fn rank(copy: &Article) -> impl Ord + use<> {
    let kind = match copy.kind {
        Kind::Media => 0,
        Kind::Page => 1,
        Kind::Line => 2,
        Kind::Flash => 3,
    };
    let text = copy.body_text();
    let all = format!("{copy:?}");
    (
        text.is_empty(),
        kind,
        Reverse(text.chars().count()),
        text,
        all,
    )
}

fn flashes_first<'a>(copies: &'a [&Article]) -> impl Iterator<Item = &'a Article> {
    let is_flash = |copy: &&&Article| copy.kind == Kind::Flash;
    let flashes = copies.iter().filter(is_flash);
    let others = copies.iter().filter(move |copy| !is_flash(copy));
    flashes.chain(others).copied()
}

fn fill(value: &mut String, copies: &[&Article], of: impl Fn(&Article) -> &String) {
    if value.is_empty()
        && let Some(copy) = copies.iter().find(|copy| !of(copy).is_empty())
    {
        value.clone_from(of(copy));
    }
}

/// The digest of a copy; else the text of a flash, which is a digest where another copy has more.
fn digest(copies: &[&Article], merged: &Article) -> String {
    let given = flashes_first(copies)
        .map(|copy| &copy.digest)
        .find(|digest| !digest.is_empty());
    let flash = || {
        flashes_first(copies)
            .filter(|copy| copy.kind == Kind::Flash && copy.body.len() == 1)
            .map(|copy| &copy.body[0].text)
            .find(|_| merged.kind != Kind::Flash)
    };
    given
        .or_else(flash)
        .filter(|digest| merged.body_text() != **digest)
        .cloned()
        .unwrap_or_default()
}

/// Each security once, as strong as in any copy.
fn stocks(copies: &[&Article]) -> Vec<Stock> {
    let mut merged: Vec<Stock> = Vec::new();
    for stock in copies.iter().flat_map(|copy| &copy.stocks) {
        let is_same = |other: &&mut Stock| {
            let by_name = stock.code.is_empty() && other.name == stock.name;
            (other.market, &other.code) == (stock.market, &stock.code)
                && (by_name || !stock.code.is_empty())
        };
        match merged.iter_mut().find(is_same) {
            Some(other) => {
                other.strength = other.strength.max(stock.strength);
                if other.name.is_empty() {
                    other.name.clone_from(&stock.name);
                }
            }
            None => merged.push(stock.clone()),
        }
    }
    merged.sort_by_key(|stock| Reverse(stock.strength));
    merged
}

fn richest<T: Clone>(copies: &[&Article], of: impl Fn(&Article) -> &Vec<T>) -> Vec<T> {
    let mut richest: &[T] = &[];
    for copy in copies {
        if of(copy).len() > richest.len() {
            richest = of(copy);
        }
    }
    richest.to_vec()
}
