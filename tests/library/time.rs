//! What time does to a search: recency, words that name a time, the order by date, and the past.

use newsearch::{
    Article, Days, Hit, Index, IndexError, IndexOptions, Note, Page, Paragraph, Published, Query,
    Searcher, Sort,
};

#[test]
fn of_equal_articles_the_newer_is_better_if_asked_for() -> Result<(), IndexError> {
    let searcher = searcher(&[
        (
            "old",
            "2020-03-01",
            "云汐租赁增资，资金用于设备采购与日常经营，董事会同意",
        ),
        (
            "older",
            "2019-03-01",
            "云汐租赁增资，资金用于设备采购与日常经营，董事会同意",
        ),
        (
            "new",
            "2022-03-01",
            "云汐租赁增资，资金用于设备采购与日常经营，董事会不同意",
        ),
        (
            "undated",
            "",
            "云汐租赁增资，资金用于设备采购与日常经营，董事会同意",
        ),
    ])?;
    let best = |text: &str, recency: bool| -> Result<Vec<Hit>, IndexError> {
        let page = Page {
            recency,
            ..Page::first(10)
        };
        searcher.search(&Query::parse(text), &page)?.collect()
    };
    assert_eq!(
        ids(&best("云汐租赁", false)?),
        ["old", "older", "undated", "new"]
    );
    assert_eq!(
        ids(&best("云汐租赁", true)?),
        ["new", "old", "older", "undated"]
    );
    for precise in ["\"云汐租赁\"", "云汐租赁 -date:2021", "云汐 NEAR/3 租赁"] {
        let scores = |recency| -> Result<Vec<f32>, IndexError> {
            Ok(best(precise, recency)?
                .iter()
                .map(|hit| hit.score)
                .collect())
        };
        assert_eq!(scores(true)?, scores(false)?, "{precise}");
    }
    Ok(())
}

#[test]
fn recency_is_counted_from_the_newest_article_that_exists() -> Result<(), IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    for (id, date, text) in [
        ("1", "2020-03-01", "云汐租赁增资"),
        ("2", "2022-03-01", "云汐租赁增资"),
        ("3", "2020-02-01", "海潮银行公告"),
        ("4", "2020-02-01", "青禾股份公告"),
    ] {
        writer.add(article(id, date, text))?;
    }
    writer.commit()?;
    let factor = |searcher: &Searcher| -> Result<f32, IndexError> {
        let score = |recency| {
            let page = Page {
                recency,
                ..Page::first(1)
            };
            let hit = searcher
                .search(&Query::parse("云汐租赁 id:1"), &page)?
                .next();
            Ok::<f32, IndexError>(hit.transpose()?.map_or(0.0, |hit| hit.score))
        };
        Ok(score(true)? / score(false)?)
    };
    assert!(factor(&index.searcher())? < 1.01);
    let then = index.searcher().as_of(days("2020-03-01"))?;
    assert!(factor(&then)? > 1.1);
    writer.delete("2");
    writer.commit()?;
    assert!(factor(&index.searcher())? > 1.1);
    Ok(())
}

#[test]
fn a_word_that_names_a_time_prefers_its_articles() -> Result<(), IndexError> {
    let searcher = searcher(&[
        ("january", "2022-01-20", "临澜市出台纾困政策"),
        ("april", "2022-04-20", "临澜市出台纾困政策"),
        ("may", "2022-05-03", "临澜市出台纾困政策"),
        ("thursday", "2022-05-12", "海潮银行下调利率，临澜市有政策"),
    ])?;
    for (text, best, note) in [
        (
            "临澜 纾困政策 2022-04",
            "april",
            "articles of 2022-04-01..2022-04-30 are preferred; date:2022-04 takes no others",
        ),
        (
            "临澜 纾困政策 2022年1月",
            "january",
            "articles of 2022-01-01..2022-01-31 are preferred; date:2022年1月 takes no others",
        ),
        (
            "临澜 纾困政策 上上周",
            "may",
            "articles of 2022-04-25..2022-05-01 are preferred; date:上上周 takes no others",
        ),
        (
            "上月 临澜 纾困政策",
            "april",
            "articles of 2022-04-01..2022-04-30 are preferred; date:上月 takes no others",
        ),
    ] {
        let hits = searcher.search(&Query::parse(text), &Page::first(10))?;
        let notes: Vec<String> = hits.notes.iter().map(Note::to_string).collect();
        assert_eq!(notes, [note], "{text}");
        let hits: Vec<Hit> = hits.collect::<Result<_, _>>()?;
        assert_eq!(hits[0].article.id, best, "{text}");
        let all = searcher.count(&Query::parse("临澜 纾困政策"))?;
        assert_eq!(
            hits.len() as u64,
            all,
            "{text}: a preference leaves nothing out"
        );
    }
    Ok(())
}

#[test]
fn as_a_filter_it_leaves_all_others_out() -> Result<(), IndexError> {
    let searcher = searcher(&[
        ("1", "2021-12-20", "云汐租赁公告"),
        ("2", "2022-05-04", "云汐租赁公告"),
        ("3", "2022-05-11", "云汐租赁公告"),
        ("4", "2022-05-12", "云汐租赁公告"),
        ("undated", "", "云汐租赁公告"),
    ])?;
    for (text, expected) in [
        ("date:上周", vec!["2"]),
        ("date:昨天", vec!["3"]),
        ("date:近2天", vec!["3", "4"]),
        ("date:去年底", vec!["1"]),
        ("since:本月 -date:今天", vec!["2", "3"]),
        ("date:前年", vec![]),
    ] {
        let mut found = searcher.ids(&Query::parse(text))?;
        found.sort();
        assert_eq!(found, expected, "{text}");
    }
    Ok(())
}

