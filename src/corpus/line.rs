//! A line of JSON Lines → article.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::content::Content;
use super::draft::{self, Draft};
use super::mention::{self, Mention};
use super::{Article, Kind, Problem, Published, encoding, id, markup, text};

/// Reads a line.
///
/// # Errors
/// The line is no JSON object, or has neither title nor text.
pub(super) fn read(bytes: &[u8]) -> Result<Article, Problem> {
    let line = parse(bytes).map_err(Problem::NotJson)?;
    let content = if markup::is_html(&line.body.0) {
        Content::of_html(&line.body.0)
    } else {
        Content::of_text(&line.body.0)
    };
    let mut draft = Draft::new(content);
    draft
        .mentions
        .extend(line.stocks.0.split('\n').flat_map(list_items));
    let article = &mut draft.article;
    article.kind = Kind::Line;
    article.title = text::on_one_line(&line.title.0);
    let source = text::on_one_line(&line.source.0);
    article.tag = text::on_one_line(&line.tag.0);
    article.category = text::on_one_line(&line.category.0);
    article.url = Some(text::on_one_line(&line.url.0)).filter(|url| !url.is_empty());
    article.id = line.id.0;
    if !source.is_empty() {
        article.source = source;
    } else if article.source.is_empty() {
        article.source = draft::source_of_tag(&article.tag).to_owned();
    }
    article.published = Published::parse(&line.date.0)
        .or_else(|| id::day_of_serial(id::serial(&article.id)?))
        .or_else(|| id::day_of_serial(id::serial(article.url.as_deref()?)?));
    draft.finish(None)
}

/// What a line may say. All but title or body may be missing.
#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Line {
    id: Text,
    title: Text,
    date: Text,
    source: Text,
    tag: Text,
    category: Text,
    url: Text,
    body: Text,
    stocks: Text,
}

fn parse(bytes: &[u8]) -> Result<Line, serde_json::Error> {
    let text = encoding::decode(bytes);
    if !text.trim_start().starts_with('{') {
        return Err(serde_json::Error::custom("it does not begin with {"));
    }
    serde_json::from_str(&text)
}

/// `["CODE:NAME", ":NAME"]`, of which each is here a line, or one text.
fn list_items(line: &str) -> impl Iterator<Item = Mention> {
    line.split([',', '，', ';', '；', '|'])
        .filter_map(mention::of_list_item)
}

/// A value of whatever type, as text: numbers as they are written, lists line by line, null and
/// objects empty.
#[derive(Default)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
        Ok(if text.contains('\0') {
            text.replace('\0', "")
        } else {
            text
        })
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<String, E> {
        Ok(truth.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
        let mut lines = String::new();
        while let Some(Text(item)) = items.next_element()? {
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(&item);
        }
        Ok(lines)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<String, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}
