//! Markdown → HTML, by comrak: what is a mark becomes an element or goes, what is text stays.
//!
//! Text without a mark is Markdown too. HTML inside is handed on as it is, so one reader makes the
//! paragraphs of both.

mod address;
mod drawing;
mod embeds;
mod headings;
mod pieces;
mod rows;
mod signs;
mod source;

use std::borrow::Cow;
use std::iter;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{ListType, Node, NodeValue};
use comrak::{Arena, Options, parse_document};

use super::{lines, maths, text};
pub(super) use drawing::texts as texts_of_drawing;
use pieces::Piece;
pub(super) use source::without_tags;

/// Most bytes of Markdown that are parsed at once: its tree may take a hundred times as many.
const PIECE: usize = 256 << 10;

/// Markdown in pieces that are parsed one by one, each ending with a paragraph where it can; mostly one.
pub(super) fn pieces(markdown: &str) -> impl Iterator<Item = &str> {
    let mut rest = markdown;
    iter::from_fn(move || {
        let (piece, behind) = rest.split_at(end_of_piece(rest));
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Where the first piece of a text ends, in bytes.
fn end_of_piece(text: &str) -> usize {
    let most = text.floor_char_boundary(PIECE);
    if most == text.len() {
        return most;
    }
    let last = |end: &str| text[..most].rfind(end).map(|at| at + end.len());
    last("\n\n").or_else(|| last("\n")).unwrap_or(most)
}

/// Rewrites a piece of Markdown as HTML.
pub(super) fn to_html(markdown: &str) -> String {
    let markdown = source::prepare(markdown);
    let arena = Arena::new();
    let root = parse_document(&arena, &markdown, &options());
    let mut writer = Writer {
        source: markdown.lines().collect(),
        html: String::with_capacity(markdown.len() * 5 / 4),
        breaks: breaks(root).into_iter(),
        block: Block::default(),
        hidden: 0,
        number: String::new(),
    };
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => writer.start(node),
            NodeEdge::End(node) => writer.end(node),
        }
    }
    writer.html
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.cjk_friendly_emphasis = true;
    extension.strikethrough = true;
    extension.table = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.inline_footnotes = true;
    extension.math_dollars = true;
    extension.highlight = true;
    extension.wikilinks_title_after_pipe = true;
    extension.ofm_callouts = true;
    extension.ofm_comments = true;
    extension.block_directive = true;
    // A note that no text refers to is text all the same.
    options.parse.leave_footnote_definitions = true;
    options
}

/// What is known of the paragraph that is written.
#[derive(Default)]
struct Block {
    /// For each of its line ends, whether the lines are joined, and with what.
    joins: std::vec::IntoIter<Option<&'static str>>,
    /// The signs that are marks without a partner, and go.
    left_over: Vec<LeftOver>,
}

/// For each paragraph with line ends, in order, which of them are joined.
fn breaks<'a>(root: Node<'a>) -> Vec<Vec<Option<&'static str>>> {
    let paragraphs = root
        .descendants()
        .filter(|node| matches!(node.data().value, NodeValue::Paragraph));
    let blocks: Vec<Vec<String>> = paragraphs.map(|node| text_lines(node)).collect();
    let joins = lines::joins(&blocks);
    let of_block = |(block, joins): (&Vec<String>, Vec<bool>)| {
        let pairs = block.windows(2).zip(joins);
        pairs
            .map(|(pair, is_joined)| is_joined.then(|| lines::between(&pair[0], &pair[1])))
            .collect()
    };
    blocks.iter().zip(joins).map(of_block).collect()
}

/// The text of a paragraph as its source breaks it into lines.
fn text_lines<'a>(paragraph: Node<'a>) -> Vec<String> {
    let mut lines = vec![String::new()];
    for node in paragraph.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => push(&mut lines, text),
            NodeValue::Code(code) => push(&mut lines, &code.literal),
            NodeValue::SoftBreak => lines.push(String::new()),
            _ => {}
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

struct Writer<'s> {
    source: Vec<&'s str>,
    html: String,
    breaks: std::vec::IntoIter<Vec<Option<&'static str>>>,
    block: Block,
    /// How many elements are open that are not shown.
    hidden: usize,
    /// The number of the item that was begun, which belongs before its text.
    number: String,
}

