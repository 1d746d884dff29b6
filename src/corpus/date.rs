//! Moments of publication, as archives write them.

mod epoch;
mod forms;
pub(super) mod path;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::{Precision, Published, Remark};

/// The offset where a source gives none: +08:00, in minutes.
const CHINA: i16 = 8 * 60;

impl Published {
    /// A moment: civil date and time at an offset from UTC in minutes. `None` where there is no such
    /// date or time, or the year is not in 1000..=9999.
    pub fn at(
        (year, month, day): (i16, i8, i8),
        (hour, minute, second): (i8, i8, i8),
        offset: i16,
    ) -> Option<Self> {
        let time = Time::new(hour, minute, second, 0).ok()?;
        Self::new(
            civil_date(year, month, day)?.to_datetime(time),
            offset,
            Precision::Second,
        )
    }

    /// A day at +08:00. `None` where there is no such day, or the year is not in 1000..=9999.
    pub fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = civil_date(year, month, day)?;
        Self::new(date.to_datetime(Time::midnight()), CHINA, Precision::Day)
    }

    /// Reads a date as archives write it: `2022-01-07 21:21:41 +0800`, `2022-01-07T21:21:41Z`,
    /// `2022/1/7 21:21`, `2022年1月7日`, `20220107`, `Fri, 07 Jan 2022 21:21:41 GMT`, seconds,
    /// milliseconds or microseconds since 1970, `发布时间：2022.1.7`, `2022-01`.
    ///
    /// Without a zone it is +08:00, and so is `CST`. A month alone is its first day; what cannot be a
    /// time of day leaves the day; `None` without a valid day.
    ///
    /// ```
    /// use newsearch::Published;
    ///
    /// let published = Published::parse("2022/1/7 21:21").expect("a moment");
    /// assert_eq!(published.to_string(), "2022-01-07T21:21:00+08:00");
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = inner(text);
        let of_forms = || {
            let given = forms::read(text)?;
            let (year, month, day) = given.day;
            let day = Self::day(year, month, day)?;
            let moment = || Self::at(given.day, given.time?, given.offset.unwrap_or(CHINA));
            Some(moment().unwrap_or(day))
        };
        let of_epoch = || {
            let seconds = epoch::seconds(text)?;
            Some(Published {
                seconds,
                offset: CHINA,
                precision: Precision::Second,
            })
        };
        match (of_forms(), of_epoch()) {
            // `2023010509` is an hour of 2023 rather than a second of 2034.
            (Some(written), Some(counted)) if counted.seconds < SURELY_COUNTED => {
                Some(counted).or(Some(written))
            }
            (written, counted) => written.or(counted),
        }
    }

    /// Whether it is what programs write where they know no date: a day of the year 1, of 1900, the
    /// first of 1970, the last of 9999.
    pub(super) fn is_placeholder(&self) -> bool {
        let Some(civil) = self.civil() else {
            return true;
        };
        let date = civil.date();
        matches!(
            (date.year(), date.month(), date.day()),
            (1900 | 1970, 1, 1) | (9999, 12, 31) | (1899, 12, 30 | 31) | (1969, 12, 31)
        )
    }

    fn new(civil: DateTime, offset: i16, precision: Precision) -> Option<Self> {
        let zone = Offset::from_seconds(i32::from(offset) * 60).ok()?;
        let seconds = zone.to_timestamp(civil).ok()?.as_second();
        Some(Published {
            seconds,
            offset,
            precision,
        })
    }

    fn civil(&self) -> Option<DateTime> {
        let zone = Offset::from_seconds(i32::from(self.offset) * 60).ok()?;
        Some(zone.to_datetime(Timestamp::from_second(self.seconds).ok()?))
    }
}

/// ISO 8601: `2022-01-07T21:21:41+08:00`, or `2022-01-07` where only the day is known.
impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only a value not made by the functions above can lie outside the calendar.
        let civil = self.civil().unwrap_or(DateTime::ZERO);
        write!(f, "{}", civil.date())?;
        if self.precision == Precision::Second {
            let (sign, offset) = match self.offset {
                ..0 => ('-', self.offset.unsigned_abs()),
                _ => ('+', self.offset.unsigned_abs()),
            };
            let time = civil.time();
            write!(
                f,
                "T{:02}:{:02}:{:02}",
                time.hour(),
                time.minute(),
                time.second()
            )?;
            write!(f, "{sign}{:02}:{:02}", offset / 60, offset % 60)?;
        }
        Ok(())
    }
}

