//! The securities an article names, and how sure that is.

use std::collections::HashMap;

use scraper::node::Element;

use super::{Article, Kind, Market, Stock};

impl Stock {
    /// The canonical key of the security: `SH601318`, `SZ000001`, `BJ830799`, `HK00700`, `US:BABA`,
    /// `BK0473`, of another market its number (`100.DJIA`), of an unknown one the bare code. `None`
    /// where only the name is known.
    pub fn key(&self) -> Option<String> {
        Listing::new(self.market, &self.code).key()
    }
}

/// A place in a market: what a code says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Listing {
    pub(crate) market: Option<Market>,
    pub(crate) code: String,
}

/// A place of an article that names a security.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) listing: Listing,
    /// May be empty.
    pub(super) name: String,
    pub(super) evidence: Evidence,
}

/// What shows that a security is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// A link, which the publisher sets by dictionary and often wrongly.
    Link,
    /// A list that comes with the article, or a code in brackets without a name.
    List,
    /// The name with the code in brackets.
    Text,
    /// A chart that the editor put in.
    Chart,
}

impl Evidence {
    fn strength(self) -> u8 {
        match self {
            Evidence::Link => 1,
            Evidence::List => 2,
            Evidence::Text | Evidence::Chart => 3,
        }
    }
}

impl Listing {
    fn new(market: Option<Market>, code: &str) -> Self {
        let mut code = code.to_ascii_uppercase();
        if market == Some(Market::HongKong) && is_digits(&code) {
            code = format!("{code:0>5}");
        }
        Listing { market, code }
    }

    fn key(&self) -> Option<String> {
        let code = &self.code;
        if code.is_empty() {
            return None;
        }
        Some(match self.market {
            Some(Market::Shanghai) => format!("SH{code}"),
            Some(Market::Shenzhen) => format!("SZ{code}"),
            Some(Market::Beijing) => format!("BJ{code}"),
            Some(Market::HongKong) => format!("HK{code}"),
            Some(Market::UnitedStates) => format!("US:{code}"),
            Some(Market::Other(number)) => format!("{number}.{code}"),
            Some(Market::Board) | None => code.clone(),
        })
    }

