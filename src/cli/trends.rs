//! `newsearch trends`: the words and names that stand out.

use std::io::Write;

use newsearch::{Days, Request, TrendKind, TrendOptions, Trends};

use super::asked::{Asked, cause};
use super::outcome::Outcome;
use super::output::columns::{Align, write_aligned};
use super::output::{self, counted, json, tell};

#[derive(Debug, clap::Args)]
pub struct TrendsArgs {
    #[command(flatten)]
    asked: Asked,
    /// Only articles of this day, month or year: the same as --since and --until
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with_all = ["since", "until"])]
    on: Option<(Days, Days)>,
    /// Compare with what this query finds, not with the rest of the archive
    #[arg(long, value_name = "TEXT")]
    against: Option<String>,
    /// List at most so many, up to 1,000
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Compares and prints.
pub fn run(args: &TrendsArgs) -> anyhow::Result<Outcome> {
    let index = args.asked.filters.location.open()?;
    let mut request = args.asked.request();
    if let Some((since, until)) = args.on {
        request.since = Some(since);
        request.until = Some(until);
    }
    let options = TrendOptions {
        against: args.against.as_deref().map(Request::new),
        top: args.top,
    };
    let trends = index.searcher().trends(&request, &options).map_err(cause)?;
    for note in &trends.notes {
        tell(format_args!("note: {note}"));
    }
    let mut out = output::plain();
    if args.json {
        for trend in &trends.trends {
            json::write_line(&mut out, trend)?;
        }
    } else {
        write(&mut out, &trends)?;
    }
    out.flush()?;
    Ok(match trends.trends.is_empty() {
        true => Outcome::NothingFound,
        false => Outcome::Found,
    })
}

fn write(out: &mut impl Write, trends: &Trends) -> std::io::Result<()> {
    let Trends {
        articles,
        stories,
        against,
        ..
    } = trends;
    writeln!(
        out,
        "{}, {}, against {}",
        counted(*articles, "article", "articles"),
        counted(*stories, "story", "stories"),
        counted(*against, "story", "stories")
    )?;
    for (kind, name) in [(TrendKind::Name, "names"), (TrendKind::Word, "words")] {
        let head = [
            name, "articles", "stories", "sources", "expected", "score", "query",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for trend in trends.trends.iter().filter(|trend| trend.kind == kind) {
            rows.push(vec![
                trend.text.clone(),
                trend.articles.to_string(),
                trend.stories.to_string(),
                trend.sources.to_string(),
                format!("{:.1}", trend.expected),
                format!("{:.0}", trend.score),
                trend.query.clone(),
            ]);
        }
        if rows.len() > 1 {
            writeln!(out)?;
            write_aligned(out, &rows, |column| match column {
                0 | 6 => Align::Left,
                _ => Align::Right,
            })?;
        }
    }
    Ok(())
}

fn day(typed: &str) -> Result<(Days, Days), newsearch::NotADate> {
    Ok((Days::since(typed)?, Days::until(typed)?))
}
