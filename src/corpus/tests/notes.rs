//! What note books, converters and hurried writers leave in Markdown that a reader never sees.

use super::{article, articles_of, check_note, lines, note, read};
use crate::corpus::Problem;

/// Checks the title and the text of a file.
#[track_caller]
fn check_file(name: &str, file: &str, title: &str, text: &str) {
    let article = article(name, file);
    let found = (article.title.as_str(), lines(&article));
    assert_eq!(found, (title, text.to_owned()), "{name}: {file}");
}

/// Checks which headings a text has; no mark of them is left.
#[track_caller]
fn check_headings(body: &str, expected: &[&str]) {
    let article = note(body);
    let headings = article.body.iter().filter(|paragraph| paragraph.heading);
    let found: Vec<&str> = headings.map(|heading| heading.text.as_str()).collect();
    assert_eq!(found, expected, "{body}");
}

#[test]
fn headings_in_latin_letters_or_alone() {
    check_headings(
        "#WHY\n甲。\n\n#TAKE CARE\n乙。\n\n#HOW\n\n丙。",
        &["WHY", "TAKE CARE", "HOW"],
    );
    check_headings(
        "甲。\n\n#ETF\n澜汐ETF规模增长。\n#REITs\n汀洲REIT上市。",
        &["ETF", "REITs"],
    );
    check_headings(
        "# 作用\n\n记录持仓。\n\n#实现\n\n每日收盘后更新。\n\n# 展望\n\n加入港股。",
        &["作用", "实现", "展望"],
    );
    check_headings(
        "#NO1 汀洲港用什么设备？\n甲。\n\n#NO2以前不知道的，或者知道而没有想到的，这次看到的有哪些？\n\n乙。\n\n#NO3 结论？",
        &[
            "NO1 汀洲港用什么设备？",
            "NO2以前不知道的，或者知道而没有想到的，这次看到的有哪些？",
            "NO3 结论？",
        ],
    );
    check_headings(
        "#2回忆\n甲。\n\n#8聚餐\n乙。\n\n#10 结语\n\n丙。",
        &["2回忆", "8聚餐", "10 结语"],
    );
    check_headings("甲。\n#原帖：\n乙。", &["原帖："]);
    check_headings("#写在前面\n\n澜汐收涨。", &["写在前面"]);
    check_headings(
        "###### 资产\n\n####### 固定资产\n\n######## 在建工程\n\n汀洲港二期。",
        &["资产", "固定资产", "在建工程"],
    );
    check_headings("####### **商誉**\n减值。", &["商誉"]);
}

#[test]
fn topics_are_no_headings() {
    for body in [
        "#ETF\n澜汐收涨。\n#ETF\n汀洲收跌。",
        "#daily\n\n收涨。\n\n#review",
        "收涨。\n\n#汀洲港\n\n收跌。",
        "收涨。\n\n#汀洲港",
        "#12 修复\n甲。",
        "```\n#load\nx = 1\n#run\ny\n```",
    ] {
        check_headings(body, &[]);
        assert!(lines(&note(body)).contains('#'), "{body}");
    }
    check_headings("## 题外\n\n收涨。\n\n#汀洲港", &["题外"]);
    check_headings("# 澜汐周记\n\n#复盘\n\n收涨。", &["澜汐周记"]);
}

#[test]
fn definitions_below_a_text() {
    check_note(
        "见[年报][1]与[公告][a b]。\n[1]: https://a.example/1\n[a b]: <https://a.example/2>\n\n文",
        "见年报与公告。\n文",
    );
    check_note(
        "[砚湖转债下修][1]\n [1]: http://a.example/1",
        "砚湖转债下修",
    );
    check_note(
        "- 见[澜汐][x]\n[x]: https://a.example/x \"题\"\n- 乙",
        "见澜汐\n乙",
    );
    check_note(
        "> 见[汀洲][1]。\n\n正文\n[1]: https://a.example/1",
        "见汀洲。\n正文",
    );
    check_note("图见[甲]\n[甲]: https://a.example/1\n乙", "图见甲\n乙");
    check_note("甲。\n[1]: 见附注", "甲。\n[1]: 见附注");
}

