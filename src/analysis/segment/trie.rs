//! The words of a dictionary as a double array: a node's children stand at
//! its base plus the code of their character.
//!
//! Codes are given to characters by frequency, so that the children of a node
//! stand close together. No two nodes share a base: that a slot belongs to a
//! node is then told by the character alone, and a node fits into eight bytes.

use std::hint::select_unpredictable;

use zerocopy::little_endian::U64;

/// The index of the log-probability of what is no word: minus infinity.
pub(super) const NO_WORD: u32 = 0;

/// The code of what is no Han character.
pub(super) const SEPARATOR: u16 = 0;

/// The code of a Han character that no word holds.
pub(super) const UNKNOWN: u16 = 1;

/// The first code given to a character.
pub(super) const FIRST_CODE: u16 = 2;

/// The last code that there can be: free slots have the one after it.
pub(super) const LAST_CODE: u16 = u16::MAX - 1;

/// Bases and indexes of probabilities are less than this.
pub(super) const LIMIT: usize = 1 << 24;

/// The longest word, in characters.
pub(super) const LONGEST_WORD: usize = 255;

/// The base of the root: its children are found by their code.
pub(super) const ROOT: u32 = 0;

/// The base of the nodes without children. No other node has it, so that
/// nothing is found there.
pub(super) const CHILDLESS: u32 = 1;

/// A node: the code of its character (16 bits), the index of the probability
/// of the word that ends here, 0 for none (24 bits), its base (24 bits).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Node(u64);

impl Node {
    /// What stands in a free slot.
    pub(super) const NONE: Node = Node::unnamed(NO_WORD);

    pub(super) const fn new(code: u16, word: u32, base: u32) -> Self {
        Node((base as u64) << 40 | (word as u64) << 16 | code as u64)
    }

    /// A node that is found by its slot alone.
    pub(super) const fn unnamed(word: u32) -> Self {
        Node::new(LAST_CODE + 1, word, CHILDLESS)
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    pub(super) fn code(self) -> u16 {
        self.0 as u16
    }

    /// The index of the probability of the word that ends here; 0 for none.
    #[inline(always)]
    pub(super) fn word(self) -> u32 {
        (self.0 >> 16) as u32 & 0xFF_FFFF
    }

    #[inline(always)]
    pub(super) fn base(self) -> u32 {
        (self.0 >> 40) as u32
    }

    #[inline(always)]
    pub(super) fn has_children(self) -> bool {
        self.base() != CHILDLESS
    }
}

/// The nodes of an image. Damaged nodes lead to wrong words, to nothing worse.
#[derive(Clone, Copy)]
pub(super) struct Trie<'a> {
    pub(super) nodes: &'a [U64],
}

impl Trie<'_> {
    /// The node of a word's first character.
    #[inline(always)]
    pub(super) fn root(self, code: u16) -> Node {
        self.slot(ROOT + u32::from(code))
    }

    /// The node of the character `code` after the node that has this base.
    #[inline(always)]
    pub(super) fn child(self, base: u32, code: u16) -> Node {
        let node = self.slot(base + u32::from(code));
        select_unpredictable(node.code() == code, node, Node::NONE)
    }

    /// All nodes, slot by slot.
    pub(super) fn slots(self) -> impl Iterator<Item = Node> {
        self.nodes.iter().map(|node| Node(node.get()))
    }

    #[inline(always)]
    fn slot(self, at: u32) -> Node {
        self.nodes
            .get(at as usize)
            .map_or(Node::NONE, |node| Node(node.get()))
    }
}
