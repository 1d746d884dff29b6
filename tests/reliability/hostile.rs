//! Archives made to do harm. The program reads them with little memory and under a watchdog: what is
//! bad is told, with its path and the reason, and what is good is found.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::Compression;
use flate2::write::GzEncoder;
use newsearch::{Index, Query};
use tempfile::TempDir;

use crate::state::told;

/// Address space of a run, in KiB: all that it maps and all that its threads set aside, too; 1 GiB of
/// it is what the allocator lays claim to at the start, used or not.
const ADDRESS_SPACE: usize = 3 << 20;
/// Seconds of the processor after which a run is killed: a multiple of what the dearest takes, so that a
/// slow machine fails none.
const PROCESSOR: usize = 180;
/// Seconds after which a run is killed, whatever it does.
const WATCHDOG: usize = 600;

/// What the program holds of a file, or of a line, at most.
const MAX_SIZE: usize = 8 << 20;
const GIB: u64 = 1 << 30;

#[test]
fn markup_made_to_cost_is_read_in_proportion() {
    let many = 100_000;
    // Securities whose names stand in the text, but not as words.
    let link = |(c, code)| format!("<a class=\"keytip\" data-code=\"1,{code}\">坏{c}样</a>");
    let links: String = ('一'..).zip(600_000..601_000).map(link).collect();
    let bodies = [
        links + &"云汐租赁扩产。".repeat(350_000),
        "<div>".repeat(many),
        "<b><i>".repeat(many),
        "<blockquote><p>".repeat(many),
        "<ul><li>".repeat(many),
        "<table><tr><td>".repeat(many),
        "<a href=//x>".repeat(many),
        "<font color=1>".repeat(many),
        "</div></p>".repeat(many),
        "<".repeat(4 << 20),
        "&".repeat(4 << 20),
        "&#".repeat(2 << 20),
        "&lt;".repeat(1 << 20),
        "<!--".repeat(1 << 20),
        "<a \"='".repeat(1 << 19),
        "<title>".repeat(1 << 19),
        "](".repeat(1 << 20),
        "\n> ".repeat(1 << 20),
    ];
    let yard = Yard::new();
    for (number, body) in bodies.iter().enumerate() {
        let post = format!("---\ntitle: \"坏样{number:02}\"\n---\n{body}\n\n云汐末段");
        yard.write(format!("{number:02}.md"), post);
    }
    let run = yard.index(&[]);
    assert_eq!(run.skipped(), Vec::<&str>::new());
    for (number, body) in bodies.iter().enumerate() {
        let found = yard.ids(&format!("\"坏样{number:02}\""));
        assert_eq!(found.len(), 1, "{}", &body[..10]);
    }
    assert_eq!(yard.ids("\"云汐末段\"").len(), bodies.len());
}

/// However many threads there are, few files that cost memory are on their way at a time.
#[test]
fn files_that_cost_memory_find_room_together() {
    let yard = Yard::new();
    for number in 0..6 {
        let head = format!("---\ntitle: \"坏样{number}\"\n---\n");
        let line = "甲\n";
        let lines = line.repeat((MAX_SIZE - head.len()) / line.len());
        yard.write(format!("{number}.md"), head + &lines);
    }
    yard.index(&[]);
    assert_eq!(yard.ids("坏样*").len(), 6);
}

