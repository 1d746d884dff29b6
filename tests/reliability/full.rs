//! A disk that fills up, a limit on files, and a folder that cannot be written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::archive::{Archive, Random, is_long};
use crate::state::{answers, assert_sound, indexing, newsearch, state, state_of, succeed, told};

/// An archive that changed since it was indexed.
struct Scene {
    dir: TempDir,
    archive: Archive,
}

impl Scene {
    fn new(random: &mut Random, index: &Path) -> Scene {
        let dir = tempfile::tempdir().unwrap();
        let archive = Archive::new(&dir.path().join("archive"), 400);
        let mut scene = Scene { dir, archive };
        succeed(indexing(&scene.archive.dir, index, 20.0, &[]));
        scene.archive.rewrite(random, 0.9);
        scene
    }

    /// A run that fails leaves the index as it was, says why, and the next one completes it.
    fn check_failure(&self, index: &Path, mut failing: Command, mend: impl FnOnce()) -> bool {
        let before = state(index);
        let output = failing.output().unwrap();
        let told = told(&output);
        if output.status.success() {
            mend();
            return false;
        }
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            told.contains("error: ") && !told.contains("panic"),
            "{told}"
        );
        let reasons = [
            "file too large",
            "no space left",
            "no storage space",
            "read-only file",
        ];
        let said = told.to_lowercase();
        assert!(reasons.iter().any(|reason| said.contains(reason)), "{told}");
        assert_eq!(state(index), before, "{told}");
        assert_sound(index);
        mend();
        succeed(indexing(&self.archive.dir, index, 20.0, &[]));
        assert_eq!(state(index), state_of(self.archive.items()));
        assert_sound(index);
        true
    }
}

#[test]
fn a_file_that_may_not_grow_leaves_the_index_as_it_was() {
    let mut random = Random::seeded();
    let mut failed = 0;
    for _ in 0..if is_long() { 40 } else { 4 } {
        let index = tempfile::tempdir().unwrap();
        let index = index.path().join("index");
        let scene = Scene::new(&mut random, &index);
        // In blocks of 512 bytes; the largest file of the update has some hundred.
        let limit = 1 + random.below(160);
        let limited = limited(limit, &indexing(&scene.archive.dir, &index, 20.0, &[]));
        failed += usize::from(scene.check_failure(&index, limited, || {}));
    }
    println!("{failed} runs failed for the limit");
    assert!(failed > 0, "no limit was met");
}

/// The same command with a limit on the size of each file it writes. That the system sends a signal for
/// it, which ends a process that knows nothing of it, is for the program to see to.
fn limited(blocks: usize, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    let script = format!("ulimit -f {blocks}; exec \"$@\"");
    shell.args(["-c", &script, "sh"]).arg(command.get_program());
    shell.args(command.get_args()).env_remove("NEWSEARCH_INDEX");
    shell
}

