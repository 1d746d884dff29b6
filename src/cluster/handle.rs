//! An index on a cluster: opened, made, brought up to date, checked, searched.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::asked::Asked;
use super::client::Client;
use super::collection::All;
use super::document::FORMAT;
use super::finder::InCluster;
use super::made::Made;
use super::names::Names;
use super::periods::{self, UNDATED, of_articles};
use super::state::State;
use super::store::Store;
use super::turn::Turn;
use crate::index::{
    Check, Elsewhere, Index, IndexError, IndexOptions, Progress, Report, Shared, UpdateOptions,
};
use crate::search::Searcher;

/// An index on a cluster.
pub struct Cluster {
    pub(super) asked: Asked,
    /// Where the right to write is taken: at the index that answers.
    pub(super) right: Asked,
    pub(super) frame: Arc<Shared>,
    /// How the frame was made.
    pub(super) made: Made,
}

/// What is at the place of an index.
pub(super) enum Found {
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

    /// Opens the index with this name on the cluster at `url`, such as `http://127.0.0.1:9200`, or several of its
    /// nodes with commas between them: where one does not answer, the next is asked. Who asks is
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

    /// The same, and makes the index where there is none. Entities and a mapping in `options` take the place of
    /// those that it has.
    ///
    /// # Errors
    /// As [`open`](Self::open); and when there is an index whose words are not those of `options`.
    pub fn open_or_create(
        url: &str,
        name: &str,
        options: &IndexOptions,
    ) -> Result<Cluster, IndexError> {
        let cluster = Cluster::at(url, name)?;
        if !cluster.is_there()? {
            return cluster.made_anew(options, |alias| {
                (format!("{alias}-1"), json!({ alias: {} }))
            });
        }
        if cluster.made.has_other_words_than(options) {
            return Err(IndexError::Words(cluster.asked.place().into()));
        }
        if options.wanted_split().is_some() && options.wanted_split() != cluster.made.split() {
            return Err(Elsewhere(format!(
                "the index {} is not split like that: --rebuild makes it anew",
                cluster.asked.place()
            ))
            .into());
        }
        if options.entities_bytes().is_none() && options.fields().is_none() {
            return Ok(cluster);
        }
        let asked = &cluster.asked;
        let mut turn = Turn::take(asked)?;
        let made = cluster.made.keep(asked, asked, options)?;
        // Whoever answers from the index takes it over.
        let mut state = State::read(asked)?;
        state.generation = Turn::unique();
        state.write(asked)?;
        turn.give_back(asked);
        cluster.framed(made)
    }

    pub(super) fn at(url: &str, name: &str) -> Result<Cluster, IndexError> {
        let asked = Asked {
            client: Arc::new(Client::new(url)?),
            names: Names::new(name)?,
            is_split: false,
            part: None,
        };
        let made = Made::read(&asked)?;
        let asked = asked.split(made.split().is_some());
        Ok(Cluster {
            frame: Index::in_memory(made.options(&asked)?)?.shared,
            right: asked.clone(),
            asked,
            made,
        })
    }

    /// The same, made in another way.
    fn framed(self, made: Made) -> Result<Cluster, IndexError> {
        if made == self.made {
            return Ok(self);
        }
        let frame = Index::in_memory(made.options(&self.asked)?)?.shared;
        Ok(Cluster {
            asked: self.asked.split(made.split().is_some()),
            frame,
            made,
            ..self
        })
    }

    /// Whether the index is there; fails where it is not as this program makes it.
    fn is_there(&self) -> Result<bool, IndexError> {
        match self.found()? {
            Found::Not => Ok(false),
            Found::AsToday => Ok(true),
            Found::Otherwise(error) => Err(error),
            Found::ByOthers => Err(IndexError::NotAnIndex(self.asked.place().into())),
        }
    }

