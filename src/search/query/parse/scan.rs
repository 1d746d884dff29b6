//! What stands at a place of the text.

use super::Parser;
use super::signs::{
    DOUBLE_QUOTES, FIELDS, Field, MAX_FIELD, Operator, closing_mark, nearest_field,
};
use crate::search::query::chars::{ascii, is_han};

/// None of these moves on, but for those that say so.
impl Parser {
    /// The operator that stands here, a word of its own, and where it ends.
    pub(super) fn operator(&self) -> Option<(Operator, usize)> {
        let operator = Operator::ALL
            .into_iter()
            .find(|operator| self.is_here(operator.name()))?;
        let mut end = self.pos + operator.name().len();
        if operator == Operator::Near {
            (_, end) = self.number(end + 1).filter(|_| self.at(end) == Some('/'))?;
        }
        let ends_word = match self.chars.get(end).copied() {
            Some(next) => !self.is_solid(end) || ascii(next) == '(' || closing_mark(next).is_some(),
            None => true,
        };
        ends_word.then_some((operator, end))
    }

    /// Whether a backslash stands here that makes a word text.
    pub(super) fn is_escape(&self) -> bool {
        matches!(self.chars[self.pos..], ['\\', next, ..] if !next.is_whitespace())
    }

    /// The field that is named here: its canonical name, its meaning, and where its value begins.
    pub(super) fn field(&self) -> Option<(&'static str, Field, usize)> {
        FIELDS.into_iter().find_map(|(typed, name, field)| {
            let colon = self.pos + typed.chars().count();
            let is_named = self.at(colon) == Some(':') && self.is_here(typed);
            is_named.then_some((name, field, colon + 1))
        })
    }

    /// What stands here before a colon and a text, and is no field, but may be meant as one; and the
    /// field that is nearest to it.
    pub(super) fn unknown_field(&self) -> Option<(String, Option<&'static str>)> {
        let is_of_name = |c: char| c.is_ascii_alphabetic() || c == '_' || is_han(c);
        let rest = &self.chars[self.pos..];
        let length = rest.iter().take_while(|c| is_of_name(**c)).count();
        let value = self.pos + length + 1;
        let is_named = self.at(value - 1) == Some(':') && self.is_solid(value);
        if !is_named || !(2..=MAX_FIELD).contains(&length) || self.at(value) == Some('/') {
            return None;
        }
        let name: String = rest[..length].iter().collect();
        let nearest = nearest_field(&name);
        // `US:BABA` is a code, and Chinese before a colon is mostly who says something.
        let is_meant = name.len() > 2 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (nearest.is_some() || is_meant).then_some((name, nearest))
    }

    /// Where the days end that are the value of a field: at a blank or a bracket, unless they begin
    /// with a bracket of their own, as `[2022 TO 2023]` does.
    pub(super) fn end_of_days(&self, value: usize) -> usize {
        let length = self.chars.len();
        let close = match self.at(value) {
            Some('[' | '{') => (value..length).find(|&i| matches!(self.at(i), Some(']' | '}'))),
            _ => None,
        };
        let is_end = |i: &usize| !self.is_solid(*i) || self.at(*i) == Some(')');
        match close {
            Some(close) => close + 1,
            None => (value..length).find(is_end).unwrap_or(length),
        }
    }

    /// Whether a number stands at `start`, up to the end of the word, that has a point or a `%`: `-0.35%`
    /// excludes nothing.
    pub(super) fn is_fraction(&self, start: usize) -> bool {
        let word: String = (start..)
            .take_while(|&i| self.is_solid(i))
            .filter_map(|i| self.at(i))
            .collect();
        let number = word.strip_suffix(['%', '‰']).unwrap_or(&word);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let has_mark = number.len() < word.len() || number.contains('.');
        has_mark && are_digits(&whole.replace(',', "")) && are_digits(fraction)
    }

