//! What the program prints: for people, for programs, and into a pipe that closes.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::desk::{Desk, text};
use crate::posts::{self, BOND_ID, BOND_TITLE, UNDATED_TITLE};

#[test]
fn a_hit_has_exactly_its_keys() {
    let desk = Desk::with_index();
    let hits = desk.hits("绿色金融 --snippets 5");
    assert_eq!(hits.len(), 3);
    let keys = "also authors categories category codes date id line path score snippets source tag tags title \
                title_highlights url";
    for hit in &hits {
        assert_eq!(keys_of(hit), keys);
        for snippet in hit["snippets"].as_array().expect("an array") {
            assert_eq!(keys_of(snippet), "highlights text");
        }
    }
}

#[test]
fn a_hit_says_what_is_known() {
    let desk = Desk::with_index();
    let hit = &desk.hits("\"首单绿色债券\"")[0];
    for (key, value) in [
        ("id", BOND_ID.into()),
        ("title", BOND_TITLE.into()),
        ("date", "2022-01-05T16:43:43+08:00".into()),
        ("source", "海潮社".into()),
        ("tag", "海潮社新闻".into()),
        ("category", "haichaoshe".into()),
        ("codes", Value::from(vec!["SH609301"])),
        (
            "url",
            format!("http://news.example.com/html_News/NewsShare.html?infoCode=NW{BOND_ID}").into(),
        ),
    ] {
        assert_eq!(hit[key], value, "{key}");
    }
    let undated = &desk.hits("名词解释")[0];
    assert_eq!(
        (&undated["date"], &undated["title"]),
        (&Value::Null, &UNDATED_TITLE.into())
    );
    assert_eq!(undated["codes"], Value::from(Vec::<String>::new()));
}

#[test]
fn ranges_slice_out_the_highlighted_characters() {
    let desk = Desk::with_index();
    let hit = &desk.hits("\"首单绿色债券\"")[0];
    assert_eq!(
        slices(&hit["title"], &hit["title_highlights"]),
        ["首单绿色债券"]
    );
    let snippet = &hit["snippets"][0];
    assert_eq!(
        slices(&snippet["text"], &snippet["highlights"]),
        ["首单绿色债券"]
    );
    for hit in desk.hits("绿色金融 OR 存款利率 OR 光伏") {
        let mut marked = slices(&hit["title"], &hit["title_highlights"]);
        for snippet in hit["snippets"].as_array().expect("an array") {
            marked.extend(slices(&snippet["text"], &snippet["highlights"]));
        }
        assert!(!marked.is_empty(), "{hit}");
        for part in marked {
            assert!("绿色金融存款利率光伏".contains(&part), "{part} in {hit}");
        }
    }
}

/// A rare or folded character before a match is one character, whatever its bytes.
#[test]
fn ranges_count_characters_of_the_original() {
    let desk = Desk::empty();
    desk.write("lines.jsonl", "{\"id\":\"a\",\"title\":\"𠮷野昇興：Ａ股新高🚀绿色債券\",\"body\":\"㎡𠮷🚀 绿色債券發行。\"}\n");
    desk.run("index lines.jsonl").succeeds();
    let hit = &desk.hits("\"绿色债券\"")[0];
    assert_eq!(
        slices(&hit["title"], &hit["title_highlights"]),
        ["绿色債券"]
    );
    assert_eq!(hit["title_highlights"], serde_json::json!([[10, 14]]));
    let snippet = &hit["snippets"][0];
    assert_eq!(
        slices(&snippet["text"], &snippet["highlights"]),
        ["绿色債券"]
    );
}

#[test]
fn json_stands_alone_on_standard_output() {
    let desk = Desk::with_index();
    let run = desk.run("query 绿色金融 --json").succeeds();
    assert_eq!(run.json_lines().len(), 3);
    let (total, time) = run
        .stderr
        .trim_end()
        .split_once(" in ")
        .expect("a total and a time");
    assert_eq!(total, "3 articles");
    assert!(time.ends_with("s"), "{time}");
    let run = desk.run("query 绿色金融 --json --color always").succeeds();
    assert!(!run.stdout.contains('\u{1b}'));
}

