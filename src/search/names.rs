//! What else a word of a query is called: in the user's table, in the archive, in the press.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, SegmentReader, TERMINATED};

use super::codes;
use crate::index::Fields;
use crate::names::{NameTable, Nicknames, SEPARATOR, Spelling, is_common, spelling};

/// Shares of a word's weight. The name of the security that a code was typed for, or letters:
const NAMED: f32 = 0.9;
/// Another name of what was typed:
const NAME: f32 = 0.6;
/// What the word only implies:
const IMPLIED: f32 = 0.4;
/// An article that is about the security, whatever it calls it:
const CODE: f32 = 0.2;
/// Of all these, where the word is mostly meant otherwise:
const ORDINARY: f32 = 0.2;

/// Names that occur in fewer articles than this share of the most frequent one are mistakes.
const RARE: u64 = 8;
/// A name of more securities than this tells none of them.
const MAX_KEYS: usize = 3;
/// Most names that letters are read as.
const MAX_SPELLED: usize = 8;

/// The names known to an index at one state.
pub(super) struct Names<'a> {
    pub table: Option<&'a NameTable>,
    pub searcher: &'a tantivy::Searcher,
    pub fields: &'a Fields,
    /// Articles published from then on do not exist, nor do the names that only they give; in
    /// seconds since 1970.
    pub end: Option<i64>,
}

/// Another name of what a word stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Other {
    /// Folded; for a code the security's key.
    pub text: String,
    pub is_key: bool,
    /// Share of the word's weight, below 1.
    pub weight: f32,
    pub source: NameSource,
}

/// Where a name was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameSource {
    /// The table that the user gave.
    Table,
    /// The articles of the index.
    Archive,
    /// What readers of the financial press know.
    Press,
}

