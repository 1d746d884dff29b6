use super::*;
use crate::search::plan::needle::NeedleKind;
use crate::search::show::matcher::tests::{any_near, any_needles, bracketed, needles, text};
use proptest::prelude::*;

const BODY: &str = "云汐银行今日发布公告。该行拟发行绿色金融债券，规模不超过三十亿元。\n\
    资金用途\n\
    募集资金将投向光伏与储能项目！分析师认为：“绿色金融空间广阔。”海港证券给予增持评级。\n　　\
    截至三季度末，云汐银行总资产八千亿元。";

/// The snippets of `body` with marks in brackets and dots where a sentence is cut.
fn show(query: &str, body: &str, options: &SnippetOptions) -> Vec<String> {
    show_with_title(query, body, None, options)
}

fn show_with_title(
    query: &str,
    body: &str,
    title: Option<&str>,
    options: &SnippetOptions,
) -> Vec<String> {
    let matcher = Matcher::new(&needles(query), &[]);
    let snippets = matcher.snippets(&Folder::new(), body, title, options);
    let show = |snippet: &Snippet| {
        let dots = |is_cut| if is_cut { "~" } else { "" };
        let text = bracketed(&snippet.text, &snippet.highlights);
        format!(
            "{}{text}{}",
            dots(snippet.cut_before),
            dots(snippet.cut_after)
        )
    };
    snippets.iter().map(show).collect()
}

fn limits(max_chars: usize, count: usize) -> SnippetOptions {
    SnippetOptions { max_chars, count }
}

#[test]
fn shows_whole_sentences() {
    for (query, max_chars, count, snippets) in [
        ("储能", 20, 1, &["募集资金将投向光伏与[储能]项目！"][..]),
        (
            "海港证券",
            120,
            1,
            &["分析师认为：“绿色金融空间广阔。”[海港证券]给予增持评级。"],
        ),
        ("海港证券", 20, 1, &["[海港证券]给予增持评级。"]),
        (
            "公告",
            50,
            1,
            &["云汐银行今日发布[公告]。该行拟发行绿色金融债券，规模不超过三十亿元。"],
        ),
        (
            "三季度",
            30,
            1,
            &["截至[三季度]末，云汐银行总资产八千亿元。"],
        ),
        ("用途", 30, 1, &["资金[用途]"]),
        (
            "绿色金融",
            30,
            2,
            &[
                "该行拟发行[绿色金融]债券，规模不超过三十亿元。",
                "分析师认为：“[绿色金融]空间广阔。”海港证券给予增持评级。",
            ],
        ),
    ] {
        assert_eq!(
            show(query, BODY, &limits(max_chars, count)),
            snippets,
            "{query}"
        );
    }
}

#[test]
fn prefers_more_needles_then_nearer_then_earlier_ones() {
    let body = "云汐与海港相邻。\n云汐发债。\n\
        港口今年吞吐量继续增长，带动了周边仓储物流与贸易等行业，近来也开始发债。\n港口发债。";
    for (query, count, snippets) in [
        ("云汐 发债", 1, &["[云汐][发债]。"][..]),
        ("港口 发债", 1, &["[港口][发债]。"]),
        ("云汐", 1, &["[云汐]与海港相邻。"]),
        // The second snippet shows what the first one does not.
        (
            "云汐 海港 港口",
            2,
            &[
                "[云汐]与[海港]相邻。",
                "[港口]今年吞吐量继续增长，带动了周边仓储物流与贸易等行业，近来也开始发债。",
            ],
        ),
    ] {
        assert_eq!(show(query, body, &limits(60, count)), snippets, "{query}");
    }
}

#[test]
fn counts_needles_by_their_weight() {
    let body = "云汐发债。\n海港停牌。";
    let mut needles = needles("云汐 发债 停牌");
    needles[2].weight = 2.5;
    let snippets = Matcher::new(&needles, &[]).snippets(&Folder::new(), body, None, &limits(20, 1));
    assert_eq!(snippets[0].text, "海港停牌。");
    assert_eq!(snippets[0].start, 6);
}

#[test]
fn cuts_a_long_sentence_around_the_matches() {
    let body = "据介绍，本次募集的资金在扣除发行费用之后，将全部用于云汐新区的海上风电和储能电站，\
        以及与之配套的输电工程，预计三年内建成，届时每年可发电九十亿千瓦时以上并减少排放七百万吨";
    for (query, max_chars, snippet) in [
        (
            "储能",
            30,
            "~汐新区的海上风电和[储能]电站，以及与之配套的输电工程~",
        ),
        ("储能", 8, "~电和[储能]电站，以~"),
        ("募集", 20, "据介绍，本次[募集]的资金在扣除发行费用之后~"),
        (
            "七百万吨",
            24,
            "~届时每年可发电九十亿千瓦时以上并减少排放[七百万吨]",
        ),
        ("\"海上风电和储能电站\"", 4, "~[海上风电]~"),
        (
            "海上 排放 每年",
            24,
            "~届时[每年]可发电九十亿千瓦时以上并减少[排放]七百万吨",
        ),
    ] {
        assert_eq!(
            show(query, body, &limits(max_chars, 1)),
            [snippet],
            "{query}"
        );
    }
}

