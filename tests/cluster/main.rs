//! The same archive in a folder and on a cluster: equal answers. The tests start a real server, see
//! `tests/opensearch/server`; where the machine has no Java 17 or no Maven they are passed over, in so
//! many words, but for `CI=true`, where that is an error.

mod compare;
mod server;
mod split;
mod tls;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use newsearch::{
    Cluster, ClusterRebuild, GlanceError, Index, IndexError, IndexOptions, Order, Query, Request,
    Searcher, Sort, UpdateOptions,
};
use serde_json::Value;
use tempfile::TempDir;

use compare::{compare, compare_counts, compare_suggestions, request};
use server::Server;

/// Queries of every class: words, quotes, fields, dates, booleans, nearness, prefixes, codes, names.
const QUERIES: &str = include_str!("../opensearch/queries.txt");

#[test]
fn a_cluster_answers_as_a_folder_does() {
    let Some(server) = Server::start() else {
        return;
    };
    the_sample_has_equal_answers(&server);
    a_changed_archive_has_equal_answers(&server);
    the_best_of_many_are_the_same(&server);
    split::a_split_index_has_equal_answers(&server);
    the_program_prints_the_same(&server);
    tls::a_user_is_known_behind_tls(&server);
    what_was_given_stays_with_the_index(&server);
    what_is_damaged_is_found(&server);
    what_is_not_there_is_an_error(&server);
    what_others_made_is_refused(&server);
    // A node is lost at its end.
    a_killed_run_loses_nothing(&server);
}

fn the_sample_has_equal_answers(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let archive = [Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")];
    let (folder, cluster) = (
        in_folder(&home, &archive),
        on_cluster(server, "sample", &archive),
    );
    let again = cluster.update(&archive, &UpdateOptions::default(), |_| {});
    let again = again.expect("an update");
    assert!(
        again.nothing_changed() && again.unchanged_files > 100,
        "{again:?}"
    );
    let there = cluster.searcher().expect("a searcher");
    assert_eq!(there.documents(), folder.searcher().documents());
    let asked = compare(&folder.searcher(), &there, QUERIES.lines());
    assert!(asked.asked > 200 && asked.differing == 0, "{asked:?}");
    let queries = QUERIES.lines().step_by(4).chain([""]);
    compare_counts(&folder.searcher(), &there, queries);
    compare_suggestions(&folder.searcher(), &there);
    let check = cluster.check().expect("a check");
    assert_eq!(check.faults, []);
    assert_eq!(
        (check.articles, check.orphans),
        (there.documents(), Some(0))
    );
    it_is_served(server, &folder.searcher());
    for id in ["202206142413499388", "NW1", "云汐"] {
        let here = folder.searcher().article(id).expect("an index");
        assert_eq!(there.article(id).expect("a cluster"), here, "{id}");
    }
}

/// Files come, change and go.
fn a_changed_archive_has_equal_answers(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let archive = [folder.path().to_path_buf()];
    let line = |id: u32, title: &str, text: &str| {
        format!(r#"{{"id":"{id}","title":"{title}","content":"{text}","date":"2022-03-0{id}"}}"#)
    };
    let write = |name: &str, lines: &[String]| {
        fs::write(folder.path().join(name), lines.join("\n")).expect("a file");
    };
    let told = "云汐租赁今日发行绿色金融债券，募集资金全部投向沿海光伏项目，票面利率为百分之三。";
    write(
        "a.jsonl",
        &[line(1, "云汐发债", told), line(2, "港口", "吞吐量回升")],
    );
    write("b.jsonl", &[line(3, "转载", told)]);
    let index = in_folder(&home, &archive);
    let cluster = on_cluster(server, "changing", &archive);
    let queries = [
        "云汐",
        "\"光伏项目\"",
        "港口",
        "吞吐量",
        "转载",
        "降准",
        "新闻",
    ];
    let there = cluster.searcher().expect("a searcher");
    assert_eq!(compare(&index.searcher(), &there, queries).differing, 0);
    let serving = Serving::start(&server.url(), "changing");
    let before = serving.json("/api/search?limit=1&q=%E4%BA%91%E6%B1%90%20OR%20%E6%B8%AF%E5%8F%A3");
    let next = before["next"].as_str().expect("a second page").to_owned();
    let (status, _) = serving.get(&format!("/api/search?{next}"));
    assert_eq!(status, 200);
    let unfinished = ClusterRebuild::begin(&server.url(), "changing", &IndexOptions::new())
        .expect("a new index");
    write(
        "a.jsonl",
        &[line(1, "云汐发债", told), line(4, "新闻", "央行降准")],
    );
    fs::remove_file(folder.path().join("b.jsonl")).expect("a file");
    write("c.jsonl", &[line(1, "云汐发债又一份", told)]);
    let options = UpdateOptions {
        prune: true,
        ..UpdateOptions::default()
    };
    let here = index.update(&archive, &options, |_| {}).expect("an update");
    let there = cluster
        .update(&archive, &options, |_| {})
        .expect("an update");
    assert_eq!(here, there);
    let written_meanwhile = unfinished.finish().expect_err("the update would be lost");
    assert!(
        written_meanwhile.to_string().contains("somebody else"),
        "{written_meanwhile}"
    );
    let is_taken_over = || {
        let now = serving.json("/api/stats");
        now["generation"] != before["generation"]
    };
    let is_over = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        is_taken_over()
    });
    assert!(is_over, "the server does not take the commit over");
    let (status, body) = serving.get(&format!("/api/search?{next}"));
    assert_eq!(status, 410, "{body}");
    let there = cluster.searcher().expect("a searcher");
    assert_eq!(there.documents(), index.searcher().documents());
    assert_eq!(compare(&index.searcher(), &there, queries).differing, 0);
    compare_counts(&index.searcher(), &there, queries);
}

