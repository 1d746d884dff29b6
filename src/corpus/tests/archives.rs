//! What sites with their generator, crawls in several files and pages of programs leave in an archive.

use std::fs;
use std::path::Path;

use super::{article, articles_of, check_note, lines, read};
use crate::corpus::{Article, Problem, Select};

/// A folder with these files.
pub(super) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("has a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

pub(super) fn titles_in(folder: &Path) -> Vec<String> {
    let articles = articles_of(folder);
    articles.into_iter().map(|article| article.title).collect()
}

pub(super) fn day(article: &Article) -> String {
    let day = article.published.map(|published| published.to_string());
    day.unwrap_or_default()
}

#[test]
fn a_text_states_its_day_at_its_ends() {
    for (text, expected) in [
        (
            "# 澜汐股份调研\n\n报告日期：2025年11月 | 调研人员：研究部 | 版本：V1.0\n\n正文。",
            "2025-11-01",
        ),
        (
            "# 汀洲港\n\n撰写：阿砚（模拟视角） • 日期：2025-10-31\n\n正文。",
            "2025-10-31",
        ),
        (
            "# 砚湖\n\n一。\n\n二。\n\n三。\n\n四。\n\n五。\n\n六。\n\n七。\n\n砚湖深度分析 | 最后更新: 2025年12月",
            "2025-12-01",
        ),
        (
            "# 青垣\n\n整合关键年份，便于比较。生成日期：2025-10-28。\n\n正文。",
            "2025-10-28",
        ),
        (
            "# 凌川\n\n正文。\n\n⏰ 文档更新时间：2025年11月5日",
            "2025-11-05",
        ),
        (
            "---\ntitle: 云帆\n---\n正文。\n\n创建时间：2025-03-06，更新时间：2025-04-01",
            "2025-03-06",
        ),
        (
            "# 汀洲\n\n企业名称：汀洲贸易\n成立日期：2018年3月16日\n更新日期：2025年9月10日\n\n正文。",
            "2025-09-10",
        ),
        ("# 汀洲\n\n正文。\n\n制定时间: 2025-09-01", "2025-09-01"),
        // The day of something else, in the middle, or beside a better one.
        ("# 澜汐\n\n上市日期：2010-03-06\n\n正文。", ""),
        ("# 澜汐\n\n会议时间：2010年3月6日 9:30\n\n正文。", ""),
        (
            "# 澜汐\n\n数据更新时间：2025年12月，仅供参考。\n\n正文。",
            "",
        ),
        ("# 澜汐\n\n上市日期：2010年3月6日，发行价十元。", ""),
        (
            "# 澜汐\n\n一。\n\n二。\n\n三。\n\n四。\n\n五。\n\n六。\n\n公告日期：2020-01-02，报告日期：2020-01-03。\n\n\
             七。\n\n八。\n\n九。\n\n十。",
            "",
        ),
        (
            "---\ntitle: 澜汐\ndate: 2024-03-06\n---\n报告日期：2025-11-01",
            "2024-03-06",
        ),
    ] {
        assert_eq!(day(&article("note.md", text)), expected, "{text}");
    }
    let dated = article(
        "2024-03-06-澜汐.md",
        "报告日期：2025-11-01 | 版本一\n\n正文。",
    );
    assert_eq!(day(&dated), "2024-03-06");
    let piece = article(
        "a.html",
        "<p>澜汐收涨。</p><p>生成时间：2025-03-06 09:30</p>",
    );
    assert_eq!(day(&piece), "2025-03-06T09:30:00+08:00");
}

#[test]
fn a_second_header_below_what_shows_nothing() {
    for unshown in [
        "<style>\n.a{color:red}\n\n.b{margin:0}\n</style>\n\n",
        "<style type=\"text/css\">.a{}</style>\n<script>\nvar a = 1;\n</script>\n",
        "<!-- 由程序生成 -->\n\n",
        "\n<script src=\"a.js\"></script>\n<!-- 一 -->\n<style>.a{}</style>",
        "\n\n",
    ] {
        let post = format!(
            "---\ntitle: 澜汐周报\ndate: 2024-03-06\n---\n{unshown}\n---\ntitle: \"澜汐周报旧题\"\ndate: 2023-03-06\n\
             tags: [甲]\n---\n\n<div><p>澜汐收涨。</p></div>"
        );
        let article = article("x.md", &post);
        assert_eq!(
            (article.title.as_str(), lines(&article).as_str()),
            ("澜汐周报", "澜汐收涨。"),
            "{unshown}"
        );
    }
    let rule = article(
        "x.md",
        "---\ntitle: 澜汐周报\n---\n<style>.a{}</style>\n\n---\n\n澜汐收涨。\n\n---\n\n完。",
    );
    assert_eq!(lines(&rule), "澜汐收涨。\n完。");
}

#[test]
fn titles_of_pieces_of_html() {
    for (html, title) in [
        (
            "<div class=meta>A股 · 国防 · 收盘</div><h2>澜汐(600001) 行情报告</h2><p>收涨。</p><h3>资金</h3><p>流入。</p>",
            "澜汐(600001) 行情报告",
        ),
        ("<h3>汀洲港周评</h3><p>收涨。</p>", "汀洲港周评"),
        (
            "<p>每日</p><p>第三期</p><h2>砚湖转债下修</h2><p>文。</p>",
            "砚湖转债下修",
        ),
        ("<h1>青垣控股</h1><h2>一</h2><p>文。</p>", "青垣控股"),
        (
            "<span>港股</span><h2>凌川股份</h2><h4>一</h4><p>文。</p><h4>二</h4>",
            "凌川股份",
        ),
        // Several of one level, or a sentence above: they are parts of a text.
        (
            "<p>导语</p><h2>持仓</h2><p>文。</p><h2>计划</h2><p>文。</p>",
            "云帆周报",
        ),
        (
            "<p>云帆收涨，成交放大。</p><h2>持仓</h2><p>文。</p>",
            "云帆周报",
        ),
        ("<p>导语</p><h2>目录</h2><p>文。</p>", "云帆周报"),
    ] {
        assert_eq!(article("云帆周报.html", html).title, title, "{html}");
    }
}

#[test]
fn a_template_is_no_article() {
    for template in [
        "{{ .Inner }}",
        "{{ if .Params.math }}\n<script src=\"a.js\"></script>\n{{ end }}",
        "<div>{{- partial \"head.html\" . -}}</div>",
        "{% include head.html %}\n<main>{{ content }}</main>",
        "{% for post in site.posts %}<li>{{ post.title }}</li>{% endfor %}",
    ] {
        let found = read("layout.html", template.as_bytes());
        assert!(
            matches!(found, Err(Problem::NoText)),
            "{template}: {found:?}"
        );
    }
    let shown = article("写法.html", "<p>写 {{ .Title }} 即可。</p>");
    assert_eq!(lines(&shown), "写 {{ .Title }} 即可。");
}

#[test]
fn marks_in_html_that_stands_for_markdown() {
    for (html, expected) in [
        (
            "<div><p>主营是**零部件的精密加工**，属于制造业。</p></div>",
            "主营是零部件的精密加工，属于制造业。",
        ),
        (
            "<p><b>小结：</b>澜汐集**估值便宜、盈利优异**，适合关注。</p>",
            "小结：澜汐集估值便宜、盈利优异，适合关注。",
        ),
        ("<ul><li>**利好：**订单落地</li></ul>", "利好：订单落地"),
        ("<p>呈现**利空大于利好**格局</p>", "呈现利空大于利好格局"),
        ("<p>**“小盘”组合**走强</p>", "“小盘”组合走强"),
        ("<p>股东张**、李**减持</p>", "股东张**、李**减持"),
        ("<p>卡号6222 **** **** 0138</p>", "卡号6222 **** **** 0138"),
    ] {
        let post = format!("---\ntitle: 题\n---\n{html}");
        assert_eq!(lines(&article("x.md", &post)), expected, "{html}");
        assert_eq!(lines(&article("题.html", html)), expected, "{html}");
    }
}

#[test]
fn scripts_in_records_are_no_text() {
    for script in [
        "window.__STOCK__.push({code: '600001', type: 'SH', tag: 'time'});",
        "var box = document.getElementById('video');\nvar y = box.clientWidth*(9/16); //高度\nvar p = new Player('v', {\n\"auto\": true\n});",
        "(function () {\nif (!window.__loaded &&\n!window.__loading) {\nload();\n}\n})();",
        "function go(event) {\nvar e = window.event || event;\nif (s == '主体') {\nopen(s);\n}\n}",
        "document.write('<');",
    ] {
        let body = format!("（原标题：汀洲港）\n{script}\n汀洲港收涨。\n成交放大。");
        let record = serde_json::json!({ "title": "题", "content": body }).to_string();
        let article = Article::from_json(&record).expect("an article");
        assert_eq!(
            article.body_text(),
            "（原标题：汀洲港）\n汀洲港收涨。\n成交放大。",
            "{script}"
        );
    }
    for body in [
        "用 window.open 打开公告。",
        "取时间：\nvar now = new Date();\n如上。",
        "window.open，即打开一个窗口。",
    ] {
        let record = serde_json::json!({ "content": body }).to_string();
        let article = Article::from_json(&record).expect("an article");
        assert_eq!(article.body_text(), body);
    }
}

#[test]
fn formulas_of_letters_and_of_words() {
    for (body, expected) in [
        (
            "称$F(x)$为分布函数，$g'(x,y)$连续。",
            "称F(x)为分布函数，g'(x,y)连续。",
        ),
        (
            "在$[0,a+1]$上与$(x(0), y(0))$处",
            "在[0,a+1]上与(x(0), y(0))处",
        ),
        (
            "其中$超额收益率=组合收益率-基准收益率$。",
            "其中超额收益率=组合收益率-基准收益率。",
        ),
        (
            "定义为\n$$\nY(\\omega)=g(X), \\forall \\omega \\in \\Omega\n\n$$\n完。",
            "定义为\nY(omega)=g(X), ∀ omega ∈ Omega\n完。",
        ),
        (
            "- 变换\n\n    $$\n    a = \\frac{1}{2}\n    $$\n\n- 完",
            "变换\na = 1/2\n完",
        ),
        (
            "当$n,m>N$时$|a|$有界，$消费者剩余+生产者剩余$最大",
            "当n,m>N时|a|有界，消费者剩余+生产者剩余最大",
        ),
        (
            "设**解**如下。\n\n<div>\n$$\\begin{aligned} a &= \\frac{1}{2} \\end{aligned}$$\n</div>\n\n完。",
            "设解如下。\na = 1/2\n完。",
        ),
        (
            "第$d'$维移动$-5$，$u=g−1(t)$，$L(V,W)表示映射的集合$",
            "第d'维移动-5，u=g−1(t)，L(V,W)表示映射的集合",
        ),
        (
            "$$\na \\leq b \\\\[6pt]\nc = d \\\\ [x]\n$$",
            "a ≤ b c = d [x]",
        ),
        ("$ABC>$XYZ与$5>$3", "$ABC>$XYZ与$5>$3"),
        (
            "若有从$V到W$的映射，$成本$最低，$f为V到V$的映射",
            "若有从V到W的映射，成本最低，f为V到V的映射",
        ),
        (
            "若$y=g(x)单调，其反函数h(y)有连续导函数$\n则$S/N$",
            "若y=g(x)单调，其反函数h(y)有连续导函数\n则$S/N$",
        ),
        (
            "由于存在$(-1)u$，$Ker T / null T$是商空间，第$1,2,3,4$列",
            "由于存在(-1)u，Ker T / null T是商空间，第1,2,3,4列",
        ),
        (
            "对$\\forall u\\in\\mathbb{R}$，$A\\sim B\\iff P\\left(A\\right)$",
            "对∀ u∈R，A~ B⇔ P(A)",
        ),
        (
            "设\n$$\\begin{array}{c|c} a & b \\\\ c & d \\end{array}$$\n\n$$$$\n\n完",
            "设\na b c d\n完",
        ),
        (
            "一：\n$$\na+b\n$$\n$$\n\\frac{c}{d}\n$$\n二：$$\\frac{e}{f}\n$$\n$$\ng\n$$\n完",
            "一：\na+b\nc/d\n二：e/f\ng\n完",
        ),
        (
            "$$\n\\frac{a}{b}\n$$$$\nc\n$$$$\nd   $$\n\n5. $$\n\\frac{e}{f}\n$$\n\n$$\ng\n$$",
            "a/b\nc\nd\n5. e/f\ng",
        ),
        ("记作次数。\n$$\n$$", "记作次数。"),
        // Money, and names of securities.
        (
            "从$5 到 $10，US$3亿与US$4亿，以HK$计，以US$计，$买，用$卖",
            "从$5 到 $10，US$3亿与US$4亿，以HK$计，以US$计，$买，用$卖",
        ),
        (
            "由$计价和US$计价，($)和(HK$)，用A$和C$付，每股5$到6$，$TSLA$涨，$澜汐(00999)$跌",
            "由$计价和US$计价，($)和(HK$)，用A$和C$付，每股5$到6$，$TSLA$涨，$澜汐(00999)$跌",
        ),
        (
            "$name和$value是变量，$BTC/USDT$与$BRK-B$，$1,000$起",
            "$name和$value是变量，$BTC/USDT$与$BRK-B$，$1,000$起",
        ),
        (
            "关注$澜汐股份(SH600001)$与$Apple(AAPL)$，从$100涨到$200，$5(a)和$6(b)",
            "关注$澜汐股份(SH600001)$与$Apple(AAPL)$，从$100涨到$200，$5(a)和$6(b)",
        ),
    ] {
        check_note(body, expected);
    }
}

#[test]
fn what_belongs_to_the_generator_of_a_site_is_passed_over() {
    let post = |title: &str| format!("---\ntitle: {title}\n---\n文");
    let [kept, left] = ["留", "去"].map(post);
    for site in [
        &[
            "hugo.toml",
            "content/a.md",
            "layouts/b.html",
            "archetypes/c.md",
            "themes/x/content/d.md",
        ][..],
        &[
            "config.yaml",
            "content/post/a.md",
            "public/b.html",
            "resources/c.md",
        ],
        &["config/_default/hugo.toml", "content/a.md", "public/b.html"],
        &[
            "config.toml",
            "content/a.md",
            "templates/b.html",
            "public/c.html",
        ],
        &[
            "_config.yml",
            "source/_posts/a.md",
            "scaffolds/b.md",
            "themes/x/c.md",
        ],
        &[
            "_config.yml",
            "source/_posts/a.md",
            "source/about/b.md",
            "public/c.html",
        ],
    ] {
        let is_kept = |name: &str| name.starts_with("content") || name.starts_with("source");
        let files: Vec<(&str, &str)> = site
            .iter()
            .map(|&name| (name, if is_kept(name) { &*kept } else { &*left }))
            .collect();
        let folder = folder(&files);
        let titles = titles_in(folder.path());
        assert!(
            titles.iter().all(|title| title == "留"),
            "{site:?}: {titles:?}"
        );
        // What is named is read.
        let named = folder.path().join(site[2]);
        assert_eq!(titles_in(&named).len(), 1, "{site:?}");
    }
    let others = folder(&[
        ("content/a.md", &kept),
        ("public/b.md", &kept),
        ("source/themes/c.md", &kept),
        ("themes/d.md", &kept),
        ("layouts/e.md", &kept),
    ]);
    assert_eq!(titles_in(others.path()).len(), 5);
}

#[test]
fn keys_that_say_what_they_are_of() {
    for record in [
        r#"{"newsTitle":"澜汐上市","newsSummary":"首日大涨。","newsTs":"2024-03-06","newsFrom":"汀洲日报"}"#,
        r#"{"article_title":"澜汐上市","article_abstract":"首日大涨。","article_pubdate":"2024-03-06","article_media":"汀洲日报"}"#,
        r#"{"docTitle":"澜汐上市","docContent":"首日大涨。","docPubTime":"2024-03-06","docSource":"汀洲日报"}"#,
        r#"{"新闻题目":"澜汐上市","新闻摘要":"首日大涨。","新闻发布时间":"2024-03-06","新闻媒体":"汀洲日报"}"#,
        r#"{"公告题目":"澜汐上市","公告全文":"首日大涨。","公告发布日期":"2024-03-06","公告出处":"x","公告来源":"汀洲日报"}"#,
    ] {
        let article = Article::from_json(record).expect("an article");
        let found = (
            article.title.as_str(),
            article.body_text(),
            day(&article),
            article.source.as_str(),
        );
        assert_eq!(
            found,
            (
                "澜汐上市",
                "首日大涨。".into(),
                "2024-03-06".into(),
                "汀洲日报"
            ),
            "{record}"
        );
    }
    // One without it counts first.
    let both = r#"{"newsTitle":"甲","title":"乙","docContent":"丙。","content":"丁。"}"#;
    let article = Article::from_json(both).expect("an article");
    assert_eq!(
        (article.title.as_str(), article.body_text()),
        ("乙", "丁。".into())
    );
    assert!(Article::from_json(r#"{"newsletter":"甲","postcode":"600001"}"#).is_err());
}

#[test]
fn a_text_in_several_languages() {
    for record in [
        r#"{"title":{"zh":"澜汐上市","en":"Lanxi"},"content":{"en":"Up.","zh":"首日大涨。"}}"#,
        r#"{"title":{"en":"Lanxi","zh-CN":"澜汐上市"},"body":{"zh_CN":"首日大涨。"}}"#,
    ] {
        let article = Article::from_json(record).expect("an article");
        let found = (article.title.as_str(), article.body_text());
        assert_eq!(found, ("澜汐上市", "首日大涨。".into()), "{record}");
    }
    let english = Article::from_json(r#"{"title":{"en":"Lanxi","fr":"Lanxi SA"}}"#);
    assert_eq!(english.expect("an article").title, "Lanxi");
}

#[test]
fn characters_that_plain_text_writes_as_html_does() {
    for (written, read) in [
        ("澜汐A&amp;B", "澜汐A&B"),
        ("他说&quot;买&quot;", "他说\"买\""),
        ("&ldquo;汀洲港&rdquo;收涨", "“汀洲港”收涨"),
        ("国歌&#12288;&#12288;", "国歌"),
        ("涨&gt;5%&#xff0c;稳", "涨>5%，稳"),
        ("见 /a?x=1&copy=2&y=3", "见 /a?x=1&copy=2&y=3"),
        ("AT&T和R&D；甲&乙", "AT&T和R&D；甲&乙"),
        ("P<5写作P&lt;5", "P<5写作P&lt;5"),
    ] {
        let record = serde_json::json!({ "title": written, "content": written }).to_string();
        let found = Article::from_json(&record).expect("an article");
        assert_eq!(found.title, read);
        assert_eq!(found.body_text(), read);
    }
}

#[test]
fn links_that_blank_lines_tear() {
    for (body, expected) in [
        (
            "### [汀洲港公告\n\n](https://a.example/1)\n文",
            "#汀洲港公告\n文",
        ),
        (
            "见 [\n    \n    \n  澜汐年报\n    \n    \n  ](https://a.example/2) 全文",
            "见 澜汐年报 全文",
        ),
        (
            "见[公告\n\n全文](https://a.example/3)",
            "见[公告\n全文](https://a.example/3)",
        ),
        ("- [甲\n\n](https://a.example/4)\n- 乙", "甲\n乙"),
        (
            "区间[0, 1)\n\n（见 [附注](https://a.example/5)）",
            "区间[0, 1)\n（见 附注）",
        ),
        ("清单 [甲\n\n乙。", "清单 [甲\n乙。"),
    ] {
        check_note(body, expected);
    }
}

#[test]
fn tags_of_generators_in_html() {
    for (body, expected) in [
        (
            "<ul>\n{% for post in site.posts %}\n<li><a href=\"{{ post.url }}\">{{ post.title }}</a></li>\n{% endfor %}\n</ul>\n<p>汀洲港。</p>",
            "汀洲港。",
        ),
        ("<div>{% include head.html %}澜汐收涨。</div>", "澜汐收涨。"),
        ("<p>见{% post_link slug '旧文' %}。</p>", "见旧文。"),
        ("<p>{{ site.title }}砚湖</p>", "砚湖"),
        (
            "<center>{{< figure src=\"a.png\" >}}</center>\n<p>青垣</p>",
            "青垣",
        ),
    ] {
        check_note(body, expected);
    }
}

#[test]
fn an_address_may_tell_the_day() {
    for (record, expected) in [
        (
            r#"{"title":"甲","url":"https://a.example/stock/2020-06-18/doc-7672304.shtml"}"#,
            "2020-06-18",
        ),
        (
            r#"{"标题":"甲","链接":"http://a.example/n1/2020/0618/c1004-31751.html"}"#,
            "2020-06-18",
        ),
        (
            r#"{"title":"甲","date":"","link":"https://a.example/a/20200618/1.html"}"#,
            "2020-06-18",
        ),
        (
            r#"{"title":"甲","date":"2020-06-19","link":"https://a.example/20200618/1.html"}"#,
            "2020-06-19",
        ),
        (
            r#"{"title":"甲","text":"文","link":"/2020/06/18/books/%E4%B9%99/"}"#,
            "2020-06-18",
        ),
        (
            r#"{"title":"甲","url":"/post/2020-06-18/a/"}"#,
            "2020-06-18",
        ),
        (r#"{"title":"甲","url":"/about/index.html"}"#, ""),
        (
            r#"{"title":"甲","link":"https://a.example/a/20200618"}"#,
            "",
        ),
    ] {
        let article = Article::from_json(record).expect("an article");
        assert_eq!(day(&article), expected, "{record}");
    }
}

#[test]
fn what_note_books_keep_of_a_note() {
    for (name, note, title, text) in [
        (
            "2022-05-19.md",
            "# 2022-05-19\n\n---\n\n#工作日志\n\n澜汐调研。下午复盘。",
            "澜汐调研",
            "#2022-05-19\n#工作日志\n澜汐调研。下午复盘。",
        ),
        (
            "2026-02-22.md",
            "昨天:: [[2026-02-21]]\n\n汀洲港收涨。",
            "汀洲港收涨",
            "昨天:: 2026-02-21\n汀洲港收涨。",
        ),
        (
            "读书.md",
            "---\n annotation-target: 书/年报.pdf\n---\n\n> 批注。\n\n^o6vysfa0nrp\n\n完。",
            "读书",
            "批注。\n完。",
        ),
        (
            "待办.md",
            "- [x] 调研%[备注：[[0424聊天]]]%[项目：[[澜汐|澜汐股份]]]\n- [ ] 见[[年报]]",
            "待办",
            "调研%[备注：0424聊天]%[项目：澜汐股份]\n见年报",
        ),
        (
            "总结@20260214_213156.md",
            "砚湖转债。",
            "总结",
            "砚湖转债。",
        ),
        (
            "乘方.md",
            "结果是\n\n^2\n\n次方。",
            "乘方",
            "结果是\n^2\n次方。",
        ),
    ] {
        let found = article(name, note);
        assert_eq!(
            (found.title.as_str(), lines(&found).as_str()),
            (title, text),
            "{name}"
        );
    }
}

#[test]
fn rows_that_are_counted_from_0_have_no_ids() {
    let first =
        "id,title,content\n0,澜汐转债下修,董事会提议下修转股价。\n1,汀洲港收涨,成交放大。\n";
    let second = "id,title,content\n0,青垣银行分红,每股派一元。\n1,砚湖股份回购,已回购一成。\n";
    let unnamed = ",title,content\n0,云帆科技年报,营收增长两成。\n1,星辰制药获批,新药上市。\n";
    let folder = folder(&[("a.csv", first), ("b.csv", second), ("c.csv", unnamed)]);
    let mut ids: Vec<String> = articles_of(folder.path())
        .into_iter()
        .map(|article| article.id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6);
    assert!(ids.iter().all(|id| id.len() == 32), "{ids:?}");
    // Ids of a data base begin with 1, or are not numbered on.
    for (ids, expected) in [("1 2", ["1", "2"]), ("0 7", ["0", "7"])] {
        let (one, other) = ids.split_once(' ').expect("two");
        let table = format!("id,title\n{one},澜汐转债下修\n{other},汀洲港收涨\n");
        let path = folder.path().join("d.csv");
        fs::write(&path, table).expect("writes");
        let found: Vec<String> = articles_of(&path).into_iter().map(|a| a.id).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn what_a_site_tells_programs_is_no_article() {
    let names = [
        "robots.txt",
        "Humans.txt",
        "ads.txt",
        "llms.txt",
        "404.html",
        "package.json",
        "google1a2b3c4d5e6f7a8b.html",
        "baidu_verify_codeva-AbC123.html",
        "google-earnings.html",
        "robots.md",
        "404笔记.md",
    ];
    let folder = folder(&names.map(|name| (name, "汀洲港收涨。")));
    let mut walk = super::walk(&[folder.path().to_path_buf()], &Select::default());
    let files = walk.by_ref().map(|file| file.expect("can be found").path);
    let names: Vec<String> = files
        .map(|path| path.file_name().expect("a name").to_string_lossy().into())
        .collect();
    assert_eq!(names, ["404笔记.md", "google-earnings.html", "robots.md"]);
    let told = walk.passed_over().to_string();
    assert!(told.starts_with("8 files of other kinds: "), "{told}");
    assert!(told.contains("humans.txt"), "{told}");
    // Named directly, and included, they are read.
    let named = folder.path().join("robots.txt");
    assert_eq!(articles_of(&named).len(), 1);
    let select = Select::default().include("*.txt").expect("a glob");
    assert_eq!(
        super::walk(&[folder.path().to_path_buf()], &select).count(),
        4
    );
}

#[test]
fn bold_that_was_never_closed() {
    for (body, expected) in [
        (
            "设备以**砚湖、汀洲两地（尤其是砚湖）为主。",
            "设备以砚湖、汀洲两地（尤其是砚湖）为主。",
        ),
        (
            "*注：**集中度（CRn）*是前几家的份额。",
            "注：集中度（CRn）是前几家的份额。",
        ),
        (
            "澜汐股份 (300999.SZ)**：抛光垫龙头。",
            "澜汐股份 (300999.SZ)：抛光垫龙头。",
        ),
        (
            "1）Insigh**t Earnings：**指标之一。",
            "1）Insight Earnings：指标之一。",
        ),
        ("当选的是张**先生和李小砚。", "当选的是张**先生和李小砚。"),
        ("中签的是张**。", "中签的是张**。"),
        (
            "面积是x**2，手机138****1234。",
            "面积是x**2，手机138****1234。",
        ),
    ] {
        check_note(body, expected);
    }
}

#[test]
fn names_and_titles_without_the_marks_of_a_link_or_a_heading() {
    let post = "---\ntitle: 周记\nauthor:\n  - \"[[阿砚]]\"\n  - \"[汀洲客](https://a.example/u)\"\n---\n澜汐涨了。";
    assert_eq!(article("x.md", post).authors, ["阿砚", "汀洲客"]);
    let record = r#"{"title":"汀洲港收涨","author":"[[阿砚]]","content":"成交放大。"}"#;
    let found = Article::from_json(record).expect("an article");
    assert_eq!(found.authors, ["阿砚"]);
    for (title, expected) in [
        ("# 投资", "投资"),
        ("#REITs", "#REITs"),
        ("C# 入门", "C# 入门"),
    ] {
        let page = format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1><p>澜汐一则。</p></body></html>"
        );
        let found = article("x.html", &page);
        assert_eq!(
            (found.title.as_str(), lines(&found)),
            (expected, "澜汐一则。".to_owned())
        );
    }
}

#[test]
fn a_page_that_only_leads_to_another_is_no_article() {
    let page = "<!DOCTYPE html><html><head><title>https://a.example/</title>\
        <meta http-equiv=\"refresh\" content=\"0; url=https://a.example/\"></head></html>";
    let found = read("index.html", page.as_bytes());
    assert!(matches!(found, Err(Problem::NoText)), "{found:?}");
}
