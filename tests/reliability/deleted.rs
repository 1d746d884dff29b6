//! Deleted means deleted: what an archive no longer has, no index has after `--prune`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::state::{newsearch, succeed, told};

#[test]
fn a_line_that_went_before_an_ordinary_run_is_pruned() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a"), line("b")]);
    yard.index(&[]);
    yard.write("0.jsonl", &[line("b")]);
    yard.index(&[]);
    assert_eq!(yard.ids(), ["a", "b"], "nothing goes unasked");
    yard.index(&["--prune"]);
    assert_eq!(yard.ids(), ["b"]);
    let again = yard.index(&["--prune"]);
    assert!(
        again.contains("1 file") && again.contains("nothing changed"),
        "{again}"
    );
}

/// A file is read again when pruning only as long as it may have lost lines.
#[test]
fn what_was_pruned_is_not_read_again() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a"), line("b")]);
    for times in [0, 1, 2] {
        yard.write("0.jsonl", &[line("a")]);
        yard.index(&[]);
        yard.index(&["--prune"]);
        let again = yard.index(&["--prune"]);
        assert!(again.contains("nothing changed in 1 file"), "{again}");
        assert!(
            !again.contains("unchanged"),
            "{times}: it was read: {again}"
        );
    }
    assert_eq!(yard.ids(), ["a"]);
}

#[test]
fn a_bad_line_keeps_only_what_it_may_be() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a"), line("b"), line("c")]);
    yard.index(&[]);
    let half = r#"{"id":"a","title":"云汐"#.to_owned();
    yard.write("0.jsonl", &[half.clone(), line("c")]);
    let told = yard.index(&["--prune"]);
    assert_eq!(yard.ids(), ["a", "c"], "{told}");
    assert!(told.contains("0.jsonl:1: is not a JSON object"), "{told}");
    assert!(
        told.contains("may be in lines that cannot be read: 1"),
        "{told}"
    );
    yard.write("0.jsonl", &["no line at all".to_owned(), line("c")]);
    let told = yard.index(&["--prune"]);
    assert_eq!(yard.ids(), ["c"], "{told}");
    assert!(!told.contains("may be in lines"), "{told}");
}

/// Of a line that is too long nothing is known: it may be any of them.
#[test]
fn a_line_that_was_never_held_keeps_all() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a"), line("b")]);
    yard.index(&[]);
    yard.write("0.jsonl", &["x".repeat(4096), line("b")]);
    let told = yard.index(&["--prune", "--max-size", "1k"]);
    assert_eq!(yard.ids(), ["a", "b"], "{told}");
    assert!(
        told.contains("may be in lines that cannot be read: 1"),
        "{told}"
    );
}

#[test]
fn a_file_with_a_bad_line_can_go_as_any_other() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a"), "bad".to_owned()]);
    yard.write("1.jsonl", &[line("b")]);
    yard.index(&[]);
    assert_eq!(yard.ids(), ["a", "b"]);
    fs::remove_file(yard.archive().join("0.jsonl")).unwrap();
    yard.index(&["--prune"]);
    assert_eq!(yard.ids(), ["b"]);
}

/// The time of a file says that it is as it was, and it is; but it was another one between.
#[test]
fn a_file_that_came_back_is_read_again_where_another_was_flawed() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a")]);
    let time = fs::metadata(yard.archive().join("0.jsonl")).unwrap();
    yard.index(&[]);
    yard.write("0.jsonl", &[line("a"), line("b"), "bad".to_owned()]);
    yard.index(&[]);
    assert_eq!(yard.ids(), ["a", "b"]);
    yard.write("0.jsonl", &[line("a")]);
    let file = File::options()
        .write(true)
        .open(yard.archive().join("0.jsonl"));
    file.unwrap()
        .set_modified(time.modified().unwrap())
        .unwrap();
    yard.index(&["--prune"]);
    assert_eq!(yard.ids(), ["a"]);
}

#[test]
fn a_check_tells_of_articles_that_no_file_has() {
    let yard = Yard::new();
    yard.write("0.jsonl", &[line("a"), line("b"), line("c")]);
    yard.write("1.jsonl", &[line("d"), line("a")]);
    yard.index(&[]);
    assert!(
        yard.check().starts_with("sound: 4 articles"),
        "{}",
        yard.check()
    );
    yard.write("0.jsonl", &[line("c")]);
    // The file has changed since it was read: nothing is known of it.
    assert!(
        yard.check().starts_with("sound: 4 articles"),
        "{}",
        yard.check()
    );
    yard.index(&[]);
    let told = yard.check();
    assert!(
        told.starts_with("articles that no file has any more: 1;"),
        "{told}"
    );
    fs::remove_file(yard.archive().join("1.jsonl")).unwrap();
    let told = yard.check();
    assert!(
        told.starts_with("articles that no file has any more: 3;"),
        "{told}"
    );
    yard.index(&["--prune"]);
    assert!(
        yard.check().starts_with("sound: 1 articles"),
        "{}",
        yard.check()
    );
    fs::rename(yard.archive(), yard.dir.path().join("elsewhere")).unwrap();
    let told = yard.check();
    assert!(told.starts_with("the archive is not here"), "{told}");
}

fn line(id: &str) -> String {
    format!("{{\"id\":\"{id}\",\"title\":\"云汐{id}号\",\"body\":\"云汐租赁公告第{id}号。\"}}")
}

/// An archive of files that are older than any clock is coarse, and an index of it.
struct Yard {
    dir: TempDir,
    /// Files that were written.
    written: std::cell::Cell<u64>,
}

impl Yard {
    fn new() -> Yard {
        Yard {
            dir: tempfile::tempdir().unwrap(),
            written: std::cell::Cell::new(0),
        }
    }

    fn archive(&self) -> PathBuf {
        self.dir.path().join("archive")
    }

    fn write(&self, name: impl AsRef<Path>, lines: &[String]) {
        let path = self.archive().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        self.written.set(self.written.get() + 1);
        let age = Duration::from_secs(3600 - self.written.get());
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    fn index(&self, more: &[&str]) -> String {
        let mut command = newsearch();
        command.args(["index", "archive"]).args(more);
        command.current_dir(&self.dir);
        succeed(command)
    }

    /// What a check prints of a sound index.
    fn check(&self) -> String {
        let output = newsearch().arg("check").current_dir(&self.dir).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The ids of all articles.
    fn ids(&self) -> Vec<String> {
        let mut command = newsearch();
        command.args(["query", "公告", "--json", "--all"]);
        let output = command.current_dir(&self.dir).output().unwrap();
        assert!(output.status.code() < Some(2), "{}", told(&output));
        let lines = String::from_utf8(output.stdout).unwrap();
        let hits = lines.lines().map(|line| {
            let hit: serde_json::Value = serde_json::from_str(line).unwrap();
            hit["id"].as_str().unwrap().to_owned()
        });
        let mut ids: Vec<String> = hits.collect();
        ids.sort_unstable();
        ids
    }
}
