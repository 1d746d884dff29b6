//! The formats of real archives, row by row, on examples about companies that do not exist.

mod archives;
mod body;
mod cases;
mod forms;
mod header;
mod notes;
mod pages;
mod pathologies;
mod reading;
mod real;

use std::path::Path;

use super::{Article, Mapping, Parsed, Problem, ReadOptions, Select, document, walk};

/// Reads a post of the given name.
#[track_caller]
fn article(name: &str, post: &str) -> Article {
    match read(name, post.as_bytes()) {
        Ok(article) => article,
        Err(problem) => panic!("{name}: {problem}"),
    }
}

fn read(name: &str, post: &[u8]) -> Result<Article, Problem> {
    document::read(post, Path::new(name)).map(|reading| reading.article)
}

/// Reads a post of a medium with this body.
#[track_caller]
fn with_body(body: &str) -> Article {
    article(
        "2022-02-09-NW202202091234567890.md",
        &format!(
            "---\nlayout: post\ntitle: \"云帆科技发布年报\"\ndate: 2022-02-09 16:43:43 +0800\n\
             categories: xingchenribao\ntags: 星辰日报新闻\n---\n{body}\n\n\
             <http://finews.example/NewsShare.html?infoCode=NW202202091234567890>\n\n\
             [返回星辰日报新闻](//finews.example/category/xingchenribao.html)｜[返回首页](//finews.example/)"
        ),
    )
}

/// Reads a note with a title and this body.
#[track_caller]
fn note(body: &str) -> Article {
    article("x.md", &format!("---\ntitle: 题\n---\n{body}"))
}

/// Checks the text of a note with this body.
#[track_caller]
fn check_note(body: &str, expected: &str) {
    assert_eq!(lines(&note(body)), expected, "{body}");
}

/// The text of an article, a line a paragraph, headings marked with `#`.
fn lines(article: &Article) -> String {
    let mark = |heading| if heading { "#" } else { "" };
    let lines = article
        .body
        .iter()
        .map(|p| format!("{}{}", mark(p.heading), p.text));
    lines.collect::<Vec<_>>().join("\n")
}

/// The securities of an article, as `SZ002752 云帆科技 3`.
fn stocks(article: &Article) -> Vec<String> {
    let line = |stock: &super::Stock| {
        let key = stock.key().unwrap_or_default();
        format!("{key} {} {}", stock.name, stock.strength)
    };
    article.stocks.iter().map(line).collect()
}

/// All articles of a file.
fn articles_of(path: &Path) -> Vec<Article> {
    let mut articles = Vec::new();
    let mapping = Mapping::default();
    for file in walk(&[path.to_path_buf()], &Select::default()) {
        let file = file.expect("can be found");
        for record in file
            .records(&ReadOptions::default())
            .expect("can be opened")
        {
            match record.and_then(|record| record.parse(&mapping)) {
                Ok(Parsed::Article(reading)) => articles.push(reading.article),
                other => panic!("{other:?}"),
            }
        }
    }
    articles
}