impl Names<'_> {
    /// Whether a folded text is a name that something is known of.
    pub fn is_name(&self, text: &str) -> tantivy::Result<bool> {
        Ok(!Nicknames::get().of(text).is_empty() || !self.learnt(text)?.is_empty())
    }

    /// What else a folded word is called, the surest first; nothing for a word that is no name.
    pub fn others(&self, word: &str) -> tantivy::Result<Vec<Other>> {
        let mut others = Others::new(word);
        let keys = codes::keys_of_word(word);
        if keys.is_empty() {
            let share = if is_common(word) { ORDINARY } else { 1.0 };
            self.of_name(word, share, &mut others)?;
        }
        let share = if codes::is_surely_code(word) {
            1.0
        } else {
            ORDINARY
        };
        for key in &keys {
            self.of_key(key, NAMED * share, &mut others)?;
        }
        for meaning in Nicknames::get().of(word) {
            let share = if meaning.is_equal { NAME } else { IMPLIED };
            others.name(meaning.name, share, NameSource::Press);
            if meaning.is_equal {
                self.of_name(meaning.name, NAME, &mut others)?;
            }
        }
        Ok(others.found)
    }

    /// The securities that a code may mean, each with the name it is best known by.
    pub fn securities(&self, word: &str) -> tantivy::Result<Vec<(String, String)>> {
        let mut securities = Vec::new();
        for key in codes::keys_of_word(word) {
            if let Some((name, _)) = self.learnt(&key)?.into_iter().next() {
                securities.push((key, name));
            }
        }
        Ok(securities)
    }

    /// Words by which texts name the securities with these keys. Digits that several securities share
    /// name all of them or none: of one alone, only its code with the market does.
    pub fn spellings(&self, keys: &[String]) -> tantivy::Result<Vec<String>> {
        let mut spellings = codes::spellings(keys);
        let ([key], [digits]) = (keys, &spellings[..]) else {
            return Ok(spellings);
        };
        if self.securities(digits)?.len() > 1 {
            let market = key
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .to_ascii_lowercase();
            spellings = vec![format!("{market}{digits}"), format!("{digits}.{market}")];
        }
        Ok(spellings)
    }

    /// The names that letters spell, of those that are spelled most surely the most frequent.
    pub fn spelled(&self, letters: &str) -> tantivy::Result<Vec<Other>> {
        let mut spelled: Vec<(Spelling, u64, String, NameSource)> = Vec::new();
        let mut add = |name: &str, count: u64, source| {
            if let Some(how) = spelling(letters, name) {
                spelled.push((how, u64::MAX - count, name.to_owned(), source));
            }
        };
        for name in self.table.iter().flat_map(|table| table.names()) {
            add(name, 0, NameSource::Table);
        }
        for name in Nicknames::get().names() {
            add(name, 0, NameSource::Press);
        }
        let (names, sources) = (self.fields.name, self.fields.source);
        for (name, count) in self.terms(names, "", |term| {
            term.split(SEPARATOR).next().map(str::to_owned)
        })? {
            add(&name, count, NameSource::Archive);
        }
        for (name, count) in self.terms(sources, "", |term| Some(term.to_owned()))? {
            add(&name, count, NameSource::Archive);
        }
        spelled.sort_unstable_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
        let surest = spelled.first().map(|first| first.0);
        spelled.retain(|(how, ..)| Some(*how) == surest);
        let mut others = Others::new(letters);
        for (_, _, name, source) in spelled {
            if others.found.len() < MAX_SPELLED {
                others.name(&name, NAMED, source);
            }
        }
        if let [only] = &others.found[..] {
            let name = only.text.clone();
            self.of_name(&name, 1.0, &mut others)?;
        }
        Ok(others.found)
    }

    /// What a name stands for, and how that is called.
    fn of_name(&self, name: &str, share: f32, others: &mut Others) -> tantivy::Result<()> {
        let learnt = self.learnt(name)?;
        if learnt.len() > MAX_KEYS {
            return Ok(());
        }
        for (other, source) in learnt {
            if is_key(&other) {
                others.key(&other, CODE * share, source);
                self.of_key(&other, NAME * share, others)?;
            } else {
                others.name(&other, NAME * share, source);
            }
        }
        Ok(())
    }

    /// How a security is called; each name counts for `weight`.
    fn of_key(&self, key: &str, weight: f32, others: &mut Others) -> tantivy::Result<()> {
        for (name, source) in self.learnt(key)? {
            others.name(&name, weight, source);
            let meanings = Nicknames::get().of(&name).iter();
            for meaning in meanings.filter(|meaning| meaning.is_equal) {
                others.name(meaning.name, NAME * weight, NameSource::Press);
            }
        }
        Ok(())
    }

    /// The keys and names that stand for an entry, or the names of a key: those of the table, then
    /// those of the archive, the most frequent first.
    fn learnt(&self, entry: &str) -> tantivy::Result<Vec<(String, NameSource)>> {
        let table = self
            .table
            .map_or_else(Vec::new, |table| table.others(entry));
        let mut found: Vec<_> = table
            .into_iter()
            .map(|other| (other, NameSource::Table))
            .collect();
        let prefix = format!("{entry}{SEPARATOR}");
        let other = |term: &str| term.strip_prefix(&prefix).map(str::to_owned);
        let mined = self.terms(self.fields.name, &prefix, other)?;
        let most = mined.values().copied().max().unwrap_or(0);
        let mut mined: Vec<_> = mined
            .into_iter()
            .filter(|(_, count)| count * RARE >= most)
            .collect();
        mined.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for (other, _) in mined {
            if found.iter().all(|(known, _)| *known != other) {
                found.push((other, NameSource::Archive));
            }
        }
        Ok(found)
    }

    /// What `part` takes of the terms of a field that begin with `prefix`, with the number of articles
    /// that exist.
    fn terms(
        &self,
        field: Field,
        prefix: &str,
        part: impl Fn(&str) -> Option<String>,
    ) -> tantivy::Result<BTreeMap<String, u64>> {
        let mut terms: BTreeMap<String, u64> = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut stream = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                let info = stream.value();
                let count = match segment.has_deletes() || self.end.is_some() {
                    false => u64::from(info.doc_freq),
                    true => {
                        let basic = IndexRecordOption::Basic;
                        let postings = index.read_postings_from_terminfo(info, basic)?;
                        self.existing(segment, postings)?
                    }
                };
                let text = std::str::from_utf8(stream.key()).ok().and_then(&part);
                if let Some(text) = text.filter(|_| count > 0) {
                    *terms.entry(text).or_default() += count;
                }
            }
        }
        Ok(terms)
    }

    /// How many of the documents exist.
    fn existing(
        &self,
        segment: &SegmentReader,
        mut documents: impl DocSet,
    ) -> tantivy::Result<u64> {
        let published = segment.fast_fields().i64("published")?;
        let is_in_time = |doc| {
            let published = published.first(doc);
            self.end
                .is_none_or(|end| published.is_some_and(|published| published < end))
        };
        let mut count = 0;
        while documents.doc() != TERMINATED {
            let doc = documents.doc();
            count += u64::from(!segment.is_deleted(doc) && is_in_time(doc));
            documents.advance();
        }
        Ok(count)
    }
}

/// Keys are upper case, names folded.
fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Other names of a word as they are found, each once.
struct Others {
    found: Vec<Other>,
    known: FxHashSet<String>,
}

impl Others {
    fn new(word: &str) -> Others {
        Others {
            found: Vec::new(),
            known: FxHashSet::from_iter([word.to_owned()]),
        }
    }

    fn name(&mut self, name: &str, weight: f32, source: NameSource) {
        self.add(name, false, weight, source);
    }

    fn key(&mut self, key: &str, weight: f32, source: NameSource) {
        self.add(key, true, weight, source);
    }

    fn add(&mut self, text: &str, is_key: bool, weight: f32, source: NameSource) {
        if self.known.insert(text.to_owned()) {
            self.found.push(Other {
                text: text.to_owned(),
                is_key,
                weight,
                source,
            });
        }
    }
}
