//! What is asked of the indexes of a cluster: whole answers, or an error.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::client::{Client, NEXT_PAGE, reason};
use super::names::Names;
use crate::index::Elsewhere;
use crate::search::Shortfalls;

/// Documents that are read at once where all of some are read, with what is stored of them and without.
const PAGE: usize = 2_000;
const PAGE_OF_COLUMNS: usize = 10_000;
/// Articles that are looked up at once.
const IDS: usize = 1_000;
/// Values that are counted at once.
const BUCKETS: usize = 5_000;

/// The indexes of a cluster.
#[derive(Clone)]
pub(super) struct Asked {
    pub client: Arc<Client>,
    pub names: Names,
    /// Whether the articles are in several indexes behind one alias.
    pub is_split: bool,
    /// What was left out of answers, where that is allowed.
    pub part: Option<Arc<Part>>,
}

/// Answers of a part of the shards.
#[derive(Default)]
pub(super) struct Part(Mutex<Shortfalls>);

impl Part {
    fn note(&self, failed: u64, shards: u64) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Shortfalls {
            times: seen.times + 1,
            failed,
            shards,
        };
    }

    pub fn shortfalls(&self) -> Shortfalls {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether to go on.
pub(super) enum Next {
    Go,
    Stop,
}

impl Asked {
    /// The same, of an index that is split, or not.
    pub fn split(self, is_split: bool) -> Asked {
        Asked { is_split, ..self }
    }

    /// Searches the articles; an answer of a part of the shards is an error, unless it is allowed.
    pub fn search(&self, request: &Value) -> Result<Value, Elsewhere> {
        let path = format!(
            "/{}/_search?allow_partial_search_results={}{}",
            self.names.articles,
            self.part.is_some(),
            self.only_needed()
        );
        self.judged(self.client.ask("POST", &path, Some(request))?.body)
    }

    /// Lets a search pass over the shards that have no article of its days.
    fn only_needed(&self) -> &'static str {
        match self.is_split {
            true => "&pre_filter_shard_size=1",
            false => "",
        }
    }

    /// An answer of all shards, or of as many as are allowed.
    fn judged(&self, body: Value) -> Result<Value, Elsewhere> {
        let number = |name: &str| body["_shards"][name].as_u64().unwrap_or(0);
        // A shard that is nowhere is not counted among those that failed.
        let lost = number("total").saturating_sub(number("successful"));
        match &self.part {
            Some(part) if body.get("error").is_none() && lost > 0 => {
                part.note(lost, number("total"));
                Ok(body)
            }
            _ => whole(body),
        }
    }

    /// Documents that match a query, exactly.
    pub fn count(&self, query: &Value) -> Result<u64, Elsewhere> {
        let path = format!(
            "/{}/_search?allow_partial_search_results={}{}&filter_path=hits.total,_shards,timed_out,error",
            self.names.articles,
            self.part.is_some(),
            self.only_needed()
        );
        let request = json!({ "size": 0, "track_total_hits": true, "query": query });
        let body = self.client.ask("POST", &path, Some(&request))?.body;
        total(&self.judged(body)?)
    }

    /// Documents that match each of some queries, exactly.
    pub fn counts(&self, queries: &[Value]) -> Result<Vec<u64>, Elsewhere> {
        let mut lines = String::new();
        let head = json!({ "allow_partial_search_results": false });
        for query in queries {
            let request = json!({ "size": 0, "track_total_hits": true, "query": query });
            lines.push_str(&format!("{head}\n{request}\n"));
        }
        let path = format!("/{}/_msearch", self.names.articles);
        let mut reply = self.client.ask_lines(&path, lines.as_bytes())?;
        if !reply.is_found() {
            return Err(self.missing());
        }
        let mut counts = Vec::with_capacity(queries.len());
        for body in reply.body["responses"].as_array_mut().into_iter().flatten() {
            counts.push(total(&whole(body.take())?)?);
        }
        match counts.len() == queries.len() {
            true => Ok(counts),
            false => Err(Elsewhere(
                "the cluster does not answer all that it was asked".into(),
            )),
        }
    }

    /// Documents by what they are called in an index, in the same order; `Null` where there is none.
    pub fn get(
        &self,
        index: &str,
        ids: &[String],
        fields: &[&str],
    ) -> Result<Vec<Value>, Elsewhere> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let path = format!("/{index}/_mget");
        let ids: Vec<Value> = ids
            .iter()
            .map(|id| json!({ "_id": id, "_source": fields }))
            .collect();
        let reply = self
            .client
            .ask("POST", &path, Some(&json!({ "docs": ids })))?;
        if !reply.is_found() {
            return Err(self.missing());
        }
        let documents = reply.body["docs"].as_array().cloned().unwrap_or_default();
        if documents.len() != ids.len() {
            return Err(Elsewhere(
                "the cluster does not answer for all articles".into(),
            ));
        }
        let mut found = Vec::with_capacity(documents.len());
        for mut document in documents {
            if document.get("error").is_some() {
                return Err(Elsewhere(format!(
                    "the cluster cannot read: {}",
                    reason(&document)
                )));
            }
            found.push(match document["found"].as_bool() {
                Some(true) => document["_source"].take(),
                _ => Value::Null,
            });
        }
        Ok(found)
    }

    /// Articles by what they are called in the cluster, in the same order; `Null` where there is none.
    pub fn articles(&self, ids: &[String], fields: &[&str]) -> Result<Vec<Value>, Elsewhere> {
        if !self.is_split {
            return self.get(&self.names.articles, ids, fields);
        }
        Ok(in_order(ids, self.places(ids, fields)?))
    }

    /// The same as hits: several where an article is in several indexes, none where it is in none.
    pub fn places(&self, ids: &[String], fields: &[&str]) -> Result<Vec<Value>, Elsewhere> {
        let mut hits = Vec::new();
        for ids in ids.chunks(IDS) {
            let mut body = self.search(&json!({
                // Were an article in two indexes, both would be found.
                "size": 2 * ids.len(),
                "query": { "ids": { "values": ids } },
                "_source": fields,
            }))?;
            if let Value::Array(found) = body["hits"]["hits"].take() {
                hits.extend(found);
            }
        }
        Ok(hits)
    }

    /// Calls `take` with every hit of a request, page by page, as of one moment.
    pub fn each<E: From<Elsewhere>>(
        &self,
        index: &str,
        mut request: Value,
        mut take: impl FnMut(&Value) -> Result<(), E>,
    ) -> Result<(), E> {
        if request["_source"] == false {
            request["size"] = PAGE_OF_COLUMNS.into();
            // Else the cluster unpacks what is stored of each document to tell what it is called.
            request["stored_fields"] = "_none_".into();
        } else {
            request["size"] = PAGE.into();
        }
        request["sort"] = json!(["_doc"]);
        let path = format!(
            "/{index}/_search?scroll=2m&allow_partial_search_results={}",
            self.part.is_some()
        );
        let mut body = self.judged(self.client.ask("POST", &path, Some(&request))?.body)?;
        loop {
            let hits = body["hits"]["hits"].as_array();
            let hits = hits.map_or(&[][..], Vec::as_slice);
            for hit in hits {
                take(hit)?;
            }
            let scroll = json!({ "scroll": "2m", "scroll_id": body["_scroll_id"] });
            if hits.is_empty() {
                let ended = json!({ "scroll_id": body["_scroll_id"] });
                self.client.ask("DELETE", NEXT_PAGE, Some(&ended))?;
                return Ok(());
            }
            body = self.judged(self.client.ask("POST", NEXT_PAGE, Some(&scroll))?.body)?;
        }
    }

    /// Calls `take` with the value and the number of documents of every bucket that `source` makes of the
    /// documents that match a query, in the order of the values, those after `after`; until it says that it
    /// has enough.
    pub fn each_value(
        &self,
        query: &Value,
        source: &Value,
        after: Option<Value>,
        mut take: impl FnMut(&Value, u64) -> Result<Next, Elsewhere>,
    ) -> Result<(), Elsewhere> {
        let mut after = after;
        loop {
            let mut composite = json!({ "size": BUCKETS, "sources": [{ "value": source }] });
            if let Some(after) = &after {
                composite["after"] = json!({ "value": after });
            }
            let body = self.search(&json!({
                "size": 0,
                "query": query,
                "aggs": { "values": { "composite": composite } },
            }))?;
            let buckets = body["aggregations"]["values"]["buckets"].as_array();
            let buckets = buckets.map_or(&[][..], Vec::as_slice);
            for bucket in buckets {
                let value = &bucket["key"]["value"];
                let Next::Go = take(value, bucket["doc_count"].as_u64().unwrap_or(0))? else {
                    return Ok(());
                };
                after = Some(value.clone());
            }
            if buckets.len() < BUCKETS {
                return Ok(());
            }
        }
    }

    /// Bytes on the disks of the cluster, of one copy of each shard.
    pub fn bytes(&self) -> Result<u64, Elsewhere> {
        let Names {
            articles, state, ..
        } = &self.names;
        let path = format!("/{articles},{state}/_stats/store");
        let reply = self.client.ask("GET", &path, None)?;
        let bytes = &reply.body["_all"]["primaries"]["store"]["size_in_bytes"];
        bytes.as_u64().ok_or_else(|| {
            Elsewhere("the cluster does not say how much room its indexes take".into())
        })
    }

    /// Where the index is, for whoever reads of it.
    pub fn place(&self) -> String {
        format!("{}/{}", self.client.url(), self.names.articles)
    }

    /// The error for an index that is not there.
    pub fn missing(&self) -> Elsewhere {
        let Asked { client, names, .. } = self;
        Elsewhere(format!(
            "the cluster at {} has no index {}: newsearch index makes it",
            client.url(),
            names.articles
        ))
    }
}

