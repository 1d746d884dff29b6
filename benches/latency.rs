//! How long does a query take on a real archive, by the kind of query?
//!
//! Builds an index of all texts of `NEWSEARCH_DATA/corpus` (in `NEWSEARCH_INDEX`, where it stays for
//! the next time, or in a temporary folder), runs 1,000 queries of each kind on one thread, each as a
//! reader sees it (the best ten with their snippets), and prints a table. A time is the fastest of
//! several runs of the query, in time of the processor. Every answer is checked: the total of a quoted query against a scan of
//! all texts, a headline by whether it finds its own article, words by the best hit.

mod measure;

use std::path::Path;
use std::time::Instant;

use measure::{Random, fastest, quantile};
use newsearch::{Hit, Index, IndexOptions, Page, Query, Searcher, SnippetOptions, UpdateOptions};

const SEED: u64 = 20_260_801;
const QUERIES: usize = 1000;
const ROUNDS: usize = 5;
/// Queries of a class that are named.
const SHOWN: usize = 5;
/// Characters that are shown of a query.
const LONGEST: usize = 40;

/// The texts of the index, by article.
struct Texts {
    ids: Vec<String>,
    titles: Vec<String>,
    folded: Vec<String>,
}

/// Queries of one kind, each with what its answer must be.
struct Class {
    name: &'static str,
    what_is_right: &'static str,
    queries: Vec<(Query, Right)>,
}

/// What the right answer to a query is.
enum Right {
    /// So many articles.
    Total(u64),
    /// This article, or one with its title, is among the hits.
    Finds { id: String, title: String },
    /// The best hit contains these folded texts.
    Contains(Vec<String>),
}

fn main() {
    let Some(data) = measure::data() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = std::env::var_os("NEWSEARCH_INDEX");
    let path = path.as_deref().map_or(folder.path(), Path::new);
    let index = open(path, &data);
    let searcher = index.searcher();
    let texts = texts(&index, &searcher);
    println!(
        "{} articles, seed {SEED}, fastest of {ROUNDS} runs\n",
        texts.ids.len()
    );
    println!("| queries | p50 ms | p90 ms | p99 ms | max ms | right | that is |");
    println!("|---|---|---|---|---|---|---|");
    let mut remarks = Vec::new();
    for class in classes(&data, &index, &texts) {
        remarks.push(measure_class(&index, &searcher, &class));
    }
    for remark in remarks {
        println!("\n{remark}");
    }
}

fn open(path: &Path, data: &Path) -> Index {
    let index = Index::open_or_create(path, IndexOptions::new()).expect("an index");
    if index.searcher().documents() == 0 {
        let (start, paths) = (Instant::now(), [data.join("corpus")]);
        let report = index.update(&paths, &UpdateOptions::default(), |_| {});
        let seconds = start.elapsed().as_secs_f64();
        println!("{:?}\nbuilt in {seconds:.0} s", report.expect("an index"));
    }
    index
}

/// All texts, read back from the index.
fn texts(index: &Index, searcher: &Searcher) -> Texts {
    let mut texts = Texts {
        ids: Vec::new(),
        titles: Vec::new(),
        folded: Vec::new(),
    };
    let page = Page {
        snippets: SnippetOptions {
            count: 0,
            ..SnippetOptions::default()
        },
        ..Page::first(1_000_000)
    };
    let all = Query::parse("-id:none");
    for hit in searcher.search(&all, &page).expect("hits") {
        let article = hit.expect("an article").article;
        let title = if article.title_derived {
            String::new()
        } else {
            article.title
        };
        let paragraphs = article.body.iter().map(|paragraph| paragraph.text.as_str());
        let lines = [title.as_str()].into_iter().chain(paragraphs);
        texts.folded.push(measure::fold(index.analyzer(), lines));
        texts.ids.push(article.id);
        texts.titles.push(title);
    }
    texts
}

fn classes(data: &Path, index: &Index, texts: &Texts) -> Vec<Class> {
    let random = &mut Random(SEED);
    let mut classes = vec![
        topics(data, index, texts, random),
        companies(data, index, texts, random),
        words(index, texts, random),
    ];
    for (name, lengths) in [
        ("quoted, 1 character", 1..=1),
        ("quoted, 2", 2..=2),
        ("quoted, 3–4", 3..=4),
        ("quoted, 5–6", 5..=6),
    ] {
        let lengths: Vec<usize> = lengths.collect();
        classes.push(quoted(name, &lengths, index, texts, random));
    }
    classes.push(headlines(texts, random));
    classes.push(questions(data, index, texts, random));
    classes
}

