//! What only real articles can show. These tests need the folder that `NEWSEARCH_DATA` names.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{articles_of, lines, with_body};
use crate::corpus::Article;

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("NEWSEARCH_DATA").map(PathBuf::from);
    if data.is_none() {
        eprintln!("skipped: NEWSEARCH_DATA does not name the folder of real data");
    }
    data
}

/// No tag, no attribute, nothing of what stands under each text.
#[track_caller]
fn check_is_clean(article: &Article) {
    let text = format!("{}\n{}", article.body_text(), article.digest);
    for rest in [
        "返回首页",
        "K图",
        "文章来源",
        "dfcfw",
        "</p>",
        "display:none",
        "data-code",
        "&nbsp;",
        "<!--",
        "<br",
        "href=",
        "\u{200B}",
        "&lt;",
        "&amp;",
    ] {
        assert!(!text.contains(rest), "{rest} in {}:\n{text}", article.id);
    }
    for paragraph in &article.body {
        let text = &paragraph.text;
        assert_eq!(text.trim(), text);
        assert!(
            !text.is_empty() && !text.contains(['\n', '\u{3000}', '\t']) && !text.contains("  ")
        );
    }
}

#[test]
fn the_seeds_read_perfectly() {
    let Some(data) = data() else { return };
    let seeds = articles_of(&data.join("seeds"));
    assert_eq!(seeds.len(), SEEDS.len());
    for (article, (expected, charts)) in seeds.iter().zip(SEEDS) {
        check_is_clean(article);
        let source = &article.source;
        let published = article.published.expect("a date");
        let facts = format!("{}\n{published}\n{source}", article.id);
        assert_eq!(&blake3::hash(facts.as_bytes()).to_hex()[..16], expected);
        assert_eq!(article.tags, [format!("{source}新闻")]);
        assert_eq!(
            article
                .stocks
                .iter()
                .filter(|stock| stock.strength == 3)
                .count(),
            charts
        );
        assert!(!article.title.is_empty() && !article.title_derived);
    }
    let lengths = seeds
        .iter()
        .map(|article| article.body_text().chars().filter(|&c| c != '\n').count());
    assert_eq!(lengths.collect::<Vec<_>>(), SEED_LENGTHS);
    assert!(
        seeds[0]
            .body
            .iter()
            .any(|p| p.heading && p.text.chars().count() == 17)
    );
    assert!(!seeds[3].body_text().contains("(CIS)"));
}

/// Of each seed a hash of its id, date and source, which are not repeated here, and its charts.
const SEEDS: [(&str, usize); 5] = [
    ("b39d65766089124d", 0),
    ("ecc015e7f5e25f71", 2),
    ("04c61657b1926e02", 0),
    ("5f3517df7a9423bf", 0),
    ("65d43735aa8f4ea3", 0),
];

/// Characters of the clean text of the seeds, counted apart from this program.
const SEED_LENGTHS: [usize; 5] = [1845, 1623, 1790, 4812, 1584];

#[test]
fn real_html_leaves_no_markup() {
    let Some(data) = data() else { return };
    let bodies = bodies(&data);
    assert_eq!(bodies.len(), 378);
    for (_, html) in &bodies {
        let article = with_body(html);
        check_is_clean(&article);
        assert!(!article.body.is_empty());
    }
}

#[test]
fn the_linked_and_the_bare_copy_of_a_real_article_give_the_same_text() {
    let Some(data) = data() else { return };
    for (_, html) in bodies(&data) {
        let linked = with_body(&html);
        let bare = with_body(&without_links(&html));
        assert_eq!(lines(&linked), lines(&bare));
    }
}

/// Without spans and links, as the text field of the publisher has it.
fn without_links(html: &str) -> String {
    let mut bare = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("is closed") + 1;
        let tag = &rest[start..end];
        bare.push_str(&rest[..start]);
        let is_link = ["<a ", "</a>", "<span", "</span"]
            .iter()
            .any(|link| tag.starts_with(link));
        if !is_link || tag.contains("EmImageRemark") {
            bare.push_str(tag);
        }
        rest = &rest[end..];
    }
    bare + rest
}

fn bodies(data: &Path) -> Vec<(String, String)> {
    let file = std::fs::File::open(data.join("html/eastmoney_html.jsonl.zst")).expect("is there");
    let text = std::io::read_to_string(zstd::Decoder::new(file).expect("is Zstandard"));
    let parse =
        |line: &str| -> HashMap<String, String> { serde_json::from_str(line).expect("is JSON") };
    let lines = text.expect("can be read");
    let lines = lines.lines().map(parse);
    lines
        .map(|mut line| {
            (
                line.remove("id").expect("id"),
                line.remove("html").expect("html"),
            )
        })
        .collect()
}
