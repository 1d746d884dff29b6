//! Queries a reader would type, on the sample: what each finds, and what it must not.
//!
//! The table in `corpus/README.md` says who is who. Each test is named after its query.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use newsearch::{Article, Index, IndexOptions, Note, Page, Query, Searcher, UpdateOptions};

// Company, code, ticker, name.

#[test]
fn 华屿保险() {
    let found = Found::by("华屿保险");
    let about = [
        "202112312231925788",
        "202201072239609772",
        "202112272227069468",
    ];
    found.ranks(&about, &["202205302397134800", "202301182653454006"]);
    found.ranks(&about, &["202208242491623821"]);
}

#[test]
fn 沪市代码_601835() {
    let found = Found::by("601835");
    found
        .starts_with("202112312231925788")
        .lacks(&["202208242491623821"]);
    assert_eq!(Found::by("SH601835").ids, Found::by("601835.sh").ids);
    Found::by("1.601835").starts_with("202112312231925788");
    let filtered = Found::by("code:601835");
    filtered
        .has(&["202112312231925788"])
        .lacks(&["202208242491623821", "202301182653454006"]);
}

#[test]
fn 一码两用_000486() {
    let (bank, index) = ("202210272561509958", "202210282563177292");
    Found::by("000486").has(&[bank, index]);
    let hits = SAMPLE
        .search(&Query::parse("000486"), &Page::first(1))
        .unwrap();
    assert_eq!(
        hits.notes,
        [Note::SeveralSecurities {
            code: "000486".into(),
            securities: vec![
                ("SH000486".into(), "沪市蓝海指数".into()),
                ("SZ000486".into(), "岭海银行".into()),
            ],
        }]
    );
    Found::by("SZ000486").starts_with(bank).lacks(&[index]);
    Found::by("SH000486").starts_with(index).lacks(&[bank]);
    for code in ["SZ000486", "000486.SZ", "0.000486"] {
        Found::by(&format!("code:{code}"))
            .has(&[bank])
            .lacks(&[index]);
    }
    for code in ["SH000486", "000486.SH", "1.000486"] {
        Found::by(&format!("code:{code}"))
            .has(&[index])
            .lacks(&[bank]);
    }
}

#[test]
fn 港股代码_07448_hk() {
    for query in ["07448.HK", "7448.HK", "hk07448", "code:7448", "0７448.hk"] {
        Found::by(query)
            .starts_with("202112082206308998")
            .lacks(&["202112082206621807", "202112082206151758"]);
    }
}

#[test]
fn 美股代码_novq() {
    Found::by("NOVQ.O").starts_with("202112082206725940");
    for query in ["NOVQ", "novq", "ＮＯＶＱ", "NOVQ.O", "code:novq"] {
        Found::by(query).is(&["202112082206725940", "202208022467143987"]);
    }
}

#[test]
fn 升澜股份_业绩预增() {
    for query in [
        "升澜股份 业绩预增",
        "昇澜股份 业绩预增",
        "昇瀾股份 業績預增",
    ] {
        Found::by(query).starts_with("202201212254749652");
    }
}

#[test]
fn 潮訊控股_年金() {
    let found = Found::by("潮訊控股 年金");
    let page = id_of("inbox/chaoxun.htm", "潮訊控股擬為員工設立年金計劃");
    found.has(&["202205302397134800", "202305312799364181", &page]);
    assert_eq!(
        found.ids,
        Found::by("潮讯控股 年金").ids,
        "in either script"
    );
}

#[test]
fn 拼音_huayuzulin() {
    let (leasing, other) = ("202202152281953232", "202209222523559538");
    for query in ["huayuzulin", "hyzl", "HuaYuZuLin", "huayuzu zulin"] {
        Found::by(query).has(&[leasing]);
    }
    Found::by("huayuzulin").lacks(&[other]);
    Found::by("hyzl").lacks(&[other]);
    Found::by("zulin").has(&[leasing, other]);
    Found::by("\"huayuzulin\"").is(&[]);
    let hits = SAMPLE
        .search(&Query::parse("hyzl"), &Page::first(1))
        .unwrap();
    assert_eq!(
        hits.notes,
        [Note::Spelled {
            letters: "hyzl".into(),
            names: vec!["华屿租赁".into()],
        }]
    );
}

#[test]
fn 曜王() {
    Found::by("曜王")
        .starts_with("202205292395707745")
        .has(&["202208252492292454"]);
    Found::by("\"曜王\"").lacks(&["202208252492292454"]);
}

#[test]
fn 江海贸行() {
    let found = Found::by("江海贸行");
    let named = [
        "202201072239609772",
        "202301092642915838",
        "202402053074558524",
    ];
    found.ranks(&named, &["202201042235827363"]);
    found.has(&["202204212354216429", "202201042235827363"]);
}

