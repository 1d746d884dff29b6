//! What is counted of all documents of a cluster.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use tantivy::schema::Field;

use super::asked::{Asked, Next, total};
use super::document::unpacked;
use super::names::document_id;
use super::state::State;
use crate::index::{Elsewhere, Table};
use crate::search::{Collection, Counted, Length, NEWEST, Today};

/// Most terms of a field that are listed.
const MAX_TERMS: usize = 1_000_000;
/// Most counts that are kept.
const MAX_KNOWN: usize = 1 << 16;
/// Most lists that are kept, and most terms of one that is not of all.
const MAX_LISTS: usize = 1 << 12;
const MAX_LISTED: usize = 64;

/// What terms were listed by: the field, how they begin, before which moment, at most how many.
type Listed = (Field, String, Option<i64>, usize);

/// The documents of a cluster at one state.
pub(super) struct All {
    asked: Asked,
    generation: String,
    documents: u64,
    table: Table,
    /// What was counted.
    counts: Mutex<FxHashMap<String, u64>>,
    /// Terms that were listed.
    lists: Mutex<FxHashMap<Listed, Arc<[Counted]>>>,
}

impl All {
    pub fn open(asked: Asked) -> Result<All, Elsewhere> {
        let state = State::read(&asked)?;
        Ok(All {
            documents: asked.count(&json!({ "match_all": {} }))?,
            table: state.read_table(&asked)?,
            generation: state.generation,
            counts: Mutex::default(),
            lists: Mutex::default(),
            asked,
        })
    }

    fn count(&self, query: &Value) -> tantivy::Result<u64> {
        let key = query.to_string();
        let known = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = known.get(&key) {
            return Ok(*count);
        }
        drop(known);
        let count = self.asked.count(query)?;
        let mut known = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_KNOWN && self.is_whole() {
            known.insert(key, count);
        }
        Ok(count)
    }

    /// Terms that begin with a text, asked for once where they are few, or all of a field.
    fn known_or_listed(
        &self,
        field: Field,
        prefix: &str,
        end: Option<i64>,
        most: usize,
    ) -> tantivy::Result<Arc<[Counted]>> {
        let key = (field, prefix.to_owned(), end, most);
        let known = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(terms) = known.get(&key) {
            return Ok(Arc::clone(terms));
        }
        drop(known);
        let terms: Arc<[Counted]> = self.list(field, prefix, end, most)?.into();
        let is_worth_it = prefix.is_empty() && end.is_none() || terms.len() <= MAX_LISTED;
        let mut known = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if is_worth_it && known.len() < MAX_LISTS && self.is_whole() {
            known.insert(key, Arc::clone(&terms));
        }
        Ok(terms)
    }

    /// Whether all shards answer: what a part has may be another number the next time.
    fn is_whole(&self) -> bool {
        self.asked.part.is_none()
    }

    fn list(
        &self,
        field: Field,
        prefix: &str,
        end: Option<i64>,
        most: usize,
    ) -> tantivy::Result<Vec<Counted>> {
        let listed = self.asked.names.listed(field);
        let mut filter = vec![json!({ "exists": { "field": &listed } })];
        if let Some(end) = end {
            filter.push(json!({ "range": { self.published(): { "lt": end } } }));
        }
        // Words are listed, and not found by; else there is no need to look at all documents.
        if !prefix.is_empty() && !self.asked.names.is_words(field) {
            filter.push(json!({ "prefix": { &listed: prefix } }));
        }
        let query = json!({ "bool": { "filter": filter } });
        let source = json!({ "terms": { "field": &listed } });
        let mut terms: Vec<Counted> = Vec::new();
        // All that begin so come after what is one less.
        let after = before(prefix).map(Value::from);
        self.asked
            .each_value(&query, &source, after, |term, count| {
                let term = term.as_str().unwrap_or_default();
                if term < prefix {
                    return Ok(Next::Go);
                }
                if !term.starts_with(prefix) || terms.len() >= most {
                    return Ok(Next::Stop);
                }
                if terms.len() >= MAX_TERMS {
                    return Err(Elsewhere(
                        "the cluster has more than a million values to look through".into(),
                    ));
                }
                terms.push((term.to_owned(), count));
                Ok(Next::Go)
            })?;
        Ok(terms)
    }

    fn published(&self) -> &str {
        self.asked.names.of(self.asked.names.fields.published)
    }
}

impl Collection for All {
    fn generation(&self) -> String {
        self.generation.clone()
    }

    fn documents(&self) -> u64 {
        self.documents
    }

    fn documents_before(&self, end: i64) -> tantivy::Result<u64> {
        self.count(&json!({ "range": { self.published(): { "lt": end } } }))
    }

