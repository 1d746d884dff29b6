//! Folding: the one spelling under which texts are indexed and searched.
//!
//! Every character is folded by itself, whatever its neighbours: NFKC, lower case, then traditional
//! and variant characters to simplified ones; white space becomes a blank. One character gives one
//! or more, never none. Across characters there is one rule only: a single blank between two Han
//! characters is dropped, and so are blanks at both ends of a text.
//!
//! Two laws follow, and the tests hold them: the fold of a part of a text is a part of its fold, and
//! folding twice changes nothing more. Thus a quoted query finds whatever stands in a text.

mod chars;
mod simplify;

use std::ops::Range;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

pub use chars::{FoldedChar, FoldedChars, Sought};
use simplify::Simplify;
pub use simplify::variants;

/// To be raised whenever the code below folds any text differently than before.
const RULES_VERSION: u8 = 1;

/// Folds texts; see the [module](self) for the rules.
///
/// Cheap to make (well under a millisecond) and to share between threads.
#[derive(Debug)]
pub struct Folder {
    simplify: Simplify,
    /// What the characters outside the common Han blocks fold to, a page at a time. A page is
    /// computed when a text first needs it, because NFKC of all of Unicode would take too long.
    pages: Box<[OnceLock<Page>]>,
}

type Page = Box<[Fold<Box<str>>]>;

const PAGE_SIZE: usize = 128;

/// What one character folds to.
#[derive(Debug)]
enum Fold<T> {
    Same,
    Char(char),
    Text(T),
}

