//! Folding: the one spelling under which texts are indexed and searched.
//!
//! Every character is folded by itself, whatever its neighbours: NFKC, lower case, then traditional
//! and variant characters to simplified ones; white space becomes a blank. One character gives one
//! or more, never none. Across characters there is one rule only: a single blank between two Han
//! characters is dropped, and so are blanks at both ends of a text.
//!
//! Two laws follow, and the tests hold them: the fold of a part of a text is a part of its fold, and
//! folding twice changes nothing more. Thus a quoted query finds whatever stands in a text.

pub mod chars;
pub mod folded;
mod simplify;

use std::ops::Range;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

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
mod tests;
