//! Fields, times, dates, prefixes.

use super::*;

#[test]
fn known_fields_take_a_value() {
    check(&[
        ("title:降准", "(title 降准)"),
        ("Title:降准 BODY:降息", "(all (title 降准) (body 降息))"),
        ("ｔｉｔｌｅ：降准", "(title 降准)"),
        ("标题：降准 正文:降息", "(all (title 降准) (body 降息))"),
        ("title:\"降准 降息\"~2", "(title “降准 降息”~2)"),
        ("title:“降准”", "(title “降准”)"),
        ("title:宁德*", "(title (prefix 宁德))"),
        ("title:(降准 OR 降息)", "(title (or 降准 降息))"),
        ("title:（降准 -降息）", "(title (all 降准 (not 降息)))"),
        ("title:(-降准)", "(title (not 降准))"),
        (
            "title:(body:a source:b)",
            "(title (all (body a) (source b)))",
        ),
        ("title:title:a", "(title title:a)"),
        ("title:-a title:AND", "(all (title -a) (title AND))"),
        ("source:云汐财经", "(source 云汐财经)"),
        ("来源：\"云汐 财经\"", "(source 云汐 财经)"),
        (
            "佩斯 国有化 source:海潮新闻客户端",
            "(all 佩斯 国有化 (source 海潮新闻客户端))",
        ),
        (
            "tag:云汐财经新闻 标签:甲",
            "(all (tag 云汐财经新闻) (tag 甲))",
        ),
        (
            "code:601318 代码:01548.HK",
            "(all (code 601318) (code 01548.HK))",
        ),
        (
            "code:*ST id:202112080000000001",
            "(all (code *ST) (id 202112080000000001))",
        ),
        ("code:600*", "(code 600*)"),
        ("source:」＂”(\"』", "(source 」＂”(\"』)"),
        ("source:(云汐 海潮)", "(or (source 云汐) (source 海潮))"),
        (
            "source:(云汐 OR “海 潮”) a",
            "(all (or (source 云汐) (source 海 潮)) a)",
        ),
        (
            "-source:(云汐 海潮)",
            "(not (or (source 云汐) (source 海潮)))",
        ),
        ("body:http://example.com/a", "(body http://example.com/a)"),
        ("(title:a)", "(title a)"),
    ]);
    check_notes(
        "source:(a -b)",
        "(all a (not b))",
        &["source: at 0 takes words and phrases only: searched as text"],
    );
    check_notes("title:\"\" a", "a", &["quote at 6 is empty: ignored"]);
    check_notes(
        "title: 降准",
        "(all title: 降准)",
        &["title: at 0 has no value: searched as text"],
    );
    check_notes(
        "a 来源：",
        "(all a 来源：)",
        &["source: at 2 has no value: searched as text"],
    );
    check_notes(
        "(title:)",
        "title:",
        &["title: at 1 has no value: searched as text"],
    );
}

#[test]
fn any_other_colon_is_text() {
    check(&[
        ("http://example.com", "http://example.com"),
        ("12:30 收盘", "(all 12:30 收盘)"),
        ("注:降准", "注:降准"),
        ("工信部：“专精特新”", "工信部：“专精特新”"),
        ("“a”title:b", "(all “a” title:b)"),
        ("US:BABA :b", "(all US:BABA :b)"),
    ]);
}

#[test]
fn a_field_that_is_none_is_noted() {
    for (text, expected, note) in [
        (
            "subtitle:a",
            "subtitle:a",
            "subtitle: at 0 is no field: searched as text",
        ),
        (
            "titel:a",
            "titel:a",
            "titel: at 0 is no field: searched as text; title: is one",
        ),
        (
            "降准 intitle:a",
            "(all 降准 intitle:a)",
            "intitle: at 3 is no field: searched as text; title: is one",
        ),
    ] {
        check_notes(text, expected, &[note]);
    }
}

#[test]
fn a_word_that_names_a_time_is_one() {
    check(&[
        ("上周", "(around 上周 date:上周)"),
        ("降准 去年底", "(all 降准 (around 去年底 date:去年底))"),
        ("近７天 降准", "(all (around 近７天 date:近7天) 降准)"),
        ("上 上 周 降准", "(all (around 上上周 date:上上周) 降准)"),
        (
            "2022/01/05 降准",
            "(all (around 2022/01/05 date:2022-01-05..2022-01-05) 降准)",
        ),
    ]);
}

