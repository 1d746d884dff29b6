//! Facts about an index.

use rustc_hash::FxHashMap;

use super::counted::Collection;
use super::snapshot::Snapshot;
use crate::index::IndexError;

/// Facts about an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Articles in the index.
    pub documents: u64,
    /// Articles without a date.
    pub undated: u64,
    /// First and last publication, in seconds since 1970.
    pub published: Option<(i64, i64)>,
    /// Articles with a date so far ahead that it cannot be right: they do not move the day that counts
    /// as today.
    pub outliers: u64,
    /// Sources with the number of their articles, the most first.
    pub sources: Vec<(String, u64)>,
    /// Size on disk of all files of the index, in bytes.
    pub bytes: u64,
}

impl Statistics {
    /// Those of an index at one state.
    pub(in crate::search) fn of(snapshot: &Snapshot) -> Result<Statistics, IndexError> {
        let outliers = match snapshot.end() {
            Some(_) => 0,
            None => snapshot.today()?.outliers,
        };
        if let Some(all) = snapshot.engine.elsewhere() {
            return Statistics::elsewhere(snapshot, all, outliers);
        }
        let mut sources: FxHashMap<String, u64> = FxHashMap::default();
        let (mut undated, mut published) = (0, None);
        for segment in snapshot.engine.segment_readers() {
            let dates = segment.fast_fields().i64("published")?;
            let names = segment.fast_fields().str("source_name")?;
            let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
            let docs = segment.doc_ids_alive();
            for doc in docs.filter(|&doc| snapshot.exists(dates.first(doc))) {
                match dates.first(doc) {
                    None => undated += 1,
                    Some(date) => {
                        let (first, last) = published.unwrap_or((date, date));
                        published = Some((date.min(first), date.max(last)));
                    }
                }
                let name = names.as_ref().and_then(|names| names.term_ords(doc).next());
                *counts.entry(name.unwrap_or(u64::MAX)).or_default() += 1;
            }
            for (name, count) in counts {
                let mut text = String::new();
                if let Some(names) = names.as_ref().filter(|_| name != u64::MAX) {
                    names
                        .ord_to_str(name, &mut text)
                        .map_err(tantivy::TantivyError::from)?;
                }
                *sources.entry(text).or_default() += count;
            }
        }
        Ok(Statistics {
            documents: snapshot.documents(),
            undated,
            published,
            outliers,
            sources: sorted(sources),
            bytes: snapshot.shared.size()?,
        })
    }

    /// Those of an index whose documents are elsewhere.
    fn elsewhere(
        snapshot: &Snapshot,
        all: &dyn Collection,
        outliers: u64,
    ) -> Result<Statistics, IndexError> {
        let documents = snapshot.documents();
        let dated = match snapshot.end() {
            Some(_) => documents,
            None => all.documents_before(i64::MAX)?,
        };
        let name = snapshot.shared.fields.source_name;
        let mut sources = all.terms(name, "", snapshot.end(), usize::MAX)?;
        let named: u64 = sources.iter().map(|(_, count)| count).sum();
        if named < documents {
            sources.push((String::new(), documents - named));
        }
        Ok(Statistics {
            documents,
            undated: documents.saturating_sub(dated),
            published: all.bounds(snapshot.end())?,
            outliers,
            sources: sorted(sources),
            bytes: all.bytes()?,
        })
    }
}

/// The most first, then in the order of the names.
fn sorted(sources: impl IntoIterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut sources: Vec<_> = sources.into_iter().collect();
    sources.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sources
}