/// Reads the date that a record gives. What is given and not understood is remarked; what stands for
/// no date (`0000-00-00`, `1970-01-01`, `9999-12-31`) is none.
pub(super) fn read(text: &str, remarks: &mut Vec<Remark>) -> Option<Published> {
    let text = text.trim();
    let published = Published::parse(text);
    if published.is_none() && !stands_for_none(text) {
        let text = text.chars().take(MAX_SHOWN).collect();
        remarks.push(Remark::Date { text });
    }
    published.filter(|published| !published.is_placeholder())
}

/// Whether a text begins with a date that has its month first: `Nov 12, 2022`, `十一月 12, 2022`.
pub(super) fn begins_with_month(text: &str) -> bool {
    forms::begins_with_month(text)
}

/// Reads a date; what is not understood, and what stands for no date, is none.
pub(super) fn known(text: &str) -> Option<Published> {
    Published::parse(text).filter(|published| !published.is_placeholder())
}

/// How much is shown of a date that is not understood, in characters.
const MAX_SHOWN: usize = 60;

/// Whether a text says that there is no date: it has no letter and no digit but 0 beside a zone, or
/// is a word for nothing, or begins with the year 0 or 1.
fn stands_for_none(text: &str) -> bool {
    let words = [
        "null",
        "none",
        "nan",
        "nat",
        "n/a",
        "na",
        "unknown",
        "undefined",
        "invalid date",
        "false",
        "未知",
        "无",
        "暂无",
    ];
    let lower = text.to_ascii_lowercase();
    let without_zone = text.split(['+', '-']).next().unwrap_or_default();
    let is_bare = !without_zone.contains(char::is_alphanumeric) && text.len() <= 6;
    let is_zero = text.starts_with("000") || text.chars().all(|c| c == '0' || !c.is_alphanumeric());
    is_bare || is_zero || words.contains(&lower.as_str())
}

/// The date in `{"$date": "2022-01-07T13:21:41Z"}`, as a database writes it out.
fn inner(text: &str) -> &str {
    let text = text.trim();
    if !text.starts_with('{') {
        return text;
    }
    let value = text
        .rsplit(':')
        .next()
        .filter(|_| text.contains("$numberLong"));
    let value = value.or_else(|| text.split_once("$date\"").map(|(_, value)| value));
    let noise = |c: char| c.is_whitespace() || "{}:\"'".contains(c);
    value.unwrap_or(text).trim_matches(noise)
}

/// From 2030 on, ten digits are a date that is written out rather than seconds.
const SURELY_COUNTED: i64 = 1_893_456_000;

