//! A saved web page → article: its text without head, foot and navigation, and what the page says
//! about it.

mod facts;
mod json_ld;
mod site;

use std::borrow::Cow;
use std::path::Path;

use dom_smoothie::{Config, Readability};
use scraper::{ElementRef, Html, Selector};

use super::content::Content;
use super::draft::Draft;
use super::info::{self, Info};
use super::{Kind, Problem, Published, Reading, date, html, id, markup, maths, text, title};

use facts::Facts;

/// Whether a text is a whole page, and not a piece of HTML.
pub(super) fn is_page(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(HEAD)];
    let head = head.trim_start().to_ascii_lowercase();
    head.starts_with("<!doctype html")
        || head.starts_with("<html")
        || head.contains("<head>")
        || head.contains("<body")
}

/// How much of a text is looked at to see whether it is a page, in bytes.
const HEAD: usize = 2048;

/// Reads a saved page.
///
/// # Errors
/// There is neither a title nor text.
pub(super) fn read(page: &str, path: &Path) -> Result<Reading, Problem> {
    let balanced = shown(&markup::balance(page));
    let tree = Html::parse_document(&balanced);
    let facts = Facts::new(&tree, page);
    let whole = html::read(&balanced);
    let mut info = Info::of_page(&whole.paragraphs);
    if info.published.is_none() && facts.published.is_empty() {
        info.published = day_in_header(&tree);
    }
    let body = without_foot(tree, &balanced);
    let mut content = main_text(&body).unwrap_or_else(|| html::read_page(&body));
    let shown = facts.title(&whole);
    without_head(&mut content, &shown);
    content.write_formulas(sets_formulas(page));
    // A page that only leads to another is called by the address of that.
    let title = Some(title::without_mark(&shown).unwrap_or(&shown))
        .filter(|title| !site::is_address(title))
        .map(|title| maths::of_page(title, false).trim().to_owned())
        .unwrap_or_default();
    let heading = if title.is_empty() {
        title::take_heading(&mut content)
    } else {
        None
    };
    content.cut_end();
    for paragraph in &mut content.paragraphs {
        paragraph.text = text::without_stars(&paragraph.text).into_owned();
    }

    let mut draft = Draft::new(content);
    draft.article.kind = Kind::Page;
    draft.article.title = Some(title)
        .filter(|title| !title.is_empty())
        .or(heading)
        .or_else(|| title::of_file(path))
        .unwrap_or_default();
    if draft.article.source.is_empty() {
        draft.article.source = [info.source, facts.source]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default();
    }
    draft.article.authors = if info.authors.is_empty() {
        facts.authors
    } else {
        info.authors
    };
    draft.article.url = facts.url;
    let given = draft.date(&facts.published);
    draft.article.published = date::path::day(path)
        .filter(|_| given.is_none())
        .or(given)
        .or(info.published)
        .or_else(|| id::day_of_info_code_of_file(path));
    draft.article.updated = draft.date(&facts.updated);
    draft.finish(id::serial_of_file(path))
}

/// Whether a page has a script that sets formulas.
fn sets_formulas(page: &str) -> bool {
    ["mathjax", "MathJax", "katex", "KaTeX"]
        .iter()
        .any(|name| memchr::memmem::find(page.as_bytes(), name.as_bytes()).is_some())
}

/// The day in the head of the article, which is no text: `<header><h1>…</h1>2024-03-06</header>`.
fn day_in_header(tree: &Html) -> Option<Published> {
    let selector = Selector::parse("article header, main header").ok()?;
    let header = tree.select(&selector).next()?;
    Info::of_page(&html::read(&header.inner_html()).paragraphs).published
}

/// Without the foot of a page, which is no text where there is no other; that of an article is one.
fn without_foot(mut tree: Html, page: &str) -> Cow<'_, str> {
    let Ok(selector) = Selector::parse("footer") else {
        return Cow::Borrowed(page);
    };
    let is_of_article = |foot: &ElementRef| {
        let mut around = foot.ancestors().filter_map(ElementRef::wrap);
        around.any(|element| ["article", "main", "blockquote"].contains(&element.value().name()))
    };
    let feet = tree.select(&selector).filter(|foot| !is_of_article(foot));
    let feet: Vec<_> = feet.map(|foot| foot.id()).collect();
    if feet.is_empty() {
        return Cow::Borrowed(page);
    }
    for foot in feet {
        if let Some(mut foot) = tree.tree.get_mut(foot) {
            foot.detach();
        }
    }
    Cow::Owned(tree.html())
}

/// A page that is shown only by its script is shown all the same.
fn shown(page: &str) -> String {
    page.replace("visibility: hidden", "")
        .replace("visibility:hidden", "")
}

/// The main text of a page, by an extractor; `None` where it finds none.
fn main_text(page: &str) -> Option<Content> {
    if page.len() > MAX_PAGE {
        return None;
    }
    let config = Config {
        keep_classes: true,
        disable_json_ld: true,
        max_elements_to_parse: MAX_ELEMENTS,
        char_threshold: MIN_TEXT,
        ..Config::default()
    };
    let extracted = Readability::new(page, None, Some(config))
        .ok()?
        .parse()
        .ok()?;
    let content = html::read(&extracted.content);
    (!content.paragraphs.is_empty()).then_some(content)
}

/// Larger pages are read whole, in bytes and in elements.
const MAX_PAGE: usize = 2 << 20;
const MAX_ELEMENTS: usize = 50_000;

/// A text with fewer characters is looked for again with milder rules.
const MIN_TEXT: usize = 100;

/// Takes out what is not the text: the title again, the line of date and source, the way to other
/// pages.
fn without_head(content: &mut Content, title: &str) {
    let mut is_out = in_lists_of_links(content);
    let mut kept = 0;
    for (is_out, paragraph) in is_out.iter_mut().zip(&content.paragraphs) {
        let line = paragraph.text.as_str();
        let is_head =
            kept < MAX_HEAD && (line == title || info::is_line(line) || is_contents(line));
        *is_out |= is_head || is_pager(line);
        kept += usize::from(!*is_out);
    }
    content.take_out(&is_out);
}

/// For each paragraph, whether it is one of several links in a row, and nothing else.
fn in_lists_of_links(content: &Content) -> Vec<bool> {
    let mut is_linked = vec![false; content.paragraphs.len()];
    for &place in &content.linked {
        is_linked[place] = true;
    }
    let mut is_in_list = Vec::with_capacity(is_linked.len());
    for run in is_linked.chunk_by(|one, next| one == next) {
        let is_list = run[0] && run.len() >= MIN_LIST;
        is_in_list.extend(std::iter::repeat_n(is_list, run.len()));
    }
    is_in_list
}

/// So many links in a row are a list of other pages.
const MIN_LIST: usize = 3;

/// The head of a text is looked for in so many paragraphs.
const MAX_HEAD: usize = 4;

/// The heading of a table of contents, which is navigation itself.
fn is_contents(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    [
        "table of content",
        "table of contents",
        "目录",
        "文章目录",
        "本文目录",
    ]
    .contains(&line.as_str())
}

/// `上一页 1 2 下一页`, `返回顶部`.
fn is_pager(line: &str) -> bool {
    let rest = [
        "上一页",
        "下一页",
        "上一篇",
        "下一篇",
        "首页",
        "尾页",
        "末页",
        "全文阅读",
        "返回顶部",
        "回到顶部",
        "回到页面顶部",
    ]
    .iter()
    .fold(line.to_owned(), |rest, word| rest.replace(word, ""));
    rest.len() < line.len() && !rest.contains(char::is_alphabetic)
}
