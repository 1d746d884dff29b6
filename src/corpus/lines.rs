//! Lines of text → paragraphs: which line ends are in the middle of a sentence.
//!
//! Archives break texts where no paragraph ends: around a linked name, or at a fixed width. Such
//! lines are joined; a line that may be a paragraph of its own stays one.

use super::text;

/// Joins the lines of a text that are parts of one paragraph. Lines are trimmed; a blank one ends a
/// paragraph.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    if !text.contains(['\n', '\r']) {
        return Vec::from_iter(
            Some(text.trim())
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
    }
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.split(['\n', '\r']) {
        // Two blanks of full width begin a paragraph.
        if line.trim().is_empty() || line.starts_with(INDENT) {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut().filter(|_| !line.trim().is_empty()) {
            block.push(line.trim());
        }
    }
    let mut paragraphs = Vec::new();
    for (block, joins) in blocks.iter().zip(joins(&blocks)) {
        let mut paragraph = String::new();
        for (i, line) in block.iter().enumerate() {
            if i > 0 && joins[i - 1] {
                paragraph.push_str(between(&paragraph, line));
            } else if i > 0 {
                paragraphs.push(std::mem::take(&mut paragraph));
            }
            paragraph.push_str(line);
        }
        if !paragraph.is_empty() {
            paragraphs.push(paragraph);
        }
    }
    paragraphs
}

const INDENT: &str = "\u{3000}\u{3000}";

/// For each block of lines, without blank ones between: which of its line ends are no end of a
/// paragraph.
pub(super) fn joins<S: AsRef<str>>(blocks: &[Vec<S>]) -> Vec<Vec<bool>> {
    let are_single = blocks.iter().all(|block| block.len() < 2);
    let width = if are_single { None } else { wrapped_at(blocks) };
    let of_block = |block: &Vec<S>| {
        let lines: Vec<&str> = block.iter().map(AsRef::as_ref).collect();
        let ends = 1..lines.len().max(1);
        ends.map(|next| is_joined(&lines, next, width)).collect()
    };
    blocks.iter().map(of_block).collect()
}

/// What belongs between two lines that are joined: a blank between Latin words, else nothing.
pub(super) fn between(line: &str, next: &str) -> &'static str {
    let is_end = |c: char| c.is_ascii_alphanumeric() || ",.;:!?)".contains(c);
    let ends = line.chars().next_back().is_some_and(is_end);
    let begins = next.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(');
    if ends && begins { " " } else { "" }
}

/// Whether the line before `next` and that one are parts of one sentence, or of one paragraph that
/// was broken at a width.
fn is_joined(lines: &[&str], next: usize, width: Option<usize>) -> bool {
    let (line, after) = (lines[next - 1].trim(), lines[next].trim());
    if line.is_empty() || after.is_empty() || begins_item(after) {
        return false;
    }
    if ends_inside(line) || begins_inside(after) {
        return true;
    }
    if width.is_some_and(|width| columns(line) + MAX_RAGGED >= width) && !begins_item(line) {
        return true;
    }
    // A few characters alone, between two parts of a sentence.
    let is_before = is_fragment(after)
        && is_unfinished(line)
        && lines.get(next + 1).is_some_and(|rest| is_prose(rest));
    let is_behind = is_fragment(line)
        && is_prose(after)
        && next >= 2
        && is_joined(&lines[..=next], next - 1, width);
    is_before || is_behind
}

/// The width in columns at which a text was broken, where it was: its longest lines are of one
/// length, and end inside of sentences.
fn wrapped_at<S: AsRef<str>>(blocks: &[Vec<S>]) -> Option<usize> {
    let mut full_ends = 0;
    let mut ends_open = 0;
    let mut last_ends = 0;
    let width = blocks
        .iter()
        .flatten()
        .map(|line| columns(line.as_ref()))
        .max()?;
    if !(MIN_WIDTH..=MAX_WIDTH).contains(&width) {
        return None;
    }
    for block in blocks {
        let Some((last, lines)) = block.split_last() else {
            continue;
        };
        last_ends += usize::from(!lines.is_empty() && ends_sentence(last.as_ref()));
        for line in lines {
            let line = line.as_ref();
            if columns(line) + MAX_RAGGED >= width {
                full_ends += 1;
                ends_open += usize::from(!ends_sentence(line));
            }
        }
    }
    let all: usize = blocks
        .iter()
        .map(|block| block.len().saturating_sub(1))
        .sum();
    let is_wrapped = full_ends >= 2
        && 3 * full_ends >= 2 * all
        && 3 * ends_open >= 2 * full_ends
        && last_ends > 0;
    is_wrapped.then_some(width)
}

/// Texts are broken at a width of so many columns; a Chinese character has two.
const MIN_WIDTH: usize = 36;
const MAX_WIDTH: usize = 160;

/// By so many columns a line may be shorter than the width at which it was broken: a sign does not
/// begin a line, and a Latin word stays whole.
const MAX_RAGGED: usize = 5;

fn columns(line: &str) -> usize {
    line.trim()
        .chars()
        .map(|c| {
            if c < '\u{2E80}' && !is_wide_sign(c) {
                1
            } else {
                2
            }
        })
        .sum()
}

fn is_wide_sign(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// A line that ends so goes on in the next.
fn ends_inside(line: &str) -> bool {
    line.ends_with(['，', '、', '（', '“', '《', '〈', '「', '『', '【', '‘'])
}

/// A line that begins so goes on with the one before.
fn begins_inside(line: &str) -> bool {
    line.starts_with([
        '，', '。', '、', '；', '：', '！', '？', '）', '”', '》', '〉', '」', '』', '】', '’',
        '%', '％',
    ])
}

fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['”', '’', '」', '』', '）', ')', '"', '》', '】']);
    line.ends_with(['。', '！', '？', '；', '…', '：', '.', '!', '?', ':', ';'])
}

