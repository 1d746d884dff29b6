//! The sample in `corpus/` as plain bytes: every form is there, no editor has mended what is broken
//! on purpose, and the prose belongs to nobody else.
//!
//! Nothing of the crate is used here, so a fault of the reader cannot hide a fault of the sample.
//! The tests of originality need the real data: they run when `NEWSEARCH_DATA` names its folder.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use encoding_rs::{BIG5, GB18030};
use rustc_hash::FxHashMap;
use serde_json::Value;
use walkdir::WalkDir;

/// Files whose bytes are not UTF-8.
const GBK: &str = "_posts/2022-11-18-202211182586203150.md";
const BIG5_PAGE: &str = "inbox/chaoxun.htm";
const CUT_IN_CHARACTER: &str = "_posts/2022-05-09-NW202205092371110286.md";

/// A passage of this many Han characters is not shared by chance.
const RUN: usize = 24;

#[test]
fn is_rich_but_small() {
    let files = sample();
    let posts = files
        .keys()
        .filter(|path| path.starts_with("_posts/") || path.starts_with("old_post/"))
        .count();
    assert!(posts >= 90, "{posts} posts");
    let size: usize = files.values().map(Vec::len).sum();
    assert!(size < 600_000, "{size} bytes");
}

#[test]
fn keeps_its_bytes() {
    let files = sample();
    type Fact = fn(&[u8]) -> bool;
    let facts: [(&str, &str, Fact); 13] = [
        (GBK, "is GB18030, not UTF-8", is_gbk),
        (BIG5_PAGE, "is Big5, not UTF-8", is_big5),
        (CUT_IN_CHARACTER, "ends inside a character", |bytes| {
            std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
        }),
        (
            "_posts/2022-12-02-202212022601482464.md",
            "has CRLF on every line",
            |bytes| count(bytes, b"\r\n") > 6 && count(bytes, b"\r\n") == count(bytes, b"\n"),
        ),
        (
            "_posts/2022-12-09-202212092609043920.md",
            "starts with a byte order mark",
            |bytes| bytes.starts_with(b"\xEF\xBB\xBF---\n"),
        ),
        (
            "_posts/2022-12-16-202212162617007053.md",
            "holds a NUL",
            |bytes| bytes.contains(&0),
        ),
        (
            "_posts/2022-05-09-202205092371004417.md",
            "is empty",
            <[u8]>::is_empty,
        ),
        (
            "_posts/2022-05-10-NW202205102372200913.md",
            "ends inside the header",
            |bytes| count(bytes, b"\n---") == 0,
        ),
        (
            "old_post/2022-05-11-NW202205112373301648.md",
            "ends inside a paragraph",
            |bytes| count(bytes, b"<p>") > count(bytes, b"</p>"),
        ),
        (
            "old_post/2022-02-15-NW202202152281953232.md",
            "parts paragraphs by a line feed and a blank",
            |bytes| has(bytes, b"</p>\n <p>"),
        ),
        (
            "_posts/-202206082401921712.md",
            "has neither title nor date, and a blank in its place",
            |bytes| has(bytes, b"\ntitle: \"\"\ndate:  +0800\n"),
        ),
        (
            "_posts/2024-03-08-NW202403083109578584.md",
            "holds a zero-width and an ideographic blank",
            |bytes| has(bytes, "\u{200b}".as_bytes()) && has(bytes, "\u{3000}".as_bytes()),
        ),
        (
            "_posts/2021-12-08-202112082206340966.md",
            "ends with a line feed",
            |bytes| bytes.ends_with(b".html>\n"),
        ),
    ];
    for (path, fact, holds) in facts {
        let bytes = files.get(path).unwrap_or_else(|| panic!("{path} is gone"));
        assert!(holds(bytes), "{path} no longer {fact}");
    }
    let open_ended = files.values().filter(|bytes| bytes.ends_with(b")"));
    assert!(
        open_ended.count() > 90,
        "the generator writes no final line feed after the trailer"
    );
}

