//! An index a year, or a month, behind one alias: equal answers, and nothing twice.

use std::fs;
use std::path::{Path, PathBuf};

use newsearch::{
    Cluster, ClusterRebuild, Index, IndexOptions, Searcher, Sort, Split, UpdateOptions,
};

use crate::compare::{compare, compare_counts, request};
use crate::server::Server;
use crate::{QUERIES, in_folder};

pub fn a_split_index_has_equal_answers(server: &Server) {
    the_sample_is_split(server);
    what_moves_is_there_once(server);
    what_a_kill_left_twice_is_there_once(server);
}

fn by(split: Split) -> IndexOptions {
    IndexOptions::new().split(split)
}

/// The ends of the names of the indexes behind an alias.
fn periods(server: &Server, name: &str) -> Vec<String> {
    let behind = server.get(&format!("/_alias/{name}"));
    let behind = behind.as_object().expect("indexes").keys();
    let mut periods: Vec<String> = behind
        .map(|index| {
            let behind = index.strip_prefix(name).expect("its name");
            let (_, period) = behind[1..].split_once('-').expect("a number and a period");
            period.to_owned()
        })
        .collect();
    periods.sort_unstable();
    periods
}

fn assert_sound(cluster: &Cluster) {
    let check = cluster.check().expect("a check");
    assert!(check.faults.is_empty(), "{check:?}");
}

