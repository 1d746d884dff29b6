//! Which views of the text should an index keep, so that a quoted query finds exactly the texts that
//! contain it?
//!
//! Builds one index a design over the texts of `NEWSEARCH_DATA/corpus`, all with the same analyzer,
//! the same store (zstd, level 3), one thread and one segment, and asks each the same random
//! substrings and words. A scan of the folded texts knows the right answers. The time of a query is
//! the fastest of several runs; a quoted one collects all texts that match, an unquoted one the best
//! ten.

mod measure;
mod terms;

use std::path::Path;
use std::time::Instant;

use measure::{Random, fastest, folder_size, processor_seconds, quantile};
use newsearch::{Analyzer, Article, Index, IndexOptions, Page, Paragraph, Query as OwnQuery};
use tantivy::collector::{DocSetCollector, TopDocs};
use tantivy::query::{BooleanQuery, FuzzyTermQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{DocAddress, IndexSettings, Searcher, TantivyDocument, Term};
use terms::View;

const SEED: u64 = 20_260_802;
const QUERIES: usize = 1000;
const ROUNDS: usize = 3;
/// Memory for building a segment, in bytes.
const MEMORY: usize = 2 << 30;

/// What an index keeps beside the stored text.
struct Design {
    name: &'static str,
    /// Each view, with what is kept of it.
    views: &'static [(View, IndexRecordOption)],
    /// How a quoted query is answered.
    quoted: Quoted,
}

#[derive(Clone, Copy)]
enum Quoted {
    /// The terms of a view at their places.
    Places(View),
    /// All bigrams of it; then the stored texts are looked through.
    Scan,
}

const DESIGNS: [Design; 4] = [
    Design {
        name: "A: words (frequencies), characters (places)",
        views: &[
            (View::Words, IndexRecordOption::WithFreqs),
            (View::Characters, IndexRecordOption::WithFreqsAndPositions),
        ],
        quoted: Quoted::Places(View::Characters),
    },
    Design {
        name: "B: words (places of characters)",
        views: &[(View::Words, IndexRecordOption::WithFreqsAndPositions)],
        quoted: Quoted::Places(View::Words),
    },
    Design {
        name: "C: words (frequencies), bigrams (documents), scan",
        views: &[
            (View::Words, IndexRecordOption::WithFreqs),
            (View::Bigrams, IndexRecordOption::Basic),
        ],
        quoted: Quoted::Scan,
    },
    Design {
        name: "D: bigrams (places)",
        views: &[(View::Bigrams, IndexRecordOption::WithFreqsAndPositions)],
        quoted: Quoted::Places(View::Bigrams),
    },
];

/// The texts, and what each index is asked.
struct Exam {
    texts: Vec<String>,
    /// Bytes of UTF-8 of all texts.
    bytes: usize,
    /// Substrings by class, each with the texts that contain it.
    quoted: [Vec<(String, Vec<u32>)>; 4],
    words: Vec<Vec<String>>,
}

/// The classes of quoted queries: their lengths in characters.
const LENGTHS: [&[usize]; 4] = [&[1], &[2], &[3, 4], &[5, 6]];

/// An index that is asked.
trait Candidate {
    /// Answers a quoted query as it does for a reader.
    fn quoted(&self, text: &str);
    /// The texts that a quoted query finds, in order.
    fn found(&self, text: &str) -> Vec<u32>;
    /// The best ten for unquoted words.
    fn words(&self, words: &[String]);
}

fn main() {
    let Some(data) = measure::data() else {
        return;
    };
    let analysis = Index::in_memory(IndexOptions::new()).expect("an index");
    for name in ["articles", "flash"] {
        let path = data.join(format!("corpus/{name}.jsonl.zst"));
        let exam = Exam::new(&path, analysis.analyzer());
        exam.print_head(name);
        for design in &DESIGNS {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let build = || Built::new(design, &analysis, &exam.texts, folder.path());
            exam.sit(design.name, folder.path(), build);
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = "this crate: A with all else, ranked, snippets";
        exam.sit(name, folder.path(), || Own::new(&exam.texts, folder.path()));
    }
}

impl Exam {
    fn new(path: &Path, analyzer: &Analyzer) -> Exam {
        let texts: Vec<String> = measure::lines(path).map(|line| text(&line)).collect();
        let bytes = texts.iter().map(String::len).sum();
        let folded: Vec<String> = texts
            .iter()
            .map(|text| measure::fold(analyzer, text.lines()))
            .collect();
        let mut random = Random(SEED);
        let quoted = LENGTHS.map(|lengths| {
            let pick = |i: usize| random.substring(analyzer, &folded, lengths[i % lengths.len()]);
            let substrings: Vec<String> = (0..QUERIES).map(pick).collect();
            let found = measure::scan(&folded, &substrings);
            substrings.into_iter().zip(found).collect()
        });
        let pick = |i: usize| random.words(analyzer, &folded, 1 + i % 3);
        let words = (0..QUERIES).map(pick).collect();
        Exam {
            texts,
            bytes,
            quoted,
            words,
        }
    }

    fn print_head(&self, name: &str) {
        let (count, megabytes) = (self.texts.len(), self.bytes as f64 / 1e6);
        println!("\n{name}: {count} texts, {megabytes:.1} MB; seed {SEED}\n");
        println!(
            "| design | size | s | CPU s | quoted 1 | quoted 2 | quoted 3–4 | quoted 5–6 | recall | words |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
    }

    /// Builds a candidate in `folder`, asks it all, and prints its line of the table.
    fn sit<C: Candidate>(&self, name: &str, folder: &Path, build: impl FnOnce() -> C) {
        let (start, processor) = (Instant::now(), processor_seconds());
        let candidate = build();
        let (seconds, processor) = (
            start.elapsed().as_secs_f64(),
            processor_seconds() - processor,
        );
        let size = folder_size(folder) as f64 / self.bytes as f64;
        print!("| {name} | {size:.2} | {seconds:.0} | {processor:.0} |");
        let mut recalls = Vec::new();
        for class in &self.quoted {
            let mut times = Vec::new();
            let mut right = 0;
            for (text, expected) in class {
                times.push(fastest(ROUNDS, || candidate.quoted(text)).1);
                let found = candidate.found(text);
                right += usize::from(found == *expected);
                let common = found
                    .iter()
                    .filter(|text| expected.binary_search(text).is_ok());
                recalls.push(common.count() as f64 / expected.len() as f64);
            }
            let share = 100.0 * right as f64 / class.len() as f64;
            print!(" {}, {share:.1} % |", p50_p99(&mut times));
        }
        let recall = 100.0 * recalls.iter().sum::<f64>() / recalls.len() as f64;
        let time = |words: &Vec<String>| fastest(ROUNDS, || candidate.words(words)).1;
        let mut times: Vec<f64> = self.words.iter().map(time).collect();
        println!(" {recall:.1} % | {} |", p50_p99(&mut times));
    }
}

/// Title and paragraphs of a line of JSON, one a line.
fn text(line: &str) -> String {
    let article: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let text = |key: &str| article[key].as_str().unwrap_or_default();
    let lines = [text("title")].into_iter().chain(text("body").lines());
    let lines: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

fn p50_p99(times: &mut [f64]) -> String {
    format!("{:.2} / {:.2}", quantile(times, 0.5), quantile(times, 0.99))
}

/// An index of a design.
struct Built<'a> {
    design: &'a Design,
    analysis: &'a Index,
    searcher: Searcher,
    stored: Field,
}

impl<'a> Built<'a> {
    fn new(design: &'a Design, analysis: &'a Index, texts: &[String], folder: &Path) -> Built<'a> {
        let mut schema = Schema::builder();
        let stored = schema.add_text_field("stored", TextOptions::from(STORED));
        for (view, kept) in design.views {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(view.name())
                .set_index_option(*kept)
                .set_fieldnorms(kept.has_freq());
            let options = TextOptions::default().set_indexing_options(indexing);
            schema.add_text_field(view.name(), options);
        }
        let level = ZstdCompressor {
            compression_level: Some(3),
        };
        let settings = IndexSettings {
            docstore_compression: Compressor::Zstd(level),
            ..IndexSettings::default()
        };
        let index = tantivy::Index::builder()
            .schema(schema.build())
            .settings(settings)
            .tokenizers(terms::tokenizers(analysis))
            .create_in_dir(folder)
            .expect("an index");
        let mut writer = index.writer_with_num_threads(1, MEMORY).expect("a writer");
        for text in texts {
            let mut document = TantivyDocument::default();
            for (field, _) in index.schema().fields() {
                document.add_text(field, text);
            }
            writer.add_document(document).expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("a reader").searcher();
        assert_eq!(
            searcher.segment_readers().len(),
            1,
            "documents are numbered as the texts"
        );
        Built {
            design,
            analysis,
            searcher,
            stored,
        }
    }

    fn term(&self, view: View, text: &str) -> Term {
        let field = self.searcher.schema().get_field(view.name());
        Term::from_field_text(field.expect("a view of the design"), text)
    }

    /// Texts in which the terms stand at these places, in characters.
    fn at_places(&self, view: View, mut terms: Vec<(usize, String)>) -> Box<dyn Query> {
        if terms.len() == 1 {
            return self.single(view, &terms.remove(0).1);
        }
        let terms = terms
            .into_iter()
            .map(|(place, text)| (place, self.term(view, &text)));
        Box::new(PhraseQuery::new_with_offset(terms.collect()))
    }

    fn single(&self, view: View, text: &str) -> Box<dyn Query> {
        let term = self.term(view, text);
        match view == View::Bigrams && text.chars().count() == 1 {
            true => Box::new(FuzzyTermQuery::new_prefix(term, 0, true)),
            false => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
        }
    }

    fn all(&self, view: View, terms: Vec<(usize, String)>) -> Box<dyn Query> {
        let terms = terms.into_iter().map(|(_, text)| self.single(view, &text));
        Box::new(BooleanQuery::intersection(terms.collect()))
    }

    /// The terms of a view that cover a text, with their places in it.
    fn terms(&self, view: View, text: &str) -> Vec<(usize, String)> {
        let analyzer = self.analysis.analyzer();
        match view {
            View::Words => {
                let words = analyzer
                    .tokens(text)
                    .into_iter()
                    .filter(|token| !token.part);
                let place = |end: usize| text[..end].chars().count();
                words
                    .map(|word| (place(word.range.start), word.text))
                    .collect()
            }
            View::Characters => text.chars().map(String::from).enumerate().collect(),
            View::Bigrams => {
                let starts: Vec<usize> = text
                    .char_indices()
                    .map(|(i, _)| i)
                    .chain([text.len()])
                    .collect();
                if starts.len() < 3 {
                    return vec![(0, text.to_string())];
                }
                let bigrams = starts
                    .windows(3)
                    .map(|ends| text[ends[0]..ends[2]].to_string());
                bigrams.enumerate().collect()
            }
        }
    }

    fn documents(&self, query: &dyn Query) -> Vec<u32> {
        let found = self
            .searcher
            .search(query, &DocSetCollector)
            .expect("documents");
        let mut found: Vec<u32> = found.into_iter().map(|address| address.doc_id).collect();
        found.sort_unstable();
        found
    }

    fn stored_text_contains(&self, document: u32, text: &str) -> bool {
        let document: TantivyDocument = self
            .searcher
            .doc(DocAddress::new(0, document))
            .expect("a document");
        let stored = document
            .get_first(self.stored)
            .and_then(|text| text.as_str());
        let mut lines = stored.unwrap_or_default().lines();
        lines.any(|line| self.analysis.analyzer().fold(line).contains(text))
    }
}

impl Candidate for Built<'_> {
    fn quoted(&self, text: &str) {
        self.found(text);
    }

    fn found(&self, text: &str) -> Vec<u32> {
        match self.design.quoted {
            Quoted::Places(view) => match self.terms(view, text) {
                terms if terms.is_empty() => Vec::new(),
                terms => self.documents(&*self.at_places(view, terms)),
            },
            Quoted::Scan => {
                let terms = self.terms(View::Bigrams, text);
                let is_certain = terms.len() == 1;
                let mut found = self.documents(&*self.all(View::Bigrams, terms));
                found.retain(|&text_of| is_certain || self.stored_text_contains(text_of, text));
                found
            }
        }
    }

    fn words(&self, words: &[String]) {
        let (view, _) = self.design.views[0];
        let words = words.iter().map(|word| match view {
            View::Words => self.single(view, word),
            _ => self.at_places(view, self.terms(view, word)),
        });
        let query = BooleanQuery::union(words.collect());
        let best = TopDocs::with_limit(10).order_by_score();
        self.searcher.search(&query, &best).expect("documents");
    }
}

/// This crate as it is: more in the index, answers ranked, the best ten read and shown.
struct Own {
    searcher: newsearch::Searcher,
}

impl Own {
    fn new(texts: &[String], folder: &Path) -> Own {
        let index = Index::create(folder, IndexOptions::new()).expect("an index");
        let mut writer = index.writer_with(1, MEMORY).expect("a writer");
        for (i, text) in texts.iter().enumerate() {
            let mut lines = text.lines();
            let article = Article {
                id: i.to_string(),
                title: lines.next().unwrap_or_default().to_string(),
                body: lines
                    .map(|text| Paragraph {
                        text: text.to_string(),
                        heading: false,
                    })
                    .collect(),
                ..Article::default()
            };
            writer.add(article).expect("added");
        }
        writer.close().expect("committed");
        Own {
            searcher: index.searcher(),
        }
    }

    fn search(&self, query: &OwnQuery) {
        let page = Page { ..Page::first(10) };
        let hits = self.searcher.search(query, &page).expect("hits");
        hits.for_each(|hit| _ = hit.expect("an article"));
    }
}

impl Candidate for Own {
    fn quoted(&self, text: &str) {
        self.search(&OwnQuery::phrase(text));
    }

    fn found(&self, text: &str) -> Vec<u32> {
        let ids = self.searcher.ids(&OwnQuery::phrase(text)).expect("ids");
        let mut found: Vec<u32> = ids.iter().map(|id| id.parse().expect("a number")).collect();
        found.sort_unstable();
        found
    }

    fn words(&self, words: &[String]) {
        self.search(&OwnQuery::words(&words.join(" ")));
    }
}
