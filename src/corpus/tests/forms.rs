//! Forms of posts that the cases do not show: Markdown, headers, titles, dates.

use super::{article, check_note, lines, note, read};
use crate::corpus::{Article, Problem};

#[track_caller]
fn check_header(file: &str, title: &str, date: &str) -> Article {
    let article = article("x.md", file);
    let found = article
        .published
        .map(|published| published.to_string())
        .unwrap_or_default();
    assert_eq!(
        (article.title.as_str(), found.as_str()),
        (title, date),
        "{file}"
    );
    article
}

#[test]
fn emphasis_beside_chinese_signs() {
    check_note("这是**粗体**文字", "这是粗体文字");
    check_note("**“小盘”组合**走强", "“小盘”组合走强");
    check_note("他说**“好”**。（*注*）__重点__", "他说“好”。（注）重点");
    check_note(
        "** 防御板块 ：**食品领跌，**银行 **走强",
        "防御板块 ：食品领跌，银行 走强",
    );
    check_note("***粗斜***与==高亮==", "粗斜与高亮");
    check_note("**小标题**\n\n正文", "#小标题\n正文");
}

#[test]
fn signs_that_are_text() {
    check_note("涨幅3~5元，成本6~8元", "涨幅3~5元，成本6~8元");
    check_note("*ST澜汐、*ST汀洲和*ST青垣", "*ST澜汐、*ST汀洲和*ST青垣");
    check_note("面积2*3*4米", "面积2*3*4米");
    check_note(
        "从$100涨到$200，snake_case_name",
        "从$100涨到$200，snake_case_name",
    );
    check_note("P<0.05，a<b，#话题 1、甲", "P<0.05，a<b，#话题 1、甲");
    check_note("1. 甲\n2. 乙\n\n3）丙", "1. 甲\n2. 乙\n3）丙");
    check_note("手机138****1234，[甲] (乙)", "手机138****1234，[甲] (乙)");
}

#[test]
fn links_pictures_and_addresses() {
    check_note(
        "见[**公告**](https://a.example/1 \"题\")全文![图](x.png)。",
        "见公告全文。",
    );
    check_note("[![封面](a.png)](https://a.example)正文", "正文");
    check_note(
        "见[公告][1]与[甲]。\n\n[1]: https://a.example/1",
        "见公告与[甲]。",
    );
    check_note(
        "见[[澜汐股份|澜汐]]与[[汀洲银行]]，![[图.png]]好",
        "见澜汐与汀洲银行，好",
    );
    let article = note("见[公告](https://a.example/1)。");
    assert_eq!(
        (
            article.links[0].url.as_str(),
            article.links[0].text.as_str()
        ),
        ("https://a.example/1", "公告")
    );
}

#[test]
fn addresses_with_blanks() {
    check_note(
        "见[年报全文](/2024/汀洲 银行 年报.html)与[甲](a b.pdf)。",
        "见年报全文与甲。",
    );
    check_note(
        "文\n\n![图片](data:image/svg+xml,%3Csvg width='1px' height='1px'%3E %3C/svg%3E)\n\n![图 一](我的 图.png)末",
        "文\n末",
    );
    check_note(
        "[甲](https://a.example/x y \"题\")，[乙](b.html \"题\")，[丙](（见 附注）)",
        "甲，乙，[丙](（见 附注）)",
    );
    check_note(
        "`[甲](b c.md)`与[注](共 3 家)",
        "[甲](b c.md)与[注](共 3 家)",
    );
    let article = note("见[公告](https://a.example/一 二(3).pdf)。");
    assert_eq!(article.links[0].text, "公告");
}

#[test]
fn what_a_vault_embeds_and_draws_is_no_text() {
    check_note(
        "日线：\n![[2024-07-09-图.png#圆角|图 澜汐 日线|668]]\n上行。",
        "日线：\n上行。",
    );
    check_note("见![[笔记#节|一|二]]与`![[甲]]`", "见与![[甲]]");
    check_note("<% tp.file.cursor() %>文", "文");
    check_note(
        "==⚠  Switch to EXCALIDRAW VIEW in the menu. ⚠== See the docs.\n\n文",
        "文",
    );
    check_note(
        "> 📌 知足\n    - 💭 批注\n    - ⏱ 时间",
        "📌 知足\n💭 批注\n⏱ 时间",
    );
    check_note(
        "文\n\n```compressed-json\nN4KAkARALgngDgUwgLgAQQQDwMYEMA2AlgCYBOuA7hADTgQBuCpAzo\n```",
        "文",
    );
}

