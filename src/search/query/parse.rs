//! The text a user typed, read as a query.
//!
//! Every text is a query. The parser goes forward through it once, a level of brackets a level of
//! recursion, of which there are at most [`MAX_DEPTH`]. From the loosest to the tightest: clauses
//! side by side, `OR`, `AND`, `NEAR`, `NOT`, sign, field, term.

mod scan;
mod signs;

use self::signs::{Field, Operator, closing_mark};
use super::chars::{ascii, is_han};
use super::dates::Days;
use super::limits::{MAX_CHARS, MAX_CLAUSES, MAX_DEPTH};
use super::note::Note;
use super::tree::Node;

/// The largest distance of `NEAR/N` and slop of `"phrase"~N`, in characters.
const MAX_DISTANCE: u32 = 1_000;
/// The most notes about one query, but for the one that counts the rest.
const MAX_NOTES: usize = 16;

/// Reads `text` as a query.
pub(in crate::search) fn parse(text: &str) -> (Option<Node>, Vec<Note>) {
    let mut parser = Parser::new(text);
    let root = parser.clauses();
    if root.is_none() && parser.has_noted(|note| matches!(note, Note::NoOperand { .. })) {
        let (root, mut notes) = parse_words(text);
        notes.push(Note::OnlyOperators);
        return (root, notes);
    }
    parser.finish(root)
}

/// Reads `text` as words only, without any operator.
pub(in crate::search) fn parse_words(text: &str) -> (Option<Node>, Vec<Note>) {
    let mut parser = Parser::new(text);
    let mut words = Vec::new();
    while parser.has_clause() {
        if words.len() == MAX_CLAUSES {
            parser.note(Note::TooManyClauses { at: parser.pos });
            break;
        }
        let spaced = parser.spaced_han(|_| true);
        let word = spaced.unwrap_or_else(|| parser.rest_of_word());
        words.push(Node::Words(word));
    }
    parser.finish(Node::all(words))
}

/// Whether `word`, written in any query, is read as this one word.
pub(in crate::search) fn is_plain(word: &str) -> bool {
    let mut parser = Parser::new(word);
    let same = matches!(parser.clauses(), Some(Node::Words(text)) if text == word);
    let balanced = parser.text_brackets == 0
        && !parser.has_noted(|note| matches!(note, Note::StrayBracket { .. }));
    same && balanced
}

/// Positions are indices into `chars`, and so offsets in characters.
struct Parser {
    chars: Vec<char>,
    pos: usize,
    /// How many brackets that group are open.
    depth: usize,
    /// How many brackets that are mere text are open since the last one that groups.
    text_brackets: usize,
    /// How many clauses were read.
    count: usize,
    notes: Vec<Note>,
    /// How many notes were too many.
    more_notes: usize,
}

impl Parser {
    fn new(text: &str) -> Parser {
        let chars: Vec<char> = text.chars().take(MAX_CHARS).collect();
        let mut parser = Parser {
            chars,
            pos: 0,
            depth: 0,
            text_brackets: 0,
            count: 0,
            notes: Vec::new(),
            more_notes: 0,
        };
        if text.chars().nth(MAX_CHARS).is_some() {
            parser.note(Note::TooLong);
        }
        parser
    }

    fn finish(mut self, root: Option<Node>) -> (Option<Node>, Vec<Note>) {
        if root.is_none() {
            self.note(Note::Empty);
        }
        if self.more_notes > 0 {
            self.notes.push(Note::More {
                count: self.more_notes,
            });
        }
        (root, self.notes)
    }

    /// Clauses side by side, up to the end or the bracket that closes them.
    fn clauses(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        while self.has_clause() {
            let start = self.pos;
            match self.binary_operator() {
                Some(operator) => self.drop_operator(operator),
                None => nodes.extend(self.alternatives().map(|node| self.timed(node, start))),
            }
        }
        Node::all(nodes)
    }

    /// A word that names a time, as one: where it stands by itself, and not behind a backslash, in
    /// brackets, or beside an operator.
    fn timed(&self, node: Node, start: usize) -> Node {
        match node {
            Node::Words(text) if self.depth == 0 && self.chars[start] != '\\' => {
                match Days::named(&text) {
                    Some(days) => Node::Around { text, days },
                    None => Node::Words(text),
                }
            }
            node => node,
        }
    }

    fn alternatives(&mut self) -> Option<Node> {
        let mut nodes = Vec::from_iter(self.conjunction());
        while self.take_joining(Operator::Or).is_some() {
            nodes.extend(self.conjunction());
        }
        Node::or(nodes)
    }

    fn conjunction(&mut self) -> Option<Node> {
        let mut nodes = self.proximity();
        while self.take_joining(Operator::And).is_some() {
            nodes.extend(self.proximity());
        }
        Node::and(nodes)
    }