impl Writer<'_> {
    fn start<'a>(&mut self, node: Node<'a>) {
        let data = node.data();
        match &data.value {
            NodeValue::Paragraph => {
                let joins = self.breaks.next().unwrap_or_default().into_iter();
                let left_over = left_over(node);
                self.block = Block { joins, left_over };
                self.html.push_str("<p>");
                self.html.push_str(&std::mem::take(&mut self.number));
            }
            NodeValue::Heading(_) if is_rule_below(node) => self.html.push_str("<p>"),
            NodeValue::Heading(heading) => {
                self.block = Block {
                    joins: Vec::new().into_iter(),
                    left_over: left_over(node),
                };
                self.html.push_str(&format!("<h{}>", heading.level));
            }
            NodeValue::BlockQuote | NodeValue::MultilineBlockQuote(_) => {
                self.html.push_str("<blockquote>")
            }
            NodeValue::List(_) => self.html.push_str("<ul>"),
            NodeValue::Item(item) => {
                self.html.push_str("<li>");
                self.number = match item.list_type {
                    ListType::Ordered => format!("{}. ", item.start),
                    ListType::Bullet => String::new(),
                };
            }
            NodeValue::TaskItem(_) => self.html.push_str("<li>"),
            NodeValue::Table(_) => self.html.push_str("<table>"),
            NodeValue::TableRow(_) => self.html.push_str("<tr>"),
            NodeValue::TableCell => {
                self.block = Block {
                    joins: Vec::new().into_iter(),
                    left_over: left_over(node),
                };
                self.html.push_str("<td>");
            }
            NodeValue::BlockDirective(directive) => {
                self.html.push_str("<div>");
                self.directive_title(&directive.info);
            }
            NodeValue::Callout(_) | NodeValue::CalloutTitle | NodeValue::FootnoteDefinition(_) => {
                self.html.push_str("<div>");
            }
            NodeValue::CodeBlock(code) if code.info == "compressed-json" => {}
            NodeValue::CodeBlock(code) => self.code_block(&code.literal),
            NodeValue::HtmlBlock(block) => self.html_block(&block.literal),
            NodeValue::HtmlInline(tag) => self.html.push_str(tag),
            NodeValue::ThematicBreak => self.html.push_str("<hr>"),
            NodeValue::Text(text) => self.text(text),
            NodeValue::Code(code) => self.code(&code.literal, code.num_backticks),
            NodeValue::Math(math) => self.maths(node, &math.literal, math.display_math),
            NodeValue::SoftBreak => match self.block.joins.next().flatten() {
                Some(between) => self.html.push_str(between),
                None => self.html.push_str("<br>"),
            },
            NodeValue::LineBreak => self.html.push_str("<br>"),
            NodeValue::Strong => self.html.push_str("<strong>"),
            NodeValue::Emph | NodeValue::Strikethrough => {
                self.html.push_str(self.sign_of_text(node))
            }
            NodeValue::Link(link) => {
                self.html.push_str("<a href=\"");
                self.escaped(&link.url);
                self.html.push_str("\">");
            }
            NodeValue::Image(image) => {
                self.html.push_str("<img src=\"");
                self.escaped(&image.url);
                self.html.push_str("\">");
                self.hidden += 1;
            }
            NodeValue::WikiLink(link) if link.embed => self.hidden += 1,
            _ => {}
        }
    }

    fn end<'a>(&mut self, node: Node<'a>) {
        match &node.data().value {
            NodeValue::Paragraph => self.html.push_str("</p>\n"),
            NodeValue::Heading(_) if is_rule_below(node) => self.html.push_str("</p>\n"),
            NodeValue::Heading(heading) => self.html.push_str(&format!("</h{}>\n", heading.level)),
            NodeValue::BlockQuote | NodeValue::MultilineBlockQuote(_) => {
                self.html.push_str("</blockquote>\n")
            }
            NodeValue::List(_) => self.html.push_str("</ul>\n"),
            NodeValue::Item(_) | NodeValue::TaskItem(_) => self.html.push_str("</li>"),
            NodeValue::Table(_) => self.html.push_str("</table>\n"),
            NodeValue::TableRow(_) => self.html.push_str("</tr>"),
            NodeValue::TableCell => self.html.push_str("</td>"),
            NodeValue::BlockDirective(_)
            | NodeValue::Callout(_)
            | NodeValue::CalloutTitle
            | NodeValue::FootnoteDefinition(_) => {
                self.html.push_str("</div>\n");
            }
            NodeValue::Strong => self.html.push_str("</strong>"),
            NodeValue::Emph | NodeValue::Strikethrough => {
                self.html.push_str(self.sign_of_text(node))
            }
            NodeValue::Link(_) => self.html.push_str("</a>"),
            NodeValue::Image(_) => self.hidden -= 1,
            NodeValue::WikiLink(link) if link.embed => self.hidden -= 1,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        // The sign of a formula that was never written stands alone.
        if text == "$$" {
            return;
        }
        let text = without_empty_emphasis(text);
        let text = without_empty_code(&text);
        if self.block.left_over.is_empty() {
            return self.escaped(&text);
        }
        let mut text = text.into_owned();
        for left_over in &self.block.left_over {
            text = without_sign(&text, *left_over);
        }
        self.escaped(&text);
    }

    fn escaped(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                c => self.html.push(c),
            }
        }
    }

    /// HTML is taken as it is, but for marks in the texts that it holds.
    fn html_block(&mut self, html: &str) {
        for piece in pieces::pieces(html) {
            match piece {
                Piece::Plain(html) => self.html.push_str(html),
                Piece::Marked(text) => {
                    let read = to_html(text);
                    let paragraph = read.trim().strip_prefix("<p>");
                    let inside = paragraph.and_then(|rest| rest.strip_suffix("</p>"));
                    let is_one = |inside: &&str| !inside.contains("<p>");
                    self.html.push_str(inside.filter(is_one).unwrap_or(text));
                }
            }
        }
    }

    /// Two pieces of code side by side are one by the rules: `` `甲``乙` ``.
    fn code(&mut self, code: &str, signs: usize) {
        if signs == 1 && code.len() > 2 {
            return self.escaped(&code.replace("``", " "));
        }
        self.escaped(code);
    }

    /// Each line of a block of code is a paragraph.
    fn code_block(&mut self, code: &str) {
        for line in code.lines() {
            self.html.push_str("<p>");
            self.escaped(line);
            self.html.push_str("</p>\n");
        }
    }

    /// `warning 风险提示` → `风险提示`.
    fn directive_title(&mut self, info: &str) {
        if let Some((_, title)) = info.trim().split_once(' ') {
            self.html.push_str("<p>");
            self.escaped(title.trim_matches(['{', '}', '"', ' ']));
            self.html.push_str("</p>\n");
        }
    }

    /// `$100和$200` is text; what has a sign of a formula is one, and so are words that stand apart.
    fn maths<'a>(&mut self, node: Node<'a>, formula: &str, is_display: bool) {
        let is_in_words = || {
            let (before, after) = beside(node);
            maths::is_in_words(formula, before, after)
        };
        if is_display || maths::is_formula(formula) || is_in_words() {
            return self.escaped(maths::plain(formula).trim());
        }
        self.escaped("$");
        self.escaped(formula);
        self.escaped("$");
    }

    /// What stands at both ends of emphasis that is none: `3~5元，6~8元`, `*ST澜汐和*ST汀洲`, `2*3*4`.
    fn sign_of_text<'a>(&self, node: Node<'a>) -> &'static str {
        let data = node.data();
        let start = data.sourcepos.start;
        let line = start
            .line
            .checked_sub(1)
            .and_then(|line| self.source.get(line));
        let Some((before, inside)) =
            line.and_then(|line| line.split_at_checked(start.column.saturating_sub(1)))
        else {
            return "";
        };
        let is_digit = |c: char| c.is_ascii_digit();
        match &data.value {
            NodeValue::Strikethrough if !inside.starts_with("~~") => "~",
            NodeValue::Emph if inside.starts_with("*ST") => "*",
            // The parser may be wrong about where emphasis begins.
            NodeValue::Emph
                if before.ends_with(is_digit)
                    && inside
                        .strip_prefix('*')
                        .is_some_and(|inside| inside.starts_with(is_digit)) =>
            {
                "*"
            }
            _ => "",
        }
    }
}