/// Topics that editors file news under, and words of finance.
fn topics(data: &Path, index: &Index, texts: &Texts, random: &mut Random) -> Class {
    let topics = measure::lines(&data.join("eval/cls-topic/queries.tsv"));
    let topics = topics.filter_map(|line| Some(line.split_once('\t')?.1.to_string()));
    let words = measure::lines(&data.join("lexicons/thuocl/THUOCL_caijing.txt"));
    let words = words.filter_map(|line| Some(line.split_whitespace().next()?.to_string()));
    let mut topics = occurring(index, texts, topics.collect());
    let words = occurring(index, texts, words.collect());
    while topics.len() < QUERIES {
        topics.push(random.pick(&words).clone());
    }
    containing("topic words", index, topics)
}

/// Short names of listed companies that occur in a text.
fn names(data: &Path, index: &Index, texts: &Texts) -> Vec<String> {
    let names = measure::lines(&data.join("lexicons/stocks_cn.tsv")).skip(1);
    let names = names.filter_map(|line| {
        let names = line.split('\t').nth(2)?;
        Some(names.split('|').next()?.to_string())
    });
    occurring(index, texts, names.collect())
}

fn companies(data: &Path, index: &Index, texts: &Texts, random: &mut Random) -> Class {
    let names = names(data, index, texts);
    let picked = (0..QUERIES).map(|_| random.pick(&names).clone()).collect();
    containing("company names", index, picked)
}

/// Those of `words` that occur in a text.
fn occurring(index: &Index, texts: &Texts, words: Vec<String>) -> Vec<String> {
    let folded: Vec<String> = words
        .iter()
        .map(|word| index.analyzer().fold(word))
        .collect();
    let found = measure::scan(&texts.folded, &folded);
    let words = words.into_iter().zip(found);
    words
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(word, _)| word)
        .collect()
}

fn containing(name: &'static str, index: &Index, texts: Vec<String>) -> Class {
    let query = |text: String| {
        let folded = index.analyzer().fold(&text);
        (Query::words(&text), Right::Contains(vec![folded]))
    };
    Class {
        name,
        what_is_right: "the best hit contains the words as they stand",
        queries: texts.into_iter().map(query).collect(),
    }
}

/// Two or three words that stand side by side in a text.
fn words(index: &Index, texts: &Texts, random: &mut Random) -> Class {
    let query = |i: usize| {
        let words = random.words(index.analyzer(), &texts.folded, 2 + i % 2);
        (Query::words(&words.join(" ")), Right::Contains(words))
    };
    Class {
        name: "two or three words",
        what_is_right: "the best hit contains all words",
        queries: (0..QUERIES).map(query).collect(),
    }
}

/// Random substrings of random texts.
fn quoted(
    name: &'static str,
    lengths: &[usize],
    index: &Index,
    texts: &Texts,
    random: &mut Random,
) -> Class {
    let substrings: Vec<String> = (0..QUERIES)
        .map(|i| random.substring(index.analyzer(), &texts.folded, lengths[i % lengths.len()]))
        .collect();
    let found = measure::scan(&texts.folded, &substrings);
    let queries = substrings.iter().zip(found);
    Class {
        name,
        what_is_right: "the total agrees with a scan",
        queries: queries
            .map(|(text, found)| (Query::phrase(text), Right::Total(found.len() as u64)))
            .collect(),
    }
}

fn headlines(texts: &Texts, random: &mut Random) -> Class {
    let titled: Vec<usize> = (0..texts.ids.len())
        .filter(|&i| !texts.titles[i].is_empty())
        .collect();
    let query = |_| {
        let &i = random.pick(&titled);
        let (id, title) = (texts.ids[i].clone(), texts.titles[i].clone());
        (Query::words(&title), Right::Finds { id, title })
    };
    Class {
        name: "headlines",
        what_is_right: "its article, or one of the same title, is among the ten",
        queries: (0..QUERIES).map(query).collect(),
    }
}

