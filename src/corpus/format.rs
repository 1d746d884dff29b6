//! How a file is read, by its name or by what is in it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Problem;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One file, one article: a Jekyll post, or a page without front matter.
    Post,
    /// JSON Lines, one article a line.
    Lines,
    /// A JSON file: a list of articles, lists of them below an object, or one.
    Json,
    /// A table with the names of its columns in the first row: CSV, TSV.
    Table,
}

impl Format {
    /// That of a file with this name; `None` where files of this kind are not read.
    pub(super) fn by_name(path: &Path) -> Option<Format> {
        match extension(path)?.as_str() {
            "md" | "markdown" | "html" | "htm" | "txt" => Some(Format::Post),
            "jsonl" | "ndjson" => Some(Format::Lines),
            "json" => Some(Format::Json),
            "csv" | "tsv" => Some(Format::Table),
            "gz" | "zst" => {
                let inner = Format::by_name(Path::new(path.file_stem()?));
                inner.filter(Format::holds_many)
            }
            _ => None,
        }
    }

    /// That of a file whose name does not tell: JSON objects, or something compressed, are lines; a
    /// JSON list is such; other text is a post.
    ///
    /// # Errors
    /// It cannot be read, or is no text.
    pub(super) fn by_content(path: &Path) -> Result<Format, Problem> {
        let mut head = Vec::new();
        let file = File::open(path).map_err(Problem::Io)?;
        file.take(4096)
            .read_to_end(&mut head)
            .map_err(Problem::Io)?;
        if Compression::of(&head).is_some() {
            return Ok(Format::Lines);
        }
        if !is_text(&head) {
            let kind = kind(path);
            return Err(Problem::Kind { kind });
        }
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
        let mut tokens = text.iter().filter(|byte| !byte.is_ascii_whitespace());
        Ok(match (tokens.next(), tokens.next()) {
            (Some(b'{'), _) => Format::Lines,
            (Some(b'['), Some(b'{')) => Format::Json,
            _ => Format::Post,
        })
    }

    /// Whether a file holds many articles, and may be compressed (gzip, Zstandard).
    pub fn holds_many(&self) -> bool {
        *self != Format::Post
    }
}

/// Text has no NUL, unless each character has two bytes. Some kinds of documents are not text though
/// they look like it.
fn is_text(head: &[u8]) -> bool {
    let is_wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let others: [&[u8]; 5] = [b"%PDF", b"{\\rtf", b"PK\x03\x04", b"Rar!", b"<?xml"];
    let is_other = others.iter().any(|mark| head.starts_with(mark));
    let is_page = head
        .windows(5)
        .any(|five| five.eq_ignore_ascii_case(b"<html"));
    (is_wide || !head.contains(&0)) && (!is_other || is_page)
}

/// What the kind of a file is called: its extension, `.pdf`, or nothing.
pub(super) fn kind(path: &Path) -> String {
    extension(path).map_or_else(String::new, |extension| format!(".{extension}"))
}

fn extension(path: &Path) -> Option<String> {
    let extension = path.extension().map(OsStr::to_ascii_lowercase)?;
    Some(extension.to_string_lossy().into_owned())
}

/// How a file of records is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// By the first bytes of the file.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x1F\x8B") {
            Some(Compression::Gzip)
        } else if head.starts_with(b"\x28\xB5\x2F\xFD") {
            Some(Compression::Zstd)
        } else {
            None
        }
    }

    /// By the name of the file.
    pub(super) fn by_name(path: &Path) -> Option<Self> {
        match extension(path)?.as_str() {
            "gz" => Some(Compression::Gzip),
            "zst" => Some(Compression::Zstd),
            _ => None,
        }
    }
}
