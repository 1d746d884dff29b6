//! What an update is asked for, and what it tells.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::change::Added;
use super::writer::DEFAULT_MEMORY;
use crate::corpus::{self, PassedOver, ReadError, ReadOptions, Remark, Select, write_on_one_line};

/// How an archive is read into an index.
#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// Read every file, even one whose size and time say that it is unchanged.
    pub checksum: bool,
    /// Delete documents whose last source below the given paths is gone.
    pub prune: bool,
    /// Which files of folders are read.
    pub select: Select,
    /// Largest post file or JSON line in bytes; a larger one is reported and skipped.
    pub max_size: u64,
    /// Threads that build segments; as many as there are processors unless set.
    pub threads: Option<usize>,
    /// Memory for building segments, in bytes.
    pub memory: usize,
    /// A killed run loses no more than this much work; or than ten times what a commit takes to group
    /// the reprints of the whole index, where that is more (with millions of articles).
    pub commit_every: Duration,
    /// When this becomes true the update ends with
    /// [`IndexError::Stopped`](crate::IndexError::Stopped), and the index is as of its last commit.
    pub stop: Option<Arc<AtomicBool>>,
}

impl UpdateOptions {
    /// How many files an update from `paths` reads, for whoever shows how far it is; `None` where some
    /// hold many articles, and their number says little.
    pub fn count_posts(&self, paths: &[PathBuf]) -> Option<u64> {
        corpus::count_posts(paths, &self.select)
    }
}

impl Default for UpdateOptions {
    fn default() -> UpdateOptions {
        UpdateOptions {
            checksum: false,
            prune: false,
            select: Select::default(),
            max_size: ReadOptions::default().max_size,
            threads: None,
            memory: DEFAULT_MEMORY,
            commit_every: Duration::from_secs(20),
            stop: None,
        }
    }
}

/// What an update tells while it runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A post, line or file cannot be read; it was skipped.
    Bad(&'a ReadError),
    /// A name of an article was cut, because it is longer than an index holds.
    Cut {
        /// The file.
        path: &'a Path,
        /// The line of a JSON Lines file, from 1.
        line: Option<u64>,
        /// Which name: `source`, `tag` or `category`.
        field: &'static str,
        /// How long it is, in characters.
        characters: usize,
        /// How much of it was kept, in characters.
        kept: usize,
    },
    /// Articles that a file of lines no longer has were kept: lines of it that cannot be read may be
    /// theirs.
    Kept {
        /// The file.
        path: &'a Path,
        /// How many articles.
        articles: u64,
    },
    /// Rows of a table that names no column that is known cannot be read; they were skipped.
    BadRows(&'a BadRows),
    /// Some of a file that was read could not be understood, though its articles were.
    Remarked(&'a Remarked),
    /// So much was done, and is committed.
    Committed(&'a Report),
    /// So much was done.
    Step(&'a Report),
}

/// The rows of a table that names no column that is known, and that give no article. `Display` is one
/// line, `path:line: reason (7 rows like …)`.
#[derive(Debug)]
#[non_exhaustive]
pub struct BadRows {
    /// What is wrong with one of them: one with a long text, if there is any, else the first.
    pub error: ReadError,
    /// That row, or its beginning.
    pub row: String,
    /// How many they are.
    pub rows: u64,
}

impl fmt::Display for BadRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BadRows { error, row, rows } = self;
        let noun = if *rows == 1 { "row" } else { "rows" };
        write!(f, "{error} ({rows} {noun} like `")?;
        write_on_one_line(f, row)?;
        f.write_str("`; the first row of the table names no column that is known)")
    }
}

/// What could not be understood of one or more records of a file. `Display` is one line,
/// `path:line: remark`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remarked {
    /// The file, as it was named or found.
    pub path: PathBuf,
    /// The line of the first of the records, in a file that holds several.
    pub line: Option<u64>,
    /// What could not be understood of it.
    pub remark: Remark,
    /// Of how many records the same is to be said.
    pub records: u64,
}

impl fmt::Display for Remarked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_on_one_line(f, &self.path.to_string_lossy())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        write_on_one_line(f, &self.remark.to_string())?;
        match self.records {
            ..=1 => Ok(()),
            records => write!(f, " ({records} records)"),
        }
    }
}

/// What other words made of an index: the articles that hold one that was added, was removed, or has
/// another frequency were cut anew, and no others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recut {
    /// Words of the dictionary that are others than before.
    pub words: u64,
    /// Articles that were cut anew.
    pub articles: u64,
}

/// What an update did. Every record read is in exactly one of the counts
/// `added.new`, `added.merged`, `added.replaced`, `added.unchanged`, `drafts`, `skipped` and `bad`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files met.
    pub files: u64,
    /// Files passed over because they had not changed.
    pub unchanged_files: u64,
    /// Posts and lines met in the files that were read, and files and folders that cannot be read.
    pub records: u64,
    /// Posts that say of themselves that they are not published, and were left out.
    pub drafts: u64,
    /// Posts that are no news and were skipped by rule (`categories: sitenews`).
    pub skipped: u64,
    /// Posts, lines and whole files that cannot be read.
    pub bad: u64,
    /// What was met in folders and not read.
    pub passed_over: PassedOver,
    /// What became of the articles.
    pub added: Added,
    /// What other words made of the index before, when it was opened for this update.
    pub recut: Recut,
}

impl Report {
    /// Whether the update left the index as it was.
    pub fn nothing_changed(&self) -> bool {
        let Added {
            new,
            merged,
            replaced,
            unchanged: _,
            deleted,
        } = self.added;
        new + merged + replaced + deleted == 0
    }
}
