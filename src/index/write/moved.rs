//! Files that are gone because they are somewhere else now.

use std::io::ErrorKind;

use rustc_hash::FxHashSet;

use super::ledger::FileKey;
use super::writer::Writer;
use crate::index::error::IndexError;

impl Writer {
    /// Drops the copies of files that are gone, not below `roots`, where the article has a copy in a
    /// file that was `met` in this run: an archive that moved leaves nothing where it was.
    ///
    /// What has no other copy stays: its disk may only be away.
    pub(super) fn drop_moved(
        &mut self,
        roots: &[FileKey],
        met: &FxHashSet<u64>,
    ) -> Result<(), IndexError> {
        let known = self.ledger.known();
        for file in known.keys() {
            let is_elsewhere = !roots.iter().any(|root| file.is_below(root));
            if is_elsewhere && is_gone(file) {
                self.drop_copies_that_moved(file, met)?;
            }
        }
        Ok(())
    }

    fn drop_copies_that_moved(
        &mut self,
        file: &FileKey,
        met: &FxHashSet<u64>,
    ) -> Result<(), IndexError> {
        let mut has_moved = true;
        for (article, _) in self.copies_of(file.hash())? {
            let others = self.files_of(&article.id)?;
            if others.iter().any(|other| met.contains(other)) {
                self.drop_copies(article.id, file.hash(), 0)?;
            } else {
                has_moved = false;
            }
        }
        if has_moved {
            self.ledger.note(file.clone(), None);
        }
        Ok(())
    }
}

fn is_gone(file: &FileKey) -> bool {
    let found = file.path().symlink_metadata();
    found.is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}
