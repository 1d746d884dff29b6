//! HTML as archives have it → HTML that is balanced, flat and cheap to parse.
//!
//! The HTML5 rules give a meaning to every text, but to a broken one often not the meant one (an
//! unclosed comment eats the rest of the file, an unclosed `<strong>` goes on for all paragraphs),
//! and some broken texts cost quadratic time and memory. This pass goes over the text once and
//! writes only known elements, each closed in its block, none deeper than [`MAX_DEPTH`].

use super::{maths, text};

/// Whether a text holds the tag of a known element, and so is HTML and no plain text.
pub(super) fn is_html(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let (is_end, name, after) = tag_name(&text[at..]);
        after.starts_with(ends_name)
            && element(name)
                .is_some_and(|element| !matches!(element.role, Role::Ignored | Role::Fact))
            && (is_end || !is_letter(name, after))
    })
}

/// `<A>` may be a letter in angle brackets; a link has attributes.
fn is_letter(name: &str, after: &str) -> bool {
    let is_link = name.eq_ignore_ascii_case("a") && !after.starts_with('>');
    name.len() == 1 && !name.eq_ignore_ascii_case("p") && !is_link
}

/// Whether a text begins with the tag of a block, so that up to the next blank line it is HTML.
/// Comments before it do not matter.
pub(super) fn begins_block(text: &str) -> bool {
    let mut text = text.trim_start();
    while let Some(comment) = text.strip_prefix("<!--") {
        text = comment
            .split_once("-->")
            .map_or("", |(_, rest)| rest.trim_start());
    }
    if !text.starts_with('<') {
        return false;
    }
    let (_, name, after) = tag_name(text);
    let is_block = |element: &Element| !matches!(element.role, Role::Inline | Role::Void);
    after.starts_with(ends_name) && element(name).is_some_and(is_block)
}

/// Rewrites HTML so that it is balanced: comments and elements without readable text are gone, tags
/// of unknown elements too; what only looks like a tag is escaped.
pub(super) fn balance(html: &str) -> String {
    let mut balancer = Balancer {
        html,
        at: 0,
        out: String::with_capacity(html.len()),
        open: Vec::new(),
        unclosed: Vec::new(),
    };
    balancer.run();
    balancer.out
}

/// The class of what stands for the source of a formula.
pub(super) const FORMULA: &str = "newsearch-formula";

/// Elements stand in at most this many others.
const MAX_DEPTH: usize = 100;

/// Tags longer than this lose their attributes, in bytes: to parse many attributes costs quadratic
/// time.
const MAX_TAG: usize = 4096;

struct Balancer<'a> {
    html: &'a str,
    at: usize,
    out: String,
    open: Vec<&'static Element>,
    /// What was looked for and does not come any more.
    unclosed: Vec<&'static str>,
}

impl<'a> Balancer<'a> {
    fn run(&mut self) {
        while let Some(before) = memchr::memchr(b'<', self.rest().as_bytes()) {
            let start = self.at;
            self.at += before;
            self.out.push_str(&self.html[start..self.at]);
            self.markup();
        }
        let rest = self.rest();
        self.out.push_str(rest);
        self.close_down_to(0);
    }

