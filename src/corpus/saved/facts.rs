//! What the head of a page says about its text.

use scraper::{ElementRef, Html, Selector};

use super::json_ld::JsonLd;
use super::site;
use crate::corpus::content::{Content, Heading};
use crate::corpus::text;

/// What a page says about its text. Empty: nothing.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The title that the page gives for others to show, and that of its window: both may name the
    /// site too.
    title: String,
    head: String,
    /// All of level 1, also those that are not in its text.
    headings: Vec<String>,
    /// The one in the head of its article.
    of_header: String,
    site: String,
    /// As they are written.
    pub(super) published: String,
    pub(super) updated: String,
    pub(super) source: String,
    pub(super) authors: Vec<String>,
    pub(super) url: Option<String>,
}

impl Facts {
    pub(super) fn new(tree: &Html, page: &str) -> Self {
        let head = of_element(tree, "title");
        let headings = texts(tree, "h1");
        let meta = Metas::new(tree).of_page(&head, &headings);
        let data = JsonLd::find(page).unwrap_or_default();
        let site = meta.first(&["og:site_name", "application-name"]);
        let site = if PLATFORMS.contains(&site.as_str()) {
            String::new()
        } else {
            site
        };
        let account = of_element(tree, "#js_name");
        let authors = meta.first(&[
            "author",
            "article:author",
            "og:article:author",
            "weibo:article:author",
        ]);
        let mut url = [meta.first(&["og:url"]), canonical(tree)].into_iter();
        Facts {
            title: first([
                meta.first(&["og:title"]),
                of_element(tree, "#activity-name"),
                data.headline,
            ]),
            headings,
            of_header: of_element(tree, "article header h1, main header h1"),
            head,
            published: first([
                meta.first(PUBLISHED),
                data.published,
                of_time(tree),
                of_script(page),
            ]),
            updated: first([meta.first(UPDATED), data.updated]),
            source: first([
                account,
                meta.first(&["mediaid", "source", "copyright_source"]),
                data.publisher,
                site.clone(),
            ]),
            authors: if authors.is_empty() {
                data.authors
            } else {
                vec![authors]
            },
            url: url.find(|url| site::is_address(url) && !site::is_front_page(url)),
            site: first([site, of_feed(tree)]),
        }
    }

    /// The title without the name of the site: of `og:title`, the `<h1>` or the `<title>`.
    pub(super) fn title(&self, whole: &Content) -> String {
        let mut headings = whole.headings.iter().filter(|heading| heading.level == 1);
        // The heading of a list of posts with one in it is that of the post.
        let leads_to_post = |heading: &&Heading| {
            let is_linked = whole.linked.contains(&heading.paragraph);
            let heading = &whole.paragraphs[heading.paragraph].text;
            is_linked && names_list(&self.head) && !self.head.contains(heading)
        };
        let heading = headings
            .next()
            .filter(|heading| headings.next().is_none() && !leads_to_post(heading));
        let heading = heading.map_or("", |heading| {
            whole.paragraphs[heading.paragraph].text.as_str()
        });
        // It may be the name of the site.
        let is_title = |title: &str| !title.is_empty() && title != self.site;
        let title = self.without_site(&self.title);
        if is_title(&title) {
            return title;
        }
        let of_header = self.of_header.as_str();
        let is_elsewhere = heading.is_empty() || !self.head.contains(heading);
        if is_title(of_header) && self.head.starts_with(of_header) && is_elsewhere {
            return of_header.to_owned();
        }
        if is_title(heading)
            && (self.head.is_empty() || self.head.contains(heading) || !site::is_named(heading))
        {
            return heading.to_owned();
        }
        self.without_site(&self.head)
    }

    /// A title without the name of the site; what a heading of the page has is no such name:
    /// `lower_bound | 砚台`.
    fn without_site(&self, title: &str) -> String {
        let cut = site::without(title, &self.site);
        let names_site = |heading: &str| !self.site.is_empty() && heading.ends_with(&self.site);
        let mut headings = self.headings.iter().filter(|heading| {
            heading.starts_with(&cut) && title.starts_with(*heading) && !names_site(heading)
        });
        match headings.next() {
            Some(heading) if !cut.is_empty() => heading.clone(),
            _ => cut,
        }
    }
}

/// Whether the title of a window says that the page is a list: `标签: 财报 - 砚台`.
fn names_list(title: &str) -> bool {
    let title = title.to_ascii_lowercase();
    ["标签", "分类", "归档", "专题", "tag", "categor", "archive"]
        .iter()
        .any(|name| title.starts_with(name))
}

