//! The body, row by row.

use super::{article, lines, stocks, with_body};
use crate::corpus::Article;

/// Reads a flash with this text below the header.
#[track_caller]
fn flash(name: &str, text: &str) -> Article {
    article(
        name,
        &format!(
            "---\ntitle: \"云帆快讯\"\ndate: 2021-12-08 10:46:18\ncategories: emnews\ntags: 东财滚动新闻\n---\n{text}"
        ),
    )
}

#[track_caller]
fn check(body: &str, expected: &str) {
    assert_eq!(lines(&with_body(body)), expected, "{body}");
}

#[test]
fn paragraphs_on_one_line() {
    check("<p>甲。</p><p>乙。</p>", "甲。\n乙。");
}

#[test]
fn paragraphs_with_a_line_end_and_a_blank() {
    check(
        "<p>甲。</p>\n <p>乙。</p>\n <p>丙。</p>",
        "甲。\n乙。\n丙。",
    );
    check(
        "<p>甲。</p>\r\n <p>乙。</p>\r<p>丙。</p>",
        "甲。\n乙。\n丙。",
    );
}

#[test]
fn strong_also_in_two_parts() {
    check(
        "<p><strong>服务云帆发展为产业</strong><strong>添动能</strong></p><p>甲。</p>",
        "#服务云帆发展为产业添动能\n甲。",
    );
    check("<p>甲<strong>乙</strong>丙</p>", "甲乙丙");
    check("<p><strong>一</strong> <b>二</b></p>", "#一 二");
}

#[test]
fn br_at_the_end_or_alone() {
    check(
        "<p>甲。<br /></p><p><br /></p><p>乙。<br/>丙。</p>",
        "甲。\n乙。\n丙。",
    );
}

#[test]
fn hidden_elements() {
    check(
        "<p style=\"display:none;height:1px;overflow:hidden;\"><br /></p><p>甲。</p>",
        "甲。",
    );
    check(
        "<p style=\"display: none; height: 1px;\"> 乙</p><p>甲。</p><div hidden>丙</div>",
        "甲。",
    );
    check(
        "<center><div class=\"em_promo_module\" name=\"x\" style=\"display: none;\"> </div></center>甲",
        "甲",
    );
}

#[test]
fn charts_are_no_text_but_the_strongest_sign() {
    let chart = "<!-- EM_StockImg_Start --><p style=\"text-align:center;\">\
        <a href=\"http://quote.eastmoney.com/unify/r/116.09991\" data-code=\"09991|116|5\" data-code2=\"09991|116|3|\" class=\"EmImageRemark\">\
        <img src=\"https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=116.09991&imageType=k&token=0&at=1\" alt=\"K图 09991_0\" \
        data-code=\"K 09991|116|5\" /></a></p><!-- EM_StockImg_End -->";
    let article = with_body(&format!("{chart}{chart}<p>云帆在香港上市。</p>"));
    assert_eq!(lines(&article), "云帆在香港上市。");
    assert_eq!(stocks(&article), ["HK09991  3"]);
    assert!(article.images.is_empty());
}

#[test]
fn pictures_and_their_captions() {
    let article = with_body(
        "<p>甲。</p><center><img src=\"https://dfscdn.dfcfw.com/download/D123_w800h555.jpg\" alt=\"Image\" width=\"552\" /></center>\
         <p style=\"text-align:center;\"><strong>图片来源：云帆科技</strong></p><p>乙。</p>",
    );
    assert_eq!(lines(&article), "甲。\n图片来源：云帆科技\n乙。");
    assert_eq!(article.images.len(), 1);
    assert_eq!(
        article.images[0].url,
        "https://dfscdn.dfcfw.com/download/D123_w800h555.jpg"
    );
    assert_eq!(article.images[0].size, Some((800, 555)));
}