#[test]
fn 双碳() {
    let goals = "202112312231925788";
    let found = Found::by("双碳");
    found.is(&[
        goals,
        "202307162849955277",
        "202202152281953232",
        "202112272227069468",
        "202208252492292454",
        "202303282729022458",
        "202206082401921712",
        &id_of("wire.jsonl", "双碳统计核算办法征求意见"),
    ]);
    assert_eq!(found.ids.last().map(String::as_str), Some(goals));
    Found::by("\"双碳\"").lacks(&[goals]);
}

#[test]
fn 专精特新_逐字() {
    let found = Found::by("\"专精特新\"");
    let about = ["202201042235827363", "202310192954468728"];
    found.ranks(&about, &["202402273098963713", "202311022969410017"]);
    found
        .has(&["202212022601482464", "hc-240115-01"])
        .lacks(&["202302092676888922"]);
}

// Events, people, words that markup hides.

#[test]
fn 云梯_信托_叫停_2023年3月() {
    let found = Found::by("“云梯” 信托 叫停 2023年3月");
    found
        .starts_with("202303082706647277")
        .once("202303082706647277");
}

#[test]
fn 欧阳砚清() {
    Found::by("欧阳砚清").starts_with("202112312231925788");
}

#[test]
fn 程国岚() {
    for query in ["程国岚", "\"程国岚\""] {
        Found::by(query).is(&["202201072239609772"]);
    }
}

#[test]
fn nppif_中国股票() {
    for query in ["NPPIF 中国股票", "nppif 中国股票"] {
        Found::by(query).starts_with("202205302397134800");
    }
}

#[test]
fn 大视野_603891() {
    Found::by("大视野 603891")
        .starts_with("202311202989228502")
        .lacks(&["202205302390417260"]);
    Found::by("code:603891").lacks(&["202205302390417260"]);
}

#[test]
fn 煤电机组() {
    let (hidden, motor) = ("202205302390417260", "202206022399732894");
    Found::by("煤电机组").starts_with(hidden);
    Found::by("\"煤电机组\"").is(&[hidden]);
    Found::by("电机").starts_with(motor).lacks(&[hidden]);
}

#[test]
fn kxr_2207zt() {
    for query in [
        "KXR-2207zt",
        "kxr-2207ZT",
        "2207zt",
        "kxr2207zt",
        "\"KXR-2207zt\"",
    ] {
        Found::by(query).is(&["202206082401921712"]);
    }
}

#[test]
fn 棕榈油为什么涨到2019年以来最高() {
    let found = Found::by("棕榈油为什么涨到2019年以来最高？");
    assert_eq!(found.ids[..2], ["202112082206750708", "202112082206407572"]);
}

#[test]
fn 岭醇_1800元_北向资金() {
    Found::by("岭醇 1800元 北向资金")
        .starts_with("202112082206466722")
        .has(&[
            "202212282629730820",
            "202112082206459905",
            "202401313068821861",
        ]);
}

#[test]
fn 央行_稳增长_消费_报告_全文() {
    let found = Found::by("央行 稳增长 消费 报告 全文");
    found.ranks(&["202205302390417260"], &["202205302390488315"]);
}

// Filters.

#[test]
fn 沃尔金科夫_国有化_source_海潮新闻客户端() {
    let found = Found::by("沃尔金科夫 国有化 source:海潮新闻客户端");
    found.is(&["202204212353894180"]);
    Found::by("沃尔金科夫 国有化 source:海潮").is(&[]);
}

#[test]
fn 临澜_纾困政策_2022_04() {
    let april = ["202204212354181796", "202204212354216429"];
    let june = "202206142413499388";
    Found::by("临澜 纾困政策 2022-04").ranks(&april, &[june]);
    Found::by("临澜 纾困政策 date:2022-04")
        .has(&april)
        .lacks(&[june]);
}

#[test]
fn cntq_资金净流入_after_2022_05_01() {
    let flows = ["202205292395707745", "202205162381764910"];
    let found = Found::by("CNTQ 资金净流入 after:2022-05-01");
    found
        .has(&flows)
        .lacks(&["202203112308757333", "202206082401921712"]);
    assert!(flows.contains(&found.ids[0].as_str()) && flows.contains(&found.ids[1].as_str()));
    let undated = id_of("inbox/chaoxun.htm", "潮訊控股擬為員工設立年金計劃");
    Found::by("潮讯控股 after:1990-01-01")
        .has(&["202205302397134800"])
        .lacks(&[&undated]);
    Found::by("潮讯控股 before:2090-01-01")
        .has(&["202205302397134800"])
        .lacks(&[&undated]);
}

// What stands around the text is not the text.

#[test]
fn 版式文字不是正文() {
    for text in [
        "返回首页",
        "返回东财",
        "K图",
        "文章来源",
        "dfcfw",
        "</p>",
        "<p>",
        "display:none",
        "EM_StockImg",
        "data-code",
        "机房广告位",
        "视频载入中",
        "编辑注",
    ] {
        Found::by(&format!("\"{text}\"")).is(&[]);
    }
}

