//! Whatever happens to a file of an index, `newsearch check` finds it, and no query hangs or dies of
//! it.
//!
//! Short: 60 damaged indexes. Long (`NEWSEARCH_LONG=1`): 2,000.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::archive::{Archive, Random, is_long};
use crate::state::{indexing, newsearch, succeed};

/// No command takes longer on a small index, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What may be done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Damage {
    FlippedBit,
    Overwritten,
    Truncated,
    Emptied,
    Extended,
    Missing,
    /// Another file of the same index stands in its place.
    Swapped,
    /// The file with the same task of another index does.
    Foreign,
}

const DAMAGES: [Damage; 8] = [
    Damage::FlippedBit,
    Damage::Overwritten,
    Damage::Truncated,
    Damage::Emptied,
    Damage::Extended,
    Damage::Missing,
    Damage::Swapped,
    Damage::Foreign,
];

/// Queries by all kinds of terms, filters and orders.
const QUERIES: [&str; 3] = [
    "query 绿色债券 海潮银行 -储能项目 --json -n 1000",
    "query \"规模1\" OR 云汐* since:2022-03-02 --source 海潮社 --sort date --json -n 1000",
    "stats --json",
];

#[test]
fn every_damage_is_found_and_none_hangs() {
    let mut random = Random::seeded();
    let (sound, other) = (index(&mut random, 260), index(&mut random, 230));
    let answers = QUERIES.map(|query| run(query, sound.path()));
    assert!(
        answers.iter().all(|answer| answer.code == Some(0)),
        "{answers:#?}"
    );
    assert_eq!(run("check", sound.path()).code, Some(0));

    let mut told: BTreeMap<(Damage, &str), usize> = BTreeMap::new();
    let wanted = if is_long() { 2_000 } else { 60 };
    let mut damaged = 0;
    while damaged < wanted {
        let damage = *random.pick(&DAMAGES);
        let copy = linked(sound.path());
        let Some(path) = harm(damage, copy.path(), other.path(), &mut random) else {
            continue;
        };
        damaged += 1;
        let context = format!("{damage:?} of {}", path.display());
        let check = run("check", copy.path());
        assert_eq!(check.code, Some(2), "{context} is not found: {check:?}");
        for (query, sound) in QUERIES.iter().zip(&answers) {
            let answer = run(query, copy.path());
            let what = match answer.code {
                Some(2) => "refused",
                Some(0 | 1) if answer.hits() == sound.hits() => "answered as if sound",
                Some(0 | 1) => "answered otherwise",
                _ => panic!("{context} kills {query}: {answer:?}"),
            };
            *told.entry((damage, what)).or_default() += 1;
        }
    }
    println!("{damaged} damaged indexes, all found; queries were: {told:#?}");
}

/// What ends with its own checksum has the same checksum as a whole, whatever it says: the seal of such a file, if
/// it is short, agrees with any other of its length.
#[test]
fn a_summary_that_agrees_with_itself_and_not_with_its_segment_is_found() {
    let sound = index(&mut Random::seeded(), 40);
    let is_summary = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "summary");
    let summaries = files(sound.path()).into_iter().filter(is_summary);
    let length = |path: &PathBuf| fs::metadata(path).unwrap().len();
    let path = summaries.min_by_key(length).unwrap();
    // The engine's footer stands behind it, with its length before the last four bytes.
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes[bytes.len() - 8..][..4].try_into().unwrap();
    let footer = bytes.split_off(bytes.len() - 8 - u32::from_le_bytes(length) as usize);
    bytes.truncate(bytes.len() - 4);
    *bytes.last_mut().unwrap() ^= 1;
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes.extend(footer);
    fs::remove_file(&path).unwrap();
    fs::write(&path, bytes).unwrap();
    let check = run("check", sound.path());
    assert_eq!(check.code, Some(2), "{check:?}");
    assert!(check.out.contains("of another segment"), "{check:?}");
}

/// An index of several segments, with deleted documents, and words and securities of its own.
fn index(random: &mut Random, articles: usize) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = Archive::new(&dir.path().join("archive"), articles);
    let index = dir.path().join("index");
    let user = |name: &str, content: String| {
        let path = dir.path().join(name);
        fs::write(&path, content).unwrap();
        path.into_os_string().into_string().unwrap()
    };
    let words = user("words", format!("云汐租赁 {articles}\n"));
    let table = format!("609{articles}\tSH\t云汐租赁|云汐\t云汐融资租赁股份有限公司\n");
    let entities = user("entities", table);
    let more = ["--dict", &words, "--entities", &entities, "--threads", "1"];
    succeed(indexing(&archive.dir, &index, 20.0, &more));
    for _ in 0..2 {
        archive.rewrite(random, 0.1);
        succeed(indexing(&archive.dir, &index, 20.0, &more));
    }
    dir
}

/// The files of the index below a folder, but for locks, on which nothing depends.
fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(dir.join("index")).sort_by_file_name();
    let files = entries.into_iter().map(|entry| entry.unwrap().into_path());
    files
        .filter(|path| path.is_file() && path.extension().is_none_or(|kind| kind != "lock"))
        .collect()
}

