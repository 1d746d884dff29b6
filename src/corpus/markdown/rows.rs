//! Tables whose rule does not fit their rows, or is missing → tables as the rules have them.

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
    let most = after.map(columns).max().unwrap_or(0).max(own);
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

/// `|---|:--:|`.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.bytes().all(|b| b"|-: \t".contains(&b))
}

/// How many cells a row has.
fn columns(line: &str) -> usize {
    let bytes = line.trim().as_bytes();
    let is_sign = |at: usize| at == 0 || bytes[at - 1] != b'\\';
    let signs = memchr::memchr_iter(b'|', bytes).filter(|at| is_sign(*at));
    signs.count().saturating_sub(1)
}
