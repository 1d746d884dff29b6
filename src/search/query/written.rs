//! A tree written in the language of queries.

use std::fmt;

use super::chars::is_han;
use super::parse::is_plain;
use super::tree::Node;

/// In the syntax of [`SYNTAX`](crate::SYNTAX).
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self, Bond::All))
    }
}

/// From the loosest to the tightest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    All,
    Or,
    And,
    Near,
    Sign,
    Field,
    Term,
}

/// How tightly the node holds together when written: a part that is looser than its place
/// allows needs brackets.
fn bond(node: &Node) -> Bond {
    match node {
        Node::All(_) => Bond::All,
        Node::Or(_) => Bond::Or,
        Node::And(_) => Bond::And,
        Node::Near { .. } => Bond::Near,
        Node::Must(_) | Node::Not(_) => Bond::Sign,
        Node::In(..) | Node::Is(..) | Node::Dated(_) => Bond::Field,
        Node::Words(_) | Node::Around { .. } | Node::Phrase { .. } | Node::Prefix(_) => Bond::Term,
    }
}

/// The node as text, in brackets if it is looser than `place` allows.
fn written(node: &Node, place: Bond) -> String {
    let text = match node {
        Node::All(nodes) => side_by_side(nodes),
        Node::Or(nodes) => joined(nodes, " OR ", Bond::And),
        Node::And(nodes) => joined(nodes, " AND ", Bond::Near),
        Node::Near {
            left,
            right,
            within,
        } => {
            format!(
                "{} NEAR/{within} {}",
                written(left, Bond::Term),
                written(right, Bond::Term)
            )
        }
        Node::Not(inner) => match inner.as_ref() {
            Node::Not(inner) => format!("NOT {}", signed('-', inner)),
            Node::Must(inner) => format!("NOT {}", signed('+', inner)),
            // `-0.35%` is a number.
            Node::Words(text) if is_plain(&format!("-{text}")) => {
                format!("NOT {}", word_written(text))
            }
            inner => signed('-', inner),
        },
        Node::Must(inner) => signed('+', inner),
        Node::In(field, inner) => format!("{}:{}", field.name(), written(inner, Bond::Term)),
        Node::Is(key, value) => format!("{}:{}", key.name(), value_written(value)),
        Node::Dated(days) => days.to_string(),
        Node::Words(text) => word_written(text),
        Node::Around { text, .. } => text.clone(),
        Node::Prefix(text) => format!("{text}*"),
        Node::Phrase { text, slop: 0 } => phrase_written(text),
        Node::Phrase { text, slop } => format!("{}~{slop}", phrase_written(text)),
    };
    if bond(node) < place {
        bracketed(&text)
    } else {
        text
    }
}

fn signed(sign: char, inner: &Node) -> String {
    format!("{sign}{}", written(inner, Bond::Field))
}

fn joined(nodes: &[Node], operator: &str, place: Bond) -> String {
    let parts: Vec<String> = nodes.iter().map(|node| written(node, place)).collect();
    parts.join(operator)
}

/// Two blanks keep texts apart whose Han characters stand apart, which the parser joins over one.
fn side_by_side(nodes: &[Node]) -> String {
    let mut text = String::new();
    for node in nodes {
        let next = written(node, Bond::Or);
        if !text.is_empty() {
            let may_join = text.ends_with(is_han)
                && next.starts_with(is_han)
                && text
                    .rsplit(char::is_whitespace)
                    .next()
                    .is_some_and(is_apart)
                && next.split(char::is_whitespace).next().is_some_and(is_apart);
            text.push_str(if may_join { "  " } else { " " });
        }
        text.push_str(&next);
    }
    text
}

/// Whether no two Han characters stand side by side.
fn is_apart(text: &str) -> bool {
    let mut last_is_han = false;
    text.chars().all(|c| {
        let follows = std::mem::replace(&mut last_is_han, is_han(c));
        !(follows && last_is_han)
    })
}

/// A backslash makes everything up to the next blank text, a closing bracket too.
fn bracketed(text: &str) -> String {
    let open = text
        .rsplit(' ')
        .next()
        .is_some_and(|run| run.contains('\\'));
    format!("({text}{})", if open { " " } else { "" })
}

fn word_written(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        format!("\\{text}")
    }
}

fn value_written(value: &str) -> String {
    if is_plain(value) {
        return value.to_owned();
    }
    quoted(value).unwrap_or_else(|| format!("\\{value}"))
}

fn phrase_written(text: &str) -> String {
    quoted(text).unwrap_or_else(|| format!("\"{text}\""))
}

/// The text in quotation marks that it does not hold itself.
fn quoted(text: &str) -> Option<String> {
    let pairs = [
        ('"', '"'),
        ('“', '”'),
        ('「', '」'),
        ('『', '』'),
        ('＂', '＂'),
    ];
    let (open, close) = pairs
        .into_iter()
        .find(|&(_, close)| !text.contains(close))?;
    Some(format!("{open}{text}{close}"))
}
