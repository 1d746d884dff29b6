//! How does the cost grow with the archive?
//!
//! Makes archives of so many articles out of `NEWSEARCH_DATA/corpus` (each text once, then again under
//! other ids, with other titles, on other days of a decade, and a third of the sentences taken from
//! anywhere; of a text without a date, all of them: it would be compared with each of its copies), lets
//! the program index each in a process of its own, brings each up to date with a few new articles, and
//! asks all of them the same queries.
//!
//! ```text
//! NEWSEARCH_DATA=… cargo bench --bench scale [10000 100000 1000000] [FOLDER]
//! ```
//!
//! In FOLDER the archives and the indexes stay: the next run measures the indexes that it finds there as they
//! are, and says nothing of what it took to build them. Ten million articles take 4 GB and 20 GB there.

mod measure;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::ToSpan;
use jiff::civil::Date;
use measure::{Random, fastest, folder_size, processor_seconds_of_children, quantile};
use newsearch::{Hit, Index, Page, Query, Searcher};
use serde_json::Value;

const SEED: u64 = 20_261_120;
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Queries of each class.
const QUERIES: usize = 300;
/// Runs of a query; the fastest counts.
const ROUNDS: usize = 3;
/// Articles that the queries are taken from: all archives have them.
const COMMON: usize = 10_000;
/// One sentence in so many of a repeated article is another one.
const MIXED: usize = 3;
/// What is written again is told so many days later each time, and after the last day from the first on.
const LATER: i64 = 37;
const DAYS: i64 = 3_650;
const LAST_DAY: Date = jiff::civil::date(2026, 11, 19);
/// How often the memory of a process is looked at.
const INTERVAL: Duration = Duration::from_millis(50);
/// Processes that are started for one query each.
const STARTS: usize = 15;
/// What such a process is asked: a topic, companies, and a quoted word.
const ONE_SHOT: [&str; 5] = [
    "锂电池",
    "宁德时代",
    "贵州茅台",
    "平安银行 净利润",
    "\"锂电池\"",
];
/// New articles of an update, and how many such updates are made; the medians count.
const UPDATES: [(usize, usize); 2] = [(10, 5), (1_000, 3)];
/// When new articles were published: behind all others, as they come.
const TODAY: &str = "2026-11-20";

fn main() {
    let Some(data) = measure::data() else {
        return;
    };
    let sizes: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        SIZES.to_vec()
    } else {
        sizes
    };
    let source = Source::read(&data);
    let mut other = std::env::args()
        .skip(1)
        .filter(|arg| arg.parse::<usize>().is_err());
    let kept = other.find(|arg| !arg.starts_with('-')).map(PathBuf::from);
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = kept.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).expect("a folder");

    println!(
        "| articles | text MB | processor s | clock s | articles/s | MB/s | peak RssAnon MB | bytes / byte of text |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut indexes = Vec::new();
    let lines = folder.join("archive.jsonl");
    for &size in &sizes {
        let index = folder.join(size.to_string());
        if Index::exists(&index) {
            indexes.push(index);
            continue;
        }
        let archive = folder.join(format!("{size}.jsonl.zst"));
        let bytes = source.write(size, &archive);
        let built = Built::by_program(&archive, &index);
        let megabytes = bytes as f64 / 1e6;
        println!(
            "| {size} | {megabytes:.0} | {:.1} | {:.1} | {:.0} | {:.1} | {:.0} | {:.3} |",
            built.processor,
            built.clock,
            size as f64 / built.clock,
            megabytes / built.clock,
            built.anonymous as f64 / 1e6,
            folder_size(&index) as f64 / bytes as f64,
        );
        indexes.push(index);
    }
    one_shot(&sizes, &indexes);
    queries(&source, &sizes, &indexes);
    // Last: the others are asked of archives that all have the same articles.
    println!();
    println!(
        "| articles | new ones | processor s | clock s | peak RssAnon MB | MB written to the folder |"
    );
    println!("|---|---|---|---|---|---|");
    for (size, index) in sizes.iter().zip(&indexes) {
        updates(&source, *size, index, &lines);
    }
}

