//! The files of the tables: one for each commit that has groups, named after it.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tantivy::TantivyError;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use super::table::Table;
use crate::index::disk::files::{Seal, write_whole};
use crate::index::disk::folder::{REPRINTS, reprint_tables};
use crate::index::error::IndexError;

/// The tables of an index, in its folder or in memory.
pub(crate) struct Tables {
    dir: Option<PathBuf>,
    /// Of an index in memory: the table of the last commit.
    memory: Mutex<Option<(TableSeal, OwnedBytes)>>,
}

/// Which table belongs to a commit, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableSeal {
    /// The stamp of the commit.
    stamp: u64,
    content: Seal,
}

impl TableSeal {
    fn name(self) -> String {
        format!("{REPRINTS}{}", self.stamp)
    }
}

impl Tables {
    /// The tables of the index in `dir`, or of one in memory.
    pub fn new(dir: Option<PathBuf>) -> Tables {
        Tables {
            dir,
            memory: Mutex::default(),
        }
    }

    /// Writes the table of a commit that is about to be made.
    pub fn write(&self, stamp: u64, table: Vec<u8>) -> Result<TableSeal, IndexError> {
        let seal = TableSeal {
            stamp,
            content: Seal::default().and(&table),
        };
        match &self.dir {
            Some(dir) => {
                let path = dir.join(seal.name());
                write_whole(&path, &table).map_err(IndexError::io(path))?;
            }
            None => *self.memory() = Some((seal, OwnedBytes::new(table))),
        }
        Ok(seal)
    }

    /// Opens the table of a commit, without reading all of it; `None` where it is gone, because a
    /// later commit was made.
    pub fn open(&self, seal: TableSeal) -> Result<Option<Table>, IndexError> {
        let Some(bytes) = self.bytes(seal)? else {
            return Ok(None);
        };
        let table = Table::open(bytes, seal.content.bytes);
        table.map(Some).map_err(|cause| self.damaged(seal, cause))
    }

    /// Compares the table of a commit with its checksum; what is wrong with it, if anything.
    pub fn check(&self, seal: TableSeal) -> Result<(), IndexError> {
        match self.bytes(seal)? {
            None => Err(self.damaged(seal, "the file is missing")),
            Some(bytes) if Seal::default().and(&bytes) != seal.content => {
                Err(self.damaged(seal, "the checksum does not agree with the content"))
            }
            Some(bytes) => Table::open(bytes, seal.content.bytes)
                .map(|_| ())
                .map_err(|cause| self.damaged(seal, cause)),
        }
    }

    /// Removes all tables but that of a commit.
    pub fn keep_only(&self, seal: Option<TableSeal>) -> Result<(), IndexError> {
        let Some(dir) = &self.dir else { return Ok(()) };
        let kept = seal.map(|seal| dir.join(seal.name()));
        for path in reprint_tables(dir)? {
            if Some(&path) != kept.as_ref() {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    removed => removed.map_err(IndexError::io(path))?,
                }
            }
        }
        Ok(())
    }

    /// All bytes of a table, mapped.
    fn bytes(&self, seal: TableSeal) -> Result<Option<OwnedBytes>, IndexError> {
        let Some(dir) = &self.dir else {
            let table = self.memory().clone().filter(|table| table.0 == seal);
            return Ok(table.map(|(_, bytes)| bytes));
        };
        let files = MmapDirectory::open(dir).map_err(TantivyError::from)?;
        match files.open_read(Path::new(&seal.name())) {
            Ok(file) => {
                let bytes = file.read_bytes();
                bytes
                    .map(Some)
                    .map_err(IndexError::io(dir.join(seal.name())))
            }
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(None),
            Err(cause) => Err(self.damaged(seal, cause)),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Option<(TableSeal, OwnedBytes)>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn damaged(
        &self,
        seal: TableSeal,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> IndexError {
        IndexError::Damaged {
            path: self.dir.clone().unwrap_or_default().join(seal.name()),
            cause: cause.into(),
        }
    }
}
