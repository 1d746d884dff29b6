//! `newsearch similar`: other stories on the same matter.

use std::io::Write;

use newsearch::{Similar, SimilarOptions};

use super::asked::cause;
use super::effort::Effort;
use super::location::Location;
use super::outcome::Outcome;
use super::output::{self, harmless, json, tell};
use super::past::Past;

#[derive(Debug, clap::Args)]
pub struct SimilarArgs {
    /// The id of an article
    id: String,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    past: Past,
    #[command(flatten)]
    effort: Effort,
    /// List at most so many stories, up to 1,000
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Looks for them and prints them.
pub fn run(args: &SimilarArgs) -> anyhow::Result<Outcome> {
    let index = args.location.open()?;
    let searcher = args.past.of(args.effort.of(index.searcher()))?;
    let options = SimilarOptions { limit: args.limit };
    let Some(similar) = searcher.similar(&args.id, &options).map_err(cause)? else {
        tell(format_args!("no article has the id {}", args.id));
        return Ok(Outcome::NothingFound);
    };
    if similar.hits.is_empty() {
        tell("nothing is similar");
        return Ok(Outcome::NothingFound);
    }
    let mut out = output::plain();
    if args.json {
        for hit in &similar.hits {
            json::write_line(&mut out, hit)?;
        }
    } else {
        write(&mut out, &similar)?;
    }
    out.flush()?;
    Ok(Outcome::Found)
}

fn write(out: &mut impl Write, similar: &Similar) -> std::io::Result<()> {
    for (rank, hit) in (1..).zip(&similar.hits) {
        let date = hit.date.as_deref().unwrap_or("undated");
        let shared = hit.shared.iter();
        let shared = shared.map(|term| format!("{} {:.1}", term.text, term.weight));
        let shared: Vec<String> = shared.collect();
        writeln!(out, "{rank:>3}. {}", harmless(&hit.title))?;
        let facts = [&hit.source, date, &hit.id].map(|fact| harmless(fact).into_owned());
        let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        writeln!(
            out,
            "     {} · {:.0} %",
            facts.join(" · "),
            hit.score * 100.0
        )?;
        writeln!(out, "     shares {}", harmless(&shared.join(", ")))?;
    }
    Ok(())
}
