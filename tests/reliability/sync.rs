//! The order in which an index is written: what a commit names is durable before the commit is, and
//! the commit before anything it replaced is removed. Needs `strace`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::archive::{Archive, Random};
use crate::state::{indexing, succeed};

/// Calls that change files or make changes durable.
const CALLS: &str = "write,pwrite64,writev,ftruncate,fsync,fdatasync,openat,mkdir,\
                     rename,renameat,renameat2,unlink,unlinkat";

/// One call, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
enum Call {
    /// With what is written, as it is traced.
    Write(String, String),
    Create(String),
    Sync(String),
    Rename {
        from: String,
        to: String,
    },
    Remove(String),
}

#[test]
fn what_a_commit_names_is_durable_before_the_commit() {
    if !Command::new("strace")
        .arg("-V")
        .output()
        .is_ok_and(|run| run.status.success())
    {
        return println!("skipped: there is no strace");
    }
    let mut random = Random::seeded();
    let dir = tempfile::tempdir().unwrap();
    let mut archive = Archive::new(&dir.path().join("archive"), 700);
    let index = dir.path().join("index");
    let (mut commits, mut is_index) = (0, false);
    for _ in 0..3 {
        let command = indexing(&archive.dir, &index, 0.05, &["--prune"]);
        let trace = dir.path().join("trace");
        let mut traced = Command::new("strace");
        traced.args([
            "-f",
            "-y",
            "-qq",
            "-s",
            "65536",
            "-e",
            &format!("trace={CALLS}"),
            "-o",
        ]);
        traced
            .arg(&trace)
            .arg(command.get_program())
            .args(command.get_args());
        succeed(traced);
        let calls = calls(
            &fs::read_to_string(&trace).unwrap(),
            index.to_str().unwrap(),
        );
        commits += check(&calls, is_index);
        is_index = true;
        archive.remove(&mut random, 0.1);
        archive.rewrite(&mut random, 0.3);
    }
    println!("{commits} commits");
    assert!(commits > 6, "{commits} commits");
}

/// Follows what is durable through the calls of a run in a folder that is an index or not; returns
/// how many commits there were.
fn check(calls: &[Call], mut is_index: bool) -> usize {
    // Files written since they were synchronised, and names that their folder may forget.
    let (mut unsynced, mut unnamed) = (BTreeSet::new(), BTreeSet::new());
    // The files that the commit being written names.
    let mut named = Vec::new();
    let mut commits = 0;
    for call in calls {
        match call {
            Call::Create(file) => _ = unnamed.insert(file.clone()),
            Call::Write(file, content) => {
                if file.ends_with("segments/meta.new") {
                    named = segment_files(folder(file), content);
                }
                unsynced.insert(file.clone());
            }
            Call::Sync(file) => {
                unsynced.remove(file);
                unnamed.retain(|name| folder(name) != file);
            }
            Call::Rename { from, to } => {
                assert!(
                    !unsynced.contains(from),
                    "{from} is renamed before it is durable"
                );
                unnamed.remove(from);
                unnamed.insert(to.clone());
                if to.ends_with("/newsearch.json") {
                    // What makes the folder an index comes after all else.
                    let is_due = |file: &&String| !is_index && *file != to;
                    let late = unsynced.iter().chain(&unnamed).filter(is_due);
                    let late = Vec::from_iter(late);
                    assert!(late.is_empty(), "{late:?} when {to} says that it is there");
                    is_index = true;
                } else if to.ends_with("segments/meta.json") {
                    commits += 1;
                    for file in named.iter().chain([&ledger(to)]) {
                        assert!(
                            !unsynced.contains(file),
                            "{file} is not durable at {call:?}"
                        );
                        assert!(
                            !unnamed.contains(file),
                            "{file} has no durable name at {call:?}"
                        );
                    }
                }
            }
            Call::Remove(file) => {
                unsynced.remove(file);
                unnamed.remove(file);
                let meta = unnamed.iter().find(|name| name.ends_with("meta.json"));
                assert_eq!(
                    meta, None,
                    "{file} is removed before what replaced it is durable"
                );
            }
        }
    }
    commits
}

/// The files of segments whose names stand in a text.
fn segment_files(folder: &str, content: &str) -> Vec<String> {
    let is_name = |name: &&str| {
        let (stem, extension) = name.split_once('.').unwrap_or_default();
        stem.len() == 32 && !extension.is_empty()
    };
    let names = content.split(['"', '\\']).filter(is_name);
    names.map(|name| format!("{folder}/{name}")).collect()
}

fn ledger(meta: &str) -> String {
    meta.replace("segments/meta.json", "newsearch.ledger")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The calls on files below `index`, in the order in which they ended.
fn calls(trace: &str, index: &str) -> Vec<Call> {
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        if call.ends_with("<unfinished ...>") {
            begun.insert(thread, call);
            continue;
        }
        let whole = match call.strip_prefix("<... ") {
            Some(rest) => {
                let (_, result) = rest.split_once("resumed>").unwrap();
                format!("{}{result}", begun.remove(thread).unwrap_or_default())
            }
            None => call.to_string(),
        };
        calls.extend(parse(&whole).filter(|call| is_below(call, index)));
    }
    calls
}

/// Whether a call is about a file of the index, or makes the name of its folder durable.
fn is_below(call: &Call, index: &str) -> bool {
    if matches!(call, Call::Sync(path) if path == folder(index)) {
        return true;
    }
    let (Call::Write(path, _)
    | Call::Create(path)
    | Call::Sync(path)
    | Call::Remove(path)
    | Call::Rename { to: path, .. }) = call;
    path.starts_with(index) && !path.ends_with(".lock")
}

/// `fdatasync(5</a/b>) = 0`, `openat(AT_FDCWD</a>, "/a/b", O_WRONLY|O_CREAT, 0666) = 5</a/b>`
fn parse(call: &str) -> Option<Call> {
    if call.contains(") = -1 ") {
        return None;
    }
    let (name, rest) = call.split_once('(')?;
    let descriptor = || {
        let (_, path) = rest.split_once('<')?;
        Some(path.split_once('>')?.0.to_string())
    };
    let mut quoted = rest.split('"').skip(1).step_by(2).map(str::to_string);
    match name {
        "write" | "pwrite64" | "writev" | "ftruncate" => {
            let (_, content) = rest.split_once('>')?;
            Some(Call::Write(descriptor()?, content.to_string()))
        }
        "fsync" | "fdatasync" => descriptor().map(Call::Sync),
        "openat" if rest.contains("O_CREAT") => quoted.next().map(Call::Create),
        "mkdir" => quoted.next().map(Call::Create),
        "unlink" | "unlinkat" => quoted.next().map(Call::Remove),
        "rename" | "renameat" | "renameat2" => Some(Call::Rename {
            from: quoted.next()?,
            to: quoted.next()?,
        }),
        _ => None,
    }
}
