//! Every field of the index, once.

use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema,
    SchemaBuilder, TextFieldIndexing, TextOptions,
};

use super::signature;
use super::terms::{CHARACTERS, WORDS};

/// The version of the index format; an index of another version is refused.
pub const FORMAT_VERSION: u32 = 8;

/// The fields of a document.
///
/// The text is indexed in two views. *Words* rank. *Characters*, folded, and some pairs of
/// them, tell which documents may hold a substring, and so do [the signature](super::signature) of all pairs;
/// [their texts](super::texts) tell which do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The id, verbatim: the key of a document, and the last tie-break of a ranking.
    pub id: Field,
    /// The title by characters.
    pub title: Field,
    /// The body by characters.
    pub body: Field,
    pub title_words: Field,
    pub digest_words: Field,
    pub body_words: Field,
    /// Publication in seconds since 1970, for filters and for sorting.
    pub published: Field,
    /// Source, authors, tags and categories, folded, for filters.
    pub source: Field,
    pub author: Field,
    pub tag: Field,
    pub category: Field,
    /// The [folders and the files](super::paths) that hold its copies, folded, for filters.
    pub folder: Field,
    pub file_name: Field,
    /// Source, tags and categories as written, for counting.
    pub source_name: Field,
    pub tag_name: Field,
    pub category_name: Field,
    /// Securities that the article is about (`SH601318`).
    pub code: Field,
    /// Securities that it mentions and is not about, for counting.
    pub mention: Field,
    /// The names that the article gives, with whose they are, in both directions.
    pub name: Field,
    /// What may be typed to find it: see [`typing`](super::typing).
    pub typing: Field,
    /// The files it was read from, by a hash of their path.
    pub file: Field,
    /// Its copies, by a hash of origin and content: tells an unchanged copy.
    pub copy: Field,
    /// The id as a number, [what is known](crate::index::reprints) of the article as a telling of a story, and
    /// the sketch of its text: what its reprints are found by.
    pub key: Field,
    pub facts: Field,
    pub sketch: Field,
    /// The article, [stored](super::stored).
    pub article: Field,
    /// Bytes that are stored of it: [where it lies](super::texts).
    pub size: Field,
    /// Which pairs its title and body [may hold](super::signature).
    pub signature: Field,
}

impl Fields {
    pub fn build() -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let fields = Fields {
            id: schema.add_text_field("id", STRING | FAST),
            title: add_characters(&mut schema, "title"),
            body: add_characters(&mut schema, "body"),
            title_words: add_words(&mut schema, "title_words"),
            digest_words: add_words(&mut schema, "digest_words"),
            body_words: add_words(&mut schema, "body_words"),
            published: schema.add_i64_field("published", FAST),
            source: schema.add_text_field("source", STRING),
            author: schema.add_text_field("author", STRING),
            tag: schema.add_text_field("tag", STRING),
            category: schema.add_text_field("category", STRING),
            folder: schema.add_text_field("folder", STRING),
            file_name: schema.add_text_field("file_name", STRING),
            source_name: schema.add_text_field("source_name", TextOptions::from(FAST)),
            tag_name: schema.add_text_field("tag_name", TextOptions::from(FAST)),
            category_name: schema.add_text_field("category_name", TextOptions::from(FAST)),
            code: schema.add_text_field("code", STRING | FAST),
            mention: schema.add_text_field("mention", TextOptions::from(FAST)),
            name: schema.add_text_field("name", STRING),
            typing: schema.add_text_field("typing", STRING),
            file: schema.add_u64_field("file", INDEXED),
            copy: schema.add_u64_field("copy", NumericOptions::from(FAST)),
            key: schema.add_u64_field("key", FAST),
            facts: schema.add_u64_field("facts", FAST),
            sketch: schema.add_u64_field("sketch", FAST),
            article: schema.add_bytes_field("article", BytesOptions::from(STORED)),
            size: schema.add_u64_field("size", FAST),
            signature: schema.add_u64_field(signature::COLUMN, FAST),
        };
        (schema.build(), fields)
    }
}

fn add_characters(schema: &mut SchemaBuilder, name: &str) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(CHARACTERS)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

fn add_words(schema: &mut SchemaBuilder, name: &str) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(WORDS)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}
