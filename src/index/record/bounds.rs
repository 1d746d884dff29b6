//! How much an index takes of an article: the engine drops longer keys without a word.

use crate::analysis::Folder;
use crate::corpus::{Article, Problem};

/// Most bytes of a key: of an id, or of a term.
pub(crate) const MAX_KEY: usize = 65_530;

/// Most characters of a source, an author, a tag or a category. Folded, which makes one character eighteen at
/// most, they are still a key.
pub(crate) const MAX_NAME: usize = 1_000;

/// How many times as long as it is a text may become when it is folded, and how many bytes more: one
/// that is made of the few characters which become eighteen would cost as much as eighteen.
const GROWTH: usize = 2;
const MORE: usize = 1 << 20;

/// No character becomes so many times as long, in bytes, when it is folded.
const MOST_GROWTH: usize = 11;

/// A name of an article that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Which.
    pub field: &'static str,
    /// Its length before, in characters.
    pub characters: usize,
}

/// Cuts the names of an article that are too long.
///
/// # Errors
/// When its id is too long to be a key: cut, it would be that of another article.
pub(crate) fn keep(article: &mut Article) -> Result<Vec<Cut>, Problem> {
    if article.id.len() > MAX_KEY {
        return Err(Problem::LongId {
            bytes: article.id.len(),
            limit: MAX_KEY,
        });
    }
    let mut cuts = Vec::new();
    let source = std::iter::once(&mut article.source).map(|name| ("source", name));
    let authors = article.authors.iter_mut().map(|name| ("author", name));
    let tags = article.tags.iter_mut().map(|name| ("tag", name));
    let categories = article.categories.iter_mut().map(|name| ("category", name));
    for (field, name) in source.chain(authors).chain(tags).chain(categories) {
        let kept = name_of(name).len();
        if kept < name.len() {
            let characters = name.chars().count();
            cuts.push(Cut { field, characters });
            name.truncate(kept);
        }
    }
    Ok(cuts)
}

/// Whether the texts of an article are not much longer when they are folded.
///
/// # Errors
/// When they are.
pub(crate) fn check_growth(article: &Article, folder: &Folder) -> Result<(), Problem> {
    let body = article.body.iter().map(|paragraph| &paragraph.text);
    let texts = || body.clone().chain([&article.title, &article.digest]);
    let bytes: usize = texts().map(String::len).sum();
    let limit = GROWTH * bytes + MORE;
    if MOST_GROWTH * bytes <= limit {
        return Ok(());
    }
    let mut folded = 0;
    for text in texts() {
        folder.each(text, |c| folded += c.len_utf8());
    }
    match folded <= limit {
        true => Ok(()),
        false => Err(Problem::TooLargeFolded { folded, limit }),
    }
}

/// As much of a name as is kept.
pub(crate) fn name_of(name: &str) -> &str {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => &name[..end],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Paragraph;

    #[test]
    fn a_text_may_grow_when_it_is_folded_but_not_by_much() {
        let folder = Folder::new();
        for c in '\0'..=char::MAX {
            let folded = folder.fold(&c.to_string());
            assert!(folded.len() <= MOST_GROWTH * c.len_utf8(), "{c:?}");
        }
        let made_of = |text: &str| Article {
            body: vec![Paragraph {
                text: text.repeat((4 << 20) / text.len()),
                heading: false,
            }],
            ..Article::default()
        };
        for text in ["云汐", "Ａ股…", "㎡½", "ﬁ"] {
            assert!(check_growth(&made_of(text), &folder).is_ok(), "{text}");
        }
        for text in ["ﷺ", "㌖"] {
            assert!(check_growth(&made_of(text), &folder).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_kept_is_a_key_when_it_is_folded() {
        let folder = Folder::new();
        let folded = |c: char| folder.fold(&c.to_string()).len();
        let longest = ('\0'..=char::MAX).map(folded).max().unwrap();
        assert!(longest * MAX_NAME <= MAX_KEY, "{longest} bytes");
    }

    #[test]
    fn long_names_are_cut_and_long_ids_refused() {
        let mut article = Article {
            id: "1".repeat(MAX_KEY),
            tags: vec!["银行".to_owned(), "签".repeat(MAX_NAME + 1)],
            source: "源".repeat(MAX_NAME),
            ..Article::default()
        };
        let cut = Cut {
            field: "tag",
            characters: MAX_NAME + 1,
        };
        assert_eq!(keep(&mut article).unwrap(), [cut]);
        assert_eq!(keep(&mut article).unwrap(), []);
        assert_eq!(article.tags[1].chars().count(), MAX_NAME);
        article.id.push('1');
        let refused = keep(&mut article);
        assert!(matches!(
            refused,
            Err(Problem::LongId { bytes: 65_531, .. })
        ));
    }
}
