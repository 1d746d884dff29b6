//! Writing to a cluster: documents in bulk, the ledger after them, one writer at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use tantivy::TantivyDocument;
use tantivy::schema::Value as _;

use super::asked::{Asked, in_order};
use super::client::reason;
use super::document::{TELLING, unpacked, written};
use super::made::Made;
use super::names::document_id;
use super::periods::Periods;
use super::state::State;
use super::turn::Turn;
use crate::index::{Copies, Elsewhere, IndexError, Keeper, KeptLine, Shared, copies_of, hash_id};

/// Bytes of documents that are sent at once; a larger document goes alone.
const MAX_BULK: usize = 4 << 20;
/// Lines of the ledger in one request.
const LINES: usize = 5_000;

/// Keeps the documents of an index in a cluster.
pub(super) struct Store {
    asked: Asked,
    /// Where the right to write is taken.
    right: Asked,
    /// Cuts the texts.
    frame: Arc<Shared>,
    writing: Mutex<Writing>,
}

struct Writing {
    turn: Turn,
    state: State,
    /// Actions that wait, as the cluster wants them.
    bulk: Vec<u8>,
    /// Actions that wait for those: what was moved to another period is deleted in its old one when it is safe in
    /// the new one.
    after: Vec<u8>,
    /// The periods, where the index is split.
    periods: Option<Periods>,
}

impl Store {
    /// Takes the right to write the index.
    pub fn open(
        asked: Asked,
        right: Asked,
        frame: Arc<Shared>,
        made: &Made,
    ) -> Result<Store, IndexError> {
        let turn = Turn::take(&right)?;
        let state = State::read(&asked)?;
        let periods = Periods::open(&asked, made, &frame.analyzer.identity())?;
        if periods.is_some() {
            // What a killed run has sent is looked up by searches, too.
            refresh(&asked)?;
        }
        Ok(Store {
            asked,
            right,
            frame,
            writing: Mutex::new(Writing {
                turn,
                state,
                bulk: Vec::new(),
                after: Vec::new(),
                periods,
            }),
        })
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that this writer is still there.
    fn keep_turn(&self) -> Result<(), IndexError> {
        self.writing().turn.keep(&self.right)
    }

    fn push(&self, writing: &mut Writing, lines: &str) -> Result<(), IndexError> {
        if writing.bulk.len() + lines.len() > MAX_BULK {
            self.flush(writing)?;
        }
        writing.bulk.extend_from_slice(lines.as_bytes());
        Ok(())
    }

    /// Sends what waits. All of it has been taken by the cluster, or this fails.
    fn flush(&self, writing: &mut Writing) -> Result<(), IndexError> {
        writing.turn.keep(&self.right)?;
        let path = match writing.periods {
            None => format!("/{}/_bulk", self.asked.names.articles),
            Some(_) => "/_bulk".to_owned(),
        };
        for waiting in [&mut writing.bulk, &mut writing.after] {
            if !waiting.is_empty() {
                send(&self.asked, &path, waiting)?;
                waiting.clear();
            }
        }
        Ok(())
    }

    /// Deletes, when what waits was sent, an article of this time, if that is in another period than `now`.
    fn delete_elsewhere(writing: &mut Writing, id: &str, before: Option<i64>, now: Option<&str>) {
        let Some(periods) = &writing.periods else {
            return;
        };
        let index = periods.of(before);
        if now != Some(index.as_str()) {
            writing
                .after
                .extend_from_slice(deletion(&index, id).as_bytes());
        }
    }

    /// The articles with these ids, in their order. What a killed run left in several periods stays in one of
    /// them: its file is read again, since the ledger does not know what that run made of it.
    fn once(&self, ids: &[String], fields: &[&str]) -> Result<Vec<Value>, Elsewhere> {
        let hits = self.asked.places(ids, fields)?;
        let mut seen = FxHashSet::default();
        let mut doubles = String::new();
        for hit in &hits {
            if let (Some(id), Some(index)) = (hit["_id"].as_str(), hit["_index"].as_str())
                && !seen.insert(id)
            {
                doubles.push_str(&deletion(index, id));
            }
        }
        if !doubles.is_empty() {
            send(&self.asked, "/_bulk", doubles.as_bytes())?;
            // Everywhere: were an article that was moved seen where it is new, and still where it was, the
            // wrong one of the two might be deleted.
            refresh(&self.asked)?;
        }
        Ok(in_order(ids, hits))
    }

    fn parse(&self, source: &Value) -> Result<Copies, IndexError> {
        let names = &self.asked.names;
        let stored = unpacked(&source[names.of(names.fields.article)])?;
        let copies = copies_of(&stored).ok_or_else(|| {
            Elsewhere("an article that the cluster stores does not read: it is damaged".into())
        })?;
        Ok(Arc::new(copies))
    }

    fn write_lines(&self, lines: Vec<KeptLine>) -> Result<(), IndexError> {
        let path = format!("/{}/_bulk?refresh=true", self.asked.names.state);
        for lines in lines.chunks(LINES) {
            let mut bulk = String::new();
            for (file, line) in lines {
                let id = format!("file-{file}");
                match line {
                    Some(line) => {
                        let document = json!({ "kind": "file", "body": line });
                        let action = json!({ "index": { "_id": id } });
                        bulk.push_str(&format!("{action}\n{document}\n"));
                    }
                    None => bulk.push_str(&format!("{}\n", json!({ "delete": { "_id": id } }))),
                }
            }
            send(&self.asked, &path, bulk.as_bytes())?;
        }
        Ok(())
    }

    /// A document that has what its reprints are found by.
    fn telling(&self, hit: &Value) -> Option<(u64, TantivyDocument)> {
        let (names, of_hit) = (&self.asked.names, &hit["fields"]);
        let fields = &names.fields;
        let value = |field| &of_hit[names.of(field)][0];
        let mut numbers = of_hit[TELLING][0].as_str()?.split(' ').map(str::parse);
        let mut document = TantivyDocument::new();
        let id = value(fields.id).as_str()?;
        document.add_text(fields.id, id);
        if let Some(source) = value(fields.source_name).as_str() {
            document.add_text(fields.source_name, source);
        }
        if let Some(published) = value(fields.published).as_i64() {
            document.add_i64(fields.published, published);
        }
        document.add_u64(fields.facts, numbers.next()?.ok()?);
        for word in numbers {
            document.add_u64(fields.sketch, word.ok()?);
        }
        Some((hash_id(id), document))
    }
}

impl Keeper for Store {
    fn ledger(&self) -> Result<Vec<String>, IndexError> {
        Ok(ledger(&self.asked)?)
    }