#[test]
fn links_to_notes_with_links_in_them() {
    check_note(
        "参见 [[复盘-0309# [仓位小课堂](https://a.example/v|仓位)]]。",
        "参见 仓位。",
    );
    check_note("见[[笔记#[澜汐](a.md)]]末", "见澜汐末");
    check_note(
        "见[[笔记#[澜汐](a.md)|澜汐]]、[[汀洲#节|汀洲]]与[[砚湖]]",
        "见澜汐、汀洲与砚湖",
    );
    check_note(
        "`[[笔记#[甲](a.md)|乙]]`是写法",
        "[[笔记#[甲](a.md)|乙]]是写法",
    );
    check_note(
        "甲[[1]](#注1)与[[注 2]](https://a.example/2)，[[乙",
        "甲[1]与[注 2]，[[乙",
    );
    check_note(
        "数组[[\"甲\", 1], [\"乙\", 2]]",
        "数组[[\"甲\", 1], [\"乙\", 2]]",
    );
}

#[test]
fn texts_of_a_drawing() {
    let hint = "==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠== You can decompress";
    let drawing = |texts: &str| {
        format!(
            "---\nexcalidraw-plugin: parsed\ntags: [excalidraw]\n---\n{hint}\n\n\n# Excalidraw Data\n\n## Text Elements\n{texts}\
             ## Element Links\na1b2c3: [[汀洲]]\n\n## Embedded Files\n4b6ac46b7f877c2f: [[图.png]]\n\n%%\n## Drawing\n\
             ```compressed-json\nN4KAkARALgngDgUwgLgAQQQDwMYEMA\n\nQDwMYEMA2AlgCYBOuA7hADTgQBuCp\n```\n%%"
        )
    };
    check_file(
        "资金流向.excalidraw.md",
        &drawing("外资流入 ^a1b2c3d4\n\n汀洲港\n扩建 ^e5f6\n\n"),
        "资金流向",
        "外资流入\n汀洲港\n扩建",
    );
    check_file(
        "Drawing 2025-04-01 01.23.24.excalidraw.md",
        &drawing("美元潮汐。 ^a1\n\n"),
        "美元潮汐",
        "美元潮汐。",
    );
    check_file("产业链图.excalidraw.md", &drawing(""), "产业链图", "");
    let empty = drawing("");
    let found = read(
        "Drawing 2025-04-01 01.23.24.excalidraw.md",
        empty.as_bytes(),
    );
    assert!(matches!(found, Err(Problem::NoText)), "{found:?}");
    // The note of a drawing stands before it; an older drawing has other names.
    let old = format!(
        "{hint}\n\n# 风险把控\n\n仓位三成。\n\n# Text Elements\n止损 ^x1\n\n# Embedded files\nab12: [[图.png]]\n\n# Drawing\n```json\n{{\"type\":\"excalidraw\"}}\n```"
    );
    check_file("x.md", &old, "风险把控", "仓位三成。\n止损");
    let large = drawing(&format!(
        "汀洲港 ^a1\n\n{}\n\n",
        "流入 ^b2\n\n".repeat(40_000)
    ));
    assert!(!lines(&article("x.md", &large)).contains("4b6ac46b"));
    check_note("## Drawing\n\n画画。", "#Drawing\n画画。");
    check_note(
        "切到EXCALIDRAW VIEW。\n\n## Drawing\n\n画汀洲港。",
        "切到EXCALIDRAW VIEW。\n#Drawing\n画汀洲港。",
    );
}

