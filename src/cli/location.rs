//! Which index a command works on.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use newsearch::{Index, IndexOptions, UpdateOptions};

use super::index::{self, Loudness};
use super::interrupt::Interrupt;
use super::output::tell;

/// Where the index is unless it is named.
const DEFAULT: &str = "index";
/// The variable that may name it.
const VARIABLE: &str = "NEWSEARCH_INDEX";
/// The folder of this project's sample.
const SAMPLE: &str = "corpus";

/// The folder of the index, as typed.
#[derive(Debug, clap::Args)]
pub struct Location {
    /// The folder of the index [default: $NEWSEARCH_INDEX, or `index`]
    #[arg(long = "index", value_name = "DIR")]
    dir: Option<PathBuf>,
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
        if self.named().is_some() || !is_sample(Path::new(SAMPLE)) {
            return Ok(Index::open(self.dir())?);
        }
        let index = Index::open_or_create(DEFAULT, IndexOptions::new())?;
        if index.searcher().documents() == 0 {
            tell(format_args!(
                "{DEFAULT}/ is empty: indexing {SAMPLE}/ first"
            ));
            index::update(
                &index,
                &[SAMPLE.into()],
                &UpdateOptions::default(),
                Loudness::Full,
                &Interrupt::watch(false)?,
            )?;
        }
        Ok(index)
    }

    /// Opens the index, or makes one where there is none and files are watched that will fill it.
    #[cfg(feature = "server")]
    pub fn open_or_watch(&self, watched: &[PathBuf]) -> anyhow::Result<Index> {
        if watched.is_empty() {
            return self.open();
        }
        Ok(Index::open_or_create(self.dir(), IndexOptions::new())?)
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