    fn documents_with(&self, field: Field, text: &str) -> tantivy::Result<u64> {
        self.count(&self.asked.names.has(field, text))
    }

    fn expect(&self, texts: &[(Field, String)]) -> tantivy::Result<()> {
        let names = &self.asked.names;
        let queries = texts.iter().map(|(field, text)| names.has(*field, text));
        let known = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let queries: Vec<(String, Value)> = queries
            .map(|query| (query.to_string(), query))
            .filter(|(key, _)| !known.contains_key(key))
            .collect();
        let has_room = known.len() + queries.len() < MAX_KNOWN;
        drop(known);
        if queries.len() < 2 || !has_room || !self.is_whole() {
            return Ok(());
        }
        let (keys, queries): (Vec<String>, Vec<Value>) = queries.into_iter().unzip();
        let counts = self.asked.counts(&queries)?;
        let mut known = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(keys.into_iter().zip(counts));
        Ok(())
    }

    fn documents_with_words(
        &self,
        text: (Field, &str),
        words: (Field, &[String]),
    ) -> tantivy::Result<u64> {
        let names = &self.asked.names;
        let mut all = vec![names.has(text.0, text.1)];
        all.extend(words.1.iter().map(|word| names.has(words.0, word)));
        self.count(&json!({ "bool": { "filter": all } }))
    }

    fn length(&self, field: Field) -> tantivy::Result<Option<Length>> {
        let length = self.asked.names.length(field);
        // The field is a column only: not every server finds documents by one.
        let body = self.asked.search(&json!({
            "size": 0,
            "aggs": { "lengths": {
                "range": { "field": &length, "ranges": [{ "from": 1 }] },
                "aggs": { "sum": { "sum": { "field": &length } } },
            } },
        }))?;
        let counted = &body["aggregations"]["lengths"]["buckets"][0];
        let documents = counted["doc_count"].as_u64().unwrap_or(0);
        let words = counted["sum"]["value"].as_f64().unwrap_or(0.0);
        Ok(Length::of(documents, words as u64))
    }

    fn terms(
        &self,
        field: Field,
        prefix: &str,
        end: Option<i64>,
        most: usize,
    ) -> tantivy::Result<Vec<Counted>> {
        Ok(self.known_or_listed(field, prefix, end, most)?.to_vec())
    }

    fn today(&self) -> tantivy::Result<Today> {
        let published = self.published();
        let body = self.asked.search(&json!({
            "size": NEWEST,
            "track_total_hits": true,
            "query": { "exists": { "field": published } },
            "sort": [{ published: "desc" }],
            "_source": false,
        }))?;
        let dated = total(&body)?;
        let hits = body["hits"]["hits"].as_array();
        let hits = hits.map_or(&[][..], Vec::as_slice).iter();
        let newest: Vec<i64> = hits.filter_map(|hit| hit["sort"][0].as_i64()).collect();
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        let clock = clock.map_or(0, |clock| clock.as_secs() as i64);
        Ok(Today::of(&newest, dated, clock))
    }

    fn bounds(&self, end: Option<i64>) -> tantivy::Result<Option<(i64, i64)>> {
        let published = self.published();
        let query = match end {
            Some(end) => json!({ "range": { published: { "lt": end } } }),
            None => json!({ "exists": { "field": published } }),
        };
        let one = |order: &str| -> Result<Option<i64>, Elsewhere> {
            let body = self.asked.search(&json!({
                "size": 1,
                "query": &query,
                "sort": [{ published: order }],
                "_source": false,
            }))?;
            Ok(body["hits"]["hits"][0]["sort"][0].as_i64())
        };
        Ok(one("asc")?.zip(one("desc")?))
    }

    fn bytes(&self) -> tantivy::Result<u64> {
        Ok(self.asked.bytes()?)
    }

    fn stored(&self, id: &str) -> tantivy::Result<Option<Vec<u8>>> {
        let names = &self.asked.names;
        let article = names.of(names.fields.article);
        let found = self.asked.articles(&[document_id(id)], &[article])?;
        match &found[0] {
            Value::Null => Ok(None),
            source => Ok(Some(unpacked(&source[article])?)),
        }
    }

    fn reprints(&self) -> Table {
        self.table.clone()
    }
}

/// A text before all that begin with this one, and after nearly all others that are.
fn before(prefix: &str) -> Option<String> {
    let mut chars = prefix.chars();
    let last = chars.next_back()?;
    let less = char::from_u32(u32::from(last).checked_sub(1)?)?;
    Some(format!("{}{less}\u{10FFFF}", chars.as_str()))
}
