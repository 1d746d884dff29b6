//! An index gets other words: the articles that hold one of them are cut anew, beside the old index,
//! and the new one takes its place at once.
//!
//! The new generation begins with the segments of the old one, under other names, and the writer deletes
//! and adds there what it rewrites. So it costs what is rewritten, and whoever reads the old one goes on.
//!
//! Which articles hold a word is seen in their texts, all of which are read: that takes a fraction of what
//! it takes to write a few of them.

use std::path::Path;
use std::sync::Arc;

use super::disk::exchange::Exchange;
use super::disk::folder::{hash_of, open_analyzer, write_analyzer};
use super::disk::linked::take_over;
use super::disk::manifest::Manifest;
use super::error::IndexError;
use super::open::open_as;
use super::record::stored::FullText;
use super::record::texts::TextReader;
use super::shared::{Shared, View};
use super::write::report::Recut;
use super::write::writer::{DEFAULT_MEMORY, Writer, default_threads};
use crate::analysis::{ChangedWords, Folder, UserWords};

/// Gives the index in `dir` these words of the user.
pub(super) fn recut(dir: &Path, words: &UserWords) -> Result<Recut, IndexError> {
    let exchange = Exchange::begin(dir)?;
    let before = Manifest::read(dir)?.ok_or_else(|| IndexError::Missing(dir.into()))?;
    let hash = hash_of(words.text().as_bytes());
    if hash == before.words {
        // Somebody else has done it while this one waited for the lock.
        return Ok(Recut::default());
    }
    let old = open_analyzer(dir, &before)?;
    let next = exchange.next();
    take_over(&exchange.old().home, &next.home)?;
    let new = write_analyzer(&next.home, words)?;
    let manifest = Manifest {
        analyzer: new.identity(),
        words: hash,
        generation: next.generation,
        ..before
    };
    let changed = ChangedWords::between(&old, &new);
    let mut recut = Recut {
        words: changed.count() as u64,
        articles: 0,
    };
    let shared = Arc::new(open_as(dir, &manifest)?);
    shared.guarded(|| {
        let ids = affected(&shared, &changed)?;
        recut.articles = ids.len() as u64;
        cut_anew(&shared, &ids)
    })?;
    exchange.finish(&manifest)?;
    Ok(recut)
}

/// The ids of the articles that may be cut otherwise.
fn affected(shared: &Shared, changed: &ChangedWords) -> Result<Vec<String>, IndexError> {
    let View { engine, texts, .. } = shared.view();
    let mut ids = Vec::new();
    for segment in engine.segment_readers() {
        let mut texts = TextReader::of(texts.of(segment)?);
        for doc in segment.doc_ids_alive() {
            let text = texts.stored(doc).and_then(FullText::parse);
            let text = text.ok_or_else(|| shared.damaged_document())?;
            if may_change(&text, changed, shared.analyzer.folder()) {
                ids.push(text.article.id);
            }
        }
    }
    Ok(ids)
}

/// Whether an article may be cut otherwise: its title, digest or body, in which the names of securities are
/// looked for by words, too.
fn may_change(text: &FullText, changed: &ChangedWords, folder: &Folder) -> bool {
    let FullText { article, body } = text;
    let texts = [&article.title, &article.digest, body];
    texts
        .into_iter()
        .any(|text| changed.may_change(&folder.fold_paragraphs(text)))
        // What is typed is completed by the words of a title in one piece.
        || article.title.contains('\n') && changed.may_change(&folder.fold(&article.title))
}

/// Writes the articles with these ids again.
fn cut_anew(shared: &Arc<Shared>, ids: &[String]) -> Result<(), IndexError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut writer = Writer::open(Arc::clone(shared), default_threads(), DEFAULT_MEMORY)?;
    for id in ids {
        writer.cut_anew(id)?;
        if writer.is_full() {
            writer.commit()?;
        }
    }
    writer.close().map(drop)
}

#[cfg(test)]
mod tests;
