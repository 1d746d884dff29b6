//! What goes on beside the searches: commits, an indexer that is killed, a disk that is full.
//!
//! Short: 10 commits while 2,000 requests run. Long (`NEWSEARCH_LONG=1`): 100 commits, 100,000 requests.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::crowd::is_long;
use super::site::{PROGRAM, SAMPLE, Site, index};
use super::wire::{get, json, until};

/// All articles of the invented company.
const ALL: &str =
    "/api/search?q=%22%E9%B9%AD%E5%B2%9A%E7%B2%BE%E5%B7%A5%22&limit=1000&group=false&snippets=0";

/// Writes a file of lines with so many articles of an invented company.
fn lines(path: &Path, count: usize) {
    let line = |number| {
        format!(
            "{{\"id\":\"n{number}\",\"title\":\"鹭岚精工第{number}号公告\",\"content\":\"鹭岚精工公告正文{number}。\",\"date\":\"2024-01-05 10:00:00\"}}\n"
        )
    };
    fs::write(path, (0..count).map(line).collect::<String>()).unwrap();
}

/// A connection that is kept from request to request.
struct Kept {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Kept {
    fn open(site: &Site) -> Kept {
        let stream = TcpStream::connect(site.host()).unwrap();
        let patience = Some(Duration::from_secs(60));
        stream.set_read_timeout(patience).unwrap();
        Kept {
            stream: BufReader::new(stream),
            host: site.host().to_owned(),
        }
    }

    /// Gets JSON; anything else than 200 fails.
    fn json(&mut self, path: &str) -> Value {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        let mut status = String::new();
        self.stream.read_line(&mut status).unwrap();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(given) = line.strip_prefix("content-length: ") {
                length = given.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}{body}");
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("no JSON: {body}"))
    }
}

