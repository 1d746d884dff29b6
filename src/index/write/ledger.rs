//! Which files an index has read, and in which state: a journal beside the segments.
//!
//! A commit of the index names how many bytes of the journal belong to it, so both change together:
//! what a killed run wrote after its last commit is cut off by the next.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::index::disk::files::{Seal, sync_folder};
use crate::index::disk::folder::LEDGER;
use crate::index::error::{Elsewhere, IndexError};
use crate::index::record::copy::first_eight;
use crate::index::record::keeper::KeptLine;

/// The coarsest clock of a file system (FAT). A file that changed this shortly before it was read
/// may change again without a new time.
const GRANULARITY: Duration = Duration::from_secs(2);

/// Level of the frames of the journal.
const ZSTD_LEVEL: i32 = 3;

/// A file's path as the ledger's key: bytes that are not UTF-8, and `%`, as `%XX`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct FileKey(String);

impl FileKey {
    pub fn new(path: &Path) -> FileKey {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        if let Some(plain) = path.to_str().filter(|plain| !plain.contains('%')) {
            return FileKey(plain.to_string());
        }
        let mut key = String::new();
        for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
            key.push_str(&chunk.valid().replace('%', "%25"));
            chunk
                .invalid()
                .iter()
                .for_each(|byte| key.push_str(&format!("%{byte:02X}")));
        }
        FileKey(key)
    }

    /// The path, absolute.
    pub fn path(&self) -> PathBuf {
        let mut bytes = Vec::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some((before, escaped)) = rest.split_once('%') {
            bytes.extend_from_slice(before.as_bytes());
            let (digits, after) = escaped.split_at(escaped.floor_char_boundary(2));
            bytes.extend(u8::from_str_radix(digits, 16).ok());
            rest = after;
        }
        bytes.extend_from_slice(rest.as_bytes());
        path_of(bytes)
    }

    /// The key as a number, which the documents of the file carry.
    pub fn hash(&self) -> u64 {
        first_eight(blake3::hash(self.0.as_bytes()).as_bytes())
    }

    /// Whether the file is `root` or lies below it.
    pub fn is_below(&self, root: &FileKey) -> bool {
        let root = root.0.trim_end_matches(std::path::MAIN_SEPARATOR);
        let rest = self.0.strip_prefix(root);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(std::path::MAIN_SEPARATOR))
    }
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// Elsewhere the bytes of a path are those of its text, but for lone surrogates.
#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The outer state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub modified: i64,
    /// The file changed so shortly before it was read that the time may not tell a later change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    racy: bool,
}

impl Stamp {
    /// The stamp of a file that is read now.
    pub fn of(path: &Path) -> std::io::Result<Stamp> {
        let now = SystemTime::now();
        let metadata = std::fs::metadata(path)?;
        let modified = metadata.modified()?;
        Ok(Stamp {
            size: metadata.len(),
            modified: nanoseconds(modified),
            // A time so late that there is none after it has not passed, either.
            racy: modified
                .checked_add(GRANULARITY)
                .is_none_or(|settled| settled >= now),
        })
    }

    /// The stamp of a file that is to be read again whatever its time says.
    pub fn in_doubt(self) -> Stamp {
        Stamp { racy: true, ..self }
    }

    /// Whether a file with stamp `now` is surely the one that had this stamp.
    pub fn proves_unchanged(&self, now: &Stamp) -> bool {
        !self.racy && (self.size, self.modified) == (now.size, now.modified)
    }
}

fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(error) => i64::try_from(error.duration().as_nanos()).map_or(i64::MIN, |before| -before),
    }
}

/// What the ledger knows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub stamp: Stamp,
    /// Hash of the content of a post; 0 for a file of lines, whose lines are hashed one by one.
    pub content: u64,
    /// The index may have copies of lines that the file no longer has: it is read again when pruning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpruned: bool,
}

