//! A header as TOML.

use toml::{Table, Value as Toml};

use super::value::{Entries, Value};

/// The keys and values of a header; `None` where it is no TOML.
pub(super) fn entries(header: &str) -> Option<Entries> {
    let table: Table = header.parse().ok()?;
    Some(of_table(table))
}

fn of_table(table: Table) -> Entries {
    table
        .into_iter()
        .map(|(key, value)| (key, plain(value)))
        .collect()
}

fn plain(value: Toml) -> Value {
    match value {
        Toml::String(text) => Value::Text(text),
        Toml::Array(items) => Value::List(items.into_iter().map(plain).collect()),
        Toml::Table(table) => Value::Map(of_table(table)),
        Toml::Datetime(date) => Value::Text(date.to_string()),
        Toml::Integer(number) => Value::Text(number.to_string()),
        Toml::Float(number) => Value::Text(number.to_string()),
        Toml::Boolean(truth) => Value::Text(truth.to_string()),
    }
}
