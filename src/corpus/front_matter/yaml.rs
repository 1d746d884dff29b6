//! A header as YAML.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_yaml::Value as Yaml;

use super::lines;
use super::value::{Entries, Value};

/// A header with more lists than this is not read as YAML: to nest them costs quadratic time.
const MAX_LISTS: usize = 100;

/// A longer header is read line by line: what refers to itself over and over costs time.
const MAX_BYTES: usize = 16 * 1024;

/// The keys and values of a header. `None` where it is no YAML (a bare `"` in a title, a `: ` in a
/// value), or is YAML of another meaning than its writer had.
pub(super) fn entries(header: &str) -> Option<Entries> {
    if header.len() > MAX_BYTES || !is_meant(header) {
        return None;
    }
    let scalars = serde_yaml::Deserializer::from_str(header).deserialize_map(Scalars);
    scalars.ok().or_else(|| {
        let shape: Yaml = serde_yaml::from_str(header).ok()?;
        let value = Shaped(&shape)
            .deserialize(serde_yaml::Deserializer::from_str(header))
            .ok()?;
        match value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    })
}

/// A generator that quotes nothing writes values that are YAML of another meaning: an anchor, a
/// comment where the header has no others.
fn is_meant(header: &str) -> bool {
    let have_comments = lines::have_comments(header);
    let is_other = |line: &str| {
        let value = line.split_once(':').map_or("", |(_, value)| value.trim());
        let is_quoted = value.starts_with(['"', '\'']);
        value.starts_with(['&', '!', '{']) || !have_comments && !is_quoted && value.contains(" #")
    };
    let brackets = header.matches(['[', '{']).count();
    brackets <= MAX_LISTS && !header.lines().any(is_other)
}

/// A header of which all values are scalars: each is taken as it is written, so that `0123` stays
/// `0123`.
struct Scalars;

impl<'de> Visitor<'de> for Scalars {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("keys and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Entries::new();
        while let Some((key, text)) = map.next_entry::<String, Option<String>>()? {
            entries.push((key, Value::Text(text.unwrap_or_default())));
        }
        Ok(entries)
    }
}

/// A value of which it is known where it has lists and keys, so that its scalars can be taken as they
/// are written.
struct Shaped<'a>(&'a Yaml);

impl<'de> DeserializeSeed<'de> for Shaped<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.0 {
            Yaml::Null | Yaml::Tagged(_) => deserializer
                .deserialize_ignored_any(IgnoredAny)
                .map(|_| Value::none()),
            Yaml::Sequence(_) => deserializer.deserialize_seq(self),
            Yaml::Mapping(_) => deserializer.deserialize_map(self),
            Yaml::Bool(_) | Yaml::Number(_) | Yaml::String(_) => deserializer.deserialize_str(self),
        }
    }
}

impl<'de> Visitor<'de> for Shaped<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the value that was read before")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        for shape in self.0.as_sequence().into_iter().flatten() {
            if let Some(item) = items.next_element_seed(Shaped(shape))? {
                list.push(item);
            }
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Entries::new();
        for (key, shape) in self.0.as_mapping().into_iter().flatten() {
            if map.next_key::<IgnoredAny>()?.is_some() {
                let value = map.next_value_seed(Shaped(shape))?;
                entries.push((key.as_str().unwrap_or_default().to_owned(), value));
            }
        }
        Ok(Value::Map(entries))
    }
}
