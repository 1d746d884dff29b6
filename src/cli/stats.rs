//! `newsearch stats`: what an index holds.

use std::io::Write;

use super::args::StatsArgs;
use super::outcome::Outcome;
use super::output::{self, json, text};

/// Prints facts about the index.
pub fn run(args: &StatsArgs) -> anyhow::Result<Outcome> {
    let statistics = args.location.searcher()?.statistics()?;
    let place = args.location.place()?;
    let mut out = output::plain();
    match args.json {
        true => json::write_statistics(&mut out, &place, &statistics)?,
        false => text::write_statistics(&mut out, &place, &statistics)?,
    }
    out.flush()?;
    Ok(Outcome::Found)
}
