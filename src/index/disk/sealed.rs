//! The folder of the segments, in which every file is sealed: what is read is what was written.
//!
//! The engine's own checksums do not tell a file that is missing or that is another segment's, and
//! its lists have none. Here `meta.json`, which makes a commit, names the length and the checksum of
//! every file that belongs to it, and is sealed itself, as is the list of all files. Lists are
//! checked whenever they are read, lengths and the ends of files whenever one is opened, and
//! checksums by `newsearch check`, and by a writer of what is about to be merged and of the lists of
//! deleted documents, so that damage never gets into a new segment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use same_file::Handle;
use serde::{Deserialize, Serialize};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, META_LOCK,
    MmapDirectory, TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};

use super::files::{self, Seal, Unsound};

/// The list that makes a commit.
pub(in crate::index) const META: &str = "meta.json";
/// The list of all files that the engine made and has not removed.
pub(in crate::index) const MANAGED: &str = ".managed.json";

/// The files of a commit.
type Seals = BTreeMap<PathBuf, FileSeal>;

/// What is known of a file that nobody writes any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct FileSeal {
    #[serde(flatten)]
    whole: Seal,
    /// Checksum of its last [`END`] bytes.
    end: u32,
}

/// By the last bytes of a file the engine knows where everything else in it is, and takes memory for
/// it: a bit that changed there may stand for more than there is.
const END: usize = 1 << 10;

/// A folder of segments; clones share what they know.
#[derive(Debug, Clone)]
pub(in crate::index) struct SealedDirectory {
    files: MmapDirectory,
    root: PathBuf,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Of every file that a commit which was read names, or that was written here.
    seals: Seals,
    /// Files whose checksum was compared, or that were written here.
    verified: BTreeSet<PathBuf>,
    /// Segments that are about to be merged: nothing of them is read unverified.
    merging: BTreeSet<String>,
    /// The first file that was found to be damaged.
    damaged: Option<PathBuf>,
    /// There is a writer.
    writing: bool,
    /// The lock that the writer holds.
    lock: Option<Arc<Handle>>,
    /// The first file that could not be written, and why.
    failure: Option<(PathBuf, io::Error)>,
}

/// The folder was exchanged under its writer: at the path of the lock there is another file, or none.
#[derive(Debug, thiserror::Error)]
#[error("the folder is no longer the one that is locked")]
struct Exchanged;

/// Whether this is why a file was not written.
pub(in crate::index) fn is_exchanged(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<Exchanged>())
}

impl Known {
    /// Whether what is in a file is about to be written into another one.
    fn gets_into_another(&self, path: &Path) -> bool {
        let name = path.to_string_lossy();
        let segment = name.split('.').next().unwrap_or_default();
        self.writing && (name.ends_with(".del") || self.merging.contains(segment))
    }

    /// Notes a failure: the engine tells that something failed, and often not what.
    fn note(&mut self, path: &Path, error: &io::Error) {
        if self.failure.is_none() {
            let error = match error.raw_os_error() {
                _ if is_exchanged(error) => io::Error::other(Exchanged),
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(error.kind(), error.to_string()),
            };
            self.failure = Some((path.into(), error));
        }
    }
}

/// What `meta.json` says of its segments, as far as their files are concerned.
#[derive(Deserialize)]
struct Meta {
    segments: Vec<SegmentMeta>,
}

#[derive(Deserialize)]
struct SegmentMeta {
    segment_id: String,
    deletes: Option<Deletes>,
}

#[derive(Deserialize)]
struct Deletes {
    opstamp: u64,
}

impl SealedDirectory {
    /// The folder at `root`, which must be there.
    pub fn open(root: &Path) -> tantivy::Result<SealedDirectory> {
        Ok(SealedDirectory {
            files: MmapDirectory::open(root)?,
            root: root.into(),
            known: Arc::default(),
        })
    }

    /// The files of the last commit, opened together so that none is removed meanwhile.
    pub fn open_all(&self) -> Result<Vec<(PathBuf, Seal, io::Result<File>)>, OpenReadError> {
        let _none_is_removed = self.acquire_lock(&META_LOCK);
        let (_, seals) = self.read_meta()?;
        let files = seals.into_iter().map(|(path, seal)| {
            let file = File::open(self.root.join(&path));
            (path, seal.whole, file)
        });
        Ok(files.collect())
    }

    /// The first file that could not be written since this was asked last, and why.
    pub fn take_failure(&self) -> Option<(PathBuf, io::Error)> {
        self.known().failure.take()
    }

