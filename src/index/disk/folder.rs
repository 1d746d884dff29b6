//! The folder of an index: its files beside the segments, what may stand there, and its lock.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use super::files::{Unsound, create_folder, write_whole};
use super::guard::{failure_at, plain};
use super::manifest::{MANIFEST, Manifest};
use super::sealed::{WriterLock, lock_for_writing, lock_holder};
use crate::analysis::{self, Analyzer, UserWords};
use crate::corpus::Mapping;
use crate::index::error::IndexError;
use crate::names::NameTable;

/// The user's words, stored with the index that was built with them.
pub(in crate::index) const WORDS: &str = "newsearch.words";
/// The dictionary, compiled: what the texts of the index were cut with.
pub(in crate::index) const DICTIONARY: &str = "newsearch.dictionary";
/// What one of these files is written as before it takes its name; a killed run may leave it.
const DRAFT: &str = "newsearch.new";
/// How the name of the user's table of securities begins; the hash of its content follows.
pub(in crate::index) const ENTITIES: &str = "newsearch.entities.";
/// How the name of the folder of a generation begins; its number follows.
const GENERATION: &str = "newsearch.generation.";
/// The journal's file name.
pub(in crate::index) const LEDGER: &str = "newsearch.ledger";

/// What the names of the files begin with; the stamp of the commit follows.
pub(in crate::index) const REPRINTS: &str = "newsearch.reprints.";

/// The folder of the segments.
pub(in crate::index) const SEGMENTS: &str = "segments";

/// Where an index is.
pub(in crate::index) struct Place {
    /// The folder of the index.
    pub root: PathBuf,
    pub generation: u64,
    /// The folder of the files of this generation.
    pub home: PathBuf,
}

impl Place {
    pub fn of(root: &Path, generation: u64) -> Place {
        Place {
            root: root.into(),
            generation,
            home: home(root, generation),
        }
    }
}

/// The files in `dir` that change with each commit, and when the index is built anew.
#[cfg(feature = "server")]
pub(crate) fn commit_files(dir: &Path) -> [PathBuf; 2] {
    let home = home(dir, Manifest::generation(dir).unwrap_or_default());
    [dir.join(MANIFEST), home.join(SEGMENTS).join("meta.json")]
}

/// Where the files of an index in `dir` are: of the first generation there, of those that it was built
/// anew in, in a folder of their own. The manifest says which is the index; to exchange it exchanges
/// the whole index at once.
pub(in crate::index) fn home(dir: &Path, generation: u64) -> PathBuf {
    match generation {
        0 => dir.into(),
        number => dir.join(format!("{GENERATION}{number}")),
    }
}

/// The generation of the index in `dir`. Where the manifest is damaged the last one that is there: it
/// has the words of the user.
pub(in crate::index) fn generation(dir: &Path) -> Result<u64, IndexError> {
    match Manifest::generation(dir) {
        Some(generation) => Ok(generation),
        None if !dir.join(MANIFEST).is_file() => Ok(0),
        None => Ok(generations(dir)?.into_iter().max().unwrap_or(0)),
    }
}

/// The generations that have a folder in `dir`.
pub(in crate::index) fn generations(dir: &Path) -> Result<Vec<u64>, IndexError> {
    let folders = hashed_files(dir, GENERATION)?.into_iter();
    Ok(folders
        .filter_map(|(_, number)| number.parse().ok())
        .collect())
}

/// Removes what is left in `dir` of other generations than this one, which is that of the index; who
/// does so has the lock of it.
pub(in crate::index) fn remove_others(dir: &Path, generation: u64) -> Result<(), IndexError> {
    for other in generations(dir)?.into_iter().chain([0]) {
        if other != generation {
            remove_home(dir, other)?;
        }
    }
    Ok(())
}

