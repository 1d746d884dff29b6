//! The same articles give the same answers: the same hits, scores, order, totals, stories and names,
//! whatever became of the index on the way to them.
//!
//! An archive is edited at random and the index brought up to date after every edit, with commits,
//! merges and threads as they come. Now and then the index must answer as one does that was made of
//! the archive at once, its files in another order. Short: 60 updates, three times 100 queries. Long
//! (`NEWSEARCH_LONG=1`): 1,000 updates, five times 500 queries.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use newsearch::{
    Article, Days, Hit, Index, IndexOptions, Note, Page, Paragraph, Precision, Progress, Published,
    Query, Searcher, SnippetOptions, Sort, UpdateOptions,
};

use crate::archive::{self, Random, is_long};
use crate::state::assert_sound;

#[test]
fn an_edited_index_answers_as_a_fresh_one() {
    let (updates, rounds, queries) = if is_long() {
        (1_000, 5, 500)
    } else {
        (60, 3, 100)
    };
    let mut random = Random::seeded();
    let dir = tempfile::tempdir().unwrap();
    let mut desk = Desk::new(&dir.path().join("archive"));
    for _ in 0..80 {
        desk.edit(&mut random);
    }
    let edited = Index::create(dir.path().join("edited"), IndexOptions::new()).unwrap();
    let (mut compared, mut found) = (0, 0);
    for update in 1..=updates {
        for _ in 0..1 + random.below(4) {
            desk.edit(&mut random);
        }
        let is_last = update % (updates / rounds) == 0;
        let folder = vec![desk.dir.clone()];
        bring_up_to_date(
            &edited,
            &folder,
            is_last || random.below(4) > 0,
            &mut random,
        );
        if is_last {
            let fresh = dir.path().join(format!("fresh-{update}"));
            let fresh = Index::create(fresh, IndexOptions::new()).unwrap();
            bring_up_to_date(&fresh, &desk.shuffled(&mut random), false, &mut random);
            let (edited, fresh) = (edited.searcher(), fresh.searcher());
            assert_eq!(facts(&edited), facts(&fresh));
            for _ in 0..queries {
                found += usize::from(compare(&edited, &fresh, &mut random));
                compared += 1;
            }
        }
    }
    assert_sound(&dir.path().join("edited"));
    println!("{updates} updates, {compared} queries alike, {found} of them with hits");
    assert!(2 * found > compared);
}

