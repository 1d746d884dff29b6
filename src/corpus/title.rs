//! Which title an article has.

use std::path::Path;

use super::content::{Content, Heading};
use super::date;
use super::{Paragraph, Published, text};

/// The title of a text that has no header: its heading, or what the name of its file says. A script that is
/// kept as a note has headings in its comments; it is called by its file.
pub(super) fn of_content(content: &mut Content, path: &Path) -> Option<String> {
    if is_script(&content.paragraphs) {
        return of_file(path).or_else(|| Some(path.file_stem()?.to_string_lossy().into_owned()));
    }
    take_heading(content)
        .or_else(|| of_file(path))
        .or_else(|| of_period(content, path))
}

/// What a file is called whose name is nothing but its day, week or month, where its text begins with a
/// list: an item is one of several, and names the whole no more than the others do.
fn of_period(content: &Content, path: &Path) -> Option<String> {
    let first = first_line(&content.paragraphs)?;
    if !content.items.contains(&first) {
        return None;
    }
    let stem = path.file_stem()?.to_string_lossy();
    if let Some((date, _)) = date::path::find(&stem) {
        let is_all = date.start == 0 && is_weekday(stem[date.end..].trim_matches(is_sign));
        let name = if is_all { &stem } else { &stem[date] };
        return Some(text::collapse(name));
    }
    let day = || date::path::day(path).map(|day| day.to_string());
    is_period(&stem).then(|| text::collapse(&stem)).or_else(day)
}

/// `2024-W10`, `2024-03`, `2024Q1`.
fn is_period(name: &str) -> bool {
    let year = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[year..].trim_start_matches(['-', '_', '.', ' ']);
    let number = rest.trim_start_matches(['W', 'Q', 'w', 'q']);
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.parse::<u8>().is_ok();
    year == 4 && rest.len() - number.len() <= 1 && is_number(number)
}

/// A sign between the parts of the name of a file.
fn is_sign(c: char) -> bool {
    c.is_whitespace() || "-_.".contains(c)
}

/// The title of a piece of HTML: as that of other texts, or the only heading of the highest level where
/// it stands near the head.
pub(super) fn of_piece(content: &mut Content, path: &Path) -> Option<String> {
    take_heading(content)
        .or_else(|| take_only_heading(content))
        .or_else(|| of_file(path))
}

/// A title without the mark of a heading that it is written with: `# 周记`.
pub(super) fn without_mark(title: &str) -> Option<&str> {
    let name = title.trim_start_matches('#');
    let marks = title.len() - name.len();
    let name = name
        .strip_prefix(' ')
        .filter(|_| (1..=6).contains(&marks))?;
    Some(name.trim_start()).filter(|name| !name.is_empty())
}

/// Whether a text begins as a script does.
fn is_script(paragraphs: &[Paragraph]) -> bool {
    paragraphs.first().is_some_and(|first| {
        let line = first.text.as_str();
        let is_statement = line.is_ascii() && line.ends_with([';', '{']);
        is_statement || line.starts_with("/*") || line.starts_with("#!/")
    })
}

/// Takes the heading that is the title out of a text: the first, if it is of the highest level and not
/// far below the head; or what the text begins with, if no other heading is of its level or a higher
/// one.
pub(super) fn take_heading(content: &mut Content) -> Option<String> {
    let first = *content.headings.first()?;
    let others = &content.headings[1..];
    let is_alone = first.paragraph == 0 && others.iter().all(|other| other.level > first.level);
    let text_of = |paragraph: usize| Some(content.paragraphs.get(paragraph)?.text.as_str());
    let title = text_of(first.paragraph)?;
    let next = others.iter().find(|other| other.level == first.level);
    let is_section = next
        .and_then(|next| text_of(next.paragraph))
        .is_some_and(|next| is_numbered(title) && is_numbered(next));
    let is_first = first.level == 1 && first.paragraph < MAX_HEAD;
    if !(is_first || is_alone) || is_section || is_no_heading(title) {
        return None;
    }
    Some(take_first(content, first))
}

