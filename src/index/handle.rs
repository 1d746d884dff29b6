//! An index: opened, created, started over.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::OwnedBytes;

use super::check::{Check, check};
use super::disk::exchange::Exchange;
use super::disk::folder::{
    Place, SEGMENTS, hash_of, kept_entities, kept_mapping, kept_words, lock, may_become_an_index,
    open_entities, remove_files, replace_entities, replace_mapping, write_analyzer, write_entities,
};
use super::disk::manifest::{MANIFEST, Manifest};
use super::disk::sealed::SealedDirectory;
use super::error::IndexError;
use super::open;
use super::options::IndexOptions;
use super::record::schema::FORMAT_VERSION;
use super::recut::recut;
use super::shared::Shared;
use super::write::report::{Progress, Recut, Report, UpdateOptions};
use super::write::update::update;
use super::write::writer::{DEFAULT_MEMORY, Writer, default_threads};
use crate::analysis::{self, Analyzer};
use crate::corpus::Mapping;
use crate::names::NameTable;

/// A full-text index of news articles, on disk or in memory.
///
/// Cheap to clone and shared by threads: any number of readers beside one writer.
#[derive(Clone)]
pub struct Index {
    pub(crate) shared: Arc<Shared>,
    recut: Recut,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("root", &self.shared.root)
            .field("generation", &self.shared.generation)
            .finish_non_exhaustive()
    }
}

/// An index that is built beside the one whose place it is to take.
///
/// Dropped unfinished, it goes, and the old one stays.
pub struct Rebuild {
    index: Index,
    /// With what is to name the new one; none where there is no old one.
    exchange: Option<(Exchange, Manifest)>,
}

impl fmt::Debug for Rebuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rebuild")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Rebuild {
    fn begin(dir: &Path, mut options: IndexOptions) -> Result<Rebuild, IndexError> {
        if !Index::exists(dir) {
            return Ok(Rebuild {
                index: Index::create(dir, options)?,
                exchange: None,
            });
        }
        let exchange = Exchange::begin(dir)?;
        let home = exchange.old().home;
        options.words = Some(options.words.map_or_else(|| kept_words(dir, &home), Ok)?);
        options.entities = options
            .entities
            .map_or_else(|| kept_entities(dir, &home), |new| Ok(Some(new)))?;
        options.mapping = Some(options.mapping.unwrap_or_else(|| kept_mapping(dir)));
        let (index, manifest) = Index::make(exchange.next(), options)?;
        Ok(Rebuild {
            index,
            exchange: Some((exchange, manifest)),
        })
    }

    /// The new index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Puts the new index, as of its last commit, in the place of the old one, which is removed.
    ///
    /// # Errors
    /// When it cannot be written: the old one stays. Or when the old one cannot be removed: the next
    /// writer does.
    pub fn finish(self) -> Result<Index, IndexError> {
        if let Some((exchange, manifest)) = self.exchange {
            exchange.finish(&manifest)?;
        }
        Ok(self.index)
    }
}

impl Index {
    fn sharing(shared: Shared) -> Index {
        Index {
            shared: Arc::new(shared),
            recut: Recut::default(),
        }
    }

    fn over(
        files: Option<(Place, SealedDirectory)>,
        engine: tantivy::Index,
        analyzer: Arc<Analyzer>,
        entities: Option<NameTable>,
        mapping: Mapping,
    ) -> Result<Index, IndexError> {
        let shared = open::over(files, engine, analyzer, entities, mapping)?;
        Ok(Index::sharing(shared))
    }

    /// Opens the index in `dir`.
    ///
    /// # Errors
    /// When there is none, when it has another format or was built with another dictionary, and
    /// when it is damaged.
    pub fn open(dir: impl AsRef<Path>) -> Result<Index, IndexError> {
        Ok(Index::sharing(open::open(dir.as_ref())?))
    }

