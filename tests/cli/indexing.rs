//! `newsearch index`: what is read, what is told, what a second run does.

use std::fs;
use std::time::Duration;

use crate::desk::{Desk, text};
use crate::posts::{self, BOND, BOND_ID, BOND_PATH, BOND_TITLE, PROFIT_TITLE, RATE_TITLE};

#[test]
fn the_first_run_counts_what_it_read() {
    let run = Desk::with_corpus().run("index corpus").succeeds();
    assert_eq!(run.stdout, "");
    let run = run.tells("read 4 articles from 4 files").tells(": 4 new\n");
    assert_eq!(
        run.stderr.lines().count(),
        1,
        "no progress on a pipe: {run:#?}"
    );
}

#[test]
fn the_counts_of_a_report_add_up() {
    let desk = Desk::with_index();
    let (path, post) = posts::numbered(7, "云汐租赁扩产", "云汐租赁宣布扩产。");
    desk.write(&path, &post);
    desk.write(
        "corpus/old_post/2022-01-05-NW202201052201000001.md",
        BOND.replace("</p><p>", "</p>\n <p>"),
    );
    desk.write(
        "corpus/_posts/glossary.md",
        posts::UNDATED.replace("服务", "服务与产品"),
    );
    desk.write(
        "corpus/_posts/init.md",
        "---\ntitle: \"建站\"\ncategories: sitenews\n---\n站点上线。",
    );
    desk.write("corpus/_posts/empty.md", "");
    desk.write(
        "corpus/lines.jsonl",
        "{\"id\":\"a\",\"body\":\"云汐租赁\"}\nnot json\n",
    );
    let run = desk.run("index corpus").succeeds();
    // Four posts were here before, three of them as they are; five posts and two lines are new.
    let articles = ["new", "merged", "replaced", "unchanged"].map(|what| run.counted(what));
    assert_eq!(
        run.counted("articles from"),
        articles.iter().sum::<u64>(),
        "{run:#?}"
    );
    let others = run.counted("skipped as no news") + run.counted("could not be read");
    assert_eq!(
        articles.iter().sum::<u64>() + others + run.counted("files unchanged"),
        4 + 4 + 2,
        "{run:#?}"
    );
    assert_eq!(
        (
            run.counted("skipped as no news"),
            run.counted("could not be read")
        ),
        (1, 2),
        "{run:#?}"
    );
    assert_eq!(
        (articles[0], articles[1]),
        (2 + u64::from(run.counted("deleted") > 0), 1),
        "{run:#?}"
    );
}

#[test]
fn a_second_run_touches_nothing_and_says_so() {
    let desk = Desk::with_index();
    // A file that has just been written may change again within the same tick of the clock, so it is
    // read once more. Of one that is older, size and time are enough.
    desk.age("corpus", Duration::from_secs(60));
    desk.run("index corpus")
        .succeeds()
        .tells("nothing changed in 4 files");
    let (files, segments) = (desk.index_files(), desk.segment_times());
    assert!(!segments.is_empty());

    let run = desk.run("index corpus").succeeds();
    assert_eq!(run.stdout, "");
    run.tells("nothing changed in 4 files");
    assert!(desk.index_files() == files, "the index was changed");

    let run = desk.run("index corpus --checksum").succeeds();
    run.tells("nothing changed in 4 files");
    assert_eq!(desk.segment_times(), segments);
}

#[test]
fn a_changed_post_is_replaced() {
    let desk = Desk::with_index();
    desk.write(&format!("corpus/{BOND_PATH}"), BOND.replace("光伏", "风电"));
    let run = desk.run("index corpus").succeeds();
    assert_eq!(
        (run.counted("replaced"), run.counted("new")),
        (1, 0),
        "{run:#?}"
    );
    assert_eq!(desk.titles("\"分布式风电\""), [BOND_TITLE]);
    assert!(desk.titles("\"分布式光伏\"").is_empty());
}

#[test]
fn a_new_post_is_added() {
    let desk = Desk::with_index();
    let (path, post) = posts::numbered(7, "云汐租赁扩产", "云汐租赁宣布扩产。");
    desk.write(&path, post);
    let run = desk.run("index corpus").succeeds();
    assert_eq!(
        (run.counted("new"), run.counted("replaced")),
        (1, 0),
        "{run:#?}"
    );
    assert_eq!(desk.titles("\"宣布扩产\""), ["云汐租赁扩产"]);
}

