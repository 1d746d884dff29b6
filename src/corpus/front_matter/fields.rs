//! The keys of a header → what is known of the post.

use super::value::{Entries, Value};
use crate::corpus::text;

/// What the header of a post says. Empty: nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::corpus) struct FrontMatter {
    pub(in crate::corpus) title: String,
    /// As it is written.
    pub(in crate::corpus) date: String,
    pub(in crate::corpus) updated: String,
    pub(in crate::corpus) source: String,
    pub(in crate::corpus) authors: Vec<String>,
    pub(in crate::corpus) tags: Vec<String>,
    pub(in crate::corpus) categories: Vec<String>,
    pub(in crate::corpus) digest: String,
    /// An address on the web.
    pub(in crate::corpus) url: Option<String>,
    /// It says of itself that it is not published.
    pub(in crate::corpus) is_draft: bool,
    /// The tag is `X新闻` and the category a slug: the form of a site that tags each post with the name
    /// of its outlet.
    pub(in crate::corpus) names_outlet: bool,
}

/// What a key is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Date,
    Updated,
    Source,
    Author,
    Tags,
    Categories,
    Digest,
    Url,
    Draft,
    Published,
    Layout,
}

/// The names of keys, without blanks, `_` and `-`. Of several of one field the first that says
/// something counts, as they come here.
const KEYS: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("标题", Field::Title),
    ("題目", Field::Title),
    ("题目", Field::Title),
    ("標題", Field::Title),
    ("date", Field::Date),
    ("pubdate", Field::Date),
    ("publishdate", Field::Date),
    ("publishtime", Field::Date),
    ("publishedat", Field::Date),
    ("datepublished", Field::Date),
    ("发布时间", Field::Date),
    ("发布日期", Field::Date),
    ("发表时间", Field::Date),
    ("日期", Field::Date),
    ("时间", Field::Date),
    ("datetime", Field::Date),
    ("created", Field::Date),
    ("create", Field::Date),
    ("createdat", Field::Date),
    ("createtime", Field::Date),
    ("createdate", Field::Date),
    ("createdtime", Field::Date),
    ("createddate", Field::Date),
    ("datecreated", Field::Date),
    ("创建时间", Field::Date),
    ("创建日期", Field::Date),
    ("dateadded", Field::Date),
    ("addeddate", Field::Date),
    ("addedat", Field::Date),
    ("datesaved", Field::Date),
    ("savedat", Field::Date),
    ("clipped", Field::Date),
    ("clippedat", Field::Date),
    ("收藏时间", Field::Date),
    ("收藏日期", Field::Date),
    ("采集时间", Field::Date),
    ("抓取时间", Field::Date),
    ("记录时间", Field::Date),
    ("记录日期", Field::Date),
    ("readingdate", Field::Date),
    ("阅读日期", Field::Date),
    ("阅读时间", Field::Date),
    ("updated", Field::Updated),
    ("update", Field::Updated),
    ("updatedat", Field::Updated),
    ("updatetime", Field::Updated),
    ("updatedate", Field::Updated),
    ("lastupdated", Field::Updated),
    ("lastmod", Field::Updated),
    ("modified", Field::Updated),
    ("lastmodified", Field::Updated),
    ("lastmodifiedat", Field::Updated),
    ("datemodified", Field::Updated),
    ("更新时间", Field::Updated),
    ("更新日期", Field::Updated),
    ("修改时间", Field::Updated),
    ("source", Field::Source),
    ("media", Field::Source),
    ("来源", Field::Source),
    ("出处", Field::Source),
    ("文章来源", Field::Source),
    ("媒体", Field::Source),
    ("author", Field::Author),
    ("authors", Field::Author),
    ("作者", Field::Author),
    ("tags", Field::Tags),
    ("tag", Field::Tags),
    ("keywords", Field::Tags),
    ("标签", Field::Tags),
    ("關鍵詞", Field::Tags),
    ("关键词", Field::Tags),
    ("categories", Field::Categories),
    ("category", Field::Categories),
    ("分类", Field::Categories),
    ("分類", Field::Categories),
    ("栏目", Field::Categories),
    ("description", Field::Digest),
    ("summary", Field::Digest),
    ("excerpt", Field::Digest),
    ("digest", Field::Digest),
    ("摘要", Field::Digest),
    ("简介", Field::Digest),
    ("url", Field::Url),
    ("link", Field::Url),
    ("permalink", Field::Url),
    ("originalurl", Field::Url),
    ("sourceurl", Field::Url),
    ("canonicalurl", Field::Url),
    ("链接", Field::Url),
    ("网址", Field::Url),
    ("原文链接", Field::Url),
    ("文章链接", Field::Url),
    ("draft", Field::Draft),
    ("草稿", Field::Draft),
    ("published", Field::Published),
    ("layout", Field::Layout),
];

/// Whether a key is one of a header.
pub(super) fn is_known(key: &str) -> bool {
    field(key).is_some()
}

