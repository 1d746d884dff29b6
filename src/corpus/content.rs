//! The body of a post → what it says.

use super::mention::Mention;
use super::{Image, Link, Paragraph, html, markdown, markup, text};

/// What a body says: its text, and what its markup tells.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The title, where the body brings its own.
    pub(super) title: String,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) source: String,
    pub(super) byline: String,
    pub(super) mentions: Vec<Mention>,
    pub(super) images: Vec<Image>,
    pub(super) links: Vec<Link>,
}

impl Content {
    /// Reads the body of a post, HTML or Markdown.
    pub(super) fn of_post(body: &str) -> Self {
        let mut content = if is_markup(body) {
            html::read(body)
        } else {
            markdown::read(body)
        };
        content.cut_end();
        content
    }

    /// Reads the body of a line of JSON Lines that is HTML.
    pub(super) fn of_html(body: &str) -> Self {
        let mut content = html::read(body);
        content.cut_end();
        content
    }

    /// Reads a page.
    pub(super) fn of_page(page: &str, is_html: bool) -> Self {
        let mut content = if is_html || is_markup(page) {
            html::read_page(page)
        } else {
            let mut content = markdown::read(page);
            content.take_title();
            content
        };
        content.cut_end();
        content
    }

    /// Plain text, word for word: a line is a paragraph.
    pub(super) fn of_text(body: &str) -> Self {
        let paragraphs = body.split(['\n', '\r']).map(str::trim);
        let paragraphs = paragraphs
            .filter(|line| !line.is_empty())
            .map(|line| Paragraph {
                text: line.to_owned(),
                heading: false,
            });
        Content {
            paragraphs: paragraphs.collect(),
            ..Content::default()
        }
    }

    fn take_title(&mut self) {
        if self.paragraphs.first().is_some_and(|first| first.heading) {
            self.title = self.paragraphs.remove(0).text;
        }
    }

    /// Takes from the end what is not text: the source line, the line of the author, an editor's mark.
    fn cut_end(&mut self) {
        self.cut_source();
        self.cut_byline();
        if let Some(last) = self.paragraphs.last_mut() {
            last.text.truncate(without_editors_mark(&last.text).len());
            if last.text.is_empty() {
                self.paragraphs.pop();
            }
        }
    }

    /// The source stands on a line of its own, or glued to the last text.
    fn cut_source(&mut self) {
        let mut sources: Vec<String> = Vec::new();
        self.paragraphs.retain(|paragraph| {
            let source = source_line(&paragraph.text);
            sources.extend(source.map(str::to_owned));
            source.is_none()
        });
        if let Some(last) = self.paragraphs.last_mut()
            && let Some((text, source)) = split_source(&last.text)
        {
            sources.push(source.to_owned());
            last.text.truncate(text.len());
        }
        if self.source.is_empty() {
            self.source = sources.pop().unwrap_or_default();
        }
    }

    fn cut_byline(&mut self) {
        let last_two = self.paragraphs.len().saturating_sub(2);
        let is_byline = |paragraph: &Paragraph| is_byline(&paragraph.text);
        if let Some(i) = self.paragraphs[last_two..].iter().position(is_byline) {
            self.byline = self.paragraphs.remove(last_two + i).text;
        }
    }
}

fn is_markup(body: &str) -> bool {
    markup::is_html(body) || body.contains("<!--")
}

/// The source in a line that is nothing but `（文章来源：X）`.
pub(super) fn source_line(line: &str) -> Option<&str> {
    let inner = text::inside_brackets(line).unwrap_or(line);
    let source = inner.strip_prefix("文章来源")?.strip_prefix(['：', ':'])?;
    let source = source.trim().trim_end_matches('。');
    Some(source).filter(|source| source.chars().count() <= MAX_SOURCE)
}

/// The name of a source has at most this many characters.
const MAX_SOURCE: usize = 40;

/// The text and the source of a paragraph that ends with `（文章来源：X）`.
fn split_source(paragraph: &str) -> Option<(&str, &str)> {
    let start = paragraph
        .rfind("（文章来源")
        .or_else(|| paragraph.rfind("(文章来源"))?;
    let (text, line) = paragraph.split_at(start);
    text::inside_brackets(line)?;
    Some((text.trim_end(), source_line(line)?))
}

/// `（责任编辑：X）` and the like, at most 30 characters.
fn is_byline(paragraph: &str) -> bool {
    let line = paragraph.strip_prefix(['（', '(']).unwrap_or(paragraph);
    let role = ["责任编辑", "编辑", "作者", "记者"]
        .iter()
        .find_map(|role| line.strip_prefix(role));
    role.is_some_and(|after| after.starts_with(['：', ':', ' '])) && paragraph.chars().count() <= 30
}

/// Without `(CIS)` or `(DF142)` at the end.
fn without_editors_mark(paragraph: &str) -> &str {
    let mark = paragraph.rfind('(').and_then(|start| {
        let mark = text::inside_brackets(&paragraph[start..])?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        (mark == "CIS" || mark.strip_prefix("DF").is_some_and(is_number)).then_some(start)
    });
    mark.map_or(paragraph, |start| paragraph[..start].trim_end())
}