fn civil_date(year: i16, month: i8, day: i8) -> Option<Date> {
    let has_four_digits = (1000..=9999).contains(&year);
    Date::new(year, month, day).ok().filter(|_| has_four_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_archives_write_them() {
        let cases = [
            ("2022-02-09 16:43:43 +0800", "2022-02-09T16:43:43+08:00"),
            ("2021-12-08 10:46:18", "2021-12-08T10:46:18+08:00"),
            ("2021-12-08T10:46:18Z", "2021-12-08T10:46:18+00:00"),
            ("2021-12-08T10:46:18.123-05:30", "2021-12-08T10:46:18-05:30"),
            ("2021-12-08T10:46:18+09", "2021-12-08T10:46:18+09:00"),
            ("2021/12/8 9:05", "2021-12-08T09:05:00+08:00"),
            (" 2021-12-08 ", "2021-12-08"),
            ("2021-12-08 某时", "2021-12-08"),
            ("2021-12-08 25:00:00", "2021-12-08"),
            ("2021-12-08 10:46:18 +9900", "2021-12-08T10:46:18+08:00"),
            ("2021-12-31 23:59:60", "2021-12-31T23:59:59+08:00"),
            ("2023年1月5日", "2023-01-05"),
            ("2023年01月05日09:30", "2023-01-05T09:30:00+08:00"),
            (
                "2023年1月5日 星期四 9时30分05秒",
                "2023-01-05T09:30:05+08:00",
            ),
            ("2023 年 1 月 5 日 下午3点半", "2023-01-05T15:30:00+08:00"),
            ("二〇二三年十二月三十一日", "2023-12-31"),
            ("二○二三年十月二十日", "2023-10-20"),
            (
                "２０２３－０１－０５　０９：３０",
                "2023-01-05T09:30:00+08:00",
            ),
            ("2023.1.5", "2023-01-05"),
            ("2023.01.05 09:30", "2023-01-05T09:30:00+08:00"),
            ("20230105", "2023-01-05"),
            ("20230105093000", "2023-01-05T09:30:00+08:00"),
            ("202301050930", "2023-01-05T09:30:00+08:00"),
            ("20230105T013000Z", "2023-01-05T01:30:00+00:00"),
            ("20230105 09:30", "2023-01-05T09:30:00+08:00"),
            ("2023010509", "2023-01-05T09:00:00+08:00"),
            ("2023-01", "2023-01-01"),
            ("2023/12", "2023-12-01"),
            ("2023年1月", "2023-01-01"),
            ("发布时间：2023-01-05 09:30", "2023-01-05T09:30:00+08:00"),
            ("发表于 2023/1/5", "2023-01-05"),
            ("Posted on 2023-01-05", "2023-01-05"),
            (
                "Thu, 05 Jan 2023 09:30:00 +0800",
                "2023-01-05T09:30:00+08:00",
            ),
            ("Thu, 05 Jan 2023 01:30:00 GMT", "2023-01-05T01:30:00+00:00"),
            ("Thu Jan  5 09:30:00 CST 2023", "2023-01-05T09:30:00+08:00"),
            (
                "Thu Jan 05 2023 09:30:00 GMT+0800 (中国标准时间)",
                "2023-01-05T09:30:00+08:00",
            ),
            ("5 January 2023", "2023-01-05"),
            ("January 5th, 2023 9:30 PM", "2023-01-05T21:30:00+08:00"),
            ("Sept. 5, 2023", "2023-09-05"),
            ("十一月 5, 2023", "2023-11-05"),
            ("发布于 一月 5, 2023", "2023-01-05"),
            ("1月 5, 2023", "2023-01-05"),
            ("5-Jan-2023 12:05 am", "2023-01-05T00:05:00+08:00"),
            ("2023-Jan-05", "2023-01-05"),
            ("2023-01-05 23:30:00 UTC", "2023-01-05T23:30:00+00:00"),
            ("2023-01-05 09:30:00 CST", "2023-01-05T09:30:00+08:00"),
            (
                "2023-01-05 09:30 Asia/Shanghai",
                "2023-01-05T09:30:00+08:00",
            ),
            ("2023-01-05 09:30 UTC+8", "2023-01-05T09:30:00+08:00"),
            ("2023-01-05 09:30（北京时间）", "2023-01-05T09:30:00+08:00"),
            ("1672882200", "2023-01-05T09:30:00+08:00"),
            ("1672882200.5", "2023-01-05T09:30:00+08:00"),
            ("1672882200000", "2023-01-05T09:30:00+08:00"),
            ("1672882200000000", "2023-01-05T09:30:00+08:00"),
            (
                "{\"$date\": \"2023-01-05T01:30:00.000Z\"}",
                "2023-01-05T01:30:00+00:00",
            ),
            (
                "{\"$date\":{\"$numberLong\":\"1672882200000\"}}",
                "2023-01-05T09:30:00+08:00",
            ),
            ("{\"$date\": 1672882200000}", "2023-01-05T09:30:00+08:00"),
            (
                "ISODate(\"2023-01-05T01:30:00Z\")",
                "2023-01-05T01:30:00+00:00",
            ),
            ("2023-01-05（周四）09:30", "2023-01-05T09:30:00+08:00"),
            ("2023-01-05, 09:30", "2023-01-05T09:30:00+08:00"),
        ];
        for (text, expected) in cases {
            let read = Published::parse(text).map(|published| published.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in [
            "",
            "+0800",
            "2021-02-30",
            "0999-01-01",
            "21-12-08",
            "2021-12/08",
            "昨天",
            "12月8日",
            "20211308",
            "05/01/2023",
            "202112082206672930",
            "16389315",
            "第2021期",
            "2021",
        ] {
            assert_eq!(Published::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_for_no_date_is_none_and_the_rest_is_remarked() {
        let none = [
            "",
            "+0800",
            "0000-00-00 00:00:00",
            "0001-01-01T00:00:00Z",
            "0",
            "null",
            "1900-01-01",
            "1970-01-01",
            "1970-01-01 08:00:00",
            "1970-01-01T00:00:00Z",
            "9999-12-31",
            "9999-12-31 23:59:59",
            "-",
            "1899-12-30",
        ];
        for text in none {
            let mut remarks = Vec::new();
            assert_eq!(read(text, &mut remarks), None, "{text}");
            assert!(remarks.is_empty(), "{text}");
        }
        for text in ["昨天", "2023-02-30", "05/01/2023", "3小时前", "2023-13-01"] {
            let mut remarks = Vec::new();
            assert_eq!(read(text, &mut remarks), None, "{text}");
            let text = text.to_owned();
            assert_eq!(remarks, [Remark::Date { text }]);
        }
    }

    #[test]
    fn seconds_count_from_the_epoch_in_utc() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0, 0, Precision::Second),
            ("1970-01-01 08:00:00", 0, 480, Precision::Second),
            ("1970-01-01", -28800, 480, Precision::Day),
        ];
        for (text, seconds, offset, precision) in cases {
            let expected = Published {
                seconds,
                offset,
                precision,
            };
            assert_eq!(Published::parse(text), Some(expected), "{text}");
        }
    }
}
