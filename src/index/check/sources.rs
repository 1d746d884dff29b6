//! Whether the articles of an index are still in the files that they were read from.

use std::io::ErrorKind;
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::corpus::{Format, ReadOptions, SourceFile};
use crate::index::record::copy::{Copy, first_eight};
use crate::index::write::ledger::{Entry, FileKey, Stamp};

/// The files that an index knows, by the hash of their key, as far as they tell what is in them.
pub(super) struct Sources {
    files: FxHashMap<u64, Source>,
    /// One of them is there.
    is_here: bool,
}

/// What a file holds; files that cannot tell have none.
enum Source {
    Gone,
    /// A post with this content.
    Post(u64),
    /// Lines with these contents.
    Lines(FxHashSet<u64>),
}

impl Sources {
    /// Looks at the files of a ledger.
    pub fn of(known: &FxHashMap<FileKey, Entry>) -> Sources {
        let mut files = FxHashMap::default();
        let mut is_here = known.is_empty();
        for (key, entry) in known {
            let source = source(key.path(), entry);
            is_here |= !matches!(source, Some(Source::Gone));
            if let Some(source) = source {
                files.insert(key.hash(), source);
            }
        }
        Sources { files, is_here }
    }

    /// Whether any of the files is there: an index may lie on another machine than its archive.
    pub fn are_here(&self) -> bool {
        self.is_here
    }

    /// Whether the file of a copy no longer has it, which is told of no file that has changed since it
    /// was read, nor of one that the ledger does not know.
    pub fn have_lost(&self, copy: &Copy) -> bool {
        match self.files.get(&copy.origin.file) {
            None => false,
            Some(Source::Gone) => true,
            Some(Source::Post(content)) => *content != copy.content,
            Some(Source::Lines(contents)) => !contents.contains(&copy.content),
        }
    }
}

/// What a file holds; `None` where it is not as it was when it was read, or cannot be read whole.
fn source(path: PathBuf, entry: &Entry) -> Option<Source> {
    let stamp = match Stamp::of(&path) {
        Ok(stamp) => stamp,
        Err(error) if error.kind() == ErrorKind::NotFound => return Some(Source::Gone),
        Err(_) => return None,
    };
    if !entry.stamp.proves_unchanged(&stamp) {
        return None;
    }
    if entry.content != 0 {
        return Some(Source::Post(entry.content));
    }
    let format = Format::Lines;
    let lines = SourceFile { path, format }.records(&ReadOptions::default());
    let mut contents = FxHashSet::default();
    for line in lines.ok()? {
        contents.insert(first_eight(&line.ok()?.hash()));
    }
    Some(Source::Lines(contents))
}