/// Removes a generation.
pub(in crate::index) fn remove_home(dir: &Path, generation: u64) -> Result<(), IndexError> {
    let home = home(dir, generation);
    remove_parts(&home)?;
    let segments = home.join(SEGMENTS);
    // A lock that is held cannot be removed everywhere. What is not of an index stays, and so does its
    // folder.
    for name in LOCKS {
        let _ = fs::remove_file(segments.join(name));
    }
    let _ = fs::remove_dir(segments);
    if generation != 0 {
        let _ = fs::remove_dir(home);
    }
    Ok(())
}

/// The analyzer that the manifest of the index in `dir` names.
pub(in crate::index) fn open_analyzer(
    dir: &Path,
    manifest: &Manifest,
) -> Result<Analyzer, IndexError> {
    let home = home(dir, manifest.generation);
    let words = read_words(&home)?;
    if hash_of(words.text().as_bytes()) != manifest.words {
        return Err(IndexError::Damaged {
            path: home.join(WORDS),
            cause: "these are not the words that the index was built with".into(),
        });
    }
    let analyzer = read_analyzer(&home, &words)?;
    match analyzer.identity() == manifest.analyzer {
        true => Ok(analyzer),
        false => Err(IndexError::Analyzer(dir.into())),
    }
}

/// The analyzer over the dictionary in `dir`, which is mapped into memory.
pub(in crate::index) fn read_analyzer(
    dir: &Path,
    words: &UserWords,
) -> Result<Analyzer, IndexError> {
    let path = dir.join(DICTIONARY);
    let image = map(dir, DICTIONARY)?;
    Analyzer::new(image, words).map_err(|cause| IndexError::Damaged {
        path,
        cause: cause.into(),
    })
}

/// Writes what texts are cut with into the folder of a generation: the words of the user, and the
/// dictionary that is compiled with them.
pub(in crate::index) fn write_analyzer(
    home: &Path,
    words: &UserWords,
) -> Result<Analyzer, IndexError> {
    let path = home.join(WORDS);
    if !words.text().is_empty() {
        write_whole(&path, words.text().as_bytes()).map_err(IndexError::io(&path))?;
    }
    let path = home.join(DICTIONARY);
    let image = analysis::compile(words)?;
    write_whole(&path, &image).map_err(IndexError::io(&path))?;
    read_analyzer(home, words)
}

/// A file of the index, mapped into memory.
fn map(dir: &Path, name: &str) -> Result<OwnedBytes, IndexError> {
    let path = dir.join(name);
    let files = MmapDirectory::open(dir).map_err(|cause| failure_at(dir, cause.into()))?;
    let file = files
        .open_read(Path::new(name))
        .map_err(|cause| failure_at(&path, cause.into()))?;
    file.read_bytes().map_err(IndexError::io(&path))
}

/// The names of the user's table; `None` where there is none.
pub(in crate::index) fn open_entities(
    dir: &Path,
    manifest: &Manifest,
) -> Result<Option<NameTable>, IndexError> {
    let file = open_hashed(dir, ENTITIES, &manifest.entities)?;
    Ok(file.map(|lines| NameTable::new(lines, manifest.entities.clone())))
}

/// A file that is named after its content, if it has a name.
fn open_hashed(dir: &Path, kind: &str, hash: &str) -> Result<Option<OwnedBytes>, IndexError> {
    if hash.is_empty() {
        return Ok(None);
    }
    let name = format!("{kind}{hash}");
    let file = map(dir, &name)?;
    match hash_of(&file) == hash {
        true => Ok(Some(file)),
        false => Err(IndexError::Damaged {
            path: dir.join(name),
            cause: Unsound::Changed.into(),
        }),
    }
}

/// Writes a file that is named after its content; returns the hash in the name, for the manifest.
fn write_hashed(dir: &Path, kind: &str, content: &[u8]) -> Result<String, IndexError> {
    let hash = hash_of(content);
    let path = dir.join(format!("{kind}{hash}"));
    write_whole(&path, content).map_err(IndexError::io(&path))?;
    Ok(hash)
}

/// The files of such a kind in `dir`, with the hashes in their names.
pub(in crate::index) fn hashed_files(
    dir: &Path,
    kind: &str,
) -> Result<Vec<(PathBuf, String)>, IndexError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
        let entry = entry.map_err(IndexError::io(dir))?;
        let name = entry.file_name();
        if let Some(hash) = name.to_string_lossy().strip_prefix(kind) {
            files.push((entry.path(), hash.to_string()));
        }
    }
    Ok(files)
}

