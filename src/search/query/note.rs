//! What the parser tells the user about a query that it could not take as typed.

use std::fmt;

use super::dates::Days;
use super::limits::{MAX_CHARS, MAX_CLAUSES, MAX_DEPTH};

/// Most words that one sentence names.
const MAX_WORDS: usize = 16;

/// A part of a query that was not understood as typed, and what was done about it.
///
/// `at` is the offset of the part in characters, from the beginning of the text. `Display` is a
/// sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// There is nothing to search for.
    Empty,
    /// The query has more than 4,096 characters.
    TooLong,
    /// The query has more than 1,024 clauses.
    TooManyClauses {
        /// The first clause that was left out.
        at: usize,
    },
    /// Brackets are nested deeper than 32.
    TooDeep {
        /// The first bracket beyond.
        at: usize,
    },
    /// A quote has no end.
    OpenQuote {
        /// Its opening mark.
        at: usize,
    },
    /// A quote holds nothing but blanks.
    EmptyQuote {
        /// Its opening mark.
        at: usize,
    },
    /// A bracket is not closed.
    OpenBracket {
        /// The opening bracket.
        at: usize,
    },
    /// A bracket closes nothing.
    StrayBracket {
        /// The closing bracket.
        at: usize,
    },
    /// A pair of brackets holds nothing to search for.
    EmptyBrackets {
        /// The opening bracket.
        at: usize,
    },
    /// An operator has nothing on one of its sides.
    NoOperand {
        /// `AND`, `OR`, `NOT` or `NEAR`.
        operator: &'static str,
        /// Its first letter.
        at: usize,
    },
    /// The query consists of operators.
    OnlyOperators,
    /// `NEAR` is next to something other than a word, a phrase or a prefix.
    NearOperand {
        /// Its first letter.
        at: usize,
    },
    /// The number of a `NEAR/N` or a `"phrase"~N` is too large.
    NumberTooLarge {
        /// Its first digit.
        at: usize,
        /// The largest number, which was taken instead.
        limit: u32,
    },
    /// The part before a `*` has neither a Han character nor two letters or digits.
    ShortPrefix {
        /// Its first character.
        at: usize,
    },
    /// A field name has no value.
    NoValue {
        /// The field as it is called in a query.
        field: &'static str,
        /// Its first letter.
        at: usize,
    },
    /// What stands before a colon is no field.
    UnknownField {
        /// As typed.
        field: String,
        /// The field that is nearest to it, if one is near.
        nearest: Option<&'static str>,
        /// Its first letter.
        at: usize,
    },
    /// The brackets after a field that takes values, such as `source:`, hold more than values.
    NotAValue {
        /// The field as it is called in a query.
        field: &'static str,
        /// Its first letter.
        at: usize,
    },
    /// The value of a date field is not a date.
    NotADate {
        /// The field as it is called in a query.
        field: &'static str,
        /// Its first letter.
        at: usize,
    },
    /// The query names a time, so that the articles of that time were preferred.
    Preferred {
        /// The time as typed.
        text: String,
        /// Its days, in dates.
        days: Days,
    },
    /// No document has all the unquoted words: any of them was enough.
    Relaxed,
    /// Letters that no document has were read as the spelling of names.
    Spelled {
        /// The letters.
        letters: String,
        /// The names, folded, the most frequent first.
        names: Vec<String>,
    },
    /// More words begin with a prefix than are searched for.
    ManyWords {
        /// The prefix as typed.
        prefix: String,
        /// How many were, in the order of their characters.
        limit: usize,
    },
    /// A code is that of several securities.
    SeveralSecurities {
        /// The code as typed.
        code: String,
        /// For each its key, such as `SZ000001`, and its name.
        securities: Vec<(String, String)>,
    },
    /// No document has these words.
    Missing {
        /// The words, folded.
        words: Vec<String>,
    },
    /// No article matches all parts of the query, none of which is ever relaxed.
    Nothing {
        /// Each required part, as a query, with the articles that match it alone.
        parts: Vec<(String, u64)>,
    },
    /// A query that asks for a little less, and finds something.
    Weaker {
        /// The query.
        query: String,
        /// How many articles match it.
        count: u64,
    },
    /// The place that has the documents did not answer for all of them.
    Partial {
        /// Shards that did not answer.
        failed: u64,
        /// Of so many.
        shards: u64,
    },
    /// There is more to remark than is worth reading.
    More {
        /// How many remarks were left out.
        count: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Empty => write!(f, "the query is empty: nothing to search for"),
            Note::TooLong => {
                write!(
                    f,
                    "the query is longer than {MAX_CHARS} characters: the rest is ignored"
                )
            }
            Note::TooManyClauses { at } => {
                write!(
                    f,
                    "the query has more than {MAX_CLAUSES} clauses: what follows {at} is ignored"
                )
            }
            Note::TooDeep { at } => {
                write!(
                    f,
                    "bracket at {at} is nested deeper than {MAX_DEPTH}: searched as text"
                )
            }
            Note::OpenQuote { at } => write!(f, "quote at {at} is not closed: searched to the end"),
            Note::EmptyQuote { at } => write!(f, "quote at {at} is empty: ignored"),
            Note::OpenBracket { at } => {
                write!(f, "bracket at {at} is not closed: closed at the end")
            }
            Note::StrayBracket { at } => {
                write!(f, "bracket at {at} closes nothing: searched as text")
            }
            Note::EmptyBrackets { at } => write!(f, "brackets at {at} are empty: ignored"),
            Note::NoOperand { operator, at } => {
                write!(f, "{operator} at {at} lacks an operand: ignored")
            }
            Note::OnlyOperators => write!(f, "the query consists of operators: searched as text"),
            Note::NearOperand { at } => {
                write!(
                    f,
                    "NEAR at {at} stands between words and phrases only: searched as AND"
                )
            }
            Note::NumberTooLarge { at, limit } => {
                write!(f, "number at {at} is larger than {limit}: taken as {limit}")
            }
            Note::ShortPrefix { at } => {
                write!(
                    f,
                    "prefix at {at} is shorter than one Han character or two letters: searched as text"
                )
            }
            Note::NoValue { field, at } => {
                write!(f, "{field}: at {at} has no value: searched as text")
            }
            Note::UnknownField { field, nearest, at } => {
                write!(f, "{field}: at {at} is no field: searched as text")?;
                match nearest {
                    Some(nearest) => write!(f, "; {nearest}: is one"),
                    None => Ok(()),
                }
            }
            Note::NotAValue { field, at } => {
                write!(
                    f,
                    "{field}: at {at} takes words and phrases only: searched as text"
                )
            }
            Note::NotADate { field, at } => {
                write!(
                    f,
                    "{field}: at {at} is not followed by a date: searched as text"
                )
            }
            Note::Preferred { text, days } => {
                let days = days.to_string();
                let days = days.trim_start_matches("date:");
                write!(
                    f,
                    "articles of {days} are preferred; date:{text} takes no others"
                )
            }
            Note::Relaxed => write!(
                f,
                "no article has all of these words: showing the best that have some"
            ),
            Note::Spelled { letters, names } => {
                write!(f, "{letters} was read as {}", names.join(", "))
            }
            Note::SeveralSecurities { code, securities } => {
                write!(f, "{code} is the code of several securities; name one:")?;
                let mut separator = " ";
                for (key, name) in securities {
                    write!(f, "{separator}{key} ({name})")?;
                    separator = ", ";
                }
                Ok(())
            }
            Note::ManyWords { prefix, limit } => write!(
                f,
                "{prefix}* stands for the first {limit} words that begin so: type more of the word"
            ),
            Note::Missing { words } => {
                let (told, rest) = words.split_at(words.len().min(MAX_WORDS));
                write!(f, "no article has {}", told.join(", "))?;
                match rest.len() {
                    0 => Ok(()),
                    more => write!(f, ", and {more} words more"),
                }
            }
            Note::Nothing { parts } => {
                write!(f, "no article matches all of the query; its parts alone:")?;
                let mut separator = " ";
                for (part, count) in parts {
                    write!(f, "{separator}{part} ({count})")?;
                    separator = ", ";
                }
                Ok(())
            }
            Note::Weaker { query, count } => write!(f, "{count} match the weaker query: {query}"),
            Note::Partial { failed, shards } => write!(
                f,
                "{failed} of {shards} shards of the cluster do not answer: this is only a part of the answer"
            ),
            Note::More { count } => write!(f, "and {count} more"),
        }
    }
}