#[test]
fn headers_and_lines_made_to_cost_are_read_in_proportion() {
    let yard = Yard::new();
    let bomb: String = (1..15)
        .map(|i| format!("a{i}: &a{i} [{}]\n", format!("*a{}, ", i - 1).repeat(9)))
        .collect();
    let bomb = format!("a0: &a0 [{}]\n{bomb}", "x, ".repeat(9));
    let blocks: String = (1..16)
        .map(|i| format!("- &a{i} [{}x]\n", format!("*a{}, ", i - 1).repeat(90)))
        .collect();
    let blocks = format!("more:\n- &a0 [x, x]\n{blocks}");
    for (name, header) in [
        ("yaml-bomb", bomb.as_str()),
        ("yaml-blocks", &blocks),
        ("yaml-merges", "a: &a\n  <<: *a\n  b: *a\n"),
        ("yaml-depth", &format!("tags: {}\n", "[".repeat(15 << 10))),
        ("yaml-maps", &format!("tags: {}\n", "{a: ".repeat(4_000))),
        ("yaml-keys", &format!("{}: 1\n", "? ".repeat(7 << 10))),
        ("yaml-tag", &format!("tags: {}\n", "!a ".repeat(5 << 10))),
    ] {
        let post = format!("---\ntitle: 云汐样{name}\n{header}---\n<p>甲。</p>");
        yard.write(format!("{name}.md"), post);
    }
    let deep = |open: &str, close: &str| open.repeat(1 << 19) + "1" + &close.repeat(1 << 19);
    let lines = [
        format!("{{\"title\":{}}}", deep("[", "]")),
        format!("{{\"more\":{}}}", deep("{\"a\":", "}")),
        format!(
            "{{\"title\":\"云汐长\",\"more\":\"{}\"}}",
            "x".repeat(7 << 20)
        ),
        format!("{{{}\"title\":\"云汐多\"}}", "\"a\":1,".repeat(1 << 20)),
        format!("{{\"title\":\"云汐转{}\"}}", "\\u4e00".repeat(1 << 20)),
        format!("{{\"title\":\"{}\"}}", "云汐长题".repeat((100 << 20) / 12)),
        "{\"title\":\"云汐尾\"}".to_owned(),
    ];
    yard.write("lines.jsonl", lines.join("\n"));
    let run = yard.index(&[]);
    let skipped = run.skipped();
    assert_eq!(skipped.len(), 3, "{}", run.told);
    assert!(skipped[0].contains("lines.jsonl:1: is not a JSON object"));
    assert!(skipped[1].contains("lines.jsonl:2: "));
    let too_large = "lines.jsonl:6: has 104857608 bytes, more than the 8388608 allowed";
    assert!(skipped[2].ends_with(too_large), "{}", skipped[2]);
    for title in ["云汐长", "云汐多", "云汐转", "云汐尾"] {
        assert_eq!(yard.ids(&format!("title:\"{title}\"")).len(), 1, "{title}");
    }
    assert_eq!(yard.ids("title:\"云汐样\"").len(), 7);
}

#[test]
fn a_title_of_ten_megabytes_is_an_article_like_others_where_it_is_allowed() {
    let yard = Yard::new();
    let title = "云汐长题".repeat((10 << 20) / 12);
    let line = format!("{{\"id\":\"a\",\"title\":\"{title}\",\"body\":\"甲。\"}}\n");
    yard.write("lines.jsonl", line);
    let run = yard.index(&[]);
    assert_eq!(run.skipped().len(), 1, "{}", run.told);
    let run = yard.index(&["--max-size", "16MiB"]);
    assert_eq!(run.skipped().len(), 0, "{}", run.told);
    for query in ["\"汐长题云\"", "云汐", "长题*", "云汐 NEAR/3 长题"] {
        let run = yard.run(&["query", query, "--json"]);
        run.assert_good();
        assert!(run.printed.contains("\"id\":\"a\""), "{query}");
    }
}

#[test]
fn a_file_of_a_gigabyte_is_told_and_passed_over() {
    let yard = Yard::new();
    for name in ["a.md", "b.html", "c.txt", "d.jsonl"] {
        let file = File::create(yard.archive().join(name)).unwrap();
        file.set_len(GIB).unwrap();
    }
    let run = yard.index(&[]);
    let skipped = run.skipped();
    assert_eq!(skipped.len(), 4, "{}", run.told);
    for (line, name) in skipped.iter().zip(["a.md", "b.html", "c.txt", "d.jsonl:1"]) {
        let reason = format!("/{name}: has 1073741824 bytes, more than the 8388608 allowed");
        assert!(line.ends_with(&reason), "{line}");
    }
}

