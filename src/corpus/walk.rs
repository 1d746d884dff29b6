//! Paths → source files.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Problem, ReadError};

/// Finds the source files below `paths`, in a stable order: the paths as they are given, the files
/// of a folder by name.
///
/// A path is a file, a folder, or `-` for JSON Lines on standard input. In a folder, hidden files
/// and folders, `README*`, symbolic links, what is not a regular file, and files with other
/// extensions than those of posts (`md markdown html htm txt`) and of JSON Lines (`jsonl`,
/// `jsonl.gz`, `jsonl.zst`) are passed over. A file that is named itself is always taken; where the
/// extension does not tell, its content decides.
pub fn walk(paths: &[PathBuf]) -> Walk {
    Walk {
        paths: paths.iter().cloned().rev().collect(),
        folder: None,
    }
}

/// The source files below some paths; see [`walk()`].
#[derive(Debug)]
pub struct Walk {
    /// Those still to come, the next one last.
    paths: Vec<PathBuf>,
    folder: Option<Folder>,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, as it was named or found; `-` for standard input.
    pub path: PathBuf,
    /// How it is read.
    pub format: Format,
}

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One file, one article: a Jekyll post, or a page without front matter.
    Post,
    /// JSON Lines, one article a line; plain or compressed (gzip, Zstandard).
    Lines,
}

impl SourceFile {
    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        self.path == Path::new(STDIN)
    }
}

impl Iterator for Walk {
    type Item = Result<SourceFile, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(folder) = &mut self.folder {
                match folder.next() {
                    Some(found) => return Some(found),
                    None => self.folder = None,
                }
            }
            let path = self.paths.pop()?;
            if path == Path::new(STDIN) {
                let format = Format::Lines;
                return Some(Ok(SourceFile { path, format }));
            }
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => self.folder = Some(Folder::new(&path)),
                Ok(metadata) if metadata.is_file() => return Some(named_file(path)),
                Ok(metadata) if is_device(&metadata) => {
                    let problem = Problem::Device;
                    let line = None;
                    return Some(Err(ReadError {
                        path,
                        line,
                        problem,
                    }));
                }
                Ok(_) => {
                    // A pipe can be read only once, so not for a guess.
                    let format = Format::Lines;
                    return Some(Ok(SourceFile { path, format }));
                }
                Err(error) => return Some(Err(unreadable(path, error))),
            }
        }
    }
}

/// Whether it is a device: one may give bytes without end.
#[cfg(unix)]
fn is_device(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    kind.is_char_device() || kind.is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &fs::Metadata) -> bool {
    false
}

/// The path that stands for standard input.
pub(super) const STDIN: &str = "-";

#[derive(Debug)]
struct Folder {
    entries: walkdir::FilterEntry<walkdir::IntoIter, fn(&DirEntry) -> bool>,
}

impl Folder {
    fn new(root: &Path) -> Self {
        let entries = WalkDir::new(root).sort_by_file_name().into_iter();
        Folder {
            entries: entries.filter_entry(is_wanted),
        }
    }
}

impl Iterator for Folder {
    type Item = Result<SourceFile, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.entries.next()? {
                Ok(entry) if entry.file_type().is_file() => {
                    if let Some(format) = format_by_name(entry.path()) {
                        let path = entry.into_path();
                        return Some(Ok(SourceFile { path, format }));
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(Path::new("")).to_path_buf();
                    let error = error
                        .into_io_error()
                        .unwrap_or_else(|| io::ErrorKind::InvalidInput.into());
                    return Some(Err(unreadable(path, error)));
                }
            }
        }
    }
}

fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !(name.starts_with('.') || name.starts_with("README"))
}

fn named_file(path: PathBuf) -> Result<SourceFile, ReadError> {
    let format = match format_by_name(&path) {
        Some(format) => format,
        None => format_by_content(&path).map_err(|error| unreadable(path.clone(), error))?,
    };
    Ok(SourceFile { path, format })
}

fn format_by_name(path: &Path) -> Option<Format> {
    let extension = |path: &Path| path.extension().map(OsStr::to_ascii_lowercase);
    match extension(path)?.to_str()? {
        "md" | "markdown" | "html" | "htm" | "txt" => Some(Format::Post),
        "jsonl" => Some(Format::Lines),
        "gz" | "zst" if extension(Path::new(path.file_stem()?))? == "jsonl" => Some(Format::Lines),
        _ => None,
    }
}

/// JSON objects, or something compressed, are lines; all else is a post.
fn format_by_content(path: &Path) -> io::Result<Format> {
    let mut head = Vec::new();
    File::open(path)?.take(4096).read_to_end(&mut head)?;
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
    let is_lines = text.trim_ascii_start().starts_with(b"{") || Compression::of(&head).is_some();
    Ok(if is_lines {
        Format::Lines
    } else {
        Format::Post
    })
}

/// How a JSON Lines file is compressed.
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
        let extension = path.extension()?.to_ascii_lowercase();
        match extension.to_str()? {
            "gz" => Some(Compression::Gzip),
            "zst" => Some(Compression::Zstd),
            _ => None,
        }
    }
}

fn unreadable(path: PathBuf, error: io::Error) -> ReadError {
    ReadError {
        path,
        line: None,
        problem: Problem::Io(error),
    }
}
