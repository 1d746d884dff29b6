//! How to ask, and the keys.

use askama::Template;

use super::frame::Frame;
use super::language::Language;
use super::link::Place;
use super::render::render;
use crate::search::{Request, SYNTAX};
use crate::server::app::View;
use crate::server::failure::Failure;

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    frame: Frame,
    rows: Vec<Row>,
    keys: Vec<(&'static str, &'static str)>,
    syntax: &'static str,
}

struct Row {
    query: &'static str,
    meaning: &'static str,
    address: String,
}

const ROWS: [(&str, &str, &str); 12] = [
    (
        "绿色金融 债券",
        "两个词，含得越多、越靠近的越靠前",
        "both words; the more and the closer, the better",
    ),
    ("\"绿色金融债券\"", "一字不差的原文", "exactly this text"),
    ("降准 -股票", "不要含“股票”的", "without 股票"),
    ("+降准 降息", "一定要含“降准”", "with 降准 for certain"),
    ("降准 OR 降息", "含其中一个", "any of the two"),
    ("(降准 OR 降息) 银行", "用括号合在一起", "brackets join"),
    (
        "银行 NEAR/5 减持",
        "两个词相距不超过五个字",
        "within five characters of each other",
    ),
    ("绿色*", "以“绿色”开头的词", "words that begin so"),
    ("title:降准", "标题里有", "in the title"),
    (
        "source:云汐财经 降准",
        "这一家刊发的",
        "published by this medium",
    ),
    ("code:600519", "主要涉及这家公司的", "about this company"),
    (
        "降准 date:2022-03",
        "这个月的；也可写 since: until: 上周 近7天",
        "of this month; also since: until: 上周 近7天",
    ),
];

const KEYS: [(&str, &str, &str); 8] = [
    ("/", "到搜索框", "to the search box"),
    ("j  ↓", "下一条", "next hit"),
    ("k  ↑", "上一条", "previous hit"),
    ("Enter", "打开", "open"),
    ("o", "在新标签页打开", "open in a new tab"),
    (
        "n  N",
        "文章里的下一处、上一处匹配",
        "next and previous match of an article",
    ),
    ("?", "打开或关上这份说明", "this help, on and off"),
    (
        "Esc",
        "离开搜索框，收起建议",
        "leave the box, close suggestions",
    ),
];

/// Writes the page.
pub fn write(_: &View, place: Place) -> Result<String, Failure> {
    let is_chinese = place.language == Language::Chinese;
    let rows = ROWS.into_iter().map(|(query, chinese, english)| Row {
        query,
        meaning: if is_chinese { chinese } else { english },
        address: place.results(&Request::new(query)),
    });
    let keys = KEYS.into_iter();
    let keys =
        keys.map(|(key, chinese, english)| (key, if is_chinese { chinese } else { english }));
    let page = Help {
        rows: rows.collect(),
        keys: keys.collect(),
        syntax: SYNTAX,
        frame: Frame::bare(place.language),
    };
    render(&page)
}
