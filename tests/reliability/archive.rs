//! Archives about invented companies, as large as a test wants them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Numbers that follow from a seed (SplitMix64).
pub struct Random(u64);

impl Random {
    /// From `NEWSEARCH_SEED`, or of this moment; printed either way.
    pub fn seeded() -> Random {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let seed = match std::env::var("NEWSEARCH_SEED") {
            Ok(seed) => seed.parse().expect("NEWSEARCH_SEED is a number"),
            Err(_) => now.as_nanos() as u64,
        };
        println!("seed {seed}: NEWSEARCH_SEED={seed} repeats this run");
        Random(seed)
    }

    pub fn of(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Whether the long form is wanted.
pub fn is_long() -> bool {
    std::env::var_os("NEWSEARCH_LONG").is_some()
}

/// An article of an archive: its number, and how often it was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    pub number: usize,
    pub version: u32,
}

/// A file with its articles, as they stand in it.
pub struct Leaf {
    name: String,
    pub items: Vec<Item>,
}

/// A folder of posts and JSON Lines; `leaves` is its content, in the order in which it is read.
pub struct Archive {
    pub dir: PathBuf,
    pub leaves: Vec<Leaf>,
    /// Files that were written: each has a time of its own, long ago, so that none is read again only
    /// because it is so new.
    written: u64,
}

/// Every how many files there is one of lines, and how many articles that has.
const LINES_EVERY: usize = 5;
const LINES: usize = 90;

impl Archive {
    /// An archive of about `size` articles in `dir`.
    pub fn new(dir: &Path, size: usize) -> Archive {
        fs::create_dir_all(dir).unwrap();
        let mut archive = Archive {
            dir: dir.into(),
            leaves: Vec::new(),
            written: 0,
        };
        let mut number = 0;
        while number < size {
            let place = archive.leaves.len();
            let (name, count) = match place % LINES_EVERY {
                0 => (format!("{place:06}.jsonl"), LINES),
                _ => (format!("{place:06}-NW{}.md", id(number)), 1),
            };
            let items = (number..number + count).map(|number| Item { number, version: 0 });
            let items = items.collect();
            number += count;
            archive.leaves.push(Leaf { name, items });
            archive.write(place);
        }
        archive
    }

    /// All articles, in the order in which they are read.
    pub fn items(&self) -> Vec<Item> {
        let items = self.leaves.iter().flat_map(|leaf| leaf.items.iter());
        items.copied().collect()
    }

    /// Rewrites files until this share of the articles is rewritten.
    pub fn rewrite_articles(&mut self, share: f64) {
        let all = self.items().len() as f64;
        let mut rewritten = 0;
        for place in 0..self.leaves.len() {
            if rewritten as f64 >= share * all {
                break;
            }
            let items = &mut self.leaves[place].items;
            items.iter_mut().for_each(|item| item.version += 1);
            rewritten += items.len();
            self.write(place);
        }
    }

    /// Rewrites the articles of this share of the files.
    pub fn rewrite(&mut self, random: &mut Random, share: f64) {
        for place in 0..self.leaves.len() {
            if random.share() < share {
                self.leaves[place]
                    .items
                    .iter_mut()
                    .for_each(|item| item.version += 1);
                self.write(place);
            }
        }
    }

    /// Removes this share of the files; returns the articles that went.
    pub fn remove(&mut self, random: &mut Random, share: f64) -> Vec<Item> {
        let mut gone = Vec::new();
        let dir = self.dir.clone();
        self.leaves.retain(|leaf| {
            let stays = random.share() >= share;
            if !stays {
                fs::remove_file(dir.join(&leaf.name)).unwrap();
                gone.extend(leaf.items.iter().copied());
            }
            stays
        });
        gone
    }

