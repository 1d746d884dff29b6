//! A little language for the tests: a folder of its own, files in it, and runs of the program there.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use crate::posts;

/// A folder in which the program is run; it goes with its test.
pub struct Desk {
    dir: TempDir,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Desk {
    pub fn empty() -> Desk {
        Desk {
            dir: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A desk with the posts of [`posts::ALL`] in `corpus/`.
    pub fn with_corpus() -> Desk {
        let desk = Desk::empty();
        for (path, post) in posts::ALL {
            desk.write(&format!("corpus/{path}"), post);
        }
        desk
    }

    /// A desk with the sample of this project in `corpus/`.
    pub fn with_sample() -> Desk {
        let desk = Desk::empty();
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
        for file in walkdir::WalkDir::new(sample).into_iter().flatten() {
            let path = file
                .path()
                .strip_prefix(sample)
                .expect("a path of the sample");
            if file.file_type().is_file() {
                let content = fs::read(file.path()).expect("a file");
                desk.write(&format!("corpus/{}", path.display()), content);
            }
        }
        desk
    }

    /// A desk with [`posts::ALL`] in `corpus/`, indexed in `index/`.
    pub fn with_index() -> Desk {
        let desk = Desk::with_corpus();
        desk.run("index corpus").succeeds();
        desk
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        let folder = path.parent().expect("a path inside the desk");
        fs::create_dir_all(folder).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Copies the files of a case in `tests/fixtures/cases` into a folder of the desk.
    pub fn copy_case(&self, case: &str, folder: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/cases")
            .join(case);
        for entry in walkdir::WalkDir::new(&root) {
            let path = entry.expect("a case").into_path();
            if path.is_file() {
                let name = path.strip_prefix(&root).expect("below the case");
                let content = fs::read(&path).expect("a file");
                self.write(&format!("{folder}/{}", name.display()), content);
            }
        }
    }

    /// Makes the files of a folder look as if they were written so long ago.
    pub fn age(&self, folder: &str, age: Duration) {
        for entry in walkdir::WalkDir::new(self.path(folder)) {
            let path = entry.expect("a file").into_path();
            if path.is_file() {
                let file = fs::File::options().write(true).open(path);
                let file = file.expect("a file to write");
                file.set_modified(SystemTime::now() - age).expect("a time");
            }
        }
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("a file to move");
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("a file to remove");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a text file")
    }

    /// Every file of the index with its content, but for the locks.
    pub fn index_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = walkdir::WalkDir::new(self.path("index")).into_iter();
        entries
            .map(|entry| entry.expect("a file").into_path())
            .filter(|path| path.is_file())
            .filter(|path| path.extension().is_none_or(|extension| extension != "lock"))
            .map(|path| (path.clone(), fs::read(path).expect("a file")))
            .collect()
    }

    /// The files that hold the articles, with their times of modification.
    pub fn segment_times(&self) -> BTreeMap<PathBuf, SystemTime> {
        let is_segment = |path: &PathBuf| {
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            stem.is_some_and(|stem| stem.len() == 32)
        };
        let modified = |path: &PathBuf| path.metadata().and_then(|metadata| metadata.modified());
        let segments = self.index_files().into_keys().filter(is_segment);
        segments
            .map(|path| (path.clone(), modified(&path).expect("a time")))
            .collect()
    }

    /// The program, about to run with these arguments, untouched by the environment of the tests.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
        command.current_dir(self.dir.path()).args(args);
        for variable in ["NEWSEARCH_INDEX", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the program; blanks separate its arguments.
    pub fn run(&self, args: &str) -> Run {
        self.run_args(&args.split_whitespace().collect::<Vec<_>>())
    }

    pub fn run_args(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).stdin(Stdio::null()))
    }

    /// Runs a script of the shell in which `$0` is the program.
    pub fn run_script(&self, script: &str) -> Run {
        let mut shell = Command::new("bash");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_newsearch")]);
        shell
            .current_dir(self.dir.path())
            .env_remove("NEWSEARCH_INDEX");
        Run::of(shell.stdin(Stdio::null()))
    }

    /// Runs the program with this text on its standard input.
    pub fn run_with_input(&self, args: &str, input: &str) -> Run {
        let mut command = self.command(&args.split_whitespace().collect::<Vec<_>>());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin
            .write_all(input.as_bytes())
            .expect("a reader of the pipe");
        drop(stdin);
        child
            .wait_with_output()
            .expect("the program's output")
            .into()
    }

    /// The hits of a query, as the program prints them with `--json`.
    pub fn hits(&self, args: &str) -> Vec<Value> {
        self.run(&format!("query --json {args}")).json_lines()
    }

    /// The titles of the hits of a query, sorted: which articles were found, in whatever order.
    pub fn titles(&self, args: &str) -> Vec<String> {
        let mut titles: Vec<String> = self
            .hits(args)
            .iter()
            .map(|hit| text(&hit["title"]))
            .collect();
        titles.sort();
        titles
    }
}

impl Run {
    fn of(command: &mut Command) -> Run {
        command.output().expect("the program").into()
    }

    pub fn succeeds(self) -> Run {
        self.ends_with(0)
    }

    /// Checks the exit code, and that the program did not panic.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.stderr.contains("panicked"), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn tells(self, text: &str) -> Run {
        assert!(self.stderr.contains(text), "no `{text}` in {self:#?}");
        self
    }

    #[track_caller]
    pub fn prints(self, text: &str) -> Run {
        assert!(self.stdout.contains(text), "no `{text}` in {self:#?}");
        self
    }

    /// Standard output, each line a JSON value.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        let parse =
            |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The number before `what` in the summary of an indexing run; 0 where it is not named.
    pub fn counted(&self, what: &str) -> u64 {
        let (before, _) = self
            .stderr
            .split_once(&format!(" {what}"))
            .unwrap_or_default();
        let number = before.rsplit(' ').next().unwrap_or_default();
        number.replace(',', "").parse().unwrap_or(0)
    }
}

impl From<std::process::Output> for Run {
    fn from(output: std::process::Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// A JSON string as text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_string()
}