#[test]
fn items_of_lists() {
    check_note(
        "思路：\n\n-\u{A0}\u{A0}读年报\n\n-\u{A0}**算**现金流",
        "思路：\n读年报\n算现金流",
    );
    check_note("*\u{A0}澜汐\n*\u{A0}汀洲", "澜汐\n汀洲");
    check_note("- 甲\n  -\u{A0}乙\n+\u{A0}丙", "甲\n乙\n丙");
    // What one blank indents is a paragraph, and below it four are no code.
    check_note(
        "* 图床\n\n 2常用命令\n\n     `index`   `query`  \n     `show`\n\n文",
        "图床\n2常用命令\nindex query\nshow\n文",
    );
    check_note("- 甲\n\n　　乙**丙**\n\n    丁**戊**", "甲\n乙丙\n丁戊");
    check_note("- 甲\n\n  续**一**\n\n- 乙", "甲\n续一\n乙");
    check_note("跌-\u{A0}3%", "跌- 3%");
}

#[test]
fn formulas_between_other_signs() {
    check_note(
        "文件名是${日期}-${周数}，如${年}_${月}。",
        "文件名是${日期}-${周数}，如${年}_${月}。",
    );
    check_note(
        "市盈率\\(\\frac{股价}{每股收益}\\)约为20倍。",
        "市盈率股价/每股收益约为20倍。",
    );
    check_note(
        "平价：$ \\\\frac{正股价格}{转股价} \\\\times 100 $，即$ 45 / 16.12 \\times 100 \\= \\mathbf{279元} $。",
        "平价：正股价格/转股价 × 100，即45 / 16.12 × 100 = 279元。",
    );
    check_note(
        "$$PEG \\= \\\\frac{PE}{Growth} \\\\approx \\\\frac{30}{25} \\= 1.2$$",
        "PEG = PE/Growth ≈ 30/25 = 1.2",
    );
    check_note(
        "其中：\n\n\\[\nR = \\frac{\\text{收益}}{\\text{成本}}\n\\]\n\n文",
        "其中：\nR = 收益/成本\n文",
    );
    check_note(
        "收益\\\\(R_i\\times 2\\\\)与\\\\[\\frac{1}{2}\\\\]。",
        "收益R_i× 2与1/2。",
    );
    check_note(
        "排序是 $nlogn$，$lnx$与$H[n]$，坐标$x,y'$，第$t-1$层，$catalog$与$log$",
        "排序是 nlogn，lnx与H[n]，坐标x,y'，第t-1层，$catalog$与$log$",
    );
    check_note("$5B-6B$，$BRK-B$与$1,000$", "$5B-6B$，$BRK-B$与$1,000$");
    // Prices, brackets and addresses of files are text.
    check_note(
        "从 $ 100 到 $ 200，见\\[1\\]和\\(注\\)，`\\(\\sigma\\)`",
        "从 $ 100 到 $ 200，见[1]和(注)，\\(\\sigma\\)",
    );
    check_note("$a_1$ 与 D:\\temp 和 $b_1$", "a_1 与 D:\\temp 和 b_1");
}

#[test]
fn bold_that_is_left_at_the_end_of_a_line() {
    check_note("甲：\n砚湖转债下修**\n乙", "甲：\n砚湖转债下修\n乙");
    check_note(
        "今日要点\n**汀洲港收涨\n成交放大",
        "今日要点\n汀洲港收涨\n成交放大",
    );
    check_note("- 澜汐**\n  汀洲", "澜汐\n汀洲");
    check_note("> 甲\n> 减持~~\n> 乙", "甲\n减持\n乙");
    check_note("现金流==\n为正", "现金流\n为正");
    // In the middle of a line it may be text, as an arrow is.
    check_note("乘方是2**3\n乙", "乘方是2**3\n乙");
    check_note("股东：\n张**\n持股3%", "股东：\n张**\n持股3%");
    check_note(
        "龙头\\*\\*\\*ST澜汐\\*\\*停牌，\\*ST汀洲复牌",
        "龙头*ST澜汐停牌，*ST汀洲复牌",
    );
    check_note("甲\n==>乙\n丙", "甲\n==>乙\n丙");
}

#[test]
fn pictures_that_were_never_uploaded() {
    check_note("甲\n\n![Uploading 走势.png . . .]\n\n乙", "甲\n乙");
    check_note("![Uploading chart.jpg…]()甲", "甲");
    check_note("见![上传中 K线图.PNG...]图", "见图");
    check_note("![image.png]甲![图片]", "甲");
    check_note(
        "![说明]甲与`![Uploading a.png . . .]`",
        "![说明]甲与![Uploading a.png . . .]",
    );
}

