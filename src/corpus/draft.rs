//! An article in the making.

use super::content::Content;
use super::mention::Mention;
use super::{Article, Problem, id, stocks, text};

/// An article of which title, securities and id may still be missing.
pub(super) struct Draft {
    pub(super) article: Article,
    pub(super) mentions: Vec<Mention>,
}

/// A derived title has at most this many characters.
const MAX_DERIVED_TITLE: usize = 40;

impl Draft {
    /// Begins with what the body says.
    pub(super) fn new(content: Content) -> Self {
        let article = Article {
            title: content.title,
            source: content.source,
            byline: content.byline,
            body: content.paragraphs,
            images: content.images,
            links: content.links,
            ..Article::default()
        };
        Draft {
            article,
            mentions: content.mentions,
        }
    }

    /// Fills in what can be derived.
    ///
    /// # Errors
    /// There is neither a title nor text.
    pub(super) fn finish(self, serial: Option<String>) -> Result<Article, Problem> {
        let Draft {
            mut article,
            mentions,
        } = self;
        if article.title.is_empty() {
            article.title = derived_title(&article);
            article.title_derived = true;
        }
        if article.title.is_empty() {
            return Err(Problem::NoText);
        }
        if article.id.is_empty() {
            article.id = id::make(&article, serial);
        }
        article.stocks = stocks::rank(mentions, &article);
        Ok(article)
    }
}

/// The first sentence of the first paragraph that is no heading.
fn derived_title(article: &Article) -> String {
    let mut body = article.body.iter();
    let first = body
        .find(|paragraph| !paragraph.heading)
        .or(article.body.first());
    first.map_or_else(String::new, |first| {
        text::first_sentence(&first.text, MAX_DERIVED_TITLE)
    })
}

/// The source a tag names: without one final `新闻`. The rolling news feed is no source.
pub(super) fn source_of_tag(tag: &str) -> &str {
    match tag {
        FEED => "",
        _ => tag.strip_suffix("新闻").unwrap_or(tag),
    }
}

/// The tag of the rolling news feed.
pub(super) const FEED: &str = "东财滚动新闻";
