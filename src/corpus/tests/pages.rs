//! What themes write into the pages of their sites.

use super::archives::{day, folder, titles_in};
use super::{article, articles_of, lines};

/// A whole page with this in its head and this text.
fn page(head: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head>{head}</head><body><article><h1>一</h1><p>澜汐股份今日收涨，成交放大，资金流入。</p>\
         <h1>二</h1>{text}<p>汀洲港吞吐量创新高，全年增长三成，公司拟扩建二期。</p></article></body></html>"
    )
}

#[test]
fn a_feed_names_the_site() {
    for (feed, title) in [
        (
            "Keep Calm and Read Reports",
            "聪明的阿砚 | Keep Calm and Read Reports",
        ),
        (
            "Yan Tai's Long Notes » Feed",
            "聪明的阿砚 - Yan Tai's Long Notes",
        ),
        (
            "The Inkstone Letters RSS Feed",
            "聪明的阿砚 — The Inkstone Letters",
        ),
        ("一个人的慢投资手记", "聪明的阿砚 · 一个人的慢投资手记"),
        (
            "Reports of Tingzhou Atom",
            "聪明的阿砚｜Reports of Tingzhou",
        ),
    ] {
        let head = format!(
            "<title>\n{title}\n</title><link rel=\"alternate\" href=\"/f.xml\" title=\"{feed}\" type=\"application/atom+xml\">"
        );
        let found = article("x.html", &page(&head, ""));
        assert_eq!(found.title, "聪明的阿砚", "{feed}");
        assert_eq!(found.source, "", "{feed}");
    }
}

#[test]
fn what_a_theme_says_of_the_site_is_not_of_its_pages() {
    for (address, shared, named) in [
        ("https://a.example/", "砚台的博客", "Learn & Record"),
        ("https://a.example", "砚台的博客", "砚台"),
        ("http://b.example/", "Learn & Record", "Learn & Record"),
        ("https://a.example:8080/", "阿砚", "砚台手记"),
        ("https://a.example/", "", "砚台手记"),
    ] {
        let pages = ["澜汐股份的现金流", "汀洲港与砚湖", "慢投资第三年"].map(|title| {
            let head = format!(
                "<title>{title} - {named}</title><meta property=\"og:url\" content=\"{address}\">\
                 <meta property=\"og:title\" content=\"{shared}\"><meta property=\"og:site_name\" content=\"{named}\">\
                 <link rel=\"canonical\" href=\"{address}\">"
            );
            (format!("{title}.html"), page(&head, title))
        });
        let files: Vec<(&str, &str)> = pages
            .iter()
            .map(|(name, page)| (name.as_str(), page.as_str()))
            .collect();
        let folder = folder(&files);
        let articles = articles_of(folder.path());
        let mut ids: Vec<&str> = articles.iter().map(|a| a.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3, "{address} {ids:?}");
        let titles = titles_in(folder.path());
        assert!(titles.contains(&"汀洲港与砚湖".to_owned()), "{titles:?}");
    }
    let head = "<meta property=\"og:url\" content=\"https://a.example/\">\
                <link rel=\"canonical\" href=\"https://a.example/2024/03/a.html\">";
    let found = article("x.html", &page(head, ""));
    let address = found.url.as_deref();
    assert_eq!(address, Some("https://a.example/2024/03/a.html"));
}

#[test]
fn a_page_may_write_the_month_first() {
    for (line, expected) in [
        ("十一月 12, 2022", "2022-11-12"),
        ("三月 6, 2024 · 阿砚", "2024-03-06"),
        ("11月 12, 2022", "2022-11-12"),
        ("November 12, 2022", "2022-11-12"),
        ("发布于 十二月 1, 2023", "2023-12-01"),
        ("Mar 6, 2024 · 5 分钟", "2024-03-06"),
        ("十月 8 2023", "2023-10-08"),
        ("三月 6", ""),
        ("11月12日 沪指 3000", ""),
        ("第三月 6, 2024", ""),
    ] {
        for head in [
            format!("<h1>汀洲港</h1><div>{line}</div>"),
            format!("<header><h1>汀洲港</h1><div><span>{line}</span></div></header>"),
        ] {
            let page = format!(
                "<!DOCTYPE html><html><head><title>汀洲港</title></head><body><article>{head}\
             <p>汀洲港吞吐量创新高，全年增长三成，公司拟扩建二期码头。</p>\
             <p>澜汐股份今日收涨，成交放大，资金流入，机构看好。</p></article></body></html>"
            );
            let found = article("x.html", &page);
            assert_eq!(day(&found), expected, "{head}");
        }
    }
}

