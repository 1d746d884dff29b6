//! Which files of a folder are read, and which are passed over.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use thiserror::Error;

/// Which files below a folder are read, beside the rules that always hold.
///
/// A glob is one of `.gitignore`, from the folder on: `*.md`, `drafts/`, `2024/**/*.html`.
#[derive(Debug, Clone, Default)]
pub struct Select {
    include: Vec<String>,
    exclude: Vec<String>,
    /// Whether symbolic links are followed.
    pub follow: bool,
}

/// A glob that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{glob}` is no glob: {why}")]
pub struct BadGlob {
    glob: String,
    why: String,
}

impl Select {
    /// Reads only files that match this glob or another one that is included, whatever their kind.
    ///
    /// # Errors
    /// The glob cannot be understood.
    pub fn include(mut self, glob: &str) -> Result<Select, BadGlob> {
        self.include.push(checked(glob)?);
        Ok(self)
    }

    /// Passes over files and folders that match this glob, named ones too.
    ///
    /// # Errors
    /// The glob cannot be understood.
    pub fn exclude(mut self, glob: &str) -> Result<Select, BadGlob> {
        self.exclude.push(checked(glob)?);
        Ok(self)
    }

    /// The globs as those of one folder.
    pub(super) fn below(&self, folder: &Path) -> Globs {
        Globs {
            include: Some(globs(folder, &self.include)).filter(|_| !self.include.is_empty()),
            exclude: globs(folder, &self.exclude),
        }
    }
}

fn checked(glob: &str) -> Result<String, BadGlob> {
    let mut builder = GitignoreBuilder::new("");
    let error = builder.add_line(None, glob).err();
    match error.or_else(|| builder.build().err()) {
        None => Ok(glob.to_owned()),
        Some(error) => Err(BadGlob {
            glob: glob.to_owned(),
            why: error.to_string(),
        }),
    }
}

fn globs(folder: &Path, globs: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for glob in globs {
        // Each was checked when it was given.
        _ = builder.add_line(None, glob);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// The globs that hold below a folder.
#[derive(Debug)]
pub(super) struct Globs {
    include: Option<Gitignore>,
    exclude: Gitignore,
}

impl Globs {
    pub(super) fn exclude(&self, path: &Path, is_folder: bool) -> bool {
        self.exclude.matched(path, is_folder).is_ignore()
    }

    /// Whether a file below the folder is among those that are to be read; `None` where nothing was said.
    pub(super) fn include(&self, file: &Path) -> Option<bool> {
        let include = self.include.as_ref()?;
        Some(include.matched_path_or_any_parents(file, false).is_ignore())
    }
}

/// What was met in folders and not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Files of other kinds, by their extension (`.pdf`), or by their name where that is agreed on
    /// (`robots.txt`); empty where they have no extension.
    pub kinds: BTreeMap<String, u64>,
    /// Files and folders that a `.gitignore` or a glob excludes, and folders that hold no articles by
    /// their name, such as `node_modules`. What is in such a folder is not counted.
    pub excluded: u64,
    /// Symbolic links.
    pub links: u64,
}

impl PassedOver {
    pub(super) fn add_kind(&mut self, kind: String) {
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Whether nothing was passed over.
    pub fn is_empty(&self) -> bool {
        *self == PassedOver::default()
    }
}

/// Extensions that are named.
const MAX_KINDS: usize = 6;

/// `3 files of other kinds: .pdf .docx; 2 excluded; 1 link not followed`.
impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let files: u64 = self.kinds.values().sum();
        if files > 0 {
            let mut kinds: Vec<(&str, u64)> = Vec::new();
            for (kind, count) in &self.kinds {
                let kind = if kind.is_empty() { "(none)" } else { kind };
                kinds.push((kind, *count));
            }
            kinds.sort_by_key(|(_, count)| u64::MAX - count);
            let dots = if kinds.len() > MAX_KINDS { " …" } else { "" };
            let names: Vec<&str> = kinds
                .iter()
                .take(MAX_KINDS)
                .map(|(kind, _)| *kind)
                .collect();
            let what = match files {
                1 => "file of another kind",
                _ => "files of other kinds",
            };
            parts.push(format!("{files} {what}: {}{dots}", names.join(" ")));
        }
        if self.excluded > 0 {
            parts.push(format!("{} excluded", self.excluded));
        }
        match self.links {
            0 => {}
            1 => parts.push("1 link not followed".to_owned()),
            links => parts.push(format!("{links} links not followed")),
        }
        f.write_str(&parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_passed_over_is_named() {
        let kinds = |kinds: &[(&str, u64)]| {
            kinds
                .iter()
                .map(|(kind, count)| ((*kind).to_owned(), *count))
                .collect()
        };
        for (kinds, excluded, links, told) in [
            (
                kinds(&[(".docx", 1), (".pdf", 2)]),
                0,
                0,
                "3 files of other kinds: .pdf .docx",
            ),
            (
                kinds(&[("", 1)]),
                2,
                1,
                "1 file of another kind: (none); 2 excluded; 1 link not followed",
            ),
            (kinds(&[]), 0, 2, "2 links not followed"),
            (
                kinds(&[
                    (".a", 1),
                    (".b", 1),
                    (".c", 1),
                    (".d", 1),
                    (".e", 1),
                    (".f", 1),
                    (".g", 9),
                ]),
                0,
                0,
                "15 files of other kinds: .g .a .b .c .d .e …",
            ),
        ] {
            let passed = PassedOver {
                kinds,
                excluded,
                links,
            };
            assert_eq!(passed.to_string(), told);
        }
    }

    #[test]
    fn a_glob_that_cannot_be_understood_is_named() {
        let error = Select::default().exclude("a{b").expect_err("no glob");
        assert!(
            error.to_string().starts_with("`a{b` is no glob: "),
            "{error}"
        );
        assert!(Select::default().include("*.md").is_ok());
    }
}