/// An answer of all shards.
pub(super) fn whole(body: Value) -> Result<Value, Elsewhere> {
    let failed = body["_shards"]["failed"].as_u64();
    if body.get("error").is_some() || body["timed_out"] == true || failed != Some(0) {
        let reason = match body.get("error") {
            Some(_) => reason(&body),
            None => format!("{} shards failed", failed.unwrap_or_default()),
        };
        return Err(Elsewhere(format!(
            "the cluster does not answer in full: {reason}"
        )));
    }
    Ok(body)
}

/// The number of all documents that match.
pub(super) fn total(body: &Value) -> Result<u64, Elsewhere> {
    let total = &body["hits"]["total"];
    match (total["value"].as_u64(), total["relation"].as_str()) {
        (Some(value), Some("eq")) => Ok(value),
        _ => Err(Elsewhere("the cluster does not count exactly".into())),
    }
}

/// What is stored of the first hit with each of these ids; `Null` where there is none.
pub(super) fn in_order(ids: &[String], hits: Vec<Value>) -> Vec<Value> {
    let mut found: FxHashMap<String, Value> = FxHashMap::default();
    for mut hit in hits {
        if let Some(id) = hit["_id"].as_str().map(str::to_owned) {
            found.entry(id).or_insert_with(|| hit["_source"].take());
        }
    }
    // One may be asked for twice.
    let found = ids
        .iter()
        .map(|id| found.get(id).cloned().unwrap_or_default());
    found.collect()
}
