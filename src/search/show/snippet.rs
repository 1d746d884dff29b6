//! The passages of a text that show best what was found in it.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::ops::Range;

use super::matcher::{Matcher, Scan, char_ranges, is_alphanumeric, merge_overlapping};
use super::sentence::sentences_in;
use crate::analysis::{Folder, is_han};
use crate::corpus::paragraphs;
use crate::search::query::page::SnippetOptions;

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
    /// The best passages of `body`, whose paragraphs are separated by line feeds, in its order and
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
mod tests;
