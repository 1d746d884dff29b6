//! Dates and numbers with their units, which are one thing to look for.

use std::ops::Range;

/// What may stand before a unit.
const MULTIPLES: [char; 5] = ['十', '百', '千', '万', '亿'];

/// What numbers count, the longer of two that begin alike first.
const UNITS: [&str; 42] = [
    "个百分点",
    "平方公里",
    "平方米",
    "百分点",
    "个基点",
    "立方米",
    "人民币",
    "千瓦时",
    "公里",
    "千米",
    "公斤",
    "千克",
    "美元",
    "港元",
    "日元",
    "欧元",
    "英镑",
    "基点",
    "盎司",
    "千瓦",
    "小时",
    "分钟",
    "元",
    "股",
    "吨",
    "倍",
    "匹",
    "台",
    "辆",
    "点",
    "人",
    "家",
    "天",
    "岁",
    "度",
    "桶",
    "克",
    "手",
    "张",
    "只",
    "米",
    "亩",
];

/// Where a folded text has a date of two parts or more (`1月5日`, `2022年1月`), or a number of two
/// digits or more with its unit (`1.5匹`, `30亿元`): in bytes, ascending.
pub(super) fn units(folded: &str) -> Vec<Range<usize>> {
    let mut units = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let rest = &folded[at..];
        let is_inside =
            folded[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        let found = Some(rest).filter(|_| !is_inside);
        let length = found.and_then(|rest| date(rest).or_else(|| measure(rest)));
        match length {
            Some(length) => {
                units.push(at..at + length);
                at += length;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    units
}

/// The length of the date that a text begins with.
fn date(text: &str) -> Option<usize> {
    let mut rest = text;
    let mut parts = 0;
    for (digits, signs) in [
        (4..=4, &["年"][..]),
        (1..=2, &["月"]),
        (1..=2, &["日", "号"]),
    ] {
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = &rest[count..];
        let sign = signs.iter().find(|sign| after.starts_with(**sign));
        match sign.filter(|_| digits.contains(&count)) {
            Some(sign) => {
                rest = &after[sign.len()..];
                parts += 1;
            }
            None if parts > 0 => break,
            None => {}
        }
    }
    (parts > 1).then_some(text.len() - rest.len())
}

/// The length of the number and the unit that a text begins with.
fn measure(text: &str) -> Option<usize> {
    let is_of_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let number = text.find(|c: char| !is_of_number(c))?;
    let digits = text[..number].bytes().filter(u8::is_ascii_digit).count();
    if digits < 2 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = &text[number..];
    let after = rest.trim_start_matches(MULTIPLES);
    let unit = UNITS.iter().find(|unit| after.starts_with(**unit));
    let length = rest.len() - after.len() + unit.map_or(0, |unit| unit.len());
    (length > 0).then_some(number + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_measures_are_one_thing() {
        for (text, expected) in [
            ("1月5日", &["1月5日"][..]),
            ("12月31号公告", &["12月31号"]),
            ("2022年1月", &["2022年1月"]),
            ("截至2022年1月5日收盘", &["2022年1月5日"]),
            ("1.5匹空调", &["1.5匹"]),
            ("30亿元", &["30亿元"]),
            ("1,200万股和25个基点", &["1,200万股", "25个基点"]),
            ("300万", &["300万"]),
            ("5月", &[]),
            ("2022年", &[]),
            ("3天", &[]),
            ("600519", &[]),
            ("5.7%", &[]),
            ("1月5", &[]),
            ("第十五条", &[]),
            (".5元", &[]),
            ("", &[]),
        ] {
            let found: Vec<&str> = units(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
