//! Empty pages with a reason, and `newsearch explain`.

use crate::desk::Desk;
use crate::posts::{BOND_ID, BOND_TITLE};

#[test]
fn an_empty_page_says_what_each_part_finds_and_what_would_find_something() {
    let desk = Desk::with_index();
    let run = desk.run_args(&["query", "\"首单+绿色债券\" source:海潮社"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.starts_with("nothing found"), "{run:?}");
    assert!(
        run.stderr
            .contains("\"首单+绿色债券\" (0), source:海潮社 (2)"),
        "{run:?}"
    );
    assert!(run.stderr.contains("1 match the weaker query: "), "{run:?}");
}

#[test]
fn a_required_part_is_never_relaxed() {
    let desk = Desk::with_index();
    for query in [
        "绿色金融 +不存在的字",
        "绿色金融 \"债券 首单\"",
        "降准 date:1999",
    ] {
        let run = desk.run_args(&["query", query]);
        assert_eq!(run.code, Some(1), "{query}: {run:?}");
        assert!(run.stderr.contains("its parts alone"), "{query}: {run:?}");
    }
    for query in ["id:1", "\"不存在的字\""] {
        let run = desk.run_args(&["query", query]);
        assert_eq!(run.code, Some(1), "{query}: {run:?}");
        assert!(!run.stderr.contains("its parts"), "{query}: {run:?}");
    }
}

#[test]
fn words_that_nothing_has_together_find_the_best_that_have_some() {
    let desk = Desk::with_index();
    let run = desk.run("query 火星车 光伏");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("云汐租赁发行首单绿色债券"), "{run:?}");
    assert!(run.stderr.contains("no article has 火星"), "{run:?}");
}

#[test]
fn explain_shows_fold_words_parts_and_how_an_article_fares() {
    let desk = Desk::with_index();
    let run = desk.run_args(&[
        "explain",
        "綠色金融 +\"光伏\" source:云帆财经",
        "--id",
        BOND_ID,
    ]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for line in [
        "folded  绿色金融 +\"光伏\" source:云帆财经",
        "word    绿色金融 (绿色, 金融): 3 articles",
        "part    +\"光伏\": 1 article",
        "part    source:云帆财经: 2 articles",
        "all     0 articles",
        "202201052201000001 is not found",
        "  source:云帆财经: not in it",
    ] {
        assert!(
            run.stdout.lines().any(|found| found == line),
            "{line}\n{run:?}"
        );
    }
    let found = desk.run_args(&["explain", "绿色金融", "--id", BOND_ID]);
    assert_eq!(found.code, Some(0));
    assert!(
        found.stdout.contains("202201052201000001 is found, score "),
        "{found:?}"
    );
}

#[test]
fn explain_says_what_time_does() {
    let desk = Desk::with_index();
    let factor = "  its time: × ";
    for (query, expected) in [
        ("绿色金融", "1.067"),
        ("绿色金融 date:2022", ""),
        ("绿色金融 2022年1月", "2.000"),
    ] {
        let run = desk.run_args(&["explain", query, "--id", BOND_ID]);
        let found = run
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix(factor));
        assert_eq!(found.unwrap_or_default(), expected, "{query}: {run:?}");
    }
    let run = desk.run_args(&["explain", "+种子业务", "--as-of", "2022-01"]);
    assert!(run.stdout.contains("all     0 articles"), "{run:?}");
}

#[test]
fn explain_fold_prints_the_fold() {
    let desk = Desk::empty();
    desk.run_args(&["explain", "--fold", "ＡＢ　國 際論壇　"])
        .succeeds()
        .prints("ab 国际论坛\n");
}

#[test]
fn a_table_of_securities_is_read_told_of_and_explained() {
    let desk = Desk::with_corpus();
    desk.write(
        "stocks.tsv",
        "code\tmarket\tnames\n600999\tSH\t云汐租赁|云汐实业\n云汐\tSH\t云汐\n",
    );
    desk.run("index corpus --entities stocks.tsv")
        .succeeds()
        .tells("stocks.tsv: line 3: `云汐` is no code of a security of `SH`");
    let run = desk.run("index corpus --entities stocks.tsv --strict");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(desk.titles("query 600999").contains(&BOND_TITLE.into()));
    let run = desk.run("explain 600999").succeeds();
    let name = "name    600999: also 云汐租赁 (your table, 0.90)\n";
    assert!(run.stdout.contains(name), "{run:?}");
    let run = desk.run("query yunxizulin").succeeds();
    run.tells("yunxizulin was read as 云汐租赁");
}

#[test]
fn what_is_excluded_is_no_option() {
    let desk = Desk::with_index();
    desk.run("explain 云汐租赁 -股票")
        .succeeds()
        .prints("read    云汐租赁 -股票");
}
