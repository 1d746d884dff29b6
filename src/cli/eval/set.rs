//! A set of queries with known answers.

use anyhow::ensure;
use newsearch::Searcher;

use super::args::{EvalArgs, SetFiles};
use super::measures::{Scores, measure};
use super::trec::{self, Judged, Ranked, Run, Topic};
use crate::cli::output::tell;

/// A set, ready to be evaluated.
pub struct Set {
    pub files: SetFiles,
    pub searcher: Searcher,
    pub topics: Vec<Topic>,
    pub judgements: Vec<Judged>,
    /// What to compare with.
    pub other: Option<Run>,
}

impl Set {
    pub fn read(files: SetFiles, args: &EvalArgs) -> anyhow::Result<Set> {
        let mut topics = trec::read(&files.queries, trec::topics)?;
        let searcher = args.searcher(&files)?;
        if let Some(rewrite) = args.rewrite {
            rewrite.apply(&mut topics, &searcher)?;
        }
        topics.retain(|topic| {
            let is_empty = topic.text.trim().is_empty();
            if is_empty {
                let (file, id) = (files.queries.display(), &topic.id);
                tell(format_args!(
                    "{file}: the query {id} is empty: it is left out"
                ));
            }
            !is_empty
        });
        let judgements = trec::read(&files.qrels, trec::judgements)?;
        ensure!(
            !topics.is_empty(),
            "{}: holds no queries",
            files.queries.display()
        );
        ensure!(
            !judgements.is_empty(),
            "{}: holds no judgements",
            files.qrels.display()
        );
        let other = args
            .compared_run_of(&files.name)
            .map(|path| trec::read(&path, trec::run))
            .transpose()?;
        Ok(Set {
            files,
            searcher,
            topics,
            judgements,
            other,
        })
    }
}

/// How well a ranking answers a judged query.
pub fn scores(judged: &Judged, ranking: &[Ranked]) -> Scores {
    measure(
        ranking.iter().map(|ranked| ranked.id.as_str()),
        &judged.relevance,
    )
}
