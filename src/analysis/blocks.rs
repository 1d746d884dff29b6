//! Alphanumeric blocks: `600519.sh`, `hfo-1234yf`, `3.6.3`, `c#`, `5.7%` stay whole, and their
//! parts can be found as well.

use std::ops::Range;

/// Longest word kept from such a block, in bytes; longer ones (base64, addresses) are no words.
const MAX_BYTES: usize = 96;

/// Calls `emit` with the words of `block`, where each stands in it, and whether it is a part: the
/// whole first, then its parts. Those of a block that is too long for a word are words themselves.
///
/// | block | whole | parts |
/// |---|---|---|
/// | `600519.sh` | `600519.sh` | `600519` `sh` |
/// | `hfo-1234yf` | `hfo-1234yf` | `hfo` `1234yf` `hfo1234yf` |
/// | `c#` | `c#` | `c` |
/// | `s&p500` | `s&p500` | `s` `p500` `s&p` `500` |
/// | `etf` | `etf` | |
pub(crate) fn split(block: &str, mut emit: impl FnMut(&str, Range<usize>, bool)) {
    let is_mark = |c: char| !c.is_alphanumeric();
    let is_word = block.len() <= MAX_BYTES;
    if is_word {
        emit(block, 0..block.len(), false);
        if !block.contains(is_mark) {
            return;
        }
    }
    let mut end = 0;
    for piece in block.split_inclusive(is_mark) {
        let start = end;
        end += piece.len();
        let piece = piece.trim_end_matches(is_mark);
        if (1..=MAX_BYTES).contains(&piece.len()) {
            emit(piece, start..start + piece.len(), is_word);
        }
    }
    if let Some(at) = numbered_name(block).filter(|_| is_word) {
        emit(&block[..at], 0..at, true);
        emit(&block[at..], at..block.len(), true);
    }
    if is_product_code(block) {
        emit(&block.replace(is_mark, ""), 0..block.len(), true);
    }
}

/// Where the number begins in a name with one behind it, which others write apart: `s&p500`, `S&P 500`.
pub(crate) fn numbered_name(block: &str) -> Option<usize> {
    let name = block.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_of_name = |c: char| c.is_ascii_alphabetic() || c == '&';
    let is_name = name.contains('&')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.ends_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(is_of_name);
    (is_name && name.len() < block.len()).then_some(name.len())
}

/// Codes that people also type without their hyphens: `hfo-1234yf` as `hfo1234yf`.
fn is_product_code(block: &str) -> bool {
    block.len() <= MAX_BYTES
        && block.contains(['-', '_'])
        && block.contains(|c: char| c.is_ascii_digit())
        && block
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && block.contains(|c: char| c.is_ascii_alphabetic())
}

/// Length in bytes of the block that starts `text` (which starts with a letter or digit, not Han).
pub(crate) fn length(text: &str, is_han: impl Fn(char) -> bool) -> usize {
    let in_block = |c: char| c.is_alphanumeric() && !is_han(c);
    let mut end = 0;
    loop {
        end += text[end..]
            .chars()
            .take_while(|&c| in_block(c))
            .map(char::len_utf8)
            .sum::<usize>();
        match connector(text, end) {
            Some(len) if text[end + len..].starts_with(in_block) => end += len,
            _ => return end + suffix(&text[end..]),
        }
    }
}

/// Length of the connector at `at`, if one stands there: `.` `_` `-` `/` `&` `'` `@` `+` `#` join
/// anything, `:` and `,` only digits (`10:30`, `34,377`).
fn connector(text: &str, at: usize) -> Option<usize> {
    let c = text[at..].chars().next()?;
    let digit_before = text[..at].ends_with(|c: char| c.is_ascii_digit());
    let digits_after = || {
        text[at + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count()
    };
    let joins = match c {
        '.' | '_' | '-' | '/' | '&' | '\'' | '@' | '+' | '#' => true,
        ':' => digit_before && digits_after() > 0,
        ',' => digit_before && digits_after() == 3,
        _ => false,
    };
    joins.then_some(1)
}

/// Length of the signs that may end a block: `c#`, `c++`, `a+`, `5.7%`.
fn suffix(rest: &str) -> usize {
    rest.bytes()
        .take_while(|b| matches!(b, b'+' | b'#' | b'%'))
        .take(2)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let block = &text[..length(text, |c| ('\u{4e00}'..='\u{9fff}').contains(&c))];
        let mut words = Vec::new();
        split(block, |word, _, _| words.push(word.to_string()));
        words.join(" ")
    }

    #[test]
    fn blocks_stay_whole_and_give_their_parts() {
        for (text, expected) in [
            ("600519.sh", "600519.sh 600519 sh"),
            ("3.6.3版", "3.6.3 3 6 3"),
            ("pd1728_a_1", "pd1728_a_1 pd1728 a 1 pd1728a1"),
            ("hfo-1234yf", "hfo-1234yf hfo 1234yf hfo1234yf"),
            ("c#语言", "c# c"),
            ("c++", "c++ c"),
            ("a+轮", "a+ a"),
            ("5g网络", "5g"),
            ("5.7%,上升", "5.7% 5 7"),
            ("34,377辆", "34,377 34 377"),
            ("1,2", "1"),
            ("10:30开盘", "10:30 10 30"),
            ("ms/cm", "ms/cm ms cm"),
            ("s&p500指数", "s&p500 s p500 s&p 500"),
            ("r&d3.5", "r&d3.5 r d3 5"),
            ("at&t", "at&t at t"),
            ("abc. def", "abc"),
            ("reits基金", "reits"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn the_parts_of_a_block_too_long_for_a_word_are_words() {
        let long = format!("{}-abc", "x".repeat(200));
        let mut words = Vec::new();
        split(&long, |word, range, part| {
            words.push((word.to_string(), range, part));
        });
        assert_eq!(words, [("abc".to_string(), 201..204, false)]);
    }

    #[test]
    fn words_stand_where_they_are_written() {
        let mut slices = Vec::new();
        split("hfo-1234yf", |_, range, part| {
            slices.push((&"hfo-1234yf"[range], part));
        });
        let expected = [
            ("hfo-1234yf", false),
            ("hfo", true),
            ("1234yf", true),
            ("hfo-1234yf", true),
        ];
        assert_eq!(slices, expected);
    }
}
