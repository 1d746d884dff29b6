//! The files of the tables: one for each layer, named after the commit that wrote it.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tantivy::TantivyError;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use super::layers::{Table, join, staying};
use super::table::{Layer, LayerWriter};
use crate::index::disk::files::{Seal, write_whole_by};
use crate::index::disk::folder::{REPRINTS, reprint_tables};
use crate::index::error::IndexError;

const MISSING: &str = "the file is missing";

/// The tables of an index, in its folder or in memory.
pub(crate) struct Tables {
    dir: Option<PathBuf>,
    /// Of an index in memory: the layers of the last commit.
    memory: Mutex<Vec<(LayerSeal, OwnedBytes)>>,
}

/// Which layer belongs to a commit, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LayerSeal {
    /// The stamp of the commit that wrote it.
    stamp: u64,
    content: Seal,
}

impl LayerSeal {
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

    /// Writes the table of a commit that is about to be made, of which these are all groups, if it has
    /// any.
    pub fn write(
        &self,
        stamp: u64,
        groups: Option<LayerWriter>,
    ) -> Result<Vec<LayerSeal>, IndexError> {
        let layer = groups.map(|groups| self.write_layer(stamp, groups));
        Ok(layer.transpose()?.into_iter().collect())
    }

    /// Writes what has changed since an earlier commit, whose layers these are; returns those of the
    /// table of the commit that is about to be made.
    pub fn add(
        &self,
        stamp: u64,
        layers: &[LayerSeal],
        changes: LayerWriter,
    ) -> Result<Vec<LayerSeal>, IndexError> {
        let sizes: Vec<u64> = layers.iter().map(|layer| layer.content.bytes).collect();
        let staying = staying(&sizes, changes.size());
        let (kept, joined) = layers.split_at(staying);
        let mut all = kept.to_vec();
        if joined.is_empty() {
            all.push(self.write_layer(stamp, changes)?);
            return Ok(all);
        }
        let mut parts = Vec::new();
        for &seal in joined {
            // What is damaged does not get into a new file.
            self.check_layer(seal)?;
            let layer = self.open_layer(seal)?;
            parts.push(layer.ok_or_else(|| self.damaged(seal, MISSING))?);
        }
        let length = changes.size();
        let changes = Layer::open(OwnedBytes::new(changes.into_bytes()), length);
        parts.extend(changes.ok());
        let layer = join(parts, kept.is_empty());
        if !layer.is_empty() {
            all.push(self.write_layer(stamp, layer)?);
        }
        Ok(all)
    }

    fn write_layer(&self, stamp: u64, layer: LayerWriter) -> Result<LayerSeal, IndexError> {
        let seal = |content| LayerSeal { stamp, content };
        match &self.dir {
            Some(dir) => {
                let path = dir.join(seal(Seal::default()).name());
                let written = write_whole_by(&path, |out| layer.write_to(out));
                written.map(seal).map_err(IndexError::io(path))
            }
            None => {
                let bytes = layer.into_bytes();
                let seal = seal(Seal::default().and(&bytes));
                self.memory().push((seal, OwnedBytes::new(bytes)));
                Ok(seal)
            }
        }
    }

    /// Opens the table of a commit, without reading all of it; `None` where it is gone, because a
    /// later commit was made.
    pub fn open(&self, seals: &[LayerSeal]) -> Result<Option<Table>, IndexError> {
        let mut layers = Vec::new();
        for &seal in seals {
            let Some(layer) = self.open_layer(seal)? else {
                return Ok(None);
            };
            layers.push(layer);
        }
        Ok(Some(Table::of(layers)))
    }

    fn open_layer(&self, seal: LayerSeal) -> Result<Option<Layer>, IndexError> {
        let Some(bytes) = self.bytes(seal)? else {
            return Ok(None);
        };
        let layer = Layer::open(bytes, seal.content.bytes);
        layer.map(Some).map_err(|cause| self.damaged(seal, cause))
    }

    /// Compares the table of a commit with its checksums.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self, seals: &[LayerSeal]) -> Result<(), IndexError> {
        seals.iter().try_for_each(|&seal| self.check_layer(seal))
    }

    fn check_layer(&self, seal: LayerSeal) -> Result<(), IndexError> {
        match self.bytes(seal)? {
            None => Err(self.damaged(seal, MISSING)),
            Some(bytes) if Seal::default().and(&bytes) != seal.content => {
                Err(self.damaged(seal, "the checksum does not agree with the content"))
            }
            Some(bytes) => Layer::open(bytes, seal.content.bytes)
                .map(|_| ())
                .map_err(|cause| self.damaged(seal, cause)),
        }
    }

    /// Removes all layers but those of a commit.
    pub fn keep_only(&self, seals: &[LayerSeal]) -> Result<(), IndexError> {
        let Some(dir) = &self.dir else {
            self.memory().retain(|(seal, _)| seals.contains(seal));
            return Ok(());
        };
        let kept: Vec<PathBuf> = seals.iter().map(|seal| dir.join(seal.name())).collect();
        for path in reprint_tables(dir)? {
            if !kept.contains(&path) {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    removed => removed.map_err(IndexError::io(path))?,
                }
            }
        }
        Ok(())
    }

    /// All bytes of a layer, mapped.
    fn bytes(&self, seal: LayerSeal) -> Result<Option<OwnedBytes>, IndexError> {
        let Some(dir) = &self.dir else {
            let memory = self.memory();
            let layer = memory.iter().find(|(known, _)| *known == seal);
            return Ok(layer.map(|(_, bytes)| bytes.clone()));
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

    fn memory(&self) -> MutexGuard<'_, Vec<(LayerSeal, OwnedBytes)>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn damaged(
        &self,
        seal: LayerSeal,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> IndexError {
        IndexError::Damaged {
            path: self.dir.clone().unwrap_or_default().join(seal.name()),
            cause: cause.into(),
        }
    }
}
