//! No query, whatever it is, panics, runs on for ever, or takes more memory than is bounded.
//!
//! Queries are made at random of what articles hold and of what the language knows, right and wrong,
//! and some of them as dear as can be. Short: 2,000 on the sample. Long (`NEWSEARCH_LONG=1`): 100,000,
//! and 10,000 on all the data where `NEWSEARCH_DATA` names its folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use newsearch::{
    Days, Hit, Hits, Index, IndexError, IndexOptions, Page, Query, Searcher, SnippetOptions, Sort,
    UpdateOptions,
};

use crate::archive::{Random, is_long};

/// More than any query needs: a watchdog, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Anonymous memory that queries may add, in bytes; other tests of this process use some of it.
const MEMORY: u64 = 768 << 20;

#[test]
fn any_query_is_answered_within_bounds() {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    read(&index, vec![sample]);
    ask(&index, if is_long() { 100_000 } else { 2_000 });
}

#[test]
fn any_query_of_the_real_articles_is_answered_within_bounds() {
    let Some(data) = std::env::var_os("NEWSEARCH_DATA").filter(|_| is_long()) else {
        return println!("skipped: the long form on the folder that NEWSEARCH_DATA names");
    };
    let file = |name| PathBuf::from(&data).join(format!("corpus/{name}.jsonl.zst"));
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(dir.path(), IndexOptions::new()).unwrap();
    read(&index, ["flash", "finance", "articles"].map(file).into());
    ask(&index, 10_000);
}

/// To say the same again asks for nothing more.
#[test]
fn equal_clauses_are_one() {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    read(&index, vec![sample]);
    let searcher = index.searcher();
    let found = |query: &str| {
        let hits = searcher
            .search(&Query::parse(query), &Page::first(10))
            .unwrap();
        let hits = hits.map(|hit| hit.unwrap());
        hits.map(|hit| (hit.article.id, hit.score))
            .collect::<Vec<_>>()
    };
    for clause in [
        "\"银行\"",
        "\"银行 公司\"~200",
        "银行 NEAR/200 公司",
        "银*",
        "-债券",
        "since:2022",
        "title:银行",
        "(\"银行\" OR \"公司\")",
    ] {
        let once = found(&format!("公司 {clause}"));
        assert!(!once.is_empty(), "{clause}");
        let often = format!("公司 {}", format!("{clause} ").repeat(9));
        assert_eq!(found(&often), once, "{clause}");
    }
}

/// A search that is stopped says so: what it gives is all of the answer, or the error.
#[test]
fn a_search_that_is_stopped_has_no_answer() {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    read(&index, vec![sample]);
    let searcher = index.searcher();
    let mut asker = Asker::new(&searcher);
    for number in 0..600 {
        let (query, page) = (Query::parse(&asker.query()), asker.page());
        let all = answer(&searcher, &query, &page);
        let allowed = match number % 3 {
            0 => Duration::ZERO,
            1 => Duration::from_micros(asker.random.below(2_000) as u64),
            _ => Duration::MAX,
        };
        let stopped = searcher.clone().with_timeout(allowed);
        match (answer(&stopped, &query, &page), all) {
            (Err(IndexError::OutOfTime { allowed: told }), _) => {
                assert_eq!(told, allowed);
                assert_ne!(allowed, Duration::MAX, "{query}");
            }
            (Ok(found), Ok(all)) => {
                assert_eq!(found, all, "{query}");
                assert!(!allowed.is_zero() || query.root().is_none(), "{query}");
            }
            (Err(IndexError::TooBroad), Err(IndexError::TooBroad)) => {}
            other => panic!("{query}: {other:?}"),
        }
    }
    let none = || searcher.clone().with_timeout(Duration::ZERO);
    let query = Query::parse("绿色金融 \"债券\"");
    let late = |error: &IndexError| matches!(error, IndexError::OutOfTime { .. });
    assert!(none().count(&query).is_err_and(|error| late(&error)));
    assert!(none().ids(&query).is_err_and(|error| late(&error)));
    assert!(
        none()
            .explain(&query, None)
            .is_err_and(|error| late(&error))
    );
    let past = none().as_of(Days::until("2022").unwrap()).unwrap();
    assert!(past.count(&query).is_err_and(|error| late(&error)));
}