    /// Makes an index in `dir`, which must be empty, or hold only a README, or not be there.
    ///
    /// # Errors
    /// When `dir` holds anything else or cannot be written.
    pub fn create(dir: impl AsRef<Path>, options: IndexOptions) -> Result<Index, IndexError> {
        let dir = dir.as_ref();
        if Index::exists(dir) {
            return Err(IndexError::NotAnIndex(dir.into()));
        }
        let _lock = lock(dir)?;
        if Manifest::read(dir)?.is_some() || !may_become_an_index(dir)? {
            return Err(IndexError::NotAnIndex(dir.into()));
        }
        remove_files(dir)?;
        let (index, manifest) = Index::make(Place::of(dir, 0), options)?;
        manifest.write(dir)?;
        Ok(index)
    }

    /// Makes an index, which becomes that of its folder when its manifest is written there.
    fn make(place: Place, options: IndexOptions) -> Result<(Index, Manifest), IndexError> {
        let Place {
            home, generation, ..
        } = &place;
        let words = options.words.unwrap_or_default();
        let entities = match &options.entities {
            Some(entities) => write_entities(home, entities)?,
            None => String::new(),
        };
        let analyzer = Arc::new(write_analyzer(home, &words)?);
        let files = SealedDirectory::open(&home.join(SEGMENTS))?;
        let engine = open::builder().open_or_create(files.clone())?;
        let manifest = Manifest {
            format: FORMAT_VERSION,
            analyzer: analyzer.identity(),
            words: hash_of(words.text().as_bytes()),
            entities,
            generation: *generation,
            mapping: options.mapping.unwrap_or_default(),
        };
        let entities = open_entities(home, &manifest)?;
        let mapping = manifest.mapping.clone();
        let index = Index::over(Some((place, files)), engine, analyzer, entities, mapping)?;
        Ok((index, manifest))
    }

    /// Opens the index in `dir`, or makes one where there is none.
    ///
    /// Words, entities and a mapping in `options` take the place of those that the index has. Where words
    /// are others than before, the articles that hold one of them are cut anew, so that the index is
    /// as if it had been made with these; [`recut`](Self::recut) tells how many. A process that is
    /// killed meanwhile leaves the index with the old words or with the new ones, whole.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`create`](Self::create); and when what is to take another's place
    /// cannot be written, or somebody else is writing.
    pub fn open_or_create(
        dir: impl AsRef<Path>,
        options: IndexOptions,
    ) -> Result<Index, IndexError> {
        let dir = dir.as_ref();
        let Some(manifest) = Manifest::read(dir)? else {
            return Index::create(dir, options);
        };
        let recut = match options.words {
            Some(words) if hash_of(words.text().as_bytes()) != manifest.words => {
                recut(dir, &words)?
            }
            _ => Recut::default(),
        };
        if let Some(entities) = options.entities
            && hash_of(&entities) != manifest.entities
        {
            replace_entities(dir, &entities)?;
        }
        if let Some(mapping) = options.mapping
            && mapping != manifest.mapping
        {
            replace_mapping(dir, mapping)?;
        }
        Ok(Index {
            recut,
            ..Index::open(dir)?
        })
    }

    /// What other words made of the index when it was [opened](Self::open_or_create).
    pub fn recut(&self) -> Recut {
        self.recut
    }

    /// Makes an empty index in `dir` in place of the one that is there, all at once; files that are not
    /// of an index stay. Without words, entities or a mapping in `options` the index keeps those it had. To keep
    /// the old one until the new one is filled, see [`begin_rebuild`](Self::begin_rebuild).
    ///
    /// # Errors
    /// As [`create`](Self::create); and when the words or entities that it had are damaged.
    pub fn rebuild(dir: impl AsRef<Path>, options: IndexOptions) -> Result<Index, IndexError> {
        Index::begin_rebuild(dir, options)?.finish()
    }

