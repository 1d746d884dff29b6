//! The program, serving the sample.
#![allow(dead_code)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A server of its own, ended with the test.
pub struct Site {
    pub child: Child,
    address: String,
    pub folder: TempDir,
}

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_newsearch");
/// The sample.
pub const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");

/// Indexes files into the index of a folder.
pub fn index(folder: &Path, paths: &[&Path]) {
    let mut command = Command::new(PROGRAM);
    command
        .args(["index", "--quiet", "--index"])
        .arg(folder.join("index"))
        .args(paths);
    assert!(command.stderr(Stdio::null()).status().unwrap().success());
}

impl Site {
    /// Indexes the sample and serves it.
    pub fn open() -> Site {
        Site::with(&[])
    }

    /// The same, with more arguments.
    pub fn with(more: &[&str]) -> Site {
        let folder = tempfile::tempdir().unwrap();
        index(folder.path(), &[Path::new(SAMPLE)]);
        Site::over(folder, more)
    }

    /// Serves the index of a folder.
    pub fn over(folder: TempDir, more: &[&str]) -> Site {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--quiet", "--index"])
            .arg(folder.path().join("index"))
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        let address = said
            .split_whitespace()
            .last()
            .unwrap()
            .trim_end_matches('/')
            .to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{said}");
        // Whoever closes the pipe ends the program with its next line.
        std::thread::spawn(move || lines.for_each(drop));
        Site {
            child,
            address,
            folder,
        }
    }

    /// The address of a page.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Name and port.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
