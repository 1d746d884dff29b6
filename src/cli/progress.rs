//! How far an update is, on a terminal.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use newsearch::{Progress, Report, UpdateOptions};

use super::output::tell;
use super::remedy::remedy_of_record;

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
    pub fn new(paths: &[PathBuf], options: &UpdateOptions) -> Meter {
        let line = ProgressBar::new_spinner().with_style(style(UNKNOWN_TOTAL));
        if !line.is_hidden() {
            line.enable_steady_tick(Duration::from_millis(100));
            let (line, paths, options) = (line.clone(), paths.to_vec(), options.clone());
            thread::spawn(move || {
                if let Some(total) = options.count_posts(&paths) {
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
            Progress::Bad(error) => self
                .line
                .suspend(|| match remedy_of_record(&error.problem) {
                    Some(remedy) => tell(format_args!("skipped {error}: {remedy}")),
                    None => tell(format_args!("skipped {error}")),
                }),
            Progress::BadRows(rows) => {
                self.line
                    .suspend(|| match remedy_of_record(&rows.error.problem) {
                        Some(remedy) => tell(format_args!("skipped {rows}: {remedy}")),
                        None => tell(format_args!("skipped {rows}")),
                    })
            }
            Progress::Remarked(remarked) => self.line.suspend(|| tell(remarked)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_well_formed() {
        for template in [UNKNOWN_TOTAL, KNOWN_TOTAL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