impl Folder {
    /// A folder with the built-in character table.
    pub fn new() -> Folder {
        let pages = char::MAX as usize / PAGE_SIZE + 1;
        Folder {
            simplify: Simplify::new(),
            pages: (0..pages).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Identifies the rules and tables: texts folded under another version may differ.
    pub fn version(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(simplify::TABLE.as_bytes());
        hasher.update(&[RULES_VERSION]);
        for (major, minor, update) in [
            unicode_normalization::UNICODE_VERSION,
            char::UNICODE_VERSION,
        ] {
            hasher.update(&[major, minor, update]);
        }
        let mut version = [0; 8];
        hasher.finalize_xof().fill(&mut version);
        u64::from_le_bytes(version)
    }

    /// The folded form of `text`.
    pub fn fold(&self, text: &str) -> String {
        let mut folded = String::with_capacity(text.len());
        self.fold_into(text, &mut folded);
        folded
    }

    /// Appends the folded form of `text` to `out`.
    pub fn fold_into(&self, text: &str, out: &mut String) {
        let mut chars = self.chars(text);
        loop {
            out.push_str(chars.take_unchanged());
            match chars.next() {
                Some(c) => out.push(c.folded),
                None => return,
            }
        }
    }

    /// Appends the folded form of `text` to `out`, and tells from first to last where it differs: the
    /// bytes of `out` that stand for something else, and what that is; neither need have a length.
    pub fn fold_noting<'a>(
        &self,
        text: &'a str,
        out: &mut String,
        mut note: impl FnMut(Range<usize>, &'a str),
    ) {
        let mut chars = self.chars(text);
        // What of the text was told or stands in `out`, in bytes.
        let mut done = chars.at();
        if done > 0 {
            note(out.len()..out.len(), &text[..done]);
        }
        // Where the fold of one character begins in `out`, and that character.
        let mut changed: Option<(usize, Range<usize>)> = None;
        loop {
            let unchanged = chars.take_unchanged();
            let next = chars.next();
            let is_more = unchanged.is_empty()
                && matches!((&next, &changed), (Some(c), Some((_, of))) if c.original == *of);
            if !is_more && let Some((start, of)) = changed.take() {
                note(start..out.len(), &text[of]);
            }
            out.push_str(unchanged);
            done += unchanged.len();
            let Some(c) = next else { break };
            if !is_more {
                if c.original.start > done {
                    note(out.len()..out.len(), &text[done..c.original.start]);
                }
                done = c.original.end;
                changed = (!text[c.original.clone()].starts_with(c.folded))
                    .then_some((out.len(), c.original));
            }
            out.push(c.folded);
        }
        if done < text.len() {
            note(out.len()..out.len(), &text[done..]);
        }
    }

    /// The folded form of each paragraph of `text`; they stay parted by line feeds.
    pub fn fold_paragraphs(&self, text: &str) -> String {
        let mut folded = String::with_capacity(text.len());
        for (index, paragraph) in text.split('\n').enumerate() {
            if index > 0 {
                folded.push('\n');
            }
            self.fold_into(paragraph, &mut folded);
        }
        folded
    }

    /// Whether every character of `text` folds to itself; then so does the text.
    pub fn is_folded(&self, text: &str) -> bool {
        text.chars().all(|c| self.is_unchanged(c))
    }

    #[inline]
    fn is_unchanged(&self, c: char) -> bool {
        matches!(self.look_up(c), Fold::Same)
    }

    /// The folded form of `text` together with the way back to it.
    pub fn map(&self, text: &str) -> Folded {
        let mut folded = Folded {
            text: String::with_capacity(text.len()),
            spans: Vec::with_capacity(text.len() / 16),
        };
        for c in self.chars(text) {
            folded.push(c);
        }
        folded
    }

    /// The characters of the folded form of `text`, one by one, without making it.
    pub fn chars<'a>(&'a self, text: &'a str) -> FoldedChars<'a> {
        FoldedChars::new(self, text)
    }

    /// Takes what each character of `text` folds to by itself: the characters of the folded form, and
    /// perhaps some blanks.
    pub fn each(&self, text: &str, mut take: impl FnMut(char)) {
        for c in text.chars() {
            match self.look_up(c) {
                Fold::Same => take(c),
                Fold::Char(to) => take(to),
                Fold::Text(to) => to.chars().for_each(&mut take),
            }
        }
    }

    fn starts_with_han(&self, c: char) -> bool {
        match self.look_up(c) {
            Fold::Same => is_han(c),
            Fold::Char(to) => is_han(to),
            Fold::Text(to) => to.starts_with(is_han),
        }
    }

    #[inline]
    fn look_up(&self, c: char) -> Fold<&str> {
        if let Some(to) = self.simplify.common(c) {
            return if to == c { Fold::Same } else { Fold::Char(to) };
        }
        let number = c as usize / PAGE_SIZE;
        let page = self.pages[number].get_or_init(|| self.page(number));
        match &page[c as usize % PAGE_SIZE] {
            Fold::Same => Fold::Same,
            Fold::Char(to) => Fold::Char(*to),
            Fold::Text(to) => Fold::Text(to),
        }
    }

    fn page(&self, number: usize) -> Page {
        let first = number * PAGE_SIZE;
        (first..first + PAGE_SIZE)
            .map(|code| {
                let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else {
                    return Fold::Same; // a surrogate, which no text holds
                };
                self.fold_char(c)
            })
            .collect()
    }

    /// One character's fold from first principles.
    fn fold_char(&self, c: char) -> Fold<Box<str>> {
        if is_blank(c) {
            return Fold::Char(' ');
        }
        let mut folded = String::from(c);
        loop {
            // Character by character, so that a part folds as the whole does.
            let next: String = folded
                .chars()
                .flat_map(|c| std::iter::once(c).nfkc())
                .flat_map(char::to_lowercase)
                .map(|c| self.simplify.get(c))
                .collect();
            if next == folded {
                break;
            }
            folded = next;
        }
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (Some(first), None) if first == c => Fold::Same,
            (Some(first), None) => Fold::Char(first),
            _ => Fold::Text(folded.into_boxed_str()),
        }
    }
}

impl Default for Folder {
    fn default() -> Folder {
        Folder::new()
    }
}

/// A folded text and the way back to the text it was made from.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded form.
    pub text: String,
    /// In the order of the text, without gaps in the folded form.
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Span {
    /// Where it starts in the folded text, in bytes; it ends where the next one starts.
    folded: usize,
    original: Range<usize>,
    /// Offsets inside are the same on both sides; otherwise it can only be taken as a whole.
    aligned: bool,
}

impl Folded {
    /// The smallest byte range of the original text that covers `range`, a byte range of the folded
    /// text on character boundaries. Ends beyond the text are taken as its end.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.start(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..self.end(range.end).max(start)
    }

