//! Does a cluster answer as a folder does on a real archive, and what does it cost?
//!
//! Builds an index of all texts of `NEWSEARCH_DATA/corpus` in a folder (`NEWSEARCH_INDEX`, where it stays for
//! the next time, or a temporary one) and on the cluster at `NEWSEARCH_URL` under the name `bench`, where it
//! stays, too. Asks both the same queries of every kind, and compares totals, the first ten hits, facets and
//! timelines; times are of the clock, one request at a time, the best of two. Cuts 2,000 articles by the
//! analyzer of the cluster, and compares its tokens with those that an index in a folder has.
//!
//! ```text
//! NEWSEARCH_DATA=… NEWSEARCH_URL=http://127.0.0.1:9200 cargo bench --features opensearch --bench cluster
//!     [-- [QUERIES OF A KIND] [ARCHIVE]]
//! ```
//!
//! ARCHIVE is a file or a folder in place of the texts of `NEWSEARCH_DATA`, such as one that the bench `scale`
//! has left.

mod measure;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use measure::{Random, quantile};
use newsearch::{
    Answer, Article, Cluster, FacetField, FacetOptions, Index, IndexOptions, Order, Request,
    Searcher, Sort, TimelineOptions, UpdateOptions,
};
use serde_json::{Value, json};

const SEED: u64 = 20_261_130;
const NAME: &str = "bench";
/// Queries of a kind.
const QUERIES: usize = 77;
/// Of so many queries one is counted by all fields and over time, too.
const COUNTED: usize = 4;
/// Articles that queries are made of, at most.
const DRAWN: u64 = 150_000;
/// Articles whose tokens are compared, and how many at once.
const CUT: usize = 2_000;
const AT_ONCE: usize = 50;
/// Queries of a kind that are named where the answers differ.
const SHOWN: usize = 5;

/// Queries of one kind.
struct Class {
    name: &'static str,
    sort: Sort,
    queries: Vec<String>,
}

fn main() {
    let Some(data) = measure::data() else {
        return;
    };
    let Ok(url) = std::env::var("NEWSEARCH_URL") else {
        eprintln!("skipped: NEWSEARCH_URL does not name a cluster");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = std::env::var_os("NEWSEARCH_INDEX").map(PathBuf::from);
    let path = path.unwrap_or_else(|| folder.path().join("index"));
    let mut queries = QUERIES;
    let mut archive = [data.join("corpus")];
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            Ok(number) => queries = number,
            Err(_) if argument.starts_with('-') => {}
            Err(_) => archive = [argument.into()],
        }
    }
    let index = in_folder(&path, &archive);
    let cluster = on_cluster(&url, &archive);
    let (here, there) = (
        index.searcher(),
        cluster.searcher().expect("a view of the cluster"),
    );
    assert_eq!(here.documents(), there.documents());
    println!("{} articles, seed {SEED}\n", here.documents());
    let articles = articles(&here);
    compare_tokens(&url, &index, &articles);
    println!(
        "| queries | asked | totals | first hit | first ten | counts | folder p50 / p99 ms | cluster p50 / p99 ms |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut remarks = Vec::new();
    for class in classes(&data, &index, &articles, queries) {
        remarks.extend(compare(&here, &there, &class));
    }
    for remark in remarks {
        println!("\n{remark}");
    }
}

fn in_folder(path: &Path, archive: &[PathBuf]) -> Index {
    let index = Index::open_or_create(path, IndexOptions::new()).expect("an index");
    if index.searcher().documents() == 0 {
        let (start, processor) = (Instant::now(), measure::processor_seconds());
        let report = index.update(archive, &UpdateOptions::default(), |_| {});
        report.expect("an index");
        println!(
            "folder: {:.0} s, {:.0} s of processor, {:.0} MB",
            start.elapsed().as_secs_f64(),
            measure::processor_seconds() - processor,
            measure::folder_size(path) as f64 / 1e6,
        );
    }
    index
}

