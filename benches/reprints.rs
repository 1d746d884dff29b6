//! Does the grouping of reprints agree with a reader, and what does it cost?
//!
//! Builds an index of all texts of `NEWSEARCH_DATA/corpus` (in `NEWSEARCH_INDEX`, where it stays for
//! the next time, or in a temporary folder) and compares its groups with the pairs of articles that
//! were judged by reading (`tests/fixtures/reprints`): precision and recall of the pairs that are in
//! one group, and F1. Thresholds were chosen by the half `tune`; `check` is what they are worth.
//! Ends with a failure where F1 of the first strata, drawn before there was any grouping, is below
//! [`LEAST_F1`] in a half.

mod measure;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::process::ExitCode;

use newsearch::{
    Index, IndexOptions, Key, Node, Page, Query, Searcher, SnippetOptions, UpdateOptions,
};

/// The stratum that was drawn from what a first grouping might get wrong.
const AGAINST_US: &str = "near-threshold";
const LEAST_F1: f64 = 0.95;

/// A judged pair of articles.
struct Pair {
    ids: [String; 2],
    is_reprint: bool,
    is_sure: bool,
    stratum: String,
    half: String,
}

/// Pairs by what was judged and what was found.
#[derive(Default, Clone, Copy)]
struct Counts {
    right: u32,
    wrong: u32,
    missed: u32,
    apart: u32,
}

fn main() -> ExitCode {
    let Some(data) = measure::data() else {
        return ExitCode::SUCCESS;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = std::env::var_os("NEWSEARCH_INDEX");
    let index = open(path.as_deref().map_or(folder.path(), Path::new), &data);
    let searcher = index.searcher();
    let pairs: Vec<(Pair, bool)> = pairs()
        .into_iter()
        .map(|pair| {
            let found = others(&searcher, &pair.ids[0]).contains(&pair.ids[1]);
            (pair, found)
        })
        .collect();
    println!("| pairs | half | number | precision | recall | F1 |\n|---|---|---|---|---|---|");
    let mut is_good = true;
    for half in ["tune", "check"] {
        let of = |choose: &dyn Fn(&Pair) -> bool| {
            let chosen = pairs
                .iter()
                .filter(|(pair, _)| pair.half == half && choose(pair));
            chosen.fold(Counts::default(), |counts, (pair, found)| {
                counts.and(pair.is_reprint, *found)
            })
        };
        let drawn_before = of(&|pair| pair.stratum != AGAINST_US);
        print("drawn before", half, drawn_before);
        print(
            "drawn before, sure",
            half,
            of(&|pair| pair.stratum != AGAINST_US && pair.is_sure),
        );
        print(
            "near the threshold",
            half,
            of(&|pair| pair.stratum == AGAINST_US),
        );
        print("all", half, of(&|_| true));
        print("all, sure", half, of(&|pair| pair.is_sure));
        is_good &= drawn_before.f1() >= LEAST_F1;
    }
    print_strata(&pairs);
    if is_good {
        ExitCode::SUCCESS
    } else {
        eprintln!("F1 is below {LEAST_F1}");
        ExitCode::FAILURE
    }
}

fn open(path: &Path, data: &Path) -> Index {
    let index = Index::open_or_create(path, IndexOptions::new()).expect("an index");
    if index.searcher().documents() == 0 {
        let paths = [data.join("corpus")];
        let report = index.update(&paths, &UpdateOptions::default(), |_| {});
        report.expect("an index");
    }
    index
}

fn pairs() -> Vec<Pair> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reprints/pairs.tsv");
    let lines = measure::lines(&path).skip(1);
    let pairs = lines.map(|line| {
        let columns: Vec<String> = line.split('\t').map(String::from).collect();
        let [a, b, verdict, certainty, stratum, half] = columns.try_into().expect("six columns");
        Pair {
            ids: [a, b],
            is_reprint: verdict == "reprint",
            is_sure: certainty == "sure",
            stratum,
            half,
        }
    });
    pairs.collect()
}

/// The other articles of the story that this one tells.
fn others(searcher: &Searcher, id: &str) -> HashSet<String> {
    let query = Query::default().and(Node::Is(Key::Id, id.into()));
    let page = Page {
        group: true,
        snippets: SnippetOptions {
            count: 0,
            ..SnippetOptions::default()
        },
        ..Page::first(1)
    };
    let mut hits = searcher.search(&query, &page).expect("an answer");
    let hit = hits
        .next()
        .unwrap_or_else(|| panic!("{id} is not in the index"));
    let also = hit.expect("an article").also;
    also.into_iter().map(|reprint| reprint.id).collect()
}

impl Counts {
    fn and(mut self, is_reprint: bool, found: bool) -> Counts {
        *match (is_reprint, found) {
            (true, true) => &mut self.right,
            (false, true) => &mut self.wrong,
            (true, false) => &mut self.missed,
            (false, false) => &mut self.apart,
        } += 1;
        self
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.missed)
    }

    fn f1(self) -> f64 {
        f64::from(2 * self.right) / f64::from(2 * self.right + self.wrong + self.missed)
    }
}

fn print(name: &str, half: &str, counts: Counts) {
    let number = counts.right + counts.wrong + counts.missed + counts.apart;
    let [precision, recall, f1] = [counts.precision(), counts.recall(), counts.f1()];
    println!("| {name} | {half} | {number} | {precision:.3} | {recall:.3} | {f1:.3} |");
}

fn print_strata(pairs: &[(Pair, bool)]) {
    let mut strata: BTreeMap<&str, Counts> = BTreeMap::new();
    for (pair, found) in pairs {
        let counts = strata.entry(&pair.stratum).or_default();
        *counts = counts.and(pair.is_reprint, *found);
    }
    println!("\n| stratum | right | wrong | missed | rightly apart |\n|---|---|---|---|---|");
    for (stratum, counts) in strata {
        let Counts {
            right,
            wrong,
            missed,
            apart,
        } = counts;
        println!("| {stratum} | {right} | {wrong} | {missed} | {apart} |");
    }
}