#[test]
fn a_deleted_post_goes_when_pruning() {
    let desk = Desk::with_index();
    desk.remove(&format!("corpus/{BOND_PATH}"));
    desk.run("index corpus").succeeds().tells("nothing changed");
    assert_eq!(desk.titles("云汐租赁"), [BOND_TITLE]);
    let run = desk.run("index corpus --prune").succeeds();
    assert_eq!(run.counted("deleted"), 1, "{run:#?}");
    desk.run("query 云汐租赁").ends_with(1);
    assert_eq!(desk.titles("存款利率"), [RATE_TITLE]);
}

#[test]
fn pruning_looks_only_under_its_paths() {
    let desk = Desk::with_index();
    desk.write(
        "other/a.md",
        posts::numbered(7, "云汐租赁扩产", "云汐租赁宣布扩产。").1,
    );
    desk.remove(&format!("corpus/{BOND_PATH}"));
    let run = desk.run("index other --prune").succeeds();
    assert_eq!(
        (run.counted("new"), run.counted("deleted")),
        (1, 0),
        "{run:#?}"
    );
    assert_eq!(desk.hits(&format!("id:{BOND_ID}")).len(), 1);
}

#[test]
fn a_moved_post_stays_one_article() {
    let desk = Desk::with_index();
    fs::create_dir(desk.path("corpus/old_post")).expect("a folder");
    desk.rename(
        &format!("corpus/{BOND_PATH}"),
        "corpus/old_post/2022-01-05-NW202201052201000001.md",
    );
    let run = desk.run("index corpus --prune").succeeds();
    assert_eq!(
        (run.counted("new"), run.counted("deleted")),
        (0, 0),
        "{run:#?}"
    );
    assert_eq!(desk.titles("云汐租赁"), [BOND_TITLE]);
    assert_eq!(desk.run("stats --json").json_lines()[0]["documents"], 4);
}

#[test]
fn a_bad_post_is_reported_and_passed_over() {
    let desk = Desk::with_corpus();
    desk.write("corpus/_posts/empty.md", " \n");
    desk.write(
        "corpus/lines.jsonl",
        "{\"id\":\"a\",\"title\":\"云汐租赁扩产\"}\n[1]\n{\"id\":\"b\",\"body\":\"海潮\"}\n",
    );
    let run = desk
        .run("index corpus")
        .succeeds()
        .tells("2 could not be read");
    let skipped: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with("skipped "))
        .collect();
    assert_eq!(skipped.len(), 2, "{run:#?}");
    assert!(
        skipped.iter().any(|line| line.contains("empty.md: ")),
        "{run:#?}"
    );
    assert!(
        skipped.iter().any(|line| line.contains("lines.jsonl:2: ")),
        "{run:#?}"
    );
    assert_eq!(desk.titles("扩产"), ["云汐租赁扩产"]);
    assert_eq!(desk.run("stats --json").json_lines()[0]["documents"], 6);
}

#[test]
fn strict_remembers_what_could_not_be_read() {
    let desk = Desk::with_corpus();
    desk.run("index corpus --strict").succeeds();
    desk.write("corpus/_posts/empty.md", "");
    desk.run("index corpus --strict")
        .ends_with(2)
        .tells("skipped ")
        .tells("empty.md");
    assert_eq!(desk.titles("云汐租赁"), [BOND_TITLE]);
}

#[test]
fn quiet_tells_only_what_could_not_be_read() {
    let desk = Desk::with_corpus();
    desk.write("corpus/_posts/empty.md", "");
    let run = desk.run("index corpus --quiet").succeeds();
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
    assert!(run.stderr.starts_with("skipped "), "{run:#?}");
}

#[test]
fn what_is_too_large_is_passed_over() {
    let desk = Desk::with_corpus();
    let (path, post) = posts::numbered(7, "云汐租赁扩产", &"云汐租赁扩产。".repeat(200));
    desk.write(&path, post);
    desk.run("index corpus --max-size 2k")
        .succeeds()
        .tells("more than the 2048 allowed");
    desk.run("query 扩产").ends_with(1);
    desk.run("index corpus --max-size 1MiB").succeeds();
    assert_eq!(desk.titles("扩产"), ["云汐租赁扩产"]);
}

#[test]
fn paths_of_which_none_is_there_are_a_mistake() {
    let desk = Desk::with_index();
    let run = desk.run("index corpsu nowhere --rebuild").ends_with(2);
    assert_eq!(
        run.stderr,
        "error: no such file or folder: corpsu, nowhere\n"
    );
    assert_eq!(desk.titles("云汐租赁"), [BOND_TITLE]);
    // The others are read.
    desk.remove(&format!("corpus/{BOND_PATH}"));
    desk.run("index corpsu corpus --prune")
        .ends_with(2)
        .tells("skipped corpsu: ")
        .tells("1 deleted");
}

