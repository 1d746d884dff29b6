//! Alphanumeric blocks: `600519.sh`, `hfo-1234yf`, `3.6.3`, `c#`, `5.7%` stay whole, and their
//! parts can be found as well.

/// Longest word kept from such a block, in bytes; longer ones (base64, addresses) are no words.
const MAX_BYTES: usize = 96;

/// Calls `emit` with the words of `block`: the whole first, `part == false`, then its parts.
///
/// | block | whole | parts |
/// |---|---|---|
/// | `600519.sh` | `600519.sh` | `600519` `sh` |
/// | `hfo-1234yf` | `hfo-1234yf` | `hfo` `1234yf` `hfo1234yf` |
/// | `c#` | `c#` | `c` |
/// | `etf` | `etf` | |
pub(crate) fn split(block: &str, mut emit: impl FnMut(&str, bool)) {
    let mut pieces = block
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty());
    if block.len() <= MAX_BYTES {
        emit(block, false);
        if block.chars().all(char::is_alphanumeric) {
            return;
        }
    }
    pieces
        .by_ref()
        .filter(|p| p.len() <= MAX_BYTES)
        .for_each(|p| emit(p, true));
    if is_product_code(block) {
        let joined: String = block.chars().filter(|c| c.is_alphanumeric()).collect();
        emit(&joined, true);
    }
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
        split(block, |word, _| words.push(word.to_string()));
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
            ("abc. def", "abc"),
            ("reits基金", "reits"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_block_too_long_for_a_word_gives_its_parts_alone() {
        let long = format!("{}-abc", "x".repeat(200));
        assert_eq!(words(&long), "abc");
    }
}
