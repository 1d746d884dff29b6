//! What the keys of a record hold of an article.

use std::borrow::Cow;
use std::ptr;

use super::keys::{Field, Mapping, field_of};
use super::tree::Tree;

/// The fields of the article that a record is, or holds in an object of its own (`_source`).
pub(super) struct Fields<'t, 'a> {
    record: &'t Tree<'a>,
    mapping: &'t Mapping,
    /// The object that is the article, and those around it, from the inside out.
    objects: Vec<&'t Tree<'a>>,
    /// What known keys hold: of the object of the article first, then of those around it; of one
    /// object the more certain key first.
    known: Vec<(Field, &'t Tree<'a>)>,
}

/// So deep below others an object may be the article.
const MAX_DEPTH: usize = 5;
/// So many items of a list are looked at to see whether it is one of articles.
const MAX_ITEMS: usize = 8;

impl<'t, 'a> Fields<'t, 'a> {
    pub(super) fn of(record: &'t Tree<'a>, mapping: &'t Mapping) -> Self {
        let objects = objects_of_article(record);
        let mut known = Vec::new();
        for object in &objects {
            let mut of_object: Vec<(usize, Field, &Tree)> = Vec::new();
            for (key, value) in object.entries() {
                if let Some((field, place)) = field_of(key) {
                    of_object.push((place, field, value));
                }
            }
            of_object.sort_by_key(|(place, ..)| *place);
            known.extend(
                of_object
                    .into_iter()
                    .map(|(_, field, value)| (field, value)),
            );
        }
        Fields {
            record,
            mapping,
            objects,
            known,
        }
    }

    /// The text of a field; empty where the record has none. What a key of the user's leads to several
    /// times, as to the paragraphs of a body, is all of it, line by line.
    pub(super) fn text(&self, field: Field) -> Cow<'t, str> {
        let mut texts = self.texts(field);
        let first = texts.next().unwrap_or_default();
        let has_several = [Field::Body, Field::Author, Field::Tag, Field::Category];
        if !has_several.contains(&field) || !self.is_mapped(field) {
            return first;
        }
        let mut all = first;
        for text in texts {
            all.to_mut().push('\n');
            all.to_mut().push_str(&text);
        }
        all
    }

    fn is_mapped(&self, field: Field) -> bool {
        self.mapping.values(field, self.record).is_some()
    }

    /// All texts that the record has for a field and that are not empty, the most certain first.
    pub(super) fn texts(&self, field: Field) -> impl Iterator<Item = Cow<'t, str>> {
        let is_date = field == Field::Date;
        let values = self.values(field).into_iter();
        // `published: true` is no date.
        let values = values.filter(move |value| !(is_date && matches!(value, Tree::Truth(_))));
        let texts = values.map(move |value| value.text(inner_keys(field)));
        texts.filter(|text| !text.trim().is_empty())
    }

    fn values(&self, field: Field) -> Vec<&'t Tree<'a>> {
        if let Some(values) = self.mapping.values(field, self.record) {
            return values;
        }
        let of_field = self.known.iter().filter(|(of, _)| *of == field);
        let mut values: Vec<&Tree> = of_field.map(|(_, value)| *value).collect();
        // What only repeats the title is no digest where there is another.
        if field == Field::Digest && values.len() > 1 {
            let title = self.text(Field::Title);
            let says_more = |value: &&Tree| {
                let text = value.text(inner_keys(field));
                !text.trim().is_empty() && text.trim() != title.trim()
            };
            if values.iter().any(says_more) {
                values.retain(says_more);
            }
        }
        values
    }

    fn has(&self, field: Field) -> bool {
        self.texts(field).next().is_some()
    }

    /// The single values of a field that may list several.
    pub(super) fn items(&self, field: Field) -> Vec<String> {
        let mut items = Vec::new();
        for value in self.values(field) {
            collect_items(value, &mut items);
        }
        items
    }

    /// Whether the record says that it is not published.
    pub(super) fn are_of_a_draft(&self) -> bool {
        let mut entries = self.objects.iter().flat_map(|object| object.entries());
        entries.any(|(key, value)| says_draft(key, value))
    }

    /// The keys of the lists whose items are articles, where the record is none itself: it has no body,
    /// and they have what it lacks.
    pub(super) fn lists(&self) -> Vec<String> {
        let mut lists = Vec::new();
        for list in self.mapping.lists() {
            if has_list(self.record, list) {
                lists.push(list.to_owned());
            }
        }
        if !lists.is_empty() || self.has(Field::Body) {
            return lists;
        }
        self.collect_lists(self.record, "", is_whole_article, MAX_DEPTH, &mut lists);
        if lists.is_empty() && !self.has(Field::Title) {
            self.collect_lists(self.record, "", is_some_article, MAX_DEPTH, &mut lists);
        }
        lists
    }

    fn collect_lists(
        &self,
        object: &Tree,
        path: &str,
        is_article: fn(&Fields) -> bool,
        depth: usize,
        lists: &mut Vec<String>,
    ) {
        for (key, value) in object.entries() {
            let path = joined(path, key);
            let mut items = value.items().iter().take(MAX_ITEMS);
            let has_articles = items.any(|item| {
                matches!(item, Tree::Object(_)) && is_article(&Fields::of(item, self.mapping))
            });
            if has_articles {
                lists.push(path);
            } else if depth > 0 {
                self.collect_lists(value, &path, is_article, depth - 1, lists);
            }
        }
    }

    /// The keys that hold long text of which no field was read.
    pub(super) fn unread_long_texts(&self) -> Vec<String> {
        let mut read: Vec<&Tree> = Vec::new();
        for field in READ {
            let inner = inner_keys(field);
            let mut values = self.values(field);
            values.retain(|value| !value.text(inner).trim().is_empty());
            if !self.is_mapped(field) {
                values.truncate(1);
            }
            read.extend(values);
        }
        let mut texts = LongTexts {
            read,
            keys: Vec::new(),
        };
        texts.collect(self.record, "");
        texts.keys
    }
}