#[test]
fn marks_that_converters_leave() {
    check_note("**去找****一份**工作", "去找一份工作");
    check_note("****招聘****岗位：**精算**", "招聘岗位：精算");
    check_note("**全文完****。**续", "全文完。续");
    check_note("**0****1**\n\n文", "#01\n文");
    check_note("卡号6222 **** **** 0138", "卡号6222 **** **** 0138");
    check_note("上货。\n\n\\\n\\\n\n整理", "上货。\n整理");
    check_note("文\n\n\\----------\n\n更新", "文\n更新");
    check_note("文\n\n## ---\n\n**第一部分**", "文\n#第一部分");
    check_note("<br/>\n## 舒缓\n\n* 甲", "#舒缓\n甲");
}

#[test]
fn tables_without_outer_signs() {
    check_note(
        "<br/>\n\n名称    |持仓   |涨幅\n--------|------:|------:\n澜汐    |5%     |-3%\n\n<br/>\n\n完。",
        "名称 持仓 涨幅\n澜汐 5% -3%\n完。",
    );
    check_note(
        "持仓<br>\n\n名称|持仓\n:--|--:\n澜汐|5%",
        "持仓\n名称 持仓\n澜汐 5%",
    );
}

#[test]
fn tables_lists_and_quotes() {
    check_note(
        "| 名称 | 涨幅 |\n|:--|--:|\n| 澜汐 | **5%** |\n| 汀洲 | `3%` |\n\n文",
        "名称 涨幅\n澜汐 5%\n汀洲 3%\n文",
    );
    check_note("- 一\n  - 二\n    - 三\n* 四\n+ 五", "一\n二\n三\n四\n五");
    check_note("- [ ] 待办\n- [x] 已办", "待办\n已办");
    check_note("> 引文\n> 续\n>> 内\n\n文", "引文\n续\n内\n文");
    check_note(
        "> [!note] 提示\n> 内容\n\n> [!warning]\n> 风险",
        "提示\n内容\n风险",
    );
}

#[test]
fn fences_rules_and_headings() {
    check_note(
        "```python\nprint(\"**甲**\")\n```\n文",
        "print(\"**甲**\")\n文",
    );
    check_note("甲。\n\n---\n\n乙\n\n***\n\n* * *\n丙", "甲。\n乙\n丙");
    check_note(
        "##小标题\n\n### 三级 ###\n\n标题二\n======\n文",
        "#小标题\n#三级\n#标题二\n文",
    );
    check_note(
        "这是一整段话，很长的一段话，后面直接跟了一条线。\n---\n文",
        "这是一整段话，很长的一段话，后面直接跟了一条线。\n文",
    );
    check_note("## 标题 {#id}\n\n文\n{: .note}", "#标题\n文");
    check_note("##\u{3000}全角\n\n#\u{A0}窄\n\n文", "#全角\n#窄\n文");
}

#[test]
fn headings_without_their_blank() {
    check_note("#前言\n甲。\n\n#后话\n乙。", "#前言\n甲。\n#后话\n乙。");
    check_note("#前言\n甲。\n##小节\n乙。", "#前言\n甲。\n#小节\n乙。");
    check_note(
        "- 甲\n\n#地址：\n    - [乙](https://a.example)\n\n#又：\n    - 丙",
        "甲\n#地址：\n乙\n#又：\n丙",
    );
    check_note(
        "#准备\n#入门\n甲。\n\n#pandoc是什么\n乙。\n\n#2013\n\n#后话",
        "#准备\n#入门\n甲。\n#pandoc是什么\n乙。\n#2013\n#后话",
    );
    check_note(
        "#[电影](https://a.example/#1)\n甲。\n\n#**图书**\n乙。\n\n#2013\n丙。\n\n#（1）\n丁。",
        "#电影\n甲。\n#图书\n乙。\n#2013\n丙。\n#（1）\n丁。",
    );
    check_note(
        "#12 修复\n甲。\n\n#7\n\n#FF0000",
        "#12 修复\n甲。\n#7\n#FF0000",
    );
    check_note("#todo\n甲。\n\n#todo\n乙。", "#todo\n甲。\n#todo\n乙。");
    // Topics, alone, beside others, and in code.
    check_note("收涨。\n\n#汀洲港", "收涨。\n#汀洲港");
    check_note(
        "#汀洲港#收涨。\n\n#澜汐#收跌。",
        "#汀洲港#收涨。\n#澜汐#收跌。",
    );
    check_note(
        "#汀洲港 #澜汐\n\n甲。\n\n#砚湖 #青垣",
        "#汀洲港 #澜汐\n甲。\n#砚湖 #青垣",
    );
    check_note("#汀洲港\n#澜汐\n\n甲。", "#汀洲港\n#澜汐\n甲。");
    check_note("```\n#读入\nx\n#算\ny\n```", "#读入\nx\n#算\ny");
    let post = "#问题\n甲。\n\n#解法\n乙。";
    assert_eq!(article("装机小记.md", post).title, "装机小记");
}

