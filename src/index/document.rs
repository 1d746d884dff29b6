//! An article and its copies as a document of the index, and back.

use std::borrow::Cow;
use std::cell::OnceCell;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Value;

use super::compression::Compression;
use super::packed;
use super::reprints;
use super::schema::Fields;
use crate::analysis::Analyzer;
use crate::corpus::{Article, Image, Kind, Link, Paragraph, Published, Stock, merge, paragraphs};
use crate::names::{SEPARATOR, is_common, mined};

/// Where a copy of an article was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Hash of the file's path; 0 for an article that a caller added.
    #[serde(with = "postcard::fixint::le")]
    pub file: u64,
    /// How many copies of the same article the file had before this one.
    pub nth: u32,
}

/// One copy of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    pub origin: Origin,
    /// Hash of the raw content.
    pub content: u64,
    pub article: Article,
}

impl Copy {
    /// Tells this copy from any other, older states of itself included.
    pub fn fingerprint(&self) -> u64 {
        fingerprint(self.origin, self.content)
    }

    /// Bytes that it takes in memory, roughly.
    pub fn size(&self) -> usize {
        let text: usize = self.article.body.iter().map(|p| p.text.len()).sum();
        text + size_of::<Copy>()
    }
}

pub(crate) fn fingerprint(origin: Origin, content: u64) -> u64 {
    let mut hash = blake3::Hasher::new();
    hash.update(&origin.file.to_le_bytes());
    hash.update(&origin.nth.to_le_bytes());
    hash.update(&content.to_le_bytes());
    first_eight(hash.finalize().as_bytes())
}

/// The first eight bytes of a hash as a number.
pub(crate) fn first_eight(hash: &[u8]) -> u64 {
    hash.iter()
        .take(8)
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// An article's id as a number.
pub(crate) fn hash_id(id: &str) -> u64 {
    first_eight(blake3::hash(id.as_bytes()).as_bytes())
}

/// What an index has of an article.
pub(crate) struct Made {
    /// All but what is stored.
    pub document: TantivyDocument,
    /// What is to be stored: the [record](Record), the text, [packed], and the [copies](Copies).
    pub stored: Vec<u8>,
}

/// What an index has of an article that has these copies (at least one, of one id).
pub(crate) fn document(fields: &Fields, analyzer: &Analyzer, copies: &[Copy]) -> Made {
    let article = match copies {
        [only] => Cow::Borrowed(&only.article),
        _ => Cow::Owned(merge(copies.iter().map(|copy| &copy.article))),
    };
    let body = article.body_text();
    let folder = analyzer.folder();
    // Both views of the text, and what is stored of it.
    let mut doc = TantivyDocument::with_capacity(3 * body.len());
    doc.add_text(fields.id, &article.id);
    if !article.title_derived && !article.title.is_empty() {
        let folded = folder.fold_paragraphs(&article.title);
        doc.add_text(fields.title, &folded);
        doc.add_text(fields.title_words, folded);
    }
    if !article.digest.is_empty() && !body.starts_with(&article.digest) {
        doc.add_text(fields.digest_words, folder.fold_paragraphs(&article.digest));
    }
    let folded = folder.fold_paragraphs(&body);
    doc.add_text(fields.body_words, &folded);
    for (field, name) in [
        (fields.source, &article.source),
        (fields.tag, &article.tag),
        (fields.category, &article.category),
    ] {
        if !name.is_empty() {
            doc.add_text(field, analyzer.fold(name));
        }
    }
    if !article.source.is_empty() {
        doc.add_text(fields.source_name, &article.source);
    }
    if let Some(published) = article.published {
        doc.add_i64(fields.published, published.seconds);
    }
    let namings = Namings::new(&article, &body, analyzer);
    let about = article
        .stocks
        .iter()
        .filter(|stock| namings.are_of(stock, article.kind));
    about
        .filter_map(Stock::key)
        .for_each(|key| doc.add_text(fields.code, key));
    for (name, of) in mined(&article, analyzer.folder()) {
        doc.add_text(fields.name, format!("{name}{SEPARATOR}{of}"));
        doc.add_text(fields.name, format!("{of}{SEPARATOR}{name}"));
    }
    let files: FxHashSet<u64> = copies.iter().map(|copy| copy.origin.file).collect();
    files
        .into_iter()
        .for_each(|file| doc.add_u64(fields.file, file));
    copies
        .iter()
        .for_each(|copy| doc.add_u64(fields.copy, copy.fingerprint()));
    doc.add_text(fields.body, &folded);
    reprints::describe(
        &mut doc,
        fields,
        &article,
        hash_id(&article.id),
        &match folded.is_empty() {
            true => folder.fold(&article.title),
            false => folded,
        },
    );
    Made {
        document: doc,
        stored: stored(&article, &body, copies),
    }
}

/// What the index stores of an article beside its text. Nothing says what is what but the order, so
/// that fields and the variants of enumerations cannot be moved within one format.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    article: Rest<'a>,
    /// A title cut from the text, which is not searched as one.
    derived_title: &'a str,
    /// Which paragraphs of the body are headings, ascending.
    headings: Vec<u32>,
    /// Bytes of the text.
    text: usize,
}

