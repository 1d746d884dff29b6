//! What ranks above what, and that it rests on the articles alone. The texts are about invented
//! companies.

use newsearch::{Article, Formula, Index, IndexOptions, Page, Paragraph, Part, Query, Searcher};

/// Two articles, the better one second, so that its place is not chance; and the part of the formula
/// without which it is not better.
#[test]
fn each_part_of_the_formula_decides() {
    for (query, worse, better, part) in [
        // A word early in the text says what it is about.
        (
            "光伏",
            ("", "云汐科技今天开会，谈到许多事情，也谈到光伏"),
            ("", "光伏也谈到，云汐科技今天开会，谈到许多事情"),
            Part::Places,
        ),
        // Words side by side, in their order.
        (
            "绿色算力",
            ("", "云汐科技今天谈到算力与绿色两件事"),
            ("", "云汐科技今天谈到两件事，是绿色算力"),
            Part::Pairs,
        ),
        // A word in a title counts more than one in a body.
        (
            "光伏",
            ("云汐科技", "光伏项目开工"),
            ("光伏", "云汐科技项目开工"),
            Part::Titles,
        ),
    ] {
        let others = [("", "天气晴朗"); 20];
        let texts = [&[worse, better][..], &others].concat();
        let searcher = index_of(&texts).searcher();
        assert_eq!(ids(&searcher, query), ["1", "0"], "{query}");
        let without = searcher.with_formula(Formula::Without(part));
        if part != Part::Titles {
            assert_eq!(ids(&without, query), ["0", "1"], "{query} without {part:?}");
        }
    }
}

#[test]
fn every_formula_finds_what_has_the_words() {
    let searcher = index_of(&[
        ("", "天气晴朗"),
        ("云汐科技", "绿色算力中心在汀洲开工"),
        ("", "绿色的山"),
    ])
    .searcher();
    for formula in Formula::ALL {
        let found = ids(&searcher.clone().with_formula(formula), "绿色算力中心开工");
        assert_eq!(found.first().map(String::as_str), Some("1"), "{formula}");
        assert!(!found.contains(&"0".to_owned()), "{formula}");
    }
}

#[test]
fn a_blank_between_all_characters_changes_nothing() {
    let searcher = index_of(&[
        ("", "云汐租赁5G手机业务，降准之后扩大"),
        ("", "汐云赁租手机"),
    ])
    .searcher();
    for (typed, spaced) in [
        ("云汐租赁5G手机", "云 汐 租 赁5G手 机"),
        ("云汐租赁，降准", "云 汐 租 赁，降 准"),
    ] {
        assert_eq!(ranking(&searcher, typed), ranking(&searcher, spaced));
    }
}

#[test]
fn scores_rest_on_the_articles_alone() {
    let texts: Vec<String> = (0..300).map(text).collect();
    let whole = index_of(
        &texts
            .iter()
            .map(|text| ("", text.as_str()))
            .collect::<Vec<_>>(),
    );
    // The same articles in many segments, some replaced, among others that were removed.
    let mended = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = mended.writer_with(1, 16 << 20).unwrap();
    for (place, text) in texts.iter().enumerate().rev() {
        writer.add(article(place, "云帆", "绿色算力")).unwrap();
        writer.add(article(1000 + place, "", text)).unwrap();
        if place % 40 == 0 {
            writer.commit().unwrap();
        }
    }
    for (place, text) in texts.iter().enumerate() {
        writer.delete(&place.to_string());
        writer.delete(&(1000 + place).to_string());
        if place % 70 == 0 {
            writer.commit().unwrap();
        }
        writer.add(article(place, "", text)).unwrap();
    }
    writer.commit().unwrap();
    for query in [
        "绿色算力",
        "云汐 光伏",
        "\"色算\"",
        "租赁业务何时扩大到汀洲",
        "汐",
        "算*",
        "title:云汐",
    ] {
        let expected = ranking(&whole.searcher(), query);
        assert_eq!(ranking(&mended.searcher(), query), expected, "{query}");
    }
    assert!(!ranking(&whole.searcher(), "绿色算力").is_empty());
}

/// Some sentences of a few, each text another.
fn text(number: usize) -> String {
    const SENTENCES: [&str; 7] = [
        "云汐科技的绿色算力中心开工",
        "汀洲光伏项目并网",
        "租赁业务扩大到三个城市",
        "算力需求上升",
        "董事会通过决议",
        "绿色债券发行",
        "云汐光伏净利润预增",
    ];
    let chosen = (0..1 + number % 5).map(|i| SENTENCES[(number * (i + 1) + i * i) % 7]);
    format!("{}，第{number}号", chosen.collect::<Vec<_>>().join("，"))
}

fn index_of(texts: &[(&str, &str)]) -> Index {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = index.writer_with(1, 16 << 20).unwrap();
    for (place, (title, body)) in texts.iter().enumerate() {
        writer.add(article(place, title, body)).unwrap();
    }
    writer.commit().unwrap();
    index
}

fn article(id: usize, title: &str, body: &str) -> Article {
    let paragraph = |text: &str| Paragraph {
        text: text.to_owned(),
        heading: false,
    };
    Article {
        id: id.to_string(),
        title: title.to_owned(),
        body: body.lines().map(paragraph).collect(),
        ..Article::default()
    }
}

fn ids(searcher: &Searcher, query: &str) -> Vec<String> {
    let ranking = ranking(searcher, query).into_iter();
    ranking.map(|(id, _)| id).collect()
}

/// All that is found, with the scores.
fn ranking(searcher: &Searcher, query: &str) -> Vec<(String, f32)> {
    let page = Page {
        group: false,
        ..Page::first(1000)
    };
    let hits = searcher.search(&Query::parse(query), &page).unwrap();
    hits.map(|hit| hit.map(|hit| (hit.article.id, hit.score)))
        .collect::<Result<_, _>>()
        .unwrap()
}