/// Time that runs out while hits are read ends them, with the error as the last.
#[test]
fn hits_that_are_not_read_in_time_end_with_the_error() {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    read(&index, vec![sample]);
    let query = Query::parse("银行");
    // Long enough on the slowest machine, in the end.
    let mut allowed = Duration::from_millis(50);
    loop {
        let searcher = index.searcher().with_timeout(allowed);
        if let Ok(mut hits) = searcher.search(&query, &Page::first(10)) {
            assert!(hits.len() > 1);
            thread::sleep(allowed);
            let last = hits.next();
            assert!(matches!(last, Some(Err(IndexError::OutOfTime { .. }))));
            assert!(hits.next().is_none() && hits.len() == 0);
            return;
        }
        allowed *= 2;
    }
}

fn read(index: &Index, paths: Vec<PathBuf>) {
    index
        .update(&paths, &UpdateOptions::default(), |_| {})
        .unwrap();
}

/// Asks for so much; prints what came of it.
fn ask(index: &Index, queries: usize) {
    let searcher = index.searcher();
    let mut asker = Asker::new(&searcher);
    let before = anonymous_memory();
    let peak = AtomicU64::new(0);
    let is_over = AtomicBool::new(false);
    let (mut broad, mut slowest) = (0, (Duration::ZERO, String::new()));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(SeqCst) {
                peak.fetch_max(anonymous_memory(), SeqCst);
                thread::sleep(Duration::from_millis(5));
            }
        });
        // The watch over the memory ends with a panic here, too.
        let _ends = End(&is_over);
        for number in 0..queries {
            let (text, page) = (asker.query(), asker.page());
            let query = match number % 10 {
                0 => Query::words(&text),
                1 => Query::phrase(&text),
                _ => Query::parse(&text),
            };
            let started = Instant::now();
            match try_all(&searcher, &query, &page, number) {
                Ok(()) => {}
                Err(IndexError::TooBroad) => broad += 1,
                Err(error) => panic!("{text:?} {page:?}: {error:?}"),
            }
            let took = started.elapsed();
            if took > slowest.0 {
                slowest = (took, text.chars().take(60).collect());
            }
        }
    });
    let grown = peak.into_inner().saturating_sub(before);
    println!(
        "{queries} queries, {broad} refused as too broad; {} MB more memory than {} MB; the slowest {:?}: {:?}",
        grown >> 20,
        before >> 20,
        slowest.0,
        slowest.1
    );
    assert!(grown < MEMORY, "{grown} bytes");
    assert!(10 * broad < queries);
}

struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Anonymous memory of this process, in bytes.
fn anonymous_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    1024 * kib.unwrap().parse::<u64>().unwrap()
}

/// Searches, and now and then whatever else there is to ask; each of them for so long.
fn try_all(
    searcher: &Searcher,
    query: &Query,
    page: &Page,
    number: usize,
) -> Result<(), IndexError> {
    let patient = || searcher.clone().with_timeout(PATIENCE);
    let (total, hits) = answer(&patient(), query, page)?;
    if number.is_multiple_of(4) {
        let count = patient().count(query)?;
        let mut ids = patient().ids(query)?;
        assert_eq!(ids.len() as u64, count, "{query}");
        ids.sort_unstable();
        assert!(ids.is_sorted_by(|a, b| a < b), "{query}: an id twice");
        assert!(count <= searcher.documents());
        if page.sort == Sort::Relevance && count > 0 {
            assert_eq!(total, count, "{query}");
        }
    }
    if number.is_multiple_of(32) {
        let id = hits.first().map(|hit| hit.article.id.as_str());
        patient().explain(query, id)?;
    }
    Ok(())
}

/// The total and the first hits, all of which are as they should be.
fn answer(searcher: &Searcher, query: &Query, page: &Page) -> Result<(u64, Vec<Hit>), IndexError> {
    let hits: Hits = searcher.search(query, page)?;
    let total = hits.total;
    assert!(hits.len() <= page.limit);
    assert!(hits.len() as u64 <= total);
    assert!(hits.notes.iter().all(|note| !note.to_string().is_empty()));
    let hits: Vec<Hit> = hits.take(50).collect::<Result<_, _>>()?;
    for hit in &hits {
        assert!(hit.score.is_finite() && hit.score >= 0.0, "{}", hit.score);
        assert!(is_marked(&hit.article.title, &hit.title_highlights));
        assert!(hit.snippets.len() <= page.snippets.count);
        for snippet in &hit.snippets {
            assert!(snippet.text.chars().count() <= page.snippets.max_chars.max(1));
            assert!(is_marked(&snippet.text, &snippet.highlights));
        }
    }
    Ok((total, hits))
}