    /// Clauses joined by `NEAR`: the pairs, all of which are required.
    fn proximity(&mut self) -> Vec<Node> {
        let mut left = self.negation();
        let mut nodes = Vec::from_iter(left.clone());
        while let Some((at, within)) = self.take_near() {
            let right = self.negation();
            match (&left, &right) {
                (Some(one), Some(other)) if is_term(one) && is_term(other) => {
                    // The first of a chain stands alone so far; a later one is in a pair already.
                    if nodes.last() == left.as_ref() {
                        nodes.pop();
                    }
                    nodes.push(Node::Near {
                        left: one.clone().into(),
                        right: other.clone().into(),
                        within,
                    });
                }
                _ => {
                    self.note(Note::NearOperand { at });
                    nodes.extend(right.clone());
                }
            }
            left = right;
        }
        nodes
    }

    fn negation(&mut self) -> Option<Node> {
        let Some(mut at) = self.take(Operator::Not) else {
            return self.signed();
        };
        while let Some(next) = self.take(Operator::Not) {
            self.note(Note::NoOperand {
                operator: "NOT",
                at,
            });
            at = next;
        }
        if !self.has_operand() {
            self.note(Note::NoOperand {
                operator: "NOT",
                at,
            });
            return None;
        }
        Some(Node::Not(self.signed()?.into()))
    }

    fn signed(&mut self) -> Option<Node> {
        let fresh = self.is_fresh();
        let sign = self.peek().filter(|_| fresh && self.is_solid(self.pos + 1));
        let required = match sign {
            Some('+') => true,
            // The sign of a number.
            Some('-') if self.is_fraction(self.pos + 1) => return self.clause(fresh),
            Some('-') => false,
            _ => return self.clause(fresh),
        };
        self.pos += 1;
        let node = self.clause(true)?.into();
        Some(if required {
            Node::Must(node)
        } else {
            Node::Not(node)
        })
    }

    /// One clause. Where it is not `fresh`, glued to the quote or bracket before it, it is text.
    fn clause(&mut self, fresh: bool) -> Option<Node> {
        if self.count == MAX_CLAUSES {
            self.note(Note::TooManyClauses { at: self.pos });
            self.chars.truncate(self.pos);
            return None;
        }
        match self.field().filter(|_| fresh) {
            Some((name, field, value)) if self.is_solid(value) => self.fielded(name, field, value),
            Some((field, ..)) => {
                self.note(Note::NoValue {
                    field,
                    at: self.pos,
                });
                Some(self.term(fresh))
            }
            None => {
                if fresh {
                    self.note_unknown_field();
                }
                self.operand(fresh)
            }
        }
    }

    /// A word and a colon before a text look like a field.
    fn note_unknown_field(&mut self) {
        if let Some((field, nearest)) = self.unknown_field() {
            let at = self.pos;
            self.note(Note::UnknownField { field, nearest, at });
        }
    }

    /// The clause `name:value`, of which the value begins at `value`.
    fn fielded(&mut self, name: &'static str, field: Field, value: usize) -> Option<Node> {
        let at = self.pos;
        match field {
            Field::Text(field) => {
                self.pos = value;
                Some(Node::In(field, self.operand(true)?.into()))
            }
            Field::Key(key) => {
                self.pos = value;
                let node = self.operand(true)?;
                let Some(values) = values(&node) else {
                    self.note(Note::NotAValue { field: name, at });
                    return Some(node);
                };
                Node::or(values.into_iter().map(|value| Node::Is(key, value)))
            }
            Field::Date(read) => {
                let end = self.end_of_days(value);
                let Ok(days) = read(&self.text(value, end)) else {
                    self.note(Note::NotADate { field: name, at });
                    return Some(self.term(true));
                };
                self.pos = end;
                self.count += 1;
                Some(Node::Dated(days))
            }
        }
    }

    /// A phrase, a group or a term.
    fn operand(&mut self, fresh: bool) -> Option<Node> {
        let first = self.chars.get(self.pos).copied()?;
        // A mark that closes opens only where nothing else can be meant.
        if closing_mark(first).is_some() && (fresh || first != '”') {
            return self.phrase(first);
        }
        if ascii(first) == '(' {
            if self.depth < MAX_DEPTH {
                return self.group();
            }
            if !self.has_noted(|note| matches!(note, Note::TooDeep { .. })) {
                self.note(Note::TooDeep { at: self.pos });
            }
        }
        Some(self.term(fresh))
    }

    fn phrase(&mut self, mark: char) -> Option<Node> {
        let at = self.pos;
        let close = self.closing_quote(mark);
        let text = self.text(at + 1, close.unwrap_or(self.chars.len()));
        self.pos = close.map_or(self.chars.len(), |close| close + 1);
        let slop = self.slop();
        if text.trim().is_empty() {
            self.note(Note::EmptyQuote { at });
            return None;
        }
        if close.is_none() {
            self.note(Note::OpenQuote { at });
        }
        self.count += 1;
        Some(Node::Phrase { text, slop })
    }

    /// `~N` behind a quote.
    fn slop(&mut self) -> u32 {
        if self.peek() != Some('~') {
            return 0;
        }
        let digits = self.pos + 1;
        match self.number(digits) {
            Some((slop, end)) if !self.is_solid(end) => {
                self.pos = end;
                self.limited(slop, digits)
            }
            _ => 0,
        }
    }

