//! Where the words of a query stand in a text.
//!
//! The text is looked through as it is, folded on the way, so that everything found is known by its
//! place in the original and nothing is cut into words again.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::prefilter::Prefilter;
use crate::analysis::{FoldedChars, Folder, Sought, is_han};
use crate::corpus::paragraphs;
use crate::search::plan::needle::{Near, Needle, NeedleKind};

/// Finds the needles of one query in many texts.
#[derive(Clone, Debug)]
pub struct Matcher {
    pub(in crate::search) needles: Vec<Needle>,
    /// Of each needle that is found in pairs only the others, and how near.
    partners: FxHashMap<usize, Vec<(usize, usize)>>,
    /// The needles that can be found, by their first character, the longest first.
    by_start: FxHashMap<char, Vec<usize>>,
    starts: Sought,
    prefilter: OnceLock<Option<Prefilter>>,
}

impl Matcher {
    /// A matcher for `needles`; those in `near` are found in pairs only.
    pub fn new(needles: &[Needle], near: &[Near]) -> Matcher {
        let mut by_start = FxHashMap::<char, Vec<usize>>::default();
        let mut starts = Sought::default();
        for (index, needle) in needles.iter().enumerate() {
            // No blank starts a folded text, and no match may go on behind a line feed.
            let start = needle.text.chars().next().filter(|&start| start != ' ');
            if let Some(start) = start
                && !needle.text.contains('\n')
            {
                by_start.entry(start).or_default().push(index);
                starts.insert(start);
            }
        }
        for indices in by_start.values_mut() {
            indices.sort_by_key(|&index| Reverse(needles[index].text.len()));
        }
        let mut partners = FxHashMap::<usize, Vec<(usize, usize)>>::default();
        for near in near {
            for (one, other) in [(near.left, near.right), (near.right, near.left)] {
                partners.entry(one).or_default().push((other, near.within));
            }
        }
        Matcher {
            needles: needles.to_vec(),
            partners,
            by_start,
            starts,
            prefilter: OnceLock::new(),
        }
    }

    /// What to mark in `text`: ranges in characters, in order and without overlap. Matches that
    /// overlap become one range, so that a name covers its parts; those that touch stay two.
    ///
    /// A text with more than a million matches is marked up to there only.
    pub fn highlights(&self, folder: &Folder, text: &str) -> Vec<Range<usize>> {
        let mut scan = Scan::new(self, folder, text, 1 << 20);
        for paragraph in paragraphs(text) {
            scan.paragraph(paragraph);
        }
        let found = scan.matches.into_iter().map(|found| found.original);
        char_ranges(text, &merge_overlapping(found))
    }

    /// How many of the needles can be found at all.
    pub(in crate::search) fn findable(&self) -> usize {
        self.by_start.values().map(Vec::len).sum()
    }

    fn prefilter(&self) -> Option<&Prefilter> {
        let findable = self.by_start.values().flatten();
        let needles = findable.map(|&index| &*self.needles[index].text);
        self.prefilter
            .get_or_init(|| Prefilter::new(needles))
            .as_ref()
    }
}

/// A needle found in a text.
#[derive(Clone, Debug)]
pub(in crate::search) struct Match {
    pub needle: usize,
    /// In characters of the folded paragraph.
    folded: Range<usize>,
    /// In bytes of the original text.
    pub original: Range<usize>,
}

/// The search through one text, paragraph by paragraph.
pub(in crate::search) struct Scan<'a> {
    pub matcher: &'a Matcher,
    pub folder: &'a Folder,
    text: &'a str,
    /// What has been found, by where it starts, and from there the longest first.
    pub matches: Vec<Match>,
    limit: usize,
    prefilter: Option<&'a Prefilter>,
    comparisons: usize,
}

/// How many characters may be compared for each byte of the text, and how many at first. News need
/// less than one; what needs more was made to be slow, and the rest of it stays without marks.
const COMPARISONS_PER_BYTE: usize = 16;
const FREE_COMPARISONS: usize = 1 << 16;

/// Below this many bytes a text is looked through before a prefilter is made.
const LONG: usize = 2048;

