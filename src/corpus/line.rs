//! A record of a file that holds many, as JSON → article.

use std::borrow::Cow;

use super::draft::{self, Draft};
use super::fields::Fields;
use super::keys::{Field, Mapping};
use super::mention::{self, Mention};
use super::tree::{Tree, without_cut_surrogates};
use super::{
    Article, Kept, Kind, Precision, Problem, Published, Reading, Remark, body, date, encoding,
    html, id, markup, text,
};

impl Article {
    /// Reads a JSON object with the keys of a line of JSON Lines: `id`, `title`, `date`, `source`,
    /// `author`, `tag`, `category`, `url`, `body`, `stocks`, or others that are in use for them. All but
    /// title or body may be missing.
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
        match read(json.as_bytes(), &Mapping::default())? {
            Line::Article(reading) => Ok(reading.article),
            Line::Articles(_) => Err(Problem::NoText),
        }
    }
}

/// What a record is.
#[derive(Debug)]
pub(super) enum Line {
    Article(Box<Reading>),
    /// No article, but an object in which there are some, in the lists with these keys.
    Articles(Vec<String>),
}

/// Reads a record, a JSON object: a line of JSON Lines, an item of a list, a row of a table.
///
/// # Errors
/// It is no JSON object, has neither title nor text, or is a draft.
pub(super) fn read(bytes: &[u8], mapping: &Mapping) -> Result<Line, Problem> {
    let json = encoding::decode(bytes);
    if !json.trim_start().starts_with('{') {
        return Err(Problem::NotJson("it does not begin with {".into()));
    }
    match Tree::parse(&json) {
        Ok(tree) => match exported(&tree, &json) {
            Some(article) => Ok(Line::Article(Box::new(Reading::of(article)))),
            None => of_tree(&tree, mapping),
        },
        Err(error) => {
            let mended = without_cut_surrogates(&json).ok_or_else(|| not_json(error))?;
            let tree = Tree::parse(&mended).map_err(not_json)?;
            of_tree(&tree, mapping)
        }
    }
}

fn not_json(error: serde_json::Error) -> Problem {
    Problem::NotJson(error.into())
}

/// The article of a line that was exported.
fn exported(tree: &Tree, json: &str) -> Option<Article> {
    let text = |wanted: &str| {
        let mut entries = tree.entries().iter();
        let value = entries.find(|(key, _)| key == wanted);
        value
            .map(|(_, value)| value.text(&[]).into_owned())
            .unwrap_or_default()
    };
    tree.entries().iter().find(|(key, _)| key == "newsearch")?;
    let Exported { newsearch } = serde_json::from_str(json).ok()?;
    let line = Article {
        id: text("id"),
        title: text("title"),
        source: text("source"),
        url: Some(text("url")).filter(|url| !url.is_empty()),
        ..Article::default()
    };
    let kept = Some(newsearch).filter(|_| !line.id.is_empty())?;
    Some(kept.article(line, &text("body")))
}

/// What only an exported line has.
#[derive(serde::Deserialize)]
struct Exported {
    newsearch: Kept,
}

fn of_tree(tree: &Tree, mapping: &Mapping) -> Result<Line, Problem> {
    let fields = Fields::of(tree, mapping);
    let lists = fields.lists();
    if !lists.is_empty() {
        return Ok(Line::Articles(lists));
    }
    if fields.are_of_a_draft() {
        return Err(Problem::Draft);
    }
    article(&fields).map(|reading| Line::Article(Box::new(reading)))
}

fn article(fields: &Fields) -> Result<Reading, Problem> {
    let mut body = fields.text(Field::Body);
    let mut digest = on_one_line(&fields.text(Field::Digest));
    let has_body = !body.trim().is_empty();
    if !has_body {
        // A digest alone is the text.
        body = std::mem::take(&mut digest).into();
    }
    let content = body::of_record(&body);
    let mut draft = Draft::new(content);
    draft.mentions.extend(mentions(fields));
    draft.remarks.extend(unread(fields, has_body));
    let date = published(fields, &mut draft);

    let article = &mut draft.article;
    article.kind = Kind::Line;
    article.title = on_one_line(&fields.text(Field::Title));
    article.digest = digest;
    article.authors = draft::names(&fields.text(Field::Author));
    article.tags = draft::names(&fields.text(Field::Tag));
    article.categories = draft::names(&fields.text(Field::Category));
    article.id = fields.text(Field::Id).into_owned();
    let (source, url) = source_and_url(fields);
    article.url = Some(url).filter(|url| !url.is_empty());
    if !source.is_empty() {
        article.source = source;
    } else if article.source.is_empty() {
        article.source = draft::source_of_tags(&article.tags).to_owned();
    }
    article.updated = date::known(&fields.text(Field::Updated));
    article.published = date
        .or_else(|| id::day_of_info_code(&article.id))
        .or_else(|| id::day_of_info_code(article.url.as_deref()?))
        .or_else(|| date::path::day_of_address(article.url.as_deref()?));
    let unread = draft.remarks.iter().find_map(|remark| match remark {
        Remark::NoBody { key } => Some(key.clone()),
        _ => None,
    });
    draft
        .finish(None)
        .map_err(|problem| match (problem, unread) {
            (Problem::NoText, Some(key)) => Problem::NoKey { key },
            (problem, _) => problem,
        })
}

