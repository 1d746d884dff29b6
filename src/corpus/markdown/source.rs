//! What site generators and note books add to Markdown → Markdown.

use std::borrow::Cow;

use super::headings::{self, is_heading};
use super::{address, embeds, rows, signs};
use crate::corpus::maths;

/// Prepares a source for the parser: tags of generators, attributes and tables of contents go, a
/// comment goes, and what is written as Chinese writers do (`##标题`, four blanks before a paragraph)
/// is written as the rules have it.
pub(super) fn prepare(markdown: &str) -> String {
    let mut source = Source {
        out: String::with_capacity(markdown.len()),
        fence: None,
        is_list: false,
        after_blank: true,
        is_comment: false,
        has_glued_headings: headings::has_glued(markdown),
        is_conflict: false,
        is_definition: false,
    };
    let mut lines = markdown.lines();
    let mut is_after_row = false;
    let mut columns = None;
    while let Some(line) = lines.next() {
        let is_row = std::mem::replace(&mut is_after_row, rows::is_row(line));
        if source.fence.is_some() || !is_after_row {
            columns = None;
        }
        let joined = match source.fence {
            None => rest_of_tag(line, lines.clone())
                .map(|(rest, count)| (format!("{line} {rest}"), count))
                .or_else(|| address::torn_link(line, lines.clone()))
                .or_else(|| maths::block(line, lines.clone())),
            Some(_) => None,
        };
        match joined {
            Some((joined, count)) => {
                source.line(&joined);
                lines.nth(count - 1);
            }
            None => {
                // Elsewhere than in a table its head would be one row of it.
                let head = match source.fence.is_none() && !is_row {
                    true => rows::head(line, lines.clone()),
                    false => None,
                };
                if source.fence.is_none() {
                    columns = columns.or_else(|| rows::columns_of_rule(line));
                }
                match head {
                    Some(head) => {
                        source.line(&head.row);
                        source.line(&head.rule);
                        columns = rows::columns_of_rule(&head.rule);
                        if head.has_rule {
                            lines.next();
                        }
                    }
                    None => source.line(&rows::with_code(line, columns.unwrap_or(usize::MAX))),
                }
            }
        }
    }
    source.out
}

/// The lines on which a tag of a generator goes on, as one, and how many they are: `{{< figure` and
/// `src="a.png" >}}` below it.
fn rest_of_tag<'a>(line: &str, after: impl Iterator<Item = &'a str>) -> Option<(String, usize)> {
    let (at, end) = ["{{<", "{{%", "{%"]
        .iter()
        .zip(["}}", "}}", "%}"])
        .filter_map(|(open, end)| Some((line.rfind(open)?, end)))
        .max_by_key(|(at, _)| *at)?;
    if line[at..].contains(end) {
        return None;
    }
    let rest: Vec<&str> = after
        .take(MAX_LINES_OF_TAG)
        .take_while(|line| !line.trim().is_empty())
        .collect();
    let last = rest.iter().position(|line| line.contains(end))?;
    Some((rest[..=last].join(" "), last + 1))
}

/// A tag has at most so many lines.
const MAX_LINES_OF_TAG: usize = 12;

struct Source {
    out: String,
    /// What the fence of the block of code begins with that is open.
    fence: Option<String>,
    /// A list is open: what is indented belongs to it.
    is_list: bool,
    after_blank: bool,
    is_comment: bool,
    /// Its writer leaves no blank behind the `#` of a heading.
    has_glued_headings: bool,
    /// Two versions of the text stand here one after the other.
    is_conflict: bool,
    /// The line before says where a link leads.
    is_definition: bool,
}

impl Source {
    fn line(&mut self, line: &str) {
        if self.is_in_code(line) {
            self.push(line);
            return;
        }
        let line = self.without_comments(line);
        let line = without_tags(&line);
        let line = embeds::without_embeds(&line);
        let line = embeds::without_names_of_pictures(&line);
        let line = embeds::without_nested_links(&line);
        let line = without_attributes(&line);
        let line = maths::in_dollars(&line);
        let line = signs::escaped(&line);
        let line = address::bracketed(&line);
        let line = with_plain_blank(&line);
        let text = line.trim();
        if is_contents(text) || is_bare(text) || is_name_of_block(text) {
            return self.push("");
        }
        if self.is_mark_of_conflict(text) {
            return self.push("");
        }
        if let Some(title) = admonition(text) {
            self.push("");
            self.push(title);
            return self.push("");
        }
        // A definition in a paragraph would be text.
        if !self.after_blank && is_definition(text) && !self.is_definition {
            self.push("");
        }
        self.is_definition = is_definition(text);
        let is_first = !self.is_list && begins_item(text);
        self.follow_lists(&line);
        let heading = headings::spaced(text, self.has_glued_headings);
        // A heading ends a block of HTML that is no element around it.
        if !self.after_blank && !self.is_list && (heading.is_some() || is_heading(text)) {
            self.push("");
        }
        // A heading ends a list that it is not in.
        if heading.is_some() || is_heading(text) && !line.starts_with([' ', '\t']) {
            self.is_list = false;
        }
        let line = match heading {
            Some(heading) => heading,
            None if self.is_list && !is_first => line.into_owned(),
            // Four blanks are no code: they are how a paragraph begins.
            None => text.to_owned() + hard_break(&line),
        };
        self.push(&line);
    }