#[test]
fn two_versions_that_were_not_merged() {
    check_note(
        "<<<<<<< HEAD\n甲。\n=======\n乙。\n>>>>>>> 1a2b3c4d5e6f\n\n丙。",
        "甲。\n乙。\n丙。",
    );
    check_note("乙。\n>>>>>>> 1a2b3c4d5e6f\n\n丙。", "乙。\n丙。");
    check_note("```\n<<<<<<< HEAD\n```", "<<<<<<< HEAD");
}

#[test]
fn notes_formulas_and_containers() {
    check_note("甲[^1]乙\n\n[^1]: 注释文字", "甲乙\n注释文字");
    check_note(
        "收益$R_i=\\beta R_m$。\n\n$$\nE=mc^2\n$$",
        "收益R_i=β R_m。\nE=mc^2".replace('β', "beta").as_str(),
    );
    check_note(
        "::: tip 风险提示\n谨慎投资\n:::\n文",
        "风险提示\n谨慎投资\n文",
    );
    check_note("!!! note \"提示\"\n    内容\n\n文", "提示\n内容\n文");
    check_note("[TOC]\n\n文%%注%%字 ^abc1", "文字");
}

#[test]
fn tags_of_generators() {
    check_note(
        "甲{% asset_img a.png 图 %}乙\n\n{% note info %}\n丙\n{% endnote %}",
        "甲乙\n丙",
    );
    check_note(
        "见{% post_link slug '旧文' %}。{{< figure src=\"a.png\" >}}",
        "见旧文。",
    );
    check_note("甲\n\n<!-- more -->\n\n乙<!-- 注\n释 -->丙", "甲\n乙丙");
    check_note("{% raw %}甲{% endraw %}{{ site.url }}", "甲");
    check_note("甲<%>乙 {%} 丙", "甲<%>乙 {%} 丙");
    check_note("甲<%>丁%>乙", "甲乙");
    check_note(
        "写`{{ usd }}`或`<!--more-->`，{{ site }}完<!-- 注 -->",
        "写{{ usd }}或<!--more-->，完",
    );
    // A tag may go on on the next lines.
    check_note(
        "甲\n\n{{< figure src=\"a.png\"\n  title=\"图\" >}}\n乙\n\n{{% lead\n\n丙",
        "甲\n乙\n{{% lead\n丙",
    );
}

#[test]
fn html_inside_markdown() {
    check_note(
        "## 题\n\n<center>图一</center>\n\n**粗**与<font color=red>红</font><br>新行",
        "#题\n图一\n粗与红\n新行",
    );
    check_note(
        "<details>\n<summary>摘要</summary>\n\n**内**容\n\n</details>\n\n文",
        "摘要\n内容\n文",
    );
    check_note("<!-- 注 -->\n\n- 甲\n- 乙", "甲\n乙");
    check_note(
        "<center>**图一** [来源](https://a.example)</center>\n\n## 题",
        "图一 来源\n#题",
    );
    check_note(
        "<img src=\"a.png\">\n\n## 题\n\n[链](https://a.example)",
        "#题\n链",
    );
    check_note(
        "<table><tr><td>甲</td><td>乙</td></tr></table>\n\n**丙**",
        "甲 乙\n#丙",
    );
}

#[test]
fn four_blanks_begin_a_paragraph() {
    check_note(
        "    第一段**粗**。\n\n    第二段。\n\n　　第三段。",
        "第一段粗。\n第二段。\n第三段。",
    );
}

