//! How many searches a second does `newsearch serve` answer, and how soon, beside a server that one
//! writes in an afternoon with tantivy and axum? And what becomes of those who come when it has too
//! much to do?
//!
//! Both say how many articles match, and show the best ten with snippets.
//!
//! Works on `NEWSEARCH_DATA/corpus`, with `wrk`, which must be installed. Each query is asked once
//! before it is asked again. Clients and server share the machine. The two servers take turns; the
//! table is of medians.
//!
//! ```text
//! NEWSEARCH_DATA=… cargo bench --bench serving [FOLDER]
//! ```
//!
//! Indexes are made in FOLDER, where they are found again by the next run.

mod measure;
#[allow(dead_code)]
mod plain;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use measure::{Random, quantile};
use newsearch::{Index, IndexOptions, UpdateOptions};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use plain::{Plain, PlainSearcher};
use serde_json::{Value, json};

const SEED: u64 = 20_261_129;
/// Runs of each, taking turns.
const ROUNDS: usize = 3;
/// Seconds of a run.
const SECONDS: u64 = 4;
const CONNECTIONS: [usize; 3] = [1, 8, 64];
/// Clients at once that are too many.
const CROWD: usize = 256;
/// Asks a new process of this bench to serve the plain index in a folder.
const PLAIN_SERVER: &str = "--plain-server";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some([folder]) = args.strip_prefix(&[PLAIN_SERVER.to_string()][..]) {
        return serve_plain(Path::new(folder));
    }
    let Some(data) = measure::data() else {
        return;
    };
    if Command::new("wrk").arg("--version").output().is_err() {
        return println!("skipped: wrk is not installed");
    }
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let folder = args.iter().find(|arg| !arg.starts_with('-'));
    let folder = folder.map_or(scratch.path().to_owned(), PathBuf::from);
    let (own, plain) = (folder.join("own"), folder.join("plain"));
    write_indexes(&data, scratch.path(), &own, &plain);
    let short = queries(&data, &["cls-topic", "cls-stockcode"]);
    let long = queries(&data, &["finna-hard"]);
    let servers = [
        Server::start(
            Command::new(env!("CARGO_BIN_EXE_newsearch"))
                .args(["serve", "--listen", "127.0.0.1:0", "--quiet", "--index"])
                .arg(&own),
            "/api/search?q=",
        ),
        Server::start(
            Command::new(std::env::current_exe().expect("a program"))
                .arg(PLAIN_SERVER)
                .arg(&plain),
            "/search?q=",
        ),
    ];
    println!("medians of {ROUNDS} runs of {SECONDS} s");
    let sets = [("topics and companies", &short), ("headlines", &long)];
    for (name, queries) in sets {
        println!("\n{} {name}", queries.len());
        compare(&servers, queries, scratch.path());
    }
    for (name, queries) in sets {
        println!("\n{name}, too many of them");
        overload(&servers[0], queries);
    }
}

/// Makes the indexes that are not there.
fn write_indexes(data: &Path, scratch: &Path, own: &Path, plain: &Path) {
    let mut unpacked = Vec::new();
    for name in ["flash", "finance", "articles"] {
        let lines = scratch.join(format!("{name}.jsonl"));
        if !own.exists() || !plain.exists() {
            let mut file = File::create(&lines).expect("a file");
            for line in measure::lines(&data.join(format!("corpus/{name}.jsonl.zst"))) {
                writeln!(file, "{line}").expect("room on the disk");
            }
        }
        unpacked.push(lines);
    }
    if !own.exists() {
        let index = Index::open_or_create(own, IndexOptions::new()).expect("an index");
        let update = index.update(&unpacked, &UpdateOptions::default(), |_| {});
        update.expect("an index");
    }
    if !plain.exists() {
        fs::create_dir_all(plain).expect("a folder");
        let index = Plain::create(plain).expect("an index");
        for lines in &unpacked {
            index.write(lines, 2).expect("an index");
        }
    }
}

