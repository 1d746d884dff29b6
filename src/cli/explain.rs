//! `newsearch explain`: how a query was understood, and why an article is found or not.

use std::io::Write;

use newsearch::{ExplainedArticle, Explanation, NameSource, Query};

use super::args::ExplainArgs;
use super::outcome::Outcome;
use super::output::{self, harmless, tell};

/// Prints the explanation of a query, or the fold of a text.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let text = args.text.join(" ");
    if args.fold {
        output::print(harmless(&newsearch::fold(&text)))?;
        return Ok(Outcome::Found);
    }
    let searcher = args.past.of(args.effort.of(args.location.searcher()?))?;
    let explanation = searcher.explain(&Query::parse(&text), args.id.as_deref())?;
    for note in &explanation.notes {
        tell(format_args!("note: {note}"));
    }
    let mut out = output::plain();
    write_query(&mut out, &text, &explanation)?;
    match (&args.id, &explanation.article) {
        (Some(id), Some(article)) => write_article(&mut out, id, article, &explanation)?,
        (Some(id), None) => tell(format_args!("no article has the id {id}")),
        (None, _) => {}
    }
    out.flush()?;
    Ok(match explanation.total {
        0 => Outcome::NothingFound,
        _ => Outcome::Found,
    })
}

fn write_query(out: &mut impl Write, text: &str, explanation: &Explanation) -> std::io::Result<()> {
    writeln!(out, "folded  {}", harmless(&newsearch::fold(text)))?;
    writeln!(out, "read    {}", harmless(&explanation.query))?;
    for word in &explanation.words {
        write!(out, "word    {}", harmless(&word.text))?;
        if !word.parts.is_empty() {
            write!(out, " ({})", harmless(&word.parts.join(", ")))?;
        }
        writeln!(out, ": {}", articles(word.count))?;
    }
    for name in &explanation.names {
        let (word, other) = (harmless(&name.word), harmless(&name.other));
        let source = source(name.source);
        writeln!(
            out,
            "name    {word}: also {other} ({source}, {:.2})",
            name.weight
        )?;
    }
    for part in &explanation.parts {
        writeln!(
            out,
            "part    {}: {}",
            harmless(&part.query),
            articles(part.count)
        )?;
    }
    writeln!(out, "all     {}", articles(explanation.total))
}

fn write_article(
    out: &mut impl Write,
    id: &str,
    article: &ExplainedArticle,
    explanation: &Explanation,
) -> std::io::Result<()> {
    match article.score {
        Some(score) => writeln!(out, "\n{} is found, score {score:.3}", harmless(id))?,
        None => writeln!(out, "\n{} is not found", harmless(id))?,
    }
    if article.time != 1.0 {
        writeln!(out, "  its time: × {:.3}", article.time)?;
    }
    let words = explanation
        .words
        .iter()
        .map(|word| &word.text)
        .zip(&article.words);
    let parts = explanation
        .parts
        .iter()
        .map(|part| &part.query)
        .zip(&article.parts);
    for (text, score) in words.chain(parts) {
        match score {
            Some(score) => writeln!(out, "  {}: {score:.3}", harmless(text))?,
            None => writeln!(out, "  {}: not in it", harmless(text))?,
        }
    }
    Ok(())
}

fn source(source: NameSource) -> &'static str {
    match source {
        NameSource::Table => "your table",
        NameSource::Archive => "the archive",
        NameSource::Press => "common usage",
        _ => "elsewhere",
    }
}

fn articles(count: u64) -> String {
    match count {
        1 => "1 article".to_string(),
        count => format!("{count} articles"),
    }
}
