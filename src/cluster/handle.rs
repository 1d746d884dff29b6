//! An index on a cluster: opened, made, brought up to date, checked, searched.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::asked::Asked;
use super::client::Client;
use super::collection::All;
use super::document::{FORMAT, mapping, settings};
use super::finder::InCluster;
use super::names::Names;
#[cfg(feature = "server")]
use super::state::State;
use super::store::Store;
use crate::index::{
    Check, Index, IndexError, IndexOptions, Progress, Report, Shared, UpdateOptions,
};
use crate::search::Searcher;

/// The shards of an index unless told otherwise.
const SHARDS: u32 = 3;

/// An index on a cluster.
pub struct Cluster {
    pub(super) asked: Asked,
    /// Where the right to write is taken: at the index that answers.
    pub(super) right: Asked,
    pub(super) frame: Arc<Shared>,
}

/// What is at the place of an index.
pub(super) enum Made {
    /// Nothing.
    Not,
    /// An index that this program made, of another format or analyzer.
    Otherwise(IndexError),
    /// An index of others.
    ByOthers,
    /// An index that can be opened.
    AsToday,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("place", &self.asked.place())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// The name of an index unless one is given.
    pub const NAME: &str = super::names::NAME;

    /// Opens the index with this name on the cluster at `url`, such as `http://127.0.0.1:9200`. Who asks is
    /// said by the environment: `NEWSEARCH_USER` and `NEWSEARCH_PASSWORD`, or `NEWSEARCH_API_KEY`; `NEWSEARCH_CA`
    /// names a file with the certificates that are trusted.
    ///
    /// # Errors
    /// When the cluster does not answer, has no such index, or has one that was built with another
    /// dictionary or in another format.
    pub fn open(url: &str, name: &str) -> Result<Cluster, IndexError> {
        let cluster = Cluster::at(url, name)?;
        match cluster.is_there()? {
            true => Ok(cluster),
            false => Err(IndexError::Missing(cluster.asked.place().into())),
        }
    }

    /// The same, and makes the index where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_or_create(url: &str, name: &str) -> Result<Cluster, IndexError> {
        let cluster = Cluster::at(url, name)?;
        if !cluster.is_there()? {
            cluster.create()?;
        }
        Ok(cluster)
    }

    pub(super) fn at(url: &str, name: &str) -> Result<Cluster, IndexError> {
        let asked = Asked {
            client: Arc::new(Client::new(url)?),
            names: Names::new(name)?,
        };
        let frame = Index::in_memory(IndexOptions::new())?.shared;
        Ok(Cluster {
            right: asked.clone(),
            asked,
            frame,
        })
    }

    /// Whether the index is there; fails where it is not as this program makes it.
    fn is_there(&self) -> Result<bool, IndexError> {
        match self.made()? {
            Made::Not => Ok(false),
            Made::AsToday => Ok(true),
            Made::Otherwise(error) => Err(error),
            Made::ByOthers => Err(IndexError::NotAnIndex(self.asked.place().into())),
        }
    }

    pub(super) fn made(&self) -> Result<Made, IndexError> {
        let path = format!("/{}/_mapping", self.asked.names.articles);
        let reply = self.asked.client.ask("GET", &path, None)?;
        let of_index = reply.body.as_object().and_then(|all| all.values().next());
        let Some(of_index) = of_index.filter(|_| reply.is_found()) else {
            return Ok(Made::Not);
        };
        let meta = &of_index["mappings"]["_meta"];
        let place = PathBuf::from(self.asked.place());
        Ok(match meta["format"].as_u64() {
            None => Made::ByOthers,
            Some(found) if found != u64::from(FORMAT) => Made::Otherwise(IndexError::Version {
                path: place,
                found: u32::try_from(found).unwrap_or(u32::MAX),
                expected: FORMAT,
            }),
            Some(_) if meta["analyzer"] != self.frame.analyzer.identity() => {
                Made::Otherwise(IndexError::Analyzer(place))
            }
            Some(_) => Made::AsToday,
        })
    }

    /// Makes the indexes, each behind an alias, so that another may take its place.
    fn create(&self) -> Result<(), IndexError> {
        self.make_both(|alias| (format!("{alias}-1"), json!({ alias: {} })))
    }

    /// Makes the indexes without aliases.
    pub(super) fn create_alone(&self) -> Result<(), IndexError> {
        self.make_both(|index| (index.to_owned(), json!({})))
    }

    /// Makes both indexes; `called` says how each is called, and its aliases.
    fn make_both(&self, called: impl Fn(&str) -> (String, Value)) -> Result<(), IndexError> {
        let names = &self.asked.names;
        let state = json!({
            "dynamic": false,
            "properties": { "kind": { "type": "keyword" } },
        });
        let few = json!({ "number_of_shards": 1, "auto_expand_replicas": "0-1" });
        let identity = self.frame.analyzer.identity();
        // That of the articles last: where it is, the other is, too.
        for (name, settings, mappings) in [
            (&names.state, few, state),
            (&names.articles, settings(SHARDS), mapping(names, &identity)),
        ] {
            let (index, aliases) = called(name);
            let body = json!({ "settings": settings, "mappings": mappings, "aliases": aliases });
            let path = format!("/{index}?wait_for_active_shards=1");
            match self.asked.client.ask("PUT", &path, Some(&body)) {
                Ok(_) => {}
                // Another process made it at the same moment, or one that was killed before.
                Err(_) if self.exists(name)? => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn exists(&self, alias: &str) -> Result<bool, IndexError> {
        let path = format!("/{alias}/_mapping");
        Ok(self.asked.client.ask("GET", &path, None)?.is_found())
    }

    /// Brings the index up to date with an archive, as [`Index::update`] does with a folder.
    ///
    /// # Errors
    /// When somebody else writes the index, the cluster fails, or the update is stopped.
    pub fn update(
        &self,
        paths: &[PathBuf],
        options: &UpdateOptions,
        progress: impl FnMut(Progress),
    ) -> Result<Report, IndexError> {
        let store = Store::open(
            self.asked.clone(),
            self.right.clone(),
            Arc::clone(&self.frame),
        )?;
        let shared = self.frame.with_documents(&[])?.kept_by(Arc::new(store));
        Index::of(shared).update(paths, options, progress)
    }

    /// Reads all articles, and compares what the cluster has of them with what they make: what is stored,
    /// what is counted by, and of 2,000 of them the words and texts that they are found by.
    ///
    /// # Errors
    /// When the cluster fails. What is wrong with the index is no error.
    pub fn check(&self) -> Result<Check, IndexError> {
        super::check::check(&self.asked, &self.frame)
    }

    /// What the last commit is called.
    #[cfg(feature = "server")]
    pub(crate) fn generation(&self) -> Result<String, IndexError> {
        Ok(State::read(&self.asked)?.generation)
    }

    /// A view of the index. Where it finds documents it finds those that are there at the moment.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub fn searcher(&self) -> Result<Searcher, IndexError> {
        let all = Arc::new(All::open(self.asked.clone())?);
        let finder = InCluster {
            asked: self.asked.clone(),
            all,
            frame: Arc::clone(&self.frame),
        };
        Ok(Searcher::elsewhere(
            Arc::clone(&self.frame),
            Arc::new(finder),
        ))
    }
}