#[test]
fn headers_of_other_generators() {
    check_file(
        "x.md",
        "title: 澜汐周记\ndate: 2024-03-06\n-----------\n\n文",
        "澜汐周记",
        "文",
    );
    check_file(
        "x.md",
        "-----\ntitle: 汀洲周记\n-----\n文\n\n-----\n\n完",
        "汀洲周记",
        "文\n完",
    );
    check_file(
        "x.md",
        "---\ntitle: 砚湖周记\ndate: 2024-03-06\n----\n文",
        "砚湖周记",
        "文",
    );
    // A second header is left where a site moved.
    check_file(
        "x.md",
        "title: 青垣周记\ndate: 2024-03-06\n  --- \n\n\ntitle:  青垣旧记\ndate: 2023-03-06\ntags: [甲] \ndescription: \n\n\n---\n## 写在前面\n文",
        "青垣周记",
        "#写在前面\n文",
    );
    check_file(
        "x.md",
        "---\ntitle: 凌川周记\n---\n\n---\nlayout: post\ntitle: 凌川\n---\n文",
        "凌川周记",
        "文",
    );
    // A rule, and a line about the article, are none.
    check_file(
        "x.md",
        "---\ntitle: 云帆周记\n---\n---\n来源: 汀洲日报\n\n---\n文",
        "云帆周记",
        "来源: 汀洲日报\n文",
    );
    check_file(
        "x.md",
        "---\ntitle: 题\n---\n标题: 一种写法\n分类: 另一种\n\n文",
        "题",
        "标题: 一种写法\n分类: 另一种\n文",
    );
}

#[test]
fn places_for_values_in_templates() {
    for (header, title) in [
        ("title: {{ title }}\ndate: {{ date }}", "澜汐模板"),
        (
            "title: \"{{title}}\"\ndate: {{date:YYYY-MM-DD}} {{time:HH:mm}}",
            "澜汐模板",
        ),
        (
            "title: <% tp.file.title %>\ncreate: <% tp.date.now(\"YYYY-MM-DD\") %>",
            "澜汐模板",
        ),
        (
            "title: '{{ replace .Name \"-\" \" \" | title }}'\ndraft: false",
            "澜汐模板",
        ),
        (
            "title: 汀洲周记\ndate: '<% tp.file.creation_date() %>'",
            "汀洲周记",
        ),
        ("title: 写 {{ title }} 的人", "写 {{ title }} 的人"),
    ] {
        let file = format!(
            "---\n{header}\n---\n# <% tp.file.title %>\n\n## 一、持仓\n\n文\n\n## 二、计划\n\n文"
        );
        let found = article("澜汐模板.md", &file);
        assert_eq!(found.title, title, "{header}");
        assert_eq!(found.published, None, "{header}");
        let reading = super::document::read(file.as_bytes(), std::path::Path::new("澜汐模板.md"));
        let remarks = reading.expect("reads").remarks;
        assert!(remarks.is_empty(), "{header}: {remarks:?}");
    }
    let empty = read(
        "post.md",
        b"title: {{ title }}\ndate: {{ date }}\ntags:\n---\n",
    );
    assert!(matches!(empty, Err(Problem::NoText)), "{empty:?}");
}

#[test]
fn digests_have_no_marks() {
    for (given, digest) in [
        (
            "澜汐**预增**，见[公告](https://a.example)",
            "澜汐预增，见公告",
        ),
        (
            "报错 `timeout` 时的 ~~旧~~ 新办法",
            "报错 timeout 时的 旧 新办法",
        ),
        ("==汀洲港==收涨", "汀洲港收涨"),
        (
            "*ST澜汐和*ST汀洲摘帽，涨幅3~5%",
            "*ST澜汐和*ST汀洲摘帽，涨幅3~5%",
        ),
        (
            "snake_case_name，[甲] (乙)，x=1",
            "snake_case_name，[甲] (乙)，x=1",
        ),
        ("![图](a.png)", "![图](a.png)"),
    ] {
        let found = article(
            "x.md",
            &format!("---\ntitle: 题\nsummary: '{given}'\n---\n文"),
        );
        assert_eq!(found.digest, digest, "{given}");
    }
}

