//! Which index a command works on.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
#[cfg(feature = "opensearch")]
use std::sync::Arc;

use anyhow::bail;
#[cfg(feature = "server")]
use newsearch::server::Source;
use newsearch::{Check, Index, IndexOptions, Searcher, UpdateOptions};
#[cfg(feature = "opensearch")]
use newsearch::{Cluster, ClusterRebuild, IndexError};

use super::interrupt::Interrupt;
use super::output::tell;
use super::updating::{self, Loudness};

/// Where the index is unless it is named.
const DEFAULT: &str = "index";
/// The variable that may name it.
const VARIABLE: &str = "NEWSEARCH_INDEX";
/// The variable that may say where the cluster is.
#[cfg(feature = "opensearch")]
const URL: &str = "NEWSEARCH_URL";
/// The folder of this project's sample.
const SAMPLE: &str = "corpus";

/// The folder of the index, as typed.
#[derive(Debug, clap::Args)]
pub struct Location {
    /// The folder of the index [default: $NEWSEARCH_INDEX, or `index`]
    #[arg(long = "index", value_name = "DIR", conflicts_with = "engine")]
    dir: Option<PathBuf>,
    /// Where the index is: in a folder, or on a cluster of OpenSearch
    #[arg(long, value_name = "ENGINE", value_enum)]
    engine: Option<Engine>,
    /// The cluster, such as http://127.0.0.1:9200, or several of its nodes with commas between them
    /// [default: $NEWSEARCH_URL]
    #[arg(long, value_name = "URL", requires = "engine")]
    url: Option<String>,
    /// The name of the index on the cluster [default: newsearch]
    #[arg(long, value_name = "NAME", requires = "engine")]
    name: Option<String>,
}

/// Whether a part of an answer will do.
#[derive(Debug, clap::Args)]
pub struct Part {
    /// Where the cluster has lost a shard, answer for the others, with a note that says so
    #[arg(long, requires = "engine")]
    partial: bool,
}

/// What keeps an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Folder,
    #[value(name = "opensearch")]
    OpenSearch,
}

impl Location {
    /// The folder of the index.
    pub fn dir(&self) -> PathBuf {
        self.named().unwrap_or_else(|| DEFAULT.into())
    }

    /// Opens the index. Where none is named, `index` is empty or missing and beside it is the sample of
    /// this project, it is built from that first, which is reported. No other archive is ever indexed
    /// without being asked for.
    pub fn open(&self) -> anyhow::Result<Index> {
        self.assert_folder()?;
        if self.named().is_some() || !is_sample(Path::new(SAMPLE)) {
            return Ok(Index::open(self.dir())?);
        }
        let index = Index::open_or_create(DEFAULT, IndexOptions::new())?;
        if index.searcher().documents() == 0 {
            tell(format_args!(
                "{DEFAULT}/ is empty: indexing {SAMPLE}/ first"
            ));
            updating::update(
                &index,
                &[SAMPLE.into()],
                &UpdateOptions::default(),
                Loudness::Full,
                &Interrupt::watch(false)?,
            )?;
        }
        Ok(index)
    }

    /// Fails where the index is on a cluster, for commands that need one in a folder.
    pub fn assert_folder(&self) -> anyhow::Result<()> {
        if self.is_cluster() {
            bail!("this is not available with --engine opensearch");
        }
        Ok(())
    }

    /// Checks the index, wherever it is.
    pub fn check(&self) -> anyhow::Result<Check> {
        #[cfg(feature = "opensearch")]
        if self.is_cluster() {
            return Ok(Cluster::open(&self.url()?, self.name())?.check()?);
        }
        Ok(Index::check(self.dir())?)
    }

