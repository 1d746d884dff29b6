//! `newsearch eval` as its users meet it: real files, the real binary, its output and exit codes.

use std::fs;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

/// Each query has the words of one document at most, so that there is only one ranking.
const QUERIES: &str = "\
found\t绿色金融债券
wrong\t-\"锂矿\" title:x
nothing\t卫星互联网
unjudged\t云汐租赁
";

const QRELS: &str = "\
found 0 n1 1
wrong 0 n1 1
nothing 0 n2 2
unasked 0 n3 1
";

#[test]
fn the_means_are_over_all_judged_queries() {
    let desk = Desk::with_index();
    let run = desk.eval("--index idx --queries q.tsv --qrels q.rels");
    assert_eq!(run.code, Some(0), "{run:#?}");
    let rows = rows(&run.stdout);
    assert_eq!(
        rows[0],
        [
            "set",
            "queries",
            "nDCG@10",
            "RR@10",
            "R@100",
            "queries/s",
            "p50",
            "ms",
            "p99",
            "ms"
        ]
    );
    assert_eq!(rows[1][..5], ["q", "4", "0.2500", "0.2500", "0.2500"]);
    assert!(
        rows[1][5..]
            .iter()
            .all(|figure| figure.parse::<f64>().is_ok_and(|figure| figure >= 0.0)),
        "{rows:?}"
    );
    assert!(
        run.stderr
            .contains("q: 1 of 4 judged queries not among the queries"),
        "{run:#?}"
    );
    assert!(
        run.stderr.contains("q: 1 of 4 queries not judged"),
        "{run:#?}"
    );
}

#[test]
fn no_operator_is_understood_in_a_query() {
    let desk = Desk::with_index();
    desk.eval("--index idx --queries q.tsv --qrels q.rels --run out.run");
    let ranked: Vec<String> = desk
        .read("out.run")
        .lines()
        .map(|line| line.split(' ').take(4).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        ranked,
        ["found Q0 n1 1", "wrong Q0 n2 1", "unjudged Q0 n3 1"]
    );
}

/// Neither an empty query nor a mistyped path is passed over in silence.
#[test]
fn an_empty_query_is_left_out_and_a_missing_folder_is_not_made() {
    let desk = Desk::with_index();
    let queries = desk.read("q.tsv") + "blank\t \n";
    fs::write(desk.dir.path().join("q.tsv"), queries).unwrap();
    let run = desk.eval("--index idx --queries q.tsv --qrels q.rels --run out.run");
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert!(
        run.stderr.contains("q.tsv: the query blank is empty"),
        "{run:#?}"
    );
    assert_eq!(desk.read("out.run").lines().count(), 3);
    let run = desk.eval("--index idx --queries q.tsv --qrels q.rels --run no/such/out.run");
    assert_eq!(run.code, Some(2), "{run:#?}");
    assert!(run.stderr.contains("no/such/out.run"), "{run:#?}");
    assert!(!desk.dir.path().join("no").exists());
}

#[test]
fn time_is_left_alone_unless_asked() {
    let desk = Desk::with_index();
    let dated = |id: &str, date: &str| json!({"id": id, "date": date, "body": "霁川矿业复产锂矿"});
    let articles = [dated("old", "2020-01-01"), dated("new", "2022-01-01")];
    desk.write(
        "dated.jsonl",
        &articles.map(|article| article.to_string()).join("\n"),
    );
    assert_eq!(desk.run("index --index dated dated.jsonl").code, Some(0));
    desk.write("q.tsv", "q\t锂矿 2020年1月\n");
    desk.write("q.rels", "q 0 old 1\n");
    let scores = |args: &str| -> Vec<(String, f64)> {
        let run = desk.eval(&format!(
            "--index dated --queries q.tsv --qrels q.rels --run out.run {args}"
        ));
        assert_eq!(run.code, Some(0), "{run:#?}");
        let lines = desk.read("out.run");
        let score = |line: &str| {
            let columns: Vec<&str> = line.split(' ').collect();
            (columns[2].to_owned(), columns[4].parse().expect("a score"))
        };
        lines.lines().map(score).collect()
    };
    let [new, old] = &scores("--k 10")[..] else {
        panic!("two documents")
    };
    assert!(
        new.0 == "new" && (new.1 / old.1 - 1.0).abs() < 1e-3,
        "{new:?} {old:?}"
    );
    let [new, old] = &scores("--recency")[..] else {
        panic!("two documents")
    };
    assert!(new.1 / old.1 > 1.1, "{new:?} {old:?}");
    let then = scores("--as-of 2021");
    assert_eq!(then.len(), 1);
    assert_eq!(then[0].0, "old");
}