#[test]
fn stock_links_of_all_forms() {
    let article = with_body(
        "<p><span id=\"stock_1.600991\"><a class=\"keytip\" data-code=\"1,600991\">云帆酒业</a></span><span id=\"quote_1.600991\"></span>与\
         <span id=\"Info.116.09991\"><a class=\"keytip\" data-code=\"116,09991\">蓝湖控股</a></span>、\
         <span id=\"bk_90.BK0991\"><a class=\"keytip\" href=\"http://quote.eastmoney.com/unify/r/90.BK0991\">光伏</a></span><span id=\"bkquote_90.BK0991\"></span>、\
         <span web=\"1\" href=\"http://quote.eastmoney.com/unify/r/0.300991\" class=\"em_stock_key_common\" data-code=\"0,300991\">青山智能</span>、\
         <span id=\"Info.3293\"><a href=\"http://data.eastmoney.com/zlsj/\" class=\"infokey\">基金</a></span>。</p>",
    );
    assert_eq!(
        lines(&article),
        "云帆酒业与蓝湖控股、光伏、青山智能、基金。"
    );
    assert_eq!(
        stocks(&article),
        [
            "SH600991 云帆酒业 1",
            "HK09991 蓝湖控股 1",
            "BK0991 光伏 1",
            "SZ300991 青山智能 1"
        ]
    );
    assert!(article.links.is_empty());
}

#[test]
fn links_that_split_words() {
    check(
        "<p>C<span id=\"Info.338\"><a class=\"infokey\" href=\"http://data.eastmoney.com/ppi\">PPI</a></span>B增持</p>",
        "CPPIB增持",
    );
    check(
        "<p>董事长袁<span id=\"Info.116.00370\"><a class=\"keytip\" data-code=\"116,00370\">国华</a></span>说</p>",
        "董事长袁国华说",
    );
    check(
        "<p>壮<span class=\"em_stock_key_common\" data-code=\"1,601519\">大智慧</span>产品，煤<span class=\"em_stock_key_common\" data-code=\"90,BK1030\">电机</span>组</p>",
        "壮大智慧产品，煤电机组",
    );
}

#[test]
fn a_link_in_the_source_line() {
    let article = with_body(
        "<p>甲。</p><p class=\"em_media\">（文章来源：江海<span id=\"bk_90.BK0473\"><a class=\"keytip\" data-code=\"90,BK0473\">证券</a></span>报）</p>",
    );
    assert_eq!(lines(&article), "甲。");
    assert_eq!(article.source, "江海证券报");
}

#[test]
fn a_real_link_keeps_its_text() {
    let article = with_body(
        "<p>甲（<a href=\"https://finance.eastmoney.com/a/202205301234567890.html\">点击阅读报告全文</a>）。</p>",
    );
    assert_eq!(lines(&article), "甲（点击阅读报告全文）。");
    assert_eq!(article.links.len(), 1);
    assert_eq!(
        article.links[0].url,
        "https://finance.eastmoney.com/a/202205301234567890.html"
    );
    assert_eq!(article.links[0].text, "点击阅读报告全文");
}

#[test]
fn the_source_line_glued_to_the_last_paragraph() {
    for end in [
        "</p><p class=\"em_media\">（文章来源：江海日报）</p>",
        "</p><p>（文章来源：江海日报）</p>",
        "</p><p class=\"em_media\">文章来源：江海日报</p>",
        "（文章来源：江海日报）</p>",
    ] {
        let article = with_body(&format!("<p>甲。{end}"));
        assert_eq!(
            (lines(&article).as_str(), article.source.as_str()),
            ("甲。", "江海日报"),
            "{end}"
        );
    }
}

#[test]
fn a_digest_before_the_body() {
    let article = flash(
        "x.md",
        "> 云帆科技午后涨停。（江海日报）\n\n<p>云帆科技午后涨停。成交过亿。</p><p class=\"em_media\">（文章来源：江海日报网）</p>",
    );
    assert_eq!(article.digest, "云帆科技午后涨停。");
    assert_eq!(lines(&article), "云帆科技午后涨停。成交过亿。");
    assert_eq!(
        article.source, "江海日报网",
        "the media line is surer than the bracket"
    );
}

#[test]
fn a_digest_alone_is_the_body() {
    for text in [
        "云帆科技(002991)午后涨停。",
        "> 云帆科技(002991)午后涨停。",
        "> 云帆科技(002991)午后涨停。\n\nNone",
    ] {
        let article = flash("x.md", text);
        assert_eq!(lines(&article), "云帆科技(002991)午后涨停。");
        assert_eq!(article.digest, "");
        assert_eq!(stocks(&article), ["SZ002991 云帆科技 3"]);
    }
}

