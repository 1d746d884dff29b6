//! Queries that are empty, deep, long or of many parts.

use super::*;

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
