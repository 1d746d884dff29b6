//! Addresses with blanks in them, which the rules do not allow → in `<…>`, which they do.

use std::borrow::Cow;

/// `[甲](/2024/一 二.html)` → `[甲](</2024/一 二.html>)`.
pub(super) fn bracketed(line: &str) -> Cow<'_, str> {
    if !line.contains("](") {
        return Cow::Borrowed(line);
    }
    let mut written = String::with_capacity(line.len() + 2);
    let mut rest = line;
    let mut is_code = false;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at + 2);
        written.push_str(before);
        rest = after;
        is_code ^= before.matches('`').count() % 2 == 1;
        let Some(length) = end(after).filter(|_| !is_code) else {
            continue;
        };
        let label = before.rfind('[').unwrap_or(0);
        let is_image = before[..label].ends_with('!');
        let address = after[..length].trim();
        if address.contains([' ', '\t']) && !has_title(address) && (is_image || is_address(address))
        {
            written.push('<');
            written.extend(address.chars().filter(|c| !matches!(c, '<' | '>' | '\\')));
            written.push('>');
            rest = &after[length..];
        }
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// Where the bracket closes, in bytes; a few brackets inside may come in pairs.
fn end(text: &str) -> Option<usize> {
    let mut open = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' if open == MAX_BRACKETS => return None,
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            _ => {}
        }
    }
    None
}

/// Brackets in an address that are open at once.
const MAX_BRACKETS: u8 = 4;

/// `a.html "标题"`, or already in `<…>`.
fn has_title(address: &str) -> bool {
    let quoted = address.ends_with(['"', '\'', ')'])
        && [" \"", " '", " ("].iter().any(|start| {
            address
                .find(start)
                .is_some_and(|at| !address[..at].contains(' '))
        });
    quoted || address.starts_with('<')
}

/// Whether what stands in the brackets is no text: it begins as an address does, or ends as a file.
fn is_address(text: &str) -> bool {
    let begins = [
        "/", "./", "../", "#", "http://", "https://", "data:", "file:",
    ];
    let is_file = || {
        let (name, extension) = text.rsplit_once('.').unwrap_or_default();
        !name.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|b| b.is_ascii_alphanumeric())
            && extension.bytes().any(|b| b.is_ascii_alphabetic())
            && (NOTES.contains(&extension) || !name.contains(['，', '。', '：', '；']))
    };
    begins.iter().any(|sign| text.starts_with(sign)) || is_file()
}

/// What files of notes are called, whose names are titles with signs in them.
const NOTES: [&str; 5] = ["md", "markdown", "html", "htm", "pdf"];

/// A link whose text blank lines part from its address, as one line, and how many lines follow its
/// first: `[公告` and, below it, `](https://…)`.
pub(super) fn torn_link<'a>(
    line: &str,
    after: impl Iterator<Item = &'a str>,
) -> Option<(String, usize)> {
    let open = line.rfind('[')?;
    if line[open..].contains([']', '`']) {
        return None;
    }
    let mut joined = line.trim_end().to_owned();
    let mut has_blank = false;
    for (count, next) in after.take(MAX_LINES).map(str::trim).enumerate() {
        has_blank |= next.is_empty();
        joined.push_str(next);
        if next.starts_with("](") {
            return has_blank.then_some((joined, count + 1));
        }
        if next.contains(['[', ']']) {
            break;
        }
    }
    None
}

/// A link has at most so many lines.
const MAX_LINES: usize = 8;
