//! The index that the engine keeps behind the stored documents of a segment: which block of its file has
//! which document.
//!
//! ```text
//! blocks, layers of checkpoints, version (4), where the layers begin (8), kind of compression (1), 15 × 0
//! ```
//!
//! A checkpoint says which documents, and which bytes, a block has: of the last layer one of documents, of
//! the others one of checkpoints of the next layer. So a document is found in as many steps as there are
//! layers, a number that grows with the logarithm of the documents.

use std::ops::Range;

use tantivy::DocId;
use tantivy::directory::OwnedBytes;

/// Bytes behind the layers.
const FOOTER: usize = 4 + 8 + 1 + 15;

/// Which block has which document.
pub(super) struct Skips {
    /// Where the blocks of documents end, in bytes.
    end: u64,
    /// The coarsest first.
    layers: Vec<OwnedBytes>,
}

impl Skips {
    /// Those at the end of a file; `None` where it does not end as the engine ends it.
    pub fn read(file: &OwnedBytes) -> Option<Skips> {
        let end = file.len().checked_sub(FOOTER)?;
        let offset = file.get(end + 4..end + 12)?;
        let start = u64::from_le_bytes(offset.try_into().ok()?) as usize;
        let mut rest = file.get(start..end)?;
        let lengths: Option<Vec<usize>> = (0..number(&mut rest)?)
            .map(|_| number(&mut rest).map(|end| end as usize))
            .collect();
        let first = end - rest.len();
        let mut layers = Vec::new();
        let mut from = 0;
        for to in lengths? {
            let range = first.checked_add(from)?..first.checked_add(to)?;
            let is_there = range.start <= range.end && range.end <= end;
            layers.push(is_there.then(|| file.slice(range))?);
            from = to;
        }
        let end = start as u64;
        Some(Skips { end, layers })
    }

    /// The bytes of the block of a document; `None` where there is none, or the index is damaged.
    pub fn seek(&self, doc: DocId) -> Option<Range<u64>> {
        let mut block = 0..0;
        for layer in &self.layers {
            let rest = layer.get(usize::try_from(block.start).ok()?..)?;
            block = block_with(doc, rest)?;
        }
        (!self.layers.is_empty() && block.end <= self.end).then_some(block)
    }
}

/// The bytes of the first block of the next layer that ends behind a document.
fn block_with(doc: DocId, mut checkpoints: &[u8]) -> Option<Range<u64>> {
    while !checkpoints.is_empty() {
        let count = number(&mut checkpoints)?;
        if count == 0 {
            continue;
        }
        let mut last = number(&mut checkpoints)?;
        let mut start = number(&mut checkpoints)?;
        for _ in 0..count {
            last = last.checked_add(number(&mut checkpoints)?)?;
            let end = start.checked_add(number(&mut checkpoints)?)?;
            if last > u64::from(doc) {
                return Some(start..end);
            }
            start = end;
        }
    }
    None
}

/// A number, seven bits a byte, the lowest first; the last byte has the highest bit.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 != 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two layers as the engine writes them: two blocks of two and one documents.
    fn file() -> Vec<u8> {
        let number = |number: u8| number | 0x80;
        let mut file = vec![7; 90];
        let start = file.len() as u64;
        let top = [1, 0, 0, 3, 11].map(number);
        let last = [2, 0, 0, 2, 50, 1, 40].map(number);
        file.push(number(2));
        file.extend([top.len(), top.len() + last.len()].map(|end| number(end as u8)));
        file.extend(top);
        file.extend(last);
        file.extend([2, 0, 0, 0]);
        file.extend(start.to_le_bytes());
        file.extend([0; 16]);
        file
    }

    #[test]
    fn a_document_is_found_by_its_layers() {
        let skips = Skips::read(&OwnedBytes::new(file())).unwrap();
        assert_eq!(skips.seek(0), Some(0..50));
        assert_eq!(skips.seek(1), Some(0..50));
        assert_eq!(skips.seek(2), Some(50..90));
        assert_eq!(skips.seek(3), None);
    }

    #[test]
    fn numbers_are_read_as_the_engine_writes_them() {
        for (bytes, expected) in [
            (&[0x80][..], Some(0)),
            (&[0x7F, 0x81], Some(255)),
            (&[0x00], None),
            (&[], None),
            (&[0x00; 11], None),
        ] {
            assert_eq!(number(&mut &*bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn damage_is_no_panic_and_no_place_outside() {
        let whole = file();
        for length in 0..whole.len() {
            let cut = whole[whole.len() - length..].to_vec();
            if let Some(skips) = Skips::read(&OwnedBytes::new(cut)) {
                let blocks = (0..4).filter_map(|doc| skips.seek(doc));
                assert!(blocks.into_iter().all(|block| block.end <= length as u64));
            }
        }
        for place in 0..whole.len() {
            for bit in 0..8 {
                let mut damaged = whole.clone();
                damaged[place] ^= 1 << bit;
                let damaged = OwnedBytes::new(damaged);
                let Some(skips) = Skips::read(&damaged) else {
                    continue;
                };
                for block in (0..4).filter_map(|doc| skips.seek(doc)) {
                    assert!(block.end <= whole.len() as u64);
                }
            }
        }
    }
}