#[test]
fn the_source_at_the_end_of_a_digest() {
    for (end, source) in [
        ("（江海时报）", "江海时报"),
        (" （江海时报）", "江海时报"),
        ("(东海视讯)", "东海视讯"),
        ("(东海Choice数据)", "东海Choice数据"),
    ] {
        let article = flash("x.md", &format!("云帆科技午后涨停。{end}"));
        assert_eq!(
            (lines(&article).as_str(), article.source.as_str()),
            ("云帆科技午后涨停。", source)
        );
    }
    for text in [
        "云帆科技（002991.SZ）",
        "云帆科技涨停",
        "云帆称将回购（详见公告，下同）",
        "云帆涨停(1)",
        "云帆(单位：亿元)",
    ] {
        let article = flash("x.md", text);
        assert_eq!(
            (lines(&article).as_str(), article.source.as_str()),
            (text, "")
        );
    }
}

#[test]
fn an_editors_mark_at_the_end() {
    check(
        "<p>甲。(CIS)</p><p class=\"em_media\">（文章来源：江海日报）</p>",
        "甲。",
    );
    check("<p>甲。 (DF142)</p>", "甲。");
    check("<p>甲(CIS)。</p><p>乙(DF)</p>", "甲(CIS)。\n乙(DF)");
}

#[test]
fn entities_are_decoded_once_after_the_tags_are_gone() {
    check(
        "<p>&lt;蓝湖公约&gt;，A&amp;B，&amp;lt;p&amp;gt;，&ldquo;甲&rdquo;，C&D</p>",
        "<蓝湖公约>，A&B，&lt;p&gt;，“甲”，C&D",
    );
}

#[test]
fn blanks_are_trimmed_and_collapsed() {
    check(
        "<p>　　<strong>影响有多大？ </strong></p><p> 甲”， 乙 </p><p>丙&nbsp;&nbsp;丁\n戊</p>",
        "#影响有多大？\n甲”， 乙\n丙 丁 戊",
    );
    check("<p>甲\u{200B}乙\u{FEFF}丙\u{AD}丁</p>", "甲乙丙丁");
}

#[test]
fn url_lines() {
    for (line, url, id) in [
        (
            "<http://finance.eastmoney.com/news/1353,202112081234567890.html>",
            Some("http://finance.eastmoney.com/news/1353,202112081234567890.html"),
            "202112081234567890",
        ),
        (
            "<http://a.example/NewsShare.html?infoCode=NW202112081234567890>",
            Some("http://a.example/NewsShare.html?infoCode=NW202112081234567890"),
            "202112081234567890",
        ),
        (
            "<https://a.example/1.html>",
            Some("https://a.example/1.html"),
            "https://a.example/1.html",
        ),
    ] {
        let article = flash("x.md", &format!("甲。\n\n{line}\n"));
        assert_eq!((article.url.as_deref(), article.id.as_str()), (url, id));
        assert_eq!(lines(&article), "甲。");
    }
    let empty = flash("202112081234567890.md", "甲。\n\n<>");
    assert_eq!(
        (lines(&empty).as_str(), empty.url, empty.id.as_str()),
        ("甲。", None, "202112081234567890")
    );
}

#[test]
fn nav_in_six_forms() {
    for nav in [
        "",
        "\n\n[返回东财滚动新闻](./emnews/)\n\n[返回首页](./)",
        "\n\n[返回东财滚动新闻](../emnews/)\n\n[返回首页](../)",
        "\n\n[返回东财滚动新闻](//finews.zning.me/emnews/)\n[返回首页](//finews.zning.me/)",
        "\n\n[返回东财滚动新闻](//finews.withounder.com/emnews/)\n\n[返回首页](//finews.withounder.com/)\n",
        "\n\n[返回东财滚动新闻](//finews.withounder.com/emnews/)｜[返回首页](//finews.withounder.com/)",
        "\n\n[返回江海日报新闻](//finews.withounder.com/category/jianghai ribao.html)｜[返回首页](//finews.withounder.com/)\n",
        "\n\n[返回东财滚动新闻](//finews.withounder.com/emn",
    ] {
        for body in ["甲。", "<p>甲。</p>"] {
            let article = flash("x.md", &format!("{body}\n\n<http://a.example/1.html>{nav}"));
            assert_eq!(lines(&article), "甲。", "{nav}");
            assert_eq!(article.url.as_deref(), Some("http://a.example/1.html"));
        }
    }
}

#[test]
fn what_only_looks_like_a_trailer_stays() {
    let article = flash("x.md", "[返回原点](x)的人\n\n甲<乙>。\n\n<乙>");
    assert_eq!(lines(&article), "返回原点的人\n甲<乙>。\n<乙>");
}

