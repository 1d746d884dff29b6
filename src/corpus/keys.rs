//! Which keys of a record hold which field of an article.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::tree::Tree;

/// A field that a record may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Id,
    Title,
    Body,
    Digest,
    Date,
    Updated,
    Source,
    Author,
    Tag,
    Category,
    Url,
    Stocks,
    /// The names of the securities whose codes stand under another key.
    StockNames,
    /// Whether it is a draft.
    Draft,
}

impl Field {
    pub(super) const COUNT: usize = 14;

    /// What they are called.
    const NAMES: [(&str, Field); Field::COUNT] = [
        ("id", Field::Id),
        ("title", Field::Title),
        ("body", Field::Body),
        ("digest", Field::Digest),
        ("date", Field::Date),
        ("updated", Field::Updated),
        ("source", Field::Source),
        ("author", Field::Author),
        ("tag", Field::Tag),
        ("category", Field::Category),
        ("url", Field::Url),
        ("stocks", Field::Stocks),
        ("stock_names", Field::StockNames),
        ("draft", Field::Draft),
    ];

    /// Those that a user may name.
    const NAMED: &[(&str, Field)] = Field::NAMES.split_at(12).0;
}

/// The keys that archives have for each field, the most certain first.
const KNOWN: &str = include_str!("data/keys.txt");

/// Every known key, with its field and its place among those of the field. A key that two fields have
/// is the first one's.
static FIELDS: LazyLock<FxHashMap<&str, (Field, usize)>> = LazyLock::new(|| {
    let mut fields = FxHashMap::default();
    for (field, keys) in known() {
        for (place, key) in keys.enumerate() {
            fields.entry(key).or_insert((field, place));
        }
    }
    fields
});

/// Each field of the table with its keys.
fn known() -> impl Iterator<Item = (Field, impl Iterator<Item = &'static str>)> {
    let (_, table) = KNOWN.split_once("\n\n").unwrap_or_default();
    table.split_terminator(";\n").filter_map(|entry| {
        let mut words = entry.split_whitespace();
        let name = words.next()?;
        let (_, field) = Field::NAMES.into_iter().find(|(known, _)| *known == name)?;
        Some((field, words))
    })
}

/// The field that a key holds, and how certain that is: the lower the number, the more. A known key may
/// stand behind the name of what it is of: `newsSummary`, `文章摘要`.
pub(super) fn field_of(key: &str) -> Option<(Field, usize)> {
    let key = normal(key);
    FIELDS.get(&*key).copied().or_else(|| {
        let mut inner = OWNERS.iter().filter_map(|owner| key.strip_prefix(owner));
        let (field, place) = *inner.find_map(|inner| FIELDS.get(inner))?;
        let is_own = !matches!(
            field,
            Field::Id | Field::Stocks | Field::StockNames | Field::Draft
        );
        is_own.then_some((field, place + LESS_CERTAIN))
    })
}

/// What a key may say it is of.
const OWNERS: &[&str] = &["news", "article", "doc", "新闻", "文章", "公告", "研报"];

/// Such a key counts after all others of its field.
const LESS_CERTAIN: usize = 1000;

/// A key without what differs between one archive's way of writing and another's: `publish_time`,
/// `publishTime`, `Publish-Time`.
fn normal(key: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_ascii_uppercase() && !is_left_out(c);
    // `_id` is a key of its own.
    let rest = key.strip_prefix('_').unwrap_or(key);
    if rest.chars().all(is_plain) {
        return Cow::Borrowed(key);
    }
    let kept = key.chars().filter(|&c| !is_left_out(c));
    Cow::Owned(kept.map(|c| c.to_ascii_lowercase()).collect())
}

fn is_left_out(c: char) -> bool {
    c.is_whitespace() || matches!(c, '_' | '-' | '\u{FEFF}' | '\u{200B}')
}

