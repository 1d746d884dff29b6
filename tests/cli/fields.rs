//! What an archive says of an article beside its text: several tags, authors, its place.

use serde_json::json;

use crate::desk::Desk;

fn post(title: &str, date: &str) -> String {
    format!("---\ntitle: {title}\ndate: {date}\n---\n{title}的正文。\n")
}

fn with_folders() -> Desk {
    let desk = Desk::empty();
    for (path, title) in [
        ("news/2024/07/a.md", "澜汐甲"),
        ("news/2024/08/b.md", "澜汐乙"),
        ("news/2023/07/c.md", "澜汐丙"),
        ("news/日更/2024/07/0702澜汐.md", "澜汐丁"),
        ("news/2024/071/e.md", "澜汐戊"),
    ] {
        desk.write(path, post(title, "2024-01-03"));
    }
    desk.write(
        "news/all.jsonl",
        "\n{\"id\":\"f\",\"title\":\"澜汐己\"}\n{\"id\":\"g\",\"title\":\"澜汐庚\"}\n",
    );
    desk.run("index ./news").succeeds();
    desk
}

#[test]
fn an_article_is_found_by_its_folders_and_its_file() {
    let desk = with_folders();
    for (path, titles) in [
        ("2024/07", &["澜汐丁", "澜汐甲"][..]),
        ("/2024/07/", &["澜汐丁", "澜汐甲"]),
        ("news/2024", &["澜汐乙", "澜汐戊", "澜汐甲"]),
        ("07/2024", &[]),
        ("日更", &["澜汐丁"]),
        ("2024/07/a.md", &["澜汐甲"]),
        ("0702瀾汐", &["澜汐丁"]),
        ("ALL.jsonl", &["澜汐己", "澜汐庚"]),
        ("2024/0", &[]),
        ("md", &[]),
    ] {
        assert_eq!(desk.titles(&format!("path:{path}")), titles, "{path}");
        assert_eq!(desk.titles(&format!("--path {path}")), titles, "{path}");
    }
    assert_eq!(
        desk.titles("澜汐 NOT path:news/2024 NOT 路径:all"),
        ["澜汐丁", "澜汐丙"]
    );
}

#[test]
fn an_article_alone_tells_its_file() {
    let desk = Desk::empty();
    desk.copy_case("24", "in");
    desk.run("index in").succeeds();
    assert_eq!(desk.hits("澜汐")[0]["path"], "in/a.md");
    assert_eq!(desk.titles("path:a.md"), ["澜汐路径"]);
    let id = crate::desk::text(&desk.hits("澜汐")[0]["id"]);
    desk.run(&format!("show {id}")).succeeds().prints("in/a.md");
}

#[test]
fn an_article_tells_its_file_and_its_line() {
    let desk = with_folders();
    let id = desk.hits("澜汐甲")[0]["id"].clone();
    let id = id.as_str().expect("an id");
    let shown = &desk.run(&format!("show {id} --json")).json_lines()[0];
    assert_eq!(shown["path"], "news/2024/07/a.md");
    assert_eq!(shown["line"], json!(null));
    let hit = &desk.hits("澜汐庚")[0];
    assert_eq!(
        (&hit["path"], &hit["line"]),
        (&json!("news/all.jsonl"), &json!(3))
    );
    desk.run("show g").succeeds().prints("news/all.jsonl:3\n");
}

#[test]
fn each_copy_of_an_article_has_its_place() {
    let desk = Desk::empty();
    let line = "{\"id\":\"a\",\"title\":\"澜汐签约\",\"body\":\"澜汐签约。\"}\n";
    desk.write("old/a.jsonl", line);
    desk.write("new/b.jsonl", format!("{line}{line}"));
    desk.run("index old new").succeeds();
    let shown = &desk.run("show a --json").json_lines()[0];
    let place = |path: &str, line: u64| json!({"path": path, "line": line});
    assert_eq!(
        shown["places"],
        json!([
            place("new/b.jsonl", 1),
            place("new/b.jsonl", 2),
            place("old/a.jsonl", 1)
        ])
    );
    for path in ["old", "new", "a", "b.jsonl"] {
        assert_eq!(desk.titles(&format!("path:{path}")), ["澜汐签约"], "{path}");
    }
    desk.remove("new/b.jsonl");
    desk.run("index --prune new old").succeeds();
    assert_eq!(desk.titles("path:new"), [""; 0]);
    assert_eq!(desk.titles("path:old"), ["澜汐签约"]);
}

#[test]
fn a_path_is_kept_as_it_was_given() {
    let desk = Desk::empty();
    desk.write("in/a.md", post("澜汐甲", "2024-01-03"));
    let absolute = desk.path("in").display().to_string();
    desk.run_args(&["index", &absolute]).succeeds();
    let path = desk.hits("澜汐甲")[0]["path"].clone();
    assert_eq!(path, format!("{absolute}/a.md"));
    let input = "{\"id\":\"b\",\"title\":\"澜汐乙\"}";
    desk.run_with_input("index -", input).succeeds();
    assert_eq!(desk.titles("path:-"), ["澜汐乙"]);
}

#[test]
fn each_tag_of_a_list_is_a_tag() {
    let desk = Desk::empty();
    desk.write(
        "a.jsonl",
        "{\"id\":\"a\",\"title\":\"甲\",\"tag\":[\"银行\",\"A股\"],\"category\":\"财经\"}\n\
         {\"id\":\"b\",\"title\":\"乙\",\"tag\":\"银行， 快讯\"}\n\
         {\"id\":\"c\",\"title\":\"丙\",\"tag\":\"海潮社新闻\"}\n\
         {\"id\":\"d\",\"title\":\"丁\",\"tag\":\"R&D\"}\n",
    );
    desk.run("index a.jsonl").succeeds();
    for (tag, titles) in [
        ("银行", &["乙", "甲"][..]),
        ("a股", &["甲"]),
        ("财经", &["甲"]),
        ("快讯", &["乙"]),
        ("R&D", &["丁"]),
        ("海潮社新闻", &["丙"]),
    ] {
        assert_eq!(desk.titles(&format!("tag:{tag}")), titles, "{tag}");
    }
    assert_eq!(desk.titles("source:海潮社"), ["丙"]);
    assert_eq!(desk.titles("source:银行"), [""; 0]);
    let shown = &desk.run("show a --json").json_lines()[0];
    assert_eq!(
        (&shown["tag"], &shown["category"]),
        (&json!("银行"), &json!("财经"))
    );
    assert_eq!(shown["tags"], json!(["银行", "A股"]));
    let hit = &desk.hits("tag:海潮社新闻")[0];
    assert_eq!(
        (&hit["tag"], &hit["tags"]),
        (&json!("海潮社新闻"), &json!(["海潮社新闻"]))
    );
}

#[test]
fn a_date_that_is_not_understood_is_told_once_a_file() {
    let desk = Desk::empty();
    desk.write(
        "a.jsonl",
        "{\"title\":\"甲\",\"date\":\"2024-01-03\"}\n{\"title\":\"乙\",\"date\":\"改天\"}\n\
         {\"title\":\"丙\",\"date\":\"某日\"}\n{\"title\":\"丁\",\"date\":\"\"}\n",
    );
    let run = desk.run("index a.jsonl").succeeds();
    let told = "a.jsonl:2: the date `改天` is not understood (2 records)\n";
    assert!(run.stderr.starts_with(told), "{run:#?}");
    assert_eq!(desk.titles("甲 OR 乙 OR 丙 OR 丁").len(), 4);
}