/// A stream is held line by line, and read no further than its size warrants.
#[test]
fn a_bomb_is_told_and_what_stands_before_it_is_found() {
    let yard = Yard::new();
    let good = |id: &str| format!("{{\"id\":\"{id}\",\"title\":\"云汐先\"}}\n").into_bytes();
    let zeros = vec![0; 16 << 20];
    let blank = vec![b'\n'; 16 << 20];
    // 1 GiB each; gzip cannot do more than the thousandfold, Zstandard can.
    let files = [
        ("gz.jsonl.gz", gzip(&good("gz")), gzip(&zeros)),
        ("zst.jsonl.zst", zstd(&good("zst")), zstd(&zeros)),
        ("blank.jsonl.zst", zstd(&good("blank")), zstd(&blank)),
    ];
    for (name, first, member) in files {
        yard.write(name, [first, member.repeat(64)].concat());
    }
    // A frame that asks for a window of 2 GiB.
    yard.write("window.jsonl.zst", b"\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00");
    let run = yard.index(&[]);
    let skipped = run.skipped();
    assert_eq!(skipped.len(), 4, "{}", run.told);
    let expands = "cannot be decompressed: it expands to more than 1024 times its size";
    for (line, reason) in skipped.iter().zip([
        expands,
        "/gz.jsonl.gz:2: has 1073741824 bytes, more than the 8388608 allowed",
        "/window.jsonl.zst:1: cannot be decompressed: ",
        &format!("/zst.jsonl.zst:2: {expands}"),
    ]) {
        assert!(line.contains(reason), "{line}");
    }
    assert_eq!(yard.ids("\"云汐先\""), ["blank", "gz", "zst"]);
}