    /// What to do when it is damaged.
    pub fn remedy(&self) -> &'static str {
        match self.is_cluster() {
            false => "the index is damaged: run `newsearch index --rebuild PATH`",
            true => {
                "the index is damaged: run `newsearch index --rebuild PATH --engine opensearch --url URL`"
            }
        }
    }

    /// What the index holds, wherever it is.
    pub fn searcher(&self) -> anyhow::Result<Searcher> {
        #[cfg(feature = "opensearch")]
        if self.is_cluster() {
            return Ok(Cluster::open(&self.url()?, self.name())?.searcher()?);
        }
        Ok(self.open()?.searcher())
    }

    /// The same; where the index is on a cluster that has lost a shard, what the others hold.
    pub fn searcher_of(&self, part: &Part) -> anyhow::Result<Searcher> {
        if !part.partial {
            return self.searcher();
        }
        #[cfg(feature = "opensearch")]
        if self.is_cluster() {
            return Ok(Cluster::open(&self.url()?, self.name())?.searcher_of_part()?);
        }
        bail!("--partial is for an index on a cluster: a folder answers whole")
    }

    /// Where the index is, to be shown.
    pub fn place(&self) -> anyhow::Result<PathBuf> {
        #[cfg(feature = "opensearch")]
        if self.is_cluster() {
            return Ok(format!("{}/{}", self.url()?, self.name()).into());
        }
        Ok(self.dir())
    }

    /// Whether the index is on a cluster.
    pub fn is_cluster(&self) -> bool {
        self.engine == Some(Engine::OpenSearch)
    }

    /// Opens the index on the cluster, or makes it there.
    #[cfg(feature = "opensearch")]
    pub fn open_or_create_cluster(&self, options: &IndexOptions) -> anyhow::Result<Cluster> {
        Ok(Cluster::open_or_create(&self.url()?, self.name(), options)?)
    }

    /// Begins to build the index on the cluster anew; none where there is none yet.
    #[cfg(feature = "opensearch")]
    pub fn begin_rebuild_on_cluster(
        &self,
        options: &IndexOptions,
    ) -> anyhow::Result<Option<ClusterRebuild>> {
        match ClusterRebuild::begin(&self.url()?, self.name(), options) {
            Err(IndexError::Missing(_)) => Ok(None),
            rebuild => Ok(Some(rebuild?)),
        }
    }

    #[cfg(feature = "opensearch")]
    fn url(&self) -> anyhow::Result<String> {
        let of_environment = || env::var(URL).ok().filter(|url| !url.is_empty());
        let url = self.url.clone().or_else(of_environment);
        url.ok_or_else(|| anyhow::anyhow!("which cluster? Give --url, or set {URL}"))
    }

    #[cfg(feature = "opensearch")]
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(Cluster::NAME)
    }

    /// What is served. Where there is none, the index of the sample is built, or an empty one where files
    /// are watched that will fill it.
    #[cfg(feature = "server")]
    pub fn source(&self, watched: &[PathBuf]) -> anyhow::Result<Source> {
        #[cfg(feature = "opensearch")]
        if self.is_cluster() {
            if !watched.is_empty() {
                bail!(
                    "--watch fills an index in a folder: run `newsearch index --watch PATH --engine opensearch` beside the server"
                );
            }
            let cluster = Cluster::open(&self.url()?, self.name())?;
            return Ok(Source::Cluster(Arc::new(cluster)));
        }
        match watched {
            [] => self.open()?,
            _ => Index::open_or_create(self.dir(), IndexOptions::new())?,
        };
        Ok(Source::Folder(self.dir()))
    }

    /// The folder that the user names; an empty variable names none.
    fn named(&self) -> Option<PathBuf> {
        let of_environment = || {
            env::var_os(VARIABLE)
                .filter(|dir| !dir.is_empty())
                .map(PathBuf::from)
        };
        self.dir.clone().or_else(of_environment)
    }
}

/// Whether a folder is the sample: what is said about it is.
fn is_sample(folder: &Path) -> bool {
    let said = fs::read(folder.join("README.md"));
    said.is_ok_and(|said| said == include_bytes!("../../corpus/README.md"))
}
