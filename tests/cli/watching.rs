//! `newsearch index --watch`: an index follows an archive that others write.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::Desk;
use crate::posts;

/// Longer than it takes for anything to be indexed, also on a busy machine.
const LONG: Duration = Duration::from_secs(120);

/// The program, watching the folder `news` of a desk.
struct Watching<'d> {
    desk: &'d Desk,
    program: Child,
}

impl<'d> Watching<'d> {
    fn start(desk: &'d Desk) -> Watching<'d> {
        let program = desk
            .command(&["index", "news", "--prune", "--watch"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        Watching {
            desk,
            program: program.expect("a process"),
        }
    }

    /// Waits until so many articles are found.
    fn until(&mut self, articles: usize) {
        let start = Instant::now();
        while self.found() != articles {
            assert!(start.elapsed() < LONG, "{} of {articles}", self.found());
            assert!(self.program.try_wait().expect("a process").is_none());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn found(&self) -> usize {
        let run = self.desk.run("query 云汐 --count");
        run.stdout.trim().parse().unwrap_or(0)
    }

    /// Ends it with a signal; its exit code, where it has one, and what it told.
    fn end(self, signal: &str) -> (Option<i32>, String) {
        let process = self.program.id().to_string();
        let kill = Command::new("kill").args([signal, &process]).status();
        assert!(kill.expect("kill").success());
        let output = self.program.wait_with_output().expect("a process");
        let told = String::from_utf8(output.stderr).expect("text");
        (output.status.code(), told)
    }
}

fn write(desk: &Desk, path: &str, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let (name, post) = posts::numbered(number, &format!("云汐第{number}号"), "云汐租赁扩产。");
        let name = Path::new(&name)
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        desk.write(&format!("news/{path}/{name}"), post);
    }
}

#[test]
fn what_others_write_move_and_delete_is_followed() {
    let desk = Desk::empty();
    write(&desk, "a", 0..3);
    let mut watching = Watching::start(&desk);
    watching.until(3);
    // Bursts, into folders that are made meanwhile.
    for burst in 1..4 {
        write(&desk, &format!("a/{burst}"), 100 * burst..100 * burst + 50);
        thread::sleep(Duration::from_millis(200));
    }
    watching.until(153);
    desk.rename("news/a/2", "news/b");
    fs::remove_dir_all(desk.path("news/a/3")).unwrap();
    watching.until(103);
    // A file that is written slowly, in the midst of a line.
    let mut lines = File::create(desk.path("news/lines.jsonl")).unwrap();
    for number in 0..5 {
        let line = format!("{{\"id\":\"{number}\",\"title\":\"云汐第{number}号\"}}\n");
        let (head, tail) = line.split_at(12);
        lines.write_all(head.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(500));
        lines.write_all(tail.as_bytes()).unwrap();
    }
    watching.until(108);
    // One that takes the place of another.
    desk.write("new", "{\"id\":\"0\",\"title\":\"云汐第0号\"}\n");
    desk.rename("new", "news/lines.jsonl");
    watching.until(104);
    let (code, told) = watching.end("-INT");
    assert!(told.contains("watching 1 path: Ctrl-C ends\n"), "{told}");
    // It may look through the archive once more.
    let is_idle = told.ends_with("interrupted: all that was found is committed\n");
    assert!(told.contains("\ninterrupted: "), "{told}");
    assert_eq!(code, Some(if is_idle { 0 } else { 130 }), "{told}");
    desk.run("index news --prune")
        .succeeds()
        .tells("nothing changed in");
    desk.run("check").succeeds();
}

#[test]
fn a_watch_that_is_killed_and_begun_again_loses_and_doubles_nothing() {
    let desk = Desk::empty();
    write(&desk, "a", 0..3);
    for kill in 0..6 {
        let mut watching = Watching::start(&desk);
        let first = 3 + 40 * kill;
        write(&desk, &format!("{kill}"), first..first + 20);
        // Sometimes while it indexes, sometimes after it.
        match kill % 3 {
            0 => watching.until(first as usize + 20),
            wait => thread::sleep(Duration::from_millis(u64::from(40 * wait))),
        }
        write(&desk, &format!("{kill}/more"), first + 20..first + 40);
        watching.end("-KILL");
    }
    let mut watching = Watching::start(&desk);
    watching.until(243);
    let (code, told) = watching.end("-TERM");
    assert!(matches!(code, Some(0 | 143)), "{code:?} {told}");
    desk.run("check").succeeds();
    let titles = desk.titles("云汐");
    desk.run("index news --rebuild").succeeds().tells("243 new");
    assert_eq!(desk.titles("云汐"), titles);
}

#[test]
fn standard_input_cannot_be_watched() {
    let run = Desk::empty()
        .run_with_input("index - --watch", "")
        .ends_with(2);
    run.tells("standard input cannot be watched: name files or folders, or leave out --watch");
}