/// Equal scores are ordered by date, then by id, on whatever page and in whatever segment.
#[test]
fn ties_are_broken_by_date_then_by_id() {
    let mut random = Random::seeded();
    let mut articles: Vec<Article> = (0..400).map(equal_article).collect();
    let mut expected = articles.clone();
    let date = |article: &Article| article.published.map_or(i64::MIN, |date| date.seconds);
    expected.sort_by(|a, b| date(b).cmp(&date(a)).then_with(|| a.id.cmp(&b.id)));
    let expected: Vec<String> = expected.into_iter().map(|article| article.id).collect();
    for round in 0..4 {
        shuffle(&mut articles, &mut random);
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(1 + round, 64 << 20).unwrap();
        for article in &articles {
            writer.add(article.clone()).unwrap();
            if round > 0 && random.below(60) == 0 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        let searcher = index.searcher();
        for query in ["云汐租赁", "\"租赁获批\"", "云汐*", "+获批 -储能"] {
            for sort in [Sort::Relevance, Sort::Date] {
                let mut paged = Vec::new();
                while paged.len() < expected.len() {
                    let page = Page {
                        offset: paged.len(),
                        sort,
                        ..Page::first(1 + random.below(150))
                    };
                    let hits = searcher.search(&Query::parse(query), &page).unwrap();
                    let hits: Vec<Hit> = hits.collect::<Result<_, _>>().unwrap();
                    assert!(!hits.is_empty(), "{query}: {} found", paged.len());
                    assert!(hits.is_sorted_by(|a, b| a.score >= b.score));
                    paged.extend(hits.into_iter().map(|hit| hit.article.id));
                }
                assert_eq!(paged, expected, "{query} {sort:?}, round {round}");
            }
        }
    }
}

/// One text, on four days or none.
fn equal_article(number: usize) -> Article {
    let day = |day: usize| Published {
        seconds: 1_646_100_000 + 86_400 * day as i64,
        offset: 480,
        precision: Precision::Day,
    };
    Article {
        id: format!("{:03}", number * 7 % 400),
        published: Some(number % 5).filter(|day| *day < 4).map(day),
        body: vec![Paragraph {
            text: "云汐租赁获批发行绿色债券".into(),
            heading: false,
        }],
        ..Article::default()
    }
}

fn shuffle<T>(things: &mut [T], random: &mut Random) {
    for end in (1..things.len()).rev() {
        things.swap(end, random.below(end + 1));
    }
}

fn bring_up_to_date(index: &Index, paths: &[PathBuf], prune: bool, random: &mut Random) {
    let options = UpdateOptions {
        prune,
        threads: Some(1 + random.below(3)),
        memory: 0,
        commit_every: *random.pick(&[Duration::ZERO, Duration::from_secs(20)]),
        ..UpdateOptions::default()
    };
    let told = |progress: Progress| {
        if let Progress::Bad(error) = progress {
            panic!("{error}");
        }
    };
    index.update(paths, &options, told).unwrap();
}

/// What the index says of itself, but for its size.
fn facts(searcher: &Searcher) -> impl PartialEq + std::fmt::Debug {
    let facts = searcher.statistics().unwrap();
    (
        facts.documents,
        facts.undated,
        facts.published,
        facts.sources,
    )
}

/// Fails where two indexes answer a random query in different ways; whether they found anything.
fn compare(edited: &Searcher, fresh: &Searcher, random: &mut Random) -> bool {
    let text = query(random);
    let page = page(random);
    let (mut edited, mut fresh) = (edited.clone(), fresh.clone());
    if random.below(8) == 0 {
        let day = Days::until(&format!("2022-03-{:02}", 1 + random.below(28))).unwrap();
        edited = edited.as_of(day).unwrap();
        fresh = fresh.as_of(day).unwrap();
    }
    let query = Query::parse(&text);
    let answers = [&edited, &fresh].map(|searcher| Answer::of(searcher, &query, &page));
    if let [edited, fresh] = &answers
        && edited != fresh
    {
        let place = edited
            .hits
            .iter()
            .zip(&fresh.hits)
            .position(|(a, b)| a != b);
        panic!(
            "{text} {page:?}\nedited {}\nfresh  {}\nfirst hit that differs: {place:?} {:#?}",
            edited.summary(),
            fresh.summary(),
            place.map(|place| (&edited.hits[place], &fresh.hits[place])),
        );
    }
    let [answer, _] = answers;
    !answer.hits.is_empty()
}

/// All that can be seen of an answer.
#[derive(PartialEq)]
struct Answer {
    total: u64,
    notes: Vec<Note>,
    hits: Vec<Hit>,
    /// The scores, bit for bit.
    scores: Vec<u32>,
    count: u64,
    ids: Vec<String>,
    explained: String,
}

impl Answer {
    fn of(searcher: &Searcher, query: &Query, page: &Page) -> Answer {
        let hits = searcher.search(query, page).unwrap();
        let (total, notes) = (hits.total, hits.notes.clone());
        let mut hits: Vec<Hit> = hits.collect::<Result<_, _>>().unwrap();
        for place in hits.iter_mut().flat_map(|hit| &mut hit.article.places) {
            // That of the first reading: lines that were put in before it later do not change it.
            place.line = None;
        }
        let mut ids = searcher.ids(query).unwrap();
        ids.sort_unstable();
        let of_best = hits.first().map(|hit| hit.article.id.as_str());
        let explained = searcher.explain(query, of_best).unwrap();
        assert!(ids.is_sorted_by(|a, b| a < b), "{query}: an id twice");
        Answer {
            total,
            notes,
            scores: hits.iter().map(|hit| hit.score.to_bits()).collect(),
            hits,
            count: searcher.count(query).unwrap(),
            ids,
            explained: format!("{explained:?}"),
        }
    }

    /// What fits on a screen.
    fn summary(&self) -> String {
        let hits = self.hits.iter();
        let hits: Vec<_> = hits
            .map(|hit| (hit.article.id.as_str(), hit.score))
            .collect();
        let Answer {
            total,
            notes,
            count,
            ids,
            explained,
            ..
        } = self;
        format!("{total} {count} {notes:?}\n{hits:?}\n{ids:?}\n{explained}")
    }
}

fn page(random: &mut Random) -> Page {
    Page {
        offset: *random.pick(&[0, 0, 0, 1, 7]),
        limit: *random.pick(&[1, 10, 10, 200]),
        sort: *random.pick(&[Sort::Relevance, Sort::Relevance, Sort::Date]),
        recency: random.below(2) == 0,
        group: random.below(3) > 0,
        snippets: SnippetOptions::default(),
    }
}

/// One to three clauses of what the articles may hold.
fn query(random: &mut Random) -> String {
    let clauses = (0..1 + random.below(3)).map(|_| {
        let word = word(random);
        match random.below(16) {
            0 => format!("\"{word}\""),
            1 => format!("+{word}"),
            2 => format!("-{word}"),
            3 => format!("{}*", word.chars().take(2).collect::<String>()),
            4 => format!("title:{word}"),
            5 => format!("source:{}", random.pick(&SOURCES)),
            6 => format!("since:2022-03-{:02}", 1 + random.below(28)),
            7 => format!("{word} NEAR/{} {}", random.below(30), self::word(random)),
            8 => format!("({word} OR {})", self::word(random)),
            9 => (*random.pick(&["近7天", "上周", "2022-03-10", "昨天"])).to_owned(),
            10 => format!("code:{}", random.pick(&CODES)),
            _ => word,
        }
    });
    clauses.collect::<Vec<_>>().join(" ")
}

const SOURCES: [&str; 4] = ["海潮社", "星辰日报", "云帆财经", "远洋观察"];
const CODES: [&str; 4] = ["609301", "SH609302", "000486", "SZ300901"];

fn word(random: &mut Random) -> String {
    const WORDS: [&str; 18] = [
        "云汐租赁",
        "海潮银行",
        "青禾股份",
        "海岚新材",
        "华屿证券",
        "汀洲农商行",
        "临澜科技",
        "绿色债券",
        "存款利率",
        "获批发行",
        "再创新高",
        "规模",
        "yunxizulin",
        "qhgf",
        "hailan",
        "qzqz",
        "火星",
        "汐租",
    ];
    match random.below(4) {
        0 => (*random.pick(&CODES)).to_owned(),
        1 => {
            let text: Vec<char> = text(random.below(40)).chars().collect();
            let start = random.below(text.len() - 8);
            text[start..start + 1 + random.below(6)]
                .iter()
                .filter(|c| **c != '\n')
                .collect()
        }
        _ => (*random.pick(&WORDS)).to_owned(),
    }
}

/// The text of a story; some of them name a security.
fn text(story: usize) -> String {
    const NAMES: [&str; 5] = [
        "云汐租赁(609301)公告，",
        "华屿证券(SH609302)表示，",
        "岭海银行(000486.SZ)称，",
        "海岚新材料股份有限公司(下称“海岚新材”，300901)通报，",
        "",
    ];
    let item = archive::Item {
        number: story,
        version: 0,
    };
    let text = archive::body(item);
    // Short ones and long ones, so that equal lengths and equal texts come about.
    let lines = text
        .lines()
        .take(1 + story % 4)
        .collect::<Vec<_>>()
        .join("\n");
    format!("{}{lines}", NAMES[story % NAMES.len()])
}

/// An archive that is edited at random.
struct Desk {
    dir: PathBuf,
    /// The articles of each file, by its path below the folder.
    files: BTreeMap<String, Vec<Telling>>,
    /// How many articles there have been.
    count: usize,
}

/// An article: who tells which story, and when.
#[derive(Clone)]
struct Telling {
    number: usize,
    story: usize,
    source: usize,
    hour: usize,
}

impl Desk {
    fn new(dir: &Path) -> Desk {
        fs::create_dir_all(dir).unwrap();
        Desk {
            dir: dir.into(),
            files: BTreeMap::new(),
            count: 0,
        }
    }

    /// The files, in some order.
    fn shuffled(&self, random: &mut Random) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self.files.keys().map(|name| self.dir.join(name)).collect();
        shuffle(&mut paths, random);
        paths
    }

    /// Adds, changes, renames, copies or removes something.
    fn edit(&mut self, random: &mut Random) {
        let names: Vec<String> = self.files.keys().cloned().collect();
        if names.len() < 40 || random.below(3) == 0 {
            return self.add(random);
        }
        let name = random.pick(&names);
        let mut tellings = self.files[name].clone();
        let place = random.below(tellings.len());
        match random.below(8) {
            0 | 1 => self.remove(name),
            2 => {
                self.remove(name);
                let number = tellings[0].number;
                self.write(self.name_like(name, number, random), tellings);
            }
            3 => {
                // A copy of the same article, perhaps of another outlet.
                let mut copy = tellings[place].clone();
                copy.source = random.below(SOURCES.len());
                self.write(format!("copies/{}.jsonl", self.count), vec![copy]);
                self.count += 1;
            }
            4 => {
                // Told again by others, under another id.
                self.count += 1;
                let again = Telling {
                    number: self.count,
                    source: random.below(SOURCES.len()),
                    hour: tellings[place].hour + random.below(30),
                    ..tellings[place]
                };
                self.write(post_name(self.count), vec![again]);
            }
            5 => {
                tellings[place].hour = random.below(28 * 24);
                self.write(name.clone(), tellings);
            }
            6 if tellings.len() > 1 => {
                shuffle(&mut tellings, random);
                tellings.pop();
                self.write(name.clone(), tellings);
            }
            _ => {
                tellings[place].story = random.below(40);
                self.write(name.clone(), tellings);
            }
        }
    }

    fn add(&mut self, random: &mut Random) {
        let is_lines = random.below(5) == 0;
        let tellings = (0..if is_lines { 2 + random.below(5) } else { 1 }).map(|_| {
            self.count += 1;
            Telling {
                number: self.count,
                story: random.below(40),
                source: random.below(SOURCES.len()),
                hour: random.below(28 * 24),
            }
        });
        let tellings: Vec<Telling> = tellings.collect();
        let number = tellings[0].number;
        let name = match random.below(4) {
            _ if is_lines => format!("wire/{number}.jsonl"),
            // Without a number in its name the id of a post is that of its text.
            0 => format!("posts/公告-{number}.md"),
            _ => post_name(number),
        };
        self.write(name, tellings);
    }

    /// Another name for a file, of the same kind.
    fn name_like(&self, name: &str, number: usize, random: &mut Random) -> String {
        let folder = random.below(100);
        match Path::new(name).file_name().and_then(|name| name.to_str()) {
            Some(file) if file.ends_with(".jsonl") || file.starts_with("NW") => {
                format!("moved-{folder}/{file}")
            }
            _ => format!("moved-{folder}/公告-{number}-{}.md", random.below(1000)),
        }
    }

    fn remove(&mut self, name: &str) {
        fs::remove_file(self.dir.join(name)).unwrap();
        self.files.remove(name);
    }

    fn write(&mut self, name: String, tellings: Vec<Telling>) {
        let path = self.dir.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let content = match &tellings[..] {
            [one] if name.ends_with(".md") => one.post(),
            all => all.iter().map(Telling::line).collect(),
        };
        fs::write(path, content).unwrap();
        self.files.insert(name, tellings);
    }
}

