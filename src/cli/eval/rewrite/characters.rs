//! The same characters, typed in another way.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A simplified character, then the traditional ones that fold to it, a line.
const SIMPLIFY: &str = include_str!("../../../analysis/data/simplify.txt");

/// The text in traditional characters.
pub fn traditional(text: &str) -> String {
    text.chars().map(traditional_character).collect()
}

/// The text with letters and digits as wide as Han characters.
pub fn fullwidth(text: &str) -> String {
    text.chars().map(fullwidth_character).collect()
}

/// The text with a blank between every two Han characters.
pub fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() * 4 / 3);
    let mut last_is_han = false;
    for c in text.chars() {
        if last_is_han && is_han(c) {
            spaced.push(' ');
        }
        spaced.push(c);
        last_is_han = is_han(c);
    }
    spaced
}

fn traditional_character(c: char) -> char {
    static TABLE: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        let lines = SIMPLIFY.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.chars().next().zip(line.chars().nth(1)))
            .collect()
    });
    TABLE.get(&c).copied().unwrap_or(c)
}

fn fullwidth_character(c: char) -> char {
    const DISTANCE: u32 = 'Ａ' as u32 - 'A' as u32;
    let wide = c
        .is_ascii_alphanumeric()
        .then(|| char::from_u32(c as u32 + DISTANCE));
    wide.flatten().unwrap_or(c)
}

pub fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use newsearch::{Index, IndexOptions};

    use super::*;

    #[test]
    fn a_text_is_typed_in_another_way() {
        assert_eq!(traditional("云汐科技与东风汽车"), "雲汐科技與東風汽車");
        assert_eq!(traditional("LPR 5G"), "LPR 5G");
        assert_eq!(fullwidth("云汐A股5G，3.5%"), "云汐Ａ股５Ｇ，３.５%");
        assert_eq!(fullwidth("azAZ09"), "ａｚＡＺ０９");
        for (text, expected) in [
            ("云汐科技5G手机", "云 汐 科 技5G手 机"),
            ("降准，云 汐〇一", "降 准，云 汐 〇 一"),
            ("", ""),
        ] {
            assert_eq!(spaced(text), expected, "{text}");
        }
    }

    #[test]
    fn every_traditional_character_folds_to_the_one_it_stands_for() -> anyhow::Result<()> {
        let index = Index::in_memory(IndexOptions::new())?;
        let simplified: String = SIMPLIFY
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.chars().next())
            .collect();
        let rewritten = traditional(&simplified);
        assert!(
            rewritten
                .chars()
                .zip(simplified.chars())
                .all(|(after, before)| after != before)
        );
        assert_eq!(index.analyzer().fold(&rewritten), simplified);
        Ok(())
    }
}
