//! The body of a post or a record → what it says, by the reader of its form.

use std::borrow::Cow;

use super::content::Content;
use super::{html, lines, markdown, markup, scripts, text};

/// Reads the body of a post: HTML, or Markdown with HTML in it.
pub(super) fn of_post(body: &str) -> Content {
    if is_html(body) {
        without_marks(html::read(&markdown::without_tags(body)))
    } else {
        of_markdown(body)
    }
}

fn of_markdown(body: &str) -> Content {
    let mut content = Content::default();
    let texts = markdown::texts_of_drawing(body);
    for piece in markdown::pieces(&texts) {
        content.append(html::read(&markdown::to_html(piece)));
    }
    content
}

/// Reads a piece of a page.
pub(super) fn of_page(piece: &str) -> Content {
    without_marks(html::read_page(piece))
}

/// HTML that stands where Markdown may: who wrote it may have left marks in it.
fn without_marks(mut content: Content) -> Content {
    content.write_formulas(false);
    for paragraph in &mut content.paragraphs {
        if let Cow::Owned(text) = text::without_stars(&paragraph.text) {
            paragraph.text = text;
        }
    }
    content
}

/// Reads the body of a record: HTML where it has a tag, Markdown where it has what plain text has not, else
/// plain text.
pub(super) fn of_record(body: &str) -> Content {
    if !markup::is_html(body) {
        if is_markdown(body) {
            return of_markdown(body);
        }
        let text = text::without_entities(body);
        let text = scripts::without_scripts(&text);
        return Content::of_paragraphs(lines::paragraphs(&text));
    }
    let mut content = html::read(body);
    content.write_formulas(false);
    content.cut_end();
    content
}

/// Whether a body has tags, and nothing outside of its blocks that only Markdown has.
fn is_html(body: &str) -> bool {
    (markup::is_html(body) || body.contains("<!--")) && !has_markdown(body)
}

/// Whether a block of lines that is no element has a mark of Markdown.
fn has_markdown(body: &str) -> bool {
    let mut is_block_of_html = false;
    let mut after_blank = true;
    for line in body.lines() {
        let text = line.trim();
        if after_blank {
            is_block_of_html = markup::begins_block(text);
        }
        after_blank = text.is_empty();
        if !is_block_of_html && (begins_with_mark(text) || holds_mark(text)) {
            return true;
        }
    }
    false
}

/// Whether a text without tags has a heading, a fence, a table, a link or a picture of Markdown: `#话题#`, `[1]`
/// and a dash at the head of a line are plain text.
fn is_markdown(text: &str) -> bool {
    let mut marks = memchr::memchr3_iter(b'#', b'`', b'(', text.as_bytes());
    let has_mark = marks.any(|at| {
        let (before, here) = text.split_at(at);
        let before_line = before.trim_end_matches(' ');
        let begins_text = before_line.is_empty();
        let begins_line = begins_text || before_line.ends_with('\n');
        match here.as_bytes()[0] {
            b'#' if begins_line => {
                let title = here.trim_start_matches('#');
                let level = here.len() - title.len();
                let is_level = (2..=6).contains(&level) || level == 1 && begins_text;
                is_level && title.starts_with(' ')
            }
            b'`' => begins_line && here.starts_with("```"),
            b'(' => before.strip_suffix(']').is_some_and(|name| {
                let address = ["(http://", "(https://", "(/", "(data:image/"];
                let is_picture = || name.rfind('[').is_some_and(|at| name[..at].ends_with('!'));
                address.iter().any(|begin| here.starts_with(begin)) || is_picture()
            }),
            _ => false,
        }
    });
    has_mark || text.contains("--") && text.lines().map(str::trim).any(is_rule_of_table)
}

fn begins_with_mark(line: &str) -> bool {
    let is_heading = line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
    let is_rule = line.len() >= 3 && line.bytes().all(|b| matches!(b, b'-' | b'*' | b'_' | b'='));
    let signs = [
        "- ", "* ", "+ ", "> ", "```", "~~~", "##", "|", ":::", "!!! ",
    ];
    is_heading
        || is_rule
        || is_rule_of_table(line)
        || signs.iter().any(|sign| line.starts_with(sign))
}

/// `-----|----:`, below the head of a table.
fn is_rule_of_table(line: &str) -> bool {
    line.contains("--")
        && line.contains('|')
        && line.bytes().all(|b| matches!(b, b'-' | b'|' | b':' | b' '))
}

fn holds_mark(line: &str) -> bool {
    ["](", "**", "`", "~~", "==", "{%", "{{", "[[", "[^", "$$"]
        .iter()
        .any(|mark| line.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paragraphs of the body of a record.
    fn read(body: &str) -> String {
        let paragraphs = of_record(body).paragraphs.into_iter();
        let texts: Vec<String> = paragraphs.map(|paragraph| paragraph.text).collect();
        texts.join("\n")
    }

    #[test]
    fn records_in_markdown() {
        for (body, expected) in [
            (
                "## 一、概况\n\n云帆科技**营收**增长，见[公告](http://a.example/1)。\n\n- 甲\n- 乙",
                "一、概况\n云帆科技营收增长，见公告。\n甲\n乙",
            ),
            (
                "# 云帆科技中标\n\n公告称，拟*回购*股份。",
                "云帆科技中标\n公告称，拟回购股份。",
            ),
            (
                "公告如下。\n\n![图1](images/1.png)\n\n完。",
                "公告如下。\n完。",
            ),
            (
                "数据见表。\n\n| 项目 | 数额 |\n|:---|---:|\n| 营收 | 3亿 |",
                "数据见表。\n项目 数额\n营收 3亿",
            ),
            ("代码：\n\n```\na = 1\n```\n\n完。", "代码：\na = 1\n完。"),
            // Each line is a paragraph, as in plain text.
            (
                "第一段说云帆科技。\n第二段说蓝湖股份。\n### 小标题\n第三段。",
                "第一段说云帆科技。\n第二段说蓝湖股份。\n小标题\n第三段。",
            ),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn records_in_plain_text() {
        for (body, expected) in [
            (
                "#云帆科技# 涨停\n# 云帆科技 涨停",
                "#云帆科技# 涨停\n# 云帆科技 涨停",
            ),
            ("- 甲\n- 乙 [1](注)", "- 甲\n- 乙 [1](注)"),
            ("股东张**、李**减持 2*3*4", "股东张**、李**减持 2*3*4"),
            (
                "出售给江苏**有限公司和蓝风**公司",
                "出售给江苏**有限公司和蓝风**公司",
            ),
            ("甲 | 乙\n甲--乙\n----", "甲 | 乙\n甲--乙\n----"),
            ("arr[i](x)与`code`、C# 语言", "arr[i](x)与`code`、C# 语言"),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }
}
