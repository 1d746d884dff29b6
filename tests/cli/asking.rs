//! Queries as people write them who know other programs.

use crate::desk::Desk;

fn desk(lines: &[(&str, &str, &str)]) -> Desk {
    let desk = Desk::empty();
    let lines: Vec<String> = lines
        .iter()
        .map(|(title, date, body)| {
            serde_json::json!({"title": title, "date": date, "body": body}).to_string()
        })
        .collect();
    desk.write("a.jsonl", lines.join("\n"));
    desk.run("index a.jsonl").succeeds();
    desk
}

#[test]
fn days_are_given_as_in_other_programs() {
    let desk = desk(&[
        ("甲", "2024-01-05", "澜汐"),
        ("乙", "2024-01-06", "澜汐"),
        ("丙", "2024-02-07", "澜汐"),
    ]);
    for (query, titles) in [
        ("date:2024-01-05/2024-01-06", &["乙", "甲"][..]),
        ("date:[2024-01-05 TO 2024-01-06]", &["乙", "甲"]),
        ("date:{2024-01-05 TO 2024-02-07}", &["乙"]),
        ("date:[2024-01-06 TO *]", &["丙", "乙"]),
        ("(date:[* TO 2024-01-05])", &["甲"]),
        ("date:>2024-01-05", &["丙", "乙"]),
        ("date:>=2024-01-06", &["丙", "乙"]),
        ("date:<2024-01-06", &["甲"]),
        ("date:<=2024-01", &["乙", "甲"]),
        ("date:2024-01-05~2024-01-06", &["乙", "甲"]),
        ("date:2024年1月至2024年2月", &["丙", "乙", "甲"]),
    ] {
        let run = desk.run_args(&["query", "--json", query]);
        assert!(!run.stderr.contains("note"), "{query}: {run:#?}");
        let mut found: Vec<String> = run
            .json_lines()
            .iter()
            .map(|hit| crate::desk::text(&hit["title"]))
            .collect();
        found.sort();
        assert_eq!(found, titles, "{query}");
    }
    for bad in ["date:[2024 TO", "date:>某日", "date:[2024-01-05]"] {
        desk.run_args(&["query", bad])
            .tells("is not followed by a date");
    }
}

#[test]
fn a_field_that_is_none_is_named_with_the_nearest() {
    let desk = desk(&[("澜汐", "2024-01-05", "澜汐 foo")]);
    for (query, told) in [
        (
            "intitle:澜汐",
            "note: intitle: at 0 is no field: searched as text; title: is one",
        ),
        (
            "澜汐 titel:甲",
            "note: titel: at 3 is no field: searched as text; title: is one",
        ),
        (
            "记者:甲",
            "记者: at 0 is no field: searched as text; author: is one",
        ),
        (
            "soruce：甲",
            "soruce: at 0 is no field: searched as text; source: is one",
        ),
        (
            "filename:a.md",
            "filename: at 0 is no field: searched as text; path: is one",
        ),
        ("foo:bar", "note: foo: at 0 is no field: searched as text\n"),
    ] {
        desk.run_args(&["query", query]).tells(told);
    }
    for text in [
        "US:BABA",
        "https://example.com",
        "海潮社:澜汐",
        "10:30",
        "author:甲",
        "A:B",
    ] {
        let run = desk.run_args(&["query", text]);
        assert!(!run.stderr.contains("no field"), "{text}: {run:#?}");
    }
}

#[test]
fn a_signed_number_excludes_nothing() {
    let case = Desk::empty();
    case.copy_case("25", "in");
    case.run("index in").succeeds();
    let run = case
        .run_args(&["query", "--json", "--", "-0.35%"])
        .succeeds();
    assert_eq!(run.json_lines().len(), 1, "{run:#?}");
    assert_eq!(run.json_lines()[0]["id"], "p1");
    let desk = desk(&[
        ("甲", "2024-01-05", "沪指-0.35%，银行跌5%。"),
        ("乙", "2024-01-05", "深指收涨，保险稳。"),
    ]);
    for (query, titles) in [
        ("沪指 -0.35%", &["甲"][..]),
        ("-5%", &["甲"]),
        ("-1,200.5", &[]),
        ("收涨 -银行", &["乙"]),
        ("深指 NOT 0.35%", &["乙"]),
        ("深指 -5", &["乙"]),
    ] {
        let run = desk.run_args(&["query", "--json", "--", query]);
        let found: Vec<String> = run
            .json_lines()
            .iter()
            .map(|hit| crate::desk::text(&hit["title"]))
            .collect();
        assert_eq!(found, titles, "{query}: {run:#?}");
    }
}

#[test]
fn a_date_or_a_number_with_its_unit_is_one_thing() {
    let desk = desk(&[
        ("甲", "2024-01-05", "澜汐将于1月5日公告。"),
        ("乙", "2024-01-05", "空调功率为1.5匹，能耗1级。"),
        ("丙", "2024-01-05", "金额30亿元。"),
        ("丁", "2024-01-05", "金额3元，另有0.5亿元。"),
    ]);
    for (query, titles) in [
        ("1月5日", &["甲"][..]),
        ("1.5匹", &["乙"]),
        ("30亿元", &["丙"]),
        ("2月5日", &[]),
    ] {
        assert_eq!(desk.titles(query), titles, "{query}");
    }
}

#[test]
fn spellings_of_one_name_are_one() {
    let desk = desk(&[
        ("甲", "2024-01-05", "S&P500指数上涨。"),
        ("乙", "2024-01-05", "S&P 500 指数上涨。"),
        ("丙", "2024-01-05", "吉野家开店，高岛屋関連。"),
        ("丁", "2024-01-05", "𠮷野家开店，髙島屋关连。"),
    ]);
    for query in ["S&P500", "S&P 500", "s&p500 指数"] {
        assert_eq!(
            desk.titles(&format!("{query} --all")),
            ["乙", "甲"],
            "{query}"
        );
    }
    for query in ["𠮷野家", "吉野家", "\"髙島屋\"", "\"高岛屋\""] {
        assert_eq!(
            desk.titles(&format!("{query} --all")),
            ["丁", "丙"],
            "{query}"
        );
    }
}
