//! An index brought up to date with an archive, and what is said of it on the way.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::HumanCount;
use newsearch::{Added, Index, IndexError, Problem, Progress, ReadError, Report, UpdateOptions};

use super::interrupt::Interrupt;
use super::output::{Took, tell};
use super::progress::Meter;

/// What is brought up to date.
#[derive(Clone, Copy)]
pub enum Archive<'a> {
    InFolder(&'a Index),
    #[cfg(feature = "opensearch")]
    OnCluster(&'a newsearch::Cluster),
}

impl Archive<'_> {
    fn update(
        self,
        paths: &[PathBuf],
        options: &UpdateOptions,
        progress: impl FnMut(Progress),
    ) -> Result<Report, IndexError> {
        match self {
            Archive::InFolder(index) => index.update(paths, options, progress),
            #[cfg(feature = "opensearch")]
            Archive::OnCluster(cluster) => cluster.update(paths, options, progress),
        }
    }

    fn outliers(self) -> Result<u64, IndexError> {
        match self {
            Archive::InFolder(index) => index.searcher().outliers(),
            #[cfg(feature = "opensearch")]
            Archive::OnCluster(cluster) => cluster.searcher()?.outliers(),
        }
    }
}

/// What was reported of what cannot be read, by hash: while an archive is followed, it is read each time.
#[derive(Default)]
pub struct Told {
    before: HashSet<u64>,
    now: HashSet<u64>,
}

impl Told {
    /// Whether the updates before this one have not reported it.
    fn is_new(&mut self, error: &ReadError) -> bool {
        let mut hasher = DefaultHasher::new();
        error.to_string().hash(&mut hasher);
        let hash = hasher.finish();
        self.now.insert(hash);
        !self.before.contains(&hash)
    }

    /// An update has ended. What it did not meet is new when it comes again.
    fn end(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}

/// How much is told of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Only what cannot be read.
    Quiet,
    /// A summary, where something has changed.
    News,
    /// Progress, on a terminal, and a summary as well.
    Full,
}

/// What an update did.
pub struct Done {
    pub report: Report,
    /// How many of the named paths could not be read at all.
    pub unread: usize,
}

/// Brings an index up to date with the given paths, and tells of it on standard error.
pub fn update(
    index: &Index,
    paths: &[PathBuf],
    options: &UpdateOptions,
    loudness: Loudness,
    interrupt: &Interrupt,
) -> anyhow::Result<Done> {
    update_archive(
        Archive::InFolder(index),
        paths,
        options,
        loudness,
        interrupt,
        &mut Told::default(),
    )
}

/// Reports each flaw that is not among those `told` already.
pub fn update_archive(
    archive: Archive,
    paths: &[PathBuf],
    options: &UpdateOptions,
    loudness: Loudness,
    interrupt: &Interrupt,
    told: &mut Told,
) -> anyhow::Result<Done> {
    let started = Instant::now();
    let meter = match loudness {
        Loudness::Quiet | Loudness::News => Meter::hidden(),
        Loudness::Full => Meter::new(paths, options),
    };
    let mut unread = 0;
    let report = archive.update(paths, options, |progress| {
        match &progress {
            Progress::Committed(report) => interrupt.note(report),
            Progress::Bad(error) if is_of_path(error, paths) => unread += 1,
            _ => {}
        }
        match &progress {
            Progress::Bad(error) if !told.is_new(error) => {}
            Progress::BadRows(rows) if !told.is_new(&rows.error) => {}
            _ => meter.show(&progress),
        }
    });
    meter.finish();
    told.end();
    let report = report?;
    let is_told = match loudness {
        Loudness::Quiet => false,
        Loudness::News => !report.nothing_changed(),
        Loudness::Full => true,
    };
    if is_told {
        if report.recut.words > 0 {
            tell(format_args!(
                "{} cut anew for {}",
                counted(report.recut.articles, "article"),
                counted(report.recut.words, "changed word")
            ));
        }
        tell(Summary {
            report: &report,
            elapsed: started.elapsed(),
        });
        match archive.outliers()? {
            0 => {}
            1 => tell(
                "1 article has a date too late to be right; it does not move the day that counts as today",
            ),
            more => tell(format_args!(
                "{more} articles have dates too late to be right; they do not move the day that counts as today"
            )),
        }
    }
    Ok(Done { report, unread })
}

