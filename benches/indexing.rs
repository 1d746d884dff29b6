//! How fast does an archive become an index, and which part of the way costs how much?
//!
//! `cargo bench --bench indexing`. MiB/s are of titles and bodies as they are searched, not of files.

mod archive;

use archive::{Archive, update};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use newsearch::{Added, Article, Index, IndexError, IndexOptions};

fn indexing(c: &mut Criterion) {
    let archive = Archive::write();
    let (full, articles) = archive.index();
    let mut group = c.benchmark_group(format!("indexing, {}", archive.name(&articles)));
    group.sample_size(10);
    group.throughput(Throughput::Bytes(text_bytes(&articles)));

    check_whole_way(&archive, &articles);
    group.bench_function("files to index in memory", |b| {
        let index = |index| (update(&index, archive.path()), index);
        b.iter_batched(empty, index, BatchSize::PerIteration);
    });

    check_reading(&archive, &full);
    group.bench_function("files to articles", |b| {
        b.iter(|| update(&full, archive.path()));
    });

    check_writing(&articles);
    group.bench_function("articles to index in memory", |b| {
        let given = || (empty(), articles.clone());
        let index = |(index, articles)| (write(&index, articles), index);
        b.iter_batched(given, index, BatchSize::PerIteration);
    });
    group.finish();

    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = Index::create(folder.path(), IndexOptions::new()).expect("an index on disk");
    let files = count_passed_over(&archive, &index);
    c.bench_function(
        &format!("passing over, {files} files, index on disk"),
        |b| {
            b.iter(|| update(&index, archive.path()));
        },
    );
}

/// What does `newsearch index` do in a second, but for writing to a disk?
fn check_whole_way(archive: &Archive, articles: &[Article]) {
    let index = empty();
    let report = update(&index, archive.path());
    assert_eq!(report.added.new, articles.len() as u64);
    assert_eq!(report.records, report.added.new + report.added.merged);
    assert_eq!(index.searcher().documents(), report.added.new);
}

/// What of it is reading and parsing? An index in memory does not know which files it has read: each
/// becomes an article again, which then turns out to be in the index.
fn check_reading(archive: &Archive, full: &Index) {
    let report = update(full, archive.path());
    assert!(report.nothing_changed());
    assert_eq!(report.unchanged_files, 0);
    assert_eq!(report.added.unchanged, report.records);
}

/// What of it is folding, cutting and indexing?
fn check_writing(articles: &[Article]) {
    let new = articles.len() as u64;
    let added = write(&empty(), articles.to_vec()).expect("an index that can be written");
    assert_eq!(
        added,
        Added {
            new,
            ..Added::default()
        }
    );
}

/// What does a run cost that finds nothing to do? Gives the number of files that it looks at.
fn count_passed_over(archive: &Archive, index: &Index) -> u64 {
    update(index, archive.path());
    let report = update(index, archive.path());
    assert!(report.files > 0);
    assert_eq!(report.unchanged_files, report.files);
    assert_eq!(report.records, 0);
    report.files
}

fn write(index: &Index, articles: Vec<Article>) -> Result<Added, IndexError> {
    let mut writer = index.writer()?;
    for article in articles {
        writer.add(article)?;
    }
    writer.close()
}

fn empty() -> Index {
    Index::in_memory(IndexOptions::new()).expect("an index in memory")
}

/// Size of all titles and bodies, in bytes.
fn text_bytes(articles: &[Article]) -> u64 {
    let bytes = |article: &Article| article.title.len() + article.body_text().len();
    articles.iter().map(|article| bytes(article) as u64).sum()
}

criterion_group!(benches, indexing);
criterion_main!(benches);
