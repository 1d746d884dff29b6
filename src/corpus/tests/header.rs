//! Front matter, row by row.

use super::{article, read};
use crate::corpus::{Article, Kind, Problem};

const NAME: &str = "_posts/2022-02-09-NW202202091234567890.md";

/// Reads a post with these lines in its header.
#[track_caller]
fn with_header(header: &str) -> Article {
    article(
        NAME,
        &format!("---\nlayout: post\n{header}\n---\n<p>正文。</p>"),
    )
}

fn date(article: &Article) -> Option<String> {
    article.published.map(|published| published.to_string())
}

#[test]
fn normal() {
    let article = with_header(
        "title: \"云帆科技发布年报\"\ndate: 2022-02-09 16:43:43 +0800\ncategories: xingchenribao\ntags: 星辰日报新闻",
    );
    assert_eq!(article.id, "202202091234567890");
    assert_eq!(article.kind, Kind::Media);
    assert_eq!(article.title, "云帆科技发布年报");
    assert_eq!(date(&article).as_deref(), Some("2022-02-09T16:43:43+08:00"));
    assert_eq!(article.categories, ["xingchenribao"]);
    assert_eq!(article.tags, ["星辰日报新闻"]);
    assert_eq!(article.source, "星辰日报");
}

#[test]
fn date_without_zone() {
    let article = with_header("title: \"甲\"\ndate: 2021-12-08 10:46:18");
    assert_eq!(date(&article).as_deref(), Some("2021-12-08T10:46:18+08:00"));
}

#[test]
fn empty_title_and_date() {
    let post = "---\nlayout: post\ntitle: \"\"\ndate:  +0800\ncategories: emnews\ntags: 东财滚动新闻\n---\n\
                <p>云帆科技新工厂投产！产能翻倍。</p>";
    let article = article("_posts/-202205261234567890.md", post);
    assert_eq!(article.title, "云帆科技新工厂投产！");
    assert!(article.title_derived);
    assert_eq!(date(&article), None, "a serial number alone tells no day");
    let coded = read("NW202205261234567890.md", post.as_bytes()).expect("reads");
    assert_eq!(
        date(&coded).as_deref(),
        Some("2022-05-26"),
        "an info code does"
    );
    let undated = read("post.md", post.as_bytes()).expect("reads");
    assert_eq!(date(&undated), None);
}

#[test]
fn own_category_not_news() {
    let post =
        b"---\ntitle: \"hello\"\ncategories: sitenews\ntags: \xE7\xAB\x99\xE9\x95\xBF\n---\ntext";
    assert!(matches!(
        read("2021-12-01-init.md", post),
        Err(Problem::SiteNews)
    ));
}

#[test]
fn flash() {
    let article = with_header("title: \"甲\"\ncategories: emnews\ntags: 东财滚动新闻");
    assert_eq!(article.kind, Kind::Flash);
    assert_eq!(article.source, "", "a feed is no source");
    assert_eq!(article.tags, ["东财滚动新闻"]);
}

#[test]
fn slugs_and_tags_are_taken_as_they_are() {
    for (category, tag, source) in [
        ("jiabao·yiwang", "甲报·乙网新闻", "甲报·乙网"),
        ("aabao bbAPP", "AA报 BBAPP新闻", "AA报 BBAPP"),
        ("aabao  bbtong", "AA报  BB通新闻", "AA报  BB通"),
        ("aa(xianggang)", "AA(香港)新闻", "AA(香港)"),
        ("AbCd", "AbCd新闻", "AbCd"),
        ("36ke", "36刻新闻", "36刻"),
        ("360", "360新闻", "360"),
        ("0123", "0123新闻", "0123"),
        ("moujingjixinwen", "某经济新闻新闻", "某经济新闻"),
        ("jia", "甲: 乙新闻", "甲: 乙"),
        ("jia", "甲 #乙新闻", "甲 #乙"),
        ("jia", "&甲 乙新闻", "&甲 乙"),
        ("jia", "[甲新闻", "[甲"),
        ("jia", "*甲新闻", "*甲"),
        ("jia", "&甲: 新闻", "&甲: "),
        ("jia", "@甲新闻", "@甲"),
        ("jia", "{甲新闻", "{甲"),
    ] {
        let article = with_header(&format!(
            "title: \"甲\"\ncategories: {category}\ntags: {tag}"
        ));
        assert_eq!(article.categories, [category]);
        assert_eq!(article.source, source, "{tag}");
    }
}

#[test]
fn titles_are_taken_word_for_word() {
    for title in [
        "云帆：三季度｜盈利“翻番”《年报》（12-08）涨5% ——分析 (YFKJ.O)(01999.HK)",
        "甲称\"乙\"上涨",
        "甲\\乙",
        "C:\\新闻",
        "\"甲\"",
        "# 甲",
    ] {
        assert_eq!(with_header(&format!("title: \"{title}\"")).title, title);
    }
    assert_eq!(
        with_header("title: \"甲称\\\"乙\\\"上涨\"").title,
        "甲称\"乙\"上涨",
        "good YAML"
    );
}

#[test]
fn a_title_over_two_lines_does_not_lose_the_post() {
    let article = with_header("title: \"甲称\n乙\"上涨\"\ncategories: jia");
    assert!(article.title.starts_with("甲称"));
    assert_eq!(article.categories, ["jia"]);
}

#[test]
fn blocks_in_a_header_that_is_no_yaml() {
    for (block, digest) in [
        (
            "|\n  澜汐半年报要点。\n  - 汀洲港二期：投产",
            "澜汐半年报要点。 - 汀洲港二期：投产",
        ),
        (">-\n  澜汐半年报\n  要点。\n", "澜汐半年报 要点。"),
        ("|\n", ""),
    ] {
        let article = with_header(&format!(
            "title: 纪要\nsource: 甲: 乙\ndescription: {block}\nauthor: 丙"
        ));
        assert_eq!(article.title, "纪要");
        assert_eq!(article.digest, digest);
        assert_eq!(article.authors, ["丙"]);
    }
}

#[test]
fn missing_and_unknown_keys_never_fail() {
    let article = with_header("author: 甲\nextra: {a: [1, 2]}");
    assert_eq!(article.title, "正文");
    assert!(article.title_derived);
    assert_eq!(
        date(&article).as_deref(),
        Some("2022-02-09"),
        "the day of the file name"
    );
}

#[test]
fn an_id_is_not_a_date_where_there_is_a_better_one() {
    let post = "---\ntitle: \"甲\"\n---\n<p>乙。</p>\n\n<http://a.example/NewsShare.html?infoCode=NW202202101234567890>";
    let of_name = article("2022-02-08-x.md", post);
    assert_eq!(date(&of_name).as_deref(), Some("2022-02-08"));
    let of_id = article("x.md", post);
    assert_eq!(date(&of_id).as_deref(), Some("2022-02-10"));
}

#[test]
fn a_derived_title_is_at_most_40_characters() {
    let article = article(
        "x.md",
        &format!(
            "---\ntitle: \"\"\n---\n<p><strong>小标题</strong></p><p>{}</p>",
            "长".repeat(60)
        ),
    );
    assert_eq!(article.title.chars().count(), 40);
    assert!(article.title_derived && article.title.starts_with('长'));
}