impl Entry {
    /// That of a file of which the index has a part.
    pub fn of_a_part(stamp: Stamp) -> Entry {
        Entry {
            stamp: stamp.in_doubt(),
            content: 0,
            unpruned: true,
        }
    }

    /// Whether a file was in the same state when it had the other entry.
    fn is_of_same_state(&self, other: &Entry) -> bool {
        (self.stamp, self.content) == (other.stamp, other.content)
    }
}

/// One line of the journal: a file was read (`Some`) or is gone (`None`).
type Line = (FileKey, Option<Entry>);

/// The files an index has read.
pub(crate) struct Ledger {
    /// As of the start of the run; shared with the thread that reads files.
    known: Arc<FxHashMap<FileKey, Entry>>,
    /// Since the last commit.
    fresh: Vec<Line>,
    journal: Option<Journal>,
    /// Of a ledger that is kept elsewhere: what was appended and not yet taken.
    elsewhere: Option<Vec<Line>>,
}

struct Journal {
    path: PathBuf,
    file: File,
    /// What was appended, and may belong to a commit.
    seal: Seal,
}

impl Ledger {
    /// A ledger that lives as long as its index in memory does.
    pub fn in_memory() -> Ledger {
        Ledger {
            known: Arc::default(),
            fresh: Vec::new(),
            journal: None,
            elsewhere: None,
        }
    }

    /// A ledger that is kept elsewhere and has these lines there.
    pub fn of_lines(lines: Vec<String>) -> Result<Ledger, IndexError> {
        let mut known = FxHashMap::default();
        for line in lines {
            let line: Line = serde_json::from_str(&line).map_err(|cause| {
                Elsewhere(format!("a line of the ledger does not read: {cause}"))
            })?;
            if let (file, Some(entry)) = line {
                known.insert(file, entry);
            }
        }
        Ok(Ledger {
            known: Arc::new(known),
            elsewhere: Some(Vec::new()),
            ..Ledger::in_memory()
        })
    }

    /// What is to be kept elsewhere of what was appended.
    pub fn take_lines(&mut self) -> Vec<KeptLine> {
        let lines = self.elsewhere.as_mut().map(std::mem::take);
        let lines = lines.unwrap_or_default().into_iter();
        let kept = lines.map(|line| {
            let is_there = line.1.is_some();
            let written = serde_json::to_string(&line).expect("a line is plain data");
            (line.0.hash(), is_there.then_some(written))
        });
        kept.collect()
    }

    /// Opens the ledger of the index in `dir`, of which `committed` belongs to the last commit; what
    /// is behind that is cut off.
    pub fn open(dir: &Path, committed: Seal) -> Result<Ledger, IndexError> {
        let path = dir.join(LEDGER);
        let options = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let mut file = options.map_err(IndexError::io(&path))?;
        let known = read(&mut file, committed).map_err(|cause| IndexError::Damaged {
            path: path.clone(),
            cause,
        })?;
        let mut journal = Journal {
            path,
            file,
            seal: committed,
        };
        journal
            .cut()
            .and_then(|()| journal.file.sync_data())
            .and_then(|()| sync_folder(dir))
            .map_err(IndexError::io(&journal.path))?;
        Ok(Ledger {
            known: Arc::new(known),
            fresh: Vec::new(),
            journal: Some(journal),
            elsewhere: None,
        })
    }

