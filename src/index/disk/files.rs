//! Files that are there whole or not at all, and the line that seals a small one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// How the last line of a sealed file begins; its checksum follows in eight digits.
const SEAL: &str = "\ncrc32 ";
/// Bytes of that line, with both line breaks.
const SEAL_LENGTH: usize = SEAL.len() + 8 + 1;

/// Bytes of a file that are read at once.
const CHUNK: usize = 1 << 20;

/// Length and checksum of what a file holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    pub bytes: u64,
    pub crc32: u32,
}

impl Seal {
    /// The seal of a whole file, which is read in pieces.
    pub fn of(mut file: File) -> io::Result<Seal> {
        let mut chunk = vec![0; CHUNK];
        let mut seal = Seal::default();
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok(seal),
                read => seal = seal.and(&chunk[..read]),
            }
        }
    }

    /// The seal of what was sealed, and these bytes behind it.
    pub fn and(self, more: &[u8]) -> Seal {
        let mut checksum = crc32fast::Hasher::new_with_initial_len(self.crc32, self.bytes);
        checksum.update(more);
        Seal {
            bytes: self.bytes + more.len() as u64,
            crc32: checksum.finalize(),
        }
    }
}

/// Seals what passes through.
pub(crate) struct Sealing<W> {
    out: W,
    seal: Seal,
}

impl<W: Write> Sealing<W> {
    fn new(out: W) -> Sealing<W> {
        Sealing {
            out,
            seal: Seal::default(),
        }
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.seal = self.seal.and(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Why the content of a file cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsound {
    /// The last line is no seal.
    #[error("the checksum is missing")]
    Unsealed,
    /// The seal is not that of the content.
    #[error("the checksum does not agree with the content")]
    Changed,
}

/// The content with a last line that seals it.
pub(crate) fn sealed(content: &[u8]) -> Vec<u8> {
    let seal = format!("{SEAL}{:08x}\n", crc32fast::hash(content));
    [content, seal.as_bytes()].concat()
}

/// The content of a sealed file.
pub(crate) fn unsealed(file: &[u8]) -> Result<&[u8], Unsound> {
    let length = file.len().checked_sub(SEAL_LENGTH);
    let (content, seal) = file.split_at(length.ok_or(Unsound::Unsealed)?);
    match sealed(content).ends_with(seal) {
        true => Ok(content),
        false if seal.starts_with(SEAL.as_bytes()) => Err(Unsound::Changed),
        false => Err(Unsound::Unsealed),
    }
}

/// Writes a file so that it is there whole or not at all, and stays after a loss of power.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// The same of a file that is written piece by piece; returns its seal.
pub(crate) fn write_whole_by(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<Sealing<&File>>) -> io::Result<()>,
) -> io::Result<Seal> {
    let mut seal = Seal::default();
    replace_by(path, |file| {
        let mut out = BufWriter::new(Sealing::new(file));
        write(&mut out)?;
        out.flush()?;
        seal = out.get_ref().seal;
        Ok(())
    })?;
    path.parent().map_or(Ok(()), sync_folder)?;
    Ok(seal)
}

/// Writes a file so that it is as it is now or as it was: which of the two, a loss of power decides.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_by(path, |mut file| file.write_all(bytes))
}

fn replace_by(path: &Path, write: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
    let draft = path.with_extension("new");
    let written = File::create(&draft).and_then(|file| {
        write(&file)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&draft, path)) {
        // What matters is why it could not be written; the draft only takes room.
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    Ok(())
}

/// Makes a folder, and those above it, so that a loss of power does not take it away.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    create_folder(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        created => created.and_then(|()| sync_folder(parent)),
    }
}

/// Makes the names in a folder durable. Windows has no such call, and needs none.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    match cfg!(windows) {
        true => Ok(()),
        false => File::open(path)?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_sealed_file_is_seen() {
        let file = sealed(b"{\"format\":7}");
        assert_eq!(unsealed(&file), Ok(&b"{\"format\":7}"[..]));
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut changed = file.clone();
                changed[at] ^= 1 << bit;
                assert!(unsealed(&changed).is_err(), "bit {bit} of byte {at}");
            }
            assert!(unsealed(&file[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_seal_grows_with_its_file() {
        let whole = Seal::default().and(b"abcdef");
        assert_eq!(Seal::default().and(b"abc").and(b"").and(b"def"), whole);
        assert_ne!(Seal::default().and(b"abd").and(b"def"), whole);
    }

    #[test]
    fn a_file_that_is_written_in_pieces_has_the_seal_of_the_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file.table");
        let seal = write_whole_by(&path, |out| {
            out.write_all(b"abc")?;
            out.write_all(&[b'd'; 100_000])
        });
        let content = fs::read(&path).unwrap();
        assert_eq!(seal.unwrap(), Seal::default().and(&content));
        assert!(content.starts_with(b"abcd") && content.len() == 100_003);
        let failed = write_whole_by(&path, |out| {
            out.write_all(b"other")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), content, "stays as it was");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no draft");
    }

    #[test]
    fn a_folder_is_made_with_those_above_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/c");
        create_folder(&path).unwrap();
        create_folder(&path).unwrap();
        assert!(path.is_dir());
        fs::write(path.join("file"), "").unwrap();
        assert!(create_folder(&path.join("file")).is_err());
    }
}