/// The files of tables in the folder of an index, and drafts of them that were never finished.
pub(in crate::index) fn reprint_tables(dir: &Path) -> Result<Vec<PathBuf>, IndexError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
        let entry = entry.map_err(IndexError::io(dir))?;
        if entry.file_name().to_string_lossy().starts_with(REPRINTS) {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Writes a table of securities; returns its hash, for the manifest.
pub(in crate::index) fn write_entities(dir: &Path, entities: &[u8]) -> Result<String, IndexError> {
    write_hashed(dir, ENTITIES, entities)
}

/// Gives the index in `dir` another table of securities. The manifest makes it that of the index;
/// the one before stays until the next change, because somebody may be about to open it.
pub(in crate::index) fn replace_entities(dir: &Path, entities: &[u8]) -> Result<(), IndexError> {
    let _lock = lock(dir)?;
    let mut manifest = Manifest::read(dir)?.ok_or_else(|| IndexError::Missing(dir.into()))?;
    let home = home(dir, manifest.generation);
    let before = manifest.entities.clone();
    manifest.entities = write_entities(&home, entities)?;
    manifest.write(dir)?;
    for (path, hash) in hashed_files(&home, ENTITIES)? {
        if hash != before && hash != manifest.entities {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Gives an index another mapping; files that it has read are read again when they are met.
pub(in crate::index) fn replace_mapping(dir: &Path, mapping: Mapping) -> Result<(), IndexError> {
    let _lock = lock(dir)?;
    let mut manifest = Manifest::read(dir)?.ok_or_else(|| IndexError::Missing(dir.into()))?;
    manifest.mapping = mapping;
    manifest.write(dir)
}

/// The mapping of an index that is started over.
pub(in crate::index) fn kept_mapping(dir: &Path) -> Mapping {
    let manifest = Manifest::read(dir).ok().flatten();
    manifest
        .map(|manifest| manifest.mapping)
        .unwrap_or_default()
}

/// The compiled table of an index that is started over, perhaps because it is damaged; its files are
/// in `home`.
pub(in crate::index) fn kept_entities(
    dir: &Path,
    home: &Path,
) -> Result<Option<Vec<u8>>, IndexError> {
    let manifest = Manifest::read(dir).ok().flatten();
    let is_named = |hash: &str| match &manifest {
        Some(manifest) => manifest.entities == hash,
        None => true,
    };
    let mut named = manifest
        .as_ref()
        .is_some_and(|manifest| !manifest.entities.is_empty());
    for (path, hash) in hashed_files(home, ENTITIES)? {
        if is_named(&hash) {
            named = true;
            let entities = fs::read(&path).map_err(IndexError::io(&path))?;
            if hash_of(&entities) == hash {
                return Ok(Some(entities));
            }
        }
    }
    match named {
        true => Err(IndexError::LostEntities(dir.into())),
        false => Ok(None),
    }
}

fn read_words(dir: &Path) -> Result<UserWords, IndexError> {
    let path = dir.join(WORDS);
    match fs::read(&path) {
        Ok(bytes) => {
            let text = String::from_utf8(bytes).map_err(|cause| IndexError::Damaged {
                path,
                cause: cause.into(),
            })?;
            Ok(UserWords::parse(&text)?)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(UserWords::default()),
        Err(error) => Err(IndexError::io(path)(error)),
    }
}

/// The words of an index that is started over, perhaps because it is damaged; its files are in `home`.
pub(in crate::index) fn kept_words(dir: &Path, home: &Path) -> Result<UserWords, IndexError> {
    let words = read_words(home).map_err(|_| IndexError::LostWords(home.join(WORDS)))?;
    match Manifest::read(dir) {
        Ok(Some(manifest)) if manifest.words != hash_of(words.text().as_bytes()) => {
            Err(IndexError::LostWords(home.join(WORDS)))
        }
        _ => Ok(words),
    }
}

/// How a manifest names what the user gave; nothing is named by nothing.
pub(in crate::index) fn hash_of(content: &[u8]) -> String {
    match content.is_empty() {
        true => String::new(),
        false => blake3::hash(content).to_hex()[..32].to_string(),
    }
}

/// Whether `dir` holds nothing, or only what an index may stand beside or an unfinished one left.
pub(in crate::index) fn may_become_an_index(dir: &Path) -> Result<bool, IndexError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(IndexError::io(dir)(error)),
    };
    for entry in entries {
        let name = entry.map_err(IndexError::io(dir))?.file_name();
        let name = name.to_string_lossy();
        let harmless = name.starts_with('.') || name.to_ascii_uppercase().starts_with("README");
        let ours = name.starts_with("newsearch.") || name == SEGMENTS && holds_only_segments(dir)?;
        if !harmless && !ours {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds_only_segments(dir: &Path) -> Result<bool, IndexError> {
    let segments = dir.join(SEGMENTS);
    for entry in fs::read_dir(&segments).map_err(IndexError::io(&segments))? {
        let name = entry.map_err(IndexError::io(&segments))?.file_name();
        if !is_segment_file(&name.to_string_lossy()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes the files of an unfinished index.
pub(in crate::index) fn remove_files(dir: &Path) -> Result<(), IndexError> {
    remove(&dir.join(MANIFEST))?;
    for generation in generations(dir)? {
        remove_home(dir, generation)?;
    }
    remove_parts(dir)
}

/// Removes the files of one generation.
fn remove_parts(dir: &Path) -> Result<(), IndexError> {
    for name in [LEDGER, WORDS, DICTIONARY, DRAFT] {
        remove(&dir.join(name))?;
    }
    for (file, _) in hashed_files(dir, ENTITIES)? {
        remove(&file)?;
    }
    for table in reprint_tables(dir)? {
        remove(&table)?;
    }
    let segments = dir.join(SEGMENTS);
    let entries = match fs::read_dir(&segments) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(IndexError::io(segments)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(IndexError::io(&segments))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Whoever removes the files holds a lock.
        if is_segment_file(&name) && !LOCKS.contains(&&*name) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), IndexError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(IndexError::io(path)(error))
        }
        _ => Ok(()),
    }
}

/// Whether a name in the folder of the segments is one that the engine gives.
pub(super) fn is_segment_file(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let is_segment = stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit());
    is_segment || LISTS.contains(&name) || LOCKS.contains(&name)
}

/// The lists in the folder of the segments, and what they are written as first.
pub(super) const LISTS: [&str; 4] = ["meta.json", "meta.new", ".managed.json", ".managed.new"];
pub(super) const LOCKS: [&str; 2] = [".tantivy-writer.lock", ".tantivy-meta.lock"];

/// Locks `dir` for writing, so that no two processes make or remove an index there at once. The
/// folder is made where it is missing.
pub(in crate::index) fn lock(dir: &Path) -> Result<WriterLock, IndexError> {
    if !may_become_an_index(dir)? && !dir.join(MANIFEST).is_file() {
        return Err(IndexError::NotAnIndex(dir.into()));
    }
    let home = home(dir, generation(dir)?);
    let segments = home.join(SEGMENTS);
    create_folder(&segments).map_err(IndexError::io(&segments))?;
    lock_for_writing(&segments).map_err(|error| match error {
        LockError::LockBusy => locked(dir, &home),
        LockError::IoError(cause) => unwritable(dir, &cause),
    })
}

/// The lock of the index in `dir` cannot be made.
pub(in crate::index) fn unwritable(dir: &Path, cause: &std::io::Error) -> IndexError {
    IndexError::Unwritable {
        path: dir.into(),
        cause: plain(cause),
    }
}

pub(in crate::index) fn locked(dir: &Path, home: &Path) -> IndexError {
    IndexError::Locked {
        path: dir.into(),
        holder: lock_holder(&home.join(SEGMENTS)),
    }
}
