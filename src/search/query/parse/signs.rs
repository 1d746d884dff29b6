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
pub(super) const FIELDS: [(&str, &str, Field); 22] = [
    ("title", "title", Field::Text(TextField::Title)),
    ("标题", "title", Field::Text(TextField::Title)),
    ("body", "body", Field::Text(TextField::Body)),
    ("正文", "body", Field::Text(TextField::Body)),
    ("source", "source", Field::Key(Key::Source)),
    ("来源", "source", Field::Key(Key::Source)),
    ("author", "author", Field::Key(Key::Author)),
    ("作者", "author", Field::Key(Key::Author)),
    ("tag", "tag", Field::Key(Key::Tag)),
    ("标签", "tag", Field::Key(Key::Tag)),
    ("category", "category", Field::Key(Key::Category)),
    ("分类", "category", Field::Key(Key::Category)),
    ("code", "code", Field::Key(Key::Code)),
    ("代码", "code", Field::Key(Key::Code)),
    ("id", "id", Field::Key(Key::Id)),
    ("path", "path", Field::Key(Key::Path)),
    ("路径", "path", Field::Key(Key::Path)),
    ("after", "after", Field::Date(Days::since)),
    ("since", "since", Field::Date(Days::since)),
    ("until", "until", Field::Date(Days::until)),
    ("before", "before", Field::Date(Days::before)),
    ("date", "date", Field::Date(Days::within)),
];

/// The longest name that is taken for a field, in characters.
pub(super) const MAX_FIELD: usize = 16;

/// Names that other programs have for a field, in lower case.
const OTHERS: [(&str, &str); 34] = [
    ("intitle", "title"),
    ("allintitle", "title"),
    ("headline", "title"),
    ("subject", "title"),
    ("题目", "title"),
    ("intext", "body"),
    ("content", "body"),
    ("text", "body"),
    ("内容", "body"),
    ("site", "source"),
    ("media", "source"),
    ("publisher", "source"),
    ("媒体", "source"),
    ("by", "author"),
    ("writer", "author"),
    ("记者", "author"),
    ("label", "tag"),
    ("keyword", "tag"),
    ("关键词", "tag"),
    ("section", "category"),
    ("channel", "category"),
    ("栏目", "category"),
    ("类别", "category"),
    ("symbol", "code"),
    ("ticker", "code"),
    ("stock", "code"),
    ("股票", "code"),
    ("file", "path"),
    ("filename", "path"),
    ("folder", "path"),
    ("文件", "path"),
    ("from", "since"),
    ("日期", "date"),
    ("时间", "date"),
];

/// The field that is meant by a name that is none: by what others call it, or by how it is spelled.
pub(super) fn nearest_field(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let other = OTHERS.iter().find(|(other, _)| *other == name);
    if let Some((_, field)) = other {
        return Some(field);
    }
    let mut nearest = None;
    for (_, field, _) in FIELDS {
        let distance = strsim::osa_distance(&name, field);
        // A third of the letters may be wrong.
        if name.is_ascii()
            && distance <= name.len() / 3
            && nearest.is_none_or(|(least, _)| distance < least)
        {
            nearest = Some((distance, field));
        }
    }
    nearest.map(|(_, field)| field)
}

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