/// A sign that has no partner.
#[derive(Clone, Copy)]
struct LeftOver {
    sign: &'static str,
    /// Only its place in a sentence tells that it is a mark.
    is_in_sentence: bool,
}

/// Without a sign that is a mark without a partner; where it hides the rest of a name (`张**先生`) or
/// stands in a formula (`x**2`) it is text.
fn without_sign(text: &str, left_over: LeftOver) -> String {
    let LeftOver {
        sign,
        is_in_sentence,
    } = left_over;
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(sign) {
        kept.push_str(before);
        let may_be_name =
            text::is_hidden_name(&kept) || is_in_sentence && kept.ends_with(text::is_han);
        let has_title = || TITLES.iter().any(|title| after.starts_with(title));
        let is_name = sign == "**" && (may_be_name && !goes_on(after) || has_title());
        let is_formula = kept.ends_with(|c: char| c.is_ascii_alphanumeric())
            && after.starts_with(|c: char| c.is_ascii_digit());
        if is_name || is_formula {
            kept.push_str(sign);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether a text goes on as none does behind a name.
fn goes_on(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() && !"等某和与及".contains(c))
}

/// What stands behind a hidden name: `张**先生`.
const TITLES: [&str; 4] = ["先生", "女士", "小姐", "同学"];

/// The characters of the text before and behind a part of a paragraph.
fn beside<'a>(node: Node<'a>) -> (Option<char>, Option<char>) {
    let before = node.previous_sibling().and_then(|node| last_of(node, true));
    let after = node.next_sibling().and_then(|node| last_of(node, false));
    (before, after)
}

/// The last character of a text, or the first.
fn last_of<'a>(node: Node<'a>, is_last: bool) -> Option<char> {
    match &node.data().value {
        NodeValue::Text(text) if is_last => text.chars().next_back(),
        NodeValue::Text(text) => text.chars().next(),
        _ => None,
    }
}