/// Which keys of the records of an archive (JSON, CSV) hold which field, beside the ones that are
/// known: `title=新闻标题`, `body=_source.content`.
///
/// The fields are `id title body digest date updated source author tag category url stocks`. A key may
/// be below others, with a `.` between them; `[]` after one says that it holds a list. A field may be
/// given several keys, of which the first that a record has counts; known keys count after them. With
/// no key, as in `id=`, the field is read from none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(Vec<String>);

/// What names no field and key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not FIELD=KEY, with a field of {fields}",
    fields = FieldNames
)]
pub struct BadMapping(String);

struct FieldNames;

impl fmt::Display for FieldNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Field::NAMED.iter().map(|(name, _)| *name).collect();
        f.write_str(&names.join(", "))
    }
}

impl Mapping {
    /// Adds that a field is held by a key: `title=新闻标题`.
    ///
    /// ```
    /// use newsearch::Mapping;
    ///
    /// let mapping = Mapping::default().with("title=新闻标题")?.with("body=_source.content")?;
    /// assert!(Mapping::default().with("headline=新闻标题").is_err());
    /// # Ok::<(), newsearch::BadMapping>(())
    /// ```
    ///
    /// # Errors
    /// It names no field.
    pub fn with(mut self, field: &str) -> Result<Mapping, BadMapping> {
        match split(field) {
            Some(_) => {
                self.0.push(field.to_owned());
                Ok(self)
            }
            None => Err(BadMapping(field.to_owned())),
        }
    }

