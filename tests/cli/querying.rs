//! `newsearch query`: what is found, by which filters, in which order.

use serde_json::Value;

use crate::desk::{Desk, text};
use crate::posts::{BOND_ID, BOND_TITLE, PROFIT_TITLE, RATE_TITLE, UNDATED_TITLE};

#[test]
fn the_best_article_comes_first() {
    let desk = Desk::with_index();
    let titles: Vec<String> = desk
        .hits("首单绿色债券")
        .iter()
        .map(|hit| text(&hit["title"]))
        .collect();
    assert_eq!(titles.first().map(String::as_str), Some(BOND_TITLE));
}

#[test]
fn several_words_are_one_query() {
    let desk = Desk::with_index();
    assert_eq!(desk.titles("绿色金融 +光伏"), [BOND_TITLE]);
    assert_eq!(desk.titles("绿色金融 -光伏 -名词"), [RATE_TITLE]);
    assert_eq!(desk.titles("-- -光伏 -名词 绿色金融"), [RATE_TITLE]);
    desk.run_args(&[
        "query",
        "\"种子业务 贡献过半\"",
        "OR",
        "\"存款利率\"",
        "--count",
    ])
    .succeeds()
    .prints("2\n");
}

#[test]
fn any_number_of_threads_prints_the_same() {
    let desk = Desk::with_index();
    for command in [
        "query \"绿色金融\" --json",
        "timeline \"存款利率\"",
        "facets \"光伏\" --json",
    ] {
        let printed = |threads: &str| {
            let run = desk.run(&format!("{command}{threads}"));
            run.succeeds().stdout
        };
        let expected = printed("");
        assert!(!expected.is_empty());
        for threads in [" --threads 1", " --threads 64"] {
            assert_eq!(printed(threads), expected, "{command}{threads}");
        }
    }
    for none in ["0", "65", "two"] {
        desk.run(&format!("query 光伏 --threads {none}"))
            .ends_with(2)
            .tells("--threads");
    }
}

#[test]
fn filters_narrow_a_query() {
    let desk = Desk::with_index();
    for (args, titles) in [
        ("绿色金融 --source 海潮社", vec![BOND_TITLE]),
        (
            "绿色金融 --source 海潮社 --source 云帆财经",
            vec![BOND_TITLE, RATE_TITLE, UNDATED_TITLE],
        ),
        ("绿色金融 --tag 云帆财经新闻 --since 2022", vec![RATE_TITLE]),
        ("--code 609301", vec![BOND_TITLE]),
        ("--code SZ309402", vec![PROFIT_TITLE]),
        (
            "--code 609301.SH --code 309402",
            vec![BOND_TITLE, PROFIT_TITLE],
        ),
        ("--code 609301 --source 云帆财经", vec![]),
        ("--source 无此来源", vec![]),
        ("--since 2022-01-07 --until 2022-01-07", vec![RATE_TITLE]),
        (
            "--since 2022-01-05 --until 2022-01",
            vec![BOND_TITLE, RATE_TITLE],
        ),
        ("--since 2022-01-08", vec![PROFIT_TITLE]),
        ("--until 2022-01-06", vec![BOND_TITLE]),
        ("--since 本月", vec![PROFIT_TITLE]),
        ("绿色金融 --as-of 2022-01-06", vec![BOND_TITLE]),
        ("date:昨天 --as-of 2022-01-06", vec![BOND_TITLE]),
        ("绿色金融 --as-of 2021", vec![]),
        (
            "绿色金融 source:海潮社 after:2022-01-05 before:2022-01-06",
            vec![BOND_TITLE],
        ),
    ] {
        let mut titles = titles;
        titles.sort();
        assert_eq!(desk.titles(args), titles, "{args}");
    }
}

