//! Words that stand side by side, counted.

use rustc_hash::FxHashMap;

use super::runs::{END, Runs};
use crate::index::IndexError;
use crate::search::view::deadline::Deadline;

/// Fewest articles that have a new word.
const MIN_ARTICLES: u32 = 5;
/// Most words that one is cut into, and most characters of it.
const MAX_WORDS: usize = 4;
const MAX_CHARACTERS: usize = 8;
/// Least normalised pointwise mutual information.
const LEAST_COHESION: f64 = 0.5;
/// Least entropy of what stands beside it, in nats: as of some seven that are as frequent as each other.
const LEAST_FREEDOM: f64 = 2.0;
/// So many of its places are kept.
const PLACES: usize = 10;

/// Words that stand side by side.
pub(super) struct Joined {
    numbers: Numbers,
    pub occurrences: u32,
    pub articles: u32,
    pub cohesion: f64,
    pub freedom: f64,
    places: Vec<usize>,
}

/// The numbers of the words, and [`END`] where there are fewer.
type Numbers = [u32; MAX_WORDS];

#[derive(Default)]
struct Counts {
    occurrences: u32,
    articles: u32,
    /// The last article that has it, from 1.
    last: u32,
}

impl Joined {
    pub fn words(&self) -> impl Iterator<Item = u32> {
        words(&self.numbers).iter().copied()
    }

    /// Where some of them begin.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.places.iter().copied()
    }
}

fn words(numbers: &Numbers) -> &[u32] {
    let count = numbers.iter().take_while(|&&number| number != END).count();
    &numbers[..count]
}

/// Words that stand side by side more often than by chance, and freely: those of most articles first.
pub(super) fn joined(runs: &Runs, deadline: Deadline) -> Result<Vec<Joined>, IndexError> {
    let single = singles(runs);
    let pairs = pairs(runs, &single);
    deadline.check()?;
    let counts = counts(runs, &pairs);
    deadline.check()?;
    let cohesion = Cohesion {
        single: &single,
        joined: &counts,
        total: single.iter().map(|&count| f64::from(count)).sum(),
    };
    let mut all: Vec<Joined> = Vec::new();
    for (numbers, counts) in counts
        .iter()
        .filter(|(_, counts)| counts.articles >= MIN_ARTICLES)
    {
        let cohesion = cohesion.of(words(numbers));
        if cohesion >= LEAST_COHESION {
            all.push(Joined {
                numbers: *numbers,
                occurrences: counts.occurrences,
                articles: counts.articles,
                cohesion,
                freedom: 0.0,
                places: Vec::new(),
            });
        }
    }
    deadline.check()?;
    let free = set_free(runs, &pairs, all);
    deadline.check()?;
    Ok(free)
}

/// How often each word stands there.
fn singles(runs: &Runs) -> Vec<u32> {
    let mut counts = vec![0_u32; runs.words()];
    for &number in runs.numbers().iter().filter(|&&number| number != END) {
        counts[number as usize] += 1;
    }
    counts
}

fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// Pairs that are frequent enough to be in a new word.
fn pairs(runs: &Runs, single: &[u32]) -> FxHashMap<u64, u32> {
    let mut pairs: FxHashMap<u64, u32> = FxHashMap::default();
    for two in runs.numbers().windows(2) {
        let is_frequent = |&number: &u32| number != END && single[number as usize] >= MIN_ARTICLES;
        if two.iter().all(is_frequent) {
            *pairs.entry(pair(two[0], two[1])).or_default() += 1;
        }
    }
    pairs.retain(|_, count| *count >= MIN_ARTICLES);
    pairs
}

