//! A query as a value.

use std::fmt;

use super::dates::Days;
use super::note::Note;
use super::parse;

/// The syntax of queries, one example each, as plain text for a help page.
pub const SYNTAX: &str = include_str!("syntax.txt");

/// What to search for: read from a user's text, or put together in code.
///
/// Reading never fails: what is not understood is searched as text, or left out, and [`notes`]
/// says so. The syntax, one example each:
///
#[doc = concat!("```text\n", include_str!("syntax.txt"), "```")]
///
/// `Display` writes the query in that syntax. Written and parsed again it is the same tree, unless
/// what is written is beyond a limit of the parser, or, in a query built in code, a text has no
/// such form (words with blanks, a phrase with every kind of closing quote).
///
/// [`notes`]: Query::notes
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    root: Option<Node>,
    notes: Vec<Note>,
}

/// A node of a query. Texts are as typed, before any folding or cutting into words.
///
/// A parsed tree has at most 1,024 leaves as typed (`A NEAR/2 B NEAR/2 C` is two pairs, so `B`
/// stands in it twice) and a bounded height: brackets nest at most 32 deep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// Unquoted text without blanks, to be cut into words.
    Words(String),
    /// Quoted text. With a `slop` of 0 the text contains it; otherwise up to `slop` characters
    /// may stand between its words.
    Phrase {
        /// What stood between the quotes.
        text: String,
        /// In characters, at most 1,000.
        slop: u32,
    },
    /// A word that begins with this text: at least one Han character or two letters or digits.
    Prefix(String),
    /// Two of [`Words`](Node::Words), [`Phrase`](Node::Phrase) or [`Prefix`](Node::Prefix) close
    /// to each other, in either order.
    Near {
        /// The one typed first.
        left: Box<Node>,
        /// The one typed second.
        right: Box<Node>,
        /// How many characters may stand between them, at most 1,000.
        within: u32,
    },
    /// The node, searched in one field of the text only. The innermost field counts.
    In(TextField, Box<Node>),
    /// Articles whose field has this value: a filter.
    Is(Key, String),
    /// Articles of these days: a filter. An article without a date passes none.
    Dated(Days),
    /// Unquoted text that names a time: articles of these days, and of shortly before and after,
    /// are preferred. The text itself counts a little where it stands, and need not stand anywhere.
    /// Has this meaning at the root or directly in an [`All`](Node::All) there.
    Around {
        /// The time as typed, without blanks.
        text: String,
        /// The days that it names.
        days: Days,
    },
    /// The node is required; words in it are required as a quote is.
    Must(Box<Node>),
    /// The node is excluded; words in it are excluded as a quote is.
    Not(Box<Node>),
    /// All of the nodes are required. Never directly in another `And`.
    And(Vec<Node>),
    /// Any of the nodes is enough. Never directly in another `Or`.
    Or(Vec<Node>),
    /// Clauses side by side, as typed: [`Words`](Node::Words) and [`Prefix`](Node::Prefix) are
    /// optional together, the more the better; [`Not`](Node::Not) is excluded; everything else
    /// is required. Never directly in another `All`.
    All(Vec<Node>),
}

/// A part of an article that text is searched in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextField {
    /// The headline.
    Title,
    /// The body.
    Body,
}

/// A field of an article that has a value, not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The medium that published it.
    Source,
    /// Its tag.
    Tag,
    /// The code of a security that it names.
    Code,
    /// Its identity.
    Id,
}

impl Query {
    /// Reads what a user typed. Cannot fail; see [`notes`](Query::notes).
    pub fn parse(text: &str) -> Query {
        let (root, notes) = parse::parse(text);
        Query { root, notes }
    }

    /// Words, whatever they look like: no operator is understood, blanks separate.
    pub fn words(text: &str) -> Query {
        let (root, notes) = parse::parse_words(text);
        Query { root, notes }
    }

    /// Exactly this text, as in quotes; but it may hold any quotation mark.
    pub fn phrase(text: &str) -> Query {
        if text.trim().is_empty() {
            return Query {
                root: None,
                notes: vec![Note::Empty],
            };
        }
        Query::new(Node::Phrase {
            text: text.to_owned(),
            slop: 0,
        })
    }

    /// A query built in code.
    pub fn new(root: Node) -> Query {
        Query {
            root: Some(root),
            notes: Vec::new(),
        }
    }

    /// Requires `node` as well; a filter, for example.
    #[must_use]
    pub fn and(self, node: Node) -> Query {
        let Some(root) = self.root else {
            return Query::new(node);
        };
        let required = match node {
            Node::Words(_) | Node::Prefix(_) | Node::All(_) => Node::Must(Box::new(node)),
            node => node,
        };
        Query {
            root: Node::all([root, required]),
            notes: self.notes,
        }
    }

    /// The tree; `None` when there is nothing to search for.
    pub fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// What was not understood as typed, and what was done about it; at most 17 notes.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}

impl Node {
    /// The times that a query with this root prefers.
    pub(in crate::search) fn times(&self) -> Vec<(&str, Days)> {
        match self {
            Node::Around { text, days } => vec![(text, *days)],
            Node::All(nodes) => nodes.iter().flat_map(Node::times).collect(),
            _ => Vec::new(),
        }
    }

    /// The texts that are searched as words.
    pub(in crate::search) fn unquoted(&self) -> Vec<String> {
        match self {
            Node::Words(text) => vec![text.clone()],
            Node::All(nodes) | Node::And(nodes) | Node::Or(nodes) => {
                nodes.iter().flat_map(Node::unquoted).collect()
            }
            Node::In(_, inner) => inner.unquoted(),
            _ => Vec::new(),
        }
    }