    fn push(&mut self, line: &str) {
        self.after_blank = line.trim().is_empty();
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// Follows fences; lines between them are taken as they are.
    fn is_in_code(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        let sign = text.chars().next().filter(|&c| c == '`' || c == '~');
        let fence: String = sign.map_or_else(String::new, |sign| {
            text.chars().take_while(|&c| c == sign).collect()
        });
        match &self.fence {
            Some(open) => {
                let is_closed =
                    fence.starts_with(open.as_str()) && text[fence.len()..].trim().is_empty();
                if is_closed {
                    self.fence = None;
                }
                true
            }
            None if fence.len() >= 3 && !text[fence.len()..].contains('`') => {
                self.fence = Some(fence);
                true
            }
            None => false,
        }
    }

    /// A comment ends at its end, or at the next blank line.
    fn without_comments(&mut self, line: &str) -> String {
        let mut kept = String::new();
        let mut is_code = false;
        let mut rest = line;
        if line.trim().is_empty() {
            self.is_comment = false;
        }
        loop {
            if self.is_comment {
                let Some((_, after)) = rest.split_once("-->") else {
                    return kept;
                };
                self.is_comment = false;
                rest = after;
            }
            let Some((before, after)) = rest.split_once("<!--") else {
                kept.push_str(rest);
                return kept;
            };
            kept.push_str(before);
            rest = after;
            is_code ^= embeds::is_odd(before);
            if is_code && after.contains('`') {
                kept.push_str("<!--");
            } else {
                self.is_comment = true;
            }
        }
    }

    /// The lines with which Git parts two versions that it could not merge: `<<<<<<< HEAD`, `=======`,
    /// `>>>>>>> 1a2b3c`. The first may stand in the header.
    fn is_mark_of_conflict(&mut self, text: &str) -> bool {
        if text.starts_with("<<<<<<< ") {
            self.is_conflict = true;
        } else if text.starts_with(">>>>>>> ") {
            self.is_conflict = false;
        } else {
            return self.is_conflict && text == "=======";
        }
        true
    }

    /// What is indented by one blank belongs to no item, and ends the list.
    fn follow_lists(&mut self, line: &str) {
        let is_indented = line.starts_with("  ") || line.starts_with('\t');
        if begins_item(line.trim_start()) {
            self.is_list = true;
        } else if self.after_blank && !is_indented && !line.trim().is_empty() {
            self.is_list = false;
        }
    }
}

/// Two blanks at its end, which break the line.
fn hard_break(line: &str) -> &'static str {
    if line.ends_with("  ") && !line.trim().is_empty() {
        "  "
    } else {
        ""
    }
}

/// `[1]: https://…`: where a link leads that stands elsewhere.
fn is_definition(text: &str) -> bool {
    let definition = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"));
    definition.is_some_and(|(name, address)| {
        let address = address.trim_start().trim_start_matches('<');
        let is_address = address.starts_with("http://") || address.starts_with("https://");
        is_address && !name.is_empty() && !name.starts_with('^') && !name.contains(['[', ']'])
    })
}

/// `-\u{A0}甲` → `- 甲`: an item has a blank that breaks.
fn with_plain_blank(line: &str) -> Cow<'_, str> {
    let text = line.trim_start();
    let after = text
        .strip_prefix(['-', '*', '+'])
        .and_then(|rest| rest.strip_prefix('\u{A0}'));
    match after {
        Some(after) => {
            let mark = line.len() - text.len() + 1;
            let text = after.trim_start_matches(['\u{A0}', ' ']);
            Cow::Owned(format!("{} {text}", &line[..mark]))
        }
        None => Cow::Borrowed(line),
    }
}

