//! Stored articles, each compressed by itself, so that a hit is read without its neighbours.
//!
//! One article is too short to compress well. What the articles of an archive have in common is
//! therefore learnt from the first of them, once, as a dictionary of Zstandard: a file of the index,
//! which the manifest names. The few articles stored before that, and those of an index too small to
//! learn from, are compressed without. Long articles take less room so than in blocks of 11 KB, short
//! wire texts a little more.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use zstd::zstd_safe::{self, CCtx, CDict, DCtx, DDict};

use super::error::IndexError;
use super::folder::{open_common, write_common};
use super::manifest::Manifest;

/// Level of Zstandard: the next one takes half as long again for a fifteenth less.
const LEVEL: i32 = 5;
/// Articles that are learnt from, in bytes; more of them teach little more.
const SAMPLES: usize = 1 << 20;
/// The part of a long article that is learnt from, in bytes.
const SAMPLE: usize = 4 << 10;
/// The most bytes of what they have in common.
const COMMON: usize = 112 << 10;

/// What the articles of an index are compressed with.
pub(crate) struct Compression {
    /// The folder of the index; none for one in memory.
    dir: Option<PathBuf>,
    common: OnceLock<Common>,
    /// Those that nobody uses now.
    readers: Mutex<Vec<DCtx<'static>>>,
}

/// What articles have in common, ready for use.
struct Common {
    bytes: Vec<u8>,
    reading: DDict<'static>,
    /// Only writers need it, and it is the larger part.
    writing: OnceLock<CDict<'static>>,
}

impl Common {
    fn new(bytes: Vec<u8>) -> Common {
        Common {
            reading: DDict::create(&bytes),
            writing: OnceLock::new(),
            bytes,
        }
    }

    fn writing(&self) -> &CDict<'static> {
        self.writing
            .get_or_init(|| CDict::create(&self.bytes, LEVEL))
    }
}

impl Compression {
    /// That of an index in memory, which has learnt nothing yet.
    pub fn in_memory() -> Compression {
        Compression {
            dir: None,
            common: OnceLock::new(),
            readers: Mutex::default(),
        }
    }

    /// That of the index in `dir`.
    ///
    /// # Errors
    /// When the file that the manifest names is missing or damaged.
    pub fn open(dir: &Path, manifest: &Manifest) -> Result<Compression, IndexError> {
        let common = open_common(dir, manifest)?.map(Common::new);
        Ok(Compression {
            dir: Some(dir.into()),
            common: common.map_or_else(OnceLock::new, OnceLock::from),
            ..Compression::in_memory()
        })
    }

    /// What was compressed, from a document as the engine stores it or from its value alone; `None`
    /// for bytes that a [`Compressor`] of this index did not make.
    pub fn decompress(&self, stored: &[u8]) -> Option<Vec<u8>> {
        let compressed = frame(stored)?;
        let length = zstd_safe::get_frame_content_size(compressed).ok()??;
        let mut bytes = Vec::new();
        // A damaged length may be any.
        bytes.try_reserve_exact(length.try_into().ok()?).ok()?;
        let mut reader = self.idle_readers().pop().unwrap_or_else(DCtx::create);
        let read = match zstd_safe::get_dict_id_from_frame(compressed) {
            None => reader.decompress(&mut bytes, compressed),
            Some(_) => {
                reader.decompress_using_ddict(&mut bytes, compressed, &self.common()?.reading)
            }
        };
        self.idle_readers().push(reader);
        read.ok().map(|_| bytes)
    }

    fn idle_readers(&self) -> std::sync::MutexGuard<'_, Vec<DCtx<'static>>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the articles have in common, if that was learnt, by this process or another one.
    fn common(&self) -> Option<&Common> {
        if let Some(common) = self.common.get() {
            return Some(common);
        }
        let dir = self.dir.as_ref()?;
        let manifest = Manifest::read(dir).ok()??;
        let common = open_common(dir, &manifest).ok()??;
        Some(self.common.get_or_init(|| Common::new(common)))
    }

    /// Makes this what the articles have in common. The caller holds the lock of the index.
    fn learn(&self, common: Vec<u8>) -> Result<(), IndexError> {
        if let Some(dir) = &self.dir {
            write_common(dir, &common)?;
        }
        self.common.get_or_init(|| Common::new(common));
        Ok(())
    }
}

/// The bytes that the engine writes before the only value of a document, at most: how many values
/// there are, the field, the kind of the value and its length.
const HEAD: usize = 16;

