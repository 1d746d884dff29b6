//! A file without front matter → article.

use std::path::Path;

use super::content::Content;
use super::draft::Draft;
use super::{Kind, Problem, Reading, id, post};

/// Reads an HTML page, or a text: its title, its text, and the day and the serial number that its
/// name may hold.
///
/// # Errors
/// There is neither a title nor text.
pub(super) fn read(file: &str, path: &Path) -> Result<Reading, Problem> {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let is_html = extension == "html" || extension == "htm";
    let (text, url) = post::cut_trailer(file);
    let mut draft = Draft::new(Content::of_page(text, is_html));
    draft.article.kind = Kind::Page;
    draft.article.url = url.map(str::to_owned);
    let serial = id::serial_of_file(path).or_else(|| id::serial(url?).map(str::to_owned));
    draft.article.published = id::day_of_file(path)
        .or_else(|| id::day_of_info_code_of_file(path))
        .or_else(|| id::day_of_info_code(url?));
    draft.finish(serial)
}