impl<'a> Scan<'a> {
    /// A search that ends after `limit` matches or a few more.
    pub fn new(matcher: &'a Matcher, folder: &'a Folder, text: &'a str, limit: usize) -> Scan<'a> {
        Scan {
            matcher,
            folder,
            text,
            matches: Vec::new(),
            limit,
            prefilter: if text.len() < LONG {
                None
            } else {
                matcher.prefilter()
            },
            comparisons: 0,
        }
    }

    /// Adds what is found in a paragraph, a byte range of the text; the indices of its matches.
    pub fn paragraph(&mut self, paragraph: Range<usize>) -> Range<usize> {
        let first = self.matches.len();
        let text = &self.text[paragraph.clone()];
        if self
            .prefilter
            .is_some_and(|prefilter| !prefilter.may_match(text))
        {
            return first..first;
        }
        let matcher = self.matcher;
        let mut chars = self.folder.chars(text);
        let allowed = FREE_COMPARISONS + COMPARISONS_PER_BYTE * paragraph.end;
        while self.matches.len() < self.limit
            && self.comparisons < allowed
            && chars.seek(&matcher.starts)
        {
            let here = chars.clone();
            let Some(start) = chars.next() else { break };
            for &index in matcher.by_start.get(&start.folded).into_iter().flatten() {
                let found = find_here(&matcher.needles[index], &here, &mut self.comparisons);
                self.matches.extend(found.map(|(folded, original)| Match {
                    needle: index,
                    folded,
                    original: paragraph.start + original.start..paragraph.start + original.end,
                }));
            }
        }
        self.keep_pairs(first);
        first..self.matches.len()
    }

    /// Drops those matches from `first` on that are of needles with partners but have none near.
    fn keep_pairs(&mut self, first: usize) {
        let partners = &self.matcher.partners;
        if partners.is_empty() || first == self.matches.len() {
            return;
        }
        let mut places: FxHashMap<usize, Vec<Range<usize>>> = FxHashMap::default();
        for found in &self.matches[first..] {
            let of_needle = places.entry(found.needle).or_default();
            of_needle.push(found.folded.clone());
        }
        let is_kept = |found: &Match| {
            let partners = partners.get(&found.needle);
            partners.is_none_or(|partners| {
                partners.iter().any(|(other, within)| {
                    let others = places.get(other);
                    others.is_some_and(|others| is_near(&found.folded, others, *within))
                })
            })
        };
        let kept: Vec<Match> = self.matches.drain(first..).filter(is_kept).collect();
        self.matches.extend(kept);
    }
}

/// Where `needle` is found if it is found right here, in folded characters and original bytes.
fn find_here(
    needle: &Needle,
    here: &FoldedChars<'_>,
    comparisons: &mut usize,
) -> Option<(Range<usize>, Range<usize>)> {
    let is_word = needle.kind != NeedleKind::Exact;
    if is_word
        && needle.text.starts_with(is_alphanumeric)
        && here.previous().is_some_and(is_alphanumeric)
    {
        return None;
    }
    let mut rest = here.clone();
    let mut original: Option<Range<usize>> = None;
    for wanted in needle.text.chars() {
        *comparisons += 1;
        let found = rest.next().filter(|found| found.folded == wanted)?;
        let start = original.map_or(found.original.start, |original| original.start);
        original = Some(start..found.original.end);
    }
    let mut original = original?;
    if is_word && needle.text.ends_with(is_alphanumeric) {
        let mut beyond = rest.clone();
        while let Some(next) = beyond.next().filter(|next| is_alphanumeric(next.folded)) {
            if needle.kind == NeedleKind::Word {
                return None;
            }
            *comparisons += 1;
            original.end = next.original.end;
            rest = beyond.clone();
        }
    }
    Some((here.index()..rest.index(), original))
}

/// Whether one of the others, which are in order, stands near.
fn is_near(found: &Range<usize>, others: &[Range<usize>], within: usize) -> bool {
    let before = others.partition_point(|other| other.end <= found.start);
    let after = others.partition_point(|other| other.start < found.end);
    others[..before]
        .last()
        .is_some_and(|other| found.start - other.end <= within)
        || others
            .get(after)
            .is_some_and(|other| other.start - found.end <= within)
}

/// Whether `c` is part of a word or number that is not Han.
pub(in crate::search) fn is_alphanumeric(c: char) -> bool {
    !is_han(c) && c.is_alphanumeric()
}

/// `ranges`, ordered by their start, with those that share something made one.
pub(in crate::search) fn merge_overlapping(
    ranges: impl Iterator<Item = Range<usize>>,
) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let last = merged.last_mut();
        debug_assert!(last.as_ref().is_none_or(|last| last.start <= range.start));
        match last {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The same ranges in characters; `ranges` are in bytes of `text`, on character boundaries, in order
/// and without overlap.
pub(in crate::search) fn char_ranges(text: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut byte, mut char) = (0, 0);
    let mut advance = |to: usize| {
        char += text[byte..to].chars().count();
        byte = to;
        char
    };
    ranges
        .iter()
        .map(|range| advance(range.start)..advance(range.end))
        .collect()
}

#[cfg(test)]
pub(in crate::search) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Needles as a query would write them, blanks between: `云汐 "云 汐" re*`, a low line for a blank.
    pub fn needles(query: &str) -> Vec<Needle> {
        let needle = |term: &str| {
            let term = term.replace('_', " ");
            let quoted = term
                .strip_prefix('"')
                .and_then(|term| term.strip_suffix('"'));
            let (text, kind) = match (quoted, term.strip_suffix('*')) {
                (Some(text), _) => (text, NeedleKind::Exact),
                (None, Some(text)) => (text, NeedleKind::Prefix),
                (None, None) => (&*term, NeedleKind::Word),
            };
            Needle {
                text: text.to_owned(),
                weight: 1.0,
                kind,
            }
        };
        query.split_whitespace().map(needle).collect()
    }

