//! Codes of securities: what each market calls them, and how people write them.

use scraper::node::Element;

use super::{Market, Stock};

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
    pub(super) market: Option<Market>,
    pub(super) code: String,
}

impl Listing {
    pub(super) fn new(market: Option<Market>, code: &str) -> Self {
        let mut code = code.to_ascii_uppercase();
        if market == Some(Market::HongKong) && is_digits(&code) {
            code = format!("{code:0>5}");
        }
        Listing { market, code }
    }

    /// See [`Stock::key`].
    pub(crate) fn key(&self) -> Option<String> {
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
        let of_shape = || match text {
            _ if is_digits(text) && text.len() == 5 => Some(Some(Market::HongKong)),
            _ if is_digits(text) => Some(None),
            _ if text.bytes().all(|b| b.is_ascii_alphabetic()) => Some(Some(Market::UnitedStates)),
            _ => None,
        };
        Self::with_market(text)
            .or_else(|| Self::bare(text))
            .or_else(|| Some(Listing::new(of_shape()?, text)))
            .filter(|listing| is_code(&listing.code))
    }

    /// A code that says its market: `601318.SH`, `SH601318`, `HK:00700`, `1.601318`, `BK0473`.
    pub(super) fn with_market(text: &str) -> Option<Self> {
        Self::with_suffix(text)
            .or_else(|| Self::with_prefix(text))
            .or_else(|| Self::with_number(text))
            .filter(|listing| is_code(&listing.code))
    }

    /// A code that says its market, in the form of that market: what a text may mean by it. `1.5X`,
    /// `3.2MB`, `5.A` and `0.25-0.3` are none.
    pub(super) fn in_text(token: &str) -> Option<Self> {
        let is_number = token.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let listing = Self::with_market(token).filter(|_| !is_number)?;
        let code = listing.code.as_str();
        let is_of_market = match listing.market? {
            Market::Shanghai => {
                is_digits(code) && code.len() == 6 && !code.starts_with(['3', '4', '8'])
            }
            Market::Shenzhen => {
                is_digits(code) && code.len() == 6 && code.starts_with(['0', '1', '2', '3'])
            }
            Market::Beijing => {
                is_digits(code) && code.len() == 6 && code.starts_with(['4', '8', '9'])
            }
            Market::HongKong => is_digits(code) && code.len() == 5,
            Market::UnitedStates => is_ticker(token),
            Market::Board => code.starts_with("BK"),
            Market::Other(_) => false,
        };
        is_of_market.then_some(listing)
    }

