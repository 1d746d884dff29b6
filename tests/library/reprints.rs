//! One story told by several articles: which of them belong together, and how they are shown.

use std::collections::BTreeMap;

use newsearch::{
    Article, Days, Hit, Index, IndexError, IndexOptions, Page, Paragraph, Precision, Published,
    Query, Searcher,
};

const LAUNCH: &str = "云汐租赁今日在滨州新区交付首批二十台氢能重卡，这些车辆将用于港口短途运输。公司董事长\
    表示，明年计划把车队扩大到五百台，并与三家能源企业合建加氢站，项目总投资约8亿元。";
const FLOOD: &str = "青岚江上游连日降雨，水位在夜间越过警戒线，沿江四县转移群众逾万人，云汐租赁提供了运输\
    车辆。水利部门预计洪峰将在后天清晨抵达临海市，届时水位可能达到18.6米。";
const FORM: &str = "截至目前，云汐租赁日内跌幅达5%。";

/// A second since 1970, 2022-01-05 16:00 at +08:00, and the seconds of an hour.
const START: i64 = 1_641_369_600;
const HOUR: i64 = 3600;

#[test]
fn a_story_is_shown_once_with_all_who_told_it() -> Result<(), IndexError> {
    let searcher = index(&archive())?.searcher();
    let hits = search(&searcher, "云汐租赁", &grouped(10))?;
    let shown: Vec<(&str, Vec<&str>)> = hits
        .iter()
        .map(|hit| {
            let also = hit.also.iter().map(|reprint| reprint.id.as_str());
            (hit.article.id.as_str(), also.collect())
        })
        .collect();
    let launch = shown
        .iter()
        .find(|(id, _)| id.starts_with("launch"))
        .unwrap();
    assert_eq!(launch.1.len(), 3);
    let others = |id: &str| -> Vec<String> {
        ["launch-1", "launch-2", "launch-3", "launch-4"]
            .map(String::from)
            .into_iter()
            .filter(|other| other != id)
            .collect()
    };
    assert_eq!(launch.1, others(launch.0), "the earliest first");
    assert_eq!(
        shown
            .iter()
            .filter(|(id, _)| id.starts_with("flood"))
            .count(),
        1
    );
    assert_eq!(
        shown
            .iter()
            .filter(|(id, _)| id.starts_with("form"))
            .count(),
        3,
        "forms are stories of their own: {shown:?}"
    );
    let reprint = &hits.iter().find(|hit| !hit.also.is_empty()).unwrap().also[0];
    assert_eq!(reprint.source, "海潮社");
    assert_eq!(
        reprint.published.unwrap().to_string(),
        "2022-01-05T16:00:00+08:00"
    );
    Ok(())
}

#[test]
fn totals_count_articles_and_pages_count_stories() -> Result<(), IndexError> {
    let searcher = index(&archive())?.searcher();
    let query = Query::parse("云汐租赁");
    let all = search(&searcher, "云汐租赁", &Page::first(100))?;
    assert_eq!(all.len(), archive().len());
    assert!(
        all.iter().all(|hit| hit.also.is_empty()),
        "nothing is grouped"
    );
    let once = search(&searcher, "云汐租赁", &grouped(100))?;
    assert_eq!(once.len(), 5);
    assert_eq!(
        searcher.search(&query, &grouped(1))?.total,
        archive().len() as u64
    );
    let mut paged = Vec::new();
    for offset in 0..6 {
        let page = Page {
            offset,
            ..grouped(1)
        };
        paged.extend(search(&searcher, "云汐租赁", &page)?);
    }
    assert_eq!(paged, once);
    let best: Vec<&str> = all.iter().map(|hit| hit.article.id.as_str()).collect();
    let places = once
        .iter()
        .map(|hit| best.iter().position(|id| *id == hit.article.id));
    assert!(places.is_sorted(), "the order is that of the articles");
    Ok(())
}

#[test]
fn many_reprints_do_not_empty_a_page() -> Result<(), IndexError> {
    let mut articles: Vec<Article> = (0..200)
        .map(|i| article(&format!("launch-{i:03}"), "海潮社", Some(i), LAUNCH))
        .collect();
    articles.push(article("other", "海潮社", Some(0), "云汐租赁迁址。"));
    let searcher = index(&articles)?.searcher();
    let hits = search(&searcher, "\"云汐租赁\"", &grouped(2))?;
    let mut also: Vec<usize> = hits.iter().map(|hit| hit.also.len()).collect();
    also.sort_unstable();
    assert_eq!(also, [0, 199]);
    Ok(())
}

#[test]
fn groups_depend_on_the_articles_alone() -> Result<(), IndexError> {
    let articles = archive();
    let expected = groups(&index(&articles)?.searcher())?;
    assert_eq!(
        expected.values().filter(|group| group.len() == 4).count(),
        4
    );
    for seed in 0..6_usize {
        let index = Index::in_memory(IndexOptions::new())?;
        let mut writer = index.writer_with(1 + seed % 2, 64 << 20)?;
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_by_key(|i| (i + 1) * (7 * seed + 3) % 11);
        // What is replaced or deleted on the way leaves nothing behind.
        writer.add(article("launch-2", "海潮社", Some(1), FLOOD))?;
        writer.add(article("flood-0", "海潮社", Some(0), FLOOD))?;
        for (count, i) in order.into_iter().enumerate() {
            writer.add(articles[i].clone())?;
            if count % (seed + 1) == 0 {
                writer.commit()?;
            }
        }
        writer.delete("flood-0");
        writer.close()?;
        assert_eq!(groups(&index.searcher())?, expected, "seed {seed}");
    }
    Ok(())
}