    fn rest(&self) -> &'a str {
        &self.html[self.at..]
    }

    /// What begins with the `<` here.
    fn markup(&mut self) {
        let rest = self.rest();
        let (is_end, name, after) = tag_name(rest);
        if rest.starts_with("<!--") {
            self.skip_past("-->");
        } else if rest.starts_with("<!") || rest.starts_with("</") && name.is_empty() {
            self.skip_past_tag(rest);
        } else if name.is_empty() || after.starts_with(|c: char| !ends_name(c)) {
            self.out.push_str("&lt;");
            self.at += 1;
        } else {
            let tag = self.skip_past_tag(rest);
            let is_closed = self.html[..self.at].ends_with('>');
            match element(name).filter(|_| is_closed) {
                Some(element) if is_end => self.end(element),
                Some(element) => self.start(element, tag),
                None => {}
            }
        }
    }

    /// Goes on behind the tag here, and gives it where it is whole.
    fn skip_past_tag(&mut self, rest: &'a str) -> Option<&'a str> {
        let whole = end_of_tag(rest).map(|end| &rest[..=end]);
        self.at += whole.map_or_else(|| end_of_broken_tag(rest), str::len);
        whole.filter(|tag| tag.len() <= MAX_TAG)
    }

    /// Goes on behind the next `end`, or where there is none, at the next blank line.
    fn skip_past(&mut self, end: &'static str) {
        let rest = self.rest();
        self.at += match self.find(end) {
            Some(at) => at + end.len(),
            None => end_of_block(rest),
        };
    }

    /// Where `end` comes next, in small letters or capitals.
    fn find(&mut self, end: &'static str) -> Option<usize> {
        if self.unclosed.contains(&end) {
            return None;
        }
        let rest = self.rest().as_bytes();
        let found = memchr::memchr_iter(end.as_bytes()[0], rest).find(|&at| {
            rest.get(at..at + end.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(end.as_bytes()))
        });
        if found.is_none() {
            self.unclosed.push(end);
        }
        found
    }

    fn start(&mut self, element: &'static Element, tag: Option<&str>) {
        if matches!(element.name, "script" | "math") && self.formula(element, tag) {
            return;
        }
        match element.role {
            Role::Ignored => return,
            Role::Void | Role::Fact => return self.write_start(element, tag),
            Role::Raw | Role::Dropped => return self.drop_content(element),
            Role::Title => return self.copy_content(element, tag),
            Role::Block | Role::Row | Role::Cell | Role::Item => self.close_paragraph(),
            Role::Inline => {}
        }
        self.close_siblings(element);
        let is_outside_table =
            matches!(element.role, Role::Row | Role::Cell) && !self.is_open("table");
        if self.open.len() >= MAX_DEPTH || is_outside_table {
            self.write_break(element);
        } else {
            self.write_start(element, tag);
            self.open.push(element);
        }
    }

    fn end(&mut self, element: &'static Element) {
        match self.open.iter().rposition(|open| open.name == element.name) {
            Some(depth) => self.close_down_to(depth),
            None => self.write_break(element),
        }
    }

    /// A block ends the paragraph before it, and with it what the paragraph left open.
    fn close_paragraph(&mut self) {
        if let Some(depth) = self.open.iter().rposition(|open| open.name == "p") {
            self.close_down_to(depth);
        }
    }

    /// An item of a list ends the item before it, a cell the cell, a row the row, a link the link.
    fn close_siblings(&mut self, element: &Element) {
        let (siblings, within): (&[&str], &[&str]) = match element.name {
            "li" => (&["li"], &["ul", "ol"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (&["td", "th"], &["table"]),
            "tr" => (&["tr"], &["table"]),
            "a" => (&["a"], &[]),
            _ => return,
        };
        let inner = self
            .open
            .iter()
            .rposition(|open| within.contains(&open.name))
            .map_or(0, |outer| outer + 1);
        let sibling = self.open[inner..]
            .iter()
            .position(|open| siblings.contains(&open.name));
        if let Some(sibling) = sibling {
            self.close_down_to(inner + sibling);
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        for element in self.open.drain(depth..).rev() {
            self.out.push_str(element.end);
            self.out.push('>');
        }
    }

    /// Goes on behind the end of an element that is dropped with its content. Where it has no end,
    /// only its tag goes, or, of a script or the like, what stands before the next blank line.
    fn drop_content(&mut self, element: &'static Element) {
        let rest = self.rest();
        match self.find(element.end) {
            Some(at) => {
                self.at += at;
                self.skip_past_tag(&rest[at..]);
            }
            None if element.role == Role::Raw => self.at += end_of_block(rest),
            None => {}
        }
    }

    /// Writes the source of a formula as plain text, where the element holds it: MathJax keeps it in a
    /// script, others beside the signs of MathML.
    fn formula(&mut self, element: &'static Element, tag: Option<&str>) -> bool {
        let tag = tag.unwrap_or_default();
        let is_math = element.name == "math";
        if !is_math && !tag.contains("math/tex") {
            return false;
        }
        let rest = self.rest();
        let Some(at) = self.find(element.end) else {
            return false;
        };
        let source = if is_math {
            let note = rest[..at].split_once("application/x-tex\">");
            note.and_then(|(_, note)| note.split_once("</annotation"))
                .map(|(source, _)| text::decode_entities(source))
        } else {
            let source = rest[..at].trim().trim_start_matches("% <![CDATA[");
            Some(source.trim_end_matches("%]]>").to_owned())
        };
        let Some(source) = source else {
            return false;
        };
        let is_apart = tag.contains("mode=display") || tag.contains("display=\"block\"");
        let line_end = if is_apart { "<br>" } else { "" };
        self.out
            .push_str(&format!("<span class=\"{FORMULA}\">{line_end}"));
        for c in maths::plain(&source).trim().chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                c => self.out.push(c),
            }
        }
        self.out.push_str(line_end);
        self.out.push_str("</span>");
        self.at += at;
        self.skip_past_tag(&rest[at..]);
        true
    }

    /// Takes over an element that holds text only, in which `<` is text too.
    fn copy_content(&mut self, element: &Element, tag: Option<&str>) {
        let rest = self.rest();
        if let Some(at) = self.find(element.end) {
            self.write_start(element, tag);
            self.out.push_str(&rest[..at]);
            self.out.push_str(element.end);
            self.out.push('>');
            self.at += at;
            self.skip_past_tag(&rest[at..]);
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    fn write_start(&mut self, element: &Element, tag: Option<&str>) {
        match tag {
            Some(tag) => self.out.push_str(tag),
            None => {
                self.out.push('<');
                self.out.push_str(element.name);
                self.out.push('>');
            }
        }
    }

    /// What is left of a tag that is not written.
    fn write_break(&mut self, element: &Element) {
        match element.role {
            Role::Block | Role::Row | Role::Item => self.out.push_str("<br>"),
            Role::Cell => self.out.push(' '),
            _ => {}
        }
    }
}

/// Whether it is an end tag, the name of the tag a text begins with, and what follows the name.
/// The name is empty where no tag begins.
fn tag_name(text: &str) -> (bool, &str, &str) {
    let text = &text[1..];
    let (is_end, text) = match text.strip_prefix('/') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_' | '.');
    let length = if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        text.find(|c| !is_name(c)).unwrap_or(text.len())
    } else {
        0
    };
    (is_end, &text[..length], &text[length..])
}

fn ends_name(c: char) -> bool {
    c.is_ascii_whitespace() || c == '>' || c == '/'
}

/// The `>` that ends a tag, not one in a quoted value. `None` where the tag or a quote in it is not
/// closed before the next tag or blank line.
fn end_of_tag(block: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, &byte) in block.as_bytes().iter().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (_, b'<') => return None,
            (_, b'\n') if is_before_blank_line(&block[at + 1..]) => return None,
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
        after_equals = byte == b'=' || after_equals && byte.is_ascii_whitespace();
    }
    None
}

