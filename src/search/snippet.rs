//! The passages of a text that show best what was found in it.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::ops::Range;

use super::matcher::{Matcher, Scan, char_ranges, is_alphanumeric, merge_overlapping};
use super::sentence::sentences_in;
use crate::analysis::{Folder, is_han};
use crate::corpus::paragraphs;

/// How many snippets to make, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnippetOptions {
    /// The most characters of one snippet; at least 1 is taken.
    pub max_chars: usize,
    /// The most snippets of one text.
    pub count: usize,
}

impl Default for SnippetOptions {
    fn default() -> Self {
        SnippetOptions {
            max_chars: 120,
            count: 2,
        }
    }
}

/// A passage of a text, word for word, and what to mark in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The passage: one or two whole sentences of a paragraph, or a part of a longer one.
    pub text: String,
    /// What to mark, in characters of `text`, in order and without overlap.
    pub highlights: Vec<Range<usize>>,
    /// Where it starts, in characters of the whole text.
    pub start: usize,
    /// It starts inside a sentence.
    pub cut_before: bool,
    /// It ends inside a sentence.
    pub cut_after: bool,
}

/// How many matches are taken into account: the best passage stands early in a longer text, too.
const MAX_MATCHES: usize = 4096;

impl Matcher {
    /// The best passages of `body`, whose paragraphs are parted by line feeds, in its order and
    /// without overlap; its beginning if nothing is found; nothing if it is blank.
    ///
    /// A passage is better that holds more of the needles by weight; then one that holds them nearer
    /// to each other; then an earlier one. A sentence that only repeats `title`, which is shown with
    /// the snippets, is passed over.
    pub fn snippets(
        &self,
        folder: &Folder,
        body: &str,
        title: Option<&str>,
        options: &SnippetOptions,
    ) -> Vec<Snippet> {
        if options.count == 0 {
            return Vec::new();
        }
        let mut finder = Finder {
            scan: Scan::new(self, folder, body, MAX_MATCHES),
            body,
            max_chars: options.max_chars.max(1),
            title: title.map(|title| (title, OnceCell::new())),
        };
        let passages = finder.passages(options.count);
        let mut chosen = finder.choose(passages, options.count);
        if chosen.is_empty() {
            chosen.extend(finder.opening());
        }
        chosen
            .iter()
            .map(|passage| finder.snippet(passage))
            .collect()
    }
}

struct Finder<'a> {
    scan: Scan<'a>,
    body: &'a str,
    max_chars: usize,
    /// The title, and its words.
    title: Option<(&'a str, OnceCell<String>)>,
}

/// A part of the body that could be shown.
#[derive(Clone, Debug)]
struct Passage {
    /// In bytes of the body.
    range: Range<usize>,
    /// The sentence or sentences that it comes from.
    whole: Range<usize>,
    /// The needles found in it, each once.
    needles: Vec<usize>,
    /// How far they are apart, in steps too large to care about a few characters.
    spread: usize,
}

/// A sentence and the matches that start in it, as indices.
struct Sentence {
    range: Range<usize>,
    matches: Range<usize>,
}