fn on_cluster(url: &str, archive: &[PathBuf]) -> Cluster {
    let cluster = Cluster::open_or_create(url, NAME, &IndexOptions::new()).expect("the cluster");
    if cluster
        .searcher()
        .expect("a view of the cluster")
        .documents()
        == 0
    {
        let start = Instant::now();
        let (ours, theirs) = (measure::processor_seconds(), processor_of(url));
        let report = cluster.update(archive, &UpdateOptions::default(), |_| {});
        report.expect("an index on the cluster");
        let stored = get(url, &format!("/{NAME}*/_stats/store"));
        let bytes = |of: &str| {
            stored["_all"][of]["store"]["size_in_bytes"]
                .as_f64()
                .expect("bytes")
        };
        println!(
            "cluster: {:.0} s, {:.0} s of processor here and {:.0} there, {:.0} MB, {:.0} with copies",
            start.elapsed().as_secs_f64(),
            measure::processor_seconds() - ours,
            processor_of(url) - theirs,
            bytes("primaries") / 1e6,
            bytes("total") / 1e6,
        );
    }
    cluster
}

fn get(url: &str, path: &str) -> Value {
    let mut reply = ureq::get(format!("{url}{path}"))
        .call()
        .expect("the cluster answers");
    let text = reply.body_mut().read_to_string().expect("an answer");
    serde_json::from_str(&text).expect("JSON")
}

/// Seconds of processor that all nodes have taken.
fn processor_of(url: &str) -> f64 {
    let nodes = get(url, "/_nodes/stats/process");
    let nodes = nodes["nodes"].as_object().expect("nodes");
    let taken = nodes
        .values()
        .filter_map(|node| node["process"]["cpu"]["total_in_millis"].as_f64());
    taken.sum::<f64>() / 1e3
}

fn articles(searcher: &Searcher) -> Vec<Article> {
    let all = searcher.articles(&Request::default(), Order::Oldest);
    let articles = all.expect("all articles");
    let step = searcher.documents().div_ceil(DRAWN).max(1) as usize;
    let articles = articles.step_by(step);
    articles
        .map(|article| article.expect("an article"))
        .collect()
}

/// The tokens of a text with their numbers, as the term vectors of the cluster tell them.
fn tokens_of(vectors: &Value) -> BTreeMap<String, u64> {
    let terms = vectors["terms"].as_object().into_iter().flatten();
    let counted = terms.map(|(term, of)| (term.clone(), of["term_freq"].as_u64().unwrap_or(0)));
    counted.collect()
}

/// The words of texts, counted, as the fields of words of the cluster must have them.
fn compare_tokens(url: &str, index: &Index, articles: &[Article]) {
    let step = articles.len().div_ceil(CUT).max(1);
    let picked: Vec<&Article> = articles.iter().step_by(step).collect();
    let (mut cut, mut equal) = (0, 0);
    for some in picked.chunks(AT_ONCE) {
        let mut expected = Vec::new();
        let mut asked = Vec::new();
        for article in some {
            let text = article.body_text();
            let words: Vec<String> = index
                .analyzer()
                .tokens(&text)
                .into_iter()
                .map(|token| token.text)
                .filter(|text| !text.chars().any(|c| c.is_whitespace() || c.is_control()))
                .collect();
            let mut counted = BTreeMap::new();
            for word in &words {
                *counted.entry(word.clone()).or_insert(0) += 1;
            }
            expected.push(counted);
            asked.push(json!({
                "doc": { "body_words": words.join(" ") },
                "positions": false, "offsets": false, "field_statistics": false,
            }));
        }
        let mut reply = ureq::post(format!("{url}/{NAME}/_mtermvectors"))
            .header("content-type", "application/json")
            .send(json!({ "docs": asked }).to_string())
            .expect("the cluster answers");
        let text = reply.body_mut().read_to_string().expect("an answer");
        let reply: Value = serde_json::from_str(&text).expect("JSON");
        let found = reply["docs"].as_array().expect("documents");
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            cut += 1;
            let found = tokens_of(&found["term_vectors"]["body_words"]);
            equal += usize::from(found == expected);
        }
    }
    println!("tokens of {cut} articles: {equal} equal\n");
}

