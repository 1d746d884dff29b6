//! `newsearch facets`: how many of the matches have which value of a field.

use std::io::{self, Write};

use newsearch::{Facet, FacetField, FacetOptions, Facets};

use super::asked::{Asked, cause};
use super::location::Part;
use super::outcome::Outcome;
use super::output::columns::{Align, write_aligned};
use super::output::{self, counted, json, tell};

#[derive(Debug, clap::Args)]
pub struct FacetsArgs {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    part: Part,
    /// What to count by: source, tag, category, code, year, month, weekday
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = field, default_value = "source,tag,category,code,year")]
    by: Vec<FacetField>,
    /// List at most so many values of each, up to 100,000
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Print one JSON object a line, one for each field
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a table of comma-separated values
    #[arg(long)]
    csv: bool,
}

/// Counts and prints.
pub fn run(args: &FacetsArgs) -> anyhow::Result<Outcome> {
    let searcher = args.asked.filters.searcher_of(&args.part)?;
    let options = FacetOptions {
        by: args.by.clone(),
        top: args.top,
    };
    let facets = searcher.facets(&args.asked.request(), &options);
    let facets = facets.map_err(cause)?;
    for note in &facets.notes {
        tell(format_args!("note: {note}"));
    }
    let mut out = output::plain();
    if args.json {
        for facet in &facets.facets {
            json::write_line(&mut out, facet)?;
        }
    } else if args.csv {
        facets.write_csv(&mut out)?;
    } else {
        write(&mut out, &facets)?;
    }
    out.flush()?;
    Ok(match facets.articles {
        0 => Outcome::NothingFound,
        _ => Outcome::Found,
    })
}

fn write(out: &mut impl Write, facets: &Facets) -> io::Result<()> {
    writeln!(
        out,
        "{}, {}",
        counted(facets.articles, "article", "articles"),
        counted(facets.stories, "story", "stories")
    )?;
    for facet in &facets.facets {
        writeln!(out)?;
        write_facet(out, facet)?;
    }
    Ok(())
}

fn write_facet(out: &mut impl Write, facet: &Facet) -> io::Result<()> {
    let name = facet.field.name();
    if !facet.counted {
        return writeln!(out, "{name}: not counted, time was up");
    }
    let is_code = facet.field == FacetField::Code;
    let mut head = vec![name.to_owned(), "articles".into(), "stories".into()];
    head.extend(is_code.then(|| "mentions".to_owned()));
    let mut rows = vec![head];
    for value in &facet.values {
        let mark = if value.selected { " *" } else { "" };
        let mut row = vec![
            format!("{}{mark}", value.value),
            value.articles.to_string(),
            value.stories.to_string(),
        ];
        row.extend(value.mentions.map(|count| count.to_string()));
        rows.push(row);
    }
    write_aligned(out, &rows, |column| match column {
        0 => Align::Left,
        _ => Align::Right,
    })?;
    if facet.values.len() as u64 != facet.distinct || facet.other > 0 {
        writeln!(
            out,
            "{} of {} values, {} in others",
            facet.values.len(),
            facet.distinct,
            facet.other
        )?;
    }
    if facet.missing > 0 {
        writeln!(out, "{} articles without one", facet.missing)?;
    }
    Ok(())
}

fn field(typed: &str) -> Result<FacetField, String> {
    let names = FacetField::ALL.map(FacetField::name).join(", ");
    let mut all = FacetField::ALL.into_iter();
    all.find(|field| field.name() == typed.trim())
        .ok_or_else(|| format!("is none of {names}"))
}
