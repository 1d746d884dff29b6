//! What do counts, suggestions, similar articles, series, trends and exports cost on a real archive, and how
//! good is *similar*?
//!
//! Builds an index of all texts of `NEWSEARCH_DATA/corpus` (in `NEWSEARCH_INDEX`, where it stays for the next
//! time, or in a temporary folder) and prints tables. Times are of this thread on its processor, warm. The same
//! counts are asked of the engine's own aggregations on the same columns, and of SQLite: its index of full text
//! over the same words, and `GROUP BY` over what that finds. All three have to count the same. *Similar* is
//! compared with the engine's `MoreLikeThisQuery` over the fields of the same index: of two items that editors
//! filed under one topic, is one found by the other?
//!
//! ```text
//! NEWSEARCH_DATA=… cargo bench --bench glance [-- counts | lists | exports | similar]
//! ```

mod measure;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use measure::{Random, fastest, quantile};
use newsearch::{
    Analyzer, Article, Days, ExportOptions, FacetField, FacetOptions, Index, IndexOptions, Order,
    Request, Searcher, SeriesOf, SeriesOptions, SimilarOptions, SuggestOptions, TimelineOptions,
    TrendOptions, Unit, UpdateOptions,
};
use rusqlite::{Connection, params};
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::AggregationResults;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, MoreLikeThisQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, OwnedValue};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{DocAddress, Term};

const SEED: u64 = 20_261_129;
const ROUNDS: usize = 7;
/// Words that counts are asked for, of each share of the archive.
const WORDS: usize = 12;
const SHARES: [(&str, f64, f64); 3] = [
    ("a thousandth", 0.0005, 0.002),
    ("a hundredth", 0.005, 0.02),
    ("a tenth", 0.07, 0.15),
];
/// Texts that are being typed, and articles that others are like.
const TYPED: usize = 2_000;
const LIKE: usize = 1_000;
const CODES: usize = 5_000;
const TREND_DAYS: usize = 10;
/// Articles of a set of topics that others are looked for, and how many are looked at.
const ITEMS: usize = 2_000;
const BEST: usize = 10;
/// How much better than the engine's own way.
const LEAST: f64 = 1.2;
/// How often the memory of a process is looked at.
const INTERVAL: Duration = Duration::from_millis(5);

fn main() {
    let Some(data) = measure::data() else {
        return;
    };
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |part: &str| {
        let all = ["counts", "lists", "exports", "similar"];
        !parts.iter().any(|asked| all.contains(&&**asked)) || parts.iter().any(|p| p == part)
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = std::env::var_os("NEWSEARCH_INDEX").map(PathBuf::from);
    let path = path.unwrap_or_else(|| folder.path().join("index"));
    if ["counts", "lists", "exports"]
        .iter()
        .any(|part| is_asked(part))
    {
        let index = open(&path, &data.join("corpus"));
        let searcher = index.searcher();
        println!("{} articles, seed {SEED}", searcher.documents());
        if is_asked("counts") {
            counts(index, &path, &folder.path().join("segments"));
        }
        if is_asked("lists") {
            lists(&searcher);
        }
        if is_asked("exports") {
            exports(&searcher, &path);
        }
    }
    if is_asked("similar") {
        similar(&data.join("eval/cls-topic"), &folder.path().join("topics"));
    }
}

/// An index that stays until the end: the engine keeps its analyzer.
fn open(path: &Path, texts: &Path) -> &'static Index {
    let index = Index::open_or_create(path, IndexOptions::new()).expect("an index");
    if index.searcher().documents() == 0 {
        let report = index.update(&[texts.to_path_buf()], &UpdateOptions::default(), |_| {});
        report.expect("an index that can be written");
    }
    Box::leak(Box::new(index))
}

fn every(searcher: &Searcher) -> Vec<Article> {
    let all = searcher.articles(&Request::default(), Order::Oldest);
    all.expect("articles")
        .map(|article| article.expect("an article"))
        .collect()
}

/// The words of Han alone in a text, of several characters each.
fn han(article: &Article, analyzer: &Analyzer) -> impl Iterator<Item = String> {
    let title = if article.title_derived {
        ""
    } else {
        &article.title
    };
    let tokens = analyzer.tokens(&format!("{title}\n{}", article.body_text()));
    let words = tokens.into_iter().map(|token| token.text);
    let is_han = |c: char| ('一'..='龥').contains(&c);
    words.filter(move |word| word.chars().nth(1).is_some() && word.chars().all(is_han))
}