/// The texts that archives are made of, in an order in which each part is like the whole.
struct Source {
    articles: Vec<Value>,
}

impl Source {
    fn read(data: &Path) -> Source {
        let mut articles = Vec::new();
        for name in ["articles", "finance", "flash"] {
            let lines = measure::lines(&data.join(format!("corpus/{name}.jsonl.zst")));
            articles.extend(lines.map(|line| serde_json::from_str(&line).expect("JSON")));
        }
        let mut random = Random(SEED);
        for last in (1..articles.len()).rev() {
            articles.swap(last, random.below(last + 1));
        }
        Source { articles }
    }

    /// Writes an archive of so many articles, compressed; gives the bytes of their titles and bodies.
    fn write(&self, count: usize, lines: &Path) -> usize {
        const QUICK: i32 = 1;
        let file = File::create(lines).expect("a file");
        let mut out = zstd::Encoder::new(file, QUICK).expect("zstd");
        let mut random = Random(SEED);
        let mut bytes = 0;
        for number in 0..count {
            let article = self.article(number, &mut random);
            bytes += text(&article, "title").len() + text(&article, "body").len();
            writeln!(out, "{article}").expect("room on the disk");
        }
        out.finish().expect("room on the disk");
        bytes
    }

    /// Writes so many articles of today, from this number on, made of such as have a date: what arrives is no
    /// copy of what has none.
    fn write_new(&self, first: usize, count: usize, lines: &Path) {
        let mut out = BufWriter::new(File::create(lines).expect("a file"));
        let mut random = Random(SEED + first as u64);
        let is_dated = |number: &usize| !text(self.of(*number), "date").is_empty();
        for number in (first..).filter(is_dated).take(count) {
            let mut article = self.article(number, &mut random);
            article["id"] = format!("new{number}").into();
            let minute = number % (24 * 60);
            article["date"] = format!("{TODAY} {:02}:{:02}:00", minute / 60, minute % 60).into();
            writeln!(out, "{article}").expect("room on the disk");
        }
        out.flush().expect("room on the disk");
    }

    /// The article that the one of this number is made of.
    fn of(&self, number: usize) -> &Value {
        &self.articles[number % self.articles.len()]
    }

    fn article(&self, number: usize, random: &mut Random) -> Value {
        let mut article = self.of(number).clone();
        article["id"] = format!("scale{number}").into();
        if number >= self.articles.len() {
            let title = text(random.pick(&self.articles), "title");
            if !title.is_empty() {
                article["title"] = title.into();
            }
            let day = later(text(&article, "date"), number / self.articles.len());
            let sentences = sentences(text(&article, "body"));
            let mixed = sentences.map(|sentence| match random.below(MIXED) {
                1.. if day.is_some() => sentence,
                _ => self.sentence(random),
            });
            article["body"] = mixed.collect::<String>().into();
            if let Some(day) = day {
                article["date"] = day.to_string().into();
            }
        }
        article
    }

    /// A sentence of a random article.
    fn sentence(&self, random: &mut Random) -> &str {
        loop {
            let body = text(random.pick(&self.articles), "body");
            let sentences: Vec<&str> = sentences(body).collect();
            if !sentences.is_empty() {
                return random.pick::<&str>(&sentences);
            }
        }
    }
}

/// The day on which an article of this date is told for so many times more.
fn later(date: &str, times: usize) -> Option<Date> {
    let day: Date = match date.len() {
        0 => return None,
        7 => format!("{date}-01").parse(),
        _ => date[..10].parse(),
    }
    .expect("a date");
    let ago = (LAST_DAY - day).get_days() as i64 - LATER * times as i64;
    Some(LAST_DAY - ago.rem_euclid(DAYS).days())
}

fn text<'a>(article: &'a Value, key: &str) -> &'a str {
    article[key].as_str().unwrap_or_default()
}