    /// `text` with brackets around the `ranges`, which are in characters.
    pub fn bracketed(text: &str, ranges: &[Range<usize>]) -> String {
        let mut marked = String::new();
        for (index, c) in text.chars().map(Some).chain([None]).enumerate() {
            marked.extend(
                ranges
                    .iter()
                    .filter(|range| range.end == index)
                    .map(|_| ']'),
            );
            marked.extend(
                ranges
                    .iter()
                    .filter(|range| range.start == index)
                    .map(|_| '['),
            );
            marked.extend(c);
        }
        marked
    }

    fn check(query: &str, near: &[Near], marked: &str) {
        let text = marked.replace(['[', ']'], "");
        let matcher = Matcher::new(&needles(query), near);
        let highlights = matcher.highlights(&Folder::new(), &text);
        assert_eq!(bracketed(&text, &highlights), marked, "{query}");
    }

    #[test]
    fn marks_words() {
        for (query, marked) in [
            ("绿色金融", "发展[绿色金融]债券，[绿色金融]。"),
            ("股份", "昇興[股份]"),
            ("升兴", "[昇興]股份"),
            ("云汐", "[云 汐]银行与[雲汐]港"),
            ("5g", "[5G]、[５ｇ]手机，15G、5GHz与[5G]基站"),
            ("600519", "[600519].SH，1600519"),
            ("reits基金", "首只[REITs基金]与CREITs基金"),
            ("a股", "[A股]与HA股"),
            ("c#", "[C#]与ABC#"),
            ("海港", "云汐\n银行\n[海港]"),
            ("云汐 不存在", "[云汐]"),
        ] {
            check(query, &[], marked);
        }
    }

    #[test]
    fn marks_phrases_anywhere() {
        for (query, marked) in [
            ("\"色金\"", "绿[色金]融"),
            ("\"60151\"", "[60151]8与[60151]"),
            ("\"eit\"", "R[EIT]s"),
            ("\"融资+融物\"", "[融资＋融物]，不是融资融物"),
            ("\"m2\"", "占地5[㎡]"),
            ("\"2\"", "占地5[㎡]"),
            ("\"...\"", "云汐[…]"),
            ("\"4s_店\"", "4S店与[4S 店]"),
            ("\"云汐\"", "云\n汐"),
            ("\"啊啊\"", "[啊啊啊]"),
        ] {
            check(query, &[], marked);
        }
    }

    #[test]
    fn marks_the_whole_word_of_a_prefix() {
        for (query, marked) in [
            ("rei*", "[REITs]基金与freight"),
            ("云汐*", "[云汐]银行"),
            ("hfo-12*", "[HFO-1234yf]制冷剂"),
        ] {
            check(query, &[], marked);
        }
    }

    #[test]
    fn the_longest_covers_its_parts_and_neighbours_stay_apart() {
        for (query, marked) in [
            ("云汐 银行 云汐银行", "[云汐银行]的[银行]"),
            ("绿色金融 金融租赁", "[绿色金融租赁]"),
            ("云汐 银行", "[云汐][银行]"),
            ("\"云\"", "[云][云]"),
        ] {
            check(query, &[], marked);
        }
    }

