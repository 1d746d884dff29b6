//! Copies of one article → the article.

use std::cmp::Reverse;

use super::{Article, Kind, Place, Precision, Stock};

/// Puts the copies of one article together: source, authors, tags, categories and body of the
/// medium's post; digest and address of the rolling news; the securities and the places of all.
///
/// The result does not depend on the order of the copies, nor on how often a copy comes. Of no copies
/// it is an empty article.
pub fn merge<'a>(copies: impl IntoIterator<Item = &'a Article>) -> Article {
    let mut copies: Vec<&Article> = copies.into_iter().collect();
    copies.sort_unstable();
    copies.dedup();
    // Those of one rank stay in the order of all that they say.
    copies.sort_by_cached_key(|copy| rank(copy));
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
    merged.updated = copies.iter().find_map(|copy| copy.updated);
    merged.source = best(&copies, |copy| &copy.source, String::is_empty);
    merged.authors = best(&copies, |copy| &copy.authors, Vec::is_empty);
    merged.tags = best(&copies, |copy| &copy.tags, Vec::is_empty);
    merged.categories = best(&copies, |copy| &copy.categories, Vec::is_empty);
    merged.byline = best(&copies, |copy| &copy.byline, String::is_empty);
    merged.url = flashes_first(&copies).find_map(|copy| copy.url.clone());
    merged.digest = digest(&copies, &merged);
    merged.stocks = stocks(&copies);
    merged.images = richest(&copies, |copy| &copy.images);
    merged.links = richest(&copies, |copy| &copy.links);
    merged.places = places(&copies);
    merged
}

/// The best copy first.
fn rank(copy: &Article) -> impl Ord + use<> {
    let kind = match copy.kind {
        Kind::Media => 0,
        Kind::Page => 1,
        Kind::Line => 2,
        Kind::Flash => 3,
    };
    let text = copy.body_text();
    (text.is_empty(), kind, Reverse(text.chars().count()), text)
}

fn flashes_first<'a>(copies: &'a [&Article]) -> impl Iterator<Item = &'a Article> {
    let is_flash = |copy: &&&Article| copy.kind == Kind::Flash;
    let flashes = copies.iter().filter(is_flash);
    let others = copies.iter().filter(move |copy| !is_flash(copy));
    flashes.chain(others).copied()
}

