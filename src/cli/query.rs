//! `newsearch query`: a query to hits.

use std::io::Write;
use std::time::Instant;

use newsearch::{Hits, Key, Node, Page, Query, SnippetOptions, Sort};

use super::args::{Order, QueryArgs};
use super::outcome::Outcome;
use super::output::{self, Took, Total, json, tell, text};

/// Searches the index and prints what was found.
pub fn run(args: &QueryArgs) -> anyhow::Result<Outcome> {
    let query = query(args);
    let index = args.location.open()?;
    let started = Instant::now();
    let searcher = args.past.of(args.timeout.of(index.searcher()))?;
    let hits = searcher.search(&query, &page(args))?;
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

fn query(args: &QueryArgs) -> Query {
    let keys = [
        (Key::Source, &args.source),
        (Key::Tag, &args.tag),
        (Key::Code, &args.code),
    ];
    let values = keys
        .into_iter()
        .filter_map(|(key, values)| any_of(key, values));
    let days = [args.since, args.until]
        .into_iter()
        .flatten()
        .map(Node::Dated);
    values
        .chain(days)
        .fold(Query::parse(&args.text.join(" ")), Query::and)
}

fn any_of(key: Key, values: &[String]) -> Option<Node> {
    let mut nodes: Vec<Node> = values
        .iter()
        .map(|value| Node::Is(key, value.clone()))
        .collect();
    if nodes.len() > 1 {
        Some(Node::Or(nodes))
    } else {
        nodes.pop()
    }
}

fn page(args: &QueryArgs) -> Page {
    let sort = match args.sort {
        Order::Relevance => Sort::Relevance,
        Order::Date => Sort::Date,
    };
    let snippets = SnippetOptions {
        count: args.snippets,
        ..SnippetOptions::default()
    };
    let limit = if args.count { 0 } else { args.limit };
    Page {
        offset: args.offset,
        limit,
        sort,
        recency: !args.no_recency,
        group: !args.all,
        snippets,
    }
}
