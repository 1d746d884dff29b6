//! Paths → records, and what is wrong with them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::corpus::{
    Format, Mapping, Parsed, Problem, ReadError, ReadOptions, Record, Select, SourceFile, walk,
};

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

/// What a walk finds, relative to the folder.
fn names(folder: &TempDir, paths: &[PathBuf]) -> Vec<String> {
    let name = |found: Result<SourceFile, ReadError>| match found {
        Ok(file) => {
            let path = file.path.strip_prefix(folder).unwrap_or(&file.path);
            format!("{:?} {}", file.format, path.display())
        }
        Err(error) => error.problem.to_string(),
    };
    walk(paths, &Select::default()).map(name).collect()
}

fn records(path: &Path, max_size: u64) -> Vec<Result<Record, ReadError>> {
    let path = path.to_path_buf();
    let file = SourceFile {
        format: if path.extension().is_some_and(|e| e == "md") {
            Format::Post
        } else {
            Format::Lines
        },
        path,
    };
    match file.records(&ReadOptions { max_size }) {
        Ok(records) => records.collect(),
        Err(error) => vec![Err(error)],
    }
}

/// The titles of the records, or what is wrong.
fn titles(path: &Path, max_size: u64) -> Vec<String> {
    let title = |record: Result<Record, ReadError>| match record
        .and_then(|record| record.parse(&Mapping::default()))
    {
        Ok(Parsed::Article(reading)) => reading.article.title,
        Ok(Parsed::Records(records)) => format!("{} records", records.len()),
        Err(error) => {
            let line = error.line.map_or(String::new(), |line| format!("{line}: "));
            format!("{line}{}", error.problem)
        }
    };
    records(path, max_size).into_iter().map(title).collect()
}