    /// Where the character at `folded` starts in the original.
    fn start(&self, folded: usize) -> usize {
        match self.span(folded) {
            Some(span) if folded >= self.text.len() => span.original.end,
            Some(span) if span.aligned => span.original.start + folded - span.folded,
            Some(span) => span.original.start,
            None => 0,
        }
    }

    /// Where the character that ends at `folded` ends in the original.
    fn end(&self, folded: usize) -> usize {
        let folded = folded.min(self.text.len());
        match self.span(folded.saturating_sub(1)) {
            Some(span) if span.aligned => span.original.start + folded - span.folded,
            Some(span) => span.original.end,
            None => 0,
        }
    }

    /// The span that holds the byte at `folded`; the last one for what lies beyond.
    fn span(&self, folded: usize) -> Option<&Span> {
        let after = self.spans.partition_point(|span| span.folded <= folded);
        self.spans.get(after.checked_sub(1)?)
    }

    fn push(&mut self, c: FoldedChar) {
        let folded = self.text.len();
        self.text.push(c.folded);
        let aligned = c.folded.len_utf8() == c.original.len();
        if let Some(last) = self.spans.last_mut() {
            if last.original == c.original {
                last.aligned = false; // one of several characters that one character gave
                return;
            }
            if last.aligned && aligned && last.original.end == c.original.start {
                last.original.end = c.original.end;
                return;
            }
        }
        self.spans.push(Span {
            folded,
            original: c.original,
            aligned,
        });
    }
}

/// Whether `c` is a Han character: a unified or compatibility ideograph of any block, or 〇.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3007}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// Whether `text` may hold characters other than [`variants`] that give Han: compatibility
/// ideographs, radicals, enclosed and square ones such as ㈱. Very fast; says yes wrongly at times.
pub fn may_hold_compatibility_han(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (second, third) = (bytes.get(1..).unwrap_or(&[]), bytes.get(2..).unwrap_or(&[]));
    // Without branches and early return, so that it is done for many bytes at a time.
    let found = bytes
        .iter()
        .zip(second)
        .zip(third)
        .fold(0, |found, ((a, b), c)| {
            let radical = (*a == 0xE2) & (*b >= 0xBA);
            let numeral = (*a == 0xE3) & (*b == 0x80) & (*c >= 0xB8);
            let enclosed = (*a == 0xE3) & (*b >= 0x86) & (*b <= 0x8F) & (*b != 0x8E);
            let ideograph = (*a == 0xEF) & (*b >= 0xA4) & (*b <= 0xAB);
            let enclosed_later = (*a == 0xF0) & (*b == 0x9F) & (*c >= 0x88) & (*c <= 0x89);
            let ideograph_later = (*a == 0xF0) & (*b == 0xAF);
            let any = radical | numeral | enclosed | ideograph | enclosed_later | ideograph_later;
            found | u8::from(any)
        });
    found != 0
}

