//! An index: opened, created, started over.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::schema::Schema;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyError};

use super::error::IndexError;
use super::ledger::{LEDGER, Ledger};
use super::manifest::{MANIFEST, Manifest, write_whole};
use super::schema::{FORMAT_VERSION, Fields};
use super::terms;
use super::writer::Writer;
use crate::analysis::{self, Analyzer, UserWords};
use crate::search::Searcher;

/// The user's words, stored with the index that was built with them.
const WORDS: &str = "newsearch.words";
/// The dictionary, compiled: what the texts of the index were cut with.
const DICTIONARY: &str = "newsearch.dictionary";
/// The folder of the segments.
const SEGMENTS: &str = "segments";

/// Level of Zstandard for stored texts: higher ones gain less than a hundredth.
const STORE_LEVEL: i32 = 6;
/// Bytes that are compressed together: reading one hit decompresses as much.
const STORE_BLOCK: usize = 11 << 10;

/// Memory that a writer may use for building segments unless told otherwise, in bytes.
const DEFAULT_MEMORY: usize = 200 << 20;
/// Least and most memory of one thread of a writer, in bytes, as the engine wants it.
const THREAD_MEMORY: std::ops::RangeInclusive<usize> = 16 << 20..=2 << 30;

/// A full-text index of news articles, on disk or in memory.
///
/// Cheap to clone and shared by threads: any number of readers beside one writer.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

/// How an index is made.
#[derive(Debug, Clone, Default)]
pub struct IndexOptions {
    words: Option<UserWords>,
}

impl IndexOptions {
    /// The defaults: the built-in dictionaries alone.
    pub fn new() -> IndexOptions {
        IndexOptions::default()
    }

    /// Adds words to the dictionary: jieba's format, `word [frequency [tag]]` a line.
    ///
    /// # Errors
    /// When a line does not read; it is named.
    pub fn dictionary(mut self, text: &str) -> Result<IndexOptions, IndexError> {
        self.words = Some(UserWords::parse(text)?);
        Ok(self)
    }
}

/// What the handles of one index share.
pub(crate) struct Shared {
    dir: Option<PathBuf>,
    engine: tantivy::Index,
    pub reader: IndexReader,
    pub fields: Fields,
    pub analyzer: Arc<Analyzer>,
}

/// What a commit of the engine says about the files beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Commit {
    /// Bytes of the ledger that belong to the commit.
    pub ledger: u64,
}

impl Commit {
    pub fn to_payload(self) -> String {
        serde_json::to_string(&self).expect("a commit is plain data")
    }
}

impl Index {
    /// Opens the index in `dir`.
    ///
    /// # Errors
    /// When there is none, when it has another format or was built with another dictionary, and
    /// when it is damaged.
    pub fn open(dir: impl AsRef<Path>) -> Result<Index, IndexError> {
        let dir = dir.as_ref();
        let manifest = Manifest::read(dir)?.ok_or_else(|| IndexError::Missing(dir.into()))?;
        if manifest.format != FORMAT_VERSION {
            let (path, found) = (dir.into(), manifest.format);
            return Err(IndexError::Version {
                path,
                found,
                expected: FORMAT_VERSION,
            });
        }
        let analyzer = Arc::new(open_analyzer(dir)?);
        if analyzer.identity() != manifest.analyzer {
            return Err(IndexError::Analyzer(dir.into()));
        }
        let segments = dir.join(SEGMENTS);
        let engine =
            tantivy::Index::open_in_dir(&segments).map_err(|cause| IndexError::Damaged {
                path: segments,
                cause: cause.into(),
            })?;
        Index::over(Some(dir.into()), engine, analyzer)
    }

