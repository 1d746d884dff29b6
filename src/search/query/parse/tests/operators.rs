//! Signs, words in upper case, brackets.

use super::*;

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
        ("-5", "(not 5)"),
        ("-5%的", "(not 5%的)"),
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