/// Whether the ranges are in order, apart, and within the text.
fn is_marked(text: &str, ranges: &[std::ops::Range<usize>]) -> bool {
    ranges.iter().all(|range| range.start < range.end)
        && ranges.windows(2).all(|two| two[0].end <= two[1].start)
        && ranges
            .last()
            .is_none_or(|last| last.end <= text.chars().count())
}

/// Asks whatever comes to mind.
struct Asker {
    random: Random,
    /// Titles, bodies, sources, codes and ids of some articles.
    texts: Vec<Vec<char>>,
}

const SYNTAX: [&str; 22] = [
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR/3",
    "NEAR/99999999999",
    "+",
    "-",
    "--",
    "(",
    ")",
    "（",
    "”",
    "\"",
    "~3",
    "*",
    "^2.5",
    "title:",
    "date:",
    "\\",
    ":",
    "since:昨天",
];
const FIELDS: [&str; 12] = [
    "title", "body", "source", "tag", "code", "id", "date", "since", "until", "标题", "代码", "URL",
];
const DATES: [&str; 12] = [
    "2022",
    "2022-01",
    "2022-02-30",
    "2022-01..2021-01",
    "昨天",
    "上周",
    "近7天",
    "近99999999年",
    "去年底",
    "0000-00-00",
    "99999-01",
    "..",
];
const NAMES: [&str; 14] = [
    "云汐租赁",
    "601318",
    "SH601318",
    "601318.SH",
    "1.601318",
    "000486",
    "宁王",
    "工行",
    "双碳",
    "huayuzulin",
    "hyzl",
    "yinhang",
    "zhongguo",
    "nnngngng",
];
/// Blanks, controls, marks of the reading direction, and characters that fold in odd ways.
const ODD: [char; 24] = [
    '\0',
    '\t',
    '\n',
    '\r',
    '\u{1b}',
    '\u{1f}',
    '\u{7f}',
    '\u{85}',
    '\u{a0}',
    '\u{200b}',
    '\u{200d}',
    '\u{202e}',
    '\u{2066}',
    '\u{3000}',
    '\u{feff}',
    '\u{fffd}',
    '\u{fffe}',
    '\u{10ffff}',
    'ﷺ',
    '㍿',
    'ß',
    'İ',
    '🚀',
    '\u{301}',
];

impl Asker {
    fn new(searcher: &Searcher) -> Asker {
        let anything = Query::parse("-\"这一句哪里都没有\"");
        let hits = searcher.search(&anything, &Page::first(400)).unwrap();
        let articles = hits.map(|hit| hit.unwrap().article);
        let texts = articles.flat_map(|article| {
            let codes = article.stocks.iter().filter_map(|stock| stock.key());
            let codes: Vec<String> = codes.collect();
            let facts = [
                article.body_text(),
                article.title,
                article.source,
                article.id,
            ];
            facts.into_iter().chain(codes)
        });
        let texts = texts.map(|text| text.chars().collect::<Vec<char>>());
        let asker = Asker {
            random: Random::seeded(),
            texts: texts.filter(|text| !text.is_empty()).collect(),
        };
        assert!(asker.texts.len() > 100);
        asker
    }

    fn page(&mut self) -> Page {
        let random = &mut self.random;
        Page {
            offset: *random.pick(&[0, 0, 0, 3, 100, 1_000_000, usize::MAX]),
            limit: *random.pick(&[0, 1, 10, 10, 10, 1_000_000, usize::MAX]),
            sort: *random.pick(&[Sort::Relevance, Sort::Relevance, Sort::Date]),
            recency: random.below(2) == 0,
            group: random.below(2) == 0,
            snippets: SnippetOptions {
                max_chars: *random.pick(&[0, 1, 7, 120, 120, usize::MAX]),
                count: *random.pick(&[0, 1, 2, 2, usize::MAX]),
            },
        }
    }

