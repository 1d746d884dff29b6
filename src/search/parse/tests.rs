use proptest::prelude::*;

use super::*;
use crate::search::query::Query;

/// The tree as one line: `(all 降准 (not 股票))`.
fn tree(node: &Node) -> String {
    let several = |name: &str, nodes: &[Node]| {
        let parts: Vec<String> = nodes.iter().map(tree).collect();
        format!("({name} {})", parts.join(" "))
    };
    match node {
        Node::Words(text) => text.clone(),
        Node::Phrase { text, slop: 0 } => format!("“{text}”"),
        Node::Phrase { text, slop } => format!("“{text}”~{slop}"),
        Node::Prefix(text) => format!("(prefix {text})"),
        Node::Near {
            left,
            right,
            within,
        } => format!("(near/{within} {} {})", tree(left), tree(right)),
        Node::In(field, inner) => format!("({} {})", field.name(), tree(inner)),
        Node::Is(key, value) => format!("({} {value})", key.name()),
        Node::Dated(days) => format!("({days})"),
        Node::Around { text, days } => format!("(around {text} {days})"),
        Node::Must(inner) => format!("(must {})", tree(inner)),
        Node::Not(inner) => format!("(not {})", tree(inner)),
        Node::And(nodes) => several("and", nodes),
        Node::Or(nodes) => several("or", nodes),
        Node::All(nodes) => several("all", nodes),
    }
}

/// The text parses to this tree with these notes, and so does the tree when written out.
fn check_notes(text: &str, expected: &str, notes: &[&str]) {
    let query = Query::parse(text);
    let found: Vec<String> = query.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        query.root().map(tree).unwrap_or_default(),
        expected,
        "{text}"
    );
    assert_eq!(found, notes, "{text}");
    let written = query.to_string();
    assert_eq!(
        Query::parse(&written).root(),
        query.root(),
        "{text}, written as {written}"
    );
}

fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        check_notes(text, expected, &[]);
    }
}

#[test]
fn blanks_separate_words() {
    check(&[
        ("降准", "降准"),
        ("降准 利好", "(all 降准 利好)"),
        ("  降准\t利好\n银行　", "(all 降准 利好 银行)"),
        (
            "人民币为什么涨到2018年以来最高？",
            "人民币为什么涨到2018年以来最高？",
        ),
        ("升興股份 ＫＷＥＢ", "(all 升興股份 ＫＷＥＢ)"),
    ]);
}

#[test]
fn single_han_characters_each_set_apart_by_one_blank_are_a_word() {
    check(&[
        ("中 国 平 安", "中国平安"),
        ("中　国 平", "中国平"),
        ("中 国", "(all 中 国)"),
        ("中 国  平 安", "(all 中 国 平 安)"),
        ("中  国  平  安", "(all 中 国 平 安)"),
        (
            "云 汐 租 赁 601318 业 绩 预 增",
            "(all 云汐租赁 601318 业绩预增)",
        ),
        ("云 汐 租 赁5G手 机，降 准", "云汐租赁5G手机，降准"),
        ("沪 深300指 数", "沪深300指数"),
        ("A股 B股 C股", "(all A股 B股 C股)"),
        ("A股 汐 C股", "(all A股 汐 C股)"),
        ("手 机5G", "(all 手 机5G)"),
        ("云 汐 租 赁(债)", "(all 云汐租 赁(债))"),
        ("云 汐 租 赁*", "(all 云汐租 (prefix 赁))"),
        ("云汐 租 赁 债", "(all 云汐 租赁债)"),
        ("租 赁 债 云汐", "(all 租赁债 云汐)"),
        ("降 准 A 股", "(all 降 准 A 股)"),
        ("降 准 、 股", "(all 降 准 、 股)"),
        ("-云 汐 社 银行", "(all (not 云汐社) 银行)"),
        ("-中  国  平", "(all (not 中) 国 平)"),
        ("(中 国) 平 安", "(all 中 国 平 安)"),
        ("(中 国 平)", "中国平"),
        ("(中 国)平 安", "(all 中 国 平 安)"),
        ("中 国 平 安银行", "(all 中国平 安银行)"),
        ("title:中 国 平", "(title 中国平)"),
        ("中 国 AND 平 安", "(all 中 (and 国 平) 安)"),
    ]);
}