#[test]
fn headers() {
    check_header(
        "\u{FEFF}---\n标题: 甲\n日期: 2024年3月6日\n---\n文",
        "甲",
        "2024-03-06",
    );
    check_header(
        "---\ntitle: '甲: 乙'\ndate: !!timestamp 2024-03-06\n---\n文",
        "甲: 乙",
        "",
    );
    check_header(
        "+++\ntitle = '甲'\ndate = 2024-03-06\ndraft = false\n[taxonomies]\ntags = ['乙']\n+++\n文",
        "甲",
        "2024-03-06",
    );
    check_header(
        ";;;\n\"title\": \"甲\", \"date\": \"2024-03-06\"\n;;;\n文",
        "甲",
        "2024-03-06",
    );
    check_header(
        "Title: 甲\nDate: 2024-03-06\nTags: 乙, 丙\n\n文",
        "甲",
        "2024-03-06",
    );
    check_header(
        "---\ntitle: \"甲\"乙\"\ntags:\n  - 丙\n  - 丁: 戊\ndate: 2024-03-06\n---\n文",
        "甲\"乙",
        "2024-03-06",
    );
}

#[test]
fn keys_that_note_books_write() {
    for (key, date) in [
        (
            "create: 2024-03-06T14:37+08:00",
            "2024-03-06T14:37:00+08:00",
        ),
        ("date-created: 2024-03-06", "2024-03-06"),
        ("created_date: 2024/3/6", "2024-03-06"),
        ("create_time: 2024-03-06 09:30", "2024-03-06T09:30:00+08:00"),
        ("创建日期: 2024年3月6日", "2024-03-06"),
    ] {
        let article = check_header(
            &format!("---\n{key}\nupdate: 2024-03-08\naliases:\n---\n# 甲\n\n文"),
            "甲",
            date,
        );
        let updated = article.updated.map(|date| date.to_string());
        assert_eq!(updated.as_deref(), Some("2024-03-08"), "{key}");
    }
}

#[test]
fn what_a_header_says_beside_title_and_date() {
    let file = "---\nTitle: 甲\n作者: [阿砚, 小汀]\n来源: 汀洲日报\n摘要: 一句话\n链接: https://a.example/1\n标签: 银行、R&D、A B\n\
                分类: 财经\nlastmod: 2024-03-07\n---\n文";
    let article = article("x.md", file);
    assert_eq!(article.authors, ["阿砚", "小汀"]);
    assert_eq!(article.source, "汀洲日报");
    assert_eq!(article.digest, "一句话");
    assert_eq!(article.url.as_deref(), Some("https://a.example/1"));
    assert_eq!(article.tags, ["银行", "R&D", "A B"]);
    assert_eq!(article.categories, ["财经"]);
    assert_eq!(
        article.updated.map(|date| date.to_string()).as_deref(),
        Some("2024-03-07")
    );
}

#[test]
fn a_source_that_is_an_address_is_the_address() {
    let article = article(
        "x.md",
        "---\ntitle: 甲\nsource: https://a.example/1\n---\n文",
    );
    assert_eq!(
        (article.source.as_str(), article.url.as_deref()),
        ("", Some("https://a.example/1"))
    );
}

#[test]
fn drafts_are_left_out() {
    for header in [
        "draft: true",
        "published: false",
        "Draft: True",
        "草稿: 是",
        "published: no",
    ] {
        let file = format!("---\ntitle: 甲\n{header}\n---\n文");
        assert!(
            matches!(read("x.md", file.as_bytes()), Err(Problem::Draft)),
            "{header}"
        );
    }
    for header in ["draft: false", "published: true", "published: 2024-01-02"] {
        let file = format!("---\ntitle: 甲\n{header}\n---\n文");
        assert!(read("x.md", file.as_bytes()).is_ok(), "{header}");
    }
}

