//! A line of JSON Lines → article.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::content::Content;
use super::draft::{self, Draft};
use super::mention::{self, Mention};
use super::{Article, Kept, Kind, Problem, Published, encoding, id, markup, text};

impl Article {
    /// Reads a JSON object with the keys of a line of JSON Lines: `id`, `title`, `date`, `source`,
    /// `tag`, `category`, `url`, `body`, `stocks`. All but title or body may be missing.
    ///
    /// ```
    /// let article = newsearch::Article::from_json(r#"{"title":"云帆上市","date":"2026-05-14"}"#)?;
    /// assert_eq!(article.title, "云帆上市");
    /// # Ok::<(), newsearch::Problem>(())
    /// ```
    ///
    /// # Errors
    /// The text is no JSON object, or has neither title nor body.
    pub fn from_json(json: &str) -> Result<Article, Problem> {
        read(json.as_bytes())
    }
}

/// Reads a line.
///
/// # Errors
/// The line is no JSON object, or has neither title nor text.
pub(super) fn read(bytes: &[u8]) -> Result<Article, Problem> {
    let mut line = parse(bytes).map_err(Problem::NotJson)?;
    let kept = line.newsearch.take();
    if let Some(kept) = kept.and_then(|kept| serde_json::from_value::<Kept>(kept).ok())
        && !line.id.0.is_empty()
    {
        return Ok(exported(line, kept));
    }
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
        .or_else(|| id::day_of_info_code(&article.id))
        .or_else(|| id::day_of_info_code(article.url.as_deref()?));
    draft.finish(None)
}

/// What a line may say. All but title or body may be missing.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
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
    newsearch: Option<serde_json::Value>,
}

/// The article of a line that was exported.
fn exported(line: Line, kept: Kept) -> Article {
    let article = Article {
        id: line.id.0,
        title: line.title.0,
        source: line.source.0,
        tag: line.tag.0,
        category: line.category.0,
        url: Some(line.url.0).filter(|url| !url.is_empty()),
        ..Article::default()
    };
    kept.article(article, &line.body.0)
}

fn parse(bytes: &[u8]) -> Result<Line, serde_json::Error> {
    let text = encoding::decode(bytes);
    if !text.trim_start().starts_with('{') {
        return Err(serde_json::Error::custom("it does not begin with {"));
    }
    serde_json::from_str(&text)
}

/// Whether a line that does not read may be meant for this article.
pub(super) fn may_be(bytes: &[u8], article: &Article) -> bool {
    let line = encoding::decode(bytes);
    let address = article.url.as_deref();
    names(&line, &article.id)
        || address.is_some_and(|address| names(&line, address))
        || id::is_hash(&article.id) && !has_id(&line)
}

