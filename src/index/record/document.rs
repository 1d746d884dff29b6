//! An article and its copies as a document of the index.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use tantivy::TantivyDocument;

use super::bounds::MAX_KEY;
use super::copy::{Copy, hash_id};
use super::facts::Facts;
use super::paths;
use super::schema::Fields;
use super::signature;
use super::sketch::Sketch;
use super::spelling::{Spelled, Units};
use super::stored::stored;
use super::typing;
use crate::analysis::Analyzer;
use crate::corpus::{Article, Kind, Stock, merge};
use crate::names::{SEPARATOR, is_common, mined};

/// What an index has of an article that has these copies (at least one, of one id).
pub(crate) fn document(fields: &Fields, analyzer: &Analyzer, copies: &[Copy]) -> TantivyDocument {
    let article = match copies {
        [only] => Cow::Borrowed(&only.article),
        _ => Cow::Owned(merge(copies.iter().map(|copy| &copy.article))),
    };
    let body = article.body_text();
    let folder = analyzer.folder();
    // Both views of the text, and what is stored of it.
    let mut doc = TantivyDocument::with_capacity(3 * body.len());
    doc.add_text(fields.id, &article.id);
    let mut title = Spelled::default();
    if !article.title_derived && !article.title.is_empty() {
        title = Spelled::new(folder, &article.title);
        doc.add_text(fields.title, &title.folded);
        doc.add_text(fields.title_words, &title.folded);
    }
    if !article.digest.is_empty() && !body.starts_with(&article.digest) {
        doc.add_text(fields.digest_words, folder.fold_paragraphs(&article.digest));
    }
    let text = Spelled::new(folder, &body);
    doc.add_text(fields.body_words, &text.folded);
    for (field, names) in [
        (fields.source, std::slice::from_ref(&article.source)),
        (fields.author, &article.authors),
        (fields.tag, &article.tags),
        (fields.category, &article.categories),
    ] {
        for name in names.iter().filter(|name| !name.is_empty()) {
            doc.add_text(field, analyzer.fold(name));
        }
    }
    let paths: BTreeSet<&str> = article.places.iter().map(|place| &*place.path).collect();
    for path in paths {
        let path = analyzer.fold(path);
        doc.add_text(fields.folder, paths::folders(&path));
        for name in paths::file_names(&path) {
            doc.add_text(fields.file_name, name);
        }
    }
    for (field, names) in [
        (fields.source_name, std::slice::from_ref(&article.source)),
        (fields.tag_name, &article.tags),
        (fields.category_name, &article.categories),
    ] {
        for name in names.iter().filter(|name| !name.is_empty()) {
            doc.add_text(field, name);
        }
    }
    if let Some(published) = article.published {
        doc.add_i64(fields.published, published.seconds);
    }
    let namings = Namings::new(&article, &body, analyzer);
    let stocks = article.stocks.iter();
    let (about, mentioned): (Vec<&Stock>, Vec<&Stock>) =
        stocks.partition(|stock| namings.are_of(stock, article.kind));
    for term in typing::terms(&article, about.iter().copied(), analyzer) {
        doc.add_text(fields.typing, term);
    }
    let (about, mentioned) = (keys(&about), keys(&mentioned));
    about.iter().for_each(|key| doc.add_text(fields.code, key));
    mentioned
        .difference(&about)
        .for_each(|key| doc.add_text(fields.mention, key));
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
    doc.add_text(fields.body, &text.folded);
    let told: Cow<str> = match text.folded.is_empty() {
        true => folder.fold(&article.title).into(),
        false => text.folded.as_str().into(),
    };
    describe(&mut doc, fields, &article, hash_id(&article.id), &told);
    for word in signature::words(&[&title, &text].map(|text| Units::of(&text.units))) {
        doc.add_u64(fields.signature, word);
    }
    let stored = stored(&article, &title, &text, copies);
    doc.add_u64(fields.size, stored.len() as u64);
    doc.add_bytes(fields.article, &stored);
    doc
}

/// The keys of securities that are keys of the engine, too.
fn keys(stocks: &[&Stock]) -> BTreeSet<String> {
    let keys = stocks.iter().filter_map(|stock| stock.key());
    keys.filter(|key| key.len() <= MAX_KEY).collect()
}

/// Adds to the document of an article what its reprints are found by; `key` is the hash of its id,
/// `folded` its body, or its title where it has none.
fn describe(doc: &mut TantivyDocument, fields: &Fields, article: &Article, key: u64, folded: &str) {
    if let Some((sketch, length)) = Sketch::of(folded) {
        doc.add_u64(fields.key, key);
        doc.add_u64(fields.facts, Facts::of(article, length).to_word());
        for word in sketch.to_words() {
            doc.add_u64(fields.sketch, word);
        }
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