/// The securities that articles are about, by the id.
fn about(searcher: &Searcher, articles: &[Article]) -> HashMap<String, Vec<String>> {
    let mut named: BTreeSet<(String, &str)> = BTreeSet::new();
    for article in articles {
        let keys = article.stocks.iter().filter_map(newsearch::Stock::key);
        named.extend(keys.map(|key| (key, &*article.id)));
    }
    let keys: BTreeSet<String> = named.iter().map(|(key, _)| key.clone()).collect();
    let mut about: HashMap<String, Vec<String>> = HashMap::new();
    for key in keys {
        let query = newsearch::Query::new(newsearch::Node::Is(newsearch::Key::Code, key.clone()));
        for id in searcher.ids(&query).expect("ids") {
            // A bare number also finds the security of a market that has it.
            if named.contains(&(key.clone(), &*id)) {
                about.entry(id).or_default().push(key.clone());
            }
        }
    }
    about
}

/// Such words, with the share of the articles that have them.
fn words(index: &Index, articles: &[Article]) -> Vec<(String, f64)> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for article in articles {
        for word in han(article, index.analyzer()).collect::<BTreeSet<String>>() {
            *counts.entry(word).or_default() += 1;
        }
    }
    let total = articles.len() as f64;
    let mut words: Vec<(String, f64)> = counts
        .into_iter()
        .map(|(word, count)| (word, f64::from(count) / total))
        .collect();
    words.sort_by(|a, b| a.0.cmp(&b.0));
    words
}

/// The five fields of facets, and how the engine calls their columns.
const FIELDS: [(&str, &str); 3] = [
    ("source", "source_name"),
    ("tag", "tag_name"),
    ("category", "category_name"),
];