#[test]
fn an_undated_article_passes_no_date_filter() {
    let desk = Desk::with_index();
    assert_eq!(desk.titles("名词解释"), [UNDATED_TITLE]);
    assert_eq!(desk.hits("名词解释")[0]["date"], Value::Null);
    for filter in ["--since 1990", "--until 2030", "--since 1990 --until 2030"] {
        assert!(
            !desk
                .titles(&format!("绿色金融 {filter}"))
                .contains(&UNDATED_TITLE.to_string()),
            "{filter}"
        );
    }
}

#[test]
fn hits_are_sorted_and_paged() {
    let desk = Desk::with_index();
    let dates = |args: &str| -> Vec<Value> {
        desk.hits(args)
            .iter()
            .map(|hit| hit["date"].clone())
            .collect()
    };
    let all = dates("绿色金融 OR 净利 --sort date");
    assert_eq!(
        all,
        [
            Value::from("2022-04-20T20:00:05+08:00"),
            Value::from("2022-01-07T09:10:00+08:00"),
            Value::from("2022-01-05T16:43:43+08:00"),
            Value::Null
        ]
    );
    assert_eq!(dates("绿色金融 OR 净利 --sort date --limit 2"), all[..2]);
    assert_eq!(
        dates("绿色金融 OR 净利 --sort date --limit 2 --offset 1"),
        all[1..3]
    );
    assert_eq!(dates("绿色金融 OR 净利 --sort date --all"), all);
    desk.run("query 绿色金融 --limit 1 --offset 1")
        .succeeds()
        .prints(" 2. ");
}

#[test]
fn newer_articles_are_preferred_unless_told_not_to() {
    let desk = Desk::with_index();
    let score = |args: &str| desk.hits(args)[0]["score"].as_f64().expect("a score");
    assert!(score("种子业务") > 1.1 * score("种子业务 --no-recency"));
    assert_eq!(score("\"种子业务\""), score("\"种子业务\" --no-recency"));
    let run = desk.run_args(&["query", "绿色金融 2022年1月"]);
    run.tells(
        "note: articles of 2022-01-01..2022-01-31 are preferred; date:2022年1月 takes no others",
    );
}

#[test]
fn the_count_stands_alone() {
    let desk = Desk::with_index();
    let run = desk.run("query 绿色金融 --count").succeeds();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("3\n", ""));
    let run = desk.run("query 无此内容甲乙丙 --count").ends_with(1);
    assert_eq!(run.stdout, "0\n");
}

#[test]
fn a_count_is_exact_beyond_ten_thousand() {
    let desk = Desk::empty();
    let line = |n: u32| format!("{{\"id\":\"{n}\",\"body\":\"云汐租赁公告第{n}号\"}}\n");
    desk.write("lines.jsonl", (0..10_100).map(line).collect::<String>());
    desk.run("index lines.jsonl --quiet").succeeds();
    assert_eq!(
        desk.run("query 云汐租赁 --count").succeeds().stdout,
        "10100\n"
    );
    desk.run("query 云汐租赁 --limit 1")
        .succeeds()
        .prints("\n10,100 articles in ");
    desk.run("query 云汐租赁 --limit 1 --json")
        .succeeds()
        .tells("10,100 articles in ");
}

#[test]
fn what_is_not_understood_is_told() {
    let desk = Desk::with_index();
    let run = desk
        .run_args(&["query", "\"绿色金融"])
        .succeeds()
        .tells("note: quote at 0 is not closed");
    assert!(!run.stdout.contains("note:"), "{run:#?}");
    desk.run_args(&["query", "\"绿色金融", "--json"])
        .succeeds()
        .tells("note: quote at 0 is not closed");
    desk.run_args(&["query", " "])
        .ends_with(1)
        .tells("note: the query is empty");
}

#[test]
fn exit_codes_tell_found_and_not_found() {
    let desk = Desk::with_index();
    desk.run("query 绿色金融")
        .succeeds()
        .prints("3 articles in ");
    desk.run("query 无此内容甲乙丙")
        .ends_with(1)
        .prints("nothing found in ");
    assert_eq!(
        desk.run("query 无此内容甲乙丙 --json").ends_with(1).stdout,
        ""
    );
    desk.run(&format!("show {BOND_ID}")).succeeds();
    assert_eq!(
        desk.run("show 999")
            .ends_with(1)
            .tells("no article has the id 999")
            .stdout,
        ""
    );
    desk.run("query").ends_with(2);
    desk.run("query 绿色金融 --since 改天")
        .ends_with(2)
        .tells("is not a date");
}

