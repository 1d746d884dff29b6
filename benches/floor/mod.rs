//! The engine alone, for comparison: the fields of an index, fed with views that are cut already, and
//! texts that are made already. No way through the engine can be faster.

use std::error::Error;
use std::path::Path;

use super::measure::Random;
use encoding_rs::GB18030;
use newsearch::{Analyzer, Article};
use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexSettings, TantivyDocument};

/// Memory for building segments, in bytes: that of an update.
const MEMORY: usize = 144 << 20;
/// Numbers in the sketch of a text that is not short.
const SKETCH: usize = 6;
/// Stands between two terms; two of them side by side leave a place empty.
const SEPARATOR: char = '\0';

/// How the engine finds quoted text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// By itself, from the places of all characters; texts are stored compressed.
    ByPlaces,
    /// Not at all: it has the characters as newsearch has them, but for its pairs, and the texts as
    /// these are searched.
    InTexts,
}

/// The most occurrences of a character that newsearch tells the engine.
const MOST: usize = 3;

/// An article as terms and bytes.
pub struct Prepared {
    id: String,
    source: String,
    published: Option<i64>,
    title: String,
    body: String,
    title_words: String,
    digest_words: String,
    body_words: String,
    /// Source, tag and category.
    outlets: [String; 3],
    codes: Vec<String>,
    names: Vec<String>,
    text: Vec<u8>,
    record: Vec<u8>,
}

impl Prepared {
    pub fn new(analyzer: &Analyzer, article: &Article, quotes: Quotes) -> Prepared {
        let body = article.body_text();
        let title = match article.title_derived {
            true => "",
            false => &article.title,
        };
        let is_digest = !body.starts_with(&article.digest);
        let digest = if is_digest { &article.digest } else { "" };
        let stocks = article.stocks.iter();
        let named = stocks.filter_map(|stock| Some((stock.key()?, stock)));
        let (codes, names) = named
            .map(|(key, stock)| (key.clone(), [format!("{key}{}", stock.name), key]))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        let text = format!("{title}\n{body}");
        Prepared {
            id: article.id.clone(),
            source: article.source.clone(),
            published: article
                .published
                .as_ref()
                .map(|published| published.seconds),
            title: characters(analyzer, title, quotes),
            body: characters(analyzer, &body, quotes),
            title_words: words(analyzer, title),
            digest_words: words(analyzer, digest),
            body_words: words(analyzer, &body),
            outlets: outlets(analyzer, article),
            codes,
            names: names.into_iter().flatten().collect(),
            text: match quotes {
                Quotes::ByPlaces => GB18030.encode(&text).0.into_owned(),
                Quotes::InTexts => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            },
            record: record(article),
        }
    }
}

/// Source, tag and category, folded.
fn outlets(analyzer: &Analyzer, article: &Article) -> [String; 3] {
    let first = |names: &[String]| names.first().cloned().unwrap_or_default();
    [
        article.source.clone(),
        first(&article.tags),
        first(&article.categories),
    ]
    .map(|name| analyzer.fold(&name))
}

/// The rest of an article as JSON, without what is not known.
fn record(article: &Article) -> Vec<u8> {
    let mut record = serde_json::to_value(article).expect("an article is plain data");
    let fields = record.as_object_mut().expect("an article has fields");
    fields.retain(|name, value| {
        let is_unknown = value.is_null()
            || value.as_str() == Some("")
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_bool() == Some(false);
        !is_unknown && name != "body" && name != "title"
    });
    record.to_string().into_bytes()
}

fn characters(analyzer: &Analyzer, text: &str, quotes: Quotes) -> String {
    let mut terms = String::new();
    if quotes == Quotes::InTexts {
        let lines = text.split('\n').map(|line| analyzer.fold(line));
        let mut all: Vec<char> = lines.collect::<String>().chars().collect();
        all.sort_unstable();
        for same in all.chunk_by(|a, b| a == b) {
            let told = same.iter().take(MOST);
            told.for_each(|c| terms.extend([*c, SEPARATOR]));
        }
        return terms;
    }
    for line in text.split('\n') {
        for c in analyzer.fold(line).chars() {
            terms.extend([c, SEPARATOR]);
        }
        terms.push(SEPARATOR);
    }
    terms
}

fn words(analyzer: &Analyzer, text: &str) -> String {
    let mut terms = String::new();
    for token in analyzer.tokens(text) {
        terms.push_str(&token.text);
        terms.push(SEPARATOR);
    }
    terms
}