    fn query(&mut self) -> String {
        if self.random.below(50) == 0 {
            return self.monster();
        }
        let clauses = 1 + self.random.below(6);
        self.clauses(clauses, 0)
    }

    /// As dear as can be.
    fn monster(&mut self) -> String {
        match self.random.below(11) {
            0 => self.clauses(2_000, 0),
            1 => {
                let depth = self.random.below(5_000);
                format!(
                    "{}{}{}",
                    "(".repeat(depth),
                    self.clause(0),
                    ")".repeat(depth)
                )
            }
            2 => format!("{} ", self.clause(0)).repeat(1_000),
            3 => self.text(5_000),
            4 => self.each(1_000, " OR ", |asker| format!("\"{}\"", asker.text(1))),
            5 => self.each(700, " ", |asker| {
                let letters = (0..5).map(|_| char::from(b'a' + asker.random.below(26) as u8));
                letters.collect()
            }),
            6 => self.each(300, " OR ", |asker| {
                format!("{} NEAR/1000 {}", asker.text(1), asker.text(1))
            }),
            7 => self.each(900, " ", |asker| format!("{:02}*", asker.random.below(100))),
            8 => format!("\"{}\"~1000 ", self.text(3)).repeat(150),
            9 => self.each(150, " ", |asker| {
                let (a, b) = (asker.text(1), asker.text(1));
                format!("\"{a} {b} {a}\"~{}", asker.random.below(1_000))
            }),
            _ => self.each(20, " ", |asker| format!("\"{}\"", asker.text(2))),
        }
    }

    fn each(&mut self, count: usize, between: &str, one: impl Fn(&mut Asker) -> String) -> String {
        let all: Vec<String> = (0..count).map(|_| one(self)).collect();
        all.join(between)
    }

    fn clauses(&mut self, count: usize, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..count {
            text += &self.clause(depth);
            text += *self
                .random
                .pick(&[" ", " ", " ", " ", "  ", "\u{3000}", "", "\n"]);
        }
        text
    }

    fn clause(&mut self, depth: usize) -> String {
        let inner = |asker: &mut Asker| match depth < 6 {
            true => asker.clause(depth + 1),
            false => asker.word(),
        };
        match self.random.below(24) {
            0 => format!("\"{}\"", self.word()),
            1 => format!("“{}”~{}", self.clauses(2, 7), self.random.below(2_000)),
            2 => format!("「{}", self.word()),
            3 => format!("{}*", self.word()),
            4 => format!("{}:{}", self.random.pick(&FIELDS), inner(self)),
            5 => format!("{}:{}", self.random.pick(&FIELDS), self.random.pick(&DATES)),
            6 => (*self.random.pick(&DATES)).to_owned(),
            7 => format!("({})", self.clauses(1 + depth % 3, depth.max(4))),
            8 => format!("{} OR {}", inner(self), inner(self)),
            9 => format!("{} AND {}", inner(self), inner(self)),
            10 => format!(
                "{} NEAR/{} {}",
                inner(self),
                self.random.below(50),
                inner(self)
            ),
            11 => format!("NOT {}", inner(self)),
            12 => format!("-{}", inner(self)),
            13 => format!("+{}", inner(self)),
            14 => (*self.random.pick(&SYNTAX)).to_owned(),
            15 => self.word().repeat(1 + self.random.below(40)),
            16 => (0..1 + self.random.below(5))
                .map(|_| *self.random.pick(&ODD))
                .collect(),
            17 => format!("{}^{}", self.word(), self.random.below(9)),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> String {
        match self.random.below(8) {
            0 => (*self.random.pick(&NAMES)).to_owned(),
            1 => self.random.below(10_000_000).to_string(),
            2 => format!("{}{}", self.text(1), self.random.pick(&ODD)),
            3 => char::from_u32(self.random.below(0x11_0000) as u32)
                .unwrap_or('云')
                .to_string(),
            _ => {
                let length = 1 + self.random.below(8);
                self.text(length)
            }
        }
    }

    /// Some characters of an article as they stand, at most so many.
    fn text(&mut self, length: usize) -> String {
        let text = self.random.pick(&self.texts);
        let start = self.random.below(text.len());
        text[start..].iter().take(length).collect()
    }
}