#[test]
fn what_is_said_of_another_page_is_left_out() {
    for (title, window, shared) in [
        ("汀洲港与砚湖", "汀洲港与砚湖 | Hexo", "澜汐股份的年报"),
        ("汀洲港与砚湖", "汀洲港与砚湖 - 阿砚", "关于"),
        ("慢投资第三年", "慢投资第三年", "慢投资第一年"),
        ("2024年3月周报", "2024年3月周报_砚台", "2023年3月周报"),
        ("一", "一 | 砚台的长笔记", "二"),
    ] {
        let page = format!(
            "<!DOCTYPE html><html><head><title>{window}</title>\
             <meta property=\"og:title\" content=\"{shared}\">\
             <meta property=\"og:url\" content=\"https://a.example/2021/02/11/x.html\">\
             <meta property=\"og:updated_time\" content=\"2021-03-17T06:17:10.539Z\"></head>\
             <body><article><h1>{title}</h1><p>澜汐股份今日收涨，成交放大，资金流入。</p></article></body></html>"
        );
        let found = article("y.html", &page);
        assert_eq!(found.title, title);
        assert_eq!(found.url, None, "{title}");
        assert!(found.updated.is_none(), "{title}");
    }
    let own = page(
        "<title>汀洲港 - 阿砚</title><meta property=\"og:title\" content=\"汀洲港\">\
         <meta property=\"og:url\" content=\"https://a.example/2021/x.html\">",
        "",
    );
    let address = article("y.html", &own).url;
    assert_eq!(address.as_deref(), Some("https://a.example/2021/x.html"));
}

#[test]
fn a_heading_shows_where_a_title_ends() {
    for (title, window) in [
        (
            "lower_bound和upper_bound",
            "lower_bound和upper_bound | Hexo",
        ),
        ("汀洲港二期_复盘", "汀洲港二期_复盘 | 砚台手记"),
        ("慢投资第三年 - 总结", "慢投资第三年 - 总结 - 砚台手记"),
        ("澜汐股份年报｜读后", "澜汐股份年报｜读后"),
        ("从头开始读财报 · 一", "从头开始读财报 · 一 · 砚台手记"),
    ] {
        let page = format!(
            "<!DOCTYPE html><html><head><title>{window}</title></head><body><article><h1>{title}</h1>\
             <h1>1 定义</h1><p>澜汐股份今日收涨，成交放大，资金流入。</p>\
             <h1>2 用法</h1><p>汀洲港吞吐量创新高，全年增长三成，公司拟扩建二期。</p></article></body></html>"
        );
        assert_eq!(article("x.html", &page).title, title);
    }
}

#[test]
fn the_heading_in_the_head_of_an_article_is_its_title() {
    let page = |header: &str, window: &str| {
        format!(
            "<!DOCTYPE html><html><head><title>{window}</title></head><body>{header}<div>\
             <h1>磁盘</h1><p>澜汐股份今日收涨，成交放大，资金流入。</p><p>汀洲港吞吐量创新高。</p></div></article></body></html>"
        )
    };
    let own = page(
        "<article><header><h1>砚台 命令</h1></header>",
        "砚台 命令 | Keep Calm and Read Reports",
    );
    assert_eq!(article("x.html", &own).title, "砚台 命令");
    let of_site = page(
        "<header><h1>汀洲网</h1></header><article>",
        "汀洲网 | 慢一点",
    );
    assert_eq!(article("x.html", &of_site).title, "磁盘");
}

