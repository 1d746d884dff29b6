//! A few articles of companies that do not exist, in an index in memory.

use std::sync::LazyLock;

use newsearch::{Analyzer, Article, Index, IndexOptions, Paragraph, Published};

/// Words of the user, one of them mixed.
const WORDS: &str = "云汐科技\nQQ群\n";

/// Title, source and body.
const ARTICLES: [(&str, &str, &str); 8] = [
    (
        "云汐银行拟发行绿色金融债券",
        "云汐财经",
        "云汐银行今日公告，拟发行绿色金融债券，规模不超过5.7万亿元。\n募集资金将投向光伏与储能项目。",
    ),
    (
        "央行宣布降准0.5个百分点",
        "海潮社",
        "央行宣布降准。分析师认为，降准利好小微企业与中国农业发展银行。",
    ),
    (
        "國際論壇：昇興股份（００２７５２）回應",
        "海潮社",
        "昇興股份表示，A股與ＥＴＦ資金流入。　融资+融物。",
    ),
    (
        "HFO-1234yf制冷剂涨价",
        "星辰日报",
        "报价1.8 mS/cm，HFO-1234yf与C#无关；600519.SH、PD1728_A_1、A+轮、5G、4S店。",
    ),
    (
        "灯光展",
        "星辰日报",
        "大灯亮了。\n①㈱½ﬁ ´é\n中 国 平 安，云 汐",
    ),
    (
        "",
        "云汐财经",
        "海岚新材：没有标题的快讯 AND OR NOT (括号) \"引号\" “引号”。",
    ),
    (
        "黎明前的黑暗",
        "",
        "本田不是本子。REITs基金，QQ群，沪深300，3D打印。",
    ),
    ("只有标题 -5% T+0 *ST", "江海社", ""),
];

/// The articles.
pub static SHELF: LazyLock<Vec<Article>> = LazyLock::new(|| {
    let articles = (1..).zip(ARTICLES);
    articles
        .map(|(number, (title, source, body))| Article {
            id: format!("20220209000000000{number}"),
            title: title.to_owned(),
            source: source.to_owned(),
            tags: vec![format!("{source}新闻")],
            published: Published::day(2022, number, 9).filter(|_| number != 6),
            body: body.lines().map(paragraph).collect(),
            ..Article::default()
        })
        .collect()
});

/// The index that holds them.
pub static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let options = IndexOptions::new().dictionary(WORDS).expect("words");
    let index = Index::in_memory(options).expect("an index");
    let mut writer = index.writer_with(1, 16 << 20).expect("a writer");
    for article in SHELF.iter() {
        writer.add(article.clone()).expect("added");
    }
    writer.close().expect("committed");
    index
});

/// Folds and cuts texts as the index does.
pub fn analyzer() -> &'static Analyzer {
    INDEX.analyzer()
}

fn paragraph(text: &str) -> Paragraph {
    Paragraph {
        text: text.to_owned(),
        heading: false,
    }
}