/// What this process may not read is not damaged.
#[test]
fn what_cannot_be_read_is_not_called_damaged() {
    let mut random = Random::seeded();
    let index = tempfile::tempdir().unwrap();
    let index = index.path().join("index");
    let scene = Scene::new(&mut random, &index);
    let Some(as_nobody) = as_nobody(scene.dir.path()) else {
        return println!("skipped: only root may be somebody else");
    };
    let parent = index.parent().unwrap();
    fs::set_permissions(parent, fs::Permissions::from_mode(0o755)).unwrap();
    let segments = fs::read_dir(index.join("segments")).unwrap().flatten();
    let store = segments.map(|file| file.path());
    let store = store.filter(|path| path.extension().is_some_and(|kind| kind == "store"));
    for path in store.chain([
        index.join("newsearch.dictionary"),
        index.join("newsearch.ledger"),
    ]) {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let check = as_nobody(&["check", "--index", index.to_str().unwrap()]);
        let printed = String::from_utf8_lossy(&check.stdout).into_owned() + &told(&check);
        assert_eq!(check.status.code(), Some(2), "{printed}");
        assert!(printed.contains("cannot be checked"), "{printed}");
        assert!(
            printed.contains("Permission denied (os error 13)"),
            "{printed}"
        );
        for wrong in ["damaged", "missing", "rebuild", "Os {"] {
            assert!(!printed.contains(wrong), "{printed}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let check = as_nobody(&["check", "--index", index.to_str().unwrap()]);
    assert!(check.status.success(), "{check:?}");
    // Nor is there another writer where nothing may be written.
    let archive = scene.archive.dir.to_str().unwrap();
    let write = as_nobody(&["index", archive, "--index", index.to_str().unwrap()]);
    let told = told(&write);
    assert_eq!(write.status.code(), Some(2), "{told}");
    assert!(
        told.contains("cannot be written: permission denied"),
        "{told}"
    );
    for wrong in ["IndexWriter", "Os {", "IoError", "damaged"] {
        assert!(!told.contains(wrong), "{told}");
    }
}

/// Runs the program as a user who owns nothing; `None` where nobody can become one. The program and
/// what it reads have to be where everybody may go.
fn as_nobody(dir: &Path) -> Option<impl Fn(&[&str]) -> Output> {
    let program = dir.join("newsearch");
    fs::copy(env!("CARGO_BIN_EXE_newsearch"), &program).unwrap();
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    let run = move |args: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        let command = command.arg(&program).args(args);
        command.env_remove("NEWSEARCH_INDEX").output()
    };
    run(&["--version"])
        .ok()
        .filter(|ran| ran.status.success())?;
    Some(move |args: &[&str]| run(args).unwrap())
}

#[test]
fn a_full_disk_leaves_the_index_as_it_was() {
    let mut random = Random::seeded();
    let mut failed = 0;
    for _ in 0..if is_long() { 40 } else { 3 } {
        let Some(disk) = Disk::new(64 << 20) else {
            return println!("skipped: only root may mount a small disk");
        };
        let index = disk.dir.path().join("index");
        let scene = Scene::new(&mut random, &index);
        let room = random.below(400 << 10) as u64;
        disk.resize(disk.used() + room);
        let command = indexing(&scene.archive.dir, &index, 20.0, &[]);
        let full = scene.check_failure(&index, command, || disk.resize(64 << 20));
        failed += usize::from(full);
    }
    println!("{failed} runs failed for want of room");
    assert!(failed > 0, "the disk never was full");
}

#[test]
fn a_disk_too_small_for_an_index_gets_none() {
    let Some(disk) = Disk::new(1 << 20) else {
        return println!("skipped: only root may mount a small disk");
    };
    let archive = tempfile::tempdir().unwrap();
    let archive = Archive::new(archive.path(), 10);
    let index = disk.dir.path().join("index");
    let output = indexing(&archive.dir, &index, 20.0, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("No space left"), "{}", told(&output));
    disk.resize(64 << 20);
    succeed(indexing(&archive.dir, &index, 20.0, &[]));
    assert_eq!(state(&index), state_of(archive.items()));
}

#[test]
fn an_index_that_cannot_be_written_can_be_read() {
    let mut random = Random::seeded();
    let Some(disk) = Disk::new(64 << 20) else {
        return println!("skipped: only root may mount a disk of its own");
    };
    let index = disk.dir.path().join("index");
    let scene = Scene::new(&mut random, &index);
    let found = answers(&index);
    disk.mount_again("ro");
    assert_eq!(answers(&index), found);
    for command in ["query 云汐租赁", "stats", "check"] {
        let mut reading = newsearch();
        reading.args(command.split(' ')).arg("--index").arg(&index);
        succeed(reading);
    }
    let writing = indexing(&scene.archive.dir, &index, 20.0, &[]);
    assert!(scene.check_failure(&index, writing, || disk.mount_again("rw")));
    assert!(scene.dir.path().is_dir());
}

/// A file system of its own, in memory.
struct Disk {
    dir: TempDir,
}

impl Disk {
    /// One of so many bytes; `None` where none may be mounted.
    fn new(bytes: u64) -> Option<Disk> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(dir.path())
            .output();
        mounted
            .is_ok_and(|run| run.status.success())
            .then_some(Disk { dir })
    }

    fn resize(&self, bytes: u64) {
        self.mount_again(&format!("size={bytes}"));
    }

    fn mount_again(&self, how: &str) {
        let options = format!("remount,{how}");
        let run = Command::new("mount")
            .args(["-o", &options])
            .arg(self.dir.path())
            .output();
        let run = run.unwrap();
        assert!(run.status.success(), "{run:?}");
    }

    /// Bytes that are used.
    fn used(&self) -> u64 {
        let files = walkdir::WalkDir::new(self.dir.path()).into_iter().flatten();
        let pages = files.map(|file| file.metadata().unwrap().len().div_ceil(4096));
        pages.sum::<u64>() * 4096
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let mut unmount = Command::new("umount");
        let _: std::io::Result<_> = unmount.arg("-l").arg(self.dir.path()).output();
    }
}