    /// Tells it from others; 0 where it says nothing.
    pub(crate) fn identity(&self) -> u64 {
        if self.0.is_empty() {
            return 0;
        }
        let hash = blake3::hash(self.0.join("\n").as_bytes());
        let (head, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("a hash has 32 bytes");
        u64::from_le_bytes(*head)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it says which keys hold a field.
    pub(super) fn names(&self, field: Field) -> bool {
        self.keys_of(field).is_some()
    }

    /// The keys of a field, in their order; `None` where there are none for it.
    fn keys_of(&self, field: Field) -> Option<Vec<&str>> {
        let all = self.0.iter().filter_map(|entry| split(entry));
        let keys: Vec<&str> = all
            .filter(|(of, _)| *of == field)
            .map(|(_, key)| key)
            .collect();
        Some(keys).filter(|keys| !keys.is_empty())
    }

    /// The values that a record has for a field under the keys given for it; `None` where the field is
    /// to be looked for under the known ones.
    pub(super) fn values<'t, 'a>(
        &self,
        field: Field,
        record: &'t Tree<'a>,
    ) -> Option<Vec<&'t Tree<'a>>> {
        let keys = self.keys_of(field)?;
        if keys == [""] {
            return Some(Vec::new());
        }
        let mut values = keys.iter().map(|key| resolve(record, key));
        values.find(|values| !values.is_empty())
    }

    /// Where the lists are that hold the records, by the `[]` in keys of fields that an article has
    /// one of: `data.items` of `title=data.items[].headline`.
    pub(super) fn lists(&self) -> Vec<&str> {
        let single = [
            Field::Title,
            Field::Id,
            Field::Date,
            Field::Url,
            Field::Source,
        ];
        let keys = single.iter().filter_map(|field| self.keys_of(*field));
        let mut lists: Vec<&str> = keys
            .flatten()
            .filter_map(|key| Some(key.rsplit_once("[].")?.0))
            .collect();
        lists.dedup();
        lists
    }
}

fn split(entry: &str) -> Option<(Field, &str)> {
    let (name, key) = entry.split_once('=')?;
    let mut named = Field::NAMED.iter();
    let (_, field) = named.find(|(named, _)| *named == name.trim())?;
    Some((*field, key.trim()))
}

/// What a record has under a key that may be below others. A key below a list is that of each item.
fn resolve<'t, 'a>(tree: &'t Tree<'a>, key: &str) -> Vec<&'t Tree<'a>> {
    let found = below(tree, key);
    match key.rsplit_once("[].") {
        // The record is itself an item of that list.
        Some((_, inner)) if found.is_empty() => below(tree, inner),
        _ => found,
    }
}

fn below<'t, 'a>(tree: &'t Tree<'a>, key: &str) -> Vec<&'t Tree<'a>> {
    if let Tree::List(items) = tree {
        return items.iter().flat_map(|item| below(item, key)).collect();
    }
    let key = key.strip_suffix("[]").unwrap_or(key);
    let mut found = Vec::new();
    for (name, value) in tree.entries() {
        if name == key {
            return vec![value];
        }
        let after = key.strip_prefix(&**name);
        let after = after.map(|after| after.strip_prefix("[]").unwrap_or(after));
        if let Some(inner) = after.and_then(|after| after.strip_prefix('.')) {
            found.extend(below(value, inner));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_known_however_they_are_written() {
        for (key, field) in [
            ("publish_time", Some(Field::Date)),
            ("publishTime", Some(Field::Date)),
            ("PublishTime", Some(Field::Date)),
            ("Publish-Time", Some(Field::Date)),
            ("\u{FEFF}新闻 标题", Some(Field::Title)),
            ("_id", Some(Field::Id)),
            ("ts_code", Some(Field::Stocks)),
            ("_source", None),
            ("newsSummary", Some(Field::Digest)),
            ("news_ts", Some(Field::Date)),
            ("articleAuthor", Some(Field::Author)),
            ("doc-source", Some(Field::Source)),
            ("公告正文", Some(Field::Body)),
            ("newsletter", None),
            ("newsCode", None),
            ("postcode", None),
            ("published", Some(Field::Date)),
            ("name", None),
            ("", None),
        ] {
            assert_eq!(field_of(key).map(|(field, _)| field), field, "{key}");
        }
    }

    #[test]
    fn the_table_of_keys_is_in_normal_form() {
        let fields: Vec<usize> = known().map(|(field, _)| field as usize).collect();
        assert_eq!(fields, Vec::from_iter(0..Field::COUNT));
        for key in known().flat_map(|(_, keys)| keys) {
            assert_eq!(normal(key), key);
        }
    }

    #[test]
    fn keys_lead_below_others_and_into_lists() {
        let json =
            r#"{"_source":{"a":"1"},"data":{"items":[{"a":"2"},{"a":"3"}]},"x.y":{"z":"4"}}"#;
        let tree = Tree::parse(json).expect("JSON");
        for (key, expected) in [
            ("_source.a", &["1"][..]),
            ("data.items[].a", &["2", "3"]),
            ("data.items.a", &["2", "3"]),
            ("x.y.z", &["4"]),
            ("more[]._source.a", &["1"]),
            ("_source.b", &[]),
            ("data.items[].b", &[]),
            ("", &[]),
        ] {
            let found: Vec<_> = resolve(&tree, key)
                .iter()
                .map(|value| value.text(&[]))
                .collect();
            assert_eq!(found, expected, "{key}");
        }
    }

    #[test]
    fn a_mapping_says_what_it_does_not_know() {
        let mapping = Mapping::default()
            .with("title = 题")
            .and_then(|m| m.with("id="));
        let mapping = mapping.expect("a mapping");
        let tree = Tree::parse(r#"{"题":"甲","id":"7"}"#).expect("JSON");
        let texts = |field| {
            let values = mapping.values(field, &tree)?;
            Some(
                values
                    .iter()
                    .map(|value| value.text(&[]).into_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(texts(Field::Title), Some(vec!["甲".to_owned()]));
        assert_eq!(texts(Field::Id), Some(vec![]));
        assert_eq!(texts(Field::Body), None);
        for bad in ["headline=a", "title", "=a", ""] {
            let error = Mapping::default().with(bad).expect_err("no mapping");
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("`{bad}` is not FIELD=KEY"))
            );
        }
    }
}