/// The queries of some sets, in an order by chance.
fn queries(data: &Path, sets: &[&str]) -> Vec<String> {
    let mut queries = Vec::new();
    for set in sets {
        let file = fs::read_to_string(data.join(format!("eval/{set}/queries.tsv")));
        let file = file.expect("queries");
        let texts = file.lines().filter_map(|line| line.split_once('\t'));
        queries.extend(texts.map(|(_, text)| text.to_owned()));
    }
    let mut random = Random(SEED);
    for place in (1..queries.len()).rev() {
        queries.swap(place, random.below(place + 1));
    }
    queries
}

/// A server in a process of its own, ended with this value.
struct Server {
    child: Child,
    host: String,
    path: &'static str,
}

impl Server {
    /// Starts a server that says its address in the last word of its first line.
    fn start(command: &mut Command, path: &'static str) -> Server {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("a server");
        let mut said = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let line = said.next().expect("a line").expect("a line");
        let address = line.split_whitespace().last().unwrap_or_default();
        let host = address.trim_start_matches("http://").trim_end_matches('/');
        let host = host.to_owned();
        thread::spawn(move || said.for_each(drop));
        Server { child, host, path }
    }

    fn path_of(&self, query: &str) -> String {
        let query = utf8_percent_encode(query, NON_ALPHANUMERIC);
        format!("{}{query}", self.path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `wrk` says of a run.
struct Run {
    /// Answers a second.
    rate: f64,
    p50: f64,
    p99: f64,
    /// Refused, of 100 requests.
    refused: f64,
}

fn compare(servers: &[Server; 2], queries: &[String], scratch: &Path) {
    println!(
        "\n| connections | newsearch: a second | p50 ms | p99 ms | refused % | plain: a second | p50 ms | p99 ms | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let scripts = [0, 1].map(|number| {
        let paths = queries.iter().map(|query| servers[number].path_of(query));
        script(
            &scratch.join(format!("{number}")),
            &paths.collect::<Vec<_>>(),
        )
    });
    for connections in CONNECTIONS {
        let mut runs = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (number, server) in servers.iter().enumerate() {
                runs[number].push(run(server, &scripts[number], connections));
            }
        }
        let [own, plain] = runs.map(|runs| {
            let median = |of: fn(&Run) -> f64| {
                let mut all: Vec<f64> = runs.iter().map(of).collect();
                quantile(&mut all, 0.5)
            };
            [
                median(|run| run.rate),
                median(|run| run.p50),
                median(|run| run.p99),
                median(|run| run.refused),
            ]
        });
        println!(
            "| {connections} | {:.0} | {:.2} | {:.1} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
            own[0],
            own[1],
            own[2],
            own[3],
            plain[0],
            plain[1],
            plain[2],
            own[0] / plain[0]
        );
    }
}

/// Writes what `wrk` asks: all paths in turn. Its times are those of all requests, also the refused.
fn script(file: &Path, paths: &[String]) -> PathBuf {
    let list = file.with_extension("txt");
    fs::write(&list, paths.join("\n")).expect("room on the disk");
    let script = file.with_extension("lua");
    let lua = format!(
        r#"local paths, at = {{}}, 0
for line in io.lines("{}") do paths[#paths + 1] = line end
function request() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("DONE %f %f %f %d %f\n", (summary.requests - e.status) / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.timeout, e.status / summary.requests * 100))
end
"#,
        list.display()
    );
    fs::write(&script, lua).expect("room on the disk");
    script
}

fn run(server: &Server, script: &Path, connections: usize) -> Run {
    let output = Command::new("wrk")
        .args(["-t", "1", "-c", &connections.to_string()])
        .args(["-d", &format!("{SECONDS}s"), "--timeout", "30s", "-s"])
        .arg(script)
        .arg(format!("http://{}", server.host))
        .output()
        .expect("wrk");
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().find_map(|line| line.strip_prefix("DONE "));
    let numbers = line.unwrap_or_else(|| panic!("{said}"));
    let numbers: Vec<f64> = numbers
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    assert!(numbers[3] == 0.0, "{} requests failed", numbers[3]);
    let [rate, p50, p99, _, refused] = numbers[..] else {
        panic!("{said}");
    };
    Run {
        rate,
        p50,
        p99,
        refused,
    }
}

/// More clients than are let in: some are refused, and ask again after a while.
fn overload(server: &Server, queries: &[String]) {
    println!(
        "\n| {CROWD} clients, who is refused asks again after | answered a second | p50 ms | p99 ms | slowest ms | refused a second | p99 ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    for pause in [10, 100, 1000] {
        let end = Instant::now() + Duration::from_secs(SECONDS);
        let clients: Vec<_> = thread::scope(|scope| {
            let clients: Vec<_> = (0..CROWD)
                .map(|number| {
                    scope.spawn(move || {
                        client(server, queries, number, Duration::from_millis(pause), end)
                    })
                })
                .collect();
            clients
                .into_iter()
                .map(|client| client.join().expect("answers"))
                .collect()
        });
        let of = |status: u16| {
            let all = clients
                .iter()
                .flatten()
                .filter(|(given, _)| *given == status);
            all.map(|(_, milliseconds)| *milliseconds)
                .collect::<Vec<f64>>()
        };
        let (mut answered, mut refused) = (of(200), of(503));
        let all: usize = clients.iter().map(Vec::len).sum();
        assert_eq!(all, answered.len() + refused.len(), "another status");
        println!(
            "| {pause} ms | {:.0} | {:.1} | {:.1} | {:.1} | {:.0} | {:.1} |",
            answered.len() as f64 / SECONDS as f64,
            quantile(&mut answered, 0.5),
            quantile(&mut answered, 0.99),
            quantile(&mut answered, 1.0),
            refused.len() as f64 / SECONDS as f64,
            quantile(&mut refused, 0.99),
        );
    }
}

/// Asks over one connection until the end: statuses, and milliseconds.
fn client(
    server: &Server,
    queries: &[String],
    number: usize,
    pause: Duration,
    end: Instant,
) -> Vec<(u16, f64)> {
    let mut stream = BufReader::new(TcpStream::connect(&server.host).expect("a connection"));
    let mut answers = Vec::new();
    let mut at = number * queries.len() / CROWD;
    while Instant::now() < end {
        let path = server.path_of(&queries[at % queries.len()]);
        at += 1;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.host);
        let started = Instant::now();
        stream
            .get_mut()
            .write_all(request.as_bytes())
            .expect("a request");
        let status = answer(&mut stream);
        answers.push((status, started.elapsed().as_secs_f64() * 1e3));
        if status == 503 {
            thread::sleep(pause);
        }
    }
    answers
}

