//! A scan that answers requests without an index: over the texts as they are folded and cut, and over what the
//! lines of an archive say of date, medium, tags and categories.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;

use newsearch::{Analyzer, Article, Order, Published, Request, Searcher, Stock, fold};

use crate::archive::{about, all, stories};

/// An article as the scan sees it; all texts are folded.
pub struct Seen {
    /// Empty where it was made from the text.
    pub title: String,
    /// Its paragraphs, each a line.
    pub body: String,
    /// Ascending.
    words: Vec<u32>,
    /// Those of title and body.
    counted: Vec<u32>,
    pub moment: Option<i64>,
    pub source: String,
    pub tags: BTreeSet<String>,
    pub categories: BTreeSet<String>,
    pub about: BTreeSet<String>,
    pub mentions: BTreeSet<String>,
    pub story: u32,
    /// With which phrases its title, or a part of it, begins.
    pub phrases: BTreeSet<String>,
}

/// What a request asks for.
#[derive(Debug, Clone)]
pub enum Asked {
    All(Vec<Asked>),
    Any(Vec<Asked>),
    Not(Box<Asked>),
    /// In a paragraph or the title.
    Text(String),
    Title(String),
    Body(String),
    /// Both in the title, or in the body, with at most so many characters between them.
    Near(String, String, usize),
    Word(String),
    Source(String),
    Tag(String),
    Category(String),
    Code(Vec<String>),
    /// Published at or after it.
    Since(i64),
    /// Published before it.
    Before(i64),
}

pub struct Scan {
    pub searcher: Searcher,
    pub articles: Vec<Seen>,
    words: HashMap<String, u32>,
}

/// What a line of an archive says of an article.
struct Told {
    moment: Option<i64>,
    source: String,
    tag: String,
    category: String,
    text: String,
}

impl Scan {
    /// Of all articles of an index; where `lines` names a folder of JSON Lines, date, medium, tag and category
    /// are taken from these.
    pub fn new(searcher: Searcher, analyzer: &Analyzer, lines: Option<&Path>) -> Scan {
        let mut told = lines.map(read);
        let articles: Vec<Article> = match told {
            None => all(&searcher),
            Some(_) => {
                let all = searcher.articles(&Request::default(), Order::Oldest);
                all.unwrap().map(Result::unwrap).collect()
            }
        };
        let about = about(&searcher, &articles);
        let stories = stories(&searcher, &articles);
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut scan = Scan {
            searcher,
            articles: Vec::new(),
            words: HashMap::new(),
        };
        let mut changed = 0;
        for article in articles {
            let next = numbers.len() as u32;
            let story = *numbers.entry(stories[&article.id].clone()).or_insert(next);
            let mut seen = Seen::new(&article, story, analyzer, &mut scan.words);
            let keys = article.stocks.iter().filter_map(Stock::key);
            (seen.about, seen.mentions) =
                keys.partition(|key| about.contains(&(article.id.clone(), key.clone())));
            if let Some(told) = &mut told {
                let told = told.remove(&article.id).expect("a line of each article");
                changed += usize::from(told.text != article.body_text());
                seen.take(told);
            }
            scan.articles.push(seen);
        }
        if let Some(told) = told {
            assert!(told.is_empty(), "{} lines are no article", told.len());
            println!(
                "{} articles, {changed} of them with another text than their line",
                scan.articles.len()
            );
        }
        scan
    }

    pub fn number(&self, word: &str) -> Option<u32> {
        self.words.get(word).copied()
    }

    /// The articles that exist and are asked for, by their place.
    pub fn matching(&self, asked: &Asked, end: Option<i64>) -> Vec<usize> {
        let places = 0..self.articles.len();
        let found = places.filter(|&place| {
            let seen = &self.articles[place];
            seen.exists(end) && seen.matches(asked, &self.words)
        });
        found.collect()
    }

    pub fn stories(&self, places: &[usize]) -> u64 {
        let stories = places.iter().map(|&place| self.articles[place].story);
        distinct(stories.collect())
    }
}

/// How many of these there are, each once.
pub fn distinct(mut numbers: Vec<u32>) -> u64 {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len() as u64
}

fn read(folder: &Path) -> HashMap<String, Told> {
    let mut all = HashMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::File::open(entry.unwrap().path()).unwrap();
        for line in BufReader::new(zstd::Decoder::new(file).unwrap()).lines() {
            let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            let told = Told {
                moment: Published::parse(&text("date")).map(|published| published.seconds),
                source: text("source"),
                tag: text("tag"),
                category: text("category"),
                text: text("body"),
            };
            assert!(all.insert(text("id"), told).is_none());
        }
    }
    all
}

