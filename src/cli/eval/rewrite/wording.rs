//! What is asked for, in other words.

use std::ops::Range;

use newsearch::{IndexError, Query, Searcher};
use rustc_hash::FxHashMap;

use super::characters::is_han;

/// What questions and requests are wrapped in.
const FRAMES: [(&str, &str); 12] = [
    ("", "是什么？"),
    ("请问", "有什么消息？"),
    ("关于", "的新闻有哪些？"),
    ("帮我找一下", "的具体情况"),
    ("", "是怎么回事？"),
    ("我想了解", "的相关信息"),
    ("", "最近怎么样了？"),
    ("有没有", "的报道？"),
    ("查一查", "的最新进展"),
    ("谁能介绍一下", "？"),
    ("能不能告诉我", "的详细内容"),
    ("", "，为什么？"),
];

/// Words of a terse query.
const TERSE: usize = 2;

/// The text in one of the frames, without the signs at its end.
pub fn question(text: &str, number: usize) -> String {
    let (before, after) = FRAMES[number % FRAMES.len()];
    let asked =
        text.trim_end_matches(|c: char| !c.is_alphanumeric() && !"％%）)》」』”".contains(c));
    format!("{before}{asked}{after}")
}

/// Chooses words of texts as an index cuts and counts them.
pub struct Wording<'i> {
    searcher: &'i Searcher,
    /// Documents that have a word.
    counts: FxHashMap<String, u64>,
}

impl Wording<'_> {
    pub fn new(searcher: &Searcher) -> Wording<'_> {
        Wording {
            searcher,
            counts: FxHashMap::default(),
        }
    }

    /// The words of a text in reversed order.
    pub fn reordered(&self, text: &str) -> String {
        let mut words = self.words(text);
        words.reverse();
        words.join(" ")
    }

    /// The two words of a text that the fewest documents have, in its order. Words that no document
    /// has, and such as it has already, are left out.
    pub fn terse(&mut self, text: &str) -> Result<String, IndexError> {
        let mut words: Vec<(u64, usize, &str)> = Vec::new();
        for (place, word) in self.words(text).into_iter().enumerate() {
            let count = self.count(word)?;
            if count > 0 && words.iter().all(|&(_, _, known)| known != word) {
                words.push((count, place, word));
            }
        }
        words.sort_unstable();
        words.truncate(TERSE);
        words.sort_unstable_by_key(|&(_, place, _)| place);
        let words: Vec<&str> = words.into_iter().map(|(_, _, word)| word).collect();
        Ok(words.join(" "))
    }

    /// The words of a text. Single Han characters side by side are one: so a name is cut that no
    /// dictionary has, and nobody types it in another order.
    fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut last_is_single = false;
        for word in self.searcher.analyzer().tokens(text) {
            if word.part {
                continue;
            }
            let is_single = word.text.chars().nth(1).is_none() && word.text.starts_with(is_han);
            match words.last_mut() {
                Some(last) if is_single && last_is_single && last.end == word.range.start => {
                    last.end = word.range.end;
                }
                _ => words.push(word.range),
            }
            last_is_single = is_single;
        }
        words.into_iter().map(|range| &text[range]).collect()
    }

    fn count(&mut self, word: &str) -> Result<u64, IndexError> {
        if let Some(&count) = self.counts.get(word) {
            return Ok(count);
        }
        let count = self.searcher.count(&Query::words(word))?;
        self.counts.insert(word.to_owned(), count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use newsearch::{Article, Index, IndexOptions, Paragraph};

    use super::*;

    #[test]
    fn every_frame_is_put_around_a_text() {
        assert_eq!(question("央行降准？", 0), "央行降准是什么？");
        assert_eq!(question("利润增长5%", 14), "关于利润增长5%的新闻有哪些？");
        let asked: Vec<String> = (0..FRAMES.len())
            .map(|number| question("降准", number))
            .collect();
        assert!(
            asked
                .iter()
                .all(|text| text.contains("降准") && text != "降准")
        );
    }

    #[test]
    fn words_are_reversed_and_chosen() -> anyhow::Result<()> {
        let index = Index::in_memory(IndexOptions::new())?;
        let mut writer = index.writer()?;
        for (id, body) in [
            ("1", "央行降准"),
            ("2", "央行加息"),
            ("3", "央行降准和房价"),
        ] {
            writer.add(Article {
                id: id.into(),
                body: vec![Paragraph {
                    text: body.into(),
                    heading: false,
                }],
                ..Article::default()
            })?;
        }
        writer.commit()?;
        index.refresh()?;
        let searcher = index.searcher();
        let mut wording = Wording::new(&searcher);
        assert_eq!(wording.reordered("央行降准，LPR！"), "LPR 降准 央行");
        assert_eq!(wording.reordered("汐珀医药降准"), "降准 医药 汐珀");
        assert_eq!(wording.terse("房价央行央行降准火星")?, "房价 降准");
        Ok(())
    }
}
