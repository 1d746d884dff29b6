//! Why a file or a line gives no article.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A file, or a line of one, that gives no article. `Display` is one line, `path:line: reason`.
#[derive(Debug, Error)]
pub struct ReadError {
    /// The file, as it was named or found; `-` for standard input.
    pub path: PathBuf,
    /// The line of a JSON Lines file, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: Problem,
}

impl ReadError {
    /// Whether there is no such file or folder.
    pub(crate) fn is_of_nothing(&self) -> bool {
        let kinds = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
        matches!(&self.problem, Problem::Io(error) if kinds.contains(&error.kind()))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_on_one_line(f, &self.path.to_string_lossy())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        write_on_one_line(f, &self.problem.to_string())
    }
}

/// What is wrong with a file or a line.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// It is a device.
    #[error("is a device, not a file")]
    Device,
    /// It holds nothing but white space.
    #[error("is empty")]
    Empty,
    /// It is larger than allowed.
    #[error("has {size} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Its size in bytes, or as much of it as was seen.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Its text becomes too long when it is folded, as texts are to be compared.
    #[error("has {folded} bytes when it is folded, more than the {limit} allowed")]
    TooLargeFolded {
        /// The length of the folded text in bytes.
        folded: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Its id, or the address that is its id, is longer than an index can hold.
    #[error("has an id of {bytes} bytes, more than the {limit} allowed")]
    LongId {
        /// The length of the id in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A fault of this library: a panic over the record, which was passed over.
    #[error("cannot be read for a fault of the program, please report it: {0}")]
    Internal(String),
    /// The line is not a JSON object.
    #[error("is not a JSON object: {0}")]
    NotJson(Box<dyn std::error::Error + Send + Sync>),
    /// A row of a table has more fields than the table has columns.
    #[error(
        "has {found} fields, and the table {expected} columns: a text with a comma in it needs quotes"
    )]
    Columns {
        /// The fields of the row.
        found: usize,
        /// The columns of the table.
        expected: usize,
    },
    /// The file was named, and files of its kind are not read.
    #[error(
        "files of this kind ({}) are not read; those that are: {}",
        named(kind),
        KINDS
    )]
    Kind {
        /// Its extension, or nothing.
        kind: String,
    },
    /// The file is no JSON from here on, and nothing after it was read.
    #[error("is no JSON, and nothing after it was read: {0}")]
    Broken(&'static str),
    /// It has neither a title nor any text.
    #[error("has neither a title nor text")]
    NoText,
    /// Likewise, though a key that is not read holds long text.
    #[error(
        "has neither a title nor text under a key that is known, though `{key}` holds long text"
    )]
    NoKey {
        /// The key, below others after `.`.
        key: String,
    },
    /// It is a note of the site about itself (`categories: sitenews`): skipped by rule, no error.
    #[error("is a note of the site, not news")]
    SiteNews,
    /// It says of itself that it is not published (`draft: true`, `published: false`): left out by
    /// rule, no error.
    #[error("is a draft")]
    Draft,
    /// The compressed stream is broken or cut; what came before it was read.
    #[error("cannot be decompressed: {0}")]
    Decompress(io::Error),
}

/// The kinds of files that are read.
const KINDS: &str =
    ".md .markdown .html .htm .txt .jsonl .ndjson .json .csv .tsv, those of records also .gz .zst";

fn named(kind: &str) -> &str {
    if kind.is_empty() { "no text" } else { kind }
}

impl Problem {
    /// A failure to read a stream that may be compressed: the system's own failures have a number.
    pub(super) fn of_stream(error: io::Error) -> Problem {
        if error.raw_os_error().is_some() {
            Problem::Io(error)
        } else {
            Problem::Decompress(error)
        }
    }
}

pub(crate) fn write_on_one_line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;
    for c in text.chars() {
        match c {
            // Ends of lines, and what turns the reading direction.
            '\u{2028}'..='\u{202E}'
            | '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2066}'..='\u{206F}' => write!(f, "{}", c.escape_unicode())?,
            c if c.is_control() => write!(f, "{}", c.escape_default())?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line() {
        let cases = [
            ("a/b.md", None, "a/b.md: is empty"),
            ("a.jsonl", Some(7), "a.jsonl:7: is empty"),
            ("a\nb\u{1b}[1m.md", None, "a\\nb\\u{1b}[1m.md: is empty"),
            ("甲\u{2028}乙.md", None, "甲\\u{2028}乙.md: is empty"),
            ("甲\u{202E}乙.md", None, "甲\\u{202e}乙.md: is empty"),
        ];
        for (path, line, expected) in cases {
            let error = ReadError {
                path: path.into(),
                line,
                problem: Problem::Empty,
            };
            assert_eq!(error.to_string(), expected);
        }
    }
}