/// The end of a sentence is missing, and it is a sentence: a sign is in it, or it is long, or it ends
/// with a word that something must follow.
fn is_unfinished(line: &str) -> bool {
    if ends_sentence(line) || begins_item(line) || text::is_byline(line) {
        return false;
    }
    let ends_open = line.ends_with([
        '与', '和', '及', '对', '向', '由', '被', '将', '在', '从', '为', '是', '于', '把', '比',
        '给', '同', '称', '据', '让', '的',
    ]);
    let has_end_inside = line.contains(['。', '！', '？', '；']);
    ends_open || has_end_inside
}

/// A few characters without a sign: a name.
fn is_fragment(line: &str) -> bool {
    let is_sign = |c: char| matches!(c, '，' | '。' | '；' | '：' | '！' | '？' | ':' | ';');
    line.len() <= 4 * MAX_FRAGMENT
        && line.chars().count() <= MAX_FRAGMENT
        && !line.chars().any(is_sign)
        && !begins_item(line)
}

const MAX_FRAGMENT: usize = 12;

/// Text that ends as sentences do, or has a comma in it.
fn is_prose(line: &str) -> bool {
    ends_sentence(line) || line.contains(['，', '。'])
}

/// `- `, `1. `, `一、`, `（一）`, `①`, `【`, `■` and the like.
fn begins_item(line: &str) -> bool {
    let is_bullet = line.starts_with([
        '-', '*', '+', '•', '·', '●', '■', '◆', '▲', '△', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧',
        '⑨', '【', '>', '|', '#',
    ]);
    let number = line.trim_start_matches(['（', '(', '第']);
    let rest = number
        .trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let is_number = rest.len() < number.len() && number.len() - rest.len() <= 9;
    let is_numbered = is_number && rest.starts_with(['、', '.', '．', '）', ')', '章', '节']);
    let is_decimal = rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    is_bullet || is_numbered && !is_decimal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(paragraphs(text), expected, "{text}");
    }

    #[test]
    fn a_name_alone_on_a_line_is_part_of_its_sentence() {
        check(
            "近日，\n汀洲银行\n，公告称将回购。",
            &["近日，汀洲银行，公告称将回购。"],
        );
        check(
            "记者从业内获悉，公司拟与\n汀洲银行\n签订合作协议，金额两亿元。\n第二段。",
            &[
                "记者从业内获悉，公司拟与汀洲银行签订合作协议，金额两亿元。",
                "第二段。",
            ],
        );
        check(
            "公告显示。受此影响\n青垣控股\n股价周四上涨，成交放大。",
            &["公告显示。受此影响青垣控股股价周四上涨，成交放大。"],
        );
        check(
            "其中，\n凌川股份\n、\n澜汐股份\n涨停。",
            &["其中，凌川股份、澜汐股份涨停。"],
        );
        check(
            "净利润同比增长\n12.5\n%，好于预期。",
            &["净利润同比增长", "12.5%，好于预期。"],
        );
        check(
            "据\n汀洲日报\n报道，公司停牌。",
            &["据汀洲日报报道，公司停牌。"],
        );
    }

    #[test]
    fn a_paragraph_of_its_own_stays_one() {
        check("第一段。\n第二段。", &["第一段。", "第二段。"]);
        check(
            "业绩大增\n公司公告称，净利润增长三成。",
            &["业绩大增", "公司公告称，净利润增长三成。"],
        );
        check(
            "业绩大增，股价翻倍\n公司公告称，净利润增长三成。",
            &["业绩大增，股价翻倍", "公司公告称，净利润增长三成。"],
        );
        check(
            "青垣控股\n凌川股份\n澜汐股份",
            &["青垣控股", "凌川股份", "澜汐股份"],
        );
        check(
            "涨幅居前：\n青垣控股\n凌川股份",
            &["涨幅居前：", "青垣控股", "凌川股份"],
        );
        check(
            "要点如下，\n一、营收增长。\n二、利润增长。",
            &["要点如下，", "一、营收增长。", "二、利润增长。"],
        );
        check("甲\n\n，乙", &["甲", "，乙"]);
    }

    #[test]
    fn a_paragraph_broken_at_a_width_is_one() {
        let text = "　　汀洲港集团周四公布，去年完成货物吞吐量六点二亿\n吨，同比增长百分之四，其中集装箱吞吐量首次突破一千\n五百万标准箱，增速居沿海港口前列。\n　　公司表示，今年将继续扩建码头，计划投资二十亿元，\n预计年底前完工。";
        check(
            text,
            &[
                "汀洲港集团周四公布，去年完成货物吞吐量六点二亿吨，同比增长百分之四，其中集装箱吞吐量首次突破一千五百万标准箱，增速居沿海港口前列。",
                "公司表示，今年将继续扩建码头，计划投资二十亿元，预计年底前完工。",
            ],
        );
        // A name over the break, a number over it, and a line that ends with its sentence.
        let over = "　　青垣控股周五在公告中表示，董事会已经同意向凌川\n股份出售子公司的全部股权，交易价格为人民币三点\n五亿元，预计增加当期净利润约一亿元。\n　　交易还要由股东大会批准。";
        check(
            over,
            &[
                "青垣控股周五在公告中表示，董事会已经同意向凌川股份出售子公司的全部股权，交易价格为人民币三点五亿元，预计增加当期净利润约一亿元。",
                "交易还要由股东大会批准。",
            ],
        );
        let english = "The company said on Thursday that it would\nbuy back shares worth two hundred million\nyuan over the next twelve months.";
        check(
            english,
            &[
                "The company said on Thursday that it would buy back shares worth two hundred million yuan over the next twelve months.",
            ],
        );
    }
}