#[test]
fn quotes_are_phrases() {
    check(&[
        ("\"降准\"", "“降准”"),
        ("“降准”", "“降准”"),
        ("「降准」", "“降准”"),
        ("『降准』", "“降准”"),
        ("＂降准＂", "“降准”"),
        ("\"色金\" 绿色", "(all “色金” 绿色)"),
        (
            "“雪球” 信托 叫停 2022年1月",
            "(all “雪球” 信托 叫停 (around 2022年1月 date:2022-01-01..2022-01-31))",
        ),
        ("\"降准\"\"降息\"", "(all “降准” “降息”)"),
        ("“降准”“降息”", "(all “降准” “降息”)"),
        ("\"云汐\"公司", "(all “云汐” 公司)"),
        ("\"云汐\" \"公司\"", "(all “云汐” “公司”)"),
        ("\"EIT\"", "“EIT”"),
        ("\" 降准 \"", "“ 降准 ”"),
    ]);
}

#[test]
fn nothing_is_special_in_a_quote_but_its_end() {
    check(&[
        ("\"融资+融物\"", "“融资+融物”"),
        ("\"-5% AND (title:a\"", "“-5% AND (title:a”"),
        ("\"宁德*\"", "“宁德*”"),
        ("\"中 国 平 安\"", "“中 国 平 安”"),
        ("\"称“稳”字\"", "“称“稳”字”"),
        ("“称\"稳\"字”", "“称\"稳\"字”"),
        ("「称“稳”\"字\"」", "“称“稳”\"字\"”"),
        (r#""a\""#, r"“a\”"),
    ]);
}

#[test]
fn quotation_marks_mixed_up_by_an_input_method_still_pair() {
    check(&[
        ("“降准\" 利好", "(all “降准” 利好)"),
        ("\"降准” 利好", "(all “降准” 利好)"),
        ("”降准“ 利好", "(all “降准” 利好)"),
        ("”降准” 利好", "(all “降准” 利好)"),
        ("“降准“ 利好", "(all “降准” 利好)"),
        ("＂降准\" 利好", "(all “降准” 利好)"),
    ]);
}

#[test]
fn a_quotation_mark_inside_a_word_is_text() {
    check(&[
        ("55\" 电视", "(all 55\" 电视)"),
        ("央行称“稳增长”优先", "央行称“稳增长”优先"),
        ("O'Neil 3'5\"", "(all O'Neil 3'5\")"),
        ("'降准'", "'降准'"),
        ("‘降准’", "‘降准’"),
        ("“降准””利好", "(all “降准” ”利好)"),
    ]);
}

#[test]
fn a_quote_without_an_end_goes_to_the_end() {
    check_notes(
        "\"降准",
        "“降准”",
        &["quote at 0 is not closed: searched to the end"],
    );
    check_notes(
        "降准 “利好 银行",
        "(all 降准 “利好 银行”)",
        &["quote at 3 is not closed: searched to the end"],
    );
    check_notes(
        "「降准 \"利好\"",
        "“降准 \"利好\"”",
        &["quote at 0 is not closed: searched to the end"],
    );
    check_notes("降准 \"", "降准", &["quote at 3 is empty: ignored"]);
    check_notes("降准 \"\"", "降准", &["quote at 3 is empty: ignored"]);
    check_notes("降准 “ 　”", "降准", &["quote at 3 is empty: ignored"]);
    check_notes("-\"\" 降准", "降准", &["quote at 1 is empty: ignored"]);
}

#[test]
fn a_number_behind_a_quote_is_its_slop() {
    check(&[
        ("\"云汐 租赁\"~3", "“云汐 租赁”~3"),
        ("“云汐 租赁”～１０", "“云汐 租赁”~10"),
        ("\"云汐\"~0", "“云汐”"),
        ("(\"云汐 租赁\"~3)", "“云汐 租赁”~3"),
        ("\"云汐\" ~3", "(all “云汐” ~3)"),
        ("\"云汐\"~", "(all “云汐” ~)"),
        ("\"云汐\"~5G", "(all “云汐” ~5G)"),
        ("云汐~3", "云汐~3"),
    ]);
    check_notes(
        "\"云汐\"~1001",
        "“云汐”~1000",
        &["number at 5 is larger than 1000: taken as 1000"],
    );
    check_notes(
        "\"a\"~99999999999",
        "“a”~1000",
        &["number at 4 is larger than 1000: taken as 1000"],
    );
}

#[test]
fn signs_require_and_exclude() {
    check(&[
        ("降准 -股票", "(all 降准 (not 股票))"),
        ("+降准 股票", "(all (must 降准) 股票)"),
        ("－股票", "(not 股票)"),
        ("＋降准", "(must 降准)"),
        ("云汐 -公司", "(all 云汐 (not 公司))"),
        ("-\"云汐 基金\"", "(not “云汐 基金”)"),
        ("-“云汐”", "(not “云汐”)"),
        ("+宁德*", "(must (prefix 宁德))"),
        ("-title:降准", "(not (title 降准))"),
        ("-source:云汐财经", "(not (source 云汐财经))"),
        ("-(降准 OR 降息)", "(not (or 降准 降息))"),
        ("(-降准 +降息)", "(all (not 降准) (must 降息))"),
        ("-5%", "(not 5%)"),
        ("--since", "(not -since)"),
        ("+-a", "(must -a)"),
        ("-(-a)", "(not (not a))"),
        ("+(-a)", "(must (not a))"),
    ]);
}

#[test]
fn an_operator_needs_a_blank_before_it_and_none_after() {
    check(&[
        ("C++", "C++"),
        ("A+", "A+"),
        ("C#", "C#"),
        ("HFO-1234yf", "HFO-1234yf"),
        ("*ST云汐", "*ST云汐"),
        ("5-6月", "5-6月"),
        ("T+0", "T+0"),
        (
            "长春 2022-04",
            "(all 长春 (around 2022-04 date:2022-04-01..2022-04-30))",
        ),
        ("融资+融物", "融资+融物"),
        ("融资 + 融物", "(all 融资 + 融物)"),
        ("A - B", "(all A - B)"),
        ("降准 -", "(all 降准 -)"),
        ("(降准 -)", "(all 降准 -)"),
        ("\"A股\"-H股", "(all “A股” -H股)"),
        (
            "600519.SH 3.6.3 PD1728_A_1 1.8 mS/cm",
            "(all 600519.SH 3.6.3 PD1728_A_1 1.8 mS/cm)",
        ),
        ("% & | ! && ||", "(all % & | ! && ||)"),
        ("-", "-"),
    ]);
}

#[test]
fn words_in_upper_case_join() {
    check(&[
        ("降准 AND 降息", "(and 降准 降息)"),
        ("降准 OR 降息", "(or 降准 降息)"),
        ("NOT 降息", "(not 降息)"),
        ("降准 NOT 降息", "(all 降准 (not 降息))"),
        ("降准 AND NOT 降息", "(and 降准 (not 降息))"),
        ("a OR b AND c OR d", "(or a (and b c) d)"),
        ("a b OR c d", "(all a (or b c) d)"),
        ("a AND b c", "(all (and a b) c)"),
        ("a AND b AND c", "(and a b c)"),
        ("(a AND b) AND c", "(and a b c)"),
        ("(a OR b) AND c", "(and (or a b) c)"),
        ("a OR (b c)", "(or a (all b c))"),
        ("NOT a AND b", "(and (not a) b)"),
        ("NOT (a OR b)", "(not (or a b))"),
        ("NOT -a", "(not (not a))"),
        ("NOT +a", "(not (must a))"),
        ("-(NOT -a)", "(not (not (not a)))"),
        ("a OR -b", "(or a (not b))"),
        ("\"a\" AND 宁德*", "(and “a” (prefix 宁德))"),
        ("降准 ＡＮＤ 降息", "(and 降准 降息)"),
        ("a AND(b OR c)", "(and a (or b c))"),
        ("(a)OR(b)", "(or a b)"),
        ("NOT“a”", "(not “a”)"),
        ("a and b or not c", "(all a and b or not c)"),
        (
            "ANDROID ORACLE NOTE NEARBY",
            "(all ANDROID ORACLE NOTE NEARBY)",
        ),
        ("S&P AND-GATE", "(all S&P AND-GATE)"),
    ]);
}

#[test]
fn an_operator_without_an_operand_is_ignored() {
    check_notes("降准 AND", "降准", &["AND at 3 lacks an operand: ignored"]);
    check_notes("OR 降准", "降准", &["OR at 0 lacks an operand: ignored"]);
    check_notes("降准 NOT", "降准", &["NOT at 3 lacks an operand: ignored"]);
    check_notes("a NEAR/5", "a", &["NEAR at 2 lacks an operand: ignored"]);
    check_notes("NEAR/5 a", "a", &["NEAR at 0 lacks an operand: ignored"]);
    check_notes(
        "a AND OR b",
        "(or a b)",
        &["AND at 2 lacks an operand: ignored"],
    );
    check_notes(
        "a AND AND b",
        "(and a b)",
        &["AND at 2 lacks an operand: ignored"],
    );
    check_notes(
        "(a OR) b",
        "(all a b)",
        &["OR at 3 lacks an operand: ignored"],
    );
    check_notes(
        "NOT NOT a",
        "(not a)",
        &["NOT at 0 lacks an operand: ignored"],
    );
    check_notes("a AND NOT", "a", &["NOT at 6 lacks an operand: ignored"]);
}

#[test]
fn a_query_of_operators_is_text() {
    const ONLY: &[&str] = &["the query consists of operators: searched as text"];
    check_notes("AND", "AND", ONLY);
    check_notes("OR NOT", "(all OR NOT)", ONLY);
    check_notes("NEAR/5", "NEAR/5", ONLY);
    check_notes("(AND)", "(AND)", ONLY);
}

#[test]
fn near_joins_words_and_phrases() {
    check(&[
        ("云汐 NEAR/5 租赁", "(near/5 云汐 租赁)"),
        ("\"云汐\" NEAR/5 \"租 赁\"~2", "(near/5 “云汐” “租 赁”~2)"),
        ("宁德* NEAR/0 电池", "(near/0 (prefix 宁德) 电池)"),
        ("云汐 ＮＥＡＲ／５ 租赁", "(near/5 云汐 租赁)"),
        ("a b NEAR/3 c d", "(all a (near/3 b c) d)"),
        ("a NEAR/3 b NEAR/4 c", "(and (near/3 a b) (near/4 b c))"),
        ("a AND b NEAR/3 c", "(and a (near/3 b c))"),
        ("title:(a NEAR/3 b)", "(title (near/3 a b))"),
        ("-(a NEAR/3 b)", "(not (near/3 a b))"),
        ("a NEAR b", "(all a NEAR b)"),
        ("a NEAR/ b NEAR/x c", "(all a NEAR/ b NEAR/x c)"),
        ("a NEAR/3b c", "(all a NEAR/3b c)"),
        ("a near/3 b", "(all a near/3 b)"),
    ]);
    check_notes(
        "a NEAR/2000 b",
        "(near/1000 a b)",
        &["number at 7 is larger than 1000: taken as 1000"],
    );
    const AS_AND: &str = "stands between words and phrases only: searched as AND";
    for (text, expected) in [
        ("a NEAR/3 (b OR c)", "(and a (or b c))"),
        ("a NEAR/3 -b", "(and a (not b))"),
        ("a NEAR/3 source:b", "(and a (source b))"),
    ] {
        check_notes(text, expected, &[&format!("NEAR at 2 {AS_AND}")]);
    }
    check_notes(
        "a NEAR/3 b NEAR/4 +c",
        "(and (near/3 a b) (must c))",
        &[&format!("NEAR at 11 {AS_AND}")],
    );
}

#[test]
fn brackets_group() {
    check(&[
        ("(降准)", "降准"),
        ("（降准）", "降准"),
        ("( 降准 )", "降准"),
        ("降准 (银行 OR 保险)", "(all 降准 (or 银行 保险))"),
        ("降准 （银行 OR 保险）", "(all 降准 (or 银行 保险))"),
        ("a (b -c)", "(all a b (not c))"),
        ("+(a b)", "(must (all a b))"),
        ("((a OR b) AND (c OR d))", "(and (or a b) (or c d))"),
        ("(a OR b)c", "(all (or a b) c)"),
        ("(港股)云汐", "(all 港股 云汐)"),
        ("“a”(b OR c)", "(all “a” (or b c))"),
    ]);
    check_notes("降准 ()", "降准", &["brackets at 3 are empty: ignored"]);
    check_notes("降准 -( )", "降准", &["brackets at 4 are empty: ignored"]);
}

#[test]
fn brackets_inside_a_word_are_text() {
    check(&[
        ("云汐股份(601318)", "云汐股份(601318)"),
        (
            "云汐股份（601318 SH）公告",
            "(all 云汐股份（601318 SH）公告)",
        ),
        ("(云汐股份(601318) OR 海潮)", "(or 云汐股份(601318) 海潮)"),
        (
            "(云汐股份（601318 SH） OR 海潮)",
            "(all 云汐股份（601318 (or SH） 海潮))",
        ),
        ("f(x)", "f(x)"),
    ]);
}

#[test]
fn brackets_without_their_other_half_are_noted() {
    check_notes(
        "(降准",
        "降准",
        &["bracket at 0 is not closed: closed at the end"],
    );
    check_notes(
        "a OR (b c",
        "(or a (all b c))",
        &["bracket at 5 is not closed: closed at the end"],
    );
    check_notes(
        "降准)",
        "降准)",
        &["bracket at 2 closes nothing: searched as text"],
    );
    check_notes(
        "1）降准 2）降息",
        "(all 1）降准 2）降息)",
        &[
            "bracket at 1 closes nothing: searched as text",
            "bracket at 6 closes nothing: searched as text",
        ],
    );
    check_notes(
        "(a) ) b",
        "(all a ) b)",
        &["bracket at 4 closes nothing: searched as text"],
    );
    check_notes(
        "(f(x a",
        "(all f(x a)",
        &["bracket at 0 is not closed: closed at the end"],
    );
}

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
        ("subtitle:a", "subtitle:a"),
        ("“a”title:b", "(all “a” title:b)"),
        ("xtitle:b :b", "(all xtitle:b :b)"),
    ]);
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

