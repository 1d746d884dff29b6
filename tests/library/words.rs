//! New words, found in an archive of invented companies.

use newsearch::{
    Article, Index, IndexOptions, NewWords, Page, Paragraph, Query, Request, UpdateOptions,
    WordOptions,
};

/// Sentences with an invented company (`澜汐` is in no dictionary), a term of two words, and a phrase that is
/// as frequent as both.
fn texts() -> Vec<String> {
    let subjects = [
        "港口", "船舶", "电池", "煤炭", "钢铁", "医药", "地产", "银行", "证券", "汽车", "农业",
        "航空",
    ];
    let verbs = [
        "看好", "收购", "投资", "评价", "起诉", "参观", "研究", "采访", "超过", "帮助", "离开",
        "支持",
    ];
    let mut texts = Vec::new();
    for (i, subject) in subjects.iter().enumerate() {
        for (j, verb) in verbs.iter().enumerate() {
            let other = subjects[(i + j + 1) % subjects.len()];
            let more = verbs[(i + 2 * j + 1) % verbs.len()];
            texts.push(format!(
                "{subject}{verb}澜汐{more}{other}。{other}{more}氢热管{verb}{subject}。\
                 {subject}公司的{other}很好。{verb}{other}"
            ));
        }
    }
    texts
}

fn index(options: IndexOptions) -> Index {
    let index = Index::in_memory(options).unwrap();
    let mut writer = index.writer().unwrap();
    for (number, text) in texts().into_iter().enumerate() {
        let article = Article {
            id: number.to_string(),
            title: format!("第{number}号"),
            body: vec![Paragraph {
                text,
                heading: false,
            }],
            ..Article::default()
        };
        writer.add(article).unwrap();
    }
    writer.commit().unwrap();
    index
}

fn new_words(index: &Index, q: &str, top: usize) -> NewWords {
    let request = Request::new(q);
    index
        .searcher()
        .new_words(&request, &WordOptions { top })
        .unwrap()
}

/// Ten occurrences at most are shown to the model, which sees the name in some: which ones must not depend on
/// where the index has them.
#[test]
fn the_order_of_the_articles_leaves_no_trace() {
    let sample = Index::in_memory(IndexOptions::new()).unwrap();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    sample
        .update(&[corpus.into()], &UpdateOptions::default(), |_| {})
        .unwrap();
    let all = Query::parse("-id:none");
    let hits = sample.searcher().search(&all, &Page::first(1000)).unwrap();
    let mut articles: Vec<Article> = hits.map(|hit| hit.unwrap().article).collect();
    articles.sort_by(|a, b| a.id.cmp(&b.id));
    let words = |articles: &[Article]| {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(1, 0).unwrap();
        let added = articles.iter().cloned();
        added.for_each(|article| writer.add(article).unwrap());
        writer.commit().unwrap();
        new_words(&index, "", 100).words
    };
    let expected = words(&articles);
    assert!(expected.iter().any(|word| (0.1..1.0).contains(&word.seen)));
    for _ in 0..4 {
        articles.rotate_left(31);
        assert_eq!(words(&articles), expected);
    }
}

#[test]
fn words_that_the_dictionary_lacks_are_proposed_until_it_has_them() {
    let found = new_words(&index(IndexOptions::new()), "", 10);
    let texts: Vec<&str> = found.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["氢热管", "澜汐"]);
    assert_eq!((found.articles, found.read), (144, 144));
    let name = &found.words[1];
    assert_eq!(
        (name.articles, name.occurrences, name.cut.as_str()),
        (144, 144, "澜 汐")
    );
    assert!(
        name.cohesion > 0.9 && name.cohesion <= 1.0 && name.freedom > 2.0,
        "{name:?}"
    );
    assert!(name.seen > 0.5 && name.seen <= 1.0, "{name:?}");

    let dictionary: Vec<String> = texts.iter().map(|text| format!("{text}\n")).collect();
    let options = IndexOptions::new()
        .dictionary(&dictionary.concat())
        .unwrap();
    assert_eq!(new_words(&index(options), "", 10).words, []);
}

#[test]
fn a_request_says_whose_words_and_top_how_many() {
    let index = index(IndexOptions::new());
    assert_eq!(new_words(&index, "", 1).words.len(), 1);
    let none = new_words(&index, "没有这样的文章", 10);
    assert_eq!((none.articles, none.words.len()), (0, 0));
    let some = new_words(&index, "title:第7号", 10);
    assert_eq!(
        (some.articles, some.words.len()),
        (1, 0),
        "five articles at least"
    );
    for top in [0, 10_001] {
        let refused = index
            .searcher()
            .new_words(&Request::default(), &WordOptions { top });
        let told = refused.unwrap_err().to_string();
        assert_eq!(
            told,
            format!("`top`: {top} is not a number from 1 to 10000")
        );
    }
}