/// Counts by five fields and by day, here, in the engine and in SQLite.
fn counts(index: &'static Index, path: &Path, folder: &Path) {
    let searcher = index.searcher();
    let articles = every(&searcher);
    let sqlite = Sqlite::build(&searcher, &articles, index.analyzer());
    let engine = Engine::open(path, folder, index.analyzer());
    let words = words(index, &articles);
    drop(articles);
    println!(
        "\n| words that … of the articles have | articles, median | query alone ms | facets of five \
         fields ms | timeline ms | both from one match ms | both / query alone | engine's aggregations ms | SQLite ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let random = &mut Random(SEED);
    for (name, least, most) in SHARES {
        let mut fitting: Vec<&String> = words
            .iter()
            .filter(|(_, share)| (least..most).contains(share))
            .map(|(word, _)| word)
            .collect();
        let mut rows: Vec<[f64; 8]> = Vec::new();
        while rows.len() < WORDS && !fitting.is_empty() {
            let word = fitting.swap_remove(random.below(fitting.len()));
            let parsed = newsearch::Query::parse(word);
            let is_plain = searcher.other_names(&parsed).expect("names").is_empty();
            // A word that frames a request, or names a time, asks for something else.
            if is_plain && searcher.count(&parsed).expect("a count") == engine.count(word) {
                rows.push(row(&searcher, &engine, &sqlite, word));
            }
        }
        let median =
            |of: usize| quantile(&mut rows.iter().map(|row| row[of]).collect::<Vec<_>>(), 0.5);
        println!(
            "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {:.2} | {:.1} |",
            median(0),
            median(1),
            median(2),
            median(3),
            median(4),
            median(5),
            median(6),
            median(7)
        );
    }
}

fn row(searcher: &Searcher, engine: &Engine, sqlite: &Sqlite, word: &str) -> [f64; 8] {
    let request = Request::new(word);
    let five = FacetOptions::default();
    let all_values = FacetOptions {
        top: 100_000,
        ..five.clone()
    };
    let by_day = TimelineOptions {
        by: Some(Unit::Day),
    };
    let fitting = TimelineOptions::default();
    let (answer, alone) = fastest(ROUNDS, || searcher.answer(&request).expect("an answer"));
    let (_, of_facets) = fastest(ROUNDS, || searcher.facets(&request, &five).expect("facets"));
    let (timeline, of_timeline) = fastest(ROUNDS, || searcher.timeline(&request, &fitting));
    assert_eq!(timeline.expect("a timeline").articles, answer.total);
    let (_, of_both) = fastest(ROUNDS, || {
        let matching = searcher.matching(&request).expect("matches");
        (matching.facets(&five), matching.timeline(&fitting))
    });
    let facets = searcher.facets(&request, &all_values).expect("facets");
    let timeline = searcher.timeline(&request, &by_day).expect("a timeline");
    let (_, of_engine) = fastest(ROUNDS, || engine.aggregate(word, 10));
    let aggregated = Engine::grouped(engine.aggregate(word, 100_000));
    let (grouped, of_sqlite) = fastest(2, || sqlite.group(word));
    // All count the same.
    assert_eq!(facets.articles, answer.total, "{word}");
    for facet in &facets.facets {
        let counts = facet.values.iter().filter(|value| value.articles > 0);
        let ours: BTreeMap<String, u64> = counts
            .map(|value| (value.value.clone(), value.articles))
            .collect();
        let (name, ours) = (facet.field.name(), folded(&ours));
        assert!(folded(&grouped[name]) == ours, "{word} {name}, SQLite");
        if name != "year" {
            let theirs = folded(&aggregated[name]);
            assert!(theirs == ours, "{word} {name}, the engine");
        }
    }
    let days = timeline.buckets.iter().filter(|bucket| bucket.articles > 0);
    let days: BTreeMap<String, u64> = days
        .map(|bucket| (bucket.start[..10].to_owned(), bucket.articles))
        .collect();
    assert_eq!(grouped["day"], days, "{word}, SQLite");
    let sizes = |days: &BTreeMap<String, u64>| days.values().copied().collect::<Vec<u64>>();
    assert_eq!(
        sizes(&aggregated["day"]),
        sizes(&days),
        "{word}, the engine"
    );
    [
        answer.total as f64,
        alone,
        of_facets,
        of_timeline,
        of_both,
        of_both / alone,
        of_engine,
        of_sqlite,
    ]
}

/// Counts by value, by field.
type Grouped = BTreeMap<String, BTreeMap<String, u64>>;

/// Spellings that are one are one value here, and several elsewhere.
fn folded(counts: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut folded = BTreeMap::new();
    for (value, count) in counts {
        *folded.entry(newsearch::fold(value)).or_default() += count;
    }
    folded
}

/// The segments of an index as the engine knows them. Its lists of files carry a checksum here, which it does
/// not read.
fn segments(path: &Path, folder: &Path, analyzer: &'static Analyzer) -> tantivy::Index {
    std::fs::create_dir_all(folder).expect("a folder");
    for entry in std::fs::read_dir(path.join("segments")).expect("segments") {
        let from = entry.expect("a file").path();
        let to = folder.join(from.file_name().expect("a name"));
        if to.extension().is_some_and(|end| end == "json") {
            let text = std::fs::read_to_string(&from).expect("a list");
            let mut values = serde_json::Deserializer::from_str(&text).into_iter();
            let list: serde_json::Value = values.next().expect("a list").expect("a list");
            std::fs::write(&to, list.to_string()).expect("a list");
        } else if to.extension().is_some_and(|end| end != "lock") {
            std::fs::copy(&from, &to).expect("a copy");
        }
    }
    let index = tantivy::Index::open_in_dir(folder).expect("segments");
    index.tokenizers().register("words", Words::new(analyzer));
    index
}

/// The engine itself, over the same segments.
struct Engine {
    searcher: tantivy::Searcher,
}

impl Engine {
    fn open(path: &Path, folder: &Path, analyzer: &'static Analyzer) -> Engine {
        let index = segments(path, folder, analyzer);
        Engine {
            searcher: index.reader().expect("a reader").searcher(),
        }
    }

    fn query(&self, word: &str) -> BooleanQuery {
        let fields = ["title_words", "digest_words", "body_words"];
        let clauses = fields.map(|name| {
            let field = self.searcher.schema().get_field(name).expect("a field");
            let term = Term::from_field_text(field, word);
            let query: Box<dyn Query> = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
            (Occur::Should, query)
        });
        BooleanQuery::new(clauses.into())
    }

    fn count(&self, word: &str) -> u64 {
        let count = self
            .searcher
            .search(&self.query(word), &tantivy::collector::Count);
        count.expect("a count") as u64
    }

    /// The most frequent values of each field, exactly.
    fn aggregate(&self, word: &str, top: u32) -> AggregationResults {
        let terms = |column: &str| serde_json::json!({"terms": {"field": column, "size": top, "segment_size": 100_000}});
        // Fixed spans are all that it has: days, at +08:00, also give the years.
        let days = serde_json::json!({"histogram": {
            "field": "published", "interval": 86_400.0, "offset": 57_600.0, "min_doc_count": 1}});
        let mut asked = serde_json::json!({"code": terms("code"), "day": days});
        for (name, column) in FIELDS {
            asked[name] = terms(column);
        }
        let asked: Aggregations = serde_json::from_value(asked).expect("aggregations");
        let collector = AggregationCollector::from_aggs(asked, Default::default());
        let found = self.searcher.search(&self.query(word), &collector);
        found.expect("aggregations")
    }

    fn grouped(found: AggregationResults) -> Grouped {
        let found = serde_json::to_value(found).expect("JSON");
        let mut grouped = Grouped::new();
        for (name, result) in found.as_object().expect("an object") {
            for bucket in result["buckets"].as_array().expect("buckets") {
                let key = match &bucket["key"] {
                    serde_json::Value::String(text) => text.clone(),
                    number => format!("{:020.0}", number.as_f64().unwrap_or_default() + 1e12),
                };
                let count = bucket["doc_count"].as_u64().expect("a count");
                grouped.entry(name.clone()).or_default().insert(key, count);
            }
        }
        for name in ["code", "day"]
            .into_iter()
            .chain(FIELDS.map(|(name, _)| name))
        {
            grouped.entry(name.to_owned()).or_default();
        }
        grouped
    }
}

/// Cuts texts for the engine.
#[derive(Clone)]
struct Words {
    analyzer: &'static Analyzer,
    tokens: Vec<String>,
    next: usize,
    token: Token,
}

impl Words {
    fn new(analyzer: &'static Analyzer) -> Words {
        Words {
            analyzer,
            tokens: Vec::new(),
            next: 0,
            token: Token::default(),
        }
    }
}

impl Tokenizer for Words {
    type TokenStream<'a> = &'a mut Words;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> &'a mut Words {
        let tokens = self.analyzer.tokens(text).into_iter();
        self.tokens = tokens.map(|token| token.text).collect();
        self.next = 0;
        self
    }
}

