//! The marks of the query language, and the names of its operators and fields.

use crate::search::query::dates::{Days, NotADate};
use crate::search::query::tree::{Key, TextField};

/// Quotation marks that stand in for each other where the matching one is missing, as input
/// methods mix them up.
pub(super) const DOUBLE_QUOTES: [char; 4] = ['"', '“', '”', '＂'];

/// What stands before a colon.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Text(TextField),
    Key(Key),
    Date(fn(&str) -> Result<Days, NotADate>),
}

/// The field names, in lower case: as typed, in canonical form, and what they mean.
pub(super) const FIELDS: [(&str, &str, Field); 18] = [
    ("title", "title", Field::Text(TextField::Title)),
    ("标题", "title", Field::Text(TextField::Title)),
    ("body", "body", Field::Text(TextField::Body)),
    ("正文", "body", Field::Text(TextField::Body)),
    ("source", "source", Field::Key(Key::Source)),
    ("来源", "source", Field::Key(Key::Source)),
    ("tag", "tag", Field::Key(Key::Tag)),
    ("标签", "tag", Field::Key(Key::Tag)),
    ("category", "category", Field::Key(Key::Category)),
    ("分类", "category", Field::Key(Key::Category)),
    ("code", "code", Field::Key(Key::Code)),
    ("代码", "code", Field::Key(Key::Code)),
    ("id", "id", Field::Key(Key::Id)),
    ("after", "after", Field::Date(Days::since)),
    ("since", "since", Field::Date(Days::since)),
    ("until", "until", Field::Date(Days::until)),
    ("before", "before", Field::Date(Days::before)),
    ("date", "date", Field::Date(Days::within)),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
    Near,
}

impl Operator {
    pub(super) const ALL: [Operator; 4] =
        [Operator::And, Operator::Or, Operator::Not, Operator::Near];

    pub(super) fn name(self) -> &'static str {
        match self {
            Operator::And => "AND",
            Operator::Or => "OR",
            Operator::Not => "NOT",
            Operator::Near => "NEAR",
        }
    }
}

/// The mark that closes a quote opened by `mark`; `None` if it opens none.
pub(super) fn closing_mark(mark: char) -> Option<char> {
    match mark {
        '"' | '＂' => Some(mark),
        '“' | '”' => Some('”'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}