/// Calls `take` with all that may be a word and begins at `place`, and with where it ends.
fn each_at(
    runs: &Runs,
    pairs: &FxHashMap<u64, u32>,
    place: usize,
    mut take: impl FnMut(Numbers, usize),
) {
    let numbers = &runs.numbers()[place..];
    if numbers[0] == END {
        return;
    }
    let mut joined = [END; MAX_WORDS];
    let mut characters = 0;
    for (at, &number) in numbers.iter().take(MAX_WORDS).enumerate() {
        let follows =
            at == 0 || number != END && pairs.contains_key(&pair(numbers[at - 1], number));
        if !follows {
            return;
        }
        characters += runs.text(number).chars().count();
        if characters > MAX_CHARACTERS {
            return;
        }
        joined[at] = number;
        if at > 0 {
            take(joined, place + at + 1);
        }
    }
}

fn counts(runs: &Runs, pairs: &FxHashMap<u64, u32>) -> FxHashMap<Numbers, Counts> {
    let mut all: FxHashMap<Numbers, Counts> = FxHashMap::default();
    for (range, article) in runs.of_articles().zip(1..) {
        for place in range {
            each_at(runs, pairs, place, |joined, _| {
                let counts = all.entry(joined).or_default();
                counts.occurrences += 1;
                if counts.last != article {
                    counts.last = article;
                    counts.articles += 1;
                }
            });
        }
    }
    all
}

struct Cohesion<'a> {
    single: &'a [u32],
    joined: &'a FxHashMap<Numbers, Counts>,
    /// Of all words.
    total: f64,
}

impl Cohesion<'_> {
    /// The least normalised pointwise mutual information of all ways to part it in two (Bouma, Normalized
    /// (Pointwise) Mutual Information in Collocation Extraction, 2009).
    fn of(&self, words: &[u32]) -> f64 {
        let share = self.count(words) / self.total;
        let parted = (1..words.len()).map(|at| {
            let [head, tail] =
                [&words[..at], &words[at..]].map(|part| self.count(part) / self.total);
            (share / (head * tail)).ln() / -share.ln()
        });
        parted.fold(f64::INFINITY, f64::min)
    }

    fn count(&self, words: &[u32]) -> f64 {
        let count = match words {
            [one] => self.single[*one as usize],
            _ => {
                let mut numbers = [END; MAX_WORDS];
                numbers[..words.len()].copy_from_slice(words);
                self.joined
                    .get(&numbers)
                    .map_or(1, |counts| counts.occurrences)
            }
        };
        f64::from(count)
    }
}

/// Keeps those that stand freely, with some of their places.
fn set_free(runs: &Runs, pairs: &FxHashMap<u64, u32>, mut all: Vec<Joined>) -> Vec<Joined> {
    let place_of: FxHashMap<Numbers, u32> = all.iter().map(|one| one.numbers).zip(0..).collect();
    // By word and side: what stands beside it, and how often.
    let mut beside: FxHashMap<(u32, bool, u32), u32> = FxHashMap::default();
    let numbers = runs.numbers();
    for place in 0..numbers.len() {
        each_at(runs, pairs, place, |joined, end| {
            let Some(&one) = place_of.get(&joined) else {
                return;
            };
            let before = place.checked_sub(1).map_or(END, |before| numbers[before]);
            let behind = numbers.get(end).copied().unwrap_or(END);
            *beside.entry((one, false, before)).or_default() += 1;
            *beside.entry((one, true, behind)).or_default() += 1;
            let places = &mut all[one as usize].places;
            if places.len() < PLACES {
                places.push(place);
            }
        });
    }
    let mut entropies = vec![[0.0; 2]; all.len()];
    for (&(one, is_behind, neighbour), &count) in &beside {
        let all = f64::from(all[one as usize].occurrences);
        let count = f64::from(count);
        // Where a run ends anything may stand: each time something else.
        let entropy = match neighbour {
            END => count / all * all.ln(),
            _ => -(count / all) * (count / all).ln(),
        };
        entropies[one as usize][usize::from(is_behind)] += entropy;
    }
    for (one, [before, behind]) in all.iter_mut().zip(entropies) {
        one.freedom = before.min(behind);
    }
    all.retain(|one| one.freedom >= LEAST_FREEDOM);
    all.sort_by_cached_key(|one| {
        let text: String = one.words().map(|word| runs.text(word)).collect();
        (std::cmp::Reverse(one.articles), text)
    });
    all
}