fn the_sample_is_split(server: &Server) {
    let home = tempfile::tempdir().expect("a folder");
    let archive = [Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")];
    let here = in_folder(&home, &archive).searcher();
    let url = server.url();
    let options = UpdateOptions::default();
    let cluster = Cluster::open_or_create(&url, "split", &by(Split::Year)).expect("a cluster");
    let report = cluster.update(&archive, &options, |_| {});
    assert!(report.expect("an update").added.new > 100);
    let years = periods(server, "split");
    assert!(
        ["2021", "2022", "2023", "undated"]
            .iter()
            .all(|year| years.iter().any(|period| period == year)),
        "{years:?}"
    );
    assert_sound(&cluster);
    let again = cluster.update(&archive, &options, |_| {});
    assert!(again.expect("an update").nothing_changed());
    let queries = || QUERIES.lines().step_by(SOME);
    let there = searcher(&cluster);
    let compared = compare(&here, &there, queries());
    assert!(compared.differing * 100 <= compared.asked, "{compared:?}");
    compare_counts(&here, &there, queries());

    // An old year that is put aside: what is asked of others is answered in full.
    let of_a_year = request("绿色金融 date:2022", Sort::Relevance);
    let before = there.answer(&of_a_year).expect("an answer");
    assert!(before.total > 0);
    let old = "split-1-2021";
    let count = server.get(&format!("/{old}/_count"));
    let gone = count["count"].as_u64().expect("a number");
    assert!(gone > 0);
    let action = format!(r#"{{"actions":[{{"remove":{{"index":"{old}","alias":"split"}}}}]}}"#);
    server.post("/_aliases", &action);
    server.post(&format!("/{old}/_close"), "");
    let there = searcher(&cluster);
    assert_eq!(there.documents() + gone, here.documents());
    let after = there.answer(&of_a_year).expect("an answer");
    assert_eq!(after.total, before.total);
}

/// One in so many queries is asked of a split index.
const SOME: usize = 40;

fn searcher(cluster: &Cluster) -> Searcher {
    cluster.searcher().expect("a searcher")
}

/// Writes a file with articles of these dates.
fn write(folder: &Path, name: &str, dates: &[(u32, &str)]) {
    let lines = dates.iter().map(|(id, date)| {
        format!(
            r#"{{"id":"{id}","title":"云汐第{id}号","content":"港口吞吐量回升。","date":"{date}"}}"#
        )
    });
    let lines: Vec<String> = lines.collect();
    fs::write(folder.join(name), lines.join("\n")).expect("a file");
}

/// Articles whose dates change are in one period at a time.
fn what_moves_is_there_once(server: &Server) {
    let (home, folder) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let archive = [folder.path().to_path_buf()];
    let write = |name: &str, dates: &[(u32, &str)]| write(folder.path(), name, dates);
    write("a.jsonl", &[(1, "2022-03-01"), (2, "2022-03-02"), (3, "")]);
    let index = in_folder(&home, &archive);
    let cluster = Cluster::open_or_create(&server.url(), "moving", &by(Split::Year));
    let cluster = cluster.expect("a cluster");
    let mut steps: Vec<Box<dyn Fn()>> = vec![
        Box::new(|| {}),
        // To another year, to none, and from none.
        Box::new(|| write("a.jsonl", &[(1, "2019-12-31"), (2, ""), (3, "2022-05-05")])),
        // A second copy, and one article less.
        Box::new(|| write("b.jsonl", &[(1, "2023-01-01"), (4, "2018-01-01")])),
        Box::new(|| write("a.jsonl", &[(1, "2020-02-02"), (3, "2022-05-05")])),
        // Both copies at once.
        Box::new(|| {
            write("a.jsonl", &[(1, "2019-02-02"), (3, "2022-05-05")]);
            write("b.jsonl", &[(1, "2019-01-01"), (4, "2018-01-01")]);
        }),
        Box::new(|| write("a.jsonl", &[(3, "2022-05-05")])),
        Box::new(|| write("b.jsonl", &[(4, "2018-01-02")])),
        Box::new(|| fs::remove_file(folder.path().join("a.jsonl")).expect("a file")),
    ];
    for (number, step) in steps.drain(..).enumerate() {
        step();
        assert_equal(&index, &cluster, &archive, number);
    }
    assert_sound(&cluster);
    let years = periods(server, "moving");
    for year in ["2018", "2019", "2022", "undated"] {
        assert!(years.iter().any(|period| period == year), "{years:?}");
    }
    write("a.jsonl", &[(1, "2022-03-01"), (2, "2022-04-02"), (3, "")]);
    by_month_instead(server, &index, &archive);
}

/// A run that is killed between the two periods of an article leaves it in both, and its file unread; the next
/// one ends that, whichever of the two it finds first.
fn what_a_kill_left_twice_is_there_once(server: &Server) {
    let (home, folder) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let archive = [folder.path().to_path_buf()];
    let write = |dates: &[(u32, &str)]| write(folder.path(), "a.jsonl", dates);
    let old = [(1, "2022-03-01"), (2, "2023-03-02"), (3, "2022-01-01")];
    write(&old);
    let index = in_folder(&home, &archive);
    let cluster = Cluster::open_or_create(&server.url(), "twice", &by(Split::Year));
    let cluster = cluster.expect("a cluster");
    assert_equal(&index, &cluster, &archive, 0);
    let found = server.post("/twice/_search?size=10", "{}");
    let before = found["hits"]["hits"].as_array().expect("hits").clone();
    assert_eq!(before.len(), old.len());

    let new = [(1, "2023-12-31"), (2, "2022-01-01"), (3, "")];
    write(&new);
    assert_equal(&index, &cluster, &archive, 1);
    for hit in &before {
        let [index, id] = ["_index", "_id"].map(|key| hit[key].as_str().expect("a name"));
        let path = format!("/{index}/_doc/{id}?refresh=true");
        server.put(&path, &hit["_source"].to_string());
    }
    assert_eq!(searcher(&cluster).documents(), 2 * 3);
    write(&[&new[..], &[(4, "2022-04-04")]].concat());
    assert_equal(&index, &cluster, &archive, 2);
    assert_sound(&cluster);
}

/// Splits the index anew.
fn by_month_instead(server: &Server, index: &Index, archive: &[PathBuf]) {
    let url = server.url();
    let refused = Cluster::open_or_create(&url, "moving", &by(Split::Month));
    let refused = refused.expect_err("it is split by year").to_string();
    assert!(refused.contains("--rebuild"), "{refused}");
    let rebuild = ClusterRebuild::begin(&url, "moving", &by(Split::Month)).expect("a new index");
    let built = rebuild
        .cluster()
        .update(archive, &UpdateOptions::default(), |_| {});
    built.expect("an update");
    rebuild.finish().expect("in its place");
    let months = periods(server, "moving");
    assert_eq!(months, ["2018-01", "2022-03", "2022-04", "undated"]);
    let cluster = Cluster::open(&url, "moving").expect("the new one");
    assert_equal(index, &cluster, archive, 99);
    compare_counts(
        &index.searcher(),
        &searcher(&cluster),
        ["云汐", "date:2022"],
    );
    assert_sound(&cluster);
}

fn assert_equal(index: &Index, cluster: &Cluster, archive: &[PathBuf], number: usize) {
    let options = UpdateOptions {
        prune: true,
        ..UpdateOptions::default()
    };
    index.update(archive, &options, |_| {}).expect("an update");
    cluster
        .update(archive, &options, |_| {})
        .expect("an update");
    let (here, there) = (index.searcher(), searcher(cluster));
    assert_eq!(here.documents(), there.documents(), "step {number}");
    let queries = ["\"吞吐量\"", "云汐 since:2020"];
    assert_eq!(
        compare(&here, &there, queries).differing,
        0,
        "step {number}"
    );
}