/// Reads an answer to its end; its status.
fn answer(stream: &mut BufReader<TcpStream>) -> u16 {
    let (mut status, mut length, mut line) = (0, 0, String::new());
    loop {
        line.clear();
        stream.read_line(&mut line).expect("an answer");
        let field = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = field.strip_prefix("http/1.1 ") {
            status = rest[..3].parse().unwrap_or(0);
        } else if let Some(given) = field.strip_prefix("content-length: ") {
            length = given.parse().unwrap_or(0);
        } else if field.is_empty() {
            break;
        }
    }
    std::io::copy(&mut stream.take(length), &mut std::io::sink()).expect("an answer");
    status
}

/// The server that one writes in an afternoon.
fn serve_plain(folder: &Path) {
    let searcher = Plain::open(folder).and_then(|plain| plain.searcher());
    let searcher = Arc::new(searcher.expect("an index"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads");
    let router = Router::new()
        .route("/search", get(search_plain))
        .with_state(searcher);
    runtime.block_on(async {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(any).expect("a port");
        listener.set_nonblocking(true).expect("a port");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a port");
        eprintln!(
            "answers at http://{}/",
            listener.local_addr().expect("a port")
        );
        axum::serve(listener, router).await.expect("a server");
    });
}

async fn search_plain(
    State(searcher): State<Arc<PlainSearcher>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, StatusCode> {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let q = pairs.find_map(|(name, value)| (name == "q").then(|| value.into_owned()));
    let q = q.ok_or(StatusCode::BAD_REQUEST)?;
    let answer = tokio::task::spawn_blocking(move || {
        let (hits, total) = searcher.counted(&q).ok()?;
        let shown = searcher.shown(&hits).ok()?;
        let hits = shown.iter();
        let hits = hits.map(|(title, snippet)| json!({"title": title, "snippet": snippet}));
        Some(Json(
            json!({"total": total, "hits": hits.collect::<Vec<_>>()}),
        ))
    });
    answer
        .await
        .ok()
        .flatten()
        .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}
