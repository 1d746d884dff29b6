//! HTML → paragraphs, and what its markup tells.

use scraper::node::Element;
use scraper::{ElementRef, Html, Selector};

use super::content::{self, Content, Heading};
use super::listing::{self, Listing};
use super::mention::{Evidence, Mention};
use super::{Image, Link, Paragraph, markup, text};

/// Reads the body of a post.
///
/// Inline tags leave nothing, block tags break; hidden elements, comments, scripts and players are
/// dropped; charts and links to quotes become mentions of securities.
pub(super) fn read(html: &str) -> Content {
    let tree = Html::parse_fragment(&markup::balance(html));
    read_element(tree.root_element())
}

/// Reads a whole page: the text of its `<article>` or `<main>` if it has one.
pub(super) fn read_page(html: &str) -> Content {
    let tree = Html::parse_fragment(&markup::balance(html));
    let root = tree.root_element();
    let only = |name: &str| {
        let selector = Selector::parse(name).ok()?;
        let mut found = root.select(&selector);
        found.next().filter(|_| found.next().is_none())
    };
    let main = only("article").or_else(|| only("main")).unwrap_or(root);
    read_element(main)
}

/// Goes through the tree without recursion, so that no depth can exhaust the stack.
fn read_element(root: ElementRef) -> Content {
    let mut reader = Reader::default();
    let Some(mut node) = root.first_child() else {
        return reader.finish();
    };
    loop {
        let element = ElementRef::wrap(node);
        let is_entered = element.is_some_and(|element| reader.enter(element));
        if let Some(text) = node.value().as_text() {
            let is_outermost = node.parent().is_some_and(|parent| parent == *root);
            reader.text(text, is_outermost);
        }
        if is_entered && let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        if let Some(element) = element.filter(|_| is_entered) {
            reader.leave(element);
        }
        while node.next_sibling().is_none() {
            match node.parent() {
                Some(parent) if parent != *root => node = parent,
                _ => return reader.finish(),
            }
            if let Some(element) = ElementRef::wrap(node) {
                reader.leave(element);
            }
        }
        if let Some(next) = node.next_sibling() {
            node = next;
        }
    }
}

#[derive(Default)]
struct Reader {
    content: Content,
    line: String,
    /// The line holds text that is not strong.
    is_plain: bool,
    /// The line holds text that is not linked.
    is_free: bool,
    anchors: usize,
    items: usize,
    headings: usize,
    /// The level of the heading that was entered last.
    level: u8,
    strong: usize,
    after_image: bool,
}

impl Reader {
    /// Whether what is inside the element belongs to the text; it is left later only then.
    fn enter(&mut self, element: ElementRef) -> bool {
        let tag = element.value();
        if is_hidden(tag) || is_apart(tag.name()) {
            self.break_line();
            return false;
        }
        if is_permalink(element) || is_set_formula(element) {
            return false;
        }
        if is_media_line(tag) && self.media_line(element) {
            return false;
        }
        match tag.name() {
            "img" => self.image(tag),
            "br" | "hr" => self.break_line(),
            "a" => {
                self.anchors += 1;
                self.link(element);
            }
            "span" => {
                self.quote(element);
            }
            name if is_heading(name) => {
                self.break_line();
                self.headings += 1;
                self.level = name.as_bytes()[1] - b'0';
            }
            "strong" | "b" => self.strong += 1,
            "li" => {
                self.break_line();
                self.items += 1;
            }
            _ if is_block(element) => self.break_line(),
            _ => {}
        }
        true
    }

    fn leave(&mut self, element: ElementRef) {
        match element.value().name() {
            "strong" | "b" => self.strong -= 1,
            "a" => self.anchors -= 1,
            "li" => {
                self.break_line();
                self.items -= 1;
            }
            "td" | "th" => text::push_collapsed(&mut self.line, " "),
            name if is_heading(name) => {
                self.break_line();
                self.headings -= 1;
            }
            _ if is_block(element) => self.break_line(),
            _ => {}
        }
    }

