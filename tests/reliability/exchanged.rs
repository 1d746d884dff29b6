//! A folder that is exchanged under its writer, and an index that is built anew under its readers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use newsearch::{Article, Index, IndexError, IndexOptions, Writer};

use crate::archive::{Archive, Random};
use crate::state::{assert_sound, indexing, newsearch, state, state_of, succeed};

/// Whatever the writer was about to do, what was put in the place of its folder stays as it is.
#[test]
fn an_index_in_the_place_of_another_is_not_touched_by_its_writer() {
    let mut random = Random::seeded();
    for _ in 0..12 {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("index"), dir.path().join("other"));
        let another = Index::create(&other, IndexOptions::new()).unwrap();
        let mut writer = another.writer().unwrap();
        fill(&mut writer, 0..300);
        // Waits until the engine has tidied up there.
        writer.close().unwrap();
        let index = Index::create(&path, IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(2, 32 << 20).unwrap();
        fill(&mut writer, 0..200);
        let before = random.below(3_000);
        add(&mut writer, 200..200 + before);
        fs::rename(&path, dir.path().join("away")).unwrap();
        fs::rename(&other, &path).unwrap();
        let files = files(&path);
        let ended = (|| {
            for number in 0..random.below(3_000) {
                writer.add(article(number))?;
            }
            writer.commit()
        })();
        assert!(matches!(ended, Err(IndexError::Exchanged(_))), "{ended:?}");
        drop(writer);
        let now = self::files(&path);
        let changed = now
            .iter()
            .filter(|(file, content)| files.get(*file) != Some(content));
        let gone = files.keys().filter(|file| !now.contains_key(*file));
        let touched: Vec<_> = changed.map(|(file, _)| file).chain(gone).collect();
        assert!(
            touched.is_empty(),
            "the other index was touched: {touched:?}"
        );
        assert_sound(&path);
        assert_eq!(Index::open(&path).unwrap().searcher().documents(), 300);
        let away = Index::open(dir.path().join("away")).unwrap();
        assert_eq!(away.searcher().documents(), 200);
    }
}

#[test]
fn a_folder_that_is_gone_is_not_made_again_by_its_writer() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index");
    let index = Index::create(&path, IndexOptions::new()).unwrap();
    let mut writer = index.writer_with(1, 0).unwrap();
    add(&mut writer, 0..10);
    fs::rename(&path, dir.path().join("away")).unwrap();
    assert!(matches!(writer.commit(), Err(IndexError::Exchanged(_))));
    assert!(!path.exists());
}

fn article(number: usize) -> Article {
    Article {
        id: number.to_string(),
        title: format!("云汐租赁第{number}号公告"),
        ..Article::default()
    }
}

fn add(writer: &mut Writer, numbers: std::ops::Range<usize>) {
    for number in numbers {
        writer.add(article(number)).unwrap();
    }
}

fn fill(writer: &mut Writer, numbers: std::ops::Range<usize>) {
    add(writer, numbers);
    writer.commit().unwrap();
}

/// All files below a folder with what they hold, but for locks, which say who holds them.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(dir).into_iter().flatten();
    let is_lock = |path: &Path| path.extension().is_some_and(|kind| kind == "lock");
    let files = entries.filter(|entry| entry.file_type().is_file() && !is_lock(entry.path()));
    files
        .map(|entry| (entry.path().into(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Until the new index is whole the old one answers, and then at once the new one.
#[test]
fn an_index_that_is_built_anew_answers_all_the_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = Archive::new(&dir.path().join("archive"), 300);
    let index = dir.path().join("index");
    succeed(indexing(&archive.dir, &index, 20.0, &[]));
    let sizes = [
        state(&index).len(),
        archive.shrink(&mut Random::of(1), 0.2).len(),
    ];
    let totals = [sizes[0], sizes[0] - sizes[1]];
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(SeqCst) {
                    let mut query = newsearch();
                    query
                        .args(["query", "since:2022", "--count", "--index"])
                        .arg(&index);
                    let output = query.output().unwrap();
                    assert!(output.status.success(), "{output:?}");
                    let count: usize = String::from_utf8_lossy(&output.stdout)
                        .trim()
                        .parse()
                        .unwrap();
                    assert!(totals.contains(&count), "{count} of {totals:?}");
                    let documents = Index::open(&index).unwrap().searcher().documents();
                    assert!(totals.contains(&(documents as usize)), "{documents}");
                }
            });
        }
        for _ in 0..6 {
            succeed(indexing(&archive.dir, &index, 0.0, &["--rebuild"]));
        }
        is_over.store(true, SeqCst);
    });
    assert_eq!(state(&index), state_of(archive.items()));
    assert_sound(&index);
    let left = fs::read_dir(&index).unwrap().count();
    assert_eq!(
        left, 2,
        "the manifest, and the folder of the last generation"
    );
}

/// What a failed rebuild leaves is the old index, with all that the user gave.
#[test]
fn a_rebuild_that_fails_leaves_the_old_index() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::new(&dir.path().join("archive"), 30);
    let index = dir.path().join("index");
    let words = dir.path().join("words");
    fs::write(&words, "云汐租赁 1000\n").unwrap();
    let words = words.to_str().unwrap();
    succeed(indexing(&archive.dir, &index, 20.0, &["--dict", words]));
    let before = files(&index);
    let rebuild = Index::begin_rebuild(&index, IndexOptions::new()).unwrap();
    fill(&mut rebuild.index().writer_with(1, 0).unwrap(), 0..3);
    assert_eq!(state(&index), state_of(archive.items()));
    let refused = Index::begin_rebuild(&index, IndexOptions::new()).map(drop);
    assert!(
        matches!(refused, Err(IndexError::Locked { .. })),
        "{refused:?}"
    );
    drop(rebuild);
    assert!(files(&index) == before, "something is left of the new one");
    // As a process that is killed leaves it.
    let left = index.join("newsearch.generation.1/segments");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("meta.json"), "half").unwrap();
    succeed(indexing(&archive.dir, &index, 20.0, &[]));
    assert!(!left.exists());
    succeed(indexing(&archive.dir, &index, 20.0, &["--rebuild"]));
    assert_eq!(state(&index), state_of(archive.items()));
    let home = index.join("newsearch.generation.1");
    let kept = fs::read_to_string(home.join("newsearch.words")).unwrap();
    assert_eq!(kept, "云汐租赁 1000\n");
}
