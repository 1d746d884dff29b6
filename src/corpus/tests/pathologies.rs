//! What breaks other readers, row by row; rows that the header and the body show are there.

use std::time::{Duration, Instant};

use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;

use super::{article, lines, read, with_body};
use crate::corpus::{Kind, Problem};

#[track_caller]
fn check(body: &str, expected: &str) {
    assert_eq!(lines(&with_body(body)), expected, "{body}");
}

#[test]
fn p01_and_p02_inline_joins_block_breaks() {
    check(
        "<p>中国<span><a class=\"keytip\">证券</a></span>报</p><p>乙</p>丙<div>丁</div>",
        "中国证券报\n乙\n丙\n丁",
    );
}

#[test]
fn p07_to_p11_nothing_but_text_is_text() {
    let article = with_body(
        "<p class=\"首页\" title=\"属性\" data-x='a>b'>甲<img src=\"https://np-newspic.dfcfw.com/download/D1_w690h389.jpg\" alt=\"K图 600001_0\" title=\"Image\"></p>\
         <p class=\"em_media\">（文章来源：江海日报）</p>",
    );
    assert_eq!(lines(&article), "甲");
    assert_eq!(article.digest, "");
}

#[test]
fn p12_an_escaped_tag_is_text() {
    check("<p>&lt;p&gt;蓝湖公约&lt;/p&gt;</p>", "<p>蓝湖公约</p>");
}

#[test]
fn p13_unclosed_tags_and_angle_brackets_in_text() {
    check(
        "<p>P<0.05，占比<1%，<20Mbps，a<b></p>",
        "P<0.05，占比<1%，<20Mbps，a",
    );
    check("<p>甲<!-- 乙</p>\n\n<p>丙</p>", "甲\n丙");
    check("<p>甲<a href=\"x</p>\n\n<p>丙</p>", "甲\n丙");
    check("<p>甲<strong>乙<p>丙</p>", "甲乙\n丙");
}

#[test]
fn p14_bad_bytes_marks_and_line_ends() {
    let post = "\u{FEFF}---\r\ntitle: \"甲\"\r\ncategories: yi\r\ntags: 乙新闻\r\n---\r\n<p>丙。\0丁。</p>\r\n<p>戊。</p>";
    let article = article("x.md", post);
    assert_eq!(
        (article.title.as_str(), article.source.as_str()),
        ("甲", "乙")
    );
    assert_eq!(lines(&article), "丙。丁。\n戊。");
    let mut bytes = post.as_bytes().to_vec();
    let at = bytes.len() - 8;
    bytes[at] = 0xFF;
    let damaged = read("x.md", &bytes).expect("reads");
    assert!(lines(&damaged).starts_with("丙。丁。"));
    assert!(lines(&damaged).contains('\u{FFFD}'));
}

#[test]
fn p14_other_encodings() {
    let simplified = "---\ntitle: \"云帆科技发布年度报告\"\ntags: 江海日报新闻\n---\n<p>营业收入同比增长两成。</p>";
    let bytes = GB18030.encode(simplified).0;
    assert_eq!(
        read("x.md", &bytes).expect("reads"),
        article("x.md", simplified)
    );
    let traditional = "---\ntitle: \"雲帆科技發佈年度報告\"\ntags: 江海日報新聞\n---\n<p>營業收入與去年相比成長兩成。</p>";
    let bytes = BIG5.encode(traditional).0;
    assert_eq!(
        read("x.md", &bytes).expect("reads"),
        article("x.md", traditional)
    );
}

