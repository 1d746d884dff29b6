//! Texts in pieces, marked and not; dates and numbers as people read them.

use super::language::Language;
use crate::search::Mark;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text; never HTML.
    pub text: String,
    /// It matched.
    pub is_mark: bool,
}

/// A text cut where its marks begin and end. Characters that turn the direction of reading, and others
/// that cannot be seen but steer, are replaced.
pub fn pieces(text: &str, marks: &[Mark]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |text: Option<&str>, is_mark| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            let text = harmless(text);
            pieces.push(Piece { text, is_mark });
        }
    };
    let mut done = 0;
    for mark in marks {
        let [start, end] = mark.bytes;
        push(text.get(done..start), false);
        push(text.get(start..end), true);
        done = end;
    }
    push(text.get(done..), false);
    pieces
}

/// A text without characters that steer.
pub fn harmless(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn shown(c: char) -> char {
    match c {
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' => {
            '\u{FFFD}'
        }
        '\n' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

/// `1234567` → `1,234,567`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// The word for one, or for any other number.
pub fn word_for(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

/// A date in ISO 8601 as people read it: `2022-01-05 22:01`.
pub fn moment(date: Option<&str>, language: Language) -> String {
    match date {
        Some(date) => date.get(..16).unwrap_or(date).replace('T', " "),
        None => language.words().undated.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_marks_and_nothing_is_lost() {
        let mark = |start, end| Mark {
            chars: [0, 0],
            bytes: [start, end],
            utf16: [0, 0],
        };
        let text = "<b>云汐\u{202e}";
        let cut = pieces(text, &[mark(3, 9)]);
        let written: Vec<_> = cut.iter().map(|one| (&*one.text, one.is_mark)).collect();
        assert_eq!(
            written,
            [("<b>", false), ("云汐", true), ("\u{FFFD}", false)]
        );
        assert_eq!(pieces("", &[]), []);
    }

    #[test]
    fn numbers_have_commas_and_dates_no_seconds() {
        for (given, written) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(given), written);
        }
        let date = Some("2022-01-05T22:01:00+08:00");
        assert_eq!(moment(date, Language::Chinese), "2022-01-05 22:01");
        assert_eq!(moment(Some("2022-01-05"), Language::English), "2022-01-05");
        assert_eq!(moment(None, Language::English), "no date");
    }
}
