//! `newsearch export`: all matches, in a file.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use newsearch::{Days, ExportFormat, ExportOptions, Exported, Order, Request, Searcher};

use super::asked::{Asked, cause};
use super::outcome::Outcome;
use super::output::{self, tell};

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    asked: Asked,
    /// The format
    #[arg(long, value_enum)]
    format: Kind,
    /// Write to this file, not to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write at most so many articles
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<u64>,
    /// The order of the articles
    #[arg(long, value_enum, default_value_t)]
    sort: Sorted,
    /// Begin CSV with the mark by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    /// The day on which addresses were looked at, for references: 2022-03-01
    #[arg(long, value_name = "DAY", value_parser = day)]
    accessed: Option<String>,
}

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// JSON Lines, which can be indexed again
    Jsonl,
    /// Comma-separated values
    Csv,
    /// Excel
    Xlsx,
    /// A dossier in Markdown: chronology, counts, references
    Md,
    /// BibTeX
    Bib,
    /// CSL-JSON
    Csl,
}

/// The order of many articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Sorted {
    /// The newest first
    #[default]
    Date,
    /// The oldest first
    Oldest,
    /// The best first
    Relevance,
}

/// Writes the articles.
pub fn run(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let searcher = args.asked.filters.searcher()?;
    let options = ExportOptions {
        format: args.format.format(),
        order: match args.sort {
            Sorted::Date => Order::Date,
            Sorted::Oldest => Order::Oldest,
            Sorted::Relevance => Order::Relevance,
        },
        limit: args.limit,
        bom: args.bom,
        accessed: args.accessed.clone(),
    };
    let request = args.asked.request();
    let exported = match &args.output {
        Some(path) => to_file(&searcher, &request, &options, path)?,
        None => {
            let stdout = std::io::stdout();
            if args.format == Kind::Xlsx && std::io::IsTerminal::is_terminal(&stdout) {
                bail!("a sheet is no text for a terminal: give --output FILE");
            }
            let mut out = BufWriter::new(stdout);
            let exported = searcher.export(&request, &options, &mut out);
            exported.map_err(cause)?
        }
    };
    for note in &exported.notes {
        tell(format_args!("note: {note}"));
    }
    tell(output::Total(exported.articles));
    Ok(match exported.articles {
        0 => Outcome::NothingFound,
        _ => Outcome::Found,
    })
}

/// Writes beside the file first: it is whole or as it was.
fn to_file(
    searcher: &Searcher,
    request: &Request,
    options: &ExportOptions,
    path: &Path,
) -> anyhow::Result<Exported> {
    let cannot = || format!("cannot write {}", path.display());
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        let mut out = BufWriter::new(File::create(path).with_context(cannot)?);
        let exported = searcher.export(request, options, &mut out);
        return exported.map_err(cause).with_context(cannot);
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let written = write_part(searcher, request, options, &part);
    match written {
        Ok(exported) => {
            fs::rename(&part, path).with_context(cannot)?;
            Ok(exported)
        }
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(error).with_context(cannot)
        }
    }
}

fn write_part(
    searcher: &Searcher,
    request: &Request,
    options: &ExportOptions,
    part: &Path,
) -> anyhow::Result<Exported> {
    let mut out = BufWriter::new(File::create(part)?);
    let exported = searcher.export(request, options, &mut out).map_err(cause)?;
    out.flush()?;
    Ok(exported)
}

impl Kind {
    fn format(self) -> ExportFormat {
        match self {
            Kind::Jsonl => ExportFormat::Jsonl,
            Kind::Csv => ExportFormat::Csv,
            Kind::Xlsx => ExportFormat::Xlsx,
            Kind::Md => ExportFormat::Md,
            Kind::Bib => ExportFormat::Bib,
            Kind::Csl => ExportFormat::Csl,
        }
    }
}

/// A day as references write it.
fn day(typed: &str) -> Result<String, String> {
    let days = Days::within(typed).map_err(|error| error.to_string())?;
    match (days.first_day(), days.last_day()) {
        (Some(first), Some(last)) if first == last && first.len() == 10 => Ok(first),
        _ => Err("is not a day; write 2022-03-01".to_owned()),
    }
}
