//! The library inside another program, with readers and a writer at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

use newsearch::{
    Article, Index, IndexError, IndexOptions, Page, Paragraph, Query, Searcher, UpdateOptions,
};

/// Articles of the index at any time.
const ARTICLES: usize = 20;
/// How often all of them are replaced.
const EDITIONS: u64 = 30;

#[test]
fn readers_see_whole_commits_while_a_writer_works() -> Result<(), IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    let mut publish = |edition: u64| -> Result<(), IndexError> {
        (0..ARTICLES).try_for_each(|number| writer.add(article(number, edition)))?;
        writer.commit()
    };
    publish(0)?;
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| -> Result<u64, IndexError> {
                    let mut newest = 0;
                    while !is_done.load(Ordering::Acquire) {
                        let edition = edition_of(&index.searcher())?;
                        assert!(edition >= newest, "edition {edition} after {newest}");
                        newest = edition;
                    }
                    edition_of(&index.searcher())
                })
            })
            .collect();
        let published = (1..=EDITIONS).try_for_each(&mut publish);
        is_done.store(true, Ordering::Release);
        for reader in readers {
            assert_eq!(
                reader.join().expect("a reader that does not panic")?,
                EDITIONS
            );
        }
        published
    })
}

#[test]
fn a_searcher_keeps_what_it_saw() -> Result<(), IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    writer.add(article(0, 1))?;
    assert_eq!(
        index.searcher().documents(),
        0,
        "nothing is seen before the commit"
    );
    writer.commit()?;
    let before = index.searcher();
    writer.delete("article-0");
    writer.add(article(1, 1))?;
    writer.commit()?;
    let ids = |searcher: &Searcher| -> Result<Vec<String>, IndexError> {
        searcher
            .search(&Query::parse("云汐租赁"), &Page::first(10))?
            .map(|hit| Ok(hit?.article.id))
            .collect()
    };
    assert_eq!(ids(&before)?, ["article-0"]);
    assert_eq!(ids(&index.searcher())?, ["article-1"]);
    assert_eq!(index.searcher().article("article-0")?, None);
    assert_eq!(
        index
            .searcher()
            .article("article-1")?
            .map(|article| article.id),
        Some("article-1".to_string())
    );
    Ok(())
}

#[test]
fn an_index_has_one_writer_at_a_time() -> Result<(), IndexError> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = Index::create(dir.path(), IndexOptions::new())?;
    let writer = index.writer()?;
    assert!(matches!(
        Index::open(dir.path())?.writer(),
        Err(IndexError::Locked { .. })
    ));
    drop(writer);
    let mut writer = Index::open(dir.path())?.writer()?;
    writer.add(article(0, 1))?;
    writer.commit()?;
    let hits = Index::open(dir.path())?.searcher();
    let mut hits = hits.search(&Query::phrase("第1版"), &Page::first(10))?;
    assert_eq!(hits.total, 1);
    let hit = hits.next().expect("a hit")?;
    let marked = hit.snippets[0].highlights[0].clone();
    let text: String = hit.snippets[0]
        .text
        .chars()
        .skip(marked.start)
        .take(marked.len())
        .collect();
    assert_eq!(text, "第1版");
    Ok(())
}

#[test]
fn another_handle_sees_a_commit_once_it_is_refreshed() -> Result<(), IndexError> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let index = Index::create(dir.path(), IndexOptions::new())?;
    let other = Index::open(dir.path())?;
    let mut writer = index.writer()?;
    writer.add(article(0, 1))?;
    writer.commit()?;
    other.refresh()?;
    assert_eq!(other.searcher().documents(), 1);
    Ok(())
}

#[test]
fn an_update_that_is_stopped_leaves_the_last_commit_and_the_next_goes_on() -> Result<(), IndexError>
{
    const LINES: u64 = 1_000;
    let dir = tempfile::tempdir().expect("a temporary folder");
    let archive = dir.path().join("archive.jsonl");
    let lines = (0..LINES).map(|number| format!("{{\"title\":\"第{number}号公告\"}}\n"));
    fs::write(&archive, lines.collect::<String>()).expect("a writable folder");
    let index = Index::create(dir.path().join("index"), IndexOptions::new())?;
    let stop = Arc::new(AtomicBool::new(false));
    let options = UpdateOptions {
        stop: Some(Arc::clone(&stop)),
        ..UpdateOptions::default()
    };
    let paths = [archive];
    let stopped = index.update(&paths, &options, |_| stop.store(true, Ordering::Relaxed));
    assert!(matches!(stopped, Err(IndexError::Stopped)));
    assert_eq!(index.searcher().documents(), 0);
    let report = index.update(&paths, &UpdateOptions::default(), |_| {})?;
    assert_eq!(report.added.new, LINES);
    assert_eq!(index.searcher().documents(), LINES);
    Ok(())
}

#[test]
fn handles_can_be_shared_by_threads() {
    fn check<T: Send + Sync>() {}
    check::<Index>();
    check::<Searcher>();
}

fn article(number: usize, edition: u64) -> Article {
    let text = format!("云汐租赁公告，第{edition}版。");
    let body = vec![Paragraph {
        text,
        heading: false,
    }];
    Article {
        id: format!("article-{number}"),
        title: edition.to_string(),
        body,
        ..Article::default()
    }
}

/// The edition that all articles have which this searcher sees.
fn edition_of(searcher: &Searcher) -> Result<u64, IndexError> {
    let hits = searcher.search(
        &Query::parse("\"云汐租赁公告\""),
        &Page::first(2 * ARTICLES),
    )?;
    assert_eq!(hits.total, ARTICLES as u64);
    let titles = hits
        .map(|hit| Ok(hit?.article.title))
        .collect::<Result<Vec<_>, IndexError>>()?;
    assert_eq!(titles.len(), ARTICLES);
    assert!(titles.iter().all(|title| *title == titles[0]), "{titles:?}");
    Ok(titles[0].parse().expect("a number"))
}
