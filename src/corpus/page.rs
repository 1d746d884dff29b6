//! A file without a header → article.

use std::path::Path;

use super::draft::Draft;
use super::info::{self, Info};
use super::{Kind, Paragraph, Problem, Reading, body, date, id, saved, title, trailer};

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
        body::of_page(text)
    } else {
        body::of_post(text)
    };
    if is_html && is_template(&page.paragraphs) {
        return Err(Problem::NoText);
    }
    let title = match is_html {
        true => title::of_piece(&mut page, path),
        false => title::of_content(&mut page, path),
    };
    let info = Info::of_text(&page.paragraphs);
    let stated = match info.published {
        None => info::stated_at_ends(&page.paragraphs),
        published => published,
    };
    page.cut_end();
    let mut draft = Draft::new(page);
    draft.article.kind = Kind::Page;
    draft.article.title = title.unwrap_or_default();
    draft.article.url = url.map(str::to_owned);
    draft.article.published = date::path::day(path)
        .or_else(|| id::day_of_info_code_of_file(path))
        .or_else(|| id::day_of_info_code(url?))
        .or(stated)
        .or_else(|| date::path::day_of_outer_folder(path));
    if draft.article.source.is_empty() {
        draft.article.source = info.source;
    }
    draft.article.authors = info.authors;
    let serial = id::serial_of_file(path).or_else(|| id::serial(url?).map(str::to_owned));
    draft.finish(serial)
}

/// Whether a piece of HTML says nothing itself: `{{ .Inner }}`, `{% include head.html %}`.
fn is_template(paragraphs: &[Paragraph]) -> bool {
    let is_tag = |line: &str| {
        line.starts_with("{{") && line.ends_with("}}")
            || line.starts_with("{%") && line.ends_with("%}")
    };
    !paragraphs.is_empty() && paragraphs.iter().all(|paragraph| is_tag(&paragraph.text))
}