#[test]
fn titles_in_their_order() {
    let cases = [
        ("x.md", "---\ntitle: 头\n---\n# 题\n\n文", "头", "#题\n文"),
        ("名称.md", "# 题\n\n## 节\n\n文", "题", "#节\n文"),
        ("名称.md", "## 题\n\n文", "题", "文"),
        (
            "名称.md",
            "## 一、背景\n\n文\n\n## 二、展望\n\n文",
            "名称",
            "#一、背景\n文\n#二、展望\n文",
        ),
        ("名称.md", "文｜阿砚\n\n# 题\n\n文", "题", "文｜阿砚\n文"),
        (
            "2024-07-09.md",
            "大家好！\n\n2024年7月9日\n\n文｜阿砚\n\n今日收涨。第二句。",
            "今日收涨",
            "大家好！\n2024年7月9日\n文｜阿砚\n今日收涨。第二句。",
        ),
        ("x.md", "作者：阿砚\n\n收涨。", "收涨", "收涨。"),
        // A part of the text is no title, nor is the first of several numbered ones.
        (
            "汀洲银行.md",
            "# 元数据\n\n甲\n\n# 划线\n\n乙",
            "汀洲银行",
            "#元数据\n甲\n#划线\n乙",
        ),
        (
            "估值方法.md",
            "# 1.读年报\n\n甲\n\n# 2.算现金流\n\n乙",
            "估值方法",
            "#1.读年报\n甲\n#2.算现金流\n乙",
        ),
        ("甲乙.md", "# 1.5倍杠杆\n\n文", "1.5倍杠杆", "文"),
        // A heading may begin with a date.
        (
            "x.md",
            "# 2024-07-09 - 收涨~\n\n文",
            "2024-07-09 - 收涨~",
            "文",
        ),
        (
            "2024-07-09 周报.md",
            "# 2024年7月9日 星期二\n\n文",
            "周报",
            "#2024年7月9日 星期二\n文",
        ),
        // A heading far below is one of a part.
        (
            "装机小记.md",
            "一\n\n二\n\n三\n\n四\n\n五\n\n六\n\n# 更新\n\n七",
            "装机小记",
            "一\n二\n三\n四\n五\n六\n#更新\n七",
        ),
        (
            "x.md",
            "# 2024-07-09\n\n收涨。",
            "收涨",
            "#2024-07-09\n收涨。",
        ),
    ];
    for (name, file, title, text) in cases {
        let article = article(name, file);
        assert_eq!(
            (article.title.as_str(), lines(&article).as_str()),
            (title, text),
            "{file}"
        );
    }
}

#[test]
fn a_date_comes_from_the_header_then_the_path_then_the_page() {
    let cases = [
        (
            "2024-07-09-甲.md",
            "---\ntitle: 甲\ndate: 2024-07-08\n---\n文",
            "2024-07-08",
        ),
        (
            "2024-07-09-甲.md",
            "---\ntitle: 甲\ndate: 昨天\n---\n文",
            "2024-07-09",
        ),
        (
            "2024-07-09-甲.md",
            "---\ntitle: 甲\ndate: 1970-01-01\n---\n文",
            "2024-07-09",
        ),
        ("2024/07/09.md", "# 甲\n\n2024年7月8日\n\n文", "2024-07-09"),
        (
            "甲.md",
            "# 甲\n\n2024年7月8日 09:30\n\n文",
            "2024-07-08T09:30:00+08:00",
        ),
        (
            "甲.md",
            "# 甲\n\n发布时间：2024-07-08 来源：汀洲日报\n\n文",
            "2024-07-08",
        ),
        ("甲.md", "# 甲\n\n2024年7月8日，公司公告称将回购股份。", ""),
    ];
    for (name, file, date) in cases {
        let article = article(name, file);
        let found = article
            .published
            .map(|published| published.to_string())
            .unwrap_or_default();
        assert_eq!(found, date, "{name}: {file}");
    }
}

#[test]
fn links_to_headings_are_no_text() {
    let page = "<!DOCTYPE html><html><head><title>澜汐周记 - 汀洲投资</title></head><body><article><h1>澜汐周记</h1>\
        <div class=toc><h2>Table of Content</h2><nav><a href=#a>一、交易</a></nav></div>\
        <h2 id=a>一、交易<a class=headerlink href=#a title=\"Permanent link\">#</a></h2><p>本周没有交易，持有的仓位不变。</p>\
        <h2 id=b>二、持仓<a href=\"#b\">¶</a></h2><p>澜汐股份占比六成，其余是现金，见<a href=#a>上文</a>。</p></article></body></html>";
    let article = article("x.html", page);
    assert_eq!(article.title, "澜汐周记");
    assert_eq!(
        lines(&article),
        "#一、交易\n本周没有交易，持有的仓位不变。\n#二、持仓\n澜汐股份占比六成，其余是现金，见上文。"
    );
}

#[test]
fn the_foot_of_a_page_is_no_text() {
    let page = |body: &str| {
        format!(
            "<!DOCTYPE html><html><head><title>标签 - 汀洲网</title></head><body>{body}<footer class=footer><div class=inner><p>由汀洲程序驱动 | 版权归阿砚所有，转载请注明出处，谢谢。</p></div></footer></body></html>"
        )
    };
    let list = article(
        "x.html",
        &page(
            "<h1>标签</h1><ul><li><a href=/1>一</a></li><li><a href=/2>二</a></li><li><a href=/3>三</a></li></ul>",
        ),
    );
    assert_eq!((list.title.as_str(), lines(&list).as_str()), ("标签", ""));
}
