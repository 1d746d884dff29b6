//! What a body says.

use std::borrow::Cow;

use super::mention::Mention;
use super::{Image, Link, Paragraph, maths, text};

/// What a body says: its text, and what its markup tells.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) paragraphs: Vec<Paragraph>,
    /// The headings among the paragraphs that are headings by their element, not by their look.
    pub(super) headings: Vec<Heading>,
    /// Which of the paragraphs are links and nothing else.
    pub(super) linked: Vec<usize>,
    /// Which of the paragraphs stand in a list.
    pub(super) items: Vec<usize>,
    pub(super) source: String,
    pub(super) byline: String,
    pub(super) mentions: Vec<Mention>,
    pub(super) images: Vec<Image>,
    pub(super) links: Vec<Link>,
}

/// A heading of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    /// Which of the paragraphs it is.
    pub(super) paragraph: usize,
    /// 1 of the highest to 6.
    pub(super) level: u8,
}

impl Content {
    /// Plain text of which each paragraph is given.
    pub(super) fn of_paragraphs(paragraphs: Vec<String>) -> Self {
        let paragraph = |text| Paragraph {
            text,
            heading: false,
        };
        Content {
            paragraphs: paragraphs.into_iter().map(paragraph).collect(),
            ..Content::default()
        }
    }

    /// Adds what another part of the same body says.
    pub(super) fn append(&mut self, mut other: Content) {
        let before = self.paragraphs.len();
        let headings = other.headings.into_iter().map(|heading| Heading {
            paragraph: before + heading.paragraph,
            ..heading
        });
        self.headings.extend(headings);
        for (own, others) in [
            (&mut self.linked, other.linked),
            (&mut self.items, other.items),
        ] {
            own.extend(others.into_iter().map(|other| before + other));
        }
        self.paragraphs.append(&mut other.paragraphs);
        self.mentions.append(&mut other.mentions);
        self.images.append(&mut other.images);
        self.links.append(&mut other.links);
        for (own, others) in [
            (&mut self.source, other.source),
            (&mut self.byline, other.byline),
        ] {
            if own.is_empty() {
                *own = others;
            }
        }
    }

    /// Takes out the paragraphs that are marked, one sign for each.
    pub(super) fn take_out(&mut self, is_out: &[bool]) {
        let mut left = is_out.iter();
        self.paragraphs
            .retain(|_| !left.next().copied().unwrap_or(false));
        let mut before = 0;
        let moved = is_out.iter().enumerate().map(|(place, is_out)| {
            before += usize::from(*is_out);
            (!is_out).then(|| place - before)
        });
        let moved: Vec<Option<usize>> = moved.collect();
        self.headings.retain_mut(|heading| {
            let place = moved.get(heading.paragraph).copied().flatten();
            heading.paragraph = place.unwrap_or_default();
            place.is_some()
        });
        for places in [&mut self.linked, &mut self.items] {
            places.retain_mut(|place| {
                let moved = moved.get(*place).copied().flatten();
                *place = moved.unwrap_or_default();
                moved.is_some()
            });
        }
    }

    /// Formulas that a script of the page was to set become plain text; `is_set` where it has one.
    pub(super) fn write_formulas(&mut self, is_set: bool) {
        let mut is_out = vec![false; self.paragraphs.len()];
        for place in 0..self.paragraphs.len() {
            let (paragraph, after) = match self.paragraphs.get_mut(place..) {
                Some([paragraph, after @ ..]) if !is_out[place] => (paragraph, after),
                _ => continue,
            };
            let block = maths::block(&paragraph.text, after.iter().map(|line| line.text.as_str()));
            let text = block.as_ref().map_or(&paragraph.text, |(block, _)| block);
            if let Cow::Owned(text) = maths::of_page(text, is_set) {
                paragraph.text = text.trim().to_owned();
                let count = block.map_or(0, |(_, count)| count);
                is_out[place + 1..=place + count].fill(true);
            }
            is_out[place] = paragraph.text.is_empty();
        }
        if is_out.contains(&true) {
            self.take_out(&is_out);
        }
    }

    /// Takes from the end what is not text: the source line, the line of the author, an editor's mark.
    pub(super) fn cut_end(&mut self) {
        // These places hold no longer.
        self.headings.clear();
        self.linked.clear();
        self.items.clear();
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