#[test]
fn people_see_rank_title_facts_and_passages() {
    let run = Desk::with_index()
        .run_args(&["query", "\"首单绿色债券\""])
        .succeeds();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], format!(" 1. {BOND_TITLE}"));
    assert_eq!(
        lines[1],
        format!("    2022-01-05 16:43:43 · 海潮社 · SH609301 · {BOND_ID}")
    );
    assert!(
        lines[2].contains("公司发行首单绿色债券，加码绿色金融。"),
        "{run:#?}"
    );
    assert!(
        run.stdout
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("1 article in ")),
        "{run:#?}"
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn snippets_can_be_left_out() {
    let desk = Desk::with_index();
    assert_eq!(
        desk.hits("绿色金融 --snippets 0")[0]["snippets"],
        Value::from(Vec::<Value>::new())
    );
    let run = desk.run("query 绿色金融 --snippets 0").succeeds();
    assert!(!run.stdout.contains("不受影响"), "{run:#?}");
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let desk = Desk::with_index();
    let coloured = |args: &str| desk.run(args).succeeds().stdout.contains('\u{1b}');
    assert!(!coloured("query 绿色金融"));
    assert!(coloured("query 绿色金融 --color always"));
    assert!(!coloured("query 绿色金融 --color never"));
    assert!(!coloured(&format!("show {BOND_ID}")));
    assert!(coloured(&format!("show {BOND_ID} --color always")));
}

#[test]
fn colours_take_nothing_from_the_text_and_add_nothing() {
    let desk = Desk::with_index();
    let plain = desk.run("query 绿色金融 --snippets 1").succeeds().stdout;
    let coloured = desk
        .run("query 绿色金融 --snippets 1 --color always")
        .succeeds()
        .stdout;
    let without_time = |text: &str| {
        text.lines()
            .filter(|line| !line.contains(" articles in "))
            .collect::<String>()
    };
    assert_eq!(
        without_time(&plain),
        without_time(&anstream::adapter::strip_str(&coloured).to_string())
    );
    assert!(
        coloured.contains("\u{1b}[1m\u{1b}[31m绿色金融\u{1b}[0m"),
        "{coloured:?}"
    );
}

#[test]
fn control_and_direction_characters_are_neutralised() {
    let desk = Desk::empty();
    let line = serde_json::json!({
        "id": "a\u{1b}[2J",
        "title": "云汐\u{1b}[31m租赁\u{202e}扩产",
        "source": "海潮\u{7}社",
        "body": "云汐租赁\u{9b}31m宣布\u{2067}扩产。",
    });
    desk.write("lines.jsonl", format!("{line}\n"));
    desk.run("index lines.jsonl").succeeds();
    for command in [
        "query 扩产",
        "query 扩产 --color always --snippets 0",
        "show a\u{1b}[2J",
    ] {
        let run = desk.run(command).succeeds().prints("扩产");
        for c in ['\u{7}', '\u{9b}', '\u{202e}', '\u{2067}'] {
            assert!(!run.stdout.contains(c), "{c:?} in {run:#?}");
        }
        for steering in ["\u{1b}[31m租赁", "\u{1b}[2J"] {
            assert!(!run.stdout.contains(steering), "{run:#?}");
        }
    }
    desk.run("query 扩产")
        .prints("云汐\u{FFFD}[31m租赁\u{FFFD}扩产")
        .prints("海潮\u{FFFD}社");
    assert_eq!(
        desk.run("show x\u{1b}[2J").ends_with(1).stderr,
        "no article has the id x\u{FFFD}[2J\n"
    );
}

#[test]
fn an_article_is_shown_in_full() {
    let desk = Desk::with_index();
    let run = desk.run(&format!("show NW{BOND_ID}")).succeeds();
    for part in [
        BOND_TITLE,
        "2022-01-05 16:43:43",
        "海潮社",
        "\n资金投向\n",
        "\n募集资金将用于分布式光伏与储能项目。\n",
        "SH609301",
    ] {
        assert!(run.stdout.contains(part), "no {part} in {run:#?}");
    }
    let article = &desk
        .run(&format!("show {BOND_ID} --json"))
        .succeeds()
        .json_lines()[0];
    assert_eq!(article["id"], BOND_ID);
    assert_eq!(article["codes"], Value::from(vec!["SH609301"]));
    assert_eq!(article["date"], "2022-01-05T16:43:43+08:00");
    assert_eq!(
        article["body"][1],
        serde_json::json!({"text": "资金投向", "heading": true})
    );
    assert_eq!(article["body"].as_array().map(Vec::len), Some(3));
}

