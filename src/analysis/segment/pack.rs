//! Sorted words → the nodes of a double array, with few gaps.

use std::cmp::Reverse;
use std::ops::Range;

use super::image::{SEEN_ONCE, SEPARATION};
use super::trie::{CHILDLESS, Node, ROOT, SEPARATOR, UNKNOWN};

/// A search over more slots than this is not to be repeated.
const LONG_SEARCH: usize = 1 << 15;

/// Words of 64 bases that are tried together: independent of each other, so that the processor tries
/// them at the same time.
const ABREAST: usize = 4;

/// A word as codes of characters, with the index of its probability, not 0.
pub(super) struct CodedWord<'a> {
    pub(super) codes: &'a [u16],
    pub(super) word: u32,
    /// How often the word is met: what is met often stands at the front.
    pub(super) weight: u64,
}

/// The double array of `words`, which are sorted by codes and distinct; codes
/// are less than `codes`, and as many slots are kept for first characters.
pub(super) fn pack(words: &[CodedWord<'_>], codes: usize) -> Vec<Node> {
    let tree = grow(words);
    let mut parents: Vec<usize> = (1..tree.len())
        .filter(|&id| !tree[id].children.is_empty())
        .collect();
    // Crowded nodes are hard to place and go first; single children fill the gaps.
    parents.sort_by_cached_key(|&id| Reverse((tree[id].children.len(), tree[id].weight)));

    let mut slots = Slots::new(codes);
    let mut bases = vec![CHILDLESS; tree.len()];
    bases[0] = ROOT;
    for parent in parents {
        let children = &tree[tree[parent].children.clone()];
        bases[parent] = slots.take(children.iter().map(|child| child.code));
    }

    let mut nodes = vec![Node::NONE; slots.end()];
    for (parent, &base) in tree.iter().zip(&bases) {
        for child in parent.children.clone() {
            let (code, word) = (tree[child].code, tree[child].word);
            nodes[base as usize + usize::from(code)] = Node::new(code, word, bases[child]);
        }
    }
    nodes[usize::from(SEPARATOR)] = Node::unnamed(SEPARATION);
    nodes[usize::from(UNKNOWN)] = Node::unnamed(SEEN_ONCE);
    nodes
}

/// A node of the tree of words.
struct Branch {
    code: u16,
    /// The index of the probability of the word that ends here, or 0.
    word: u32,
    weight: u64,
    children: Range<usize>,
}

/// The tree of `words`, level by level, the children of a node side by side. The first is the root.
fn grow(words: &[CodedWord<'_>]) -> Vec<Branch> {
    let branch = |code, below: &[CodedWord<'_>]| Branch {
        code,
        word: 0,
        weight: below
            .iter()
            .fold(0, |sum, word| sum.saturating_add(word.weight)),
        children: 0..0,
    };
    // Few words share all of their nodes with others.
    let mut tree = Vec::with_capacity(words.len() * 3 / 2);
    tree.push(branch(0, words));
    let mut id = 0;
    let mut depth = 0;
    // The words below each node of a level.
    let mut level = vec![words];
    while !level.is_empty() {
        let mut next = Vec::new();
        for mut words in level {
            if let Some((first, rest)) = words.split_first()
                && first.codes.len() == depth
            {
                tree[id].word = first.word;
                words = rest;
            }
            let start = tree.len();
            for below in words.chunk_by(|a, b| a.codes[depth] == b.codes[depth]) {
                tree.push(branch(below[0].codes[depth], below));
                next.push(below);
            }
            tree[id].children = start..tree.len();
            id += 1;
        }
        level = next;
        depth += 1;
    }
    tree
}

/// Which slots and which bases are taken.
struct Slots {
    taken: Bits,
    bases: Bits,
    /// One past the last slot that is taken.
    end: usize,
    /// Everything before this slot is taken.
    first_free: usize,
    /// Where the search goes on for nodes with as many children as the last.
    cursor: usize,
    /// Number of children of the last node.
    children: usize,
    /// Where the slots of the children of a node lie from a base on: words of 64 slots, and slots in
    /// the word.
    places: Vec<(usize, u32)>,
}

impl Slots {
    fn new(kept: usize) -> Self {
        let mut slots = Slots {
            taken: Bits::default(),
            bases: Bits::default(),
            end: kept,
            first_free: kept,
            cursor: 0,
            children: 0,
            places: Vec::new(),
        };
        (0..kept).for_each(|slot| slots.taken.set(slot));
        slots.bases.set(ROOT as usize);
        slots.bases.set(CHILDLESS as usize);
        slots
    }

    /// One past the last slot that is taken.
    fn end(&self) -> usize {
        self.end
    }

    /// Finds a base that no node has and whose slots for `codes` (ascending)
    /// are free; takes it and them.
    fn take(&mut self, codes: impl ExactSizeIterator<Item = u16> + Clone) -> u32 {
        let lowest = codes.clone().next().map_or(0, usize::from);
        while self.taken.has(self.first_free) {
            self.first_free += 1;
        }
        if self.children != codes.len() {
            self.children = codes.len();
            self.cursor = self.first_free;
        }
        let start = self.cursor.max(self.first_free).saturating_sub(lowest);
        self.places.clear();
        self.places.extend(
            codes
                .clone()
                .map(|code| (usize::from(code) / 64, u32::from(code) % 64)),
        );
        let base = self.find(start);
        self.bases.set(base);
        for code in codes {
            let slot = base + usize::from(code);
            self.taken.set(slot);
            self.end = self.end.max(slot + 1);
        }
        // Where there was no room for long, the next one of this size need not
        // look so long.
        if base - start > LONG_SEARCH {
            self.cursor = start + lowest + (base - start) / 8;
        }
        base as u32
    }

    /// The first base from `start` on that no node has and from which all `places` are free.
    fn find(&mut self, start: usize) -> usize {
        let reach = self.places.iter().map(|&(word, _)| word).max();
        let reach = reach.unwrap_or(0) + ABREAST + 1;
        let mut first = start / 64;
        let mut wanted = [u64::MAX; ABREAST];
        wanted[0] <<= start % 64;
        loop {
            let taken = self.taken.words(first, reach);
            let mut free = std::mem::replace(&mut wanted, [u64::MAX; ABREAST]);
            for (free, with_base) in free.iter_mut().zip(self.bases.words(first, ABREAST)) {
                *free &= !with_base;
            }
            for &(word, shift) in &self.places {
                let slots = &taken[word..=word + ABREAST];
                let mut any = 0;
                for (at, free) in free.iter_mut().enumerate() {
                    // In two steps, as a number cannot be shifted by 64.
                    *free &= !(slots[at] >> shift | slots[at + 1] << 1 << (63 - shift));
                    any |= *free;
                }
                if any == 0 {
                    break;
                }
            }
            if let Some(at) = free.iter().position(|&free| free != 0) {
                return (first + at) * 64 + free[at].trailing_zeros() as usize;
            }
            first += ABREAST;
        }
    }
}

/// A set of numbers.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, at: usize) {
        self.words(at / 64, 1);
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn has(&self, at: usize) -> bool {
        let word = self.0.get(at / 64).copied().unwrap_or(0);
        word >> (at % 64) & 1 != 0
    }

    /// So many words of 64 numbers each, from one on.
    fn words(&mut self, first: usize, count: usize) -> &[u64] {
        let end = first + count;
        if end > self.0.len() {
            self.0.resize(end.next_power_of_two(), 0);
        }
        &self.0[first..end]
    }
}
