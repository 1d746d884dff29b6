//! Where an article names a security.

use super::Market;
use super::listing::{self, Listing};
use super::text::opening_brackets;

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
    /// How sure it is that the article is about the security, 1 to 3.
    pub(super) fn strength(self) -> u8 {
        match self {
            Evidence::Link => 1,
            Evidence::List => 2,
            Evidence::Text | Evidence::Chart => 3,
        }
    }
}

/// Reads `CODE:NAME`, `CODE:`, `:NAME`, as in the lists of JSON Lines, and `NYSE: CODE / KRX: CODE`.
pub(super) fn of_list_item(item: &str) -> Option<Mention> {
    let (code, name) = item.split_once(':').unwrap_or((item, ""));
    let (code, name) = (code.trim(), name.trim());
    let (listing, name) = match code {
        "" => (Listing::new(None, ""), name),
        _ if listing::is_exchange(code) && !name.is_empty() && name.is_ascii() => {
            let mut parts = item.split('/').map(str::trim);
            (parts.find_map(Listing::with_market)?, "")
        }
        _ => (Listing::parse(code)?, name),
    };
    (!code.is_empty() || !name.is_empty()).then(|| Mention {
        listing,
        name: name.to_owned(),
        evidence: Evidence::List,
    })
}

/// Finds `昇兴股份(002752)`, `（01548.HK）`, `（SH600519，00700.HK）`, `（证券代码：600519）`.
pub(super) fn find_in_text(text: &str, mentions: &mut Vec<Mention>) {
    for (start, bracket) in opening_brackets(text) {
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

/// Whether a text says of six digits that they are a code of Korea, which its exchange has, too: `KRX: 000660`,
/// `000660.KS`.
pub(super) fn is_of_korea(code: &str, text: &str) -> bool {
    text.match_indices(code).any(|(at, _)| {
        let before = text[..at].trim_end_matches([' ', ':', '：']);
        let after = &text[at + code.len()..];
        let exchanges = ["KRX", "KOSPI", "KOSDAQ"];
        exchanges.iter().any(|name| before.ends_with(name))
            || after.starts_with(".KS")
            || after.starts_with(".KQ")
    })
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
        let is_index = token.starts_with("000") && is_index(name);
        let market = if is_index {
            Some(Market::Shanghai)
        } else {
            listing.market
        };
        Some(Listing { market, ..listing })
    };
    let all: Option<Vec<_>> = tokens()
        .map(|token| Listing::in_text(token).or_else(|| bare(token)))
        .collect();
    match all {
        Some(all) if !name.is_empty() => all,
        _ => tokens().filter_map(Listing::in_text).collect(),
    }
}

/// Whether a name is that of an index: `上证指数`, `中证全指`, `沪深300`, `中证红利`, `科创50`.
fn is_index(name: &str) -> bool {
    let series = ["沪深", "中证", "上证", "全指"];
    let number = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.ends_with('指')
        || name.ends_with("指数")
        || series.iter().any(|series| name.contains(series))
        || number.len() < name.len() && number.ends_with("科创")
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

/// `收购Intel` → `Intel`, but `万科A`, `沪深300ETF` and `云帆集团-SW` are names.
fn after_han(name: &str) -> &str {
    let han = name.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    let latin = &name[han.len()..];
    let is_word = latin.len() >= 3 && latin.contains(|c: char| c.is_ascii_lowercase());
    if is_word && !han.ends_with('-') {
        latin
    } else {
        name
    }
}

/// `收购的云帆科技` → `云帆科技`, but `美的集团` is a name.
fn after_particle(name: &str) -> &str {
    name.rmatch_indices('的')
        .map(|(at, particle)| &name[at + particle.len()..])
        .find(|rest| rest.chars().nth(2).is_some())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        let mut mentions = Vec::new();
        find_in_text(text, &mut mentions);
        let line = |mention: &Mention| {
            let key = mention.listing.key().unwrap_or_default();
            format!("{key} {} {}", mention.name, mention.evidence.strength())
        };
        mentions.iter().map(line).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_code_of_korea_is_none_of_shenzhen() {
        for text in [
            "代码：KRX: 000660 / NYSE: X",
            "可买000660.KS",
            "KOSPI：000660",
            "000660.KQ",
        ] {
            assert!(is_of_korea("000660", text), "{text}");
        }
        for text in [
            "KRX: 005930，云帆科技(000660)",
            "000660.SZ",
            "KRX与000660",
            "",
        ] {
            assert!(!is_of_korea("000660", text), "{text}");
        }
    }

    #[test]
    fn items_with_exchanges() {
        let key = |item| of_list_item(item).map(|mention| (mention.listing.key(), mention.name));
        let cases = [
            ("600999:蓝湖", "SH600999", "蓝湖"),
            ("YFKJ:云帆", "US:YFKJ", "云帆"),
            ("NYSE: YFKJ", "US:YFKJ", ""),
            ("KRX: 000999 / NASDAQ: YFKJ", "US:YFKJ", ""),
            ("TWSE: 2999 / SEHK: 1999", "HK01999", ""),
            ("SSE:600999", "SH600999", ""),
            ("HK:01999", "HK01999", ""),
        ];
        for (item, code, name) in cases {
            let expected = (Some(code.to_owned()), name.to_owned());
            assert_eq!(key(item), Some(expected), "{item}");
        }
        assert_eq!(key("TSX: YF"), None);
    }

    #[test]
    fn names_with_their_codes_in_brackets() {
        let cases = [
            ("云帆股份(002999)涨停", "SZ002999 云帆股份 3"),
            ("云帆股份（002999）涨停", "SZ002999 云帆股份 3"),
            (
                "云帆股份(002999.SZ)、蓝湖(600999.SH)",
                "SZ002999 云帆股份 3, SH600999 蓝湖 3",
            ),
            ("“云帆股份”（SH600999）", "SH600999 云帆股份 3"),
            ("《云帆股份》(证券代码：600999)", "SH600999 云帆股份 3"),
            ("蓝湖生物(01999.HK)日内跌幅达5%。", "HK01999 蓝湖生物 3"),
            ("蓝湖生物（1999.HK）", "HK01999 蓝湖生物 3"),
            ("云帆科技(YFKJ.O)盘前涨3%", "US:YFKJ 云帆科技 3"),
            ("收购Microyun(MCYN.N)", "US:MCYN Microyun 3"),
            (
                "云帆集团（600999.SH，01999.HK）",
                "SH600999 云帆集团 3, HK01999 云帆集团 3",
            ),
            (
                "云帆集团(600999.SH/01999.HK，下称云帆)",
                "SH600999 云帆集团 3, HK01999 云帆集团 3",
            ),
            ("其收购的云帆股份(002999)", "SZ002999 云帆股份 3"),
            ("，美的集团(000999)", "SZ000999 美的集团 3"),
            ("*ST云帆(000999)", "SZ000999 *ST云帆 3"),
            (
                "云帆A(000999)、云帆-SW(09999)",
                "SZ000999 云帆A 3, HK09999 云帆-SW 3",
            ),
            ("云帆300ETF(510999)", "SH510999 云帆300ETF 3"),
            ("云帆指数(000999)", "SH000999 云帆指数 3"),
            ("沪深300(000300)", "SH000300 沪深300 3"),
            ("中证红利（000922）", "SH000922 中证红利 3"),
            ("全指医药（000991）", "SH000991 全指医药 3"),
            ("科创50（000688）", "SH000688 科创50 3"),
            ("云帆科创（000688）", "SZ000688 云帆科创 3"),
            ("（01999.HK）高开", "HK01999  2"),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn brackets_that_hold_no_code() {
        for text in [
            "（600999）",
            "公告(2021年，600999)",
            "截至(202112)",
            "云帆(下称云帆)",
            "增长(3.5%)",
            "云帆(CPPIB)",
            "云帆(1.600999)",
            "云帆(",
            "云帆()",
            "云帆(12345678)",
            "第(12.30)条",
            "杠杆(1.5X)",
            "附件(3.2MB)",
            "区间(0.25-0.3)",
            "溢价(118.775-92.42)/92.42",
            "评级(5.A)",
            "版本(1.5-A)",
            "合计(650000)",
            "共(400.5)项",
            "见(No.A)",
            "缺(N.A)",
            "型号(GPT4.O)",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
    }

    #[test]
    fn a_name_is_at_most_eight_characters() {
        assert_eq!(
            found("一二三四五六七八九十(002999)"),
            "SZ002999 三四五六七八九十 3"
        );
    }

    #[test]
    fn items_of_lists() {
        let cases = [
            ("002999:云帆股份", Some(("SZ002999", "云帆股份"))),
            (":云帆", Some(("", "云帆"))),
            ("BK0428:", Some(("BK0428", ""))),
            ("600999.SH", Some(("SH600999", ""))),
            ("", None),
            (":", None),
            ("？？:云帆", None),
        ];
        for (item, expected) in cases {
            let item = of_list_item(item).map(|m| (m.listing.key().unwrap_or_default(), m.name));
            let item = item
                .as_ref()
                .map(|(key, name)| (key.as_str(), name.as_str()));
            assert_eq!(item, expected);
        }
    }
}