impl TokenStream for &mut Words {
    fn advance(&mut self) -> bool {
        let Some(text) = self.tokens.get(self.next) else {
            return false;
        };
        self.token.text.clone_from(text);
        self.token.position = self.next;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The same words and facts in SQLite, in memory.
struct Sqlite(Connection);

impl Sqlite {
    fn build(searcher: &Searcher, articles: &[Article], analyzer: &Analyzer) -> Sqlite {
        let db = Connection::open_in_memory().expect("SQLite");
        db.execute_batch(
            "CREATE VIRTUAL TABLE texts USING fts5(words, content='', detail=none);
             CREATE TABLE facts(id INTEGER PRIMARY KEY, source TEXT, category TEXT, year TEXT, day TEXT);
             CREATE TABLE tags(id INTEGER, tag TEXT);
             CREATE TABLE codes(id INTEGER, code TEXT);
             BEGIN;",
        )
        .expect("tables");
        let put = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            let mut statement = db.prepare(sql).expect("a statement");
            statement.execute(values).expect("a row");
        };
        let about = about(searcher, articles);
        for (article, id) in articles.iter().zip(1_i64..) {
            let words: Vec<String> = han(article, analyzer).collect();
            put(
                "INSERT INTO texts(rowid, words) VALUES (?, ?)",
                params![id, words.join(" ")],
            );
            let day = article.published.map(|published| {
                let published = newsearch::Published {
                    seconds: (published.seconds + 28_800).div_euclid(86_400) * 86_400,
                    offset: 0,
                    precision: newsearch::Precision::Day,
                };
                published.to_string()
            });
            let year = day.as_ref().map(|day| day[..4].to_owned());
            let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let category = article.categories.first().cloned();
            put(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?)",
                params![id, known(&article.source), category, year, day],
            );
            for tag in &article.tags {
                put("INSERT INTO tags VALUES (?, ?)", params![id, tag]);
            }
            for code in about.get(&article.id).into_iter().flatten() {
                put("INSERT INTO codes VALUES (?, ?)", params![id, code]);
            }
        }
        db.execute_batch(
            "COMMIT; CREATE INDEX tag_of ON tags(id); CREATE INDEX code_of ON codes(id);",
        )
        .expect("an index");
        Sqlite(db)
    }

