//! A header as JSON.

use serde_json::{Map, Value as Json};

use super::value::{Entries, Value};

/// The keys and values of a header, which may lack its outermost brackets; `None` where it is no
/// JSON.
pub(super) fn entries(header: &str) -> Option<Entries> {
    let header = header.trim();
    let object: Map<String, Json> = match header.starts_with('{') {
        true => serde_json::from_str(header).ok()?,
        false => serde_json::from_str(&format!("{{{header}}}")).ok()?,
    };
    Some(of_object(object))
}

fn of_object(object: Map<String, Json>) -> Entries {
    object
        .into_iter()
        .map(|(key, value)| (key, plain(value)))
        .collect()
}

fn plain(value: Json) -> Value {
    match value {
        Json::Null => Value::none(),
        Json::Bool(truth) => Value::Text(truth.to_string()),
        Json::Number(number) => Value::Text(number.to_string()),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(plain).collect()),
        Json::Object(object) => Value::Map(of_object(object)),
    }
}
