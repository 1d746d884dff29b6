//! `newsearch index` is killed at random moments, and nothing is lost, doubled or mixed.
//!
//! Short: some dozen kills. Long (`NEWSEARCH_LONG=1`): at least 300, of which at least 200 fall between
//! the first and the last write of runs that last 5 s and more, and at least 100 in prunes of changed
//! files of lines.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use newsearch::Index;
use tempfile::TempDir;

use crate::archive::{Archive, Item, Random, is_long};
use crate::state::{
    State, answers, assert_sound, counted, indexing, rankings, state, state_of, succeed,
};

/// How many kills there must be, how many of them amidst the writing, and of what runs.
struct Form {
    kills: usize,
    amidst: usize,
    /// How many of them in prunes of changed files of lines.
    of_lines: usize,
    /// The most in one task, which then ends: no task may take the kills of all others.
    of_task: usize,
    /// Articles of the archive; more where a run would be too short.
    articles: usize,
    /// The least that a run lasts that is not killed.
    run: Duration,
    /// Seconds.
    commit_every: f64,
}

const SHORT: Form = Form {
    kills: 18,
    amidst: 8,
    of_lines: 3,
    of_task: 3,
    articles: 900,
    run: Duration::ZERO,
    commit_every: 0.05,
};

const LONG: Form = Form {
    kills: 300,
    amidst: 200,
    of_lines: 100,
    of_task: 50,
    articles: 1_000,
    run: Duration::from_secs(5),
    commit_every: 0.0,
};

/// After every how many kills every article is cut again, on average.
const CHECK_EVERY: usize = 8;
/// Most that a run goes on, on average, after its first write.
const PATIENCE: Duration = Duration::from_millis(800);

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    First,
    /// Without pruning: lines and files that are gone stay.
    Update,
    Prune,
    /// Prunes where only files of lines have changed.
    PruneLines,
    /// Starts over; until it is at its end the old index answers.
    Rebuild,
}

const TASKS: [Task; 7] = [
    Task::First,
    Task::Update,
    Task::PruneLines,
    Task::Rebuild,
    Task::Prune,
    Task::Update,
    Task::PruneLines,
];

/// What was going on when a run was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Nothing of the index had been written.
    BeforeTheFirstWrite,
    /// The index was being made.
    Creating,
    /// Between the first and the last write, no segments being merged.
    Writing,
    /// Likewise, while segments were being merged.
    Merging,
    /// The next run had nothing left to write.
    AfterTheLastWrite,
}

#[test]
fn a_killed_run_loses_nothing_that_was_committed() {
    let mut form = if is_long() { LONG } else { SHORT };
    let mut random = Random::seeded();
    let mut tally = Tally::default();
    while !tally.is_enough(&form) {
        let mut scene = Scene::new(&form);
        for task in TASKS {
            scene.change_archive(task, &mut random);
            let run = scene.run_in_reference(task);
            // Where only lines are read again there is less to do.
            if run < form.run && task != Task::PruneLines {
                form.articles += form.articles / 2;
                break;
            }
            tally.shortest = tally.shortest.min(run);
            scene.kill_until_done(task, run, form.of_task, &mut random, &mut tally);
            if is_long() {
                println!("{tally}");
            }
            if tally.is_enough(&form) {
                break;
            }
        }
    }
    println!("{tally}");
}

