//! What an exported line says beside what every line says, so that it is read back as the article that it was.

use serde::{Deserialize, Serialize};

use super::{Article, Image, Kind, Link, Paragraph, Published, Stock};

/// How the last line of an export begins; it is no article.
pub(crate) const END: &[u8] = br#"{"end":true,"#;

/// What is known of an article beside the texts of its line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    kind: Kind,
    title_derived: bool,
    published: Option<Published>,
    updated: Option<Published>,
    authors: Vec<String>,
    tags: Vec<String>,
    categories: Vec<String>,
    digest: String,
    byline: String,
    /// The paragraphs that are sub-headings, from 0.
    headings: Vec<usize>,
    stocks: Vec<Stock>,
    images: Vec<Image>,
    links: Vec<Link>,
}

impl Kept {
    pub fn of(article: &Article) -> Kept {
        let body = article.body.iter().enumerate();
        let headings = body.filter(|(_, paragraph)| paragraph.heading);
        Kept {
            kind: article.kind,
            title_derived: article.title_derived,
            published: article.published,
            updated: article.updated,
            authors: article.authors.clone(),
            tags: article.tags.clone(),
            categories: article.categories.clone(),
            digest: article.digest.clone(),
            byline: article.byline.clone(),
            headings: headings.map(|(place, _)| place).collect(),
            stocks: article.stocks.clone(),
            images: article.images.clone(),
            links: article.links.clone(),
        }
    }

    /// The article, of which `line` has what a line says; `text` is its body.
    pub fn article(self, line: Article, text: &str) -> Article {
        let texts = text.split('\n').filter(|text| !text.is_empty());
        let body = texts.enumerate().map(|(place, text)| Paragraph {
            text: text.to_owned(),
            heading: self.headings.binary_search(&place).is_ok(),
        });
        Article {
            body: body.collect(),
            kind: self.kind,
            title_derived: self.title_derived,
            published: self.published,
            updated: self.updated,
            authors: self.authors,
            tags: self.tags,
            categories: self.categories,
            digest: self.digest,
            byline: self.byline,
            stocks: self.stocks,
            images: self.images,
            links: self.links,
            ..line
        }
    }
}
