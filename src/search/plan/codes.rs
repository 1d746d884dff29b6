//! The codes of securities as people write them, to the keys that the index has.

use crate::corpus::Listing;

/// Keys that `text` may mean, in any case: `601318`, `SH601318`, `601318.SH`, `1.601318`, `700.HK`,
/// `00700`, `INTC.O`, `INTC`, `BK0473`. A bare number may mean several, and one of an unknown market.
pub(crate) fn keys(text: &str) -> Vec<String> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        6 if is_number => ["SH", "SZ", "BJ", ""]
            .map(|market| format!("{market}{text}"))
            .to_vec(),
        1..=5 if is_number => vec![format!("HK{text:0>5}"), text.to_owned()],
        _ => Listing::parse(text)
            .and_then(|listing| listing.key())
            .into_iter()
            .collect(),
    }
}

/// [`keys`] of a word that need not be meant as a code: years and short numbers are none.
pub(in crate::search) fn keys_of_word(word: &str) -> Vec<String> {
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    let is_year =
        is_number && word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let too_short = word.len() < if is_number { 4 } else { 2 };
    if is_year || too_short || !word.is_ascii() {
        return Vec::new();
    }
    // `3.6.3` might be number 6.3 of market 3; as a word it is a number.
    keys(word)
        .into_iter()
        .filter(|key| key.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

/// Whether a word that may be a code is hardly anything else: six digits, five that begin with 0, or
/// a market beside the digits. `1548` and `AI` may be meant otherwise.
pub(in crate::search) fn is_surely_code(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits == word.len();
    match digits {
        0..3 => word.contains(['.', ':']),
        5 if is_number => word.starts_with('0'),
        _ => !is_number || digits == 6,
    }
}

/// Words by which texts name the securities with these keys, folded: `601318` for `SH601318`; `00700`,
/// `0700.hk` and `700.hk` for `HK00700`; `intc` for `US:INTC`.
pub(in crate::search) fn spellings(keys: &[String]) -> Vec<String> {
    let mut spellings = Vec::new();
    for key in keys {
        let key = key.to_ascii_lowercase();
        if let Some(code) = key.strip_prefix("hk") {
            let short = code.trim_start_matches('0');
            spellings.extend([
                code.to_string(),
                format!("{short:0>4}.hk"),
                format!("{short}.hk"),
            ]);
        } else {
            let mut markets = ["sh", "sz", "bj", "us:"].iter();
            let code = markets.find_map(|market| key.strip_prefix(market));
            spellings.push(code.unwrap_or(&key).to_string());
        }
    }
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_code() {
        for (text, expected) in [
            ("601318", "SH601318 SZ601318 BJ601318 601318"),
            ("sh601318", "SH601318"),
            ("601318.SH", "SH601318"),
            ("1.601318", "SH601318"),
            ("0.000001", "SZ000001"),
            ("0.830799", "BJ830799"),
            ("01548.HK", "HK01548"),
            ("1548", "HK01548 1548"),
            ("hk01548", "HK01548"),
            ("700.hk", "HK00700"),
            ("116.00700", "HK00700"),
            ("INTC.O", "US:INTC"),
            ("intc", "US:INTC"),
            ("105.AAPL", "US:AAPL"),
            ("US:ABC.A", "US:ABC.A"),
            ("BK0473", "BK0473"),
            ("90.BK0473", "BK0473"),
            ("100.DJIA", "100.DJIA"),
            ("云汐", ""),
        ] {
            assert_eq!(keys(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_code_as_texts_write_it() {
        for (text, expected) in [
            ("601318.SH", "601318"),
            ("601318", "601318"),
            ("700.HK", "00700 0700.hk 700.hk"),
            ("INTC.O", "intc"),
            ("BK0473", "bk0473"),
        ] {
            assert_eq!(spellings(&keys(text)).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_word_is_a_code_only_when_it_looks_like_one() {
        assert!(keys_of_word("2022").is_empty());
        assert!(keys_of_word("300").is_empty());
        assert!(keys_of_word("3.6.3").is_empty());
        assert!(keys_of_word("a").is_empty());
        assert_eq!(keys_of_word("1548"), ["HK01548"]);
    }
}
