//! An index as it lies on disk, opened.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::{IndexSettings, ReloadPolicy};

use super::disk::folder::{Place, SEGMENTS, open_analyzer, open_entities};
use super::disk::guard::guarded;
use super::disk::manifest::Manifest;
use super::disk::sealed::SealedDirectory;
use super::error::IndexError;
use super::record::schema::Fields;
use super::record::{summary, terms, texts};
use super::reprints::tables::Tables;
use super::shared::Shared;
use crate::analysis::Analyzer;
use crate::corpus::Mapping;
use crate::names::NameTable;

/// Opens the index in `dir`.
pub(super) fn open(dir: &Path) -> Result<Shared, IndexError> {
    let mut manifest = Manifest::read(dir)?.ok_or_else(|| IndexError::Missing(dir.into()))?;
    loop {
        let opened = open_as(dir, &manifest);
        if let Ok(shared) = &opened {
            // Opens all that a searcher reads.
            drop(shared.view());
        }
        let latest = Manifest::generation(dir);
        if latest.is_none_or(|latest| latest == manifest.generation) {
            return opened;
        }
        // It was built anew meanwhile, and what was about to be opened is gone.
        manifest = Manifest::read(dir)?.ok_or_else(|| IndexError::Missing(dir.into()))?;
    }
}

/// Opens the generation of the index in `dir` that a manifest names.
pub(super) fn open_as(dir: &Path, manifest: &Manifest) -> Result<Shared, IndexError> {
    let analyzer = Arc::new(open_analyzer(dir, manifest)?);
    let place = Place::of(dir, manifest.generation);
    let segments = place.home.join(SEGMENTS);
    let entities = open_entities(&place.home, manifest)?;
    guarded(&segments, || {
        let files = SealedDirectory::open(&segments)?;
        let mut engine = tantivy::Index::open(files.clone())?;
        engine.register_plugin(summary::plugin());
        let mapping = manifest.mapping.clone();
        over(Some((place, files)), engine, analyzer, entities, mapping)
    })
}

/// The index over an engine.
pub(super) fn over(
    files: Option<(Place, SealedDirectory)>,
    mut engine: tantivy::Index,
    analyzer: Arc<Analyzer>,
    entities: Option<NameTable>,
    mapping: Mapping,
) -> Result<Shared, IndexError> {
    let (schema, fields) = Fields::build();
    let (place, files) = files.unzip();
    let dir = place.as_ref().map(|place| place.home.clone());
    check_schema(dir.as_deref(), &engine, &schema)?;
    engine.set_tokenizers(terms::tokenizers(&analyzer));
    let reader = engine
        .reader_builder()
        .reload_policy(ReloadPolicy::OnCommitWithDelay)
        .try_into()?;
    Ok(Shared {
        tables: Tables::new(dir.clone()),
        keeper: None,
        view: Mutex::default(),
        generation: place.as_ref().map_or(0, |place| place.generation),
        root: place.map(|place| place.root),
        dir,
        files,
        engine,
        reader,
        fields,
        analyzer,
        entities,
        mapping,
    })
}

/// Makes the engine of a new index.
pub(super) fn builder() -> tantivy::IndexBuilder {
    // Articles are [read where they lie](crate::index::record::texts).
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: texts::BLOCK,
        ..IndexSettings::default()
    };
    tantivy::Index::builder()
        .schema(Fields::build().0)
        .settings(settings)
        .register_plugin(summary::plugin())
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
