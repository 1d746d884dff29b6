//! What becomes of the index while it is served.

use std::fs;
use std::path::Path;

use super::site::{SAMPLE, Site, index};
use super::wire::{get, json, until};

/// A file of lines with articles of an invented company.
fn lines(path: &Path, numbers: std::ops::Range<usize>) {
    let line = |number| {
        format!(
            "{{\"id\":\"n{number}\",\"title\":\"鹭岚精工第{number}号公告\",\"content\":\"鹭岚精工公告正文{number}。\",\"date\":\"2024-01-05 10:00:00\"}}\n"
        )
    };
    fs::write(path, numbers.map(line).collect::<String>()).unwrap();
}

fn total(site: &Site) -> u64 {
    json(
        site,
        "/api/search?q=%22%E9%B9%AD%E5%B2%9A%E7%B2%BE%E5%B7%A5%22",
    )["total"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_commit_of_another_process_is_answered_from_and_none_is_lost_or_mixed() {
    let site = Site::open();
    assert_eq!(total(&site), 0);
    let file = site.folder.path().join("more.jsonl");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = Vec::new();
            while seen.last() != Some(&20) {
                let answer = json(&site, "/api/search?q=%22%E9%B9%AD%E5%B2%9A%E7%B2%BE%E5%B7%A5%22&limit=100&group=false");
                let total = answer["total"].as_u64().unwrap();
                // A mixed answer would have hits of one commit and the total of another.
                assert_eq!(answer["hits"].as_array().unwrap().len() as u64, total);
                seen.push(total);
            }
            seen
        });
        for count in [5, 10, 15, 20] {
            lines(&file, 0..count);
            index(site.folder.path(), &[&file]);
        }
        let seen = reader.join().unwrap();
        assert!(seen.is_sorted(), "{seen:?}");
    });
    let metrics = get(&site, "/metrics").1;
    assert!(
        metrics.contains("newsearch_reload_errors_total 0"),
        "{metrics}"
    );
}

#[test]
fn a_folder_that_is_gone_or_broken_leaves_the_last_generation_and_is_told() {
    let site = Site::open();
    let before = json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8");
    let folder = site.folder.path().join("index");
    let hidden = site.folder.path().join("hidden");
    fs::rename(&folder, &hidden).unwrap();
    until(|| json(&site, "/readyz")["status"] == "stale");
    let ready = json(&site, "/readyz");
    assert_eq!(ready["trouble"], "the index is gone");
    assert!(
        !ready
            .to_string()
            .contains(site.folder.path().to_str().unwrap())
    );
    let after = json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8");
    assert_eq!(after["hits"], before["hits"]);
    let page = get(&site, "/?q=%E5%85%AC%E5%8F%B8");
    assert_eq!(page.0, 200);
    assert!(page.1.contains("索引暂时不能更新"), "{}", page.1);
    assert_eq!(get(&site, "/api/stats").0, 200);
    let metrics = get(&site, "/metrics").1;
    assert!(metrics.contains("newsearch_index_stale 1"), "{metrics}");

    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("newsearch.json"), "no manifest").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(json(&site, "/readyz")["status"], "stale");
    assert_eq!(
        json(&site, "/api/search?q=%E5%85%AC%E5%8F%B8")["hits"],
        before["hits"]
    );

    fs::remove_dir_all(&folder).unwrap();
    fs::rename(&hidden, &folder).unwrap();
    until(|| json(&site, "/readyz")["status"] == "ready");
    let file = site.folder.path().join("more.jsonl");
    let page = get(&site, "/?q=%E5%85%AC%E5%8F%B8").1;
    assert!(!page.contains("索引暂时不能更新"), "{page}");
    lines(&file, 0..3);
    index(site.folder.path(), &[&file]);
    until(|| total(&site) == 3);
}

#[test]
fn an_index_that_is_deleted_while_it_answers_goes_on_answering() {
    let site = Site::open();
    let before = json(&site, "/api/search?q=%E9%93%B6%E8%A1%8C&limit=100");
    fs::remove_dir_all(site.folder.path().join("index")).unwrap();
    until(|| json(&site, "/readyz")["status"] == "stale");
    // Nothing of these was read before.
    for path in [
        "/api/facets?q=%E9%93%B6%E8%A1%8C",
        "/api/timeline?q=%E9%93%B6%E8%A1%8C",
        "/api/export?q=%E9%93%B6%E8%A1%8C",
        "/api/suggest?q=yun",
        "/?q=%E9%93%B6%E8%A1%8C",
    ] {
        assert_eq!(get(&site, path).0, 200, "{path}");
    }
    let after = json(&site, "/api/search?q=%E9%93%B6%E8%A1%8C&limit=100");
    assert_eq!(after["hits"], before["hits"]);
}

#[test]
fn an_index_that_is_built_anew_is_taken_over() {
    let site = Site::open();
    let before = json(&site, "/readyz")["documents"].as_u64().unwrap();
    let file = site.folder.path().join("more.jsonl");
    lines(&file, 0..7);
    let rebuilt = std::process::Command::new(super::site::PROGRAM)
        .args(["index", "--quiet", "--rebuild", SAMPLE])
        .arg(&file)
        .arg("--index")
        .arg(site.folder.path().join("index"))
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(rebuilt.success());
    until(|| json(&site, "/readyz")["documents"] == before + 7);
    assert_eq!(total(&site), 7);
}

#[test]
fn files_are_indexed_as_they_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    lines(&news.join("first.jsonl"), 0..4);
    let watched = news.to_str().unwrap().to_owned();
    let site = Site::over(folder, &["--watch", &watched]);
    until(|| total(&site) == 4);
    lines(&news.join("second.jsonl"), 4..9);
    until(|| total(&site) == 9);
    fs::create_dir(news.join("deeper")).unwrap();
    lines(&news.join("deeper").join("third.jsonl"), 9..11);
    until(|| total(&site) == 11);
    lines(&news.join("second.jsonl"), 4..30);
    until(|| total(&site) == 30);
}
