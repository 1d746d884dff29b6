//! `newsearch index --watch`: an index follows an archive that others write.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::Desk;
use crate::posts;

/// Longer than it takes for anything to be indexed, also on a busy machine.
const LONG: Duration = Duration::from_secs(120);

fn is_long() -> bool {
    std::env::var_os("NEWSEARCH_LONG").is_some()
}

/// A number below a million as the program prints it.
fn grouped(number: u32) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

/// The program, watching the folder `news` of a desk.
struct Watching<'d> {
    desk: &'d Desk,
    program: Child,
}

impl<'d> Watching<'d> {
    fn start(desk: &'d Desk) -> Watching<'d> {
        let command = desk.command(&["index", "news", "--prune", "--watch"]);
        Watching::of(desk, command)
    }

    fn of(desk: &'d Desk, mut command: Command) -> Watching<'d> {
        let program = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
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

/// Short: 6 kills. Long (`NEWSEARCH_LONG=1`): 200, while segments are merged, too.
#[test]
fn a_watch_that_is_killed_and_begun_again_loses_and_doubles_nothing() {
    let desk = Desk::empty();
    write(&desk, "a", 0..3);
    let kills = if is_long() { 200 } else { 6 };
    for kill in 0..kills {
        let mut watching = Watching::start(&desk);
        let first = 3 + 40 * kill;
        write(&desk, &format!("{kill}"), first..first + 20);
        // Sometimes while it indexes, sometimes after it.
        match kill % 3 {
            0 => watching.until(first as usize + 20),
            wait => thread::sleep(Duration::from_millis(u64::from(40 * wait + kill))),
        }
        write(&desk, &format!("{kill}/more"), first + 20..first + 40);
        watching.end("-KILL");
    }
    let mut watching = Watching::start(&desk);
    let all = 3 + 40 * kills;
    watching.until(all as usize);
    let (code, told) = watching.end("-TERM");
    assert!(matches!(code, Some(0 | 143)), "{code:?} {told}");
    desk.run("check").succeeds();
    let titles = desk.titles("云汐");
    desk.run("index news --rebuild")
        .succeeds()
        .tells(&format!("{} new", grouped(all)));
    assert_eq!(desk.titles("云汐"), titles);
}

/// Short: 600 files. Long (`NEWSEARCH_LONG=1`): 10,000.
#[test]
fn another_process_writes_many_files_while_readers_search() {
    let bursts = if is_long() { 100 } else { 6 };
    let desk = Desk::empty();
    write(&desk, "a", 900_000..900_001);
    for burst in 0..bursts {
        let staged = format!("../staged/{burst}");
        write(&desk, &staged, 100 * burst..100 * burst + 100);
    }
    let mut watching = Watching::start(&desk);
    watching.until(1);
    // Each burst is copied; of three, one is moved elsewhere, one deleted again, one written over by itself.
    let script = "
        burst=0
        while [ $burst -lt $1 ]; do
            mkdir -p news/in/$burst && cp staged/$burst/* news/in/$burst/
            case $((burst % 3)) in
                0) mkdir -p news/moved && mv news/in/$burst news/moved/$burst ;;
                1) rm -r news/in/$burst ;;
                2) cp staged/$burst/* news/in/$burst/ ;;
            esac
            sleep 0.05
            burst=$((burst + 1))
        done";
    let mut writer = Command::new("sh");
    writer.args(["-ec", script, "sh", &bursts.to_string()]);
    let mut writer = writer.current_dir(desk.path("")).spawn().expect("sh");
    let total = 100 * bursts as usize + 1;
    let is_written = AtomicBool::new(false);
    thread::scope(|scope| {
        for reader in 0..2 {
            let (desk, is_written) = (&desk, &is_written);
            scope.spawn(move || {
                while !is_written.load(Ordering::Relaxed) {
                    let run = desk.run(["query 云汐 --count", "query 扩产 --count"][reader]);
                    let found: usize = run.succeeds().stdout.trim().parse().expect("a count");
                    assert!((1..=total).contains(&found), "{found}");
                }
            });
        }
        assert!(writer.wait().expect("sh").success());
        is_written.store(true, Ordering::Relaxed);
    });
    let deleted = (0..bursts).filter(|burst| burst % 3 == 1).count();
    watching.until(total - 100 * deleted);
    watching.end("-TERM");
    desk.run("index news --prune")
        .succeeds()
        .tells("nothing changed in");
    desk.run("check").succeeds();
}

/// A limit on the size of files fails as a full disk does, and needs no disk of its own.
#[test]
fn a_watch_on_a_full_disk_says_so_and_loses_nothing() {
    let desk = Desk::empty();
    write(&desk, "a", 0..3);
    desk.run("index news").succeeds();
    write(&desk, "a", 3..4);
    let command = desk.command(&["index", "news", "--prune", "--watch"]);
    let mut limited = Command::new("sh");
    // In blocks of 512 bytes: the ledger of so many files is larger, and so are their texts.
    limited.args(["-c", "ulimit -f 40; exec \"$@\"", "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    limited.current_dir(desk.path(""));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let mut watching = Watching::of(&desk, limited);
    watching.until(4);
    write(&desk, "b", 100..700);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(watching.found(), 4);
    let (_, told) = watching.end("-TERM");
    assert!(told.contains("; trying again in 5 seconds\n"), "{told}");
    assert!(!told.contains("panic"), "{told}");
    desk.run("check").succeeds();
    let mut watching = Watching::start(&desk);
    watching.until(604);
    watching.end("-TERM");
    desk.run("check").succeeds();
}

#[test]
fn standard_input_cannot_be_watched() {
    let run = Desk::empty()
        .run_with_input("index - --watch", "")
        .ends_with(2);
    run.tells("standard input cannot be watched: name files or folders, or leave out --watch");
}
