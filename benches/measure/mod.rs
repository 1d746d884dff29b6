//! What the measurements on real text share: the texts, random picks from them, a scan that knows
//! the right answers, and times.

// No bench needs all of it.
#![allow(dead_code)]

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use newsearch::Analyzer;

/// The folder of the data, if `NEWSEARCH_DATA` names one.
pub fn data() -> Option<PathBuf> {
    let data = std::env::var_os("NEWSEARCH_DATA").map(PathBuf::from);
    if data.is_none() {
        eprintln!("skipped: NEWSEARCH_DATA does not name the folder of the data");
    }
    data
}

/// The lines of a text file of the data.
pub fn lines(path: &Path) -> impl Iterator<Item = String> + use<> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Box<dyn BufRead> = match path.extension().is_some_and(|end| end == "zst") {
        true => Box::new(BufReader::new(zstd::Decoder::new(file).expect("zstd"))),
        false => Box::new(BufReader::new(file)),
    };
    lines.lines().map(|line| line.expect("UTF-8"))
}

/// Title and paragraphs, each folded, one a line.
pub fn fold<'a>(analyzer: &Analyzer, texts: impl Iterator<Item = &'a str>) -> String {
    let folded: Vec<String> = texts.map(|text| analyzer.fold(text)).collect();
    folded.join("\n")
}

/// For each pattern the texts that contain it, by their number.
pub fn scan(texts: &[String], patterns: &[String]) -> Vec<Vec<u32>> {
    let automaton = AhoCorasick::new(patterns).expect("patterns");
    let mut found = vec![Vec::new(); patterns.len()];
    for (number, text) in (0..).zip(texts) {
        for place in automaton.find_overlapping_iter(text) {
            let texts = &mut found[place.pattern().as_usize()];
            if texts.last() != Some(&number) {
                texts.push(number);
            }
        }
    }
    found
}

/// SplitMix64: the same picks from the same seed, everywhere.
pub struct Random(pub u64);

impl Random {
    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A substring of `length` characters of one line of one of the folded texts, which folds to
    /// itself.
    pub fn substring(&mut self, analyzer: &Analyzer, texts: &[String], length: usize) -> String {
        loop {
            let text = self.pick(texts);
            let mut start = self.below(text.len().max(1)).min(text.len());
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let found: String = text[start..].chars().take(length).collect();
            let is_whole = found.chars().count() == length && !found.contains('\n');
            if is_whole && analyzer.fold(&found) == found && found.trim() == found {
                return found;
            }
        }
    }

    /// The `count` words side by side of a random place of the texts, none of them one character.
    pub fn words(&mut self, analyzer: &Analyzer, texts: &[String], count: usize) -> Vec<String> {
        loop {
            let length = 12 * count;
            let text = self.substring(analyzer, texts, length);
            let tokens = analyzer.tokens(&text);
            let words = tokens.into_iter().filter(|token| !token.part).skip(1);
            let mut words: Vec<String> = words
                .map(|token| token.text)
                .filter(|word| word.chars().count() > 1)
                .collect();
            words.pop(); // it may be cut
            words.dedup();
            if words.len() >= count {
                words.truncate(count);
                return words;
            }
        }
    }
}

/// What `run` returns, and the milliseconds of the fastest of `rounds` runs on one thread: those that
/// the processor spent on it, so that other work on the machine counts little.
pub fn fastest<T>(rounds: usize, mut run: impl FnMut() -> T) -> (T, f64) {
    let mut timed = || {
        let start = Moment::now();
        let result = run();
        (result, start.elapsed_milliseconds())
    };
    let (result, mut best) = timed();
    for _ in 1..rounds {
        best = best.min(timed().1);
    }
    (result, best)
}

/// A moment by the time of this thread on a processor, and by the clock where the system has no such
/// figure (it is Linux's).
struct Moment {
    clock: Instant,
    nanoseconds: Option<u64>,
}

impl Moment {
    fn now() -> Moment {
        thread::yield_now(); // brings the figure up to date
        let figures = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
        let nanoseconds = figures.and_then(|figures| figures.split(' ').next()?.parse().ok());
        let clock = Instant::now();
        Moment { clock, nanoseconds }
    }

    fn elapsed_milliseconds(&self) -> f64 {
        let clock = self.clock.elapsed();
        match (self.nanoseconds, Moment::now().nanoseconds) {
            (Some(start), Some(end)) => (end - start) as f64 / 1e6,
            _ => clock.as_secs_f64() * 1e3,
        }
    }
}

/// Time that this process, all its threads, has spent on processors, in seconds; not a number where
/// the system has no `/proc`.
pub fn processor_seconds() -> f64 {
    ticks(11)
}

/// The same of the processes that it has started and waited for.
pub fn processor_seconds_of_children() -> f64 {
    ticks(13)
}

/// The two figures of `/proc/self/stat` behind `first`, added up, in seconds.
fn ticks(first: usize) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(first).take(2);
    let ticks: Vec<f64> = ticks.filter_map(|ticks| ticks.parse().ok()).collect();
    match ticks[..] {
        [user, system] => (user + system) / 100.0,
        _ => f64::NAN,
    }
}

/// Bytes of all files in a folder and below.
pub fn folder_size(folder: &Path) -> u64 {
    let files = walkdir::WalkDir::new(folder).into_iter();
    let sizes = files.map(|file| file.and_then(|file| file.metadata()).expect("a file"));
    sizes
        .filter(|file| file.is_file())
        .map(|file| file.len())
        .sum()
}

/// The `share`-quantile (0 to 1) of times; they are sorted.
pub fn quantile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let last = times.len().saturating_sub(1);
    times
        .get((share * last as f64).round() as usize)
        .copied()
        .unwrap_or_default()
}

/// Waits for a process; gives the most anonymous memory that it was seen with, in bytes, looked at this often.
pub fn watch(child: &mut Child, every: Duration) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        if let Some(exit) = child.try_wait().expect("a process") {
            assert!(exit.success());
            return most;
        }
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(kibibytes.unwrap_or(0) << 10);
        thread::sleep(every);
    }
}
