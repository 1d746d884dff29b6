//! Tokens as the cluster is given them: joined by blanks, which it cuts them at again.

use std::fmt::Write;

/// Begins what stands for a character at which the cluster would cut, or that it may drop.
const ESCAPE: char = '\u{E000}';
/// The longest token that the cluster takes whole, in characters; others are told apart by a hash.
pub(super) const LONGEST: usize = 4096;

/// The characters of a folded text, one token each.
pub(super) fn characters(folded: &str) -> String {
    let mut written = String::with_capacity(2 * folded.len());
    for c in folded.chars() {
        if !written.is_empty() {
            written.push(' ');
        }
        push(c, &mut written);
    }
    written
}

/// A word as one token.
pub(super) fn word(word: &str) -> String {
    if word.chars().nth(LONGEST / 8).is_some() {
        return format!("{ESCAPE}{}", blake3::hash(word.as_bytes()).to_hex());
    }
    let mut written = String::with_capacity(word.len());
    for c in word.chars() {
        push(c, &mut written);
    }
    written
}

fn push(c: char, written: &mut String) {
    match c.is_whitespace() || c.is_control() || c == ESCAPE {
        true => write!(written, "{ESCAPE}{:x}", u32::from(c)).expect("a text takes all"),
        false => written.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_a_token() {
        for (text, tokens) in [
            ("云汐 a", &["云", "汐", "\u{E000}20", "a"][..]),
            ("债\n券", &["债", "\u{E000}a", "券"]),
            ("\u{E000}20", &["\u{E000}e000", "2", "0"]),
        ] {
            let written = characters(text);
            let found: Vec<&str> = written.split_whitespace().collect();
            assert_eq!(found, tokens);
        }
    }

    #[test]
    fn a_word_is_one_token_whatever_is_in_it() {
        let long = "a".repeat(LONGEST);
        for text in ["绿色金融", "1 月", "a\tb", &long] {
            assert_eq!(word(text).split_whitespace().count(), 1, "{text}");
        }
        assert_ne!(word(&long), word(&format!("{long}a")));
    }
}