fn classes(data: &Path, index: &Index, articles: &[Article], count: usize) -> Vec<Class> {
    let random = &mut Random(SEED);
    let analyzer = index.analyzer();
    let texts: Vec<String> = articles
        .iter()
        .map(|article| {
            let lines = article.body.iter().map(|paragraph| paragraph.text.as_str());
            measure::fold(analyzer, [article.title.as_str()].into_iter().chain(lines))
        })
        .collect();
    let topics = measure::lines(&data.join("eval/cls-topic/queries.tsv"));
    let topics: Vec<String> = topics
        .filter_map(|line| Some(line.split_once('\t')?.1.to_string()))
        .collect();
    let names = measure::lines(&data.join("lexicons/stocks_cn.tsv")).skip(1);
    let names: Vec<String> = names
        .filter_map(|line| Some(line.split('\t').nth(2)?.split('|').next()?.to_string()))
        .collect();
    let words = |random: &mut Random, count| random.words(analyzer, &texts, count);
    let mut of = |name, sort, make: &mut dyn FnMut(&mut Random, usize) -> String| Class {
        name,
        sort,
        queries: (0..count).map(|i| make(random, i)).collect(),
    };
    let quoted = |random: &mut Random, length| {
        format!(
            "\"{}\"",
            random.substring(analyzer, &texts, length).replace('"', "“")
        )
    };
    let day = |random: &mut Random| loop {
        if let Some(date) = random.pick(articles).published {
            return date.to_string()[..10].to_owned();
        }
    };
    let by_score = Sort::Relevance;
    vec![
        of("topics", by_score, &mut |random, _| {
            random.pick(&topics).clone()
        }),
        of("company names", by_score, &mut |random, _| {
            random.pick(&names).clone()
        }),
        of("two or three words", by_score, &mut |random, i| {
            words(random, 2 + i % 2).join(" ")
        }),
        of("headlines", by_score, &mut |random, _| {
            random.pick(articles).title.clone()
        }),
        of("quoted, 1 character", by_score, &mut |random, _| {
            quoted(random, 1)
        }),
        of("quoted, 2", by_score, &mut |random, _| quoted(random, 2)),
        of("quoted, 3–4", by_score, &mut |random, i| {
            quoted(random, 3 + i % 2)
        }),
        of("quoted, 5–6", by_score, &mut |random, i| {
            quoted(random, 5 + i % 2)
        }),
        of("fields", by_score, &mut |random, i| loop {
            let article = random.pick(articles);
            let value = match i % 3 {
                0 => Some(&article.source)
                    .filter(|source| !source.is_empty())
                    .map(|source| format!("source:\"{source}\"")),
                1 => article
                    .stocks
                    .first()
                    .map(|code| format!("code:{}", code.code)),
                _ => article.tags.first().map(|tag| format!("tag:\"{tag}\"")),
            };
            if let Some(value) = value {
                return match i % 2 {
                    0 => value,
                    _ => format!("{value} {}", words(random, 1)[0]),
                };
            }
        }),
        of("dates", by_score, &mut |random, i| {
            let (a, b) = (day(random), day(random));
            let (from, to) = if a < b { (a, b) } else { (b, a) };
            match i % 2 {
                0 => format!("{} since:{from} until:{to}", words(random, 1)[0]),
                _ => format!("{} date:{from}", random.substring(analyzer, &texts, 1)),
            }
        }),
        of("AND, OR, NOT", by_score, &mut |random, i| {
            let some = words(random, 2);
            match i % 4 {
                0 => format!("{} OR {}", some[0], some[1]),
                1 => format!("{} AND {}", some[0], some[1]),
                2 => format!("+{} -{}", some[0], some[1]),
                _ => format!(
                    "({} OR \"{}\") -\"{}\"",
                    some[0],
                    some[1],
                    words(random, 1)[0]
                ),
            }
        }),
        of("NEAR", by_score, &mut |random, i| {
            let some = words(random, 2);
            match i % 2 {
                0 => format!("{} NEAR/{} {}", some[0], 1 + i, some[1]),
                _ => format!("\"{} {}\"~{}", some[0], some[1], 1 + i),
            }
        }),
        of("prefixes", by_score, &mut |random, i| match i % 2 {
            0 => format!(
                "{}*",
                random.substring(analyzer, &texts, 2).replace('"', "“")
            ),
            _ => format!("{}* {}", &words(random, 1)[0], words(random, 1)[0]),
        }),
        of(
            "two words, the newest first",
            Sort::Date,
            &mut |random, _| words(random, 2).join(" "),
        ),
    ]
}

