//! The indexes that the articles are in: one, or one a period behind the same alias.

use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use super::asked::Asked;
use super::document::{mapping, settings};
use super::made::Made;
use crate::index::{Elsewhere, Split};
use crate::search::civil;

/// The period of articles without a date.
pub(super) const UNDATED: &str = "undated";

/// The periods of an index that is split, and their indexes.
pub(super) struct Periods {
    split: Split,
    /// What all indexes of articles are called before the period.
    prefix: String,
    body: Value,
    /// Those that are known to be there.
    there: FxHashSet<String>,
}

impl Periods {
    /// Those of an index; nothing where it is not split.
    pub fn open(asked: &Asked, made: &Made, analyzer: &str) -> Result<Option<Periods>, Elsewhere> {
        let Some(split) = made.split() else {
            return Ok(None);
        };
        let alias = &asked.names.articles;
        let there = indexes_of(asked, alias)?;
        let undated = there.iter().find_map(|index| index.strip_suffix(UNDATED));
        let prefix = undated.map(str::to_owned).ok_or_else(|| {
            Elsewhere(format!(
                "the index of the articles without a date is not behind {alias}: newsearch index --rebuild makes all anew"
            ))
        })?;
        Ok(Some(Periods {
            split,
            prefix,
            body: of_articles(asked, made, analyzer, &json!({ alias: {} })),
            there: there.into_iter().collect(),
        }))
    }

    /// What the index of articles of this time is called, in seconds since 1970.
    pub fn of(&self, published: Option<i64>) -> String {
        let period = published.map_or(UNDATED.to_owned(), |moment| {
            let day = civil(moment);
            match self.split {
                Split::Month => format!("{:04}-{:02}", day.year(), day.month()),
                Split::Year => format!("{:04}", day.year()),
            }
        });
        format!("{}{period}", self.prefix)
    }

    /// Makes the index with this name where it is not there.
    pub fn make(&mut self, asked: &Asked, index: &str) -> Result<(), Elsewhere> {
        if !self.there.contains(index) {
            make(asked, index, &self.body)?;
            self.there.insert(index.to_owned());
        }
        Ok(())
    }
}

/// What an index of articles is made with.
pub(super) fn of_articles(asked: &Asked, made: &Made, analyzer: &str, aliases: &Value) -> Value {
    json!({
        "settings": settings(made.shards()), "mappings": mapping(&asked.names, analyzer), "aliases": aliases,
    })
}

/// Makes an index.
pub(super) fn make(asked: &Asked, index: &str, body: &Value) -> Result<(), Elsewhere> {
    let path = format!("/{index}?wait_for_active_shards=1");
    match asked.client.ask("PUT", &path, Some(body)) {
        Ok(_) => Ok(()),
        // Another process made it at the same moment, or one that was killed before.
        Err(_) if is_there(asked, index)? => Ok(()),
        Err(error) => Err(error),
    }
}

fn is_there(asked: &Asked, index: &str) -> Result<bool, Elsewhere> {
    let path = format!("/{index}/_mapping");
    Ok(asked.client.ask("GET", &path, None)?.is_found())
}

/// The indexes behind an alias, or the one with this name.
pub(super) fn indexes_of(asked: &Asked, name: &str) -> Result<Vec<String>, Elsewhere> {
    let reply = asked.client.ask("GET", &format!("/{name}/_alias"), None)?;
    let indexes = reply.body.as_object().filter(|_| reply.is_found());
    let names = indexes.into_iter().flat_map(|indexes| indexes.keys());
    Ok(names.cloned().collect())
}
