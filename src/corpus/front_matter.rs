//! The header of a Jekyll post.

use serde::Deserialize;
use serde_yaml::Value;

use super::text;

/// What the header of a post says. Empty: nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub(super) title: String,
    pub(super) date: String,
    pub(super) categories: String,
    pub(super) tags: String,
}

/// Splits a post into its header and the rest: the header stands between the first two lines that
/// are exactly `---`, the first of them being the first of the file.
pub(super) fn split(post: &str) -> Option<(&str, &str)> {
    let inside = post.trim_start_matches('\n').strip_prefix(DELIMITER)?;
    let inside = inside.strip_prefix('\n')?;
    let mut start = 0;
    for line in inside.split_inclusive('\n').take(MAX_LINES + 1) {
        let end = start + line.len();
        if line.trim_end_matches('\n') == DELIMITER {
            return Some((&inside[..start], &inside[end..]));
        }
        if end > MAX_BYTES {
            return None;
        }
        start = end;
    }
    None
}

const DELIMITER: &str = "---";

/// A header has at most this many lines.
const MAX_LINES: usize = 20;

/// A header has at most this many bytes.
const MAX_BYTES: usize = 16 * 1024;

/// A header with more lists than this is not read as YAML: to nest them costs quadratic time.
const MAX_LISTS: usize = 100;

/// Reads a header as YAML, or, where it is broken (a bare `"` in a title, a `: ` in a value), line by
/// line. Cannot fail.
pub(super) fn read(header: &str) -> FrontMatter {
    let yaml = Some(header).filter(|header| is_meant_as_yaml(header));
    let mut read = yaml
        .and_then(|yaml| from_yaml(yaml).or_else(|| from_yaml_of_any_type(yaml)))
        .unwrap_or_else(|| from_lines(header));
    let FrontMatter {
        title,
        date,
        categories,
        tags,
    } = &mut read;
    for value in [&mut *title, date, categories, tags] {
        // YAML has escapes for characters that were dropped from the file, and for ends of lines.
        value.retain(|c| c != '\0');
        *value = text::on_one_line(value);
    }
    *title = text::collapse(&text::decode_entities(title));
    read
}

/// A generator that quotes nothing writes values that are YAML of another meaning: an anchor, a
/// comment.
fn is_meant_as_yaml(header: &str) -> bool {
    let is_other = |line: &str| {
        let value = line.split_once(':').map_or("", |(_, value)| value.trim());
        let is_quoted = value.starts_with(['"', '\'']);
        value.starts_with(['&', '!', '{']) || !is_quoted && value.contains(" #")
    };
    let lists = header.matches(['[', '{']).count();
    lists <= MAX_LISTS && !header.lines().any(is_other)
}

/// All values are scalars: taken as they are written, so that `0123` stays `0123`.
fn from_yaml(header: &str) -> Option<FrontMatter> {
    #[derive(Deserialize)]
    struct Scalars {
        title: Option<String>,
        date: Option<String>,
        categories: Option<String>,
        tags: Option<String>,
    }
    let read: Scalars = serde_yaml::from_str(header).ok()?;
    Some(FrontMatter {
        title: read.title.unwrap_or_default(),
        date: read.date.unwrap_or_default(),
        categories: read.categories.unwrap_or_default(),
        tags: read.tags.unwrap_or_default(),
    })
}

/// Some values are lists: their items are joined with a blank.
fn from_yaml_of_any_type(header: &str) -> Option<FrontMatter> {
    let read: Value = serde_yaml::from_str(header).ok()?;
    let read = read.as_mapping()?;
    let value = |key: &str| read.get(key).map(joined).unwrap_or_default();
    Some(FrontMatter {
        title: value("title"),
        date: value("date"),
        categories: value("categories"),
        tags: value("tags"),
    })
}

fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Sequence(items) => items.iter().map(joined).collect::<Vec<_>>().join(" "),
        Value::Null | Value::Mapping(_) | Value::Tagged(_) => String::new(),
    }
}

fn from_lines(header: &str) -> FrontMatter {
    let mut read = FrontMatter::default();
    for line in header.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match key.trim() {
            "title" => read.title = unquoted(value).to_owned(),
            "date" => read.date = value.to_owned(),
            "categories" => read.categories = value.to_owned(),
            "tags" => read.tags = value.to_owned(),
            _ => {}
        }
    }
    read
}