    pub(super) fn found(&self) -> Result<Found, IndexError> {
        let path = format!("/{}/_mapping", self.asked.names.articles);
        let reply = self.asked.client.ask("GET", &path, None)?;
        let all = reply.body.as_object().filter(|_| reply.is_found());
        for of_index in all.into_iter().flat_map(|all| all.values()) {
            match self.found_by(&of_index["mappings"]["_meta"]) {
                Found::AsToday => {}
                otherwise => return Ok(otherwise),
            }
        }
        Ok(match all.is_some_and(|all| !all.is_empty()) {
            true => Found::AsToday,
            false => Found::Not,
        })
    }

    /// What an index is, by what it says of itself.
    fn found_by(&self, meta: &Value) -> Found {
        let place = PathBuf::from(self.asked.place());
        match meta["format"].as_u64() {
            None => Found::ByOthers,
            Some(found) if found != u64::from(FORMAT) => Found::Otherwise(IndexError::Version {
                path: place,
                found: u32::try_from(found).unwrap_or(u32::MAX),
                expected: FORMAT,
            }),
            Some(_) if meta["analyzer"] != self.frame.analyzer.identity() => {
                Found::Otherwise(IndexError::Analyzer(place))
            }
            Some(_) => Found::AsToday,
        }
    }

    /// Makes the indexes without aliases.
    pub(super) fn made_alone(self, options: &IndexOptions) -> Result<Cluster, IndexError> {
        self.made_anew(options, |index| (index.to_owned(), json!({})))
    }

    /// Makes both indexes, with what is given, and of the rest with what this was made with; `called` says how
    /// each is called, and its aliases: behind one, another may take its place.
    fn made_anew(
        self,
        options: &IndexOptions,
        called: impl Fn(&str) -> (String, Value),
    ) -> Result<Cluster, IndexError> {
        let names = self.asked.names.clone();
        let state = json!({
            "dynamic": false,
            "properties": { "kind": { "type": "keyword" } },
        });
        let few = json!({ "number_of_shards": 1, "auto_expand_replicas": "0-1" });
        let (index, aliases) = called(&names.state);
        let body = json!({ "settings": few, "mappings": state, "aliases": aliases });
        periods::make(&self.asked, &index, &body)?;
        let made = self.made.keep(&self.asked, &self.right, options)?;
        let cluster = self.framed(made)?;
        // That of the articles last: where it is, the other is, too.
        let (mut index, mut aliases) = called(&names.articles);
        if cluster.made.split().is_some() {
            index = format!("{index}-{UNDATED}");
            aliases = json!({ &names.articles: {} });
        }
        let analyzer = cluster.frame.analyzer.identity();
        let body = of_articles(&cluster.asked, &cluster.made, &analyzer, &aliases);
        periods::make(&cluster.asked, &index, &body)?;
        Ok(cluster)
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
        let asked = Asked {
            client: Arc::new(self.asked.client.patient()),
            ..self.asked.clone()
        };
        let store = Store::open(
            asked,
            self.right.clone(),
            Arc::clone(&self.frame),
            &self.made,
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
        self.searching(self.asked.clone())
    }

    /// The same, but that answers are given of those shards that can be asked, each with a note that says
    /// so. It is for one request, or a few: what is counted for it is counted of a part.
    ///
    /// # Errors
    /// When the cluster does not answer at all.
    pub fn searcher_of_part(&self) -> Result<Searcher, IndexError> {
        self.searching(Asked {
            part: Some(Arc::default()),
            ..self.asked.clone()
        })
    }

    fn searching(&self, asked: Asked) -> Result<Searcher, IndexError> {
        // It may have been made anew, or been given other names.
        let made = Made::read(&asked)?;
        let asked = asked.split(made.split().is_some());
        let frame = match made == self.made {
            true => Arc::clone(&self.frame),
            false => Index::in_memory(made.options(&asked)?)?.shared,
        };
        let all = Arc::new(All::open(asked.clone())?);
        let finder = InCluster {
            asked,
            all,
            frame: Arc::clone(&frame),
        };
        Ok(Searcher::elsewhere(frame, Arc::new(finder)))
    }
}