/// The frame of Zstandard that stored bytes end with.
fn frame(stored: &[u8]) -> Option<&[u8]> {
    let magic = zstd_safe::MAGICNUMBER.to_le_bytes();
    let head = &stored[..stored.len().min(HEAD + magic.len())];
    let start = memchr::memmem::find(head, &magic)?;
    Some(&stored[start..])
}

/// Compresses articles, and learns from them.
pub(crate) struct Compressor {
    writer: CCtx<'static>,
    /// What was seen so far; `None` where nothing is to be learnt any more.
    samples: Option<Samples>,
}

/// Articles or parts of them, one behind the other.
#[derive(Default)]
struct Samples {
    bytes: Vec<u8>,
    lengths: Vec<usize>,
}

impl Compressor {
    pub fn new(compression: &Compression) -> Compressor {
        Compressor {
            writer: CCtx::create(),
            samples: compression.common().is_none().then(Samples::default),
        }
    }

    /// Whether more articles are needed to learn from.
    pub fn is_learning(&self) -> bool {
        let is_less = |samples: &Samples| samples.bytes.len() < SAMPLES;
        self.samples.as_ref().is_some_and(is_less)
    }

    /// Learns from an article, once enough of them were seen.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn see(&mut self, compression: &Compression, article: &[u8]) -> Result<(), IndexError> {
        let Some(samples) = &mut self.samples else {
            return Ok(());
        };
        let part = &article[..article.len().min(SAMPLE)];
        samples.bytes.extend_from_slice(part);
        samples.lengths.push(part.len());
        if samples.bytes.len() < SAMPLES {
            return Ok(());
        }
        let common = zstd::dict::from_continuous(&samples.bytes, &samples.lengths, COMMON);
        self.samples = None;
        // There may be nothing to learn: articles that are all alike, say.
        common.map_or(Ok(()), |common| compression.learn(common))
    }

    pub fn compress(&mut self, compression: &Compression, article: &[u8]) -> Vec<u8> {
        let mut compressed = Vec::with_capacity(zstd_safe::compress_bound(article.len()));
        let written = match compression.common.get() {
            Some(common) => {
                self.writer
                    .compress_using_cdict(&mut compressed, article, common.writing())
            }
            None => self.writer.compress(&mut compressed, article, LEVEL),
        };
        written.expect("there is room for it");
        compressed.shrink_to_fit();
        compressed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Articles about nothing, none like another.
    fn article(number: usize) -> Vec<u8> {
        let words = [
            "云汐科技",
            "公告",
            "净利润",
            "同比增长",
            "亿元",
            "拟回购股份",
            "股东大会",
        ];
        let mut state = number as u64 + 1;
        let mut text = format!("{number}");
        for _ in 0..120 {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            text.push_str(words[(state >> 33) as usize % words.len()]);
            text.push_str(&(state >> 60).to_string());
        }
        text.into_bytes()
    }

    #[test]
    fn articles_come_back_whether_they_were_stored_before_or_after_it_learnt() {
        let compression = Compression::in_memory();
        let mut compressor = Compressor::new(&compression);
        let mut stored = Vec::new();
        let mut number = 0;
        while compressor.is_learning() {
            stored.push(compressor.compress(&compression, &article(number)));
            compressor.see(&compression, &article(number)).unwrap();
            number += 1;
        }
        let before = stored.last().unwrap().len();
        stored.push(compressor.compress(&compression, &article(number)));
        assert!(
            stored[number].len() < before * 9 / 10,
            "it has learnt nothing"
        );
        for (number, stored) in stored.iter().enumerate() {
            assert_eq!(compression.decompress(stored), Some(article(number)));
        }
        assert_eq!(
            compression.decompress(&compressor.compress(&compression, b"")),
            Some(vec![])
        );
    }

    #[test]
    fn other_bytes_are_refused() {
        let compression = Compression::in_memory();
        let mut compressor = Compressor::new(&compression);
        let sound = compressor.compress(&compression, &article(1));
        let mut cases = vec![Vec::new(), b"X".to_vec(), sound[..sound.len() / 2].to_vec()];
        cases.extend((0..sound.len().min(200)).map(|at| {
            let mut flipped = sound.clone();
            flipped[at] ^= 0xff;
            flipped
        }));
        for case in cases {
            assert_ne!(compression.decompress(&case), Some(article(1)));
        }
    }
}