/// Takes the first heading of a piece of HTML, if no other is of its level or a higher one and little
/// stands above it: a line of what it is about, not a sentence.
fn take_only_heading(content: &mut Content) -> Option<String> {
    let first = *content.headings.first()?;
    let is_highest = content.headings[1..]
        .iter()
        .all(|other| other.level > first.level);
    let above = content.paragraphs.get(..first.paragraph)?;
    let is_near = above.len() <= 2 && above.iter().all(|line| !line.text.contains('。'));
    let title = &content.paragraphs.get(first.paragraph)?.text;
    if !is_highest || !is_near || is_no_heading(title) {
        return None;
    }
    Some(take_first(content, first))
}

/// Takes the first heading out of a text.
fn take_first(content: &mut Content, first: Heading) -> String {
    let title = content.paragraphs.remove(first.paragraph).text;
    content.headings.remove(0);
    for heading in &mut content.headings {
        heading.paragraph -= 1;
    }
    title
}

/// So many paragraphs at most are before the heading that is the title.
const MAX_HEAD: usize = 6;

/// The title that the name of a file gives: the name without its date and number. `None` where that
/// says nothing.
pub(super) fn of_file(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    // A drawing in a note: `甲.excalidraw.md`.
    let stem = stem.strip_suffix(".excalidraw").unwrap_or(&stem);
    let date = date::path::find(stem);
    let has_date = date.is_some();
    let name = match date {
        Some((date, _)) => {
            let (before, after) = (&stem[..date.start], &stem[date.end..]);
            let signs = |c: char| is_sign(c) || c == '@';
            format!(
                "{} {}",
                before.trim_end_matches(signs),
                without_time(after.trim_start_matches(signs))
            )
        }
        None => stem.to_owned(),
    };
    let name = without_number(&name);
    let name = text::collapse(&name.replace('_', " "));
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || "-_.·、，—()（）[]【】".contains(c) && !closes(&name, c)
    });
    let is_day = has_date && is_weekday(name);
    (!is_day && says_something(name)).then(|| spaced(name))
}

/// Behind a date, without the time of day that six digits tell where nothing follows them:
/// `总结@20240709_213156`. Six digits before a name may be the code of a security.
fn without_time(name: &str) -> &str {
    let is_time = name.len() == 6 && name.bytes().all(|byte| byte.is_ascii_digit());
    if is_time { "" } else { name }
}

/// Whether the sign at the end closes a bracket that opens inside the name.
fn closes(name: &str, sign: char) -> bool {
    let pairs = [('（', '）'), ('(', ')'), ('【', '】'), ('[', ']')];
    pairs.iter().any(|&(open, close)| {
        (sign == close || sign == open) && name.contains(open) && name.contains(close)
    })
}

/// `0702澜汐` → `澜汐`, `03-澜汐` → `澜汐`; but `600519公告` and `3月复盘` stay.
fn without_number(name: &str) -> &str {
    let name = name.trim_start();
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &name[digits..];
    let is_month_and_day = digits == 4 && month_and_day(&name[..4]);
    let is_order = (1..=4).contains(&digits) && rest.starts_with(['-', '_', '.', '、', ' ']);
    let is_id = digits > 6;
    if is_month_and_day || is_order || is_id {
        rest
    } else {
        name
    }
}

fn month_and_day(digits: &str) -> bool {
    let number = |digits: &str| digits.parse::<i8>().unwrap_or(0);
    Published::day(2024, number(&digits[..2]), number(&digits[2..])).is_some()
}

/// Whether a name is a title: two Chinese characters, or two Latin words, or one with a capital.
fn says_something(name: &str) -> bool {
    let others = name
        .chars()
        .filter(|c| c.is_alphabetic() && !c.is_ascii())
        .count();
    if others >= 2 {
        return !EMPTY_NAMES.contains(&name) && !is_weekday(name);
    }
    let words: Vec<&str> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let is_word = |word: &&str| word.len() >= 2 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let whole = words.iter().filter(|word| is_word(word)).count();
    let lower = name.to_ascii_lowercase();
    let is_empty = EMPTY_NAMES.iter().any(|empty| lower == *empty);
    let is_capital = words.len() == 1
        && whole == 1
        && name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    !is_empty && (is_capital || whole >= 2 && 2 * whole > words.len())
}