#[test]
fn statistics_say_what_the_index_holds() {
    let desk = Desk::with_index();
    desk.run("stats")
        .succeeds()
        .prints("articles  4\n")
        .prints("dates     2022-01-05 to 2022-04-20\n")
        .prints("undated   1\n")
        .prints("2  海潮社\n");
    let statistics = &desk.run("stats --json").succeeds().json_lines()[0];
    assert_eq!(statistics["documents"], 4);
    assert_eq!(
        (&statistics["first"], &statistics["last"]),
        (&"2022-01-05".into(), &"2022-04-20".into())
    );
    assert_eq!(statistics["format"], newsearch::FORMAT_VERSION);
    let size: u64 = desk
        .index_files()
        .values()
        .map(|content| content.len() as u64)
        .sum();
    assert!(
        statistics["bytes"]
            .as_u64()
            .is_some_and(|bytes| bytes.abs_diff(size) < 4096),
        "{statistics} {size}"
    );
}

#[test]
fn an_empty_index_has_statistics_too() {
    let desk = Desk::empty();
    desk.run_with_input("index -", "").succeeds();
    desk.run("stats").succeeds().prints("articles  0\n");
    let statistics = &desk.run("stats --json").succeeds().json_lines()[0];
    assert_eq!(
        (&statistics["first"], &statistics["sources"]),
        (&Value::Null, &Value::Array(vec![]))
    );
}

#[test]
fn a_pipe_closed_early_ends_quietly() {
    let desk = Desk::empty();
    let body = "云汐租赁发布公告。".repeat(20);
    let line = |n: u32| format!("{{\"id\":\"{n}\",\"title\":\"公告{n}\",\"body\":\"{body}\"}}\n");
    desk.write("lines.jsonl", (0..3_000).map(line).collect::<String>());
    desk.run("index lines.jsonl --quiet").succeeds();
    for format in [&["--json"][..], &[], &["--color", "always"]] {
        let args = [&["query", "云汐租赁", "--all", "--limit", "3000"], format].concat();
        let mut child = desk
            .command(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut first).expect("a line");
        drop(stdout);
        let output = child.wait_with_output().expect("the end");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
        assert!(first.contains("公告"), "{first}");
    }
}

#[test]
fn a_hit_without_text_is_printed() {
    let desk = Desk::empty();
    desk.write("lines.jsonl", "{\"id\":\"a\",\"title\":\"云汐租赁扩产\"}\n");
    desk.run("index lines.jsonl").succeeds();
    desk.run("query 扩产")
        .succeeds()
        .prints(" 1. 云汐租赁扩产\n    a\n\n1 article in ");
    let hit = &desk.hits("扩产")[0];
    assert_eq!(
        (&hit["url"], text(&hit["source"])),
        (&Value::Null, String::new())
    );
    desk.run("show a").succeeds().prints("云汐租赁扩产\na\n");
}

#[test]
fn every_title_is_on_one_line() {
    let desk = Desk::empty();
    let (path, post) = posts::numbered(1, "云汐租赁<br/>扩产", "云汐租赁宣布扩产。");
    desk.write(&path, post);
    desk.run("index corpus").succeeds();
    let run = desk.run("query 扩产").succeeds();
    assert!(
        run.stdout
            .lines()
            .next()
            .is_some_and(|line| line.ends_with("扩产")),
        "{run:#?}"
    );
}

/// The keys of a JSON object in alphabetic order.
fn keys_of(value: &Value) -> String {
    let keys: BTreeSet<&str> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.into_iter().collect::<Vec<_>>().join(" ")
}

/// What the ranges, in characters, cut out of a text.
#[track_caller]
fn slices(text: &Value, ranges: &Value) -> Vec<String> {
    let characters: Vec<char> = text.as_str().expect("a text").chars().collect();
    let ranges: Vec<[usize; 2]> = serde_json::from_value(ranges.clone()).expect("pairs of numbers");
    ranges
        .iter()
        .map(|[start, end]| characters[*start..*end].iter().collect())
        .collect()
}