    fn group(&mut self) -> Option<Node> {
        let at = self.pos;
        let outer_text_brackets = std::mem::take(&mut self.text_brackets);
        self.pos += 1;
        self.depth += 1;
        let node = self.clauses();
        let closed = self.is_closing(self.pos);
        self.depth -= 1;
        self.text_brackets = outer_text_brackets;
        if closed {
            self.pos += 1;
        } else if self.count < MAX_CLAUSES {
            self.note(Note::OpenBracket { at });
        }
        if node.is_none() {
            self.note(Note::EmptyBrackets { at });
        }
        node
    }

    /// Text up to a blank, or to the bracket that closes the group.
    fn term(&mut self, fresh: bool) -> Node {
        let at = self.pos;
        self.count += 1;
        if fresh && self.is_escape() {
            self.pos += 1;
            return Node::Words(self.rest_of_word());
        }
        if let Some(word) = self.spaced_han(|c| !matches!(ascii(c), '(' | ')' | '*')) {
            return Node::Words(word);
        }
        let run = self.run();
        let Some(stem) = run.strip_suffix(['*', '＊']) else {
            return Node::Words(run);
        };
        if stem.is_empty() || stem.ends_with(['*', '＊']) || !is_plain(&format!("{stem}x")) {
            return Node::Words(run);
        }
        if !is_long_enough(stem) {
            self.note(Note::ShortPrefix { at });
            return Node::Words(run);
        }
        Node::Prefix(stem.to_owned())
    }

    fn run(&mut self) -> String {
        let start = self.pos;
        while self.is_solid(self.pos) {
            match self.peek() {
                Some('(') => self.text_brackets += 1,
                Some(')') if self.text_brackets > 0 => self.text_brackets -= 1,
                Some(')') => self.note(Note::StrayBracket { at: self.pos }),
                _ => {}
            }
            self.pos += 1;
        }
        self.text(start, self.pos)
    }

    /// Takes the operator if it stands here and joins on a further operand: where it stood.
    fn take_joining(&mut self, operator: Operator) -> Option<usize> {
        while let Some(at) = self.take(operator) {
            if self.has_operand() {
                return Some(at);
            }
            self.note(Note::NoOperand {
                operator: operator.name(),
                at,
            });
        }
        None
    }

    /// Takes `NEAR/N` in the same way: where it stood, and its distance.
    fn take_near(&mut self) -> Option<(usize, u32)> {
        let at = self.take_joining(Operator::Near)?;
        let digits = at + "NEAR/".len();
        let (within, _) = self.number(digits)?;
        Some((at, self.limited(within, digits)))
    }

    /// Takes the operator if it stands here: where it stood.
    fn take(&mut self, wanted: Operator) -> Option<usize> {
        self.skip_blanks();
        let at = self.pos;
        let (operator, end) = self.operator()?;
        (operator == wanted).then(|| {
            self.pos = end;
            at
        })
    }

    fn drop_operator(&mut self, operator: Operator) {
        let at = self.take(operator).unwrap_or(self.pos);
        self.note(Note::NoOperand {
            operator: operator.name(),
            at,
        });
    }

    fn has_operand(&mut self) -> bool {
        self.has_clause() && self.binary_operator().is_none()
    }

    fn has_clause(&mut self) -> bool {
        self.skip_blanks();
        self.is_solid(self.pos)
    }

    fn binary_operator(&self) -> Option<Operator> {
        let (operator, _) = self.operator()?;
        (operator != Operator::Not).then_some(operator)
    }

    fn limited(&mut self, number: u32, at: usize) -> u32 {
        if number > MAX_DISTANCE {
            self.note(Note::NumberTooLarge {
                at,
                limit: MAX_DISTANCE,
            });
        }
        number.min(MAX_DISTANCE)
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(note);
        } else {
            self.more_notes += 1;
        }
    }

    fn has_noted(&self, kind: impl Fn(&Note) -> bool) -> bool {
        self.notes.iter().any(kind)
    }
}

fn is_term(node: &Node) -> bool {
    matches!(node, Node::Words(_) | Node::Phrase { .. } | Node::Prefix(_))
}

/// The values a field is to have one of; `None` if the node is more than values.
fn values(node: &Node) -> Option<Vec<String>> {
    match node {
        Node::Words(text) | Node::Phrase { text, .. } => Some(vec![text.clone()]),
        Node::Prefix(text) => Some(vec![format!("{text}*")]),
        Node::All(nodes) | Node::Or(nodes) => {
            let values: Option<Vec<_>> = nodes.iter().map(values).collect();
            values.map(|values| values.concat())
        }
        _ => None,
    }
}

/// Whether a prefix is no invitation to expand half the dictionary.
fn is_long_enough(prefix: &str) -> bool {
    prefix.contains(is_han) || prefix.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}

#[cfg(test)]
mod tests;
