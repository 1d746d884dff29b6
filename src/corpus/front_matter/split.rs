//! A post → its header and the rest.

use super::fields;

/// The header of a post, without its delimiters.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::corpus) struct Header<'a> {
    pub(super) form: Form,
    pub(super) text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Yaml,
    Toml,
    Json,
}

/// Splits a post into its header and the rest. A header is
///
/// - YAML between `---` and `---` or `...`, also of more `-`; where it is not closed, up to the first blank
///   line;
/// - YAML without the first `---`, or without both, if a known key begins it;
/// - TOML between `+++` and `+++`;
/// - a JSON object, also without its brackets, ended by `;;;`.
pub(in crate::corpus) fn split(post: &str) -> Option<(Header<'_>, &str)> {
    let post = post.trim_start_matches(['\u{FEFF}', '\n']);
    let (first, rest) = first_line(post);
    let header = |form, (text, body)| (Header { form, text }, body);
    match first.trim_end() {
        line if is_rule(line) => yaml(rest).map(|parts| header(Form::Yaml, parts)),
        "+++" => between(rest, "+++").map(|parts| header(Form::Toml, parts)),
        ";;;" => between(rest, ";;;").map(|parts| header(Form::Json, parts)),
        line if line.starts_with('{') => json(post).map(|parts| header(Form::Json, parts)),
        _ => bare(post).map(|parts| header(Form::Yaml, parts)),
    }
}

/// Without a second header right below the first, which a site that moved had left, or below what shows
/// nothing.
pub(in crate::corpus) fn without_second(rest: &str) -> &str {
    let text = after_unshown(rest);
    let (first, below) = first_line(text);
    let is_bare = !is_rule(first.trim_end());
    let text = if is_bare { text } else { below };
    if !key(text).is_some_and(fields::is_known) {
        return rest;
    }
    let lines = scan(text, is_bare);
    let is_header = lines.is_closed && lines.has_title && lines.known >= 2 && lines.odd == 0;
    if is_header { &text[lines.rest..] } else { rest }
}

/// What follows the styles, scripts and comments that a text begins with.
fn after_unshown(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let ends = [
            ("<style", "</style>"),
            ("<script", "</script>"),
            ("<!--", "-->"),
        ];
        let after = ends.iter().find_map(|(begin, end)| {
            let inside = rest.strip_prefix(begin)?;
            Some(inside.split_once(end)?.1)
        });
        match after {
            Some(after) => rest = after.trim_start(),
            None => return rest,
        }
    }
}

/// `---`, or more of it.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-')
}

/// A header has at most this many bytes.
const MAX_BYTES: usize = 256 * 1024;

fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Up to a line that is nothing but the delimiter.
fn between<'a>(text: &'a str, delimiter: &str) -> Option<(&'a str, &'a str)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim_end() == delimiter {
            return Some((&text[..start], &text[end..]));
        }
        if end > MAX_BYTES {
            return None;
        }
        start = end;
    }
    None
}

/// The lines of YAML behind the first `---`.
fn yaml(text: &str) -> Option<(&str, &str)> {
    let lines = scan(text, false);
    let header = &text[..lines.end];
    if lines.is_closed {
        let is_meant = header.trim().is_empty() || lines.keys > 0 || is_indented(header);
        return is_meant.then(|| (header, &text[lines.rest..]));
    }
    // A rule at the head of a text is no header.
    (lines.known > 0).then(|| (header, &text[lines.rest..]))
}

/// Whether keys stand in all lines behind blanks.
fn is_indented(header: &str) -> bool {
    let mut lines = header.lines().filter(|line| !line.trim().is_empty());
    lines.all(|line| line.starts_with([' ', '\t']) && key(line.trim_start()).is_some())
}

/// A header without the first delimiter: known keys, and then a delimiter; or two of them at least,
/// the title among them, and a blank line.
fn bare(text: &str) -> Option<(&str, &str)> {
    let (first, _) = first_line(text);
    fields::is_known(key(first)?).then_some(())?;
    let lines = scan(text, true);
    let header = &text[..lines.end];
    let is_header = lines.is_closed || lines.known >= 2 && lines.odd == 0;
    is_header.then(|| (header, &text[lines.rest..]))
}

/// What the lines of a header are.
#[derive(Default)]
struct Lines {
    /// Where the header ends, and where the rest begins, in bytes.
    end: usize,
    rest: usize,
    is_closed: bool,
    /// How many lines begin with a key, how many with a known one, and how many with neither a key nor
    /// what may go on from one.
    keys: usize,
    known: usize,
    odd: usize,
    /// One begins with the key of the title.
    has_title: bool,
}

