//! A file of JSON → the objects in it that are records, one at a time, however large the file.
//!
//! This knows just enough of JSON to tell where a value ends: what is inside is read, and judged, by
//! who reads the record.

use std::io::{self, BufRead, Cursor, Read};

use super::fields::joined;

/// The objects of a file: those at the top, one after the other, or those in lists, also in lists
/// below objects.
pub(super) struct Objects {
    input: Box<dyn BufRead + Send>,
    /// Where the input is, from 1, and in bytes.
    line: u64,
    at: u64,
    /// The lists and objects that are open.
    open: Vec<Container>,
    max_size: u64,
    /// The keys of the lists whose objects are records; those of all lists where it is `None`.
    lists: Option<Vec<String>>,
    ended: bool,
}

/// A list or an object that is gone through.
struct Container {
    is_list: bool,
    /// The keys that lead to it, with `.` between them.
    key: String,
    /// Where it begins.
    line: u64,
    at: u64,
    is_too_large: bool,
    /// It has given a record.
    has_given: bool,
    /// It was complained of what is in it.
    is_faulty: bool,
}

/// What is found in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An object, from `{` to `}`.
    Object(Vec<u8>),
    /// An object that is too large, and how many bytes it has.
    TooLarge(u64),
    /// Something else where a record should be.
    NoObject,
    /// This is no JSON, and nothing after it can be read.
    Broken(&'static str),
}

impl Objects {
    /// Those of a whole file.
    pub(super) fn of_file(input: Box<dyn BufRead + Send>, max_size: u64) -> Self {
        Objects {
            input,
            line: 1,
            at: 0,
            open: Vec::new(),
            max_size,
            lists: None,
            ended: false,
        }
    }

    /// Those that an object, which begins on this line, has in the lists with these keys.
    pub(super) fn of_object(object: Vec<u8>, line: u64, lists: Vec<String>) -> Self {
        let mut objects = Objects::of_file(Box::new(Cursor::new(object)), u64::MAX);
        objects.line = line;
        objects.lists = Some(lists);
        objects
    }

    /// The most bytes that an object may have.
    pub(super) fn max_size(&self) -> u64 {
        self.max_size
    }

    /// The next object, and the line on which it begins.
    pub(super) fn next(&mut self) -> Option<io::Result<(u64, Found)>> {
        if self.ended {
            return None;
        }
        let found = self.find();
        match &found {
            Ok(Some((_, Found::Broken(_) | Found::NoObject))) if self.open.is_empty() => {
                self.ended = true;
            }
            Ok(Some((_, Found::Broken(_)))) | Ok(None) | Err(_) => self.ended = true,
            Ok(Some(_)) => {}
        }
        found.transpose()
    }

    fn find(&mut self) -> io::Result<Option<(u64, Found)>> {
        loop {
            let Some(byte) = self.next_token()? else {
                let is_cut = !self.open.is_empty();
                return Ok(is_cut.then_some((
                    self.line,
                    Found::Broken("the file ends within a list or an object"),
                )));
            };
            if matches!(byte, b']' | b'}') {
                match self.close(byte)? {
                    Some(found) => return Ok(Some(found)),
                    None => continue,
                }
            }
            let mut key = self
                .open
                .last()
                .map(|open| open.key.clone())
                .unwrap_or_default();
            if self.open.last().is_some_and(|open| !open.is_list) {
                match self.key()? {
                    Some(name) => key = joined(&key, &name),
                    None => {
                        return Ok(Some((
                            self.line,
                            Found::Broken("a key is not followed by a value"),
                        )));
                    }
                }
            }
            if let Some(found) = self.value(key)? {
                for open in &mut self.open {
                    open.has_given = true;
                }
                return Ok(Some(found));
            }
        }
    }

    /// Goes through, or past, the value that begins here.
    fn value(&mut self, key: String) -> io::Result<Option<(u64, Found)>> {
        let Some(byte) = self.next_token()? else {
            return Ok(None);
        };
        let line = self.line;
        match byte {
            b'{' if self.is_record() => self.object(key),
            b'{' | b'[' => {
                self.enter(byte == b'[', key, false);
                self.consume(1);
                Ok(None)
            }
            b'"' => {
                self.string(&mut Vec::new())?;
                Ok(self.complaint(line))
            }
            _ => {
                self.skip_word()?;
                Ok(self.complaint(line))
            }
        }
    }

