//! An index built anew beside the one that answers, and put in its place.

use std::fmt;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::asked::Asked;
use super::handle::{Cluster, Found};
use super::periods::indexes_of;
use super::state::State;
use super::turn::Turn;

use crate::index::{Elsewhere, IndexError, IndexOptions};

/// How long the index that was replaced stays, for searches that have begun.
const GRACE: Duration = Duration::from_secs(10);

/// An index that is built anew. Until [`finish`](Self::finish) the old one answers; where that is never
/// called, the next one that is built removes what was begun.
pub struct Rebuild {
    new: Cluster,
    /// The index that answers.
    live: Asked,
    /// The indexes behind its two aliases.
    old: [Vec<String>; 2],
    /// The state in which it was when this began.
    generation: String,
}

impl fmt::Debug for Rebuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rebuild")
            .field("new", &self.new.asked.place())
            .finish_non_exhaustive()
    }
}

impl Rebuild {
    /// Begins an index that is built anew and takes the place of the one with this name, whatever format
    /// and dictionary that has. Without words, entities or a mapping in `options` it keeps those it had.
    ///
    /// # Errors
    /// When there is no such index, or the cluster fails.
    pub fn begin(url: &str, name: &str, options: &IndexOptions) -> Result<Rebuild, IndexError> {
        let cluster = Cluster::at(url, name)?;
        let live = cluster.asked.clone();
        if let Found::Not | Found::ByOthers = cluster.found()? {
            let missing = IndexError::Missing(live.place().into());
            return Err(missing);
        }
        let names = &live.names;
        let aliases = [&names.articles, &names.state];
        let mut old = [Vec::new(), Vec::new()];
        let mut number = 0;
        for (alias, indexes) in aliases.into_iter().zip(&mut old) {
            *indexes = behind(&live, alias)?;
            let numbers = indexes.iter().map(|index| number_of(index, alias));
            number = numbers.max().unwrap_or_default().max(number);
        }
        let number = number + 1;
        let mut asked = live.clone();
        asked.names.articles = format!("{}-{number}", names.articles);
        asked.names.state = format!("{}-{number}", names.state);
        // What a rebuild that was killed has left.
        for begun in [&asked.names.articles, &asked.names.state] {
            remove(&live, &indexes_of(&live, begun)?)?;
        }
        let new = Cluster {
            asked,
            right: live.clone(),
            ..cluster
        };
        let new = new.made_alone(options)?;
        Ok(Rebuild {
            generation: State::read(&live)?.generation,
            new,
            live,
            old,
        })
    }

    /// The index to fill.
    pub fn cluster(&self) -> &Cluster {
        &self.new
    }

    /// Puts the new index in the place of the old one, in one step, and removes that ten seconds later.
    ///
    /// # Errors
    /// When somebody wrote the old one meanwhile, which would be lost, or the cluster fails; the old one
    /// answers then.
    pub fn finish(self) -> Result<(), IndexError> {
        let Rebuild {
            new,
            live,
            old,
            generation,
        } = self;
        let mut turn = Turn::take(&live)?;
        if State::read(&live)?.generation != generation {
            turn.give_back(&live);
            return Err(Elsewhere(
                "somebody else wrote the index while it was built anew: build it again".into(),
            )
            .into());
        }
        let aliases = [&live.names.articles, &live.names.state];
        let built = [&new.asked.names.articles, &new.asked.names.state];
        let mut actions: Vec<Value> = Vec::new();
        for ((alias, old), built) in aliases.iter().zip(&old).zip(built) {
            let gone = old.iter();
            actions.extend(gone.map(|old| json!({ "remove": { "index": old, "alias": alias } })));
            for index in indexes_of(&live, built)? {
                actions.push(json!({ "add": { "index": index, "alias": alias } }));
                // Until now its periods were behind an alias of their own.
                if index != *built {
                    actions.push(json!({ "remove": { "index": index, "alias": built } }));
                }
            }
        }
        let body = json!({ "actions": actions });
        live.client.ask("POST", "/_aliases", Some(&body))?;
        thread::sleep(GRACE);
        old.iter().try_for_each(|old| Ok(remove(&live, old)?))
    }
}

fn remove(asked: &Asked, indexes: &[String]) -> Result<(), Elsewhere> {
    for index in indexes {
        asked.client.ask("DELETE", &format!("/{index}"), None)?;
    }
    Ok(())
}

/// The indexes behind an alias.
fn behind(asked: &Asked, alias: &str) -> Result<Vec<String>, Elsewhere> {
    let indexes = indexes_of(asked, alias)?;
    match indexes.is_empty() || indexes.iter().any(|index| index == alias) {
        false => Ok(indexes),
        true => Err(Elsewhere(format!(
            "{alias} is no alias: newsearch cannot put other indexes in its place"
        ))),
    }
}

/// The number behind the alias in the name of an index.
fn number_of(index: &str, alias: &str) -> u64 {
    let behind = index.strip_prefix(alias).unwrap_or_default();
    let number = behind.trim_start_matches('-').split('-').next();
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
