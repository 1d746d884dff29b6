//! `newsearch series`: how much is told of many securities or queries over time.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use newsearch::{Request, SeriesOf, SeriesOptions, Unit};

use super::asked::{Filters, cause};
use super::outcome::Outcome;
use super::output::{self, json, tell};

#[derive(Debug, clap::Args)]
pub struct SeriesArgs {
    #[command(flatten)]
    filters: Filters,
    /// Securities, one a line: 601318, SH601318, 700.HK, INTC.O
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "queries",
        conflicts_with = "queries"
    )]
    codes: Option<PathBuf>,
    /// Queries, one a line: a name, a tab and the query, or the query alone
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// The length of a bucket
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// When a day ends: what comes then or later counts for the next day
    #[arg(long, value_name = "HH:MM", value_parser = close, default_value = "24:00")]
    close: u16,
    /// Trading days, one a line (2022-01-05): what comes on others counts for the next of these
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a table of comma-separated values, as without --json
    #[arg(long)]
    csv: bool,
}

/// The length of a bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum By {
    #[default]
    Day,
    /// From Monday on
    Week,
    Month,
}

/// Counts and prints.
pub fn run(args: &SeriesArgs) -> anyhow::Result<Outcome> {
    let searcher = args.filters.searcher()?;
    let options = SeriesOptions {
        of: match (&args.codes, &args.queries) {
            (Some(codes), _) => SeriesOf::Codes(lines(codes)?),
            (None, Some(queries)) => {
                SeriesOf::Queries(lines(queries)?.iter().map(|line| query(line)).collect())
            }
            (None, None) => bail!("give --codes or --queries"),
        },
        by: match args.by {
            By::Day => Unit::Day,
            By::Week => Unit::Week,
            By::Month => Unit::Month,
        },
        close: args.close,
        calendar: match &args.calendar {
            Some(calendar) => lines(calendar)?,
            None => Vec::new(),
        },
    };
    let series = searcher.series(&args.filters.request(), &options);
    let series = series.map_err(cause)?;
    for note in &series.notes {
        tell(format_args!("note: {note}"));
    }
    if series.beyond > 0 {
        tell(format_args!(
            "note: {} articles are after the last day of the calendar and not counted",
            series.beyond
        ));
    }
    let mut out = output::plain();
    if args.json {
        for row in &series.rows {
            json::write_line(&mut out, row)?;
        }
    } else {
        series.write_csv(&mut out)?;
    }
    out.flush()?;
    Ok(match series.rows.is_empty() {
        true => Outcome::NothingFound,
        false => Outcome::Found,
    })
}

/// The lines of a file, but for blank ones and those that begin with `#`.
fn lines(path: &Path) -> anyhow::Result<Vec<String>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

fn query(line: &str) -> (String, Request) {
    let (name, text) = line.split_once('\t').unwrap_or((line, line));
    (name.trim().to_owned(), Request::new(text.trim()))
}

/// Minutes after midnight.
fn close(typed: &str) -> Result<u16, String> {
    let parts = typed.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes)
    });
    match parts {
        Some(minutes @ 1..=1_440) => Ok(minutes),
        _ => Err("is not a time from 00:01 to 24:00; write 15:00".to_owned()),
    }
}