    /// Whether an object that begins here is a record.
    fn is_record(&self) -> bool {
        match (self.open.last(), &self.lists) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(open), None) => open.is_list,
            (Some(open), Some(lists)) => open.is_list && lists.contains(&open.key),
        }
    }

    /// Where records should be, at the top and in a list there, anything else is complained of, once.
    fn complaint(&mut self, line: u64) -> Option<(u64, Found)> {
        let is_expected = self.lists.is_none();
        match self.open.as_mut_slice() {
            [] if is_expected => Some((line, Found::NoObject)),
            [list] if is_expected && list.is_list && !list.is_faulty => {
                list.is_faulty = true;
                Some((line, Found::NoObject))
            }
            _ => None,
        }
    }

    /// Reads an object. One that is too large may hold lists of records, unless it is an item itself.
    fn object(&mut self, key: String) -> io::Result<Option<(u64, Found)>> {
        let (line, at) = (self.line, self.at);
        let is_item = !self.open.is_empty();
        let mut bytes = Vec::new();
        let Some(size) = self.capture(&mut bytes, is_item)? else {
            return Ok(Some((line, Found::Broken("an object does not end"))));
        };
        if size <= self.max_size {
            return Ok(Some((line, Found::Object(bytes))));
        }
        if is_item {
            return Ok(Some((line, Found::TooLarge(size))));
        }
        let rest = std::mem::replace(&mut self.input, Box::new(io::empty()));
        self.input = Box::new(Cursor::new(bytes).chain(rest));
        (self.line, self.at) = (line, at);
        self.enter(false, key, true);
        self.consume(1);
        Ok(None)
    }

    /// Reads an object to its end and gives its size in bytes, but `None` where the file ends before.
    /// Of one that is too large the bytes are not complete, and where `to_its_end` is false nothing is
    /// read beyond them.
    fn capture(&mut self, bytes: &mut Vec<u8>, to_its_end: bool) -> io::Result<Option<u64>> {
        let mut extent = Extent::default();
        let mut size = 0;
        loop {
            let buffer = fill(&mut self.input)?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let end = extent.end_in(buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let length = part.len();
            size += length as u64;
            let is_kept = size <= self.max_size || !to_its_end;
            if is_kept {
                bytes.extend_from_slice(part);
            }
            self.consume(length);
            if end.is_some() || size > self.max_size && !to_its_end {
                return Ok(Some(size));
            }
        }
    }

    /// Goes into the list or the object that begins here.
    fn enter(&mut self, is_list: bool, key: String, is_too_large: bool) {
        self.open.push(Container {
            is_list,
            key,
            line: self.line,
            at: self.at,
            is_too_large,
            has_given: false,
            is_faulty: false,
        });
    }

    fn close(&mut self, byte: u8) -> io::Result<Option<(u64, Found)>> {
        let line = self.line;
        self.consume(1);
        let Some(closed) = self.open.pop() else {
            return Ok(Some((line, Found::Broken("a bracket closes nothing"))));
        };
        if closed.is_list != (byte == b']') {
            return Ok(Some((
                line,
                Found::Broken("a bracket is closed by another"),
            )));
        }
        let size = self.at - closed.at;
        let has_nothing = closed.is_too_large && !closed.has_given;
        Ok(has_nothing.then_some((closed.line, Found::TooLarge(size))))
    }

    /// Reads `"key":`; `None` where something else is here.
    fn key(&mut self) -> io::Result<Option<String>> {
        if self.next_token()? != Some(b'"') {
            return Ok(None);
        }
        let mut key = Vec::new();
        self.string(&mut key)?;
        if self.next_token()? != Some(b':') {
            return Ok(None);
        }
        self.consume(1);
        let key = String::from_utf8_lossy(&key);
        // A key with escapes is what they stand for.
        Ok(Some(serde_json::from_str(&key).unwrap_or_default()))
    }

    /// Goes past a string, of which the first bytes are kept with their quotes.
    fn string(&mut self, kept: &mut Vec<u8>) -> io::Result<()> {
        let mut extent = Extent::default();
        loop {
            let buffer = fill(&mut self.input)?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = extent.end_in(buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            if kept.len() < MAX_KEY {
                kept.extend_from_slice(part);
            }
            let length = part.len();
            self.consume(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Goes past a number, `true`, `null`, or what should be one.
    fn skip_word(&mut self) -> io::Result<()> {
        loop {
            let buffer = fill(&mut self.input)?;
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:[]{}\"".contains(byte);
            let end = buffer.iter().position(ends);
            let length = end.unwrap_or(buffer.len());
            // A `:` where a value should be is a word of its own.
            let length = if length == 0 {
                1.min(buffer.len())
            } else {
                length
            };
            self.consume(length);
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// The next byte that is no blank and no comma; it is still to be read.
    fn next_token(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = fill(&mut self.input)?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            let blanks = buffer.iter().take_while(|byte| is_blank(byte)).count();
            let next = buffer.get(blanks).copied();
            self.consume(blanks);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    fn consume(&mut self, length: usize) {
        // What is consumed was seen in the buffer before.
        if let Ok(buffer) = self.input.fill_buf() {
            let part = &buffer[..length.min(buffer.len())];
            self.line += memchr::memchr_iter(b'\n', part).count() as u64;
        }
        self.at += length as u64;
        self.input.consume(length);
    }
}

/// A key is kept up to about this many bytes.
const MAX_KEY: usize = 1_024;

fn fill(input: &mut Box<dyn BufRead + Send>) -> io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    input.fill_buf()
}

/// How far a value goes that begins with a bracket or a quote.
#[derive(Default)]
struct Extent {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Extent {
    /// Where the value ends in the next bytes: behind its last one.
    fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.is_escaped {
                self.is_escaped = false;
                continue;
            }
            match byte {
                b'\\' if self.is_in_string => self.is_escaped = true,
                b'"' => self.is_in_string = !self.is_in_string,
                _ if self.is_in_string => continue,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => continue,
            }
            if self.depth == 0 && !self.is_in_string {
                return Some(at + 1);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, as `line: object`.
    fn found(mut objects: Objects) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(next) = objects.next() {
            let (line, found) = next.expect("reads");
            all.push(match found {
                Found::Object(bytes) => format!("{line}: {}", String::from_utf8_lossy(&bytes)),
                other => format!("{line}: {other:?}"),
            });
        }
        all
    }

    /// Hands over a few bytes at a time.
    struct Slow(Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(3);
            self.0.read(&mut buffer[..length])
        }
    }

    fn of_file(json: &str, max_size: u64) -> Vec<String> {
        let slow = Slow(Cursor::new(json.as_bytes().to_vec()));
        let in_parts = Box::new(io::BufReader::with_capacity(3, slow));
        let at_once = Box::new(Cursor::new(json.as_bytes().to_vec()));
        let all = found(Objects::of_file(at_once, max_size));
        assert_eq!(found(Objects::of_file(in_parts, max_size)), all, "{json}");
        all
    }

    #[test]
    fn the_objects_of_a_file_are_found_with_their_lines() {
        for (json, expected) in [
            (
                "[{\"a\":1},\n {\"b\":[{}]}]",
                &["1: {\"a\":1}", "2: {\"b\":[{}]}"][..],
            ),
            (
                "\n{\"a\":\n1}\n{\"b\":\"}\\\"{\"}",
                &["2: {\"a\":\n1}", "4: {\"b\":\"}\\\"{\"}"],
            ),
            ("[[{}],[{\"a\":1}]]", &["1: {}", "1: {\"a\":1}"]),
            ("[]", &[]),
            ("", &[]),
            (" [1,\n2,{},\"x\"]", &["1: NoObject", "2: {}"]),
            ("甲乙 {}", &["1: NoObject"]),
            (
                "[{\"a\":1},",
                &[
                    "1: {\"a\":1}",
                    "1: Broken(\"the file ends within a list or an object\")",
                ],
            ),
            (
                "[{},\n{\"a\":",
                &["1: {}", "2: Broken(\"an object does not end\")"],
            ),
            (
                "[{}}",
                &["1: {}", "1: Broken(\"a bracket is closed by another\")"],
            ),
            ("]", &["1: Broken(\"a bracket closes nothing\")"]),
        ] {
            assert_eq!(of_file(json, 1_000), expected, "{json}");
        }
    }

    #[test]
    fn what_is_too_large_is_gone_through_or_past() {
        let long = "长".repeat(20);
        let item = format!("[{{\"a\":\"{long}\"}},{{\"b\":1}}]");
        assert_eq!(of_file(&item, 20), ["1: TooLarge(68)", "1: {\"b\":1}"]);
        let object = format!(
            "{{\"n\":\"{long}\",\n\"data\":{{\"items\":[{{\"a\":1}},\n{{\"a\":2}}]}}}}\n{{}}"
        );
        assert_eq!(
            of_file(&object, 20),
            ["2: {\"a\":1}", "3: {\"a\":2}", "4: {}"]
        );
        let article = format!("{{\"title\":\"{long}\"}}");
        assert_eq!(of_file(&article, 20), ["1: TooLarge(72)"]);
        let broken = format!("{{\"title\":\"{long}\", 7");
        assert!(of_file(&broken, 20)[0].starts_with("1: Broken("));
    }

    #[test]
    fn the_objects_of_some_lists_are_found() {
        let json =
            r#"{"columns":[{"name":"a"}],"data":{"it\u0065ms":[{"a":1},2],"more":[{"a":2}]}}"#;
        let objects = Objects::of_object(json.into(), 7, vec!["data.items".to_owned()]);
        assert_eq!(found(objects), [r#"7: {"a":1}"#]);
    }
}