#[test]
fn without_its_first_article_a_story_is_as_if_that_never_was() -> Result<(), IndexError> {
    let index = index(&archive())?;
    let mut writer = index.writer()?;
    writer.delete("launch-1");
    assert_eq!(groups(&index.searcher())?["launch-2"].len(), 4, "not yet");
    writer.close()?;
    let rest: Vec<Article> = archive().split_off(1);
    assert_eq!(
        groups(&index.searcher())?,
        groups(&self::index(&rest)?.searcher())?
    );
    Ok(())
}

#[test]
fn what_was_published_later_is_in_no_group_of_the_past() -> Result<(), IndexError> {
    let articles = archive();
    let searcher = index(&articles)?.searcher();
    for (day, end) in [("2022-01-05", 8), ("2022-01-06", 32), ("2022-01-09", 104)] {
        let past = searcher.as_of(Days::within(day).unwrap())?;
        let seconds = |article: &Article| article.published.map(|published| published.seconds);
        let known: Vec<Article> = articles
            .iter()
            .filter(|article| seconds(article).is_some_and(|at| at < START + end * HOUR))
            .cloned()
            .collect();
        assert_eq!(groups(&past)?, groups(&index(&known)?.searcher())?, "{day}");
    }
    Ok(())
}

#[test]
fn a_table_that_is_missing_is_told_and_an_index_without_groups_has_none() -> Result<(), IndexError>
{
    let dir = tempfile::tempdir().expect("a temporary folder");
    let tables = || -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(dir.path()).expect("the folder of the index");
        files
            .map(|file| file.expect("a file").path())
            .filter(|path| path.to_string_lossy().contains("newsearch.reprints"))
            .collect()
    };
    let index = Index::create(dir.path(), IndexOptions::new())?;
    let mut writer = index.writer()?;
    writer.add(archive().remove(0))?;
    writer.commit()?;
    assert_eq!(tables().len(), 0);
    for article in archive() {
        writer.add(article)?;
        writer.commit()?;
    }
    writer.close()?;
    assert_eq!(tables().len(), 1, "that of the last commit");
    assert!(Index::check(dir.path())?.faults.is_empty());
    assert_eq!(
        groups(&Index::open(dir.path())?.searcher())?.len(),
        archive().len()
    );

    let table = tables().remove(0);
    let bytes = std::fs::read(&table).expect("the table");
    let mut flipped = bytes.clone();
    *flipped.last_mut().expect("a byte") ^= 1;
    for damaged in [Some(&bytes[..bytes.len() - 1]), Some(&flipped), None] {
        match damaged {
            Some(bytes) => std::fs::write(&table, bytes).expect("a file"),
            None => std::fs::remove_file(&table).expect("a file"),
        }
        assert_eq!(Index::check(dir.path())?.faults.len(), 1);
        let searcher = Index::open(dir.path())?.searcher();
        assert_eq!(search(&searcher, "云汐租赁", &Page::first(9))?.len(), 9);
        let is_seen = damaged.is_none_or(|damaged| damaged.len() < bytes.len());
        assert_eq!(search(&searcher, "云汐租赁", &grouped(9)).is_err(), is_seen);
    }
    Ok(())
}

/// Four tellings of one story, two of another with one that has no date, and a form of three days.
fn archive() -> Vec<Article> {
    let framed = format!("海潮社1月5日电，{LAUNCH}（记者 李青）");
    let shorter = LAUNCH.split_once("并与").expect("a part").0;
    vec![
        article("launch-1", "海潮社", Some(0), &framed),
        article("launch-2", "星辰日报", Some(1), LAUNCH),
        article("launch-3", "临海晚报", Some(9), shorter),
        article("launch-4", "远洋财经", Some(60), LAUNCH),
        article("flood-1", "海潮社", Some(2), FLOOD),
        article("flood-2", "星辰日报", Some(30), FLOOD),
        article("flood-3", "星辰日报", Some(31), FLOOD),
        article("form-1", "海潮社", Some(0), FORM),
        article("form-2", "海潮社", Some(24), FORM),
        article("form-3", "海潮社", Some(48), &FORM.replace('5', "6")),
    ]
}

/// An article published so many hours after the start.
fn article(id: &str, source: &str, hours: Option<i64>, text: &str) -> Article {
    Article {
        id: id.into(),
        source: source.into(),
        published: hours.map(|hours| Published {
            seconds: START + hours * HOUR,
            offset: 480,
            precision: Precision::Second,
        }),
        body: vec![Paragraph {
            text: text.into(),
            heading: false,
        }],
        ..Article::default()
    }
}

fn index(articles: &[Article]) -> Result<Index, IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    articles
        .iter()
        .cloned()
        .try_for_each(|article| writer.add(article))?;
    writer.close()?;
    Ok(index)
}

fn grouped(limit: usize) -> Page {
    Page {
        group: true,
        ..Page::first(limit)
    }
}

fn search(searcher: &Searcher, text: &str, page: &Page) -> Result<Vec<Hit>, IndexError> {
    searcher.search(&Query::parse(text), page)?.collect()
}

/// For each article the ids of its story, its own among them.
fn groups(searcher: &Searcher) -> Result<BTreeMap<String, Vec<String>>, IndexError> {
    let mut groups = BTreeMap::new();
    for id in searcher.ids(&Query::parse("云汐租赁"))? {
        let hit = &search(searcher, &format!("id:{id}"), &grouped(1))?[0];
        let also = hit.also.iter().map(|reprint| reprint.id.clone());
        let mut group: Vec<String> = also.chain([id.clone()]).collect();
        group.sort();
        groups.insert(id, group);
    }
    Ok(groups)
}