fn sentences(body: &str) -> impl Iterator<Item = &str> {
    let sentences = body.split_inclusive(['。', '\n']);
    sentences.filter(|sentence| !sentence.trim().is_empty())
}

/// What it took to build an index.
struct Built {
    processor: f64,
    clock: f64,
    /// The most anonymous memory, in bytes.
    anonymous: u64,
}

impl Built {
    fn by_program(lines: &Path, index: &Path) -> Built {
        let (start, processor) = (Instant::now(), processor_seconds_of_children());
        let mut command = program("index", index);
        let child = command.arg("--quiet").arg(lines).spawn();
        let mut child = child.expect("a process");
        let anonymous = measure::watch(&mut child, INTERVAL);
        Built {
            processor: processor_seconds_of_children() - processor,
            clock: start.elapsed().as_secs_f64(),
            anonymous,
        }
    }
}

fn program(subcommand: &str, index: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
    command.arg(subcommand).arg("--index").arg(index);
    command
}

/// Brings an index of so many articles up to date with new ones, and with none.
fn updates(source: &Source, size: usize, index: &Path, lines: &Path) {
    let row = |name: &str, runs: Vec<(Built, u64)>| {
        let median = |of: &dyn Fn(&(Built, u64)) -> f64| {
            quantile(&mut runs.iter().map(of).collect::<Vec<f64>>(), 0.5)
        };
        println!(
            "| {size} | {name} | {:.3} | {:.3} | {:.0} | {:.1} |",
            median(&|(built, _)| built.processor),
            median(&|(built, _)| built.clock),
            median(&|(built, _)| built.anonymous as f64 / 1e6),
            median(&|(_, written)| *written as f64 / 1e6),
        );
    };
    // Behind those that an earlier run added to an index that was kept.
    let mut next = size + 2 * (documents(index) as usize).saturating_sub(size);
    for (count, times) in UPDATES {
        let mut runs = Vec::new();
        for _ in 0..times {
            let before = documents(index);
            source.write_new(next, count, lines);
            next += 2 * count;
            let written = bytes_written();
            let built = Built::by_program(lines, index);
            runs.push((built, bytes_written() - written));
            assert_eq!(documents(index), before + count as u64);
        }
        row(&count.to_string(), runs);
    }
    let again = (0..UPDATES[0].1).map(|_| (Built::by_program(lines, index), 0));
    row("none", again.collect());
}

fn documents(index: &Path) -> u64 {
    let index = Index::open(index).expect("an index");
    index.searcher().documents()
}

/// Bytes that ended children, and this process, have given to be written, as Linux counts them.
fn bytes_written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
}

/// Milliseconds of processes that answer one query each: of the processor, the mean, and of the clock,
/// the median.
fn one_shot(sizes: &[usize], indexes: &[PathBuf]) {
    let heads: Vec<String> = sizes.iter().map(usize::to_string).collect();
    println!(
        "\n| a process for one query, processor / clock ms | {} |",
        heads.join(" | ")
    );
    println!("|---|{}", "---|".repeat(sizes.len()));
    for query in ONE_SHOT {
        let times = indexes.iter().map(|index| {
            let [processor, clock] = start(index, query);
            format!("{processor:.1} / {clock:.1}")
        });
        println!("| {query} | {} |", times.collect::<Vec<_>>().join(" | "));
    }
}

fn start(index: &Path, query: &str) -> [f64; 2] {
    let mut clocks = Vec::new();
    let before = processor_seconds_of_children();
    for _ in 0..STARTS {
        let start = Instant::now();
        let status = program("query", index)
            .arg(query)
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("a process").success());
        clocks.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let processor = processor_seconds_of_children() - before;
    [processor * 1e3 / STARTS as f64, quantile(&mut clocks, 0.5)]
}

