//! Hours, days and longer spans as numbers of seconds. A day begins and ends at +08:00.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::{self, Offset};
use serde::{Deserialize, Serialize};

/// The offset of every day, the one of the archive.
const CHINA: Offset = tz::offset(8);
pub(super) const CHINA_SECONDS: i64 = 8 * HOUR;
const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 24 * HOUR;

/// A span of time on the calendar of +08:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// Three months, the first from January on.
    Quarter,
    /// A year.
    Year,
}

impl Unit {
    /// All of them, the shortest first.
    pub const ALL: [Unit; 6] = [
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ];

    /// Its name: `hour`, `day`, `week`, `month`, `quarter`, `year`.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }

    /// The one that shows a span of so many seconds best: in a few dozen pieces.
    pub(super) fn fitting(seconds: i64) -> Unit {
        match seconds / DAY {
            ..3 => Unit::Hour,
            3..63 => Unit::Day,
            63..367 => Unit::Week,
            367..2_201 => Unit::Month,
            2_201..7_401 => Unit::Quarter,
            _ => Unit::Year,
        }
    }

    /// The first second of the span that a moment lies in.
    pub(super) fn start(self, moment: i64) -> i64 {
        let local = moment.saturating_add(CHINA_SECONDS);
        match self {
            Unit::Hour => moment - local.rem_euclid(HOUR),
            Unit::Day => moment - local.rem_euclid(DAY),
            // The first day of 1970 was a Thursday.
            Unit::Week => moment - (local + 3 * DAY).rem_euclid(7 * DAY),
            Unit::Month | Unit::Quarter | Unit::Year => {
                let day = civil(moment).date();
                let month = match self {
                    Unit::Month => day.month(),
                    Unit::Quarter => (day.month() - 1) / 3 * 3 + 1,
                    _ => 1,
                };
                midnight(date(day.year(), month, 1))
            }
        }
    }

    /// The first second after the span that begins there.
    pub(super) fn end(self, start: i64) -> i64 {
        let months = match self {
            Unit::Hour => return start + HOUR,
            Unit::Day => return start + DAY,
            Unit::Week => return start + 7 * DAY,
            Unit::Month => 1,
            Unit::Quarter => 3,
            Unit::Year => 12,
        };
        // In the middle of the month that follows, whatever the lengths of those between.
        let middle = start + 14 * DAY + (months * 30 + months / 2) * DAY;
        self.start(middle)
    }
}

/// A moment on the clocks of +08:00.
pub(crate) fn civil(moment: i64) -> DateTime {
    CHINA.to_datetime(Timestamp::from_second(moment).unwrap_or_default())
}

/// The first second of a day.
pub(super) fn midnight(day: Date) -> i64 {
    let moment = CHINA.to_timestamp(day.at(0, 0, 0, 0));
    moment.map_or(0, Timestamp::as_second)
}

/// The number of the day that a moment lies in, counted from 1970.
pub(super) fn day(moment: i64) -> i64 {
    moment.saturating_add(CHINA_SECONDS).div_euclid(DAY)
}

/// A moment in ISO 8601: `2022-01-05T09:30:00+08:00`.
pub(super) fn iso(moment: i64) -> String {
    let civil = civil(moment);
    let time = civil.time();
    format!(
        "{}T{:02}:{:02}:{:02}+08:00",
        civil.date(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a moment").as_second()
    }

    #[test]
    fn every_unit_begins_and_ends_at_midnight_of_china() {
        for (unit, at, start, end) in [
            (
                Unit::Hour,
                "2022-01-05T09:30:00+08:00",
                "2022-01-05T09:00:00+08:00",
                "2022-01-05T10:00:00+08:00",
            ),
            (
                Unit::Day,
                "2022-01-05T07:59:59+08:00",
                "2022-01-05T00:00:00+08:00",
                "2022-01-06T00:00:00+08:00",
            ),
            (
                Unit::Day,
                "2022-01-05T16:00:00Z",
                "2022-01-06T00:00:00+08:00",
                "2022-01-07T00:00:00+08:00",
            ),
            (
                Unit::Week,
                "2022-01-02T23:59:59+08:00",
                "2021-12-27T00:00:00+08:00",
                "2022-01-03T00:00:00+08:00",
            ),
            (
                Unit::Week,
                "2022-01-03T00:00:00+08:00",
                "2022-01-03T00:00:00+08:00",
                "2022-01-10T00:00:00+08:00",
            ),
            (
                Unit::Month,
                "2024-02-29T12:00:00+08:00",
                "2024-02-01T00:00:00+08:00",
                "2024-03-01T00:00:00+08:00",
            ),
            (
                Unit::Quarter,
                "2022-12-31T23:59:59+08:00",
                "2022-10-01T00:00:00+08:00",
                "2023-01-01T00:00:00+08:00",
            ),
            (
                Unit::Year,
                "1969-12-31T23:00:00+08:00",
                "1969-01-01T00:00:00+08:00",
                "1970-01-01T00:00:00+08:00",
            ),
        ] {
            let begins = unit.start(moment(at));
            assert_eq!(iso(begins), start, "{unit:?} {at}");
            assert_eq!(iso(unit.end(begins)), end, "{unit:?} {at}");
        }
    }

    #[test]
    fn spans_follow_each_other_without_a_gap() {
        for unit in Unit::ALL {
            let mut start = unit.start(moment("1999-12-30T00:00:00+08:00"));
            for _ in 0..500 {
                let end = unit.end(start);
                assert!(end > start);
                assert_eq!(unit.start(end - 1), start, "{unit:?}");
                assert_eq!(unit.start(end), end, "{unit:?}");
                start = end;
            }
        }
    }
}
