//! What the handles of one index share: the engine and the files beside it, as of a commit.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize};
use tantivy::{IndexReader, TantivyError};

use super::error::IndexError;
use super::error::engine::EngineError;
use super::reprints::layers::Table;
use super::reprints::tables::{LayerSeal, Tables};
use crate::analysis::Analyzer;
use crate::corpus::Mapping;
use crate::index::disk::files::{Seal, Unsound};
use crate::index::disk::folder::{
    DICTIONARY, ENTITIES, LEDGER, SEGMENTS, WORDS, hashed_files, remove_others, reprint_tables,
};
use crate::index::disk::guard::{guarded, is_damage};
use crate::index::disk::manifest::{MANIFEST, Manifest};
use crate::index::disk::sealed::{SealedDirectory, is_exchanged};
use crate::index::record::keeper::Keeper;
use crate::index::record::schema::Fields;
use crate::index::record::texts::Texts;
use crate::names::NameTable;

/// How often a view is tried anew because another commit came between.
const MAX_COMMITS_MISSED: usize = 16;

/// What the handles of one index share.
pub(crate) struct Shared {
    /// The folder of the index; none for one in memory.
    pub(super) root: Option<PathBuf>,
    /// How often the index was built anew, or got other words.
    pub generation: u64,
    /// The folder of the files of this generation.
    pub(super) dir: Option<PathBuf>,
    /// The files of the engine; none for an index in memory.
    pub(super) files: Option<SealedDirectory>,
    pub(super) engine: tantivy::Index,
    pub reader: IndexReader,
    pub fields: Fields,
    pub analyzer: Arc<Analyzer>,
    /// The names of the user's table.
    pub entities: Option<NameTable>,
    /// How the records of archives are read.
    pub(super) mapping: Mapping,
    pub(super) tables: Tables,
    /// Where the documents are, if not in the engine.
    pub(super) keeper: Option<Arc<dyn Keeper>>,
    /// The view that was made last.
    pub(super) view: Mutex<Option<View>>,
}

/// An index as of one commit.
#[derive(Clone)]
pub(crate) struct View {
    pub engine: tantivy::Searcher,
    /// What is stored of its documents.
    pub texts: Arc<Texts>,
    /// The groups of reprints among its documents; `None` where they do not read.
    pub reprints: Option<Table>,
}

/// What a commit of the engine says about the files beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Commit {
    /// What of the ledger belongs to the commit.
    pub ledger: Seal,
    /// The layers of the table of reprints that belongs to it, the oldest first.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "layers"
    )]
    pub reprints: Vec<LayerSeal>,
    /// Some articles were not looked at for reprints yet: the next commit has to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ungrouped: bool,
}

/// The layers of a table; that of an older index is one, and no list.
fn layers<'de, D: Deserializer<'de>>(written: D) -> Result<Vec<LayerSeal>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(LayerSeal),
        Layers(Vec<LayerSeal>),
    }
    Ok(match Written::deserialize(written)? {
        Written::One(layer) => vec![layer],
        Written::Layers(layers) => layers,
    })
}

impl Commit {
    pub fn to_payload(&self) -> String {
        serde_json::to_string(self).expect("a commit is plain data")
    }
}

impl Shared {
    /// Whoever has the lock of the index removes what others left in its folder; one that was built
    /// anew since it was opened is not written any more.
    pub(super) fn assert_latest(&self) -> Result<(), IndexError> {
        let Some(root) = &self.root else {
            return Ok(());
        };
        match Manifest::generation(root) {
            Some(latest) if latest > self.generation => Err(IndexError::Exchanged(root.clone())),
            Some(latest) if latest == self.generation => remove_others(root, latest),
            // The next generation is being built.
            _ => Ok(()),
        }
    }

    /// Runs work on the engine; what goes wrong there because the index is damaged, or because a
    /// file cannot be written, says so.
    pub fn guarded<T>(
        &self,
        work: impl FnOnce() -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        let segments = self.dir().join(SEGMENTS);
        let work = || match work() {
            Err(IndexError::Engine(cause)) => Err(self.cause_of(cause.0)),
            result => result,
        };
        match guarded(&segments, work) {
            Err(IndexError::Internal(message)) => {
                // The table of reprints is read unchecked, too.
                let commit = self.commit_payload().unwrap_or_default();
                self.tables.check(&commit.reprints)?;
                Err(IndexError::Internal(message))
            }
            result => result,
        }
    }

    /// What made the engine fail: it often does not tell what it could not write.
    pub fn cause_of(&self, error: TantivyError) -> IndexError {
        let failure = self.files.as_ref().and_then(SealedDirectory::take_failure);
        match failure {
            Some((_, cause)) if is_exchanged(&cause) => self.exchanged(),
            // It was exchanged between the comparison and the call that failed.
            Some(_) if self.assert_locked().is_err() => self.exchanged(),
            Some((file, cause)) => IndexError::Io {
                path: self.dir().join(SEGMENTS).join(file),
                cause,
            },
            None if is_damage(&error) => IndexError::Damaged {
                path: self.dir().join(SEGMENTS),
                cause: EngineError(error).into(),
            },
            None => error.into(),
        }
    }