/// Questions about companies whose names no dictionary has: they are cut into single characters, or into
/// words of which one is a single character. Each asks for two words of an article that has the name.
fn questions(data: &Path, index: &Index, texts: &Texts, random: &mut Random) -> Class {
    const FRAMES: [[&str; 2]; 4] = [
        ["", "对应的具体情况是什么？"],
        ["请问", "有哪些最新进展"],
        ["为什么", "？"],
        ["帮我找一下关于", "的新闻"],
    ];
    let analyzer = index.analyzer();
    let is_unknown = |name: &String| {
        let tokens = analyzer.tokens(name).into_iter();
        let words: Vec<String> = tokens
            .filter(|token| !token.part)
            .map(|token| token.text)
            .collect();
        words.len() > 1 && words.iter().any(|word| word.chars().count() == 1)
    };
    let names: Vec<String> = names(data, index, texts)
        .into_iter()
        .filter(is_unknown)
        .collect();
    let folded: Vec<String> = names.iter().map(|name| analyzer.fold(name)).collect();
    // Words are picked from a line that has enough of them.
    let has_words = |text: &u32| {
        let mut lines = texts.folded[*text as usize].lines();
        lines.any(|line| line.chars().nth(100).is_some())
    };
    let with_name: Vec<(usize, Vec<u32>)> = measure::scan(&texts.folded, &folded)
        .into_iter()
        .map(|found| found.into_iter().filter(has_words).collect())
        .enumerate()
        .filter(|(_, found): &(usize, Vec<u32>)| !found.is_empty())
        .collect();
    let query = |i: usize| {
        let (at, found) = random.pick(&with_name);
        let (at, text) = (*at, *random.pick(found) as usize);
        let words = random.words(analyzer, std::slice::from_ref(&texts.folded[text]), 2);
        let [before, behind] = FRAMES[i % FRAMES.len()];
        let question = format!("{before}{}{}{behind}", names[at], words.join(""));
        (
            Query::words(&question),
            Right::Contains(vec![folded[at].clone()]),
        )
    };
    Class {
        name: "questions about unknown names",
        what_is_right: "the best hit contains the name",
        queries: (0..QUERIES).map(query).collect(),
    }
}

/// A query that was run.
struct Run {
    query: String,
    ms: f64,
    total: u64,
    is_right: bool,
}

/// Prints the line of a class; returns what is worth a look: the slowest queries and those with an
/// answer that is not right.
fn measure_class(index: &Index, searcher: &Searcher, class: &Class) -> String {
    let page = Page {
        recency: true,
        group: true,
        ..Page::first(10)
    };
    let queries = class.queries.iter().map(|(query, expected)| {
        let ((total, hits), ms) = fastest(ROUNDS, || {
            let hits = searcher.search(query, &page).expect("hits");
            let total = hits.total;
            let hits: Result<Vec<Hit>, _> = hits.collect();
            (total, hits.expect("articles"))
        });
        Run {
            query: query.to_string().chars().take(LONGEST).collect(),
            ms,
            total,
            is_right: is_right(index, expected, total, &hits),
        }
    });
    let mut runs: Vec<Run> = queries.collect();
    let mut times: Vec<f64> = runs.iter().map(|run| run.ms).collect();
    let [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1.0].map(|share| quantile(&mut times, share));
    let right = runs.iter().filter(|run| run.is_right).count() as f64 / runs.len() as f64;
    println!(
        "| {} | {p50:.2} | {p90:.2} | {p99:.2} | {max:.2} | {:.1} % | {} |",
        class.name,
        100.0 * right,
        class.what_is_right
    );
    runs.sort_by(|a, b| a.query.cmp(&b.query));
    runs.dedup_by(|a, b| a.query == b.query);
    runs.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    let name = class.name;
    let slowest = runs.iter().take(SHOWN).map(|run| {
        let Run {
            query, ms, total, ..
        } = run;
        format!("{query} ({ms:.2} ms, {total} articles)")
    });
    let wrong = runs.iter().filter(|run| !run.is_right).take(SHOWN);
    let wrong = wrong.map(|run| run.query.as_str());
    let (slowest, wrong): (Vec<_>, Vec<_>) = (slowest.collect(), wrong.collect());
    format!(
        "{name}, slowest: {}\n{name}, not right: {}",
        slowest.join("; "),
        wrong.join("; ")
    )
}

fn is_right(index: &Index, expected: &Right, total: u64, hits: &[Hit]) -> bool {
    match expected {
        Right::Total(expected) => total == *expected,
        Right::Finds { id, title } => hits
            .iter()
            .any(|hit| hit.article.id == *id || hit.article.title == *title),
        Right::Contains(texts) => hits.first().is_some_and(|hit| {
            let body = hit.article.body_text();
            let lines = [hit.article.title.as_str()].into_iter().chain(body.lines());
            let folded = measure::fold(index.analyzer(), lines);
            texts.iter().all(|text| folded.contains(text))
        }),
    }
}
