//! Headings as Chinese writers write them → as the rules have them.

use crate::corpus::text::is_han;

/// `##标题` → `## 标题`, also behind a blank of another width. One `#` may be a topic: where it is none,
/// the heading is of the second level, as it is not said to be the title. Below the sixth level there
/// is none.
pub(super) fn spaced(text: &str, has_glued: bool) -> Option<String> {
    let title = text.trim_start_matches('#');
    let level = text.len() - title.len();
    let is_wide = title.starts_with(['\u{3000}', '\u{A0}']);
    match level {
        1..=6 if is_wide => Some(format!("{} {}", &text[..level], title.trim_start())),
        1 if is_one(text, has_glued) => Some(format!("## {title}")),
        2..=6 if title.starts_with(|c: char| !c.is_whitespace()) => {
            Some(format!("{} {title}", &text[..level]))
        }
        7.. if title.starts_with([' ', '\t']) => Some(format!("######{title}")),
        _ => None,
    }
}

/// Whether a line is a heading without its blank, in a text that has some or has none. One that says
/// what follows is always one.
fn is_one(text: &str, has_glued: bool) -> bool {
    if has_glued {
        return is_glued(text, MAX_AMONG_OTHERS) || is_numbered(text);
    }
    let title = &text[1..];
    let says_what_follows = title.contains('：') || title.ends_with(':') || PARTS.contains(&title);
    says_what_follows && is_glued(text, MAX_HEADING)
}

/// `#10 结语`, which elsewhere may be the number of an issue.
fn is_numbered(text: &str) -> bool {
    let title = text[1..].trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - 1 - title.len();
    (1..=2).contains(&digits) && title.trim_start().starts_with(is_han)
}

/// Names of parts of a text that are no topics.
const PARTS: [&str; 11] = [
    "写在前面",
    "写在前边",
    "写在最后",
    "前言",
    "引言",
    "序言",
    "正文",
    "结语",
    "后记",
    "附录",
    "参考资料",
];

/// Whether a text has headings such as `#标题`:
///
/// - two at least, in two places, as topics may stand one after the other;
/// - one beside some of a lower level (`##标题`);
/// - two in Latin letters, which may be topics or code, with a text right below each;
/// - one alone between two paragraphs, where other headings have their blank.
pub(super) fn has_glued(markdown: &str) -> bool {
    if !markdown.contains('#') {
        return false;
    }
    let lines = lines_outside_of_code(markdown);
    has_places(&lines) || has_latin(&lines) || has_alone(&lines)
}

/// The lines of a text, with one sign for each that is code.
fn lines_outside_of_code(markdown: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in markdown.lines().map(str::trim) {
        let is_fence = line.starts_with("```") || line.starts_with("~~~");
        is_code ^= is_fence;
        lines.push(if is_code || is_fence { CODE } else { line });
    }
    lines
}

const CODE: &str = "`";

fn has_places(lines: &[&str]) -> bool {
    let mut places = 0;
    let mut is_after = false;
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let title = line.trim_start_matches('#');
        let is_heading = match line.len() - title.len() {
            1 => is_glued(line, MAX_HEADING),
            2..=6 => true,
            _ => false,
        };
        let is_latin = title.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_sure = !is_latin || title.contains(is_han);
        let is_heading = is_heading && is_sure && !title.starts_with(char::is_whitespace);
        places += usize::from(is_heading && !is_after);
        is_after = is_heading;
    }
    places >= 2
}

/// The same word twice is a topic.
fn has_latin(lines: &[&str]) -> bool {
    let mut pairs = lines.windows(2).filter(|pair| {
        let word = pair[0].strip_prefix('#').unwrap_or_default();
        let is_latin = word.starts_with(|c: char| c.is_ascii_alphabetic());
        is_latin && is_glued(pair[0], MAX_HEADING) && is_text(pair[1])
    });
    let first = pairs.next();
    first.is_some_and(|first| pairs.any(|pair| pair[0] != first[0]))
}

fn has_alone(lines: &[&str]) -> bool {
    let is_alone = |at: usize| {
        is_glued(lines[at], MAX_HEADING)
            && is_far_text(lines[..at].iter().rev())
            && is_far_text(lines[at + 1..].iter())
    };
    lines.iter().any(|line| is_heading(line)) && (0..lines.len()).any(is_alone)
}

/// Whether lines begin with a blank one, and a paragraph is next.
fn is_far_text<'a>(mut lines: impl Iterator<Item = &'a &'a str>) -> bool {
    lines.next().is_some_and(|line| line.is_empty())
        && lines
            .find(|line| !line.is_empty())
            .is_some_and(|line| is_text(line))
}

/// Whether a line is one of a paragraph.
fn is_text(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#') && line != CODE
}

/// `#标题`, `#[标题](…)`, `#**标题**`, and nothing else that a topic may be beside (`#话题#`, `#甲 #乙`); no
/// number of an issue and no colour.
fn is_glued(text: &str, most: usize) -> bool {
    let Some(title) = text.strip_prefix('#') else {
        return false;
    };
    if title.starts_with('[') {
        return title.contains("](") || title.contains("][");
    }
    let (word, _) = title.split_once(' ').unwrap_or((title, ""));
    let is_number = word.len() < 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_colour = title.len() == 6 && title.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_title = title.starts_with(|c: char| c.is_alphanumeric() || "《“【（(*".contains(c));
    is_title && !is_number && !is_colour && !title.contains('#') && title.chars().count() <= most
}

/// A heading that lacks its blank has at most so many characters.
const MAX_HEADING: usize = 30;

/// One among others has at most so many.
const MAX_AMONG_OTHERS: usize = 40;

/// `## 标题`.
pub(super) fn is_heading(text: &str) -> bool {
    let title = text.trim_start_matches('#');
    (1..=6).contains(&(text.len() - title.len())) && title.starts_with([' ', '\t'])
}
