//! A table (CSV, TSV) → its rows, each as an object of JSON with the names of its columns.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csv::ByteRecord;
use serde::Serializer;

use super::keys::Field;
use super::{Problem, encoding, keys};

/// The rows of a table. The first one names the columns; where it has texts instead, their numbers do.
pub(super) struct Rows {
    reader: csv::Reader<Metered>,
    columns: Vec<String>,
    /// The first row names no column that is known.
    is_nameless: bool,
    numbers: Numbers,
    progress: Arc<Mutex<Progress>>,
    row: ByteRecord,
    /// What comes next, where it was read already.
    held: Option<Option<Placed>>,
    max_size: u64,
    has_ended: bool,
}

/// A row, and the line on which it begins.
type Placed = (u64, Result<Vec<u8>, Problem>);

impl Rows {
    /// Those of a file; rows of more than `max_size` bytes are errors.
    pub(super) fn of_file(mut input: Box<dyn BufRead + Send>, max_size: u64) -> io::Result<Self> {
        let delimiter = delimiter(input.fill_buf()?);
        let progress = Arc::<Mutex<Progress>>::default();
        let metered = Metered {
            input,
            progress: Arc::clone(&progress),
            most: max_size.saturating_add(2 * BUFFER as u64),
        };
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(BUFFER)
            .from_reader(metered);
        Ok(Rows {
            reader,
            columns: Vec::new(),
            is_nameless: false,
            numbers: Numbers::default(),
            progress,
            row: ByteRecord::new(),
            held: None,
            max_size,
            has_ended: false,
        })
    }

    /// The next row, and the line on which it begins.
    pub(super) fn next(&mut self) -> Option<Placed> {
        if let Some(held) = self.held.take() {
            return held;
        }
        let row = self.read();
        // Whether 0 is the number of the row is told by the next one.
        if self.numbers.begin_with_zero {
            self.numbers.begin_with_zero = false;
            let next = self.read();
            self.numbers.are_of_rows |= next.is_none();
            self.held = Some(next);
        }
        row
    }

