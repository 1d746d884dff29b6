//! Tables whose rule does not fit their rows, or is missing, and rows with `|` in code → tables as the
//! rules have them.

use std::borrow::Cow;

/// The head of a table, and the rule below it, made to fit its longest row.
pub(super) struct Head {
    pub(super) row: String,
    pub(super) rule: String,
    /// The table has a rule, which is left out.
    pub(super) has_rule: bool,
}

/// Whether a line is a row of a table between `|` and `|`.
pub(super) fn is_row(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.starts_with('|') && line.ends_with('|')
}

/// The head of the table that begins with this line, if it has no rule or one of another length: the
/// rules take it for text, and leave out what a row has beyond it.
pub(super) fn head<'a>(line: &str, after: impl Iterator<Item = &'a str>) -> Option<Head> {
    if !is_row(line) {
        return None;
    }
    let mut after = after
        .take_while(|line| is_row(line))
        .take(MAX_ROWS)
        .peekable();
    let second = *after.peek()?;
    let has_rule = is_rule(second);
    let own = columns(line);
    let most = after.map(|row| cells(row, own)).max().unwrap_or(0).max(own);
    if most > MAX_COLUMNS || has_rule && most == own && columns(second) == own {
        return None;
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    Some(Head {
        row: format!("{}{}", line.trim_end(), " |".repeat(most - own)),
        rule: format!("{indent}|{}", "---|".repeat(most)),
        has_rule,
    })
}

/// So many rows and columns of a table are looked at.
const MAX_ROWS: usize = 1000;
const MAX_COLUMNS: usize = 100;

/// How many columns the table has of which a line is the rule, if it is one.
pub(super) fn columns_of_rule(line: &str) -> Option<usize> {
    (is_row(line) && is_rule(line)).then(|| columns(line))
}

/// A row of a table with so many columns, with `\|` in its code where it had more cells otherwise:
/// `` | 安装 | `甲 | 乙` | ``.
pub(super) fn with_code(line: &str, most: usize) -> Cow<'_, str> {
    if columns(line) <= most || cells(line, most) > most {
        return Cow::Borrowed(line);
    }
    let mut written = String::with_capacity(line.len() + 4);
    for (text, is_code) in codes(line) {
        if is_code {
            written.push_str(&text.replace("\\|", "|").replace('|', "\\|"));
        } else {
            written.push_str(text);
        }
    }
    Cow::Owned(written)
}

/// How many cells a row has in a table with so many columns: where it has more, `|` in code parts none.
fn cells(line: &str, most: usize) -> usize {
    let all = columns(line);
    if all <= most || !line.contains('`') {
        return all;
    }
    let in_code = codes(line).filter(|(_, is_code)| *is_code);
    let in_code: usize = in_code.map(|(text, _)| signs(text)).sum();
    let outside = all.saturating_sub(in_code);
    if outside <= most { outside } else { all }
}

/// The parts of a line, and whether each is code.
fn codes(line: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = line;
    let mut code = 0;
    std::iter::from_fn(move || {
        if code == 0 {
            let start = rest.find('`').unwrap_or(rest.len());
            let fence = rest[start..].len() - rest[start..].trim_start_matches('`').len();
            let sign = &rest[start..start + fence];
            let end = rest[start + fence..].find(sign);
            code = end.filter(|_| fence > 0).map_or(0, |end| end + 2 * fence);
            let (text, after) = rest.split_at(if code > 0 { start } else { rest.len() });
            rest = after;
            return (!text.is_empty() || code > 0).then_some((text, false));
        }
        let (text, after) = rest.split_at(code);
        (rest, code) = (after, 0);
        Some((text, true))
    })
}

/// `|---|:--:|`.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.bytes().all(|b| b"|-: \t".contains(&b))
}

/// How many cells a row has by the rules.
fn columns(line: &str) -> usize {
    signs(line.trim()).saturating_sub(1)
}

fn signs(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_sign = |at: usize| at == 0 || bytes[at - 1] != b'\\';
    let signs = memchr::memchr_iter(b'|', bytes).filter(|at| is_sign(*at));
    signs.count()
}