/// Without one quote at each end; what stands between is taken word for word.
fn unquoted(value: &str) -> &str {
    let value = value.strip_prefix('"').unwrap_or(value);
    value.strip_suffix('"').unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, title: &str, date: &str, categories: &str, tags: &str) {
        let expected = FrontMatter {
            title: title.to_owned(),
            date: date.to_owned(),
            categories: categories.to_owned(),
            tags: tags.to_owned(),
        };
        assert_eq!(read(header), expected);
    }

    #[test]
    fn scalars_are_taken_as_written() {
        check(
            "layout: post\ntitle: \"甲：乙｜“丙” 50%\"\ndate: 2022-02-09 16:43:43 +0800\ncategories: 36ke\ntags: 360\n",
            "甲：乙｜“丙” 50%",
            "2022-02-09 16:43:43 +0800",
            "36ke",
            "360",
        );
        check(
            "title: 0123\ndate: 2022-01-01\ncategories: true\ntags: 1.50",
            "0123",
            "2022-01-01",
            "true",
            "1.50",
        );
        check(
            "title: ~\ndate:\ncategories: null\ntags: ''",
            "",
            "",
            "",
            "",
        );
    }

    #[test]
    fn broken_yaml_is_read_line_by_line() {
        check(
            "title: \"甲称\"乙\"上涨\"\ndate: 2021-12-08 10:46:18\ncategories: emnews\ntags: 甲: 乙新闻",
            "甲称\"乙\"上涨",
            "2021-12-08 10:46:18",
            "emnews",
            "甲: 乙新闻",
        );
        for tag in ["*甲新闻", "&甲新闻 : ", "[甲", "{甲", "@甲新闻", "`甲"] {
            check(
                &format!("title: \"C:\\路\"\ncategories: jia\ntags: {tag}"),
                "C:\\路",
                "",
                "jia",
                tag.trim(),
            );
        }
    }

    #[test]
    fn good_yaml_escapes_are_understood() {
        check(
            "title: \"甲称\\\"乙\\\"上涨\"",
            "甲称\"乙\"上涨",
            "",
            "",
            "",
        );
    }

    #[test]
    fn every_value_is_one_line() {
        check(
            "title: \"甲\\0\\n乙\"\ndate: \"2022-01-01\\r\"\ncategories: |\n  a\n  b\ntags: \"\\0丙\\r新闻\"",
            "甲 乙",
            "2022-01-01",
            "a b",
            "丙 新闻",
        );
    }

    #[test]
    fn lists_are_joined() {
        check(
            "title: 甲\ntags: [乙, 丙]\ncategories:\n  - a\n  - 36",
            "甲",
            "",
            "a 36",
            "乙 丙",
        );
    }

    #[test]
    fn title_entities_are_decoded_once() {
        check("title: \"甲&amp;乙 &amp;lt;\"", "甲&乙 &lt;", "", "", "");
    }

    #[test]
    fn the_header_stands_between_the_first_two_delimiters() {
        let cases = [
            (
                "---\ntitle: 甲\n---\n乙\n---\n丙",
                Some(("title: 甲\n", "乙\n---\n丙")),
            ),
            ("---\n---", Some(("", ""))),
            ("---\ntitle: 甲\n", None),
            ("--- \ntitle: 甲\n---\n", None),
            ("甲\n---\n乙\n---\n", None),
        ];
        for (post, expected) in cases {
            assert_eq!(split(post), expected, "{post}");
        }
        let long = |lines: usize| format!("---\n{}---\n乙", "a: b\n".repeat(lines));
        assert!(split(&long(20)).is_some());
        assert!(split(&long(21)).is_none());
    }

    #[test]
    fn a_header_made_to_cost_time_costs_none() {
        let bomb: String = (1..19)
            .map(|i| format!("a{i}: &a{i} [{}]\n", format!("*a{}, ", i - 1).repeat(9)))
            .collect();
        let bomb = format!("a0: &a0 [{}]\n{bomb}title: \"甲\"\n", "x, ".repeat(9));
        let nested = format!("title: \"甲\"\ntags: {}", "[".repeat(MAX_BYTES - 30));
        for header in [bomb, nested] {
            let start = std::time::Instant::now();
            assert_eq!(read(&header).title, "甲");
            assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
        }
    }
}
