//! Paths → source files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;
use walkdir::{DirEntry, WalkDir};

use super::format::{self, Format};
use super::select::{Globs, PassedOver, Select};
use super::{Problem, ReadError};

/// Finds the source files below `paths`, in a stable order: the paths as they are given, the files
/// of a folder by name.
///
/// A path is a file, a folder, or `-` for JSON Lines on standard input. A file that is named itself is
/// always taken; where the extension does not tell, its content decides. In a folder these are passed
/// over:
///
/// * hidden files and folders, and `README*`, in capitals or not;
/// * folders that hold no articles by their name (`_site` and the like), templates, themes and built
///   pages of a site of Hugo, Zola or Hexo, what a `.gitignore` in the folder or below it names, and
///   what `select` leaves out;
/// * symbolic links, unless `select` follows them; what is no regular file;
/// * files of other kinds than those that [are read](Format), and those with which a site speaks to
///   programs, such as `robots.txt`.
///
/// All but the hidden ones and `README*` are [counted](Walk::passed_over).
pub fn walk(paths: &[PathBuf], select: &Select) -> Walk {
    Walk {
        paths: paths.iter().cloned().rev().collect(),
        select: select.clone(),
        folder: None,
        passed_over: PassedOver::default(),
    }
}

/// The number of posts below `paths`; `None` where files that hold many articles are among them: the
/// number of files does not tell how much work those are.
pub fn count_posts(paths: &[PathBuf], select: &Select) -> Option<u64> {
    let mut count = 0;
    for file in walk(paths, select).flatten() {
        if file.format.holds_many() {
            return None;
        }
        count += 1;
    }
    Some(count).filter(|count| *count > 0)
}

/// The source files below some paths; see [`walk()`].
#[derive(Debug)]
pub struct Walk {
    /// Those still to come, the next one last.
    paths: Vec<PathBuf>,
    select: Select,
    folder: Option<Folder>,
    passed_over: PassedOver,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, as it was named or found; `-` for standard input.
    pub path: PathBuf,
    /// How it is read.
    pub format: Format,
}

impl SourceFile {
    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        self.path == Path::new(STDIN)
    }
}

impl Walk {
    /// What was passed over so far.
    pub fn passed_over(&self) -> &PassedOver {
        &self.passed_over
    }

    /// A path that was named: a file of its own, or `None` for a folder, which is entered, or a file
    /// that is left out.
    fn named(&mut self, path: PathBuf) -> Option<Result<SourceFile, ReadError>> {
        // A pipe can be read only once, so not for a guess.
        let as_lines = |path| {
            let format = Format::Lines;
            Some(Ok(SourceFile { path, format }))
        };
        if path == Path::new(STDIN) {
            return as_lines(path);
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                self.folder = Some(Folder::new(&path, &self.select));
                None
            }
            Ok(metadata) if metadata.is_file() => {
                let folder = path.parent().unwrap_or(Path::new(""));
                if self.select.below(folder).exclude(&path, false) {
                    self.passed_over.excluded += 1;
                    return None;
                }
                Some(source_file(path))
            }
            Ok(metadata) if is_device(&metadata) => Some(Err(ReadError {
                path,
                line: None,
                problem: Problem::Device,
            })),
            Ok(_) => as_lines(path),
            Err(error) => Some(Err(unreadable(path, error))),
        }
    }
}

