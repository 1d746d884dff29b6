//! What an index stores of an article and its copies: its texts [as they are searched](super::spelling),
//! the record of all else, and the copies, which only a writer reads.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::copy::{Copy, Origin};
use super::schema::Fields;
use super::spelling::{Spelled, Units, original, push_number, take_number};
use crate::corpus::{Article, Image, Kind, Link, Paragraph, Place, Published, Stock, paragraphs};

/// What stands between the texts and the rest: of each part the length in bytes. The copies have none.
#[derive(Serialize, Deserialize)]
struct Lengths {
    title_spelling: u32,
    body_spelling: u32,
    record: u32,
}

/// What is stored, part by part.
struct Parts<'a> {
    searched: Searched<'a>,
    title_spelling: &'a [u8],
    body_spelling: &'a [u8],
    record: &'a [u8],
    copies: &'a [u8],
}

/// The texts of an article as they are searched: folded, in [units](super::spelling).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Searched<'a> {
    /// Empty where the title was cut from the body.
    pub title: Units<'a>,
    pub body: Units<'a>,
}

impl<'a> Searched<'a> {
    /// Those of stored bytes; `None` where the index is damaged.
    #[inline]
    pub fn of(stored: &'a [u8]) -> Option<Searched<'a>> {
        Some(Searched::split(stored)?.0)
    }

    /// The same, and what follows them.
    #[inline]
    fn split(mut stored: &'a [u8]) -> Option<(Searched<'a>, &'a [u8])> {
        let title = take_number(&mut stored)?;
        let body = take_number(&mut stored)?;
        let (title, rest) = stored.split_at_checked(title)?;
        let (body, rest) = rest.split_at_checked(body)?;
        let searched = Searched {
            title: Units::of(title),
            body: Units::of(body),
        };
        Some((searched, rest))
    }
}

impl<'a> Parts<'a> {
    fn of(stored: &'a [u8]) -> Option<Parts<'a>> {
        let (searched, rest) = Searched::split(stored)?;
        let (lengths, mut rest): (Lengths, _) = postcard::take_from_bytes(rest).ok()?;
        let mut take = |length: u32| {
            let (part, behind) = rest.split_at_checked(length as usize)?;
            rest = behind;
            Some(part)
        };
        Some(Parts {
            searched,
            title_spelling: take(lengths.title_spelling)?,
            body_spelling: take(lengths.body_spelling)?,
            record: take(lengths.record)?,
            copies: rest,
        })
    }
}

/// What the index stores of an article beside its texts. Nothing says what is what but the order, so
/// that fields and the variants of enumerations cannot be moved within one format.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    article: Rest<'a>,
    /// A title cut from the text, which is not searched as one.
    derived_title: &'a str,
    /// Which paragraphs of the body are headings, ascending.
    headings: Vec<u32>,
}

/// An article without title and body.
#[derive(Serialize, Deserialize)]
struct Rest<'a> {
    id: &'a str,
    kind: Kind,
    title_derived: bool,
    published: Option<Published>,
    updated: Option<Published>,
    source: &'a str,
    #[serde(borrow)]
    authors: Vec<&'a str>,
    #[serde(borrow)]
    tags: Vec<&'a str>,
    #[serde(borrow)]
    categories: Vec<&'a str>,
    #[serde(borrow)]
    url: Option<&'a str>,
    digest: &'a str,
    byline: &'a str,
    stocks: Cow<'a, [Stock]>,
    images: Cow<'a, [Image]>,
    links: Cow<'a, [Link]>,
    places: Cow<'a, [Place]>,
}

/// What the index stores of the copies of an article: who shows the article does not read it.
#[derive(Serialize, Deserialize)]
struct Copies<'a> {
    origins: Vec<(Origin, Content)>,
    /// The copies themselves, [`Whole`], in that order, where there is more than one; compressed, as
    /// they mostly say the same.
    articles: &'a [u8],
}

/// Level of Zstandard for the copies.
const LEVEL: i32 = 3;

/// Hash of the raw content of a copy.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Content(#[serde(with = "postcard::fixint::le")] u64);

/// A copy as it was read.
#[derive(Serialize, Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    rest: Rest<'a>,
    title: &'a str,
    /// The paragraphs, and whether they are headings.
    body: Vec<(&'a str, bool)>,
}

