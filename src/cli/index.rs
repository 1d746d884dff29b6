//! `newsearch index`: an archive into an index.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::HumanCount;
use newsearch::{
    Added, Changes, Entities, Index, IndexError, IndexOptions, Mapping, Problem, Progress,
    ReadError, Report, Select, UpdateOptions,
};

use super::args::IndexArgs;
use super::interrupt::Interrupt;
use super::outcome::Outcome;
use super::output::{Took, tell};
use super::progress::Meter;

/// Brings the index up to date with the given paths.
pub fn run(args: &IndexArgs) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::watch(args.rebuild)?;
    let are_all_missing = args.paths.iter().all(|path| is_missing(path));
    if are_all_missing && !(args.prune && Index::exists(args.location.dir())) {
        return Err(no_such(&args.paths));
    }
    let update_options = update_options(args)?;
    let (options, bad_entities) = index_options(args)?;
    let dir = args.location.dir();
    let loudness = if args.quiet {
        Loudness::Quiet
    } else {
        Loudness::Full
    };
    if args.watch && args.paths.iter().any(|path| path == Path::new("-")) {
        bail!("standard input cannot be watched: name files or folders, or leave out --watch");
    }
    let mut told = Told::default();
    let mut bring_up = |archive: Archive| {
        let (paths, options) = (&args.paths, &update_options);
        update_archive(archive, paths, options, loudness, &interrupt, &mut told)
    };
    let changes = args.watch.then(|| Changes::below(&args.paths, &dir));
    #[cfg(feature = "opensearch")]
    if args.location.is_cluster() {
        refuse_on_cluster(args)?;
        let cluster = args.location.open_or_create_cluster()?;
        let archive = Archive::OnCluster(&cluster);
        let done = bring_up(archive)?;
        let outcome = outcome(args, &done, bad_entities, are_all_missing)?;
        let Some(changes) = changes else {
            return Ok(outcome);
        };
        follow(
            args,
            &changes,
            update_options,
            &interrupt,
            told,
            |bring_up| bring_up(archive),
        );
    }
    #[cfg(not(feature = "opensearch"))]
    if args.location.is_cluster() {
        bail!("this program was built without the feature `opensearch`");
    }
    let done = if args.rebuild {
        let rebuild = Index::begin_rebuild(&dir, options)?;
        let done = bring_up(Archive::InFolder(rebuild.index()))?;
        rebuild.finish()?;
        done
    } else {
        let index = Index::open_or_create(&dir, options)?;
        bring_up(Archive::InFolder(&index))?
    };
    let outcome = outcome(args, &done, bad_entities, are_all_missing)?;
    let Some(changes) = changes else {
        return Ok(outcome);
    };
    follow(
        args,
        &changes,
        update_options,
        &interrupt,
        told,
        |bring_up| {
            let index = Index::open_or_create(&dir, IndexOptions::new())?;
            bring_up(Archive::InFolder(&index))
        },
    )
}

/// Goes on: brings the index up to date whenever something is written below the paths. `with_archive`
/// opens it each time, since another process may have put a new one in its place.
fn follow(
    args: &IndexArgs,
    changes: &Changes,
    options: UpdateOptions,
    interrupt: &Interrupt,
    told: Told,
    with_archive: impl Fn(&dyn Fn(Archive) -> anyhow::Result<()>) -> anyhow::Result<()>,
) -> ! {
    for unwatched in changes.unwatched() {
        tell(unwatched);
    }
    let loudness = match args.quiet {
        true => Loudness::Quiet,
        false => {
            tell(format_args!(
                "watching {}: Ctrl-C ends",
                counted(args.paths.len() as u64, "path")
            ));
            Loudness::News
        }
    };
    let options = UpdateOptions {
        // Little is new at a time, and each thread would make a segment of its own of it.
        threads: Some(1),
        ..options
    };
    let told = RefCell::new(told);
    let mut most = Changes::SWEEP;
    loop {
        interrupt.rest();
        changes.wait(most);
        interrupt.begin();
        let updated = with_archive(&|archive| {
            let told = &mut told.borrow_mut();
            update_archive(archive, &args.paths, &options, loudness, interrupt, told).map(drop)
        });
        most = match updated {
            Ok(()) => Changes::SWEEP,
            Err(error) => {
                let seconds = Changes::AGAIN.as_secs();
                tell(format_args!("{error:#}; trying again in {seconds} seconds"));
                Changes::AGAIN
            }
        };
    }
}