    /// Makes an empty index beside the one in `dir`, whose place it takes when it is
    /// [finished](Rebuild::finish): until then the old one is read, and a process that is killed leaves
    /// it as it was. Without words, entities or a mapping in `options` the new one has those of the old one.
    ///
    /// # Errors
    /// As [`rebuild`](Self::rebuild).
    pub fn begin_rebuild(
        dir: impl AsRef<Path>,
        options: IndexOptions,
    ) -> Result<Rebuild, IndexError> {
        Rebuild::begin(dir.as_ref(), options)
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
        let entities = options
            .entities
            .map(|lines| (hash_of(&lines), OwnedBytes::new(lines)))
            .map(|(identity, lines)| NameTable::new(lines, identity));
        let engine = open::builder().create_in_ram()?;
        let mapping = options.mapping.unwrap_or_default();
        Index::over(None, engine, analyzer, entities, mapping)
    }

    /// The index of what is shared.
    #[cfg(feature = "opensearch")]
    pub(crate) fn of(shared: Shared) -> Index {
        Index::sharing(shared)
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
        self.writer_with(default_threads(), DEFAULT_MEMORY)
    }

    /// A writer with `threads` threads that uses about `memory` bytes for building segments.
    ///
    /// # Errors
    /// [`IndexError::Locked`] when there is a writer already.
    pub fn writer_with(&self, threads: usize, memory: usize) -> Result<Writer, IndexError> {
        Writer::open(Arc::clone(&self.shared), threads.max(1), memory)
    }

    /// Adds and replaces what is new and changed below `paths`: files, folders, or `-` for JSON
    /// Lines on standard input. A bad record is reported to `progress`, counted and skipped.
    ///
    /// # Errors
    /// When the index cannot be read or written, or has a writer already.
    pub fn update(
        &self,
        paths: &[PathBuf],
        options: &UpdateOptions,
        progress: impl FnMut(Progress),
    ) -> Result<Report, IndexError> {
        update(&self.shared, self.recut, paths, options, progress)
    }

