//! One writer, and readers that never see half of what it does.
//!
//! Every generation rewrites every article, so all that a reader sees must be of one. Short: 5 s.
//! Long (`NEWSEARCH_LONG=1`): a minute.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use newsearch::{
    Article, Index, IndexError, IndexOptions, Page, Paragraph, Query, Searcher, Writer,
};
use serde_json::Value;

use crate::archive::is_long;
use crate::state::{assert_sound, newsearch};

const ARTICLES: usize = 60;

/// What the readers did, and when to stop.
#[derive(Default)]
struct Watch {
    stop: AtomicBool,
    views: AtomicUsize,
    processes: AtomicUsize,
}

#[test]
fn readers_see_one_commit_while_a_writer_works() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let index = Index::create(dir, IndexOptions::new()).unwrap();
    let mut writer = index.writer_with(2, 32 << 20).unwrap();
    write(&mut writer, 0);
    let watch = Watch::default();
    let duration = Duration::from_secs(if is_long() { 60 } else { 5 });
    let mut generation = 0;
    thread::scope(|scope| {
        scope.spawn(|| watch.while_it_lasts(|_| view(&Index::open(dir).unwrap().searcher())));
        scope.spawn(|| watch.while_it_lasts(|_| view(&index.searcher())));
        scope.spawn(|| watch.while_it_lasts(|first| keep_one_view(dir, first)));
        scope.spawn(|| watch.run_processes(dir));
        let started = Instant::now();
        while started.elapsed() < duration {
            generation += 1;
            write(&mut writer, generation);
            assert!(matches!(index.writer(), Err(IndexError::Locked { .. })));
        }
        watch.stop.store(true, SeqCst);
    });
    writer.close().unwrap();
    assert_eq!(view(&index.searcher()), generation);
    assert_sound(dir);
    let (views, processes) = (watch.views.into_inner(), watch.processes.into_inner());
    println!("{generation} generations, {views} views in this process, {processes} in others");
    assert!(generation > 1 && views > 1 && processes > 1);
}

fn write(writer: &mut Writer, generation: usize) {
    for number in 0..ARTICLES {
        let text = format!("云汐租赁第{number}号，第{generation}代。");
        let paragraph = Paragraph {
            text,
            heading: false,
        };
        let article = Article {
            id: number.to_string(),
            title: generation.to_string(),
            body: vec![paragraph],
            ..Article::default()
        };
        writer.add(article).unwrap();
    }
    writer.commit().unwrap();
}

/// The generation of all articles of a view.
fn view(searcher: &Searcher) -> usize {
    let page = Page::first(1_000);
    let hits = searcher.search(&Query::parse("云汐租赁"), &page).unwrap();
    let titles = hits.map(|hit| hit.unwrap().article.title);
    generation_of(titles.collect())
}

/// The one generation of articles with these titles.
fn generation_of(titles: Vec<String>) -> usize {
    assert_eq!(titles.len(), ARTICLES);
    assert!(
        titles.iter().all(|title| *title == titles[0]),
        "a mixture: {titles:?}"
    );
    titles[0].parse().unwrap()
}

/// A searcher shows the same commit as long as it lives, whatever is written meanwhile.
fn keep_one_view(dir: &Path, _: usize) -> usize {
    let searcher = Index::open(dir).unwrap().searcher();
    let first = view(&searcher);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(view(&searcher), first);
    first
}

impl Watch {
    /// Looks again and again; what is seen never goes back.
    fn while_it_lasts(&self, look: impl Fn(usize) -> usize) {
        let mut last = 0;
        while !self.stop.load(SeqCst) {
            let seen = look(last);
            assert!(seen >= last, "{seen} after {last}");
            last = seen;
            self.views.fetch_add(1, SeqCst);
        }
    }

    /// Other processes, one after the other, that read the index or try to write it.
    fn run_processes(&self, dir: &Path) {
        while !self.stop.load(SeqCst) {
            let mut query = newsearch();
            query.args([
                "query",
                "云汐租赁",
                "--json",
                "--all",
                "-n",
                "1000",
                "--index",
            ]);
            let output = query.arg(dir).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            let lines = String::from_utf8(output.stdout).unwrap();
            let hits = lines
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap());
            generation_of(
                hits.map(|hit| hit["title"].as_str().unwrap().into())
                    .collect(),
            );

            let mut second = newsearch();
            second.args(["index", "/dev/null", "--index"]).arg(dir);
            let output = second.output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{told}");
            let holder = format!("is being written by process {}", std::process::id());
            assert!(told.contains(&holder), "{told}");
            self.processes.fetch_add(2, SeqCst);
        }
    }
}