#[test]
fn an_empty_query_is_noted() {
    const EMPTY: &str = "the query is empty: nothing to search for";
    check_notes("", "", &[EMPTY]);
    check_notes(" 　\n", "", &[EMPTY]);
    check_notes("\"\"", "", &["quote at 0 is empty: ignored", EMPTY]);
    check_notes("()", "", &["brackets at 0 are empty: ignored", EMPTY]);
}

#[test]
fn brackets_beyond_the_deepest_nesting_are_text() {
    let nested = |depth: usize| format!("{}a OR b{}", "(".repeat(depth), ")".repeat(depth));
    check_notes(&nested(MAX_DEPTH), "(or a b)", &[]);
    let note = "bracket at 32 is nested deeper than 32: searched as text";
    check_notes(&nested(MAX_DEPTH + 1), "(or (a b))", &[note]);
    check_notes(&nested(MAX_DEPTH + 3), "(or (((a b))))", &[note]);
}

#[test]
fn brackets_without_end_cost_nothing() {
    let query = Query::parse(&"(".repeat(100_000));
    assert_eq!(
        query.root(),
        Some(&Node::Words("(".repeat(MAX_CHARS - MAX_DEPTH)))
    );
    assert_eq!(
        query.notes()[..2],
        [Note::TooLong, Note::TooDeep { at: MAX_DEPTH }]
    );
    assert_eq!(
        query.notes().last(),
        Some(&Note::More {
            count: MAX_DEPTH + 2 - MAX_NOTES
        })
    );

    for text in [
        ")",
        "\"",
        "“",
        "-",
        "+(",
        "-(-",
        "NOT ",
        "NOT -(",
        "a OR (",
        "title:(",
        "a NEAR/1 ",
        "「",
        "“\" ",
        "\\",
        "a*",
        "中 ",
    ] {
        let query = Query::parse(&text.repeat(100_000));
        assert!(query.notes().contains(&Note::TooLong), "{text}");
        assert!(query.notes().len() <= MAX_NOTES + 1, "{text}");
        assert_eq!(
            Query::parse(&query.to_string()).root().is_some(),
            query.root().is_some(),
            "{text}"
        );
    }
}

