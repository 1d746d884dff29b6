//! What a change makes of the copies of an article.

use crate::index::record::copy::Copy;

/// What became of the copies that a writer was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// First copies of an article.
    pub new: u64,
    /// Further copies of an article that the index has.
    pub merged: u64,
    /// Copies that took the place of an older state of themselves.
    pub replaced: u64,
    /// Copies that the index has already.
    pub unchanged: u64,
    /// Documents deleted because their last copy went.
    pub deleted: u64,
}

/// A change of the copies of one article.
pub(super) enum Change {
    Put(Box<Copy>),
    /// The copies of a file go, from the n-th on.
    Drop {
        file: u64,
        from: u32,
    },
}

impl Change {
    /// Makes the change, and counts what became of a copy.
    pub fn apply(self, copies: &mut Vec<Copy>, added: &mut Added) {
        match self {
            Change::Put(copy) => put(*copy, copies, added),
            Change::Drop { file, from } => {
                copies.retain(|copy| copy.origin.file != file || copy.origin.nth < from);
            }
        }
    }
}

fn put(copy: Copy, copies: &mut Vec<Copy>, added: &mut Added) {
    match copies.iter_mut().find(|old| old.origin == copy.origin) {
        Some(old) if old.content == copy.content => added.unchanged += 1,
        Some(old) => {
            added.replaced += 1;
            *old = copy;
        }
        None => {
            if copies.is_empty() {
                added.new += 1;
            } else {
                added.merged += 1;
            }
            copies.push(copy);
        }
    }
}
