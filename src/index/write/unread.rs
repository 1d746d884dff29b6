//! Lines that cannot be read, and what they may have said.

use crate::corpus::{Article, Record};

/// What lines that cannot be read may have said.
#[derive(Default)]
pub(super) struct Unread {
    lines: Vec<Record>,
    bytes: usize,
    /// There are others, of which nothing is known.
    has_more: bool,
}

/// Bytes of such lines that are kept of one file.
const MAX_UNREAD: usize = 1 << 20;

impl Unread {
    pub fn add(&mut self, line: Option<Record>) {
        match line {
            Some(line) if self.bytes + line.size() <= MAX_UNREAD => {
                self.bytes += line.size();
                self.lines.push(line);
            }
            _ => self.has_more = true,
        }
    }

    /// Whether one of them may be a copy of this article.
    pub fn may_be(&self, article: &Article) -> bool {
        self.has_more || self.lines.iter().any(|line| line.may_be(article))
    }
}