/// Writes an index of these articles.
pub fn write(
    articles: &[Prepared],
    quotes: Quotes,
    folder: &Path,
    threads: usize,
) -> Result<(), Box<dyn Error>> {
    let (schema, fields) = Fields::build(quotes);
    let settings = IndexSettings {
        docstore_compression: match quotes {
            Quotes::ByPlaces => Compressor::Zstd(ZstdCompressor {
                compression_level: Some(4),
            }),
            Quotes::InTexts => Compressor::None,
        },
        docstore_blocksize: 11 << 10,
        ..IndexSettings::default()
    };
    let index = Index::builder().schema(schema).settings(settings);
    let index = index.create_in_dir(folder)?;
    index
        .tokenizers()
        .register("separated", Separated(Token::default()));
    let mut writer = index.writer_with_num_threads(threads, MEMORY)?;
    for article in articles {
        writer.add_document(fields.document(article))?;
    }
    writer.commit()?;
    Ok(writer.wait_merging_threads()?)
}

struct Fields {
    id: Field,
    title: Field,
    body: Field,
    title_words: Field,
    digest_words: Field,
    body_words: Field,
    published: Field,
    outlets: [Field; 3],
    source_name: Field,
    code: Field,
    name: Field,
    file: Field,
    copy: Field,
    key: Field,
    facts: Field,
    sketch: Field,
    text: Field,
    record: Field,
}

impl Fields {
    fn build(quotes: Quotes) -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let characters = match quotes {
            Quotes::ByPlaces => IndexRecordOption::WithFreqsAndPositions,
            Quotes::InTexts => IndexRecordOption::WithFreqs,
        };
        let fields = Fields {
            id: schema.add_text_field("id", STRING | FAST),
            title: add_view(&mut schema, "title", characters, false),
            body: add_view(&mut schema, "body", characters, false),
            title_words: add_view(
                &mut schema,
                "title_words",
                IndexRecordOption::WithFreqs,
                true,
            ),
            digest_words: add_view(
                &mut schema,
                "digest_words",
                IndexRecordOption::WithFreqs,
                true,
            ),
            body_words: add_view(
                &mut schema,
                "body_words",
                IndexRecordOption::WithFreqs,
                true,
            ),
            published: schema.add_i64_field("published", FAST),
            outlets: ["source", "tag", "category"].map(|name| schema.add_text_field(name, STRING)),
            code: schema.add_text_field("code", STRING),
            name: schema.add_text_field("name", STRING),
            source_name: schema.add_text_field("source_name", TextOptions::from(FAST)),
            file: schema.add_u64_field("file", INDEXED),
            copy: schema.add_u64_field("copy", FAST),
            key: schema.add_u64_field("key", FAST),
            facts: schema.add_u64_field("facts", FAST),
            sketch: schema.add_u64_field("sketch", FAST),
            text: schema.add_bytes_field("text", BytesOptions::from(STORED)),
            record: schema.add_bytes_field("record", BytesOptions::from(STORED)),
        };
        (schema.build(), fields)
    }

    fn document(&self, article: &Prepared) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        for (field, text) in [
            (self.id, &article.id),
            (self.source_name, &article.source),
            (self.title, &article.title),
            (self.title_words, &article.title_words),
            (self.body, &article.body),
            (self.body_words, &article.body_words),
            (self.digest_words, &article.digest_words),
        ] {
            document.add_text(field, text);
        }
        for (field, text) in self.outlets.into_iter().zip(&article.outlets) {
            document.add_text(field, text);
        }
        for (field, texts) in [(self.code, &article.codes), (self.name, &article.names)] {
            texts.iter().for_each(|text| document.add_text(field, text));
        }
        if let Some(published) = article.published {
            document.add_i64(self.published, published);
        }
        document.add_u64(self.file, 1);
        document.add_u64(self.copy, article.id.len() as u64);
        // Numbers of the size of those that reprints are found by.
        let mut random = Random(article.text.len() as u64);
        let mut number = || random.below(usize::MAX) as u64;
        document.add_u64(self.key, number());
        document.add_u64(self.facts, number() >> 32);
        (0..SKETCH).for_each(|_| document.add_u64(self.sketch, number()));
        document.add_bytes(self.text, &article.text);
        document.add_bytes(self.record, &article.record);
        document
    }
}

fn add_view(
    schema: &mut SchemaBuilder,
    name: &str,
    kept: IndexRecordOption,
    with_lengths: bool,
) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("separated")
        .set_index_option(kept)
        .set_fieldnorms(with_lengths);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

/// Takes a text apart at its separators, and does nothing else.
#[derive(Clone)]
struct Separated(Token);

impl Tokenizer for Separated {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        self.0.reset();
        Terms {
            rest: text,
            token: &mut self.0,
        }
    }
}

struct Terms<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        while let Some((term, rest)) = self.rest.split_once(SEPARATOR) {
            self.rest = rest;
            self.token.position = self.token.position.wrapping_add(1);
            if !term.is_empty() {
                self.token.text.clear();
                self.token.text.push_str(term);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
