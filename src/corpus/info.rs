//! The line between the title and the text of an article: `2023年01月05日09:30 来源：汀洲日报 作者：阿砚`.

use super::{Paragraph, Published, date};

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
        Self::of_runs(lines_of(paragraphs).map(|line| Some(line).filter(|line| is_line(line))))
    }

    /// What a page says: the line above its text; below it begin a line that names what it says, and
    /// one with a time of day. A year of a table of years is no date of a page.
    pub(super) fn of_page(paragraphs: &[Paragraph]) -> Self {
        let mut is_below = false;
        let lines = lines_of(paragraphs).map(|line| {
            let counts = is_line(line)
                && (has_label(line) || !is_month(line) && (!is_below || has_time(line)));
            is_below |= is_text(line);
            counts.then_some(line)
        });
        let mut info = Self::of_runs(lines).unwrap_or_default();
        if info.published.is_none() {
            info.published = stated(paragraphs);
        }
        info
    }

    /// What the first run of lines says that has a date; else the first.
    fn of_runs<'a>(lines: impl Iterator<Item = Option<&'a str>>) -> Option<Self> {
        let lines: Vec<Option<&str>> = lines.collect();
        let runs = lines.split(Option::is_none).filter(|run| !run.is_empty());
        let mut first = None;
        for run in runs {
            let run: Vec<&str> = run.iter().copied().flatten().collect();
            let info = Self::of_lines(&run);
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

fn lines_of(paragraphs: &[Paragraph]) -> impl Iterator<Item = &str> {
    paragraphs.iter().map(|paragraph| paragraph.text.as_str())
}

fn has_label(line: &str) -> bool {
    ["来源：", "来源:", "作者：", "作者:", "发布时间"]
        .iter()
        .any(|label| line.contains(label))
}

/// Whether a line is of a text, and not of what stands around it.
fn is_text(line: &str) -> bool {
    line.contains('。') || line.chars().count() > MAX_LINE
}

fn has_time(line: &str) -> bool {
    date_in(line).is_some_and(|date| date.to_string().contains('T'))
}

/// Whether the date of a line is a month: `1998年9月 公司成立`.
fn is_month(line: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit();
    let head: String = line
        .trim_start_matches(|c| !digits(c))
        .chars()
        .take(MAX_DATE)
        .collect();
    let numbers: Vec<&str> = head
        .split(|c| !digits(c))
        .filter(|number| !number.is_empty())
        .collect();
    let is_number = numbers.first().is_some_and(|year| year.len() == 4);
    is_number && numbers.len() <= 2 && !head.contains(|c: char| c.is_ascii_alphabetic())
}

/// A date without a time of day has at most so many characters.
const MAX_DATE: usize = 13;

/// What stands before the day on which a page was written, and on which it was changed.
const PUBLISHED: &[&str] = &[
    "发布日期",
    "发布时间",
    "发表日期",
    "发表时间",
    "报告日期",
    "报告时间",
    "撰写日期",
    "撰写时间",
    "编制日期",
    "生成日期",
    "生成时间",
    "创建日期",
    "创建时间",
    "写作日期",
    "调研日期",
    "调研时间",
    "制定日期",
    "制定时间",
    "制作日期",
    "制作时间",
    "整理日期",
    "整理时间",
    "编写日期",
    "编写时间",
    "记录日期",
    "记录时间",
    "分析日期",
    "分析时间",
    "日期",
];
const UPDATED: &[&str] = &[
    "更新日期",
    "更新时间",
    "最后更新",
    "修改日期",
    "修改时间",
    "最后修改",
];

/// The day that a text states by such a word, at its head or at its end: when it was written, else when
/// it was changed.
pub(super) fn stated_at_ends(paragraphs: &[Paragraph]) -> Option<Published> {
    let head = paragraphs.len().min(MAX_HEAD);
    let foot = paragraphs.len().saturating_sub(MAX_FOOT).max(head);
    stated(&paragraphs[..head]).or_else(|| stated(&paragraphs[foot..]))
}

/// The end of a text is so many paragraphs.
const MAX_FOOT: usize = 4;

fn stated(paragraphs: &[Paragraph]) -> Option<Published> {
    let of = |labels: &[&str]| lines_of(paragraphs).find_map(|line| labelled(line, labels));
    of(PUBLISHED).or_else(|| of(UPDATED))
}

/// The date right after one of these labels: `📅 报告日期：2025年10月`.
fn labelled(line: &str, labels: &[&str]) -> Option<Published> {
    labels.iter().find_map(|label| {
        let (before, after) = line.split_once(label)?;
        let of_what = ["报告", "文档", "本文", "文章", "页面", "本页"];
        let before = of_what
            .iter()
            .find_map(|name| before.strip_suffix(name))
            .unwrap_or(before);
        let date = after.trim_start().strip_prefix(['：', ':'])?.trim_start();
        let is_own = !before.ends_with(char::is_alphabetic);
        let is_date = date.starts_with(|c: char| c.is_ascii_digit());
        Published::parse(date).filter(|_| is_own && is_date)
    })
}

/// Whether a line says when or by whom a text was published, and nothing else.
pub(super) fn is_line(line: &str) -> bool {
    let is_short = line.chars().count() <= MAX_LINE && !line.contains(['。', '！', '？', '，']);
    let has_label = has_label(line);
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    is_short
        && (date_in(line).is_some() && (has_label || letters <= MAX_LETTERS)
            || has_label && line.chars().count() <= 40)
}

const MAX_LINE: usize = 90;

/// A line with a date and more letters than this says something.
const MAX_LETTERS: usize = 14;

/// The date in a line that may have a few words before it; the days from one to another are none.
fn date_in(line: &str) -> Option<Published> {
    let mut before = ' ';
    if is_period(line) || is_of_other(line) {
        return None;
    }
    for (start, c) in line.char_indices().take(MAX_LINE) {
        let rest = &line[start..];
        let is_year = rest.starts_with("20") || rest.starts_with("19");
        let is_date = is_year && !before.is_ascii_digit()
            || !before.is_alphanumeric() && date::begins_with_month(rest);
        if is_date && let Some(published) = Published::parse(rest) {
            return Some(published);
        }
        before = c;
    }
    None
}

/// Whether a line dates something that a text is about: `成立日期：2018年3月16日`.
fn is_of_other(line: &str) -> bool {
    let label = line.split_once(['：', ':']).map_or("", |(label, _)| label);
    let of = ["日期", "时间"]
        .iter()
        .find_map(|word| label.trim_end().strip_suffix(word));
    of.is_some_and(|of| OTHERS.iter().any(|other| of.ends_with(other)))
}

/// What has a day of its own.
const OTHERS: &[&str] = &[
    "成立", "上市", "挂牌", "注册", "登记", "出生", "会议", "开会", "开始", "结束", "截止", "截至",
    "到期", "生效", "施行", "申购", "派息", "除权", "除息",
];

/// Whether a line names the days from one to another: `2026年3月22日至27日`, `2026-03-22 ~ 2026-03-27`.
fn is_period(line: &str) -> bool {
    let signs = |c: char| "至到~～—–-－".contains(c);
    line.match_indices(signs).any(|(at, sign)| {
        let before = line[..at].trim_end();
        let after = line[at + sign.len()..].trim_start_matches(|c: char| c == ' ' || signs(c));
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_next = match after.len() - rest.len() {
            1 | 2 => rest.starts_with(['日', '月']),
            4 => rest.starts_with(['年', '-', '/', '.']),
            _ => false,
        };
        before.ends_with(|c: char| c == '日' || c.is_ascii_digit()) && is_next
    })
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
    fn the_date_of_a_page() {
        let cases: [(&[&str], &str); 12] = [
            (
                &[
                    "阿砚小传",
                    "1998年9月 - 公司成立",
                    "2004-08-19 上市",
                    "他生于汀洲。",
                ],
                "2004-08-19",
            ),
            (
                &[
                    "阿砚小传",
                    "1998年9月 - 公司成立",
                    "他生于汀洲。",
                    "2004-08-19 上市",
                ],
                "",
            ),
            (
                &[
                    "甲",
                    "正文一段。",
                    "2004年8月19日 上市",
                    "最后更新: 2025年11月",
                ],
                "2025-11-01",
            ),
            (
                &[
                    "甲",
                    "正文一段。",
                    "更新时间：2025年11月 | 涵盖 2014-2017",
                    "报告生成时间：2025年10月24日",
                ],
                "2025-10-24",
            ),
            (
                &["甲", "📅 报告日期: 2025年10月 | 共三章", "正文。"],
                "2025-10-01",
            ),
            (
                &["甲", "作者：阿砚 | 日期：2025-10-28", "正文。"],
                "2025-10-28",
            ),
            (&["甲", "正文。", "上市日期：2004-08-19"], ""),
            (
                &[
                    "甲",
                    "报告期间：2026年3月22日至27日",
                    "报告日期：2026年3月29日",
                ],
                "2026-03-29",
            ),
            (&["甲", "2026年3月23日—3月27日 行情", "正文。"], ""),
            (&["甲", "2026-03-23 - 2026-03-27", "正文。"], ""),
            (
                &["甲", "正文。", "2023-01-05 09:30 汀洲日报"],
                "2023-01-05T09:30:00+08:00",
            ),
            (
                &["甲", "正文。", "2023年01月05日 来源：汀洲日报"],
                "2023-01-05",
            ),
        ];
        for (lines, date) in cases {
            let paragraph = |line: &&str| Paragraph {
                text: (*line).to_owned(),
                heading: false,
            };
            let paragraphs: Vec<_> = lines.iter().map(paragraph).collect();
            let found = Info::of_page(&paragraphs).published;
            let found = found.map(|found| found.to_string()).unwrap_or_default();
            assert_eq!(found, date, "{lines:?}");
        }
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