/// `- `, `* `, `1. `, `1) `, also after signs of quotes.
fn begins_item(text: &str) -> bool {
    let text = text.trim_start_matches(['>', ' ']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = (1..=9).contains(&digits) && text[digits..].starts_with(['.', ')']);
    let after = if is_numbered { &text[digits..] } else { text };
    let is_marked = is_numbered || text.starts_with(['-', '*', '+']);
    is_marked && after[1..].starts_with([' ', '\t'])
}

/// A line of marks alone that converters leave: a `\` that breaks no line, a rule behind a `\` or
/// as a heading, the signs around a formula that was never written.
fn is_bare(text: &str) -> bool {
    if text == "$$$$" {
        return true;
    }
    let is_rule = |text: &str| {
        text.len() >= 3
            && ["-", "=", "_", "*"]
                .iter()
                .any(|sign| text.replace(sign, "").is_empty())
    };
    match text.strip_prefix('\\') {
        Some(rest) => rest.is_empty() || is_rule(rest),
        None => is_heading(text) && is_rule(text.trim_start_matches('#').trim()),
    }
}

/// `[TOC]` and its like.
fn is_contents(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_plain = ["[toc]", "[[toc]]", "[[_toc_]]", "${toc}", "{:toc}"].contains(&lower.as_str());
    is_plain || lower.starts_with("@[toc]")
}

/// `^o6vysfa0nrp`, the name of the block above it.
fn is_name_of_block(text: &str) -> bool {
    let name = text.strip_prefix('^').unwrap_or_default();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    name.len() >= MIN_NAME && name.bytes().all(is_name)
}

/// The name of a block that stands alone has so many characters: `^2` may be a note.
const MIN_NAME: usize = 4;

/// `!!! note "标题"` → `标题`.
fn admonition(text: &str) -> Option<&str> {
    let rest = ["!!! ", "??? ", "???+ "]
        .iter()
        .find_map(|sign| text.strip_prefix(sign))?;
    let (kind, title) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_kind = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    is_kind.then(|| title.trim().trim_matches('"'))
}

/// What tags of generators begin and end with.
const TAGS: [(&str, &str); 3] = [("{%", "%}"), ("{{", "}}"), ("<%", "%>")];

/// Without `{% … %}`, `{{ … }}`, `{{< … >}}`, `<% … %>`; a tag for a link gives its text.
pub(in crate::corpus) fn without_tags(line: &str) -> String {
    let mut kept = String::new();
    let mut is_code = false;
    let mut rest = line;
    let begins = |rest: &str| {
        memchr::memchr2_iter(b'{', b'<', rest.as_bytes()).find_map(|at| {
            let tag = TAGS.iter().find(|(open, _)| rest[at..].starts_with(open));
            tag.map(|(_, end)| (at, *end))
        })
    };
    while let Some((at, end)) = begins(rest) {
        // Of `<%>` the sign is not both ends.
        let Some(length) = rest[at + 2..].find(end).map(|length| length + 2) else {
            break;
        };
        kept.push_str(&rest[..at]);
        is_code ^= embeds::is_odd(&rest[..at]);
        let (tag, after) = rest[at..].split_at(length + 2);
        // `{{ 甲 }}` in a text about tags is code.
        if is_code && after.contains('`') {
            kept.push_str(tag);
        } else {
            kept.push_str(text_of_tag(&tag[2..length]));
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// `post_link slug '标题'` → `标题`.
fn text_of_tag(tag: &str) -> &str {
    let tag = tag.trim().trim_matches(['-', '<', '>', '%']).trim();
    let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let quoted = || {
        let start = rest.find(['"', '\''])?;
        let quote = &rest[start..=start];
        rest[start + 1..].split_once(quote).map(|(text, _)| text)
    };
    match name {
        "post_link" => quoted()
            .or_else(|| rest.split_once(' ').map(|(_, text)| text.trim()))
            .unwrap_or_default(),
        "link" => quoted()
            .or_else(|| rest.split_ascii_whitespace().next())
            .unwrap_or_default(),
        _ => "",
    }
}

/// Without `{: .class}` and `{#id}` at its end, and without the name of a block (` ^abc123`).
fn without_attributes(line: &str) -> String {
    let text = line.trim_end();
    let blanks = &line[text.len()..];
    let attributes = text.strip_suffix('}').and_then(|rest| {
        let start = rest.rfind('{')?;
        let inside = rest[start + 1..].trim_start();
        let is_name = inside.starts_with([':', '#', '.']) && !inside.contains(['|', '，', '。']);
        is_name.then_some(start)
    });
    let block = text.rfind(" ^").filter(|&at| {
        let name = &text[at + 2..];
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    match attributes.or(block) {
        Some(end) => text[..end].trim_end().to_owned() + blanks,
        None => line.to_owned(),
    }
}
