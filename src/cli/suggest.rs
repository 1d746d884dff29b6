//! `newsearch suggest`: what a text that is being typed may become.

use std::io::Write;

use newsearch::{SuggestOptions, Suggestion};

use super::asked::cause;
use super::effort::Effort;
use super::location::Location;
use super::outcome::Outcome;
use super::output::columns::{Align, write_aligned};
use super::output::{self, json};
use super::past::Past;

#[derive(Debug, clap::Args)]
pub struct SuggestArgs {
    /// What was typed so far
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    #[command(flatten)]
    location: Location,
    #[command(flatten)]
    past: Past,
    #[command(flatten)]
    effort: Effort,
    /// List at most so many, up to 1,000
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Looks them up and prints them.
pub fn run(args: &SuggestArgs) -> anyhow::Result<Outcome> {
    let searcher = args.location.searcher()?;
    let searcher = args.past.of(args.effort.of(searcher))?;
    let options = SuggestOptions { limit: args.limit };
    let suggestions = searcher.suggest(&args.text.join(" "), &options);
    let suggestions = suggestions.map_err(cause)?;
    let mut out = output::plain();
    if args.json {
        for suggestion in &suggestions {
            json::write_line(&mut out, suggestion)?;
        }
    } else {
        let rows: Vec<Vec<String>> = suggestions.iter().map(row).collect();
        write_aligned(&mut out, &rows, |column| match column {
            2 => Align::Right,
            _ => Align::Left,
        })?;
    }
    out.flush()?;
    Ok(match suggestions.is_empty() {
        true => Outcome::NothingFound,
        false => Outcome::Found,
    })
}

fn row(suggestion: &Suggestion) -> Vec<String> {
    let kind = serde_json::to_value(suggestion.kind).unwrap_or_default();
    vec![
        suggestion.text.clone(),
        kind.as_str().unwrap_or_default().to_owned(),
        suggestion.stories.to_string(),
        suggestion.query.clone(),
    ]
}
