//! One request, one answer: the same through every call, page by page, and at any time.

use std::time::Duration;

use newsearch::{
    Answer, AnswerHit, Days, Index, IndexError, IndexOptions, Request, Searcher, Sort,
    UpdateOptions,
};

fn sample() -> Index {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let paths = [concat!(env!("CARGO_MANIFEST_DIR"), "/corpus").into()];
    index
        .update(&paths, &UpdateOptions::default(), |_| {})
        .unwrap();
    index
}

fn answer(searcher: &Searcher, query_string: &str) -> Answer {
    let request = Request::parse(query_string).unwrap();
    searcher.answer(&request).unwrap()
}

const REQUESTS: [&str; 12] = [
    "q=绿色金融",
    "q=银行 贷款&limit=100",
    "q=银行&limit=100&group=false",
    "q=\"绿色金融\"&sort=date",
    "q=债券&since=2022&until=2022-06",
    "q=债券&as_of=2022-03",
    "source=云汐财经&limit=5",
    "q=公司&source=云汐财经&source=海潮社&recency=false",
    "q=降准 -股票&snippets=0",
    "q=公司&snippets=5&snippet_chars=20",
    "q=无此内容甲乙丙",
    "q=",
];

#[test]
fn an_answer_has_the_hits_that_are_read_one_by_one() {
    let searcher = sample().searcher();
    let mut found = 0;
    for text in REQUESTS {
        let request = Request::parse(text).unwrap();
        let answer = searcher.answer(&request).unwrap();
        let hits = searcher.hits(&request).unwrap();
        assert_eq!(hits.total, answer.total, "{text}");
        let notes: Vec<String> = hits.notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes, answer.notes, "{text}");
        let hits: Vec<AnswerHit> = hits.map(|hit| hit.unwrap().into()).collect();
        assert_eq!(hits, answer.hits, "{text}");
        found += hits.len();
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Answer>(&json).unwrap(), answer);
    }
    assert!(found > 50, "{found}");
}

#[test]
fn the_pages_of_a_request_are_its_hits_in_order_and_the_last_has_no_next() {
    let searcher = sample().searcher();
    for group in [true, false] {
        let whole = answer(&searcher, &format!("q=公司&limit=1000&group={group}"));
        assert!(whole.hits.len() > 20 && whole.next.is_none());
        let mut next = Some(format!("q=公司&limit=7&group={group}"));
        let mut paged = Vec::new();
        while let Some(text) = next {
            let page = answer(&searcher, &text);
            assert!(!page.hits.is_empty(), "a page without hits: {text}");
            assert_eq!(page.total, whole.total);
            next = page.next;
            paged.extend(page.hits.into_iter().map(|hit| hit.id));
        }
        let ids: Vec<String> = whole.hits.into_iter().map(|hit| hit.id).collect();
        assert_eq!(paged, ids, "group={group}");
    }
}

#[test]
fn stories_are_what_a_grouped_answer_shows() {
    let searcher = sample().searcher();
    for text in ["公司", "银行", "绿色金融", "无此内容甲乙丙"] {
        let answer = answer(&searcher, &format!("q={text}&limit=1000&stories=true"));
        let shown = answer.hits.len() as u64;
        assert_eq!(answer.stories.unwrap_or_default(), shown, "{text}");
        assert!(shown <= answer.total);
    }
    assert_eq!(answer(&searcher, "q=公司").stories, None);
}

#[test]
fn marks_are_ranges_of_the_text_in_every_unit() {
    let searcher = sample().searcher();
    let answer = answer(&searcher, "q=\"绿色金融\"&limit=50");
    let mut marks = 0;
    for passage in answer.hits.iter().flat_map(|hit| &hit.snippets) {
        let chars: Vec<char> = passage.text.chars().collect();
        let utf16: Vec<u16> = passage.text.encode_utf16().collect();
        for mark in &passage.marks {
            let text: String = chars[mark.chars[0]..mark.chars[1]].iter().collect();
            assert_eq!(text, "绿色金融");
            assert_eq!(&passage.text[mark.bytes[0]..mark.bytes[1]], text);
            let units = &utf16[mark.utf16[0]..mark.utf16[1]];
            assert_eq!(String::from_utf16(units).unwrap(), text);
            marks += 1;
        }
    }
    assert!(marks > 3, "{marks}");
}

#[test]
fn a_request_as_of_a_day_is_that_of_a_searcher_as_of_that_day() {
    let searcher = sample().searcher();
    let then = searcher.as_of(Days::until("2022-03").unwrap()).unwrap();
    let request = Request {
        as_of: Some(Days::until("2022-03").unwrap()),
        sort: Sort::Date,
        ..Request::new("公司")
    };
    let now = Request {
        as_of: None,
        ..request.clone()
    };
    let one = searcher.answer(&request).unwrap();
    let other = then.answer(&now).unwrap();
    assert_eq!((one.total, &one.hits), (other.total, &other.hits));
    assert!(one.total > 0 && one.total < searcher.answer(&now).unwrap().total);
    // 2022-04-01T00:00:00+08:00.
    assert_eq!((one.as_of, other.as_of), (Some(1_648_742_400), None));
}

#[test]
fn a_request_whose_time_is_up_fails_and_the_searcher_goes_on() {
    let searcher = sample().searcher();
    let request = Request {
        timeout: Some(Duration::ZERO),
        ..Request::new("公司")
    };
    let error = searcher.answer(&request).unwrap_err();
    assert!(matches!(error, IndexError::OutOfTime { .. }), "{error}");
    assert!(answer(&searcher, "q=公司").total > 0);
}

#[test]
fn the_generation_is_that_of_the_commit() {
    let index = sample();
    let before = answer(&index.searcher(), "q=公司").generation;
    assert_eq!(answer(&index.searcher(), "q=银行").generation, before);
    let mut writer = index.writer().unwrap();
    let article = newsearch::Article {
        id: "another".into(),
        title: "澜汐转债提议下修".into(),
        ..Default::default()
    };
    writer.add(article).unwrap();
    writer.close().unwrap();
    assert_ne!(answer(&index.searcher(), "q=公司").generation, before);
}