/// The words that it had, or those that it was to get, and all articles.
#[test]
fn a_killed_run_leaves_the_old_words_or_the_new_ones() {
    let mut random = Random::seeded();
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let archive = Archive::new(&path("archive"), if is_long() { 1_000 } else { 300 });
    // Words that many articles hold, so that there is something to write.
    let words = [
        "海潮银行\n绿色债券 9\n",
        "储能项目 90000\n募集资金\n云汐租赁\n",
    ];
    let with = |index: &Path, words: &str| {
        fs::write(path("words"), words).unwrap();
        let file = path("words").into_os_string().into_string().unwrap();
        indexing(&archive.dir, index, 20.0, &["--dict", &file])
    };
    let references = words.map(|words| {
        let reference = path(words.lines().next().unwrap());
        succeed(with(&reference, words));
        let identity = Index::open(&reference).unwrap().analyzer().identity();
        (identity, rankings(&reference))
    });
    let index = path("index");
    succeed(with(&index, words[0]));
    let run = Instant::now();
    let told = succeed(with(&index, words[1]));
    let run = run.elapsed();
    assert!(told.contains(" cut anew for "), "{told}");
    let (mut kills, mut gone_over) = (0, 0);
    let mut holds = 1;
    while kills < if is_long() { 100 } else { 4 } {
        let next = 1 - holds;
        let mut command = with(&index, words[next]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let patience = run.mul_f64(random.share());
        if let Ended::Killed { .. } = kill(command.spawn().unwrap(), || true, patience) {
            kills += 1;
        }
        let opened = Index::open(&index).unwrap();
        let identity = opened.analyzer().identity();
        drop(opened);
        let is_new = identity == references[next].0;
        assert!(is_new || identity == references[holds].0, "other words");
        holds = if is_new { next } else { holds };
        gone_over += usize::from(is_new);
        assert_eq!(rankings(&index), references[holds].1);
        if random.below(CHECK_EVERY) == 0 {
            assert_sound(&index);
        }
    }
    println!(
        "{kills} kills of runs of {run:.1?} that cut anew; {gone_over} went over to the new words"
    );
    succeed(with(&index, words[holds]));
    let generation = format!("newsearch.generation.{}", gone_over + 1);
    let homes = fs::read_dir(&index).unwrap().flatten();
    let homes: Vec<_> = homes.map(|entry| entry.file_name()).collect();
    assert_eq!(homes.len(), 2, "{homes:?}");
    assert!(index.join(generation).is_dir(), "{homes:?}");
    assert_sound(&index);
}

/// The kills so far.
struct Tally {
    kills: BTreeMap<(Task, Phase), usize>,
    /// The shortest run that was not killed.
    shortest: Duration,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            kills: BTreeMap::new(),
            shortest: Duration::MAX,
        }
    }
}

impl Tally {
    fn add(&mut self, task: Task, phase: Phase) {
        *self.kills.entry((task, phase)).or_default() += 1;
    }

    fn count(&self, of: impl Fn(Phase) -> bool) -> usize {
        let kills = self.kills.iter().filter(|((_, phase), _)| of(*phase));
        kills.map(|(_, kills)| kills).sum()
    }

    fn is_enough(&self, form: &Form) -> bool {
        let of_lines = self
            .kills
            .iter()
            .filter(|((task, _), _)| *task == Task::PruneLines);
        self.count(|_| true) >= form.kills
            && self.count(is_amidst) >= form.amidst
            && of_lines.map(|(_, kills)| kills).sum::<usize>() >= form.of_lines
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, amidst) = (self.count(|_| true), self.count(is_amidst));
        let shortest = self.shortest.as_secs_f64();
        writeln!(
            f,
            "{all} kills, {amidst} between the first and the last write of runs of {shortest:.1} s and more:"
        )?;
        for ((task, phase), kills) in &self.kills {
            writeln!(f, "  {task:?} {phase:?} {kills}")?;
        }
        Ok(())
    }
}

fn is_amidst(phase: Phase) -> bool {
    matches!(phase, Phase::Creating | Phase::Writing | Phase::Merging)
}

/// An archive, the index whose runs are killed, and one whose runs are not.
struct Scene {
    _dir: TempDir,
    archive: Archive,
    index: PathBuf,
    reference: PathBuf,
    /// The folder of what the user gives: words and a table of securities.
    user: PathBuf,
    commit_every: f64,
    /// What both indexes held before the task.
    before: State,
    /// What the archive holds, in the order in which it is read.
    order: Vec<Item>,
}

impl Scene {
    fn new(form: &Form) -> Scene {
        let dir = tempfile::tempdir().unwrap();
        let table = "609301\tSH\t云汐租赁|云汐\t云汐融资租赁股份有限公司\n";
        fs::write(dir.path().join("words"), "云汐租赁 100000\n").unwrap();
        fs::write(dir.path().join("table"), table).unwrap();
        Scene {
            user: dir.path().into(),
            archive: Archive::new(&dir.path().join("archive"), form.articles),
            index: dir.path().join("index"),
            reference: dir.path().join("reference"),
            commit_every: form.commit_every,
            before: State::new(),
            order: Vec::new(),
            _dir: dir,
        }
    }