    fn read(&mut self) -> Option<Placed> {
        while !self.has_ended {
            let start = self.reader.position().byte();
            let read = self.reader.read_byte_record(&mut self.row);
            let line = self.progress().line(start);
            match read {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.has_ended = true;
                    return Some((line, Err(self.problem(error))));
                }
            }
            self.progress().of_row = 0;
            if self.columns.is_empty() {
                self.columns = self
                    .row
                    .iter()
                    .map(|name| text(name).trim().to_owned())
                    .collect();
                let fields = || self.columns.iter().map(|name| keys::field_of(name));
                self.is_nameless = fields().all(|field| field.is_none());
                let is_id = |field| matches!(field, Some((Field::Id, _)));
                self.numbers.column = fields().position(is_id);
                if !are_texts(&self.columns) {
                    continue;
                }
                let numbers = (1..=self.columns.len()).map(|number| number.to_string());
                self.columns = numbers.collect();
            }
            if self.row.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            self.numbers.follow(&self.row);
            return Some((line, self.object()));
        }
        None
    }

    /// Whether the first row names no column that is known.
    pub(super) fn are_nameless(&self) -> bool {
        self.is_nameless
    }

    /// Whether the id of the last row is its number in the table.
    pub(super) fn are_numbered(&self) -> bool {
        self.numbers.are_of_rows
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn object(&self) -> Result<Vec<u8>, Problem> {
        let size = self.row.as_slice().len() as u64;
        if size > self.max_size {
            let limit = self.max_size;
            return Err(Problem::TooLarge { size, limit });
        }
        let beyond = self.row.iter().skip(self.columns.len());
        if beyond
            .into_iter()
            .any(|field| !field.trim_ascii().is_empty())
        {
            return Err(Problem::Columns {
                found: self.row.len(),
                expected: self.columns.len(),
            });
        }
        let fields = self.row.iter().map(text);
        let mut object = Vec::with_capacity(self.row.as_slice().len() * 2);
        serde_json::Serializer::new(&mut object)
            .collect_map(self.columns.iter().zip(fields))
            .map_err(|error| Problem::NotJson(error.into()))?;
        Ok(object)
    }

    fn problem(&self, error: csv::Error) -> Problem {
        let limit = self.max_size;
        let size = self.progress().of_row;
        match error.into_kind() {
            csv::ErrorKind::Io(_) if size > limit => Problem::TooLarge { size, limit },
            csv::ErrorKind::Io(error) => Problem::of_stream(error),
            _ => Problem::Io(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// Whether the ids of a table are numbers of its rows: each by one more than the last, either from 0 on,
/// where no data base begins, or from 1 and then from 1 again, as a crawler counts what is on a page.
/// Such as count on from 1 are ids. Rows of a table from 0 on may be in any order, and some of them gone.
#[derive(Default)]
struct Numbers {
    /// The column with the ids.
    column: Option<usize>,
    /// That of the first row.
    first: u64,
    /// That of the last row, where all were numbers.
    last: Option<u64>,
    /// The first row was read, and its number is 0.
    begin_with_zero: bool,
    are_of_rows: bool,
}

impl Numbers {
    fn follow(&mut self, row: &ByteRecord) {
        let Some(column) = self.column else { return };
        let number = row.get(column).and_then(number);
        let goes_on = match (self.last, number) {
            (_, None) => false,
            (None, Some(number)) => {
                self.first = number;
                self.begin_with_zero = number == 0;
                number <= 1
            }
            (Some(last), Some(number)) => {
                let is_next = number == last + 1;
                self.are_of_rows |= number == self.first || is_next && last == 0;
                is_next || self.are_of_rows && (self.first == 0 || number == self.first)
            }
        };
        if goes_on {
            self.last = number;
        } else {
            *self = Numbers::default();
        }
    }
}

/// A number without a sign and leading zeros.
fn number(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field.trim_ascii()).ok()?;
    let is_plain =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain && text.len() <= 9)
}

/// Whether the first row is an article, and not the names of columns.
fn are_texts(row: &[String]) -> bool {
    let is_text = |field: &String| {
        field.chars().count() > MAX_NAME || field.contains(['。', '！', '？', '；'])
    };
    row.iter().any(is_text) && !row.iter().any(|name| keys::field_of(name).is_some())
}

/// The name of a column has at most so many characters.
const MAX_NAME: usize = 60;

/// A field as text: the whole file is in UTF-8 by now, or is not in one encoding.
fn text(field: &[u8]) -> String {
    match std::str::from_utf8(field) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding::decode(field),
    }
}

/// Bytes read at once.
const BUFFER: usize = 64 * 1024;

/// What parts the columns: that which the first line has most of, outside quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0), (b'|', 0)];
    let mut is_quoted = false;
    for byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            byte => {
                for (delimiter, count) in &mut counts {
                    *count += i32::from(delimiter == byte);
                }
            }
        }
    }
    // Of equals the first wins.
    counts.sort_by_key(|(_, count)| -count);
    counts[0].0
}

/// How much of a file was read.
#[derive(Default)]
struct Progress {
    /// Bytes, in all and since the last row.
    bytes: u64,
    of_row: u64,
    /// Lines that ended before the last place that was asked for.
    lines: u64,
    /// Where lines end after it, and with which byte.
    ends: VecDeque<(u64, u8)>,
}

impl Progress {
    fn add(&mut self, bytes: &[u8]) {
        for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
            self.ends.push_back((self.bytes + at as u64, bytes[at]));
        }
        self.bytes += bytes.len() as u64;
        self.of_row += bytes.len() as u64;
    }

    /// The line, from 1, of the first text at this byte or after blank lines there. The places that are
    /// asked for ascend.
    fn line(&mut self, byte: u64) -> u64 {
        let mut text = byte;
        while let Some(&(at, end)) = self.ends.front()
            && at <= text
        {
            if at == text {
                text += 1;
            }
            self.lines += u64::from(end == b'\n');
            self.ends.pop_front();
        }
        self.lines + 1
    }
}

