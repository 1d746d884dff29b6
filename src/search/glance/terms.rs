//! Words as they are counted for what stands out and for what is alike.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, TERMINATED};

use super::error::GlanceError;
use crate::analysis::is_han;
use crate::search::view::columns::UNDATED;
use crate::search::view::snapshot::Snapshot;

/// Fewest characters of a word of letters.
const MIN_LETTERS: usize = 3;

/// Words that name a time or a unit, or lead a text on: they say nothing of what it is about.
const EMPTY_WORDS: &str = include_str!("empty_words.txt");

/// Whether a folded word may say what a text is about: two Han or three letters, and no number.
pub(super) fn is_telling(word: &str) -> bool {
    let characters = word.chars().count();
    let has_han = word.chars().any(is_han);
    let is_long = if has_han {
        characters >= 2
    } else {
        characters >= MIN_LETTERS
    };
    let is_number = word.chars().next().is_some_and(|c| c.is_ascii_digit());
    let is_numeral = word
        .chars()
        .all(|c| "零〇一二三四五六七八九十百千万亿两第年月日号个".contains(c));
    is_long && !is_number && !is_numeral && !is_empty_word(word)
}

fn is_empty_word(word: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> =
        LazyLock::new(|| EMPTY_WORDS.split_whitespace().collect());
    KNOWN.contains(word)
}

/// Calls `take` with the documents that exist and have a term, by segment; and with how often they have it.
pub(super) fn documents_with(
    snapshot: &Snapshot,
    field: Field,
    text: &str,
    published: &[Vec<i64>],
    mut take: impl FnMut(usize, DocId, u32),
) -> Result<(), GlanceError> {
    let term = Term::from_field_text(field, text);
    for (number, segment) in snapshot.engine.segment_readers().iter().enumerate() {
        let index = segment.inverted_index(field)?;
        let postings = index.read_postings(&term, IndexRecordOption::WithFreqs);
        let Some(mut postings) = postings.map_err(tantivy::TantivyError::from)? else {
            continue;
        };
        let mut watch = snapshot.deadline.watch();
        while postings.doc() != TERMINATED && !watch.is_over() {
            let doc = postings.doc();
            let moment = published[number][doc as usize];
            let moment = Some(moment).filter(|&moment| moment != UNDATED);
            if !segment.is_deleted(doc) && snapshot.exists(moment) {
                take(number, doc, postings.term_freq());
            }
            postings.advance();
        }
        snapshot.deadline.check()?;
    }
    Ok(())
}
