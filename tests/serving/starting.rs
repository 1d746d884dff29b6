//! How the server begins, and how it ends.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::site::{PROGRAM, SAMPLE, Site};
use super::wire::get;

/// What the program says when it does not start.
fn refusal(args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .arg("serve")
        .args(args)
        .current_dir(folder.path())
        .env_remove("NEWSEARCH_INDEX")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_address_beyond_this_machine_needs_a_token_or_a_word() {
    for address in ["0.0.0.0:0", "[::]:0", "192.168.1.1:0"] {
        let said = refusal(&["--listen", address]);
        assert!(
            said.contains("--token-file") && said.contains("--open"),
            "{said}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "short\n").unwrap();
    let said = refusal(&["--token-file", file.to_str().unwrap()]);
    assert!(said.contains("16 characters"), "{said}");
    let said = refusal(&["--token-file", "/no/such/file"]);
    assert!(said.contains("/no/such/file"), "{said}");
    let said = refusal(&[]);
    assert!(said.contains("no index"), "{said}");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let site = Site::open();
    let index = site.folder.path().join("index");
    let said = refusal(&["--listen", site.host(), "--index", index.to_str().unwrap()]);
    assert!(
        said.contains(site.host()) && said.contains("--listen"),
        "{said}"
    );
}

#[test]
fn on_a_fresh_machine_the_index_of_the_sample_is_built_and_the_page_works() {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(SAMPLE)
        .arg(folder.path().join("corpus"))
        .status()
        .unwrap();
    assert!(copied.success());
    let mut child = Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--quiet"])
        .current_dir(folder.path())
        .env_remove("NEWSEARCH_INDEX")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = lines
        .map_while(Result::ok)
        .find(|line| line.contains("answers at http://127.0.0.1:"));
    assert!(said.is_some());
    // What the building of an index does with a signal is over.
    let ended = end(&mut child);
    assert_eq!(ended.0, Some(0));
}

#[test]
fn it_ends_when_it_is_told_to_and_open_answers_hold_it_five_seconds_at_most() {
    let mut site = Site::open();
    let mut held = std::net::TcpStream::connect(site.host()).unwrap();
    std::io::Write::write_all(&mut held, b"POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{").unwrap();
    assert_eq!(get(&site, "/livez").0, 200);
    let (code, took) = end(&mut site.child);
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(8), "{took:?}");
}

/// Tells a process to end; its code, and how long it took.
fn end(child: &mut std::process::Child) -> (Option<i32>, Duration) {
    let started = Instant::now();
    let told = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(told.success());
    (child.wait().unwrap().code(), started.elapsed())
}