#[test]
fn titles_of_scripts_and_of_texts_that_name_themselves_badly() {
    check_file(
        "playNews.md",
        "let news = read();\n\n收盘后运行。",
        "playNews",
        "let news = read();\n收盘后运行。",
    );
    check_file(
        "Mindmap format.md",
        "/*\n\n# tree\n\n说明。\n\n```javascript\n*/\nrun();\n```",
        "Mindmap format",
        "/*\n#tree\n说明。\n*/\nrun();",
    );
    check_file(
        "update.md",
        "#!/bin/sh\n\n# 更新\n\nindex",
        "update",
        "#!/bin/sh\n#更新\nindex",
    );
    check_file(
        "2024-04-12-星期五.md",
        "汀洲港收涨。",
        "汀洲港收涨",
        "汀洲港收涨。",
    );
    check_file(
        "2024-07-09 周二.md",
        "# 1\n\n澜汐收涨。",
        "澜汐收涨",
        "#1\n澜汐收涨。",
    );
    check_file(
        "部署汀洲终端.md",
        "# 问题：\n甲。\n\n# 解决方法：\n乙。",
        "部署汀洲终端",
        "#问题：\n甲。\n#解决方法：\n乙。",
    );
    check_file(
        "so.md",
        "https://a.example/questions/4869\n\n如何计算年化收益？两步。",
        "如何计算年化收益？",
        "https://a.example/questions/4869\n如何计算年化收益？两步。",
    );
    check_file(
        "x.md",
        "https://a.example/1",
        "https://a.example/1",
        "https://a.example/1",
    );
    check_file("名称.md", "# 1984\n\n文", "1984", "文");
    check_file("甲乙.md", "# 周一市场要闻\n\n文", "周一市场要闻", "文");
}

#[test]
fn a_readme_is_passed_over_in_small_letters_too() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [
        "readme.md",
        "Readme.zh.md",
        "README",
        "ReadMe.txt",
        "reader.md",
        "甲readme.md",
    ] {
        std::fs::write(folder.path().join(name), "# 甲\n\n文").expect("a file");
    }
    assert_eq!(articles_of(folder.path()).len(), 2);
}

/// The parser tells where emphasis in such a note begins as if the note were the line.
#[test]
fn emphasis_in_a_note_in_its_line() {
    check_note("甲3丙^[乙 *重点*]", "甲3丙\n乙 重点");
    check_note("涨3元^[汀洲 *5*日 __公告__]。", "涨3元。\n汀洲 5日 公告");
}

#[test]
fn notes_of_a_day_that_begin_with_a_list_are_called_by_it() {
    for (name, note, title) in [
        (
            "2024-03-05.md",
            "- [ ] 看澜汐年报\n- [x] 复盘\n",
            "2024-03-05",
        ),
        ("日记/20240305.md", "* 汀洲港调研\n* 买书", "20240305"),
        (
            "2024年3月5日.md",
            "1. 沪指收涨\n2. 债市走平",
            "2024年3月5日",
        ),
        (
            "2024-03-05 星期二.md",
            "## 任务\n\n- [ ] 看盘\n\n## 笔记\n\n澜汐放量。",
            "2024-03-05 星期二",
        ),
        (
            "2024-03-05-Tue.md",
            "---\ntags: [daily]\ndate: 2024-03-05\n---\n#日记\n\n+ [ ] 看盘",
            "2024-03-05-Tue",
        ),
        (
            "2024-03-05 0930.md",
            "昨天:: 2024-03-04\n- 看盘",
            "2024-03-05",
        ),
        ("2026/02/07.md", "- [ ] 交割单整理", "2026-02-07"),
        ("日志/2024-03-05/index.md", "- 看盘", "2024-03-05"),
        ("2024-W10.md", "- [ ] 读完两份年报", "2024-W10"),
        ("2024-03.md", "- 月度目标：少交易", "2024-03"),
        ("2024-03-05.md", "# 今日待办\n- [ ] 看盘", "2024-03-05"),
        ("2024-03-05.md", "- - [ ] 看盘", "2024-03-05"),
        ("2024-03-05.md", "> - [ ] 看盘\n", "2024-03-05"),
    ] {
        let found = article(name, note);
        assert_eq!(found.title, title, "{name}: {note}");
        assert!(!found.title_derived, "{name}: {note}");
        assert!(!lines(&found).contains('['), "{name}: {note}");
    }
}

