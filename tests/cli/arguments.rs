//! The command line itself: help, version, mistakes.

use crate::desk::Desk;

#[test]
fn help_shows_the_commands_with_examples() {
    let run = Desk::empty().run("--help").succeeds();
    assert_eq!(run.stderr, "");
    for part in [
        "index",
        "query",
        "show",
        "stats",
        "newsearch index corpus/",
        "newsearch query \"绿色金融\"",
        "Exit codes",
    ] {
        assert!(run.stdout.contains(part), "no {part} in {run:#?}");
    }
}

#[test]
fn help_of_a_query_begins_with_its_syntax() {
    let run = Desk::empty().run("query --help").succeeds();
    let place = |part: &str| {
        run.stdout
            .find(part)
            .unwrap_or_else(|| panic!("no {part} in {run:#?}"))
    };
    assert!(place("降准 NEAR/20") < place("Examples:"));
    assert!(place("Examples:") < place("--limit"));
    for line in newsearch::SYNTAX.lines() {
        assert!(run.stdout.contains(line), "no {line} in {run:#?}");
    }
}

#[test]
fn the_version_is_named() {
    let run = Desk::empty().run("--version").succeeds();
    assert_eq!(
        run.stdout,
        format!("newsearch {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn wrong_arguments_end_with_2() {
    let desk = Desk::empty();
    for args in [
        "",
        "index",
        "query",
        "show",
        "fetch",
        "query 云汐 --limit 0",
        "query 云汐 --bogus",
        "index . --max-size big",
    ] {
        let run = desk.run(args).ends_with(2);
        assert_eq!(run.stdout, "", "{args}");
        assert!(!run.stderr.is_empty(), "{args}");
    }
    assert!(!desk.path("index").exists());
}

/// The value of an option is named as it was typed.
#[test]
fn a_wrong_value_is_named_as_it_is_typed() {
    let run = Desk::empty().run("query 云汐 --limit -1").ends_with(2);
    assert!(run.stderr.contains("'-1'"), "{run:#?}");
    assert!(!run.stderr.contains("' -1'"), "{run:#?}");
}

#[test]
fn no_time_at_all_is_said_in_words() {
    let desk = Desk::with_index();
    desk.run("query 云汐租赁 --timeout 0s")
        .ends_with(2)
        .tells("the search was stopped at once: it was allowed no time");
    desk.run("query 云汐租赁 --timeout 1ms --json");
}
