//! What one writes in an afternoon with tantivy and jieba-rs, for comparison: words in search mode
//! with their places, the query parser over title and body, the snippet generator, all else as the
//! engine has it by default.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use jieba_rs::Jieba;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{Query, QueryParser};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{Index, Searcher, TantivyDocument, doc};

/// Memory for building segments, in bytes.
const MEMORY: usize = 400_000_000;
/// How often a word of the title counts.
const TITLE_BOOST: f32 = 2.0;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub struct Plain {
    index: Index,
    fields: Fields,
}

struct Fields {
    id: Field,
    title: Field,
    body: Field,
    date: Field,
    source: Field,
}

impl Plain {
    pub fn create(folder: &Path) -> Result<Plain> {
        let (schema, _) = Fields::build();
        Ok(Plain::over(Index::create_in_dir(folder, schema)?))
    }

    pub fn open(folder: &Path) -> Result<Plain> {
        Ok(Plain::over(Index::open_in_dir(folder)?))
    }

    fn over(index: Index) -> Plain {
        let jieba = Arc::new(Jieba::new());
        index.tokenizers().register("jieba", Words(jieba));
        let fields = Fields::build().1;
        Plain { index, fields }
    }

    /// Writes the articles of a file of JSON Lines.
    pub fn write(&self, lines: &Path, threads: usize) -> Result<()> {
        let Fields {
            id,
            title,
            body,
            date,
            source,
        } = self.fields;
        let mut writer = self.index.writer_with_num_threads(threads, MEMORY)?;
        for line in BufReader::new(File::open(lines)?).lines() {
            let article: serde_json::Value = serde_json::from_str(&line?)?;
            let text = |key: &str| article[key].as_str().unwrap_or_default().to_string();
            writer.add_document(doc!(
                id => text("id"),
                title => text("title"),
                body => text("body"),
                date => text("date"),
                source => text("source"),
            ))?;
        }
        writer.commit()?;
        Ok(writer.wait_merging_threads()?)
    }

    pub fn searcher(&self) -> Result<PlainSearcher> {
        let Fields { title, body, .. } = self.fields;
        let mut parser = QueryParser::for_index(&self.index, vec![title, body]);
        parser.set_field_boost(title, TITLE_BOOST);
        let engine = self.index.reader()?.searcher();
        Ok(PlainSearcher {
            engine,
            parser,
            title,
            body,
        })
    }
}

impl Fields {
    fn build() -> (Schema, Fields) {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("jieba")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default()
            .set_stored()
            .set_indexing_options(indexing);
        let mut schema = Schema::builder();
        let fields = Fields {
            id: schema.add_text_field("id", STRING | STORED),
            title: schema.add_text_field("title", text.clone()),
            body: schema.add_text_field("body", text),
            date: schema.add_text_field("date", STRING | STORED),
            source: schema.add_text_field("source", STRING | STORED),
        };
        (schema.build(), fields)
    }
}

pub struct PlainSearcher {
    engine: Searcher,
    parser: QueryParser,
    title: Field,
    body: Field,
}

/// A query that was run, and its best hits.
pub struct PlainHits {
    query: Box<dyn Query>,
    pub documents: Vec<TantivyDocument>,
}

impl PlainSearcher {
    /// The best ten for a text.
    pub fn search(&self, text: &str) -> Result<PlainHits> {
        let is_sign = |c: char| !c.is_alphanumeric();
        let (query, _) = self.parser.parse_query_lenient(&text.replace(is_sign, " "));
        let best = self
            .engine
            .search(&query, &TopDocs::with_limit(10).order_by_score())?;
        let documents = best.iter().map(|&(_, at)| self.engine.doc(at));
        let documents = documents.collect::<tantivy::Result<_>>()?;
        Ok(PlainHits { query, documents })
    }

    /// The best ten for a text, and how many there are.
    #[allow(dead_code)]
    pub fn counted(&self, text: &str) -> Result<(PlainHits, usize)> {
        let hits = self.search(text)?;
        let total = self.engine.search(&hits.query, &Count)?;
        Ok((hits, total))
    }

    /// Titles and marked snippets of the hits, in bytes.
    pub fn snippets(&self, hits: &PlainHits) -> Result<usize> {
        let shown = self.shown(hits)?;
        let bytes = shown
            .iter()
            .map(|(title, snippet)| title.len() + snippet.len());
        Ok(bytes.sum())
    }

    /// Titles and marked snippets of the hits.
    pub fn shown<'a>(&self, hits: &'a PlainHits) -> Result<Vec<(&'a str, String)>> {
        let generator = SnippetGenerator::create(&self.engine, &*hits.query, self.body)?;
        let shown = hits.documents.iter().map(|document| {
            let title = document.get_first(self.title);
            let title = title.and_then(|title| title.as_str()).unwrap_or_default();
            // The generator panics where tokens overlap, in one snippet of a thousand.
            let snippet = || generator.snippet_from_doc(document).to_html();
            (
                title,
                catch_unwind(AssertUnwindSafe(snippet)).unwrap_or_default(),
            )
        });
        Ok(shown.collect())
    }
}

#[derive(Clone)]
struct Words(Arc<Jieba>);

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let tokens = self.0.cut_for_search(text, true);
        let words = tokens
            .iter()
            .filter(|token| token.word.chars().any(char::is_alphanumeric));
        let words = words.map(|token| Token {
            offset_from: token.byte_start,
            offset_to: token.byte_end,
            position: token.start,
            text: token.word.to_lowercase(),
            position_length: 1,
        });
        Stream(words.collect(), 0)
    }
}

/// Words, and how many of them were given.
struct Stream(Vec<Token>, usize);

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        self.1 += 1;
        self.1 <= self.0.len()
    }

    fn token(&self) -> &Token {
        &self.0[self.1 - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.0[self.1 - 1]
    }
}
