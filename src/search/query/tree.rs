//! The tree of a query.

use rustc_hash::FxHashSet;

use super::dates::Days;

/// A node of a query. Texts are as typed, before any folding or cutting into words.
///
/// A parsed tree has at most 1,024 leaves as typed (`A NEAR/2 B NEAR/2 C` is two pairs, so `B`
/// is in it twice) and a bounded height: brackets nest at most 32 deep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// Unquoted text without blanks, to be cut into words.
    Words(String),
    /// Quoted text. With a `slop` of 0 the text contains it; otherwise up to `slop` characters
    /// may be between its words.
    Phrase {
        /// What is between the quotes.
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
        /// How many characters may be between them, at most 1,000.
        within: u32,
    },
    /// The node, searched in one field of the text only. The innermost field counts.
    In(TextField, Box<Node>),
    /// Articles whose field has this value: a filter.
    Is(Key, String),
    /// Articles of these days: a filter. An article without a date passes none.
    Dated(Days),
    /// Unquoted text that names a time: articles of these days, and of shortly before and after,
    /// are preferred. The text itself counts a little where it occurs, and need not occur anywhere.
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
    /// Who wrote it.
    Author,
    /// One of its tags, or of its categories.
    Tag,
    /// Its category.
    Category,
    /// The code of a security that it names.
    Code,
    /// Its identity.
    Id,
    /// Folders next to each other, or the file, of a path at which the archive has it.
    Path,
}

/// The nodes, each once: to say the same again asks for nothing more. Words stay as they are, since
/// together they are one text.
pub(in crate::search) fn each_once(nodes: &[Node]) -> impl Iterator<Item = &Node> {
    let mut seen = FxHashSet::default();
    nodes.iter().filter(move |node| {
        matches!(node, Node::Words(_) | Node::Around { .. }) || seen.insert(*node)
    })
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

    /// Calls `take` with each text that is searched for, as words or as a phrase.
    pub(in crate::search) fn each_text(&self, take: &mut impl FnMut(&str)) {
        match self {
            Node::Words(text) | Node::Phrase { text, .. } => take(text),
            Node::Near { left, right, .. } => {
                left.each_text(take);
                right.each_text(take);
            }
            Node::In(_, inner) | Node::Must(inner) | Node::Not(inner) => inner.each_text(take),
            Node::And(nodes) | Node::Or(nodes) | Node::All(nodes) => {
                nodes.iter().for_each(|node| node.each_text(take));
            }
            Node::Prefix(_) | Node::Is(..) | Node::Dated(_) | Node::Around { .. } => {}
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
            Key::Author => "author",
            Key::Tag => "tag",
            Key::Category => "category",
            Key::Code => "code",
            Key::Id => "id",
            Key::Path => "path",
        }
    }
}
