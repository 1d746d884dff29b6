//! A query as a value: what a user typed, read and written.

pub mod chars;
pub mod dates;
pub mod limits;
pub mod note;
pub mod page;
pub mod parse;
pub mod request;
pub mod tree;
pub mod written;

use std::fmt;

use note::Note;
use tree::Node;

/// The syntax of queries, one example each, as plain text for a help page.
pub const SYNTAX: &str = include_str!("query/syntax.txt");

/// What to search for: read from a user's text, or put together in code.
///
/// Reading never fails: what is not understood is searched as text, or left out, and [`notes`]
/// says so. The syntax, one example each:
///
#[doc = concat!("```text\n", include_str!("query/syntax.txt"), "```")]
///
/// `Display` writes the query in that syntax. Written and parsed again it is the same tree, unless
/// what is written is beyond a limit of the parser, or, in a query built in code, a text has no
/// such form (words with blanks, a phrase with every kind of closing quote).
///
/// ```
/// use newsearch::{Key, Node, Query};
///
/// let query = Query::parse("降准 -股票 title:银行");
/// assert!(query.notes().is_empty());
/// let query = query.and(Node::Is(Key::Source, "云汐财经".to_owned()));
/// assert_eq!(query.to_string(), "降准 -股票 title:银行 source:云汐财经");
///
/// let open = Query::parse("\"定向降准");
/// assert_eq!(open.notes()[0].to_string(), "quote at 0 is not closed: searched to the end");
/// ```
///
/// [`notes`]: Query::notes
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    root: Option<Node>,
    notes: Vec<Note>,
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

/// In the syntax of [`SYNTAX`].
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.iter().try_for_each(|root| root.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::tree::Key;
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
                "降准 OR 降息 --5%",
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
