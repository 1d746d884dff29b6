//! Finding documents in a cluster.

use std::sync::Arc;

use serde_json::json;

use super::asked::{Asked, total};
use super::collection::All;
use super::document::unpacked;
use super::query::Translator;
use crate::index::{Elsewhere, IndexError, Shared};
use crate::search::{Candidates, Collection, Finder, Match, Sort, Wanted};

/// Finds documents of a cluster at one state.
pub(super) struct InCluster {
    pub asked: Asked,
    pub all: Arc<All>,
    /// An index in memory without documents: how they are cut.
    pub frame: Arc<Shared>,
}

/// Most documents whose stories are counted.
const MAX_KEYS: usize = 10_000;

impl InCluster {
    fn translator(&self) -> Translator<'_> {
        Translator {
            names: &self.asked.names,
            all: &*self.all,
        }
    }
}

impl Finder for InCluster {
    fn count(&self, matching: &Match) -> Result<u64, IndexError> {
        Ok(self.asked.count(&self.translator().filter(matching))?)
    }

    fn candidates(&self, wanted: &Wanted) -> Result<Candidates, IndexError> {
        let names = &self.asked.names;
        let (id, article) = (names.of(names.fields.id), names.of(names.fields.article));
        let published = names.of(names.fields.published);
        let by_date = json!({ published: { "order": "desc", "missing": "_last" } });
        let sort = match wanted.sort {
            Sort::Relevance => json!(["_score", by_date, id]),
            Sort::Date => json!([by_date, "_score", id]),
        };
        let query = self
            .translator()
            .scored(wanted.matching, wanted.preference)?;
        let body = self.asked.search(&json!({
            "size": wanted.most,
            "track_total_hits": true,
            "query": query,
            "sort": sort,
            "_source": [article],
        }))?;
        let mut stored = Vec::new();
        for hit in body["hits"]["hits"].as_array().into_iter().flatten() {
            stored.push(unpacked(&hit["_source"][article])?);
        }
        Ok(Candidates {
            total: total(&body)?,
            number: stored.len(),
            index: self.frame.with_documents(&stored)?,
        })
    }

    fn keys(&self, matching: &Match) -> Result<Vec<Option<u64>>, IndexError> {
        let names = &self.asked.names;
        let key = names.of(names.fields.key);
        let body = self.asked.search(&json!({
            "size": MAX_KEYS,
            "track_total_hits": true,
            "query": { "bool": { "filter": self.translator().filter(matching) } },
            "_source": false,
            "docvalue_fields": [key],
        }))?;
        if total(&body)? > MAX_KEYS as u64 {
            let many = Elsewhere("too many articles to count the stories that they tell".into());
            return Err(many.into());
        }
        let hits = body["hits"]["hits"].as_array().into_iter().flatten();
        let keys = hits.map(|hit| hit["fields"][key][0].as_str()?.parse().ok());
        Ok(keys.collect())
    }

    fn collection(&self) -> Arc<dyn Collection> {
        let all: Arc<All> = Arc::clone(&self.all);
        all
    }
}
