//! What else a word of a query is called: in the user's table, in the archive, in the press.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, SegmentReader, TERMINATED};

use super::codes;
use crate::index::Fields;
use crate::names::{NameTable, Nicknames, SEPARATOR, Spelling, is_common, spelling};
use crate::search::view::counted::Engine;
use crate::search::view::deadline::Deadline;

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
pub(in crate::search) struct Names<'a> {
    pub table: Option<&'a NameTable>,
    pub searcher: &'a Engine,
    pub fields: &'a Fields,
    /// Articles published from then on do not exist, nor do the names that only they give; in
    /// seconds since 1970.
    pub end: Option<i64>,
    /// The names that the archive gives, once they were asked for.
    pub archive: &'a OnceLock<ArchiveNames>,
    pub deadline: Deadline,
}

/// Names, each with the articles that have it at most.
pub(in crate::search) type ArchiveNames = Vec<(String, u64)>;

/// A name that letters spell.
struct Candidate<'n> {
    /// Articles that have it at most; 0 for a name that is known whatever articles say.
    most: u64,
    name: &'n str,
    source: NameSource,
}

/// A word of a query and what else it is called.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct Expansion {
    pub word: String,
    pub others: Vec<Other>,
}

/// Another name of what a word stands for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct Other {
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
        let mut spelled: Vec<(Spelling, Candidate)> = Vec::new();
        let mut add = |name, most, source| {
            let how = spelling(letters, name);
            spelled.extend(how.map(|how| (how, Candidate { most, name, source })));
        };
        for name in self.table.iter().flat_map(|table| table.names()) {
            add(name, 0, NameSource::Table);
        }
        for name in Nicknames::get().names() {
            add(name, 0, NameSource::Press);
        }
        for (name, most) in self.of_archive()? {
            add(name, *most, NameSource::Archive);
        }
        spelled.sort_by_key(|(how, candidate)| (*how, Reverse(candidate.most), candidate.name));
        let mut others = Others::new(letters);
        for same in spelled.chunk_by(|(a, _), (b, _)| a == b) {
            let candidates = same.iter().map(|(_, candidate)| candidate);
            for (_, name, source) in self.most_frequent(candidates)? {
                others.name(name, NAMED, source);
            }
            if !others.found.is_empty() {
                break;
            }
        }
        if let [only] = &others.found[..] {
            let name = only.text.clone();
            self.of_name(&name, 1.0, &mut others)?;
        }
        Ok(others.found)
    }

    /// The candidates with the most articles that exist, each name once, the most frequent first;
    /// they come in the order of what they have at most.
    fn most_frequent<'n>(
        &self,
        candidates: impl Iterator<Item = &'n Candidate<'n>>,
    ) -> tantivy::Result<Vec<(Reverse<u64>, &'n str, NameSource)>> {
        let mut best: Vec<(Reverse<u64>, &str, NameSource)> = Vec::new();
        for Candidate { most, name, source } in candidates {
            let at_best = (Reverse(*most), *name);
            if best.len() == MAX_SPELLED
                && best.last().is_some_and(|last| (last.0, last.1) < at_best)
            {
                break;
            }
            let count = match source {
                NameSource::Archive => self.articles_with(name, *most)?,
                _ => 0,
            };
            let is_gone = *source == NameSource::Archive && count == 0;
            if is_gone || best.iter().any(|(_, known, _)| known == name) {
                continue;
            }
            let place = best.partition_point(|one| (one.0, one.1) < (Reverse(count), *name));
            best.insert(place, (Reverse(count), name, *source));
            best.truncate(MAX_SPELLED);
        }
        Ok(best)
    }

    /// The articles that give a name, or come from a source of this name, of at most so many.
    fn articles_with(&self, name: &str, most: u64) -> tantivy::Result<u64> {
        let segments = self.searcher.segment_readers();
        if self.end.is_none() && !segments.iter().any(SegmentReader::has_deletes) {
            return Ok(most);
        }
        let prefix = format!("{name}{SEPARATOR}");
        let named = self.terms(self.fields.name, &prefix, |_| Some(()))?;
        let from = self.terms(self.fields.source, name, |term| {
            (term == name).then_some(())
        })?;
        let counts = named.into_values().chain(from.into_values());
        Ok(counts.max().unwrap_or(0))
    }

    /// The names that the articles give, and their sources, with how many articles have each, removed
    /// ones included. Read when they are first asked for.
    fn of_archive(&self) -> tantivy::Result<&ArchiveNames> {
        if let Some(names) = self.archive.get() {
            return Ok(names);
        }
        let mut names: FxHashMap<String, [u64; 2]> = FxHashMap::default();
        let mut count = |place: usize, field, from, to| {
            self.each_term(field, from, to, |term, count| {
                let name = term.split(SEPARATOR).next().unwrap_or_default();
                match names.get_mut(name) {
                    Some(counts) => counts[place] += count,
                    None if name.is_ascii() => {}
                    None => {
                        let counts = names.entry(name.to_owned()).or_default();
                        counts[place] += count;
                    }
                }
            })
        };
        // Between them are the keys, whose names stand elsewhere for themselves.
        count(0, self.fields.name, "", Some("A"))?;
        count(0, self.fields.name, "[", None)?;
        count(1, self.fields.source, "", None)?;
        let names = names.into_iter();
        let names = names.map(|(name, counts)| (name, counts[0].max(counts[1])));
        Ok(self.archive.get_or_init(|| names.collect()))
    }

    /// Calls `take` with every term from `from` on that is less than `end`, and the number of its
    /// documents, removed ones included; segment by segment.
    fn each_term(
        &self,
        field: Field,
        from: &str,
        end: Option<&str>,
        mut take: impl FnMut(&str, u64),
    ) -> tantivy::Result<()> {
        if let Some(all) = self.searcher.elsewhere() {
            for (term, count) in all.terms(field, "", None, usize::MAX)? {
                if term.as_str() >= from && end.is_none_or(|end| term.as_str() < end) {
                    take(&term, count);
                }
            }
            return self.deadline.check();
        }
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let terms = index.terms().range().ge(from);
            let terms = match end {
                Some(end) => terms.lt(end),
                None => terms,
            };
            let mut terms = terms.into_stream()?;
            let mut watch = self.deadline.watch();
            while terms.advance() && !watch.is_over() {
                if let Ok(term) = std::str::from_utf8(terms.key()) {
                    take(term, u64::from(terms.value().doc_freq));
                }
            }
            self.deadline.check()?;
        }
        Ok(())
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
    fn terms<T: Ord>(
        &self,
        field: Field,
        prefix: &str,
        part: impl Fn(&str) -> Option<T>,
    ) -> tantivy::Result<BTreeMap<T, u64>> {
        let mut terms: BTreeMap<T, u64> = BTreeMap::new();
        if let Some(all) = self.searcher.elsewhere() {
            for (term, count) in all.terms(field, prefix, self.end, usize::MAX)? {
                if let Some(text) = part(&term) {
                    *terms.entry(text).or_default() += count;
                }
            }
            return Ok(terms);
        }
        // The first text behind all that begin so: no byte of UTF-8 is the largest one.
        let mut end = prefix.as_bytes().to_vec();
        end.last_mut().into_iter().for_each(|last| *last += 1);
        for segment in self.searcher.segment_readers() {
            self.deadline.check()?;
            let index = segment.inverted_index(field)?;
            let range = index.terms().range().ge(prefix).lt(&end);
            let mut stream = range.into_stream()?;
            while stream.advance() {
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
