//! Groups as a file that is read where it lies: a layer of the table of an index.
//!
//! ```text
//! header    see `Header`
//! keys      u64 of each member, ascending
//! groups    u32 of each member, in the order of the keys: the number of its group
//! ends      u32 of each group: where its members end
//! members   see `Entry`, group by group, the first telling first
//! strings   u16 length and bytes of each source and id
//! ```
//!
//! A group of one says that the article is in no group any more. All numbers are little-endian. Whatever the bytes are, reading gives an answer and no panic.

use std::io::{self, Write};
use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::directory::OwnedBytes;
use zerocopy::little_endian::{I16, I64, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::corpus::{Precision, Published};

const MAGIC: [u8; 8] = *b"NEWSSAME";

/// An article of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reprint {
    /// Its id.
    pub id: String,
    /// The medium that published it; empty where it is not known.
    pub source: String,
    /// When it was published.
    pub published: Option<Published>,
}

impl Reprint {
    /// The order of the members of a group: the earliest first, those without a date last.
    pub(super) fn order(&self) -> impl Ord + '_ {
        let seconds = self.published.map(|published| published.seconds);
        (seconds.is_none(), seconds, &self.id)
    }
}

/// A member of a group, to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The hash of its id.
    pub key: u64,
    pub reprint: Reprint,
}

/// Bytes are no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the table of reprints is cut short, or none at all")]
pub(crate) struct TableError;

/// Groups that were written at once. Of a group that has changed since, a later layer has all members.
#[derive(Clone)]
pub(super) struct Layer {
    keys: OwnedBytes,
    groups: OwnedBytes,
    ends: OwnedBytes,
    members: OwnedBytes,
    strings: OwnedBytes,
}

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    /// Articles and groups.
    members: U32,
    groups: U32,
    /// Bytes of the strings.
    strings: U32,
}

impl Header {
    /// Bytes behind the header.
    fn size_of_body(&self) -> u64 {
        let each = (size_of::<U64>() + size_of::<U32>() + size_of::<Entry>()) as u64;
        u64::from(self.members.get()) * each
            + u64::from(self.groups.get()) * size_of::<U32>() as u64
            + u64::from(self.strings.get())
    }
}

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Entry {
    /// Seconds since 1970, offset in minutes, and a [`Precision`]; all 0 where it is not known.
    seconds: I64,
    offset: I16,
    precision: U16,
    /// Where the strings begin.
    source: U32,
    id: U32,
}

const UNDATED: u16 = 0;
const TO_THE_SECOND: u16 = 1;
const TO_THE_DAY: u16 = 2;

impl Layer {
    /// Opens a layer that should have so many bytes.
    pub fn open(bytes: OwnedBytes, length: u64) -> Result<Layer, TableError> {
        if bytes.len() as u64 != length {
            return Err(TableError);
        }
        let (header, body) = read_header(&bytes)?;
        let count = |count: U32, each: usize| count.get() as usize * each;
        let mut start = bytes.len() - body.len();
        let mut part = |size: usize| {
            let part = bytes.slice(start..start + size);
            start += size;
            part
        };
        Ok(Layer {
            keys: part(count(header.members, size_of::<U64>())),
            groups: part(count(header.members, size_of::<U32>())),
            ends: part(count(header.groups, size_of::<U32>())),
            members: part(count(header.members, size_of::<Entry>())),
            strings: part(header.strings.get() as usize),
        })
    }

    /// How many groups it has.
    pub fn groups(&self) -> u32 {
        entries::<U32>(&self.ends).len() as u32
    }

    /// What it says of the article whose id has this hash, if anything: its group, or that it has none.
    pub fn group_of(&self, key: u64) -> Option<Option<u32>> {
        let keys: &[U64] = entries(&self.keys);
        let place = keys.binary_search_by_key(&key, |key| key.get()).ok()?;
        let group = entries::<U32>(&self.groups).get(place)?.get();
        Some(self.is_group(group).then_some(group))
    }

    /// Whether a group has several members.
    fn is_group(&self, group: u32) -> bool {
        self.range(group).is_some_and(|range| range.len() > 1)
    }

    /// Where the members of a group are.
    fn range(&self, group: u32) -> Option<Range<usize>> {
        let end = |group: u32| Some(entries::<U32>(&self.ends).get(group as usize)?.get() as usize);
        let start = group.checked_sub(1).map_or(Some(0), end)?;
        Some(start..end(group)?)
    }

