mod bounds;
mod fields;
mod laws;
mod operators;
mod quotes;

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
