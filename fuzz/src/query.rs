//! Any text as a query, read and written.

use newsearch::{Node, Note, Query};

/// What is longer is not read to its end, in characters.
const MAX_CHARS: usize = 4_096;
/// The most notes of one, the count of the rest included.
const MAX_NOTES: usize = 17;

pub fn query(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for read in [Query::parse, Query::words, Query::phrase] {
        let query = read(&text);
        assert_eq!(query, read(&text), "read twice");
        check_notes(query.notes());
        check_written(&query);
    }
}

fn check_notes(notes: &[Note]) {
    assert!(notes.len() <= MAX_NOTES, "{} notes", notes.len());
    for note in notes {
        let note = note.to_string();
        assert!(!note.is_empty() && !note.contains('\n'), "{note:?}");
    }
}

/// A query, written and read again, is the same, unless it is too long then, or is of a text with
/// every kind of closing quote.
fn check_written(query: &Query) {
    let has_no_form = match query.root() {
        Some(Node::Phrase { text, .. }) => ['"', '”', '」', '』', '＂']
            .iter()
            .all(|&close| text.contains(close)),
        _ => false,
    };
    let written = query.to_string();
    if !has_no_form && written.chars().count() <= MAX_CHARS {
        assert_eq!(Query::parse(&written).root(), query.root(), "{written:?}");
    }
}
