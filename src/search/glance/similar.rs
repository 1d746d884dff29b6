//! Other stories on the same matter.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use tantivy::schema::Term;
use tantivy::{DocAddress, DocId};

use super::error::GlanceError;
use super::matched::{published, stories};
use super::terms::{documents_with, is_telling};
use crate::corpus::{Article, Stock};
use crate::index::{FullText, hash_id};
use crate::search::searcher::Searcher;
use crate::search::view::columns::ALONE;
use crate::search::view::snapshot::Snapshot;
use crate::search::view::statistics;

/// How many to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimilarOptions {
    /// Most stories, 1 to 1,000.
    pub limit: usize,
}

impl Default for SimilarOptions {
    fn default() -> SimilarOptions {
        SimilarOptions { limit: 10 }
    }
}

/// Other stories on the matter of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Similar {
    /// Which commit of the index answered.
    pub generation: String,
    /// The article that was asked for.
    pub id: String,
    /// What it is about: what others are compared by, the heaviest first.
    pub terms: Vec<SharedTerm>,
    /// The stories, the most similar first; empty where nothing is similar.
    pub hits: Vec<SimilarHit>,
}

/// A story on the same matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SimilarHit {
    /// The id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it was published, as that of a hit.
    pub date: Option<String>,
    /// The medium; empty where it is not known.
    pub source: String,
    /// Its address on the web.
    pub url: Option<String>,
    /// The weights of what it shares over those of all that the article has, 0 to 1.
    pub score: f64,
    /// What it shares, the heaviest first.
    pub shared: Vec<SharedTerm>,
}

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// The key of a security.
    Code,
    /// The name of a security.
    Name,
    /// A word.
    Word,
}

/// A term that two articles share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SharedTerm {
    /// The term; a word is folded.
    pub text: String,
    /// What it is.
    pub kind: TermKind,
    /// Its weight.
    pub weight: f64,
}

/// Most stories that can be asked for.
const MAX_STORIES: usize = 1_000;
/// Most terms that articles are compared by, as many as a mask has bits.
const MAX_TERMS: usize = 32;
/// How much of a text terms are taken from, in characters: what it is about stands in its beginning.
const READ: usize = 2_000;
/// Words that a larger share of the archive has say nothing.
const MOST_COMMON: f64 = 0.08;
/// What the rarity of a term is multiplied by: of a code, of a word of the title.
const CODE: f64 = 2.5;
const TITLE: f64 = 1.8;
/// What a word counts where it stands in the title of the other article.
const IN_TITLE: f64 = 1.5;
/// The least share of the weights that an article on the same matter has, and how many terms.
const LEAST_SHARE: f64 = 0.12;
const LEAST_TERMS: u32 = 2;

/// A term of the article, with what it weighs.
struct Weighed {
    term: SharedTerm,
    documents: Vec<(usize, DocId)>,
}

/// What another article shares.
#[derive(Clone, Copy, Default)]
struct Shares {
    weight: f64,
    /// The terms, by their place.
    terms: u32,
}

