//! Source file → records: one post, or one of many, as raw bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::input::{self, Input};
use super::keys::Field;
use super::line::{self, Line};
use super::split::{Found, Objects};
use super::table::Rows;
use super::tree::Tree;
use super::{
    Article, END, Format, Mapping, Place, Problem, ReadError, Reading, SourceFile, document,
    encoding, id, text,
};

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
    /// Opens the file and reads its records: one of a post; of other files each line, object or row,
    /// one at a time.
    ///
    /// # Errors
    /// The file cannot be opened, or it is a post that cannot be read or is too large. What is wrong
    /// with single records comes from the iterator, which goes on after it where it can.
    pub fn records(&self, options: &ReadOptions) -> Result<Records, ReadError> {
        let path: Arc<Path> = self.path.as_path().into();
        match self.source(options.max_size) {
            Ok(source) => Ok(Records { path, source }),
            Err(problem) => Err(ReadError {
                path: self.path.clone(),
                line: None,
                problem,
            }),
        }
    }

    fn source(&self, max_size: u64) -> Result<Source, Problem> {
        if self.format == Format::Post {
            return read_post(&self.path, max_size).map(|post| Source::Post(Some(post)));
        }
        source(self.format, input::open(&self.path)?, max_size)
    }
}

/// A file that holds many records.
fn source(format: Format, input: Input, max_size: u64) -> Result<Source, Problem> {
    match format {
        Format::Json => json(input::as_utf8(input)?, max_size),
        Format::Table => {
            let rows = Rows::of_file(input::as_utf8(input)?, max_size);
            rows.map(|rows| Source::Rows(Box::new(rows)))
                .map_err(Problem::of_stream)
        }
        Format::Post | Format::Lines => Ok(Source::Lines(Lines::of_file(input, max_size))),
    }
}

/// The records in the bytes of a file of this name that holds many.
#[cfg(feature = "fuzzing")]
pub fn records_in(path: &Path, format: Format, bytes: &[u8]) -> Result<Records, ReadError> {
    let input = Box::new(io::Cursor::new(bytes.to_vec()));
    match source(format, input, DEFAULT_MAX_SIZE) {
        Ok(source) => Ok(Records {
            path: path.into(),
            source,
        }),
        Err(problem) => Err(ReadError {
            path: path.into(),
            line: None,
            problem,
        }),
    }
}

/// A file of JSON; one that begins with an object a line is read line by line, so that a broken line
/// costs no other.
fn json(mut input: Input, max_size: u64) -> Result<Source, Problem> {
    let head = input.fill_buf().map_err(Problem::of_stream)?;
    Ok(if begins_with_lines(head) {
        Source::Lines(Lines::of_file(input, max_size))
    } else {
        Source::Objects(Objects::of_file(input, max_size))
    })
}

fn begins_with_lines(head: &[u8]) -> bool {
    let lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty());
    let is_object = |line: &[u8]| line.starts_with(b"{");
    let first = lines.next().filter(|line| is_object(line));
    let is_whole = first.is_some_and(|line| serde_json::from_slice::<IgnoredAny>(line).is_ok());
    is_whole && lines.next().is_some_and(is_object)
}

/// The records of one file; see [`SourceFile::records`].
pub struct Records {
    path: Arc<Path>,
    source: Source,
}

/// The bytes of a record, and the line on which it begins.
type Placed = (Option<u64>, Result<Vec<u8>, Problem>);

enum Source {
    Post(Option<Vec<u8>>),
    Lines(Lines),
    Objects(Objects),
    Rows(Box<Rows>),
    Ended,
}

impl Iterator for Records {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, bytes) = self.source.next()?;
        match bytes {
            Ok(bytes) => {
                let rows = match &self.source {
                    Source::Rows(rows) => Some(rows.as_ref()),
                    _ => None,
                };
                Some(Ok(Record {
                    path: self.path.clone(),
                    line,
                    bytes,
                    is_nameless: rows.is_some_and(Rows::are_nameless),
                    is_numbered: rows.is_some_and(Rows::are_numbered),
                }))
            }
            Err(problem) => {
                if !is_of_one_record(&problem) {
                    self.source = Source::Ended;
                }
                Some(Err(ReadError {
                    path: self.path.to_path_buf(),
                    line,
                    problem,
                }))
            }
        }
    }
}

/// Whether what follows in the file can be read all the same.
fn is_of_one_record(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::TooLarge { .. } | Problem::Columns { .. } | Problem::NotJson(_)
    )
}

impl Source {
    /// The bytes of the next record, and the line on which it begins.
    fn next(&mut self) -> Option<Placed> {
        let (line, bytes) = match self {
            Source::Ended => return None,
            Source::Post(post) => return post.take().map(|bytes| (None, Ok(bytes))),
            Source::Lines(lines) => lines.next()?,
            Source::Rows(rows) => rows.next()?,
            Source::Objects(objects) => match objects.next()? {
                Ok((line, found)) => (line, object(found, objects.max_size())),
                Err(error) => return Some((None, Err(Problem::of_stream(error)))),
            },
        };
        Some((Some(line), bytes))
    }
}

fn object(found: Found, max_size: u64) -> Result<Vec<u8>, Problem> {
    match found {
        Found::Object(bytes) => Ok(bytes),
        Found::TooLarge(size) => Err(Problem::TooLarge {
            size,
            limit: max_size,
        }),
        Found::NoObject => Err(Problem::NotJson("it does not begin with {".into())),
        Found::Broken(what) => Err(Problem::Broken(what)),
    }
}

