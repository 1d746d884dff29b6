//! A compressed stream is read only as far as its size warrants: a few bytes may stand for terabytes.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that each compressed byte may become. That is what gzip can do at best; texts
/// become some ten.
const MAX_FACTOR: u64 = 1_024;

/// What a stream may become whatever its size, in bytes.
const FREE: u64 = 64 << 20;

/// Counts what is read of a compressed stream.
pub(super) struct Counted<R> {
    compressed: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Counted<R> {
    pub(super) fn new(compressed: R) -> Self {
        Counted {
            compressed,
            count: Arc::default(),
        }
    }

    /// Bytes read so far, as they go on.
    pub(super) fn count(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.compressed.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// What a stream becomes; an error where that is out of proportion to its size.
pub(super) struct Bounded<R> {
    expanded: R,
    count: u64,
    /// Bytes of the compressed stream read so far.
    of: Arc<AtomicU64>,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(expanded: R, of: Arc<AtomicU64>) -> Self {
        Bounded {
            expanded,
            count: 0,
            of,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.expanded.read(buffer)?;
        self.count += read as u64;
        let most = FREE.saturating_add(self.of.load(Ordering::Relaxed).saturating_mul(MAX_FACTOR));
        if self.count > most {
            let problem = format!("it expands to more than {MAX_FACTOR} times its size");
            return Err(io::Error::other(problem));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many bytes are read, of a stream of so many compressed ones.
    fn read(compressed: u64, expanded: u64) -> Result<u64, String> {
        let mut stream = Counted::new(io::repeat(0).take(compressed));
        let count = stream.count();
        io::copy(&mut stream, &mut io::sink()).expect("reads");
        let mut bounded = Bounded::new(io::repeat(0).take(expanded), count);
        io::copy(&mut bounded, &mut io::sink()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_stream_is_read_as_far_as_its_size_warrants() {
        assert_eq!(read(10, FREE), Ok(FREE));
        let most = FREE + 100_000 * MAX_FACTOR;
        assert_eq!(read(100_000, most), Ok(most));
        let problem = read(100_000, most + 1).expect_err("more than its size warrants");
        assert_eq!(problem, "it expands to more than 1024 times its size");
    }
}
