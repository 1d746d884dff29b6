//! The codes of securities as people write them, to the keys that the index has.

/// Keys that `text` may mean, in any case: `601318`, `SH601318`, `601318.SH`, `1.601318`, `700.HK`,
/// `00700`, `INTC.O`, `INTC`, `BK0473`. A bare number may mean several.
pub(crate) fn keys(text: &str) -> Vec<String> {
    let text = text.trim().to_ascii_uppercase();
    if let Some((left, right)) = text.split_once('.') {
        return dotted(left, right);
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    for market in ["SH", "SZ", "BJ"] {
        if let Some(code) = text
            .strip_prefix(market)
            .filter(|code| is_number(code) && code.len() == 6)
        {
            return vec![format!("{market}{code}")];
        }
    }
    if let Some(code) = text
        .strip_prefix("HK")
        .filter(|code| is_number(code) && code.len() <= 5)
    {
        return vec![hong_kong(code)];
    }
    if is_board(&text) {
        return vec![text];
    }
    if let Some(ticker) = text.strip_prefix("US:") {
        return vec![format!("US:{ticker}")];
    }
    match text.len() {
        6 if is_number(&text) => ["SH", "SZ", "BJ"]
            .map(|market| format!("{market}{text}"))
            .to_vec(),
        1..=5 if is_number(&text) => vec![hong_kong(&text)],
        1..=6 if text.bytes().all(|b| b.is_ascii_uppercase()) => vec![format!("US:{text}")],
        _ => Vec::new(),
    }
}

/// [`keys`] of a word that need not be meant as a code: years and short numbers are none.
pub(super) fn keys_of_word(word: &str) -> Vec<String> {
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    let is_year =
        is_number && word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let too_short = word.len() < if is_number { 4 } else { 2 };
    if is_year || too_short || !word.is_ascii() {
        Vec::new()
    } else {
        keys(word)
    }
}

/// `601318.SH`, `1.601318`, `700.HK`, `116.00700`, `INTC.O`, `105.AAPL`, `90.BK0473`.
fn dotted(left: &str, right: &str) -> Vec<String> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let key = match (left, right) {
        (code, "SH" | "SS") if number(code) => format!("SH{code}"),
        (code, "SZ" | "BJ") if number(code) => format!("{right}{code}"),
        (code, "HK") if number(code) && code.len() <= 5 => hong_kong(code),
        (ticker, "O" | "N" | "A" | "OQ" | "US") if !number(ticker) => format!("US:{ticker}"),
        ("1", code) if number(code) => format!("SH{code}"),
        ("0", code) if number(code) && code.starts_with(['4', '8', '9']) => format!("BJ{code}"),
        ("0", code) if number(code) => format!("SZ{code}"),
        ("90", board) if is_board(board) => board.to_string(),
        ("116", code) if number(code) && code.len() <= 5 => hong_kong(code),
        ("105" | "106" | "107", ticker) => format!("US:{ticker}"),
        _ => return Vec::new(),
    };
    vec![key]
}

fn hong_kong(code: &str) -> String {
    format!("HK{code:0>5}")
}

fn is_board(text: &str) -> bool {
    text.strip_prefix("BK")
        .is_some_and(|code| code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_code() {
        for (text, expected) in [
            ("601318", "SH601318 SZ601318 BJ601318"),
            ("sh601318", "SH601318"),
            ("601318.SH", "SH601318"),
            ("1.601318", "SH601318"),
            ("0.000001", "SZ000001"),
            ("0.830799", "BJ830799"),
            ("01548.HK", "HK01548"),
            ("1548", "HK01548"),
            ("hk01548", "HK01548"),
            ("700.hk", "HK00700"),
            ("116.00700", "HK00700"),
            ("INTC.O", "US:INTC"),
            ("intc", "US:INTC"),
            ("105.AAPL", "US:AAPL"),
            ("BK0473", "BK0473"),
            ("90.BK0473", "BK0473"),
            ("3.6.3", ""),
            ("1234567", ""),
            ("云汐", ""),
        ] {
            assert_eq!(keys(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_word_is_a_code_only_when_it_looks_like_one() {
        assert!(keys_of_word("2022").is_empty());
        assert!(keys_of_word("300").is_empty());
        assert!(keys_of_word("a").is_empty());
        assert_eq!(keys_of_word("1548"), ["HK01548"]);
    }
}