/// A device may give bytes without end.
#[test]
fn a_device_is_refused() {
    let desk = Desk::with_index();
    for device in ["/dev/null", "/dev/zero"] {
        desk.run(&format!("index {device} corpus"))
            .ends_with(2)
            .tells(&format!("skipped {device}: is a device, not a file"));
    }
}

/// However it is spelt, a file is one file: nothing is read twice, and all of it can go.
#[test]
fn a_folder_under_another_name_is_the_same_folder() {
    let desk = Desk::with_corpus();
    std::os::unix::fs::symlink(desk.path("corpus"), desk.path("link")).expect("a link");
    desk.run("index corpus").succeeds().tells("4 new");
    let absolute = desk.path("corpus/../corpus");
    for spelt in [
        "./corpus",
        "corpus/_posts/../../corpus",
        "link",
        absolute.to_str().expect("text"),
    ] {
        desk.run(&format!("index {spelt}"))
            .succeeds()
            .tells("nothing changed in 4 files");
        desk.run("check").prints("from 4 files");
    }
    desk.remove(&format!("corpus/{BOND_PATH}"));
    let run = desk.run("index link --prune").succeeds();
    assert_eq!(run.counted("deleted"), 1, "{run:#?}");
}

/// What ends a run says what stays of it.
#[test]
fn an_interrupted_run_says_what_was_committed() {
    for (signal, code, name) in [("INT", 130, "interrupted"), ("TERM", 143, "terminated")] {
        let desk = Desk::with_index();
        let lines = (0..100)
            .map(|number| format!("{{\"id\":\"{number}\",\"title\":\"云汐第{number}号\"}}\n"));
        desk.write("lines.jsonl", lines.collect::<String>());
        // The run waits for lines that never come, after the first 64 of the others were committed.
        let script = |options: &str, wait: &str| {
            format!(
                "mkfifo pipe; $0 index lines.jsonl pipe --commit-every 0 {options} & \
                 exec 9>pipe; {wait}; kill -{signal} $!; wait $!; code=$?; rm pipe; exit $code"
            )
        };
        desk.run_script(&script("--rebuild", "true"))
            .ends_with(code)
            .tells(&format!("{name}: the index is as it was before"));
        assert_eq!(desk.titles("云汐租赁"), [BOND_TITLE]);
        let wait = "for i in $(seq 300); do $0 stats --json | grep -q '\"documents\":68' && break; sleep .1; done";
        desk.run_script(&script("", wait))
            .ends_with(code)
            .tells(&format!(
                "{name}: committed so far: 64 new; the next run does the rest"
            ));
        let run = desk.run("index lines.jsonl").succeeds();
        assert_eq!(
            (run.counted("new"), run.counted("unchanged")),
            (36, 64),
            "{run:#?}"
        );
    }
}

#[test]
fn lines_come_from_standard_input() {
    let desk = Desk::empty();
    let lines = "{\"id\":\"线-1\",\"title\":\"云汐租赁扩产\",\"body\":\"规模 <20Mbps 不变。\",\"date\":\"2022-03-01\",\"extra\":1}\n";
    desk.run_with_input("index -", lines)
        .succeeds()
        .tells(": 1 new");
    let hits = desk.hits("扩产");
    assert_eq!(hits[0]["id"], "线-1");
    assert_eq!(hits[0]["date"], "2022-03-01");
    assert_eq!(hits[0]["snippets"][0]["text"], "规模 <20Mbps 不变。");
}

#[test]
fn a_gbk_post_is_read_as_text() {
    let desk = Desk::empty();
    let (bytes, _, lossy) = encoding_rs::GBK.encode(BOND);
    assert!(!lossy);
    desk.write(&format!("corpus/{BOND_PATH}"), &bytes[..]);
    desk.run("index corpus").succeeds();
    let hits = desk.hits("\"首单绿色债券\"");
    assert_eq!(text(&hits[0]["title"]), BOND_TITLE);
    assert_eq!(hits[0]["source"], "海潮社");
}

#[test]
fn rebuild_touches_only_files_of_an_index() {
    let desk = Desk::with_corpus();
    desk.write("index/README.md", "about this folder");
    desk.run("index corpus").succeeds();
    desk.write("index/notes.txt", "kept");
    desk.write("index/segments/notes.txt", "kept");
    desk.remove(&format!("corpus/{BOND_PATH}"));
    desk.run("index corpus --rebuild --quiet");
    assert_eq!(desk.read("index/README.md"), "about this folder");
    assert_eq!(desk.read("index/notes.txt"), "kept");
    assert_eq!(desk.read("index/segments/notes.txt"), "kept");
}

