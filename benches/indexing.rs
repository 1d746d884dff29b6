//! How fast does an archive become an index, and which part of the way costs how much?
//!
//! `cargo bench --bench indexing`. MiB/s are of titles and bodies as they are searched, not of files.

mod archive;

use archive::{Archive, update};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use newsearch::{Added, Index, IndexError, IndexOptions, UpdateOptions};

fn indexing(c: &mut Criterion) {
    let archive = Archive::open();
    let mut group = c.benchmark_group(format!("indexing, {}", archive.name));
    group
        .sample_size(10)
        .throughput(Throughput::Bytes(archive.text_bytes()));

    whole_way(&archive);
    group.bench_function("files to index in memory", |b| {
        b.iter_batched(
            empty,
            |index| (update(&index, archive.path(), &options()), index),
            BatchSize::PerIteration,
        );
    });

    reading(&archive);
    group.bench_function("files to articles", |b| {
        b.iter(|| update(&archive.index, archive.path(), &options()));
    });

    writing(&archive);
    group.bench_function("articles to index in memory", |b| {
        let articles = || (empty(), archive.articles.clone());
        b.iter_batched(
            articles,
            |(index, articles)| (write(&index, articles), index),
            BatchSize::PerIteration,
        );
    });

    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = Index::create(folder.path(), IndexOptions::new()).expect("an index on disk");
    passing_over(&archive, &index);
    group.bench_function("files that have not changed, index on disk", |b| {
        b.iter(|| update(&index, archive.path(), &options()));
    });
    group.finish();
}

/// What does `newsearch index` do in a second, but for writing to a disk?
fn whole_way(archive: &Archive) {
    let index = empty();
    let report = update(&index, archive.path(), &options());
    assert_eq!(report.added.new, archive.articles.len() as u64);
    assert_eq!(report.records, report.added.new + report.added.merged);
    assert_eq!(index.searcher().documents(), report.added.new);
}

/// What of it is reading and parsing? An index in memory does not know which files it has read: each
/// becomes an article again, which then turns out to be in the index.
fn reading(archive: &Archive) {
    let report = update(&archive.index, archive.path(), &options());
    assert!(report.nothing_changed());
    assert_eq!(
        (report.unchanged_files, report.added.unchanged),
        (0, report.records)
    );
}

/// What of it is folding, cutting and indexing?
fn writing(archive: &Archive) {
    let index = empty();
    let added = write(&index, archive.articles.clone()).expect("an index that can be written");
    assert_eq!(
        added,
        Added {
            new: archive.articles.len() as u64,
            ..Added::default()
        }
    );
}

/// What does a run cost that finds nothing to do?
fn passing_over(archive: &Archive, index: &Index) {
    update(index, archive.path(), &options());
    let report = update(index, archive.path(), &options());
    assert!(report.files > 0);
    assert_eq!((report.unchanged_files, report.records), (report.files, 0));
}

fn write(index: &Index, articles: Vec<newsearch::Article>) -> Result<Added, IndexError> {
    let mut writer = index.writer()?;
    for article in articles {
        writer.add(article)?;
    }
    writer.close()
}

fn empty() -> Index {
    Index::in_memory(IndexOptions::new()).expect("an index in memory")
}

fn options() -> UpdateOptions {
    UpdateOptions::default()
}

criterion_group!(benches, indexing);
criterion_main!(benches);
