//! The day in the path of a file.

use std::path::Path;

use crate::corpus::Published;

/// The day that the path of a file tells: its name (`20240708-公告.md`, `复盘 2024年7月9日.md`), or its
/// name and the folders that it is in (`2026/02/07.md`, `2024/07/0702公告.md`).
pub(in crate::corpus) fn day(path: &Path) -> Option<Published> {
    let name = path.file_stem()?.to_string_lossy();
    let folders: Vec<_> = path
        .parent()?
        .components()
        .rev()
        .take(MAX_FOLDERS)
        .map(|folder| folder.as_os_str().to_string_lossy())
        .collect();
    let folders: Vec<&str> = folders.iter().map(|folder| folder.as_ref()).collect();
    day_in(&name)
        .or_else(|| day_below(&folders, &name))
        .or_else(|| day_in(folders.first()?))
}

/// The day with which the name of a folder begins that a file is in, but not right in it:
/// `2024-07-08-汀洲港/纪要/01.md`. All below it may be older, so that it counts where nothing else tells a
/// day.
pub(in crate::corpus) fn day_of_outer_folder(path: &Path) -> Option<Published> {
    let folders = path.parent()?.components().rev();
    folders.skip(1).take(MAX_FOLDERS - 1).find_map(|folder| {
        let (place, day) = find(&folder.as_os_str().to_string_lossy())?;
        (place.start == 0).then_some(day)
    })
}

/// The day that the folders of an address tell: `…/stock/2024-07-09/doc-1.html`, `…/2024/0709/c1-2.html`;
/// of one of the same site, too: `/2024/07/09/a/`.
/// What its last part says may be a number of the article.
pub(in crate::corpus) fn day_of_address(address: &str) -> Option<Published> {
    let path = match address.split_once("://") {
        Some((_, path)) => path,
        None => Some(address).filter(|address| address.starts_with('/'))?,
    };
    let path = path.split(['?', '#']).next()?;
    let folders: Vec<&str> = path.split('/').skip(1).collect();
    let (_, folders) = folders.split_last()?;
    let whole = |folder: &str| {
        let (place, day) = find(folder)?;
        (place == (0..folder.len())).then_some(day)
    };
    let mut around = Vec::new();
    let in_parts = folders.iter().find_map(|folder| {
        let day = day_below(&around, folder).filter(|_| leading_digits(folder) == *folder);
        around.insert(0, *folder);
        day
    });
    folders.iter().find_map(|folder| whole(folder)).or(in_parts)
}

/// How many folders above a file are looked at.
const MAX_FOLDERS: usize = 4;

/// Where a whole date is in a name, and which.
pub(in crate::corpus) fn find(name: &str) -> Option<(std::ops::Range<usize>, Published)> {
    let mut before = ' ';
    for (start, c) in name.char_indices() {
        let begins = c.is_ascii_digit() && !before.is_ascii_digit();
        before = c;
        if begins && let Some((length, day)) = date_at(&name[start..]) {
            return Some((start..start + length, day));
        }
    }
    None
}

fn day_in(name: &str) -> Option<Published> {
    find(name).map(|(_, day)| day)
}

/// The date that a text begins with, and how long it is.
fn date_at(text: &str) -> Option<(usize, Published)> {
    let digits = leading_digits(text);
    if matches!(digits.len(), 8 | 12 | 14) {
        return Some((digits.len(), day_of_digits(&digits[..8])?));
    }
    if digits.len() != 4 {
        return None;
    }
    let separator = text[4..]
        .chars()
        .next()
        .filter(|c| "-_./年 ".contains(*c))?;
    let month_at = 4 + separator.len_utf8();
    let month = leading_digits(&text[month_at..]);
    let day_at = month_at + month.len();
    let middle = if separator == '年' { '月' } else { separator };
    let rest = text[day_at..].strip_prefix(middle)?;
    let day = leading_digits(rest);
    if !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    let mut end = day_at + middle.len_utf8() + day.len();
    end += text[end..]
        .chars()
        .next()
        .filter(|c| "日号".contains(*c))
        .map_or(0, char::len_utf8);
    Some((end, checked(number(digits)?, number(month)?, number(day)?)?))
}

/// The day of a name that gives it only in part, in folders that give the rest; the innermost first.
fn day_below(folders: &[&str], name: &str) -> Option<Published> {
    let year_and_month = year_and_month(folders);
    let leading = leading_digits(name);
    if let Some((year, month)) = year_and_month {
        let day = match leading.len() {
            1 | 2 => Some((month, number(leading)?)),
            // `0702` below July: month and day.
            4 => Some((number(&leading[..2])?, number(&leading[2..])?))
                .filter(|(of_name, _)| *of_name == month),
            _ => None,
        };
        let ends = ends_day(&name[leading.len()..]);
        if let Some((month, day)) = day.filter(|_| ends || leading.len() == 4) {
            return checked(year, month, day);
        }
        // `7月2日.md`, `07-02 公告.md` below July.
        let (of_name, day) = month_and_day(name)?;
        return checked(year, of_name, day).filter(|_| of_name == month);
    }
    let year = year(folders.first()?)?;
    let (month, day) = match leading.len() {
        4 => (number(&leading[..2])?, number(&leading[2..])?),
        _ => month_and_day(name)?,
    };
    checked(year, month, day)
}

/// What may come after the number of a day: nothing, `日`, or a sign before a title.
fn ends_day(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['日', '号', '-', '_', ' '])
}

