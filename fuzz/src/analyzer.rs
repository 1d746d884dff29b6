//! Any text, folded and cut into words.

use newsearch::{Analyzer, Token};

use super::shelf;

/// How many places a text is cut at, to compare the folds of its parts with its own.
const MAX_CUTS: usize = 16;

/// Words of letters and digits that are longer than this may be left out, in bytes.
const LONG_WORD: usize = 96;

pub fn analyzer(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let analyzer = shelf::analyzer();
    check_fold(analyzer, &text);
    let tokens = analyzer.tokens(&text);
    assert_eq!(tokens, analyzer.tokens(&text), "cut twice");
    check_order(&text, &tokens);
    for token in &tokens {
        check_token(analyzer, &text, token);
    }
    for paragraph in text.split('\n') {
        check_coverage(analyzer, paragraph);
    }
}

/// The fold of a part is a part of the fold, and folding twice changes nothing. Beginnings and ends
/// will do for the parts: each part of a text is the end of a beginning of it.
fn check_fold(analyzer: &Analyzer, text: &str) {
    let folded = analyzer.fold(text);
    assert_eq!(analyzer.fold(&folded), folded, "folded twice");
    let step = text.chars().count() / MAX_CUTS + 1;
    for (at, _) in text.char_indices().step_by(step) {
        let (before, after) = text.split_at(at);
        for part in [before, after] {
            let part = analyzer.fold(part);
            assert!(folded.contains(&part), "{folded:?} lacks {part:?}");
        }
    }
}

/// Words come one after the other, each with its parts behind it, which begin in it. Two words share
/// at most one character, which gives several (`½`).
fn check_order(text: &str, tokens: &[Token]) {
    let mut word = 0..0;
    for token in tokens {
        let range = &token.range;
        if token.part {
            let begins_there = word.contains(&range.start);
            assert!(begins_there, "{token:?} is no part of {word:?}");
        } else {
            let shared = text[range.start..word.end.max(range.start)].chars().count();
            let is_behind = word.start <= range.start && word.end <= range.end && shared <= 1;
            assert!(is_behind, "{token:?} is not behind {word:?}");
            word = range.clone();
        }
    }
}

/// A token slices the text, and is what stands there, folded; a code may have lost its hyphens.
fn check_token(analyzer: &Analyzer, text: &str, token: &Token) {
    let written = &text[token.range.clone()];
    assert!(
        !token.text.is_empty() && !written.contains('\n'),
        "{token:?}"
    );
    assert_eq!(analyzer.fold(&token.text), token.text, "is folded");
    let folded = analyzer.fold(written);
    let letters = folded.replace(|c: char| !c.is_alphanumeric(), "");
    let is_here = folded.contains(&token.text) || letters.contains(&token.text);
    assert!(is_here, "{token:?} is not in {written:?}");
}

/// Each letter and digit of a short paragraph is in a word.
fn check_coverage(analyzer: &Analyzer, paragraph: &str) {
    let folded = analyzer.fold(paragraph);
    if folded.len() > LONG_WORD {
        return;
    }
    let tokens = analyzer.tokens(paragraph);
    for (at, c) in paragraph.char_indices() {
        let has_letters = analyzer
            .fold(c.encode_utf8(&mut [0; 4]))
            .contains(char::is_alphanumeric);
        let is_covered = tokens.iter().any(|token| token.range.contains(&at));
        assert!(
            is_covered || !has_letters,
            "{c:?} at {at} is in no word of {paragraph:?}"
        );
    }
}