#[test]
fn p15_empty_and_cut_files() {
    for bytes in ["", " \n\u{FEFF}", "\0\0"] {
        let empty = read("x.md", bytes.as_bytes());
        assert!(
            matches!(empty, Err(Problem::Empty | Problem::NoText)),
            "{bytes:?}"
        );
    }
    for post in [
        "---\ntitle: \"\"\n---\n",
        "---\ntitle: \"\"\n---\nNone",
        "---\n---\n<p><br></p>",
        "<p></p>",
    ] {
        assert!(
            matches!(read("x.md", post.as_bytes()), Err(Problem::NoText)),
            "{post}"
        );
    }
    let title_only = article(
        "x.md",
        "---\ntitle: \"云帆上市\"\n---\nNone\n\n<http://a.example/1.html>",
    );
    assert_eq!(
        (title_only.title.as_str(), title_only.body.len()),
        ("云帆上市", 0)
    );
    let cut = article("x.md", "---\ntitle: \"云帆上市\"\ntags: 甲");
    assert_eq!(cut.title, "云帆上市", "a header without an end is one");
    let cut = article("x.md", "---\ntitle: \"云帆上市\"\n---\n<p>甲。</p><p>乙");
    assert_eq!(lines(&cut), "甲。\n乙");
    let cut = article(
        "x.md",
        "---\ntitle: \"云帆上市\"\n---\n<p>甲。</p><p>乙。</p>\n\n<http://a.exam",
    );
    assert_eq!(lines(&cut), "甲。\n乙。");
}

#[test]
fn p21_delimiters_inside_the_body() {
    let article = article("x.md", "---\ntitle: \"甲\"\n---\n乙。\n---\n丙。\n---\n");
    assert_eq!(lines(&article), "乙。\n丙。");
}

#[test]
fn p25_ids_of_files_without_their_names() {
    let post = "---\ntitle: \"甲\"\n---\n<p>乙。</p>";
    let with_url =
        format!("{post}\n\n<http://a.example/NewsShare.html?infoCode=NW202202091234567890>");
    assert_eq!(
        article("000_07e93f8300569c11.txt", &with_url).id,
        "202202091234567890"
    );
    assert_eq!(
        article("_posts/2022-02-09-202202091234567890.md", post).id,
        "202202091234567890"
    );
    assert_eq!(
        article("old_post/NW202202091234567890.md", post).id,
        "202202091234567890"
    );
    let hashed = article("a.txt", post).id;
    assert_eq!(hashed.len(), 32);
    assert_eq!(
        article("b.md", &post.replace("</p>", "<br></p>\r\n")).id,
        hashed,
        "the same text"
    );
    assert_ne!(article("a.txt", &post.replace('乙', "丙")).id, hashed);
}

#[test]
fn pages_without_a_header() {
    let page = article(
        "page.html",
        "<!DOCTYPE html><html><head><title>云帆 上市</title><meta charset=utf-8><style>p{}</style></head><body><nav>首页</nav>\
         <header>栏目</header><main><h1>云帆上市</h1><p>甲。</p></main><footer>版权</footer></body></html>",
    );
    assert_eq!(
        (page.kind, page.title.as_str(), page.title_derived),
        (Kind::Page, "云帆上市", false)
    );
    assert_eq!(lines(&page), "甲。");
    let plain = article(
        "2022-01-02-page.htm",
        "<body><p>甲。</p><aside>广告</aside>",
    );
    assert_eq!(
        (
            lines(&plain).as_str(),
            plain.title.as_str(),
            plain.title_derived
        ),
        ("甲。", "甲", true)
    );
    assert_eq!(
        plain.published.map(|p| p.to_string()).as_deref(),
        Some("2022-01-02")
    );
    let markdown = article("note.md", "# 云帆上市\n\n甲。\n- 乙<0.05");
    assert_eq!(
        (markdown.title.as_str(), lines(&markdown).as_str()),
        ("云帆上市", "甲。\n乙<0.05")
    );
    let text = article("note.txt", "甲。乙。\n丙。");
    assert_eq!(
        (text.title.as_str(), lines(&text).as_str()),
        ("甲", "甲。乙。\n丙。")
    );
}

#[test]
fn the_linked_and_the_bare_copy_give_the_same_text() {
    let bare = "<p>　　云帆科技今日涨停，中国证券报记者获悉，CPPIB增持。</p><p><strong>袁国华称</strong></p><p>煤电机组。</p>";
    let linked = bare
        .replace("云帆科技", "<span id=\"stock_0.300991\"><a class=\"keytip\" data-code=\"0,300991\">云帆科技</a></span><span id=\"quote_0.300991\"></span>")
        .replace("证券", "<span id=\"bk_90.BK0473\"><a class=\"keytip\" data-code=\"90,BK0473\">证券</a></span>")
        .replace("PPI", "<span id=\"Info.338\"><a class=\"infokey\" href=\"http://d.example\">PPI</a></span>")
        .replace("国华", "<span class=\"em_stock_key_common\" data-code=\"116,00370\">国华</span>")
        .replace("电机", "<span class=\"em_stock_key_common\" data-code=\"90,BK1030\">电机</span>");
    assert_eq!(with_body(&linked).body, with_body(bare).body);
}

