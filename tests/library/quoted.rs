//! What a quoted query promises: it finds exactly the texts that contain it.
//!
//! Random substrings of random texts, and of real ones where `NEWSEARCH_DATA` names the folder of
//! the data, are searched and compared with a scan of the folded texts, in both directions.
//! `NEWSEARCH_LONG=1` takes all of the data and 100,000 substrings.

use std::io::{BufRead, BufReader};
use std::path::Path;

use aho_corasick::AhoCorasick;
use newsearch::{Article, Index, IndexOptions, Paragraph, Query, Searcher};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};

/// The folded title and paragraphs of each article; its id is its place here.
type Texts = Vec<Vec<String>>;

fn article(id: usize, title: &str, body: &str) -> Article {
    let paragraphs = body
        .split('\n')
        .map(str::trim)
        .filter(|text| !text.is_empty());
    Article {
        id: id.to_string(),
        title: title.to_string(),
        body: paragraphs
            .map(|text| Paragraph {
                text: text.to_string(),
                heading: false,
            })
            .collect(),
        ..Article::default()
    }
}

fn folded(index: &Index, article: &Article) -> Vec<String> {
    let paragraphs = article.body.iter().map(|paragraph| &paragraph.text);
    [&article.title]
        .into_iter()
        .chain(paragraphs)
        .map(|text| index.analyzer().fold(text))
        .collect()
}

/// Ids of the articles that contain each of the folded patterns, in order.
fn scan(texts: &Texts, patterns: &[String]) -> Vec<Vec<usize>> {
    let automaton = AhoCorasick::new(patterns).unwrap();
    let mut found = vec![Vec::new(); patterns.len()];
    for (id, texts) in texts.iter().enumerate() {
        for here in texts
            .iter()
            .flat_map(|text| automaton.find_overlapping_iter(text))
        {
            let ids = &mut found[here.pattern().as_usize()];
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
    }
    found
}

/// Ids of the articles that the index finds, in order.
fn search(searcher: &Searcher, substring: &str) -> Vec<usize> {
    let ids = searcher.ids(&Query::phrase(substring)).unwrap();
    let mut ids: Vec<usize> = ids.iter().map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// The first three that only `left` has.
fn only(left: &[usize], right: &[usize]) -> Vec<usize> {
    let alone = left.iter().filter(|id| right.binary_search(id).is_err());
    alone.take(3).copied().collect()
}

/// Searches each substring in quotes and compares with the scan; returns how many were compared.
fn compare(index: &Index, searcher: &Searcher, texts: &Texts, substrings: &[String]) -> usize {
    let wanted: Vec<&String> = substrings
        .iter()
        .filter(|s| !index.analyzer().fold(s).is_empty())
        .collect();
    let patterns: Vec<String> = wanted
        .iter()
        .map(|substring| index.analyzer().fold(substring))
        .collect();
    for ((substring, pattern), expected) in wanted.iter().zip(&patterns).zip(scan(texts, &patterns))
    {
        let found = search(searcher, substring);
        if found != expected {
            let (missed, wrong) = (only(&expected, &found), only(&found, &expected));
            panic!(
                "{substring:?} (folded {pattern:?}): missed {missed:?}, wrongly found {wrong:?}"
            );
        }
    }
    wanted.len()
}

/// A substring of `length` characters at about `share` of the text.
fn substring(text: &str, share: f64, length: usize) -> String {
    let characters = text.chars().count();
    let start = ((characters as f64 * share) as usize).min(characters.saturating_sub(length));
    text.chars().skip(start).take(length).collect()
}

/// Few characters, so that substrings repeat: Han, their variants, letters, digits, signs, blanks.
fn text() -> impl Strategy<Value = String> {
    let character = prop::sample::select(
        "绿色金融資资融产產中国國的人ＡaB1２3.-+%，。“”（ 　\t·…①é"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(character, 0..40).prop_map(String::from_iter)
}

#[test]
fn a_quote_finds_exactly_the_texts_that_contain_it() {
    let documents = prop::collection::vec((text(), prop::collection::vec(text(), 0..3)), 1..12);
    let picks = prop::collection::vec((any::<prop::sample::Index>(), 0.0..1.0, 1..=12_usize), 60);
    let mut runner = TestRunner::new(Config {
        cases: 40,
        ..Config::default()
    });
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let result = runner.run(&(documents, picks), |(documents, picks)| {
        let mut writer = index.writer_with(1, 16 << 20).unwrap();
        let mut texts = Texts::new();
        let mut originals = Vec::new();
        for old in 0..12 {
            writer.delete(&format!("{old}"));
        }
        for (i, (title, body)) in documents.iter().enumerate() {
            let article = article(i, title, &body.join("\n"));
            texts.push(folded(&index, &article));
            originals.push(article.title.clone());
            originals.extend(article.body.iter().map(|paragraph| paragraph.text.clone()));
            writer.add(article).unwrap();
        }
        writer.commit().unwrap();
        let substrings: Vec<String> = picks
            .iter()
            .map(|(text, share, length)| substring(text.get::<String>(&originals), *share, *length))
            .collect();
        compare(&index, &index.searcher(), &texts, &substrings);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn a_quote_finds_exactly_the_real_texts_that_contain_it() {
    let Some(data) = std::env::var_os("NEWSEARCH_DATA") else {
        return eprintln!("skipped: NEWSEARCH_DATA does not name the folder of real data");
    };
    let long = std::env::var_os("NEWSEARCH_LONG").is_some();
    let (documents, wanted) = if long {
        (usize::MAX, 100_000)
    } else {
        (1_500, 3_000)
    };
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = index.writer().unwrap();
    let (mut texts, mut originals) = (Texts::new(), Vec::new());
    for file in ["flash", "finance", "articles"] {
        let path = Path::new(&data).join(format!("corpus/{file}.jsonl.zst"));
        let lines =
            BufReader::new(zstd::Decoder::new(std::fs::File::open(path).unwrap()).unwrap()).lines();
        for line in lines.take(documents) {
            let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_string();
            let article = article(texts.len(), &text("title"), &text("body"));
            texts.push(folded(&index, &article));
            originals.push(article.title.clone());
            originals.extend(article.body.iter().map(|paragraph| paragraph.text.clone()));
            writer.add(article).unwrap();
        }
    }
    writer.close().unwrap();
    originals.retain(|text| !text.is_empty());

    let seed: [u8; 32] = std::array::from_fn(|i| i as u8);
    println!("seed {seed:?}");
    let mut random = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed);
    let searcher = index.searcher();
    let mut compared = 0;
    while compared < wanted {
        let batch: Vec<String> = (0..(wanted - compared).min(5_000))
            .map(|_| {
                let text = &originals[random.random_range(0..originals.len())];
                substring(text, random.random(), random.random_range(1..=12))
            })
            .collect();
        compared += compare(&index, &searcher, &texts, &batch);
    }
    println!(
        "{compared} substrings of {} texts agree with the scan",
        texts.len()
    );
}
