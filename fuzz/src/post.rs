//! Any bytes as a post, as Markdown, as a page, and as a line of JSON Lines.

use newsearch::{Article, ReadError, fuzzing};

use super::is_read_twice;

/// A title made from the text has at most this many characters.
const MAX_DERIVED_TITLE: usize = 40;

pub fn post(input: &[u8]) {
    for name in ["2022-02-09-NW202202091234567890.md", "page.html"] {
        check(input, || fuzzing::post(input, name));
    }
}

/// The bytes are the body of a post, and a note without a header.
pub fn markdown(input: &[u8]) {
    let mut post = b"---\ntitle: \"\"\n---\n".to_vec();
    post.extend_from_slice(input);
    check(&post, || fuzzing::post(&post, "post.md"));
    check(input, || fuzzing::post(input, "2024/07/0702.md"));
}

pub fn line(input: &[u8]) {
    check(input, || fuzzing::line(input));
}

fn check(input: &[u8], read: impl Fn() -> Result<Article, ReadError>) {
    let one = read();
    match &one {
        Ok(article) => check_article(input, article),
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
        }
    }
    if is_read_twice(input) {
        check_same(&one, &read());
    }
}

/// Whether an input that is read again gives the same.
pub(crate) fn check_same(one: &Result<Article, ReadError>, again: &Result<Article, ReadError>) {
    match (one, again) {
        (Ok(article), Ok(again)) => assert_eq!(article, again, "read twice"),
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string(), "read twice");
        }
        (one, other) => panic!("read twice: {one:?}, {other:?}"),
    }
}

pub(crate) fn check_article(input: &[u8], article: &Article) {
    assert!(!article.id.is_empty() && !article.title.is_empty());
    if article.title_derived {
        assert!(article.title.chars().count() <= MAX_DERIVED_TITLE);
    }
    for paragraph in &article.body {
        let text = &paragraph.text;
        assert!(!text.is_empty() && text.trim() == text, "{text:?}");
        assert!(!text.contains(['\n', '\r', '\0']), "{text:?}");
    }
    for line in [
        &article.title,
        &article.source,
        &article.digest,
        &article.byline,
    ]
    .into_iter()
    .chain(&article.authors)
    .chain(&article.tags)
    .chain(&article.categories)
    {
        assert!(!line.contains(['\n', '\r', '\0']), "{line:?}");
    }
    check_facts(article);
    // No text without bytes: a byte that is no text gives U+FFFD, which has three.
    let size = article.body_text().len() + article.digest.len();
    assert!(size <= 3 * input.len(), "{size} bytes of {}", input.len());
    let stored = serde_json::to_vec(article).expect("writes");
    let stored: Article = serde_json::from_slice(&stored).expect("reads");
    assert_eq!(&stored, article, "stored");
}

fn check_facts(article: &Article) {
    for (index, stock) in article.stocks.iter().enumerate() {
        let earlier = &article.stocks[..index];
        assert!((1..=3).contains(&stock.strength), "{stock:?}");
        assert!(
            !stock.code.is_empty() || !stock.name.is_empty(),
            "{stock:?}"
        );
        assert!(earlier.iter().all(|other| other.strength >= stock.strength));
        let is_same =
            |other: &&newsearch::Stock| other.key().is_some() && other.key() == stock.key();
        assert_eq!(earlier.iter().find(is_same), None);
    }
    assert!(article.images.iter().all(|image| !image.url.is_empty()));
    assert!(
        article
            .links
            .iter()
            .all(|link| !link.url.is_empty() && !link.text.is_empty())
    );
}