    fn with_suffix(text: &str) -> Option<Self> {
        let (code, suffix) = text.rsplit_once('.')?;
        // A key is read as what it is: `US:ABC.A` is no `US:ABC` of `A`.
        if code.contains(':') {
            return None;
        }
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
            "SSE" if !is_glued => Market::Shanghai,
            "SZSE" if !is_glued => Market::Shenzhen,
            "HKEX" | "SEHK" if !is_glued => Market::HongKong,
            "US" | "NASDAQ" | "NYSE" | "NYSEARCA" | "AMEX" if !is_glued => Market::UnitedStates,
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
            other @ ..1000 => Market::Other(other),
            _ => return None,
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

    /// Digits alone, where they can only be of one market: six, or five of Hong Kong.
    pub(super) fn bare(text: &str) -> Option<Self> {
        let market = match (text.len(), text.as_bytes()) {
            _ if !is_digits(text) => return None,
            (5, [b'0', ..]) => Market::HongKong,
            (6, [b'6', b'0' | b'8', ..] | [b'5', b'0'..=b'3' | b'5'..=b'6' | b'8', ..]) => {
                Market::Shanghai
            }
            (6, [b'9', b'0', b'0', ..] | [b'1', b'1', ..]) => Market::Shanghai,
            (6, [b'0', b'0', b'0'..=b'4', ..] | [b'2', b'0', b'0', ..]) => Market::Shenzhen,
            (6, [b'3', b'0', ..] | [b'3', b'9', b'9', ..]) => Market::Shenzhen,
            (6, [b'1', b'2' | b'5' | b'6' | b'8', ..]) => Market::Shenzhen,
            (6, [b'4', b'0' | b'2' | b'3', ..] | [b'9', b'2', ..]) => Market::Beijing,
            (6, [b'8', b'1'..=b'3' | b'7'..=b'9', ..]) => Market::Beijing,
            _ => return None,
        };
        Some(Listing::new(Some(market), text))
    }
}

/// Whether the code of a security stands behind a name: that of a market, or of an exchange.
pub(super) fn is_exchange(name: &str) -> bool {
    let names = [
        "SH", "SZ", "BJ", "HK", "US", "SSE", "SZSE", "HKEX", "SEHK", "NASDAQ", "NYSE", "NYSEARCA",
        "AMEX", "TWSE", "TSE", "KRX", "TSX", "LSE",
    ];
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
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

/// `INTC.O`, `BRK.B.N`, `US:BABA`, `105.PDD`: capitals, five at most, and a class of shares behind them.
fn is_ticker(token: &str) -> bool {
    let suffixes = [".OQ", ".US", ".O", ".N", ".A"];
    let suffix = suffixes.iter().find(|suffix| token.ends_with(*suffix));
    let code = match suffix {
        Some(suffix) => token.strip_suffix(suffix),
        None => token
            .split_once([':', '：', '.'])
            .map(|(_, code)| code.trim()),
    };
    let Some(code) = code else {
        return false;
    };
    let (letters, class) = code.split_once(['.', '-', '_']).unwrap_or((code, ""));
    let is_capitals = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
    // `N.A.`, `P.O.` and the like are no codes; of one letter there are some on one exchange only.
    let is_too_short = letters.len() < 2 && !matches!(suffix, Some(&".N") | None) || code == "N";
    (1..=5).contains(&letters.len())
        && is_capitals(letters)
        && class.len() <= 2
        && is_capitals(class)
        && !is_too_short
}

pub(super) fn is_code(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    (1..=12).contains(&text.len())
        && text.bytes().all(is_part)
        && text.bytes().any(|b| b.is_ascii_alphanumeric())
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<String> {
        Listing::parse(text)?.key()
    }

    #[test]
    fn codes_as_people_write_them() {
        let cases = [
            ("601318", "SH601318"),
            ("SH601318", "SH601318"),
            ("sh601318", "SH601318"),
            ("601318.SH", "SH601318"),
            ("601318.ss", "SH601318"),
            ("1.601318", "SH601318"),
            ("1.000001", "SH000001"),
            ("0.000001", "SZ000001"),
            ("000001", "SZ000001"),
            ("300750", "SZ300750"),
            ("688012", "SH688012"),
            ("830799", "BJ830799"),
            ("430047", "BJ430047"),
            ("920002", "BJ920002"),
            ("0.830799", "BJ830799"),
            ("0.920002", "BJ920002"),
            ("0.399006", "SZ399006"),
            ("161715.SZ", "SZ161715"),
            ("00700", "HK00700"),
            ("700.HK", "HK00700"),
            ("hk01548", "HK01548"),
            ("HK:1548", "HK01548"),
            ("116.00700", "HK00700"),
            ("80700", "HK80700"),
            ("INTC.O", "US:INTC"),
            ("intc", "US:INTC"),
            ("US:BABA", "US:BABA"),
            ("NASDAQ：AAPL", "US:AAPL"),
            ("SPCX.US", "US:SPCX"),
            ("105.PDD", "US:PDD"),
            ("106.BRK_B", "US:BRK_B"),
            ("107.IMO", "US:IMO"),
            ("BK0473", "BK0473"),
            ("90.BK0473", "BK0473"),
            ("100.DJIA", "100.DJIA"),
            ("005930", "005930"),
        ];
        for (text, expected) in cases {
            assert_eq!(key(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_code() {
        for text in [
            "",
            "云帆科技",
            "12:30",
            "60131.SH",
            "1.6e5万",
            "a b",
            "一.601318",
        ] {
            assert_eq!(key(text), None, "{text}");
        }
    }

    #[test]
    fn one_code_in_two_markets_is_two_securities() {
        assert_ne!(Listing::parse("0.000001"), Listing::parse("1.000001"));
    }

    #[test]
    fn links_and_charts_name_a_security() {
        let cases = [
            (
                r#"<a class="keytip" data-code="1,600001">甲</a>"#,
                Some("SH600001"),
            ),
            (
                r#"<a class="keytip" href="http://quote.eastmoney.com/unify/r/116.00001">甲</a>"#,
                Some("HK00001"),
            ),
            (
                r#"<span class="em_stock_key_common" data-code="90,BK0001">甲</span>"#,
                Some("BK0001"),
            ),
            (
                r#"<a href="http://quote.eastmoney.com/unify/r/0.300001">甲</a>"#,
                Some("SZ300001"),
            ),
            (
                r#"<a class="infokey" href="http://quote.eastmoney.com/unify/r/0.399006">甲</a>"#,
                None,
            ),
            (
                r#"<a class="infokey" href="http://data.eastmoney.com/zlsj/">甲</a>"#,
                None,
            ),
            (
                r#"<a href="http://finance.eastmoney.com/a/1.html">甲</a>"#,
                None,
            ),
            (r#"<a class="keytip" data-code="1,<b>">甲</a>"#, None),
        ];
        for (html, expected) in cases {
            let listing = with_tag(html, of_link);
            assert_eq!(
                listing.and_then(|listing| listing.key()).as_deref(),
                expected,
                "{html}"
            );
        }
        let charts = [
            (
                r#"<a data-code="02001|116|5" data-code2="02001|116|3|">"#,
                Some("HK02001"),
            ),
            (r#"<img data-code="K 600001|1|1">"#, Some("SH600001")),
            (
                r#"<img src="https://q.example/GetPic.aspx?nid=105.ABCD&amp;imageType=k">"#,
                Some("US:ABCD"),
            ),
            (
                r#"<a href="http://quote.eastmoney.com/us/ABCD.html">"#,
                Some("US:ABCD"),
            ),
            (
                r#"<a href="http://quote.eastmoney.com/sz300001.html">"#,
                Some("SZ300001"),
            ),
            (r#"<img src="https://p.example/D1_w800h600.jpg">"#, None),
        ];
        for (html, expected) in charts {
            let listing = with_tag(html, of_chart);
            assert_eq!(
                listing.and_then(|listing| listing.key()).as_deref(),
                expected,
                "{html}"
            );
        }
    }

    fn with_tag(html: &str, read: fn(&Element) -> Option<Listing>) -> Option<Listing> {
        let tree = scraper::Html::parse_fragment(html);
        let tag = tree.root_element().child_elements().next().expect("a tag");
        read(tag.value())
    }
}
