//! Documents of one moment, whatever is written meanwhile: read page by page, as they are taken.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::asked::{Asked, total, whole};
use crate::index::Elsewhere;

/// How long the cluster keeps a moment that nobody asks about.
const KEEP: &str = "5m";
/// Articles that are read at once.
const PAGE: usize = 500;

/// A moment that the cluster keeps, ended with this.
struct Moment {
    asked: Asked,
    id: String,
    /// Whether the cluster calls it as Elasticsearch does.
    is_of_elasticsearch: bool,
}

impl Moment {
    fn open(asked: &Asked) -> Result<Moment, Elsewhere> {
        let index = &asked.names.articles;
        let version = asked.client.ask("GET", "/", None)?;
        let is_of_elasticsearch = version.body["version"]["distribution"] != "opensearch";
        let path = match is_of_elasticsearch {
            true => format!("/{index}/_pit?keep_alive={KEEP}"),
            false => format!("/{index}/_search/point_in_time?keep_alive={KEEP}"),
        };
        let reply = asked.client.ask("POST", &path, None)?;
        if !reply.is_found() {
            return Err(asked.missing());
        }
        let id = [&reply.body["pit_id"], &reply.body["id"]];
        let id = id.into_iter().find_map(Value::as_str).ok_or_else(|| {
            Elsewhere("the cluster does not keep a moment to read articles of".into())
        })?;
        Ok(Moment {
            asked: asked.clone(),
            id: id.to_owned(),
            is_of_elasticsearch,
        })
    }

    fn search(&mut self, mut request: Value) -> Result<Value, Elsewhere> {
        request["pit"] = json!({ "id": self.id, "keep_alive": KEEP });
        let reply = self.asked.client.ask("POST", "/_search", Some(&request))?;
        if !reply.is_found() {
            return Err(Elsewhere(
                "the cluster no longer has the moment that articles were read of: ask again".into(),
            ));
        }
        let body = whole(reply.body)?;
        if let Some(id) = body["pit_id"].as_str() {
            id.clone_into(&mut self.id);
        }
        Ok(body)
    }
}

impl Drop for Moment {
    fn drop(&mut self) {
        // The cluster ends it by itself otherwise.
        let _ = match self.is_of_elasticsearch {
            true => {
                let ended = json!({ "id": self.id });
                self.asked.client.ask("DELETE", "/_pit", Some(&ended))
            }
            false => {
                let ended = json!({ "pit_id": [self.id] });
                let path = "/_search/point_in_time";
                self.asked.client.ask("DELETE", path, Some(&ended))
            }
        };
    }
}

/// All hits of a request, page by page.
pub(super) struct Hits {
    moment: Moment,
    request: Value,
    read: VecDeque<Value>,
    is_over: bool,
}

impl Hits {
    /// Reads the first of them, and tells how many there are. The order that is asked for puts no two
    /// documents at one place.
    pub fn open(asked: &Asked, request: Value) -> Result<(u64, Hits), Elsewhere> {
        let mut hits = Hits {
            moment: Moment::open(asked)?,
            request,
            read: VecDeque::new(),
            is_over: false,
        };
        hits.request["size"] = PAGE.into();
        hits.request["track_total_hits"] = true.into();
        let body = hits.read_page()?;
        hits.request["track_total_hits"] = false.into();
        Ok((total(&body)?, hits))
    }

    fn read_page(&mut self) -> Result<Value, Elsewhere> {
        let mut body = self.moment.search(self.request.clone())?;
        if let Value::Array(hits) = body["hits"]["hits"].take() {
            self.is_over = hits.len() < PAGE;
            if let Some(last) = hits.last() {
                self.request["search_after"] = last["sort"].clone();
            }
            self.read.extend(hits);
        }
        Ok(body)
    }
}

impl Iterator for Hits {
    type Item = Result<Value, Elsewhere>;

    fn next(&mut self) -> Option<Result<Value, Elsewhere>> {
        if self.read.is_empty()
            && !self.is_over
            && let Err(error) = self.read_page()
        {
            self.is_over = true;
            return Some(Err(error));
        }
        self.read.pop_front().map(Ok)
    }
}