/// What is stored of an article with these texts; its title is empty where it was cut from the body.
pub(in crate::index) fn stored(
    article: &Article,
    title: &Spelled,
    body: &Spelled,
    copies: &[Copy],
) -> Vec<u8> {
    let headings = (0..).zip(&article.body).filter(|(_, p)| p.heading);
    let record = Record {
        article: Rest::of(article),
        derived_title: if article.title_derived {
            &article.title
        } else {
            ""
        },
        headings: headings.map(|(i, _)| i).collect(),
    };
    let origins = copies
        .iter()
        .map(|copy| (copy.origin, Content(copy.content)));
    let articles = match copies {
        [_] => Vec::new(),
        _ => {
            let articles: Vec<_> = copies.iter().map(|copy| Whole::of(&copy.article)).collect();
            zstd::bulk::compress(&bytes(&articles), LEVEL).expect("there is memory to compress in")
        }
    };
    let record = bytes(&record);
    let copies = bytes(&Copies {
        origins: origins.collect(),
        articles: &articles,
    });
    let length = |part: &[u8]| u32::try_from(part.len()).expect("an article has less than 4 GB");
    let lengths = bytes(&Lengths {
        title_spelling: length(&title.spelling),
        body_spelling: length(&body.spelling),
        record: length(&record),
    });
    let mut stored = Vec::new();
    push_number(title.units.len(), &mut stored);
    push_number(body.units.len(), &mut stored);
    let parts = [
        &title.units,
        &body.units,
        &lengths,
        &title.spelling,
        &body.spelling,
        &record,
        &copies,
    ];
    stored.reserve_exact(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| stored.extend_from_slice(part));
    stored
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("an article is plain data")
}

impl<'a> Rest<'a> {
    fn of(article: &'a Article) -> Rest<'a> {
        // By name, so that a new field cannot be forgotten here.
        let Article {
            id,
            kind,
            title: _,
            title_derived,
            published,
            updated,
            source,
            authors,
            tags,
            categories,
            url,
            digest,
            byline,
            body: _,
            stocks,
            images,
            links,
            places,
        } = article;
        Rest {
            id,
            kind: *kind,
            title_derived: *title_derived,
            published: *published,
            updated: *updated,
            source,
            authors: borrowed(authors),
            tags: borrowed(tags),
            categories: borrowed(categories),
            url: url.as_deref(),
            digest,
            byline,
            stocks: stocks.into(),
            images: images.into(),
            links: links.into(),
            places: places.into(),
        }
    }

    fn with(self, title: &str, body: Vec<Paragraph>) -> Article {
        Article {
            id: self.id.into(),
            kind: self.kind,
            title: title.into(),
            title_derived: self.title_derived,
            published: self.published,
            updated: self.updated,
            source: self.source.into(),
            authors: owned(self.authors),
            tags: owned(self.tags),
            categories: owned(self.categories),
            url: self.url.map(String::from),
            digest: self.digest.into(),
            byline: self.byline.into(),
            body,
            stocks: self.stocks.into_owned(),
            images: self.images.into_owned(),
            links: self.links.into_owned(),
            places: self.places.into_owned(),
        }
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(String::from).collect()
}

impl<'a> Whole<'a> {
    fn of(article: &'a Article) -> Whole<'a> {
        let body = article.body.iter().map(|p| (&*p.text, p.heading));
        Whole {
            rest: Rest::of(article),
            title: &article.title,
            body: body.collect(),
        }
    }

    fn into_article(self) -> Article {
        let body = self.body.into_iter().map(|(text, heading)| Paragraph {
            text: text.into(),
            heading,
        });
        self.rest.with(self.title, body.collect())
    }
}

/// An article as it is shown, with its body in one piece, too.
pub(crate) struct FullText {
    pub article: Article,
    /// [`Article::body_text`].
    pub body: String,
}

impl FullText {
    /// Reads what was stored of a document; `None` where the index is damaged.
    pub fn parse(stored: &[u8]) -> Option<FullText> {
        Some(FullText::split(stored)?.0)
    }

    /// The same, and the copies.
    fn split(stored: &[u8]) -> Option<(FullText, &[u8])> {
        let parts = Parts::of(stored)?;
        let record: Record<'_> = postcard::from_bytes(parts.record).ok()?;
        let title = original(parts.searched.title, parts.title_spelling)?;
        let body = original(parts.searched.body, parts.body_spelling)?;
        let title = match record.article.title_derived {
            true => record.derived_title,
            false => &title,
        };
        let lines: Vec<_> = paragraphs(&body).map(|range| &body[range]).collect();
        let mut paragraphs = Vec::with_capacity(lines.len());
        let kept = (0..).zip(&lines).filter(|(_, text)| !text.is_empty());
        paragraphs.extend(kept.map(|(i, text)| Paragraph {
            text: (*text).into(),
            heading: record.headings.binary_search(&i).is_ok(),
        }));
        let article = record.article.with(title, paragraphs);
        let body = match article.body.len() == lines.len() {
            true => body,
            false => article.body_text(),
        };
        Some((FullText { article, body }, parts.copies))
    }
}

/// A document as it was stored, with the copies that it was made of.
pub(crate) struct Stored {
    /// The article as it is shown.
    pub article: Article,
    origins: Vec<(Origin, Content)>,
    articles: Vec<Article>,
}

impl Stored {
    /// What the engine stores of a document; `None` where the index is damaged.
    pub fn bytes<'a>(fields: &Fields, document: &'a TantivyDocument) -> Option<&'a [u8]> {
        document.get_first(fields.article)?.as_bytes()
    }

    /// Reads what was stored.
    pub fn parse(stored: &[u8]) -> Option<Stored> {
        let (FullText { article, .. }, copies) = FullText::split(stored)?;
        let copies: Copies<'_> = postcard::from_bytes(copies).ok()?;
        let articles = match copies.articles.is_empty() {
            true => Vec::new(),
            false => zstd::decode_all(copies.articles).ok()?,
        };
        let articles: Vec<Whole<'_>> = match articles.is_empty() {
            true => Vec::new(),
            false => postcard::from_bytes(&articles).ok()?,
        };
        Some(Stored {
            article,
            origins: copies.origins,
            articles: articles.into_iter().map(Whole::into_article).collect(),
        })
    }

