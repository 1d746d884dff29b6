//! How long does a query take that shows ten hits, and how much of that are the snippets?
//!
//! `cargo bench --bench searching`. One thread, an index in memory, opened and warm.

mod archive;

use archive::{Archive, contains};
use criterion::{Criterion, criterion_group, criterion_main};
use newsearch::{Hit, Page, Query, Searcher, SnippetOptions};

/// A kind of query, and whether the hits that it finds are right.
struct Case<'a> {
    name: &'a str,
    query: Query,
    check: Box<dyn Fn(u64, &[Hit]) + 'a>,
}

fn searching(c: &mut Criterion) {
    let archive = Archive::open();
    let searcher = archive.index.searcher();
    let mut group = c.benchmark_group(format!("searching, {}", archive.name));
    for case in [
        word(&archive),
        phrase(&archive),
        question(&archive),
        company(&archive),
    ] {
        for (snippets, page) in [("with snippets", page(2)), ("without", page(0))] {
            let (total, hits) = search(&searcher, &case.query, &page);
            (case.check)(total, &hits);
            assert!(
                hits.iter()
                    .all(|hit| hit.snippets.is_empty() == (page.snippets.count == 0))
            );
            group.bench_function(format!("{}, {snippets}", case.name), |b| {
                b.iter(|| search(&searcher, &case.query, &page));
            });
        }
    }
    group.finish();
}

/// One everyday word: the hits have it, and no more articles are found than have it.
fn word(archive: &Archive) -> Case<'_> {
    const WORD: &str = "降准";
    let most = archive.containing(WORD);
    let check = move |total, hits: &[Hit]| {
        assert!(0 < total && total <= most, "{total} of {most}");
        assert!(
            hits.iter()
                .all(|hit| contains(archive.index.analyzer(), &hit.article, WORD))
        );
    };
    Case {
        name: "a word",
        query: Query::parse(WORD),
        check: Box::new(check),
    }
}

/// Quoted text: the articles that a scan finds, no more and no less.
fn phrase(archive: &Archive) -> Case<'_> {
    const TEXT: &str = "绿色金融";
    let expected = archive.containing(TEXT);
    let check =
        move |total, _: &[Hit]| assert!(total == expected && total > 0, "{total}, not {expected}");
    Case {
        name: "a quoted phrase",
        query: Query::phrase(TEXT),
        check: Box::new(check),
    }
}

/// A headline that asks: its article comes first.
fn question(archive: &Archive) -> Case<'_> {
    let title = archive.question();
    let query = Query::words(&title);
    let check = move |_, hits: &[Hit]| assert_eq!(hits[0].article.title, title);
    Case {
        name: "a question",
        query,
        check: Box::new(check),
    }
}

/// A company: the best hit names it.
fn company(archive: &Archive) -> Case<'_> {
    let name = archive.company();
    let query = Query::words(&name);
    let check =
        move |_, hits: &[Hit]| assert!(contains(archive.index.analyzer(), &hits[0].article, &name));
    Case {
        name: "a company",
        query,
        check: Box::new(check),
    }
}

fn page(snippets: usize) -> Page {
    Page {
        snippets: SnippetOptions {
            count: snippets,
            ..SnippetOptions::default()
        },
        ..Page::first(10)
    }
}

fn search(searcher: &Searcher, query: &Query, page: &Page) -> (u64, Vec<Hit>) {
    let hits = searcher
        .search(query, page)
        .expect("an index that can be read");
    (
        hits.total,
        hits.collect::<Result<_, _>>()
            .expect("articles that can be read"),
    )
}

criterion_group!(benches, searching);
criterion_main!(benches);
