//! An index over time: archives that move, copies with and without a date, indexes that may not be
//! written.

use crate::desk::Desk;

fn post(title: &str, date: &str, body: &str) -> String {
    let date = match date {
        "" => String::new(),
        date => format!("date: {date}\n"),
    };
    format!("---\ntitle: {title}\n{date}---\n{body}\n")
}

const LAUNCH: &str = "云汐租赁今日在滨州新区交付首批二十台氢能重卡，这些车辆将用于港口短途运输。公司董事长表示，\
    明年计划把车队扩大到五百台，并与三家能源企业合建加氢站，项目总投资约8亿元。";

#[test]
fn an_archive_that_moved_leaves_no_ghosts() {
    let desk = Desk::empty();
    desk.copy_case("20", ".");
    desk.run("index old").succeeds();
    desk.rename("old", "new");
    desk.run("index --prune new").succeeds();
    desk.remove("new/b.md");
    desk.run("index --prune new").succeeds().tells("1 deleted");
    assert_eq!(desk.titles("澜汐"), ["澜汐甲"]);
    assert_eq!(desk.titles("path:old"), [""; 0]);
    desk.run("check").succeeds();
}

/// However an archive moves, what is found is what is there.
#[test]
fn what_moved_is_found_where_it_is_and_nowhere_else() {
    for (from, to, is_found) in [
        ("in/a.md", "in/b.md", true),
        ("in/a.md", "in/2024/07/a.md", true),
        ("in/a.md", "in/a.txt", true),
        ("in/a.md", "in/node_modules/a.md", false),
        ("in/a.md", "out/a.md", false),
    ] {
        let desk = Desk::empty();
        desk.write(from, post("澜汐甲", "2024-01-03", "文。"));
        desk.write("in/other.md", post("汀洲乙", "2024-01-03", "文。"));
        desk.run("index in").succeeds();
        let place = desk.path(to);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        desk.rename(from, to);
        desk.run("index --prune in").succeeds();
        let places: Vec<String> = desk
            .hits("澜汐")
            .iter()
            .map(|hit| crate::desk::text(&hit["path"]))
            .collect();
        let expected: &[&str] = if is_found { &[to] } else { &[] };
        assert_eq!(places, expected, "{from} → {to}");
        assert_eq!(desk.titles("汀洲"), ["汀洲乙"]);
        desk.run("check").succeeds();
    }
}

#[test]
fn a_path_that_is_gone_is_forgotten() {
    let desk = Desk::empty();
    for (path, title) in [
        ("a/甲 %41.md", "澜汐甲"),
        ("a/b/b.md", "澜汐乙"),
        ("ab/c.md", "澜汐丙"),
        ("d.md", "澜汐丁"),
    ] {
        desk.write(path, post(title, "2024-01-03", title));
    }
    desk.run("index a ab d.md").succeeds();
    std::fs::remove_dir_all(desk.path("a")).expect("a folder");
    desk.remove("d.md");
    // Without --prune nothing goes; what was never there is a mistake.
    desk.run("index a")
        .ends_with(2)
        .tells("no such file or folder: a");
    desk.run("index --prune nothing")
        .ends_with(2)
        .tells("no such file or folder: nothing");
    assert_eq!(desk.titles("澜汐").len(), 4);
    desk.run("index --prune a d.md")
        .succeeds()
        .tells("3 deleted");
    assert_eq!(desk.titles("澜汐"), ["澜汐丙"]);
    desk.run("index --prune a")
        .ends_with(2)
        .tells("no such file or folder: a");
    desk.run("index --prune a ab")
        .ends_with(2)
        .tells("1 could not be read");
}

#[test]
fn what_is_nowhere_else_stays_though_its_folder_is_away() {
    let desk = Desk::empty();
    desk.write("disk/a.md", post("澜汐甲", "2024-01-03", "甲文"));
    desk.write(
        "disk/b.jsonl",
        "{\"id\":\"b\",\"title\":\"澜汐乙\"}\n{\"id\":\"c\",\"title\":\"澜汐丙\"}\n",
    );
    desk.run("index disk").succeeds();
    desk.rename("disk", "away");
    desk.write("here/c.jsonl", "{\"id\":\"c\",\"title\":\"澜汐丙\"}\n");
    desk.run("index --prune here").succeeds();
    assert_eq!(desk.titles("澜汐"), ["澜汐丙", "澜汐乙", "澜汐甲"]);
    assert_eq!(desk.titles("path:disk"), ["澜汐乙", "澜汐甲"]);
}

