//! What the benches work on: the posts of the sample, again and again under other ids; or, where
//! `NEWSEARCH_DATA` names a folder of real data, the first lines of each of its archives.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use newsearch::{Article, Index, IndexOptions, Progress, Query, Report, UpdateOptions};
use tempfile::TempDir;

/// How often the sample is repeated.
const COPIES: usize = 16;
/// The archives of the real data, and how many lines are taken of each.
const LINES: [(&str, usize); 3] = [("flash", 6_000), ("finance", 2_000), ("articles", 1_000)];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// An archive on disk; it goes when this value does.
pub struct Archive {
    folder: TempDir,
    kind: &'static str,
}

impl Archive {
    pub fn write() -> Archive {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kind = match env::var_os("NEWSEARCH_DATA") {
            Some(data) => write_lines(Path::new(&data), folder.path()),
            None => write_posts(folder.path()),
        };
        Archive {
            kind: kind.expect("an archive to measure on"),
            folder,
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An index in memory that holds it, and what it holds.
    pub fn index(&self) -> (Index, Vec<Article>) {
        let index = Index::in_memory(IndexOptions::new()).expect("an index in memory");
        update(&index, self.path());
        let articles = all_articles(&index).expect("an index that can be read");
        (index, articles)
    }

    /// What it is, with the number of its articles.
    pub fn name(&self, articles: &[Article]) -> String {
        format!("{} articles of {}", articles.len(), self.kind)
    }
}

/// Brings the index up to date with a folder all of whose posts can be read.
pub fn update(index: &Index, folder: &Path) -> Report {
    let paths = [folder.to_path_buf()];
    let report = index.update(&paths, &UpdateOptions::default(), |progress| {
        if let Progress::Bad(error) = progress {
            panic!("{error}");
        }
    });
    report.expect("an index that can be written")
}

/// Writes the posts of the sample that have a serial number, each [`COPIES`] times.
fn write_posts(folder: &Path) -> Result<&'static str> {
    for part in ["_posts", "old_post"] {
        fs::create_dir(folder.join(part))?;
        for entry in fs::read_dir(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("corpus")
                .join(part),
        )? {
            let path = entry?.path();
            let post = fs::read(&path)?;
            for copy in (0..COPIES).filter(|_| !post.is_empty()) {
                let Some(name) = name_of_copy(&path, copy) else {
                    break;
                };
                write_old(&folder.join(part).join(name), &post)?;
            }
        }
    }
    Ok("the sample")
}

/// The name of a post with another serial number of the same day.
fn name_of_copy(path: &Path, copy: usize) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let serial = name
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 18)?;
    Some(name.replace(
        serial,
        &format!("{}{copy:04}{}", &serial[..8], &serial[12..]),
    ))
}

/// Writes the first lines of each real archive as files of JSON Lines.
fn write_lines(data: &Path, folder: &Path) -> Result<&'static str> {
    for (name, count) in LINES {
        let packed = File::open(data.join(format!("corpus/{name}.jsonl.zst")))?;
        let mut lines = Vec::new();
        for line in BufReader::new(zstd::Decoder::new(packed)?)
            .lines()
            .take(count)
        {
            writeln!(lines, "{}", line?)?;
        }
        write_old(&folder.join(format!("{name}.jsonl")), &lines)?;
    }
    Ok("the real data")
}

/// Writes a file that has not changed for so long that its time tells so.
fn write_old(path: &PathBuf, bytes: &[u8]) -> Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.set_modified(SystemTime::now() - Duration::from_secs(3600))?;
    Ok(())
}

fn all_articles(index: &Index) -> Result<Vec<Article>> {
    // All but those that contain a character which no text has.
    let all = Query::parse("-\"\u{e000}\"");
    let searcher = index.searcher();
    let mut ids = searcher.ids(&all)?;
    ids.sort();
    let articles: std::result::Result<Vec<_>, _> =
        ids.iter().map(|id| searcher.article(id)).collect();
    Ok(articles?.into_iter().flatten().collect())
}