#[test]
fn a_folder_is_walked_by_name() {
    let folder = folder(&[
        ("b.md", b"x"),
        ("a/c.HTML", b"x"),
        ("a/b.jsonl.gz", b"x"),
        ("a/b.JSONL", b"x"),
        ("a/b.jsonl.zst", b"x"),
        ("a/d.gz", b"x"),
        ("a/e.pdf", b"x"),
        ("a/README.zh.md", b"x"),
        ("a/.hidden.md", b"x"),
        (".git/x.md", b"x"),
        ("c.txt", b"x"),
        ("c.markdown", b"x"),
        ("c.htm", b"x"),
    ]);
    let found = names(&folder, &[folder.path().to_path_buf()]);
    let expected = [
        "Lines a/b.JSONL",
        "Lines a/b.jsonl.gz",
        "Lines a/b.jsonl.zst",
        "Post a/c.HTML",
        "Post b.md",
        "Post c.htm",
        "Post c.markdown",
        "Post c.txt",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_named_file_is_always_taken() {
    let folder = folder(&[
        ("README.md", b"x"),
        (".a", b" {\"title\": 1}"),
        ("b", b"\xEF\xBB\xBF{}"),
        ("c", b"\x1F\x8B\x08"),
        ("d", b"---\n"),
        ("e", b""),
    ]);
    let paths = ["-", "e", "README.md", ".a", "b", "c", "d", "none"].map(|name| match name {
        "-" => PathBuf::from(name),
        _ => folder.path().join(name),
    });
    let found = names(&folder, &paths);
    let (last, found) = found.split_last().expect("some");
    let expected = [
        "Lines -",
        "Post e",
        "Post README.md",
        "Lines .a",
        "Lines b",
        "Lines c",
        "Post d",
    ];
    assert_eq!(found, expected);
    assert!(last.starts_with("cannot be read"), "{last}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_when_named() {
    let folder = folder(&[("a/a.md", b"x")]);
    let link = folder.path().join("b");
    std::os::unix::fs::symlink(folder.path().join("a"), &link).expect("a link");
    std::os::unix::fs::symlink(folder.path().join("a/a.md"), folder.path().join("c.md"))
        .expect("a link");
    assert_eq!(
        names(&folder, &[folder.path().to_path_buf()]),
        ["Post a/a.md"]
    );
    assert_eq!(names(&folder, &[link]), ["Post b/a.md"]);
    assert_eq!(names(&folder, &[folder.path().join("c.md")]), ["Post c.md"]);
}

#[test]
fn lines_are_read_one_by_one() {
    let folder = folder(&[(
        "a.jsonl",
        "\u{FEFF}{\"title\":\"甲\"}\r\n\n  \n{\"title\":\"乙\"}\nnot json\n[\"a\"]\n{}\n{\"body\":\"丙\"}".as_bytes(),
    )]);
    let path = folder.path().join("a.jsonl");
    let found = titles(&path, 1000);
    assert_eq!(found[..2], ["甲", "乙"]);
    assert!(
        found[2].starts_with("5: is not a JSON object"),
        "{}",
        found[2]
    );
    assert!(
        found[3].starts_with("6: is not a JSON object"),
        "{}",
        found[3]
    );
    assert_eq!(found[4..], ["7: has neither a title nor text", "丙"]);
    let lines: Vec<_> = records(&path, 1000)
        .into_iter()
        .map(|record| record.map(|r| r.line()))
        .collect();
    assert!(matches!(lines[0], Ok(Some(1))) && matches!(lines[1], Ok(Some(4))));
}

#[test]
fn a_line_that_is_too_large_is_passed_over() {
    let large = format!(
        "{{\"title\":\"甲\"}}\n{{\"title\":\"{}\"}}\n{{\"title\":\"乙\"}}\n",
        "长".repeat(100_000)
    );
    let folder = folder(&[("a.jsonl", large.as_bytes())]);
    let path = folder.path().join("a.jsonl");
    let found = titles(&path, 100);
    assert_eq!(
        found,
        ["甲", "2: has 300012 bytes, more than the 100 allowed", "乙"]
    );
    assert_eq!(titles(&path, 300_012).len(), 3);
    assert!(titles(&path, 300_012)[1].starts_with('长'));
}

#[test]
fn a_post_that_is_too_large_is_an_error() {
    let folder = folder(&[("a.md", b"0123456789"), ("b.md", b" \n"), ("c.md", b"")]);
    assert_eq!(
        titles(&folder.path().join("a.md"), 9),
        ["has 10 bytes, more than the 9 allowed"]
    );
    assert_eq!(titles(&folder.path().join("a.md"), 10), ["0123456789"]);
    assert_eq!(titles(&folder.path().join("b.md"), 10), ["is empty"]);
    assert_eq!(titles(&folder.path().join("c.md"), 10), ["is empty"]);
}

#[test]
fn compressed_lines_are_read() {
    let lines = "{\"title\":\"甲\"}\n{\"title\":\"乙\"}\n".as_bytes();
    let (gz, zst) = (gzip(lines), zstd::encode_all(lines, 3).expect("compresses"));
    let folder = folder(&[
        ("a.jsonl.gz", &gz),
        ("b.jsonl.gz", &[&gz[..], &gz].concat()),
        ("c.jsonl.zst", &zst),
        ("d.jsonl.zst", &[&zst[..], &zst].concat()),
        ("e.jsonl", &zst),
    ]);
    for (name, copies) in [
        ("a.jsonl.gz", 1),
        ("b.jsonl.gz", 2),
        ("c.jsonl.zst", 1),
        ("d.jsonl.zst", 2),
        ("e.jsonl", 1),
    ] {
        assert_eq!(
            titles(&folder.path().join(name), 1000),
            ["甲", "乙"].repeat(copies),
            "{name}"
        );
    }
}

#[test]
fn a_broken_stream_gives_what_comes_before_and_one_error() {
    let lines: String = (0..20_000)
        .map(|i| format!("{{\"title\":\"第{}条\"}}\n", i * 7919 % 20_011))
        .collect();
    let (gz, zst) = (
        gzip(lines.as_bytes()),
        zstd::encode_all(lines.as_bytes(), 3).expect("compresses"),
    );
    let folder = folder(&[
        ("a.jsonl.gz", &gz[..gz.len() - 1000]),
        ("b.jsonl.zst", &zst[..zst.len() - 1000]),
        ("c.jsonl.gz", b"no gzip"),
        ("d.jsonl.zst", b"no Zstandard"),
    ]);
    for (name, is_some) in [
        ("a.jsonl.gz", true),
        ("b.jsonl.zst", true),
        ("c.jsonl.gz", false),
        ("d.jsonl.zst", false),
    ] {
        let mut found = records(&folder.path().join(name), 1000);
        let last = found.pop().expect("an error").expect_err("an error");
        assert!(
            matches!(last.problem, Problem::Decompress(_)),
            "{name}: {last}"
        );
        assert!(found.iter().all(Result::is_ok));
        assert_eq!(!found.is_empty(), is_some, "{name}");
    }
}

#[test]
fn equal_records_have_equal_hashes() {
    let folder = folder(&[("a.jsonl", b"{\"title\":1}\n{\"title\":2}\n{\"title\":1}\n")]);
    let records = records(&folder.path().join("a.jsonl"), 1000);
    let hashes: Vec<_> = records.iter().flatten().map(Record::hash).collect();
    assert_eq!(hashes[0], hashes[2]);
    assert_ne!(hashes[0], hashes[1]);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("compresses");
    encoder.finish().expect("compresses")
}