    /// The keys, ascending, each with its group.
    pub fn keys(&self) -> impl Iterator<Item = (u64, Option<u32>)> {
        let keys: &[U64] = entries(&self.keys);
        let groups: &[U32] = entries(&self.groups);
        let both = keys.iter().zip(groups);
        both.map(|(key, group)| {
            (
                key.get(),
                Some(group.get()).filter(|&group| self.is_group(group)),
            )
        })
    }

    /// The articles of a group, the first telling first, those without a date last.
    pub fn members(&self, group: u32) -> impl Iterator<Item = Reprint> {
        let members = self.range(group).and_then(|range| {
            let members: &[Entry] = entries(&self.members);
            members.get(range)
        });
        let members = members.unwrap_or_default().iter();
        members.filter_map(|entry| entry.read(&self.strings))
    }
}

/// Writes a layer, group by group.
#[derive(Default)]
pub(crate) struct LayerWriter {
    /// The key of each member and the number of its group.
    keys: Vec<(u64, u32)>,
    ends: Vec<U32>,
    members: Vec<Entry>,
    strings: Strings,
}

impl LayerWriter {
    /// Has room for so many members.
    pub fn with_room(members: usize) -> LayerWriter {
        LayerWriter {
            keys: Vec::with_capacity(members),
            members: Vec::with_capacity(members),
            ..LayerWriter::default()
        }
    }

    /// Adds the next group: its members in their order.
    pub(super) fn add(&mut self, group: &[Member]) {
        let number = self.ends.len() as u32;
        for member in group {
            self.keys.push((member.key, number));
            self.members
                .push(Entry::new(&member.reprint, &mut self.strings));
        }
        self.ends.push((self.members.len() as u32).into());
    }

    /// Adds that an article is in no group any more.
    pub fn leave_out(&mut self, key: u64) {
        self.add(&[Member {
            key,
            reprint: Reprint::default(),
        }]);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Bytes that the layer takes.
    pub fn size(&self) -> u64 {
        size_of::<Header>() as u64 + self.header().size_of_body()
    }

    fn header(&self) -> Header {
        Header {
            magic: MAGIC,
            members: (self.members.len() as u32).into(),
            groups: (self.ends.len() as u32).into(),
            strings: (self.strings.bytes.len() as u32).into(),
        }
    }

    /// Writes the layer.
    pub fn write_to(mut self, out: &mut impl Write) -> io::Result<()> {
        self.keys.sort_unstable();
        out.write_all(self.header().as_bytes())?;
        for (key, _) in &self.keys {
            out.write_all(&key.to_le_bytes())?;
        }
        for (_, group) in &self.keys {
            out.write_all(&group.to_le_bytes())?;
        }
        out.write_all(self.ends.as_bytes())?;
        out.write_all(self.members.as_bytes())?;
        out.write_all(&self.strings.bytes)
    }

    /// The bytes of the layer.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size() as usize);
        self.write_to(&mut bytes).expect("a vector takes all");
        bytes
    }
}

impl Entry {
    fn new(reprint: &Reprint, strings: &mut Strings) -> Entry {
        let (seconds, offset, precision) = match &reprint.published {
            None => (0, 0, UNDATED),
            Some(published) => {
                let precision = match published.precision {
                    Precision::Second => TO_THE_SECOND,
                    Precision::Day => TO_THE_DAY,
                };
                (published.seconds, published.offset, precision)
            }
        };
        Entry {
            seconds: seconds.into(),
            offset: offset.into(),
            precision: precision.into(),
            source: strings.add_once(&reprint.source).into(),
            id: strings.add(&reprint.id).into(),
        }
    }

    fn read(&self, strings: &[u8]) -> Option<Reprint> {
        let precision = match self.precision.get() {
            TO_THE_SECOND => Some(Precision::Second),
            TO_THE_DAY => Some(Precision::Day),
            _ => None,
        };
        Some(Reprint {
            id: string(strings, self.id.get())?,
            source: string(strings, self.source.get())?,
            published: precision.map(|precision| Published {
                seconds: self.seconds.get(),
                offset: self.offset.get(),
                precision,
            }),
        })
    }
}

