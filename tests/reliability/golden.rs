//! Indexes of every format that was ever released are kept in `tests/golden/`: each is read with the
//! answers it had, or refused in one sentence that names the remedy.

use std::fs;
use std::path::{Path, PathBuf};

use newsearch::{FORMAT_VERSION, Index};
use serde_json::Value;

use crate::archive::Archive;
use crate::state::{indexing, rankings, succeed};

/// Level of Zstandard for the files of a kept index.
const LEVEL: i32 = 19;
/// The answers that a kept index gave when it was made.
const ANSWERS: &str = "answers.json";

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[test]
fn a_kept_index_is_read_as_ever_or_refused_with_the_remedy() {
    let entries = fs::read_dir(kept()).unwrap().flatten();
    let folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    if folders.is_empty() {
        return println!("skipped: no format was released yet");
    }
    let mut current = false;
    for folder in folders {
        let dir = tempfile::tempdir().unwrap();
        unpack(&folder, dir.path());
        let is_current = folder.ends_with(format!("format-{FORMAT_VERSION}"));
        current |= is_current;
        match Index::open(dir.path()) {
            Ok(_) => {
                let answers = fs::read(folder.join(ANSWERS)).unwrap();
                let expected: Value = serde_json::from_slice(&answers).unwrap();
                assert_eq!(found(dir.path()), expected, "{}", folder.display());
                assert_eq!(Index::check(dir.path()).unwrap().faults, []);
            }
            Err(error) => {
                let told = error.to_string();
                assert!(!is_current, "{told}");
                assert!(
                    told.contains("run `newsearch index --rebuild PATH`"),
                    "{told}"
                );
            }
        }
    }
    assert!(
        current,
        "no index of format {FORMAT_VERSION} is kept: see tests/golden/README.md"
    );
}

/// Makes the kept index of the current format. See `tests/golden/README.md`.
#[test]
#[ignore = "makes what the test above reads"]
fn make() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::new(&dir.path().join("archive"), 130);
    let index = dir.path().join("index");
    succeed(indexing(&archive.dir, &index, 20.0, &["--threads", "1"]));
    let folder = kept().join(format!("format-{FORMAT_VERSION}"));
    let _: std::io::Result<()> = fs::remove_dir_all(&folder);
    let entries = walkdir::WalkDir::new(&index).into_iter().flatten();
    for file in entries.filter(|entry| entry.file_type().is_file()) {
        let name = file.path().strip_prefix(&index).unwrap();
        if name.extension().is_none_or(|kind| kind != "lock") {
            let packed = zstd::encode_all(fs::File::open(file.path()).unwrap(), LEVEL).unwrap();
            let path = folder.join(format!("{}.zst", name.display()));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, packed).unwrap();
        }
    }
    let answers = serde_json::to_string_pretty(&found(&index)).unwrap();
    fs::write(folder.join(ANSWERS), answers + "\n").unwrap();
}

/// The best hits of the queries, with their scores.
fn found(dir: &Path) -> Value {
    serde_json::to_value(rankings(dir)).unwrap()
}

fn unpack(folder: &Path, dir: &Path) {
    for file in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if file.path().extension().is_some_and(|kind| kind == "zst") {
            let name = file.path().strip_prefix(folder).unwrap().with_extension("");
            let path = dir.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let bytes = zstd::decode_all(fs::File::open(file.path()).unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}