    /// The files that the ledger of the index in `dir` knows, if it is what the last commit says.
    pub fn check(dir: &Path, committed: Seal) -> Result<FxHashMap<FileKey, Entry>, Cause> {
        match File::open(dir.join(LEDGER)) {
            Ok(mut file) => read(&mut file, committed),
            // The first writer makes it.
            Err(error) if error.kind() == ErrorKind::NotFound && committed.bytes == 0 => {
                Ok(FxHashMap::default())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The files as of the start of the run.
    pub fn known(&self) -> Arc<FxHashMap<FileKey, Entry>> {
        Arc::clone(&self.known)
    }

    /// Notes that a file was read, or (`None`) that it is gone.
    pub fn note(&mut self, file: FileKey, entry: Option<Entry>) {
        self.fresh.push((file, entry));
    }

    /// Whether there is anything to append.
    pub fn has_news(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// Appends what is fresh and makes it durable; returns what the commit shall name.
    pub fn append(&mut self) -> Result<Seal, IndexError> {
        let fresh = std::mem::take(&mut self.fresh);
        self.append_lines(fresh)
    }

    /// Appends only that the files which are fresh are known, for a commit that has a part of them: a
    /// copy whose file the ledger does not know would never be pruned.
    pub fn append_names(&mut self) -> Result<Seal, IndexError> {
        let mut lines = Vec::new();
        for (file, entry) in &self.fresh {
            let Some(entry) = entry else { continue };
            let known = self.known.get(file);
            if known.is_none_or(|known| !known.is_of_same_state(entry)) {
                lines.push((file.clone(), Some(Entry::of_a_part(entry.stamp))));
            }
        }
        self.append_lines(lines)
    }

    fn append_lines(&mut self, lines: Vec<Line>) -> Result<Seal, IndexError> {
        if let (Some(journal), false) = (&mut self.journal, lines.is_empty()) {
            journal
                .append(&lines)
                .map_err(IndexError::io(&journal.path))?;
        }
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.extend_from_slice(&lines);
        }
        let known = Arc::make_mut(&mut self.known);
        for (file, entry) in lines {
            match entry {
                Some(entry) => known.insert(file, entry),
                None => known.remove(&file),
            };
        }
        let journal = self.journal.as_ref();
        Ok(journal.map_or_else(Seal::default, |journal| journal.seal))
    }
}

impl Journal {
    /// Cuts off what is behind the sealed part: a killed run, or a full disk, may have left it.
    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.seal.bytes)?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    fn append(&mut self, lines: &[Line]) -> std::io::Result<()> {
        let mut frame = zstd::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
        for line in lines {
            serde_json::to_writer(&mut frame, line)?;
            frame.write_all(b"\n")?;
        }
        let frame = frame.finish()?;
        self.cut()?;
        self.file.write_all(&frame)?;
        self.file.sync_data()?;
        self.seal = self.seal.and(&frame);
        Ok(())
    }
}

/// The state that the sealed part of a journal leads to.
fn read(file: &mut File, seal: Seal) -> Result<FxHashMap<FileKey, Entry>, Cause> {
    let mut journal = Vec::new();
    file.take(seal.bytes).read_to_end(&mut journal)?;
    if (journal.len() as u64) < seal.bytes {
        return Err(format!("{} of {} bytes are there", journal.len(), seal.bytes).into());
    }
    if Seal::default().and(&journal) != seal {
        return Err("its checksum is not that of the last commit".into());
    }
    replay(&journal)
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The state that a journal leads to.
fn replay(journal: &[u8]) -> Result<FxHashMap<FileKey, Entry>, Cause> {
    let mut known = FxHashMap::default();
    let lines = if journal.is_empty() {
        Vec::new()
    } else {
        zstd::decode_all(journal)?
    };
    for line in lines
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let (file, entry): Line = serde_json::from_slice(line)?;
        match entry {
            Some(entry) => known.insert(file, entry),
            None => known.remove(&file),
        };
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(size: u64) -> Entry {
        Entry {
            stamp: Stamp {
                size,
                modified: 7,
                racy: false,
            },
            content: 9,
            unpruned: false,
        }
    }

    fn key(path: &str) -> FileKey {
        FileKey::new(Path::new(path))
    }

    #[test]
    fn what_was_appended_but_not_committed_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), Seal::default()).unwrap();
        ledger.note(key("/a"), Some(entry(1)));
        ledger.note(key("/b"), Some(entry(2)));
        let committed = ledger.append().unwrap();
        ledger.note(key("/a"), None);
        ledger.append().unwrap();
        drop(ledger);

        let ledger = Ledger::open(dir.path(), committed).unwrap();
        assert_eq!(ledger.known().get(&key("/a")), Some(&entry(1)));
        assert_eq!(ledger.known().len(), 2);
        assert_eq!(
            std::fs::metadata(dir.path().join(LEDGER)).unwrap().len(),
            committed.bytes
        );
    }

