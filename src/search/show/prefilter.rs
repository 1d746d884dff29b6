//! Tells at once that a paragraph holds nothing that is looked for.

use aho_corasick::packed::Searcher;

use crate::analysis::{is_han, may_hold_compatibility_han, variants};

/// Knows one Han character of every needle, in all its spellings, and looks for these many bytes at
/// a time: more than ten times as fast as folding the text.
#[derive(Clone, Debug)]
pub struct Prefilter {
    searcher: Searcher,
}

/// More patterns would be looked for in a slow way.
const MAX_PATTERNS: usize = 64;

/// The most frequent Han characters of news, most frequent first: finding these tells little.
const FREQUENT: &str = "的国一在年中公人日有月上业是发为大不行股司元了新和市资能美会产对时以出成方个于来金期同生\
    到家长地下部高电前全工亿经动这现要关作合场多将开用进本报后数增机持比力利实分交务等万过价通收度理者联据体加示与涨";

impl Prefilter {
    /// A prefilter for folded needles; none if one of them has no Han, or on a processor that has no
    /// instructions for it.
    pub fn new<'a>(needles: impl Iterator<Item = &'a str>) -> Option<Prefilter> {
        let mut patterns = Vec::new();
        for needle in needles {
            let rarest = needle
                .chars()
                .filter(|&c| is_han(c))
                .max_by_key(|&c| rarity(c))?;
            patterns.push(rarest);
            patterns.extend(variants(rarest));
        }
        if patterns.len() > MAX_PATTERNS {
            return None;
        }
        let searcher = Searcher::new(patterns.into_iter().map(String::from))?;
        Some(Prefilter { searcher })
    }

    /// False only if no needle can be found in `text`.
    pub fn may_match(&self, text: &str) -> bool {
        self.searcher.find(text).is_some() || may_hold_compatibility_han(text)
    }
}

fn rarity(c: char) -> usize {
    FREQUENT
        .chars()
        .position(|frequent| frequent == c)
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_every_spelling() {
        let prefilter = Prefilter::new(["绿色金融", "a股"].into_iter()).expect("all have Han");
        for (text, may_match) in [
            ("发展绿色金融", true),
            ("發展綠色金融", true),
            ("银行放贷", false),
            ("云汐A股", true),
            ("㊎", true),
            ("，。…《云汐》“港口” 5㎡ 🚀 ABC", false),
            ("", false),
        ] {
            assert_eq!(prefilter.may_match(text), may_match, "{text}");
        }
    }

    #[test]
    fn there_is_none_for_needles_without_han_or_too_many() {
        assert!(Prefilter::new(["绿色金融", "reits"].into_iter()).is_none());
        let many: Vec<String> = ('一'..).take(65).map(String::from).collect();
        assert!(Prefilter::new(many.iter().map(String::as_str)).is_none());
        assert!(Prefilter::new(std::iter::empty()).is_none());
    }
}