/// Asks every index the same queries; prints milliseconds of the processor, p50 / p99, and how the
/// p50 grows from one size to the next.
fn queries(source: &Source, sizes: &[usize], indexes: &[PathBuf]) {
    let indexes: Vec<Index> = indexes
        .iter()
        .map(|path| Index::open(path).expect("an index"))
        .collect();
    let Some(first) = indexes.first() else { return };
    let heads: Vec<String> = sizes.iter().map(usize::to_string).collect();
    println!(
        "\n| queries, p50 / p99 ms | {} | growth of the p50 |",
        heads.join(" | ")
    );
    println!("|---|{}---|", "---|".repeat(sizes.len()));
    for (name, queries) in classes(source, first) {
        let mut row = Vec::new();
        let mut medians = Vec::new();
        for index in &indexes {
            let searcher = index.searcher();
            let mut times: Vec<f64> = queries.iter().map(|query| time(&searcher, query)).collect();
            let [p50, p99] = [0.5, 0.99].map(|share| quantile(&mut times, share));
            row.push(format!("{p50:.2} / {p99:.2}"));
            medians.push(p50);
        }
        let growth = medians
            .windows(2)
            .map(|pair| format!("× {:.1}", pair[1] / pair[0]));
        let growth: Vec<String> = growth.collect();
        println!("| {name} | {} | {} |", row.join(" | "), growth.join(", "));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "\n| p50 by the clock, ms, one thread / {threads} | {} |",
        heads.join(" | ")
    );
    println!("|---|{}", "---|".repeat(sizes.len()));
    let quoted = classes(source, first).into_iter();
    for (name, queries) in quoted.filter(|(name, _)| name.starts_with("quoted")) {
        let row = indexes.iter().map(|index| {
            let medians = [1, threads].map(|threads| {
                let searcher = index.searcher().with_threads(threads);
                let times = queries.iter().map(|query| clock(&searcher, query));
                quantile(&mut times.collect::<Vec<_>>(), 0.5)
            });
            format!("{:.2} / {:.2}", medians[0], medians[1])
        });
        println!("| {name} | {} |", row.collect::<Vec<_>>().join(" | "));
    }
}

fn classes(source: &Source, index: &Index) -> Vec<(&'static str, Vec<Query>)> {
    let analyzer = index.analyzer();
    let common = &source.articles[..COMMON.min(source.articles.len())];
    let texts: Vec<String> = common
        .iter()
        .map(|article| {
            let lines = text(article, "title")
                .lines()
                .chain(text(article, "body").lines());
            measure::fold(analyzer, lines)
        })
        .collect();
    let random = &mut Random(SEED);
    let mut words = |count: usize| {
        let query = |_| Query::words(&random.words(analyzer, &texts, count).join(" "));
        (0..QUERIES).map(query).collect::<Vec<_>>()
    };
    let mut classes = vec![
        ("one word", words(1)),
        ("two words", words(2)),
        ("three words", words(3)),
    ];
    for (name, length) in [("quoted, 2", 2), ("quoted, 4", 4), ("quoted, 6", 6)] {
        let query = |_| Query::phrase(&random.substring(analyzer, &texts, length));
        classes.push((name, (0..QUERIES).map(query).collect()));
    }
    let titled: Vec<&str> = common
        .iter()
        .map(|article| text(article, "title"))
        .filter(|title| !title.is_empty())
        .collect();
    let headlines = (0..QUERIES).map(|_| Query::words(random.pick::<&str>(&titled)));
    classes.push(("headlines", headlines.collect()));
    classes
}

/// Milliseconds of this thread's processor for the best ten with their snippets.
fn time(searcher: &Searcher, query: &Query) -> f64 {
    let (hits, milliseconds) = fastest(ROUNDS, || best_ten(searcher, query));
    assert!(!hits.is_empty(), "{query} finds nothing");
    milliseconds
}

/// The same by the clock, whatever threads do it.
fn clock(searcher: &Searcher, query: &Query) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        assert!(
            !best_ten(searcher, query).is_empty(),
            "{query} finds nothing"
        );
        start.elapsed().as_secs_f64() * 1e3
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn best_ten(searcher: &Searcher, query: &Query) -> Vec<Hit> {
    let hits = searcher.search(query, &Page::first(10)).expect("hits");
    hits.map(|hit| hit.expect("an article")).collect()
}
