//! A folded text character by character, without making it.

use std::ops::Range;
use std::str::Chars;

use super::simplify::variants;
use super::{Fold, Folder, is_blank, is_han};

impl Folder {
    /// The characters of the folded form of `text`, one by one, without making it.
    pub fn chars<'a>(&'a self, text: &'a str) -> FoldedChars<'a> {
        FoldedChars::new(self, text)
    }
}

/// A character of a folded text and what it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedChar {
    /// The folded character.
    pub folded: char,
    /// The character of the original that it stands for, in bytes; characters that one original
    /// character gave all have the same range.
    pub original: Range<usize>,
}

/// Folded characters that are looked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    folded: Bits,
    /// The Han that give them, of those blocks that take most of any text.
    spelled: Bits,
}

/// A set of characters that is very fast to ask, and may say yes wrongly: a bit for the last twelve of
/// each, which UTF-8 has in its last two bytes.
#[derive(Clone, Debug)]
struct Bits([u64; 64]);

impl Sought {
    pub fn insert(&mut self, c: char) {
        self.folded.insert(c);
        self.spelled.insert(c);
        variants(c).for_each(|variant| self.spelled.insert(variant));
    }

    /// Whether a folded character is one of them, or may be.
    fn may_contain(&self, c: char) -> bool {
        self.folded.has((c as usize >> 6) as u8, c as u8)
    }

    /// The same of a Han character of the original, by its last two bytes.
    fn may_be_spelled(&self, second: u8, third: u8) -> bool {
        self.spelled.has(second, third)
    }
}

impl Bits {
    fn insert(&mut self, c: char) {
        self.0[c as usize >> 6 & 63] |= 1 << (c as usize & 63);
    }

    #[inline]
    fn has(&self, second: u8, third: u8) -> bool {
        self.0[usize::from(second & 63)] >> (third & 63) & 1 == 1
    }
}

impl Default for Bits {
    fn default() -> Bits {
        Bits([0; 64])
    }
}

/// The characters of a folded text; made by [`Folder::chars`].
#[derive(Clone, Debug)]
pub struct FoldedChars<'a> {
    folder: &'a Folder,
    rest: Chars<'a>,
    /// Where `rest` starts, in bytes of the original.
    at: usize,
    /// How many folded characters came before.
    index: usize,
    /// The last of them.
    last: Option<char>,
    /// What is still to come of an original character that gives several, and that character.
    expansion: Chars<'a>,
    expanded: Range<usize>,
}

