//! Moments of publication, as archives write them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::{Precision, Published};

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
    /// `2022/1/7 21:21`, `2022-01-07`. Without a zone it is +08:00; what cannot be a time of day
    /// leaves the day; `None` without a valid day.
    ///
    /// ```
    /// use newsearch::Published;
    ///
    /// let published = Published::parse("2022/1/7 21:21").expect("a moment");
    /// assert_eq!(published.to_string(), "2022-01-07T21:21:00+08:00");
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = Scanner(text.trim());
        let date = rest.date()?;
        let day = Self::day(date.0, date.1, date.2)?;
        let mut moment = || {
            let time = rest.time()?;
            Self::at(date, time, rest.offset().unwrap_or(CHINA))
        };
        Some(moment().unwrap_or(day))
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

fn civil_date(year: i16, month: i8, day: i8) -> Option<Date> {
    let has_four_digits = (1000..=9999).contains(&year);
    Date::new(year, month, day).ok().filter(|_| has_four_digits)
}

/// The text that is still to be read.
#[derive(Clone, Copy)]
struct Scanner<'a>(&'a str);

impl Scanner<'_> {
    fn date(&mut self) -> Option<(i16, i8, i8)> {
        let year = self.number(4..=4)?;
        let separator = self.one_of(&['-', '/'])?;
        let month = self.number(1..=2)?;
        self.one_of(&[separator])?;
        let day = self.number(1..=2)?;
        Some((year, month as i8, day as i8))
    }

    /// `HH:MM` or `HH:MM:SS`; a fraction of a second is dropped.
    fn time(&mut self) -> Option<(i8, i8, i8)> {
        if self.one_of(&['T', 't']).is_none() {
            self.0 = self.0.trim_start();
        }
        let hour = self.number(1..=2)?;
        self.one_of(&[':'])?;
        let minute = self.number(2..=2)?;
        let mut second = 0;
        if self.one_of(&[':']).is_some() {
            second = self.number(2..=2)?;
            if self.one_of(&['.', ',']).is_some() {
                self.0 = self.0.trim_start_matches(|c: char| c.is_ascii_digit());
            }
        }
        // A leap second is no moment of the calendar used here.
        Some((hour as i8, minute as i8, second.min(59) as i8))
    }

    /// `Z`, `±HH:MM`, `±HHMM` or `±HH`, in minutes.
    fn offset(&mut self) -> Option<i16> {
        self.0 = self.0.trim_start();
        let sign = match self.one_of(&['Z', 'z', '+', '-'])? {
            '+' => 1,
            '-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2..=2)?;
        self.one_of(&[':']);
        let minutes = self.number(2..=2).unwrap_or(0);
        let is_possible = hours <= 23 && minutes <= 59;
        is_possible.then_some(sign * (hours * 60 + minutes))
    }

    fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
        let all = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let used = all.min(*digits.end());
        let number = self.0[..used]
            .parse()
            .ok()
            .filter(|_| digits.contains(&used))?;
        self.0 = &self.0[used..];
        Some(number)
    }

    fn one_of(&mut self, chars: &[char]) -> Option<char> {
        let c = self.0.chars().next().filter(|c| chars.contains(c))?;
        self.0 = &self.0[c.len_utf8()..];
        Some(c)
    }
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
            "2021-12",
            "21-12-08",
            "2021-12/08",
            "昨天",
            "20211208",
            "1638931578",
        ] {
            assert_eq!(Published::parse(text), None, "{text}");
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