/// More articles match than are fetched from the cluster.
fn the_best_of_many_are_the_same(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let words = [
        "央行", "降准", "利率", "债券", "云汐", "租赁", "光伏", "港口", "汐珀", "医药", "公司",
        "市场",
    ];
    let mut state = 7_u64;
    let mut next = move |most: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    let mut text = move |length: usize| {
        let picked = (0..length).map(|_| words[next(words.len()).min(next(words.len()))]);
        picked.collect::<Vec<_>>().join(["，", "", "的"][next(3)])
    };
    let mut lines = String::new();
    for id in 0..2_000 {
        let (title, body) = (text(3), text(5 + id % 40));
        let date = format!(
            "20{:02}-{:02}-{:02}",
            10 + id % 13,
            1 + id % 12,
            1 + id % 28
        );
        lines.push_str(&format!(
            "{{\"id\":\"{id}\",\"title\":\"{title}\",\"content\":\"{body}\",\"date\":\"{date}\"}}\n"
        ));
    }
    let file = folder.path().join("many.jsonl");
    fs::write(&file, lines).expect("a file");
    let archive = [file];
    let (index, cluster) = (
        in_folder(&home, &archive),
        on_cluster(server, "many", &archive),
    );
    let queries = [
        "央行",
        "央行 降准",
        "利率 债券 市场",
        "\"央行\"",
        "\"云汐租赁\"",
        "汐珀医药",
        "光伏 港口 -公司",
        "title:央行",
        "央行 2015年",
        "医药 公司 租赁 市场 港口",
        "\"利率\" 债券",
        "央行 NEAR/3 利率",
    ];
    let there = cluster.searcher().expect("a searcher");
    let compared = compare(&index.searcher(), &there, queries);
    assert!(compared.differing * 20 <= compared.asked, "{compared:?}");
}

fn the_program_prints_the_same(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_str().expect("a path").to_owned();
    let [queries, qrels, run] = ["q.tsv", "q.rels", "out.run"].map(path);
    fs::write(
        &queries,
        "1\t绿色金融债券\n2\t云汐租赁发行的光伏债券\n3\t央行降准\n",
    )
    .expect("a file");
    fs::write(&qrels, "1 0 202206142413499388 1\n2 0 NW1 1\n").expect("a file");
    let here = ["--index", &path("index")];
    let url = server.url();
    let there = ["--engine", "opensearch", "--url", &url, "--name", "sample"];
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    newsearch(&["index", archive, "--quiet"], &here);
    for command in [
        &["query", "绿色金融", "--json"][..],
        &["query", "绿色金融", "--count"],
        &["query", "没有这样的词"],
        &["show", "202206142413499388"],
        &["show", "202206142413499388", "--json"],
        &["show", "none"],
        &["facets", "绿色金融", "--json"],
        &["timeline", "绿色金融", "--csv"],
        &["stats", "--json"],
        &["export", "绿色金融", "--format", "csv"],
        &["explain", "绿色金融"],
        &["story", "202206142413499388"],
        &[
            "eval",
            "--queries",
            &queries,
            "--qrels",
            &qrels,
            "--run",
            &run,
        ],
        &[
            "eval",
            "--queries",
            &queries,
            "--qrels",
            &qrels,
            "--run",
            &run,
            "--rewrite",
            "terse",
        ],
    ] {
        let [(one, run_here), (other, run_there)] = [here.as_slice(), &there].map(|place| {
            let output = newsearch(command, place);
            (output, fs::read_to_string(&run).unwrap_or_default())
        });
        assert_eq!(run_here, run_there, "{command:?}");
        assert_eq!(run_there.is_empty(), command[0] != "eval", "{command:?}");
        assert_eq!(one.status.code(), other.status.code(), "{command:?}");
        let printed = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            // How long it took is no part of it.
            let text = text.split(" in ").next().map(str::to_owned);
            // So are the place and the size.
            text.filter(|_| !["stats", "eval"].contains(&command[0]))
        };
        assert_eq!(printed(&one), printed(&other), "{command:?}");
    }
    let refused = newsearch(&["trends"], &there);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("not available with --engine opensearch"),
        "{said}"
    );
    assert!(refused.stdout.is_empty());
}

