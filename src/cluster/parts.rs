//! Bytes that the cluster keeps in several documents, since one has its bounds.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::asked::Asked;
use crate::index::Elsewhere;

/// Bytes in one document.
const PART: usize = 4 << 20;

/// Writes bytes under a name; returns the number of their parts.
pub(super) fn write(
    asked: &Asked,
    kind: &str,
    name: &str,
    bytes: &[u8],
) -> Result<usize, Elsewhere> {
    let mut number = 0;
    for bytes in bytes.chunks(PART) {
        let document = json!({ "kind": kind, "body": BASE64_STANDARD.encode(bytes) });
        put(asked, &part_id(kind, name, number), Some(&document))?;
        number += 1;
    }
    Ok(number)
}

/// The bytes under a name; such as are missing are left out.
pub(super) fn read(
    asked: &Asked,
    kind: &str,
    name: &str,
    number: usize,
) -> Result<Vec<u8>, Elsewhere> {
    let mut bytes = Vec::new();
    for part in 0..number {
        let id = part_id(kind, name, part);
        let found = asked.get(&asked.names.state, &[id], &["body"])?;
        let part = BASE64_STANDARD.decode(found[0]["body"].as_str().unwrap_or_default());
        bytes.extend(part.unwrap_or_default());
    }
    Ok(bytes)
}

/// Removes the bytes under a name.
pub(super) fn remove(
    asked: &Asked,
    kind: &str,
    name: &str,
    number: usize,
) -> Result<(), Elsewhere> {
    (0..number).try_for_each(|part| put(asked, &part_id(kind, name, part), None))
}

fn put(asked: &Asked, id: &str, document: Option<&Value>) -> Result<(), Elsewhere> {
    let path = format!("/{}/_doc/{id}", asked.names.state);
    let method = if document.is_some() { "PUT" } else { "DELETE" };
    let reply = asked.client.ask(method, &path, document)?;
    match reply.is_found() || document.is_none() {
        true => Ok(()),
        false => Err(asked.missing()),
    }
}

fn part_id(kind: &str, name: &str, part: usize) -> String {
    format!("{kind}-{name}-{part}")
}
