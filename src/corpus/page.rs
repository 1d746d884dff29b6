//! A file without a header → article.

use std::path::Path;

use super::draft::Draft;
use super::info::Info;
use super::{Kind, Problem, Reading, body, date, html, id, saved, title, trailer};

/// Reads an HTML page, or a text: its title, its text, and the day and the serial number that its
/// name may hold.
///
/// # Errors
/// There is neither a title nor text.
pub(super) fn read(file: &str, path: &Path) -> Result<Reading, Problem> {
    if saved::is_page(file) {
        return saved::read(file, path);
    }
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let is_html = extension == "html" || extension == "htm";
    let (text, url) = trailer::cut(file);
    let mut page = if is_html {
        html::read_page(text)
    } else {
        body::of_post(text)
    };
    let title = title::of_content(&mut page, path);
    let info = Info::of_text(&page.paragraphs);
    page.cut_end();
    let mut draft = Draft::new(page);
    draft.article.kind = Kind::Page;
    draft.article.title = title.unwrap_or_default();
    draft.article.url = url.map(str::to_owned);
    draft.article.published = date::path::day(path)
        .or_else(|| id::day_of_info_code_of_file(path))
        .or_else(|| id::day_of_info_code(url?))
        .or(info.published);
    if draft.article.source.is_empty() {
        draft.article.source = info.source;
    }
    draft.article.authors = info.authors;
    let serial = id::serial_of_file(path).or_else(|| id::serial(url?).map(str::to_owned));
    draft.finish(serial)
}