/// What is longer than a key of the engine would be dropped there without a word.
#[test]
fn keys_that_are_too_long_are_refused_or_cut() {
    let yard = Yard::new();
    let long = |what: &str| what.repeat(70_000);
    let lines = [
        serde_json::json!({"id": long("i"), "title": "云汐甲"}),
        serde_json::json!({"id": "i".repeat(65_530), "title": "云汐乙"}),
        serde_json::json!({"url": format!("http://a.example/{}", long("u")), "title": "云汐丙"}),
        serde_json::json!({"id": "d", "title": "云汐丁", "tag": long("签"), "source": long("ﷺ")}),
        serde_json::json!({"id": "e", "title": "云汐戊", "category": long("c"), "stocks": [long("6")]}),
        serde_json::json!({"id": "f", "title": long("云"), "body": long("w"), "date": long("2")}),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    yard.write("lines.jsonl", lines);
    let run = yard.index(&[]);
    let refused = run.skipped();
    assert_eq!(refused.len(), 2, "{}", run.told);
    assert!(
        refused[0]
            .ends_with("lines.jsonl:1: has an id of 70000 bytes, more than the 65530 allowed")
    );
    assert!(refused[1].contains("lines.jsonl:3: has an id of 70017 bytes"));
    for field in ["4: its tag", "4: its source", "5: its category"] {
        let told = format!("lines.jsonl:{field} has 70000 characters, of which 1000 were kept");
        assert!(run.told.contains(&told), "{}", run.told);
    }
    assert_eq!(yard.ids("\"云汐\""), ["d", "e", &"i".repeat(65_530)]);
    // Longer than is kept, and no longer than an argument may be.
    let typed = |what: &str| what.repeat(2_000);
    for (option, value) in [
        ("--tag", typed("签")),
        ("--source", typed("ﷺ")),
        ("--tag", typed("c")),
    ] {
        let run = yard.run(&["query", "云汐", option, &value, "--count"]);
        assert_eq!(run.printed.trim(), "1", "{option}");
    }
    let check = yard.run(&["check"]);
    assert!(check.printed.starts_with("sound"), "{}", check.printed);
    let again = yard.index(&["--checksum"]);
    assert!(again.told.contains("nothing changed"), "{}", again.told);
}

/// Not every file system keeps such a time; `touch` says whether this one did.
#[test]
fn a_file_may_have_any_time() {
    let yard = Yard::new();
    let shm = Path::new("/dev/shm");
    let dir = match shm.is_dir() {
        true => tempfile::tempdir_in(shm).unwrap(),
        false => tempfile::tempdir().unwrap(),
    };
    let path = dir.path().join("late.md");
    fs::write(&path, "---\ntitle: 云汐晚\n---\n<p>晚。</p>").unwrap();
    for seconds in ["9223372036854775807", "-9223372036854775000", "0"] {
        let _ = Command::new("touch")
            .args(["-d", &format!("@{seconds}")])
            .arg(&path)
            .output();
        let run = yard.index(&[path.to_str().unwrap()]);
        assert!(run.skipped().is_empty(), "{}", run.told);
        assert_eq!(yard.ids("\"云汐晚\"").len(), 1);
    }
}

#[test]
fn a_path_may_be_any_bytes() {
    let yard = Yard::new();
    let names: [&[u8]; 9] = [
        b"a\nb.md",
        b"a\\nb.md",
        b"\xFF.md",
        b"\xFE.md",
        b"%FF.md",
        "\u{FFFD}.md".as_bytes(),
        b"\x1B[2J.md",
        "\u{202E}dm.md".as_bytes(),
        b"\xFF/\xFF\n/x.md",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let post = format!("---\ntitle: 云汐样{number}\n---\n<p>第{number}号。</p>");
        yard.write(OsStr::from_bytes(name), post);
        let empty = [b"0", name].concat();
        yard.write(OsStr::from_bytes(&empty), "");
    }
    let run = yard.index(&[]);
    assert_eq!(run.skipped().len(), names.len(), "{}", run.told);
    assert_eq!(run.told.lines().count(), names.len() + 1, "{}", run.told);
    assert_harmless(&run.told);
    assert_eq!(yard.ids("\"云汐样\"").len(), names.len());

    let again = yard.index(&["--checksum"]);
    assert!(again.told.contains("nothing changed in "), "{}", again.told);
    for (left, name) in (0..names.len()).rev().zip(names) {
        fs::remove_file(yard.archive().join(OsStr::from_bytes(name))).unwrap();
        yard.index(&["--prune"]);
        assert_eq!(yard.ids("\"云汐样\"").len(), left, "{name:?}");
    }
}

/// Whatever is echoed — texts, queries, paths, arguments — steers no terminal, in JSON neither.
#[test]
fn nothing_that_is_printed_steers_a_terminal() {
    let steering: String = STEERING.iter().collect();
    let text = |what: &str| format!("{what}{steering}[31m{what}");
    let yard = Yard::new();
    let id = text("i");
    let line = serde_json::json!({
        "id": id,
        "title": text("云汐题"),
        "date": "2022-03-01",
        "source": text("海潮社"),
        "tag": text("标签"),
        "category": text("栏目"),
        "url": text("http://a.example/"),
        "stocks": [format!("600999:{}", text("云汐"))],
        "body": text("云汐文"),
    });
    let other = line.to_string().replace("\"id\":\"i", "\"id\":\"j");
    yard.write("lines.jsonl", format!("{line}\n{other}\n"));
    let post = format!(
        "---\ntitle: {}\ntags: {}\n---\n{}",
        text("云汐"),
        text("乙"),
        text("丙")
    );
    yard.write("post.md", post);
    yard.write("bad.jsonl", format!("{{\"title\":\"{steering}\n"));
    assert_harmless(&yard.index(&[]).told);

    let query = text("云汐");
    let odd = text("odd").replace('\0', "");
    let id = id.replace('\0', "");
    let query = query.replace('\0', "");
    for args in [
        vec!["query", "云汐"],
        vec!["query", "云汐", "--all", "--json"],
        vec!["query", "云汐", "--color", "always"],
        vec!["query", &query],
        vec!["query", &query, "--json", "--all"],
        vec!["query", "云汐", "--source", &odd],
        vec!["query", "云汐", "--since", &odd],
        vec!["query", "云汐", "--index", &odd],
        vec!["show", &id],
        vec!["show", &id, "--json"],
        vec!["show", &odd],
        vec!["explain", &query],
        vec!["explain", &query, "--id", &id],
        vec!["explain", &query, "--id", &odd],
        vec!["explain", &query, "--fold"],
        vec!["stats"],
        vec!["stats", "--json"],
        vec!["stats", "--index", &odd],
        vec!["check"],
        vec!["index", &odd],
        vec!["index", "--dict", &odd, "."],
        vec!["index", "--entities", &odd, "."],
        vec!["index", "--max-size", &odd, "."],
        vec!["eval", "--set", &format!("{odd}=,{odd},{odd}")],
        vec!["eval", "--set", &odd],
        vec![&odd],
        vec!["--\u{1b}[2J"],
        vec!["query", "云汐", &format!("--{odd}")],
    ] {
        let run = yard.run(&args);
        assert!(run.told.len() + run.printed.len() > 0, "{args:?}");
        assert_harmless(&without_styles(&run.printed));
        assert_harmless(&run.told);
    }
    let found = yard.run(&["query", "\"云汐文\"", "--json"]).printed;
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let tags: Vec<&str> = found["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag.as_str())
        .collect();
    assert_eq!(
        tags.join(" "),
        // Blanks between lines are no tag.
        text("标签")
            .replace('\0', "")
            .replace(['\n', '\r'], " ")
            .replace("\u{b}\u{c} ", "")
    );
}

/// Characters that move the cursor, begin a sequence, end a line, or turn the reading direction.
const STEERING: [char; 20] = [
    '\0', '\u{7}', '\u{8}', '\n', '\u{b}', '\u{c}', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{90}',
    '\u{9b}', '\u{9d}', '\u{61c}', '\u{200e}', '\u{202e}', '\u{2028}', '\u{2067}', '\u{2069}',
    '\u{206f}',
];

/// What was printed, but for the styles that the program itself uses.
fn without_styles(printed: &str) -> String {
    let styles = ["0", "1", "2", "31", "36"].map(|style| format!("\u{1b}[{style}m"));
    let plain = printed.to_owned();
    styles
        .iter()
        .fold(plain, |plain, style| plain.replace(style, ""))
}

#[track_caller]
fn assert_harmless(text: &str) {
    let steering = text.find(|c| c != '\n' && STEERING.contains(&c));
    assert_eq!(steering, None, "{text:?}");
}

/// An archive, and an index of it.
struct Yard {
    dir: TempDir,
}

/// What a run printed and told.
struct Run {
    output: Output,
    printed: String,
    told: String,
}

impl Yard {
    /// An archive with two posts that are good: one that is read before all others, and one after.
    fn new() -> Yard {
        let yard = Yard {
            dir: tempfile::tempdir().unwrap(),
        };
        for (name, title) in [("#.md", "青禾股份增产"), ("~.md", "青禾股份扩产")] {
            let post = format!("---\ntitle: {title}\n---\n<p>{title}两成。</p>");
            yard.write(name, post);
        }
        yard
    }

    fn archive(&self) -> PathBuf {
        self.dir.path().join("archive")
    }

    fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.archive().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Brings the index up to date with the archive, with as many threads as it ever has of itself;
    /// the good posts are in it then.
    #[track_caller]
    fn index(&self, more: &[&str]) -> Run {
        let run = self.run(&[&["index", "archive", "--threads", "8"], more].concat());
        run.assert_good();
        assert_eq!(self.ids("\"青禾股份\"").len(), 2, "{}", run.told);
        run
    }

    /// Runs the program with little memory, under a watchdog.
    #[track_caller]
    fn run(&self, args: &[&str]) -> Run {
        let script = format!(
            "ulimit -v {ADDRESS_SPACE}; ulimit -t {PROCESSOR}; exec timeout {WATCHDOG} \"$@\""
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_newsearch")]);
        shell.args(args).env_remove("NEWSEARCH_INDEX");
        // As on a terminal.
        shell.env("CLICOLOR_FORCE", "1");
        let output = shell.current_dir(&self.dir).output().unwrap();
        assert!(
            output.status.code().is_some_and(|code| code <= 2),
            "{output:?}"
        );
        let printed = String::from_utf8(output.stdout.clone()).unwrap();
        let told = told(&output);
        Run {
            output,
            printed,
            told,
        }
    }

    /// The ids of what a query finds, sorted.
    #[track_caller]
    fn ids(&self, query: &str) -> Vec<String> {
        let index = Index::open(self.dir.path().join("index")).unwrap();
        let mut ids = index.searcher().ids(&Query::parse(query)).unwrap();
        ids.sort();
        ids
    }
}

impl Run {
    #[track_caller]
    fn assert_good(&self) {
        assert!(self.output.status.success(), "{}", self.told);
    }

    /// What was told of files and lines that cannot be read, in order.
    fn skipped(&self) -> Vec<&str> {
        let lines = self.told.lines();
        lines.filter(|line| line.starts_with("skipped ")).collect()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}