#[test]
fn numbers_of_lines_are_no_text() {
    for gutter in [
        "<td class=\"gutter\"><pre><span class=\"line\">1</span><br><span class=\"line\">2</span></pre></td>",
        "<td class=\"rouge-gutter gl\"><pre class=\"lineno\">1\n2\n</pre></td>",
        "<td class=\"linenos\"><div><pre>1\n2</pre></div></td>",
        "<td class=\"hljs-ln-line hljs-ln-numbers\">1</td>",
        "<th class=\"line-number\">12</th>",
    ] {
        let table = format!(
            "<figure class=\"highlight\"><table><tr>{gutter}<td class=\"code\"><pre>收益 = 价差</pre></td></tr></table></figure>"
        );
        let found = article("x.html", &page("<title>题外话题</title>", &table));
        let text = lines(&found);
        assert!(text.contains("收益 = 价差"), "{gutter}: {text}");
        assert!(!text.contains(['1', '2']), "{gutter}: {text}");
    }
    let span = "---\ntitle: 题\n---\n<p><span class=\"lineno\">7 </span>收益</p>";
    assert_eq!(lines(&article("x.md", span)), "收益");
    let grid = "---\ntitle: 题\n---\n<div class=\"row gutter\"><p>澜汐收涨。</p></div>";
    assert_eq!(lines(&article("x.md", grid)), "澜汐收涨。");
}

/// Checks the text between the first paragraph of a page and the last one.
#[track_caller]
fn check_formulas(head: &str, text: &str, expected: &str) {
    let found = article(
        "x.html",
        &page(&format!("<title>题外话题</title>{head}"), text),
    );
    let text = lines(&found);
    let text = text
        .split_once("资金流入。\n#二\n")
        .map_or("", |(_, text)| text);
    let text = text.rsplit_once("\n汀洲港").map_or("", |(text, _)| text);
    assert_eq!(text, expected);
}

/// The script that sets formulas.
const SETS: &str = "<script src=\"https://a.example/mathjax/es5/tex-mml-chtml.js\"></script>";

#[test]
fn formulas_that_a_script_was_to_set() {
    let check = |text: &str, expected: &str| check_formulas(SETS, text, expected);
    check(
        "<p>收益率为 \\(r=\\frac{p_1}{p_0}-1\\)，波动率为 \\(\\sigma\\)。</p>",
        "收益率为 r= p_1/p_0-1，波动率为 sigma。",
    );
    check(
        "<p>其中$x$为仓位，$V$到$W$是映射。</p>",
        "其中x为仓位，V到W是映射。",
    );
    check("<p>\\[ x^2 \\leq 1 \\]</p>", "x^2 ≤ 1");
    check(
        "<p>$$ E = mc^2 $$ 为质能方程，数值稳定可信。</p>",
        "E = mc^2 为质能方程，数值稳定可信。",
    );
    check("<p>$$<br>a+b<br>=c<br>$$</p>", "a+b =c");
    check(
        "<p>\\[<br>\\sum x_i<br>\\]</p><p>甲方案更稳健可靠。</p>",
        "∑ x_i\n甲方案更稳健可靠。",
    );
    check("<ul><li>夏普比率：\\(S\\)</li></ul>", "夏普比率：S");
    check(
        "<p>股价从$100涨到$120，成交约US$3亿。</p>",
        "股价从$100涨到$120，成交约US$3亿。",
    );
    check(
        "<p>匹配 \\(\\d+\\) 的行都要保留。</p>",
        "匹配 \\(\\d+\\) 的行都要保留。",
    );
    // Without such a script only what cannot be anything else.
    check_formulas(
        "",
        "<p>波动率 \\(\\sigma\\) 与 $\\beta$ 值。</p>",
        "波动率 sigma 与 beta 值。",
    );
    check(
        "<p>文件名是${日期}-${周数}。</p>",
        "文件名是${日期}-${周数}。",
    );
    check_formulas(
        "",
        "<p>现价$x$与其它$y$待定。</p>",
        "现价$x$与其它$y$待定。",
    );
    check(
        "<p>两式之间空一格\\(\\quad\\)</p><p>\\(\\quad\\)</p>",
        "两式之间空一格",
    );
    let titled = page("<title>估计 \\(\\sigma\\) 的方法</title>", "");
    assert_eq!(article("x.html", &titled).title, "估计 sigma 的方法");
}

