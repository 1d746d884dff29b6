//! The line between the title and the text of an article: `2023年01月05日09:30 来源：汀洲日报 作者：阿砚`.

use super::{Paragraph, Published};

/// What the line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Info {
    pub(super) published: Option<Published>,
    pub(super) source: String,
    pub(super) authors: Vec<String>,
}

impl Info {
    /// What is said at the head of a text.
    pub(super) fn of_text(paragraphs: &[Paragraph]) -> Self {
        let head = &paragraphs[..paragraphs.len().min(MAX_HEAD)];
        Self::find(head).unwrap_or_default()
    }

    /// What such lines of a page say; the first that has a date, and those beside it.
    pub(super) fn find(paragraphs: &[Paragraph]) -> Option<Self> {
        let lines: Vec<&str> = paragraphs
            .iter()
            .map(|paragraph| paragraph.text.as_str())
            .collect();
        let runs = lines
            .split(|line| !is_line(line))
            .filter(|run| !run.is_empty());
        let mut first = None;
        for info in runs.map(Self::of_lines) {
            if info.published.is_some() {
                return Some(info);
            }
            first.get_or_insert(info);
        }
        first
    }

    fn of_lines(lines: &[&str]) -> Self {
        let mut info = Info::default();
        for line in lines {
            info.published = info.published.or_else(|| date_in(line));
            if info.source.is_empty() {
                info.source =
                    after(line, &["来源：", "来源:", "出处：", "媒体："]).unwrap_or_default();
            }
            if info.authors.is_empty() {
                info.authors
                    .extend(after(line, &["作者：", "作者:", "文/", "文｜", "记者："]));
            }
        }
        info
    }
}

/// The head of a text is so many paragraphs.
const MAX_HEAD: usize = 6;

/// Whether a line says when or by whom a text was published, and nothing else.
pub(super) fn is_line(line: &str) -> bool {
    let is_short = line.chars().count() <= MAX_LINE && !line.contains(['。', '！', '？', '，']);
    let has_label = ["来源：", "来源:", "作者：", "作者:", "发布时间"]
        .iter()
        .any(|label| line.contains(label));
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    is_short
        && (date_in(line).is_some() && (has_label || letters <= MAX_LETTERS)
            || has_label && line.chars().count() <= 40)
}

const MAX_LINE: usize = 90;

/// A line with a date and more letters than this says something.
const MAX_LETTERS: usize = 14;

/// The date in a line that may have a few words before it.
fn date_in(line: &str) -> Option<Published> {
    let mut before = ' ';
    for (start, c) in line.char_indices().take(MAX_LINE) {
        let is_year = line[start..].starts_with("20") || line[start..].starts_with("19");
        if is_year
            && !before.is_ascii_digit()
            && let Some(published) = Published::parse(&line[start..])
        {
            return Some(published);
        }
        before = c;
    }
    None
}

/// The word after a label.
fn after(line: &str, labels: &[&str]) -> Option<String> {
    let rest = labels
        .iter()
        .find_map(|label| Some(line.split_once(label)?.1))?;
    let word = rest
        .trim_start()
        .split([' ', '\u{3000}', '|', '｜', '（', '(', '：'])
        .next()?;
    let word = word.trim_end_matches(['）', ')', '】']).trim();
    let is_name = (1..=20).contains(&word.chars().count());
    is_name.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(lines: &[&str]) -> (String, String, Vec<String>) {
        let paragraph = |line: &&str| Paragraph {
            text: (*line).to_owned(),
            heading: false,
        };
        let paragraphs: Vec<_> = lines.iter().map(paragraph).collect();
        let info = Info::find(&paragraphs).unwrap_or_default();
        let published = info.published.map(|published| published.to_string());
        (published.unwrap_or_default(), info.source, info.authors)
    }

    #[test]
    fn the_line_between_title_and_text() {
        let cases: [(&[&str], &str, &str, &[&str]); 6] = [
            (
                &["标题", "2023年01月05日09:30 来源：汀洲日报", "正文。"],
                "2023-01-05T09:30:00+08:00",
                "汀洲日报",
                &[],
            ),
            (
                &["2023-01-05 09:30:00 来源：汀洲日报 作者：阿砚 评论(0)"],
                "2023-01-05T09:30:00+08:00",
                "汀洲日报",
                &["阿砚"],
            ),
            (
                &["来源：汀洲日报", "作者：阿砚", "2023-01-05 09:30"],
                "2023-01-05T09:30:00+08:00",
                "汀洲日报",
                &["阿砚"],
            ),
            (
                &["发布时间：2023-01-05 来源：汀洲日报"],
                "2023-01-05",
                "汀洲日报",
                &[],
            ),
            (
                &["阿砚 2023-01-05 09:30"],
                "2023-01-05T09:30:00+08:00",
                "",
                &[],
            ),
            (&["2023年1月5日，公司公告称将回购。"], "", "", &[]),
        ];
        for (lines, published, source, authors) in cases {
            let found = info(lines);
            let authors: Vec<String> = authors.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(
                found,
                (published.to_owned(), source.to_owned(), authors),
                "{lines:?}"
            );
        }
    }
}
