//! `newsearch story`: who told a story, and when.

use std::io::Write;

use newsearch::{Story, Telling};

use super::asked::cause;
use super::effort::Effort;
use super::location::Location;
use super::outcome::Outcome;
use super::output::{self, counted, harmless, json, tell};
use super::past::Past;

#[derive(Debug, clap::Args)]
pub struct StoryArgs {
    /// The id of an article that tells the story
    id: String,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    past: Past,
    #[command(flatten)]
    effort: Effort,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

/// Prints the tellings.
pub fn run(args: &StoryArgs) -> anyhow::Result<Outcome> {
    let searcher = args.location.searcher()?;
    let searcher = args.past.of(args.effort.of(searcher))?;
    let Some(story) = searcher.story(&args.id).map_err(cause)? else {
        tell(format_args!("no article has the id {}", args.id));
        return Ok(Outcome::NothingFound);
    };
    let mut out = output::plain();
    if args.json {
        json::write_line(&mut out, &story)?;
    } else {
        write(&mut out, &story)?;
    }
    out.flush()?;
    Ok(Outcome::Found)
}

fn write(out: &mut impl Write, story: &Story) -> std::io::Result<()> {
    writeln!(
        out,
        "{} by {}",
        counted(story.articles, "article", "articles"),
        counted(story.sources, "source", "sources")
    )?;
    for (name, minutes) in [
        ("second", story.second),
        ("fifth", story.fifth),
        ("tenth", story.tenth),
    ] {
        if let Some(minutes) = minutes {
            writeln!(out, "{name} source after {}", time(minutes))?;
        }
    }
    for telling in &story.tellings {
        write_telling(out, telling)?;
    }
    Ok(())
}

fn write_telling(out: &mut impl Write, telling: &Telling) -> std::io::Result<()> {
    let date = telling.date.as_deref().unwrap_or("undated");
    let source = match telling.source.as_str() {
        "" => "unknown source",
        source => source,
    };
    writeln!(out, "\n{}", harmless(&telling.title))?;
    write!(out, "    {} · {date}", harmless(source))?;
    if let Some(minutes) = telling.minutes.filter(|minutes| *minutes > 0.0) {
        write!(out, " · after {}", time(minutes))?;
    }
    writeln!(
        out,
        " · {:.0} % of the first · {}",
        telling.kept * 100.0,
        harmless(&telling.id)
    )?;
    for (name, facts) in [("lacks", &telling.lacks), ("adds", &telling.adds)] {
        if !facts.is_empty() {
            writeln!(out, "    {name} {}", harmless(&facts.join(", ")))?;
        }
    }
    Ok(())
}

fn time(minutes: f64) -> String {
    match minutes {
        ..120.0 => format!("{minutes:.0} min"),
        ..2_880.0 => format!("{:.1} h", minutes / 60.0),
        _ => format!("{:.1} days", minutes / 1_440.0),
    }
}
