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

/// Most texts have each word and character of the question, and one has the name.
#[test]
fn a_name_that_no_dictionary_has_is_found_among_many() {
    let other = (
        "",
        "医药行业亏损，变化很大：汐州、珀城的企业公告了亏损的变化",
    );
    let named = "今天的公告很多，行业里谈到许多事情，其中一家叫汐珀医药，它亏损";
    let mut texts = vec![other; 80];
    texts.extend([("", named), ("", named)]);
    let searcher = index_of(&texts).searcher();
    let question = "汐珀医药亏损事件对应的亏损变化是什么？";
    assert_eq!(ids(&searcher, question)[..2], ["80", "81"]);
    let without = searcher.with_formula(Formula::Without(Part::Fragments));
    assert_eq!(ids(&without, question)[0], "0");
}

#[test]
fn the_frame_of_a_question_says_little_and_is_searched_where_it_is_all() {
    let texts = [
        ("", "对应的事件是什么？事件的具体情况是什么，请问哪些是"),
        ("", "云汐租赁降准"),
        ("", "天气晴朗"),
    ];
    let searcher = index_of(&texts).searcher();
    for question in [
        "请问云汐租赁降准事件对应的具体情况是什么？",
        "关于云汐租赁的新闻有哪些",
        "帮我找云汐租赁的消息",
    ] {
        assert_eq!(
            ids(&searcher, question).first().map(String::as_str),
            Some("1")
        );
    }
    assert_eq!(ids(&searcher, "是什么"), ["0"]);
    assert_eq!(ids(&searcher, "\"是什么\""), ["0"]);
    let question = "云汐租赁是什么";
    let without = searcher.clone().with_formula(Formula::Without(Part::Frame));
    assert!(score_of(&searcher, question, "1") > score_of(&without, question, "1"));
}

#[test]
fn a_title_weighs_more_where_most_articles_have_one() {
    let gain = |others: [(&str, &str); 10]| {
        let texts = [&[("光伏", "云汐科技项目开工")][..], &others].concat();
        let searcher = index_of(&texts).searcher();
        let without = searcher
            .clone()
            .with_formula(Formula::Without(Part::Titles));
        score_of(&searcher, "光伏", "0") / score_of(&without, "光伏", "0")
    };
    let (titled, untitled) = (("晴", "天气晴朗"), ("", "天气晴朗"));
    let mut mixed = [titled; 10];
    let of_all = gain(mixed);
    mixed[..2].fill(untitled);
    let of_most = gain(mixed);
    mixed[..6].fill(untitled);
    let of_few = gain(mixed);
    assert!(of_all > of_most && of_most > 1.0, "{of_all} {of_most}");
    assert_eq!(of_few, 1.0);
}

#[test]
fn one_word_has_no_coverage() {
    let long = "云汐科技今天开会，谈到许多事情，".repeat(20) + "也谈到光伏降价";
    let texts = [("", long.as_str()), ("", "光伏降价"), ("", "天气晴朗")];
    let searcher = index_of(&texts).searcher();
    let without = searcher
        .clone()
        .with_formula(Formula::Without(Part::Coverage));
    for (query, is_same) in [("光伏", true), ("光伏降价", false)] {
        let scores = [&searcher, &without].map(|searcher| score_of(searcher, query, "0"));
        assert_eq!(scores[0] == scores[1], is_same, "{query} {scores:?}");
    }
}

#[test]
fn where_its_words_stand_counts_less_for_a_request() {
    let texts = [
        ("", "光伏也谈到，云汐科技今天开会，谈到许多事情"),
        ("", "云汐科技今天开会，谈到许多事情，也谈到光伏"),
        ("", "天气晴朗"),
    ];
    let searcher = index_of(&texts).searcher();
    let gain = |query: &str| score_of(&searcher, query, "0") / score_of(&searcher, query, "1");
    let (of_topic, of_request) = (gain("光伏"), gain("请问光伏"));
    assert!(
        of_topic > of_request && of_request > 1.0,
        "{of_topic} {of_request}"
    );
}

/// The score of an article that is found.
fn score_of(searcher: &Searcher, query: &str, id: &str) -> f32 {
    let found = ranking(searcher, query).into_iter();
    let mut scores = found.filter(|(found, _)| found == id);
    scores.next().map_or(0.0, |(_, score)| score)
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
        "汐光项目的净利润对应的具体情况是什么",
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
