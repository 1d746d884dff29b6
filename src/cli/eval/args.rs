//! The arguments of `newsearch eval`.

use std::path::{Path, PathBuf};

use clap::builder::RangedU64ValueParser;
use newsearch::{Formula, Index, Page, Searcher, SnippetOptions};
use rustc_hash::FxHashSet;

use super::rewrite::Rewrite;
use crate::cli::location::Location;
use crate::cli::past::Past;

/// Most documents that may be ranked for a query.
const MAX_DEPTH: u64 = 1_000_000;

/// What to evaluate, and what to tell of it, as typed.
#[derive(Debug, clap::Args)]
pub struct EvalArgs {
    /// A set: its name, its index, its queries and its judgements; may be repeated for one table
    #[arg(
        long = "set",
        value_name = "NAME=INDEX,QUERIES,QRELS",
        value_parser = SetFiles::parse,
        conflicts_with_all = ["queries", "qrels", "dir"]
    )]
    sets: Vec<SetFiles>,
    /// The queries of the one set: `id TAB text` a line; no operator is understood in the text
    #[arg(
        long,
        value_name = "FILE",
        requires = "qrels",
        required_unless_present = "sets"
    )]
    queries: Option<PathBuf>,
    /// Its judgements, as TREC has them: `query 0 document relevance` a line
    #[arg(long, value_name = "FILE", requires = "queries")]
    qrels: Option<PathBuf>,
    #[command(flatten)]
    location: Location,
    /// Rank so many documents for each query, up to 1,000,000
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_DEPTH))]
    pub k: usize,
    #[command(flatten)]
    pub past: Past,
    /// Slightly prefer newer articles, as `newsearch query` does
    #[arg(long)]
    pub recency: bool,
    /// Rank by another formula than the whole one: words, subwords, bigrams,
    /// words-and-bigrams, characters, or
    /// without-coverage, -lengths, -titles, -subwords, -names, -pairs, -places, -frame or -fragments
    #[arg(long, value_name = "NAME", default_value_t)]
    pub formula: Formula,
    /// Rank by each of the formulas and print one table of all
    #[arg(long, conflicts_with_all = ["formula", "run", "compare", "per_query"])]
    pub ablation: bool,
    /// Rewrite the queries first, as other people would type them
    #[arg(long, value_name = "HOW", value_enum)]
    pub rewrite: Option<Rewrite>,
    /// Write the rankings as a TREC run; with --set PATH is a folder, and each set has NAME.run there
    #[arg(long, value_name = "PATH")]
    run: Option<PathBuf>,
    /// Compare with a TREC run of the same queries; with --set a folder, as for --run
    #[arg(long, value_name = "PATH")]
    compare: Option<PathBuf>,
    /// Write the figures of each query: a line with set, query, measures and milliseconds
    #[arg(long, value_name = "FILE")]
    pub per_query: Option<PathBuf>,
    /// Report two halves of each set as well: tune on the one, check on the other
    #[arg(long)]
    pub halves: bool,
    /// Rank each story once, by the best of the articles that tell it in the same words
    #[arg(long)]
    pub grouped: bool,
    /// Print the tables as Markdown
    #[arg(long)]
    pub markdown: bool,
}

/// The files of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFiles {
    /// What the tables call it.
    pub name: String,
    /// The folder of its index.
    pub index: PathBuf,
    /// Its queries.
    pub queries: PathBuf,
    /// Its judgements.
    pub qrels: PathBuf,
}

impl EvalArgs {
    /// The sets to evaluate. The one that `--queries` and `--qrels` make is named after the former.
    ///
    /// # Errors
    /// Two sets have one name.
    pub fn sets(&self) -> anyhow::Result<Vec<SetFiles>> {
        let (Some(queries), Some(qrels)) = (&self.queries, &self.qrels) else {
            // They name the folders of their indexes.
            self.location.assert_folder()?;
            refuse_namesakes(&self.sets)?;
            return Ok(self.sets.clone());
        };
        let name = queries
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(vec![SetFiles {
            name,
            index: self.location.dir(),
            queries: queries.clone(),
            qrels: qrels.clone(),
        }])
    }