    /// Counts by one field after the other, as one writes it.
    fn group(&self, word: &str) -> Grouped {
        let count = |name: &str, sql: &str| {
            let mut statement = self.0.prepare(sql).expect("a statement");
            let rows = statement.query_map(params![format!("\"{word}\"")], |row| {
                Ok((row.get::<_, Option<String>>(0)?, row.get::<_, i64>(1)?))
            });
            let rows = rows.expect("rows").map(|row| row.expect("a row"));
            let known = rows.filter_map(|(value, count)| Some((value?, count as u64)));
            (name.to_owned(), known.collect::<BTreeMap<String, u64>>())
        };
        let of = |name: &str, table: &str| {
            let sql = format!(
                "SELECT {name}, count(*) FROM {table} WHERE id IN \
                 (SELECT rowid FROM texts WHERE texts MATCH ?) GROUP BY {name}"
            );
            count(name, &sql)
        };
        let of_fact = |(name, table): (&str, &str)| of(name, table);
        let fields = [
            ("source", "facts"),
            ("category", "facts"),
            ("year", "facts"),
            ("day", "facts"),
            ("tag", "tags"),
            ("code", "codes"),
        ];
        fields.into_iter().map(of_fact).collect()
    }
}

/// What lists things: suggestions, similar articles, series, trends.
fn lists(searcher: &Searcher) {
    let random = &mut Random(SEED);
    let articles = every(searcher);
    let mut typed: Vec<String> = Vec::new();
    let all = FacetOptions {
        by: vec![FacetField::Code, FacetField::Tag],
        top: 100_000,
    };
    let all = searcher
        .facets(&Request::default(), &all)
        .expect("facets")
        .facets;
    let names: Vec<&str> = all
        .iter()
        .flat_map(|facet| &facet.values)
        .map(|v| &*v.value)
        .collect();
    while typed.len() < TYPED {
        let text = match random.below(4) {
            0 => (*random.pick(&names)).to_owned(),
            1 => random
                .pick(&articles)
                .stocks
                .first()
                .map_or_else(String::new, |s| s.name.clone()),
            2 => random.pick(&articles).title.clone(),
            _ => [
                "payh", "zgpa", "gzmt", "ndsd", "zhongguo", "yinhang", "st", "zg",
            ][random.below(8)]
            .into(),
        };
        let count = 1 + random.below(6);
        let text: String = text.chars().take(count).collect();
        typed.extend(Some(text).filter(|text| !text.is_empty()));
    }
    let options = SuggestOptions::default();
    println!("\n| what | how often | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|---|");
    let print = |name: &str, times: &mut Vec<f64>| {
        let [p50, p99, slowest] = [0.5, 0.99, 1.0].map(|share| quantile(times, share));
        println!(
            "| {name} | {} | {p50:.3} | {p99:.3} | {slowest:.3} |",
            times.len()
        );
    };
    let mut first: Vec<f64> = typed
        .iter()
        .map(|text| fastest(1, || searcher.suggest(text, &options).expect("suggestions")).1)
        .collect();
    print("suggest, one to six characters, the first time", &mut first);
    let mut times: Vec<f64> = typed
        .iter()
        .map(|text| fastest(3, || searcher.suggest(text, &options).expect("suggestions")).1)
        .collect();
    print("suggest, one to six characters", &mut times);
    let suggests = |text: &String| {
        !searcher
            .suggest(text, &options)
            .expect("suggestions")
            .is_empty()
    };
    assert!(typed.iter().filter(|text| suggests(text)).count() > TYPED / 2);
    let options = SimilarOptions::default();
    let mut times = Vec::new();
    for _ in 0..LIKE {
        let id = &random.pick(&articles).id;
        let (found, time) = fastest(3, || searcher.similar(id, &options).expect("articles"));
        assert!(found.is_some());
        times.push(time);
    }
    print("similar", &mut times);
    let codes: Vec<String> = all[0]
        .values
        .iter()
        .take(CODES)
        .map(|v| v.value.clone())
        .collect();
    let options = SeriesOptions {
        of: SeriesOf::Codes(codes.clone()),
        ..SeriesOptions::default()
    };
    let series = || {
        searcher
            .series(&Request::default(), &options)
            .expect("series")
    };
    let mut times: Vec<f64> = (0..ROUNDS).map(|_| fastest(1, series).1).collect();
    let rows = series().rows;
    assert!(rows.len() > codes.len());
    print(
        &format!(
            "series of {} codes by day, {} rows",
            codes.len(),
            rows.len()
        ),
        &mut times,
    );
    let mut days: BTreeMap<String, u32> = BTreeMap::new();
    let published = articles.iter().filter_map(|article| article.published);
    for published in published.filter(|p| p.precision == newsearch::Precision::Second) {
        *days
            .entry(published.to_string()[..10].to_owned())
            .or_default() += 1;
    }
    let mut days: Vec<(u32, String)> = days.into_iter().map(|(day, count)| (count, day)).collect();
    days.sort_unstable();
    let days = days.iter().rev().take(TREND_DAYS);
    let mut times: Vec<f64> = days
        .map(|(_, day)| {
            let request = Request {
                since: Some(Days::since(day).expect("a day")),
                until: Some(Days::until(day).expect("a day")),
                ..Request::default()
            };
            let trends = || {
                searcher
                    .trends(&request, &TrendOptions::default())
                    .expect("trends")
            };
            let (trends, time) = fastest(3, trends);
            assert!(!trends.trends.is_empty(), "{day}");
            time
        })
        .collect();
    print("trends of a day with most articles", &mut times);
}

