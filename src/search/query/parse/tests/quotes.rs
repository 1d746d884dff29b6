//! What is between quotation marks.

use super::*;

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
