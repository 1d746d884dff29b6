//! How far an update is, on a terminal.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use newsearch::{Progress, Report};
use walkdir::WalkDir;

use super::output::tell;

const UNKNOWN_TOTAL: &str = "{spinner} files: {human_pos}, {msg}, {elapsed}";
const KNOWN_TOTAL: &str =
    "{spinner} files: {human_pos} of {human_len}, {msg}, {elapsed}, {eta} left";

/// A line on the terminal that tells how far an update is; none where standard error is no terminal.
pub struct Meter {
    line: ProgressBar,
}

impl Meter {
    /// A meter that shows nothing but what cannot be read.
    pub fn hidden() -> Meter {
        Meter {
            line: ProgressBar::hidden(),
        }
    }

    /// A meter for an update from `paths`. It tells the time left once all files are counted.
    pub fn new(paths: &[PathBuf]) -> Meter {
        let line = ProgressBar::new_spinner().with_style(style(UNKNOWN_TOTAL));
        if !line.is_hidden() {
            line.enable_steady_tick(Duration::from_millis(100));
            let (line, paths) = (line.clone(), paths.to_vec());
            thread::spawn(move || {
                if let Some(total) = count_posts(&paths) {
                    line.set_length(total);
                    line.set_style(style(KNOWN_TOTAL));
                }
            });
        }
        Meter { line }
    }

    /// Shows what an update tells.
    pub fn show(&self, progress: &Progress) {
        match progress {
            Progress::Bad(error) => self.line.suspend(|| tell(format_args!("skipped {error}"))),
            Progress::Cut {
                path,
                line,
                field,
                characters,
                kept,
            } => self.line.suspend(|| {
                let line = line.map_or_else(String::new, |line| format!(":{line}"));
                tell(format_args!(
                    "{}{line}: its {field} has {characters} characters, of which {kept} were kept",
                    path.display()
                ));
            }),
            Progress::Kept { path, articles } => self.line.suspend(|| {
                let (path, articles) = (path.display(), HumanCount(*articles));
                tell(format_args!(
                    "{path}: articles that are no longer in it but may be in lines that cannot be \
                     read: {articles}; they stay until those lines are mended"
                ));
            }),
            Progress::Step(report) => self.step(report),
            _ => {}
        }
    }

    /// Takes the line away.
    pub fn finish(&self) {
        self.line.finish_and_clear();
    }

    fn step(&self, report: &Report) {
        let rate = report.records as f64 / self.line.elapsed().as_secs_f64().max(1e-3);
        self.line.set_position(report.files);
        self.line.set_message(format!(
            "articles: {}, {}/s",
            HumanCount(report.records),
            HumanCount(rate as u64)
        ));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Counts the posts below `paths`. `None` where files of lines are among them: the number of files
/// does not tell how much work those are.
fn count_posts(paths: &[PathBuf]) -> Option<u64> {
    let mut count = 0;
    for entry in paths.iter().flat_map(WalkDir::new).flatten() {
        match extension(entry.path()) {
            Some("md" | "markdown" | "html" | "htm" | "txt") => count += 1,
            Some("jsonl" | "gz" | "zst") => return None,
            _ => {}
        }
    }
    Some(count).filter(|count| *count > 0)
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn posts_are_counted_unless_there_are_files_of_lines() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        let paths = [dir.path().to_path_buf()];
        assert_eq!(count_posts(&paths), None);
        fs::create_dir(dir.path().join("_posts"))?;
        for name in ["_posts/a.md", "b.html", "photo.jpg"] {
            fs::write(dir.path().join(name), "")?;
        }
        assert_eq!(count_posts(&paths), Some(2));
        fs::write(dir.path().join("c.jsonl.zst"), "")?;
        assert_eq!(count_posts(&paths), None);
        Ok(())
    }

    #[test]
    fn the_templates_are_well_formed() {
        for template in [UNKNOWN_TOTAL, KNOWN_TOTAL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
