//! `newsearch check`: whether an index is as it was written.

use std::io::Write;

use indicatif::{HumanBytes, HumanCount};
use newsearch::{Check, FaultKind};

use super::args::CheckArgs;
use super::outcome::Outcome;
use super::output;

/// Checks the index, and prints what is wrong with it.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let check = args.location.check()?;
    let mut out = output::plain();
    for fault in &check.faults {
        writeln!(out, "{}", output::harmless(&fault.to_string()))?;
    }
    match check.orphans {
        _ if !check.faults.is_empty() => {}
        Some(0) => {}
        Some(orphans) => writeln!(
            out,
            "articles that no file has any more: {}; `newsearch index --prune --checksum PATH` deletes them",
            HumanCount(orphans)
        )?,
        None => writeln!(out, "the archive is not here: not compared with it")?,
    }
    let (verdict, outcome) = match check.faults.len() {
        0 => (summary(&check, args.location.is_cluster()), Outcome::Found),
        _ if check
            .faults
            .iter()
            .all(|fault| fault.kind == FaultKind::Unreadable) =>
        {
            (
                "the index cannot be checked: see that its files can be read, and check again"
                    .to_string(),
                Outcome::Failed,
            )
        }
        _ if check
            .faults
            .iter()
            .all(|fault| fault.kind == FaultKind::Program) =>
        {
            (
                "the index is as it was written; the program is wrong: please report it"
                    .to_string(),
                Outcome::Failed,
            )
        }
        _ => (args.location.remedy().to_string(), Outcome::Failed),
    };
    writeln!(out, "{verdict}")?;
    out.flush()?;
    Ok(outcome)
}

fn summary(check: &Check, is_on_cluster: bool) -> String {
    if is_on_cluster {
        return format!(
            "sound: {} articles from {} files of the archive, {} in the cluster",
            HumanCount(check.articles),
            HumanCount(check.known),
            HumanBytes(check.bytes),
        );
    }
    format!(
        "sound: {} articles from {} files of the archive, {} in {} files; {} of them compared, and cut as jieba-rs cuts them",
        HumanCount(check.articles),
        HumanCount(check.known),
        HumanBytes(check.bytes),
        HumanCount(check.files),
        HumanCount(check.as_jieba),
    )
}
