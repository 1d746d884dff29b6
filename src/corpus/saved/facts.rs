//! What the head of a page says about its text.

use scraper::{ElementRef, Html, Selector};

use super::json_ld::JsonLd;
use super::site;
use crate::corpus::content::Content;
use crate::corpus::text;

/// What a page says about its text. Empty: nothing.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The title that the page gives for others to show, and that of its window: both may name the
    /// site too.
    title: String,
    head: String,
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
        let meta = Metas::new(tree);
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
        let url = [meta.first(&["og:url"]), canonical(tree)].into_iter();
        let is_address = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        Facts {
            title: first([
                meta.first(&["og:title"]),
                of_element(tree, "#activity-name"),
                data.headline,
            ]),
            head: of_element(tree, "title"),
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
            url: url.into_iter().find(is_address),
            site,
        }
    }

    /// The title without the name of the site: of `og:title`, the `<h1>` or the `<title>`.
    pub(super) fn title(&self, whole: &Content) -> String {
        let mut headings = whole.headings.iter().filter(|heading| heading.level == 1);
        let heading = headings.next().filter(|_| headings.next().is_none());
        let heading = heading.map_or("", |heading| {
            whole.paragraphs[heading.paragraph].text.as_str()
        });
        // A heading may be the name of the site.
        let is_title = |heading: &str| !heading.is_empty() && heading != self.site;
        let title = site::without(&self.title, &self.site);
        if !title.is_empty() {
            return title;
        }
        if is_title(heading)
            && (self.head.is_empty() || self.head.contains(heading) || !site::is_named(heading))
        {
            return heading.to_owned();
        }
        site::without(&self.head, &self.site)
    }
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
    let element = select(tree, selector).into_iter().next();
    element.map_or_else(String::new, |element| {
        text::collapse(&element.text().collect::<String>())
    })
}

/// `<link rel="canonical" href="…">`.
fn canonical(tree: &Html) -> String {
    let link = select(tree, "link[rel=canonical]").into_iter().next();
    link.and_then(|link| link.value().attr("href"))
        .unwrap_or_default()
        .to_owned()
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