impl Searcher {
    /// Other stories on the matter of an article: those that share its securities and its rare words; `None`
    /// where no article has this id. Its own reprints are none of them.
    ///
    /// # Errors
    /// When `limit` is out of bounds, the index cannot be read, or time is up.
    pub fn similar(
        &self,
        id: &str,
        options: &SimilarOptions,
    ) -> Result<Option<Similar>, GlanceError> {
        if !(1..=MAX_STORIES).contains(&options.limit) {
            let problem = format!("{} is not a number from 1 to {MAX_STORIES}", options.limit);
            return Err(GlanceError::argument("limit", problem));
        }
        let snapshot = &self.pipeline.snapshot;
        let Some(text) = snapshot.guarded(|| snapshot.find(id))? else {
            return Ok(None);
        };
        let mut weighed = terms(&text, snapshot)?;
        let all: f64 = weighed.iter().map(|weighed| weighed.term.weight).sum();
        let own = snapshot
            .guarded(|| snapshot.reprints())?
            .group_of(hash_id(id));
        let best = best(&weighed, all, id, own, options.limit, snapshot)?;
        weighed
            .iter_mut()
            .for_each(|weighed| weighed.documents.clear());
        let terms: Vec<SharedTerm> = weighed.into_iter().map(|weighed| weighed.term).collect();
        let mut hits = Vec::new();
        for (address, shares) in best {
            let read = snapshot.guarded(|| {
                snapshot.deadline.check()?;
                snapshot.read(address)
            });
            let article = read?.article;
            let is_shared = |place: &usize| shares.terms >> place & 1 == 1;
            let shared = (0..terms.len()).filter(is_shared);
            hits.push(SimilarHit {
                id: article.id,
                title: article.title,
                date: article.published.map(|published| published.to_string()),
                source: article.source,
                url: article.url,
                score: (shares.weight / all).min(1.0),
                shared: shared.map(|place| terms[place].clone()).collect(),
            });
        }
        Ok(Some(Similar {
            generation: snapshot.generation(),
            id: id.to_owned(),
            terms,
            hits,
        }))
    }
}

