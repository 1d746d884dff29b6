//! JSON as a tree of texts, which borrows from what it is read of.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value of JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tree<'a> {
    Null,
    Truth(bool),
    /// A string, or a number as it is written.
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    /// Reads one value.
    ///
    /// # Errors
    /// The text is no JSON.
    pub(super) fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The value as one text: a list line by line, of an object the first of `inner` that it has, else
    /// nothing.
    pub(super) fn text(&self, inner: &[&str]) -> Cow<'_, str> {
        match self {
            Tree::Null => Cow::Borrowed(""),
            Tree::Truth(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Tree::Text(text) if text.contains('\0') => Cow::Owned(text.replace('\0', "")),
            Tree::Text(text) => Cow::Borrowed(text),
            Tree::List(items) => Cow::Owned(lines(items, inner)),
            Tree::Object(entries) => {
                let value = inner.iter().find_map(|wanted| {
                    let mut named = entries.iter().filter(|(key, _)| key == wanted);
                    named.find_map(|(_, value)| {
                        Some(value.text(inner)).filter(|text| !text.is_empty())
                    })
                });
                value.unwrap_or_default()
            }
        }
    }

    /// The values of an object, by key; none of anything else.
    pub(super) fn entries(&self) -> &[(Cow<'a, str>, Tree<'a>)] {
        match self {
            Tree::Object(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Tree<'a>] {
        match self {
            Tree::List(items) => items,
            _ => &[],
        }
    }
}

fn lines(items: &[Tree], inner: &[&str]) -> String {
    let mut lines = String::new();
    for item in items {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&item.text(inner));
    }
    lines
}

/// JSON in which each half of a surrogate pair that lacks the other is U+FFFD; `None` where there is
/// none. Texts that were cut by a program that counts in UTF-16 end so: `"…\ud83d"`.
pub(super) fn without_cut_surrogates(json: &str) -> Option<String> {
    let mut mended = String::new();
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = match (code_unit(escape), escape.get(6..).and_then(code_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
            (Some(_), _) => 6,
            // A backslash, and what it escapes.
            (None, _) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        mended.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    mended.push_str(rest);
    (mended != json).then_some(mended)
}

/// The code unit of an escape `\uXXXX` at the head of a text.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Tree::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Tree::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Tree::Text(Cow::Owned(text)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_string(number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_string(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // `1e300` is not written out, which would make a large text of a small line.
        let is_whole = number.fract() == 0.0 && number.abs() < 1e15;
        let text = match serde_json::Number::from_f64(number) {
            _ if is_whole => (number as i64).to_string(),
            Some(number) => number.to_string(),
            None => String::new(),
        };
        self.visit_string(text)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Tree::Truth(truth))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Tree::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::new();
        while let Some((Key(key), value)) = entries.next_entry()? {
            object.push((key, value));
        }
        Ok(Tree::Object(object))
    }
}

/// A key, borrowed where it can be.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_text() {
        for (json, expected) in [
            (r#""甲\u0000乙""#, "甲乙"),
            ("20220107", "20220107"),
            ("1672882200.0", "1672882200"),
            ("1e300", "1e+300"),
            ("0.5", "0.5"),
            ("true", "true"),
            ("null", ""),
            (r#"["甲",["乙",1],null]"#, "甲\n乙\n1\n"),
            (r#"{"id":"x","name":"","text":"甲"}"#, "甲"),
            (
                r#"{"$date":{"$numberLong":"1672882200000"}}"#,
                "1672882200000",
            ),
            (r#"{"more":"甲"}"#, ""),
        ] {
            let tree = Tree::parse(json).expect("JSON");
            let inner = ["name", "text", "$date", "$numberLong"];
            assert_eq!(tree.text(&inner), expected, "{json}");
        }
    }

    #[test]
    fn what_is_not_escaped_is_borrowed() {
        let tree = Tree::parse(r#"{"甲":"乙","丙":"\n"}"#).expect("JSON");
        let [(key, Tree::Text(value)), (_, Tree::Text(escaped))] = tree.entries() else {
            panic!("{tree:?}");
        };
        assert!(matches!(
            (key, value),
            (Cow::Borrowed("甲"), Cow::Borrowed("乙"))
        ));
        assert!(matches!(escaped, Cow::Owned(_)));
    }

    #[test]
    fn cut_surrogates_are_replaced_and_whole_ones_kept() {
        for (json, expected) in [
            (r#""a\ud83d""#, Some(r#""a\ufffd""#)),
            (r#""\ude00b""#, Some(r#""\ufffdb""#)),
            (r#""\uD83D\u0041""#, Some(r#""\ufffd\u0041""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\ude00\n\"""#, None),
            (r#""\\ud83d""#, None),
            (r#""\ud83""#, None),
            ("\"\\", None),
            ("\"\\é", None),
        ] {
            assert_eq!(without_cut_surrogates(json).as_deref(), expected, "{json}");
        }
    }
}
