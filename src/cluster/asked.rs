//! What is asked of the indexes of a cluster: whole answers, or an error.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Client, reason};
use super::names::Names;
use crate::index::Elsewhere;

/// Documents that are read at once where all of some are read.
const PAGE: usize = 2_000;

/// The indexes of a cluster.
#[derive(Clone)]
pub(super) struct Asked {
    pub client: Arc<Client>,
    pub names: Names,
}

impl Asked {
    /// Searches the articles; an answer of a part of the shards is an error.
    pub fn search(&self, request: &Value) -> Result<Value, Elsewhere> {
        let path = format!(
            "/{}/_search?allow_partial_search_results=false&search_type=dfs_query_then_fetch",
            self.names.articles
        );
        whole(self.client.ask("POST", &path, Some(request))?.body)
    }

    /// Documents that match a query, exactly.
    pub fn count(&self, query: &Value) -> Result<u64, Elsewhere> {
        let path = format!(
            "/{}/_search?allow_partial_search_results=false&filter_path=hits.total,_shards,timed_out,error",
            self.names.articles
        );
        let request = json!({ "size": 0, "track_total_hits": true, "query": query });
        total(&whole(
            self.client.ask("POST", &path, Some(&request))?.body,
        )?)
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

    /// Calls `take` with every hit of a request, page by page, as of one moment.
    pub fn each(
        &self,
        index: &str,
        mut request: Value,
        mut take: impl FnMut(&Value) -> Result<(), Elsewhere>,
    ) -> Result<(), Elsewhere> {
        request["size"] = PAGE.into();
        request["sort"] = json!(["_doc"]);
        let path = format!("/{index}/_search?scroll=2m&allow_partial_search_results=false");
        let mut body = whole(self.client.ask("POST", &path, Some(&request))?.body)?;
        loop {
            let hits = body["hits"]["hits"].as_array();
            let hits = hits.map_or(&[][..], Vec::as_slice);
            for hit in hits {
                take(hit)?;
            }
            let scroll = json!({ "scroll": "2m", "scroll_id": body["_scroll_id"] });
            if hits.is_empty() {
                let ended = json!({ "scroll_id": body["_scroll_id"] });
                self.client.ask("DELETE", "/_search/scroll", Some(&ended))?;
                return Ok(());
            }
            body = whole(
                self.client
                    .ask("POST", "/_search/scroll", Some(&scroll))?
                    .body,
            )?;
        }
    }

    /// Where the index is, for whoever reads of it.
    pub fn place(&self) -> String {
        format!("{}/{}", self.client.url(), self.names.articles)
    }

    /// The error for an index that is not there.
    pub fn missing(&self) -> Elsewhere {
        let Asked { client, names } = self;
        Elsewhere(format!(
            "the cluster at {} has no index {}: newsearch index makes it",
            client.url(),
            names.articles
        ))
    }
}

/// An answer of all shards.
fn whole(body: Value) -> Result<Value, Elsewhere> {
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