/// What an article is compared by, the heaviest first.
fn terms(text: &FullText, snapshot: &Snapshot) -> Result<Vec<Weighed>, GlanceError> {
    let article = &text.article;
    let published = published(snapshot)?;
    let documents = snapshot.documents().max(1) as f64;
    let fields = &snapshot.shared.fields;
    let analyzer = &snapshot.shared.analyzer;
    let source = analyzer.fold(&article.source);
    // How often each word occurs, and whether in the title.
    let mut words: FxHashMap<String, (u32, bool)> = FxHashMap::default();
    let title = if article.title_derived {
        ""
    } else {
        &article.title
    };
    let end = text
        .body
        .char_indices()
        .nth(READ)
        .map_or(text.body.len(), |(at, _)| at);
    for (part, is_title) in [(title, true), (&text.body[..end], false)] {
        for token in analyzer.tokens(part) {
            if !token.part && is_telling(&token.text) && !source.contains(&token.text) {
                let (count, in_title) = words.entry(token.text).or_default();
                *count += 1;
                *in_title |= is_title;
            }
        }
    }
    // Of a long text only what looks heaviest is looked up.
    let mut candidates: Vec<(f64, String)> = Vec::new();
    for (word, (count, in_title)) in words {
        let frequency = frequency(snapshot, &word)?;
        if frequency < 2 || frequency as f64 > (documents * MOST_COMMON).max(3.0) {
            continue;
        }
        let factor = if in_title { TITLE } else { 1.0 };
        let weight = rarity(documents, frequency) * (1.0 + f64::from(count).ln()) * factor;
        candidates.push((weight, word));
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut weighed = Vec::new();
    for key in about(article) {
        let mut found = Vec::new();
        documents_with(snapshot, fields.code, &key, published, |segment, doc, _| {
            found.push((segment, doc));
        })?;
        if found.len() > 1 {
            let weight = rarity(documents, found.len() as u64) * CODE;
            weighed.push(Weighed::new(key, TermKind::Code, weight, found));
        }
    }
    weighed.truncate(MAX_TERMS / 4);
    for (weight, word) in candidates {
        if weighed.len() == MAX_TERMS {
            break;
        }
        let mut found = Vec::new();
        for field in [fields.title_words, fields.body_words] {
            documents_with(snapshot, field, &word, published, |segment, doc, _| {
                found.push((segment, doc));
            })?;
        }
        weighed.push(Weighed::new(word, TermKind::Word, weight, found));
    }
    weighed.sort_by(|a, b| {
        let texts = || a.term.text.cmp(&b.term.text);
        b.term.weight.total_cmp(&a.term.weight).then_with(texts)
    });
    Ok(weighed)
}

/// The securities that an article is surely about, or all where there are few.
fn about(article: &Article) -> Vec<String> {
    let stocks = article.stocks.iter().filter(|stock| stock.strength >= 2);
    stocks.filter_map(Stock::key).collect()
}

/// Documents that have a word in the title or the body, at most.
fn frequency(snapshot: &Snapshot, word: &str) -> Result<u64, GlanceError> {
    let fields = &snapshot.shared.fields;
    let mut most = 0;
    for field in [fields.title_words, fields.body_words] {
        let term = Term::from_field_text(field, word);
        most = most.max(statistics::documents_with(&snapshot.engine, &term)?);
    }
    Ok(most)
}

/// The square of how rare a term is, as in a product of two texts that both have it: a rare word says more of
/// what the one is about, and more of what the other is.
fn rarity(documents: f64, frequency: u64) -> f64 {
    (1.0 + documents / (frequency as f64 + 1.0)).ln().powi(2)
}

impl Weighed {
    fn new(text: String, kind: TermKind, weight: f64, documents: Vec<(usize, DocId)>) -> Weighed {
        Weighed {
            term: SharedTerm { text, kind, weight },
            documents,
        }
    }
}

/// The most similar articles, one of each story.
fn best(
    weighed: &[Weighed],
    all: f64,
    id: &str,
    own: Option<u32>,
    limit: usize,
    snapshot: &Snapshot,
) -> Result<Vec<(DocAddress, Shares)>, GlanceError> {
    let stories = stories(snapshot)?;
    let mut shares: FxHashMap<(usize, DocId), Shares> = FxHashMap::default();
    for (place, weighed) in weighed.iter().enumerate() {
        for document in &weighed.documents {
            let shares = shares.entry(*document).or_default();
            let is_second = shares.terms >> place & 1 == 1;
            // Title and body have it: that counts once, and a little more.
            shares.weight += match is_second {
                true => weighed.term.weight * (IN_TITLE - 1.0),
                false => weighed.term.weight,
            };
            shares.terms |= 1 << place;
        }
    }
    let is_code = |place: usize| weighed[place].term.kind == TermKind::Code;
    let codes = (0..weighed.len()).filter(|&place| is_code(place));
    let codes: u32 = codes.map(|place| 1 << place).sum();
    let least = LEAST_TERMS.min(weighed.len() as u32);
    let mut found: Vec<(f64, (usize, DocId), Shares)> = Vec::new();
    for (document, shares) in shares {
        let is_enough = shares.terms.count_ones() >= least || shares.terms & codes != 0;
        let is_own = own.is_some() && own == Some(stories[document.0][document.1 as usize]);
        if is_enough && !is_own && shares.weight >= all * LEAST_SHARE {
            found.push((shares.weight, document, shares));
        }
    }
    prefer_short(&mut found, snapshot)?;
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let segments = snapshot.guarded(|| snapshot.segments())?;
    let mut told = FxHashSet::default();
    let mut best = Vec::new();
    for (_, (segment, doc), shares) in found {
        if best.len() == limit {
            break;
        }
        let story = stories[segment][doc as usize];
        let address = DocAddress::new(segment as u32, doc);
        let is_new = story == ALONE || told.insert(story);
        if is_new && segments.id(address)? != id {
            best.push((address, shares));
        }
    }
    Ok(best)
}

/// A long text has many words by chance.
fn prefer_short(
    found: &mut [(f64, (usize, DocId), Shares)],
    snapshot: &Snapshot,
) -> Result<(), GlanceError> {
    let field = snapshot.shared.fields.body_words;
    let mut lengths = Vec::new();
    for segment in snapshot.engine.segment_readers() {
        lengths.push(segment.get_fieldnorms_reader(field)?);
    }
    for (score, (segment, doc), _) in found {
        let length = f64::from(lengths[*segment].fieldnorm(*doc));
        *score /= 1.0 + LENGTH * (1.0 + length / USUAL).ln();
    }
    Ok(())
}

/// How much the length of a text counts, and a usual length, in words.
const LENGTH: f64 = 0.5;
const USUAL: f64 = 100.0;