/// An article without title and body.
#[derive(Serialize, Deserialize)]
struct Rest<'a> {
    id: &'a str,
    kind: Kind,
    title_derived: bool,
    published: Option<Published>,
    source: &'a str,
    tag: &'a str,
    category: &'a str,
    #[serde(borrow)]
    url: Option<&'a str>,
    digest: &'a str,
    byline: &'a str,
    stocks: Cow<'a, [Stock]>,
    images: Cow<'a, [Image]>,
    links: Cow<'a, [Link]>,
}

/// What the index stores of the copies of an article: who shows the article does not read it.
#[derive(Serialize, Deserialize)]
struct Copies<'a> {
    origins: Vec<(Origin, Content)>,
    /// The copies themselves, in that order, where there is more than one.
    #[serde(borrow)]
    articles: Vec<Whole<'a>>,
}

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

/// What is stored of an article with this text.
fn stored(article: &Article, body: &str, copies: &[Copy]) -> Vec<u8> {
    let (title, derived_title) = match article.title_derived {
        true => ("", &*article.title),
        false => (&*article.title, ""),
    };
    // The title on a line of its own, empty where it was cut from the body.
    let text = packed::pack(&format!("{}\n{body}", title.replace('\n', " ")));
    let headings = (0..).zip(&article.body).filter(|(_, p)| p.heading);
    let record = Record {
        article: Rest::of(article),
        derived_title,
        headings: headings.map(|(i, _)| i).collect(),
        text: text.len(),
    };
    let origins = copies
        .iter()
        .map(|copy| (copy.origin, Content(copy.content)));
    let articles = copies.iter().map(|copy| Whole::of(&copy.article));
    let copies = Copies {
        origins: origins.collect(),
        articles: match copies {
            [_] => Vec::new(),
            _ => articles.collect(),
        },
    };
    let [record, copies] = [postcard::to_stdvec(&record), postcard::to_stdvec(&copies)]
        .map(|bytes| bytes.expect("an article is plain data"));
    [record, text, copies].concat()
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
            source,
            tag,
            category,
            url,
            digest,
            byline,
            body: _,
            stocks,
            images,
            links,
        } = article;
        Rest {
            id,
            kind: *kind,
            title_derived: *title_derived,
            published: *published,
            source,
            tag,
            category,
            url: url.as_deref(),
            digest,
            byline,
            stocks: stocks.into(),
            images: images.into(),
            links: links.into(),
        }
    }

    fn with(self, title: &str, body: Vec<Paragraph>) -> Article {
        Article {
            id: self.id.into(),
            kind: self.kind,
            title: title.into(),
            title_derived: self.title_derived,
            published: self.published,
            source: self.source.into(),
            tag: self.tag.into(),
            category: self.category.into(),
            url: self.url.map(String::from),
            digest: self.digest.into(),
            byline: self.byline.into(),
            body,
            stocks: self.stocks.into_owned(),
            images: self.images.into_owned(),
            links: self.links.into_owned(),
        }
    }
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

/// Where the names of securities are looked for in an article.
struct Namings<'a> {
    title: Paragraphs<'a>,
    digest: Paragraphs<'a>,
    body: Paragraphs<'a>,
}

impl<'a> Namings<'a> {
    fn new(article: &'a Article, body: &'a str, analyzer: &'a Analyzer) -> Self {
        Namings {
            title: Paragraphs::new(&article.title, analyzer),
            digest: Paragraphs::new(&article.digest, analyzer),
            body: Paragraphs::new(body, analyzer),
        }
    }

    /// Whether the article is about a security, or may be: links are set by a dictionary and often
    /// wrong, so a name that is only linked must stand in the text as such. One in title or digest
    /// may be several words, one in the body must be one that is not mostly meant otherwise.
    fn are_of(&self, stock: &Stock, kind: Kind) -> bool {
        if stock.code.is_empty() {
            return false;
        }
        let is_listed = kind == Kind::Line || stock.name.is_empty();
        let name = &stock.name;
        match stock.strength {
            3.. => true,
            2 if is_listed => true,
            2 => [&self.title, &self.digest, &self.body]
                .into_iter()
                .any(|text| text.has_standing(name)),
            _ => !name.is_empty() && !is_common(name) && self.body.has_word(name),
        }
    }
}

/// How much of a text names are looked for in, in bytes: one article has a thousand names at most,
/// and no text of news is longer.
const NAMED_IN: usize = 256 << 10;

