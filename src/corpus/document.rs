//! A file that is one document → article.

use std::path::Path;

use super::{Problem, Reading, encoding, front_matter, page, post};

/// Reads a file that is one post, with or without a header.
///
/// # Errors
/// It is empty, has neither title nor text, is a draft, or a note of the site.
pub(super) fn read(bytes: &[u8], path: &Path) -> Result<Reading, Problem> {
    let file = encoding::decode(bytes);
    if file.trim().is_empty() {
        return Err(Problem::Empty);
    }
    match front_matter::split(&file) {
        Some((header, rest)) => {
            let rest = front_matter::without_second(rest);
            post::read(front_matter::read(&header), rest, path)
        }
        None => page::read(&file, path),
    }
}
