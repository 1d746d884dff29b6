//! `newsearch eval`: how good the rankings are, and how fast, on queries with known answers.

mod ablation;
mod args;
mod compare;
mod measures;
mod per_query;
mod report;
mod rewrite;
mod set;
mod table;
mod trec;
mod trial;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use rustc_hash::FxHashMap;

pub use args::EvalArgs;
use per_query::PerQuery;
use report::{Measured, Report};
use set::{Set, scores};
use table::Table;
use trec::Topic;
use trial::Answer;

use super::outcome::Outcome;
use super::output::{self, tell};

/// Ranks documents for the queries of each set and prints how well it went: documents, not groups
/// of reprints, in the default order.
pub fn run(args: &EvalArgs) -> anyhow::Result<Outcome> {
    let sets = args.sets()?.into_iter().map(|files| Set::read(files, args));
    let sets: Vec<Set> = sets.collect::<Result<_, _>>()?;
    if args.ablation {
        print_table(&ablation::table(&sets, args)?, args.markdown)?;
        return Ok(Outcome::Found);
    }
    if let Some(folder) = args.folder_of_runs()
        && !folder.is_dir()
    {
        fs::create_dir(folder).with_context(|| folder.display().to_string())?;
    }
    let mut per_query = args
        .per_query
        .as_deref()
        .map(PerQuery::create)
        .transpose()?;
    let mut report = Report::new(args.halves);
    for set in &sets {
        let measured = evaluate(set, args)?;
        if let Some(per_query) = &mut per_query {
            per_query.add(&set.files.name, &measured)?;
        }
        report.add(&set.files.name, &measured);
    }
    per_query.map(PerQuery::finish).transpose()?;
    print(&report, args.markdown)?;
    tell(format_args!(
        "timed: reading a query and finding its best {} documents, on one thread, after a pass to warm up; \
         no document was loaded and no snippet made",
        args.k,
    ));
    Ok(Outcome::Found)
}

/// Answers the queries of a set, writes the run if asked to, and measures each judged query.
fn evaluate(set: &Set, args: &EvalArgs) -> anyhow::Result<Vec<Measured>> {
    let searcher = args.past.of(set.searcher.clone())?;
    let searcher = searcher.with_formula(args.formula);
    let name = &set.files.name;
    tell(format_args!(
        "{name}: {} queries on {} articles",
        set.topics.len(),
        searcher.documents()
    ));
    let answers = trial::answer_all(&searcher, &set.topics, &args.page())?;
    if let Some(path) = args.run_of(name) {
        write_run(&path, &set.topics, &answers).with_context(|| path.display().to_string())?;
    }
    let answers: FxHashMap<&str, &Answer> = set
        .topics
        .iter()
        .map(|topic| topic.id.as_str())
        .zip(&answers)
        .collect();
    warn(set, &answers);
    let measured = set.judgements.iter().map(|judged| {
        let answer = answers.get(judged.topic.as_str());
        let other = set
            .other
            .as_ref()
            .map(|run| run.get(&judged.topic).map_or(&[][..], Vec::as_slice));
        Measured {
            topic: judged.topic.clone(),
            scores: scores(judged, answer.map_or(&[], |answer| &answer.ranking)),
            other: other.map(|ranking| scores(judged, ranking)),
            latency: answer.map(|answer| answer.latency),
        }
    });
    Ok(measured.collect())
}

/// Says which queries cannot show what they are worth.
fn warn(set: &Set, answers: &FxHashMap<&str, &Answer>) {
    let name = &set.files.name;
    let (asked, judged) = (set.topics.len(), set.judgements.len());
    let judged_without = |has: &dyn Fn(&str) -> bool| {
        let topics = set.judgements.iter().map(|judged| judged.topic.as_str());
        topics.filter(|topic| !has(topic)).count()
    };
    let unasked = judged_without(&|topic| answers.contains_key(topic));
    if unasked > 0 {
        tell(format_args!(
            "{name}: {unasked} of {judged} judged queries not among the queries: they count 0"
        ));
    }
    let unjudged = asked - (judged - unasked);
    if unjudged > 0 {
        tell(format_args!(
            "{name}: {unjudged} of {asked} queries not judged: they do not count"
        ));
    }
    let Some(other) = &set.other else { return };
    let unranked = judged_without(&|topic| other.contains_key(topic));
    if unranked > 0 {
        tell(format_args!(
            "{name}: {unranked} of {judged} judged queries without a ranking in the other run: there they count 0"
        ));
    }
}

fn write_run(path: &Path, topics: &[Topic], answers: &[Answer]) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for (topic, answer) in topics.iter().zip(answers) {
        trec::write_ranking(&mut out, &topic.id, &answer.ranking)?;
    }
    out.flush()
}

fn print(report: &Report, markdown: bool) -> io::Result<()> {
    let mut out = output::plain();
    report.write(&mut out, style(markdown))?;
    out.flush()
}

fn print_table(table: &Table, markdown: bool) -> io::Result<()> {
    let mut out = output::plain();
    style(markdown)(table, &mut out)?;
    out.flush()
}

fn style<W: Write>(markdown: bool) -> fn(&Table, &mut W) -> io::Result<()> {
    match markdown {
        true => Table::write_markdown,
        false => Table::write_aligned,
    }
}
