//! Days and spans of days as people write them. A day begins and ends at +08:00.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::{self, Offset};

/// The offset of every day in a query, the one of the archive.
const CHINA: Offset = tz::offset(8);

/// Whole days at +08:00, open at one end or closed at both: what a date filter lets pass.
///
/// The constructors understand a year, a month or a day of the years 1 to 9998, in the forms
/// `2022`, `2022-01`, `2022-1-5`, `2022/01/05`, `2022.1.5`, `202201`, `20220105`, `2022年1月5日`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    /// The first day that passes.
    first: Option<Date>,
    /// The day after the last that passes.
    end: Option<Date>,
}

/// The text is none of the forms of a date that [`Days`] understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write 2022, 2022-01, 2022-01-05, 20220105 or 2022年1月5日")]
pub struct NotADate(pub String);

impl Days {
    /// From the first day of `text` on, that day included.
    pub fn since(text: &str) -> Result<Days, NotADate> {
        let (first, _) = span(text)?;
        Ok(Days {
            first: Some(first),
            end: None,
        })
    }

    /// Up to the last day of `text`, that day included.
    pub fn until(text: &str) -> Result<Days, NotADate> {
        let (_, end) = span(text)?;
        Ok(Days {
            first: None,
            end: Some(end),
        })
    }

    /// Up to the day before the first day of `text`.
    pub fn before(text: &str) -> Result<Days, NotADate> {
        let (first, _) = span(text)?;
        Ok(Days {
            first: None,
            end: Some(first),
        })
    }

    /// Every day of `text`, which may also be a range `a..b` (both included, in either order),
    /// `a..` or `..b`.
    pub fn within(text: &str) -> Result<Days, NotADate> {
        let days = match text.split_once("..") {
            Some((from, "")) => Days::since(from),
            Some(("", to)) => Days::until(to),
            Some((one, other)) => span(one).and_then(|one| Ok(hull(one, span(other)?))),
            None => span(text).map(|span| hull(span, span)),
        };
        days.map_err(|_| NotADate(text.to_owned()))
    }

    /// The bounds in seconds since 1970-01-01T00:00:00Z: the first included, the second excluded.
    pub fn bounds(&self) -> (Option<i64>, Option<i64>) {
        (self.first.and_then(midnight), self.end.and_then(midnight))
    }
}

/// As a clause of a query, which parses to the same days.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.end) {
            (Some(first), Some(end)) => {
                let last = end.yesterday().unwrap_or(end);
                write!(f, "date:{first}..{last}")
            }
            (Some(first), None) => write!(f, "since:{first}"),
            (None, Some(end)) => write!(f, "before:{end}"),
            (None, None) => Ok(()),
        }
    }
}

fn hull(one: (Date, Date), other: (Date, Date)) -> Days {
    Days {
        first: Some(one.0.min(other.0)),
        end: Some(one.1.max(other.1)),
    }
}

fn midnight(day: Date) -> Option<i64> {
    let moment = CHINA.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(moment.as_second())
}

/// The first day of a year, month or day, and the day after its last.
fn span(text: &str) -> Result<(Date, Date), NotADate> {
    let ascii: String = text.chars().map(super::parse::ascii).collect();
    parts(&ascii)
        .and_then(|parts| span_of(&parts))
        .ok_or_else(|| NotADate(text.to_owned()))
}

fn span_of(parts: &[&str]) -> Option<(Date, Date)> {
    let year: i16 = number(parts.first()?, 4..=4)?;
    if !(1..=9998).contains(&year) {
        return None;
    }
    match parts {
        [_] => Some((date(year, 1, 1), date(year + 1, 1, 1))),
        [_, month] => {
            let first = Date::new(year, number(month, 1..=2)?, 1).ok()?;
            Some((first, first.checked_add(1.month()).ok()?))
        }
        [_, month, day] => {
            let day = Date::new(year, number(month, 1..=2)?, number(day, 1..=2)?).ok()?;
            Some((day, day.tomorrow().ok()?))
        }
        _ => None,
    }
}

/// Year, month and day of a date, the last one or two left out as the writer did.
fn parts(text: &str) -> Option<Vec<&str>> {
    if let Some((year, rest)) = text.split_once('年') {
        return chinese_parts(year, rest);
    }
    if let Some(separator) = ['-', '/', '.'].into_iter().find(|&c| text.contains(c)) {
        return Some(text.split(separator).collect());
    }
    if !text.is_ascii() {
        return None;
    }
    match text.len() {
        4 => Some(vec![text]),
        6 => Some(vec![&text[..4], &text[4..]]),
        8 => Some(vec![&text[..4], &text[4..6], &text[6..]]),
        _ => None,
    }
}

