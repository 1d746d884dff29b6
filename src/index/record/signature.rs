//! Which pairs of units the texts of a document may hold: a substring is looked for in no document that
//! lacks one of its pairs.
//!
//! The signature of a document is a Bloom filter with one hash (Bloom, *Space/time trade-offs in hash
//! coding with allowable errors*, 1970): every two units side by side in its title or in its body set
//! a bit. Its words are the values of a column, so that merging and deleting keep them in step. They
//! are short and lie close together, so that to look at them takes a fraction of what it takes to come
//! to a text.

use tantivy::columnar::{Column, ColumnIndex, RowId};
use tantivy::{DocId, SegmentReader};

use super::lookups::Lookups;
use super::spelling::Units;

/// The column of the signatures.
pub(in crate::index) const COLUMN: &str = "signature";

/// A word of 64 bits for so many units: a third of the bits are set at most.
const UNITS_PER_WORD: usize = 24;

/// The signature of a document with these texts, at least one word.
pub(in crate::index) fn words(texts: &[Units<'_>]) -> Vec<u64> {
    let units: usize = texts.iter().map(|text| text.len()).sum();
    let mut words = vec![0; units / UNITS_PER_WORD + 1];
    let count = words.len();
    for bit in texts.iter().flat_map(|text| pair_bits(*text)) {
        words[bit.word(count)] |= bit.bit();
    }
    words
}

/// The bit that a pair of units sets. Every index has signatures of its documents: with another word or
/// bit for a pair, the version of the format goes up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairBit(u64);

/// The bits that the pairs of a text set.
pub(crate) fn pair_bits(text: Units<'_>) -> impl Iterator<Item = PairBit> {
    let pairs = text.iter().zip(text.iter().skip(1));
    pairs.map(|(first, second)| PairBit::of(first, second))
}

impl PairBit {
    fn of(first: u16, second: u16) -> PairBit {
        // Fibonacci hashing (Knuth, *The Art of Computer Programming* 3, 6.4): 2^64 over the golden ratio.
        const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
        let pair = u64::from(first) << 16 | u64::from(second);
        PairBit(pair.wrapping_mul(MULTIPLIER))
    }

    /// The word that it is in, of so many.
    fn word(self, count: usize) -> usize {
        let high = self.0 >> 32;
        ((high * count as u64) >> 32) as usize
    }

    /// The bit of the word.
    fn bit(self) -> u64 {
        // Other bits than the ones that the word follows from.
        1 << (self.0 >> 26 & 63)
    }
}

/// The signatures of the documents of a segment.
pub(in crate::index) struct SegmentSignatures {
    column: Column,
    documents: DocId,
    /// Where the words of each document begin in the column, and where those of the last one end. The
    /// engine takes several steps to find those of one document.
    starts: Lookups<RowId>,
}

impl SegmentSignatures {
    /// # Errors
    /// When the segment has no such column.
    pub fn open(segment: &SegmentReader) -> tantivy::Result<SegmentSignatures> {
        Ok(SegmentSignatures {
            column: segment.fast_fields().u64(COLUMN)?,
            documents: segment.max_doc(),
            starts: Lookups::of(segment.max_doc()),
        })
    }

    /// Whether all bits are set in the signature of a document; `None` where the index is damaged.
    #[inline]
    pub fn has(&self, doc: DocId, bits: &[PairBit]) -> Option<bool> {
        let (start, end) = match self.starts.all(|| self.find_starts()) {
            Some(starts) => (*starts?.get(doc as usize)?, *starts?.get(doc as usize + 1)?),
            None => self.rows(doc)?,
        };
        let has = |bit: &PairBit| {
            let row = start + bit.word((end - start) as usize) as RowId;
            self.column.values.get_val(row) & bit.bit() != 0
        };
        Some(bits.iter().all(has))
    }

    /// Where the words of one document begin in the column, and where they end.
    fn rows(&self, doc: DocId) -> Option<(RowId, RowId)> {
        let (start, end) = match &self.column.index {
            ColumnIndex::Full if doc < self.documents => (doc, doc + 1),
            ColumnIndex::Multivalued(index) if doc < self.documents => {
                let starts = index.get_start_index_column();
                let is_whole = starts.num_vals() == self.documents + 1;
                is_whole.then(|| (starts.get_val(doc), starts.get_val(doc + 1)))?
            }
            _ => return None,
        };
        (start < end && end <= self.column.values.num_vals()).then_some((start, end))
    }

    fn find_starts(&self) -> Option<Vec<RowId>> {
        let starts = match &self.column.index {
            ColumnIndex::Full => (0..=self.documents).collect(),
            ColumnIndex::Multivalued(index) => {
                let column = index.get_start_index_column();
                let mut starts = vec![0; self.documents as usize + 1];
                (column.num_vals() as usize == starts.len())
                    .then(|| column.get_range(0, &mut starts))?;
                starts
            }
            _ => return None,
        };
        let is_whole = starts.first() == Some(&0)
            && starts.last() == Some(&self.column.values.num_vals())
            && starts.is_sorted_by(|a, b| a < b);
        is_whole.then_some(starts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Article, Paragraph};
    use crate::index::record::spelling::units;
    use crate::index::record::texts::TextReader;
    use crate::{Index, IndexOptions};
    use proptest::prelude::*;
    use tantivy::columnar::Cardinality;

    fn has_all(words: &[u64], text: &str) -> bool {
        let units = units(text);
        pair_bits(Units::of(&units)).all(|bit| words[bit.word(words.len())] & bit.bit() != 0)
    }

    proptest! {
        #[test]
        fn a_text_has_the_bits_of_all_that_it_contains(
            title in "[央行降准a\u{20000}]{0,30}",
            body in "\\PC{0,300}",
            start in 0..300_usize,
            length in 0..9_usize,
        ) {
            let (of_title, of_body) = (units(&title), units(&body));
            let words = words(&[Units::of(&of_title), Units::of(&of_body)]);
            let part: String = body.chars().skip(start).take(length).collect();
            prop_assert!(has_all(&words, &part));
            prop_assert!(has_all(&words, &title));
        }
    }

    #[test]
    fn a_text_lacks_most_bits_of_what_it_does_not_contain() {
        for length in [20, 200, 20_000] {
            let text: String = ('一'..).take(length).collect();
            let units = units(&text);
            let words = words(&[Units::of(&units)]);
            let others: String = ('\u{A000}'..).take(1001).collect();
            let pairs: Vec<String> = others
                .chars()
                .zip(others.chars().skip(1))
                .map(|(first, second)| [first, second].iter().collect())
                .collect();
            let found = pairs.iter().filter(|pair| has_all(&words, pair)).count();
            assert!((1..450).contains(&found), "{found} of 1000 at {length}");
        }
    }

    #[test]
    fn bits_are_where_they_were_when_the_format_was_made() {
        let units = units("央行降准，释放长期资金约一万亿元，云汐港口");
        let words = words(&[Units::of(&units), Units::of(&units)]);
        assert_eq!(words, [0x0170_0300_8202_0003, 0x2802_0012_2088_0400]);
    }

    /// An article whose body has a signature of so many words.
    fn article(number: usize, words: usize) -> Article {
        let start = char::from_u32(0x4E00 + 8 * number as u32).unwrap();
        let text = (start..).take(words * UNITS_PER_WORD - 1).collect();
        Article {
            id: number.to_string(),
            body: vec![Paragraph {
                text,
                heading: false,
            }],
            ..Article::default()
        }
    }

    #[test]
    fn documents_keep_their_signatures_whatever_becomes_of_their_segments() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let other = units("\u{A000}\u{A001}\u{A002}\u{A003}\u{A004}");
        let other: Vec<PairBit> = pair_bits(Units::of(&other)).collect();
        let (mut kinds, mut lacking) = (Vec::new(), 0);
        // One word each, several, both; some are replaced, by others and by shorter ones, until
        // segments are merged with deleted documents and without, and one word each is left.
        for (numbers, length) in [
            (0..30, 1),
            (30..60, 4),
            (60..90, 1),
            (40..70, 3),
            (90..95, 2),
            (30..95, 1),
        ] {
            let mut writer = index.writer_with(1, 0).unwrap();
            for number in numbers {
                let length = if length == 3 { 1 + number % 3 } else { length };
                writer.add(article(number, length)).unwrap();
            }
            writer.close().unwrap();
            index.shared.reload().unwrap();
            let view = index.shared.view();
            for segment in view.engine.segment_readers() {
                let of_segment = SegmentSignatures::open(segment).unwrap();
                kinds.push(of_segment.column.get_cardinality());
                let mut texts = TextReader::of(view.texts.of(segment).unwrap());
                for doc in segment.doc_ids_alive() {
                    let rows = of_segment.rows(doc).unwrap();
                    let starts = of_segment.find_starts().unwrap();
                    assert_eq!(rows, (starts[doc as usize], starts[doc as usize + 1]));
                    let text = texts.text(doc, index.shared.fields.body).unwrap();
                    let own: Vec<PairBit> = pair_bits(text).collect();
                    assert_eq!(of_segment.has(doc, &own), Some(true));
                    lacking += usize::from(of_segment.has(doc, &other) == Some(false));
                }
                assert_eq!(of_segment.has(segment.max_doc(), &other), None);
                assert_eq!(of_segment.rows(segment.max_doc()), None);
            }
        }
        assert!(kinds.contains(&Cardinality::Full) && kinds.contains(&Cardinality::Multivalued));
        assert!(lacking > 200, "{lacking}");
    }
}
