//! A generation that begins as what another one is.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::files::sync_folder;
use super::folder::{
    ENTITIES, LEDGER, LISTS, LOCKS, SEGMENTS, hashed_files, is_segment_file, reprint_tables,
};
use crate::index::error::IndexError;

/// Gives the generation in `next`, whose folders are there, the files of the one in `old`, but for what texts are
/// cut with. What is never changed once it is written, as are the segments, is the same file under
/// another name where the file system has that, so that it takes neither time nor room.
///
/// Nobody writes the old one meanwhile. What is there when this returns stays after a loss of power.
///
/// # Errors
/// When a file cannot be read or written.
pub(in crate::index) fn take_over(old: &Path, next: &Path) -> Result<(), IndexError> {
    for (file, hash) in hashed_files(old, ENTITIES)? {
        link(&file, &next.join(format!("{ENTITIES}{hash}")))?;
    }
    for table in reprint_tables(old)? {
        if let Some(name) = table.file_name() {
            link(&table, &next.join(name))?;
        }
    }
    // It grows where it is.
    copy_if_there(&old.join(LEDGER), &next.join(LEDGER))?;
    let (old, next) = (old.join(SEGMENTS), next.join(SEGMENTS));
    for entry in fs::read_dir(&old).map_err(IndexError::io(&old))? {
        let entry = entry.map_err(IndexError::io(&old))?;
        let name = entry.file_name();
        let name_shown = name.to_string_lossy();
        if !is_segment_file(&name_shown) || LOCKS.contains(&&*name_shown) {
            continue;
        }
        match LISTS.contains(&&*name_shown) {
            true => copy_if_there(&entry.path(), &next.join(&name))?,
            false => link(&entry.path(), &next.join(&name))?,
        }
    }
    let home = next.parent().unwrap_or(&next);
    for folder in [&*next, home] {
        sync_folder(folder).map_err(IndexError::io(folder))?;
    }
    Ok(())
}

/// Gives a file another name, or copies it where that cannot be done.
fn link(from: &Path, to: &Path) -> Result<(), IndexError> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(_) => copy(from, to).map_err(IndexError::io(to)),
    }
}

fn copy_if_there(from: &Path, to: &Path) -> Result<(), IndexError> {
    match copy(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        copied => copied.map_err(IndexError::io(to)),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::options().write(true).open(to)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_linked_and_what_changes_is_copied() {
        let dir = tempfile::tempdir().unwrap();
        let (old, next) = (dir.path().join("old"), dir.path().join("next"));
        let segment = format!("{}.store", "0123456789abcdef".repeat(2));
        let names = [
            "newsearch.ledger",
            "newsearch.reprints.7",
            "newsearch.entities.8",
            "newsearch.words",
            "newsearch.dictionary",
            &format!("segments/{segment}"),
            "segments/meta.json",
            "segments/.managed.json",
            "segments/.tantivy-writer.lock",
            "segments/notes",
        ];
        for home in [&old, &next] {
            fs::create_dir_all(home.join(SEGMENTS)).unwrap();
        }
        for name in names {
            fs::write(old.join(name), "before").unwrap();
        }
        take_over(&old, &next).unwrap();
        for name in names {
            let is_of_both = !["words", "dictionary", ".lock", "notes"]
                .iter()
                .any(|end| name.ends_with(end));
            assert_eq!(next.join(name).is_file(), is_of_both, "{name}");
        }
        for name in ["newsearch.ledger", "segments/meta.json"] {
            fs::write(next.join(name), "after").unwrap();
            assert_eq!(fs::read(old.join(name)).unwrap(), b"before", "{name}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let links = fs::metadata(next.join(SEGMENTS).join(segment))
                .unwrap()
                .nlink();
            assert_eq!(links, 2);
        }
    }
}