    /// Whether this node or one below it is such.
    pub(in crate::search) fn any(&self, is_such: &impl Fn(&Node) -> bool) -> bool {
        is_such(self)
            || match self {
                Node::Near { left, right, .. } => left.any(is_such) || right.any(is_such),
                Node::In(_, inner) | Node::Must(inner) | Node::Not(inner) => inner.any(is_such),
                Node::And(nodes) | Node::Or(nodes) | Node::All(nodes) => {
                    nodes.iter().any(|node| node.any(is_such))
                }
                Node::Words(_)
                | Node::Phrase { .. }
                | Node::Prefix(_)
                | Node::Is(..)
                | Node::Dated(_)
                | Node::Around { .. } => false,
            }
    }

    /// Clauses side by side: an `All` unless there is only one.
    pub(in crate::search) fn all(nodes: impl IntoIterator<Item = Node>) -> Option<Node> {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Node::All(nodes) => nodes,
            node => vec![node],
        });
        list(flat.collect(), Node::All)
    }

    /// Required nodes: an `And` unless there is only one.
    pub(in crate::search) fn and(nodes: impl IntoIterator<Item = Node>) -> Option<Node> {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Node::And(nodes) => nodes,
            node => vec![node],
        });
        list(flat.collect(), Node::And)
    }

    /// Alternatives: an `Or` unless there is only one.
    pub(in crate::search) fn or(nodes: impl IntoIterator<Item = Node>) -> Option<Node> {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Node::Or(nodes) => nodes,
            node => vec![node],
        });
        list(flat.collect(), Node::Or)
    }

    /// How tightly the node holds together when written: a part that is looser than its place
    /// allows needs brackets.
    fn bond(&self) -> Bond {
        match self {
            Node::All(_) => Bond::All,
            Node::Or(_) => Bond::Or,
            Node::And(_) => Bond::And,
            Node::Near { .. } => Bond::Near,
            Node::Must(_) | Node::Not(_) => Bond::Sign,
            Node::In(..) | Node::Is(..) | Node::Dated(_) => Bond::Field,
            Node::Words(_) | Node::Around { .. } | Node::Phrase { .. } | Node::Prefix(_) => {
                Bond::Term
            }
        }
    }
}

fn list(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Option<Node> {
    if nodes.len() > 1 {
        Some(several(nodes))
    } else {
        nodes.pop()
    }
}

impl TextField {
    /// The name of the field in a query.
    pub fn name(self) -> &'static str {
        match self {
            TextField::Title => "title",
            TextField::Body => "body",
        }
    }
}

impl Key {
    /// The name of the field in a query.
    pub fn name(self) -> &'static str {
        match self {
            Key::Source => "source",
            Key::Tag => "tag",
            Key::Code => "code",
            Key::Id => "id",
        }
    }
}

/// In the syntax of [`SYNTAX`].
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.iter().try_for_each(|root| root.fmt(f))
    }
}

/// In the syntax of [`SYNTAX`].
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
    if node.bond() < place {
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
            let may_join = text.ends_with(parse::is_han)
                && next.starts_with(parse::is_han)
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
        let follows = std::mem::replace(&mut last_is_han, parse::is_han(c));
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
    if parse::is_plain(text) {
        text.to_owned()
    } else {
        format!("\\{text}")
    }
}

fn value_written(value: &str) -> String {
    if parse::is_plain(value) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn source(value: &str) -> Node {
        Node::Is(Key::Source, value.to_owned())
    }

    #[test]
    fn queries_built_in_code_are_written_in_the_syntax() {
        let not_words = Node::Not(Box::new(Node::Words("-5%".to_owned())));
        for (query, text) in [
            (
                Query::words("降准  -股票 AND title:银行 中 国 云 汐"),
                r"降准 \-股票 \AND \title:银行 中国云汐",
            ),
            (Query::phrase("融资+融物"), r#""融资+融物""#),
            (Query::phrase(r#"称"稳""#), r#"“称"稳"”"#),
            (
                Query::phrase("降准").and(source("云汐财经")),
                r#""降准" source:云汐财经"#,
            ),
            (
                Query::words("降准 降息").and(source("云汐 财经")),
                r#"降准 降息 source:"云汐 财经""#,
            ),
            (
                Query::words("降准").and(Node::Words("银行".to_owned())),
                "降准 +银行",
            ),
            (
                Query::parse("降准 OR 降息").and(not_words),
                r"降准 OR 降息 -\-5%",
            ),
            (Query::default().and(source("海潮社")), "source:海潮社"),
        ] {
            assert_eq!(query.to_string(), text);
            assert_eq!(Query::parse(text).root(), query.root(), "{text}");
        }
    }

    #[test]
    fn nothing_to_search_for_is_noted() {
        for query in [Query::phrase(" "), Query::words(""), Query::parse("　")] {
            assert_eq!((query.root(), query.notes()), (None, &[Note::Empty][..]));
        }
    }

    #[test]
    fn every_example_of_the_syntax_is_understood() {
        let examples: Vec<&str> = SYNTAX
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .collect();
        assert!(examples.len() >= 20, "{examples:?}");
        for line in examples {
            let example = line.split("  ").next().unwrap_or_default();
            let query = Query::parse(example);
            assert!(
                query.root().is_some() && query.notes().is_empty(),
                "{example}: {query:?}"
            );
        }
    }
}