#[test]
fn glued_tickers_typos_variants_and_latin_stay() {
    for text in [
        "MCHI. MCHI与ASHR.RAYC",
        "特拉斯与和林维纳",
        "昇云股份、郭明錤",
        "Level Infinite 1.8 mS/cm，HFO-1234yf，iShares",
    ] {
        check(&format!("<p>{text}</p>"), text);
    }
}

#[test]
fn tables() {
    check(
        "<p>甲</p><table border=1><thead><tr><th>名称</th><th>涨幅</th></tr></thead><tbody><tr><td>云帆</td><td><p>5%</p></td></tr>\
         <tr><td>蓝湖<td>3%</table>乙",
        "甲\n名称 涨幅\n云帆 5%\n蓝湖 3%\n乙",
    );
}

#[test]
fn a_table_that_only_lays_out_a_page() {
    check(
        "<table><tr><td><p>甲</p><p>乙</p></td></tr></table>",
        "甲\n乙",
    );
    check(
        "<table><tr><td><div><p>甲</p><p>乙</p></div></td></tr></table>",
        "甲\n乙",
    );
}

#[test]
fn players_and_scripts_are_dropped_with_their_content() {
    check(
        "<p>甲<iframe src=x>乙</iframe><script>var a=\"<p>丙</p>\";</script><style>p{}</style><video>丁<source></video>\
         <object><p>戊</p></object><noscript>己</noscript><template>庚</template></p>辛",
        "甲\n辛",
    );
}

#[test]
fn lists_headings_and_other_blocks() {
    check(
        "<ul><li>甲</li><li>乙</ul><h2>丙</h2><ol><li>丁</ol><center>戊</center><div>己<div>庚</div></div>",
        "甲\n乙\n#丙\n丁\n戊\n己\n庚",
    );
    check(
        "<h3 class=\"emh3\">　　<strong>甲</strong></h3><blockquote>乙</blockquote>",
        "#甲\n乙",
    );
}

#[test]
fn bylines() {
    for line in [
        "（责任编辑：张三）",
        "责任编辑：张三",
        "编辑 张三",
        "(作者: 张三)",
        "记者：张三",
    ] {
        let article = with_body(&format!(
            "<p>甲。</p><p>{line}</p><p class=\"em_media\">（文章来源：江海日报）</p>"
        ));
        assert_eq!(
            (lines(&article).as_str(), article.byline.as_str()),
            ("甲。", line)
        );
    }
    check(
        "<p>记者：张三</p><p>甲。</p><p>乙。</p>",
        "记者：张三\n甲。\n乙。",
    );
    check(
        "<p>甲。</p><p>记者获悉，云帆上市。</p>",
        "甲。\n记者获悉，云帆上市。",
    );
}

#[test]
fn disclaimers_are_kept() {
    check(
        "<p>甲。</p><p>免责声明：本文不构成投资建议。</p>",
        "甲。\n免责声明：本文不构成投资建议。",
    );
}

#[test]
fn markdown() {
    check(
        "## 小标题\n\n- 甲\n- [乙](https://a.example)\n\n丙",
        "#小标题\n甲\n乙\n丙",
    );
}

#[test]
fn the_name_in_the_title_makes_a_link_stronger() {
    let article = with_body(
        "<p><a class=\"keytip\" data-code=\"0,300991\">云帆科技</a>与<a class=\"keytip\" data-code=\"1,600992\">蓝湖</a></p>",
    );
    assert_eq!(stocks(&article), ["SZ300991 云帆科技 2", "SH600992 蓝湖 1"]);
}

#[test]
fn a_code_that_the_article_gives_to_korea() {
    let article =
        with_body("<p>青岚半导体(000662)的报告，代码：KRX: 000662</p><p>云帆科技(000663)</p>");
    assert_eq!(stocks(&article), ["SZ000663 云帆科技 3"]);
    let article = with_body("<p>青岚半导体(000662.SZ)的报告</p>");
    assert_eq!(stocks(&article), ["SZ000662 青岚半导体 3"]);
}

#[test]
fn the_word_before_a_name_is_cut_where_the_text_shows_it() {
    let article = with_body("<p>今日云帆股份(002991)涨停。云帆股份称，云帆股份无异常。</p>");
    assert_eq!(stocks(&article), ["SZ002991 云帆股份 3"]);
}
