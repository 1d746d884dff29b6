//! A generation of an index that is made beside the one whose place it is to take.

use std::path::{Path, PathBuf};

use super::files::create_folder;
use super::folder::{Place, SEGMENTS, generation, lock, remove_home, remove_others};
use super::manifest::Manifest;
use super::sealed::WriterLock;
use crate::index::error::IndexError;

/// Two generations of an index, the one that is there and the next. Dropped unfinished, the next one
/// goes, and the old one stays.
pub(in crate::index) struct Exchange {
    dir: PathBuf,
    old: u64,
    is_finished: bool,
    /// Nobody else writes the old one.
    _lock: WriterLock,
}

impl Exchange {
    /// Makes the folder of the next generation of the index in `dir`.
    ///
    /// # Errors
    /// When the index is being written, or the folder cannot be made.
    pub fn begin(dir: &Path) -> Result<Exchange, IndexError> {
        let lock = lock(dir)?;
        let old = generation(dir)?;
        remove_others(dir, old)?;
        let exchange = Exchange {
            dir: dir.into(),
            old,
            is_finished: false,
            _lock: lock,
        };
        let segments = exchange.next().home.join(SEGMENTS);
        create_folder(&segments).map_err(IndexError::io(&segments))?;
        Ok(exchange)
    }

    /// The generation that is there.
    pub fn old(&self) -> Place {
        Place::of(&self.dir, self.old)
    }

    /// The one that is made.
    pub fn next(&self) -> Place {
        Place::of(&self.dir, self.old + 1)
    }

    /// Puts the next generation, which this manifest names, in the place of the old one, which is removed.
    ///
    /// # Errors
    /// When the manifest cannot be written: the old one stays. Or when the old one cannot be removed:
    /// the next writer does.
    pub fn finish(mut self, manifest: &Manifest) -> Result<(), IndexError> {
        manifest.write(&self.dir)?;
        self.is_finished = true;
        remove_home(&self.dir, self.old)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_finished {
            // What cannot be removed now, the next writer removes.
            let _ = remove_home(&self.dir, self.old + 1);
        }
    }
}
