//! Small things about text.

use std::borrow::Cow;

use scraper::Html;

/// A line of text: runs of white space are one blank, none at the ends; characters that take no
/// room are dropped.
pub(super) fn collapse(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push_collapsed(&mut line, text);
    line.truncate(line.trim_end().len());
    line
}

/// Appends text to a line that is being collapsed; its last blank may still have to go.
pub(super) fn push_collapsed(line: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !takes_no_room(c) {
            line.push(c);
        }
    }
}

/// Zero-width blanks and joiners, the byte order mark, the soft hyphen.
pub(super) fn takes_no_room(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}' | '\u{AD}')
}

/// A text on one line, otherwise word for word.
pub(super) fn on_one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c })
        .collect();
    line.trim().to_owned()
}

/// Decodes HTML entities, once; `<` and bare `&` are text.
pub(super) fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let escaped = text.replace('<', "&lt;");
    Html::parse_fragment(&escaped)
        .root_element()
        .text()
        .collect()
}

/// A text with no tag in which characters are written as HTML writes them: `A&amp;B`, `&#12288;`.
/// An address (`?a=1&copy=2`) and a bare `&` are left as they are; where `<` is bare too, all is meant
/// word for word.
pub(super) fn without_entities(text: &str) -> Cow<'_, str> {
    let mut signs = memchr::memchr_iter(b'&', text.as_bytes());
    let has_entity = signs.any(|at| is_entity(&text.as_bytes()[at + 1..]));
    if has_entity && !text.contains('<') {
        Cow::Owned(decode_entities(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether `amp;`, `#39;` is what follows a `&`.
fn is_entity(after: &[u8]) -> bool {
    let name = after.strip_prefix(b"#").unwrap_or(after);
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    let length = length.take(MAX_ENTITY + 1).count();
    (2..=MAX_ENTITY).contains(&length) && name.get(length) == Some(&b';')
}

/// The name of a character has at most so many letters.
const MAX_ENTITY: usize = 8;

/// The first sentence of a text without its full stop, at most `limit` characters; empty only where
/// the text is.
pub(super) fn first_sentence(text: &str, limit: usize) -> String {
    let begins =
        |c: char| !c.is_whitespace() && !matches!(c, '。' | '，' | '、' | '；' | '！' | '？');
    let text = &text[text.find(begins).unwrap_or(0)..];
    let end = text.char_indices().find_map(|(at, c)| match c {
        '。' if at > 0 => Some(at),
        '！' | '？' | '!' | '?' if at > 0 => Some(at + c.len_utf8()),
        _ => None,
    });
    let sentence: String = text[..end.unwrap_or(text.len())]
        .chars()
        .take(limit)
        .collect();
    sentence.trim_end().to_owned()
}

/// The round brackets that open in a text, of half or full width: where each stands, and it itself.
pub(crate) fn opening_brackets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // By the first byte, which is quicker than character by character.
    memchr::memchr2_iter(b'(', WIDE.as_bytes()[0], text.as_bytes()).filter_map(|at| {
        let rest = text.get(at..)?;
        let bracket = ["(", WIDE]
            .into_iter()
            .find(|bracket| rest.starts_with(bracket))?;
        Some((at, bracket))
    })
}

const WIDE: &str = "（";

/// What a text holds between an opening and a closing bracket, of half or full width, that stand at
/// its two ends.
pub(super) fn inside_brackets(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(['（', '('])?;
    inner.strip_suffix(['）', ')'])
}

/// Whether a character is a Chinese one.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Without `**` on both sides of Chinese text: a generator that does not see emphasis beside Chinese
/// signs has left it.
pub(super) fn without_stars(text: &str) -> Cow<'_, str> {
    if !text.contains("**") {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("**") {
        kept.push_str(before);
        let emphasis = after.split_once("**").filter(|(inside, after)| {
            let is_chinese = inside.contains(|c: char| !c.is_ascii() && c.is_alphabetic());
            let is_code = before.ends_with('/') || after.starts_with('/');
            let is_hidden = is_hidden_name(inside);
            let is_apart = inside.starts_with([' ', '、', '，', '。']) || inside.ends_with(' ');
            is_chinese && !is_code && !is_hidden && !is_apart
        });
        match emphasis {
            Some((inside, after)) => {
                kept.push_str(inside);
                rest = after;
            }
            None => {
                kept.push_str("**");
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// What a link in Markdown is called: `[[甲]]`, `[甲](https://a.example)`; another text as it is.
pub(super) fn without_link(text: &str) -> &str {
    let note = text
        .strip_prefix("[[")
        .and_then(|rest| rest.strip_suffix("]]"));
    let page = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rest| rest.split_once("]("))
        .map(|(name, _)| name);
    let name = note.or(page).map(str::trim);
    name.filter(|name| !name.is_empty() && !name.contains(['[', ']']))
        .unwrap_or(text)
}

/// Whether a text ends as a name does of which the rest is hidden: `张**`.
pub(super) fn is_hidden_name(text: &str) -> bool {
    let mut word = text.chars().rev().take_while(|c| c.is_alphanumeric());
    word.next().is_some_and(char::is_alphabetic) && word.next().is_none()
}

/// `文｜阿砚`, `作者：阿砚`, `来源：汀洲日报`, `编辑 阿砚`: a line about who made the text.
pub(super) fn is_byline(line: &str) -> bool {
    let line = line
        .trim()
        .trim_start_matches(['（', '(', '【', '[', '—', '-', '|', ' ']);
    let role = ROLES.iter().find_map(|role| line.strip_prefix(role));
    let is_role = role.is_some_and(|rest| {
        let rest = rest.trim_start_matches([' ', '\u{3000}']);
        rest.starts_with(['｜', '|', '丨', '：', ':', '/', '／', '@', '·'])
    });
    is_role && line.chars().count() <= MAX_BYLINE
}

const ROLES: [&str; 24] = [
    "文",
    "图",
    "撰文",
    "撰稿",
    "作者",
    "原作者",
    "记者",
    "本报记者",
    "编辑",
    "责编",
    "责任编辑",
    "编译",
    "翻译",
    "校对",
    "审核",
    "监制",
    "来源",
    "文章来源",
    "转载",
    "整理",
    "出品",
    "图文",
    "By",
    "by",
];

/// A byline has at most this many characters.
const MAX_BYLINE: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_one_blank() {
        let cases = [
            ("　　甲 \n 乙\u{A0}\u{A0}丙 ", "甲 乙 丙"),
            ("\u{FEFF}甲\u{200B}乙\u{AD}丙", "甲乙丙"),
            (" \u{3000}\n", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(collapse(text), expected);
        }
    }

    #[test]
    fn entities_are_decoded_once() {
        let cases = [
            ("&lt;蓝湖公约&gt;", "<蓝湖公约>"),
            ("&amp;lt;甲&amp;gt;", "&lt;甲&gt;"),
            (
                "A&B、Q&A <p>甲</p> &ldquo;乙&rdquo;",
                "A&B、Q&A <p>甲</p> “乙”",
            ),
            ("&#x4e91;&#24070;", "云帆"),
        ];
        for (text, expected) in cases {
            assert_eq!(decode_entities(text), expected);
        }
    }

    #[test]
    fn brackets_of_both_widths_open() {
        let cases = [
            ("甲（乙）丙(丁)", vec![(3, "（"), (15, "(")]),
            ("，。：)）￥１", vec![]),
            ("((", vec![(0, "("), (1, "(")]),
            ("", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(opening_brackets(text).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn the_first_sentence_is_cut_at_a_number_of_characters() {
        let cases = [
            ("云帆科技上市。首日大涨。", "云帆科技上市"),
            ("云帆科技上市了吗？还没有。", "云帆科技上市了吗？"),
            ("一二三四五六七八九十一二", "一二三四五六七八九十"),
            ("。基本面好转。", "基本面好转"),
            ("。。。", "。"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(first_sentence(text, 10), expected);
        }
    }

    #[test]
    fn links_are_called_by_their_text() {
        for (text, expected) in [
            ("[[阿砚]]", "阿砚"),
            ("[阿砚](https://a.example/yan)", "阿砚"),
            ("[[]]", "[[]]"),
            ("[[甲]] 与 [[乙]]", "[[甲]] 与 [[乙]]"),
            ("[特稿]阿砚", "[特稿]阿砚"),
            ("阿砚（记者）", "阿砚（记者）"),
        ] {
            assert_eq!(without_link(text), expected, "{text}");
        }
    }

    #[test]
    fn emphasis_that_a_generator_left() {
        for (text, expected) in [
            ("处于**“双轮驱动”**的阶段", "处于“双轮驱动”的阶段"),
            (
                "以**汀洲ETF(510001)**为例，看**下修（条款）**。",
                "以汀洲ETF(510001)为例，看下修（条款）。",
            ),
            ("龙头***ST澜汐**跌停", "龙头*ST澜汐跌停"),
            ("他是真正的**牛", "他是真正的**牛"),
            ("2**10，3**5", "2**10，3**5"),
            ("/** 甲 */ 乙 /** 丙 */", "/** 甲 */ 乙 /** 丙 */"),
            ("a ** 甲 ** b", "a ** 甲 ** b"),
            ("主营是**零部件的精密加工**，", "主营是零部件的精密加工，"),
            ("股东张**、李**减持", "股东张**、李**减持"),
            (
                "被告：张**持股3%，李**持股2%",
                "被告：张**持股3%，李**持股2%",
            ),
        ] {
            assert_eq!(without_stars(text), expected, "{text}");
        }
    }
}
