//! What is wrong with a record that gives an article all the same.

use std::fmt;

use super::Article;

/// What the record of an article gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The article.
    pub article: Article,
    /// What of the record could not be read.
    pub remarks: Vec<Remark>,
}

impl Reading {
    /// An article of which everything was read.
    pub(super) fn of(article: Article) -> Reading {
        Reading {
            article,
            remarks: Vec::new(),
        }
    }
}

/// What a record says that could not be read, though the record gives an article. Said once a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// A date is given and not understood.
    Date {
        /// The date as it is written.
        text: String,
    },
    /// A key holds long text and was not read, and there is no body.
    NoBody {
        /// The key, below others after `.`: `_source.neirong`.
        key: String,
    },
    /// A key holds long text and was not read; the body is another's.
    Unread {
        /// The key, likewise.
        key: String,
    },
    /// A number is the id of several articles of the file, with other titles, of which one is kept.
    SameId {
        /// The number.
        id: String,
    },
}

impl Remark {
    /// Whether both say the same, if of other texts.
    pub(crate) fn is_like(&self, other: &Remark) -> bool {
        match (self, other) {
            (Remark::Date { .. }, Remark::Date { .. })
            | (Remark::SameId { .. }, Remark::SameId { .. }) => true,
            _ => self == other,
        }
    }
}

/// What it says, and what can be done about it.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::Date { text } => write!(f, "the date `{text}` is not understood"),
            Remark::NoBody { key } => write!(
                f,
                "no body was read, though `{key}` holds long text: --field body={key} reads it"
            ),
            Remark::SameId { id } => write!(
                f,
                "the id `{id}` is that of another title too, and one article is kept of both: --field id= tells them apart"
            ),
            Remark::Unread { key } => write!(f, "the long text of `{key}` was not read"),
        }
    }
}