/// Bodies made to cost time, memory or the stack.
#[test]
fn nothing_costs_more_than_its_size() {
    let many = 100_000;
    let attributes: String = (0..many).map(|i| format!("a{i}=1 ")).collect();
    let fonts: String = (0..200).map(|i| format!("<font color={i}>")).collect();
    let bodies = [
        "<div>甲".repeat(many),
        "<b>甲".repeat(many),
        "<p><b><i>甲".repeat(many),
        "<a href=x>甲".repeat(many),
        "<table><tr><td>甲".repeat(many),
        "<li>甲".repeat(many),
        "<span><div>甲</span>".repeat(many),
        format!("<p>{fonts}</p>{}", "<p>甲</p>".repeat(many)),
        format!("甲<p {attributes}>乙"),
        "甲<a \"".repeat(many),
        "甲<!--".repeat(many),
        "甲<a\n\n".repeat(many),
        "甲<video>".repeat(many),
        "甲<title>".repeat(many) + "</title>",
        "甲<script>\n\n".repeat(many),
        "甲&amp".repeat(many),
        "甲</p></div></b>".repeat(many),
        "甲](".repeat(many),
        "[甲](a b".repeat(many),
        "[甲](a b)`".repeat(many),
        "甲![[".repeat(many),
        "甲![[`]]".repeat(many),
        "甲****".repeat(many),
        "甲<%".repeat(many),
        "甲{{<\n".repeat(many),
        "甲`{{}}".repeat(many),
        "甲`<!--".repeat(many),
        "甲(600999)(".repeat(many),
        "甲（".repeat(many),
        "<p class=em_media>".repeat(many) + "甲",
    ];
    for body in bodies {
        let start = Instant::now();
        let article = with_body(&body);
        let took = start.elapsed();
        let head: String = body.chars().take(20).collect();
        assert!(took < Duration::from_secs(5), "{head} took {took:?}");
        assert!(article.body_text().contains('甲'), "{head}");
    }
}

/// Pieces of posts, in any order.
const PIECES: &[&str] = &[
    "---\n",
    "title: \"甲\"\n",
    "date: 2022-01-01\n",
    "tags: [\n",
    "<p>",
    "</p>",
    "<p class=\"em_media\">",
    "（文章来源：",
    "）",
    "<a href=\"",
    "\">",
    "<!--",
    "-->",
    "<",
    ">",
    "&lt;",
    "&#0;",
    "&",
    "甲",
    "(600999)",
    "（",
    "\n",
    "\r\n",
    "\n\n",
    "\0",
    " ",
    "　",
    "<table>",
    "<td>",
    "<tr>",
    "</table>",
    "<script>",
    "</script>",
    "<title>",
    "</title>",
    "> ",
    "[返回",
    "](x)",
    "<http://x>",
    "<>",
    "(CIS)",
    "</strong>",
    "<strong>",
    "<br/>",
    "<svg><p>",
    "<select><option>",
    "<frameset>",
    "<math><mi>",
    "{\"body\":\"",
    "\"}",
    "\u{FEFF}",
    "None",
    "<article>",
    "<main>",
    "# ",
    "- ",
    "<img src=http://x/_w1h>",
    "data-code=\"1,6\"",
    "<li>",
    "<form>",
    "</form>",
];

proptest! {
    #[test]
    fn nothing_panics(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30), extension in "md|html") {
        let post = pieces.concat();
        for bytes in [post.as_bytes(), &GB18030.encode(&post).0] {
            let read = read(&format!("x.{extension}"), bytes);
            if let Ok(article) = read {
                prop_assert!(!article.title.is_empty() && !article.id.is_empty());
                for paragraph in &article.body {
                    prop_assert!(!paragraph.text.is_empty() && !paragraph.text.contains('\n'));
                }
            }
            let _ = crate::corpus::line::read(bytes, &crate::corpus::Mapping::default());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read("x.md", &bytes);
        let _ = crate::corpus::line::read(&bytes, &crate::corpus::Mapping::default());
    }
}
