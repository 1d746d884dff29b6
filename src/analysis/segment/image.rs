//! The compiled dictionary as bytes: how it is laid out, written and opened.
//!
//! ```text
//! header        see `Header`
//! codes         u16 for every character of the basic plane, by code point
//! rare codes    (u32 character, u32 code) for the others, ascending
//! logs          f64 by index; the first three have a meaning of their own
//! states        4 × f64: the start, a row for each state before, a row for each code
//! nodes         u64, see `trie`
//! ```
//!
//! All numbers are little-endian and are read where they lie: nothing is
//! parsed when an image is opened, and nothing has to be aligned.

use std::fmt;

use tantivy::directory::OwnedBytes;
use zerocopy::little_endian::{F64, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::han::is_han;
use super::trie::{FIRST_CODE, LAST_CODE, Node, SEPARATOR, Trie, UNKNOWN};

const MAGIC: [u8; 8] = *b"NEWSWORD";

/// What is written and read here. To be raised with every change of the
/// layout, and of what its parts mean.
pub(super) const FORMAT: u32 = 2;

/// Characters of the basic plane.
const PLANE: usize = 0x1_0000;

/// The index of the log-probability of a character that no word holds: that of
/// a word seen once.
pub(super) const SEEN_ONCE: u32 = 1;

/// The index of the log-probability of what separates: infinity.
pub(super) const SEPARATION: u32 = 2;

/// Identifies the content of a dictionary: equal versions cut alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version(pub [u8; 16]);

impl Version {
    /// The version of this content.
    pub(super) fn of(content: &[u8]) -> Self {
        let mut version = [0; 16];
        blake3::Hasher::new()
            .update(content)
            .finalize_xof()
            .fill(&mut version);
        Version(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({self})")
    }
}

/// Why bytes cannot be used as a compiled dictionary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ImageError {
    /// The bytes do not begin as an image does.
    #[error("this is not a compiled dictionary")]
    Foreign,
    /// An image of an older or a newer program.
    #[error("the compiled dictionary has format {found}, this version reads {expected}")]
    Format {
        /// The format of the image.
        found: u32,
        /// The format that is read here.
        expected: u32,
    },
    /// More or fewer bytes than the header says.
    #[error("the compiled dictionary has {found} bytes instead of {expected}")]
    Size {
        /// Bytes that are there.
        found: u64,
        /// Bytes that the header asks for.
        expected: u64,
    },
    /// A checksum does not agree with what it covers.
    #[error("the compiled dictionary is damaged")]
    Damaged,
}

/// What an image is made of, in memory.
pub(super) struct Parts {
    pub(super) version: Version,
    /// Characters with a code of their own, ascending.
    pub(super) codes: Vec<(char, u16)>,
    pub(super) logs: Vec<f64>,
    pub(super) nodes: Vec<Node>,
}

impl Parts {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let split = self.codes.partition_point(|&(c, _)| (c as usize) < PLANE);
        let (plane, rare) = self.codes.split_at(split);
        let mut codes: Vec<U16> = (0..PLANE as u32)
            .map(|c| Codes::without_word(char::from_u32(c)).into())
            .collect();
        for &(c, code) in plane {
            codes[c as usize] = code.into();
        }
        let rare: Vec<[U32; 2]> = rare
            .iter()
            .map(|&(c, code)| [u32::from(c).into(), u32::from(code).into()])
            .collect();
        let logs: Vec<F64> = self.logs.iter().map(|&log| log.into()).collect();
        let nodes: Vec<U64> = self.nodes.iter().map(|node| node.bits().into()).collect();

        let body = [
            codes.as_bytes(),
            rare.as_bytes(),
            logs.as_bytes(),
            nodes.as_bytes(),
        ];
        let body = body.concat();
        let mut header = Header {
            magic: MAGIC,
            format: FORMAT.into(),
            rare: (rare.len() as u32).into(),
            logs: (logs.len() as u32).into(),
            nodes: (nodes.len() as u32).into(),
            version: self.version.0,
            body: crc32fast::hash(&body).into(),
            header: 0.into(),
        };
        header.header = header.checksum().into();
        [header.as_bytes(), &body].concat()
    }
}

/// The first bytes of an image.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    format: U32,
    /// Number of entries of the parts that follow.
    rare: U32,
    logs: U32,
    nodes: U32,
    version: [u8; 16],
    /// Checksum of what follows the header.
    body: U32,
    /// Checksum of the header before this field.
    header: U32,
}

impl Header {
    fn checksum(&self) -> u32 {
        let bytes = self.as_bytes();
        crc32fast::hash(&bytes[..bytes.len() - size_of::<U32>()])
    }

