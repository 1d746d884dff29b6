//! `newsearch timeline`: how many of the matches were published when.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use newsearch::{Timeline, TimelineOptions, Unit};
use terminal_size::{Width, terminal_size};

use super::asked::{Asked, cause};
use super::location::Part;
use super::outcome::Outcome;
use super::output::columns::{Align, write_aligned};
use super::output::{self, counted, json, tell};

/// Columns where there is no terminal.
const USUAL_WIDTH: usize = 80;
/// Fewest columns of the longest bar.
const MIN_BAR: usize = 10;

#[derive(Debug, clap::Args)]
pub struct TimelineArgs {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    part: Part,
    /// The length of a bucket: auto, hour, day, week, month, quarter, year
    #[arg(long, value_name = "UNIT", value_parser = unit, default_value = "auto")]
    by: Cut,
    /// Print one JSON object a line, one for each bucket
    #[arg(long, conflicts_with_all = ["csv", "svg"])]
    json: bool,
    /// Print a table of comma-separated values
    #[arg(long, conflicts_with = "svg")]
    csv: bool,
    /// Write a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// How to cut time; `None` for what shows it best.
#[derive(Debug, Clone, Copy)]
struct Cut(Option<Unit>);

/// Counts and prints, or draws.
pub fn run(args: &TimelineArgs) -> anyhow::Result<Outcome> {
    let searcher = args.asked.filters.searcher_of(&args.part)?;
    let options = TimelineOptions { by: args.by.0 };
    let timeline = searcher.timeline(&args.asked.request(), &options);
    let timeline = timeline.map_err(cause)?;
    for note in &timeline.notes {
        tell(format_args!("note: {note}"));
    }
    if let Some(file) = &args.svg {
        let picture = timeline.to_svg(&args.asked.title());
        fs::write(file, picture).with_context(|| format!("cannot write {}", file.display()))?;
    } else {
        let mut out = output::plain();
        if args.json {
            for bucket in &timeline.buckets {
                json::write_line(&mut out, bucket)?;
            }
        } else if args.csv {
            timeline.write_csv(&mut out)?;
        } else {
            write(&mut out, &timeline)?;
        }
        out.flush()?;
    }
    Ok(match timeline.articles {
        0 => Outcome::NothingFound,
        _ => Outcome::Found,
    })
}

fn write(out: &mut impl Write, timeline: &Timeline) -> io::Result<()> {
    let head = ["", "articles", "stories", "share"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for bucket in &timeline.buckets {
        rows.push(vec![
            timeline.label(bucket),
            bucket.articles.to_string(),
            bucket.stories.to_string(),
            format!("{:.2} %", bucket.share * 100.0),
        ]);
    }
    let figures: usize = (0..head.len())
        .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0) + 2)
        .sum();
    let longest = width().saturating_sub(figures + 2).max(MIN_BAR);
    let most = timeline.buckets.iter().map(|bucket| bucket.stories).max();
    let most = most.unwrap_or_default().max(1);
    for (row, bucket) in rows[1..].iter_mut().zip(&timeline.buckets) {
        row.push(bar(bucket.stories, most, longest, bucket.partial));
    }
    write_aligned(out, &rows, |column| match column {
        0 | 4 => Align::Left,
        _ => Align::Right,
    })?;
    let Timeline {
        articles,
        stories,
        undated,
        ..
    } = timeline;
    write!(
        out,
        "{}, {}",
        counted(*articles, "article", "articles"),
        counted(*stories, "story", "stories")
    )?;
    if *undated > 0 {
        write!(out, ", {undated} without a date")?;
    }
    writeln!(out, "; days of +08:00; ░ is cut short")
}

/// A bar of eighths, or of shades where the bucket is cut.
fn bar(count: u64, most: u64, longest: usize, is_cut: bool) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (count as u128 * longest as u128 * 8).div_ceil(most.into()) as usize;
    if is_cut {
        return "░".repeat(eighths.div_ceil(8));
    }
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

fn width() -> usize {
    terminal_size().map_or(USUAL_WIDTH, |(Width(width), _)| width.into())
}

fn unit(typed: &str) -> Result<Cut, String> {
    if typed == "auto" {
        return Ok(Cut(None));
    }
    let mut all = Unit::ALL.into_iter();
    let unit = all.find(|unit| unit.name() == typed);
    let names = Unit::ALL.map(Unit::name).join(", ");
    unit.map(|unit| Cut(Some(unit)))
        .ok_or_else(|| format!("is none of auto, {names}"))
}
