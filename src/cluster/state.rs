//! What a cluster keeps beside the articles: which state they are in, and the groups of reprints.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::asked::Asked;
use crate::index::{Elsewhere, Table, table_of};

/// What the document of the state is called.
const STATE: &str = "state";
/// Bytes of a table in one document.
const PART: usize = 4 << 20;

/// Which state the articles are in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// Tells it from all others.
    pub generation: String,
    /// Something was committed since the reprints were grouped.
    pub is_ungrouped: bool,
    /// The name and the number of the documents that have the table of reprints.
    pub table: Option<(String, usize)>,
}

impl State {
    /// That of the index; the first one where nothing was committed.
    pub fn read(asked: &Asked) -> Result<State, Elsewhere> {
        let found = asked.get(&asked.names.state, &[STATE.into()], &["body"])?;
        match found[0]["body"].as_str() {
            None => Ok(State::default()),
            Some(body) => serde_json::from_str(body).map_err(|cause| {
                Elsewhere(format!("the state of the index does not read: {cause}"))
            }),
        }
    }

    pub fn write(&self, asked: &Asked) -> Result<(), Elsewhere> {
        let body = serde_json::to_string(self).expect("a state is plain data");
        let path = format!("/{}/_doc/{STATE}?refresh=true", asked.names.state);
        let document = json!({ "kind": STATE, "body": body });
        match asked.client.ask("PUT", &path, Some(&document))?.is_found() {
            true => Ok(()),
            false => Err(asked.missing()),
        }
    }

    /// The table of reprints.
    pub fn read_table(&self, asked: &Asked) -> Result<Table, Elsewhere> {
        let Some((name, number)) = &self.table else {
            return Ok(Table::default());
        };
        let mut bytes = Vec::new();
        for part in 0..*number {
            let found = asked.get(&asked.names.state, &[part_id(name, part)], &["body"])?;
            let part = BASE64_STANDARD.decode(found[0]["body"].as_str().unwrap_or_default());
            bytes.extend(part.unwrap_or_default());
        }
        table_of(bytes).ok_or_else(|| {
            Elsewhere("the table of reprints in the cluster is missing or does not read: run newsearch index again".into())
        })
    }

    /// Exchanges the table of reprints, and notes that they are grouped.
    pub fn exchange_table(
        &mut self,
        asked: &Asked,
        table: Option<Vec<u8>>,
    ) -> Result<(), Elsewhere> {
        let old = self.table.take();
        if let Some(table) = table {
            let name = self.generation.clone();
            let parts = table.chunks(PART);
            self.table = Some((name.clone(), parts.len()));
            for (part, bytes) in parts.enumerate() {
                let document = json!({ "kind": "table", "body": BASE64_STANDARD.encode(bytes) });
                self.put(asked, &part_id(&name, part), Some(&document))?;
            }
        }
        self.is_ungrouped = false;
        self.write(asked)?;
        if let Some((name, number)) = old {
            for part in (0..number).filter(|_| Some(&name) != self.table.as_ref().map(|new| &new.0))
            {
                self.put(asked, &part_id(&name, part), None)?;
            }
        }
        Ok(())
    }

    fn put(&self, asked: &Asked, id: &str, document: Option<&Value>) -> Result<(), Elsewhere> {
        let path = format!("/{}/_doc/{id}", asked.names.state);
        let method = if document.is_some() { "PUT" } else { "DELETE" };
        let reply = asked.client.ask(method, &path, document)?;
        match reply.is_found() || document.is_none() {
            true => Ok(()),
            false => Err(asked.missing()),
        }
    }
}

fn part_id(name: &str, part: usize) -> String {
    format!("table-{name}-{part}")
}
