//! One piece of text, position by position: which words begin there, and
//! which of them lies on the most probable path.

use std::hint::select_unpredictable;
use std::ops::Range;

use super::image::{SEEN_ONCE, View};
use super::trie::{LONGEST_WORD, NO_WORD, SEPARATOR};

/// Words of up to this many characters have a place of their own at every
/// position; longer ones, rare, stand in a list.
pub(super) const SHORT: usize = 4;

/// The log-probability of a word of frequency 0, and of all that goes on with
/// one. It stands for minus infinity, which is taken: that is no word.
pub(super) const NEVER: f64 = f64::MIN;

/// A path whose log-probability is below this has no word, or such a one.
const IMPOSSIBLE: f64 = -1e300;

/// The buffers of a cut, kept by the caller between calls: they grow to 200
/// kilobytes, and to ten megabytes for a text without any punctuation.
#[derive(Clone, Default)]
pub struct Scratch(pub(super) Lattice);

/// The positions of a piece of text are its characters, counted from 0.
#[derive(Clone, Default)]
pub(super) struct Lattice {
    /// Byte offset of the piece in the text.
    start: usize,
    /// Number of characters of the piece: the buffers may be longer.
    len: usize,
    /// The code of every character, and one separator after the last.
    codes: Vec<u16>,
    /// The byte offset of every character in the piece, and of its end.
    offsets: Vec<u32>,
    /// The words of 1 to 4 characters that begin at every position, as indexes
    /// of probabilities.
    words: Vec<[u32; SHORT]>,
    /// The words of 5 characters and more, in order of position and length.
    long: Vec<LongWord>,
    /// The positions from which a longer word may still follow, with the base
    /// of the node that has been reached.
    live: Vec<(u32, u32)>,
    /// Log-probability of the best path from every position to the end of its
    /// run of Han characters.
    route: Vec<f64>,
    /// Length in characters of the first word of that path.
    steps: Vec<u8>,
}

impl Lattice {
    /// Number of positions.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The position after the word of the best path that begins at `from`.
    #[inline(always)]
    pub(super) fn next(&self, from: usize) -> usize {
        (from + usize::from(self.steps[from])).min(self.len)
    }

    /// Byte range in the text of the characters `from..to`.
    #[inline(always)]
    pub(super) fn bytes(&self, from: usize, to: usize) -> Range<usize> {
        self.start + self.offsets[from] as usize..self.start + self.offsets[to] as usize
    }

    /// The code of the character at `at`.
    #[inline(always)]
    pub(super) fn code(&self, at: usize) -> u16 {
        self.codes[at]
    }

    /// Whether the dictionary has the word `from..to`.
    #[inline(always)]
    pub(super) fn is_word(&self, from: usize, to: usize) -> bool {
        match to - from {
            length @ 1..=SHORT => self.words[from][length - 1] != NO_WORD,
            length => {
                let order = |word: &LongWord| (word.at(), word.length()).cmp(&(from, length));
                self.long.binary_search_by(order).is_ok()
            }
        }
    }

    /// Where the words of 5 characters and more begin and end that begin in `range`.
    pub(super) fn long_words(&self, range: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let first = self.long.partition_point(|word| word.at() < range.start);
        let words = self.long[first..]
            .iter()
            .take_while(move |word| word.at() < range.end);
        words.map(|word| (word.at(), word.at() + word.length()))
    }

    /// Finds the best path through `piece`, which begins at byte `start` of
    /// the text.
    pub(super) fn fill(&mut self, view: &View<'_>, piece: &str, start: usize) {
        self.start = start;
        self.grow(piece.len());
        self.read(view, piece);
        let live = self.find_short(view);
        self.find_long(view, live);
        self.find_route(view);
    }

    /// Makes room for a piece of `len` bytes: it has no more characters.
    fn grow(&mut self, len: usize) {
        if self.codes.len() < len + SHORT {
            let room = (len + SHORT).next_multiple_of(1 << 10);
            self.codes.resize(room, SEPARATOR);
            self.offsets.resize(room, 0);
            self.words.resize(room, [NO_WORD; SHORT]);
            self.live.resize(room, (0, 0));
            self.route.resize(room, 0.0);
            self.steps.resize(room, 1);
        }
    }

    /// Turns characters into codes.
    fn read(&mut self, view: &View<'_>, piece: &str) {
        self.len = 0;
        let slots = self.codes.iter_mut().zip(&mut self.offsets);
        for ((code, offset), (at, c)) in slots.zip(piece.char_indices()) {
            *code = view.codes.get(c);
            *offset = at as u32;
            self.len += 1;
        }
        self.codes[self.len] = SEPARATOR;
        self.offsets[self.len] = piece.len() as u32;
    }

