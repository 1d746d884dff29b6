//! Texts as they are searched, and how to spell them as they were written.
//!
//! A text is stored in its folded form, in units of UTF-16, so that it can be searched where it lies:
//! first the low byte of each unit, then the high ones. The low ones tell characters apart nearly as
//! well as both do, and half as much is read. The *spelling* of a text says what to change to get the
//! original back, as most of a text folds to itself: places in ascending order, each with what stands
//! there in the original. A comma of full width takes a byte or two, a traditional character three or
//! four.

use memchr::memmem::Finder;

use crate::analysis::Folder;

/// A text in units of UTF-16.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Units<'a> {
    /// Of each unit the low byte, and the high one; as many of either.
    low: &'a [u8],
    high: &'a [u8],
}

impl<'a> Units<'a> {
    /// Those that [`units`] made.
    #[inline]
    pub fn of(bytes: &'a [u8]) -> Units<'a> {
        let (low, high) = bytes.split_at(bytes.len() / 2);
        Units {
            low,
            high: &high[..low.len()],
        }
    }

    pub fn len(self) -> usize {
        self.low.len()
    }

    /// The units, one by one.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = u16> + 'a {
        let bytes = self.low.iter().zip(self.high);
        bytes.map(|(&low, &high)| u16::from_le_bytes([low, high]))
    }

    /// Takes the place of each unit, from first to last, whose low byte has a number in the table, and that number. 0 is
    /// none.
    #[inline]
    pub fn for_each_numbered(self, numbers: &[u16; 256], mut take: impl FnMut(usize, u16)) {
        const AT_ONCE: usize = 8;
        let number = |&low: &u8| numbers[usize::from(low)];
        for (chunk, start) in self.low.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
            // Most have none: no step between depends on a guess of the processor.
            if chunk.iter().fold(0, |any, low| any | number(low)) != 0 {
                for (at, low) in (start..).zip(chunk) {
                    if number(low) != 0 {
                        take(at, number(low));
                    }
                }
            }
        }
    }

    /// The text that ends before unit `middle`, and the rest; `None` where it is shorter.
    fn split_at_checked(self, middle: usize) -> Option<(Units<'a>, Units<'a>)> {
        let (low, low_rest) = self.low.split_at_checked(middle)?;
        let (high, high_rest) = self.high.split_at_checked(middle)?;
        let rest = Units {
            low: low_rest,
            high: high_rest,
        };
        Some((Units { low, high }, rest))
    }

    fn take(&mut self) -> Option<u16> {
        let (first, rest) = self.split_at_checked(1)?;
        *self = rest;
        first.iter().next()
    }

    /// The units from `start` on to `end`.
    pub fn between(self, start: usize, end: usize) -> Units<'a> {
        let text = self.before(end);
        text.split_at_checked(start)
            .map_or(Units::default(), |(_, rest)| rest)
    }

    /// The first `end` units.
    pub fn before(self, end: usize) -> Units<'a> {
        self.split_at_checked(end)
            .map_or(self, |(before, _)| before)
    }

    /// Whether `needle` stands at a place.
    #[inline]
    pub fn has_at(self, place: usize, needle: Units<'_>) -> bool {
        let is_at = |text: &[u8], needle| {
            text.get(place..)
                .is_some_and(|rest| starts_with(rest, needle))
        };
        is_at(self.low, needle.low) && is_at(self.high, needle.high)
    }

    /// The low byte of the first unit.
    pub fn first_low(self) -> Option<u8> {
        self.low.first().copied()
    }

    /// How many characters they are: the second half of a pair is none.
    pub fn characters(self) -> usize {
        let high = self.high.iter();
        high.map(|high| usize::from(!(0xDC..0xE0).contains(high)))
            .sum()
    }
}

/// A text to be found in others.
#[derive(Debug, Clone)]
pub(crate) struct Needle {
    units: Vec<u8>,
    /// Of the low bytes.
    low: Finder<'static>,
    /// Of the high bytes of a long text: to compare these wherever the low ones agree might take the
    /// length of one times that of the other.
    high: Option<Finder<'static>>,
}