/// Behind the next `>`, or at the next blank line.
fn end_of_broken_tag(text: &str) -> usize {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'>', b'\n', bytes)
        .find_map(|at| match bytes[at] {
            b'>' => Some(at + 1),
            _ => is_before_blank_line(&text[at + 1..]).then_some(at),
        })
        .unwrap_or(bytes.len())
}

/// Where the next blank line begins, or the text ends.
fn end_of_block(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes())
        .find(|&at| is_before_blank_line(&text[at + 1..]))
        .unwrap_or(text.len())
}

fn is_before_blank_line(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\u{3000}'])
        .starts_with('\n')
}

#[derive(Debug, PartialEq, Eq)]
struct Element {
    name: &'static str,
    /// Its end tag, without `>`.
    end: &'static str,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Breaks the text before and behind it.
    Block,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// A cell of a table.
    Cell,
    /// Part of the text around it.
    Inline,
    /// Has no content.
    Void,
    /// Says something about the page; has no content either.
    Fact,
    /// Its tags are dropped, its content is not.
    Ignored,
    /// Dropped with its content.
    Dropped,
    /// Dropped with its content, which is not HTML.
    Raw,
    /// The title of a page.
    Title,
}

fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS
        .iter()
        .find(|element| element.name.eq_ignore_ascii_case(name))
}

macro_rules! elements {
    ($($role:ident: $($name:literal)*;)*) => {
        &[$($(Element { name: $name, end: concat!("</", $name), role: Role::$role },)*)*]
    };
}