impl Seen {
    fn new(
        article: &Article,
        story: u32,
        analyzer: &Analyzer,
        words: &mut HashMap<String, u32>,
    ) -> Seen {
        let title = match article.title_derived {
            true => String::new(),
            false => analyzer.fold(&article.title),
        };
        let folded = |texts: &[String]| texts.iter().map(|text| fold(text)).collect();
        let paragraphs = article.body.iter();
        let paragraphs: Vec<String> = paragraphs.map(|part| analyzer.fold(&part.text)).collect();
        let mut numbers = |texts: &[&str]| {
            let mut numbers = Vec::new();
            for token in texts.iter().flat_map(|text| analyzer.tokens(text)) {
                let next = words.len() as u32;
                numbers.push(*words.entry(token.text).or_insert(next));
            }
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        let mut texts: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
        texts.push(&title);
        let counted = numbers(&texts);
        if !article.body_text().starts_with(&article.digest) {
            texts.extend(article.digest.lines());
        }
        Seen {
            words: numbers(&texts),
            counted,
            body: paragraphs.join("\n"),
            moment: article.published.map(|published| published.seconds),
            source: fold(&article.source),
            tags: folded(&article.tags),
            categories: folded(&article.categories),
            about: BTreeSet::new(),
            mentions: BTreeSet::new(),
            story,
            phrases: phrases(&title, analyzer),
            title,
        }
    }

    fn take(&mut self, told: Told) {
        let one = |text: &str| match text {
            "" => BTreeSet::new(),
            text => [fold(text)].into(),
        };
        self.moment = told.moment;
        self.source = fold(&told.source);
        self.tags = one(&told.tag);
        self.categories = one(&told.category);
    }

    /// Whether it does before this moment.
    pub fn exists(&self, end: Option<i64>) -> bool {
        end.is_none_or(|end| self.moment.is_some_and(|moment| moment < end))
    }

    /// Whether its title or body has a word.
    pub fn counts(&self, word: u32) -> bool {
        self.counted.binary_search(&word).is_ok()
    }

    fn matches(&self, asked: &Asked, words: &HashMap<String, u32>) -> bool {
        match asked {
            Asked::All(all) => all.iter().all(|asked| self.matches(asked, words)),
            Asked::Any(any) => any.iter().any(|asked| self.matches(asked, words)),
            Asked::Not(asked) => !self.matches(asked, words),
            Asked::Text(text) => has(&self.title, text) || has(&self.body, text),
            Asked::Title(text) => has(&self.title, text),
            Asked::Body(text) => has(&self.body, text),
            Asked::Near(one, other, most) => [&self.title, &self.body]
                .into_iter()
                .any(|text| near(text, one, other, *most)),
            Asked::Word(word) => {
                let word = words.get(word);
                word.is_some_and(|word| self.words.binary_search(word).is_ok())
            }
            Asked::Source(name) => self.source == *name,
            Asked::Tag(name) => self.tags.contains(name) || self.categories.contains(name),
            Asked::Category(name) => self.categories.contains(name),
            Asked::Code(keys) => keys.iter().any(|key| self.about.contains(key)),
            Asked::Since(start) => self.moment.is_some_and(|moment| moment >= *start),
            Asked::Before(end) => self.moment.is_some_and(|moment| moment < *end),
        }
    }
}

fn has(text: &str, part: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// Whether both stand in a text, one behind the other, with at most so many characters between them.
fn near(text: &str, one: &str, other: &str, most: usize) -> bool {
    let places = |part: &str| -> Vec<(usize, usize)> {
        let starts = text.char_indices().map(|(at, _)| at);
        let starts = starts.filter(|&at| text[at..].starts_with(part));
        starts.map(|at| (at, at + part.len())).collect()
    };
    if !has(text, one) || !has(text, other) {
        return false;
    }
    let (ones, others) = (places(one), places(other));
    let is_near = |before: usize, behind: usize| {
        before <= behind && text[before..behind].chars().count() <= most
    };
    ones.iter().any(|a| {
        others
            .iter()
            .any(|b| is_near(a.1, b.0) || is_near(b.1, a.0))
    })
}

/// The first two and three words of each part of a title.
fn phrases(title: &str, analyzer: &Analyzer) -> BTreeSet<String> {
    let mut phrases = BTreeSet::new();
    for part in title.split(|c: char| !c.is_alphanumeric()) {
        let mut words = analyzer.tokens(part);
        words.retain(|token| !token.part);
        for word in words.iter().skip(1).take(2) {
            let phrase = &part[..word.range.end];
            if (4..=40).contains(&phrase.chars().count()) {
                phrases.insert(phrase.to_owned());
            }
        }
    }
    phrases
}

#[test]
fn what_is_near_has_few_characters_between() {
    for (most, expected) in [(0, false), (1, false), (2, true), (9, true)] {
        assert_eq!(near("甲乙丙丁", "丁", "甲", most), expected, "{most}");
    }
    assert!(!near("甲乙丙", "甲乙", "乙丙", 9));
}