    /// What the index of a set holds.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn searcher(&self, set: &SetFiles) -> anyhow::Result<Searcher> {
        match self.location.is_cluster() {
            true => self.location.searcher(),
            false => Ok(Index::open(&set.index)?.searcher()),
        }
    }

    /// The documents to rank for a query, without any snippet.
    pub fn page(&self) -> Page {
        let snippets = SnippetOptions {
            count: 0,
            ..SnippetOptions::default()
        };
        Page {
            recency: self.recency,
            group: self.grouped,
            snippets,
            ..Page::first(self.k)
        }
    }

    /// Where the run of a set is to be written.
    pub fn run_of(&self, set: &str) -> Option<PathBuf> {
        Some(self.of_set(self.run.as_deref()?, set))
    }

    /// The folder of the runs of several sets. What else is named must be there: a mistyped path is to
    /// be an error, not a folder.
    pub fn folder_of_runs(&self) -> Option<&Path> {
        self.run.as_deref().filter(|_| !self.sets.is_empty())
    }

    /// The run that a set is to be compared with.
    pub fn compared_run_of(&self, set: &str) -> Option<PathBuf> {
        Some(self.of_set(self.compare.as_deref()?, set))
    }

    fn of_set(&self, path: &Path, set: &str) -> PathBuf {
        if self.sets.is_empty() {
            path.to_path_buf()
        } else {
            path.join(format!("{set}.run"))
        }
    }
}

impl SetFiles {
    /// Reads `NAME=INDEX,QUERIES,QRELS`.
    fn parse(text: &str) -> Result<SetFiles, String> {
        let (name, paths) = text
            .split_once('=')
            .ok_or("write NAME=INDEX,QUERIES,QRELS")?;
        if Path::new(name).file_name() != Some(name.as_ref()) {
            return Err(format!("`{name}` cannot be the name of a file"));
        }
        let paths: Vec<&str> = paths.split(',').collect();
        match paths[..] {
            [index, queries, qrels] if paths.iter().all(|path| !path.is_empty()) => Ok(SetFiles {
                name: name.to_owned(),
                index: index.into(),
                queries: queries.into(),
                qrels: qrels.into(),
            }),
            _ => Err(format!("`{}` is not INDEX,QUERIES,QRELS", paths.join(","))),
        }
    }
}

/// Their runs would be one file.
fn refuse_namesakes(sets: &[SetFiles]) -> anyhow::Result<()> {
    let mut names = FxHashSet::default();
    match sets.iter().find(|set| !names.insert(&set.name)) {
        Some(set) => anyhow::bail!("there are two sets named {}", set.name),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Eval {
        #[command(flatten)]
        args: EvalArgs,
    }

    fn typed(line: &str) -> Result<EvalArgs, clap::Error> {
        let words = std::iter::once("eval").chain(line.split(' '));
        Eval::try_parse_from(words).map(|eval| eval.args)
    }

    #[test]
    fn one_set_is_three_arguments() -> anyhow::Result<()> {
        let args = typed(
            "--index i --queries sets/topics.tsv --qrels sets/q.rels --run out.run --compare other.run",
        )?;
        let [set] = &args.sets()?[..] else {
            panic!("{args:?}")
        };
        let expected = SetFiles {
            name: "topics".into(),
            index: "i".into(),
            queries: "sets/topics.tsv".into(),
            qrels: "sets/q.rels".into(),
        };
        assert_eq!(set, &expected);
        assert_eq!(args.run_of(&set.name), Some("out.run".into()));
        assert_eq!(args.compared_run_of(&set.name), Some("other.run".into()));
        assert_eq!(args.k, 100);
        Ok(())
    }

    #[test]
    fn each_of_several_sets_is_one_argument() -> anyhow::Result<()> {
        let args = typed("--set a=i/a,q.tsv,a.qrels --set b=i/b,r.tsv,b.qrels --run runs")?;
        let sets = args.sets()?;
        let names: Vec<_> = sets.iter().map(|set| set.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        let expected = SetFiles {
            name: "b".into(),
            index: "i/b".into(),
            queries: "r.tsv".into(),
            qrels: "b.qrels".into(),
        };
        assert_eq!(sets[1], expected);
        assert_eq!(args.run_of("b"), Some("runs/b.run".into()));
        assert_eq!(args.compared_run_of("b"), None);
        Ok(())
    }

    #[test]
    fn what_names_no_set_is_refused() {
        for line in [
            "--k 10",
            "--queries q",
            "--qrels r",
            "--queries q --qrels r --set a=i,q,r",
            "--set a",
            "--set a=i,q",
            "--set a=i,q,r,s",
            "--set a=i,,r",
            "--set =i,q,r",
            "--set a/b=i,q,r",
            "--set ..=i,q,r",
            "--set a=i,q,r --index i",
            "--set a=i,q,r --k 0",
            "--set a=i,q,r --rewrite backwards",
        ] {
            assert!(typed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn sets_have_names_of_their_own() -> anyhow::Result<()> {
        let sets = typed("--set a=i,q,r --set b=i,q,r --set a=j,q,r")?.sets();
        let refused = sets.map_err(|error| error.to_string());
        assert_eq!(refused, Err("there are two sets named a".to_string()));
        Ok(())
    }
}