#[test]
fn does_not_cut_numbers_and_english_words() {
    let body = "上半年营业收入同比增长达到了12345.67万元并且公司的REITsConnect业务继续扩大规模";
    assert_eq!(
        show("同比", body, &limits(12, 1)),
        ["~业收入[同比]增长达到了~"]
    );
    assert_eq!(show("业务", body, &limits(12, 1)), ["~[业务]继续扩大规模"]);
}

#[test]
fn a_phrase_may_hold_the_end_of_a_sentence() {
    let shown = show("\"公告。该行\"", BODY, &limits(40, 1));
    assert_eq!(
        shown,
        ["云汐银行今日发布[公告。该行]拟发行绿色金融债券，规模不超过三十亿元。"]
    );
}

#[test]
fn joins_neighbours() {
    let body = "云汐发债。海港停牌。港口增资。";
    assert_eq!(
        show("云汐 增资", body, &limits(10, 2)),
        ["[云汐]发债。海港停牌。", "港口[增资]。"]
    );
    let body = "云汐发债 。 港口增资。";
    assert_eq!(
        show("云汐 增资", body, &limits(12, 2)),
        ["[云汐]发债 。 港口[增资]。"]
    );
}

#[test]
fn shows_the_beginning_when_nothing_is_found() {
    for (body, max_chars, snippet) in [
        (
            BODY,
            40,
            "云汐银行今日发布公告。该行拟发行绿色金融债券，规模不超过三十亿元。",
        ),
        (BODY, 20, "云汐银行今日发布公告。"),
        ("\n　\n云汐。\n海港。", 20, "云汐。"),
        (
            "云汐银行今日发布公告，该行拟发行绿色金融债券",
            14,
            "云汐银行今日发布公告~",
        ),
    ] {
        assert_eq!(show("不存在", body, &limits(max_chars, 2)), [snippet]);
        assert_eq!(show("", body, &limits(max_chars, 2)), [snippet]);
    }
    for body in ["", "\n", " \n　"] {
        assert!(show("云汐", body, &SnippetOptions::default()).is_empty());
    }
    assert!(show("云汐", BODY, &limits(120, 0)).is_empty());
}

#[test]
fn does_not_repeat_the_title() {
    let body = "云汐银行：拟发行绿色金融债券\n云汐银行公告，绿色金融债券已获批。\n海港证券承销。";
    let title = Some("雲汐銀行:擬發行綠色金融債券");
    let show = |query, body| show_with_title(query, body, title, &limits(30, 1));
    assert_eq!(
        show("绿色金融", body),
        ["云汐银行公告，[绿色金融]债券已获批。"]
    );
    assert_eq!(show("拟发行", body), ["云汐银行公告，绿色金融债券已获批。"]);
    let only_the_title = "云汐银行：拟发行绿色金融债券";
    assert_eq!(show("不存在", only_the_title), [only_the_title]);
}

proptest! {
    #[test]
    fn snippets_keep_their_promises(
        body in text(60),
        needles in any_needles(),
        near in any_near(),
        max_chars in 0..30usize,
        count in 0..4usize,
        title in prop::option::of(text(6)),
    ) {
        let folder = Folder::new();
        let options = SnippetOptions { max_chars, count };
        let snippets = Matcher::new(&needles, &near).snippets(&folder, &body, title.as_deref(), &options);
        prop_assert!(snippets.len() <= count);
        let mut next = 0;
        for snippet in &snippets {
            let length = snippet.text.chars().count();
            prop_assert!((1..=max_chars.max(1)).contains(&length));
            prop_assert!(snippet.start >= next, "overlap or disorder");
            next = snippet.start + length;
            let verbatim: String = body.chars().skip(snippet.start).take(length).collect();
            prop_assert_eq!(&snippet.text, &verbatim);
            prop_assert!(!snippet.text.contains('\n'));

            let marks = &snippet.highlights;
            prop_assert!(marks.iter().all(|mark| mark.start < mark.end && mark.end <= length));
            prop_assert!(marks.windows(2).all(|two| two[0].end <= two[1].start));
        }
    }

    #[test]
    fn what_is_marked_holds_a_phrase(body in text(60), needles in any_needles()) {
        let folder = Folder::new();
        let mut needles = needles;
        for needle in &mut needles {
            needle.kind = NeedleKind::Exact;
        }
        let snippets = Matcher::new(&needles, &[]).snippets(&folder, &body, None, &limits(30, 2));
        for snippet in snippets {
            for mark in &snippet.highlights {
                let marked: String =
                    snippet.text.chars().skip(mark.start).take(mark.len()).collect();
                let marked = folder.fold(&marked);
                prop_assert!(needles.iter().any(|needle| marked.contains(&needle.text)));
            }
        }
    }
}
