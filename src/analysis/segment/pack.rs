//! Sorted words → the nodes of a double array, with few gaps.

use std::cmp::Reverse;
use std::ops::Range;

use super::image::{SEEN_ONCE, SEPARATION};
use super::trie::{CHILDLESS, Node, ROOT, SEPARATOR, UNKNOWN};

/// A search over more slots than this is not to be repeated.
const LONG_SEARCH: usize = 1 << 15;

/// A word as codes of characters, with the index of its probability, not 0.
pub(super) struct CodedWord {
    pub(super) codes: Vec<u16>,
    pub(super) word: u32,
    /// How often the word is met: what is met often stands at the front.
    pub(super) weight: u64,
}

/// The double array of `words`, which are sorted by codes and distinct; codes
/// are less than `codes`, and as many slots are kept for first characters.
pub(super) fn pack(words: &[CodedWord], codes: usize) -> Vec<Node> {
    let tree = grow(words);
    let mut parents: Vec<&Branch> = tree[1..]
        .iter()
        .filter(|node| !node.children.is_empty())
        .collect();
    // Crowded nodes are hard to place and go first; single children fill the gaps.
    parents.sort_by_key(|node| Reverse((node.children.len(), node.weight)));

    let mut slots = Slots::new(codes);
    let mut bases = vec![CHILDLESS; tree.len()];
    bases[0] = ROOT;
    for parent in parents {
        let codes = tree[parent.children.clone()].iter().map(|child| child.code);
        bases[parent.id] = slots.take(codes);
    }

    let mut nodes = vec![Node::NONE; slots.end()];
    for parent in &tree {
        for child in &tree[parent.children.clone()] {
            let at = bases[parent.id] as usize + usize::from(child.code);
            nodes[at] = Node::new(child.code, child.word, bases[child.id]);
        }
    }
    nodes[usize::from(SEPARATOR)] = Node::unnamed(SEPARATION);
    nodes[usize::from(UNKNOWN)] = Node::unnamed(SEEN_ONCE);
    nodes
}

/// A node of the tree of words.
struct Branch {
    id: usize,
    code: u16,
    /// The index of the probability of the word that ends here, or 0.
    word: u32,
    weight: u64,
    children: Range<usize>,
}

/// The tree of `words`, the children of a node side by side. The first is the
/// root.
fn grow(words: &[CodedWord]) -> Vec<Branch> {
    let branch = |id, code, words: &[CodedWord]| Branch {
        id,
        code,
        word: 0,
        weight: words
            .iter()
            .fold(0, |sum, word| sum.saturating_add(word.weight)),
        children: 0..0,
    };
    let mut tree = vec![branch(0, 0, words)];
    let mut below = vec![(words, 0)];
    let mut id = 0;
    while id < tree.len() {
        let (mut words, depth) = below[id];
        if let Some((first, rest)) = words.split_first()
            && first.codes.len() == depth
        {
            tree[id].word = first.word;
            words = rest;
        }
        let start = tree.len();
        for words in words.chunk_by(|a, b| a.codes[depth] == b.codes[depth]) {
            tree.push(branch(tree.len(), words[0].codes[depth], words));
            below.push((words, depth + 1));
        }
        tree[id].children = start..tree.len();
        id += 1;
    }
    tree
}

/// Which slots and which bases are taken.
struct Slots {
    taken: Bits,
    bases: Bits,
    /// Everything before this slot is taken.
    first_free: usize,
    /// Where the search goes on for nodes with as many children as the last.
    cursor: usize,
    /// Number of children of the last node.
    children: usize,
}

impl Slots {
    fn new(kept: usize) -> Self {
        let mut slots = Slots {
            taken: Bits::default(),
            bases: Bits::default(),
            first_free: kept,
            cursor: 0,
            children: 0,
        };
        (0..kept).for_each(|slot| slots.taken.set(slot));
        slots.bases.set(ROOT as usize);
        slots.bases.set(CHILDLESS as usize);
        slots
    }

    /// One past the last slot that is taken.
    fn end(&self) -> usize {
        self.taken.end
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
        let mut base = start;
        loop {
            // 64 bases at a time.
            let mut free = !self.bases.word(base);
            for code in codes.clone() {
                free &= !self.taken.word(base + usize::from(code));
                if free == 0 {
                    break;
                }
            }
            if free != 0 {
                base += free.trailing_zeros() as usize;
                break;
            }
            base += 64;
        }
        self.bases.set(base);
        codes.for_each(|code| self.taken.set(base + usize::from(code)));
        // Where there was no room for long, the next one of this size need not
        // look so long.
        if base - start > LONG_SEARCH {
            self.cursor = start + lowest + (base - start) / 8;
        }
        base as u32
    }
}

/// A set of numbers.
#[derive(Default)]
struct Bits {
    words: Vec<u64>,
    /// One past the greatest number.
    end: usize,
}

impl Bits {
    fn set(&mut self, at: usize) {
        let word = at / 64;
        if word >= self.words.len() {
            self.words.resize((word + 1).next_power_of_two(), 0);
        }
        self.words[word] |= 1 << (at % 64);
        self.end = self.end.max(at + 1);
    }

    fn has(&self, at: usize) -> bool {
        self.word(at) & 1 != 0
    }

    /// The 64 numbers from `at` on.
    fn word(&self, at: usize) -> u64 {
        let low = self.words.get(at / 64).copied().unwrap_or(0);
        let high = self.words.get(at / 64 + 1).copied().unwrap_or(0);
        match at % 64 {
            0 => low,
            shift => low >> shift | high << (64 - shift),
        }
    }
}