#[test]
fn 东财滚动新闻只是标签() {
    Found::by("\"东财滚动新闻\"").is(&[]);
    assert!(Found::by("tag:东财滚动新闻").ids.len() > 20);
    Found::by("source:东财滚动新闻").is(&[]);
}

// Copies.

#[test]
fn 三份稿件是一篇文章() {
    for id in [
        "202303082706647277",
        "202204212353894180",
        "202205302390417260",
    ] {
        Found::by(&format!("id:{id}")).once(id);
        let article = article(id);
        assert!(!article.digest.is_empty(), "{id}: the feed's digest");
        assert_ne!(article.source, "", "{id}: the medium's name");
        assert!(
            !article.stocks.is_empty(),
            "{id}: the linked copy's securities"
        );
        assert!(article.url.is_some(), "{id}: an address");
    }
    assert_eq!(article("202204212353894180").source, "海潮新闻客户端");
}

#[test]
fn 有链接与无链接的稿件文字相同() {
    for (linked, bare) in [
        (
            "old_post/2022-01-07-NW202201072239609772.md",
            "_posts/2022-01-07-NW202201072239609772.md",
        ),
        (
            "_posts/2022-04-21-202204212353894180.md",
            "_posts/2022-04-21-NW202204212353894180.md",
        ),
        (
            "_posts/2022-05-30-202205302390417260.md",
            "_posts/2022-05-30-NW202205302390417260.md",
        ),
    ] {
        assert_eq!(
            read_alone(linked).body_text(),
            read_alone(bare).body_text(),
            "{linked}"
        );
    }
}

// A little language for the tests above.

static SAMPLE: LazyLock<Searcher> = LazyLock::new(|| index_of("").searcher());

/// What a query finds in the sample, best first.
struct Found {
    query: String,
    ids: Vec<String>,
}

impl Found {
    fn by(query: &str) -> Found {
        let hits = SAMPLE
            .search(&Query::parse(query), &Page::first(1000))
            .unwrap();
        Found {
            query: query.to_owned(),
            ids: hits.map(|hit| hit.unwrap().article.id).collect(),
        }
    }

    /// Exactly these, in any order.
    fn is(&self, ids: &[&str]) -> &Self {
        let found: BTreeSet<&str> = self.ids.iter().map(String::as_str).collect();
        assert_eq!(found, ids.iter().copied().collect(), "{}", self.query);
        self
    }

    fn has(&self, ids: &[&str]) -> &Self {
        for id in ids {
            assert!(
                self.place(id).is_some(),
                "{} misses {id}: {:?}",
                self.query,
                self.ids
            );
        }
        self
    }

    fn lacks(&self, ids: &[&str]) -> &Self {
        for id in ids {
            assert!(
                self.place(id).is_none(),
                "{} finds {id}: {:?}",
                self.query,
                self.ids
            );
        }
        self
    }

    fn starts_with(&self, id: &str) -> &Self {
        assert_eq!(
            self.ids.first().map(String::as_str),
            Some(id),
            "{}",
            self.query
        );
        self
    }

    fn once(&self, id: &str) -> &Self {
        let times = self.ids.iter().filter(|found| *found == id).count();
        assert_eq!(times, 1, "{}: {id}", self.query);
        self
    }

    /// All of `above` are found, and before any of `below`.
    fn ranks(&self, above: &[&str], below: &[&str]) -> &Self {
        self.has(above);
        let last = above.iter().filter_map(|id| self.place(id)).max();
        let first = below.iter().filter_map(|id| self.place(id)).min();
        assert!(
            first.is_none() || last < first,
            "{}: {:?}",
            self.query,
            self.ids
        );
        self
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|found| found == id)
    }
}

/// An index of a file or folder of the sample.
fn index_of(path: &str) -> Index {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(path);
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    index
        .update(&[sample], &UpdateOptions::default(), |_| {})
        .unwrap();
    index
}

fn article(id: &str) -> Article {
    SAMPLE
        .article(id)
        .unwrap()
        .unwrap_or_else(|| panic!("no article {id}"))
}

/// The one article of a file.
fn read_alone(path: &str) -> Article {
    let searcher = index_of(path).searcher();
    let mut hits = searcher
        .search(&Query::parse("after:1990-01-01"), &Page::first(1))
        .unwrap();
    hits.next()
        .unwrap_or_else(|| panic!("{path} holds no article"))
        .unwrap()
        .article
}

/// The id of the article of a file that has this title.
fn id_of(path: &str, title: &str) -> String {
    let searcher = index_of(path).searcher();
    let query = Query::parse(&format!("title:\"{title}\""));
    let mut hits = searcher.search(&query, &Page::first(1)).unwrap();
    hits.next()
        .unwrap_or_else(|| panic!("{path} has no {title}"))
        .unwrap()
        .article
        .id
}