/// `星期六`, `周六`, `Sat`: it belongs to the date before it.
fn is_weekday(name: &str) -> bool {
    let english = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let lower = name.to_ascii_lowercase();
    let rest = english.iter().find_map(|day| lower.strip_prefix(day));
    if rest.is_some_and(|rest| ["", "day", "sday", "nesday", "rsday", "urday"].contains(&rest)) {
        return true;
    }
    let day = ["星期", "周", "礼拜"]
        .iter()
        .find_map(|week| name.strip_prefix(week));
    let days = ["一", "二", "三", "四", "五", "六", "日", "天"];
    day.is_some_and(|day| days.contains(&day))
}

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &[
    "index",
    "readme",
    "untitled",
    "post",
    "page",
    "article",
    "note",
    "draft",
    "news",
    "content",
    "detail",
    "new page",
    "new post",
    "未命名",
    "无标题",
    "新建文本文档",
    "新建文档",
    "无标题文档",
    "草稿",
    "日记",
    "笔记",
];

/// A slug (`weekly-review`) with blanks between its words; a name with Chinese in it as it is.
fn spaced(name: &str) -> String {
    let is_slug = name.is_ascii() && !name.contains(' ');
    if is_slug {
        name.replace('-', " ")
    } else {
        name.to_owned()
    }
}

/// The first sentence of the first paragraph that can be a title.
pub(super) fn of_text(body: &[Paragraph]) -> String {
    first_line(body).map_or_else(String::new, |first| {
        text::first_sentence(&body[first].text, MAX_DERIVED_TITLE)
    })
}

/// Which paragraph that is.
fn first_line(body: &[Paragraph]) -> Option<usize> {
    let is_plain = |paragraph: &Paragraph| !paragraph.heading;
    let is_title = |paragraph: &Paragraph| !is_no_title(&paragraph.text);
    let find = |is_one: &dyn Fn(&Paragraph) -> bool| body.iter().position(is_one);
    find(&|paragraph| is_plain(paragraph) && is_title(paragraph))
        .or_else(|| find(&is_title))
        .or_else(|| find(&is_plain))
        .or((!body.is_empty()).then_some(0))
}

/// A derived title has at most this many characters.
const MAX_DERIVED_TITLE: usize = 40;

/// A byline, a date line, a greeting and an address are no titles.
fn is_no_title(line: &str) -> bool {
    let is_about_text = text::is_byline(line) || is_date_line(line) || is_greeting(line);
    is_about_text || is_address(line) || is_field(line) || are_topics(line)
}

/// `#工作日志 #复盘`, and nothing else.
fn are_topics(line: &str) -> bool {
    let is_topic = |word: &str| {
        let name = word.trim_start_matches('#');
        name.len() < word.len() && name.starts_with(char::is_alphabetic)
    };
    line.split_whitespace().all(is_topic)
}

/// `昨天:: 2024-03-05`: what a note book keeps of a note.
fn is_field(line: &str) -> bool {
    let key = line.split_once(":: ").map_or("", |(key, _)| key);
    (1..=MAX_KEY).contains(&key.chars().count()) && key.chars().all(char::is_alphanumeric)
}

/// The name of such a field has at most this many characters.
const MAX_KEY: usize = 12;

/// `https://…`, and nothing else.
fn is_address(line: &str) -> bool {
    let begins = line.starts_with("http://") || line.starts_with("https://");
    begins && !line.contains(|c: char| c.is_whitespace() || text::is_han(c))
}

/// A heading that names a part of each text is no title, nor is one that is a date or the number of a
/// part alone.
fn is_no_heading(heading: &str) -> bool {
    let name = heading.trim().trim_end_matches(['：', ':']).to_lowercase();
    let is_number = name.len() <= 2 && name.bytes().all(|byte| byte.is_ascii_digit());
    let is_part = is_number || PARTS.contains(&name.as_str());
    let is_no_line = text::is_byline(heading) || is_greeting(heading);
    is_part || is_no_line || letters_beside_a_date(heading).is_some_and(|others| others <= 1)
}

/// Names of parts of a text.
const PARTS: &[&str] = &[
    "元数据",
    "目录",
    "正文",
    "前言",
    "引言",
    "序言",
    "导语",
    "摘要",
    "概述",
    "简介",
    "背景",
    "问题",
    "要求",
    "作用",
    "任务",
    "今日任务",
    "待办",
    "今日待办",
    "待办事项",
    "todo",
    "tasks",
    "metadata",
    "excalidraw data",
    "text elements",
    "embedded files",
    "drawing",
    "contents",
    "table of contents",
    "introduction",
    "abstract",
];

