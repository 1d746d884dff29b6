//! A dossier in Markdown: the question, a chronology with passages, the counts by source, references.

use std::collections::BTreeMap;
use std::io::Write;

use super::citation::{content_hash, day, gb_t_7714};
use crate::corpus::Article;
use crate::search::glance::articles::Articles;
use crate::search::glance::error::GlanceError;
use crate::search::query::page::SnippetOptions;
use crate::search::query::request::Request;
use crate::search::show::matcher::Matcher;

/// Most characters of a passage.
const PASSAGE: usize = 120;

/// What a dossier says of an article.
struct Entry {
    seconds: Option<i64>,
    date: Option<String>,
    title: String,
    source: String,
    passage: String,
    reference: String,
    id: String,
    hash: String,
}

pub fn write(
    articles: &mut Articles,
    request: &Request,
    limit: usize,
    accessed: Option<&str>,
    out: &mut dyn Write,
) -> Result<u64, GlanceError> {
    let mut entries = read(articles, limit, accessed)?;
    entries.sort_by(|a, b| {
        let order = |entry: &Entry| (entry.seconds.is_none(), entry.seconds);
        order(a).cmp(&order(b)).then_with(|| a.id.cmp(&b.id))
    });
    let question = match request.q.trim() {
        "" => "所有文章",
        text => text,
    };
    writeln!(out, "# {}\n", escaped(question))?;
    writeln!(
        out,
        "- 查询 query: `{}`",
        request.to_string().replace('`', "'")
    )?;
    writeln!(out, "- 索引状态 generation: `{}`", articles.generation)?;
    let shown = entries.len();
    match articles.total {
        total if total == shown as u64 => writeln!(out, "- 文章 articles: {total}\n")?,
        total => writeln!(out, "- 文章 articles: {shown} / {total}\n")?,
    }
    writeln!(out, "## 时间线 Chronology\n")?;
    for (number, entry) in (1..).zip(&entries) {
        let date = entry.date.as_deref().unwrap_or("日期不详 undated");
        let title = escaped(&entry.title);
        writeln!(
            out,
            "- {date} **{title}** {} [{number}]",
            escaped(&entry.source)
        )?;
        if !entry.passage.is_empty() {
            writeln!(out, "  > {}", escaped(&entry.passage))?;
        }
    }
    writeln!(
        out,
        "\n## 来源 Sources\n\n| 来源 source | 文章 articles |\n|---|---:|"
    )?;
    let mut sources: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in &entries {
        *sources.entry(&entry.source).or_default() += 1;
    }
    let mut sources: Vec<_> = sources.into_iter().collect();
    sources.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
    for (name, count) in sources {
        let name = match name {
            "" => "不详 unknown",
            name => name,
        };
        writeln!(out, "| {} | {count} |", escaped(name).replace('|', "\\|"))?;
    }
    writeln!(out, "\n## 参考文献 References\n")?;
    for (number, entry) in (1..).zip(&entries) {
        let Entry {
            reference,
            id,
            hash,
            ..
        } = entry;
        writeln!(
            out,
            "[{number}] {}  \nid `{id}` · blake3 `{hash}`\n",
            escaped(reference)
        )?;
    }
    let articles = if shown == 1 { "article" } else { "articles" };
    writeln!(out, "共 {shown} 篇 · {shown} {articles}")?;
    Ok(shown as u64)
}

fn read(
    articles: &mut Articles,
    limit: usize,
    accessed: Option<&str>,
) -> Result<Vec<Entry>, GlanceError> {
    let plan = articles.plan.as_ref();
    let matcher = match plan {
        Some(plan) => Matcher::new(&plan.needles, &plan.near),
        None => Matcher::new(&[], &[]),
    };
    let options = SnippetOptions {
        max_chars: PASSAGE,
        count: 1,
    };
    let mut entries = Vec::new();
    while entries.len() < limit {
        let Some(text) = articles.read_next() else {
            break;
        };
        let text = text?;
        let article = &text.article;
        let folder = articles.snapshot.shared.analyzer.folder();
        let title = (!article.title_derived).then_some(article.title.as_str());
        let passages = matcher.snippets(folder, &text.body, title, &options);
        let passage = passages.into_iter().next().map(|passage| passage.text);
        entries.push(entry(article, &text.body, passage, accessed));
    }
    Ok(entries)
}

fn entry(article: &Article, body: &str, passage: Option<String>, accessed: Option<&str>) -> Entry {
    Entry {
        seconds: article.published.map(|published| published.seconds),
        date: article.published.as_ref().map(day),
        title: article.title.clone(),
        source: article.source.clone(),
        passage: passage.unwrap_or_default().replace('\n', " "),
        reference: gb_t_7714(article, accessed),
        id: article.id.clone(),
        hash: content_hash(article, body),
    }
}

/// A text in which nothing is a mark of Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