impl Needle {
    /// So many units are compared at once.
    const SHORT: usize = 32;

    pub fn new(text: &str) -> Needle {
        let units = units(text);
        let Units { low, high } = Units::of(&units);
        let is_long = high.len() > Needle::SHORT;
        Needle {
            low: Finder::new(low).into_owned(),
            high: is_long.then(|| Finder::new(high).into_owned()),
            units,
        }
    }

    pub fn units(&self) -> Units<'_> {
        Units::of(&self.units)
    }

    /// The first place in a text at or behind `from`, in units.
    pub fn find(&self, text: Units<'_>, mut from: usize) -> Option<usize> {
        let high = self.units().high;
        loop {
            let at = from + self.low.find(text.low.get(from..)?)?;
            let rest = text.high.get(at..)?;
            match &self.high {
                None if starts_with(rest, high) => return Some(at),
                None => from = at + 1,
                Some(finder) => match finder.find(rest)? {
                    0 => return Some(at),
                    before => from = at + before,
                },
            }
        }
    }
}

/// The same as for slices, quicker for so few bytes as words have.
#[inline]
fn starts_with(text: &[u8], needle: &[u8]) -> bool {
    text.len() >= needle.len() && text.iter().zip(needle).all(|(a, b)| a == b)
}

/// A text, folded.
#[derive(Debug, Default)]
pub(crate) struct Spelled {
    /// Its paragraphs stay parted by line feeds.
    pub folded: String,
    /// [`units`] of it.
    pub units: Vec<u8>,
    /// What gives the original back.
    pub spelling: Vec<u8>,
}

/// What stands in the original for the next units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum Change {
    /// For one unit, the character of full width: `，` for `,`.
    Wide,
    /// For one unit, the capital letter.
    Capital,
    /// For no unit, a blank.
    Blank,
    /// For one unit, another one, which follows.
    Unit,
    /// For as many units as follow, as many bytes of UTF-8 as follow.
    Text,
}

impl Change {
    const ALL: [Change; 5] = [
        Change::Wide,
        Change::Capital,
        Change::Blank,
        Change::Unit,
        Change::Text,
    ];
    /// Bits of a change beside the distance from the one before.
    const BITS: u32 = 3;

    fn of(folded: &str, original: &str) -> Change {
        let mut both = folded.chars().zip(original.chars());
        match both.next() {
            None if original == " " => Change::Blank,
            Some((from, to)) if both.next().is_none() && is_one(folded) && is_one(original) => {
                match to {
                    to if to.is_ascii_uppercase() && to.to_ascii_lowercase() == from => {
                        Change::Capital
                    }
                    to if wide(from as u32) == Some(to as u32) => Change::Wide,
                    _ => Change::Unit,
                }
            }
            _ => Change::Text,
        }
    }
}

/// Whether a text is one unit.
fn is_one(text: &str) -> bool {
    text.encode_utf16().count() == 1
}

/// The form of full width of a character that has one.
fn wide(narrow: u32) -> Option<u32> {
    matches!(narrow, 0x21..=0x7E).then_some(narrow + 0xFEE0)
}

impl Spelled {
    pub fn new(folder: &Folder, text: &str) -> Spelled {
        let mut folded = String::with_capacity(text.len());
        let mut changes = Vec::new();
        for (index, paragraph) in text.split('\n').enumerate() {
            if index > 0 {
                folded.push('\n');
            }
            folder.fold_noting(paragraph, &mut folded, |range, original| {
                changes.push((range, original));
            });
        }
        let mut spelling = Vec::with_capacity(2 * changes.len());
        let mut end = 0;
        for (range, original) in changes {
            let distance = folded[end..range.start].encode_utf16().count();
            end = range.end;
            push_change(&folded[range], original, distance, &mut spelling);
        }
        Spelled {
            units: units(&folded),
            folded,
            spelling,
        }
    }
}