#[test]
fn every_form_is_there() {
    let files = sample();
    let forms = [
        // trailers
        "\n\n[返回东财滚动新闻](./emnews/)\n[返回首页](./)",
        "\n\n[返回东财滚动新闻](../emnews/)\n[返回首页](../)",
        "\n\n[返回东财滚动新闻](//finews.zning.me/emnews/)\n[返回首页](//finews.zning.me/)",
        "\n\n[返回东财滚动新闻](//finews.withounder.com/emnews/)\n[返回首页](//finews.withounder.com/)",
        "\n\n[返回东财滚动新闻](//finews.withounder.com/emnews/)｜[返回首页](//finews.withounder.com/)",
        "\n\n<>\n\n[返回",
        "\n\n<http://hk.eastmoney.com/news/1797,",
        "\n\n<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW",
        "\n\n<http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode=NW",
        // headers
        "\ncategories: sitenews\n",
        "\ncategories: 808\n",
        "\ncategories: 0808\n",
        "\ncategories: TideTech\n",
        "\ncategories: Tidetech\n",
        "\ncategories: @chaoshengshuo\n",
        "\ncategories: [kuaiping]chaoshengshuo\n",
        "\ncategories: xisheng #3\n",
        "\ncategories: chenglanzhengquanbao·chenglanwang\n",
        "\ncategories: yunqiangjingjibaodao yunqiangAPP\n",
        "\ncategories: yunqiangjingjibaodao  nantinglicai\n",
        "\ncategories: lanzhengguoji(xianggang)\n",
        "\ntags: 北渚经济新闻新闻\n",
        "\ntags: 晨汐: 早知道新闻\n",
        "\ntitle: \"岱川装备称\"订单已排到明年\" ",
        "\ntitle: \"望舒光能\\霁川能源",
        "18.7亿元\n客座率",
        "\ntitle: \"A&amp;H",
        "\ntitle: \"\"\ndate: 2022-06-15 ",
        "\ndate: \ncategories",
        "\ndate: 2021-12-08 09:12:40\n",
        // bodies
        "新闻\n---\n\n",
        "\n---\n> ",
        "<p style=\"display:none;height:1px;overflow:hidden;\"><br /></p><!-- EM_StockImg_Start -->",
        "data-code2=\"601835|1|2|\" class=\"EmImageRemark\"",
        "class=\"em_stock_key_common\" data-code=\"0,",
        "class=\"keytip\" data-code=\"116,07370\">国岚</a></span>",
        "NP<span id=\"Info.338\"><a href=\"http://data.eastmoney.com/cjsj/\" class=\"infokey\">PPI</a></span>F",
        "扩<span web=\"1\"",
        "煤<span web=\"1\"",
        "（文章来源：澄澜<span id=\"bk_90.BK0473\">",
        "</strong><strong>",
        "_w800h555.jpg\" alt=\"Image\"",
        "\" alt=\"image\"",
        "\" alt=\"图片\"",
        "<p style=\"text-align:center;\">图片来源：",
        "&lt;汀洲公约&gt;",
        "。(CIS)</p>",
        "。(DF318)</p>",
        "<table",
        "<iframe",
        "<script",
        "<style",
        "<video",
        "<object",
        "<ul><li>",
        "<h2>",
        "&nbsp;",
        "<!-- 编辑注：核对容量\n\n",
        "<a href=\"http://example.com/yuguang\n\n",
        "P<0.05",
        "率<1%",
        "</p>\n---\n<p>",
        "\n## ",
        "（责任编辑：",
        "（记者：",
        "免责声明：",
        "不构成投资建议",
        "【相关报道】",
        " （澄澜证券报）\n\n<http",
        "(央视新闻)\n\n<http",
        "昇澜股份(002744)",
        "(07448.HK)",
        "（NOVQ.O）",
        "CNBX.CNHD. CNAQ",
        "KXR-2207zt",
        "潮訊控股",
        "星湃5",
        "多大？ ”",
    ];
    for form in forms {
        assert!(
            files.values().any(|bytes| has(bytes, form.as_bytes())),
            "no file holds {form:?}"
        );
    }
}

#[test]
fn posts_agree_with_their_names() {
    for (path, bytes) in sample() {
        let (Some(id), Some(day)) = (id_in(&path), day_in(&path)) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            id.starts_with(&day.replace('-', "")),
            "{path}: the id is of another day"
        );
        if let Some(date) = line_after(&text, "date: ").filter(|date| !date.is_empty()) {
            assert!(date.starts_with(day), "{path}: dated {date}");
        }
        if let Some(url) = text.lines().find(|line| line.starts_with("<http")) {
            assert!(url.contains(id), "{path}: the url is that of {url}");
        }
    }
}

