//! An article in the making.

use super::content::Content;
use super::mention::Mention;
use super::{Article, Problem, Published, Reading, Remark, date, id, stocks, text, title};

/// An article of which title, securities and id may still be missing.
pub(super) struct Draft {
    pub(super) article: Article,
    pub(super) mentions: Vec<Mention>,
    pub(super) remarks: Vec<Remark>,
}

impl Draft {
    /// Begins with what the body says.
    pub(super) fn new(content: Content) -> Self {
        let article = Article {
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
            remarks: Vec::new(),
        }
    }

    /// Reads a date as it is given; one that is not understood is remarked.
    pub(super) fn date(&mut self, given: &str) -> Option<Published> {
        date::read(given, &mut self.remarks)
    }

    /// Fills in what can be derived.
    ///
    /// # Errors
    /// There is neither a title nor text.
    pub(super) fn finish(self, serial: Option<String>) -> Result<Reading, Problem> {
        let Draft {
            mut article,
            mentions,
            remarks,
        } = self;
        if article.title.is_empty() {
            article.title = title::of_text(&article.body);
            article.title_derived = true;
        }
        if article.title.is_empty() {
            return Err(Problem::NoText);
        }
        if article.id.is_empty() {
            article.id = id::make(&article, serial);
        }
        article.stocks = stocks::rank(mentions, &article);
        Ok(Reading { article, remarks })
    }
}

/// The names in a value that may list several, such as `银行, A股`, each once.
pub(super) fn names(list: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in list.split([',', '，', '、', ';', '；', '|', '\n', '\r']) {
        let name = text::without_link(name.trim());
        if !name.is_empty() && !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The source that tags name: of several tags none is a source.
pub(super) fn source_of_tags(tags: &[String]) -> &str {
    match tags {
        [tag] => source_of_tag(tag),
        _ => "",
    }
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