    /// The segment with this id is about to be merged: its files are compared with their checksums
    /// before they are read.
    pub fn will_merge(&self, segment: &str) {
        let mut known = self.known();
        if !known.merging.contains(segment) {
            known.merging.insert(segment.into());
        }
    }

    /// The first file that was found to be damaged since this was asked last.
    pub fn take_damaged(&self) -> Option<PathBuf> {
        self.known().damaged.take()
    }

    /// Whether the folder at the path is still the one that is locked; before anything is written or
    /// removed there.
    ///
    /// # Errors
    /// When it is not.
    pub fn assert_locked(&self) -> io::Result<()> {
        let Some(held) = self.known().lock.clone() else {
            return Ok(());
        };
        match Handle::from_path(self.root.join(&INDEX_WRITER_LOCK.filepath)) {
            Ok(found) if found == *held => Ok(()),
            _ => Err(io::Error::other(Exchanged)),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the engine wrote into `meta.json`, and the seals behind it.
    fn read_meta(&self) -> Result<(Vec<u8>, Seals), OpenReadError> {
        let path = Path::new(META);
        let file = self.files.atomic_read(path)?;
        let content = files::unsealed(&file).map_err(|unsound| unreadable(path, unsound))?;
        let Some(place) = content.iter().rposition(|&byte| byte == b'\n') else {
            return Err(unreadable(path, Unsound::Unsealed));
        };
        let (meta, seals) = content.split_at(place);
        let seals = serde_json::from_slice(seals)
            .map_err(|error| OpenReadError::wrap_io_error(error.into(), path.into()))?;
        Ok((meta.to_vec(), seals))
    }

    /// `meta.json` as it is written: what the engine says, and the seals of the files it names.
    fn with_seals(&self, meta: &[u8]) -> io::Result<Vec<u8>> {
        let Meta { segments } = serde_json::from_slice(meta)?;
        let belongs = |path: &Path| segments.iter().any(|segment| segment.has(path));
        let known = self.known();
        let seals: BTreeMap<_, _> = known
            .seals
            .iter()
            .filter(|(path, _)| belongs(path))
            .collect();
        let mut content = meta.trim_ascii_end().to_vec();
        content.push(b'\n');
        serde_json::to_writer(&mut content, &seals)?;
        Ok(content)
    }

    /// Compares an opened file with its seal: the length and the end always; the checksum once, and
    /// only where it is about to get into another file.
    fn compare(&self, path: &Path, file: &dyn FileHandle) -> Result<(), OpenReadError> {
        let (seal, verify) = {
            let known = self.known();
            let verify = known.gets_into_another(path) && !known.verified.contains(path);
            (known.seals.get(path).copied(), verify)
        };
        let Some(seal) = seal else { return Ok(()) };
        let checksum = |start: usize| {
            let bytes = file.read_bytes(start..file.len());
            let bytes = bytes.map_err(|error| OpenReadError::wrap_io_error(error, path.into()))?;
            Ok::<u32, OpenReadError>(crc32fast::hash(&bytes))
        };
        if file.len() as u64 != seal.whole.bytes
            || checksum(file.len().saturating_sub(END))? != seal.end
            || verify && checksum(0)? != seal.whole.crc32
        {
            self.known().damaged.get_or_insert_with(|| path.into());
            return Err(unreadable(path, Unsound::Changed));
        }
        if verify {
            self.known().verified.insert(path.into());
        }
        Ok(())
    }
}

impl SegmentMeta {
    /// Whether a file is one of this segment, in the state of the commit.
    fn has(&self, path: &Path) -> bool {
        let name = path.to_string_lossy();
        let Some((stem, extension)) = name.split_once('.') else {
            return false;
        };
        let is_of_state = match extension.strip_suffix(".del") {
            Some(opstamp) => {
                let deletes = self.deletes.as_ref();
                deletes.is_some_and(|deletes| deletes.opstamp.to_string() == opstamp)
            }
            None => !extension.ends_with(".temp"),
        };
        is_of_state && self.segment_id.replace('-', "") == stem
    }
}

fn unreadable(path: &Path, unsound: Unsound) -> OpenReadError {
    let error = io::Error::new(io::ErrorKind::InvalidData, unsound);
    OpenReadError::wrap_io_error(error, path.into())
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.files.get_file_handle(path)?;
        self.compare(path, &*file)?;
        Ok(file)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.assert_locked().map_err(|error| DeleteError::IoError {
            io_error: Arc::new(error),
            filepath: path.into(),
        })?;
        self.files.delete(path)?;
        let mut known = self.known();
        known.seals.remove(path);
        known.verified.remove(path);
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        if let Err(error) = self.assert_locked() {
            self.known().note(path, &error);
            return Err(OpenWriteError::wrap_io_error(error, path.into()));
        }
        let file = match self.files.open_write(path) {
            // Names may come again after a run was killed. What no commit names is of such a run.
            Err(OpenWriteError::FileAlreadyExists(_)) if !self.known().seals.contains_key(path) => {
                self.files
                    .delete(path)
                    .map_err(|error| OpenWriteError::IoError {
                        io_error: Arc::new(io::Error::other(error)),
                        filepath: path.into(),
                    })?;
                self.files.open_write(path)
            }
            opened => opened,
        };
        let file = file.inspect_err(|error| {
            if let OpenWriteError::IoError { io_error, .. } = error {
                self.known().note(path, io_error);
            }
        })?;
        Ok(io::BufWriter::new(Box::new(SealingWriter {
            file,
            path: path.into(),
            seal: Seal::default(),
            end: Vec::with_capacity(END),
            known: Arc::clone(&self.known),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(META) {
            let (meta, seals) = self.read_meta()?;
            self.known().seals.extend(seals);
            return Ok(meta);
        }
        let file = self.files.atomic_read(path)?;
        let content = files::unsealed(&file).map_err(|unsound| unreadable(path, unsound))?;
        Ok(content.to_vec())
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let file = self.root.join(path);
        let written = match path == Path::new(META) {
            _ if self.assert_locked().is_err() => Err(io::Error::other(Exchanged)),
            // The engine removes what a commit replaced as soon as this returns.
            true => files::write_whole(&file, &files::sealed(&self.with_seals(data)?)),
            false => files::replace(&file, &files::sealed(data)),
        };
        written.inspect_err(|error| self.known().note(path, error))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files
            .sync_directory()
            .inspect_err(|error| self.known().note(Path::new(""), error))
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            let held = lock_for_writing(&self.root)?;
            let handle = held.0.try_clone().and_then(Handle::from_file);
            let handle = handle.map_err(LockError::wrap_io_error)?;
            let mut known = self.known();
            known.writing = true;
            known.lock = Some(Arc::new(handle));
            drop(known);
            return Ok(DirectoryLock::from(Box::new(held)));
        }
        match self.files.acquire_lock(lock) {
            // Where nothing can be written nothing is removed: a reader needs no lock.
            Err(LockError::IoError(error)) if is_read_only(&error) => {
                Ok(DirectoryLock::from(Box::new(())))
            }
            result => result,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// The lock of an index for writing, until it is dropped. A process that dies lets go of its locks.
pub(in crate::index) struct WriterLock(File);

impl Drop for WriterLock {
    /// Closing the file is not enough: a process that this one starts meanwhile, for whatever end,
    /// has the file open for a moment too, and would keep the lock.
    fn drop(&mut self) {
        // What cannot be unlocked is closed, which is the same a moment later.
        let _ = self.0.unlock();
    }
}

/// Locks the folder of segments at `root` for writing, and writes into the lock who holds it.
pub(in crate::index) fn lock_for_writing(root: &Path) -> Result<WriterLock, LockError> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(root.join(&INDEX_WRITER_LOCK.filepath))
        .map_err(LockError::wrap_io_error)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(LockError::LockBusy),
        Err(TryLockError::Error(error)) => return Err(LockError::wrap_io_error(error)),
    }
    // The lock holds whether or not its holder can be told to others: a full disk does not matter.
    let _ = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(this_process().as_bytes()));
    Ok(WriterLock(file))
}

/// Who holds the lock of the folder of segments at `root`, as it wrote there.
pub(in crate::index) fn lock_holder(root: &Path) -> String {
    let mut holder = String::new();
    let file = File::open(root.join(&INDEX_WRITER_LOCK.filepath));
    let read = file.and_then(|file| file.take(200).read_to_string(&mut holder));
    match read {
        Ok(bytes) if bytes > 0 => holder,
        _ => "another process".into(),
    }
}

fn this_process() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => String::new(),
        host => format!(" on {host}"),
    };
    let since = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S");
    format!("process {}{host} since {since} UTC", std::process::id())
}

/// Writes a file and seals it at its end.
struct SealingWriter {
    file: WritePtr,
    path: PathBuf,
    /// Of what was written so far.
    seal: Seal,
    /// The last [`END`] bytes of it.
    end: Vec<u8>,
    known: Arc<Mutex<Known>>,
}

impl SealingWriter {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for SealingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        let written = written.inspect_err(|error| self.known().note(&self.path, error))?;
        let bytes = &bytes[..written];
        self.seal = self.seal.and(bytes);
        let end = &bytes[bytes.len().saturating_sub(END)..];
        let surplus = (self.end.len() + end.len()).saturating_sub(END);
        self.end.drain(..surplus);
        self.end.extend_from_slice(end);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        flushed.inspect_err(|error| self.known().note(&self.path, error))
    }
}

impl TerminatingWrite for SealingWriter {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        let written = self.file.terminate_ref(token);
        let mut known = self.known();
        written.inspect_err(|error| known.note(&self.path, error))?;
        let seal = FileSeal {
            whole: self.seal,
            end: crc32fast::hash(&self.end),
        };
        known.seals.insert(self.path.clone(), seal);
        known.verified.insert(self.path.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const META_OF_A: &[u8] = br#"{"segments":[{"segment_id":"a","deletes":{"opstamp":7}}]}"#;

    fn write(directory: &SealedDirectory, name: &str, content: &[u8]) {
        let mut file = directory.open_write(Path::new(name)).unwrap();
        file.write_all(content).unwrap();
        file.terminate().unwrap();
    }

    /// More than is written at once, and no multiple of it.
    fn long() -> Vec<u8> {
        (0..20_011_u32).map(|number| number as u8).collect()
    }

    /// A folder with a commit of three files, and some that belong to none.
    fn committed() -> (tempfile::TempDir, SealedDirectory) {
        let dir = tempfile::tempdir().unwrap();
        let directory = SealedDirectory::open(dir.path()).unwrap();
        for name in ["a.7.del", "a.6.del", "a.store.temp", "b.idx"] {
            write(&directory, name, name.as_bytes());
        }
        write(&directory, "a.idx", &long());
        write(&directory, "a.store", "云汐租赁".as_bytes());
        directory.atomic_write(Path::new(META), META_OF_A).unwrap();
        let directory = SealedDirectory::open(dir.path()).unwrap();
        (dir, directory)
    }

    #[test]
    fn a_commit_names_its_files_and_no_others() {
        let (_dir, directory) = committed();
        let meta = directory.atomic_read(Path::new(META)).unwrap();
        assert_eq!(meta, META_OF_A, "the engine reads what it wrote");
        let (_, seals) = directory.read_meta().unwrap();
        let names: Vec<_> = seals.keys().map(|name| name.to_string_lossy()).collect();
        assert_eq!(names, ["a.7.del", "a.idx", "a.store"]);
        assert_eq!(seals[Path::new("a.store")].whole.bytes, 12);
    }

    #[test]
    fn a_file_of_another_length_is_not_opened_and_a_changed_one_is_not_merged() {
        let (dir, directory) = committed();
        directory.atomic_read(Path::new(META)).unwrap();
        fs::write(dir.path().join("a.store"), "云汐").unwrap();
        assert!(directory.open_read(Path::new("a.store")).is_err());
        let changed = |place: usize| {
            let mut bytes = long();
            bytes[place] ^= 1;
            fs::write(dir.path().join("a.idx"), bytes).unwrap();
            directory.open_read(Path::new("a.idx")).is_err()
        };
        let length = long().len();
        assert!(changed(length - 1) && changed(length - END) && !changed(length - END - 1));
        let _lock = directory.acquire_lock(&INDEX_WRITER_LOCK).unwrap();
        assert!(!changed(length - END - 1));
        directory.will_merge("a");
        directory.take_damaged();
        assert!(changed(length - END - 1));
        assert_eq!(directory.take_damaged(), Some("a.idx".into()));
        assert!(directory.open_read(Path::new("a.7.del")).is_ok());
    }

    #[test]
    fn what_a_killed_run_left_does_not_stop_the_next() {
        let (_dir, directory) = committed();
        directory.atomic_read(Path::new(META)).unwrap();
        write(&directory, "a.6.del", b"anew");
        for sealed in ["a.6.del", "a.7.del"] {
            assert!(
                matches!(
                    directory.open_write(Path::new(sealed)),
                    Err(OpenWriteError::FileAlreadyExists(_))
                ),
                "{sealed} is in use"
            );
        }
    }

    /// As when another process was started while the lock was held.
    #[test]
    fn a_lock_ends_with_its_holder_though_the_file_is_open_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock_for_writing(dir.path()).unwrap();
        let elsewhere = held.0.try_clone().unwrap();
        assert!(lock_for_writing(dir.path()).is_err());
        drop(held);
        assert!(lock_for_writing(dir.path()).is_ok());
        drop(elsewhere);
    }
}