/// A dictionary, a table of securities and names of keys: kept in the cluster, exchanged, kept by a rebuild.
fn what_was_given_stays_with_the_index(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let path = |name: &str| home.path().join(name).to_str().expect("a path").to_owned();
    let [lines, dict, words, table, other, folder] = [
        "a.jsonl",
        "dict.txt",
        "words.txt",
        "table.tsv",
        "other.tsv",
        "index",
    ]
    .map(path);
    let line = |id: u32, text: &str| {
        format!(r#"{{"id":"{id}","题名":"甲{id}","全文内容":"{text}","date":"2022-03-0{id}"}}"#)
    };
    let texts = [
        line(1, "云帆实业拟收购汐珀重构工坊，交易对价尚未公布。"),
        line(2, "汐珀与重构工坊的合作到期。"),
        line(3, "蓝湖软件发布年报，营业收入增长。"),
    ];
    fs::write(&lines, texts.join("\n")).expect("a file");
    fs::write(&dict, "汐珀重构工坊 100\n").expect("a file");
    fs::write(&words, "重构工坊 100\n").expect("a file");
    let head = "code\tmarket\tnames\tfull_name\n";
    fs::write(&table, format!("{head}600999\tSH\t鹤川|云帆实业\t\n")).expect("a file");
    fs::write(&other, format!("{head}000999\tSZ\t鲸屿|蓝湖软件\t\n")).expect("a file");
    let url = server.url();
    let there = ["--engine", "opensearch", "--url", &url, "--name", "given"];
    let here = ["--index", &*folder];
    let both = |command: &[&str]| {
        let [one, other] = [here.as_slice(), &there].map(|place| newsearch(command, place));
        let said = [&one, &other].map(|run| String::from_utf8_lossy(&run.stderr).into_owned());
        assert_eq!(
            one.status.code(),
            other.status.code(),
            "{command:?} {said:?}"
        );
        assert_eq!(one.stdout, other.stdout, "{command:?} {said:?}");
        (
            one.status.code(),
            String::from_utf8_lossy(&other.stdout).lines().count(),
            said,
        )
    };
    let fields = ["--field", "title=题名", "--field", "body=全文内容"];
    let given = ["--dict", &*dict, "--entities", &*table];
    let settings = || {
        server
            .get("/given/_settings/index.number_of_shards")
            .to_string()
    };
    fn asked(query: &str) -> [&str; 4] {
        ["query", query, "--json", "--all"]
    }
    let first = [&["index", &*lines, "--quiet"][..], &fields, &given].concat();
    newsearch(&[&first[..], &["--shards", "2"]].concat(), &there);
    assert!(settings().contains(r#""number_of_shards":"2""#));
    assert_eq!(both(&first).0, Some(0));
    let known = |cases: &[(&str, usize)]| {
        for (query, found) in cases {
            assert_eq!(both(&asked(query)).1, *found, "{query}");
        }
    };
    // One word of the dictionary, a name of the table, a key that is no known one.
    let of_first = [
        ("+汐珀重构工坊", 1),
        ("鹤川", 1),
        ("鲸屿", 0),
        ("\"年报\"", 1),
    ];
    known(&of_first);
    // An update without them changes nothing.
    assert_eq!(both(&["index", &*lines, "--quiet"]).0, Some(0));
    known(&of_first);
    // Other words are taken over in a folder only.
    let refused = newsearch(&["index", &*lines, "--quiet", "--dict", &*words], &there);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("--rebuild"), "{said}");
    // A server takes over another table.
    let serving = Serving::start(&url, "given");
    let served = |query: &str| serving.json(&format!("/api/search?q={query}"))["total"].as_u64();
    assert_eq!(served("%E9%B2%B8%E5%B1%BF"), Some(0));
    assert_eq!(
        both(&["index", &*lines, "--quiet", "--entities", &*other]).0,
        Some(0)
    );
    let of_second = [
        ("+汐珀重构工坊", 1),
        ("鹤川", 0),
        ("鲸屿", 1),
        ("\"年报\"", 1),
    ];
    known(&of_second);
    let is_taken_over = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        served("%E9%B2%B8%E5%B1%BF") == Some(1)
    });
    assert!(is_taken_over, "the server does not take the table over");
    assert_eq!(both(&["index", &*lines, "--quiet", "--rebuild"]).0, Some(0));
    known(&of_second);
    assert!(settings().contains(r#""number_of_shards":"2""#));
}

/// A server on a cluster, ended with this.
struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    fn start(url: &str, name: &str) -> Serving {
        let mut process = Command::new(env!("CARGO_BIN_EXE_newsearch"))
            .args(["serve", "--listen", "127.0.0.1:0", "--engine", "opensearch"])
            .args(["--url", url, "--name", name])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            let (_, address) = line.split_once("answers at http://")?;
            Some(address.trim_end_matches('/').to_owned())
        });
        thread::spawn(move || lines.count());
        Serving {
            process,
            address: address.expect("it says where it answers"),
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        server::ask(&self.address, "GET", path, "")
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A value as it arrives as JSON.
fn sent(value: &impl serde::Serialize) -> Value {
    let text = serde_json::to_string(value).expect("JSON");
    serde_json::from_str(&text).expect("JSON")
}

/// The server in front of the cluster answers as the library does in front of the folder.
fn it_is_served(server: &Server, here: &Searcher) {
    let serving = Serving::start(&server.url(), "sample");
    for query in [
        "%E7%BB%BF%E8%89%B2%E9%87%91%E8%9E%8D",
        "%22%E5%80%BA%E5%88%B8%22",
        "xyzzy",
    ] {
        let request = Request::parse(&format!("q={query}&limit=5")).expect("a request");
        let answer = here.answer(&request).expect("an answer");
        let served = serving.json(&format!("/api/search?q={query}&limit=5"));
        assert_eq!(served["total"], answer.total, "{query}");
        let expected = sent(&answer.hits);
        // Where the files are is nobody's business.
        let shown = |hits: &Value| -> Vec<[Value; 3]> {
            let hits = hits.as_array().expect("a list").iter();
            hits.map(|hit| ["id", "title", "snippets"].map(|key| hit[key].clone()))
                .collect()
        };
        assert_eq!(shown(&served["hits"]), shown(&expected), "{query}");
        let facets = here.facets(&request, &Default::default()).expect("facets");
        let expected = sent(&facets.facets);
        assert_eq!(
            serving.json(&format!("/api/facets?q={query}"))["facets"],
            expected
        );
        let timeline = here
            .timeline(&request, &Default::default())
            .expect("a timeline");
        let expected = sent(&timeline.buckets);
        assert_eq!(
            serving.json(&format!("/api/timeline?q={query}"))["buckets"],
            expected
        );
    }
    for path in [
        "/api/article/202206142413499388",
        "/api/story/202206142413499388",
        "/api/stats",
        "/api/explain?q=abc",
    ] {
        serving.json(path);
    }
    for path in [
        "/?q=%E5%80%BA%E5%88%B8",
        "/article/202206142413499388",
        "/readyz",
        "/feed.atom",
    ] {
        let (status, body) = serving.get(path);
        assert_eq!(status, 200, "{path}: {body}");
    }
    let (status, body) = serving.get("/api/trends?q=a");
    assert_eq!(status, 501, "{body}");
    assert!(body.contains("not_on_cluster"), "{body}");
}

fn what_is_damaged_is_found(server: &Server) {
    let archive = [Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/wire.jsonl")];
    let cluster = on_cluster(server, "damaged", &archive);
    let searcher = cluster.searcher().expect("a searcher");
    let all = searcher
        .articles(&Request::default(), Order::Date)
        .expect("articles");
    let ids: Vec<String> = all.map(|article| article.expect("an article").id).collect();
    // An article that is there twice, one that lost its tokens and its day, and one that lost all.
    let document = |id: &str| server.get(&format!("/damaged/_doc/{id}"));
    let source = document(&ids[0])["_source"].clone();
    server.put("/damaged/_doc/another?refresh=true", &source.to_string());
    let mut source = document(&ids[1])["_source"].clone();
    source["published"] = 1.into();
    server.put(
        &format!("/damaged/_doc/{}?refresh=true", ids[1]),
        &source.to_string(),
    );
    server.put(
        &format!("/damaged/_doc/{}?refresh=true", ids[2]),
        r#"{"id":"lost"}"#,
    );
    let check = cluster.check().expect("a check");
    let told: Vec<String> = check.faults.iter().map(ToString::to_string).collect();
    for expected in [
        format!("two articles with the id {}", ids[0]),
        format!("{} has other values in the column", ids[1]),
        format!("{} is not found by its own tokens", ids[1]),
        "an article that the cluster stores does not read".into(),
    ] {
        assert!(
            told.iter().any(|fault| fault.contains(&expected)),
            "{expected}: {told:?}"
        );
    }
    let url = server.url();
    let place = ["--engine", "opensearch", "--url", &url, "--name", "damaged"];
    let told = newsearch(&["check"], &place);
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    assert!(
        String::from_utf8_lossy(&told.stdout).contains("--rebuild"),
        "{told:?}"
    );
}

/// No search fails, or finds less, while another index takes the place of the one that answers.
fn it_is_built_anew_while_others_search(searcher: &Searcher, archive: &Path, place: &[&str]) {
    let expected = searcher.count(&Query::parse("绿色金融")).expect("a count");
    assert!(expected > 0);
    let least = match env::var_os("NEWSEARCH_LONG") {
        Some(_) => 1_000,
        None => 10,
    };
    let is_over = AtomicBool::new(false);
    let answered = AtomicUsize::new(0);
    thread::scope(|scope| {
        let searching = scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let answer = searcher.answer(&request("绿色金融", Sort::Relevance));
                let answer = answer.expect("an answer");
                assert_eq!(answer.total, expected);
                assert!(!answer.hits.is_empty());
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
        let archive = archive.to_str().expect("a path");
        let mut times = 0;
        let mut failed = None;
        while failed.is_none()
            && !searching.is_finished()
            && answered.load(Ordering::Relaxed) < least
        {
            let rebuilt = newsearch(&["index", archive, "--rebuild"], place);
            failed = Some(rebuilt).filter(|rebuilt| rebuilt.status.code() != Some(0));
            times += 1;
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(failed.is_none(), "{failed:?}");
        searching.join().expect("no search failed");
        let answered = answered.load(Ordering::Relaxed);
        println!("{answered} searches while the index was built anew {times} times");
        assert!(answered >= least);
    });
}

/// Writes 2,000 articles in 20 files, every one with this word.
fn write_many(folder: &Path, word: &str) {
    for file in 0..20 {
        let mut lines = String::new();
        for line in 0..100 {
            let id = file * 100 + line;
            lines.push_str(&format!(
                "{{\"id\":\"{id}\",\"title\":\"云汐第{id}号公告\",\"content\":\"编号{id}的{word}文章，说的是绿色金融。\"}}\n"
            ));
        }
        fs::write(folder.join(format!("{file:02}.jsonl")), lines).expect("a file");
    }
}

/// A node is killed while articles are replaced and others search: every search is answered in full, or is
/// an error, and nothing is lost.
fn a_lost_node_loses_nothing(server: &Server, folder: &Path) {
    if server.nodes < 3 {
        return;
    }
    let manager = server.manager();
    let other = (1..=server.nodes).rfind(|node| *node != manager);
    let is_long = env::var_os("NEWSEARCH_LONG").is_some();
    let others = other.filter(|_| is_long).into_iter();
    for (time, node) in others.chain([manager]).enumerate() {
        lose(server, folder, node, &format!("改写{time}"));
        server.restart(node);
        let cluster = Cluster::open(&server.url(), "killed").expect("a cluster");
        let there = cluster.searcher().expect("a searcher");
        assert_eq!(there.documents(), 2_000);
        assert_eq!(cluster.check().expect("a check").faults, []);
    }
}

/// Loses a node while an update writes and four clients search.
fn lose(server: &Server, folder: &Path, node: u32, word: &str) {
    write_many(folder, word);
    let archive = [folder.to_path_buf()];
    // The one that is lost is asked first.
    let urls = [node, node % server.nodes + 1].map(|node| server.url_of(node));
    let url = urls.join(",");
    let cluster = Cluster::open(&url, "killed").expect("a cluster");
    let searcher = cluster.searcher().expect("a searcher");
    let is_over = AtomicBool::new(false);
    let search = || {
        let (mut answered, mut refused) = (0, 0);
        while !is_over.load(Ordering::Relaxed) {
            match searcher.answer(&request("绿色金融", Sort::Relevance)) {
                Ok(answer) => {
                    assert_eq!(answer.total, 2_000);
                    answered += 1;
                }
                Err(_) => refused += 1,
            }
        }
        (answered, refused)
    };
    thread::scope(|scope| {
        let searching: Vec<_> = (0..4).map(|_| scope.spawn(search)).collect();
        let writing = scope.spawn(|| {
            let options = UpdateOptions::default();
            // A run that fails for the lost node is run again.
            (0..5).any(|_| cluster.update(&archive, &options, |_| {}).is_ok())
        });
        thread::sleep(Duration::from_millis(300));
        server.kill(node);
        assert!(writing.join().expect("no panic"), "no run ends well");
        is_over.store(true, Ordering::Relaxed);
        for searching in searching {
            let (answered, refused) = searching.join().expect("no wrong answer");
            println!(
                "{answered} searches answered and {refused} refused while node {node} was lost"
            );
            assert!(answered > 0);
        }
    });
    let there = cluster.searcher().expect("a searcher");
    let changed = Query::parse(&format!("\"{word}文章\""));
    assert_eq!(there.count(&changed).expect("a count"), 2_000);
}

/// The program is killed while it writes; another run ends what it began.
fn a_killed_run_loses_nothing(server: &Server) {
    let folder = tempfile::tempdir().expect("a folder");
    write_many(folder.path(), "新");
    let archive = [folder.path().to_path_buf()];
    let cluster =
        Cluster::open_or_create(&server.url(), "killed", &IndexOptions::new()).expect("a cluster");
    let kills = match env::var_os("NEWSEARCH_LONG") {
        Some(_) => 50,
        None => 4,
    };
    let mut committed = 0;
    for kill in 0..kills {
        let mut run = Command::new(env!("CARGO_BIN_EXE_newsearch"))
            .args(["index", "--commit-every", "0.1", "--engine", "opensearch"])
            .args(["--url", &server.url(), "--name", "killed"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program runs");
        thread::sleep(Duration::from_millis(150 + 97 * (kill % 10)));
        run.kill().expect("it is killed");
        run.wait().expect("it ends");
        let there = cluster.searcher().expect("a searcher").documents();
        assert!(there >= committed, "{there} of {committed} are left");
        committed = there;
        // As if it had been silent for long.
        let writer = r#"{"kind":"writer","holder":"killed","beat":1}"#;
        server.put("/killed-state/_doc/writer", writer);
    }
    println!("{kills} kills, {committed} of 2000 articles were there after the last");
    cluster
        .update(&archive, &UpdateOptions::default(), |_| {})
        .expect("an update");
    assert_eq!(cluster.searcher().expect("a searcher").documents(), 2_000);
    let check = cluster.check().expect("a check");
    assert_eq!(check.faults, []);
    assert_eq!((check.articles, check.orphans), (2_000, Some(0)));
    let url = server.url();
    let place = ["--engine", "opensearch", "--url", &url, "--name", "killed"];
    it_is_built_anew_while_others_search(
        &cluster.searcher().expect("a searcher"),
        folder.path(),
        &place,
    );
    let check = cluster.check().expect("a check");
    assert_eq!((check.faults, check.articles), (Vec::new(), 2_000));
    let without_copies = without_copies(server);
    a_lost_node_loses_nothing(server, folder.path());
    a_lost_shard_is_told(server, without_copies);
}

/// An index of the sample, each of whose shards is on one node alone; and the articles that it has.
fn without_copies(server: &Server) -> u64 {
    let archive = [Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")];
    let cluster = on_cluster(server, "alone", &archive);
    server.put(
        "/alone/_settings",
        r#"{"index":{"auto_expand_replicas":false,"number_of_replicas":0}}"#,
    );
    cluster.searcher().expect("a searcher").documents()
}

/// One of three shards goes with the node that has it.
fn a_lost_shard_is_told(server: &Server, articles: u64) {
    if server.nodes < 3 {
        return;
    }
    server.kill(server.nodes);
    let url = format!("{},{}", server.url_of(server.nodes), server.url());
    let there = ["--engine", "opensearch", "--url", &url, "--name", "alone"];
    for command in [
        &["query", "债券", "--json", "--all", "-n", "200"][..],
        &["query", "债券", "--count"],
        &["facets", "债券", "--json"],
        &["timeline", "--csv"],
    ] {
        let refused = newsearch(command, &there);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{command:?}: {said}");
        assert!(
            refused.stdout.is_empty() && said.contains("missing shards"),
            "{said}"
        );
        let answered = newsearch(&[command, &["--partial"]].concat(), &there);
        let said = String::from_utf8_lossy(&answered.stderr);
        assert_eq!(answered.status.code(), Some(0), "{command:?}: {said}");
        assert!(said.contains("note: 1 of 3 shards"), "{said}");
        assert!(!answered.stdout.is_empty());
    }
    let cluster = Cluster::open(&url, "alone").expect("a cluster");
    let part = cluster.searcher_of_part().expect("a searcher");
    assert!((1..articles).contains(&part.documents()));
    let answer = part
        .answer(&request("债券", Sort::Date))
        .expect("an answer");
    assert!(answer.notes.iter().any(|note| note.contains("shards")));
    // Nothing but such an answer may be of a part.
    assert!(cluster.check().is_err());
    let archive = [Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")];
    let options = UpdateOptions {
        checksum: true,
        ..UpdateOptions::default()
    };
    assert!(cluster.update(&archive, &options, |_| {}).is_err());
}

fn what_is_not_there_is_an_error(server: &Server) {
    let missing = Cluster::open(&server.url(), "nothing").err();
    assert!(
        matches!(missing, Some(IndexError::Missing(_))),
        "{missing:?}"
    );
    let bad = Cluster::open("http://user:geheim@127.0.0.1:1", "sample").err();
    let said = bad.expect("an error").to_string();
    assert!(
        !said.contains("geheim") && said.contains("NEWSEARCH_PASSWORD"),
        "{said}"
    );
    let sample = Cluster::open(&server.url(), "sample").expect("a cluster");
    let searcher = sample.searcher().expect("a searcher");
    // Of so few hits all are shown.
    let far = Request {
        offset: 5_000,
        ..request("绿色", Sort::Relevance)
    };
    let answer = searcher.answer(&far).expect("an answer");
    assert!(answer.hits.is_empty() && answer.total > 0, "{answer:?}");
    let trends = searcher.trends(&Request::default(), &Default::default());
    assert!(matches!(
        trends,
        Err(GlanceError::Index(IndexError::NotElsewhere(_)))
    ));
}

fn what_others_made_is_refused(server: &Server) {
    let url = server.url();
    let archive = [PathBuf::from("corpus")];
    let sample = Cluster::open(&url, "sample").expect("a cluster");
    let writer = r#"{"kind":"writer","holder":"somebody","beat":99999999999}"#;
    server.put("/sample-state/_doc/writer", writer);
    let refused = sample
        .update(&archive, &UpdateOptions::default(), |_| {})
        .err();
    assert!(
        matches!(refused, Some(IndexError::Locked { .. })),
        "{refused:?}"
    );
    // One that was killed long ago is no hindrance.
    server.put(
        "/sample-state/_doc/writer",
        &writer.replace("99999999999", "1"),
    );
    sample
        .update(&archive, &UpdateOptions::default(), |_| {})
        .expect("an update");
    let mapping = server.get("/sample/_mapping");
    let of_index = mapping.as_object().and_then(|all| all.values().next());
    let format = &of_index.expect("an index")["mappings"]["_meta"]["format"];
    server.put(
        "/sample/_mapping",
        &format!(r#"{{"_meta":{{"format":{format},"analyzer":"another"}}}}"#),
    );
    let refused = Cluster::open(&url, "sample").err();
    assert!(
        matches!(refused, Some(IndexError::Analyzer(_))),
        "{refused:?}"
    );
    server.put(
        "/sample/_mapping",
        r#"{"_meta":{"format":99,"analyzer":"another"}}"#,
    );
    let refused = Cluster::open(&url, "sample").err();
    assert!(
        matches!(refused, Some(IndexError::Version { found: 99, .. })),
        "{refused:?}"
    );
    // Such an index can be built anew.
    ClusterRebuild::begin(&url, "sample", &IndexOptions::new())
        .expect("an index of another format is known as ours");
    assert!(ClusterRebuild::begin(&url, "nothing", &IndexOptions::new()).is_err());
}

/// All of the real archive, asked queries of all classes that are drawn from it. Takes half an hour, and so
/// has a long form only.
#[test]
fn the_real_archive_has_equal_answers() {
    let is_long = env::var_os("NEWSEARCH_LONG").is_some();
    let Some(data) = env::var_os("NEWSEARCH_DATA").filter(|_| is_long) else {
        return eprintln!(
            "skipped: it needs NEWSEARCH_LONG=1 and NEWSEARCH_DATA, a folder of real data"
        );
    };
    let archive = [Path::new(&data).join("corpus")];
    let Some(server) = Server::start() else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let (index, cluster) = (
        in_folder(&home, &archive),
        on_cluster(&server, "real", &archive),
    );
    let (here, there) = (index.searcher(), cluster.searcher().expect("a searcher"));
    assert_eq!(here.documents(), there.documents());
    let queries = drawn(&here, 1_000);
    let compared = compare(&here, &there, queries.iter().map(String::as_str));
    assert!(compared.differing * 100 <= compared.asked, "{compared:?}");
    compare_counts(
        &here,
        &there,
        queries.iter().step_by(20).map(String::as_str),
    );
    let check = cluster.check().expect("a check");
    assert_eq!(
        (check.faults, check.articles),
        (Vec::new(), here.documents())
    );
}

/// Queries of all classes, each drawn from an article of its own.
fn drawn(searcher: &Searcher, number: usize) -> Vec<String> {
    let all = searcher
        .articles(&Request::default(), Order::Date)
        .expect("articles");
    let step = all.len() / number;
    let articles = all.step_by(step.max(1)).take(number);
    let articles = articles.map(|article| article.expect("an article"));
    let queries = articles.enumerate().map(|(place, article)| {
        let body = article.body_text();
        let chars: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
        let cut = |from: usize, length: usize| -> String {
            let from = (from * 31) % chars.len().max(length + 1).saturating_sub(length);
            let piece = chars.iter().skip(from).take(length);
            piece.filter(|c| c.is_alphanumeric()).collect()
        };
        let day = article.published.map(|published| published.to_string());
        let day = day.as_deref().unwrap_or("2021-01-01");
        let (year, month) = (&day[..4], &day[..7]);
        match place % 12 {
            0 => article.title.clone(),
            1 => format!("\"{}\"", cut(place, 2)),
            2 => format!("\"{}\"", cut(place, 4)),
            3 => format!("\"{}\"", cut(place, 7)),
            4 => format!("{} NEAR/8 {}", cut(place, 2), cut(place + 1, 2)),
            5 => format!("{} since:{month}", cut(place, 2)),
            6 => format!("{} {}", cut(place, 3), cut(place + 2, 3)),
            7 => format!(
                "title:\"{}\"",
                article.title.chars().take(3).collect::<String>()
            ),
            8 => format!(
                "{} OR {} -{}",
                cut(place, 2),
                cut(place + 3, 2),
                cut(place + 5, 2)
            ),
            9 => format!("source:{} {year}", article.source),
            10 => match article.stocks.first() {
                Some(stock) => format!("{} {}", stock.name, cut(place, 2)),
                None => format!("{}*", cut(place, 2)),
            },
            _ => format!("{}是什么？", cut(place, 5)),
        }
    });
    queries.collect()
}

fn in_folder(home: &TempDir, archive: &[PathBuf]) -> Index {
    let index = Index::create(home.path(), IndexOptions::new()).expect("an index");
    let options = UpdateOptions::default();
    index.update(archive, &options, |_| {}).expect("an update");
    index
}

fn on_cluster(server: &Server, name: &str, archive: &[PathBuf]) -> Cluster {
    let cluster =
        Cluster::open_or_create(&server.url(), name, &IndexOptions::new()).expect("a cluster");
    let options = UpdateOptions::default();
    cluster
        .update(archive, &options, |_| {})
        .expect("an update");
    cluster
}

fn newsearch(command: &[&str], place: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_newsearch"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NEWSEARCH_INDEX")
        .args(command)
        .args(place)
        .output();
    run.expect("the program runs")
}