    /// A line end breaks the text only outside of all elements.
    fn text(&mut self, text: &str, is_outermost: bool) {
        if is_outermost {
            for (i, line) in text.split('\n').enumerate() {
                if i > 0 {
                    self.break_line();
                }
                self.inline(line);
            }
        } else {
            self.inline(text);
        }
    }

    fn inline(&mut self, text: &str) {
        text::push_collapsed(&mut self.line, text);
        let is_blank = |c: char| c.is_whitespace() || text::takes_no_room(c);
        if (self.strong == 0 || self.anchors == 0) && !text.chars().all(is_blank) {
            self.is_plain |= self.strong == 0;
            self.is_free |= self.anchors == 0;
        }
    }

    fn break_line(&mut self) {
        self.line.truncate(self.line.trim_end().len());
        if self.line.is_empty() {
            self.is_plain = false;
            self.is_free = false;
            return;
        }
        let text = std::mem::take(&mut self.line);
        let is_caption = self.after_image && text.starts_with("图片来源");
        let heading = (self.headings > 0 || !self.is_plain) && !is_caption;
        if !self.is_free {
            self.content.linked.push(self.content.paragraphs.len());
        }
        if self.items > 0 {
            self.content.items.push(self.content.paragraphs.len());
        }
        if self.headings > 0 {
            self.content.headings.push(Heading {
                paragraph: self.content.paragraphs.len(),
                level: self.level,
            });
        }
        self.content.paragraphs.push(Paragraph { text, heading });
        self.is_plain = false;
        self.is_free = false;
        self.after_image = false;
    }

    /// `（文章来源：X）`, the last line of a post.
    fn media_line(&mut self, element: ElementRef) -> bool {
        let line = inner_text(element, 100);
        match content::source_line(&line) {
            Some(source) => {
                self.break_line();
                self.content.source = source.to_owned();
                true
            }
            None => line.is_empty(),
        }
    }

    fn image(&mut self, tag: &Element) {
        if let Some(chart) = listing::of_chart(tag) {
            return self.mention(chart, String::new(), Evidence::Chart);
        }
        let url = [tag.attr("src"), tag.attr("data-src")]
            .into_iter()
            .flatten()
            .map(str::trim)
            .find(|url| is_web_address(url));
        if let Some(url) = url.filter(|_| !has_class(tag, &["em_handle_adv_close"])) {
            self.content.images.push(Image {
                url: url.to_owned(),
                size: size_in_address(url),
            });
            self.after_image = true;
        }
    }

    fn link(&mut self, element: ElementRef) {
        let tag = element.value();
        if has_class(tag, &["EmImageRemark"]) {
            if let Some(chart) = listing::of_chart(tag) {
                self.mention(chart, String::new(), Evidence::Chart);
            }
            return;
        }
        if self.quote(element) || has_class(tag, &["infokey", "keytip"]) {
            return;
        }
        let url = tag
            .attr("href")
            .map(str::trim)
            .filter(|url| is_web_address(url));
        if let Some(url) = url {
            let text = inner_text(element, 200);
            if !text.is_empty() {
                let url = url.to_owned();
                self.content.links.push(Link { url, text });
            }
        }
    }

    /// A link to the quotes of a security, of which the text is the name.
    fn quote(&mut self, element: ElementRef) -> bool {
        match listing::of_link(element.value()) {
            Some(listing) => {
                let name = inner_text(element, 40);
                if !name.is_empty() {
                    self.mention(listing, name, Evidence::Link);
                }
                true
            }
            None => false,
        }
    }

    fn mention(&mut self, listing: Listing, name: String, evidence: Evidence) {
        self.content.mentions.push(Mention {
            listing,
            name,
            evidence,
        });
    }

    fn finish(mut self) -> Content {
        self.break_line();
        self.content
    }
}

fn inner_text(element: ElementRef, limit: usize) -> String {
    let text: String = element.text().flat_map(str::chars).take(limit).collect();
    text::collapse(&text)
}