/// The paragraphs of a text, each cut when a name is found in it, and once.
struct Paragraphs<'a> {
    analyzer: &'a Analyzer,
    paragraphs: Vec<(&'a str, OnceCell<Cut>)>,
}

/// A paragraph, cut.
#[derive(Default)]
struct Cut {
    /// Words, and the words inside them.
    words: FxHashSet<String>,
    /// Where words begin and end, in bytes.
    starts: FxHashSet<usize>,
    ends: FxHashSet<usize>,
}

impl<'a> Paragraphs<'a> {
    fn new(text: &'a str, analyzer: &'a Analyzer) -> Self {
        let text = &text[..text.floor_char_boundary(NAMED_IN)];
        let paragraphs = text.split('\n').map(|text| (text, OnceCell::new()));
        Paragraphs {
            analyzer,
            paragraphs: paragraphs.collect(),
        }
    }

    /// Those that hold `name`.
    fn with(&self, name: &str) -> impl Iterator<Item = (&'a str, &Cut)> {
        let all = self.paragraphs.iter();
        let holding = all.filter(move |(text, _)| text.contains(name));
        holding.map(|(text, cut)| (*text, cut.get_or_init(|| Cut::new(self.analyzer, text))))
    }

    /// Whether the text is cut before and behind a name at one place of it at least: 大视野 is not in
    /// 扩大视野.
    fn has_standing(&self, name: &str) -> bool {
        self.with(name).any(|(text, cut)| {
            let mut places = text.match_indices(name).map(|(start, _)| start);
            places.any(|at| cut.starts.contains(&at) && cut.ends.contains(&(at + name.len())))
        })
    }

    fn has_word(&self, name: &str) -> bool {
        let folded = self.analyzer.fold(name);
        self.with(name).any(|(_, cut)| cut.words.contains(&folded))
    }
}

impl Cut {
    fn new(analyzer: &Analyzer, text: &str) -> Cut {
        let mut cut = Cut::default();
        for token in analyzer.tokens(text) {
            if !token.part {
                cut.starts.insert(token.range.start);
                cut.ends.insert(token.range.end);
            }
            cut.words.insert(token.text);
        }
        cut
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

    /// The same, and what follows it.
    fn split(stored: &[u8]) -> Option<(FullText, &[u8])> {
        let (record, rest): (Record<'_>, _) = postcard::take_from_bytes(stored).ok()?;
        let (text, copies) = rest.split_at_checked(record.text)?;
        let mut room = Vec::new();
        let (title, body) = packed::unpack(text, &mut room)?.split_once('\n')?;
        let title = match record.article.title_derived {
            true => record.derived_title,
            false => title,
        };
        let lines: Vec<_> = paragraphs(body).map(|range| &body[range]).collect();
        let mut paragraphs = Vec::with_capacity(lines.len());
        let kept = (0..).zip(&lines).filter(|(_, text)| !text.is_empty());
        paragraphs.extend(kept.map(|(i, text)| Paragraph {
            text: (*text).into(),
            heading: record.headings.binary_search(&i).is_ok(),
        }));
        let article = record.article.with(title, paragraphs);
        let body = match article.body.len() == lines.len() {
            true => body.into(),
            false => article.body_text(),
        };
        Some((FullText { article, body }, copies))
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
    /// Reads a stored document; `None` where the index is damaged.
    pub fn read(
        fields: &Fields,
        compression: &Compression,
        document: &TantivyDocument,
    ) -> Option<Stored> {
        Stored::parse(&Stored::bytes(fields, compression, document)?)
    }

    /// What was stored of a document.
    pub fn bytes(
        fields: &Fields,
        compression: &Compression,
        document: &TantivyDocument,
    ) -> Option<Vec<u8>> {
        compression.decompress(document.get_first(fields.article)?.as_bytes()?)
    }

    /// Reads what was stored.
    pub fn parse(stored: &[u8]) -> Option<Stored> {
        let (FullText { article, .. }, copies) = FullText::split(stored)?;
        let copies: Copies<'_> = postcard::from_bytes(copies).ok()?;
        let articles = copies.articles.into_iter().map(Whole::into_article);
        Some(Stored {
            article,
            origins: copies.origins,
            articles: articles.collect(),
        })
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
    use crate::corpus::{Market, Precision};
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
            source: "云汐社".into(),
            tag: "云汐社新闻".into(),
            category: "yunxi".into(),
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
        }
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
            let stored = stored(&article, &article.body_text(), copies);
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
            let stored = stored(&article, &article.body_text(), &[]);
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
            let mut stored = stored(&article, &article.body_text(), &copies);
            let at = at.index(stored.len());
            let behind = if is_cut { stored.len() } else { stored.len().min(at + bytes.len()) };
            stored.splice(at..behind, bytes);
            drop(Stored::parse(&stored).map(Stored::into_copies));
        }
    }
}