#[test]
fn rebuild_starts_over() {
    let desk = Desk::with_corpus();
    desk.write("index/README.md", "about this folder");
    desk.run("index corpus").succeeds();
    desk.remove(&format!("corpus/{BOND_PATH}"));
    desk.run("index corpus --rebuild")
        .succeeds()
        .tells(": 3 new");
    desk.run("query 云汐租赁").ends_with(1);
    assert_eq!(desk.titles("净利"), [PROFIT_TITLE]);
    assert_eq!(desk.read("index/README.md"), "about this folder");
}

#[test]
fn a_folder_that_is_no_index_is_refused() {
    let desk = Desk::with_corpus();
    desk.write("photos/holiday.jpg", "a picture");
    for command in [
        "index corpus --index photos",
        "index corpus --index photos --rebuild",
    ] {
        desk.run(command)
            .ends_with(2)
            .tells("error: photos is not empty and holds no index");
    }
    let names: Vec<_> = fs::read_dir(desk.path("photos"))
        .expect("a folder")
        .flatten()
        .map(|e| e.file_name())
        .collect();
    assert_eq!(names, ["holiday.jpg"]);
}

#[test]
fn the_words_of_a_dictionary_are_kept_with_the_index() {
    let desk = Desk::with_corpus();
    desk.write("words.txt", "云汐租赁 1000 nt\n");
    desk.run("index corpus --dict words.txt").succeeds();
    desk.run("index corpus --dict words.txt")
        .succeeds()
        .tells("nothing changed");
    desk.run("index corpus").succeeds().tells("nothing changed");
    desk.write("words.txt", "青禾股份\n");
    desk.run("index corpus --dict words.txt --rebuild")
        .succeeds();
    desk.write("words.txt", "云汐租赁 many\n");
    desk.run("index corpus --dict words.txt")
        .ends_with(2)
        .tells("error: words.txt: ");
    desk.run("index corpus --dict nowhere.txt")
        .ends_with(2)
        .tells("error: nowhere.txt: ");
}

/// As an index that is made with them: the same hits, with the same scores, in the same order.
#[test]
fn other_words_cut_those_articles_anew_that_hold_one_of_them() {
    let desk = Desk::with_sample();
    let queries = [
        "青垣租赁",
        "绿色金融债券",
        "华屿银行 票面利率",
        "融资租赁公司",
        "\"融资租赁\"",
        "title:储能电站",
        "募集资金 -光伏",
        "信托公司*",
        "ETF 费率",
        "转板申请获受理",
        "公司",
    ];
    let answers = |index: &str| -> Vec<String> {
        let answer = |query: &&str| {
            let how = [
                "query", "--json", "--all", "--limit", "200", "--index", index,
            ];
            desk.run_args(&[&how[..], &["--", query]].concat()).stdout
        };
        queries.iter().map(answer).collect()
    };
    desk.run("index corpus").succeeds();
    let words = [
        "青垣租赁\n绿色金融债券 90000\n融资租赁公司\nETF费率\n",
        "绿色金融债券 3\n公司债券\n票面利率\n公司 20000000\n",
        "",
    ];
    for words in words {
        let before = answers("index");
        desk.write("words.txt", words);
        desk.run("index corpus --dict words.txt")
            .succeeds()
            .tells(" cut anew for ")
            .tells("nothing changed");
        desk.run("index corpus --dict words.txt --rebuild --index anew")
            .succeeds();
        assert_ne!(answers("index"), before, "{words}");
        assert_eq!(answers("index"), answers("anew"), "{words}");
        desk.run("check")
            .succeeds()
            .prints(", and cut as jieba-rs cuts them");
    }
    let run = desk.run("index corpus --dict words.txt").succeeds();
    assert!(!run.stderr.contains("cut anew"), "{run:?}");
    desk.write("words.txt", "此词无处可寻\n");
    desk.run("index corpus --dict words.txt")
        .succeeds()
        .tells("0 articles cut anew for 1 changed word");
}

/// A word is found by itself, not by its characters: `海潮` of the user's own 云海潮汐 is none.
#[test]
fn the_words_of_a_dictionary_win() {
    let desk = Desk::empty();
    let (path, post) = posts::numbered(1, "一则消息", "旗下云海潮汐平台上线。");
    desk.write(&path, post);
    desk.run("index corpus --index plain").succeeds();
    desk.write("words.txt", "云海潮汐 100000\n");
    desk.run("index corpus --index own --dict words.txt")
        .succeeds();
    let score = |dir: &str| desk.hits(&format!("云海潮汐 --index {dir}"))[0]["score"].as_f64();
    assert_ne!(score("plain"), score("own"), "one word instead of several");
}
