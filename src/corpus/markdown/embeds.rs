//! What a note embeds or names of others → what of it is text.

use std::borrow::Cow;

/// Without `![[图.png#圆角|图 澜汐 日线|668]]`: what is embedded is elsewhere.
pub(super) fn without_embeds(line: &str) -> Cow<'_, str> {
    if !line.contains("![[") {
        return Cow::Borrowed(line);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    // `![[甲]]` in a text about marks is code.
    let mut is_code = false;
    while let Some(at) = rest.find("![[")
        && let Some(length) = rest[at..].find("]]")
    {
        is_code ^= is_odd(&rest[..at]);
        let end = at + length + 2;
        kept.push_str(&rest[..if is_code { end } else { at }]);
        rest = &rest[end..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Without `![图片.png]`, of which the address was lost, or was to come: `![Uploading 图.png . . .]`.
pub(super) fn without_names_of_pictures(line: &str) -> Cow<'_, str> {
    if !line.contains("![") {
        return Cow::Borrowed(line);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("![")
        && let Some(length) = rest[at..].find(']')
    {
        let (name, after) = (&rest[at + 2..at + length], &rest[at + length + 1..]);
        let is_lost = is_picture(name) && !after.starts_with(['(', '[', ':', '`']);
        kept.push_str(&rest[..if is_lost { at } else { at + length + 1 }]);
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn is_picture(name: &str) -> bool {
    let name = name.trim_end_matches(['.', '…', ' ']).to_ascii_lowercase();
    let kinds = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"];
    ["图片", "image", "img"].contains(&name.as_str())
        || kinds.iter().any(|kind| name.ends_with(kind))
}

/// Links that two brackets stand around and that are none to a note: one to a part whose heading is a link
/// itself is its text (`[[笔记#[小节](…)|别名]]` → `别名`), and one with an address is a link whose text has
/// brackets (`[[1]](#注1)` → `[\[1\]](#注1)`).
pub(super) fn without_nested_links(line: &str) -> Cow<'_, str> {
    if !line.contains("[[") {
        return Cow::Borrowed(line);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    // `[[甲#[乙](…)]]` in a text about marks is code.
    let mut is_code = false;
    while let Some(at) = rest.find("[[")
        && let Some(length) = rest[at + 2..].find("]]")
    {
        is_code ^= is_odd(&rest[..at]);
        let (link, after) = rest[at..].split_at(length + 4);
        kept.push_str(&rest[..at]);
        let inside = &link[2..length + 2];
        let is_link = ["(http", "(/", "(#", "(./"]
            .iter()
            .any(|address| after.starts_with(address));
        match text_of_nested(inside) {
            _ if is_code => kept.push_str(link),
            Some(text) => kept.push_str(text),
            None if is_link => kept.extend(["[\\[", inside, "\\]]"]),
            None if is_in_brackets(&rest[..at], after) => kept.push_str(name_of(inside)),
            None => kept.push_str(link),
        }
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Whether a link stands in single brackets, in which the rules see none: `[备注：[[甲]]]`.
fn is_in_brackets(before: &str, after: &str) -> bool {
    let open = before.rfind('[').map_or(0, |at| at + 1);
    let is_open = open > 0 && !before[open..].contains(']');
    is_open && after.contains(']')
}

/// What is shown of a link: `甲|乙` → `乙`; what is no link stays.
fn name_of(link: &str) -> &str {
    link.rsplit_once('|').map_or(link, |(_, name)| name)
}

fn text_of_nested(link: &str) -> Option<&str> {
    let (_, part) = link.split_once('#')?;
    let inside = part.split_once('[')?.1.contains("](");
    inside.then(|| {
        let (_, name) = part.rsplit_once('|').unwrap_or(("", part));
        // The name may stand in the brackets of the address.
        let is_cut = name.ends_with(')') && !name.contains('(');
        &name[..name.len() - usize::from(is_cut)]
    })
}

/// Whether code begins in a text and does not end, or the other way round.
pub(super) fn is_odd(text: &str) -> bool {
    text.bytes().filter(|&byte| byte == b'`').count() % 2 == 1
}