    /// Removes this share of the lines of all files of lines, from anywhere in them, and rewrites them;
    /// what went.
    pub fn shrink(&mut self, random: &mut Random, share: f64) -> Vec<Item> {
        let mut gone = Vec::new();
        for place in 0..self.leaves.len() {
            let leaf = &mut self.leaves[place];
            if !leaf.name.ends_with(".jsonl") {
                continue;
            }
            let stays = |item: &Item| {
                let stays = random.share() >= share;
                if !stays {
                    gone.push(*item);
                }
                stays
            };
            leaf.items.retain(stays);
            self.write(place);
        }
        gone
    }

    fn write(&mut self, place: usize) {
        let leaf = &self.leaves[place];
        let items = leaf.items.iter();
        let content = match leaf.name.ends_with(".jsonl") {
            true => items.map(|item| line(*item)).collect(),
            false => items.map(|item| post(*item)).collect::<String>(),
        };
        let path = self.dir.join(&leaf.name);
        fs::write(&path, content).unwrap();
        self.written += 1;
        let time = UNIX_EPOCH + Duration::from_secs(1_700_000_000 + self.written);
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(time).unwrap();
    }
}

/// The id of an article: a serial number, as posts have them in their names.
pub fn id(number: usize) -> String {
    let (day, rest) = (number % 28 + 1, number / 28);
    format!("202203{day:02}{rest:010}")
}

/// The title tells number and version.
pub fn title(Item { number, version }: Item) -> String {
    format!("{}第{number}号公告第{version}版", company(number))
}

/// The article of a title.
pub fn item_of_title(title: &str) -> Item {
    let numbers: Vec<usize> = title
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    Item {
        number: numbers[0],
        version: numbers[1] as u32,
    }
}

fn company(number: usize) -> &'static str {
    const COMPANIES: [&str; 7] = [
        "云汐租赁",
        "海潮银行",
        "青禾股份",
        "海岚新材",
        "华屿证券",
        "汀洲农商行",
        "临澜科技",
    ];
    COMPANIES[number % COMPANIES.len()]
}

fn post(item: Item) -> String {
    let paragraphs: String = body(item)
        .lines()
        .map(|line| format!("<p>{line}</p>"))
        .collect();
    format!(
        "---\nlayout: post\ntitle: \"{}\"\ndate: 2022-03-{:02} 09:10:00 +0800\n\
         categories: haichaoshe\ntags: 海潮社新闻\n---\n{paragraphs}\n",
        title(item),
        item.number % 28 + 1,
    )
}

fn line(item: Item) -> String {
    let line = serde_json::json!({
        "id": id(item.number),
        "title": title(item),
        "date": format!("2022-03-{:02} 09:10:00", item.number % 28 + 1),
        "source": "海潮社",
        "body": body(item),
    });
    format!("{line}\n")
}

/// Sentences that differ from article to article and from version to version.
pub fn body(item: Item) -> String {
    const WHAT: [&str; 8] = [
        "绿色债券",
        "分布式光伏",
        "存款利率",
        "募集资金",
        "一季度净利润",
        "储能项目",
        "融资租赁",
        "在建工程",
    ];
    const HOW: [&str; 8] = [
        "同比增长两成",
        "低于预期",
        "获批发行",
        "正在推进",
        "按期兑付",
        "再创新高",
        "受费用上升影响",
        "不受影响",
    ];
    const WHO: [&str; 6] = [
        "分析人士",
        "公司公告",
        "监管部门",
        "董事会",
        "评级机构",
        "投资者",
    ];
    let mut random = Random::of(item.number as u64 * 1_000 + u64::from(item.version));
    let mut body = String::new();
    for sentence in 0..6 + random.below(18) {
        let (who, what, how) = (random.pick(&WHO), random.pick(&WHAT), random.pick(&HOW));
        let amount = random.below(100_000);
        body += &format!(
            "{who}表示，{}的{what}{how}，规模{amount}万元。",
            company(item.number)
        );
        body += if sentence % 4 == 3 { "\n" } else { "" };
    }
    body
}