fn is_whole_article(fields: &Fields) -> bool {
    fields.has(Field::Title) && (fields.has(Field::Body) || fields.has(Field::Digest))
}

fn is_some_article(fields: &Fields) -> bool {
    fields.has(Field::Title) || fields.has(Field::Body)
}

fn says_draft(key: &str, value: &Tree) -> bool {
    let is_key = |keys: &[&str]| keys.iter().any(|known| key.eq_ignore_ascii_case(known));
    let says = |texts: &[&str]| {
        let text = value.text(&[]);
        texts
            .iter()
            .any(|known| text.trim().eq_ignore_ascii_case(known))
    };
    if is_key(&["draft", "is_draft", "isDraft", "草稿"]) {
        says(&["true", "1", "yes", "是"])
    } else if is_key(&["published", "is_published", "isPublished"]) {
        says(&["false"])
    } else if is_key(&["status", "状态"]) {
        says(&["draft", "草稿", "未发布"])
    } else {
        false
    }
}

/// The fields whose value may be long.
const READ: [Field; 8] = [
    Field::Body,
    Field::Digest,
    Field::Title,
    Field::Author,
    Field::Tag,
    Field::Category,
    Field::Source,
    Field::Stocks,
];

/// Long texts that were passed over.
struct LongTexts<'t, 'a> {
    /// The values that were read.
    read: Vec<&'t Tree<'a>>,
    keys: Vec<String>,
}

impl LongTexts<'_, '_> {
    fn collect(&mut self, tree: &Tree, path: &str) {
        if self.read.iter().any(|read| ptr::eq(*read, tree)) {
            return;
        }
        match tree {
            Tree::Text(text) if is_long(text) => {
                let is_copy = self.read.contains(&tree);
                if !is_copy && !self.keys.iter().any(|key| key == path) {
                    self.keys.push(path.to_owned());
                }
            }
            Tree::List(items) => {
                let path = format!("{path}[]");
                for item in items {
                    self.collect(item, &path);
                }
            }
            Tree::Object(entries) => {
                for (key, value) in entries {
                    self.collect(value, &joined(path, key));
                }
            }
            Tree::Null | Tree::Truth(_) | Tree::Text(_) => {}
        }
    }
}

/// A text of many words, or of whole sentences; no address and no heap of letters.
fn is_long(text: &str) -> bool {
    // In bytes, to pass over most texts at once.
    if text.len() < 36 {
        return false;
    }
    let mut characters = 0;
    let mut han = 0;
    let mut blanks = 0;
    let mut ends = 0;
    for c in text.chars().take(1_000) {
        characters += 1;
        han += usize::from(matches!(c, '\u{4E00}'..='\u{9FFF}'));
        blanks += usize::from(c == ' ');
        ends += usize::from(matches!(c, '。' | '！' | '？' | '；'));
    }
    let is_sentence = han >= 10 && ends > 0;
    let is_long = characters >= 40 && (han >= 20 || blanks >= 6);
    is_sentence || is_long
}

