//! Queries as other people would type them: a search engine should not notice.

use std::sync::LazyLock;

use clap::ValueEnum;
use rustc_hash::FxHashMap;

/// A simplified character, then the traditional ones that fold to it, a line.
const SIMPLIFY: &str = include_str!("../../analysis/data/simplify.txt");

/// A way of typing the same query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rewrite {
    /// Traditional characters; of several for one simplified character the first
    Traditional,
    /// Letters and digits as wide as Han characters
    Fullwidth,
    /// A blank between every two Han characters
    Spaced,
}

impl Rewrite {
    /// The text, typed in this way.
    pub fn apply(self, text: &str) -> String {
        match self {
            Rewrite::Traditional => text.chars().map(traditional).collect(),
            Rewrite::Fullwidth => text.chars().map(fullwidth).collect(),
            Rewrite::Spaced => spaced(text),
        }
    }
}

fn traditional(c: char) -> char {
    static TABLE: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        let lines = SIMPLIFY.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.chars().next().zip(line.chars().nth(1)))
            .collect()
    });
    TABLE.get(&c).copied().unwrap_or(c)
}

fn fullwidth(c: char) -> char {
    const DISTANCE: u32 = 'Ａ' as u32 - 'A' as u32;
    let wide = c
        .is_ascii_alphanumeric()
        .then(|| char::from_u32(c as u32 + DISTANCE));
    wide.flatten().unwrap_or(c)
}

fn spaced(text: &str) -> String {
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

fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use newsearch::{Index, IndexOptions};

    use super::*;

    #[test]
    fn a_query_is_typed_in_another_way() {
        for (rewrite, text, expected) in [
            (
                Rewrite::Traditional,
                "云汐科技与东风汽车",
                "雲汐科技與東風汽車",
            ),
            (Rewrite::Traditional, "LPR 5G", "LPR 5G"),
            (
                Rewrite::Fullwidth,
                "云汐A股5G，3.5%",
                "云汐Ａ股５Ｇ，３.５%",
            ),
            (Rewrite::Fullwidth, "azAZ09", "ａｚＡＺ０９"),
            (Rewrite::Spaced, "云汐科技5G手机", "云 汐 科 技5G手 机"),
            (Rewrite::Spaced, "降准，云 汐〇一", "降 准，云 汐 〇 一"),
            (Rewrite::Spaced, "", ""),
        ] {
            assert_eq!(rewrite.apply(text), expected, "{rewrite:?} {text}");
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
        let rewritten = Rewrite::Traditional.apply(&simplified);
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
