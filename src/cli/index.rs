//! `newsearch index`: an archive into an index.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
#[cfg(feature = "opensearch")]
use newsearch::Split;
use newsearch::{Changes, Entities, Index, IndexOptions, Mapping, Report, Select, UpdateOptions};

use super::args::IndexArgs;
#[cfg(feature = "opensearch")]
use super::args::Period;
use super::interrupt::Interrupt;
use super::outcome::Outcome;
use super::output::tell;
use super::updating::{Archive, Done, Loudness, Told, counted, update_archive};

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
        let rebuilt = match args.rebuild {
            true => args.location.begin_rebuild_on_cluster(&options)?,
            false => None,
        };
        let done = match rebuilt {
            Some(rebuild) => {
                let done = bring_up(Archive::OnCluster(rebuild.cluster()))?;
                rebuild.finish()?;
                done
            }
            None => {
                let cluster = args.location.open_or_create_cluster(&options)?;
                bring_up(Archive::OnCluster(&cluster))?
            }
        };
        let outcome = outcome(args, &done, bad_entities, are_all_missing)?;
        let Some(changes) = changes else {
            return Ok(outcome);
        };
        let cluster = args.location.open_or_create_cluster(&IndexOptions::new())?;
        follow(
            args,
            &changes,
            update_options,
            &interrupt,
            told,
            |bring_up| bring_up(Archive::OnCluster(&cluster)),
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
        if index.recut().words > 0 {
            interrupt.note(&Report {
                recut: index.recut(),
                ..Report::default()
            });
        }
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
    #[cfg(feature = "opensearch")]
    if let Some(shards) = args.shards {
        options = options.shards(shards);
    }
    #[cfg(feature = "opensearch")]
    if let Some(period) = args.split {
        options = options.split(match period {
            Period::Month => Split::Month,
            Period::Year => Split::Year,
        });
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

/// Lines of a table of securities that are reported one by one.
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
