//! What an index holds, seen from outside, and the program that writes it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use newsearch::{Index, Page, Query};

use crate::archive::{self, Item};

/// The articles of an index by number, with their versions.
pub type State = BTreeMap<usize, u32>;

/// Queries whose answers are compared.
pub const QUERIES: [&str; 8] = [
    "绿色债券",
    "海潮银行 存款利率",
    "\"规模123\"",
    "\"在建工程获批发行\"",
    "云汐租赁 -储能项目",
    "青禾股份 AND 再创新高",
    "since:2022-03-05 until:2022-03-07 募集资金",
    "华屿*",
];

/// The articles that should be there.
pub fn state_of(items: impl IntoIterator<Item = Item>) -> State {
    items
        .into_iter()
        .map(|item| (item.number, item.version))
        .collect()
}

/// The articles that the index in `dir` holds, each read whole.
pub fn state(dir: &Path) -> State {
    let index = Index::open(dir).unwrap();
    let searcher = index.searcher();
    let mut page = Page::first(1_000_000);
    page.snippets.count = 0;
    let hits = searcher.search(&Query::parse("since:2022"), &page).unwrap();
    let mut state = State::new();
    for hit in hits {
        let article = hit.unwrap().article;
        let item = archive::item_of_title(&article.title);
        assert_eq!(article.id, archive::id(item.number));
        assert_eq!(article.title, archive::title(item));
        assert!(
            state.insert(item.number, item.version).is_none(),
            "{item:?} twice"
        );
    }
    assert_eq!(searcher.documents(), state.len() as u64);
    state
}

/// The ids that each of the queries finds, sorted: scores are another test's.
pub fn answers(dir: &Path) -> Vec<Vec<String>> {
    let index = Index::open(dir).unwrap();
    let searcher = index.searcher();
    let ids = |query: &&str| {
        let mut ids = searcher.ids(&Query::parse(query)).unwrap();
        ids.sort();
        ids
    };
    QUERIES.iter().map(ids).collect()
}

/// The best hits of each of the queries, with their scores.
pub fn rankings(dir: &Path) -> Vec<Vec<(String, f32)>> {
    let index = Index::open(dir).unwrap();
    let searcher = index.searcher();
    let best = |query: &&str| {
        let hits = searcher
            .search(&Query::parse(query), &Page::first(20))
            .unwrap();
        hits.map(|hit| hit.unwrap())
            .map(|hit| (hit.article.id, hit.score))
            .collect()
    };
    QUERIES.iter().map(best).collect()
}

/// Fails with its faults where an index is not sound.
#[track_caller]
pub fn assert_sound(dir: &Path) {
    let check = Index::check(dir).unwrap();
    let faults: Vec<String> = check.faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The program, untouched by the environment.
pub fn newsearch() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newsearch"));
    command.env_remove("NEWSEARCH_INDEX").stdin(Stdio::null());
    command
}

/// `newsearch index` of an archive, committing every so many seconds.
pub fn indexing(archive: &Path, index: &Path, commit_every: f64, more: &[&str]) -> Command {
    let mut command = newsearch();
    command.arg("index").arg(archive).arg("--index").arg(index);
    command
        .args(["--commit-every", &commit_every.to_string()])
        .args(more);
    command
}

/// Runs the program to its end, which must be a good one; returns what it told.
#[track_caller]
pub fn succeed(mut command: Command) -> String {
    let output = command.output().unwrap();
    let told = told(&output);
    assert!(output.status.success(), "{}: {told}", output.status);
    told
}

/// What a run told on standard error.
pub fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The number before `what` in the summary of a run; 0 where it is not named.
pub fn counted(told: &str, what: &str) -> usize {
    let (before, _) = told.split_once(&format!(" {what}")).unwrap_or_default();
    let number = before.rsplit(' ').next().unwrap_or_default();
    number.replace(',', "").parse().unwrap_or(0)
}