/// What the best of the copies has that have something.
fn best<T: Clone + Default>(
    copies: &[&Article],
    of: impl Fn(&Article) -> &T,
    is_empty: impl Fn(&T) -> bool,
) -> T {
    let mut values = copies.iter().map(|copy| of(copy));
    values
        .find(|value| !is_empty(value))
        .cloned()
        .unwrap_or_default()
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

/// The places of all copies, each once.
fn places(copies: &[&Article]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for place in copies.iter().flat_map(|copy| &copy.places) {
        if !places.contains(place) {
            places.push(place.clone());
        }
    }
    places
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::corpus::{Image, Link, Market, Paragraph, Published};

    fn body(text: &str) -> Vec<Paragraph> {
        let paragraph = |text: &str| Paragraph {
            text: text.to_owned(),
            heading: false,
        };
        text.lines().map(paragraph).collect()
    }

    fn stock(code: &str, name: &str, strength: u8) -> Stock {
        Stock {
            market: (!code.is_empty()).then_some(Market::Shenzhen),
            code: code.to_owned(),
            name: name.to_owned(),
            strength,
        }
    }

    fn place(path: &str) -> Place {
        Place {
            path: path.to_owned(),
            line: None,
        }
    }

    /// The copy of the rolling news: digest, address and codes.
    fn flash() -> Article {
        Article {
            id: "202201071234567890".to_owned(),
            kind: Kind::Flash,
            title: "云帆快讯".to_owned(),
            published: Published::parse("2022-01-07 10:00:00"),
            source: "江海".to_owned(),
            tags: vec!["东财滚动新闻".to_owned()],
            categories: vec!["emnews".to_owned()],
            places: vec![place("_posts/202201071234567890.md")],
            url: Some("http://finance.example/1".to_owned()),
            digest: "云帆涨停。".to_owned(),
            body: body("云帆涨停。\n成交过亿。"),
            stocks: vec![stock("300991", "云帆", 2), stock("300992", "", 1)],
            links: vec![Link {
                url: "https://a.example".to_owned(),
                text: "全文".to_owned(),
            }],
            ..Article::default()
        }
    }

    /// The copy of the medium: source, tag, category and body.
    fn media() -> Article {
        Article {
            id: "202201071234567890".to_owned(),
            kind: Kind::Media,
            title: "云帆涨停".to_owned(),
            published: Published::parse("2022-01-07 09:58:00"),
            source: "江海日报".to_owned(),
            authors: vec!["林一舟".to_owned()],
            tags: vec!["江海日报新闻".to_owned()],
            categories: vec!["jianghairibao".to_owned()],
            places: vec![place("_posts/2022-01-07-NW202201071234567890.md")],
            url: Some("http://finews.example/2".to_owned()),
            body: body("云帆涨停。\n成交过亿。\n分析认为合理。"),
            stocks: vec![stock("300992", "蓝湖", 3), stock("300991", "", 1)],
            images: vec![Image {
                url: "https://a.example/1.jpg".to_owned(),
                size: None,
            }],
            ..Article::default()
        }
    }

    #[test]
    fn each_copy_gives_what_it_knows_best() {
        let merged = merge(&[flash(), media()]);
        let expected = Article {
            url: flash().url,
            digest: flash().digest,
            stocks: vec![stock("300992", "蓝湖", 3), stock("300991", "云帆", 2)],
            links: flash().links,
            places: [media().places, flash().places].concat(),
            ..media()
        };
        assert_eq!(merged, expected);
    }

    #[test]
    fn a_flash_that_is_only_a_digest_becomes_the_digest() {
        let bare = Article {
            digest: String::new(),
            body: body("云帆涨停。"),
            ..flash()
        };
        assert_eq!(merge(&[bare.clone(), media()]).digest, "云帆涨停。");
        let same = Article {
            body: bare.body.clone(),
            ..media()
        };
        assert_eq!(
            merge(&[bare, same]).digest,
            "",
            "not where it is all the text"
        );
    }

    #[test]
    fn a_title_and_a_moment_that_are_known_win() {
        let unsure = Article {
            title: "云帆".to_owned(),
            title_derived: true,
            published: Published::day(2022, 1, 6),
            ..media()
        };
        let merged = merge(&[unsure, flash()]);
        assert_eq!((merged.title, merged.title_derived), (flash().title, false));
        assert_eq!(merged.published, flash().published);
        assert_eq!(merged.source, media().source);
    }

    #[test]
    fn an_empty_copy_takes_nothing_away() {
        let empty = Article {
            kind: Kind::Media,
            id: flash().id,
            title: "云帆快讯".to_owned(),
            ..Article::default()
        };
        let merged = merge(&[empty, flash()]);
        assert_eq!(merged.body, flash().body);
        assert_eq!(merged.source, flash().source);
    }

    #[test]
    fn one_copy_is_the_article_and_none_is_empty() {
        assert_eq!(merge(&[media()]), media());
        assert_eq!(merge(&[media(), media()]), media());
        assert_eq!(merge(&[]), Article::default());
    }

    /// Copies that differ in a few places.
    fn copy() -> impl Strategy<Value = Article> {
        let kind = prop_oneof![
            Just(Kind::Media),
            Just(Kind::Flash),
            Just(Kind::Line),
            Just(Kind::Page)
        ];
        let text = prop_oneof![Just(""), Just("甲"), Just("乙"), Just("甲\n乙")];
        let stocks = prop::collection::vec((0..3u8, 1..4u8), 0..3);
        (kind, text.clone(), text, any::<bool>(), stocks).prop_map(
            |(kind, text, name, derived, stocks)| Article {
                kind,
                title: name.replace('\n', ""),
                title_derived: derived,
                source: name.replace('\n', ""),
                tags: name.lines().map(str::to_owned).collect(),
                places: vec![place(text)],
                url: derived.then(|| text.to_owned()),
                published: Published::day(2022, 1, 1 + name.len() as i8),
                body: body(text),
                stocks: stocks
                    .iter()
                    .map(|&(code, strength)| stock(["", "1", "2"][code as usize], name, strength))
                    .collect(),
                ..Article::default()
            },
        )
    }

    proptest! {
        #[test]
        fn neither_order_nor_number_of_the_copies_counts(
            copies in prop::collection::vec(copy(), 0..5),
            seed in any::<prop::sample::Index>(),
        ) {
            let merged = merge(&copies);
            let mut others = copies.clone();
            others.reverse();
            if !others.is_empty() {
                let at = seed.index(others.len());
                others.rotate_left(at);
                others.push(others[at].clone());
            }
            prop_assert_eq!(merge(&others), merged);
        }
    }
}