/// `7月2日`, `07-02`, `07.02`.
fn month_and_day(name: &str) -> Option<(i8, i8)> {
    let month = leading_digits(name);
    let rest = name[month.len()..].strip_prefix(['月', '-', '_', '.'])?;
    let day = leading_digits(rest);
    let is_plain = (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    is_plain.then_some((number(month)?, number(day)?))
}

/// Year and month of the innermost folders: `07` in `2024`, `7月` in `2024年`, `2024-07`, `202407`.
fn year_and_month(folders: &[&str]) -> Option<(i16, i8)> {
    let inner = folders.first()?;
    let digits = leading_digits(inner);
    if digits.len() == 6 && digits.len() == inner.len() {
        return Some((number(&digits[..4])?, number(&digits[4..])?)).filter(is_month);
    }
    if digits.len() == 4 && inner.len() > 4 {
        let rest = inner[4..].trim_start_matches(['-', '_', '.', '年', ' ']);
        let month = leading_digits(rest);
        let ends = matches!(&rest[month.len()..], "" | "月");
        return Some((number(digits)?, number(month)?)).filter(|month| ends && is_month(month));
    }
    let ends = matches!(&inner[digits.len()..], "" | "月");
    let year = year(folders.get(1)?)?;
    Some((year, number(digits)?)).filter(|month| ends && is_month(month))
}

fn is_month((year, month): &(i16, i8)) -> bool {
    YEARS.contains(year) && (1..=12).contains(month)
}

/// `2024` or `2024年`.
fn year(folder: &str) -> Option<i16> {
    let digits = leading_digits(folder);
    let is_year = digits.len() == 4 && matches!(&folder[4..], "" | "年");
    Some(number(digits)?).filter(|year| is_year && YEARS.contains(year))
}

fn day_of_digits(digits: &str) -> Option<Published> {
    checked(
        number(&digits[..4])?,
        number(&digits[4..6])?,
        number(&digits[6..])?,
    )
}

fn checked(year: i16, month: i8, day: i8) -> Option<Published> {
    Published::day(year, month, day).filter(|_| YEARS.contains(&year))
}

/// The years that a number in a path may mean.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2099;

fn leading_digits(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    &text[..end]
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_addresses() {
        for (address, expected) in [
            (
                "https://a.example/stock/2020-06-18/doc-7672304.shtml",
                Some("2020-06-18"),
            ),
            (
                "http://a.example/n1/2020/0618/c1004-31751.html",
                Some("2020-06-18"),
            ),
            (
                "http://a.example/2020-06/18/content_5520.htm?from=x",
                Some("2020-06-18"),
            ),
            ("https://a.example/2020/06/18/zhouji/", Some("2020-06-18")),
            (
                "https://a.example/a/20200618/123456789.html",
                Some("2020-06-18"),
            ),
            ("https://a.example/2020/6/18/1", Some("2020-06-18")),
            ("https://a.example/a/20200618.html", None),
            ("https://a.example/2020/06/zhouji.html", None),
            ("https://a.example/600519/20201399/1.html", None),
            ("https://a.example/s/2020-06-18-weekly/1.html", None),
            ("https://a.example", None),
        ] {
            let day = day_of_address(address).map(|day| day.to_string());
            assert_eq!(day.as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn days_in_paths() {
        let cases = [
            (
                "_posts/2022-02-09-NW202202091234567890.md",
                Some("2022-02-09"),
            ),
            ("2022-02-09.md", Some("2022-02-09")),
            ("a/20240708-公告.md", Some("2024-07-08")),
            ("a/2024年7月9日 复盘.md", Some("2024-07-09")),
            ("复盘2024年07月09日.md", Some("2024-07-09")),
            ("复盘-20240709.md", Some("2024-07-09")),
            ("复盘_2024_7_9.txt", Some("2024-07-09")),
            ("2024.07.09 复盘.md", Some("2024-07-09")),
            ("t20230105_4711.html", Some("2023-01-05")),
            ("20230105093000.html", Some("2023-01-05")),
            ("2026/02/07.md", Some("2026-02-07")),
            ("日更/2026/2/7日 复盘.md", Some("2026-02-07")),
            ("日更/2024/07/0702澜汐转债提议下修.md", Some("2024-07-02")),
            ("2024/0702 公告.md", Some("2024-07-02")),
            ("2024年/7月/9日.md", Some("2024-07-09")),
            ("2024/7月9日.md", Some("2024-07-09")),
            ("2024-07/09.md", Some("2024-07-09")),
            ("202407/09-公告.md", Some("2024-07-09")),
            ("2024-07-09/公告.md", Some("2024-07-09")),
            ("2024/07/公告.md", None),
            ("2024/07/0802公告.md", None),
            ("-202205262391921712.md", None),
            ("2022-02-30-x.md", None),
            ("2022-02-0912.md", None),
            ("600519-公告.md", None),
            ("12345678.html", None),
            ("公告.md", None),
        ];
        for (path, expected) in cases {
            let day = day(Path::new(path)).map(|day| day.to_string());
            assert_eq!(day.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn folders_that_begin_with_a_day() {
        let cases = [
            ("2024-07-08-汀洲港/纪要/01.md", Some("2024-07-08")),
            ("甲/20240708 汀洲港/乙/丙/01.md", Some("2024-07-08")),
            ("2024-07-08/01.md", None),
            ("汀洲港-2024-07-08/纪要/01.md", None),
            ("2024-07/纪要/01.md", None),
            ("01.md", None),
        ];
        for (path, expected) in cases {
            let day = day_of_outer_folder(Path::new(path)).map(|day| day.to_string());
            assert_eq!(day.as_deref(), expected, "{path}");
        }
    }
}