    /// Makes an index in `dir`, which must be empty, or hold only a README, or not be there.
    ///
    /// # Errors
    /// When `dir` holds anything else or cannot be written.
    pub fn create(dir: impl AsRef<Path>, options: IndexOptions) -> Result<Index, IndexError> {
        let dir = dir.as_ref();
        fs::create_dir_all(dir).map_err(IndexError::io(dir))?;
        if Manifest::read(dir)?.is_some() || !may_become_an_index(dir)? {
            return Err(IndexError::NotAnIndex(dir.into()));
        }
        remove_files(dir)?;
        let words = options.words.unwrap_or_default();
        let path = dir.join(WORDS);
        if !words.text().is_empty() {
            write_whole(&path, words.text().as_bytes()).map_err(IndexError::io(&path))?;
        }
        let path = dir.join(DICTIONARY);
        let image = analysis::compile(&words)?;
        write_whole(&path, &image).map_err(IndexError::io(&path))?;
        let analyzer = Arc::new(open_analyzer(dir)?);
        let segments = dir.join(SEGMENTS);
        fs::create_dir_all(&segments).map_err(IndexError::io(&segments))?;
        let engine = builder().create_in_dir(&segments)?;
        Manifest {
            format: FORMAT_VERSION,
            analyzer: analyzer.identity(),
        }
        .write(dir)?;
        Index::over(Some(dir.into()), engine, analyzer)
    }

    /// Opens the index in `dir`, or makes one where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`create`](Self::create); and when there is an index whose words
    /// are not those of `options`.
    pub fn open_or_create(
        dir: impl AsRef<Path>,
        options: IndexOptions,
    ) -> Result<Index, IndexError> {
        let dir = dir.as_ref();
        if Manifest::read(dir)?.is_none() {
            return Index::create(dir, options);
        }
        match options.words {
            Some(words) if words != read_words(dir)? => Err(IndexError::Words(dir.into())),
            _ => Index::open(dir),
        }
    }

    /// Makes an index in `dir` in place of the one that is there; files that are not of an index
    /// stay. Without words in `options` the index keeps those it had.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn rebuild(dir: impl AsRef<Path>, mut options: IndexOptions) -> Result<Index, IndexError> {
        let dir = dir.as_ref();
        if fs::exists(dir.join(MANIFEST)).map_err(IndexError::io(dir))? {
            options.words = Some(options.words.map_or_else(|| read_words(dir), Ok)?);
            refuse_if_locked(dir)?;
            remove_files(dir)?;
        }
        Index::create(dir, options)
    }

    /// Makes an index in memory.
    ///
    /// # Errors
    /// None is known; the engine below may fail.
    pub fn in_memory(options: IndexOptions) -> Result<Index, IndexError> {
        let words = options.words.unwrap_or_default();
        let analyzer = Analyzer::new(analysis::compile(&words)?, &words).map_err(|cause| {
            IndexError::Damaged {
                path: PathBuf::new(),
                cause: cause.into(),
            }
        })?;
        let analyzer = Arc::new(analyzer);
        Index::over(None, builder().create_in_ram()?, analyzer)
    }

    /// Whether `dir` holds an index, of whatever version.
    pub fn exists(dir: impl AsRef<Path>) -> bool {
        dir.as_ref().join(MANIFEST).is_file()
    }

    /// A writer with as many threads as the machine has processors (at most eight).
    ///
    /// # Errors
    /// [`IndexError::Locked`] when there is a writer already.
    pub fn writer(&self) -> Result<Writer, IndexError> {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(8);
        self.writer_with(threads, DEFAULT_MEMORY)
    }

    /// A writer with `threads` threads that uses about `memory` bytes for building segments.
    ///
    /// # Errors
    /// [`IndexError::Locked`] when there is a writer already.
    pub fn writer_with(&self, threads: usize, memory: usize) -> Result<Writer, IndexError> {
        Writer::open(Arc::clone(&self.shared), threads.max(1), memory)
    }

    /// A view of the index as of its last commit.
    pub fn searcher(&self) -> Searcher {
        Searcher::new(Arc::clone(&self.shared))
    }

    /// How this index folds and cuts texts.
    pub fn analyzer(&self) -> &Analyzer {
        &self.shared.analyzer
    }

    fn over(
        dir: Option<PathBuf>,
        mut engine: tantivy::Index,
        analyzer: Arc<Analyzer>,
    ) -> Result<Index, IndexError> {
        let (schema, fields) = Fields::build();
        check_schema(dir.as_deref(), &engine, &schema)?;
        engine.set_tokenizers(terms::tokenizers(&analyzer));
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::OnCommitWithDelay)
            .try_into()?;
        Ok(Index {
            shared: Arc::new(Shared {
                dir,
                engine,
                reader,
                fields,
                analyzer,
            }),
        })
    }
}