#[test]
fn a_missing_index_is_named() {
    let desk = Desk::with_corpus();
    for command in [
        "query 云汐 --index news",
        "show 1 --index news",
        "stats --index news",
    ] {
        let run = desk.run(command).ends_with(2);
        assert!(
            run.stderr.starts_with("error: no index at news"),
            "{run:#?}"
        );
        assert_eq!(run.stdout, "");
    }
    assert!(!desk.path("news").exists() && !desk.path("index").exists());
    let desk = Desk::empty();
    desk.run("query 云汐")
        .ends_with(2)
        .tells("no index at index");
    assert!(!desk.path("index").exists());
}

/// Only beside the sample of this project; nobody else expects a search to write.
#[test]
fn the_index_is_built_from_the_sample_when_there_is_none() {
    for command in ["query 岭海银行", "show 202210272561509958"] {
        let desk = Desk::with_sample();
        desk.write("index/README.md", "about this folder");
        let run = desk.run(command).succeeds().tells("indexing corpus/ first");
        assert!(!run.stdout.contains("indexing"), "{run:#?}");
        let run = desk.run(command).succeeds();
        assert_eq!(run.stderr, "", "built once");
    }
}

#[test]
fn no_other_archive_is_indexed_unasked() {
    for command in ["query 云汐租赁", "show 1", "stats", "explain 云汐租赁"] {
        let desk = Desk::with_corpus();
        desk.write("corpus/README.md", "about this archive");
        desk.run(command).ends_with(2).tells("no index at index");
        assert!(!desk.path("index").exists(), "{command}");
    }
}

#[test]
fn the_environment_names_the_index() {
    let desk = Desk::with_corpus();
    desk.run("index corpus --index news").succeeds();
    let output = desk
        .command(&["query", "云汐租赁", "--count"])
        .env("NEWSEARCH_INDEX", "news")
        .output();
    assert_eq!(output.expect("the program").stdout, b"1\n");
    let output = desk
        .command(&["query", "云汐租赁"])
        .env("NEWSEARCH_INDEX", "nowhere")
        .output();
    let output = output.expect("the program");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.starts_with(b"error: no index at nowhere"));
    assert!(
        !desk.path("index").exists(),
        "a named index is never built by a query"
    );
}

#[test]
fn a_query_that_takes_too_long_is_stopped_and_says_so() {
    let desk = Desk::with_index();
    for command in ["query", "explain"] {
        let run = desk.run_args(&[command, "绿色金融", "--timeout", "0s"]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert_eq!(run.stdout, "");
        assert!(
            run.stderr.contains("the search was stopped at once"),
            "{run:?}"
        );
        desk.run_args(&[command, "绿色金融", "--timeout", "1h"])
            .succeeds();
    }
}

#[test]
fn a_prefix_of_too_many_words_is_told() {
    let desk = Desk::empty();
    let line = |number: usize| format!("{{\"id\":\"{number}\",\"title\":\"第{number}号公告\"}}\n");
    desk.write(
        "corpus/a.jsonl",
        (60_000..60_300).map(line).collect::<String>(),
    );
    desk.run("index corpus").succeeds();
    let run = desk.run("query 60* --count").succeeds().prints("256\n");
    assert!(
        run.stderr.contains("60* stands for the first 256 words"),
        "{run:?}"
    );
    let run = desk.run("query 6002* --count").prints("10\n");
    assert_eq!(run.stderr, "");
    let prefixes = (60_000..60_300).map(|number| format!("{}*", number / 10));
    desk.run_args(&["query", &prefixes.collect::<Vec<_>>().join(" OR ")])
        .succeeds();
}
