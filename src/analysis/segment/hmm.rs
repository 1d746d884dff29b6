//! The hidden Markov model that joins characters the dictionary leaves single.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::image::View;
use super::lattice::Lattice;

/// A value for each state of a character: it begins a word, ends one, stands
/// in the middle of one, or is one.
pub(super) type States = [f64; 4];

const BEGIN: usize = 0;
const END: usize = 1;
const MIDDLE: usize = 2;
const SINGLE: usize = 3;

/// The two states that each state can follow. The second wins a tie.
const BEFORE: [[usize; 2]; 4] = [
    [END, SINGLE],
    [BEGIN, MIDDLE],
    [BEGIN, MIDDLE],
    [END, SINGLE],
];

/// The log-probability of what was never seen.
const UNSEEN: f64 = -3.14e100;

/// Rows of the model in an image: the start, the moves from each state, and
/// from here on the characters by code.
const START: usize = 0;
const MOVES: usize = 1;
const CHARACTERS: usize = 5;

/// Log-probabilities, as trained by jieba.
pub(super) struct Model {
    start: States,
    moves: [States; 4],
    characters: FxHashMap<char, States>,
}

impl Model {
    /// Reads the format of jieba's `hmm.model`: lines of numbers for the start
    /// and the moves, then for each state a line of `character:number,…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut numbers = || -> Option<States> {
            let numbers: Result<Vec<f64>, _> = lines.next()?.split(' ').map(str::parse).collect();
            numbers.ok()?.try_into().ok()
        };
        let start = numbers()?;
        let moves = [numbers()?, numbers()?, numbers()?, numbers()?];
        let mut characters = FxHashMap::default();
        for state in 0..4 {
            for pair in lines.next()?.split(',') {
                let (c, log) = pair.rsplit_once(':')?;
                let states: &mut States =
                    characters.entry(c.chars().next()?).or_insert([UNSEEN; 4]);
                states[state] = log.parse().ok()?;
            }
        }
        characters.retain(|&c, _| is_covered(c));
        Some(Model {
            start,
            moves,
            characters,
        })
    }

    /// The characters that the model knows.
    pub(super) fn characters(&self) -> impl Iterator<Item = char> {
        self.characters.keys().copied()
    }

    /// The rows of an image, for characters with these codes.
    pub(super) fn rows(&self, codes: &[(char, u16)]) -> Vec<States> {
        let last = codes
            .iter()
            .map(|&(_, code)| usize::from(code))
            .max()
            .unwrap_or(0);
        let mut rows = vec![[UNSEEN; 4]; CHARACTERS + last + 1];
        rows[START] = self.start;
        rows[MOVES..CHARACTERS].copy_from_slice(&self.moves);
        for &(c, code) in codes {
            if let Some(&states) = self.characters.get(&c) {
                rows[CHARACTERS + usize::from(code)] = states;
            }
        }
        rows
    }
}

/// Calls `word` with the words that the model sees in the characters `run` of
/// `lattice`, all Han; `text` is what they are characters of. What the model
/// does not cover is one word, as far as it goes on.
pub(super) fn cut(
    view: &View<'_>,
    text: &str,
    lattice: &Lattice,
    run: Range<usize>,
    trace: &mut Vec<u8>,
    mut word: impl FnMut(usize, usize),
) {
    let mut covered = text[lattice.bytes(run.start, run.end)]
        .chars()
        .map(is_covered);
    let mut from = run.start;
    let mut next = covered.next();
    while let Some(here) = next {
        let mut to = from + 1;
        next = covered.next();
        while next == Some(here) {
            to += 1;
            next = covered.next();
        }
        if here {
            label(view, lattice, from..to, trace);
            words_of(trace, from, &mut word);
        } else {
            word(from, to);
        }
        from = to;
    }
}

/// Whether jieba lets its model judge this character.
fn is_covered(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FD5}')
}

/// Calls `word` with the words of a run that begins at `from`, given the state
/// of each character.
fn words_of(states: &[u8], from: usize, word: &mut impl FnMut(usize, usize)) {
    let mut begin = from;
    for (at, &state) in (from..).zip(states) {
        match usize::from(state) {
            BEGIN => begin = at,
            END => word(begin, at + 1),
            SINGLE => word(at, at + 1),
            _ => {}
        }
    }
}

/// Finds the most probable state of every character of `run`. On the way to
/// the right `trace` keeps, a bit for each state, which of the two states
/// before it is the better one; on the way back, the states themselves.
fn label(view: &View<'_>, lattice: &Lattice, run: Range<usize>, trace: &mut Vec<u8>) {
    let of_character = |at| view.states(CHARACTERS + usize::from(lattice.code(at)));
    let moves: [States; 4] = std::array::from_fn(|state| view.states(MOVES + state));
    let start = view.states(START);
    let here = of_character(run.start);
    let mut scores: States = std::array::from_fn(|state| start[state] + here[state]);

    trace.clear();
    trace.push(0);
    for at in run.start + 1..run.end {
        let here = of_character(at);
        let mut choices = 0;
        scores = std::array::from_fn(|state| {
            let [first, second] =
                BEFORE[state].map(|before| scores[before] + moves[before][state] + here[state]);
            let second_wins = second >= first;
            choices |= u8::from(second_wins) << state;
            if second_wins { second } else { first }
        });
        trace.push(choices);
    }

    let mut state = if scores[END] > scores[SINGLE] {
        END
    } else {
        SINGLE
    };
    for step in trace.iter_mut().rev() {
        let choice = usize::from(*step >> state & 1);
        *step = state as u8;
        state = BEFORE[state][choice];
    }
}