impl Shared {
    /// The engine's writer; it holds the lock of the index as long as it lives.
    pub fn lock_for_writing(
        &self,
        threads: usize,
        memory: usize,
    ) -> Result<IndexWriter, IndexError> {
        let each = (memory / threads).clamp(*THREAD_MEMORY.start(), *THREAD_MEMORY.end());
        self.engine
            .writer_with_num_threads(threads, each * threads)
            .map_err(|error| match error {
                TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Locked(self.dir()),
                error => error.into(),
            })
    }

    pub fn open_ledger(&self) -> Result<Ledger, IndexError> {
        match &self.dir {
            Some(dir) => Ledger::open(dir, self.commit_payload()?.ledger),
            None => Ok(Ledger::in_memory()),
        }
    }

    /// What the last commit says.
    pub(super) fn commit_payload(&self) -> Result<Commit, IndexError> {
        let payload = self.engine.load_metas()?.payload;
        let commit = payload.map_or(Ok(Commit::default()), |payload| {
            serde_json::from_str(&payload)
        });
        commit.map_err(|cause| IndexError::Damaged {
            path: self.dir(),
            cause: cause.into(),
        })
    }

    /// Size of all files of the index, in bytes; 0 for one in memory.
    pub fn size(&self) -> Result<u64, IndexError> {
        let Some(dir) = &self.dir else { return Ok(0) };
        let mut size = 0;
        for file in [MANIFEST, WORDS, DICTIONARY, LEDGER].map(|name| dir.join(name)) {
            size += fs::metadata(file).map_or(0, |metadata| metadata.len());
        }
        let segments = dir.join(SEGMENTS);
        for entry in fs::read_dir(&segments).map_err(IndexError::io(&segments))? {
            // A file that a merge has just removed has no size.
            size += entry
                .and_then(|entry| entry.metadata())
                .map_or(0, |metadata| metadata.len());
        }
        Ok(size)
    }

    /// Lets new searchers see the last commit.
    pub fn reload(&self) -> Result<(), IndexError> {
        Ok(self.reader.reload()?)
    }

    /// The folder of the index; empty for one in memory.
    pub fn dir(&self) -> PathBuf {
        self.dir.clone().unwrap_or_default()
    }

    /// The error for a stored document that does not read.
    pub fn damaged_document(&self) -> IndexError {
        IndexError::Damaged {
            path: self.dir().join(SEGMENTS),
            cause: "a stored document does not read".into(),
        }
    }
}

fn builder() -> tantivy::IndexBuilder {
    let compressor = ZstdCompressor {
        compression_level: Some(STORE_LEVEL),
    };
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(compressor),
        docstore_blocksize: STORE_BLOCK,
        ..IndexSettings::default()
    };
    tantivy::Index::builder()
        .schema(Fields::build().0)
        .settings(settings)
}

fn check_schema(
    dir: Option<&Path>,
    engine: &tantivy::Index,
    expected: &Schema,
) -> Result<(), IndexError> {
    match engine.schema() == *expected {
        true => Ok(()),
        false => Err(IndexError::Damaged {
            path: dir
                .map(Path::to_path_buf)
                .unwrap_or_default()
                .join(SEGMENTS),
            cause: "its fields are not those of its format".into(),
        }),
    }
}

/// The analyzer of the index in `dir`, over its dictionary, which is mapped into memory.
fn open_analyzer(dir: &Path) -> Result<Analyzer, IndexError> {
    let path = dir.join(DICTIONARY);
    let damaged = |cause| IndexError::Damaged {
        path: path.clone(),
        cause,
    };
    let files = MmapDirectory::open(dir).map_err(|cause| damaged(cause.into()))?;
    let image = files
        .open_read(Path::new(DICTIONARY))
        .map_err(|cause| damaged(cause.into()))?;
    let image = image.read_bytes().map_err(IndexError::io(&path))?;
    Analyzer::new(image, &read_words(dir)?).map_err(|cause| damaged(cause.into()))
}