/// `1. 甲`, `一、甲`.
fn is_numbered(heading: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest = heading.trim_start_matches(is_number);
    let number = heading.len() - rest.len();
    (1..=9).contains(&number) && rest.starts_with(['.', '、', '．', ' '])
}

/// A line that is a date, and little else.
fn is_date_line(line: &str) -> bool {
    letters_beside_a_date(line).is_some_and(|others| others <= 4)
}

/// How many letters a line with a date has that say nothing of the day; `None` where it has no date,
/// or is a sentence.
fn letters_beside_a_date(line: &str) -> Option<usize> {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let is_date =
        |c: char| "年月日号时分秒星期周一二三四五六天上下午发布更新表于时间日期".contains(c);
    let others = line
        .chars()
        .filter(|&c| c.is_alphabetic() && !is_date(c))
        .count();
    (Published::parse(line).is_some() && letters(line) <= 20).then_some(others)
}

fn is_greeting(line: &str) -> bool {
    let greetings = [
        "大家好",
        "各位",
        "朋友们",
        "早上好",
        "早安",
        "下午好",
        "晚上好",
        "晚安",
        "你好",
        "您好",
        "亲爱的",
        "哈喽",
        "嗨",
    ];
    let is_short = line.chars().count() <= 20;
    is_short && greetings.iter().any(|greeting| line.starts_with(greeting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_names_of_files() {
        let cases = [
            (
                "日更/2024/07/0702澜汐转债提议下修.md",
                Some("澜汐转债提议下修"),
            ),
            ("2024-06-05-凌川文件名标题.md", Some("凌川文件名标题")),
            ("2024年7月9日 复盘笔记.md", Some("复盘笔记")),
            ("20240709_汀洲银行（上）.md", Some("汀洲银行（上）")),
            ("汀洲银行-2024-07-09.md", Some("汀洲银行")),
            ("阿砚-2024-07-09-交易日记.md", Some("阿砚 交易日记")),
            ("03-估值方法.md", Some("估值方法")),
            ("600519公告.md", Some("600519公告")),
            ("3月复盘.md", Some("3月复盘")),
            ("2024-01-02-weekly-review.md", Some("weekly review")),
            ("Bitcoin.md", Some("Bitcoin")),
            ("2022-02-09-NW202202091234567890.md", None),
            ("-202205261234567890.md", None),
            ("000_07e93f8300569c11.txt", None),
            ("post.md", None),
            ("a.txt", None),
            ("index.html", None),
            ("2024-07-09.md", None),
            ("t20230105_4711.html", None),
            ("未命名.md", None),
            ("总结@20260214_213156.md", Some("总结")),
            ("记录 2024年7月9日-093000.md", Some("记录")),
            ("2024-07-09-093000.md", None),
            ("2024-07-09 000001.md", None),
            ("复盘_2024-07-09_235959.md", Some("复盘")),
            ("2024-07-09 600519公告.md", Some("600519公告")),
            ("2024-07-09 Tuesday.md", None),
            ("2024-07-09-tue.md", None),
            ("2024-07-09 Sunrise.md", Some("Sunrise")),
            ("2024-07-09-2023年报.md", Some("2023年报")),
            ("潮汐收割.excalidraw.md", Some("潮汐收割")),
            ("Drawing 2025-04-01 01.23.24.excalidraw.md", None),
        ];
        for (path, expected) in cases {
            assert_eq!(of_file(Path::new(path)).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn bylines_dates_and_greetings_are_no_titles() {
        for line in [
            "文｜阿砚",
            "文/阿砚",
            "作者：阿砚",
            "来源：汀洲日报",
            "2024年7月9日 星期二",
            "2024-07-09 09:30",
            "大家好，我是阿砚。",
            "各位投资者早上好！",
            "发布时间：2024-07-09",
            "#工作日志",
            "#日记 #投资/复盘",
            "昨天:: 2024-03-05",
            "mood:: 5",
        ] {
            assert!(is_no_title(line), "{line}");
        }
        for line in [
            "文旅复苏",
            "作者权益受关注",
            "2024年7月9日沪指收涨，青垣控股领涨",
            "砚湖转债下修落地",
            "图解财报",
            "#汀洲港# 收涨",
            "#1 澜汐",
            "澜汐：汀洲",
            "std::vec 的用法",
        ] {
            assert!(!is_no_title(line), "{line}");
        }
    }
}