    /// Whether `word` stands here: upper case as it is, lower case in either case.
    pub(super) fn is_here(&self, word: &str) -> bool {
        word.chars().enumerate().all(|(i, wanted)| {
            let found = self.at(self.pos + i);
            found == Some(wanted) || found.is_some_and(|found| found.to_ascii_lowercase() == wanted)
        })
    }

    /// The number written in digits from `start` on, and where it ends.
    pub(super) fn number(&self, start: usize) -> Option<(u32, usize)> {
        let digits = (start..).map_while(|i| self.at(i)?.to_digit(10));
        let (count, value) = digits.fold((0, 0u32), |(n, value), digit| {
            (n + 1, value.saturating_mul(10).saturating_add(digit))
        });
        (count > 0).then_some((value, start + count))
    }

    /// Where the quote that opens here with `mark` is closed.
    pub(super) fn closing_quote(&self, mark: char) -> Option<usize> {
        let find = |wanted: &dyn Fn(char) -> bool| {
            let rest = self.chars.iter().skip(self.pos + 1);
            rest.copied().position(wanted).map(|i| self.pos + 1 + i)
        };
        let close = closing_mark(mark)?;
        let mixed_up = |c| DOUBLE_QUOTES.contains(&mark) && DOUBLE_QUOTES.contains(&c);
        find(&|c| c == close).or_else(|| find(&mixed_up))
    }

    /// Takes a text all of whose Han characters stand apart, at least three of them, two or more
    /// by one blank: it says what it says without these blanks, and is one word. It consists of
    /// characters that are `text`.
    pub(super) fn spaced_han(&mut self, text: fn(char) -> bool) -> Option<String> {
        let (mut word, mut end) = (String::new(), self.pos);
        let (mut start, mut han, mut pieces) = (self.pos, 0, 0);
        loop {
            let stop = start + (start..).take_while(|&i| self.is_solid(i)).count();
            let piece = &self.chars[start..stop];
            let are_apart = piece.windows(2).all(|two| !two.iter().all(|&c| is_han(c)));
            if piece.is_empty() || !are_apart || !piece.iter().all(|&c| text(c)) {
                break;
            }
            word.extend(piece);
            end = stop;
            han += piece.iter().filter(|&&c| is_han(c)).count();
            pieces += 1;
            let goes_on = matches!(self.chars[stop - 1..], [a, blank, b, ..]
                if is_han(a) && blank.is_whitespace() && is_han(b));
            if !goes_on {
                break;
            }
            start = stop + 1;
        }
        if han < 3 || pieces < 3 {
            return None;
        }
        self.pos = end;
        Some(word)
    }

    /// Takes everything up to a blank.
    pub(super) fn rest_of_word(&mut self) -> String {
        let start = self.pos;
        while self.chars.get(self.pos).is_some_and(|c| !c.is_whitespace()) {
            self.pos += 1;
        }
        self.text(start, self.pos)
    }

    /// Whether nothing but a blank or an opening bracket stands before this place.
    pub(super) fn is_fresh(&self) -> bool {
        let before = self.pos.checked_sub(1).and_then(|before| self.at(before));
        before.is_none_or(|before| before.is_whitespace() || before == '(')
    }

    /// Whether text stands at `i`: no blank, not the end, not the bracket that closes the group.
    pub(super) fn is_solid(&self, i: usize) -> bool {
        self.chars.get(i).is_some_and(|c| !c.is_whitespace()) && !self.is_closing(i)
    }

    pub(super) fn is_closing(&self, i: usize) -> bool {
        self.depth > 0 && self.text_brackets == 0 && self.at(i) == Some(')')
    }

    pub(super) fn skip_blanks(&mut self) {
        let rest = self.chars.iter().skip(self.pos);
        self.pos += rest.take_while(|c| c.is_whitespace()).count();
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.at(self.pos)
    }

    /// The character at `i`, a full-width one in its ASCII form.
    pub(super) fn at(&self, i: usize) -> Option<char> {
        self.chars.get(i).copied().map(ascii)
    }

    pub(super) fn text(&self, start: usize, end: usize) -> String {
        self.chars[start..end].iter().collect()
    }
}