#[test]
fn other_notes_are_called_as_before() {
    for (name, note, title) in [
        // What is written before a list is the first line.
        (
            "2024-03-05.md",
            "今天只做了一件事。\n\n- 看盘",
            "今天只做了一件事",
        ),
        ("2024-03-05.md", "# 澜汐调研\n\n- 产能", "澜汐调研"),
        ("2024-03-05 汀洲港.md", "- [ ] 约调研", "汀洲港"),
        ("调研清单.md", "- [ ] 约调研", "调研清单"),
        ("2024-03-05.md", "---\ntitle: 周二\n---\n- 看盘", "周二"),
        // The name of the file tells no day.
        ("a.md", "- 约调研", "约调研"),
        ("12.md", "- 约调研", "约调研"),
        (
            "2024-03-05.md",
            "2024-03-05\n\n澜汐放量。\n\n- 看盘",
            "澜汐放量",
        ),
    ] {
        assert_eq!(article(name, note).title, title, "{name}: {note}");
    }
}

#[test]
fn tables_whose_rule_does_not_fit() {
    for (table, expected) in [
        // A rule that is longer or shorter than the head.
        (
            "| 代码 | 名称 |\n|---|---|---|\n| 1 | 澜汐 |",
            "代码 名称\n1 澜汐",
        ),
        (
            "| 代码 | 名称 | 涨幅 |\n|---|---|\n| 1 | 澜汐 | 3% |",
            "代码 名称 涨幅\n1 澜汐 3%",
        ),
        // A row that is longer than the head: the rules leave its end out.
        (
            "| 代码 | 名称 |\n|:--|--:|\n| 1 | 澜汐 | 放量 | **减持** |\n| 2 | 汀洲 |",
            "代码 名称\n1 澜汐 放量 减持\n2 汀洲",
        ),
        // No rule at all.
        (
            "甲：\n\n| 教训 | 先看**现金流** |\n| 等级 | 必读 |\n\n乙",
            "甲：\n教训 先看现金流\n等级 必读\n乙",
        ),
        ("- 表\n\n  | 甲 | 乙 |\n  | 丙 | 丁 |", "表\n甲 乙\n丙 丁"),
        (
            "| 甲 \\| 乙 | 丙 |\n|---|---|\n| 1 | 2 |",
            "甲 | 乙 丙\n1 2",
        ),
    ] {
        check_note(table, expected);
    }
    // One line is no table, and what is shown as code stays.
    check_note("|甲| 与 |乙|", "|甲| 与 |乙|");
    check_note(
        "```\n| 甲 | 乙 |\n| 丙 | 丁 |\n```",
        "| 甲 | 乙 |\n| 丙 | 丁 |",
    );
}

#[test]
fn signs_of_code_that_are_no_code() {
    check_note("用`读取()``写入()`两步", "用读取() 写入()两步");
    check_note("全部显式化。``", "全部显式化。");
    check_note("- 数据在``\n- 备份：``", "数据在\n备份：");
    check_note("`` ` ``是反引号，` `` `是两个", "`是反引号，``是两个");
    check_note("称为``公允价值''的估计", "称为``公允价值''的估计");
    check_note("围栏写作 ``` 即可", "围栏写作 ``` 即可");
}

#[test]
fn links_to_notes_whose_names_are_titles() {
    check_note(
        "见[三角：格式层](2026-06-16 - 三角：格式层 + 流程层.md)。",
        "见三角：格式层。",
    );
    check_note("见[年报，上](年报，上 2024.pdf)", "见年报，上");
    check_note("[甲](见：附注 3.5)", "[甲](见：附注 3.5)");
}

