//! Source file → records: one post, or one line, as raw bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::expansion::{Bounded, Counted};
use super::walk::{Compression, STDIN};
use super::{Article, END, Format, Problem, ReadError, SourceFile, line, post};

/// The default of [`ReadOptions::max_size`]: 8 MiB.
pub const DEFAULT_MAX_SIZE: u64 = 8 * 1024 * 1024;

/// How files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The most bytes a post file or a line of JSON Lines may have; larger ones are errors. No more
    /// than this is ever held of one file.
    pub max_size: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            max_size: DEFAULT_MAX_SIZE,
        }
    }
}

impl SourceFile {
    /// Opens the file and reads its records: one of a post, one a line of JSON Lines, which are
    /// streamed.
    ///
    /// # Errors
    /// The file cannot be opened, or it is a post that cannot be read or is too large. What is wrong
    /// with single lines comes from the iterator, which goes on after it.
    pub fn records(&self, options: &ReadOptions) -> Result<Records, ReadError> {
        let path: Arc<Path> = self.path.as_path().into();
        let opened = match self.format {
            Format::Post => read_post(&path, options.max_size).map(|bytes| {
                let path = path.clone();
                let line = None;
                Source::Post(Some(Record { path, line, bytes }))
            }),
            Format::Lines => open_lines(&path).map(|reader| {
                Source::Lines(Lines {
                    path: path.clone(),
                    reader,
                    line: 0,
                    max_size: options.max_size,
                })
            }),
        };
        match opened {
            Ok(source) => Ok(Records { source }),
            Err(problem) => Err(ReadError {
                path: self.path.clone(),
                line: None,
                problem,
            }),
        }
    }
}

/// The records of one file; see [`SourceFile::records`].
pub struct Records {
    source: Source,
}

enum Source {
    Post(Option<Record>),
    Lines(Lines),
    Ended,
}

impl Iterator for Records {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Source::Lines(lines) = &mut self.source else {
            return match std::mem::replace(&mut self.source, Source::Ended) {
                Source::Post(record) => record.map(Ok),
                _ => None,
            };
        };
        let record = lines.next();
        let go_on = match &record {
            None => false,
            Some(Err(error)) => matches!(error.problem, Problem::TooLarge { .. }),
            Some(Ok(_)) => true,
        };
        if !go_on {
            self.source = Source::Ended;
        }
        record
    }
}

/// One post, or one line of a JSON Lines file, as it stands in the file.
#[derive(Debug, Clone)]
pub struct Record {
    path: Arc<Path>,
    line: Option<u64>,
    bytes: Vec<u8>,
}

impl Record {
    /// The bytes of a post of this name, or of a line of JSON Lines.
    #[cfg(feature = "fuzzing")]
    pub fn new(path: &Path, line: Option<u64>, bytes: &[u8]) -> Record {
        Record {
            path: path.into(),
            line,
            bytes: bytes.to_vec(),
        }
    }

    /// Its line in a JSON Lines file, from 1; `None` for a post, which is a whole file.
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// Its size in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// A hash of its bytes (BLAKE3, the first 16 bytes): equal for equal records only.
    pub fn hash(&self) -> [u8; 16] {
        let mut hash = [0; 16];
        hash.copy_from_slice(&blake3::hash(&self.bytes).as_bytes()[..16]);
        hash
    }

    /// Whether this line, which gives no article, may be meant for this one: it names its id or its
    /// address; or neither its own nor any id, where the article was never given one.
    pub fn may_be(&self, article: &Article) -> bool {
        line::may_be(&self.bytes, article)
    }

    /// Makes the article.
    ///
    /// # Errors
    /// The record is empty, not JSON, has neither title nor text, or is a note of the site.
    pub fn parse(&self) -> Result<Article, ReadError> {
        let article = match self.line {
            Some(_) => line::read(&self.bytes),
            None => post::read(&self.bytes, &self.path),
        };
        article.map_err(|problem| self.error(problem))
    }

    /// What is wrong with it.
    pub fn error(&self, problem: Problem) -> ReadError {
        ReadError {
            path: self.path.to_path_buf(),
            line: self.line,
            problem,
        }
    }
}

fn read_post(path: &Path, max_size: u64) -> Result<Vec<u8>, Problem> {
    let too_large = |size| Problem::TooLarge {
        size,
        limit: max_size,
    };
    let file = File::open(path).map_err(Problem::Io)?;
    let size = file.metadata().map_err(Problem::Io)?.len();
    if size > max_size {
        return Err(too_large(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // The file may have grown since, and the size of what is no regular file says nothing.
    let mut bounded = file.take(max_size.saturating_add(1));
    bounded.read_to_end(&mut bytes).map_err(Problem::Io)?;
    match bytes.len() as u64 {
        size if size > max_size => Err(too_large(size)),
        _ => Ok(bytes),
    }
}

type LineReader = Box<dyn BufRead + Send>;

fn open_lines(path: &Path) -> Result<LineReader, Problem> {
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

/// Bytes read at once.
const BUFFER: usize = 128 * 1024;

/// The largest window of a Zstandard frame that is accepted, as a power of two: 128 MiB.
const ZSTD_WINDOW_BITS: u32 = 27;

struct Lines {
    path: Arc<Path>,
    reader: LineReader,
    line: u64,
    max_size: u64,
}

impl Lines {
    /// The next line that is not blank.
    fn next(&mut self) -> Option<Result<Record, ReadError>> {
        loop {
            let read = self.read_line();
            let problem = match read {
                Ok(Line::End) => return None,
                Ok(Line::Whole(bytes)) if is_no_record(&bytes) => continue,
                Ok(Line::Whole(bytes)) => {
                    return Some(Ok(Record {
                        path: self.path.clone(),
                        line: Some(self.line),
                        bytes,
                    }));
                }
                Ok(Line::TooLarge { size }) => Problem::TooLarge {
                    size,
                    limit: self.max_size,
                },
                Err(error) => self.read_problem(error),
            };
            return Some(Err(ReadError {
                path: self.path.to_path_buf(),
                line: Some(self.line),
                problem,
            }));
        }
    }

    /// Reads to the next line end; never holds more than `max_size` bytes of the line.
    fn read_line(&mut self) -> io::Result<Line> {
        self.line += 1;
        let mut line = Vec::new();
        let mut size = 0;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() && size == 0 {
                return Ok(Line::End);
            }
            let line_end = memchr::memchr(b'\n', buffer);
            let part = &buffer[..line_end.unwrap_or(buffer.len())];
            size += part.len() as u64;
            if size <= self.max_size {
                line.extend_from_slice(part);
            } else {
                line = Vec::new();
            }
            let is_last = line_end.is_some() || buffer.is_empty();
            let consumed = part.len() + usize::from(line_end.is_some());
            self.reader.consume(consumed);
            if is_last {
                let too_large = size > self.max_size;
                return Ok(if too_large {
                    Line::TooLarge { size }
                } else {
                    Line::Whole(line)
                });
            }
        }
    }

    fn read_problem(&self, error: io::Error) -> Problem {
        let is_plain = error.raw_os_error().is_some();
        if is_plain {
            Problem::Io(error)
        } else {
            Problem::Decompress(error)
        }
    }
}

/// Whether a line is blank, or the last one of an export.
fn is_no_record(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty() || bytes.starts_with(END)
}

enum Line {
    Whole(Vec<u8>),
    TooLarge { size: u64 },
    End,
}