/// Whether a path that was named cannot be read: a mistake of whoever named it.
fn is_of_path(error: &ReadError, paths: &[PathBuf]) -> bool {
    let is_of_file = matches!(
        error.problem,
        Problem::Io(_) | Problem::Device | Problem::Kind { .. }
    );
    is_of_file && paths.contains(&error.path)
}

/// What an update did, in one line.
struct Summary<'a> {
    report: &'a Report,
    elapsed: Duration,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report {
            files,
            unchanged_files,
            drafts,
            skipped,
            bad,
            ref passed_over,
            added,
            ..
        } = *self.report;
        let Added {
            new,
            merged,
            replaced,
            unchanged,
            deleted,
        } = added;
        let articles = new + merged + replaced + unchanged;
        let took = Took(self.elapsed);
        if self.report.nothing_changed() {
            write!(f, "nothing changed in {} in {took}", counted(files, "file"))?;
        } else {
            let rate = articles as f64 / self.elapsed.as_secs_f64().max(1e-3);
            let (articles, files) = (counted(articles, "article"), counted(files, "file"));
            write!(
                f,
                "read {articles} from {files} in {took} ({}/s)",
                HumanCount(rate as u64)
            )?;
            let parts = [
                (new, "new"),
                (merged, "merged"),
                (replaced, "replaced"),
                (unchanged, "unchanged"),
            ];
            write_counts(f, ": ", &parts)?;
        }
        let untouched = match unchanged_files {
            all if all == files => (0, ""),
            1 => (1, "file unchanged"),
            some => (some, "files unchanged"),
        };
        let parts = [
            (deleted, "deleted"),
            (
                drafts,
                match drafts {
                    1 => "draft left out",
                    _ => "drafts left out",
                },
            ),
            (skipped, "skipped as no news"),
            (bad, "could not be read"),
            untouched,
        ];
        write_counts(f, "; ", &parts)?;
        if passed_over.is_empty() {
            return Ok(());
        }
        write!(f, "; passed over: {passed_over}")
    }
}

/// Writes the counts that are not 0, if any, after `lead`.
fn write_counts(f: &mut fmt::Formatter<'_>, lead: &str, counts: &[(u64, &str)]) -> fmt::Result {
    let met = counts.iter().filter(|(count, _)| *count > 0);
    let texts: Vec<String> = met
        .map(|(count, what)| format!("{} {what}", HumanCount(*count)))
        .collect();
    if texts.is_empty() {
        Ok(())
    } else {
        write!(f, "{lead}{}", texts.join(", "))
    }
}

pub fn counted(count: u64, what: &str) -> String {
    format!(
        "{} {what}{}",
        HumanCount(count),
        if count == 1 { "" } else { "s" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(report: Report) -> String {
        Summary {
            report: &report,
            elapsed: Duration::from_millis(41_300),
        }
        .to_string()
    }

    #[test]
    fn a_summary_names_what_happened_and_nothing_else() {
        let added = Added {
            new: 145_130,
            merged: 2,
            ..Added::default()
        };
        let report = Report {
            files: 145_140,
            records: 145_135,
            bad: 3,
            added,
            ..Report::default()
        };
        assert_eq!(
            summary(report),
            "read 145,132 articles from 145,140 files in 41.3 s (3,514/s): 145,130 new, 2 merged; 3 could not be read"
        );
        let added = Added {
            replaced: 1,
            unchanged: 4,
            deleted: 1,
            ..Added::default()
        };
        let report = Report {
            files: 9,
            unchanged_files: 7,
            records: 6,
            drafts: 2,
            skipped: 1,
            added,
            ..Report::default()
        };
        assert_eq!(
            summary(report),
            "read 5 articles from 9 files in 41.3 s (0/s): 1 replaced, 4 unchanged; 1 deleted, 2 drafts left out, 1 skipped as no news, \
             7 files unchanged"
        );
        let report = Report {
            files: 9,
            unchanged_files: 9,
            ..Report::default()
        };
        assert_eq!(summary(report), "nothing changed in 9 files in 41.3 s");
        let report = Report {
            files: 1,
            records: 1,
            bad: 1,
            ..Report::default()
        };
        assert_eq!(
            summary(report),
            "nothing changed in 1 file in 41.3 s; 1 could not be read"
        );
    }
}