/// A text without the tags that it may have, on one line.
fn on_one_line(value: &str) -> String {
    if !markup::is_html(value) {
        return text::on_one_line(&text::without_entities(value));
    }
    let paragraphs = html::read(value).paragraphs;
    let texts: Vec<String> = paragraphs
        .into_iter()
        .map(|paragraph| paragraph.text)
        .collect();
    texts.join(" ")
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

/// An address in the place of a source says where the article was, not who published it.
fn source_and_url(fields: &Fields) -> (String, String) {
    let mut url = text::on_one_line(&fields.text(Field::Url));
    for value in fields.texts(Field::Source) {
        let source = on_one_line(&value);
        if !is_address(&source) {
            return (source, url);
        }
        if url.is_empty() {
            url = source;
        }
    }
    (String::new(), url)
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://") || text.starts_with("//")
}

/// The first date that is understood; a day with the time of day that stands under another key.
fn published(fields: &Fields, draft: &mut Draft) -> Option<Published> {
    let texts: Vec<Cow<str>> = fields.texts(Field::Date).collect();
    let (times, dates): (Vec<_>, Vec<_>) = texts.iter().partition(|text| is_time_of_day(text));
    let mut understood = dates
        .iter()
        .filter_map(|text| Some((text, date::known(text)?)));
    let Some((day, published)) = understood.next() else {
        return draft.date(dates.first()?);
    };
    if published.precision == Precision::Second {
        return Some(published);
    }
    let mut moments = times
        .iter()
        .filter_map(|time| Published::parse(&format!("{} {}", day.trim(), time.trim())));
    moments.next().or(Some(published))
}

/// `9:30`, `09:30:00`.
fn is_time_of_day(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let are_numbers = parts.iter().all(|part| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    (2..=3).contains(&parts.len()) && are_numbers
}

/// The securities in `["CODE:NAME", ":NAME"]`, in one text, in objects, or by code and name under two
/// keys.
fn mentions(fields: &Fields) -> Vec<Mention> {
    let items: Vec<String> = fields.items(Field::Stocks);
    let names: Vec<String> = fields.items(Field::StockNames);
    if items.len() != names.len() || items.iter().any(|item| item.contains(':')) {
        let all = items.iter().chain(&names);
        return all.filter_map(|item| mention::of_list_item(item)).collect();
    }
    let pairs = items.iter().zip(&names);
    pairs
        .filter_map(|(code, name)| mention::of_list_item(&format!("{code}:{name}")))
        .collect()
}

/// What is said of long texts that were passed over.
fn unread(fields: &Fields, has_body: bool) -> Vec<Remark> {
    let keys = fields.unread_long_texts();
    let remark = |key| match has_body {
        true => Remark::Unread { key },
        false => Remark::NoBody { key },
    };
    keys.into_iter().map(remark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn article(line: &str) -> Article {
        match read(line.as_bytes(), &Mapping::default()) {
            Ok(Line::Article(reading)) => reading.article,
            Ok(Line::Articles(lists)) => panic!("{line}: {lists:?}"),
            Err(problem) => panic!("{line}: {problem}"),
        }
    }

    #[test]
    fn a_digest_that_repeats_the_title_is_none_where_there_is_another() {
        for (line, digest) in [
            (
                r#"{"title":"甲","desc":"甲","brief":"澜汐收涨。","content":"文"}"#,
                "澜汐收涨。",
            ),
            (
                r#"{"title":"甲","brief":"澜汐收涨。","video":{"title":"甲","desc":" 甲 ","content":"文"}}"#,
                "澜汐收涨。",
            ),
            (
                r#"{"title":"甲","desc":"甲","brief":"甲","content":"文"}"#,
                "甲",
            ),
            (
                r#"{"title":"甲","summary":"汀洲扩建。","desc":"甲","content":"文"}"#,
                "汀洲扩建。",
            ),
            (
                r#"{"title":"甲","desc":"甲","brief":"","content":"文"}"#,
                "甲",
            ),
        ] {
            assert_eq!(article(line).digest, digest, "{line}");
        }
        let alone = article(r#"{"title":"甲","desc":"甲","brief":"澜汐收涨。"}"#);
        assert_eq!(alone.body_text(), "澜汐收涨。");
    }

    fn problem(line: &[u8]) -> Option<Problem> {
        read(line, &Mapping::default()).err()
    }

    fn stocks(article: &Article) -> Vec<String> {
        let line = |stock: &super::super::Stock| {
            let key = stock.key().unwrap_or_default();
            format!("{key} {} {}", stock.name, stock.strength)
        };
        article.stocks.iter().map(line).collect()
    }

    #[test]
    fn a_record_without_a_known_key_names_the_long_one() {
        let long = "江海社5月14日电，云帆上市。".repeat(20);
        let line = format!(r#"{{"1":"云帆上市","2":"{long}"}}"#);
        match problem(line.as_bytes()) {
            Some(Problem::NoKey { key }) => assert_eq!(key, "2"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            problem("{\"1\":\"云帆上市\"}".as_bytes()),
            Some(Problem::NoText)
        ));
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
            (article.source.as_str(), article.tags.as_slice()),
            ("江海社", &["江海社新闻".to_owned()][..])
        );
        assert_eq!(article.categories, ["jianghaishe"]);
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
        assert!(matches!(
            problem(br#"{"body":" \n"}"#),
            Some(Problem::NoText)
        ));
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
            (article.title.as_str(), article.categories.as_slice()),
            ("7", &["true".to_owned()][..])
        );
        assert_eq!(article.source, "甲");
        assert_eq!(article.url, None);
        assert_eq!(article.body_text(), "一\n二");
        let date = article.published.map(|published| published.to_string());
        assert_eq!(date.as_deref(), Some("2022-01-07"));
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
            let problem = problem(line.as_bytes());
            assert!(matches!(problem, Some(Problem::NotJson(_))), "{line}");
        }
        let nested = format!("{{\"body\":{}", "[".repeat(100_000));
        assert!(matches!(
            problem(nested.as_bytes()),
            Some(Problem::NotJson(_))
        ));
    }
}