#[test]
fn what_is_beyond_the_longest_query_is_ignored() {
    let longest = "准".repeat(MAX_CHARS);
    check_notes(&longest, &longest, &[]);
    let note = "the query is longer than 4096 characters: the rest is ignored";
    check_notes(&format!("{longest}备"), &longest, &[note]);
    let (words, notes) = parse_words(&format!("{longest}备"));
    assert_eq!(
        (words, notes),
        (Some(Node::Words(longest)), vec![Note::TooLong])
    );
}

#[test]
fn what_is_beyond_the_most_clauses_is_ignored() {
    let many = |count: usize| vec!["a"; count].join(" ");
    let clauses = |text: &str| match Query::parse(text).root() {
        Some(Node::All(nodes)) => nodes.len(),
        _ => 0,
    };
    assert_eq!(clauses(&many(MAX_CLAUSES)), MAX_CLAUSES);
    assert_eq!(clauses(&many(MAX_CLAUSES + 1)), MAX_CLAUSES);
    assert_eq!(clauses(&many(2_000)), MAX_CLAUSES);
    assert!(Query::parse(&many(MAX_CLAUSES)).notes().is_empty());
    let at = 2 * MAX_CLAUSES;
    for text in [
        many(2_000),
        format!("{} OR b", many(MAX_CLAUSES)),
        format!("{} (b", many(MAX_CLAUSES)),
    ] {
        let notes = Query::parse(&text).notes().to_vec();
        assert!(
            matches!(notes[..], [Note::TooManyClauses { at: found }] if found >= at),
            "{notes:?}"
        );
    }
    let (_, notes) = parse_words(&many(2_000));
    assert_eq!(notes, [Note::TooManyClauses { at }]);
}

