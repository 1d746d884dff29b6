//! What makes a folder an index: `newsearch.json`, written last when an index is made.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::IndexError;

/// The file that makes a folder an index.
pub(crate) const MANIFEST: &str = "newsearch.json";

/// Facts about an index that must fit before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub format: u32,
    /// [`Analyzer::identity`](crate::Analyzer::identity) of the analyzer it was built with.
    pub analyzer: String,
}

impl Manifest {
    /// The manifest in `dir`, or `None` where there is none.
    pub fn read(dir: &Path) -> Result<Option<Manifest>, IndexError> {
        let path = dir.join(MANIFEST);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(None),
            Err(error) => return Err(IndexError::io(path)(error)),
        };
        let manifest = serde_json::from_slice(&bytes);
        manifest.map(Some).map_err(|cause| IndexError::Damaged {
            path,
            cause: cause.into(),
        })
    }

    pub fn write(&self, dir: &Path) -> Result<(), IndexError> {
        let path = dir.join(MANIFEST);
        let json = serde_json::to_vec(self).expect("a manifest is plain data");
        write_whole(&path, &json).map_err(IndexError::io(path))
    }
}

/// Writes a file so that it is there whole or not at all, even after a crash.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = fs::File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    match path.parent() {
        Some(dir) => fs::File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}