    /// Bytes of each part of the body.
    fn sizes(&self) -> [u64; 4] {
        let size = |count: U32, each: usize| u64::from(count.get()) * each as u64;
        [
            (PLANE * size_of::<U16>()) as u64,
            size(self.rare, size_of::<[U32; 2]>()),
            size(self.logs, size_of::<F64>()),
            size(self.nodes, size_of::<U64>()),
        ]
    }
}

/// An opened image.
#[derive(Clone)]
pub(super) struct Image {
    version: Version,
    codes: OwnedBytes,
    rare: OwnedBytes,
    logs: OwnedBytes,
    nodes: OwnedBytes,
}

impl Image {
    /// Opens an image after comparing all of it with its checksums.
    pub(super) fn open(bytes: OwnedBytes) -> Result<Self, ImageError> {
        let (header, body) = read_header(&bytes)?;
        if crc32fast::hash(body) != header.body.get() {
            return Err(ImageError::Damaged);
        }
        Self::open_trusted(bytes)
    }

    /// Opens an image after checking its header and its size.
    pub(super) fn open_trusted(bytes: OwnedBytes) -> Result<Self, ImageError> {
        let (header, body) = read_header(&bytes)?;
        let mut start = bytes.len() - body.len();
        let [codes, rare, logs, nodes] = header.sizes().map(|size| {
            let end = start + size as usize;
            let part = bytes.slice(start..end);
            start = end;
            part
        });
        Ok(Image {
            version: Version(header.version),
            codes,
            rare,
            logs,
            nodes,
        })
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// The parts as numbers. They hold whole numbers of entries, which was
    /// seen when the image was opened.
    #[inline]
    pub(super) fn view(&self) -> View<'_> {
        View {
            codes: Codes {
                plane: entries(&self.codes),
                rare: entries(&self.rare),
            },
            logs: entries(&self.logs),
            trie: Trie {
                nodes: entries(&self.nodes),
            },
        }
    }
}

#[inline]
fn entries<T: FromBytes + Immutable + Unaligned>(bytes: &[u8]) -> &[T] {
    <[T]>::ref_from_bytes(bytes).unwrap_or(&[])
}

/// The header, checked, and the body, of the size that the header says.
fn read_header(bytes: &[u8]) -> Result<(&Header, &[u8]), ImageError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(ImageError::Foreign);
    }
    let size = |expected| ImageError::Size {
        found: bytes.len() as u64,
        expected,
    };
    let (header, body) =
        Header::ref_from_prefix(bytes).map_err(|_| size(size_of::<Header>() as u64))?;
    if header.format.get() != FORMAT {
        return Err(ImageError::Format {
            found: header.format.get(),
            expected: FORMAT,
        });
    }
    if header.checksum() != header.header.get() {
        return Err(ImageError::Damaged);
    }
    let expected = header.sizes().iter().sum::<u64>();
    if body.len() as u64 != expected {
        return Err(size(size_of::<Header>() as u64 + expected));
    }
    Ok((header, body))
}

/// The parts of an image as a cut reads them. Whatever they hold, there is an
/// answer.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) codes: Codes<'a>,
    pub(super) trie: Trie<'a>,
    logs: &'a [F64],
}

impl View<'_> {
    /// The log-probability with this index; of what is no word, none.
    #[inline(always)]
    pub(super) fn log(&self, index: u32) -> f64 {
        self.logs
            .get(index as usize)
            .map_or(f64::NEG_INFINITY, |log| log.get())
    }
}

/// Characters → codes.
#[derive(Clone, Copy)]
pub(super) struct Codes<'a> {
    plane: &'a [U16],
    rare: &'a [[U32; 2]],
}

impl Codes<'_> {
    /// All characters of the words, with their codes.
    pub(super) fn of_words(&self) -> impl Iterator<Item = (u16, char)> {
        let plane = (0..).zip(self.plane).map(|(c, code)| (c, code.get()));
        let rare = self.rare.iter();
        let rare = rare.map(|entry| (entry[0].get(), entry[1].get() as u16));
        plane.chain(rare).filter_map(|(c, code)| {
            let is_of_word = (FIRST_CODE..=LAST_CODE).contains(&code);
            Some((code, char::from_u32(c)?)).filter(|_| is_of_word)
        })
    }

    #[inline(always)]
    pub(super) fn get(self, c: char) -> u16 {
        self.plane
            .get(c as usize)
            .map_or_else(|| self.get_rare(c), |code| code.get())
    }

    #[cold]
    fn get_rare(self, c: char) -> u16 {
        match self
            .rare
            .binary_search_by_key(&u32::from(c), |entry| entry[0].get())
        {
            Ok(at) => self.rare[at][1].get() as u16,
            Err(_) => Self::without_word(Some(c)),
        }
    }

    /// The code of a character that no word holds.
    fn without_word(c: Option<char>) -> u16 {
        if c.is_some_and(is_han) {
            UNKNOWN
        } else {
            SEPARATOR
        }
    }
}
