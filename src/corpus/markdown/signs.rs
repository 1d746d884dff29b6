//! Signs that are text in a line, but that the parser would take for marks → escaped.

use std::borrow::Cow;

use crate::corpus::maths;

/// A line with a `\` before each sign that is no mark:
///
/// * a `~` beside `~~`: `~~目标价 ~25元~~`. A single one is never a mark here, and the parser, which takes it
///   for one, leaves all marks behind it. Of `~~~25元~~` the third belongs to the text;
/// * the dollar signs of amounts, where two of them have marks between them: `**营收$8.7B**（交易额TM$）`.
pub(super) fn escaped(line: &str) -> Cow<'_, str> {
    let has_tildes = line.contains("~~");
    let may_have_amounts = line.contains('$') && line.contains(MARKS);
    if !has_tildes && !may_have_amounts {
        return Cow::Borrowed(line);
    }
    let mut signs = Vec::new();
    let mut amounts = Vec::new();
    let mut are_marked = false;
    let mut at = 0;
    while let Some(before) = line[at..].find(['`', '<', '[', '\\', '~', '$']) {
        at += before;
        let here = &line[at..];
        at += match here.as_bytes()[0] {
            b'~' if has_tildes => {
                let (marks, length) = tildes(here);
                signs.extend(at + marks..at + length);
                length
            }
            b'$' => match dollars(here, line[..at].chars().next_back()) {
                Dollars::Other(length) => length,
                Dollars::Amount { has_marks } => {
                    are_marked |= has_marks;
                    amounts.push(at);
                    1
                }
            },
            _ => other(here),
        };
    }
    if are_marked {
        signs.append(&mut amounts);
        signs.sort_unstable();
    }
    let mut written = String::with_capacity(line.len() + signs.len());
    let mut start = 0;
    for sign in signs {
        written.extend([&line[start..sign], "\\"]);
        start = sign;
    }
    written.push_str(&line[start..]);
    Cow::Owned(written)
}

/// Signs of marks that may stand between amounts.
const MARKS: [char; 4] = ['*', '~', '[', '='];

/// Of the `~` that a text begins with, how many are a mark, and how many there are.
fn tildes(text: &str) -> (usize, usize) {
    let after = text.trim_start_matches('~');
    let length = text.len() - after.len();
    let is_closed = || {
        let end = after.find("~~").filter(|_| !after.starts_with(' '));
        end.is_some_and(|end| !after[end + 2..].starts_with('~'))
    };
    let marks = match length {
        2 => 2,
        3 if is_closed() => 2,
        _ => 0,
    };
    (marks, length)
}

/// What a dollar sign begins.
enum Dollars {
    /// A formula, or nothing, of so many bytes.
    Other(usize),
    /// Of an amount.
    Amount {
        /// The parser would take marks between it and the next one for parts of a formula.
        has_marks: bool,
    },
}

/// What the `$` that a text begins with is, behind this character.
fn dollars(text: &str, before: Option<char>) -> Dollars {
    let after = text.trim_start_matches('$');
    let length = text.len() - after.len();
    if length > 1 {
        let formula = after.find("$$").filter(|_| length == 2);
        return Dollars::Other(formula.map_or(length, |end| length + end + 2));
    }
    // As the parser sees it: no blank inside the signs, and no digit behind them.
    let end = after.find('$').filter(|&end| {
        let is_blank = |c: char| c.is_ascii_whitespace();
        !after.starts_with(is_blank)
            && !after[..end].ends_with(|c| is_blank(c) || c == '\\')
            && !after[end + 1..].starts_with(|c: char| c.is_ascii_digit())
    });
    let Some(end) = end else {
        return Dollars::Amount { has_marks: false };
    };
    let inside = &after[..end];
    let behind = after[end + 1..].chars().next();
    if maths::is_formula(inside) || maths::is_in_words(inside, before, behind) {
        return Dollars::Other(end + 2);
    }
    Dollars::Amount {
        has_marks: inside.contains(MARKS),
    }
}

/// How long that is which a text begins with, and in which no sign is a mark: code, a tag, a link to a
/// note; else one sign.
fn other(text: &str) -> usize {
    let text = &text[..text.floor_char_boundary(MAX_OTHER)];
    let end = match text.as_bytes()[0] {
        b'`' => {
            let after = text.trim_start_matches('`');
            let fence = &text[..text.len() - after.len()];
            let end = after.find(fence).map(|end| end + 2 * fence.len());
            return end.unwrap_or(fence.len());
        }
        b'<' if text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
            text.find('>').map(|end| end + 1)
        }
        b'[' if text.starts_with("[[") => text.find("]]").map(|end| end + 2),
        b'\\' => text.chars().nth(1).map(|c| 1 + c.len_utf8()),
        _ => None,
    };
    end.unwrap_or(1)
}

/// Code, a tag or a link has at most so many bytes.
const MAX_OTHER: usize = 1000;