impl<'a> FoldedChars<'a> {
    pub(super) fn new(folder: &'a Folder, text: &'a str) -> FoldedChars<'a> {
        let end = text.trim_end_matches(is_blank).len();
        let at = end - text[..end].trim_start_matches(is_blank).len();
        FoldedChars {
            folder,
            rest: text[at..end].chars(),
            at,
            index: 0,
            last: None,
            expansion: "".chars(),
            expanded: at..at,
        }
    }

    /// Where the next character of the original starts, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// How many characters of the folded text came before the next one.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The character before the next one.
    pub fn previous(&self) -> Option<char> {
        self.last
    }

    /// Goes on to the next character that is sought, or may be, which then comes next; false if there
    /// is none. Much faster than going through all of them. No blank can be sought.
    pub fn seek(&mut self, sought: &Sought) -> bool {
        loop {
            while let Some(next) = self.expansion.clone().next() {
                if sought.may_contain(next) {
                    return true;
                }
                self.next();
            }
            self.pass_others(sought);
            let Some(c) = self.rest.clone().next() else {
                return false;
            };
            match self.folder.look_up(c) {
                Fold::Text(to) => self.expand(c, to),
                Fold::Char(' ') if self.is_dropped() => self.consume(c),
                Fold::Char(' ') => _ = self.give(c, ' '),
                _ => return true,
            }
        }
    }

    /// Consumes the characters that come next and give one each that is no blank and not sought.
    fn pass_others(&mut self, sought: &Sought) {
        let text = self.rest.as_str();
        let (mut rest, mut count) = (text, 0);
        loop {
            // Han from U+4000 to U+9FFF need not be folded, and are most of a text.
            let mut han = rest.as_bytes();
            while let Some(([0xE4..=0xE9, second, third], behind)) = han.split_first_chunk()
                && !sought.may_be_spelled(*second, *third)
            {
                (han, count) = (behind, count + 1);
            }
            let mut chars = rest[rest.len() - han.len()..].chars();
            match chars.next() {
                Some(c) if self.is_other(c, sought) => (rest, count) = (chars.as_str(), count + 1),
                _ => break self.pass(&text[..text.len() - han.len()], count),
            }
        }
    }

    fn is_other(&self, c: char, sought: &Sought) -> bool {
        match self.folder.look_up(c) {
            Fold::Same => !sought.may_contain(c),
            Fold::Char(to) => to != ' ' && !sought.may_contain(to),
            Fold::Text(_) => false,
        }
    }

    /// Consumes the characters that come next and fold to themselves, up to one that does not.
    pub(super) fn take_unchanged(&mut self) -> &'a str {
        if !self.expansion.as_str().is_empty() {
            return "";
        }
        let rest = self.rest.as_str();
        let end = rest.find(|c| !self.folder.is_unchanged(c));
        let unchanged = &rest[..end.unwrap_or(rest.len())];
        self.pass(unchanged, unchanged.chars().count());
        unchanged
    }

    /// Consumes `text`, of which each of the `count` characters folds to one that is not a blank.
    fn pass(&mut self, text: &str, count: usize) {
        let Some(c) = text.chars().next_back() else {
            return;
        };
        self.rest = self.rest.as_str()[text.len()..].chars();
        self.at += text.len();
        self.index += count;
        self.last = match self.folder.look_up(c) {
            Fold::Char(to) => Some(to),
            _ => Some(c),
        };
    }
}

impl Iterator for FoldedChars<'_> {
    type Item = FoldedChar;

    #[inline]
    fn next(&mut self) -> Option<FoldedChar> {
        loop {
            if let Some(folded) = self.expansion.next() {
                self.index += 1;
                self.last = Some(folded);
                let original = self.expanded.clone();
                return Some(FoldedChar { folded, original });
            }
            let c = self.rest.clone().next()?;
            match self.folder.look_up(c) {
                Fold::Same => return Some(self.give(c, c)),
                Fold::Char(' ') if self.is_dropped() => self.consume(c),
                Fold::Char(to) => return Some(self.give(c, to)),
                Fold::Text(to) => self.expand(c, to),
            }
        }
    }
}

impl<'a> FoldedChars<'a> {
    /// Gives the fold of `c`, the next character of the original, if it is one character.
    #[inline]
    fn give(&mut self, c: char, folded: char) -> FoldedChar {
        let original = self.at..self.at + c.len_utf8();
        self.consume(c);
        self.index += 1;
        self.last = Some(folded);
        FoldedChar { folded, original }
    }

    /// Prepares to give the fold of `c`, the next character of the original, if it is several.
    fn expand(&mut self, c: char, to: &'a str) {
        self.expanded = self.at..self.at + c.len_utf8();
        self.consume(c);
        // Some accents fold to a blank and a combining mark: no blank starts a text.
        let is_start = self.last.is_none();
        self.expansion = if is_start {
            to.trim_start_matches(' ')
        } else {
            to
        }
        .chars();
    }

    #[inline]
    fn consume(&mut self, c: char) {
        self.rest.next();
        self.at += c.len_utf8();
    }

    /// Whether the blank that is next in the original stands alone between Han characters.
    fn is_dropped(&self) -> bool {
        let next = self.rest.clone().nth(1);
        self.last.is_some_and(is_han) && next.is_some_and(|next| self.folder.starts_with_han(next))
    }
}
