//! The inputs that fuzzing started from, and those it broke something with, under the same laws.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod laws;

#[test]
fn posts() {
    check("post", laws::post);
}

#[test]
fn markdown() {
    check("markdown", laws::markdown);
}

#[test]
fn lines() {
    check("line", laws::line);
}

#[test]
fn records() {
    check("records", laws::records);
}

#[test]
fn texts() {
    check("analyzer", laws::analyzer);
}

#[test]
fn queries() {
    check("query", laws::query);
    check("query", laws::search);
}

#[test]
fn snippets() {
    check("snippet", laws::snippet);
}

fn check(target: &str, laws: fn(&[u8])) {
    laws::prepare();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus-kept")
        .join(target);
    let mut count = 0;
    for entry in fs::read_dir(dir).expect("kept inputs") {
        let path = entry.expect("an input").path();
        println!("{}", path.display());
        laws(&fs::read(path).expect("reads"));
        count += 1;
    }
    assert!(count > 0, "no inputs of {target}");
}
