//! How much faster than jieba-rs is the segmenter, with the same words as the
//! answer, and the words inside them besides? And what do a dictionary and its image cost?
//!
//! The text is real when `NEWSEARCH_DATA` names the folder of real data, else
//! it is made of the dictionary's own words, as often as they are frequent. All
//! that is not Han stands in it as one comma.
//!
//! ```text
//! NEWSEARCH_DATA=… cargo bench --bench segment
//! ```

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jieba_rs::Jieba;
use tantivy::directory::OwnedBytes;

use analysis::segment::{Dictionary, Scratch, Segmenter};

/// The segmenter is no part of the library's interface: it is compiled here.
#[allow(dead_code, unused_imports)]
#[path = "../src/analysis"]
mod analysis {
    pub mod segment;
}

/// Bytes of text that are cut.
const SIZE: usize = 8 << 20;

/// Runs of each in the comparison.
const ROUNDS: usize = 7;

criterion_group!(benches, cutting, opening);
criterion_main!(benches);

fn cutting(criterion: &mut Criterion) {
    let jieba = Jieba::new();
    let dictionary = Dictionary::jieba();
    let image = OwnedBytes::new(dictionary.compile().unwrap());
    let mut scratch = Scratch::default();

    let texts = real_texts().unwrap_or_else(|| made_texts(&dictionary));
    let bytes: usize = texts.iter().map(String::len).sum();
    let runs: Vec<&str> = texts.iter().flat_map(|text| text.split('，')).collect();
    let whole: Vec<&str> = texts.iter().map(String::as_str).collect();
    eprintln!(
        "{bytes} bytes, {} texts, {} runs of Han characters",
        whole.len(),
        runs.len()
    );

    let segmenter = Segmenter::from_bytes(image).unwrap();
    for (name, texts) in [("texts", &whole), ("runs", &runs)] {
        for text in texts {
            assert_eq!(
                ours(&segmenter, &mut scratch, text),
                theirs(&jieba, text),
                "{text}"
            );
        }

        let mut by_jieba = || {
            texts
                .iter()
                .map(|text| jieba.cut(text, false).len())
                .sum::<usize>()
        };
        let mut by_us = || {
            let mut words = 0;
            for text in texts {
                segmenter.cut_for_index(text, &mut scratch, |range, is_part| {
                    black_box(range);
                    words += usize::from(!is_part);
                });
            }
            words
        };
        eprintln!("{name}: {:.2} × jieba-rs", ratio(&mut by_jieba, &mut by_us));

        let mut group = criterion.benchmark_group(format!("segment/{name}"));
        group
            .sample_size(10)
            .throughput(Throughput::Bytes(bytes as u64));
        group.bench_function("jieba-rs", |bencher| bencher.iter(&mut by_jieba));
        group.bench_function("newsearch", |bencher| bencher.iter(&mut by_us));
        group.finish();
    }
}

fn opening(criterion: &mut Criterion) {
    let dictionary = Dictionary::jieba();
    let image = dictionary.compile().unwrap();
    eprintln!("image: {} bytes", image.len());
    let image = OwnedBytes::new(image);
    let mut group = criterion.benchmark_group("segment/dictionary");
    group.sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(Dictionary::jieba));
    group.bench_function("compile", |bencher| bencher.iter(|| dictionary.compile()));
    group.bench_function("open", |bencher| {
        bencher.iter(|| Segmenter::from_bytes(image.clone()))
    });
    group.finish();
}

/// How many times as long the first takes: medians of runs that take turns.
fn ratio(first: &mut impl FnMut() -> usize, second: &mut impl FnMut() -> usize) -> f64 {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let (time, tokens) = timed(first);
        times[0].push(time);
        let (time, same) = timed(second);
        times[1].push(time);
        assert!(same > 0 && tokens >= same);
    }
    let [first, second] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_secs_f64()
    });
    first / second
}

fn timed(work: &mut impl FnMut() -> usize) -> (Duration, usize) {
    let start = Instant::now();
    let tokens = work();
    (start.elapsed(), tokens)
}

/// The words of Han.
fn ours(segmenter: &Segmenter, scratch: &mut Scratch, text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    segmenter.cut_for_index(text, scratch, |range, is_part| {
        if !is_part {
            ranges.push(range);
        }
    });
    ranges
}

fn theirs(jieba: &Jieba, text: &str) -> Vec<Range<usize>> {
    let words = jieba.cut(text, false).into_iter();
    let words = words.filter(|word| word.word.starts_with(analysis::segment::is_han));
    words.map(|word| word.byte_start..word.byte_end).collect()
}

fn real_texts() -> Option<Vec<String>> {
    let path = Path::new(&std::env::var_os("NEWSEARCH_DATA")?).join("corpus/articles.jsonl.zst");
    let lines = BufReader::new(zstd::Decoder::new(File::open(path).unwrap()).unwrap()).lines();
    let texts = lines.map(|line| {
        let document: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let body = document["body"].as_str().unwrap();
        let runs = body
            .split(|c| !analysis::segment::is_han(c))
            .filter(|run| !run.is_empty());
        runs.collect::<Vec<_>>().join("，")
    });
    Some(enough(texts))
}

/// Texts of the dictionary's words, each as often as its frequency asks for.
fn made_texts(dictionary: &Dictionary) -> Vec<String> {
    let mut words: Vec<(&str, u64)> = dictionary.words().collect();
    words.retain(|(word, _)| word.chars().all(analysis::segment::is_han));
    words.sort_unstable();
    let mut total = 0;
    for (_, frequency) in &mut words {
        total += *frequency;
        *frequency = total;
    }
    let mut seed = 1_u64;
    let texts = std::iter::repeat_with(|| {
        let mut text = String::new();
        for word in 0..600 {
            // Knuth's linear congruential generator, its better half.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = ((seed >> 32) * total) >> 32;
            text.push_str(words[words.partition_point(|&(_, until)| until <= at)].0);
            if word % 6 == 5 {
                text.push('，');
            }
        }
        text
    });
    enough(texts)
}

fn enough(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut size = 0;
    texts
        .take_while(|text| {
            size += text.len();
            size <= SIZE
        })
        .collect()
}