/// What both answered to a query, and in how many milliseconds.
fn asked(searcher: &Searcher, request: &Request) -> (Answer, f64) {
    let mut best = f64::INFINITY;
    let mut answer = None;
    for _ in 0..2 {
        let start = Instant::now();
        answer = Some(searcher.answer(request).expect("an answer"));
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    (answer.expect("asked twice"), best)
}

/// Prints the line of a class; returns what differs.
fn compare(here: &Searcher, there: &Searcher, class: &Class) -> Vec<String> {
    let mut times = [Vec::new(), Vec::new()];
    let [mut totals, mut first, mut ten, mut counts] = [0; 4];
    let mut differing = Vec::new();
    let mut all_counted = 0;
    for (number, query) in class.queries.iter().enumerate() {
        let request = Request {
            q: query.clone(),
            sort: class.sort,
            limit: 10,
            stories: true,
            ..Request::default()
        };
        let (folder, fast) = asked(here, &request);
        let (cluster, slow) = asked(there, &request);
        times[0].push(fast);
        times[1].push(slow);
        let ids = |answer: &Answer| -> Vec<(String, u32)> {
            let hits = answer.hits.iter();
            hits.map(|hit| (hit.id.clone(), hit.score.to_bits()))
                .collect()
        };
        let (ids_here, ids_there) = (ids(&folder), ids(&cluster));
        let is_total = folder.total == cluster.total && folder.stories == cluster.stories;
        let is_first = ids_here.first() == ids_there.first();
        let is_asked = number % COUNTED == 0;
        let is_counted = !is_asked || counted(here, &request) == counted(there, &request);
        all_counted += usize::from(is_asked);
        totals += usize::from(is_total);
        first += usize::from(is_first);
        ten += usize::from(ids_here == ids_there);
        counts += usize::from(is_asked && is_counted);
        if !is_total || ids_here != ids_there || !is_counted {
            let at = ids_here.iter().zip(&ids_there).position(|(a, b)| a != b);
            differing.push(format!(
                "{query} ({} and {} articles, hit {at:?}, counts {is_counted})",
                folder.total, cluster.total
            ));
        }
    }
    let asked = class.queries.len();
    let [here, there] = times.each_mut().map(|times| {
        let [p50, p99] = [0.5, 0.99].map(|share| quantile(times, share));
        format!("{p50:.1} / {p99:.1}")
    });
    println!(
        "| {} | {asked} | {totals} | {first} | {ten} | {counts} of {all_counted} | {here} | {there} |",
        class.name
    );
    if differing.is_empty() {
        return Vec::new();
    }
    differing.truncate(SHOWN);
    vec![format!("{} differ: {}", class.name, differing.join("; "))]
}

/// All that is counted of what a query matches.
fn counted(searcher: &Searcher, request: &Request) -> (Value, Value) {
    let options = FacetOptions {
        by: FacetField::ALL.to_vec(),
        top: 20,
    };
    let facets = searcher.facets(request, &options).expect("facets");
    let timeline = searcher.timeline(request, &TimelineOptions::default());
    let plain = |counted: Value| {
        let mut counted = counted;
        counted["generation"] = Value::Null;
        counted
    };
    (
        plain(serde_json::to_value(facets).expect("JSON")),
        plain(serde_json::to_value(timeline.expect("a timeline")).expect("JSON")),
    )
}