    /// Fails where the folder is no longer the one that the writer has locked.
    pub(super) fn assert_locked(&self) -> Result<(), IndexError> {
        match self.files.as_ref().map(SealedDirectory::assert_locked) {
            Some(Err(_)) => Err(self.exchanged()),
            _ => Ok(()),
        }
    }

    /// Fails where a file was found to be damaged when it was to be merged: the engine gives such a merge
    /// up without a word.
    pub(super) fn assert_sound(&self) -> Result<(), IndexError> {
        let damaged = self.files.as_ref().and_then(SealedDirectory::take_damaged);
        damaged.map_or(Ok(()), |file| {
            Err(IndexError::Damaged {
                path: self.dir().join(SEGMENTS).join(file),
                cause: Unsound::Changed.into(),
            })
        })
    }

    fn exchanged(&self) -> IndexError {
        IndexError::Exchanged(self.root.clone().unwrap_or_default())
    }

    /// What the last commit says.
    pub(super) fn commit_payload(&self) -> Result<Commit, IndexError> {
        self.read_payload(self.engine.load_metas()?.payload)
    }

    fn read_payload(&self, payload: Option<String>) -> Result<Commit, IndexError> {
        let commit = payload.map_or(Ok(Commit::default()), |payload| {
            serde_json::from_str(&payload)
        });
        commit.map_err(|cause| IndexError::Damaged {
            path: self.dir(),
            cause: cause.into(),
        })
    }

    /// The index as of its last commit.
    pub fn view(&self) -> View {
        let mut last = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let mut engine = self.reader.searcher();
        for _ in 0..MAX_COMMITS_MISSED {
            let generation = engine.generation().generation_id();
            if let Some(view) = last.as_ref()
                && view.engine.generation().generation_id() == generation
            {
                return view.clone();
            }
            let before = last.as_ref().map(|view| &*view.texts);
            match (self.table_of(&engine), self.texts_of(&engine, before)) {
                (table, Ok(texts)) if !matches!(table, Ok(None)) => {
                    let view = View {
                        engine,
                        texts: Arc::new(texts),
                        reprints: table.ok().flatten(),
                    };
                    *last = Some(view.clone());
                    return view;
                }
                // Another commit was made meanwhile, which may have removed what this one has: what
                // cannot be read now, is not read later.
                _ => {}
            }
            // Where it fails, the commit before goes on being tried, and what does not read is reported.
            let _ = self.reader.reload();
            engine = self.reader.searcher();
        }
        // Whoever reads them is told that they do not read.
        let texts = self.texts_of(&engine, None).unwrap_or_default();
        View {
            texts: Arc::new(texts),
            reprints: self.table_of(&engine).ok().flatten(),
            engine,
        }
    }

    /// What is stored of the documents that a searcher sees.
    fn texts_of(
        &self,
        engine: &tantivy::Searcher,
        before: Option<&Texts>,
    ) -> Result<Texts, IndexError> {
        let segments = self.dir.as_ref().map(|dir| dir.join(SEGMENTS));
        let open = || Texts::open(engine, &self.fields, segments.as_deref(), before);
        self.guarded(|| Ok(open()?))
    }

    /// The table of the commit that a searcher sees; `None` where a later commit was made.
    fn table_of(&self, engine: &tantivy::Searcher) -> Result<Option<Table>, IndexError> {
        let metas = self.engine.load_metas()?;
        let seen = engine.generation().segments();
        let is_seen = metas.segments.len() == seen.len()
            && metas
                .segments
                .iter()
                .all(|segment| seen.get(&segment.id()) == Some(&segment.delete_opstamp()));
        if !is_seen {
            return Ok(None);
        }
        self.tables
            .open(&self.read_payload(metas.payload)?.reprints)
    }

    /// The error for a table of reprints that does not read.
    pub fn damaged_reprints(&self) -> IndexError {
        IndexError::Damaged {
            path: self.dir(),
            cause: "the table of reprints is missing or does not read".into(),
        }
    }

    /// Size of all files of the index, in bytes; 0 for one in memory.
    pub fn size(&self) -> Result<u64, IndexError> {
        let (Some(root), Some(dir)) = (&self.root, &self.dir) else {
            return Ok(0);
        };
        let mut size = fs::metadata(root.join(MANIFEST)).map_or(0, |metadata| metadata.len());
        for file in [WORDS, DICTIONARY, LEDGER].map(|name| dir.join(name)) {
            size += fs::metadata(file).map_or(0, |metadata| metadata.len());
        }
        for (file, _) in hashed_files(dir, ENTITIES)? {
            size += fs::metadata(file).map_or(0, |metadata| metadata.len());
        }
        for table in reprint_tables(dir)? {
            size += fs::metadata(table).map_or(0, |metadata| metadata.len());
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

    /// The folder of the files of the index; empty for one in memory.
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