/// The same index once more; its files are links until they are changed.
fn linked(dir: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for path in files(dir) {
        let link = copy.path().join(path.strip_prefix(dir).unwrap());
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        fs::hard_link(path, link).unwrap();
    }
    copy
}

/// Damages a file of an index; `None` where that would change nothing.
fn harm(damage: Damage, dir: &Path, other: &Path, random: &mut Random) -> Option<PathBuf> {
    let path = random.pick(&files(dir)).clone();
    let sound = fs::read(&path).unwrap();
    let mut bytes = sound.clone();
    // Heads and tails of files tell how the rest is to be read.
    let length = bytes.len();
    let at = match random.below(3) {
        0 => random.below(length.min(200)),
        1 => length.saturating_sub(1 + random.below(length.min(200))),
        _ => random.below(length),
    };
    match damage {
        Damage::FlippedBit => *bytes.get_mut(at)? ^= 1 << random.below(8),
        Damage::Overwritten => {
            let end = length.min(at + 1 + random.below(64));
            bytes[at..end]
                .iter_mut()
                .for_each(|byte| *byte = random.below(256) as u8);
        }
        Damage::Truncated => bytes.truncate(at),
        Damage::Emptied => bytes.clear(),
        Damage::Extended => bytes.extend((0..=random.below(64)).map(|_| random.below(256) as u8)),
        Damage::Missing => {
            fs::remove_file(&path).unwrap();
            return Some(path);
        }
        Damage::Swapped => bytes = fs::read(random.pick(&files(dir))).unwrap(),
        Damage::Foreign => {
            let files = files(other);
            let alike: Vec<_> = files
                .iter()
                .filter(|file| task(file) == task(&path))
                .collect();
            bytes = fs::read(alike.get(random.below(alike.len()))?).unwrap();
        }
    }
    if bytes == sound || is_behind_the_ledger(&path, &bytes, &sound) {
        return None;
    }
    fs::remove_file(&path).unwrap();
    fs::write(&path, bytes).unwrap();
    Some(path)
}

/// What a file is for: the end of the name in a segment, the first part of it otherwise.
fn task(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy();
    let mut parts = name.split('.');
    match parts.next() {
        Some(segment) if segment.len() == 32 => parts.next_back().unwrap().to_string(),
        Some(first) => format!("{first}.{}", parts.next().unwrap_or_default()),
        None => String::new(),
    }
}

/// What stands behind the committed part of the ledger is of a killed run, and is cut off.
fn is_behind_the_ledger(path: &Path, bytes: &[u8], sound: &[u8]) -> bool {
    path.ends_with("newsearch.ledger") && bytes.starts_with(sound)
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    #[expect(dead_code, reason = "shown where a test fails")]
    told: String,
}

impl Ended {
    /// What was found; where the index is and how large, which statistics tell, is none of it.
    fn hits(&self) -> Vec<Value> {
        let mut hits: Vec<Value> = self
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        for hit in &mut hits {
            hit["bytes"] = Value::Null;
            hit["index"] = Value::Null;
        }
        hits
    }
}

/// Runs a command on the index below `dir`; it must end, and must not tell of a panic.
#[track_caller]
fn run(command: &str, dir: &Path) -> Ended {
    let mut program = newsearch();
    program
        .args(command.split(' '))
        .arg("--index")
        .arg(dir.join("index"));
    let (out, told) = output(program, dir, command);
    let code = out.0;
    assert!(!told.contains("panicked"), "{command}: {told}");
    assert!(!told.contains("fault of the program"), "{command}: {told}");
    Ended {
        code,
        out: out.1,
        told,
    }
}

/// Exit code, output and messages of a program that must end in time.
fn output(mut program: Command, dir: &Path, command: &str) -> ((Option<i32>, String), String) {
    let (out, err) = (dir.join("out"), dir.join("err"));
    program.stdin(Stdio::null());
    program.stdout(fs::File::create(&out).unwrap());
    program.stderr(fs::File::create(&err).unwrap());
    let mut child = program.spawn().unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{command} hangs");
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let text = |path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    ((status.code(), text(out)), text(err))
}

#[test]
fn damage_is_not_written_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = Archive::new(&dir.path().join("archive"), 260);
    let index = dir.path().join("index");
    succeed(indexing(&archive.dir, &index, 20.0, &["--threads", "1"]));
    let store = files(dir.path())
        .into_iter()
        .find(|path| path.ends_with_kind("store"))
        .unwrap();
    let mut bytes = fs::read(&store).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&store, &bytes).unwrap();
    // So many are deleted from the damaged segment that it is merged, which reads it first.
    archive.rewrite_articles(0.4);
    let output = indexing(&archive.dir, &index, 20.0, &[]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("is damaged"), "{told}");
    succeed(indexing(&archive.dir, &index, 20.0, &["--rebuild"]));
    assert_eq!(run("check", dir.path()).code, Some(0));
}

trait Kind {
    fn ends_with_kind(&self, kind: &str) -> bool;
}

impl Kind for PathBuf {
    fn ends_with_kind(&self, kind: &str) -> bool {
        self.extension().is_some_and(|extension| extension == kind)
    }
}
