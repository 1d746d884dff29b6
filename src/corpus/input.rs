//! A file → its bytes: unpacked, and as UTF-8 where its text cannot be told apart otherwise.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder};
use flate2::bufread::MultiGzDecoder;

use super::Problem;
use super::encoding;
use super::expansion::{Bounded, Counted};
use super::format::Compression;
use super::walk::STDIN;

/// Bytes of a file, a buffer at a time.
pub(super) type Input = Box<dyn BufRead + Send>;

/// Bytes read at once.
const BUFFER: usize = 128 * 1024;

/// The largest window of a Zstandard frame that is accepted, as a power of two: 128 MiB.
const ZSTD_WINDOW_BITS: u32 = 27;

/// Opens a file, or standard input, and unpacks it where it is compressed.
///
/// # Errors
/// It cannot be opened.
pub(super) fn open(path: &Path) -> Result<Input, Problem> {
    let file: Box<dyn Read + Send> = if path == Path::new(STDIN) {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(Problem::Io)?)
    };
    let file = Counted::new(file);
    let count = file.count();
    let mut file = BufReader::with_capacity(BUFFER, file);
    let head = file.fill_buf().map_err(Problem::Io)?;
    let expanded: Box<dyn Read + Send> = match Compression::by_name(path).or(Compression::of(head))
    {
        None => return Ok(Box::new(file)),
        Some(Compression::Gzip) => Box::new(MultiGzDecoder::new(file)),
        Some(Compression::Zstd) => {
            let mut decoder = zstd::Decoder::with_buffer(file).map_err(Problem::Decompress)?;
            decoder
                .window_log_max(ZSTD_WINDOW_BITS)
                .map_err(Problem::Decompress)?;
            Box::new(decoder)
        }
    };
    let bounded = Bounded::new(expanded, count);
    Ok(Box::new(BufReader::with_capacity(BUFFER, bounded)))
}

/// The same bytes as UTF-8, without a byte order mark: in other encodings a byte that looks like a
/// quote or a bracket may be half a character.
///
/// # Errors
/// It cannot be read.
pub(super) fn as_utf8(mut input: Input) -> Result<Input, Problem> {
    let head = input.fill_buf().map_err(Problem::of_stream)?;
    let Some((encoding, mark)) = encoding::of_head(head) else {
        return Ok(input);
    };
    input.consume(mark);
    if encoding == encoding_rs::UTF_8 {
        return Ok(input);
    }
    let decoded = Decoded {
        input,
        decoder: encoding.new_decoder_without_bom_handling(),
        text: Vec::new(),
        given: 0,
        has_ended: false,
    };
    Ok(Box::new(BufReader::with_capacity(BUFFER, decoded)))
}

/// A text that is decoded as it is read.
struct Decoded {
    input: Input,
    decoder: Decoder,
    /// What was decoded, and how much of it was given.
    text: Vec<u8>,
    given: usize,
    has_ended: bool,
}

impl Decoded {
    /// Decodes what the input has.
    fn decode(&mut self) -> io::Result<()> {
        self.text.resize(BUFFER, 0);
        self.given = 0;
        let bytes = self.input.fill_buf()?;
        let is_last = bytes.is_empty();
        let (result, read, written, _) =
            self.decoder.decode_to_utf8(bytes, &mut self.text, is_last);
        self.has_ended = is_last && result == CoderResult::InputEmpty;
        self.input.consume(read);
        self.text.truncate(written);
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.has_ended {
            self.decode()?;
        }
        let rest = &self.text[self.given..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use encoding_rs::{BIG5, Encoding, GB18030, UTF_16LE};

    use super::*;

    fn read(bytes: Vec<u8>) -> String {
        let input = Box::new(Cursor::new(bytes));
        let mut text = String::new();
        let mut decoded = as_utf8(input).expect("opens");
        decoded.read_to_string(&mut text).expect("UTF-8");
        text
    }

    #[test]
    fn a_text_of_any_encoding_is_given_as_utf8() {
        let simplified = "云帆科技发布年度报告，营业收入同比增长百分之二十。\n".repeat(5_000);
        let traditional = "雲帆科技發佈年度報告，營業收入與去年相比成長兩成。\n".repeat(5_000);
        let encoded =
            |encoding: &'static Encoding, text: &str| encoding.encode(text).0.into_owned();
        assert_eq!(read(simplified.clone().into_bytes()), simplified);
        assert_eq!(
            read(format!("\u{FEFF}{simplified}").into_bytes()),
            simplified
        );
        assert_eq!(read(encoded(GB18030, &simplified)), simplified);
        assert_eq!(read(encoded(BIG5, &traditional)), traditional);
        let utf16 = format!("\u{FEFF}{simplified}");
        let utf16: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(utf16.starts_with(b"\xFF\xFE") && Encoding::for_bom(&utf16).unwrap().0 == UTF_16LE);
        assert_eq!(read(utf16), simplified);
        assert_eq!(read(Vec::new()), "");
    }
}
