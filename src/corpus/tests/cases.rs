//! Small archives that are written as people write them; those in `tests/fixtures/cases`.

use std::path::{Path, PathBuf};

use super::{articles_of, lines};
use crate::corpus::Article;

fn case(number: u32) -> Vec<Article> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cases");
    articles_of(&root.join(number.to_string()))
}

/// Title, date and text of each article.
fn told(articles: &[Article]) -> Vec<(String, String, String)> {
    let of_article = |article: &Article| {
        let date = article.published.map(|published| published.to_string());
        (
            article.title.clone(),
            date.unwrap_or_default(),
            lines(article),
        )
    };
    articles.iter().map(of_article).collect()
}

#[track_caller]
fn check(number: u32, expected: &[(&str, &str, &str)]) {
    let owned = |&(title, date, text): &(&str, &str, &str)| {
        (title.to_owned(), date.to_owned(), text.to_owned())
    };
    let expected: Vec<_> = expected.iter().map(owned).collect();
    assert_eq!(told(&case(number)), expected);
}

#[test]
fn c03_marks_of_emphasis_are_no_text() {
    check(
        3,
        &[(
            "加粗",
            "2024-04-05",
            "砚湖转债今天大涨5%，带动“小盘”组合走强，汀洲港口与代码跟涨，旧话。\n防御板块：食品领跌。",
        )],
    );
}

#[test]
fn c04_a_tag_in_markdown_is_a_tag() {
    check(
        4,
        &[
            (
                "摘要标记",
                "2024-04-03",
                "#小标题\n澜汐股份公告称。\n第二段。",
            ),
            ("换行标签", "2024-04-04", "#小标题\n汀洲银行公告称。"),
        ],
    );
}

#[test]
fn c06_a_header_may_be_long() {
    check(
        6,
        &[
            (
                "汀洲银行的定投实验",
                "2024-03-06T10:00:00+08:00",
                "汀洲银行开展定投实验。",
            ),
            ("二十行", "2024-03-07T10:00:00+08:00", "汀洲银行对照。"),
        ],
    );
}

#[test]
fn c07_the_title_is_the_first_heading() {
    check(
        7,
        &[
            (
                "砚湖转债下修落地",
                "2024-03-07",
                "文｜阿砚\n#今日复盘\n砚湖转债收涨。",
            ),
            ("青垣空标题键", "2024-03-08", "青垣收涨。"),
            ("凌川网页标题", "2024-03-09", "凌川收涨。"),
        ],
    );
}

#[test]
fn c08_the_title_is_the_name_of_the_file() {
    check(
        8,
        &[
            ("凌川文件名标题", "2024-06-05", "文｜阿砚\n凌川公告。"),
            (
                "澜汐转债提议下修",
                "2024-07-02",
                "文｜阿砚\n#今日复盘\n澜汐转债今日收涨。",
            ),
        ],
    );
}

#[test]
fn c11_a_zone_named_by_a_word() {
    check(
        11,
        &[("澜汐夜讯", "2023-01-05T23:30:00+00:00", "澜汐夜讯。")],
    );
}

#[test]
fn c12_a_placeholder_is_no_date() {
    check(
        12,
        &[
            ("澜汐占位", "", "澜汐。"),
            ("澜汐快讯", "2024-06-01", "澜汐快讯。"),
        ],
    );
}

#[test]
fn c14_each_tag_is_one() {
    let articles = case(14);
    let tags: Vec<_> = articles
        .iter()
        .map(|article| article.tags.join("/"))
        .collect();
    assert_eq!(tags, ["银行/A股", "银行/A股", "银行/A股", "R&D/C++"]);
    let categories: Vec<_> = articles
        .iter()
        .map(|article| article.categories.join("/"))
        .collect();
    assert_eq!(categories, ["财经/快讯", "财经", "", ""]);
    assert!(articles.iter().all(|article| article.source.is_empty()));
}

#[test]
fn c16_headers_of_all_forms() {
    check(
        16,
        &[
            (
                "澜汐股份TOML头",
                "2024-05-01T08:30:00+08:00",
                "澜汐公告甲。",
            ),
            (
                "汀洲银行无开头线",
                "2024-05-02T08:30:00+08:00",
                "澜汐公告乙。",
            ),
            ("青垣JSON头", "2024-05-03T08:30:00+08:00", "澜汐公告丙。"),
            ("三点结尾", "2024-05-13", "澜汐公告戊。"),
            ("未闭合头", "2024-06-01", "澜汐公告庚。"),
            ("分隔线带空格", "2024-05-12", "澜汐公告丁。"),
            ("大写键", "2024-05-15", "澜汐公告己。"),
        ],
    );
}

#[test]
fn c17_saved_pages() {
    let articles = case(17);
    check(
        17,
        &[
            (
                "青垣控股三季报",
                "2023-01-05T09:30:00+08:00",
                "青垣控股前三季度净利润同比增长三成，公司表示订单充足。",
            ),
            (
                "汀洲港吞吐量创新高",
                "2023-01-05T09:30:00+08:00",
                "汀洲港集团周四公布，去年完成货物吞吐量6.2亿吨，同比增长4.1%。",
            ),
        ],
    );
    let sources: Vec<_> = articles
        .iter()
        .map(|article| article.source.as_str())
        .collect();
    assert_eq!(sources, ["汀洲网", "汀洲日报"]);
}

#[test]
fn c19_formulas_are_no_codes() {
    for article in case(19) {
        assert_eq!(super::stocks(&article), Vec::<String>::new());
    }
}

/// Pages of ten layouts, each with the same article.
#[test]
fn saved_pages_of_ten_layouts() {
    let folder: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cases/layouts");
    let articles = articles_of(&folder);
    assert_eq!(articles.len(), 10);
    for article in articles {
        let file = &article.places[0].path;
        let date = article
            .published
            .map(|published| published.to_string())
            .unwrap_or_default();
        let text = lines(&article);
        assert!(
            article.title == "汀洲港吞吐量创新高" || file.contains("09short"),
            "{file}: {}",
            article.title
        );
        assert!(
            date.starts_with("2023-01-05") || file.contains("10noh1"),
            "{file}: {date}"
        );
        for foreign in [
            "首页",
            "基金",
            "版权所有",
            "相关新闻",
            "脚本",
            "汀ICP",
            "上一页",
            "扫一扫",
            "来源：",
            "2023",
            "解套",
        ] {
            assert!(!text.contains(foreign), "{file}: {foreign} in\n{text}");
        }
        let inside = if file.contains("09short") {
            "三年期存款利率"
        } else {
            "一千五百万标准箱"
        };
        assert!(text.contains(inside), "{file}:\n{text}");
    }
}