    #[test]
    fn files_that_went_and_files_that_changed_are_replayed() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), Seal::default()).unwrap();
        for (path, entry) in [
            ("/a", Some(entry(1))),
            ("/b", Some(entry(2))),
            ("/a", Some(entry(3))),
            ("/b", None),
        ] {
            ledger.note(key(path), entry);
            ledger.append().unwrap();
        }
        let committed = ledger.append().unwrap();
        let known = Ledger::open(dir.path(), committed).unwrap().known();
        assert_eq!(known.get(&key("/a")), Some(&entry(3)));
        assert_eq!(known.len(), 1);
    }

    #[test]
    fn a_file_of_which_there_is_a_part_is_known_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), Seal::default()).unwrap();
        ledger.note(key("/old"), Some(entry(1)));
        ledger.append().unwrap();
        let pruned = Entry {
            unpruned: true,
            ..entry(1)
        };
        ledger.note(key("/old"), Some(pruned));
        ledger.note(key("/new"), Some(entry(2)));
        ledger.note(key("/gone"), None);
        let part = ledger.append_names().unwrap();
        let known = Ledger::open(dir.path(), part).unwrap().known();
        assert_eq!(known.get(&key("/old")), Some(&entry(1)));
        assert!(!known[&key("/new")].stamp.proves_unchanged(&entry(2).stamp));
        let whole = ledger.append().unwrap();
        let known = Ledger::open(dir.path(), whole).unwrap().known();
        assert_eq!(known.get(&key("/old")), Some(&pruned));
        assert_eq!(known.get(&key("/new")), Some(&entry(2)));
    }

    #[test]
    fn a_changed_journal_is_damage_not_another_ledger() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), Seal::default()).unwrap();
        ledger.note(key("/a"), Some(entry(1)));
        let committed = ledger.append().unwrap();
        drop(ledger);
        let path = dir.path().join(LEDGER);
        let bytes = std::fs::read(&path).unwrap();
        let is_damaged = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let opened = Ledger::open(dir.path(), committed);
            Ledger::check(dir.path(), committed).is_err()
                && matches!(opened, Err(IndexError::Damaged { .. }))
        };
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(is_damaged(&changed), "byte {at}");
            assert!(is_damaged(&bytes[..at]), "cut at {at}");
        }
        assert!(!is_damaged(&bytes));
    }

    #[test]
    #[cfg(unix)]
    fn a_key_leads_back_to_its_path() {
        use std::os::unix::ffi::OsStrExt;
        for name in [
            &b"/a/b.md"[..],
            b"/\xFF%41\xE4.md",
            "/云%/%%汐".as_bytes(),
            b"/%",
        ] {
            let path = Path::new(std::ffi::OsStr::from_bytes(name));
            assert_eq!(FileKey::new(path).path(), path);
        }
    }

    #[test]
    fn a_key_lies_below_its_folders_only() {
        assert!(key("/a/b/c.md").is_below(&key("/a/b")));
        assert!(key("/a/b").is_below(&key("/a/b/")));
        assert!(!key("/a/bc").is_below(&key("/a/b")));
        assert!(key("/a%b").is_below(&key("/a%b")));
    }

    #[test]
    fn a_file_that_changed_as_it_was_read_is_never_taken_for_unchanged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("post.md");
        std::fs::write(&path, "甲").unwrap();
        let stamp = Stamp::of(&path).unwrap();
        assert!(stamp.racy && !stamp.proves_unchanged(&stamp));
        let old = SystemTime::now() - Duration::from_secs(60);
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(old)
            .unwrap();
        let stamp = Stamp::of(&path).unwrap();
        assert!(stamp.proves_unchanged(&stamp));
    }
}