/// Goes over the lines of a header to its delimiter, in a bare one also behind blanks; or, where text follows a blank line before
/// there is one, to that blank line.
fn scan(text: &str, is_bare: bool) -> Lines {
    let mut lines = Lines::default();
    // Where the last blank lines began and ended.
    let mut blank = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        let delimiter = if is_bare {
            content.trim_start()
        } else {
            content
        };
        if is_rule(delimiter) || delimiter == "..." {
            return Lines {
                end: start,
                rest: at,
                is_closed: true,
                ..lines
            };
        }
        if content.is_empty() {
            blank = Some((blank.map_or(start, |(first, _)| first), at));
            continue;
        }
        let is_key = key(line).is_some();
        let goes_on =
            line.starts_with([' ', '\t', '-', '#', ']', '}']) && !content.starts_with("##");
        if let Some((end, rest)) = blank
            && !is_key
            && !goes_on
        {
            return Lines { end, rest, ..lines };
        }
        if start > MAX_BYTES {
            break;
        }
        blank = None;
        lines.keys += usize::from(is_key);
        lines.known += usize::from(key(line).is_some_and(fields::is_known));
        lines.has_title |= key(line).is_some_and(fields::is_title);
        lines.odd += usize::from(!is_key && !goes_on);
        (lines.end, lines.rest) = (at, at);
    }
    if let Some((end, rest)) = blank {
        (lines.end, lines.rest) = (end, rest);
    }
    lines
}

/// The key that a line of YAML begins with.
fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | '"' | '\'');
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r', '"', '[']);
    let is_key = !key.is_empty() && key.chars().count() <= MAX_KEY && key.chars().all(is_name);
    (is_key && ends && !key.starts_with([' ', '-'])).then_some(key)
}

/// A key has at most this many characters.
const MAX_KEY: usize = 40;

/// A JSON object at the head, with a known key in it.
fn json(text: &str) -> Option<(&str, &str)> {
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let object = objects.next()?.ok()?;
    let is_header = object.as_object()?.keys().any(|key| fields::is_known(key));
    let end = objects.byte_offset();
    is_header.then(|| (&text[..end], &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(post: &str, expected: Option<(&str, &str)>) {
        let found = split(post).map(|(header, rest)| (header.text, rest));
        assert_eq!(found, expected, "{post}");
    }

    #[test]
    fn yaml_stands_between_the_first_two_delimiters() {
        check(
            "---\ntitle: 甲\n---\n乙\n---\n丙",
            Some(("title: 甲\n", "乙\n---\n丙")),
        );
        check("---\n---", Some(("", "")));
        check("--- \ntitle: 甲\n---  \n乙", Some(("title: 甲\n", "乙")));
        check("---\ntitle: 甲\n...\n乙", Some(("title: 甲\n", "乙")));
        check(
            "---\ntitle: 甲\n\ntags:\n- 乙\n\n---\n丙",
            Some(("title: 甲\n\ntags:\n- 乙\n\n", "丙")),
        );
        let long = format!("---\n{}---\n乙", "a: b\n".repeat(5000));
        assert!(split(&long).is_some_and(|(_, rest)| rest == "乙"));
    }

    #[test]
    fn a_header_that_is_not_closed_ends_at_a_blank_line() {
        check("---\ntitle: 甲\n", Some(("title: 甲\n", "")));
        check(
            "---\ntitle: 甲\ntags:\n  - 乙\n\n丙\n\n---\n\n丁",
            Some(("title: 甲\ntags:\n  - 乙\n", "丙\n\n---\n\n丁")),
        );
        check("---\n乙\n---\n丙", None);
        check("---\n\n乙：丙\n", None);
    }

    #[test]
    fn a_header_may_lack_its_delimiters() {
        check(
            "title: 甲\ndate: 2024-01-01\n---\n乙",
            Some(("title: 甲\ndate: 2024-01-01\n", "乙")),
        );
        check("标题: 甲\n---\n乙", Some(("标题: 甲\n", "乙")));
        check(
            "title: 甲\ntags: 乙\n  --- \n\n# 丙\n",
            Some(("title: 甲\ntags: 乙\n", "\n# 丙\n")),
        );
        check(
            "Title: 甲\nDate: 2024-01-01\n\n乙",
            Some(("Title: 甲\nDate: 2024-01-01\n", "乙")),
        );
        check("title: 甲\n\n乙", None);
        check("注意: 甲\n---\n乙", None);
        check("甲\n---\n乙\n---\n", None);
    }

    #[test]
    fn toml_and_json() {
        check(
            "+++\ntitle = \"甲\"\n+++\n乙",
            Some(("title = \"甲\"\n", "乙")),
        );
        check(
            "{\"title\": \"甲\"}\n乙",
            Some(("{\"title\": \"甲\"}", "\n乙")),
        );
        check("\"title\": \"甲\"\n;;;\n乙", None);
        check(
            ";;;\n\"title\": \"甲\"\n;;;\n乙",
            Some(("\"title\": \"甲\"\n", "乙")),
        );
        check("{甲}乙", None);
        check("{\"甲\": 1}", None);
    }
}
