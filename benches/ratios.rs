//! How much faster is all this than what one writes in an afternoon with the same engine, and how
//! far from the engine alone?
//!
//! Works on `NEWSEARCH_DATA/corpus`, takes turns, and prints tables of medians: of processor
//! seconds, so that other work on the machine counts little, and of the clock.
//!
//! ```text
//! NEWSEARCH_DATA=… cargo bench --bench ratios [indexing] [queries] [processes]
//! ```

mod floor;
mod measure;
mod plain;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use floor::{Prepared, Quotes};
use measure::{Random, fastest, folder_size, processor_seconds, quantile};
use newsearch::{Hit, Index, IndexOptions, Page, Query, Searcher, SnippetOptions, UpdateOptions};
use plain::{Plain, PlainHits, PlainSearcher};

const SEED: u64 = 20_261_120;
/// Runs of each, taking turns.
const ROUNDS: usize = 5;
/// Threads that index.
const THREADS: usize = 2;
const QUERIES: usize = 1000;
/// Processes that are started one after the other, of each.
const PROCESSES: usize = 25;
/// Asks a new process of this bench to search the plain index in a folder for a text.
const PLAIN_QUERY: &str = "--plain-query";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // The panics of the plain program are a part of it.
    std::panic::set_hook(Box::new(|panic| {
        if std::thread::current().name() != Some("main") || !is_in_snippets(panic) {
            eprintln!("{panic}");
        }
    }));
    if let Some([folder, text]) = args.strip_prefix(&[PLAIN_QUERY.to_string()][..]) {
        return search_plain(Path::new(folder), text);
    }
    let Some(data) = measure::data() else {
        return;
    };
    let parts: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| *wanted == part);
    let folder = tempfile::tempdir().expect("a temporary folder");
    if is_wanted("indexing") {
        indexing(&Archive::new(&data, "articles", folder.path()));
    }
    for name in ["articles", "flash"] {
        if is_wanted("queries") || is_wanted("processes") {
            let archive = Archive::new(&data, name, folder.path());
            archive.write_own();
            archive.write_plain();
            if is_wanted("queries") {
                queries(&data, &archive);
            }
            if is_wanted("processes") {
                processes(&archive);
            }
        }
    }
}

/// The generator of snippets panics where it is given tokens that overlap.
fn is_in_snippets(panic: &std::panic::PanicHookInfo) -> bool {
    panic
        .location()
        .is_some_and(|location| location.file().contains("snippet"))
}

/// An archive of the data, unpacked, and where its indexes go.
struct Archive {
    name: &'static str,
    lines: PathBuf,
    own: PathBuf,
    plain: PathBuf,
    floors: [PathBuf; 2],
}

impl Archive {
    fn new(data: &Path, name: &'static str, folder: &Path) -> Archive {
        let lines = folder.join(format!("{name}.jsonl"));
        let mut file = File::create(&lines).expect("a file");
        for line in measure::lines(&data.join(format!("corpus/{name}.jsonl.zst"))) {
            writeln!(file, "{line}").expect("room on the disk");
        }
        let path = |kind: &str| folder.join(format!("{name}-{kind}"));
        Archive {
            name,
            lines,
            own: path("own"),
            plain: path("plain"),
            floors: [path("places"), path("texts")],
        }
    }

    fn write_own(&self) -> Index {
        let index = Index::rebuild(&self.own, IndexOptions::new()).expect("an index");
        let options = UpdateOptions {
            threads: Some(THREADS),
            ..UpdateOptions::default()
        };
        let report = index.update(std::slice::from_ref(&self.lines), &options, |_| {});
        assert!(report.expect("an index").added.new > 0);
        index
    }

    fn write_plain(&self) {
        let plain = Plain::create(&empty(&self.plain)).expect("an index");
        plain.write(&self.lines, THREADS).expect("an index");
    }
}

/// The folder, made anew.
fn empty(folder: &Path) -> PathBuf {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("a folder that can go");
    }
    fs::create_dir(folder).expect("a folder");
    folder.to_path_buf()
}

