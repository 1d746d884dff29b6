//! A day's life: articles arrive a few at a time, each few with a commit, while others search. What is
//! there in the end answers as an index that was built at once, and is in few segments.
//!
//! Short: 600 articles in 150 commits. Long (`NEWSEARCH_LONG=1`): 2,000 in 500.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

use newsearch::{
    Article, Index, IndexOptions, Paragraph, Precision, Published, Request, Searcher, Sort,
};

use crate::archive::{Random, is_long};
use crate::state::assert_sound;

const COMPANIES: [&str; 8] = [
    "云汐租赁",
    "青岚物流",
    "海潮银行",
    "星辰汽车",
    "岭海港务",
    "泓月电力",
    "澜汐医药",
    "青垣地产",
];
const EVENTS: [&str; 6] = [
    "拟收购一家冷链公司的控股权，交易完成后将纳入合并报表",
    "发行绿色金融债券，募集资金投向储能电站",
    "公布一季报，净利润同比增长，毛利率有所回落",
    "与三家能源企业合建加氢站，明年把车队扩大到五百台",
    "收到监管部门的问询函，要求说明应收账款的情况",
    "股东大会审议通过利润分配方案，每十股派现",
];
const SOURCES: [&str; 4] = ["海潮社", "星辰日报", "云帆财经", ""];
/// Midnight of the day, in seconds since 1970.
const DAY: i64 = 1_717_689_600;

/// Most segments that a trickle leaves.
const SEGMENTS: usize = 20;

/// The article of this number: a company, an event and figures; every fifth is a reprint of an earlier one.
fn article(number: usize, of: usize) -> Article {
    let told = match number % 5 {
        4 => number - 3,
        _ => number,
    };
    let mut random = Random::of(told as u64);
    let (company, event) = (random.pick(&COMPANIES), random.pick(&EVENTS));
    let figures = [random.below(9_000), random.below(900), random.below(90)];
    let [a, b, c] = figures;
    let text = format!(
        "{company}公告，{event}。本次涉及金额{a}.{c}万元，占公司最近一期经审计净资产的{c}.{b}%。公司表示，{event}，\
         对当年业绩没有重大影响，敬请投资者注意风险。记者了解到，{company}去年实现营业收入{b}.{c}亿元。"
    );
    let mut random = Random::of(1_000_000 + number as u64);
    Article {
        id: number.to_string(),
        title: format!("{company}：涉及金额{a}.{c}万元"),
        source: (*random.pick(&SOURCES)).into(),
        published: Some(Published {
            seconds: DAY + (number * 86_400 / of) as i64,
            offset: 480,
            precision: Precision::Second,
        }),
        body: vec![Paragraph {
            text,
            heading: false,
        }],
        ..Article::default()
    }
}

/// What an index says of everything, but for which commit it is.
fn answers(searcher: &Searcher) -> Vec<String> {
    let words = COMPANIES.iter().chain(&EVENTS).map(ToString::to_string);
    let quotes = COMPANIES
        .iter()
        .map(|company| format!("\"{}\"", &company[3..9]));
    let both = COMPANIES
        .iter()
        .map(|company| format!("{company} 净利润 债券"));
    let queries = words.chain(quotes).chain(both);
    let mut told = Vec::new();
    for q in queries {
        for sort in [Sort::Relevance, Sort::Date] {
            let request = Request {
                sort,
                limit: 30,
                ..Request::new(q.clone())
            };
            let answer = searcher.answer(&request).unwrap();
            let mut answer = serde_json::to_value(&answer).unwrap();
            let fields = answer.as_object_mut().unwrap();
            fields.retain(|name, _| name != "generation" && name != "took_ms" && name != "took");
            told.push(format!("{q} {sort:?} {answer}"));
        }
    }
    told
}

#[test]
fn what_trickles_in_is_as_what_was_there_at_once() {
    let (commits, each) = if is_long() { (500, 4) } else { (150, 4) };
    let all = commits * each;
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let index = Index::create(dir, IndexOptions::new()).unwrap();
    let (is_over, searches) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for company in &COMPANIES[..4] {
            let (index, is_over, searches) = (&index, &is_over, &searches);
            scope.spawn(move || {
                let mut before = 0;
                while !is_over.load(SeqCst) {
                    let request = Request::new(format!("\"{company}\""));
                    let answer = index.searcher().answer(&request).unwrap();
                    assert!(answer.total >= before, "{company}");
                    before = answer.total;
                    searches.fetch_add(1, SeqCst);
                    thread::yield_now();
                }
            });
        }
        for commit in 0..commits {
            // Each time a writer of its own, as whoever is told of new files has.
            let mut writer = index.writer_with(1, 0).unwrap();
            for number in commit * each..(commit + 1) * each {
                writer.add(article(number, all)).unwrap();
            }
            writer.close().unwrap();
        }
        is_over.store(true, SeqCst);
    });
    assert!(searches.into_inner() > 4);
    assert_sound(dir);
    let stores = fs::read_dir(dir.join("segments")).unwrap().filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "store")
    });
    let segments = stores.count();
    assert!((1..=SEGMENTS).contains(&segments), "{segments} segments");

    let at_once = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = at_once.writer().unwrap();
    for number in 0..all {
        writer.add(article(number, all)).unwrap();
    }
    writer.commit().unwrap();
    let (trickled, at_once) = (answers(&index.searcher()), answers(&at_once.searcher()));
    assert!(
        at_once.iter().any(|told| told.contains("\"also\":[{")),
        "reprints: {}",
        at_once[0]
    );
    for (trickled, at_once) in trickled.iter().zip(&at_once) {
        assert_eq!(trickled, at_once);
    }
}
