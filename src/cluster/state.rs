//! What a cluster keeps beside the articles: which state they are in, and the groups of reprints.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::asked::Asked;
use super::parts;
use crate::index::{Elsewhere, Table, table_of};

/// What the document of the state is called.
const STATE: &str = "state";
/// What the parts of the table of reprints are called.
const TABLE: &str = "table";

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
        table_of(parts::read(asked, TABLE, name, *number)?).ok_or_else(|| {
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
            let number = parts::write(asked, TABLE, &name, &table)?;
            self.table = Some((name, number));
        }
        self.is_ungrouped = false;
        self.write(asked)?;
        match old {
            Some((name, number)) if self.table.as_ref().is_none_or(|new| new.0 != name) => {
                parts::remove(asked, TABLE, &name, number)
            }
            _ => Ok(()),
        }
    }
}
