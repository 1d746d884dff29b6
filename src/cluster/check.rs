//! Whether the cluster has the articles as they were written.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tantivy::TantivyDocument;

use super::asked::Asked;
use super::document::{TELLING, unpacked, values, written};
use super::moment::Hits;
use super::names::{Names, document_id};
use super::state::State;
use super::store::ledger;
use crate::index::{Check, Checking, IndexError, Shared};

/// Articles of which the tokens are looked for, evenly spread over all; and how many are at once.
const SAMPLE: u64 = 2_000;
const AT_ONCE: usize = 50;
/// Words of a field, and characters of a text, that are looked for.
const WORDS: usize = 200;
const CHARACTERS: usize = 200;

/// Checks all articles: what is stored, what is counted by, and, of a sample, the tokens.
pub(super) fn check(asked: &Asked, frame: &Shared) -> Result<Check, IndexError> {
    let names = &asked.names;
    let place = asked.place().into();
    let mut checking = Checking::begin(frame, place, ledger(asked)?)?;
    let state = State::read(asked)?;
    match state.read_table(asked) {
        Err(error) => checking.fault(error),
        Ok(_) if state.is_ungrouped => checking.fault(
            "the reprints were not grouped after the last commit: run newsearch index again",
        ),
        Ok(_) => {}
    }
    let article = names.of(names.fields.article);
    let request = json!({
        "query": { "match_all": {} },
        "sort": [names.of(names.fields.id)],
        "_source": [article],
        "docvalue_fields": columns(names),
    });
    let (total, hits) = Hits::open(asked, request)?;
    let step = total.div_ceil(SAMPLE).max(1);
    let mut sample: Vec<(String, Value)> = Vec::new();
    let mut read = 0;
    for hit in hits {
        let hit = hit?;
        read += 1;
        let stored = match unpacked(&hit["_source"][article]) {
            Ok(stored) => stored,
            Err(error) => {
                checking.fault(error);
                continue;
            }
        };
        if let Some((id, made)) = checking.made(&stored) {
            match differing(names, frame, &hit, &id, &made) {
                Some(problem) => checking.fault(format!("the article {id} {problem}")),
                None => checking.is_sound(),
            }
            if read % step == 0 {
                let query = own_tokens(names, frame, &id, &made);
                sample.push((id, query));
            }
        }
        if sample.len() == AT_ONCE {
            look_for(asked, &mut sample, &mut checking)?;
        }
        if checking.is_full() {
            return Ok(checking.finish());
        }
    }
    look_for(asked, &mut sample, &mut checking)?;
    if read != total {
        checking.fault(format!("there are {total} articles, and {read} are read"));
    }
    let mut check = checking.finish();
    check.bytes = asked.bytes()?;
    Ok(check)
}

/// The columns of a document.
fn columns(names: &Names) -> Vec<String> {
    let fields = &names.fields;
    let mut columns: Vec<String> = vec![TELLING.into()];
    let of_values = values(fields).into_iter().chain([fields.published]);
    columns.extend(of_values.map(|field| names.of(field).to_owned()));
    for field in [fields.title_words, fields.digest_words, fields.body_words] {
        columns.extend([names.length(field), names.listed(field)]);
    }
    columns
}

/// In what a document of the cluster is not as it is made.
fn differing(
    names: &Names,
    frame: &Shared,
    hit: &Value,
    id: &str,
    made: &TantivyDocument,
) -> Option<String> {
    if hit["_id"] != document_id(id) {
        return Some("is called otherwise in the cluster".into());
    }
    let made = written(names, frame, made);
    let nothing = Map::new();
    let found = hit["fields"].as_object().unwrap_or(&nothing);
    let column = columns(names).into_iter().find(|column| {
        let sorted = |value: Option<&Value>| -> BTreeSet<String> {
            match value {
                None | Some(Value::Null) => BTreeSet::new(),
                Some(Value::Array(values)) => values.iter().map(Value::to_string).collect(),
                Some(value) => [value.to_string()].into(),
            }
        };
        sorted(found.get(column)) != sorted(made.get(column))
    });
    column.map(|column| format!("has other values in the column {column}"))
}

/// A query for the article alone, if it has its own words and texts.
fn own_tokens(names: &Names, frame: &Shared, id: &str, made: &TantivyDocument) -> Value {
    use tantivy::schema::Value as _;
    let fields = &names.fields;
    let mut filter = vec![json!({ "ids": { "values": [document_id(id)] } })];
    let text = |field| made.get_first(field).and_then(|value| value.as_str());
    for field in [fields.title_words, fields.digest_words, fields.body_words] {
        let words = frame.words_of(text(field).unwrap_or_default());
        let words: BTreeSet<String> = words.into_iter().collect();
        let step = words.len().div_ceil(WORDS).max(1);
        let words = words.iter().step_by(step);
        filter.extend(words.map(|word| names.has(field, word)));
    }
    for field in [fields.title, fields.body] {
        let text: String = text(field)
            .unwrap_or_default()
            .chars()
            .take(CHARACTERS)
            .collect();
        if !text.is_empty() {
            filter.push(names.has(field, &text));
        }
    }
    json!({ "bool": { "filter": filter } })
}

/// Looks for articles by their own tokens.
fn look_for(
    asked: &Asked,
    sample: &mut Vec<(String, Value)>,
    checking: &mut Checking,
) -> Result<(), IndexError> {
    if sample.is_empty() {
        return Ok(());
    }
    let (ids, queries): (Vec<String>, Vec<Value>) = sample.drain(..).unzip();
    for (id, count) in ids.iter().zip(asked.counts(&queries)?) {
        if count != 1 {
            checking.fault(format!("the article {id} is not found by its own tokens"));
        }
    }
    Ok(())
}