fn is_hidden(tag: &Element) -> bool {
    let is_hidden_by_style = tag.attr("style").is_some_and(|style| {
        let style: String = style
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    is_hidden_by_style
        || tag.attr("hidden").is_some()
        || has_class(tag, &["em_promo_module", "em_module_extend", "em_lk_video"])
        || is_gutter(tag)
}

/// Whether it holds the numbers of the lines of a program that is shown.
fn is_gutter(tag: &Element) -> bool {
    let classes = [
        "gutter",
        "rouge-gutter",
        "linenos",
        "lineno",
        "line-number",
        "line-numbers-rows",
        "hljs-ln-numbers",
    ];
    matches!(tag.name(), "td" | "th" | "span") && has_class(tag, &classes)
}

/// Whether it is a formula as the script of the page has set it, beside which its source is kept.
fn is_set_formula(element: ElementRef) -> bool {
    let tag = element.value();
    if !tag.classes().any(|class| {
        SET_FORMULAS.contains(&class) || matches!(class, "MathJax_Preview" | "katex-html")
    }) {
        return false;
    }
    let mut before = element.prev_siblings().filter_map(ElementRef::wrap);
    let after = element.next_siblings().filter_map(ElementRef::wrap);
    let is_source = |other: ElementRef| has_class(other.value(), &[markup::FORMULA]);
    if has_class(tag, &["katex-html"]) {
        return before.next().is_some_and(|other| {
            has_class(other.value(), &["katex-mathml"]) && other.children().next().is_some()
        });
    }
    has_class(tag, &["MathJax_Preview"])
        || after
            .take(SET_FORMULAS.len())
            .find(|other| !has_class(other.value(), &SET_FORMULAS))
            .is_some_and(is_source)
}

/// The classes of formulas that MathJax has set.
const SET_FORMULAS: [&str; 5] = [
    "MathJax",
    "MathJax_Display",
    "MathJax_SVG",
    "MathJax_SVG_Display",
    "MathJax_CHTML",
];

/// Whether it is the link to a heading that generators put beside it: `<a href="#甲">#</a>`, `¶`.
fn is_permalink(element: ElementRef) -> bool {
    let tag = element.value();
    let leads_here = || tag.attr("href").is_some_and(|href| href.contains('#'));
    tag.name() == "a"
        && leads_here()
        && ["#", "¶", "§", "🔗"].contains(&inner_text(element, 3).as_str())
}

/// Parts of a page that are not its text.
fn is_apart(name: &str) -> bool {
    matches!(name, "nav" | "header" | "footer" | "aside" | "title")
}

fn is_media_line(tag: &Element) -> bool {
    has_class(tag, &["em_media"])
}

fn has_class(tag: &Element, classes: &[&str]) -> bool {
    tag.classes().any(|class| classes.contains(&class))
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether the text breaks before and behind an element. What fills a cell alone is part of its row.
fn is_block(element: ElementRef) -> bool {
    let is_block = matches!(
        element.value().name(),
        "p" | "div"
            | "center"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "tr"
            | "caption"
            | "blockquote"
            | "pre"
            | "section"
            | "article"
            | "main"
            | "figure"
            | "figcaption"
            | "address"
            | "details"
            | "summary"
            | "fieldset"
            | "form"
    );
    is_block && !is_alone_in_cell(element)
}

fn is_alone_in_cell(element: ElementRef) -> bool {
    let parent = element.parent().and_then(ElementRef::wrap);
    parent.is_some_and(|parent| {
        matches!(parent.value().name(), "td" | "th") && parent.child_elements().nth(1).is_none()
    })
}

fn is_web_address(url: &str) -> bool {
    ["http://", "https://", "//"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

/// Width and height in an address such as `…/D123_w800h555.jpg`.
fn size_in_address(url: &str) -> Option<(u32, u32)> {
    let (_, after) = url.rsplit_once("_w")?;
    let (width, after) = after.split_once('h')?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    Some((width.parse().ok()?, after[..digits].parse().ok()?))
}