#[test]
fn many_commits_while_many_ask_lose_no_request_and_mix_no_answer() {
    let (commits, requests) = if is_long() {
        (100, 100_000)
    } else {
        (10, 2_000)
    };
    let site = Site::open();
    let file = site.folder.path().join("more.jsonl");
    let asked = AtomicUsize::new(0);
    let is_done = AtomicBool::new(false);
    // Answers of one generation have one total, whoever asks.
    let seen: Vec<BTreeMap<String, u64>> = std::thread::scope(|scope| {
        let ask = || {
            let mut kept = Kept::open(&site);
            let (mut seen, mut last) = (BTreeMap::new(), 0);
            while !is_done.load(Ordering::Relaxed) || asked.load(Ordering::Relaxed) < requests {
                let answer = kept.json(ALL);
                asked.fetch_add(1, Ordering::Relaxed);
                let total = answer["total"].as_u64().unwrap();
                assert_eq!(answer["hits"].as_array().unwrap().len() as u64, total);
                assert!(total >= last, "{last}, then {total}");
                last = total;
                let generation = answer["generation"].as_str().unwrap().to_owned();
                let known = *seen.entry(generation).or_insert(total);
                assert_eq!(known, total, "two answers of one generation");
            }
            seen
        };
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        for count in 1..=commits {
            lines(&file, count);
            index(site.folder.path(), &[&file]);
            // The requests are spread over the commits.
            while asked.load(Ordering::Relaxed) < requests * count / commits
                && !readers.iter().any(|reader| reader.is_finished())
            {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        until(|| json(&site, ALL)["total"] == commits);
        is_done.store(true, Ordering::Relaxed);
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .collect()
    });
    let mut totals: BTreeMap<&String, u64> = BTreeMap::new();
    for (generation, &total) in seen.iter().flatten() {
        assert_eq!(*totals.entry(generation).or_insert(total), total);
    }
    let asked = asked.into_inner();
    println!(
        "{asked} requests, {commits} commits, {} generations seen",
        totals.len()
    );
    assert!(asked >= requests && totals.len() > 2);
    let metrics = get(&site, "/metrics").1;
    for line in [
        "newsearch_reload_errors_total 0",
        "newsearch_refused_total 0",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
}

#[test]
fn an_indexer_that_is_killed_leaves_what_answers_and_the_next_one_is_taken_over() {
    let site = Site::open();
    let file = site.folder.path().join("more.jsonl");
    lines(&file, 3_000);
    let before = json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8")["hits"].clone();
    for pause in [0, 30, 100, 300] {
        let mut indexer = Command::new(PROGRAM)
            .args(["index", "--quiet", "--index"])
            .arg(site.folder.path().join("index"))
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        indexer.kill().unwrap();
        indexer.wait().unwrap();
        let answer = json(&site, ALL);
        let total = answer["total"].as_u64().unwrap();
        assert!(matches!(total, 0 | 3_000), "{total}");
        let hits = &json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8")["hits"];
        assert_eq!(
            hits.as_array().unwrap().len(),
            before.as_array().unwrap().len()
        );
        assert_eq!(json(&site, "/readyz")["status"], "ready");
        assert_eq!(get(&site, "/").0, 200);
    }
    index(site.folder.path(), &[&file]);
    until(|| json(&site, ALL)["total"] == 3_000);
}

/// Lets the files of a server grow to so many bytes.
#[cfg(target_os = "linux")]
fn limit_files(site: &Site, bytes: Option<u64>) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(Some(Pid::from_child(&site.child)), Resource::Fsize, limit).unwrap();
}

/// A limit on the size of files fails as a full disk does, and needs no disk of its own.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_leaves_what_answers_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    index(folder.path(), &[Path::new(SAMPLE)]);
    let site = Site::over(folder, &["--watch", news.to_str().unwrap()]);
    let before = json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8")["hits"].clone();
    until(|| json(&site, "/readyz")["status"] == "ready");
    limit_files(&site, Some(8 << 10));
    lines(&news.join("more.jsonl"), 2_000);
    until(|| json(&site, "/readyz")["status"] == "stale");
    let ready = json(&site, "/readyz");
    let trouble = ready["trouble"].as_str().unwrap();
    assert!(
        trouble.starts_with("what is new cannot be indexed"),
        "{ready}"
    );
    let after = json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8")["hits"].clone();
    assert_eq!(after, before);
    let page = get(&site, "/?q=%E5%85%AC%E5%8F%B8");
    assert_eq!(page.0, 200);
    assert!(page.1.contains("索引暂时不能更新"), "{}", page.1);
    let metrics = get(&site, "/metrics").1;
    assert!(metrics.contains("newsearch_index_stale 1"), "{metrics}");
    // Once there is room, what waited is indexed.
    limit_files(&site, None);
    lines(&news.join("few.jsonl"), 2);
    until(|| json(&site, "/readyz")["status"] == "ready");
    until(|| json(&site, ALL)["total"] == 2_000);
    assert!(!get(&site, "/").1.contains("索引暂时不能更新"));
}

/// Names and words change answers, though no article is new.
#[test]
fn other_names_and_other_words_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news.jsonl");
    lines(&news, 20);
    index(folder.path(), &[&news]);
    let (names, words) = (
        folder.path().join("names.tsv"),
        folder.path().join("words.txt"),
    );
    fs::write(&names, "609377\tSH\t岚精|鹭岚精工\t鹭岚精工股份有限公司\n").unwrap();
    fs::write(&words, "鹭岚精工\n").unwrap();
    let site = Site::over(folder, &[]);
    // 岚精, and 鹭岚精工.
    let called = "/api/search?q=%E5%B2%9A%E7%B2%BE&group=false";
    let explained = "/api/explain?q=%E9%B9%AD%E5%B2%9A%E7%B2%BE%E5%B7%A5";
    let words_of = |site: &Site| json(site, explained)["words"].as_array().unwrap().len();
    let name = json(&site, called)["generation"].clone();
    assert!(words_of(&site) > 1);
    let news = news.to_str().unwrap();
    let bring = |option: &str, file: &Path| {
        let mut command = Command::new(PROGRAM);
        command
            .args(["index", news, option])
            .arg(file)
            .arg("--index")
            .arg(site.folder.path().join("index"));
        assert!(command.output().unwrap().status.success());
    };
    bring("--entities", &names);
    until(|| json(&site, called)["generation"] != name);
    let with_names = json(&site, called)["generation"].clone();
    bring("--dict", &words);
    until(|| json(&site, called)["generation"] != with_names);
    assert_eq!(words_of(&site), 1);
}
