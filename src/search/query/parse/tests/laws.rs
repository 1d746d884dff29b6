//! What holds for every text.

use proptest::prelude::*;

use super::*;

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