    #[test]
    fn marks_pairs_within_their_distance_only() {
        for (query, within, marked) in [
            (
                "云汐 减持",
                3,
                "[云汐]大股东[减持]，但海港云汐一位大股东减持",
            ),
            ("云汐 减持", 0, "[减持][云汐]，减持了云汐"),
            ("云汐 减持", 3, "[云汐][减持]与[减持]"),
            ("云汐 减持", 2, "[云汐][减持]与减持"),
            ("云汐 减持", 9, "云汐\n减持"),
            ("云汐 减持", 2, "[云汐]大 股[减持]"),
            ("云汐 减持 公告", 1, "云汐的股东减持[公告]"),
            ("\"m\" \"2\"", 0, "[㎡]"),
            ("银行 行业", 5, "银行业"),
        ] {
            let near = Near {
                left: 0,
                right: 1,
                within,
            };
            check(query, &[near], marked);
        }
    }

    #[test]
    fn a_pair_of_needles_that_do_not_exist_is_never_found() {
        let near = Near {
            left: 0,
            right: 7,
            within: 9,
        };
        check("云汐 减持", &[near], "云汐[减持]");
    }

    #[test]
    fn a_text_made_to_be_slow_is_given_up() {
        let text = "啊".repeat(100_000);
        let needle = "啊".repeat(2_000) + "吧";
        let matcher = Matcher::new(&needles(&needle), &[]);
        let started = std::time::Instant::now();
        assert!(matcher.highlights(&Folder::new(), &text).is_empty());
        assert!(started.elapsed().as_secs() < 5);
    }

    /// Texts and needles from few characters, so that they meet.
    pub fn text(length: usize) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            8 => "[云汐港昇升ab1]",
            2 => "[ \u{3000}。，；\n]",
            1 => "[ＡＢ㎡…\u{b4}㍿🚀]",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..length).prop_map(|pieces| pieces.concat())
    }

    pub fn any_needles() -> impl Strategy<Value = Vec<Needle>> {
        let kind = prop_oneof![
            Just(NeedleKind::Word),
            Just(NeedleKind::Exact),
            Just(NeedleKind::Prefix)
        ];
        let needle = (text(5), 0.0..9f32, kind).prop_map(|(text, weight, kind)| {
            let text = Folder::new().fold(&text);
            Needle { text, weight, kind }
        });
        prop::collection::vec(needle, 0..4)
    }

    pub fn any_near() -> impl Strategy<Value = Vec<Near>> {
        let near = (0..4usize, 0..4usize, 0..9usize);
        let near = near.prop_map(|(left, right, within)| Near {
            left,
            right,
            within,
        });
        prop::collection::vec(near, 0..2)
    }

    proptest! {
        #[test]
        fn ranges_are_in_order_and_apart(text in text(40), needles in any_needles(), near in any_near()) {
            let ranges = Matcher::new(&needles, &near).highlights(&Folder::new(), &text);
            prop_assert!(ranges.iter().all(|range| range.start < range.end));
            prop_assert!(ranges.windows(2).all(|two| two[0].end <= two[1].start));
            prop_assert!(ranges.last().is_none_or(|last| last.end <= text.chars().count()));
        }

        #[test]
        fn a_long_text_is_marked_as_a_short_one(text in text(40), needles in any_needles(), near in any_near()) {
            let matcher = Matcher::new(&needles, &near);
            let short = matcher.highlights(&Folder::new(), &text);
            let long = format!("{text}\n{}", "银行".repeat(LONG));
            let mut marked = matcher.highlights(&Folder::new(), &long);
            marked.retain(|range| range.end <= text.chars().count());
            prop_assert_eq!(marked, short);
        }

        #[test]
        fn phrases_are_marked_exactly_where_the_folded_text_holds_them(text in text(40), needle in text(4)) {
            let folder = Folder::new();
            let needle = match folder.fold(&needle.replace('\n', "")) {
                needle if needle.is_empty() => String::from("云"),
                needle => needle,
            };
            let needles = [Needle { text: needle.clone(), weight: 1.0, kind: NeedleKind::Exact }];
            let marked = Matcher::new(&needles, &[]).highlights(&folder, &text);

            let folded = folder.map(&text);
            let starts = folded.text.char_indices().map(|(at, _)| at);
            let found = starts.filter(|&at| folded.text[at..].starts_with(&needle));
            let mut found: Vec<_> =
                found.map(|at| folded.original(at..at + needle.len())).collect();
            found.sort_by_key(|range| range.start);
            let expected = char_ranges(&text, &merge_overlapping(found.into_iter()));
            prop_assert_eq!(marked, expected);
        }
    }
}