/// Whether a name stands in a line for itself, not as a part of a longer one.
fn names(line: &str, name: &str) -> bool {
    let escaped = serde_json::Value::from(name).to_string();
    let name = &escaped[1..escaped.len() - 1];
    let mut places = line.match_indices(name);
    places.any(|(start, _)| {
        let (before, after) = (&line[..start], &line[start + name.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

/// Whether a line has an id that is not empty.
fn has_id(line: &str) -> bool {
    let Some((_, rest)) = line.split_once("\"id\"") else {
        return false;
    };
    let value = rest.trim_start_matches([' ', '\t', ':', '"']);
    value.starts_with(char::is_alphanumeric) && !value.starts_with("null")
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
        // `1e300` is not written out, which would make a large text of a small line.
        let number = serde_json::Number::from_f64(number);
        Ok(number.map_or_else(String::new, |number| number.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn article(line: &str) -> Article {
        match read(line.as_bytes()) {
            Ok(article) => article,
            Err(problem) => panic!("{line}: {problem}"),
        }
    }

    fn stocks(article: &Article) -> Vec<String> {
        let line = |stock: &super::super::Stock| {
            let key = stock.key().unwrap_or_default();
            format!("{key} {} {}", stock.name, stock.strength)
        };
        article.stocks.iter().map(line).collect()
    }

    #[test]
    fn all_keys() {
        let article = article(
            r#"{"id":"a 1 ","title":"云帆上市","date":"2026-05-14 00:08:23 +0800","source":"江海社",
                "tag":"江海社新闻","category":"jianghaishe","url":"https://a.example/1","more":{"a":[1]},
                "body":"江海社5月14日电，云帆上市。\n首日大涨。","stocks":["002991:云帆科技",":蓝湖"]}"#,
        );
        assert_eq!(article.id, "a 1 ");
        assert_eq!(article.kind, Kind::Line);
        assert_eq!(article.title, "云帆上市");
        assert_eq!(
            article.published.map(|p| p.to_string()).as_deref(),
            Some("2026-05-14T00:08:23+08:00")
        );
        assert_eq!(
            (article.source.as_str(), article.tag.as_str()),
            ("江海社", "江海社新闻")
        );
        assert_eq!(article.category, "jianghaishe");
        assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
        assert_eq!(
            article.body_text(),
            "江海社5月14日电，云帆上市。\n首日大涨。"
        );
        assert_eq!(stocks(&article), ["SZ002991 云帆科技 2", " 蓝湖 2"]);
    }

    #[test]
    fn title_or_body_is_enough() {
        let titled = article(r#"{"title":"云帆上市"}"#);
        assert!(titled.body.is_empty() && !titled.title_derived);
        let untitled = article(r#"{"body":"云帆上市。首日大涨。"}"#);
        assert_eq!(
            (untitled.title.as_str(), untitled.title_derived),
            ("云帆上市", true)
        );
        assert_eq!(
            untitled.id,
            article(r#"{"id":"","body":"云帆上市。首日大涨。","date":null}"#).id
        );
        assert!(matches!(read(br#"{"body":" \n"}"#), Err(Problem::NoText)));
    }

    #[test]
    fn text_is_kept_word_for_word() {
        for body in [
            "‹全文完>",
            "净含量<250g，网速<20Mbps，P<0.05",
            "<全文完> A&amp;B &lt;  两个  空格",
            "责任编辑：张三",
            "（文章来源：江海社）",
            "（江海社）",
        ] {
            let line = serde_json::json!({ "body": body }).to_string();
            assert_eq!(article(&line).body_text(), body);
        }
        let spaced = article(r#"{"body":"　甲 \r\n\r\n乙\n \n"}"#);
        assert_eq!(spaced.body_text(), "甲\n乙");
    }

    #[test]
    fn a_body_with_a_known_tag_is_html() {
        let article = article(
            r#"{"body":"<p>甲&amp;<strong>乙</strong></p><P>丙<20Mbps</P><p class=\"em_media\">（文章来源：江海社）</p>"}"#,
        );
        assert_eq!(article.body_text(), "甲&乙\n丙<20Mbps");
        assert_eq!(article.source, "江海社");
    }

    #[test]
    fn other_types_are_taken_as_text() {
        let article = article(
            r#"{"id":202201072240501674,"title":7,"date":20220107,"source":null,"tag":["甲新闻"],"category":true,
                "url":{},"body":["一","二"],"stocks":"600991:云帆，;BK0991|(x)"}"#,
        );
        assert_eq!(article.id, "202201072240501674");
        assert_eq!(
            (article.title.as_str(), article.category.as_str()),
            ("7", "true")
        );
        assert_eq!(article.source, "甲");
        assert_eq!(article.url, None);
        assert_eq!(article.body_text(), "一\n二");
        assert_eq!(article.published, None, "an id tells no day");
        assert_eq!(stocks(&article), ["SH600991 云帆 2", "BK0991  2"]);
    }

    #[test]
    fn a_line_without_an_id_gets_one() {
        let cases = [
            (
                r#"{"title":"甲","url":"https://a.example/news/1353,202112081234567890.html"}"#,
                "202112081234567890",
            ),
            (
                r#"{"title":"甲","url":"https://a.example/x"}"#,
                "https://a.example/x",
            ),
            (
                r#"{"id":"NW202112081234567890","title":"甲"}"#,
                "NW202112081234567890",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(article(line).id, expected, "{line}");
        }
    }

    #[test]
    fn a_name_and_its_code_are_one_security() {
        let article = article(
            r#"{"body":"今日云帆科技(002991)、蓝湖(600991.SH)大涨","stocks":[":云帆科技",":云帆科技","600991.SH:"]}"#,
        );
        assert_eq!(stocks(&article), ["SH600991 蓝湖 3", "SZ002991 云帆科技 3"]);
    }

    #[test]
    fn a_line_that_does_not_read_is_meant_for_whom_it_names() {
        let with = |id: &str, url: Option<&str>| Article {
            id: id.into(),
            url: url.map(str::to_owned),
            ..Article::default()
        };
        let hash = "0123456789abcdef0123456789abcdef";
        for (line, id, url, expected) in [
            (r#"{"id":"a","title":"#, "a", None, true),
            (r#"{"id":"ab","title":"a b"#, "ab", None, true),
            (r#"{"id":"ab","title":""#, "a", None, false),
            ("not json at all", "a", None, false),
            ("not json at all", hash, None, true),
            (r#"{"id":"a","title":"#, hash, None, false),
            (r#"{"id":"","title":"甲","#, hash, None, true),
            (r#"{"id": null,"title":"甲","#, hash, None, true),
            (
                r#"{"url":"https://a.example/1""#,
                "1x",
                Some("https://a.example/1"),
                true,
            ),
            (r#"{"id":"甲\"乙","title":"#, "甲\"乙", None, true),
            (
                r#"{"id":202201072240501674,"title":"#,
                "202201072240501674",
                None,
                true,
            ),
        ] {
            assert_eq!(
                may_be(line.as_bytes(), &with(id, url)),
                expected,
                "{line} {id}"
            );
        }
    }

    #[test]
    fn what_is_no_object_is_no_line() {
        for line in ["[\"甲\"]", "\"甲\"", "{", "{\"title\":}", "甲"] {
            assert!(
                matches!(read(line.as_bytes()), Err(Problem::NotJson(_))),
                "{line}"
            );
        }
        let nested = format!("{{\"body\":{}", "[".repeat(100_000));
        assert!(matches!(read(nested.as_bytes()), Err(Problem::NotJson(_))));
    }
}