/// Names of platforms that are no source.
const PLATFORMS: &[&str] = &[
    "微信公众平台",
    "知乎专栏",
    "知乎",
    "简书",
    "今日头条",
    "百家号",
];

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publishdate",
    "pubdate",
    "publish_time",
    "publishtime",
    "publish-date",
    "og:release_date",
    "weibo:article:create_at",
    "apub:time",
    "firstpublishedtime",
    "date",
    "dc.date",
    "dcterms.created",
];

const UPDATED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
];

fn first<const N: usize>(values: [String; N]) -> String {
    values
        .into_iter()
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

/// The `<meta>` elements of a page: their names, in small letters, and contents.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn new(tree: &Html) -> Self {
        let tags = select(tree, "meta[content]").into_iter();
        let metas = tags.filter_map(|tag| {
            let tag = tag.value();
            let name = ["property", "name", "itemprop"]
                .iter()
                .find_map(|key| tag.attr(key))?;
            let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
            Some((
                name.to_ascii_lowercase(),
                text::collapse(tag.attr("content")?),
            ))
        });
        Metas(metas.collect())
    }

    /// Without what a theme has shared of the site or of another page (`og:`): an address of the whole
    /// site, or a title that the page does not have where its heading and its window name one.
    fn of_page(mut self, head: &str, headings: &[String]) -> Self {
        let title = self.first(&["og:title"]);
        let mut given = headings.iter().filter(|heading| !heading.is_empty());
        let is_own = head.contains(&title) || given.clone().any(|own| title.contains(own));
        let is_named = given.any(|heading| head.starts_with(heading));
        if !is_own && (is_named || site::is_front_page(&self.first(&["og:url"]))) {
            let is_shared = |name: &str| name.starts_with("og:") && name != "og:site_name";
            self.0.retain(|(name, _)| !is_shared(name));
        }
        self
    }

    fn first(&self, names: &[&str]) -> String {
        let values = names
            .iter()
            .flat_map(|name| self.0.iter().filter(move |(known, _)| known == name));
        let mut values = values.map(|(_, value)| value);
        values
            .find(|value| !value.is_empty())
            .cloned()
            .unwrap_or_default()
    }
}

fn select<'a>(tree: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    match Selector::parse(selector) {
        Ok(selector) => tree.select(&selector).collect(),
        Err(_) => Vec::new(),
    }
}

fn of_element(tree: &Html, selector: &str) -> String {
    texts(tree, selector).into_iter().next().unwrap_or_default()
}

/// The texts of such elements.
fn texts(tree: &Html, selector: &str) -> Vec<String> {
    let elements = select(tree, selector).into_iter();
    elements
        .map(|element| text::collapse(&element.text().collect::<String>()))
        .collect()
}

/// `<link rel="canonical" href="…">`.
fn canonical(tree: &Html) -> String {
    let link = select(tree, "link[rel=canonical]").into_iter().next();
    link.and_then(|link| link.value().attr("href"))
        .unwrap_or_default()
        .to_owned()
}

/// The name of the site, by the link to its feed: `<link type="application/rss+xml" title="砚台 » Feed">`.
fn of_feed(tree: &Html) -> String {
    let links = select(tree, "link[rel=alternate][title][type]").into_iter();
    let mut feeds = links.map(|link| link.value()).filter(|link| {
        let kind = link.attr("type").unwrap_or_default();
        kind.contains("rss") || kind.contains("atom")
    });
    let title = feeds
        .find_map(|link| link.attr("title"))
        .unwrap_or_default();
    let name = title.split([' ']).collect::<Vec<_>>();
    let end = name
        .iter()
        .position(|word| ["»", "RSS", "Atom", "RSS2.0", "Feed", "-", "|"].contains(word));
    text::collapse(&name[..end.unwrap_or(name.len())].join(" "))
}

/// The first `<time datetime="…">`.
fn of_time(tree: &Html) -> String {
    let time = select(tree, "time[datetime]").into_iter().next();
    time.and_then(|time| time.value().attr("datetime"))
        .unwrap_or_default()
        .to_owned()
}

/// The seconds in `var ct = "1672882200"`, which an app of messages writes into its pages.
fn of_script(page: &str) -> String {
    let value = page
        .split_once("var ct")
        .map_or("", |(_, rest)| rest.trim_start());
    let value = value.strip_prefix('=').unwrap_or_default().trim_start();
    let digits = value.trim_start_matches(['"', '\'']);
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].to_owned()
}
