//! A header that is broken → its keys and values, line by line.

use super::value::{Entries, Value};

/// Whether the writer of a header writes comments in it, so that ` #` is no part of a value: one stands
/// behind a date, or behind the end of a list.
pub(super) fn have_comments(header: &str) -> bool {
    header.lines().any(|line| {
        let value = line.split_once(':').map_or("", |(_, value)| value.trim());
        let Some((value, _)) = value.split_once(" #") else {
            return false;
        };
        let value = value.trim();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let is_sign = |c: char| c.is_ascii_digit() || "-/:.+TZ ".contains(c);
        let is_date = digits >= 6 && value.chars().all(is_sign);
        is_date || value.starts_with('[') && value.ends_with(']')
    })
}

/// A value without the comment behind it.
fn without_comment(value: &str) -> &str {
    if value.starts_with(['"', '\'']) {
        return value;
    }
    match value.split_once(" #") {
        Some((value, _)) => value.trim_end(),
        None if value.starts_with('#') => "",
        None => value,
    }
}

/// Reads `key: value`, `key = value`, and lists: `[a, b]`, or `- a` below their key. What stands
/// between quotes is taken word for word.
pub(super) fn entries(header: &str) -> Entries {
    let mut entries = Entries::new();
    let have_comments = have_comments(header);
    let mut lines = header.lines();
    while let Some(line) = lines.next() {
        let text = line.trim();
        let item = text
            .strip_prefix("- ")
            .filter(|_| line.starts_with([' ', '\t', '-']));
        if let Some(item) = item {
            if let Some((_, value)) = entries.last_mut() {
                add(value, item);
            }
            continue;
        }
        let separator = line.find([':', '=']);
        let Some((key, value)) = separator.map(|at| (&line[..at], &line[at + 1..])) else {
            continue;
        };
        if !line.starts_with([' ', '\t']) || entries.is_empty() {
            let value = value.trim();
            let value = if have_comments {
                without_comment(value)
            } else {
                value
            };
            let value = match block(value, lines.clone()) {
                Some((text, count)) => {
                    lines.by_ref().take(count).for_each(drop);
                    Value::Text(text)
                }
                None => value_of(value),
            };
            entries.push((key.trim().to_owned(), value));
        }
    }
    entries
}

/// The text of a block and how many lines it has, where a value is the sign of one: `|`, `>-`. Its lines
/// are indented below it.
fn block<'a>(sign: &str, after: impl Iterator<Item = &'a str>) -> Option<(String, usize)> {
    let between = match sign.trim_end_matches(['-', '+']) {
        "|" => "\n",
        ">" => " ",
        _ => return None,
    };
    let is_inside = |line: &&str| line.starts_with([' ', '\t']) || line.trim().is_empty();
    let lines: Vec<&str> = after.take_while(is_inside).map(str::trim).collect();
    Some((lines.join(between).trim().to_owned(), lines.len()))
}

/// An item below a key that has no value of its own.
fn add(value: &mut Value, item: &str) {
    let item = Value::Text(unquoted(item.trim()).to_owned());
    match value {
        Value::List(items) => items.push(item),
        Value::Text(text) if text.is_empty() => *value = Value::List(vec![item]),
        _ => {}
    }
}

fn value_of(value: &str) -> Value {
    let list = value
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'));
    match list {
        Some(list) => {
            let items = list.split([',', '，']).map(|item| unquoted(item.trim()));
            Value::List(items.map(|item| Value::Text(item.to_owned())).collect())
        }
        None => Value::Text(unquoted(value).to_owned()),
    }
}

/// Without one quote at each end. A value that has one at one end only keeps it, but for a title
/// that was cut.
fn unquoted(value: &str) -> &str {
    let Some(inside) = value.strip_prefix('"') else {
        let single = value
            .strip_prefix('\'')
            .and_then(|value| value.strip_suffix('\''));
        return single.unwrap_or(value);
    };
    inside.strip_suffix('"').unwrap_or(inside)
}