    /// Finds the words of one to four characters, all positions of one length
    /// before the next length: the positions do not wait for one another, and
    /// there is no branch that the processor could guess wrong. Returns the
    /// number of positions that are still live.
    fn find_short(&mut self, view: &View<'_>) -> usize {
        let n = self.len;
        let trie = view.trie;
        let mut live = 0;
        let pairs = self.codes[..n].iter().zip(&self.codes[1..=n]);
        for (at, ((&first, &second), words)) in pairs.zip(&mut self.words[..n]).enumerate() {
            let root = trie.root(first);
            let node = trie.child(root.base(), second);
            *words = [root.word(), node.word(), NO_WORD, NO_WORD];
            self.live[live] = (at as u32, node.base());
            live += usize::from(node.has_children());
        }
        for length in 3..=SHORT {
            let before = live;
            live = 0;
            for i in 0..before {
                let (at, base) = self.live[i];
                let node = trie.child(base, self.codes[at as usize + length - 1]);
                self.words[at as usize][length - 1] = node.word();
                self.live[live] = (at, node.base());
                live += usize::from(node.has_children());
            }
        }
        live
    }

    /// Finds the words of five characters and more that begin at the first
    /// `live` of the live positions.
    fn find_long(&mut self, view: &View<'_>, mut live: usize) {
        self.long.clear();
        for length in SHORT + 1..=LONGEST_WORD {
            if live == 0 {
                break;
            }
            let before = live;
            live = 0;
            for i in 0..before {
                let (at, base) = self.live[i];
                let Some(&code) = self.codes.get(at as usize + length - 1) else {
                    continue;
                };
                let node = view.trie.child(base, code);
                if node.word() != NO_WORD {
                    self.long
                        .push(LongWord::new(at as usize, length, node.word()));
                }
                self.live[live] = (at, node.base());
                live += usize::from(node.has_children());
            }
        }
        self.long.sort_unstable();
    }

    /// Chooses the first word of the best path from every position, from the
    /// right to the left. Sums are formed in the order in which jieba forms
    /// them, since the last bit may decide; of equals, the longer word wins.
    fn find_route(&mut self, view: &View<'_>) {
        self.route[self.len] = 0.0;
        let mut long = self.long.as_slice();
        let [mut after1, mut after2, mut after3, mut after4] = [0.0; SHORT];
        for at in (0..self.len).rev() {
            let [word1, word2, word3, word4] = self.words[at];
            let mut best = view.log(word4) + after4;
            let mut step = SHORT;
            let here;
            (long, here) = split_at_position(long, at);
            if let Some((sum, length)) = self.best_long(view, here)
                && sum >= best
            {
                (best, step) = (sum, length);
            }
            let shorter = [
                (view.log(word3) + after3, 3),
                (view.log(word2) + after2, 2),
                (view.log(word1) + after1, 1),
            ];
            for (sum, length) in shorter {
                let better = sum > best;
                best = select_unpredictable(better, sum, best);
                step = select_unpredictable(better, length, step);
            }
            if best < IMPOSSIBLE {
                (best, step) = self.fallback(view, at, here, after1);
            }
            // Beyond a separator, which is infinitely good, nothing counts.
            best = if best < 0.0 { best } else { 0.0 };
            self.route[at] = best;
            self.steps[at] = step as u8;
            (after4, after3, after2, after1) = (after3, after2, after1, best);
        }
    }

    /// The sum of the best path over one of the long words of a position, and
    /// the length of that word.
    #[inline]
    fn best_long(&self, view: &View<'_>, here: &[LongWord]) -> Option<(f64, usize)> {
        let mut best = None;
        for word in here {
            let after = self
                .route
                .get(word.at() + word.length())
                .copied()
                .unwrap_or(0.0);
            let sum = view.log(word.index()) + after;
            if best.is_none_or(|(least, _)| sum >= least) {
                best = Some((sum, word.length()));
            }
        }
        best
    }

    /// The best path where every path is impossible. Either no word begins
    /// here: then the character counts as a word seen once. Or all have
    /// frequency 0, or are followed by such words: then the longest is taken.
    #[cold]
    fn fallback(&self, view: &View<'_>, at: usize, here: &[LongWord], after: f64) -> (f64, usize) {
        let short = || {
            (1..=SHORT)
                .rev()
                .find(|length| self.words[at][length - 1] != NO_WORD)
        };
        match here.last().map(|word| word.length()).or_else(short) {
            Some(length) => (NEVER, length),
            None => ((view.log(SEEN_ONCE) + after).max(NEVER), 1),
        }
    }
}

/// Splits off the words at position `at`, which are the last if there are any.
#[inline(always)]
fn split_at_position(long: &[LongWord], at: usize) -> (&[LongWord], &[LongWord]) {
    match long.last() {
        Some(word) if word.at() == at => long.split_at(long.partition_point(|word| word.at() < at)),
        _ => (long, &[]),
    }
}

/// A word of five characters or more: position, length in characters (8 bits)
/// and index of its probability (24 bits), the most significant first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LongWord(u64);

impl LongWord {
    fn new(at: usize, length: usize, index: u32) -> Self {
        LongWord((at as u64) << 32 | (length as u64) << 24 | u64::from(index))
    }

    fn at(self) -> usize {
        (self.0 >> 32) as usize
    }

    fn length(self) -> usize {
        (self.0 >> 24) as usize & 0xFF
    }

    fn index(self) -> u32 {
        self.0 as u32 & 0xFF_FFFF
    }
}
