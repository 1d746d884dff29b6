//! Plain data → a table: a list of objects with the same keys.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, StringArray, UInt64Array};
use newsearch::Published;
use pyo3::prelude::*;
use serde_json::Value;

use crate::table::{Table, times};

/// What a column holds.
#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    Texts,
    Count,
    Number,
    Truth,
    /// A date in ISO 8601, as a timestamp.
    Time,
}

/// A table of these columns; what an object lacks is null.
pub fn table(rows: &[Value], columns: &[(&str, Kind)]) -> PyResult<Table> {
    let mut arrays = Vec::new();
    for (name, kind) in columns {
        let values = rows.iter().map(|row| &row[*name]);
        arrays.push((*name, column(values, *kind)));
    }
    Table::new(arrays)
}

fn column<'a>(values: impl Iterator<Item = &'a Value>, kind: Kind) -> ArrayRef {
    match kind {
        Kind::Text => Arc::new(values.map(Value::as_str).collect::<StringArray>()),
        Kind::Count => Arc::new(values.map(Value::as_u64).collect::<UInt64Array>()),
        Kind::Number => Arc::new(values.map(Value::as_f64).collect::<Float64Array>()),
        Kind::Truth => Arc::new(values.map(Value::as_bool).collect::<BooleanArray>()),
        Kind::Time => {
            let mut column = times();
            for value in values {
                column.append_option(value.as_str().and_then(micros));
            }
            Arc::new(column.finish())
        }
        Kind::Texts => {
            let mut column = ListBuilder::new(StringBuilder::new());
            for value in values {
                let items = value
                    .as_array()
                    .map(|items| items.iter().map(Value::as_str));
                column.append_option(items);
            }
            Arc::new(column.finish())
        }
    }
}

/// Microseconds since 1970 of a date in ISO 8601.
pub fn micros(date: &str) -> Option<i64> {
    Some(Published::parse(date)?.seconds * 1_000_000)
}