/// The object that is the article, and those around it, from the inside out: the nearest object
/// that has a body; without one, the nearest that has a title.
fn objects_of_article<'t, 'a>(record: &'t Tree<'a>) -> Vec<&'t Tree<'a>> {
    let has_title = has_text(record, Field::Title);
    for field in [Field::Body, Field::Title] {
        let mut level: Vec<Vec<&Tree>> = vec![vec![record]];
        for _ in 0..=MAX_DEPTH {
            let mut next: Vec<Vec<&Tree>> = Vec::new();
            for path in &level {
                let Some(object) = path.first() else { continue };
                if has_text(object, field) {
                    return path.clone();
                }
                for (key, value) in object.entries() {
                    let is_foreign = has_title && is_of_others(key);
                    if matches!(value, Tree::Object(_)) && !is_foreign {
                        let mut inner = vec![value];
                        inner.extend(path);
                        next.push(inner);
                    }
                }
            }
            level = next;
        }
    }
    vec![record]
}

/// Whether a key is that of readers or other articles.
fn is_of_others(key: &str) -> bool {
    let key = key.to_lowercase();
    let others = [
        "comment",
        "repl",
        "user",
        "author",
        "relat",
        "next",
        "prev",
        "recommend",
        "评论",
        "回复",
        "相关",
        "推荐",
    ];
    others.iter().any(|other| key.contains(other))
}

fn has_text(object: &Tree, field: Field) -> bool {
    object.entries().iter().any(|(key, value)| {
        let is_field = field_of(key).is_some_and(|(of, _)| of == field);
        is_field && !value.text(inner_keys(field)).trim().is_empty()
    })
}

/// Whether there is a list of objects under a key that may be below others.
fn has_list(tree: &Tree, key: &str) -> bool {
    tree.entries().iter().any(|(name, value)| {
        if name == key {
            return value
                .items()
                .iter()
                .any(|item| matches!(item, Tree::Object(_)));
        }
        let after = key.strip_prefix(&**name);
        let inner = after.and_then(|after| after.strip_prefix('.'));
        inner.is_some_and(|inner| has_list(value, inner))
    })
}

pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn collect_items(value: &Tree, items: &mut Vec<String>) {
    match value {
        Tree::Null => {}
        Tree::List(list) => list.iter().for_each(|item| collect_items(item, items)),
        Tree::Object(_) => {
            let (code, name) = (
                of_keys(value, Field::Stocks),
                of_keys(value, Field::StockNames),
            );
            let name = if name.is_empty() {
                value.text(&["name", "名称"])
            } else {
                name
            };
            items.push(format!("{code}:{name}"));
        }
        Tree::Truth(_) | Tree::Text(_) => {
            let text = value.text(&[]);
            let parts = text
                .split(['\n', ',', '，', ';', '；', '|', '、'])
                .map(str::trim);
            items.extend(parts.filter(|part| !part.is_empty()).map(str::to_owned));
        }
    }
}

fn of_keys<'t>(object: &'t Tree, field: Field) -> Cow<'t, str> {
    let mut entries = object.entries().iter();
    let of_field = entries.find(|(key, _)| field_of(key).is_some_and(|(of, _)| of == field));
    of_field
        .map(|(_, value)| value.text(&[]))
        .unwrap_or_default()
}

/// The keys that an object has which takes the place of a text, by what the text would be.
fn inner_keys(field: Field) -> &'static [&'static str] {
    match field {
        Field::Id | Field::Date | Field::Updated => {
            &["$oid", "$date", "$numberLong", "$numberInt", "value"]
        }
        Field::Body => &[
            "text", "content", "body", "rendered", "value", "内容", "正文", "文本", "zh", "zh-CN",
            "zh_CN", "cn", "en",
        ],
        Field::Url => &["url", "href", "link"],
        Field::Source | Field::Author | Field::Tag | Field::Category => &[
            "name",
            "display_name",
            "displayName",
            "screen_name",
            "nickname",
            "title",
            "text",
            "value",
            "名称",
            "昵称",
        ],
        // A text may be given in several languages.
        _ => &[
            "text", "value", "rendered", "zh", "zh-CN", "zh_CN", "cn", "en",
        ],
    }
}
