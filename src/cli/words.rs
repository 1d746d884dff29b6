//! `newsearch words`: words that the dictionary lacks, ready for `newsearch index --dict`.

use std::io::Write;

use newsearch::{NewWords, WordOptions};

use super::asked::{Asked, cause};
use super::outcome::Outcome;
use super::output::columns::{Align, write_aligned};
use super::output::{self, counted, json, tell};

#[derive(Debug, clap::Args)]
pub struct WordsArgs {
    #[command(flatten)]
    asked: Asked,
    /// List at most so many, up to 10,000
    #[arg(long, value_name = "N", default_value_t = 100)]
    top: usize,
    /// Print how often each is there, what it is cut into, and what speaks for it
    #[arg(long, conflicts_with = "json")]
    table: bool,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Reads and prints: a word a line, as `--dict` takes them.
pub fn run(args: &WordsArgs) -> anyhow::Result<Outcome> {
    let index = args.asked.filters.location.open()?;
    let options = WordOptions { top: args.top };
    let request = args.asked.request();
    let found = index.searcher().new_words(&request, &options);
    let found = found.map_err(cause)?;
    for note in &found.notes {
        tell(format_args!("note: {note}"));
    }
    let mut out = output::plain();
    if args.json {
        for word in &found.words {
            json::write_line(&mut out, word)?;
        }
    } else if args.table {
        write_table(&mut out, &found)?;
    } else {
        for word in &found.words {
            writeln!(out, "{}", word.text)?;
        }
    }
    out.flush()?;
    tell(format_args!(
        "{} that the dictionary lacks, of {}: look them through before you give them to `newsearch index --dict`",
        counted(found.words.len() as u64, "word", "words"),
        counted(found.read, "article", "articles"),
    ));
    Ok(match found.words.is_empty() {
        true => Outcome::NothingFound,
        false => Outcome::Found,
    })
}

fn write_table(out: &mut impl Write, found: &NewWords) -> std::io::Result<()> {
    let head = [
        "word",
        "articles",
        "occurrences",
        "cohesion",
        "freedom",
        "seen",
        "cut",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for word in &found.words {
        rows.push(vec![
            word.text.clone(),
            word.articles.to_string(),
            word.occurrences.to_string(),
            format!("{:.2}", word.cohesion),
            format!("{:.1}", word.freedom),
            format!("{:.1}", word.seen),
            word.cut.clone(),
        ]);
    }
    write_aligned(out, &rows, |column| match column {
        0 | 6 => Align::Left,
        _ => Align::Right,
    })
}