impl Iterator for Walk {
    type Item = Result<SourceFile, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(folder) = &mut self.folder {
                match folder.next(&mut self.passed_over) {
                    Some(found) => return Some(found),
                    None => self.folder = None,
                }
            }
            let path = self.paths.pop()?;
            if let Some(found) = self.named(path) {
                return Some(found);
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

/// A folder that is gone through.
#[derive(Debug)]
struct Folder {
    entries: walkdir::IntoIter,
    globs: Globs,
    /// The rules of each `.gitignore` that holds for the next entry, with the depth of its folder.
    rules: Vec<(usize, Gitignore)>,
}

/// What is done with a file or a folder that is met.
enum Decision {
    /// A folder is entered; a file is read if it is of a kind that is.
    Take,
    /// A file is read, of whatever kind.
    TakeAnyKind,
    /// It is passed over, and counted.
    Exclude,
    /// It is passed over.
    PassOver,
}

/// Folders of generators and editors, in which no articles are.
const FOREIGN: [&str; 4] = ["_site", "_layouts", "_includes", "node_modules"];

/// Files with names that are agreed on: what a site tells programs that visit it, what a program tells
/// those that build it, and the page that is shown where there is none.
const FOR_PROGRAMS: [&str; 15] = [
    "404.htm",
    "404.html",
    "404.md",
    "ads.txt",
    "app-ads.txt",
    "composer.json",
    "humans.txt",
    "llms-full.txt",
    "llms.txt",
    "manifest.json",
    "package-lock.json",
    "package.json",
    "requirements.txt",
    "robots.txt",
    "security.txt",
];

/// Whether a file holds no article by its name. Search engines give the owner of a site a page to prove
/// that it is theirs: `google1a2b3c4d5e6f7a8b.html`.
fn is_for_programs(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let proof = name.strip_suffix(".html").and_then(|name| {
        let by_google = name.strip_prefix("google").filter(|code| code.len() == 16);
        by_google.or_else(|| name.strip_prefix("baidu_verify_"))
    });
    let is_proof = proof.is_some_and(|code| {
        let code = code
            .trim_start_matches("code-")
            .trim_start_matches("codeva-");
        code.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    is_proof || FOR_PROGRAMS.contains(&name.as_str())
}

/// What a site of Hugo or Zola has beside its articles, and one of Hexo: templates, themes with their
/// examples, and the pages that are made of the articles.
const OF_HUGO: [&str; 6] = [
    "archetypes",
    "layouts",
    "public",
    "resources",
    "templates",
    "themes",
];
const OF_HEXO: [&str; 3] = ["public", "scaffolds", "themes"];

/// Whether a folder belongs to the generator of the site that it is in.
fn is_of_generator(folder: &Path, name: &str) -> bool {
    let has = |name: &str| folder.with_file_name(name).exists();
    let is_configured = || {
        has("config/_default")
            || ["hugo", "config"].iter().any(|name| {
                ["toml", "yaml", "yml", "json"]
                    .iter()
                    .any(|kind| has(&format!("{name}.{kind}")))
            })
    };
    OF_HUGO.contains(&name) && has("content") && is_configured()
        || OF_HEXO.contains(&name) && has("source/_posts")
}

impl Folder {
    fn new(root: &Path, select: &Select) -> Self {
        let entries = WalkDir::new(root)
            .sort_by_file_name()
            .follow_links(select.follow);
        Folder {
            entries: entries.into_iter(),
            globs: select.below(root),
            rules: Vec::new(),
        }
    }

    fn next(&mut self, passed_over: &mut PassedOver) -> Option<Result<SourceFile, ReadError>> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(unreadable_entry(error))),
            };
            self.rules.retain(|(depth, _)| *depth < entry.depth());
            let kind = entry.file_type();
            let decision = self.decide(&entry);
            if kind.is_dir() {
                match decision {
                    Decision::Take | Decision::TakeAnyKind => self.enter(&entry),
                    Decision::Exclude => {
                        passed_over.excluded += 1;
                        self.entries.skip_current_dir();
                    }
                    Decision::PassOver => self.entries.skip_current_dir(),
                }
                continue;
            }
            match decision {
                Decision::PassOver => {}
                Decision::Exclude => passed_over.excluded += 1,
                _ if kind.is_symlink() => passed_over.links += 1,
                _ if !kind.is_file() => {}
                Decision::Take if is_for_programs(&entry.file_name().to_string_lossy()) => {
                    let name = entry.file_name().to_ascii_lowercase();
                    passed_over.add_kind(name.to_string_lossy().into_owned());
                }
                Decision::Take if Format::by_name(entry.path()).is_none() => {
                    passed_over.add_kind(format::kind(entry.path()));
                }
                Decision::Take | Decision::TakeAnyKind => match source_file(entry.into_path()) {
                    Err(ReadError {
                        problem: Problem::Kind { kind },
                        ..
                    }) => passed_over.add_kind(kind),
                    found => return Some(found),
                },
            }
        }
    }

    /// Reads the rules of the folder that is entered.
    fn enter(&mut self, folder: &DirEntry) {
        let file = folder.path().join(".gitignore");
        if file.is_file() {
            let (rules, _) = Gitignore::new(file);
            self.rules.push((folder.depth(), rules));
        }
    }

    fn decide(&self, entry: &DirEntry) -> Decision {
        if entry.depth() == 0 {
            return Decision::Take;
        }
        let name = entry.file_name().to_string_lossy();
        let is_folder = entry.file_type().is_dir();
        if name.starts_with('.') {
            return Decision::PassOver;
        }
        let is_foreign =
            is_folder && (FOREIGN.contains(&&*name) || is_of_generator(entry.path(), &name));
        if is_foreign || self.globs.exclude(entry.path(), is_folder) || self.is_ignored(entry) {
            return Decision::Exclude;
        }
        if is_folder {
            return Decision::Take;
        }
        match self.globs.include(entry.path()) {
            Some(true) => Decision::TakeAnyKind,
            Some(false) => Decision::Exclude,
            None if name.to_ascii_uppercase().starts_with("README") => Decision::PassOver,
            None => Decision::Take,
        }
    }

    /// By the rules of the nearest folder that has one for it.
    fn is_ignored(&self, entry: &DirEntry) -> bool {
        for (_, rules) in self.rules.iter().rev() {
            let matched = rules.matched(entry.path(), entry.file_type().is_dir());
            if !matched.is_none() {
                return matched.is_ignore();
            }
        }
        false
    }
}

/// A file whose name may not tell its format.
fn source_file(path: PathBuf) -> Result<SourceFile, ReadError> {
    let format = Format::by_name(&path).map_or_else(|| Format::by_content(&path), Ok);
    match format {
        Ok(format) => Ok(SourceFile { path, format }),
        Err(problem) => Err(ReadError {
            path,
            line: None,
            problem,
        }),
    }
}

fn unreadable_entry(error: walkdir::Error) -> ReadError {
    let path = error.path().unwrap_or(Path::new("")).to_path_buf();
    let is_loop = error.loop_ancestor().is_some();
    let error = match error.into_io_error() {
        None if is_loop => io::Error::other("it is a link to a folder that it is in"),
        None => io::ErrorKind::InvalidInput.into(),
        Some(error) => error,
    };
    unreadable(path, error)
}

fn unreadable(path: PathBuf, error: io::Error) -> ReadError {
    ReadError {
        path,
        line: None,
        problem: Problem::Io(error),
    }
}