/// Counts bytes.
struct Bytes(u64);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All articles as JSON Lines; and what a process takes that writes some, or all.
fn exports(searcher: &Searcher, path: &Path) {
    println!(
        "\n| export as JSON Lines | articles/s | MB/s | peak RssAnon of a process, MB |\n|---|---|---|---|"
    );
    for limit in [1_000, searcher.documents()] {
        let options = ExportOptions {
            limit: Some(limit),
            ..ExportOptions::default()
        };
        let mut runs: Vec<(f64, u64)> = Vec::new();
        for _ in 0..3 {
            let mut out = Bytes(0);
            let (exported, time) = fastest(1, || {
                searcher.export(&Request::default(), &options, &mut out)
            });
            let written = exported.expect("an export").articles;
            assert_eq!(written, limit.min(searcher.documents()));
            runs.push((time, out.0));
        }
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (time, bytes) = runs[1];
        println!(
            "| {limit} articles | {:.0} | {:.0} | {:.1} |",
            limit as f64 / time * 1e3,
            bytes as f64 / time / 1e3,
            anonymous(path, limit) as f64 / 1e6
        );
    }
}

/// The most anonymous memory that a process was seen with which exports so many articles, in bytes.
fn anonymous(path: &Path, limit: u64) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
    command
        .args([
            "export",
            "--format",
            "jsonl",
            "-n",
            &limit.to_string(),
            "--index",
        ])
        .arg(path);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("the program");
    measure::watch(&mut child, INTERVAL)
}

