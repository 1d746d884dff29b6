//! What a page says about its text as JSON-LD.

use serde_json::Value;

/// What a script of JSON-LD says of an article. Empty: nothing.
#[derive(Debug, Default)]
pub(super) struct JsonLd {
    pub(super) headline: String,
    pub(super) published: String,
    pub(super) updated: String,
    pub(super) publisher: String,
    pub(super) authors: Vec<String>,
}

impl JsonLd {
    /// The first script of a page that gives the date of an article.
    pub(super) fn find(page: &str) -> Option<Self> {
        let mut scripts = page.split("application/ld+json").skip(1).take(MAX_SCRIPTS);
        scripts.find_map(|script| {
            let (_, script) = script.split_once('>')?;
            let (script, _) = script.split_once("</")?;
            let value: Value = serde_json::from_str(script.trim()).ok()?;
            Self::of(&value)
        })
    }

    /// The value is an article, a list of things, or a graph of them.
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.iter().find_map(Self::of),
            Value::Object(object) => {
                let text = |key: &str| object.get(key).map(name).unwrap_or_default();
                let published = [text("datePublished"), text("pubDate"), text("dateCreated")];
                let published = published.into_iter().find(|date| !date.is_empty());
                let Some(published) = published else {
                    return Self::of(object.get("@graph")?);
                };
                Some(JsonLd {
                    headline: text("headline"),
                    published,
                    updated: text("dateModified"),
                    publisher: text("publisher"),
                    authors: object.get("author").map(names).unwrap_or_default(),
                })
            }
            _ => None,
        }
    }
}

const MAX_SCRIPTS: usize = 20;

/// A text, or the name of a thing.
fn name(value: &Value) -> String {
    let text = value.as_str().or_else(|| value.get("name")?.as_str());
    text.unwrap_or_default().trim().to_owned()
}

fn names(value: &Value) -> Vec<String> {
    let names: Vec<String> = match value.as_array() {
        Some(items) => items.iter().map(name).collect(),
        None => vec![name(value)],
    };
    names.into_iter().filter(|name| !name.is_empty()).collect()
}