/// How long does it take to index an archive, against the plain program and the engine alone?
fn indexing(archive: &Archive) {
    let index = archive.write_own();
    let all = articles(&index.searcher());
    let bytes: usize = all
        .iter()
        .map(|article| article.title.len() + article.body_text().len())
        .sum();
    let kinds = [Quotes::ByPlaces, Quotes::InTexts];
    let prepared = kinds.map(|quotes| {
        let articles = all.iter();
        let prepared = articles.map(|article| Prepared::new(index.analyzer(), article, quotes));
        prepared.collect::<Vec<_>>()
    });
    let count = all.len();
    drop((all, index));

    let mut own = Vec::new();
    let mut plain = Vec::new();
    let mut floors = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        own.push(Seconds::of(|| drop(archive.write_own())));
        plain.push(Seconds::of(|| archive.write_plain()));
        for (kind, runs) in floors.iter_mut().enumerate() {
            let folder = empty(&archive.floors[kind]);
            runs.push(Seconds::of(|| {
                let written = floor::write(&prepared[kind], kinds[kind], &folder, THREADS);
                written.expect("an index");
            }));
        }
    }
    let megabytes = bytes as f64 / 1e6;
    println!(
        "\nIndexing {}: {count} articles, {megabytes:.1} MB of title and body, {THREADS} threads, {ROUNDS} rounds\n",
        archive.name
    );
    println!(
        "| | processor s | clock s | MB/s | newsearch takes × its clock | bytes / byte of text |"
    );
    println!("|---|---|---|---|---|---|");
    let [_, base] = Seconds::medians(&own);
    for (name, runs, folder) in [
        ("newsearch", &own, &archive.own),
        ("plain", &plain, &archive.plain),
        (
            "the engine alone, with places and compressed texts",
            &floors[0],
            &archive.floors[0],
        ),
        (
            "the engine alone, with the terms and texts of newsearch",
            &floors[1],
            &archive.floors[1],
        ),
    ] {
        let [processor, clock] = Seconds::medians(runs);
        println!(
            "| {name} | {processor:.2} | {clock:.2} | {:.1} | {:.2} | {:.3} |",
            megabytes / clock,
            base / clock,
            folder_size(folder) as f64 / bytes as f64
        );
    }
}

/// What a run took.
struct Seconds {
    processor: f64,
    clock: f64,
}

impl Seconds {
    fn of(run: impl FnOnce()) -> Seconds {
        let (start, processor) = (Instant::now(), processor_seconds());
        run();
        Seconds {
            processor: processor_seconds() - processor,
            clock: start.elapsed().as_secs_f64(),
        }
    }

    fn medians(runs: &[Seconds]) -> [f64; 2] {
        let median = |time: fn(&Seconds) -> f64| {
            let mut times: Vec<f64> = runs.iter().map(time).collect();
            quantile(&mut times, 0.5)
        };
        [median(|run| run.processor), median(|run| run.clock)]
    }
}

fn articles(searcher: &Searcher) -> Vec<newsearch::Article> {
    let page = Page {
        snippets: SnippetOptions {
            count: 0,
            ..SnippetOptions::default()
        },
        ..Page::first(1_000_000)
    };
    let hits = searcher.search(&Query::parse("-id:none"), &page);
    let hits = hits.expect("hits");
    hits.map(|hit| hit.expect("an article").article).collect()
}

/// How long do warm queries take on one thread, and how long their snippets?
fn queries(data: &Path, archive: &Archive) {
    let index = Index::open(&archive.own).expect("an index");
    let searcher = index.searcher();
    let plain = Plain::open(&archive.plain).expect("an index");
    let plain = plain.searcher().expect("an index");
    println!(
        "\nQueries on {}, milliseconds of the processor, medians of {ROUNDS} rounds over all texts; the best ten with snippets\n",
        archive.name
    );
    println!(
        "| queries | newsearch p50 | p99 | plain p50 | p99 | ratio of p50 | snippets: newsearch µs | plain µs | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, texts) in texts(data, &searcher, &plain) {
        let own = Times::of(&texts, |text| own_times(&searcher, text));
        let other = Times::of(&texts, |text| plain_times(&plain, text));
        let [whole, snippets] = own.p50();
        let [plain_whole, plain_snippets] = other.p50();
        println!(
            "| {} {name} | {whole:.3} | {:.3} | {plain_whole:.3} | {:.3} | {:.1} | {:.1} | {:.0} | {:.0} |",
            texts.len(),
            own.p99(),
            other.p99(),
            plain_whole / whole,
            snippets * 1e3,
            plain_snippets * 1e3,
            plain_snippets / snippets
        );
    }
}

/// Milliseconds of whole queries, and of their snippets: medians of some rounds over all texts.
struct Times {
    whole: Vec<f64>,
    snippets: Vec<f64>,
}

impl Times {
    fn of(texts: &[String], times: impl Fn(&str) -> [f64; 2]) -> Times {
        let mut rounds = vec![[Vec::new(), Vec::new()]; texts.len()];
        for _ in 0..ROUNDS {
            for (text, of_text) in texts.iter().zip(&mut rounds) {
                for (all, time) in of_text.iter_mut().zip(times(text)) {
                    all.push(time);
                }
            }
        }
        let median = |which: usize| {
            let rounds = rounds.iter();
            rounds
                .map(|times| quantile(&mut times[which].clone(), 0.5))
                .collect()
        };
        Times {
            whole: median(0),
            snippets: median(1),
        }
    }

