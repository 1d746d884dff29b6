//! What the tests work on, and a scan that knows the right answers.

use std::collections::{BTreeMap, BTreeSet};

use newsearch::{
    Article, Days, Index, IndexOptions, Key, Node, Paragraph, Published, Request, Searcher, Stock,
    UpdateOptions,
};

pub const DAY: i64 = 86_400;
/// Seconds by which the clocks of China are ahead.
const CHINA: i64 = 8 * 3_600;

/// The sample.
pub fn sample() -> Index {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let paths = [concat!(env!("CARGO_MANIFEST_DIR"), "/corpus").into()];
    index
        .update(&paths, &UpdateOptions::default(), |_| {})
        .unwrap();
    index
}

/// An index of these articles; a commit after each of these numbers of them.
pub fn index_of(articles: &[Article], commits: &[usize]) -> Index {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = index.writer().unwrap();
    for (place, article) in articles.iter().enumerate() {
        if commits.contains(&place) {
            writer.commit().unwrap();
        }
        writer.add(article.clone()).unwrap();
    }
    writer.commit().unwrap();
    index
}

pub fn article(id: &str, date: &str, source: &str, text: &str) -> Article {
    Article {
        id: id.into(),
        title: format!("{id}号消息"),
        published: Published::parse(date),
        source: source.into(),
        body: vec![Paragraph {
            text: text.into(),
            heading: false,
        }],
        ..Article::default()
    }
}

pub fn stock(code: &str, name: &str, strength: u8) -> Stock {
    Stock {
        market: Some(newsearch::Market::Shanghai),
        code: code.into(),
        name: name.into(),
        strength,
    }
}

/// All articles that a request matches, by way of its hits.
pub fn articles(searcher: &Searcher, request: &Request) -> Vec<Article> {
    let request = Request {
        limit: 1_000_000,
        offset: 0,
        group: false,
        snippets: 0,
        ..request.clone()
    };
    let hits = searcher.hits(&request).unwrap();
    hits.map(|hit| hit.unwrap().article).collect()
}

/// Every article of the index.
pub fn all(searcher: &Searcher) -> Vec<Article> {
    let everything = searcher.articles(&Request::default(), newsearch::Order::Oldest);
    let all: Vec<Article> = everything.unwrap().map(Result::unwrap).collect();
    assert_eq!(all.len() as u64, searcher.documents());
    all
}

/// The story of each article: the least id of those that tell it.
pub fn stories(searcher: &Searcher, articles: &[Article]) -> BTreeMap<String, String> {
    let story = |article: &Article| {
        let story = searcher.story(&article.id).unwrap().expect("the article");
        let ids = story.tellings.into_iter().map(|telling| telling.id);
        (article.id.clone(), ids.min().unwrap())
    };
    articles.iter().map(story).collect()
}

/// The securities that each article is about, by way of the filter.
pub fn about(searcher: &Searcher, articles: &[Article]) -> BTreeSet<(String, String)> {
    let keys: BTreeSet<String> = articles
        .iter()
        .flat_map(|article| article.stocks.iter().filter_map(Stock::key))
        .collect();
    let mut about = BTreeSet::new();
    for key in keys {
        let query = newsearch::Query::new(Node::Is(Key::Code, key.clone()));
        let ids = searcher.ids(&query).unwrap();
        about.extend(ids.into_iter().map(|id| (id, key.clone())));
    }
    about
}

/// The number of the day at +08:00, counted from 1970.
pub fn day(article: &Article) -> Option<i64> {
    let seconds = article.published?.seconds;
    Some((seconds + CHINA).div_euclid(DAY))
}

pub fn requests() -> Vec<Request> {
    let parse = |text: &str| Request::parse(text).unwrap();
    let mut requests: Vec<Request> = [
        "q=公司",
        "q=银行 贷款",
        "q=\"绿色金融\"",
        "q=债券&since=2022",
        "q=债券&since=2021-06&until=2022-03-15",
        "q=公司&source=云汐财经",
        "q=公司&source=云汐财经&source=海潮社&source=无此媒体",
        "q=公司&sort=date",
        "q=公司&as_of=2022-01",
        "q=债券 OR 股票&as_of=2022-03&since=2021",
        "q=公司 -股票",
        "q=无此内容甲乙丙",
        "since=2022-01&until=2022-02",
        "q=云汐 银行 债券 光伏 股票",
    ]
    .map(parse)
    .into();
    requests.push(Request {
        until: Some(Days::until("2021").unwrap()),
        ..Request::new("公司")
    });
    requests
}
