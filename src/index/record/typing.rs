//! What a text that is being typed may become, as terms of the index: their dictionary is sorted and mapped, so
//! that all that begin with a text lie side by side.
//!
//! A term is the letter of its kind, what is typed, what is shown, and what it stands for, with [`SEPARATOR`]
//! between them.

use std::collections::BTreeSet;

use crate::analysis::Analyzer;
use crate::corpus::{Article, Stock};
use crate::names::typed;

/// Between the parts of a term; no text has it.
pub(crate) const SEPARATOR: char = '\u{1f}';

pub(crate) const CODE: char = 'c';
pub(crate) const NAME: char = 'n';
pub(crate) const INITIALS: char = 'i';
pub(crate) const PINYIN: char = 'p';
pub(crate) const TAG: char = 't';
pub(crate) const SOURCE: char = 's';
pub(crate) const PHRASE: char = 'h';

/// Most characters of each part.
const MAX_TYPED: usize = 40;
/// Words of a phrase, and its fewest characters.
const WORDS: [usize; 2] = [2, 3];
const MIN_PHRASE: usize = 4;

/// The terms of an article that is about these securities.
pub(in crate::index) fn terms<'a>(
    article: &'a Article,
    about: impl Iterator<Item = &'a Stock>,
    analyzer: &Analyzer,
) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let mut add = |kind: char, typed: &str, shown: &str, of: &str| {
        let is_plain = ![typed, shown, of]
            .iter()
            .any(|text| text.contains(SEPARATOR));
        let is_short = |text: &str| text.chars().count() <= MAX_TYPED;
        if is_plain && !typed.is_empty() && is_short(typed) && is_short(shown) && is_short(of) {
            terms.insert(format!("{kind}{typed}{SEPARATOR}{shown}{SEPARATOR}{of}"));
        }
    };
    for stock in about {
        let Some(key) = stock.key() else { continue };
        let name = analyzer.fold(&stock.name);
        add(CODE, &stock.code.to_lowercase(), &stock.name, &key);
        add(CODE, &key.to_lowercase(), &stock.name, &key);
        add(NAME, &name, &stock.name, &key);
        let (initials, spellings) = typed(&name);
        for letters in initials {
            add(INITIALS, &letters, &stock.name, &key);
        }
        for letters in spellings {
            add(PINYIN, &letters, &stock.name, &key);
        }
    }
    for tag in &article.tags {
        add(TAG, &analyzer.fold(tag), tag, "");
    }
    add(SOURCE, &analyzer.fold(&article.source), &article.source, "");
    if !article.title_derived {
        for phrase in phrases(&article.title, analyzer) {
            add(PHRASE, &phrase, "", "");
        }
    }
    terms
}

/// The first words of each part of a title, folded.
fn phrases(title: &str, analyzer: &Analyzer) -> Vec<String> {
    let folded = analyzer.fold(title);
    let mut phrases = Vec::new();
    for part in folded.split(|c: char| !c.is_alphanumeric()) {
        let tokens = analyzer.tokens(part).into_iter();
        let words: Vec<_> = tokens.filter(|token| !token.part).collect();
        for count in WORDS {
            let Some(last) = words.get(count - 1) else {
                break;
            };
            let phrase = &part[..last.range.end];
            if phrase.chars().count() >= MIN_PHRASE {
                phrases.push(phrase.to_owned());
            }
        }
    }
    phrases
}