fn read_words(dir: &Path) -> Result<UserWords, IndexError> {
    let path = dir.join(WORDS);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(UserWords::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(UserWords::default()),
        Err(error) => Err(IndexError::io(path)(error)),
    }
}

/// Whether `dir` holds nothing, or only what an index may stand beside or an unfinished one left.
fn may_become_an_index(dir: &Path) -> Result<bool, IndexError> {
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
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

/// Removes the files of an index, the manifest first: from then on the folder is none.
fn remove_files(dir: &Path) -> Result<(), IndexError> {
    for name in [MANIFEST, LEDGER, WORDS, DICTIONARY] {
        remove(&dir.join(name))?;
    }
    let segments = dir.join(SEGMENTS);
    let entries = match fs::read_dir(&segments) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(IndexError::io(segments)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(IndexError::io(&segments))?;
        if is_segment_file(&entry.file_name().to_string_lossy()) {
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
fn is_segment_file(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let is_segment = stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit());
    is_segment
        || [
            "meta.json",
            ".managed.json",
            ".tantivy-writer.lock",
            ".tantivy-meta.lock",
        ]
        .contains(&name)
}

/// An index that is being written must not be pulled away from under its writer.
fn refuse_if_locked(dir: &Path) -> Result<(), IndexError> {
    let Ok(engine) = tantivy::Index::open_in_dir(dir.join(SEGMENTS)) else {
        return Ok(());
    };
    match engine
        .directory()
        .acquire_lock(&tantivy::directory::INDEX_WRITER_LOCK)
    {
        Err(LockError::LockBusy) => Err(IndexError::Locked(dir.into())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index_in(dir: &Path, words: &str) {
        let options = IndexOptions::new().dictionary(words).unwrap();
        drop(Index::create(dir, options).unwrap());
    }

    fn refusal(dir: &Path) -> String {
        match Index::open(dir) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("the index was opened"),
        }
    }

    #[test]
    fn an_index_of_another_format_is_refused_in_one_sentence_with_the_remedy() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "");
        let mut manifest = Manifest::read(dir.path()).unwrap().unwrap();
        manifest.format += 1;
        manifest.write(dir.path()).unwrap();
        let told = refusal(dir.path());
        assert!(
            told.contains("has format 2, this version reads 1: run `newsearch index --rebuild"),
            "{told}"
        );
    }

    #[test]
    fn an_index_whose_texts_were_cut_otherwise_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "");
        let other = tempfile::tempdir().unwrap();
        index_in(other.path(), "云汐科技\n");
        assert!(Index::open(dir.path()).is_ok() && Index::open(other.path()).is_ok());
        fs::copy(other.path().join(DICTIONARY), dir.path().join(DICTIONARY)).unwrap();
        let told = refusal(dir.path());
        assert!(
            told.contains("was built with another dictionary: run `newsearch index --rebuild"),
            "{told}"
        );
    }

    #[test]
    fn a_damaged_dictionary_is_named() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "");
        let path = dir.path().join(DICTIONARY);
        let mut image = fs::read(&path).unwrap();
        let middle = image.len() / 2;
        image[middle] ^= 0x40;
        fs::write(&path, &image).unwrap();
        assert!(refusal(dir.path()).contains("newsearch.dictionary is damaged"));
        fs::write(&path, &image[..middle]).unwrap();
        assert!(refusal(dir.path()).contains("newsearch.dictionary is damaged"));
    }

    #[test]
    fn other_words_than_those_of_the_index_are_refused_not_ignored() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "云汐科技\n");
        let other = IndexOptions::new().dictionary("海岚新材\n").unwrap();
        assert!(matches!(
            Index::open_or_create(dir.path(), other),
            Err(IndexError::Words(_))
        ));
        let rebuilt = Index::rebuild(dir.path(), IndexOptions::new()).unwrap();
        let cut = rebuilt.analyzer().tokens("云汐科技上涨");
        assert_eq!(
            cut[0].text, "云汐科技",
            "an index that is rebuilt keeps its words"
        );
    }
}