/// Whether `c` folds to a blank. A line feed parts paragraphs and is left alone.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_characters() {
        let folder = Folder::new();
        for (text, folded) in [
            ("云汐银行宣布降准", "云汐银行宣布降准"),
            ("昇騰裏裡爲為臺颱", "升腾里里为为台台"),
            ("後乾幹麵發髮鐘鍾錶", "后干干面发发钟钟表"),
            ("經濟復甦瞭解憑藉啟啓", "经济复苏了解凭借启启"),
            ("衞粧枱羣線", "卫妆台群线"),
            ("\u{F914}\u{2F00}", "乐一"),
            // What simplified texts write every day stays, though a traditional text may mean another.
            ("显著覆盖画像么坏", "显著覆盖画像么坏"),
            ("ＡｂＣ１２３％", "abc123%"),
            ("（１．８ｍS／cm）：“双碳”……", "(1.8ms/cm):“双碳”......"),
            ("㎡㈱½①℃ﬁİ", "m2(株)1⁄21°cfii\u{307}"),
            ("①\n\u{0}🚀", "1\n\u{0}🚀"),
        ] {
            assert_eq!(folder.fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn folds_blanks() {
        let folder = Folder::new();
        for (text, folded) in [
            ("", ""),
            (" \t\u{3000} ", ""),
            ("\u{3000}　云汐 ", "云汐"),
            ("云 汐", "云汐"),
            ("云\u{3000}汐\u{a0}银\t行", "云汐银行"),
            ("雲 濟 \u{F914} 〇 𠀀", "云济乐〇𠀀"),
            ("云  汐", "云  汐"),
            ("云 A 汐", "云 a 汐"),
            ("云 ，汐", "云 ,汐"),
            ("云\n汐 \n 港", "云\n汐 \n 港"),
            ("云 ㍿", "云株式会社"),
            ("云 \u{b4}", "云  \u{301}"),
            ("\u{b4}云", "\u{301}云"),
        ] {
            assert_eq!(folder.fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn appends() {
        let mut out = String::from("云 ");
        Folder::new().fold_into(" 汐", &mut out);
        assert_eq!(out, "云 汐");
    }

    #[test]
    fn finds_the_way_back() {
        let folder = Folder::new();
        for (text, part, original) in [
            ("昇兴股份", "升兴", "昇兴"),
            ("（昇興）", "升兴", "昇興"),
            ("（昇興）", "(", "（"),
            ("云 汐 港", "云汐", "云 汐"),
            ("云 汐 港", "汐", "汐"),
            ("双碳……目标", ".", "…"),
            ("双碳……目标", ".目", "…目"),
            ("占地５㎡", "m", "㎡"),
            ("占地５㎡", "5m2", "５㎡"),
            ("  ＡＢＣ  ", "abc", "ＡＢＣ"),
        ] {
            let folded = folder.map(text);
            let start = folded.text.find(part).expect(part);
            assert_eq!(
                &text[folded.original(start..start + part.len())],
                original,
                "{text:?}"
            );
        }
    }

    #[test]
    fn empty_and_outlying_ranges_have_an_original() {
        let folder = Folder::new();
        assert_eq!(folder.map("").original(0..9), 0..0);
        let folded = folder.map(" ＡＢ ");
        assert_eq!(folded.original(0..0), 1..1);
        assert_eq!(folded.original(1..1), 4..4);
        assert_eq!(folded.original(2..2), 7..7);
        assert_eq!(folded.original(1..9), 4..7);
    }

    #[test]
    fn every_character_keeps_the_laws() {
        let folder = Folder::new();
        for c in '\0'..=char::MAX {
            let folded = folder.fold(&format!("a{c}a"));
            let inner = &folded[1..folded.len() - 1];
            assert!(!inner.is_empty(), "{c:?} vanishes");
            assert_eq!(folder.fold(&folded), folded, "{c:?} folds further");
            // The rule for blanks looks at one character: none may bring a blank that could be
            // dropped, or that a part of a text would lose at its end.
            let blanks = if is_blank(c) { " " } else { "" };
            assert!(
                inner.ends_with(' ') != blanks.is_empty(),
                "{c:?} ends in a blank"
            );
            assert!(
                !inner.contains(' ') || !inner.contains(is_han),
                "{c:?} mixes blanks and Han"
            );
        }
    }

    #[test]
    fn every_character_that_gives_han_is_known() {
        let folder = Folder::new();
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            for han in folder.fold(&text).chars().filter(|&c| is_han(c)) {
                let is_known = han == c || variants(han).any(|variant| variant == c);
                assert!(
                    is_known || may_hold_compatibility_han(&text),
                    "{c:?} gives {han}"
                );
            }
        }
        for text in ["", "云", "绿色金融，《云汐》。“港口”5㎡", "ABC", "ｱｲ", "🚀"]
        {
            assert!(!may_hold_compatibility_han(text), "{text}");
        }
    }

    #[test]
    fn the_lexicon_is_folded_and_well_formed() {
        let folder = Folder::new();
        let mut words = std::collections::BTreeSet::new();
        let lines = include_str!("data/finance.txt").lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut columns = line.split(' ');
            let word = columns.next().unwrap_or_default();
            assert_eq!(folder.fold(word), word, "{line}");
            assert!(word.contains(is_han) && word.chars().count() > 1, "{line}");
            assert!(
                columns
                    .next()
                    .is_none_or(|frequency| frequency.parse::<u64>().is_ok()),
                "{line}"
            );
            assert!(words.insert(word), "{line} stands twice");
        }
        assert!(words.contains("绿色金融") && words.contains("a股"));
    }

    /// Texts in which the rules meet: Han, blanks of all kinds, expansions, anything.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            6 => "[云汐港昇興裏臺5%]",
            4 => "[ \u{3000}\t\u{a0}]",
            2 => "[a-cＡ-Ｃ，（）。…\n]",
            1 => "[㎡㈱㍿½\u{b4}\u{a8}ﷺİ\u{F914}\u{2F00}〇𠀀🚀]",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    /// A text and a range of it, on character boundaries.
    fn text_and_part() -> impl Strategy<Value = (String, Range<usize>)> {
        (
            text(),
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
        )
            .prop_map(|(text, a, b)| {
                let ends: Vec<usize> = text
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([text.len()])
                    .collect();
                let (a, b) = (*a.get(&ends), *b.get(&ends));
                (text, a.min(b)..a.max(b))
            })
    }

    proptest! {
        #[test]
        fn the_fold_of_a_part_is_a_part_of_the_fold((text, part) in text_and_part()) {
            let folder = Folder::new();
            let (whole, part) = (folder.fold(&text), folder.fold(&text[part]));
            prop_assert!(whole.contains(&part), "{whole:?} lacks {part:?}");
        }

        #[test]
        fn folding_twice_changes_nothing(text in text()) {
            let folder = Folder::new();
            let folded = folder.fold(&text);
            prop_assert_eq!(folder.fold(&folded), folded);
        }

        #[test]
        fn folding_gives_the_characters_one_by_one(text in text()) {
            let folder = Folder::new();
            let folded: String = folder.chars(&text).map(|c| c.folded).collect();
            prop_assert!(!folder.is_folded(&text) || folded == text);
            prop_assert_eq!(folder.fold(&text), folded);
        }

        #[test]
        fn seeking_leads_to_the_same_characters(text in text(), wanted in "[云汐升里abc1(.\u{301}]{0,4}") {
            let folder = Folder::new();
            let mut sought = Sought::default();
            wanted.chars().for_each(|c| sought.insert(c));
            let passed = folder.chars(&text).enumerate();
            let mut passed = passed.filter(|(_, c)| wanted.contains(c.folded));
            let mut chars = folder.chars(&text);
            while chars.seek(&sought) {
                let (index, previous) = (chars.index(), chars.previous());
                let c = chars.next().unwrap();
                if wanted.contains(c.folded) {
                    let before = folder.chars(&text).take(index).last().map(|c| c.folded);
                    prop_assert_eq!(previous, before);
                    prop_assert_eq!(passed.next(), Some((index, c)));
                }
            }
            prop_assert_eq!(passed.next(), None);
        }

        #[test]
        fn each_character_gives_the_same_wherever_it_stands(text in text()) {
            let folder = Folder::new();
            let mut each = String::new();
            folder.each(&text, |c| each.push(c));
            prop_assert_eq!(each.replace(' ', ""), folder.fold(&text).replace(' ', ""));
        }

        #[test]
        fn the_way_back_leads_to_what_was_folded((text, _) in text_and_part(), a: prop::sample::Index, b: prop::sample::Index) {
            let folder = Folder::new();
            let folded = folder.map(&text);
            prop_assert_eq!(&folded.text, &folder.fold(&text));
            let ends: Vec<usize> =
                folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
            let (a, b) = (*a.get(&ends), *b.get(&ends));
            let part = a.min(b)..a.max(b);
            let original = folded.original(part.clone());
            // As a text of its own, the original loses the blanks at its ends.
            let part = folded.text[part].trim_matches(' ');
            prop_assert!(folder.fold(&text[original]).contains(part));
        }
    }
}