/// Strings end to end, each with its length in front.
#[derive(Default)]
struct Strings {
    bytes: Vec<u8>,
    known: FxHashMap<String, u32>,
}

impl Strings {
    fn add(&mut self, text: &str) -> u32 {
        let start = self.bytes.len() as u32;
        let length = text.floor_char_boundary(u16::MAX.into());
        self.bytes.extend((length as u16).to_le_bytes());
        self.bytes.extend(text[..length].bytes());
        start
    }

    /// Adds a string that many have.
    fn add_once(&mut self, text: &str) -> u32 {
        if let Some(&start) = self.known.get(text) {
            return start;
        }
        let start = self.add(text);
        self.known.insert(text.to_string(), start);
        start
    }
}

fn string(strings: &[u8], start: u32) -> Option<String> {
    let (length, rest) = U16::ref_from_prefix(strings.get(start as usize..)?).ok()?;
    let bytes = rest.get(..length.get().into())?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

fn entries<T: FromBytes + Immutable + Unaligned>(bytes: &[u8]) -> &[T] {
    <[T]>::ref_from_bytes(bytes).unwrap_or(&[])
}

/// The header and the body, which has the size that the header says.
fn read_header(bytes: &[u8]) -> Result<(&Header, &[u8]), TableError> {
    let (header, body) = Header::ref_from_prefix(bytes).map_err(|_| TableError)?;
    match header.magic == MAGIC && body.len() as u64 == header.size_of_body() {
        true => Ok((header, body)),
        false => Err(TableError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(key: u64, id: &str, source: &str, published: Option<Published>) -> Member {
        let (id, source) = (id.into(), source.into());
        Member {
            key,
            reprint: Reprint {
                id,
                source,
                published,
            },
        }
    }

    fn groups() -> Vec<Vec<Member>> {
        let published = |seconds, precision| {
            Some(Published {
                seconds,
                offset: -300,
                precision,
            })
        };
        vec![
            vec![
                member(9, "a1", "海潮社", published(-7, Precision::Day)),
                member(2, "a2", "", None),
            ],
            vec![
                member(u64::MAX, "b1", "海潮社", published(0, Precision::Second)),
                member(0, "b2", "星辰日报", published(0, Precision::Second)),
                member(5, &"长".repeat(40_000), "", None),
            ],
        ]
    }

    fn write(groups: &[Vec<Member>]) -> Vec<u8> {
        let mut layer = LayerWriter::default();
        groups.iter().for_each(|group| layer.add(group));
        layer.leave_out(11);
        layer.into_bytes()
    }

    fn open(bytes: &[u8]) -> Result<Layer, TableError> {
        Layer::open(OwnedBytes::new(bytes.to_vec()), bytes.len() as u64)
    }

    #[test]
    fn a_table_gives_back_what_was_written() {
        let table = open(&write(&groups())).unwrap();
        for (group, number) in groups().iter().zip(0..) {
            for member in group {
                assert_eq!(table.group_of(member.key), Some(Some(number)));
            }
            let read: Vec<Reprint> = table.members(number).collect();
            let written: Vec<&Reprint> = group.iter().map(|member| &member.reprint).collect();
            assert_eq!(
                read[..2],
                written[..2].iter().copied().cloned().collect::<Vec<_>>()
            );
            assert_eq!(read.len(), group.len());
        }
        assert_eq!(table.group_of(7), None);
        assert_eq!(table.members(3).count(), 0);
        assert_eq!(table.group_of(11), Some(None));
        assert_eq!(table.groups(), 3);
        let keys: Vec<u64> = table.keys().map(|(key, _)| key).collect();
        assert_eq!(keys, [0, 2, 5, 9, 11, u64::MAX]);
    }

    #[test]
    fn whatever_the_bytes_are_nothing_panics() {
        let bytes = write(&groups()[..1]);
        for length in 0..bytes.len() {
            assert!(open(&bytes[..length]).is_err(), "cut at {length}");
        }
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut bytes = bytes.clone();
                bytes[at] ^= flip;
                if let Ok(table) = open(&bytes) {
                    let groups = [9, 2, 5].map(|key| table.group_of(key));
                    for group in groups
                        .into_iter()
                        .flatten()
                        .flatten()
                        .chain([0, 1, u32::MAX])
                    {
                        assert!(table.members(group).count() <= 3);
                    }
                }
            }
        }
    }
}