#[test]
fn bold_behind_the_number_of_a_section() {
    check_note("5**.完善规范。**加快研究", "5.完善规范。加快研究");
    check_note("15**.科研探索。**研发推演", "15.科研探索。研发推演");
}

#[test]
fn bold_text_that_ends_and_begins_again() {
    check_note(
        "**#LanXi****#TingZhou****#AI投研** 收录",
        "#LanXi#TingZhou#AI投研 收录",
    );
    check_note(
        "**6****.****明确权限。**澜汐在遵守法规的前提下",
        "6.明确权限。澜汐在遵守法规的前提下",
    );
    check_note("**  资金****层**：包括汀洲港", "资金层：包括汀洲港");
    check_note("电话138****5678", "电话138****5678");
}

#[test]
fn a_single_tilde_is_no_mark() {
    check_note(
        "~~目标价 ~25元。~~ **上调** 至 *30元*，约 ~28倍",
        "目标价 ~25元。 上调 至 30元，约 ~28倍",
    );
    check_note("市盈率 ~~~25倍~~ 17倍", "市盈率 ~25倍 17倍");
    check_note(
        "|项|值|\n|-|-|\n|价|~~~81元~~ 72元|",
        "项 值\n价 ~81元 72元",
    );
    check_note("好的~~~ 收涨~~~", "好的~~~ 收涨~~~");
    check_note("`~/甲` 与 ~~旧~~ 新 `a ~ b`", "~/甲 与 旧 新 a ~ b");
    check_note("[[澜汐~汀洲]] ~~旧~~", "澜汐~汀洲 旧");
}

#[test]
fn marks_between_amounts() {
    check_note(
        "净营收 **+5% 至 $8.7B**（交易额TM$）**+1% 至 $3.9B**。",
        "净营收 +5% 至 $8.7B（交易额TM$）+1% 至 $3.9B。",
    );
    check_note(
        "现金流为 **$(35.9)M**，自由现金流为 **$(68.2)M**，均为负",
        "现金流为 $(35.9)M，自由现金流为 $(68.2)M，均为负",
    );
    check_note("从$V$到*$W$*，**$x_1$**", "从V到W，x_1");
    check_note("`$甲**$` 与 **$5**", "$甲**$ 与 $5");
    check_note(
        "市值约 **US$38.4B**，即 **C$53.9B**，折算（C$）**为 $1.4** 与 $x^2$",
        "市值约 US$38.4B，即 C$53.9B，折算（C$）为 $1.4 与 x^2",
    );
}

#[test]
fn code_in_a_row_with_signs_of_cells() {
    check_note(
        "|项|命令|\n|---|---|\n|安装|`curl a | sh`|\n|停止|`kill`|",
        "项 命令\n安装 curl a | sh\n停止 kill",
    );
    check_note(
        "|项|命令|\n|---|---|\n|甲|`a|b` 或 `c\\|d`|",
        "项 命令\n甲 a|b 或 c|d",
    );
    // Where the cells are as many as the head has, the signs part them.
    check_note("|甲|乙|丙|\n|-|-|-|\n|1|`x|y`|", "甲 乙 丙\n1 `x y`");
    check_note(
        "```\n|甲|乙|\n|-|-|\n|1|`x|y`|\n```",
        "|甲|乙|\n|-|-|\n|1|`x|y`|",
    );
}

#[test]
fn numbers_alone_and_signs_above_letters_in_formulas() {
    check_note(
        "| $2.7$ | $-0.3$ |\n|-|-|\n| $10$ | $0$ |",
        "2.7 -0.3\n10 0",
    );
    check_note(
        "$$\\| x_i - \\tilde{U}^\\top\\hat{z}_i \\|^2 \\tag{2.1}$$",
        "| x_i - U\u{303}^Tz\u{302}_i |^2 2.1",
    );
    check_note("从$100到$200，再到$300", "从$100到$200，再到$300");
}