    fn p50(&self) -> [f64; 2] {
        [&self.whole, &self.snippets].map(|times| quantile(&mut times.clone(), 0.5))
    }

    fn p99(&self) -> f64 {
        quantile(&mut self.whole.clone(), 0.99)
    }
}

/// Milliseconds of a whole query, and of its snippets: the whole less the same without them.
fn own_times(searcher: &Searcher, text: &str) -> [f64; 2] {
    let query = Query::words(text);
    let with = |count| Page {
        snippets: SnippetOptions {
            count,
            ..SnippetOptions::default()
        },
        ..Page::first(10)
    };
    let run = |page: &Page| {
        let hits = searcher.search(&query, page).expect("hits");
        hits.map(|hit| hit.expect("an article"))
            .collect::<Vec<Hit>>()
    };
    let (hits, whole) = fastest(1, || run(&with(2)));
    assert!(!hits.is_empty(), "{text} finds nothing");
    // Now that all is in the caches of the processor, for both; the fastest, as they are small.
    let (_, without) = fastest(3, || run(&with(0)));
    let (_, again) = fastest(3, || run(&with(2)));
    [whole, (again - without).max(1e-4)]
}

/// The same of the plain program.
fn plain_times(searcher: &PlainSearcher, text: &str) -> [f64; 2] {
    let snippets_of = |hits: &PlainHits| searcher.snippets(hits).expect("snippets");
    let run = || {
        let hits = searcher.search(text).expect("hits");
        snippets_of(&hits);
        hits
    };
    let (hits, whole) = fastest(1, run);
    let (_, snippets) = fastest(3, || snippets_of(&hits));
    [whole, snippets]
}

/// Texts that are asked for: topics and words of finance, names of companies. Both programs find ten
/// articles for each, so that both have as much to show.
fn texts(
    data: &Path,
    searcher: &Searcher,
    plain: &PlainSearcher,
) -> [(&'static str, Vec<String>); 2] {
    let random = &mut Random(SEED);
    let topics = measure::lines(&data.join("eval/cls-topic/queries.tsv"))
        .filter_map(|line| Some(line.split_once('\t')?.1.to_string()))
        .collect();
    let names = measure::lines(&data.join("lexicons/stocks_cn.tsv"))
        .skip(1)
        .filter_map(|line| Some(line.split('\t').nth(2)?.split('|').next()?.to_string()))
        .collect();
    let finds_ten = |text: &String| {
        let own = searcher.count(&Query::words(text)).expect("a total");
        own >= 10 && plain.search(text).expect("hits").documents.len() >= 10
    };
    [("topics", topics), ("company names", names)].map(|(name, all): (_, Vec<String>)| {
        let texts = (0..QUERIES)
            .map(|_| random.pick(&all))
            .filter(|text| finds_ten(text));
        (name, texts.cloned().collect())
    })
}

/// How long does it take to start the program for one query?
fn processes(archive: &Archive) {
    let own = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
        command.arg("query").arg("--index").arg(&archive.own);
        command
    };
    let plain = || {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(PLAIN_QUERY).arg(&archive.plain);
        command
    };
    let texts = ["人民币汇率", "锂电池", "央行逆回购", "房地产", "新能源汽车"];
    let programs: [&dyn Fn() -> Command; 2] = [&own, &plain];
    let mut clocks = [Vec::new(), Vec::new()];
    let mut processor = [0.0; 2];
    for run in 0..=PROCESSES {
        for (which, program) in programs.iter().enumerate() {
            let before = measure::processor_seconds_of_children();
            let start = Instant::now();
            let mut command = program();
            let status = command
                .arg(texts[run % texts.len()])
                .stdout(Stdio::null())
                .status();
            assert!(status.expect("a process").success());
            if run > 0 {
                clocks[which].push(start.elapsed().as_secs_f64() * 1e3);
                processor[which] += measure::processor_seconds_of_children() - before;
            }
        }
    }
    println!(
        "\nA process for one query on {}: {PROCESSES} of each, warm, taking turns; milliseconds\n",
        archive.name
    );
    println!("| | processor, mean | clock, p50 | least |");
    println!("|---|---|---|---|");
    for (which, name) in ["newsearch", "plain"].into_iter().enumerate() {
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} |",
            processor[which] * 1e3 / PROCESSES as f64,
            quantile(&mut clocks[which], 0.5),
            quantile(&mut clocks[which], 0.0)
        );
    }
}

fn search_plain(folder: &Path, text: &str) {
    let plain = Plain::open(folder).expect("an index");
    let searcher = plain.searcher().expect("an index");
    let hits = searcher.search(text).expect("hits");
    println!("{}", searcher.snippets(&hits).expect("snippets"));
}
