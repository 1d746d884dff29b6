//! What the user gave when an index on a cluster was made: words, names of securities, keys of records.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::asked::Asked;
use super::parts;
use crate::corpus::Mapping;
use crate::index::{Elsewhere, IndexError, IndexOptions, Split};

/// What the document is called that says it.
const MADE: &str = "made";
/// The shards of an index unless told otherwise, and of each period of one that is split.
const SHARDS: u32 = 3;
const SHARDS_OF_A_PERIOD: u32 = 1;
/// The kinds of what is kept beside it.
const WORDS: &str = "words";
const ENTITIES: &str = "entities";

/// How an index was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    /// The user's words for the dictionary.
    words: Kept,
    /// The user's table of securities, compiled.
    entities: Kept,
    mapping: Mapping,
    /// Over so many shards the articles are spread; none said, over as many as usual.
    #[serde(default)]
    shards: Option<u32>,
    #[serde(default)]
    split: Option<Split>,
}

/// What is kept in documents of its own, named after its content; nothing has no name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    name: String,
    parts: usize,
}

impl Made {
    /// How the index was made that is there; where there is none, without anything.
    pub fn read(asked: &Asked) -> Result<Made, Elsewhere> {
        let path = format!("/{}/_doc/{MADE}", asked.names.state);
        let found = asked.client.ask("GET", &path, None)?;
        match found.body["_source"]["body"].as_str() {
            None => Ok(Made::default()),
            Some(body) => serde_json::from_str(body).map_err(|cause| {
                Elsewhere(format!("how the index was made does not read: {cause}"))
            }),
        }
    }

    /// The options that make it again.
    pub fn options(&self, asked: &Asked) -> Result<IndexOptions, IndexError> {
        let mut options = IndexOptions::new().mapping(self.mapping.clone());
        if let Some(words) = self.words.read(asked, WORDS)? {
            let words = String::from_utf8(words).map_err(|_| lost(WORDS))?;
            options = options.dictionary(&words)?;
        }
        if let Some(entities) = self.entities.read(asked, ENTITIES)? {
            options = options.compiled_entities(entities);
        }
        Ok(options)
    }

    /// Over how many shards the articles are spread, those of a period where it is split.
    pub fn shards(&self) -> u32 {
        let usual = match self.split {
            None => SHARDS,
            Some(_) => SHARDS_OF_A_PERIOD,
        };
        self.shards.unwrap_or(usual)
    }

    /// The periods that the articles are split into.
    pub fn split(&self) -> Option<Split> {
        self.split
    }

    /// Whether the words that are given are others than these.
    pub fn has_other_words_than(&self, options: &IndexOptions) -> bool {
        let words = options.words_text();
        words.is_some_and(|words| Kept::of(words.as_bytes()) != self.words.name)
    }

    /// Keeps with an index what is given, and of the rest what `self` has; what `self` has is on another index,
    /// or on the same. Returns how the index is made from now on.
    pub fn keep(
        &self,
        asked: &Asked,
        from: &Asked,
        options: &IndexOptions,
    ) -> Result<Made, Elsewhere> {
        let words = options.words_text().map(|words| words.as_bytes().to_vec());
        let entities = options.entities_bytes().map(<[u8]>::to_vec);
        let made = Made {
            words: self.words.exchanged(asked, from, WORDS, words)?,
            entities: self.entities.exchanged(asked, from, ENTITIES, entities)?,
            mapping: options.fields().unwrap_or(&self.mapping).clone(),
            shards: options.wanted_shards().or(self.shards),
            split: options.wanted_split().or(self.split),
        };
        let body = serde_json::to_string(&made).expect("it is plain data");
        let path = format!("/{}/_doc/{MADE}?refresh=true", asked.names.state);
        let document = json!({ "kind": MADE, "body": body });
        match asked.client.ask("PUT", &path, Some(&document))?.is_found() {
            true => Ok(made),
            false => Err(asked.missing()),
        }
    }
}

impl Kept {
    /// The name of a content.
    fn of(content: &[u8]) -> String {
        match content.is_empty() {
            true => String::new(),
            false => blake3::hash(content).to_hex()[..32].to_owned(),
        }
    }

    fn read(&self, asked: &Asked, kind: &str) -> Result<Option<Vec<u8>>, Elsewhere> {
        if self.name.is_empty() {
            return Ok(None);
        }
        let content = parts::read(asked, kind, &self.name, self.parts)?;
        match Kept::of(&content) == self.name {
            true => Ok(Some(content)),
            false => Err(lost(kind)),
        }
    }

    /// Writes what is given, or what this names. What an index had before stays: somebody may be reading it.
    fn exchanged(
        &self,
        asked: &Asked,
        from: &Asked,
        kind: &str,
        given: Option<Vec<u8>>,
    ) -> Result<Kept, Elsewhere> {
        let content = match given {
            Some(given) => given,
            None => self.read(from, kind)?.unwrap_or_default(),
        };
        let name = Kept::of(&content);
        let parts = parts::write(asked, kind, &name, &content)?;
        Ok(Kept { name, parts })
    }
}

fn lost(kind: &str) -> Elsewhere {
    Elsewhere(format!(
        "the {kind} that the index was made with are missing or do not read: build it anew with --rebuild, and give them again"
    ))
}