/// A text in units: the low bytes of all, then the high ones.
pub(crate) fn units(text: &str) -> Vec<u8> {
    // Of UTF-8 every byte but those that go on begins a character, of two units where it has four bytes.
    let begun = |byte: u8| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0);
    let count = text.bytes().map(begun).sum();
    let mut units = vec![0; 2 * count];
    let (low, high) = units.split_at_mut(count);
    let bytes = low.iter_mut().zip(high);
    for ((low, high), unit) in bytes.zip(text.encode_utf16()) {
        [*low, *high] = unit.to_le_bytes();
    }
    units
}

fn push_change(folded: &str, original: &str, distance: usize, out: &mut Vec<u8>) {
    let change = Change::of(folded, original);
    push_number(distance << Change::BITS | change as usize, out);
    match change {
        Change::Wide | Change::Capital | Change::Blank => {}
        Change::Unit => out.extend(original.encode_utf16().flat_map(u16::to_le_bytes)),
        Change::Text => {
            push_number(folded.encode_utf16().count(), out);
            push_number(original.len(), out);
            out.extend_from_slice(original.as_bytes());
        }
    }
}

/// The original text of these units; `None` for bytes that [`Spelled::new`] did not make.
pub(crate) fn original(units: Units<'_>, mut spelling: &[u8]) -> Option<String> {
    let mut text = Text::with_room_for(units.len());
    let mut rest = units;
    while !spelling.is_empty() {
        let head = take_number(&mut spelling)?;
        let change = *Change::ALL.get(head & ((1 << Change::BITS) - 1))?;
        let (same, behind) = rest.split_at_checked(head >> Change::BITS)?;
        text.push_units(same)?;
        rest = behind;
        match change {
            Change::Blank => text.push(' '),
            Change::Wide => text.push(char::from_u32(wide(rest.take()?.into())?)?),
            Change::Capital => {
                let letter = u8::try_from(rest.take()?).ok()?;
                text.push(letter.to_ascii_uppercase().into());
            }
            Change::Unit => {
                rest.take()?;
                let (unit, behind) = spelling.split_first_chunk()?;
                text.push(char::from_u32(u16::from_le_bytes(*unit).into())?);
                spelling = behind;
            }
            Change::Text => {
                let units = take_number(&mut spelling)?;
                rest = rest.split_at_checked(units)?.1;
                let length = take_number(&mut spelling)?;
                let (original, behind) = spelling.split_at_checked(length)?;
                text.push_str(std::str::from_utf8(original).ok()?);
                spelling = behind;
            }
        }
    }
    text.push_units(rest)?;
    text.finish()
}

/// A text that is being made: bytes of UTF-8, with room behind them.
struct Text {
    bytes: Vec<u8>,
    length: usize,
}

impl Text {
    /// Bytes that one character takes at most.
    const LONGEST: usize = 4;

    fn with_room_for(units: usize) -> Text {
        Text {
            bytes: vec![0; 3 * units + Text::LONGEST],
            length: 0,
        }
    }

    fn make_room_for(&mut self, bytes: usize) {
        let wanted = self.length + bytes + Text::LONGEST;
        if self.bytes.len() < wanted {
            self.bytes.resize(wanted.max(2 * self.bytes.len()), 0);
        }
    }

    fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    fn push_str(&mut self, text: &str) {
        self.make_room_for(text.len());
        self.bytes[self.length..][..text.len()].copy_from_slice(text.as_bytes());
        self.length += text.len();
    }

    /// Appends units; `None` where they are no text.
    fn push_units(&mut self, units: Units<'_>) -> Option<()> {
        self.make_room_for(3 * units.len());
        let (out, mut at) = (&mut self.bytes[..], self.length);
        let mut units = units.iter();
        while let Some(unit) = units.next() {
            match unit {
                0..0x80 => {
                    out[at] = unit as u8;
                    at += 1;
                }
                0x80..0x800 => {
                    let two = [0xC0 | (unit >> 6) as u8, 0x80 | (unit & 0x3F) as u8];
                    out[at..at + 2].copy_from_slice(&two);
                    at += 2;
                }
                0xD800..0xE000 => {
                    let mut pair = char::decode_utf16([unit, units.next()?]);
                    let c = pair.next()?.ok()?;
                    at += c.encode_utf8(&mut out[at..at + 4]).len();
                }
                _ => {
                    let three = [
                        0xE0 | (unit >> 12) as u8,
                        0x80 | (unit >> 6 & 0x3F) as u8,
                        0x80 | (unit & 0x3F) as u8,
                    ];
                    out[at..at + 3].copy_from_slice(&three);
                    at += 3;
                }
            }
        }
        self.length = at;
        Some(())
    }