impl Finder<'_> {
    /// The passages with a match in them, up to where enough of them cannot be bettered.
    fn passages(&mut self, enough: usize) -> Vec<Passage> {
        let findable = self.scan.matcher.findable();
        let mut passages = Vec::new();
        let mut perfect = 0;
        for paragraph in paragraphs(self.body) {
            let found = self.scan.paragraph(paragraph.clone());
            let known = passages.len();
            self.add_paragraph(paragraph, found, &mut passages);
            let is_perfect =
                |passage: &Passage| passage.needles.len() == findable && passage.spread == 0;
            perfect += usize::from(passages[known..].iter().any(is_perfect));
            if perfect == enough {
                break;
            }
        }
        passages
    }

    fn add_paragraph(
        &self,
        paragraph: Range<usize>,
        matches: Range<usize>,
        passages: &mut Vec<Passage>,
    ) {
        if matches.is_empty() {
            return;
        }
        let sentences = self.sentences(paragraph, matches);
        for (index, sentence) in sentences.iter().enumerate() {
            if sentence.matches.is_empty() || self.repeats_title(&sentence.range) {
                continue;
            }
            if !self.fits(sentence.range.clone()) {
                self.add_windows(sentence, passages);
                continue;
            }
            passages.push(self.joined(sentence, sentence));
            for first in [Some(index), index.checked_sub(1)].into_iter().flatten() {
                if let Some([first, second]) = sentences.get(first..first + 2)
                    && self.fits(first.range.start..second.range.end)
                {
                    passages.push(self.joined(first, second));
                    break;
                }
            }
        }
    }

    /// The sentences of a paragraph. No match reaches from one into the next: a phrase that holds
    /// the end of a sentence makes one of two.
    fn sentences(&self, paragraph: Range<usize>, matches: Range<usize>) -> Vec<Sentence> {
        let mut sentences: Vec<Sentence> = Vec::new();
        let mut next = matches.start;
        let mut reached = 0; // how far the matches so far reach
        for range in sentences_in(self.body, paragraph) {
            let first = next;
            while next < matches.end && self.scan.matches[next].original.start < range.end {
                next += 1;
            }
            match sentences.last_mut() {
                Some(last) if reached > range.start => {
                    last.range.end = range.end;
                    last.matches.end = next;
                }
                _ => sentences.push(Sentence {
                    range,
                    matches: first..next,
                }),
            }
            let ends = self.scan.matches[first..next]
                .iter()
                .map(|found| found.original.end);
            reached = ends.fold(reached, usize::max);
        }
        sentences
    }

    /// The passage from `first` to `second`, which is the next sentence or the same.
    fn joined(&self, first: &Sentence, second: &Sentence) -> Passage {
        let range = first.range.start..second.range.end;
        self.passage(
            range.clone(),
            range,
            first.matches.start..second.matches.end,
        )
    }

    /// Parts of a sentence that is too long, one around each group of matches that fits.
    fn add_windows(&self, sentence: &Sentence, passages: &mut Vec<Passage>) {
        let mut last = sentence.matches.start;
        for first in sentence.matches.clone() {
            let start = self.scan.matches[first].original.start;
            let limit = forward(self.body, start..sentence.range.end, self.max_chars);
            let group = &self.scan.matches[first..sentence.matches.end];
            let group = &group[..group.partition_point(|found| found.original.start < limit)];
            let fitting = group
                .iter()
                .map(|found| found.original.end)
                .filter(|&end| end <= limit);
            let end = fitting.max().unwrap_or(limit);
            if first + group.len() == last {
                continue; // all in the window before
            }
            last = first + group.len();
            let range = self.window(&sentence.range, start..end);
            passages.push(self.passage(range, sentence.range.clone(), first..last));
        }
    }

    /// As much of `sentence` around `core` as fits, with more of it after than before, from a comma
    /// to a comma where that does not cost much.
    fn window(&self, sentence: &Range<usize>, core: Range<usize>) -> Range<usize> {
        let body = self.body;
        let room = self.max_chars.saturating_sub(count(body, core.clone()));
        let after = count(body, core.end..forward(body, core.end..sentence.end, room));
        let before = (room / 3).max(room - after);

        let mut start = backward(body, sentence.start..core.start, before);
        if start > sentence.start {
            let context = &body[start..core.start];
            let clause = context.find(is_comma).map_or("", |comma| &context[comma..]);
            let word = context.trim_start_matches(is_alphanumeric);
            let kept = if is_most(clause, context) {
                clause
            } else {
                word
            };
            start = core.start - kept.trim_start_matches(is_comma_or_blank).len();
        }
        let room = self.max_chars.saturating_sub(count(body, start..core.end));
        let mut end = forward(body, core.end..sentence.end, room);
        if end < sentence.end {
            let context = &body[core.end..end];
            let clause = context
                .rfind(is_comma)
                .map_or("", |comma| &context[..comma]);
            let word = context.trim_end_matches(is_alphanumeric);
            let kept = if is_most(clause, context) {
                clause
            } else {
                word
            };
            let tidy = start..core.end + kept.trim_end_matches(is_comma_or_blank).len();
            end = if tidy.is_empty() { end } else { tidy.end };
        }
        start..end
    }

    fn passage(&self, range: Range<usize>, whole: Range<usize>, matches: Range<usize>) -> Passage {
        let group = &self.scan.matches[matches];
        let mut needles = Vec::new();
        let mut spread = 0;
        for found in group {
            if !needles.contains(&found.needle) {
                needles.push(found.needle);
                spread = found.original.end.saturating_sub(group[0].original.start);
            }
        }
        Passage {
            range,
            whole,
            needles,
            spread: spread / SPREAD_STEP,
        }
    }

    /// The best `count` passages, in the order of the text. Each one after the first is rather to
    /// show needles that the others do not.
    fn choose(&self, mut passages: Vec<Passage>, count: usize) -> Vec<Passage> {
        let mut chosen: Vec<Passage> = Vec::new();
        let mut shown = vec![false; self.scan.matcher.needles.len()];
        while chosen.len() < count {
            let best = passages.iter().max_by_key(|passage| {
                let is_new = |needle: &&usize| !shown[**needle];
                (
                    self.weight(passage.needles.iter().filter(is_new)),
                    self.weight(passage.needles.iter()),
                    Reverse(passage.spread),
                    Reverse(passage.range.start),
                    passage.range.len(),
                )
            });
            let Some(best) = best.cloned() else { break };
            for &needle in &best.needles {
                shown[needle] = true;
            }
            passages.retain(|passage| {
                passage.range.end <= best.range.start || best.range.end <= passage.range.start
            });
            chosen.push(best);
        }
        chosen.sort_by_key(|passage| passage.range.start);
        self.join_neighbours(chosen)
    }

    /// The weight of `needles` together, in thousandths.
    fn weight<'n>(&self, needles: impl Iterator<Item = &'n usize>) -> u64 {
        needles
            .map(|&needle| (self.scan.matcher.needles[needle].weight * 1000.0) as u64)
            .fold(0, u64::saturating_add)
    }

    /// Makes one of two passages that follow upon each other, if it is not too long.
    fn join_neighbours(&self, chosen: Vec<Passage>) -> Vec<Passage> {
        let mut joined: Vec<Passage> = Vec::new();
        for passage in chosen {
            match joined.last_mut() {
                Some(last)
                    if self.body[last.range.end..passage.range.start]
                        .chars()
                        .all(is_blank)
                        && self.fits(last.range.start..passage.range.end) =>
                {
                    last.range.end = passage.range.end;
                    last.whole.end = passage.whole.end;
                }
                _ => joined.push(passage),
            }
        }
        joined
    }

    /// The first sentences of the body; those that only repeat the title if there are no others.
    fn opening(&self) -> Option<Passage> {
        let mut sentences = paragraphs(self.body)
            .flat_map(|paragraph| sentences_in(self.body, paragraph))
            .peekable();
        let first = sentences.peek()?.clone();
        let first = sentences
            .find(|range| !self.repeats_title(range))
            .unwrap_or(first);
        let mut range = first;
        for next in sentences {
            let is_same_paragraph = !self.body[range.end..next.start].contains('\n');
            if !is_same_paragraph || !self.fits(range.start..next.end) {
                break;
            }
            range.end = next.end;
        }
        let whole = range.clone();
        if !self.fits(range.clone()) {
            range = self.window(&whole, whole.start..whole.start);
        }
        Some(self.passage(range, whole, 0..0))
    }

    fn repeats_title(&self, sentence: &Range<usize>) -> bool {
        let Some((title, words_of_title)) = &self.title else {
            return false;
        };
        // Full-width text may have three times the bytes.
        if sentence.len() > 3 * title.len() + 16 {
            return false;
        }
        let folder = self.scan.folder;
        let title = words_of_title.get_or_init(|| words(folder, title));
        // Most sentences begin otherwise than any part of the title.
        for length in [1, HEAD] {
            let head = sentence.start..forward(self.body, sentence.clone(), length);
            if !title.contains(&words(folder, &self.body[head])) {
                return false;
            }
        }
        let words = words(folder, &self.body[sentence.clone()]);
        !words.is_empty() && title.contains(&words)
    }

    fn fits(&self, range: Range<usize>) -> bool {
        range.len() <= self.max_chars || count(self.body, range) <= self.max_chars
    }

    fn snippet(&self, passage: &Passage) -> Snippet {
        let Passage { range, whole, .. } = passage;
        let text = &self.body[range.clone()];
        let behind = self
            .scan
            .matches
            .partition_point(|found| found.original.start < range.end);
        let before = self
            .scan
            .matches
            .partition_point(|found| found.original.start < range.start);
        let found = self.scan.matches[before..behind]
            .iter()
            .map(|found| found.original.clone());
        let mut marks: Vec<_> = found
            .clone()
            .filter(|found| found.end <= range.end)
            .collect();
        if marks.is_empty() {
            // A match longer than the snippet.
            marks = found.map(|found| found.start..range.end).collect();
        }
        let marks = marks
            .into_iter()
            .map(|mark| mark.start - range.start..mark.end - range.start);
        Snippet {
            text: text.to_owned(),
            highlights: char_ranges(text, &merge_overlapping(marks)),
            start: count(self.body, 0..range.start),
            cut_before: range.start > whole.start,
            cut_after: range.end < whole.end,
        }
    }
}