    /// What of stored bytes is shown: all but the copies.
    pub fn shown(stored: &[u8]) -> Option<&[u8]> {
        let copies = Parts::of(stored)?.copies.len();
        stored.get(..stored.len() - copies)
    }

    /// The copies that the document was made of.
    pub fn into_copies(self) -> Vec<Copy> {
        let articles = match self.articles.is_empty() {
            true => vec![self.article],
            false => self.articles,
        };
        let copies = self.origins.into_iter().zip(articles);
        copies
            .map(|((origin, Content(content)), article)| Copy {
                origin,
                content,
                article,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Folder;
    use crate::corpus::{Market, Precision, merge};
    use proptest::prelude::*;

    /// An article of which every field says something.
    fn full(id: &str, paragraphs: &[(&str, bool)], title_derived: bool) -> Article {
        Article {
            id: id.into(),
            kind: Kind::Flash,
            title: "云汐科技拟回购".into(),
            title_derived,
            published: Some(Published {
                seconds: -1_640_995_200,
                offset: -480,
                precision: Precision::Day,
            }),
            updated: Published::day(2022, 1, 5),
            source: "云汐社".into(),
            authors: vec!["林一舟".into(), "许望".into()],
            tags: vec!["云汐社新闻".into(), "银行".into()],
            categories: vec!["yunxi".into()],
            url: Some("https://example.com/1".into()),
            digest: "摘要".into(),
            byline: "编辑".into(),
            body: paragraphs
                .iter()
                .map(|&(text, heading)| Paragraph {
                    text: text.into(),
                    heading,
                })
                .collect(),
            stocks: vec![Stock {
                market: Some(Market::Other(116)),
                code: "601318".into(),
                name: "云汐".into(),
                strength: 3,
            }],
            images: vec![Image {
                url: "https://example.com/1.png".into(),
                size: Some((640, 480)),
            }],
            links: vec![Link {
                url: "https://example.com/2".into(),
                text: "链接".into(),
            }],
            places: vec![Place {
                path: "archive/2022/01.jsonl".into(),
                line: Some(300),
            }],
        }
    }

    fn made(article: &Article, copies: &[Copy]) -> Vec<u8> {
        let folder = Folder::new();
        let title = if article.title_derived {
            ""
        } else {
            &article.title
        };
        let title = Spelled::new(&folder, title);
        stored(
            article,
            &title,
            &Spelled::new(&folder, &article.body_text()),
            copies,
        )
    }

    fn copies() -> Vec<Copy> {
        let copy = |nth, article| Copy {
            origin: Origin {
                file: u64::MAX,
                nth,
            },
            content: 1 << 63,
            article,
        };
        let body = [("云汐公告。", false), ("业绩", true), ("增长２%🚀", false)];
        vec![
            copy(0, full("1", &body, false)),
            copy(300, full("1", &[("快讯", false)], true)),
        ]
    }

    #[test]
    fn articles_come_back_with_their_copies() {
        for copies in [&copies()[..], &copies()[..1], &copies()[1..]] {
            let article = merge(copies.iter().map(|copy| &copy.article));
            let stored = made(&article, copies);
            let shown = FullText::parse(&stored).unwrap();
            assert_eq!(shown.body, article.body_text());
            assert_eq!(shown.article, article);
            assert_eq!(Stored::parse(&stored).unwrap().into_copies(), copies);
        }
    }

    #[test]
    fn the_body_is_that_of_the_article_though_paragraphs_are_empty() {
        for (body, paragraphs) in [
            (&[][..], 0),
            (&["", "甲", "", "乙"], 2),
            (&["甲", ""], 1),
            (&["甲\n乙"], 2),
        ] {
            let body: Vec<_> = body.iter().map(|&text| (text, false)).collect();
            let article = full("1", &body, false);
            let stored = made(&article, &[]);
            let shown = FullText::parse(&stored).unwrap();
            assert_eq!(shown.article.body.len(), paragraphs);
            assert_eq!(shown.body, shown.article.body_text());
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_never_panic(
            at: prop::sample::Index,
            bytes in prop::collection::vec(any::<u8>(), 0..12),
            is_cut: bool,
        ) {
            let copies = copies();
            let article = merge(copies.iter().map(|copy| &copy.article));
            let mut stored = made(&article, &copies);
            let at = at.index(stored.len());
            let behind = if is_cut { stored.len() } else { stored.len().min(at + bytes.len()) };
            stored.splice(at..behind, bytes);
            drop(Stored::parse(&stored).map(Stored::into_copies));
        }
    }
}