/// A few dates that cannot be right are told, and the day that counts as today is that of the others.
#[test]
fn dates_too_late_to_be_right_do_not_move_today() {
    let desk = Desk::empty();
    desk.copy_case("13", "in");
    desk.run("index in").succeeds().tells(
        "1 article has a date too late to be right; it does not move the day that counts as today",
    );
    let week: Vec<String> = (2..=7).map(|day| format!("澜汐{day}")).collect();
    assert_eq!(desk.titles("澜汐 date:近7天"), week);
    desk.run("stats")
        .succeeds()
        .prints("too late  1: they do not move the day that counts as today");
    for (dates, today, too_late) in [
        (&["2024-06-06", "2024-06-07"][..], "2024-06-07", 0),
        (&["2024-06-07", "2199-12-31"], "2024-06-07", 1),
        (&["2024-06-07", "2098-01-01", "2099-01-01"], "2024-06-07", 2),
        (&["2024-06-07", ""], "2024-06-07", 0),
        (&["2001-06-01", "2001-06-07", "2024年13月"], "2001-06-07", 0),
    ] {
        let desk = Desk::empty();
        for (number, date) in dates.iter().enumerate() {
            let title = format!("澜汐{date}");
            desk.write(&format!("in/{number}.md"), post(&title, date, "文。"));
        }
        let told = desk.run("index in").succeeds();
        assert_eq!(told.stderr.contains("too late"), too_late > 0, "{told:#?}");
        assert_eq!(
            desk.titles("澜汐 date:近1天"),
            [format!("澜汐{today}")],
            "{dates:?}"
        );
    }
}

#[test]
fn an_undated_and_a_dated_copy_are_one_story() {
    let desk = Desk::empty();
    desk.copy_case("21", "in");
    desk.run("index in").succeeds();
    let hits = desk.hits("回购 --snippets 0");
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert_eq!(hits[0]["also"].as_array().expect("others").len(), 1);
    assert_eq!(desk.hits("回购 --all").len(), 2);
}

#[test]
fn undated_copies_join_stories_and_nothing_else_does() {
    let other = LAUNCH.replace("8亿元", "9亿元");
    for (texts, stories) in [
        (&[("", LAUNCH), ("2024-01-03", LAUNCH)][..], 1),
        (&[("", LAUNCH), ("", LAUNCH), ("2024-01-03", LAUNCH)], 1),
        (
            &[("", LAUNCH), ("2024-01-03", LAUNCH), ("2024-06-03", LAUNCH)],
            2,
        ),
        (&[("", &other), ("2024-01-03", LAUNCH)], 2),
        (
            &[
                ("", "云汐租赁日内跌幅达5%。"),
                ("2024-01-03", "云汐租赁日内跌幅达6%。"),
            ],
            2,
        ),
    ] {
        let desk = Desk::empty();
        for (number, (date, text)) in texts.iter().enumerate() {
            desk.write(
                &format!("in/{number}.md"),
                post(&format!("云汐{number}"), date, text),
            );
        }
        desk.run("index in").succeeds();
        assert_eq!(desk.hits("云汐租赁").len(), stories, "{texts:?}");
        assert_eq!(desk.hits("云汐租赁 --all").len(), texts.len());
        desk.run("check").succeeds();
        if stories == 1 {
            let past = desk.hits("云汐租赁 --as-of 2024-02");
            assert_eq!(
                past[0]["also"].as_array().map(Vec::len),
                Some(0),
                "{past:?}"
            );
        }
    }
}

/// Where the tests run as root, which may write everything, the program runs as somebody else.
#[cfg(unix)]
#[test]
fn an_index_that_may_not_be_written_says_so() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;

    let desk = Desk::empty();
    desk.copy_case("27", "in");
    desk.run("index in").succeeds();
    let is_root = desk.path("in").metadata().expect("a folder").uid() == 0;
    for entry in walkdir::WalkDir::new(desk.path(".")) {
        let entry = entry.expect("a file");
        let mode = if entry.file_type().is_dir() {
            0o555
        } else {
            0o444
        };
        let mut permissions = entry.metadata().expect("a file").permissions();
        permissions.set_mode(mode);
        std::fs::set_permissions(entry.path(), permissions).expect("is mine");
    }
    for args in [
        &["index", "in"][..],
        &["index", "--rebuild", "in"],
        &["query", "澜汐"],
    ] {
        let mut command = desk.command(args);
        if is_root {
            command.uid(NOBODY);
        }
        let output = command.output().expect("the program");
        let told = String::from_utf8_lossy(&output.stderr);
        if args[0] == "query" {
            assert_eq!(output.status.code(), Some(0), "{told}");
        } else {
            assert_eq!(output.status.code(), Some(2), "{told}");
            assert_eq!(
                told,
                "error: the index at index cannot be written: permission denied\n"
            );
        }
    }
    let mut permissions = desk.path(".").metadata().expect("a folder").permissions();
    permissions.set_mode(0o755);
    std::fs::set_permissions(desk.path("."), permissions).expect("is mine");
}