/// Whether a key is that of the title.
pub(super) fn is_title(key: &str) -> bool {
    field(key).is_some_and(|at| KEYS[at].1 == Field::Title)
}

fn field(key: &str) -> Option<usize> {
    let is_name = |c: &char| !matches!(c, ' ' | '_' | '-' | '"' | '\'');
    let key: String = key
        .chars()
        .filter(is_name)
        .flat_map(char::to_lowercase)
        .collect();
    KEYS.iter().position(|(name, _)| *name == key)
}

/// `{{ title }}`, `<% tp.date.now() %>`: the place for a value in a template.
fn is_place(value: &Value) -> bool {
    let Value::Text(text) = value else {
        return false;
    };
    let text = text.trim();
    [("{{", "}}"), ("<%", "%>")]
        .iter()
        .any(|(begin, end)| text.starts_with(begin) && text.ends_with(end))
}

impl FrontMatter {
    pub(super) fn new(entries: Entries) -> Self {
        let mut known: Vec<(usize, Value)> = Vec::new();
        for (key, value) in entries {
            match field(&key) {
                Some(at) => known.push((at, value)),
                // Hugo keeps what is not its own in a table.
                None if matches!(key.as_str(), "params" | "extra" | "taxonomies") => {
                    known.extend(inner(value))
                }
                None => {}
            }
        }
        known.retain(|(_, value)| !is_place(value));
        known.sort_by_key(|(at, _)| *at);
        let values = Values(known);
        let source = values.line(Field::Source);
        let url = values
            .all(Field::Url)
            .into_iter()
            .chain([source.clone()])
            .find(|url| is_address(url));
        FrontMatter {
            title: text::collapse(&text::decode_entities(&values.line(Field::Title))),
            date: values.date(),
            updated: values.line(Field::Updated),
            source: if is_address(&source) {
                String::new()
            } else {
                source
            },
            authors: values.names(Field::Author),
            tags: values.names(Field::Tags),
            categories: values.names(Field::Categories),
            digest: text::collapse(&text::decode_entities(&values.line(Field::Digest))),
            url,
            is_draft: values.is_draft(),
            names_outlet: values.names_outlet(),
        }
    }
}

fn inner(value: Value) -> Vec<(usize, Value)> {
    let Value::Map(entries) = value else {
        return Vec::new();
    };
    entries
        .into_iter()
        .filter_map(|(key, value)| Some((field(&key)?, value)))
        .collect()
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Known keys and their values, those of one field as their names come in the list.
struct Values(Vec<(usize, Value)>);

impl Values {
    fn of(&self, field: Field) -> impl Iterator<Item = &Value> {
        let values = self.0.iter().filter(move |(at, _)| KEYS[*at].1 == field);
        values.map(|(_, value)| value)
    }

    /// What the keys of a field say, each on one line.
    fn all(&self, field: Field) -> Vec<String> {
        let lines = self.of(field).map(|value| line(&value.scalars().join(" ")));
        lines.filter(|line| !line.is_empty()).collect()
    }

    fn line(&self, field: Field) -> String {
        self.all(field).into_iter().next().unwrap_or_default()
    }

    /// Some sites write when a post was published under `published`, where others have yes or no.
    fn date(&self) -> String {
        let date = self.line(Field::Date);
        let published = self.line(Field::Published);
        let has_digits = published.chars().filter(char::is_ascii_digit).count() >= 4;
        if date.is_empty() && has_digits {
            published
        } else {
            date
        }
    }

    /// The names in lists, and in a value that lists several; each once.
    fn names(&self, field: Field) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let Some(value) = self
            .of(field)
            .find(|value| value.scalars().iter().any(|text| !text.trim().is_empty()))
        else {
            return names;
        };
        let is_list = matches!(value, Value::List(_));
        for text in value.scalars() {
            let text = line(&text::decode_entities(text));
            let separators: &[char] = if is_list {
                &['\n']
            } else {
                &[',', '，', '、', ';', '；', '|']
            };
            for name in text.split(separators) {
                let name = text::without_link(name.trim());
                if !name.is_empty() && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    fn is_draft(&self) -> bool {
        let says = |field, answers: [&str; 3]| {
            let answer = self.line(field).to_ascii_lowercase();
            answers.contains(&answer.as_str())
        };
        says(Field::Draft, ["true", "yes", "是"]) || says(Field::Published, ["false", "no", "否"])
    }

    fn names_outlet(&self) -> bool {
        let single = |field| match self.of(field).next() {
            Some(Value::Text(text)) => Some(text.as_str()).filter(|text| !text.trim().is_empty()),
            _ => None,
        };
        let is_slug = |slug: &str| !slug.chars().any(text::is_han);
        let is_outlet = |tag: &str| tag.ends_with("新闻");
        single(Field::Tags).is_some_and(is_outlet) && single(Field::Categories).is_some_and(is_slug)
    }
}

/// YAML has escapes for characters that were dropped from the file, and for ends of lines.
fn line(text: &str) -> String {
    text::on_one_line(&text.replace('\0', ""))
}
