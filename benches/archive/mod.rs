//! What the benches work on: the posts of the sample, again and again under other ids; or, where
//! `NEWSEARCH_DATA` names a folder of real data, the first lines of each of its archives.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use newsearch::{Analyzer, Article, Index, IndexOptions, Progress, Query, Report, UpdateOptions};
use tempfile::TempDir;

/// How often the sample is repeated.
const COPIES: usize = 16;
/// The archives of the real data, and how many lines are taken of each.
const LINES: [(&str, usize); 3] = [("flash", 6_000), ("finance", 2_000), ("articles", 1_000)];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// An archive on disk and the articles in it.
pub struct Archive {
    /// What it is, with the number of its articles.
    pub name: String,
    pub articles: Vec<Article>,
    /// An index in memory that holds it.
    pub index: Index,
    folder: TempDir,
}

impl Archive {
    pub fn open() -> Archive {
        Archive::make().expect("an archive to measure on")
    }

    fn make() -> Result<Archive> {
        let folder = tempfile::tempdir()?;
        let kind = match env::var_os("NEWSEARCH_DATA") {
            Some(data) => write_lines(Path::new(&data), folder.path()),
            None => write_posts(folder.path()),
        }?;
        let index = Index::in_memory(IndexOptions::new())?;
        update(&index, folder.path(), &UpdateOptions::default());
        let articles = all_articles(&index)?;
        let name = format!("{} articles of {kind}", articles.len());
        Ok(Archive {
            name,
            articles,
            index,
            folder,
        })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Size of all titles and bodies, in bytes.
    pub fn text_bytes(&self) -> u64 {
        self.articles
            .iter()
            .map(|article| (article.title.len() + article.body_text().len()) as u64)
            .sum()
    }

    /// The name of the security that most articles are about.
    pub fn company(&self) -> String {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let stocks = self.articles.iter().flat_map(|article| &article.stocks);
        for stock in stocks.filter(|stock| stock.strength >= 2 && !stock.name.is_empty()) {
            *counts.entry(&stock.name).or_default() += 1;
        }
        let most = counts
            .into_iter()
            .max_by_key(|&(name, count)| (count, name));
        most.expect("an article about a security").0.to_string()
    }

    /// The longest headline that asks something.
    pub fn question(&self) -> String {
        let titles = self
            .articles
            .iter()
            .filter(|article| !article.title_derived)
            .map(|article| &article.title);
        let questions = titles.filter(|title| title.ends_with('？'));
        questions
            .max_by_key(|title| title.chars().count())
            .expect("a question")
            .clone()
    }

    /// How many articles have the text in the title or in a paragraph, by a scan.
    pub fn containing(&self, text: &str) -> u64 {
        let analyzer = self.index.analyzer();
        self.articles
            .iter()
            .filter(|article| contains(analyzer, article, text))
            .count() as u64
    }
}

/// Whether the text stands in the title or in a paragraph of the article.
pub fn contains(analyzer: &Analyzer, article: &Article, text: &str) -> bool {
    let title = (!article.title_derived).then_some(&article.title);
    let paragraphs = article.body.iter().map(|paragraph| &paragraph.text);
    let text = analyzer.fold(text);
    title
        .into_iter()
        .chain(paragraphs)
        .any(|part| analyzer.fold(part).contains(&text))
}

/// Brings the index up to date with a folder all of whose posts can be read.
pub fn update(index: &Index, folder: &Path, options: &UpdateOptions) -> Report {
    let paths = [folder.to_path_buf()];
    let report = index.update(&paths, options, |progress| {
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