#[test]
fn each_judged_query_is_a_line_of_the_per_query_file() {
    let desk = Desk::with_index();
    desk.eval("--set 甲=idx,q.tsv,q.rels --per-query each.tsv");
    let text = desk.read("each.tsv");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(
        lines[0],
        ["set", "query", "nDCG@10", "RR@10", "R@100", "ms"]
    );
    assert_eq!(
        lines[1][..5],
        ["甲", "found", "1.000000", "1.000000", "1.000000"]
    );
    assert_eq!(
        lines[2][..5],
        ["甲", "wrong", "0.000000", "0.000000", "0.000000"]
    );
    assert_eq!(
        lines[4],
        ["甲", "unasked", "0.000000", "0.000000", "0.000000", ""]
    );
    assert_eq!(lines.len(), 5);
    assert!(
        lines[1][5]
            .parse::<f64>()
            .is_ok_and(|milliseconds| milliseconds > 0.0),
        "{text}"
    );
}

#[test]
fn several_sets_are_one_table_and_their_runs_are_in_one_folder() {
    let desk = Desk::with_index();
    desk.write("r.rels", "found 0 n1 1\n");
    let both = "--set a=idx,q.tsv,q.rels --set b=idx,q.tsv,r.rels";
    let run = desk.eval(&format!("{both} --run runs --markdown"));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{run:#?}");
    assert!(
        lines[0].starts_with("| set | queries | nDCG@10 |"),
        "{run:#?}"
    );
    assert!(
        lines[2].starts_with("| a   |       4 |  0.2500 |"),
        "{run:#?}"
    );
    assert!(
        lines[3].starts_with("| b   |       1 |  1.0000 |"),
        "{run:#?}"
    );
    assert_eq!(desk.read("runs/a.run"), desk.read("runs/b.run"));

    let run = desk.eval(&format!("{both} --compare runs"));
    let (_, comparison) = run.stdout.split_once("\n\n").expect("two tables");
    let rows = rows(comparison);
    assert_eq!(
        rows[1],
        ["a", "nDCG@10", "0.2500", "0.2500", "+0.0000", "1.0000"]
    );
    assert_eq!(
        rows[6],
        ["b", "R@100", "1.0000", "1.0000", "+0.0000", "1.0000"]
    );
    assert_eq!(rows.len(), 7);
}

#[test]
fn another_run_is_measured_by_its_scores() {
    let desk = Desk::with_index();
    desk.write("other.run", "found Q0 n9 1 1.5 x\nfound Q0 n1 2 2.5 x\nnothing Q0 n2 1 1 x\nwrong Q0 n3 1 1 x\nwrong Q0 n1 2 0.5 x\n");
    let run = desk.eval("--index idx --queries q.tsv --qrels q.rels --compare other.run");
    let (_, comparison) = run.stdout.split_once("\n\n").expect("two tables");
    let rows = rows(comparison);
    assert_eq!(rows[2][..5], ["q", "RR@10", "0.2500", "0.6250", "-0.3750"]);
    assert_eq!(rows[3][..5], ["q", "R@100", "0.2500", "0.7500", "-0.5000"]);
    assert!(
        run.stderr
            .contains("1 of 4 judged queries without a ranking in the other run"),
        "{run:#?}"
    );
}

#[test]
fn halves_are_reported_beside_the_whole() {
    let desk = Desk::with_index();
    let run = desk.eval("--set a=idx,q.tsv,q.rels --halves");
    let rows = rows(&run.stdout);
    let names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, ["set", "a", "a/tune", "a/check"]);
    let count = |row: usize| rows[row][1].parse::<usize>().expect("a count");
    assert_eq!(count(1), count(2) + count(3));
}