/// Without `****`, which is left where bold text ends and begins again; digits that are hidden
/// (`138****5678`, `6222 **** 0138`) stay so.
fn without_empty_emphasis(text: &str) -> Cow<'_, str> {
    if !text.contains("****") {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("****") {
        let (before, run) = rest.split_at(at);
        kept.push_str(before);
        let after = run.trim_start_matches('*');
        let stars = &run[..run.len() - after.len()];
        let digits = |c: char| c.is_ascii_digit();
        let known = before.len() - before.trim_end_matches(digits).len();
        let is_hidden = known >= 3 && after.starts_with(digits)
            || before.ends_with(' ') && after.starts_with(' ');
        if is_hidden || stars.len() % 2 == 1 {
            kept.push_str(stars);
        }
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Without the signs of code in which nothing stands; but "``甲''" is quoted.
fn without_empty_code(text: &str) -> Cow<'_, str> {
    let is_longer = text.contains("```");
    if is_longer || !text.contains("``") || text.contains("''") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("``", ""))
}

/// A rule right below a text makes a heading of it by the rules; but a whole text is none.
fn is_rule_below<'a>(node: Node<'a>) -> bool {
    let NodeValue::Heading(heading) = &node.data().value else {
        return false;
    };
    if !heading.setext {
        return false;
    }
    let mut characters = 0;
    let mut last = ' ';
    for inner in node.descendants() {
        match &inner.data().value {
            NodeValue::Text(text) => {
                characters += text.chars().count();
                last = text.chars().next_back().unwrap_or(last);
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => return true,
            _ => {}
        }
    }
    characters > MAX_HEADING || matches!(last, '。' | '；' | '，' | '：')
}

/// A line above a rule that has more characters than this is no heading.
const MAX_HEADING: usize = 50;

/// The signs that a paragraph has left in its text: in pairs with a blank inside (`** 重点 **`), one at
/// an end of one of its lines, or a `**` that was never closed.
fn left_over<'a>(paragraph: Node<'a>) -> Vec<LeftOver> {
    let mut text = String::new();
    for node in paragraph.descendants() {
        match &node.data().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push('\n'),
            _ => {}
        }
    }
    // Of three one belongs to the name: `***ST澜汐**`.
    let text = text.replace("***ST", "**ST");
    // Where bold text ends and begins again, nothing is left.
    let text = without_empty_emphasis(&text);
    let find = |sign: &'static str| {
        let runs = text.matches(sign).count();
        let is_longer = text.contains(&sign.repeat(2)[..sign.len() + 1]);
        // `==>` is an arrow.
        let is_at_end = |line: &str| {
            let begins = line.strip_prefix(sign);
            let ends = line.strip_suffix(sign);
            begins.is_some_and(|rest| !rest.starts_with('>'))
                || ends.is_some_and(|before| !text::is_hidden_name(before))
        };
        let is_at_end = || text.lines().map(str::trim).any(is_at_end);
        let is_in_sentence = !runs.is_multiple_of(2) && !is_at_end();
        let is_left = runs > 0 && !is_longer && (!is_in_sentence || sign == "**");
        is_left.then_some(LeftOver {
            sign,
            is_in_sentence,
        })
    };
    ["**", "~~", "=="].into_iter().filter_map(find).collect()
}