    /// Reads a code as people write it: `601318`, `SH601318`, `601318.SH`, `1.601318`, `00700`,
    /// `700.HK`, `INTC.O`, `US:BABA`, `BK0473`, `INTC`. The market is `None` where the code does not
    /// tell it; the whole is `None` for what cannot be a code.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let listing = Self::with_market(text)
            .or_else(|| Self::bare(text))
            .or_else(|| {
                let is_ticker = text.bytes().all(|b| b.is_ascii_alphabetic());
                is_ticker.then(|| Listing::new(Some(Market::UnitedStates), text))
            });
        listing
            .or_else(|| is_digits(text).then(|| Listing::new(None, text)))
            .filter(|listing| is_code(&listing.code))
    }

    /// A code that says its market: `601318.SH`, `SH601318`, `HK:00700`, `1.601318`, `BK0473`.
    fn with_market(text: &str) -> Option<Self> {
        Self::with_suffix(text)
            .or_else(|| Self::with_prefix(text))
            .or_else(|| Self::with_number(text))
            .filter(|listing| is_code(&listing.code))
    }

    fn with_suffix(text: &str) -> Option<Self> {
        let (code, suffix) = text.rsplit_once('.')?;
        let market = match suffix.to_ascii_uppercase().as_str() {
            "SH" | "SS" => Market::Shanghai,
            "SZ" => Market::Shenzhen,
            "BJ" => Market::Beijing,
            "HK" => Market::HongKong,
            "O" | "N" | "A" | "OQ" | "US" => Market::UnitedStates,
            _ => return None,
        };
        Self::checked(market, code)
    }

    fn with_prefix(text: &str) -> Option<Self> {
        let (name, code) = match text.split_once([':', '：']) {
            Some((name, code)) => (name.trim(), code.trim()),
            None if text.len() > 2 && text.is_char_boundary(2) => text.split_at(2),
            None => return None,
        };
        let is_glued = name.len() + code.len() == text.len();
        let market = match name.to_ascii_uppercase().as_str() {
            "SH" => Market::Shanghai,
            "SZ" => Market::Shenzhen,
            "BJ" => Market::Beijing,
            "HK" => Market::HongKong,
            "BK" if is_glued && is_digits(code) => {
                return Some(Listing::new(Some(Market::Board), text));
            }
            "US" | "NASDAQ" | "NYSE" | "AMEX" if !is_glued => Market::UnitedStates,
            _ => return None,
        };
        Self::checked(market, code)
    }

    /// `1.601318`, the publisher's number of the market first.
    fn with_number(text: &str) -> Option<Self> {
        let (number, code) = text.split_once('.')?;
        is_digits(number).then(|| Self::of_number(number, code))?
    }

    fn of_number(number: &str, code: &str) -> Option<Self> {
        let market = match number.parse().ok()? {
            0 if code.starts_with(['4', '8']) || code.starts_with("92") => Market::Beijing,
            0 => Market::Shenzhen,
            1 => Market::Shanghai,
            90 => Market::Board,
            105..=107 => Market::UnitedStates,
            116 => Market::HongKong,
            other => Market::Other(other),
        };
        is_code(code).then(|| Listing::new(Some(market), code))
    }

    fn checked(market: Market, code: &str) -> Option<Self> {
        let is_possible = match market {
            Market::Shanghai | Market::Shenzhen | Market::Beijing => {
                is_digits(code) && code.len() == 6
            }
            Market::HongKong => is_digits(code) && code.len() <= 5,
            _ => code.starts_with(|c: char| c.is_ascii_alphabetic()),
        };
        is_possible.then(|| Listing::new(Some(market), code))
    }

    /// Digits alone, where they can only be of one market.
    fn bare(text: &str) -> Option<Self> {
        if !is_digits(text) {
            return None;
        }
        let market = match text.as_bytes() {
            [b'6' | b'5', ..] | [b'9', b'0', b'0', ..] | [b'1', b'1', ..] => Market::Shanghai,
            [b'0', b'0', b'0'..=b'4', ..] | [b'3', ..] | [b'2', b'0', b'0', ..] => Market::Shenzhen,
            [b'1', b'2' | b'5' | b'6' | b'8', ..] => Market::Shenzhen,
            [b'4' | b'8', ..] | [b'9', b'2', ..] => Market::Beijing,
            _ => {
                return Self::checked(Market::HongKong, text)
                    .filter(|_| text.len() == 5 && text.starts_with('0'));
            }
        };
        match text.len() {
            6 => Self::checked(market, text),
            5 if text.starts_with('0') => Self::checked(Market::HongKong, text),
            _ => None,
        }
    }
}

/// The security of a chart, by the link or the picture that shows it.
pub(super) fn of_chart(tag: &Element) -> Option<Listing> {
    let data = tag
        .attr("data-code")
        .map(|code| code.trim_start_matches("K "));
    let by_data = data.and_then(|data| {
        let mut parts = data.split('|');
        let (code, number) = (parts.next()?, parts.next()?);
        Listing::of_number(number, code)
    });
    by_data
        .or_else(|| tag.attr("href").and_then(of_address))
        .or_else(|| of_address(tag.attr("src").filter(|src| src.contains("nid="))?))
}

/// The security a link is about. Links to a glossary are about none.
pub(super) fn of_link(tag: &Element) -> Option<Listing> {
    let is = |name: &str| tag.classes().any(|class| class == name);
    let href = tag.attr("href").unwrap_or_default();
    let is_quote = is("keytip") || is("em_stock_key_common") || href.contains("/unify/r/");
    if !is_quote || is("infokey") {
        return None;
    }
    let by_data = tag.attr("data-code").and_then(|data| {
        let (number, code) = data.split_once(',')?;
        Listing::of_number(number.trim(), code.trim())
    });
    by_data.or_else(|| of_address(href))
}

/// `…/unify/r/1.601318`, `…/sh601318.html`, `…/us/BABA.html`, `…?nid=116.00700&…`.
fn of_address(address: &str) -> Option<Listing> {
    if let Some((_, nid)) = address.split_once("nid=") {
        return Listing::with_number(nid.split('&').next()?);
    }
    let address = address.split(['?', '#']).next()?.trim_end_matches(".html");
    let mut parts = address.rsplit('/');
    let (code, folder) = (parts.next()?, parts.next()?);
    match folder {
        "us" => Listing::checked(Market::UnitedStates, code),
        "hk" => Listing::checked(Market::HongKong, code),
        _ => Listing::with_number(code).or_else(|| Listing::with_prefix(code)),
    }
}

