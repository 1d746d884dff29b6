//! The securities an article names, and how sure that is.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::listing::Listing;
use super::mention::{Evidence, Mention, find_in_text, is_of_korea};
use super::{Article, Kind, Market, Stock};

/// The securities of an article: those of its markup, and those its text names with their codes, each
/// once, the strongest first, then in the order of appearance.
pub(super) fn rank(mut mentions: Vec<Mention>, article: &Article) -> Vec<Stock> {
    let texts = || {
        let head = [&article.title, &article.digest].into_iter();
        head.chain(article.body.iter().map(|p| &p.text))
    };
    for text in texts() {
        find_in_text(text, &mut mentions);
    }
    mentions.retain(|Mention { listing, .. }| {
        let is_shared = listing.market == Some(Market::Shenzhen) && listing.code.starts_with("00");
        !(is_shared && texts().any(|text| is_of_korea(&listing.code, text)))
    });
    let mut stocks = Gathered::default();
    for mention in mentions {
        stocks.add(mention);
    }
    let mut stocks = stocks.finish(article);
    let head = head(article);
    for stock in &mut stocks {
        let is_named = stock.name.chars().nth(1).is_some()
            && head.iter().any(|text| text.contains(&stock.name));
        if is_named {
            stock.strength = stock.strength.max(2);
        }
    }
    stocks.sort_by_key(|stock| std::cmp::Reverse(stock.strength));
    stocks
}

/// Title and digest, as much of them as is looked at for names. A flash without a digest is one
/// itself.
fn head<'a>(article: &'a Article) -> Vec<&'a str> {
    let title = if article.title_derived {
        ""
    } else {
        &article.title
    };
    let mut head = vec![title, article.digest.as_str()];
    if article.kind == Kind::Flash && article.digest.is_empty() {
        head.extend(article.body.first().map(|first| first.text.as_str()));
    }
    let start = |text: &'a str| &text[..text.floor_char_boundary(MAX_TEXT)];
    head.into_iter().map(start).collect()
}

/// The securities of one article while they are gathered.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    by_listing: HashMap<Listing, usize>,
    /// Those of which only the name is known.
    by_name: HashMap<String, usize>,
}

struct Entry {
    listing: Listing,
    name: String,
    strength: u8,
    /// The name was cut from the text, and so may have a word too much before it.
    is_cut: bool,
    /// It is the same as an entry that has the code.
    is_joined: bool,
}

/// An article names at most this many securities; what follows is a list.
const MAX_STOCKS: usize = 1000;

impl Gathered {
    fn add(&mut self, mention: Mention) {
        let known = if mention.listing.code.is_empty() {
            self.by_name.get(&mention.name)
        } else {
            self.by_listing.get(&mention.listing)
        };
        match known {
            Some(&at) => self.entries[at].strengthen(mention),
            None if self.entries.len() < MAX_STOCKS => self.insert(mention),
            None => {}
        }
    }

    fn insert(&mut self, mention: Mention) {
        let at = self.entries.len();
        if mention.listing.code.is_empty() {
            self.by_name.insert(mention.name.clone(), at);
        } else {
            self.by_listing.insert(mention.listing.clone(), at);
        }
        self.entries.push(Entry {
            listing: mention.listing,
            name: mention.name,
            strength: mention.evidence.strength(),
            is_cut: mention.evidence == Evidence::Text,
            is_joined: false,
        });
    }

    /// A name without a code is that of a code where the text gives both.
    fn join_by_name(&mut self) {
        for at in 0..self.entries.len() {
            let entry = &self.entries[at];
            let starts = entry.name.char_indices().map(|(start, _)| start);
            let mut starts = starts.take(if entry.is_cut { usize::MAX } else { 1 });
            let same = starts.find_map(|start| self.by_name.get(&entry.name[start..]));
            let Some(&same) = same.filter(|_| !entry.listing.code.is_empty()) else {
                continue;
            };
            let named = &mut self.entries[same];
            named.is_joined = true;
            let (name, strength) = (named.name.clone(), named.strength);
            let entry = &mut self.entries[at];
            entry.strength = entry.strength.max(strength);
            entry.name = name;
            entry.is_cut = false;
        }
    }

    fn finish(mut self, article: &Article) -> Vec<Stock> {
        self.join_by_name();
        let text = LazyCell::new(|| start_of_text(article));
        let entries = self.entries.into_iter().filter(|entry| !entry.is_joined);
        let stock = |entry: Entry| Stock {
            market: entry.listing.market,
            code: entry.listing.code,
            name: match entry.is_cut {
                true => likely_name(&entry.name, &text).to_owned(),
                false => entry.name,
            },
            strength: entry.strength,
        };
        entries.map(stock).collect()
    }
}

impl Entry {
    fn strengthen(&mut self, mention: Mention) {
        self.strength = self.strength.max(mention.evidence.strength());
        let is_cut = mention.evidence == Evidence::Text;
        let is_better = self.is_cut && !is_cut && !mention.name.is_empty();
        if self.name.is_empty() || is_better {
            self.name = mention.name;
            self.is_cut = is_cut;
        } else if self.is_cut && is_cut {
            let common = common_suffix(&self.name, &mention.name);
            if common.chars().nth(1).is_some() {
                self.name = common.to_owned();
            }
        }
    }
}

fn common_suffix<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a
        .chars()
        .rev()
        .zip(b.chars().rev())
        .take_while(|(a, b)| a == b);
    let length: usize = same.map(|(c, _)| c.len_utf8()).sum();
    &a[a.len() - length..]
}

/// Of a name that may have a word too much before it, the end that the text has more often than the
/// whole: `云帆科技` of `今日云帆科技`. Only ends of 4 characters or more: a shorter one may be what
/// the text calls the company after its first mention.
fn likely_name<'a>(name: &'a str, text: &str) -> &'a str {
    let whole = text.matches(name).count();
    let ends = name.char_indices().skip(1).map(|(start, _)| &name[start..]);
    ends.take_while(|end| end.chars().nth(3).is_some())
        .find(|end| text.matches(end).count() > whole)
        .unwrap_or(name)
}

/// Title and text, as much of them as is looked at for names.
fn start_of_text(article: &Article) -> String {
    let mut start = String::new();
    for text in [&article.title, &article.digest]
        .into_iter()
        .chain(article.body.iter().map(|p| &p.text))
    {
        start.extend(text.chars().take(MAX_TEXT));
        start.push('\n');
        if start.len() > MAX_TEXT {
            break;
        }
    }
    start
}

/// How much text is looked at for names, in bytes, roughly.
const MAX_TEXT: usize = 64 * 1024;