/// One post, or one line, object or row of another file, as it stands in the file; a row as an object.
#[derive(Debug, Clone)]
pub struct Record {
    path: Arc<Path>,
    line: Option<u64>,
    bytes: Vec<u8>,
    /// It is a row of a table that names no column that is known.
    is_nameless: bool,
    /// It is a row whose id is its number in the table.
    is_numbered: bool,
}

impl Record {
    /// The bytes of a post of this name, or of a line of JSON Lines.
    #[cfg(feature = "fuzzing")]
    pub fn new(path: &Path, line: Option<u64>, bytes: &[u8]) -> Record {
        Record {
            path: path.into(),
            line,
            bytes: bytes.to_vec(),
            is_nameless: false,
            is_numbered: false,
        }
    }

    /// Its line in a JSON Lines file, from 1; `None` for a post, which is a whole file.
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// Whether it is a row of a table that names no column that is known.
    pub(crate) fn is_nameless_row(&self) -> bool {
        self.is_nameless
    }

    /// A row, as far as it is shown.
    pub(crate) fn shown_row(&self) -> Option<String> {
        let json = encoding::decode(&self.bytes);
        let row = Tree::parse(&json).ok()?;
        let fields: Vec<_> = row
            .entries()
            .iter()
            .map(|(_, value)| value.text(&[]))
            .collect();
        let row = text::on_one_line(&fields.join(", "));
        let end = row.char_indices().nth(MAX_ROW).map(|(at, _)| at);
        Some(end.map_or_else(|| row.clone(), |end| format!("{}…", &row[..end])))
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

    /// Makes the article, or finds the records in an object that holds some in lists.
    ///
    /// # Errors
    /// The record is empty, not JSON, has neither title nor text, is a draft, or a note of the site.
    pub fn parse(&self, mapping: &Mapping) -> Result<Parsed, ReadError> {
        let read = match self.line {
            Some(_) => line::read(&self.bytes, mapping),
            None => document::read(&self.bytes, &self.path)
                .map(|reading| Line::Article(Box::new(reading))),
        };
        match read {
            Ok(Line::Article(mut reading)) => {
                if self.is_numbered && !mapping.names(Field::Id) {
                    reading.article.id = id::make(&reading.article, None);
                }
                reading.article.places = vec![self.place()];
                Ok(Parsed::Article(reading))
            }
            Ok(Line::Articles(lists)) => Ok(Parsed::Records(self.records_in(lists))),
            Err(problem) => Err(self.error(problem)),
        }
    }

    /// What is wrong with it.
    pub fn error(&self, problem: Problem) -> ReadError {
        ReadError {
            path: self.path.to_path_buf(),
            line: self.line,
            problem,
        }
    }

    fn records_in(&self, lists: Vec<String>) -> Vec<Record> {
        let object = encoding::decode(&self.bytes).into_bytes();
        let mut objects = Objects::of_object(object, self.line.unwrap_or(1), lists);
        let mut records = Vec::new();
        // What is in memory, and was read as JSON, is read again.
        while let Some(Ok((line, Found::Object(bytes)))) = objects.next() {
            records.push(Record {
                path: self.path.clone(),
                line: Some(line),
                bytes,
                is_nameless: false,
                is_numbered: false,
            });
        }
        records
    }

    fn place(&self) -> Place {
        let mut path = String::new();
        for part in self.path.components() {
            if part == Component::CurDir {
                continue;
            }
            if !path.is_empty() && !path.ends_with('/') {
                path.push('/');
            }
            path.push_str(&part.as_os_str().to_string_lossy());
        }
        let line = self.line;
        Place { path, line }
    }
}

/// So many characters of a row are shown.
const MAX_ROW: usize = 60;

/// What a record is.
#[derive(Debug)]
pub enum Parsed {
    /// An article.
    Article(Box<Reading>),
    /// An object that holds records.
    Records(Vec<Record>),
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

/// The lines of a file that are not blank.
struct Lines {
    input: Input,
    line: u64,
    max_size: u64,
}

impl Lines {
    fn of_file(input: Input, max_size: u64) -> Self {
        Lines {
            input,
            line: 0,
            max_size,
        }
    }

    /// The next line, and its number.
    fn next(&mut self) -> Option<(u64, Result<Vec<u8>, Problem>)> {
        loop {
            let read = self.read_line();
            let bytes = match read {
                Ok(Bytes::End) => return None,
                Ok(Bytes::Whole(bytes)) if is_no_record(&bytes) => continue,
                Ok(Bytes::Whole(bytes)) => Ok(bytes),
                Ok(Bytes::TooLarge { size }) => Err(Problem::TooLarge {
                    size,
                    limit: self.max_size,
                }),
                Err(error) => Err(Problem::of_stream(error)),
            };
            return Some((self.line, bytes));
        }
    }

    /// Reads to the next line end; never holds more than `max_size` bytes of the line.
    fn read_line(&mut self) -> io::Result<Bytes> {
        self.line += 1;
        let mut line = Vec::new();
        let mut size = 0;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() && size == 0 {
                return Ok(Bytes::End);
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
            self.input.consume(consumed);
            if is_last {
                let too_large = size > self.max_size;
                return Ok(if too_large {
                    Bytes::TooLarge { size }
                } else {
                    Bytes::Whole(line)
                });
            }
        }
    }
}

/// Whether a line is blank, or the last one of an export.
fn is_no_record(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty() || bytes.starts_with(END)
}

/// A line, as far as it was read.
enum Bytes {
    Whole(Vec<u8>),
    TooLarge { size: u64 },
    End,
}
