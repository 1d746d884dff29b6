//! A value of a header, whatever the form.

/// What a key of a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A scalar as it is written; empty where it is null.
    Text(String),
    List(Vec<Value>),
    Map(Entries),
}

/// The keys of a header and their values, in order.
pub(super) type Entries = Vec<(String, Value)>;

impl Value {
    pub(super) fn none() -> Self {
        Value::Text(String::new())
    }

    /// The scalars in it, in order, those of lists in lists too.
    pub(super) fn scalars(&self) -> Vec<&str> {
        match self {
            Value::Text(text) => vec![text],
            Value::List(items) => items.iter().flat_map(Value::scalars).collect(),
            Value::Map(entries) => entries
                .iter()
                .flat_map(|(_, value)| value.scalars())
                .collect(),
        }
    }
}