/// Reads `CODE:NAME`, `CODE:`, `:NAME`, as in the lists of JSON Lines.
pub(super) fn of_list_item(item: &str) -> Option<Mention> {
    let (code, name) = item.split_once(':').unwrap_or((item, ""));
    let (code, name) = (code.trim(), name.trim());
    let listing = match code {
        "" => Listing::new(None, ""),
        _ => Listing::parse(code)?,
    };
    (!code.is_empty() || !name.is_empty()).then(|| Mention {
        listing,
        name: name.to_owned(),
        evidence: Evidence::List,
    })
}

/// The securities of an article: those of its markup, and those its text names with their codes, each
/// once, the strongest first, then in the order of appearance.
pub(super) fn rank(mut mentions: Vec<Mention>, article: &Article) -> Vec<Stock> {
    for text in [&article.title, &article.digest]
        .into_iter()
        .chain(article.body.iter().map(|p| &p.text))
    {
        find_in_text(text, &mut mentions);
    }
    let mut stocks = Gathered::default();
    for mention in mentions {
        stocks.add(mention);
    }
    let mut stocks = stocks.finish();
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

/// Title and digest. A flash without a digest is one itself.
fn head(article: &Article) -> Vec<&str> {
    let title = if article.title_derived {
        ""
    } else {
        &article.title
    };
    let mut head = vec![title, article.digest.as_str()];
    if article.kind == Kind::Flash && article.digest.is_empty() {
        head.extend(article.body.first().map(|first| first.text.as_str()));
    }
    head
}

/// The securities of one article while they are gathered.
#[derive(Default)]
struct Gathered {
    stocks: Vec<Stock>,
    by_listing: HashMap<Listing, usize>,
    /// Those of which only the name is known.
    by_name: HashMap<String, usize>,
    /// Whether the name was cut from the text, and so may have a word too much before it.
    is_cut: Vec<bool>,
}

/// An article names at most this many securities; what follows is a list.
const MAX_STOCKS: usize = 1000;

impl Gathered {
    fn add(&mut self, mention: Mention) {
        let known = match mention.listing.code.is_empty() {
            true => self.by_name.get(&mention.name),
            false => self.by_listing.get(&mention.listing),
        };
        match known {
            Some(&at) => self.strengthen(at, mention),
            None if self.stocks.len() < MAX_STOCKS => self.insert(mention),
            None => {}
        }
    }

    fn insert(&mut self, mention: Mention) {
        let at = self.stocks.len();
        if mention.listing.code.is_empty() {
            self.by_name.insert(mention.name.clone(), at);
        } else {
            self.by_listing.insert(mention.listing.clone(), at);
        }
        self.is_cut.push(mention.evidence == Evidence::Text);
        self.stocks.push(Stock {
            market: mention.listing.market,
            code: mention.listing.code,
            name: mention.name,
            strength: mention.evidence.strength(),
        });
    }

    fn strengthen(&mut self, at: usize, mention: Mention) {
        let stock = &mut self.stocks[at];
        stock.strength = stock.strength.max(mention.evidence.strength());
        let is_cut = mention.evidence == Evidence::Text;
        if stock.name.is_empty() || (self.is_cut[at] && !is_cut && !mention.name.is_empty()) {
            stock.name = mention.name;
            self.is_cut[at] = is_cut;
        } else if self.is_cut[at] && is_cut {
            let common = common_suffix(&stock.name, &mention.name);
            if common.chars().nth(1).is_some() {
                stock.name = common.to_owned();
            }
        }
    }

    /// A name without a code is one with the code where the text gives both.
    fn finish(mut self) -> Vec<Stock> {
        let mut gone = vec![false; self.stocks.len()];
        for at in 0..self.stocks.len() {
            let stock = &self.stocks[at];
            if stock.code.is_empty() {
                continue;
            }
            let suffixes = stock
                .name
                .char_indices()
                .map(|(start, _)| &stock.name[start..]);
            let suffixes = suffixes.take(if self.is_cut[at] { usize::MAX } else { 1 });
            let same = suffixes.filter_map(|name| self.by_name.get(name)).next();
            if let Some(&same) = same {
                gone[same] = true;
                let name = self.stocks[same].name.clone();
                let strength = self.stocks[same].strength;
                let stock = &mut self.stocks[at];
                stock.strength = stock.strength.max(strength);
                stock.name = name;
            }
        }
        let mut gone = gone.into_iter();
        self.stocks.retain(|_| !gone.next().unwrap_or(false));
        self.stocks
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

/// Finds `昇兴股份(002752)`, `（01548.HK）`, `（SH600519，00700.HK）`, `（证券代码：600519）`.
fn find_in_text(text: &str, mentions: &mut Vec<Mention>) {
    for (start, bracket) in text.match_indices(['(', '（']) {
        let inside = &text[start + bracket.len()..];
        let Some(end) = inside
            .char_indices()
            .take(MAX_BRACKET)
            .find_map(|(at, c)| matches!(c, ')' | '）').then_some(at))
        else {
            continue;
        };
        let name = name_at_end(&text[..start]);
        for listing in listings_in_brackets(&inside[..end], name) {
            let evidence = if name.is_empty() {
                Evidence::List
            } else {
                Evidence::Text
            };
            mentions.push(Mention {
                listing,
                name: name.to_owned(),
                evidence,
            });
        }
    }
}

/// Whether a bracket holds a code.
pub(super) fn is_listing(inside: &str) -> bool {
    !listings_in_brackets(inside, "").is_empty() || Listing::bare(inside).is_some()
}

/// Codes stand in brackets of at most this many characters.
const MAX_BRACKET: usize = 60;

/// The codes in a bracket: those that say their market; and where all the bracket is codes behind a
/// name, those that do not.
fn listings_in_brackets(inside: &str, name: &str) -> Vec<Listing> {
    let tokens = || {
        inside
            .split([',', '，', '、', '/', ';', '；', '|', ' ', '\u{3000}'])
            .filter(|token| !token.is_empty())
            .map(without_label)
    };
    let bare = |token: &str| {
        let listing = Listing::bare(token)?;
        let is_index = token.starts_with("000") && (name.ends_with('指') || name.ends_with("指数"));
        let market = if is_index {
            Some(Market::Shanghai)
        } else {
            listing.market
        };
        Some(Listing { market, ..listing })
    };
    let has_market = |token: &str| {
        Listing::with_market(token)
            .filter(|_| !token.starts_with(|c: char| c.is_ascii_digit()) || !is_number(token))
    };
    let all: Option<Vec<_>> = tokens()
        .map(|token| has_market(token).or_else(|| bare(token)))
        .collect();
    match all {
        Some(all) if !name.is_empty() => all,
        _ => tokens().filter_map(has_market).collect(),
    }
}

/// `1.601318` in a text is a number.
fn is_number(token: &str) -> bool {
    token.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// `证券代码：600519` → `600519`.
fn without_label(token: &str) -> &str {
    match token.split_once([':', '：']) {
        Some((label, code)) if label.ends_with("代码") || label.ends_with('股') => code,
        _ => token,
    }
}

/// The name a text ends with: the letters and digits before the end, at most 8 Chinese characters or
/// 16 others. Where a sentence runs into the name (`今日云帆科技`), that cannot be told from the name.
fn name_at_end(text: &str) -> &str {
    let text = text.trim_end_matches(['”', '"', '」', '》', ' ']);
    let mut start = text.len();
    let mut room = 16;
    for (at, c) in text.char_indices().rev() {
        let width = if c.is_ascii() { 1 } else { 2 };
        let is_part = c.is_alphanumeric() || matches!(c, '*' | '-' | '·' | '&');
        if !is_part || room < width {
            break;
        }
        room -= width;
        start = at;
        if c == '*' {
            break;
        }
    }
    let name = after_particle(after_han(&text[start..]));
    let name = name.trim_start_matches(['-', '·', '&']);
    let has_letter = name.chars().any(char::is_alphabetic);
    if has_letter { name } else { "" }
}

/// `收购Intel` → `Intel`, but `万科A` and `云帆集团-SW` are names.
fn after_han(name: &str) -> &str {
    let latin = name
        .trim_end_matches(|c: char| c.is_ascii_alphanumeric())
        .len();
    let is_word = name.len() - latin >= 3 && !name[..latin].ends_with('-');
    if is_word { &name[latin..] } else { name }
}

/// `收购的云帆科技` → `云帆科技`, but `美的集团` is a name.
fn after_particle(name: &str) -> &str {
    let behind = name
        .match_indices('的')
        .map(|(at, particle)| &name[at + particle.len()..]);
    behind
        .filter(|rest| rest.chars().nth(2).is_some())
        .next_back()
        .unwrap_or(name)
}

fn is_code(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    (1..=12).contains(&text.len())
        && text.bytes().all(is_part)
        && text.bytes().any(|b| b.is_ascii_alphanumeric())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