/// Gives up where a row does not end: a quote that is never closed would swallow the file.
struct Metered {
    input: Box<dyn BufRead + Send>,
    progress: Arc<Mutex<Progress>>,
    most: u64,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.add(&buffer[..length]);
        if progress.of_row > self.most {
            return Err(io::Error::other("a row does not end"));
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// The rows, as `line: object`.
    fn rows(table: &[u8], max_size: u64) -> Vec<String> {
        let input = Box::new(Cursor::new(table.to_vec()));
        let mut rows = Rows::of_file(input, max_size).expect("reads");
        let mut all = Vec::new();
        while let Some((line, row)) = rows.next() {
            all.push(match row {
                Ok(object) => format!("{line}: {}", String::from_utf8_lossy(&object)),
                Err(problem) => format!("{line}: {problem}"),
            });
        }
        all
    }

    #[test]
    fn a_row_is_an_object() {
        for (table, expected) in [
            (
                "标题,正文\n甲,\"乙，\n\"\"丙\"\"\"\n\n丁,\n",
                &[
                    r#"2: {"标题":"甲","正文":"乙，\n\"丙\""}"#,
                    r#"5: {"标题":"丁","正文":""}"#,
                ][..],
            ),
            ("a\tb\n1,2\t3\n", &[r#"2: {"a":"1,2","b":"3"}"#]),
            ("\"a;b\";c\n1;2\n", &[r#"2: {"a;b":"1","c":"2"}"#]),
            (
                "a|b\r\n1|2\r\n3\r\n4|5||\r\n",
                &[
                    r#"2: {"a":"1","b":"2"}"#,
                    r#"3: {"a":"3"}"#,
                    r#"4: {"a":"4","b":"5"}"#,
                ],
            ),
            ("a\n", &[]),
            ("", &[]),
            // No names: the columns have numbers, and the first row is no less an article.
            (
                "澜汐转债下修,董事会提议下修。\n汀洲银行分红,每股派1元\n",
                &[
                    r#"1: {"1":"澜汐转债下修","2":"董事会提议下修。"}"#,
                    r#"2: {"1":"汀洲银行分红","2":"每股派1元"}"#,
                ],
            ),
            (
                "标题,正文（一段。）\n甲,乙\n",
                &[r#"2: {"标题":"甲","正文（一段。）":"乙"}"#],
            ),
            (
                "a,b\n1,2,3\n4,5\n",
                &[
                    "2: has 3 fields, and the table 2 columns: a text with a comma in it needs quotes",
                    r#"3: {"a":"4","b":"5"}"#,
                ],
            ),
        ] {
            assert_eq!(rows(table.as_bytes(), 1_000), expected, "{table}");
        }
    }

    /// For each row whether its id is its number.
    fn numbered(table: &str) -> Vec<bool> {
        let input = Box::new(Cursor::new(table.as_bytes().to_vec()));
        let mut rows = Rows::of_file(input, 1_000).expect("reads");
        let mut all = Vec::new();
        while rows.next().is_some() {
            all.push(rows.are_numbered());
        }
        all
    }

    #[test]
    fn an_id_may_be_the_number_of_the_row() {
        for (ids, expected) in [
            ("0 1 2 3", &[true; 4][..]),
            ("0", &[true]),
            ("0 1 5 9 7", &[true; 5]),
            ("0 0 1", &[true; 3]),
            ("0 2 3", &[false; 3]),
            ("1 2 3 4", &[false; 4]),
            ("1 2 1 2 3 1", &[false, false, true, true, true, true]),
            ("2 3 4", &[false; 3]),
            ("1 2 1 7 8", &[false, false, true, false, false]),
            ("0 1 甲 0", &[true, true, false, false]),
            ("0 甲 1", &[false; 3]),
            ("01 02 01", &[false; 3]),
            ("1730001 1730002", &[false, false]),
        ] {
            let rows = ids.split(' ').map(|id| format!("甲,{id}\n"));
            let table = format!("标题,id\n{}", rows.collect::<String>());
            assert_eq!(numbered(&table), expected, "{ids}");
        }
        assert_eq!(numbered("标题,序\n甲,1\n乙,2\n"), [false, false]);
    }

    #[test]
    fn a_row_that_does_not_end_does_not_take_the_memory() {
        let large = format!("a,b\n1,2\n3,{}\n4,5\n", "长".repeat(100));
        assert_eq!(
            rows(large.as_bytes(), 100),
            [
                r#"2: {"a":"1","b":"2"}"#,
                "3: has 301 bytes, more than the 100 allowed",
                r#"4: {"a":"4","b":"5"}"#
            ]
        );
        let endless = format!("a,b\n1,2\n3,\"{}", "长,\n".repeat(100_000));
        let found = rows(endless.as_bytes(), 100);
        assert_eq!(found.len(), 2);
        assert!(
            found[1].ends_with("more than the 100 allowed"),
            "{}",
            found[1]
        );
    }
}