#[test]
fn copies_share_an_id_and_nothing_else_does() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sample().into_keys() {
        if let Some(id) = id_in(&path) {
            places.entry(id.to_owned()).or_default().push(path);
        }
    }
    let copied: Vec<(&str, usize)> = places
        .iter()
        .filter(|(_, paths)| paths.len() > 1)
        .map(|(id, paths)| (id.as_str(), paths.len()))
        .collect();
    assert_eq!(
        copied,
        [
            ("202112082206308290", 2),
            ("202201072239609772", 2),
            ("202204212353894180", 3),
            ("202205302390417260", 3),
            ("202303082706647277", 3),
        ]
    );
}

#[test]
fn the_wire_has_one_broken_line() {
    let files = sample();
    let text = String::from_utf8(files["wire.jsonl"].clone()).unwrap();
    let lines: Vec<Option<Value>> = text
        .lines()
        .map(|line| serde_json::from_str(line).ok())
        .collect();
    let broken: Vec<usize> = (1..)
        .zip(&lines)
        .filter(|(_, line)| line.is_none())
        .map(|(n, _)| n)
        .collect();
    assert_eq!(broken, [7]);

    let items: Vec<Value> = lines.into_iter().flatten().collect();
    assert!(items.len() >= 12);
    let with = |test: fn(&Value) -> bool| items.iter().filter(|item| test(item)).count();
    assert_eq!(with(|item| item.get("id").is_none()), 2);
    assert_eq!(with(|item| item["id"].is_number()), 1);
    assert_eq!(with(|item| item["body"] == ""), 1);
    assert_eq!(with(|item| item["stocks"].is_string()), 1);
    assert!(
        with(|item| item["stocks"]
            .as_array()
            .is_some_and(|stocks| !stocks.is_empty()))
            >= 3
    );
    for text in ["<250g", "<20Mbps", "‹全文完>", "<p>"] {
        assert!(
            items.iter().any(|item| item["body"]
                .as_str()
                .is_some_and(|body| body.contains(text))),
            "no body holds {text}"
        );
    }
}

#[test]
fn the_readme_names_what_is_there() {
    let files = sample();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut named = 0;
    for word in readme.split('`').skip(1).step_by(2) {
        if word.len() == 18 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            assert!(
                files.keys().any(|path| path.contains(word)),
                "no post {word}"
            );
            named += 1;
        } else if word.contains('/') && word.contains("20") {
            assert!(files.contains_key(word), "no file {word}");
            named += 1;
        }
    }
    assert!(named > 100, "only {named} posts and files named");
    let said = format!("{} files", files.len());
    assert!(readme.contains(&said), "the README does not say {said}");
}

#[test]
fn shares_no_passage_with_the_real_data() {
    let Some(data) = data() else { return };
    let passages = passages_of_the_sample();
    let mut shared = Vec::new();
    for path in files_below(&data) {
        scan(&path, &passages, &mut shared)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    shared.sort();
    shared.dedup();
    assert!(shared.is_empty(), "shared with the real data: {shared:#?}");
}

#[test]
fn names_no_listed_company() {
    let Some(data) = data() else { return };
    let table = fs::read_to_string(data.join("lexicons/stocks_cn.tsv")).unwrap();
    let texts: BTreeMap<String, String> = sample()
        .into_iter()
        .map(|(path, bytes)| (decode(&path, &bytes), path))
        .collect();
    let mut real = Vec::new();
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let code = cells.by_ref().next().unwrap_or_default();
        let names = cells.nth(1).unwrap_or_default().split('|');
        // A name of two characters may stand in any text.
        let words = names.filter(|name| name.chars().count() > 2).chain([code]);
        for word in words {
            let found = texts.iter().filter(|(text, _)| has_word(text, word));
            real.extend(found.map(|(_, path)| format!("{path}: {word}")));
        }
    }
    assert!(
        real.is_empty(),
        "names and codes of listed companies: {real:#?}"
    );
}

