//! Finding documents in a cluster.

use std::sync::Arc;

use serde_json::{Value, json};

use super::asked::{Asked, Next, total};
use super::collection::All;
use super::document::unpacked;
use super::moment::Hits;
use super::query::Translator;
use crate::index::{Elsewhere, IndexError, Shared};
use crate::search::{
    ByDate, Candidates, Collection, Column, Counted, DocumentRow, Finder, Match, Shortfalls, Sort,
    Spans, Stored, Take, Wanted,
};

/// Finds documents of a cluster at one state.
pub(super) struct InCluster {
    pub asked: Asked,
    pub all: Arc<All>,
    /// An index in memory without documents: how they are cut.
    pub frame: Arc<Shared>,
}

/// Most documents whose stories are counted.
const MAX_KEYS: usize = 10_000;
/// Most terms of one query, somewhat below what a cluster takes.
const MAX_TERMS: usize = 60_000;

impl InCluster {
    fn translator(&self) -> Translator<'_> {
        Translator {
            names: &self.asked.names,
            all: &*self.all,
        }
    }
}

impl InCluster {
    /// Takes the columns of all documents that match a query of the cluster.
    fn take_rows(&self, query: &Value, take: &mut Take<DocumentRow>) -> Result<(), IndexError> {
        let names = &self.asked.names;
        let fields = &names.fields;
        let (key, published) = (names.of(fields.key), names.of(fields.published));
        let columns = Column::ALL.map(|field| names.of(field.compared(fields)));
        let shown: Vec<&str> = [key, published].into_iter().chain(columns).collect();
        let request = json!({ "query": query, "_source": false, "docvalue_fields": shown });
        self.asked.each(&names.articles, request, |hit| {
            let values = &hit["fields"];
            let texts = |name: &str| {
                let texts = values[name].as_array().into_iter().flatten();
                let texts = texts.filter_map(|text| text.as_str().map(str::to_owned));
                texts.collect()
            };
            take(DocumentRow {
                key: values[key][0].as_str().and_then(|key| key.parse().ok()),
                published: values[published][0].as_i64(),
                values: columns.map(texts),
            })
        })
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
        let query = self.translator().scored(wanted.matching, wanted.preference);
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
            "stored_fields": "_none_",
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

    fn values(&self, matching: &Match, field: Column) -> Result<Vec<Counted>, IndexError> {
        let names = &self.asked.names;
        let source = json!({ "terms": { "field": names.of(field.compared(&names.fields)) } });
        let query = self.translator().filter(matching);
        let mut values = Vec::new();
        self.asked
            .each_value(&query, &source, None, |value, count| {
                values.extend(value.as_str().map(|value| (value.to_owned(), count)));
                Ok(Next::Go)
            })?;
        Ok(values)
    }

    fn without(&self, matching: &Match, fields: &[Column]) -> Result<u64, IndexError> {
        let names = &self.asked.names;
        let fields = fields.iter().map(|field| field.compared(&names.fields));
        let any = fields.map(|field| json!({ "exists": { "field": names.of(field) } }));
        let query = json!({ "bool": {
            "filter": [self.translator().filter(matching)],
            "must_not": any.collect::<Vec<_>>(),
        } });
        Ok(self.asked.count(&query)?)
    }

    fn moments(&self, matching: &Match, spans: Spans) -> Result<Vec<(i64, u64)>, IndexError> {
        let published = self.asked.names.of(self.asked.names.fields.published);
        let query = self.translator().filter(matching);
        let mut moments = Vec::new();
        let Spans { seconds, from } = spans;
        if from.rem_euclid(seconds) == 0 {
            let source = json!({ "histogram": { "field": published, "interval": seconds } });
            self.asked
                .each_value(&query, &source, None, |start, count| {
                    moments.extend(start.as_f64().map(|start| (start as i64, count)));
                    Ok(Next::Go)
                })?;
            return Ok(moments);
        }
        // At most 65,535 buckets: of a day, those of 179 years.
        let body = self.asked.search(&json!({
            "size": 0,
            "query": query,
            "aggs": { "spans": { "histogram": {
                "field": published,
                "interval": seconds,
                "offset": from.rem_euclid(seconds),
                "min_doc_count": 1,
            } } },
        }))?;
        let buckets = body["aggregations"]["spans"]["buckets"].as_array();
        for bucket in buckets.into_iter().flatten() {
            let start = bucket["key"].as_f64();
            let start = start.map(|start| start as i64);
            moments.extend(start.zip(bucket["doc_count"].as_u64()));
        }
        Ok(moments)
    }

    fn rows(&self, matching: &Match, take: &mut Take<DocumentRow>) -> Result<(), IndexError> {
        self.take_rows(&self.translator().filter(matching), take)
    }

    fn rows_of_stories(
        &self,
        matching: &Match,
        total: u64,
        take: &mut Take<DocumentRow>,
    ) -> Result<(), IndexError> {
        let names = &self.asked.names;
        let query = self.translator().filter(matching);
        let keys: Vec<String> = self
            .all
            .reprints()
            .keys()
            .map(|key| key.to_string())
            .collect();
        if keys.len() as u64 >= total {
            return self.take_rows(&query, take);
        }
        for keys in keys.chunks(MAX_TERMS) {
            let of_stories = json!({ "terms": { names.of(names.fields.key): keys } });
            let both = json!({ "bool": { "filter": [&query, of_stories] } });
            self.take_rows(&both, take)?;
        }
        Ok(())
    }

    fn stored(&self, matching: &Match, order: ByDate) -> Result<Stored, IndexError> {
        let names = &self.asked.names;
        let order = match order {
            ByDate::Newest => "desc",
            ByDate::Oldest => "asc",
        };
        let published = names.of(names.fields.published);
        let by_date = json!({ published: { "order": order, "missing": "_last" } });
        let sort = json!([by_date, names.of(names.fields.id)]);
        let query = json!({ "bool": { "filter": [self.translator().filter(matching)] } });
        let article = names.of(names.fields.article).to_owned();
        let request = json!({ "query": query, "sort": sort, "_source": [&article] });
        let (total, hits) = Hits::open(&self.asked, request)?;
        let stored = move |hit: Result<Value, Elsewhere>| Ok(unpacked(&hit?["_source"][&article])?);
        Ok(Stored {
            total,
            documents: Box::new(hits.map(stored)),
        })
    }

    fn shortfalls(&self) -> Shortfalls {
        let part = self.asked.part.as_ref();
        part.map_or_else(Shortfalls::default, |part| part.shortfalls())
    }

    fn collection(&self) -> Arc<dyn Collection> {
        let all: Arc<All> = Arc::clone(&self.all);
        all
    }
}
