//! Needles and a text: what is marked, and what is shown.
//!
//! ```text
//! 40 2 5                 the most characters and snippets; the first two needles near each other
//! 绿色金融|"三十亿元"|re*   words, phrases and prefixes
//! 云汐银行发债             the title
//! 云汐银行今日公告。……      the text, to the end
//! ```

use std::ops::Range;

use newsearch::fuzzing::{Marker, Near, NeedleKind};
use newsearch::{Snippet, SnippetOptions};

use super::shelf;

/// More needles tell nothing new.
const MAX_NEEDLES: usize = 16;
/// So many characters are compared in any text; no needle is missed until then.
const FREE_COMPARISONS: usize = 1 << 16;
/// So many full-width characters make a long text.
const LONG: usize = 700;

pub fn snippet(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let input = Input::read(&text);
    let marker = Marker::new(shelf::analyzer(), &input.needles, &input.near);
    for text in [input.title, input.body] {
        check_highlights(&input, text, &marker.highlights(text));
    }
    let marks = marker.highlights(input.body);
    check_long(&marker, input.body, &marks);
    for title in [None, Some(input.title)] {
        let snippets = marker.snippets(input.body, title, &input.options);
        assert_eq!(
            snippets,
            marker.snippets(input.body, title, &input.options),
            "made twice"
        );
        check_snippets(input.body, &snippets, &input.options);
        check_shown(&snippets, &marks);
        if input.options.count > 0 {
            assert_eq!(snippets.is_empty(), input.body.trim().is_empty());
            let is_marked = snippets
                .iter()
                .any(|snippet| !snippet.highlights.is_empty());
            assert!(
                is_marked || marks.is_empty() || title.is_some(),
                "shows nothing found"
            );
        }
    }
}

struct Input<'a> {
    options: SnippetOptions,
    needles: Vec<(String, NeedleKind)>,
    near: Vec<Near>,
    title: &'a str,
    body: &'a str,
}

impl<'a> Input<'a> {
    fn read(text: &'a str) -> Input<'a> {
        let mut lines = text.splitn(4, '\n');
        let mut next = || lines.next().unwrap_or_default();
        let (numbers, needles, title, body) = (next(), next(), next(), next());
        let mut numbers = numbers.split(' ').map_while(|number| number.parse().ok());
        let mut number =
            |default: usize| numbers.next().map_or(default, |number: u16| number.into());
        let options = SnippetOptions {
            max_chars: number(40),
            count: number(2),
        };
        let near = numbers.next().map(|within: u16| Near {
            left: 0,
            right: 1,
            within: within.into(),
        });
        let needles: Vec<_> = needles.split('|').take(MAX_NEEDLES).map(needle).collect();
        let near = near.into_iter().filter(|_| needles.len() > 1).collect();
        Input {
            options,
            needles,
            near,
            title,
            body,
        }
    }
}

fn needle(text: &str) -> (String, NeedleKind) {
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let (text, kind) = match (quoted, text.strip_suffix('*')) {
        (Some(text), _) => (text, NeedleKind::Exact),
        (None, Some(text)) => (text, NeedleKind::Prefix),
        (None, None) => (text, NeedleKind::Word),
    };
    (shelf::analyzer().fold(text), kind)
}

/// Marks stand in order, apart, inside the text, and none is empty: so they can be set and taken
/// away again.
pub fn check_marks(text: &str, marks: &[Range<usize>]) {
    let mut end = 0;
    for mark in marks {
        assert!(end <= mark.start && mark.start < mark.end, "{marks:?}");
        end = mark.end;
    }
    assert!(end <= text.chars().count(), "{marks:?} of {text:?}");
}

/// Snippets stand in order and apart in the text, word for word, and are no longer than allowed.
pub fn check_snippets(body: &str, snippets: &[Snippet], options: &SnippetOptions) {
    assert!(snippets.len() <= options.count);
    let mut end = 0;
    for snippet in snippets {
        let length = snippet.text.chars().count();
        assert!(
            (1..=options.max_chars.max(1)).contains(&length),
            "{snippet:?}"
        );
        assert!(end <= snippet.start, "{snippets:?}");
        end = snippet.start + length;
        let slice: String = body.chars().skip(snippet.start).take(length).collect();
        assert_eq!(slice, snippet.text);
        assert!(
            !slice.contains('\n') && !slice.trim().is_empty(),
            "{slice:?}"
        );
        check_marks(&snippet.text, &snippet.highlights);
    }
}

/// What is marked holds a needle; where a phrase stands, something is marked.
fn check_highlights(input: &Input, text: &str, marks: &[Range<usize>]) {
    check_marks(text, marks);
    let analyzer = shelf::analyzer();
    for mark in marks {
        let marked: String = text.chars().skip(mark.start).take(mark.len()).collect();
        let folded = analyzer.fold(&marked);
        let holds = |(needle, _): &(String, NeedleKind)| folded.contains(needle.as_str());
        assert!(input.needles.iter().any(holds), "{marked:?} is no match");
    }
    let folded: Vec<String> = text.split('\n').map(|text| analyzer.fold(text)).collect();
    let length: usize = folded.iter().map(String::len).sum();
    let compared: usize = input
        .needles
        .iter()
        .map(|(needle, _)| needle.len() * length)
        .sum();
    if input.near.is_empty() && compared <= FREE_COMPARISONS {
        let stands = |(needle, kind): &(String, NeedleKind)| {
            let is_phrase = *kind == NeedleKind::Exact && !needle.is_empty();
            is_phrase && folded.iter().any(|text| text.contains(needle.as_str()))
        };
        assert!(
            !marks.is_empty() || !input.needles.iter().any(stands),
            "{text:?} is unmarked"
        );
    }
}

/// More text changes nothing before it, though paragraphs of a long one are looked through at a glance
/// first.
fn check_long(marker: &Marker, text: &str, marks: &[Range<usize>]) {
    let end = text.chars().count();
    let long = format!("{text}\n{}", "，".repeat(LONG));
    let mut found = marker.highlights(&long);
    found.retain(|mark| mark.start < end);
    assert_eq!(found, marks, "{text:?}");
}

/// What is marked in a snippet is marked in the text.
fn check_shown(snippets: &[Snippet], marks: &[Range<usize>]) {
    for snippet in snippets {
        for shown in &snippet.highlights {
            let shown = snippet.start + shown.start..snippet.start + shown.end;
            let covers = |mark: &Range<usize>| mark.start <= shown.start && shown.end <= mark.end;
            assert!(marks.iter().any(covers), "{shown:?} is not in {marks:?}");
        }
    }
}