/// Every file of the sample but its README, by its path below `corpus/`.
fn sample() -> BTreeMap<String, Vec<u8>> {
    let root = root();
    files_below(&root)
        .into_iter()
        .filter_map(|path| {
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            (name != "README.md").then(|| (name, fs::read(&path).unwrap()))
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The folder of the real data, when there is one here.
fn data() -> Option<PathBuf> {
    let data = env::var_os("NEWSEARCH_DATA").map(PathBuf::from);
    if data.is_none() {
        eprintln!("skipped: NEWSEARCH_DATA does not name the folder of real data");
    }
    data
}

fn files_below(root: &Path) -> Vec<PathBuf> {
    WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// Hashes of all runs of `RUN` Han characters in the sample, with the file that holds them.
///
/// What stands between two Han characters (tags, digits, punctuation) does not part a run.
fn passages_of_the_sample() -> FxHashMap<u64, String> {
    let mut passages = FxHashMap::default();
    for (path, bytes) in sample() {
        let mut window = Window::default();
        for character in decode(&path, &bytes).chars().filter(|c| is_han(*c)) {
            if let Some(hash) = window.push(character) {
                passages.entry(hash).or_insert_with(|| path.clone());
            }
        }
    }
    passages
}

/// Adds to `shared` the first passage that each line of one file of the real data has in common
/// with the sample.
fn scan(
    path: &Path,
    passages: &FxHashMap<u64, String>,
    shared: &mut Vec<String>,
) -> io::Result<()> {
    let mut reader = open(path)?;
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let mut window = Window::default();
        for character in String::from_utf8_lossy(&line)
            .chars()
            .filter(|c| is_han(*c))
        {
            let found = window.push(character).and_then(|hash| passages.get(&hash));
            if let Some(ours) = found {
                shared.push(format!("{ours}: {}", window.text()));
                break;
            }
        }
        line.clear();
    }
    Ok(())
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
    let mut file = BufReader::new(File::open(path)?);
    if !file.fill_buf()?.starts_with(&ZSTD_MAGIC) {
        return Ok(Box::new(file));
    }
    let decoder = zstd::Decoder::with_buffer(file)?;
    Ok(Box::new(BufReader::with_capacity(1 << 20, decoder)))
}

/// The last `RUN` characters, with a hash that moves along in constant time.
#[derive(Default)]
struct Window {
    characters: VecDeque<char>,
    hash: u64,
}

impl Window {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

    fn push(&mut self, character: char) -> Option<u64> {
        if self.characters.len() == RUN {
            let oldest = self.characters.pop_front().map_or(0, u64::from);
            let weight = Self::BASE.wrapping_pow(RUN as u32 - 1);
            self.hash = self.hash.wrapping_sub(oldest.wrapping_mul(weight));
        }
        self.characters.push_back(character);
        self.hash = self
            .hash
            .wrapping_mul(Self::BASE)
            .wrapping_add(u64::from(character));
        (self.characters.len() == RUN).then_some(self.hash)
    }

    fn text(&self) -> String {
        self.characters.iter().collect()
    }
}

fn decode(path: &str, bytes: &[u8]) -> String {
    let text = match path {
        GBK => GB18030.decode(bytes).0,
        BIG5_PAGE => BIG5.decode(bytes).0,
        _ => String::from_utf8_lossy(bytes),
    };
    text.into_owned()
}

fn is_gbk(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err() && GB18030.decode(bytes).0.contains("稳增长")
}

fn is_big5(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err() && BIG5.decode(bytes).0.contains("潮訊控股")
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

fn has(bytes: &[u8], needle: &[u8]) -> bool {
    count(bytes, needle) > 0
}

fn count(bytes: &[u8], needle: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, needle).count()
}

/// Whether `text` holds `word`; digits must not be a part of a longer number.
fn has_word(text: &str, word: &str) -> bool {
    let number = word.bytes().all(|byte| byte.is_ascii_digit());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !number
            || [before, after]
                .into_iter()
                .flatten()
                .all(|c| !c.is_ascii_digit())
    })
}

/// The 18 digits of a file's name.
fn id_in(path: &str) -> Option<&str> {
    let name = path.strip_suffix(".md")?;
    let id = name.get(name.len().checked_sub(18)?..)?;
    id.bytes().all(|byte| byte.is_ascii_digit()).then_some(id)
}

/// `YYYY-MM-DD` at the head of a file's name.
fn day_in(path: &str) -> Option<&str> {
    let name = &path[path.rfind('/')? + 1..];
    name.get(..10).filter(|day| day.starts_with("20"))
}

/// What follows `key` on its line.
fn line_after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(key))
}