    fn change_archive(&mut self, task: Task, random: &mut Random) {
        self.before = match Index::exists(&self.index) {
            true => state(&self.index),
            false => State::new(),
        };
        match task {
            Task::First => {}
            Task::Update => {
                self.archive.remove(random, 0.05);
                self.archive.rewrite(random, 0.95);
                self.archive.shrink(random, 0.1);
            }
            Task::PruneLines => _ = self.archive.shrink(random, 0.3),
            Task::Prune | Task::Rebuild => {
                self.archive.remove(random, 0.1);
                self.archive.rewrite(random, 0.95);
                self.archive.shrink(random, 0.1);
            }
        }
        self.order = self.archive.items();
    }

    /// What the index is to hold after a task.
    fn after(&self, task: Task) -> State {
        let mut after = match task {
            Task::Update => self.before.clone(),
            _ => State::new(),
        };
        after.extend(state_of(self.order.iter().copied()));
        after
    }

    fn command(&self, task: Task, index: &Path) -> std::process::Command {
        let user = |name: &str| self.user.join(name).into_os_string().into_string().unwrap();
        let (words, table) = (user("words"), user("table"));
        let how: &[&str] = match task {
            Task::First => &["--dict", &words, "--entities", &table],
            Task::Update => &[],
            Task::Prune | Task::PruneLines => &["--prune"],
            Task::Rebuild => &["--rebuild"],
        };
        let more = [&["--threads", "1"], how].concat();
        indexing(&self.archive.dir, index, self.commit_every, &more)
    }

    /// The run as it goes when nobody kills it; how long it takes.
    fn run_in_reference(&self, task: Task) -> Duration {
        let started = Instant::now();
        succeed(self.command(task, &self.reference));
        started.elapsed()
    }

    /// Kills runs until one ends by itself, or `most` were killed and the next is let go on; looks at
    /// what each left behind.
    fn kill_until_done(
        &self,
        task: Task,
        run: Duration,
        most: usize,
        random: &mut Random,
        tally: &mut Tally,
    ) {
        let mean = PATIENCE.min(run / 4);
        // Kills of which it is not known yet whether there was anything left to write.
        let mut waiting = Vec::new();
        let mut held = self.before.clone();
        let mut kills = 0;
        loop {
            let files = files(&self.index);
            let mut command = self.command(task, &self.index);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            // Now and then before the first write; else on an exponential scale behind it.
            let patience = match kills < most {
                true => mean.mul_f64(-(1.0 - random.share()).ln()),
                false => Duration::MAX,
            };
            let from_start = random.below(10) == 0;
            let has_begun = || from_start || !self.files_are(&files);
            match kill(command.spawn().unwrap(), has_begun, patience) {
                Ended::Killed { merging } => {
                    let phase = match merging {
                        _ if self.files_are(&files) => Phase::BeforeTheFirstWrite,
                        _ if !Index::exists(&self.index) => Phase::Creating,
                        true => Phase::Merging,
                        false => Phase::Writing,
                    };
                    if is_amidst(phase) {
                        waiting.drain(..).for_each(|phase| tally.add(task, phase));
                    }
                    waiting.push(phase);
                    kills += 1;
                    held = self.look(task, &held);
                    if random.below(CHECK_EVERY) == 0 && Index::exists(&self.index) {
                        assert_sound(&self.index);
                    }
                }
                Ended::ByItself { told } => {
                    if task != Task::Rebuild {
                        self.assert_nothing_redone(task, &told, &held);
                    }
                    let nothing_was_left = self.files_are(&files);
                    for phase in waiting {
                        match nothing_was_left && is_amidst(phase) {
                            true => tally.add(task, Phase::AfterTheLastWrite),
                            false => tally.add(task, phase),
                        }
                    }
                    break;
                }
            }
        }
        self.assert_as_if_never_killed(task);
    }

    fn files_are(&self, before: &BTreeMap<PathBuf, (u64, SystemTime)>) -> bool {
        files(&self.index) == *before
    }