#[test]
fn formulas_that_were_set_are_read_from_their_source_once() {
    let mathjax = |tex: &str, mode: &str| {
        format!(
            "<span class=\"MathJax_Preview\">{tex}</span><span class=\"MathJax\" data-mathml=\"x\"><nobr>图形</nobr>\
             <span class=\"MJX_Assistive_MathML\"><math><mi>图</mi></math></span></span>\
             <script type=\"math/tex{mode}\" id=\"M1\">{tex}</script>"
        )
    };
    let katex = |tex: &str| {
        format!(
            "<span class=\"katex\"><span class=\"katex-mathml\"><math><semantics><mrow><mi>σ</mi></mrow>\
             <annotation encoding=\"application/x-tex\">{tex}</annotation></semantics></math></span>\
             <span class=\"katex-html\" aria-hidden=\"true\"><span>图形</span></span></span>"
        )
    };
    for (formula, plain) in [
        (mathjax("\\frac{a}{b}", ""), "a/b"),
        (mathjax("a<b", ""), "a<b"),
        (mathjax("% <![CDATA[\na<b %]]>", ""), "a<b"),
        (katex("\\sigma \\leq 1"), "sigma ≤ 1"),
        (katex("a &lt; b"), "a < b"),
        (
            "<math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x^2</annotation></semantics></math>"
                .to_owned(),
            "x^2",
        ),
    ] {
        let text = format!("<p>比值{formula}表示估值水平的高低。</p>");
        check_formulas("", &text, &format!("比值{plain}表示估值水平的高低。"));
        // A post has them in its HTML.
        let post = format!("---\ntitle: 题\n---\n{text}");
        let found = lines(&article("x.md", &post));
        assert_eq!(found, format!("比值{plain}表示估值水平的高低。"));
    }
    check_formulas(
        "",
        &format!(
            "<p>如下式所示的关系成立{}其余从略不再赘述。</p>",
            mathjax("x=1", "; mode=display")
        ),
        "如下式所示的关系成立\nx=1\n其余从略不再赘述。",
    );
    // What was set without its source is all that there is.
    check_formulas(
        "",
        "<p>比值<span class=\"katex\"><span class=\"katex-html\"><span>a/b</span></span></span>表示估值水平。</p>",
        "比值a/b表示估值水平。",
    );
    check_formulas(
        "",
        "<p>比值<span class=\"MathJax\"><nobr>a/b</nobr></span>表示估值水平。</p>",
        "比值a/b表示估值水平。",
    );
}

#[test]
fn a_list_with_one_post_is_not_called_by_it() {
    for (head, heading, title) in [
        (
            "标签: 财报 - 砚台",
            "<a href=\"/2024/1/\">读财报</a>",
            "标签: 财报",
        ),
        (
            "分类: 港口 - 砚台",
            "<a href=\"/2024/2/\">汀洲港</a>",
            "分类: 港口",
        ),
        (
            "Tag: ETF - 砚台",
            "<a href=\"/2024/3/\">澜汐ETF</a>",
            "Tag: ETF",
        ),
        (
            "归档: 2021/3 - 砚台",
            "<a href=\"/2024/4/\">三月</a>",
            "归档: 2021/3",
        ),
        (
            "Category: 基金 - 砚台",
            "<a href=\"/5/\">慢投资</a>",
            "Category: 基金",
        ),
        // A post may lead to itself.
        ("读财报 - 砚台", "<a href=\"/2024/1/\">读财报</a>", "读财报"),
        (
            "标签与分类的用法 - 砚台",
            "<a href=\"/6/\">标签与分类的用法</a>",
            "标签与分类的用法",
        ),
        ("砚台", "<a href=\"/7/\">汀洲港二期</a>", "汀洲港二期"),
        ("标签: 财报 - 砚台", "财报", "财报"),
    ] {
        let page = format!(
            "<!DOCTYPE html><html><head><title>{head}</title><meta property=\"og:site_name\" content=\"砚台\"></head>\
             <body><article><h1>{heading}</h1><p>澜汐股份今日收涨，成交放大，资金流入。</p></article></body></html>"
        );
        assert_eq!(article("x.html", &page).title, title, "{head}: {heading}");
    }
}