/// Of two items under one topic, is one found by the other? Of the other items of the topics that an item is
/// filed under, the share among the ten best: of ten, or of as many as there are.
fn similar(topics: &Path, folder: &Path) {
    let index = open(&folder.join("index"), &topics.join("docs.jsonl.zst"));
    let searcher = index.searcher();
    let mut under: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut topics_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in measure::lines(&topics.join("qrels.tsv")) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [topic, _, id, relevance] = fields[..] else {
            panic!("{line}");
        };
        if relevance != "0" {
            under
                .entry(topic.to_owned())
                .or_default()
                .push(id.to_owned());
            topics_of
                .entry(id.to_owned())
                .or_default()
                .push(topic.to_owned());
        }
    }
    let mut items: Vec<&String> = topics_of.keys().collect();
    let random = &mut Random(SEED);
    while items.len() > ITEMS {
        items.swap_remove(random.below(items.len()));
    }
    let like = Like::open(
        &folder.join("index"),
        &folder.join("segments"),
        index.analyzer(),
    );
    let ways = [
        "newsearch",
        "MoreLikeThisQuery",
        "the same, words that occur once, too",
    ];
    let mut sums = [0.0; 3];
    let mut first = [0.0; 3];
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut asked = 0.0;
    for &id in &items {
        let topics = topics_of[id].iter().flat_map(|topic| &under[topic]);
        // An item's own reprints are no other stories, for any of the three.
        let story = searcher.story(id).expect("a story").expect("an article");
        let own: BTreeSet<&str> = story.tellings.iter().map(|telling| &*telling.id).collect();
        let others: BTreeSet<&str> = topics
            .map(String::as_str)
            .filter(|other| !own.contains(other))
            .collect();
        if others.is_empty() {
            continue;
        }
        asked += 1.0;
        let options = SimilarOptions { limit: BEST };
        let (ours, time) = fastest(2, || searcher.similar(id, &options).expect("articles"));
        let ours: Vec<String> = ours
            .expect("an article")
            .hits
            .into_iter()
            .map(|hit| hit.id)
            .collect();
        times[0].push(time);
        let mut found = vec![ours];
        for (way, least) in [(1, 2), (2, 1)] {
            let article = searcher
                .article(id)
                .expect("an article")
                .expect("an article");
            let (ids, time) = fastest(2, || like.best(&article, least, BEST + own.len()));
            times[way].push(time);
            let others = ids.into_iter().filter(|other| !own.contains(&**other));
            found.push(others.take(BEST).collect());
        }
        for (way, found) in found.iter().enumerate() {
            let right = found.iter().filter(|id| others.contains(&***id)).count();
            sums[way] += right as f64 / others.len().min(BEST) as f64;
            first[way] += f64::from(u8::from(
                found.first().is_some_and(|id| others.contains(&**id)),
            ));
        }
    }
    println!("\n{asked} items of {} topics", under.len());
    println!(
        "| similar | recall@10 | the best is of the topic | p50 ms | p99 ms |\n|---|---|---|---|---|"
    );
    for (way, name) in ways.into_iter().enumerate() {
        let [p50, p99] = [0.5, 0.99].map(|share| quantile(&mut times[way], share));
        let [recall, first] = [sums[way], first[way]].map(|sum| sum / asked);
        println!("| {name} | {recall:.3} | {first:.3} | {p50:.2} | {p99:.2} |");
    }
    let [first, second] = [1, 2].map(|way| sums[0] / sums[way]);
    println!("newsearch / MoreLikeThisQuery: {first:.2}; with words that occur once: {second:.2}");
    assert!(first >= LEAST, "less than {LEAST}");
}

/// The engine's own way to find what is like a document.
struct Like {
    searcher: tantivy::Searcher,
}

impl Like {
    fn open(path: &Path, folder: &Path, analyzer: &'static Analyzer) -> Like {
        let index = segments(path, folder, analyzer);
        Like {
            searcher: index.reader().expect("a reader").searcher(),
        }
    }

    /// The ids of the best, by title and body; the stored texts are not the engine's.
    fn best(&self, article: &Article, least: usize, count: usize) -> Vec<String> {
        let field = |name| self.searcher.schema().get_field(name).expect("a field");
        let title = if article.title_derived {
            ""
        } else {
            &article.title
        };
        let fields = vec![
            (field("title_words"), vec![OwnedValue::from(title)]),
            (
                field("body_words"),
                vec![OwnedValue::from(article.body_text().as_str())],
            ),
        ];
        let query = MoreLikeThisQuery::builder()
            .with_min_term_frequency(least)
            .with_document_fields(fields);
        let top = TopDocs::with_limit(count).order_by_score();
        let found = self.searcher.search(&query, &top).expect("documents");
        found
            .into_iter()
            .map(|(_, address)| self.id(address))
            .collect()
    }

    fn id(&self, address: DocAddress) -> String {
        let segment = self.searcher.segment_reader(address.segment_ord);
        let column = segment.fast_fields().str("id").expect("ids").expect("ids");
        let mut id = String::new();
        let number = column.term_ords(address.doc_id).next().expect("an id");
        column.ord_to_str(number, &mut id).expect("an id");
        id
    }
}