fn post_name(number: usize) -> String {
    format!("posts/NW{}.md", archive::id(number))
}

impl Telling {
    fn title(&self) -> String {
        let text = text(self.story);
        let end = text.find('，').unwrap_or(text.len());
        text[..end].to_owned()
    }

    /// Every seventh article has no date.
    fn date(&self) -> Option<String> {
        let date = || {
            format!(
                "2022-03-{:02} {:02}:30:00",
                1 + self.hour / 24 % 28,
                self.hour % 24
            )
        };
        (!self.number.is_multiple_of(7)).then(date)
    }

    fn post(&self) -> String {
        let date = self.date().map(|date| format!("date: {date} +0800\n"));
        let paragraphs = text(self.story);
        let paragraphs = paragraphs.lines().map(|line| format!("<p>{line}</p>"));
        format!(
            "---\nlayout: post\ntitle: \"{}\"\n{}categories: news\ntags: {}新闻\n---\n{}\n",
            self.title(),
            date.unwrap_or_default(),
            SOURCES[self.source],
            paragraphs.collect::<String>(),
        )
    }

    fn line(&self) -> String {
        let line = serde_json::json!({
            "id": archive::id(self.number),
            "title": self.title(),
            "date": self.date(),
            "source": SOURCES[self.source],
            "body": text(self.story),
        });
        format!("{line}\n")
    }
}