#[test]
fn a_query_typed_in_another_way_finds_the_same() {
    let desk = Desk::with_index();
    let plain = desk.eval("--index idx --queries q.tsv --qrels q.rels --run plain.run");
    for rewrite in ["traditional", "fullwidth", "spaced"] {
        let run = desk.eval(&format!("--index idx --queries q.tsv --qrels q.rels --rewrite {rewrite} --k 1 --run {rewrite}.run"));
        assert_eq!(
            rows(&run.stdout)[1][..5],
            rows(&plain.stdout)[1][..5],
            "{rewrite}"
        );
    }
    assert_eq!(desk.read("traditional.run"), desk.read("plain.run"));
}

#[test]
fn queries_are_typed_in_other_words() {
    let desk = Desk::with_index();
    for rewrite in ["question", "terse", "reordered", "typo"] {
        let run = desk.eval(&format!(
            "--index idx --queries q.tsv --qrels q.rels --rewrite {rewrite} --run {rewrite}.run"
        ));
        assert_eq!(rows(&run.stdout).len(), 2, "{rewrite}: {run:#?}");
        assert!(
            !desk.read(&format!("{rewrite}.run")).is_empty(),
            "{rewrite}"
        );
    }
}

#[test]
fn what_cannot_be_evaluated_is_an_error() {
    let desk = Desk::with_index();
    desk.write("bad.tsv", "q1\t降准\nq2 降息\n");
    desk.write("bad.rels", "q1 0 n1\n");
    desk.write("bad.run", "q1 Q0 n1 1 best x\n");
    desk.write("empty", "\n");
    for (args, told) in [
        (
            "--index idx --queries bad.tsv --qrels q.rels",
            "error: bad.tsv: line 2: expected `id TAB text`",
        ),
        (
            "--index idx --queries q.tsv --qrels bad.rels",
            "error: bad.rels: line 1: expected `query 0 document relevance`",
        ),
        (
            "--index idx --queries q.tsv --qrels q.rels --compare bad.run",
            "error: bad.run: line 1: `best` is no number",
        ),
        (
            "--index idx --queries empty --qrels q.rels",
            "error: empty: holds no queries",
        ),
        (
            "--index idx --queries q.tsv --qrels empty",
            "error: empty: holds no judgements",
        ),
        (
            "--index idx --queries none.tsv --qrels q.rels",
            "error: none.tsv: ",
        ),
        (
            "--index none --queries q.tsv --qrels q.rels",
            "error: no index at none",
        ),
        (
            "--index idx --queries q.tsv --qrels q.rels --per-query no/such/file",
            "error: no/such/file: ",
        ),
        ("--index idx --queries q.tsv", "--qrels"),
    ] {
        let run = desk.eval(args);
        assert_eq!(run.code, Some(2), "{args}: {run:#?}");
        assert!(run.stderr.contains(told), "{args}: {run:#?}");
        assert_eq!(run.stdout, "", "{args}");
    }
}

/// A folder with an index `idx` of three articles, queries and judgements.
struct Desk {
    dir: TempDir,
}

#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Desk {
    fn with_index() -> Desk {
        let desk = Desk {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        let articles = [
            json!({"id": "n1", "title": "澄海能源募资", "body": "公司计划发行绿色金融债券，募集资金投向光伏。"}),
            json!({"id": "n2", "title": "霁川矿业公告", "body": "旗下锂矿已经复产。"}),
            json!({"id": "n3", "title": "云汐租赁增资", "body": "注册资本增至三十亿元。"}),
        ];
        desk.write(
            "docs.jsonl",
            &articles.map(|article| article.to_string()).join("\n"),
        );
        desk.write("q.tsv", QUERIES);
        desk.write("q.rels", QRELS);
        assert_eq!(desk.run("index --index idx docs.jsonl").code, Some(0));
        desk
    }

    fn eval(&self, args: &str) -> Run {
        self.run(&format!("eval {args}"))
    }

    fn run(&self, args: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
        command
            .current_dir(self.dir.path())
            .args(args.split(' '))
            .env_remove("NEWSEARCH_INDEX");
        let output = command.output().expect("the program");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    fn write(&self, path: &str, content: &str) {
        fs::write(self.dir.path().join(path), content).expect("a file");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.path().join(path)).expect("a text file")
    }
}

/// The words of each line.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect()
}
