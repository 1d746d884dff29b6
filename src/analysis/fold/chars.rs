//! A folded text character by character, without making it.

use std::ops::Range;
use std::str::Chars;

use super::{Fold, Folder, is_blank, is_han};

/// A character of a folded text and what it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedChar {
    /// The folded character.
    pub folded: char,
    /// The character of the original that it stands for, in bytes; characters that one original
    /// character gave all have the same range.
    pub original: Range<usize>,
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

    /// How many characters of the folded text came before the next one.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The character before the next one.
    pub fn previous(&self) -> Option<char> {
        self.last
    }

    /// Goes on to the next character for which `wanted` holds, which then comes next; false if there
    /// is none. Much faster than going through all of them. No blank can be wanted.
    pub fn seek(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        loop {
            while let Some(next) = self.expansion.clone().next() {
                if wanted(next) {
                    return true;
                }
                self.next();
            }
            let rest = self.rest.as_str();
            let is_plain = |c| match self.folder.look_up(c) {
                Fold::Same => !wanted(c),
                Fold::Char(to) => to != ' ' && !wanted(to),
                Fold::Text(_) => false,
            };
            let plain = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
            self.pass(&rest[..plain]);
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

    /// Consumes the characters that come next and fold to themselves, up to one that does not.
    pub(super) fn take_unchanged(&mut self) -> &'a str {
        if !self.expansion.as_str().is_empty() {
            return "";
        }
        let rest = self.rest.as_str();
        let end = rest.find(|c| !self.folder.is_unchanged(c));
        let unchanged = &rest[..end.unwrap_or(rest.len())];
        self.pass(unchanged);
        unchanged
    }

    /// Consumes `text`, of which every character folds to one that is not a blank.
    fn pass(&mut self, text: &str) {
        let Some(c) = text.chars().next_back() else {
            return;
        };
        self.rest = self.rest.as_str()[text.len()..].chars();
        self.at += text.len();
        self.index += text.chars().count();
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