    fn finish(self) -> Option<String> {
        // To copy a text takes a tenth of what the standard library takes to validate it.
        let text = simdutf8::basic::from_utf8(&self.bytes[..self.length]).ok()?;
        Some(text.to_owned())
    }
}

/// Appends a number, seven bits a byte, the lowest first.
pub(in crate::index) fn push_number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[inline]
pub(in crate::index) fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round_trip(text: &str) -> Spelled {
        let folder = Folder::new();
        let spelled = Spelled::new(&folder, text);
        assert_eq!(spelled.folded, folder.fold_paragraphs(text), "{text:?}");
        let units = Units::of(&spelled.units);
        assert!(units.iter().eq(spelled.folded.encode_utf16()), "{text:?}");
        assert_eq!(units.characters(), spelled.folded.chars().count());
        let back = original(units, &spelled.spelling);
        assert_eq!(back.as_deref(), Some(text));
        spelled
    }

    #[test]
    fn every_text_is_spelled_as_it_was() {
        for text in [
            "",
            "\n",
            "央行：降准０．５％，\n释放 Ａ股 ABC a\u{20000}b🚀。",
            "央 行 降　准 a  b",
            "  　央行 \n　 降准　\n\n",
            "臺灣證券交易所發佈㈱㊣①ﬁ",
            "\u{AF}甲\u{AF}乙İİ\u{1E9E}Ω㎏½",
            "\u{0}\u{FEFF}\u{E000}\u{FFFD}",
        ] {
            round_trip(text);
        }
    }

    #[test]
    fn a_needle_is_found_where_it_stands() {
        let long = "a".repeat(Needle::SHORT + 1);
        for (needle, text, found) in [
            ("央", "", &[][..]),
            ("央", "央行央央", &[0, 2, 3]),
            ("央央", "央央央", &[0, 1]),
            ("行", "央\u{20000}行", &[3]),
            ("\u{20000}", "央\u{20000}\u{20000}", &[1, 3]),
            // Other characters with the same low bytes.
            ("\u{4E61}\u{4E62}", "\u{4F61}\u{4E62}\u{4E61}\u{4E62}", &[2]),
            ("a", "\u{4E61}a", &[1]),
            (&long, &format!("\u{4E61}{long}a"), &[1, 2]),
            (&long, &format!("{}\u{4E61}{}", &long[1..], &long[1..]), &[]),
        ] {
            let (needle, text) = (Needle::new(needle), units(text));
            let text = Units::of(&text);
            let mut places = Vec::new();
            while let Some(at) = needle.find(text, places.last().map_or(0, |at| at + 1)) {
                places.push(at);
            }
            assert_eq!(places, found, "{needle:?} {text:?}");
            for place in 0..=text.len() {
                assert_eq!(text.has_at(place, needle.units()), found.contains(&place));
            }
        }
    }

    #[test]
    fn the_usual_changes_take_little() {
        for (text, most) in [
            ("央行降准。", 0),
            ("央行，降准", 1),
            ("央行ABC", 3),
            ("央 行", 1),
            ("臺灣", 6),
        ] {
            let length = round_trip(text).spelling.len();
            assert!(length <= most, "{text}: {length}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_spelled_as_it_was(text: String) {
            round_trip(&text);
        }

        #[test]
        fn any_text_of_some_characters_is_spelled_as_it_was(
            text in "[央行臺灣a-cA-C \u{3000}\n，％㈱①\u{AF}İ\u{20000}]{0,24}",
        ) {
            round_trip(&text);
        }

        #[test]
        fn damaged_bytes_never_panic(
            units in prop::collection::vec(any::<u8>(), 0..16),
            spelling in prop::collection::vec(any::<u8>(), 0..12),
        ) {
            drop(original(Units::of(&units), &spelling));
        }
    }
}
