//! A document of the index as the cluster is given it: under the names that the fields have everywhere.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use tantivy::TantivyDocument;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{Field, Value as _};

use super::names::Names;
use super::written::{LONGEST, characters, word};
use crate::analysis::is_han;
use crate::index::{Elsewhere, Fields, Shared};

/// The shape of these documents; an index of another is refused.
pub(super) const FORMAT: u32 = 3;
/// The field of what tells a text from others, for reprints.
pub(super) const TELLING: &str = "telling";
/// Level of the compression of what is stored.
const ZSTD_LEVEL: i32 = 3;

/// The fields of values that documents are found and counted by as they are.
pub(super) fn values(fields: &Fields) -> [Field; 16] {
    [
        fields.id,
        fields.source,
        fields.author,
        fields.tag,
        fields.category,
        fields.folder,
        fields.file_name,
        fields.source_name,
        fields.tag_name,
        fields.category_name,
        fields.code,
        fields.mention,
        fields.name,
        fields.typing,
        fields.file,
        fields.key,
    ]
}

/// How the cluster keeps these documents.
pub(super) fn mapping(names: &Names, analyzer: &str) -> Value {
    let fields = &names.fields;
    let keyword = json!({ "type": "keyword" });
    let mut properties = Map::new();
    let mut add = |name: String, kind: Value| {
        properties.insert(name, kind);
    };
    // Scores are made of the places in a text, and of its length as it is counted here.
    let text = json!({
        "type": "text", "analyzer": "tokens", "similarity": "boolean", "norms": false, "index_options": "positions",
    });
    for field in [fields.title, fields.body] {
        add(names.of(field).into(), text.clone());
    }
    for field in [fields.title_words, fields.digest_words, fields.body_words] {
        add(names.of(field).into(), text.clone());
        add(
            names.listed(field),
            json!({ "type": "keyword", "index": false }),
        );
        add(
            names.length(field),
            json!({ "type": "integer", "index": false }),
        );
    }
    for field in values(fields) {
        add(names.of(field).into(), keyword.clone());
    }
    add(names.of(fields.published).into(), json!({ "type": "long" }));
    add(TELLING.into(), json!({ "type": "keyword", "index": false }));
    add(names.of(fields.article).into(), json!({ "type": "binary" }));
    // What is found by and can be made again from the article is not stored with it.
    let made_again = ["title", "body", "*_words", "*_listed", "typing", TELLING];
    json!({
        "dynamic": "strict",
        "_meta": { "format": FORMAT, "analyzer": analyzer },
        "_source": { "excludes": made_again },
        "properties": properties,
    })
}

/// The settings of the index of articles.
pub(super) fn settings(shards: u32) -> Value {
    json!({
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "analysis": {
            "tokenizer": { "blanks": { "type": "whitespace", "max_token_length": LONGEST } },
            "analyzer": { "tokens": { "type": "custom", "tokenizer": "blanks" } },
        },
    })
}

/// A document, as JSON.
pub(super) fn written(names: &Names, shared: &Shared, document: &TantivyDocument) -> Value {
    let fields = &names.fields;
    let mut texts: Map<String, Value> = Map::new();
    let mut telling: Vec<String> = Vec::new();
    for (field, value) in document.field_values() {
        let name = names.of(field).to_owned();
        if let Some(text) = value.as_str() {
            if names.is_characters(field) {
                texts.insert(name, characters(text).into());
            } else if names.is_words(field) {
                add_words(names, field, &shared.words_of(text), &mut texts);
            } else {
                push(&mut texts, name, text.into());
            }
        } else if field == fields.published {
            texts.insert(name, value.as_i64().into());
        } else if field == fields.article {
            let stored = value.as_bytes().unwrap_or_default();
            texts.insert(name, packed(stored).into());
        } else if let Some(number) = value.as_u64() {
            if field == fields.facts {
                telling.insert(0, number.to_string());
            } else if field == fields.sketch {
                telling.push(number.to_string());
            } else if [fields.file, fields.key].contains(&field) {
                push(&mut texts, name, number.to_string().into());
            }
        }
    }
    if !telling.is_empty() {
        texts.insert(TELLING.into(), telling.join(" ").into());
    }
    texts.into()
}

fn push(texts: &mut Map<String, Value>, name: String, value: Value) {
    let values = texts.entry(name).or_insert_with(|| json!([]));
    values.as_array_mut().expect("made as one").push(value);
}

fn add_words(names: &Names, field: Field, words: &[String], texts: &mut Map<String, Value>) {
    let tokens: Vec<String> = words.iter().map(|text| word(text)).collect();
    texts.insert(names.of(field).into(), tokens.join(" ").into());
    // The lengths that an index in a folder tells apart.
    let length = u32::try_from(words.len()).unwrap_or(u32::MAX);
    let length = FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(length));
    texts.insert(names.length(field), length.into());
    let mut listed: Vec<&String> = words.iter().filter(|text| is_listed(text)).collect();
    listed.sort_unstable();
    listed.dedup();
    texts.insert(names.listed(field), json!(listed));
}

/// Whether prefixes are completed to a word: of Han any text that goes on is one.
fn is_listed(word: &str) -> bool {
    !word.chars().any(is_han) && word.len() <= LONGEST
}

/// What is stored, as text.
fn packed(stored: &[u8]) -> String {
    let packed = zstd::encode_all(stored, ZSTD_LEVEL).expect("memory takes all");
    BASE64_STANDARD.encode(packed)
}

/// What is stored, of a text that was made of it.
pub(super) fn unpacked(packed: &Value) -> Result<Vec<u8>, Elsewhere> {
    let bytes = BASE64_STANDARD.decode(packed.as_str().unwrap_or_default());
    let stored = bytes
        .ok()
        .and_then(|bytes| zstd::decode_all(&bytes[..]).ok());
    stored.filter(|stored| !stored.is_empty()).ok_or_else(|| {
        Elsewhere("an article that the cluster stores does not read: it is damaged".into())
    })
}