#[test]
fn what_may_mean_something_else_is_text() {
    check(&[
        ("降准 2022", "(all 降准 2022)"),
        ("降准 202201", "(all 降准 202201)"),
        ("降准 2022.04", "(all 降准 2022.04)"),
        ("降准 3000-01", "(all 降准 3000-01)"),
        ("2018年以来最高", "2018年以来最高"),
        ("今年以来", "今年以来"),
        ("“上周”", "“上周”"),
        ("+上周 -昨天", "(all (must 上周) (not 昨天))"),
        ("title:上周", "(title 上周)"),
        ("降准 OR 上周", "(or 降准 上周)"),
        ("(降准 上周)", "(all 降准 上周)"),
        ("上周 NEAR/5 降准", "(near/5 上周 降准)"),
        ("source:上周", "(source 上周)"),
    ]);
    let escaped = Query::parse(r"\上周");
    assert_eq!(escaped.root(), Some(&Node::Words("上周".into())));
    assert_eq!(escaped.to_string(), r"\上周");
}

#[test]
fn dates_filter() {
    check(&[
        (
            "KWEB 资金净流入 after:2022-05-01",
            "(all KWEB 资金净流入 (since:2022-05-01))",
        ),
        ("since:2022-05", "(since:2022-05-01)"),
        ("before:2022-05-01", "(before:2022-05-01)"),
        ("until:2022-05-01", "(before:2022-05-02)"),
        ("until:2022", "(before:2023-01-01)"),
        ("date:2022", "(date:2022-01-01..2022-12-31)"),
        ("date:2022-01", "(date:2022-01-01..2022-01-31)"),
        ("date:2022-01-05", "(date:2022-01-05..2022-01-05)"),
        ("date:2022-01..2022-03", "(date:2022-01-01..2022-03-31)"),
        ("date:2022-01..", "(since:2022-01-01)"),
        ("date:..2022年1月5日", "(before:2022-01-06)"),
        (
            "DATE：２０２２／０１／０５",
            "(date:2022-01-05..2022-01-05)",
        ),
        ("(after:20220105 OR a)", "(or (since:2022-01-05) a)"),
        ("-date:2022年1月", "(not (date:2022-01-01..2022-01-31))"),
        ("date:上周", "(date:上周)"),
        ("since:上个月", "(since:上月)"),
        ("until:去年末", "(until:去年底)"),
        ("before:今天", "(before:今天)"),
        ("date:最近两周", "(date:近2周)"),
        ("date:2022..上上周", "(date:2022-01-01..上上周)"),
        ("date:去年..今天", "(date:去年..今天)"),
        (
            "after:2022-01 before:2022-03",
            "(all (since:2022-01-01) (before:2022-03-01))",
        ),
    ]);
    check_notes(
        "date:改天",
        "date:改天",
        &["date: at 0 is not followed by a date: searched as text"],
    );
    check_notes(
        "a after:2022-13",
        "(all a after:2022-13)",
        &["after: at 2 is not followed by a date: searched as text"],
    );
    check_notes(
        "until:",
        "until:",
        &["until: at 0 has no value: searched as text"],
    );
    check_notes(
        "before:2022..2023",
        "before:2022..2023",
        &["before: at 0 is not followed by a date: searched as text"],
    );
}

#[test]
fn a_star_at_the_end_of_a_word_makes_it_a_prefix() {
    check(&[
        ("宁德*", "(prefix 宁德)"),
        ("宁＊", "(prefix 宁)"),
        ("ET*", "(prefix ET)"),
        ("HFO-12*", "(prefix HFO-12)"),
        ("(宁德*)", "(prefix 宁德)"),
        ("宁德* 电池", "(all (prefix 宁德) 电池)"),
        ("* **", "(all * **)"),
        ("a*b", "a*b"),
        ("宁德**", "宁德**"),
        ("宁德 *", "(all 宁德 *)"),
        ("2*3*", "(prefix 2*3)"),
        ("AND*", "(prefix AND)"),
        ("“a”title:*", "(all “a” title:*)"),
    ]);
    let short = "prefix at 0 is shorter than one Han character or two letters: searched as text";
    check_notes("A*", "A*", &[short]);
    check_notes("+-5*", "(must -5*)", &[]);
    check_notes("%%*", "%%*", &[short]);
}

#[test]
fn a_backslash_makes_a_word_text() {
    check(&[
        (r"\AND", "AND"),
        (r"a \-5%", "(all a -5%)"),
        (r"\title:a", "title:a"),
        (r"-\+a", "(not +a)"),
        (r"\宁德*", "宁德*"),
        (r"\“a”", "“a”"),
        (r"\\a", r"\a"),
        (r"\ a", r"(all \ a)"),
        (r"(\a)b OR c )", "(or a)b c)"),
        (r"(a \) )", "(all a ))"),
        (r"a\b", r"a\b"),
    ]);
}