    fn look_up(&self, ids: &[&str]) -> Result<Vec<Option<Copies>>, IndexError> {
        self.keep_turn()?;
        let names = &self.asked.names;
        let ids: Vec<String> = ids.iter().map(|id| document_id(id)).collect();
        let article = names.of(names.fields.article);
        let found = match self.asked.is_split {
            true => self.once(&ids, &[article])?,
            false => self.asked.articles(&ids, &[article])?,
        };
        let mut copies = Vec::with_capacity(found.len());
        for source in &found {
            copies.push(match source {
                Value::Null => None,
                source => Some(self.parse(source)?),
            });
        }
        Ok(copies)
    }

    fn with_copies(&self, files: &[u64]) -> Result<FxHashSet<u64>, IndexError> {
        if files.is_empty() {
            return Ok(FxHashSet::default());
        }
        let names = &self.asked.names;
        let file = names.of(names.fields.file);
        let wanted: Vec<String> = files.iter().map(u64::to_string).collect();
        let body = self.asked.search(&json!({
            "size": 0,
            "query": { "terms": { file: wanted } },
            "aggs": { "files": { "terms": { "field": file, "include": wanted, "size": files.len() } } },
        }))?;
        let buckets = body["aggregations"]["files"]["buckets"].as_array();
        let buckets = buckets.into_iter().flatten();
        Ok(buckets
            .filter_map(|bucket| bucket["key"].as_str()?.parse().ok())
            .collect())
    }

    fn of_file(&self, file: u64) -> Result<Vec<Copies>, IndexError> {
        let names = &self.asked.names;
        let article = names.of(names.fields.article);
        let request = json!({
            "query": { "term": { names.of(names.fields.file): file.to_string() } },
            "_source": [article],
        });
        let mut sources = Vec::new();
        self.asked
            .each::<Elsewhere>(&names.articles, request, |hit| {
                sources.push(hit["_source"].clone());
                Ok(())
            })?;
        sources.iter().map(|source| self.parse(source)).collect()
    }

    fn put(
        &self,
        id: &str,
        document: &TantivyDocument,
        before: Option<Option<i64>>,
    ) -> Result<(), IndexError> {
        let id = document_id(id);
        let published = document.get_first(self.asked.names.fields.published);
        let published = published.and_then(|published| published.as_i64());
        let document = written(&self.asked.names, &self.frame, document);
        let mut writing = self.writing();
        let mut target = json!({ "_id": id });
        if let Some(periods) = &mut writing.periods {
            let index = periods.of(published);
            periods.make(&self.asked, &index)?;
            target["_index"] = index.as_str().into();
            if let Some(before) = before {
                Store::delete_elsewhere(&mut writing, &id, before, Some(&index));
            }
        }
        let action = json!({ "index": target });
        self.push(&mut writing, &format!("{action}\n{document}\n"))
    }

