//! What site generators and note books add to Markdown → Markdown.

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
    };
    for line in markdown.lines() {
        source.line(line);
    }
    source.out
}

struct Source {
    out: String,
    /// What the fence of the block of code begins with that is open.
    fence: Option<String>,
    /// A list is open: what is indented belongs to it.
    is_list: bool,
    after_blank: bool,
    is_comment: bool,
}

impl Source {
    fn line(&mut self, line: &str) {
        if self.is_in_code(line) {
            self.push(line);
            return;
        }
        let line = self.without_comments(line);
        let line = without_tags(&line);
        let line = without_attributes(&line);
        let text = line.trim();
        if is_contents(text) {
            return self.push("");
        }
        if let Some(title) = admonition(text) {
            self.push("");
            self.push(title);
            return self.push("");
        }
        self.follow_lists(&line);
        let line = match spaced_heading(text) {
            Some(heading) => heading,
            None if self.is_list => line,
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
            self.is_comment = true;
            rest = after;
        }
    }

    fn follow_lists(&mut self, line: &str) {
        let is_indented = line.starts_with([' ', '\t']);
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

/// `- `, `* `, `1. `, `1) `, also after signs of quotes.
fn begins_item(text: &str) -> bool {
    let text = text.trim_start_matches(['>', ' ']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = (1..=9).contains(&digits) && text[digits..].starts_with(['.', ')']);
    let after = if is_numbered { &text[digits..] } else { text };
    let is_marked = is_numbered || text.starts_with(['-', '*', '+']);
    is_marked && after[1..].starts_with([' ', '\t'])
}

/// `##标题` → `## 标题`. One `#` may be a topic.
fn spaced_heading(text: &str) -> Option<String> {
    let title = text.trim_start_matches('#');
    let level = text.len() - title.len();
    let is_glued = (2..=6).contains(&level) && title.starts_with(|c: char| !c.is_whitespace());
    is_glued.then(|| format!("{} {title}", &text[..level]))
}

/// `[TOC]` and its like.
fn is_contents(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_plain = ["[toc]", "[[toc]]", "[[_toc_]]", "${toc}", "{:toc}"].contains(&lower.as_str());
    is_plain || lower.starts_with("@[toc]")
}

/// `!!! note "标题"` → `标题`.
fn admonition(text: &str) -> Option<&str> {
    let rest = ["!!! ", "??? ", "???+ "]
        .iter()
        .find_map(|sign| text.strip_prefix(sign))?;
    let (kind, title) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_kind = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    is_kind.then(|| title.trim().trim_matches('"'))
}

/// Without `{% … %}`, `{{ … }}`, `{{< … >}}`; a tag for a link gives its text.
fn without_tags(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("{%").into_iter().chain(rest.find("{{")).min() {
        let end = if rest[at..].starts_with("{%") {
            "%}"
        } else {
            "}}"
        };
        let Some(length) = rest[at..].find(end) else {
            break;
        };
        kept.push_str(&rest[..at]);
        kept.push_str(text_of_tag(&rest[at + 2..at + length]));
        rest = &rest[at + length + 2..];
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
