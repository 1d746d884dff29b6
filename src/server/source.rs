//! Where the index is that is served, and what tells that it has changed.

use std::fs;
use std::path::PathBuf;
#[cfg(feature = "opensearch")]
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[cfg(feature = "opensearch")]
use crate::cluster::Cluster;
use crate::index::{Index, IndexError, commit_files};
use crate::search::Searcher;

/// Where an index is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Source {
    /// In a folder, which exists.
    Folder(PathBuf),
    /// On a cluster.
    #[cfg(feature = "opensearch")]
    Cluster(Arc<Cluster>),
}

/// What tells one commit from another without opening the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stamp {
    /// When the files of the commit were written, and how long they are.
    Files([Option<(SystemTime, u64)>; 2]),
    /// What the cluster calls it; `None` where it does not say.
    #[cfg(feature = "opensearch")]
    State(Option<String>),
}

impl Source {
    /// How often it is looked at.
    pub(super) fn every(&self) -> Duration {
        match self {
            Source::Folder(_) => Duration::from_millis(200),
            #[cfg(feature = "opensearch")]
            Source::Cluster(_) => Duration::from_millis(700),
        }
    }

    /// That of its last commit.
    pub(super) fn stamp(&self) -> Stamp {
        match self {
            Source::Folder(dir) => Stamp::Files(commit_files(dir).map(|file| {
                let metadata = fs::metadata(file).ok()?;
                Some((metadata.modified().ok()?, metadata.len()))
            })),
            #[cfg(feature = "opensearch")]
            Source::Cluster(cluster) => Stamp::State(cluster.generation().ok()),
        }
    }

    /// A view of its last commit.
    pub(super) fn searcher(&self) -> Result<Searcher, IndexError> {
        match self {
            Source::Folder(dir) => Ok(Index::open(dir)?.searcher()),
            #[cfg(feature = "opensearch")]
            Source::Cluster(cluster) => cluster.searcher(),
        }
    }
}
