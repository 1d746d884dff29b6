//! Which files of an archive are read, and what is said of the others.

use crate::desk::Desk;

fn post(title: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2024-01-03\n---\n{title}的正文。\n")
}

#[test]
fn kinds_that_are_passed_over_are_counted() {
    let desk = Desk::empty();
    desk.write("in/a.md", post("澜汐甲"));
    for name in [
        "b.pdf",
        "c.PDF",
        "d.docx",
        "e/f.png",
        "g",
        ".hidden.pdf",
        "README.md",
    ] {
        desk.write(&format!("in/{name}"), "x");
    }
    desk.run("index --strict in")
        .succeeds()
        .tells("1 new; passed over: 5 files of other kinds: .pdf (none) .docx .png\n");
    desk.run("index in")
        .succeeds()
        .tells("nothing changed in 1 file")
        .tells("5 files of other kinds");
}

#[test]
fn a_named_file_of_a_kind_that_is_not_read_is_an_error() {
    let desk = Desk::empty();
    for (name, content) in [
        ("a.pdf", &b"%PDF-1.4 x"[..]),
        ("b.docx", b"PK\x03\x04x"),
        ("c.xml", b"<?xml version=\"1.0\"?><rss></rss>"),
        ("d", b"\x00\x01\x02"),
        ("e.rtf", b"{\\rtf1 x}"),
    ] {
        desk.write(name, content);
        let run = desk.run_args(&["index", name]).ends_with(2);
        assert!(
            run.stderr
                .contains(&format!("skipped {name}: files of this kind")),
            "{run:#?}"
        );
    }
    desk.write("f.text", "澜汐\n\n正文");
    desk.write(
        "g.xml",
        "<?xml version=\"1.0\"?><html><body><h1>澜汐页</h1><p>正文</p></body></html>",
    );
    desk.run("index f.text g.xml").succeeds();
    desk.run("index f.text a.pdf").ends_with(2);
    assert_eq!(desk.titles("正文").len(), 2);
}

#[test]
fn what_generators_make_and_gitignore_names_is_passed_over_unless_named() {
    let desk = Desk::empty();
    for (path, title) in [
        ("site/_posts/a.md", "澜汐甲"),
        ("site/_site/a.html", "澜汐乙"),
        ("site/_layouts/post.html", "澜汐丙"),
        ("site/sub/_includes/head.html", "澜汐丁"),
        ("site/node_modules/x/readme.md", "澜汐戊"),
        ("site/.obsidian/a.md", "澜汐己"),
        ("site/build/a.md", "澜汐庚"),
        ("site/notes/temp-1.md", "澜汐辛"),
        ("site/notes/temp-2.md", "澜汐壬"),
        ("site/notes/b.md", "澜汐癸"),
    ] {
        desk.write(path, post(title));
    }
    desk.write("site/.gitignore", "# made\n/build/\ntemp-*.md\n");
    desk.write("site/notes/.gitignore", "!temp-2.md\n");
    let run = desk.run("index site").succeeds().tells("6 excluded");
    assert_eq!(run.counted("new"), 3, "{run:#?}");
    assert_eq!(desk.titles("澜汐"), ["澜汐壬", "澜汐甲", "澜汐癸"]);
    desk.run("index site/build site/_site site/notes/temp-1.md")
        .succeeds();
    assert_eq!(desk.titles("澜汐").len(), 6);
}

#[test]
fn globs_choose_files() {
    let desk = Desk::empty();
    for (path, title) in [
        ("in/2023/a.md", "澜汐甲"),
        ("in/2024/b.md", "澜汐乙"),
        ("in/2024/c-draft.md", "澜汐丙"),
        ("in/2024/d.post", "澜汐丁"),
        ("in/2024/README.md", "澜汐戊"),
        ("in/old/2024/e.md", "澜汐己"),
    ] {
        desk.write(path, post(title));
    }
    for (args, titles, excluded) in [
        (
            "in --exclude *-draft.md --exclude old/",
            &["澜汐乙", "澜汐甲"][..],
            "2 excluded",
        ),
        (
            "in --include 2024/",
            &["澜汐丁", "澜汐丙", "澜汐乙", "澜汐己", "澜汐戊"],
            "1 excluded",
        ),
        (
            "in --include /2024/*.md --exclude README*",
            &["澜汐丙", "澜汐乙"],
            "4 excluded",
        ),
        (
            "in/2023/a.md in/2024/c-draft.md --exclude *-draft.md",
            &["澜汐甲"],
            "1 excluded",
        ),
    ] {
        let run = desk
            .run(&format!("index --rebuild {args}"))
            .succeeds()
            .tells(excluded);
        let mut expected = titles.to_vec();
        expected.sort_unstable();
        assert_eq!(desk.titles("澜汐"), expected, "{args} {run:#?}");
    }
    // What is no longer read is gone after a prune.
    desk.run("index --rebuild in").succeeds();
    desk.run("index in --exclude 2023 --prune")
        .succeeds()
        .tells("1 deleted");
    desk.run("index in --exclude a{b")
        .ends_with(2)
        .tells("--exclude");
}

#[cfg(unix)]
#[test]
fn links_are_followed_where_that_is_asked_for() {
    use std::os::unix::fs::symlink;

    let desk = Desk::empty();
    desk.write("in/a.md", post("澜汐甲"));
    desk.write("else/b.md", post("澜汐乙"));
    symlink(desk.path("else"), desk.path("in/link")).expect("a link");
    symlink(desk.path("else/b.md"), desk.path("in/c.md")).expect("a link");
    desk.run("index in")
        .succeeds()
        .tells("2 links not followed");
    assert_eq!(desk.titles("澜汐"), ["澜汐甲"]);
    let run = desk.run("index in --follow").succeeds();
    assert_eq!(
        (run.counted("new"), run.counted("merged")),
        (1, 1),
        "{run:#?}"
    );
    symlink(desk.path("in"), desk.path("in/loop")).expect("a link");
    desk.run("index in --follow")
        .succeeds()
        .tells("it is a link to a folder that it is in");
}