const ELEMENTS: &[Element] = elements! {
    Inline: "span" "a" "strong" "b" "em" "i" "u" "font" "sup" "sub" "small" "big" "s" "strike" "del"
        "ins" "mark" "code" "cite" "abbr" "label" "q" "time" "tt" "kbd" "var" "samp" "nobr";
    Block: "p" "div" "center" "h1" "h2" "h3" "h4" "h5" "h6" "ul" "ol" "dl" "table" "blockquote" "pre"
        "section" "article" "main" "header" "footer" "nav" "aside" "figure" "figcaption" "address"
        "details" "summary" "fieldset" "form" "caption";
    Item: "li" "dt" "dd";
    Row: "tr";
    Cell: "td" "th";
    Void: "br" "img" "hr";
    Fact: "meta" "link";
    Ignored: "html" "head" "body" "thead" "tbody" "tfoot" "colgroup" "col" "base"
        "input" "wbr" "param" "source" "track" "embed" "area" "button" "legend" "picture";
    Dropped: "iframe" "video" "audio" "object" "noscript" "template" "svg" "math" "canvas" "select"
        "textarea" "map" "applet" "noembed" "noframes" "frameset";
    Raw: "script" "style";
    Title: "title";
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_what_holds_a_known_tag() {
        let html = [
            "<p>甲</p>",
            "甲<br>乙",
            "甲<br/>",
            "<DIV class='x'>",
            "<span\nid=x>",
            "<a href=x>甲",
            "甲</p>",
            "<h1>甲",
            "<table>",
        ];
        let text = [
            "‹全文完>",
            "<全文完>",
            "<250g",
            "<20Mbps",
            "P<0.05",
            "<p",
            "<A>",
            "<articlead>",
            "<p0>",
            "a<b",
            "< p >",
            "<",
            "<b>",
            "《甲》<蓝湖公约>",
            "<html甲>",
            "",
        ];
        for case in html {
            assert!(is_html(case), "{case}");
        }
        for case in text {
            assert!(!is_html(case), "{case}");
        }
    }

    #[test]
    fn broken_html_is_balanced() {
        let cases = [
            ("<p>甲</p><p>乙</p>", "<p>甲</p><p>乙</p>"),
            ("<p>甲<p>乙", "<p>甲</p><p>乙</p>"),
            (
                "<p><strong>甲</p><p>乙</p>",
                "<p><strong>甲</strong></p><p>乙</p>",
            ),
            ("<b><i>甲</b>乙</i>丙", "<b><i>甲</i></b>乙丙"),
            (
                "<ul><li>甲<li>乙<ul><li>丙</ul></ul>",
                "<ul><li>甲</li><li>乙<ul><li>丙</li></ul></li></ul>",
            ),
            ("<td>甲</td><td>乙</td><tr>丙", " 甲  乙 <br>丙"),
            (
                "<table><tr><td>甲<td>乙<tr><td>丙</table>丁",
                "<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>丁",
            ),
            ("甲</p>乙", "甲<br>乙"),
            (
                "P<0.05，<1%，<全文完>，a < b",
                "P&lt;0.05，&lt;1%，&lt;全文完>，a &lt; b",
            ),
            ("甲<!-- 乙 -->丙", "甲丙"),
            ("甲<!-- 乙\n\n丙", "甲\n\n丙"),
            ("甲<!DOCTYPE html>乙</>丙", "甲乙丙"),
            ("甲<a href=\"x 乙\n \n丙", "甲\n \n丙"),
            ("<p class=\"x>甲</p>乙", "<p>甲</p>乙"),
            ("<a title=\"1>0\">甲</a>", "<a title=\"1>0\">甲</a>"),
            ("甲<script>if (a<b) {}</SCRIPT >乙<style>丙", "甲乙"),
            (
                "甲<video><p>乙</p></video>丙<iframe src=x></iframe>丁<video>戊",
                "甲丙丁戊",
            ),
            ("甲<o:p></o:p><st1:x a=1>乙</st1:x>", "甲乙"),
            ("甲<p", "甲"),
        ];
        for (html, expected) in cases {
            assert_eq!(balance(html), expected, "{html}");
        }
    }

    #[test]
    fn depth_and_attributes_are_bounded() {
        let deep = balance(&"<div>甲".repeat(1000));
        assert_eq!(deep.matches("<div>").count(), MAX_DEPTH);
        assert_eq!(deep.matches("</div>").count(), MAX_DEPTH);
        assert_eq!(deep.matches("甲").count(), 1000);
        let long = format!("<p {}>甲</p>", "a=1 ".repeat(MAX_TAG));
        assert_eq!(balance(&long), "<p>甲</p>");
    }
}
