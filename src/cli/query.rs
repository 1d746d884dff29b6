//! `newsearch query`: a query to hits.

use std::io::Write;
use std::time::Instant;

use newsearch::{Hits, Request, Sort};

use super::args::{Order, QueryArgs};
use super::outcome::Outcome;
use super::output::{self, Took, Total, json, tell, text};

/// Searches the index and prints what was found.
pub fn run(args: &QueryArgs) -> anyhow::Result<Outcome> {
    let searcher = args.effort.of(args.location.searcher_of(&args.part)?);
    let started = Instant::now();
    let hits = searcher.hits(&request(args))?;
    for note in &hits.notes {
        tell(format_args!("note: {note}"));
    }
    let total = Total(hits.total);
    if args.count {
        output::print(total.0)?;
    } else if args.json {
        print_json(hits)?;
        tell(format_args!("{total} in {}", Took(started.elapsed())));
    } else {
        let mut out = output::styled(args.color);
        for (rank, hit) in (args.offset + 1..).zip(hits) {
            text::write_hit(&mut out, rank, &hit?)?;
        }
        writeln!(out, "{total} in {}", Took(started.elapsed()))?;
        out.flush()?;
    }
    Ok(match total.0 {
        0 => Outcome::NothingFound,
        _ => Outcome::Found,
    })
}

fn print_json(hits: Hits) -> anyhow::Result<()> {
    let mut out = output::plain();
    for hit in hits {
        json::write_hit(&mut out, &hit?)?;
    }
    Ok(out.flush()?)
}

/// What was typed, as a request.
fn request(args: &QueryArgs) -> Request {
    Request {
        q: args.text.join(" "),
        source: args.source.clone(),
        author: args.author.clone(),
        tag: args.tag.clone(),
        category: args.category.clone(),
        code: args.code.clone(),
        path: args.path.clone(),
        since: args.since,
        until: args.until,
        as_of: args.past.as_of,
        sort: match args.sort {
            Order::Relevance => Sort::Relevance,
            Order::Date => Sort::Date,
        },
        limit: if args.count { 0 } else { args.limit },
        offset: args.offset,
        group: !args.all,
        recency: !args.no_recency,
        snippets: args.snippets,
        timeout: Some(args.effort.timeout),
        ..Request::default()
    }
}