#[test]
fn by_date_the_articles_with_all_words_come_first_and_alone() -> Result<(), IndexError> {
    let searcher = searcher(&[
        ("all-old", "2020-01-01", "云汐租赁发行绿色债券，投向光伏"),
        ("all-new", "2021-01-01", "光伏企业向云汐租赁发行债券"),
        ("some", "2022-01-01", "云汐租赁公布光伏业务"),
    ])?;
    let by_date = |text: &str| -> Result<(Vec<String>, Vec<Note>), IndexError> {
        let page = Page {
            sort: Sort::Date,
            ..Page::first(10)
        };
        let hits = searcher.search(&Query::parse(text), &page)?;
        let notes = hits.notes.clone();
        let hits: Vec<Hit> = hits.collect::<Result<_, _>>()?;
        Ok((ids(&hits), notes))
    };
    let (found, notes) = by_date("云汐租赁 债券 光伏")?;
    assert_eq!((found, notes), (owned(&["all-new", "all-old"]), vec![]));
    let best = searcher.search(&Query::parse("云汐租赁 债券 光伏"), &Page::first(10))?;
    assert_eq!(best.total, 3);
    let (found, notes) = by_date("云汐租赁 业务 绿色")?;
    assert_eq!(
        (found, notes),
        (owned(&["some", "all-old"]), vec![Note::Relaxed])
    );
    Ok(())
}

#[test]
fn what_was_published_later_does_not_exist() -> Result<(), IndexError> {
    let now = searcher(&[
        ("1", "2021-12-31", "云汐租赁公告"),
        ("2", "2022-01-31", "云汐租赁公告"),
        ("3", "2022-02-01", "云汐租赁公告，降准"),
        ("undated", "", "云汐租赁公告"),
    ])?;
    let then = now.as_of(days("2022-01"))?;
    let found = |text: &str| -> Result<Vec<String>, IndexError> {
        let hits = then.search(&Query::parse(text), &Page::first(10))?;
        assert_eq!(hits.total, hits.len() as u64);
        Ok(ids(&hits.collect::<Result<Vec<_>, _>>()?))
    };
    assert_eq!(found("云汐租赁")?, ["2", "1"]);
    assert_eq!(found("\"云汐租赁\" -id:1")?, ["2"]);
    assert!(found("降准")?.is_empty());
    assert_eq!(then.ids(&Query::parse("date:今天"))?, ["2"]);
    assert_eq!(then.count(&Query::parse("云汐租赁"))?, 2);
    assert_eq!((then.documents(), now.documents()), (2, 4));
    let statistics = then.statistics()?;
    assert_eq!((statistics.documents, statistics.undated), (2, 0));
    assert!(then.article("3")?.is_none() && then.article("undated")?.is_none());
    assert!(then.article("2")?.is_some());
    let explained = then.explain(&Query::parse("云汐租赁 降准"), Some("3"))?;
    assert_eq!(explained.article, None);
    let counts: Vec<u64> = explained.words.iter().map(|word| word.count).collect();
    assert_eq!(counts.last(), Some(&0));
    assert_eq!(
        then.as_of(days("2022-02"))?.documents(),
        2,
        "the past has no future"
    );
    assert_eq!(now.as_of(days("上月"))?.documents(), 2);
    Ok(())
}

#[test]
fn a_later_reprint_does_not_exist() -> Result<(), IndexError> {
    let story = "云汐租赁今日公告，公司拟在临澜市设立全资子公司，注册资本五亿元，主营光伏电站和储能设备的\
                 融资租赁，首期投放两亿元，资金来源为自有资金，董事会已经审议通过，尚需工商登记。";
    let now = searcher(&[
        ("first", "2022-01-31 20:00", story),
        ("again", "2022-02-01 06:00", story),
    ])?;
    let page = Page {
        group: true,
        ..Page::first(10)
    };
    let shown = |searcher: &Searcher| -> Result<Vec<(String, usize)>, IndexError> {
        let hits = searcher.search(&Query::parse("云汐租赁"), &page)?;
        let hits: Vec<Hit> = hits.collect::<Result<_, _>>()?;
        let shown = hits.into_iter().map(|hit| (hit.article.id, hit.also.len()));
        Ok(shown.collect())
    };
    assert_eq!(shown(&now)?, [("again".to_owned(), 1)]);
    assert_eq!(
        shown(&now.as_of(days("2022-01"))?)?,
        [("first".to_owned(), 0)]
    );
    Ok(())
}

fn searcher(articles: &[(&str, &str, &str)]) -> Result<Searcher, IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    for (id, date, text) in articles {
        writer.add(article(id, date, text))?;
    }
    writer.commit()?;
    Ok(index.searcher())
}

fn article(id: &str, date: &str, text: &str) -> Article {
    Article {
        id: id.into(),
        published: Published::parse(date),
        body: vec![Paragraph {
            text: text.into(),
            heading: false,
        }],
        ..Article::default()
    }
}

fn days(text: &str) -> Days {
    Days::until(text).expect("days")
}

fn ids(hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.article.id.clone()).collect()
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}
