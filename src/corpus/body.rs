//! The body of a post or a record → what it says, by the reader of its form.

use std::borrow::Cow;

use super::content::Content;
use super::{html, lines, markdown, markup, scripts, text};

/// Reads the body of a post: HTML, or Markdown with HTML in it.
pub(super) fn of_post(body: &str) -> Content {
    if is_html(body) {
        without_marks(html::read(&markdown::without_tags(body)))
    } else {
        let mut content = Content::default();
        let texts = markdown::texts_of_drawing(body);
        for piece in markdown::pieces(&texts) {
            content.append(html::read(&markdown::to_html(piece)));
        }
        content
    }
}

/// Reads a piece of a page.
pub(super) fn of_page(piece: &str) -> Content {
    without_marks(html::read_page(piece))
}

/// HTML that stands where Markdown may: who wrote it may have left marks in it.
fn without_marks(mut content: Content) -> Content {
    content.write_formulas(false);
    for paragraph in &mut content.paragraphs {
        if let Cow::Owned(text) = text::without_stars(&paragraph.text) {
            paragraph.text = text;
        }
    }
    content
}

/// Reads the body of a record: HTML where it has a tag, else plain text.
pub(super) fn of_record(body: &str) -> Content {
    if !markup::is_html(body) {
        let text = text::without_entities(body);
        let text = scripts::without_scripts(&text);
        return Content::of_paragraphs(lines::paragraphs(&text));
    }
    let mut content = html::read(body);
    content.write_formulas(false);
    content.cut_end();
    content
}

/// Whether a body has tags, and nothing outside of its blocks that only Markdown has.
fn is_html(body: &str) -> bool {
    (markup::is_html(body) || body.contains("<!--")) && !has_markdown(body)
}

/// Whether a block of lines that is no element has a mark of Markdown.
fn has_markdown(body: &str) -> bool {
    let mut is_block_of_html = false;
    let mut after_blank = true;
    for line in body.lines() {
        let text = line.trim();
        if after_blank {
            is_block_of_html = markup::begins_block(text);
        }
        after_blank = text.is_empty();
        if !is_block_of_html && (begins_with_mark(text) || holds_mark(text)) {
            return true;
        }
    }
    false
}

fn begins_with_mark(line: &str) -> bool {
    let is_heading = line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
    let is_rule = line.len() >= 3 && line.bytes().all(|b| matches!(b, b'-' | b'*' | b'_' | b'='));
    let signs = [
        "- ", "* ", "+ ", "> ", "```", "~~~", "##", "|", ":::", "!!! ",
    ];
    is_heading
        || is_rule
        || is_rule_of_table(line)
        || signs.iter().any(|sign| line.starts_with(sign))
}

/// `-----|----:`, below the head of a table.
fn is_rule_of_table(line: &str) -> bool {
    line.contains("--")
        && line.contains('|')
        && line.bytes().all(|b| matches!(b, b'-' | b'|' | b':' | b' '))
}

fn holds_mark(line: &str) -> bool {
    ["](", "**", "`", "~~", "==", "{%", "{{", "[[", "[^", "$$"]
        .iter()
        .any(|mark| line.contains(mark))
}
