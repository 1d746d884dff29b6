//! How long does a query take that shows ten hits, and how much of that are the snippets?
//!
//! `cargo bench --bench searching`. One thread, an index in memory, opened and warm.

mod archive;

use std::collections::BTreeMap;

use archive::Archive;
use criterion::{Criterion, criterion_group, criterion_main};
use newsearch::{Analyzer, Article, Hit, Index, Page, Query, Searcher, SnippetOptions};

/// A kind of query, and whether what it finds is right.
struct Case<'a> {
    name: &'a str,
    query: Query,
    check: Check<'a>,
}

/// Takes the total and the first ten hits.
type Check<'a> = Box<dyn Fn(u64, &[Hit]) + 'a>;

fn searching(c: &mut Criterion) {
    let archive = Archive::write();
    let (index, articles) = archive.index();
    let cases = [
        word(&index, &articles),
        phrase(&index, &articles),
        question(&articles),
        company(&index, &articles),
    ];
    let searcher = index.searcher();
    let mut group = c.benchmark_group(format!("searching, {}", archive.name(&articles)));
    for case in cases {
        for (snippets, page) in [("with snippets", page(2)), ("without", page(0))] {
            let (total, hits) = search(&searcher, &case.query, &page);
            (case.check)(total, &hits);
            let has_snippets = hits.iter().any(|hit| !hit.snippets.is_empty());
            assert_eq!(has_snippets, page.snippets.count > 0);
            group.bench_function(format!("{}, {snippets}", case.name), |b| {
                b.iter(|| search(&searcher, &case.query, &page));
            });
        }
    }
    group.finish();
}

/// One everyday word: the hits have it, and no more articles are found than have it.
fn word<'a>(index: &'a Index, articles: &[Article]) -> Case<'a> {
    const WORD: &str = "降准";
    let analyzer = index.analyzer();
    let most = count_with(analyzer, articles, WORD);
    let check = move |total, hits: &[Hit]| {
        assert!(0 < total && total <= most, "{total} of {most}");
        assert!(hits.iter().all(|hit| has(analyzer, &hit.article, WORD)));
    };
    Case {
        name: "a word",
        query: Query::words(WORD),
        check: Box::new(check),
    }
}

/// Quoted text: the articles that a scan finds, no more and no less.
fn phrase<'a>(index: &'a Index, articles: &[Article]) -> Case<'a> {
    const TEXT: &str = "绿色金融";
    let expected = count_with(index.analyzer(), articles, TEXT);
    assert!(expected > 0);
    let check = move |total, _: &[Hit]| assert_eq!(total, expected);
    Case {
        name: "a quoted phrase",
        query: Query::phrase(TEXT),
        check: Box::new(check),
    }
}

/// The longest headline that asks something: an article of this title comes first.
fn question(articles: &[Article]) -> Case<'static> {
    let titles = articles
        .iter()
        .filter(|article| !article.title_derived)
        .map(|a| &a.title);
    let questions = titles.filter(|title| title.ends_with('？'));
    let title = questions
        .max_by_key(|title| title.chars().count())
        .expect("a question")
        .clone();
    let query = Query::words(&title);
    let check = move |_, hits: &[Hit]| assert_eq!(hits[0].article.title, title);
    Case {
        name: "a question",
        query,
        check: Box::new(check),
    }
}

/// The company that most articles are about: the best hit names it.
fn company<'a>(index: &'a Index, articles: &[Article]) -> Case<'a> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stock in articles.iter().flat_map(|article| &article.stocks) {
        if stock.strength >= 2 && !stock.name.is_empty() {
            *counts.entry(&stock.name).or_default() += 1;
        }
    }
    let (name, _) = counts
        .into_iter()
        .max_by_key(|&(_, count)| count)
        .expect("a company");
    let (name, analyzer) = (name.to_string(), index.analyzer());
    let query = Query::words(&name);
    let check = move |_, hits: &[Hit]| assert!(has(analyzer, &hits[0].article, &name));
    Case {
        name: "a company",
        query,
        check: Box::new(check),
    }
}

fn count_with(analyzer: &Analyzer, articles: &[Article], text: &str) -> u64 {
    articles
        .iter()
        .filter(|article| has(analyzer, article, text))
        .count() as u64
}

/// Whether the text stands in the title or in a paragraph of the article.
fn has(analyzer: &Analyzer, article: &Article, text: &str) -> bool {
    let text = analyzer.fold(text);
    let title = (!article.title_derived).then_some(&article.title);
    let paragraphs = article.body.iter().map(|paragraph| &paragraph.text);
    title
        .into_iter()
        .chain(paragraphs)
        .any(|part| analyzer.fold(part).contains(&text))
}

fn page(snippets: usize) -> Page {
    let snippets = SnippetOptions {
        count: snippets,
        ..SnippetOptions::default()
    };
    Page {
        snippets,
        ..Page::first(10)
    }
}

fn search(searcher: &Searcher, query: &Query, page: &Page) -> (u64, Vec<Hit>) {
    let hits = searcher
        .search(query, page)
        .expect("an index that can be read");
    let total = hits.total;
    (
        total,
        hits.collect::<Result<_, _>>()
            .expect("articles that can be read"),
    )
}

criterion_group!(benches, searching);
criterion_main!(benches);