fn outcome(
    args: &IndexArgs,
    done: &Done,
    bad_entities: u64,
    are_all_missing: bool,
) -> anyhow::Result<Outcome> {
    if are_all_missing && done.report.bad > 0 {
        return Err(no_such(&args.paths));
    }
    let failed = done.unread > 0 || args.strict && done.report.bad + bad_entities > 0;
    Ok(if failed {
        Outcome::Failed
    } else {
        Outcome::Found
    })
}

/// What an index in a folder keeps with it, and one on a cluster does not yet.
#[cfg(feature = "opensearch")]
fn refuse_on_cluster(args: &IndexArgs) -> anyhow::Result<()> {
    let refused = [
        (args.rebuild, "--rebuild"),
        (args.dict.is_some(), "--dict"),
        (args.entities.is_some(), "--entities"),
        (!args.field.is_empty(), "--field"),
    ];
    match refused.iter().find(|(is_given, _)| *is_given) {
        Some((_, option)) => bail!("{option} is not available with --engine opensearch yet"),
        None => Ok(()),
    }
}

/// What is brought up to date.
#[derive(Clone, Copy)]
enum Archive<'a> {
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

/// What was told of what cannot be read, by hash: while an archive is followed, it is read each time.
#[derive(Default)]
struct Told {
    before: HashSet<u64>,
    now: HashSet<u64>,
}

impl Told {
    /// Whether the updates before this one have not told it.
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

/// Tells of each flaw that is not among those `told` already.
fn update_archive(
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

fn is_missing(path: &Path) -> bool {
    path != Path::new("-") && path.symlink_metadata().is_err()
}

/// A run none of whose paths is there is a mistake, and must not touch the index; but one that prunes
/// may forget what was there.
fn no_such(paths: &[PathBuf]) -> anyhow::Error {
    let names: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    anyhow::anyhow!("no such file or folder: {}", names.join(", "))
}

/// The options, and how many lines of the table of securities cannot be read.
fn index_options(args: &IndexArgs) -> anyhow::Result<(IndexOptions, u64)> {
    let mut options = IndexOptions::new();
    if let Some(path) = &args.dict {
        let of_file = || path.display().to_string();
        let text = fs::read_to_string(path).with_context(of_file)?;
        options = options.dictionary(&text).with_context(of_file)?;
    }
    if !args.field.is_empty() {
        let mut mapping = Mapping::default();
        for field in &args.field {
            mapping = mapping.with(field).context("--field")?;
        }
        options = options.mapping(mapping);
    }
    let Some(path) = &args.entities else {
        return Ok((options, 0));
    };
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let entities = Entities::parse(&text);
    let bad = entities.bad();
    for line in bad.iter().take(MAX_BAD_LINES) {
        tell(format_args!("{}: {line}", path.display()));
    }
    if let Some(more) = bad
        .len()
        .checked_sub(MAX_BAD_LINES)
        .filter(|more| *more > 0)
    {
        tell(format_args!(
            "{}: {more} more lines cannot be read",
            path.display()
        ));
    }
    let bad = bad.len() as u64;
    Ok((options.entities(&entities), bad))
}

/// Lines of a table of securities that are told one by one.
const MAX_BAD_LINES: usize = 20;

fn update_options(args: &IndexArgs) -> anyhow::Result<UpdateOptions> {
    let defaults = UpdateOptions::default();
    Ok(UpdateOptions {
        select: select(args)?,
        checksum: args.checksum,
        prune: args.prune,
        max_size: args.max_size.unwrap_or(defaults.max_size),
        threads: args.threads.or(defaults.threads),
        memory: args.memory.map_or(defaults.memory, |memory| {
            usize::try_from(memory).unwrap_or(usize::MAX)
        }),
        commit_every: Duration::from_secs_f64(args.commit_every),
        ..defaults
    })
}

fn select(args: &IndexArgs) -> anyhow::Result<Select> {
    let mut select = Select::default();
    for glob in &args.include {
        select = select.include(glob).context("--include")?;
    }
    for glob in &args.exclude {
        select = select.exclude(glob).context("--exclude")?;
    }
    select.follow = args.follow;
    Ok(select)
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

/// Writes the counts that are not 0, if any, behind `lead`.
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

fn counted(count: u64, what: &str) -> String {
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