    fn delete(&self, id: &str, before: Option<i64>) -> Result<(), IndexError> {
        let id = document_id(id);
        let mut writing = self.writing();
        if writing.periods.is_some() {
            Store::delete_elsewhere(&mut writing, &id, before, None);
            return Ok(());
        }
        let action = json!({ "delete": { "_id": id } });
        self.push(&mut writing, &format!("{action}\n"))
    }

    fn commit(&self, lines: Vec<KeptLine>) -> Result<(), IndexError> {
        let mut writing = self.writing();
        // Whoever reads from now on knows that the groups of reprints are older than the articles.
        writing.state.generation = Turn::unique();
        writing.state.is_ungrouped = true;
        writing.state.write(&self.asked)?;
        self.flush(&mut writing)?;
        refresh(&self.asked)?;
        drop(writing);
        self.write_lines(lines)
    }

    fn group(&self) -> Result<(), IndexError> {
        let mut writing = self.writing();
        if !writing.state.is_ungrouped {
            return Ok(());
        }
        let names = &self.asked.names;
        let fields = &names.fields;
        let shown = [fields.id, fields.source_name, fields.published].map(|field| names.of(field));
        let request = json!({
            "query": { "exists": { "field": names.of(fields.key) } },
            "_source": false,
            "docvalue_fields": [shown[0], shown[1], shown[2], TELLING],
        });
        let mut documents = Vec::new();
        let Writing { turn, state, .. } = &mut *writing;
        self.asked
            .each::<Elsewhere>(&names.articles, request, |hit| {
                let document = self.telling(hit);
                documents.push(document.ok_or_else(|| {
                    Elsewhere("what a reprint is found by does not read in the cluster".into())
                })?);
                Ok(())
            })?;
        turn.keep(&self.right)?;
        let table = self.frame.group(documents)?;
        state.generation = Turn::unique();
        Ok(state.exchange_table(&self.asked, table)?)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.writing().turn.give_back(&self.right);
    }
}

/// The action that deletes an article in an index.
fn deletion(index: &str, id: &str) -> String {
    format!("{}\n", json!({ "delete": { "_index": index, "_id": id } }))
}

/// Lets searches find what was sent.
fn refresh(asked: &Asked) -> Result<(), Elsewhere> {
    let path = format!("/{}/_refresh", asked.names.articles);
    asked.client.ask("POST", &path, None)?;
    Ok(())
}

/// The lines of the ledger.
pub(super) fn ledger(asked: &Asked) -> Result<Vec<String>, Elsewhere> {
    let mut lines = Vec::new();
    let request = json!({ "query": { "term": { "kind": "file" } }, "_source": ["body"] });
    asked.each::<Elsewhere>(&asked.names.state, request, |hit| {
        lines.extend(hit["_source"]["body"].as_str().map(str::to_owned));
        Ok(())
    })?;
    Ok(lines)
}

/// How often actions are sent that the cluster has no room for.
const TRIES: u32 = 7;
/// The pause before the second time; before each further one it is twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// Sends actions, all of them again where the cluster has no room for some: they are the same however often
/// they are sent.
fn send(asked: &Asked, path: &str, bulk: &[u8]) -> Result<(), Elsewhere> {
    let mut pause = PAUSE;
    for last in (1..=TRIES).map(|number| number == TRIES) {
        if is_taken(asked, path, bulk)? {
            return Ok(());
        }
        if !last {
            thread::sleep(pause);
            pause *= 2;
        }
    }
    Err(Elsewhere(
        "the cluster has no room for more articles at the moment: run newsearch index again".into(),
    ))
}

/// Sends actions once; whether the cluster had room for all.
fn is_taken(asked: &Asked, path: &str, bulk: &[u8]) -> Result<bool, Elsewhere> {
    let reply = asked.client.ask_lines(path, bulk)?;
    if !reply.is_found() {
        return Err(asked.missing());
    }
    if reply.body["errors"] == false {
        return Ok(true);
    }
    let items = reply.body["items"].as_array().into_iter().flatten();
    let mut has_room = true;
    for item in items {
        let Some(done) = item.as_object().and_then(|item| item.values().next()) else {
            continue;
        };
        match done["status"].as_u64() {
            // What is to be deleted may be gone.
            Some(200..300 | 404) => {}
            Some(429 | 503) => has_room = false,
            _ => {
                let id = done["_id"].as_str().unwrap_or_default();
                return Err(Elsewhere(format!(
                    "the cluster does not take the article {id}: {}",
                    reason(done)
                )));
            }
        }
    }
    Ok(has_room)
}