fn is_most(part: &str, whole: &str) -> bool {
    part.len() > whole.len() / 2
}

/// How many bytes farther apart the needles of a passage may be without counting as less near.
const SPREAD_STEP: usize = 48;

/// So many characters of a sentence tell mostly that it does not repeat a title.
const HEAD: usize = 8;

/// The letters and digits of `text` in folded form, to compare texts that differ in punctuation.
fn words(folder: &Folder, text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    folder.each(text, |c| {
        if is_han(c) || c.is_alphanumeric() {
            words.push(c);
        }
    });
    words
}

/// Half-width commas and colons are left out: they stand inside numbers and times, too.
fn is_comma(c: char) -> bool {
    matches!(c, '，' | '、' | '：')
}

fn is_comma_or_blank(c: char) -> bool {
    is_comma(c) || c.is_whitespace()
}

/// White space inside a paragraph.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

/// The characters in a byte range of `text`.
fn count(text: &str, range: Range<usize>) -> usize {
    text[range].chars().count()
}

/// The byte `chars` characters after the start of `range`, or its end.
fn forward(text: &str, range: Range<usize>, chars: usize) -> usize {
    let mut indices = text[range.clone()].char_indices();
    indices
        .nth(chars)
        .map_or(range.end, |(at, _)| range.start + at)
}

