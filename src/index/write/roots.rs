//! The paths of an update, each as one of the many ways to spell it: `../news`, `/x/news` and a link
//! to it are one folder, and a file in it is one file.

use std::path::{Component, Path, PathBuf};

use super::ledger::FileKey;

/// The named paths and what they lead to.
pub(super) struct Roots(Vec<(PathBuf, PathBuf)>);

impl Roots {
    pub fn of(paths: &[PathBuf]) -> Roots {
        let roots = paths.iter().map(|path| (path.clone(), resolved(path)));
        Roots(roots.collect())
    }

    /// The key of a named path, or of a file that was found below one. In a folder no link is followed,
    /// so what is below is spelt in one way already.
    pub fn key(&self, path: &Path) -> FileKey {
        let root = self.0.iter().filter(|(typed, _)| path.starts_with(typed));
        let longest = root.max_by_key(|(typed, _)| typed.components().count());
        match longest {
            Some((typed, real)) if typed == path => FileKey::new(real),
            Some((typed, real)) => {
                let below = path.strip_prefix(typed).unwrap_or(path);
                FileKey::new(&real.join(below))
            }
            None => FileKey::new(path),
        }
    }
}

/// A path without links and steps back. Of one that is not there, as far as it is.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    match (absolute.parent(), absolute.components().next_back()) {
        (Some(parent), Some(Component::Normal(name))) => resolved(parent).join(name),
        (Some(parent), Some(Component::ParentDir)) => {
            let mut real = resolved(parent);
            real.pop();
            real
        }
        _ => absolute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn however_a_folder_is_spelt_its_files_have_one_key() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(dir.join("news/old")).unwrap();
        std::os::unix::fs::symlink(dir.join("news"), dir.join("link")).unwrap();
        let expected = FileKey::new(&dir.join("news/a.md"));
        for typed in [
            "news",
            "news/",
            "./news",
            "news/old/..",
            "link",
            "link/old/..",
        ] {
            let root = dir.join(typed);
            let roots = Roots::of(std::slice::from_ref(&root));
            assert_eq!(roots.key(&root.join("a.md")), expected, "{typed}");
            assert_eq!(roots.key(&root), FileKey::new(&dir.join("news")), "{typed}");
        }
    }

    #[test]
    fn what_is_gone_has_the_key_that_it_had() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        let gone = dir.join("gone");
        let typed = dir.join("gone/a/../../gone");
        std::fs::create_dir_all(dir.join("gone/a")).unwrap();
        let before = Roots::of(std::slice::from_ref(&typed)).key(&typed);
        std::fs::remove_dir_all(&gone).unwrap();
        let after = Roots::of(std::slice::from_ref(&typed)).key(&typed);
        assert_eq!(before, after);
        assert_eq!(after, FileKey::new(&gone));
    }
}