    /// What a killed run left is a committed state: the archive up to some article is as it is now,
    /// all behind that as it was before the task, and what is gone from the archive went at once.
    fn look(&self, task: Task, earlier: &State) -> State {
        if !Index::exists(&self.index) {
            assert!(earlier.is_empty(), "the index is gone");
            return State::new();
        }
        let held = state(&self.index);
        if task == Task::Rebuild {
            let is_new = held == self.after(task);
            assert!(
                is_new || held == self.before,
                "neither the old index nor the new one"
            );
            assert!(is_new || *earlier == self.before, "the new index is gone");
            return held;
        }
        let mut behind = false;
        for item in &self.order {
            let is_new = held.get(&item.number) == Some(&item.version);
            let was_new = self.before.get(&item.number) == Some(&item.version);
            assert!(
                !(is_new && behind && !was_new),
                "{item:?} came before others"
            );
            behind |= !is_new;
            if !is_new {
                let (old, now) = (self.before.get(&item.number), held.get(&item.number));
                assert_eq!(old, now, "{item:?} is neither as it was nor as it is");
            }
            if earlier.get(&item.number) == Some(&item.version) {
                assert!(is_new, "{item:?} had been committed, and is lost");
            }
        }
        let archive = state_of(self.order.iter().copied());
        let gone = || {
            self.before
                .iter()
                .filter(|(number, _)| !archive.contains_key(number))
        };
        let left = gone()
            .filter(|(number, version)| held.get(number) == Some(version))
            .count();
        let all_may_go = task != Task::Update;
        assert!(
            all_may_go && left == 0 || left == gone().count(),
            "{left} of {} are left",
            gone().count()
        );
        let known =
            |number: &usize| archive.contains_key(number) || self.before.contains_key(number);
        assert!(held.keys().all(known), "articles that never were");
        held
    }

    /// The run that completed added and replaced exactly what was missing.
    fn assert_nothing_redone(&self, task: Task, told: &str, held: &State) {
        let archive = self.after(task);
        let new = archive.keys().filter(|number| !held.contains_key(number));
        let replaced = archive
            .iter()
            .filter(|(number, version)| held.get(number).is_some_and(|held| held != *version));
        let deleted = held.keys().filter(|number| !archive.contains_key(number));
        let expected = [new.count(), replaced.count(), deleted.count()];
        let done = ["new", "replaced", "deleted"].map(|what| counted(told, what));
        assert_eq!(done, expected, "new, replaced, deleted: {told}");
    }

    /// What texts are cut with, the words of the user among it.
    fn identity(&self, index: &Path) -> String {
        Index::open(index).unwrap().analyzer().identity()
    }

    fn assert_as_if_never_killed(&self, task: Task) {
        assert_sound(&self.index);
        assert_eq!(state(&self.index), self.after(task));
        assert_eq!(answers(&self.index), answers(&self.reference));
        assert_eq!(self.identity(&self.index), self.identity(&self.reference));
        let again = match task {
            Task::Rebuild => Task::Prune,
            task => task,
        };
        let told = succeed(self.command(again, &self.index));
        let done = ["new", "replaced", "deleted"].map(|what| counted(&told, what));
        assert_eq!(done, [0, 0, 0], "there was more to do: {told}");
    }
}

enum Ended {
    Killed { merging: bool },
    ByItself { told: String },
}

/// Kills a run a while after it has begun, unless it ends before.
fn kill(mut child: Child, has_begun: impl Fn() -> bool, patience: Duration) -> Ended {
    let mut begun: Option<Instant> = None;
    while begun.is_none_or(|begun| begun.elapsed() < patience) {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        if begun.is_none() && has_begun() {
            begun = Some(Instant::now());
        }
        let left = begun.map_or(patience, |begun| patience.saturating_sub(begun.elapsed()));
        thread::sleep(left.min(Duration::from_millis(1)));
    }
    let merging = is_merging(child.id());
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        None => Ended::Killed { merging },
        Some(0) => Ended::ByItself { told },
        Some(code) => panic!("exit code {code}: {told}"),
    }
}

/// Whether a thread of a process that merges segments is at work.
fn is_merging(process: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
        return false;
    };
    threads.flatten().any(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.contains("(merge_thread") && (stat.contains(") R ") || stat.contains(") D "))
    })
}

/// The files below a folder with their sizes and times; locks say nothing about what was written.
fn files(dir: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let entries = walkdir::WalkDir::new(dir).into_iter().flatten();
    let files = entries.filter(|entry| {
        let is_lock = entry.path().extension().is_some_and(|kind| kind == "lock");
        entry.file_type().is_file() && !is_lock
    });
    let state = |entry: walkdir::DirEntry| {
        // A file may go while the folder is read.
        let metadata = entry.metadata().ok()?;
        let modified = metadata.modified().ok()?;
        Some((entry.into_path(), (metadata.len(), modified)))
    };
    files.filter_map(state).collect()
}