/// The byte `chars` characters before the end of `range`, or its start.
fn backward(text: &str, range: Range<usize>, chars: usize) -> usize {
    let Some(last) = chars.checked_sub(1) else {
        return range.end;
    };
    let mut indices = text[range.clone()].char_indices().rev();
    indices
        .nth(last)
        .map_or(range.start, |(at, _)| range.start + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::matcher::NeedleKind;
    use crate::search::matcher::tests::{any_near, any_needles, bracketed, needles, text};
    use proptest::prelude::*;

    const BODY: &str = "云汐银行今日发布公告。该行拟发行绿色金融债券，规模不超过三十亿元。\n\
        资金用途\n\
        募集资金将投向光伏与储能项目！分析师认为：“绿色金融空间广阔。”海港证券给予增持评级。\n　　\
        截至三季度末，云汐银行总资产八千亿元。";

    /// The snippets of `body` with marks in brackets and dots where a sentence is cut.
    fn show(query: &str, body: &str, options: &SnippetOptions) -> Vec<String> {
        show_with_title(query, body, None, options)
    }

    fn show_with_title(
        query: &str,
        body: &str,
        title: Option<&str>,
        options: &SnippetOptions,
    ) -> Vec<String> {
        let matcher = Matcher::new(&needles(query), &[]);
        let snippets = matcher.snippets(&Folder::new(), body, title, options);
        let show = |snippet: &Snippet| {
            let dots = |is_cut| if is_cut { "~" } else { "" };
            let text = bracketed(&snippet.text, &snippet.highlights);
            format!(
                "{}{text}{}",
                dots(snippet.cut_before),
                dots(snippet.cut_after)
            )
        };
        snippets.iter().map(show).collect()
    }

    fn limits(max_chars: usize, count: usize) -> SnippetOptions {
        SnippetOptions { max_chars, count }
    }

    #[test]
    fn shows_whole_sentences() {
        for (query, max_chars, count, snippets) in [
            ("储能", 20, 1, &["募集资金将投向光伏与[储能]项目！"][..]),
            (
                "海港证券",
                120,
                1,
                &["分析师认为：“绿色金融空间广阔。”[海港证券]给予增持评级。"],
            ),
            ("海港证券", 20, 1, &["[海港证券]给予增持评级。"]),
            (
                "公告",
                50,
                1,
                &["云汐银行今日发布[公告]。该行拟发行绿色金融债券，规模不超过三十亿元。"],
            ),
            (
                "三季度",
                30,
                1,
                &["截至[三季度]末，云汐银行总资产八千亿元。"],
            ),
            ("用途", 30, 1, &["资金[用途]"]),
            (
                "绿色金融",
                30,
                2,
                &[
                    "该行拟发行[绿色金融]债券，规模不超过三十亿元。",
                    "分析师认为：“[绿色金融]空间广阔。”海港证券给予增持评级。",
                ],
            ),
        ] {
            assert_eq!(
                show(query, BODY, &limits(max_chars, count)),
                snippets,
                "{query}"
            );
        }
    }

    #[test]
    fn prefers_more_needles_then_nearer_then_earlier_ones() {
        let body = "云汐与海港相邻。\n云汐发债。\n\
            港口今年吞吐量继续增长，带动了周边仓储物流与贸易等行业，近来也开始发债。\n港口发债。";
        for (query, count, snippets) in [
            ("云汐 发债", 1, &["[云汐][发债]。"][..]),
            ("港口 发债", 1, &["[港口][发债]。"]),
            ("云汐", 1, &["[云汐]与海港相邻。"]),
            // The second snippet shows what the first one does not.
            (
                "云汐 海港 港口",
                2,
                &[
                    "[云汐]与[海港]相邻。",
                    "[港口]今年吞吐量继续增长，带动了周边仓储物流与贸易等行业，近来也开始发债。",
                ],
            ),
        ] {
            assert_eq!(show(query, body, &limits(60, count)), snippets, "{query}");
        }
    }

    #[test]
    fn counts_needles_by_their_weight() {
        let body = "云汐发债。\n海港停牌。";
        let mut needles = needles("云汐 发债 停牌");
        needles[2].weight = 2.5;
        let snippets =
            Matcher::new(&needles, &[]).snippets(&Folder::new(), body, None, &limits(20, 1));
        assert_eq!(snippets[0].text, "海港停牌。");
        assert_eq!(snippets[0].start, 6);
    }

    #[test]
    fn cuts_a_long_sentence_around_the_matches() {
        let body = "据介绍，本次募集的资金在扣除发行费用之后，将全部用于云汐新区的海上风电和储能电站，\
            以及与之配套的输电工程，预计三年内建成，届时每年可发电九十亿千瓦时以上并减少排放七百万吨";
        for (query, max_chars, snippet) in [
            (
                "储能",
                30,
                "~汐新区的海上风电和[储能]电站，以及与之配套的输电工程~",
            ),
            ("储能", 8, "~电和[储能]电站，以~"),
            ("募集", 20, "据介绍，本次[募集]的资金在扣除发行费用之后~"),
            (
                "七百万吨",
                24,
                "~届时每年可发电九十亿千瓦时以上并减少排放[七百万吨]",
            ),
            ("\"海上风电和储能电站\"", 4, "~[海上风电]~"),
            (
                "海上 排放 每年",
                24,
                "~届时[每年]可发电九十亿千瓦时以上并减少[排放]七百万吨",
            ),
        ] {
            assert_eq!(
                show(query, body, &limits(max_chars, 1)),
                [snippet],
                "{query}"
            );
        }
    }

    #[test]
    fn does_not_cut_numbers_and_english_words() {
        let body = "上半年营业收入同比增长达到了12345.67万元并且公司的REITsConnect业务继续扩大规模";
        assert_eq!(
            show("同比", body, &limits(12, 1)),
            ["~业收入[同比]增长达到了~"]
        );
        assert_eq!(show("业务", body, &limits(12, 1)), ["~[业务]继续扩大规模"]);
    }

    #[test]
    fn a_phrase_may_hold_the_end_of_a_sentence() {
        let shown = show("\"公告。该行\"", BODY, &limits(40, 1));
        assert_eq!(
            shown,
            ["云汐银行今日发布[公告。该行]拟发行绿色金融债券，规模不超过三十亿元。"]
        );
    }

    #[test]
    fn joins_neighbours() {
        let body = "云汐发债。海港停牌。港口增资。";
        assert_eq!(
            show("云汐 增资", body, &limits(10, 2)),
            ["[云汐]发债。海港停牌。", "港口[增资]。"]
        );
        let body = "云汐发债 。 港口增资。";
        assert_eq!(
            show("云汐 增资", body, &limits(12, 2)),
            ["[云汐]发债 。 港口[增资]。"]
        );
    }

    #[test]
    fn shows_the_beginning_when_nothing_is_found() {
        for (body, max_chars, snippet) in [
            (
                BODY,
                40,
                "云汐银行今日发布公告。该行拟发行绿色金融债券，规模不超过三十亿元。",
            ),
            (BODY, 20, "云汐银行今日发布公告。"),
            ("\n　\n云汐。\n海港。", 20, "云汐。"),
            (
                "云汐银行今日发布公告，该行拟发行绿色金融债券",
                14,
                "云汐银行今日发布公告~",
            ),
        ] {
            assert_eq!(show("不存在", body, &limits(max_chars, 2)), [snippet]);
            assert_eq!(show("", body, &limits(max_chars, 2)), [snippet]);
        }
        for body in ["", "\n", " \n　"] {
            assert!(show("云汐", body, &SnippetOptions::default()).is_empty());
        }
        assert!(show("云汐", BODY, &limits(120, 0)).is_empty());
    }

    #[test]
    fn does_not_repeat_the_title() {
        let body =
            "云汐银行：拟发行绿色金融债券\n云汐银行公告，绿色金融债券已获批。\n海港证券承销。";
        let title = Some("雲汐銀行:擬發行綠色金融債券");
        let show = |query, body| show_with_title(query, body, title, &limits(30, 1));
        assert_eq!(
            show("绿色金融", body),
            ["云汐银行公告，[绿色金融]债券已获批。"]
        );
        assert_eq!(show("拟发行", body), ["云汐银行公告，绿色金融债券已获批。"]);
        let only_the_title = "云汐银行：拟发行绿色金融债券";
        assert_eq!(show("不存在", only_the_title), [only_the_title]);
    }

    proptest! {
        #[test]
        fn snippets_keep_their_promises(
            body in text(60),
            needles in any_needles(),
            near in any_near(),
            max_chars in 0..30usize,
            count in 0..4usize,
            title in prop::option::of(text(6)),
        ) {
            let folder = Folder::new();
            let options = SnippetOptions { max_chars, count };
            let snippets = Matcher::new(&needles, &near).snippets(&folder, &body, title.as_deref(), &options);
            prop_assert!(snippets.len() <= count);
            let mut next = 0;
            for snippet in &snippets {
                let length = snippet.text.chars().count();
                prop_assert!((1..=max_chars.max(1)).contains(&length));
                prop_assert!(snippet.start >= next, "overlap or disorder");
                next = snippet.start + length;
                let verbatim: String = body.chars().skip(snippet.start).take(length).collect();
                prop_assert_eq!(&snippet.text, &verbatim);
                prop_assert!(!snippet.text.contains('\n'));

                let marks = &snippet.highlights;
                prop_assert!(marks.iter().all(|mark| mark.start < mark.end && mark.end <= length));
                prop_assert!(marks.windows(2).all(|two| two[0].end <= two[1].start));
            }
        }

        #[test]
        fn what_is_marked_holds_a_phrase(body in text(60), needles in any_needles()) {
            let folder = Folder::new();
            let mut needles = needles;
            for needle in &mut needles {
                needle.kind = NeedleKind::Exact;
            }
            let snippets = Matcher::new(&needles, &[]).snippets(&folder, &body, None, &limits(30, 2));
            for snippet in snippets {
                for mark in &snippet.highlights {
                    let marked: String =
                        snippet.text.chars().skip(mark.start).take(mark.len()).collect();
                    let marked = folder.fold(&marked);
                    prop_assert!(needles.iter().any(|needle| marked.contains(&needle.text)));
                }
            }
        }
    }
}
