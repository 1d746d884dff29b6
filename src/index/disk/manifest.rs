//! What makes a folder an index: `newsearch.json`, written last when an index is made.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::{sealed, unsealed, write_whole};
use crate::corpus::Mapping;
use crate::index::error::IndexError;
use crate::index::record::schema::FORMAT_VERSION;

/// The file that makes a folder an index.
pub(crate) const MANIFEST: &str = "newsearch.json";

/// Facts about an index that must fit before it is read. The file is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub format: u32,
    /// [`Analyzer::identity`](crate::Analyzer::identity) of the analyzer it was built with.
    pub analyzer: String,
    /// Hash of the words of the user, in hexadecimal digits; empty where there are none.
    pub words: String,
    /// Hash of the user's table of securities, likewise; its file is named after it.
    pub entities: String,
    /// Which keys of records hold which field, as the user says.
    #[serde(default, skip_serializing_if = "Mapping::is_empty")]
    pub mapping: Mapping,
    /// How often the index was built anew, or got other words. All files but this one are in the [folder of that
    /// generation](super::folder::home).
    #[serde(default, skip_serializing_if = "is_first")]
    pub generation: u64,
}

fn is_first(generation: &u64) -> bool {
    *generation == 0
}

/// What the manifest of every format has.
#[derive(Deserialize)]
struct Format {
    format: u32,
    #[serde(default)]
    generation: u64,
}

impl Manifest {
    /// The manifest in `dir`, or `None` where there is none.
    ///
    /// # Errors
    /// When it is of another format, is damaged, or cannot be read.
    pub fn read(dir: &Path) -> Result<Option<Manifest>, IndexError> {
        let path = dir.join(MANIFEST);
        let file = match fs::read(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(None),
            Err(error) => return Err(IndexError::io(path)(error)),
        };
        let content = unsealed(&file);
        // A later format may have another seal.
        if let Some(Format { format: found, .. }) = format_of(&file)
            && found != FORMAT_VERSION
            && (content.is_ok() || serde_json::from_slice::<Format>(&file).is_ok())
        {
            return Err(IndexError::Version {
                path: dir.into(),
                found,
                expected: FORMAT_VERSION,
            });
        }
        let damaged = |cause| IndexError::Damaged {
            path: path.clone(),
            cause,
        };
        let content = content.map_err(|unsound| damaged(unsound.into()))?;
        let manifest = serde_json::from_slice(content).map_err(|error| damaged(error.into()))?;
        Ok(Some(manifest))
    }

    /// The generation that the manifest in `dir` names, of whatever format it is; `None` where it does
    /// not read.
    pub fn generation(dir: &Path) -> Option<u64> {
        let file = fs::read(dir.join(MANIFEST)).ok()?;
        Some(format_of(&file)?.generation)
    }

    pub fn write(&self, dir: &Path) -> Result<(), IndexError> {
        let path = dir.join(MANIFEST);
        let json = serde_json::to_vec(self).expect("a manifest is plain data");
        write_whole(&path, &sealed(&json)).map_err(IndexError::io(path))
    }
}

/// What the first line of a manifest says.
fn format_of(file: &[u8]) -> Option<Format> {
    let line = file.split(|&byte| byte == b'\n').next()?;
    serde_json::from_slice(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT_VERSION,
            analyzer: "0123456789abcdef0123456789abcdef".into(),
            words: String::new(),
            entities: String::new(),
            mapping: Mapping::default(),
            generation: 0,
        }
    }

    fn told(dir: &Path) -> String {
        match Manifest::read(dir) {
            Ok(manifest) => format!("{manifest:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap(), None);
        manifest().write(dir.path()).unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap(), Some(manifest()));
    }

    #[test]
    fn a_manifest_of_another_format_is_named_whatever_else_it_says() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(MANIFEST);
        let newer = format!("{{\"format\":{},\"more\":[]}}", FORMAT_VERSION + 1);
        let first = b"{\"format\":1,\"analyzer\":\"0\"}".to_vec();
        for (file, format) in [
            (sealed(newer.as_bytes()), FORMAT_VERSION + 1),
            (newer.clone().into_bytes(), FORMAT_VERSION + 1),
            (first, 1),
        ] {
            fs::write(&path, file).unwrap();
            let expected = format!("has format {format}, this version reads {FORMAT_VERSION}");
            assert!(told(dir.path()).contains(&expected), "{}", told(dir.path()));
        }
    }

    #[test]
    fn a_damaged_manifest_is_no_other_format() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(MANIFEST);
        manifest().write(dir.path()).unwrap();
        let file = fs::read(&path).unwrap();
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            assert!(told(dir.path()).contains("is damaged"), "byte {at}");
        }
    }
}
