//! Indexes of every format that was ever released are kept in `tests/golden/`: each is read with the
//! answers it had, or refused in one sentence that names the remedy.

use std::fs;
use std::path::{Path, PathBuf};

use newsearch::{FORMAT_VERSION, Index};

use crate::archive::Archive;
use crate::state::{indexing, rankings, succeed};

/// Level of Zstandard for the files of a kept index.
const LEVEL: i32 = 19;
/// The dictionary that the program ships, which an index without words of a user has as well: no kept
/// index has it once more.
const SHIPPED: &str = "src/analysis/data/dictionary.zst";
const DICTIONARY: &str = "newsearch.dictionary";
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
    let mut current = false;
    for folder in folders {
        let dir = tempfile::tempdir().unwrap();
        unpack(&folder, dir.path());
        let is_current = folder.ends_with(format!("format-{FORMAT_VERSION}"));
        current |= is_current;
        match Index::open(dir.path()) {
            Ok(_) => {
                assert_eq!(
                    rankings(dir.path()),
                    answers(&folder),
                    "{}",
                    folder.display()
                );
                assert_eq!(Index::check(dir.path()).unwrap().faults, []);
            }
            Err(error) => {
                let told = error.to_string();
                assert!(!is_current, "{told}");
                assert!(told.contains("this version reads"), "{told}");
            }
        }
    }
    assert!(
        current,
        "no index of format {FORMAT_VERSION} is kept: see tests/golden/README.md"
    );
}

/// The way a kept index is made and read, with one of today. `NEWSEARCH_KEEP=1` keeps it: see
/// `tests/golden/README.md`.
#[test]
fn an_index_that_is_kept_gives_its_answers_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = match std::env::var_os("NEWSEARCH_KEEP") {
        Some(_) => kept().join(format!("format-{FORMAT_VERSION}")),
        None => dir.path().join("kept"),
    };
    make(dir.path(), &folder);
    let unpacked = tempfile::tempdir().unwrap();
    unpack(&folder, unpacked.path());
    let answers = answers(&folder);
    assert!(answers.iter().all(|hits| !hits.is_empty()));
    assert_eq!(rankings(unpacked.path()), answers);
    assert_eq!(Index::check(unpacked.path()).unwrap().faults, []);
}

/// Makes an index below `dir` and packs it into `folder`, with its answers.
fn make(dir: &Path, folder: &Path) {
    let archive = Archive::new(&dir.join("archive"), 130);
    let index = dir.join("index");
    succeed(indexing(&archive.dir, &index, 20.0, &["--threads", "1"]));
    let _: std::io::Result<()> = fs::remove_dir_all(folder);
    let entries = walkdir::WalkDir::new(&index).into_iter().flatten();
    for file in entries.filter(|entry| entry.file_type().is_file()) {
        let name = file.path().strip_prefix(&index).unwrap();
        if name == Path::new(DICTIONARY) {
            assert!(fs::read(file.path()).unwrap() == shipped());
        } else if name.extension().is_none_or(|kind| kind != "lock") {
            let packed = zstd::encode_all(fs::File::open(file.path()).unwrap(), LEVEL).unwrap();
            let path = folder.join(format!("{}.zst", name.display()));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, packed).unwrap();
        }
    }
    let answers = serde_json::to_string_pretty(&rankings(&index)).unwrap();
    fs::write(folder.join(ANSWERS), answers + "\n").unwrap();
}

/// The best hits of the queries when the index was made, with their scores.
fn answers(folder: &Path) -> Vec<Vec<(String, f32)>> {
    serde_json::from_slice(&fs::read(folder.join(ANSWERS)).unwrap()).unwrap()
}

fn shipped() -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(SHIPPED);
    zstd::decode_all(fs::File::open(file).unwrap()).unwrap()
}

fn unpack(folder: &Path, dir: &Path) {
    fs::write(dir.join(DICTIONARY), shipped()).unwrap();
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