    /// Lets new searchers see what another process has committed. What this one commits they see at
    /// once, and what others commit a little later even without this.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn refresh(&self) -> Result<(), IndexError> {
        self.shared.guarded(|| self.shared.reload())
    }

    /// Compares every file of the index in `dir` with its checksum; then reads every article, cuts
    /// it again and finds it by its id, by words and by a phrase of its own. The index may be
    /// written meanwhile: what is checked is the last commit.
    ///
    /// # Errors
    /// When there is no index, or it is of another format or was built with another dictionary.
    /// Damage is no error, but what is looked for.
    pub fn check(dir: impl AsRef<Path>) -> Result<Check, IndexError> {
        check(dir.as_ref())
    }

    /// How this index folds and cuts texts.
    pub fn analyzer(&self) -> &Analyzer {
        &self.shared.analyzer
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::index::disk::folder::{DICTIONARY, ENTITIES, WORDS, generation, hashed_files};
    use crate::index::write::lock::lock_for_writing;
    use crate::names::Entities;

    fn index_in(dir: &Path, words: &str) {
        let options = IndexOptions::new().dictionary(words).unwrap();
        drop(Index::create(dir, options).unwrap());
    }

    /// Where the files of the index are.
    fn latest(dir: &Path) -> PathBuf {
        Place::of(dir, generation(dir).unwrap()).home
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
            told.contains(&format!(
                "has format {}, this version reads {FORMAT_VERSION}",
                manifest.format
            )),
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
        assert!(told.contains("was built with another dictionary"), "{told}");
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
    fn an_index_that_is_rebuilt_keeps_its_words() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "云汐科技\n");
        let rebuilt = Index::rebuild(dir.path(), IndexOptions::new()).unwrap();
        let cut = rebuilt.analyzer().tokens("云汐科技上涨");
        assert_eq!(cut[0].text, "云汐科技");
    }

    #[test]
    fn damaged_words_are_not_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "云汐科技\n");
        fs::write(dir.path().join(WORDS), "云汐科枝\n").unwrap();
        assert!(refusal(dir.path()).contains("newsearch.words is damaged"));
        assert!(matches!(
            Index::rebuild(dir.path(), IndexOptions::new()),
            Err(IndexError::LostWords(_))
        ));
        let none = IndexOptions::new().dictionary("").unwrap();
        assert!(Index::rebuild(dir.path(), none).is_ok());
    }

    #[test]
    fn another_table_of_securities_takes_the_place_of_the_first_and_none_is_mistaken() {
        let dir = tempfile::tempdir().unwrap();
        let table =
            |name: &str| Entities::parse(&format!("609301\tSH\t{name}\t{name}股份有限公司\n"));
        let with = |name| IndexOptions::new().entities(&table(name));
        for name in ["云汐租赁", "云汐科技", "海岚新材"] {
            drop(Index::open_or_create(dir.path(), with(name)).unwrap());
        }
        let files = hashed_files(dir.path(), ENTITIES).unwrap();
        assert_eq!(files.len(), 2, "the table of the index, and the one before");
        let manifest = Manifest::read(dir.path()).unwrap().unwrap();
        let (mine, other): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|(_, hash)| *hash == manifest.entities);
        fs::copy(&other[0].0, &mine[0].0).unwrap();
        assert!(refusal(dir.path()).contains("is damaged"));
        fs::remove_file(&mine[0].0).unwrap();
        assert!(refusal(dir.path()).contains("is damaged"));
        assert!(matches!(
            Index::rebuild(dir.path(), IndexOptions::new()),
            Err(IndexError::LostEntities(_))
        ));
        assert!(Index::rebuild(dir.path(), with("海岚新材")).is_ok());
        assert_eq!(
            hashed_files(&latest(dir.path()), ENTITIES).unwrap().len(),
            1
        );
        assert!(Index::rebuild(dir.path(), IndexOptions::new()).is_ok());
        let kept = Manifest::read(dir.path()).unwrap().unwrap();
        assert_eq!(
            kept.entities, manifest.entities,
            "a rebuilt index keeps its table"
        );
    }

    #[test]
    fn a_second_writer_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::create(dir.path(), IndexOptions::new()).unwrap();
        let writer = index.writer_with(1, 0).unwrap();
        let told = index.writer_with(1, 0).map(drop).unwrap_err().to_string();
        let holder = format!("is being written by process {}", std::process::id());
        assert!(
            told.contains(&holder) && told.contains(" since 2"),
            "{told}"
        );
        assert!(matches!(
            Index::rebuild(dir.path(), IndexOptions::new()),
            Err(IndexError::Locked { .. })
        ));
        drop(writer);
        assert!(
            index.writer_with(1, 0).is_ok(),
            "the lock went with its holder"
        );
    }

    #[test]
    fn no_operation_has_the_number_of_an_earlier_commit() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "");
        for _ in 0..3 {
            let index = Index::open(dir.path()).unwrap();
            let mut writer = lock_for_writing(&index.shared, 1, 0).unwrap();
            let committed = writer.commit_opstamp();
            let id = tantivy::Term::from_field_text(index.shared.fields.id, "1");
            assert!(writer.delete_term(id) > committed);
            writer.commit().unwrap();
        }
    }

    #[test]
    fn an_unfinished_index_does_not_stand_in_the_way_of_another() {
        let dir = tempfile::tempdir().unwrap();
        index_in(dir.path(), "");
        for left in [
            "newsearch.new",
            "segments/meta.new",
            "segments/.managed.new",
        ] {
            fs::write(dir.path().join(left), "half").unwrap();
        }
        fs::remove_file(dir.path().join(MANIFEST)).unwrap();
        index_in(dir.path(), "云汐科技\n");
        assert!(!dir.path().join("segments/meta.new").exists());
        assert!(Index::open(dir.path()).is_ok());
    }
}