/// Pieces of queries, put together at random.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        " ",
        " ",
        " ",
        "  ",
        "　",
        "a",
        "AB",
        "降",
        "准",
        "云汐",
        "601318",
        "5%",
        "\"",
        "“",
        "”",
        "「",
        "」",
        "『",
        "』",
        "＂",
        "'",
        "(",
        ")",
        "（",
        "）",
        "+",
        "-",
        "＋",
        "－",
        "*",
        "＊",
        "~3",
        "～2",
        "~",
        "\\",
        ":",
        "：",
        "AND",
        "OR",
        "NOT",
        "NEAR/3",
        " AND ",
        " OR ",
        " NOT ",
        " NEAR/2 ",
        "ＯＲ",
        "title:",
        "正文：",
        "source:",
        "代码:",
        "date:",
        "since:2022-01",
        "until:20220105",
        "date:2022..2023年1月",
        "http://",
        "、",
        "\u{200b}",
        "\0",
        "😀",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|pieces| pieces.concat())
}

fn reparses(text: &str) -> Result<(), TestCaseError> {
    let query = Query::parse(text);
    prop_assert_eq!(&query, &Query::parse(text));
    prop_assert_eq!(query.root().is_none(), query.notes().contains(&Note::Empty));
    let written = query.to_string();
    let again = Query::parse(&written);
    prop_assert_eq!(again.root(), query.root(), "written as {}", written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_000)))]

    #[test]
    fn a_parsed_query_written_out_parses_to_the_same_tree(text in soup()) {
        reparses(&text)?;
    }

    #[test]
    fn any_text_is_a_query(text in any::<String>()) {
        reparses(&text)?;
    }

    #[test]
    fn any_text_in_quotes_is_that_phrase(text in "[^”]*[\\p{Han}a-z][^”]*") {
        let query = Query::parse(&format!("“{text}”"));
        prop_assert_eq!(query, Query::phrase(&text));
    }

    #[test]
    fn words_are_text_whatever_they_look_like(text in soup()) {
        let words = Query::words(&text);
        let leaves: Vec<&Node> = match words.root() {
            Some(Node::All(nodes)) => nodes.iter().collect(),
            root => Vec::from_iter(root),
        };
        let found: String = leaves.iter().map(|leaf| match leaf {
            Node::Words(text) => text.as_str(),
            _ => "",
        }).collect();
        prop_assert_eq!(found, text.split_whitespace().collect::<String>());
        let written = words.to_string();
        let again = Query::parse(&written);
        prop_assert_eq!(again.root(), words.root(), "written as {}", written);
    }
}