fn chinese_parts<'a>(year: &'a str, rest: &'a str) -> Option<Vec<&'a str>> {
    if rest.is_empty() {
        return Some(vec![year]);
    }
    let (month, day) = rest.split_once('月')?;
    if day.is_empty() {
        return Some(vec![year, month]);
    }
    Some(vec![year, month, day.strip_suffix(['日', '号'])?])
}

fn number<N: std::str::FromStr>(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<N> {
    let written = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    written.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;
    /// 2022-01-01T00:00:00+08:00.
    const NEW_YEAR_2022: i64 = 1_640_966_400;

    #[test]
    fn a_date_is_understood_in_every_form_in_use() {
        for (text, clause) in [
            ("2022", "date:2022-01-01..2022-12-31"),
            ("2022年", "date:2022-01-01..2022-12-31"),
            ("2022-02", "date:2022-02-01..2022-02-28"),
            ("2024-02", "date:2024-02-01..2024-02-29"),
            ("2022-2", "date:2022-02-01..2022-02-28"),
            ("2022/12", "date:2022-12-01..2022-12-31"),
            ("202212", "date:2022-12-01..2022-12-31"),
            ("2022年12月", "date:2022-12-01..2022-12-31"),
            ("2022-01-05", "date:2022-01-05..2022-01-05"),
            ("2022/1/5", "date:2022-01-05..2022-01-05"),
            ("2022.1.5", "date:2022-01-05..2022-01-05"),
            ("20220105", "date:2022-01-05..2022-01-05"),
            ("2022年1月5日", "date:2022-01-05..2022-01-05"),
            ("2022年01月05号", "date:2022-01-05..2022-01-05"),
            ("２０２２－０１－０５", "date:2022-01-05..2022-01-05"),
            ("2022-01..2022-03", "date:2022-01-01..2022-03-31"),
            ("2022-03..2022-01", "date:2022-01-01..2022-03-31"),
            ("2022.01..2022.03", "date:2022-01-01..2022-03-31"),
            ("2021年12月..2022", "date:2021-12-01..2022-12-31"),
            ("2022-01..", "since:2022-01-01"),
            ("..2022-01", "before:2022-02-01"),
        ] {
            assert_eq!(
                Days::within(text).map(|days| days.to_string()),
                Ok(clause.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "..",
            "0",
            "22",
            "22-01-05",
            "2022-13",
            "2022-02-29",
            "2022-00",
            "2022-01-32",
            "2022-",
            "2022--5",
            "-2022",
            "+2022",
            "0000",
            "9999",
            "2022-001",
            "2022-01-05-06",
            "20221",
            "2022010",
            "2022年1",
            "2022年1月5",
            "年1月",
            "一二三四",
            "降准",
            "2022-01..x",
            "2022…2023",
            "+022-01",
        ] {
            assert_eq!(Days::within(text), Err(NotADate(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn since_and_until_include_their_day_and_before_excludes_it() {
        let bounds = |days: Result<Days, NotADate>| days.expect("a date").bounds();
        assert_eq!(
            bounds(Days::since("2022-01-01")),
            (Some(NEW_YEAR_2022), None)
        );
        assert_eq!(
            bounds(Days::until("2022-01-01")),
            (None, Some(NEW_YEAR_2022 + DAY))
        );
        assert_eq!(
            bounds(Days::before("2022-01-01")),
            (None, Some(NEW_YEAR_2022))
        );
        assert_eq!(bounds(Days::before("2022")), (None, Some(NEW_YEAR_2022)));
        assert_eq!(bounds(Days::until("2021")), (None, Some(NEW_YEAR_2022)));
        assert_eq!(
            bounds(Days::within("2022")),
            (Some(NEW_YEAR_2022), Some(NEW_YEAR_2022 + 365 * DAY))
        );
    }

    #[test]
    fn the_first_and_the_last_year_have_bounds() {
        for year in ["0001", "9998"] {
            let (from, to) = Days::within(year).expect("a year").bounds();
            assert!(from.is_some() && to.is_some(), "{year}");
        }
    }
}
