//! What holds of any archive.

use newsearch::{
    Article, ExportFormat, ExportOptions, FacetField, FacetOptions, Index, IndexOptions, Request,
    TimelineOptions, UpdateOptions,
};
use proptest::prelude::*;

use crate::archive::{article, index_of, sample, stock};

const SOURCES: [&str; 4] = ["云汐财经", "海潮社", "星辰日报", ""];
const TEXTS: [&str; 4] = [
    "云汐租赁公告，拟以不超过3.2亿元收购青岚物流51%股权，交易完成后青岚物流将纳入合并报表。",
    "央行宣布下调存款准备金率0.5个百分点，释放长期资金约1万亿元，支持实体经济发展。",
    "海潮银行发行绿色债券20亿元，期限三年，募集资金用于风电与光伏项目建设。",
    "青禾股份预计全年净利润增长四成，主要因种子业务收入大增。",
];

fn any_article() -> impl Strategy<Value = Article> {
    let parts = (
        0..400_u32,
        0..SOURCES.len(),
        0..TEXTS.len(),
        0..4_u8,
        0..1_400_u32,
    );
    parts.prop_map(|(hours, source, text, strength, id)| {
        let date = match hours {
            0 => String::new(),
            hours => format!(
                "2022-{:02}-{:02} {:02}:30:00",
                1 + hours / 24 / 28,
                1 + hours / 24 % 28,
                hours % 24
            ),
        };
        let mut article = article(&format!("a{id}"), &date, SOURCES[source], TEXTS[text]);
        if strength > 0 {
            article.stocks.push(stock("609301", "云汐租赁", strength));
        }
        article
    })
}

/// Articles of different ids, an order of them, and where commits are made.
fn any_archive() -> impl Strategy<Value = (Vec<Article>, Vec<Article>, Vec<usize>)> {
    let articles = prop::collection::vec(any_article(), 1..30).prop_map(|mut articles| {
        articles.sort_by(|a, b| a.id.cmp(&b.id));
        articles.dedup_by(|a, b| a.id == b.id);
        articles
    });
    articles.prop_flat_map(|articles| {
        let shuffled = Just(articles.clone()).prop_shuffle();
        (
            Just(articles),
            shuffled,
            prop::collection::vec(1..30_usize, 0..4),
        )
    })
}

fn requests() -> [Request; 4] {
    [
        "q=云汐",
        "",
        "q=亿元&source=海潮社&source=无此媒体",
        "q=债券 OR 股权&since=2022-01-05&as_of=2022-01-12",
    ]
    .map(|text| Request::parse(text).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn counts_do_not_depend_on_the_order_of_articles_and_segments((one, other, commits) in any_archive()) {
        let searchers = [index_of(&one, &[]).searcher(), index_of(&other, &commits).searcher()];
        let options = FacetOptions { by: FacetField::ALL.to_vec(), top: 3 };
        for request in requests() {
            let [a, b] = searchers.each_ref().map(|searcher| searcher.facets(&request, &options).unwrap());
            prop_assert_eq!((a.articles, a.stories, &a.facets), (b.articles, b.stories, &b.facets));
            let [a, b] = searchers.each_ref().map(|searcher| {
                searcher.timeline(&request, &TimelineOptions::default()).unwrap()
            });
            prop_assert_eq!(&a.buckets, &b.buckets);
            let [a, b] = searchers.each_ref().map(|searcher| searcher.series(&request, &Default::default()).unwrap());
            prop_assert_eq!(a.rows, b.rows);
        }
    }

    #[test]
    fn buckets_add_up_and_selected_values_stay((_, articles, commits) in any_archive()) {
        let searcher = index_of(&articles, &commits).searcher();
        for request in requests() {
            let timeline = searcher.timeline(&request, &TimelineOptions::default()).unwrap();
            let sum: u64 = timeline.buckets.iter().map(|bucket| bucket.articles).sum();
            prop_assert_eq!(sum + timeline.undated, timeline.articles);
            for bucket in &timeline.buckets {
                prop_assert!((0.0..=1.0).contains(&bucket.share));
            }
            let options = FacetOptions { by: vec![FacetField::Source], top: 1 };
            let facets = searcher.facets(&request, &options).unwrap();
            for source in &request.source {
                let listed = facets.facets[0].values.iter().filter(|value| value.value == *source);
                prop_assert!(listed.clone().count() == 1 && listed.into_iter().all(|value| value.selected));
            }
        }
    }
}

#[test]
fn what_is_exported_and_indexed_again_is_the_same() {
    let index = sample();
    let searcher = index.searcher();
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    let options = ExportOptions {
        format: ExportFormat::Jsonl,
        ..ExportOptions::default()
    };
    let exported = searcher
        .export(&Request::default(), &options, &mut lines)
        .unwrap();
    assert_eq!(exported.articles, searcher.documents());
    std::fs::write(folder.path().join("all.jsonl"), &lines).unwrap();
    let again = Index::in_memory(IndexOptions::new()).unwrap();
    let report = again
        .update(
            &[folder.path().to_path_buf()],
            &UpdateOptions::default(),
            |_| {},
        )
        .unwrap();
    assert_eq!(report.bad, 0, "{report:?}");
    let again = again.searcher();
    assert_eq!(again.documents(), searcher.documents());
    for request in crate::archive::requests() {
        let request = Request {
            limit: 1_000,
            ..request
        };
        let [before, after] = [&searcher, &again].map(|searcher| {
            let mut answer = searcher.answer(&request).unwrap();
            // Where the copies of an article are is not exported.
            answer.hits.iter_mut().for_each(|hit| hit.places.clear());
            answer
        });
        assert_eq!(
            (before.total, before.hits),
            (after.total, after.hits),
            "{request}"
        );
    }
}
