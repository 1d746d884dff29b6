//! Days that are counted from today, and parts of years and months.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

/// A span of days that is counted from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Relative {
    /// A calendar day, week, month or year: the current one, or so many before it.
    Calendar {
        unit: Unit,
        back: u8,
        part: Option<Part>,
    },
    /// So many of a unit up to today, today included.
    Last { count: u16, unit: Unit },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// A part of a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Beginning,
    Middle,
    End,
    FirstHalf,
    SecondHalf,
}

/// Names of calendar units. Of several of one unit the first is written.
const CALENDAR: [(&str, Unit, u8); 29] = [
    ("今天", Unit::Day, 0),
    ("今日", Unit::Day, 0),
    ("昨天", Unit::Day, 1),
    ("昨日", Unit::Day, 1),
    ("前天", Unit::Day, 2),
    ("前日", Unit::Day, 2),
    ("本周", Unit::Week, 0),
    ("这周", Unit::Week, 0),
    ("这一周", Unit::Week, 0),
    ("本星期", Unit::Week, 0),
    ("这个星期", Unit::Week, 0),
    ("上周", Unit::Week, 1),
    ("上一周", Unit::Week, 1),
    ("上星期", Unit::Week, 1),
    ("上个星期", Unit::Week, 1),
    ("上上周", Unit::Week, 2),
    ("本月", Unit::Month, 0),
    ("这个月", Unit::Month, 0),
    ("当月", Unit::Month, 0),
    ("上月", Unit::Month, 1),
    ("上个月", Unit::Month, 1),
    ("上上月", Unit::Month, 2),
    ("上上个月", Unit::Month, 2),
    ("今年", Unit::Year, 0),
    ("本年", Unit::Year, 0),
    ("去年", Unit::Year, 1),
    ("上年", Unit::Year, 1),
    ("前年", Unit::Year, 2),
    ("大前年", Unit::Year, 3),
];

/// What stands before and after the number of [`Relative::Last`].
const LAST: [&str; 3] = ["最近", "过去", "近"];
const UNITS: [(&str, Unit); 8] = [
    ("天", Unit::Day),
    ("日", Unit::Day),
    ("个星期", Unit::Week),
    ("星期", Unit::Week),
    ("周", Unit::Week),
    ("个月", Unit::Month),
    ("月", Unit::Month),
    ("年", Unit::Year),
];

const PARTS: [(&str, Part); 10] = [
    ("上半年", Part::FirstHalf),
    ("下半年", Part::SecondHalf),
    ("年初", Part::Beginning),
    ("年中", Part::Middle),
    ("年底", Part::End),
    ("年末", Part::End),
    ("初", Part::Beginning),
    ("中", Part::Middle),
    ("底", Part::End),
    ("末", Part::End),
];

impl Relative {
    pub fn read(text: &str) -> Option<Relative> {
        Relative::last(text).or_else(|| {
            let whole = Relative::calendar(text, None);
            whole.or_else(|| {
                let mut parts = Part::splits(text);
                parts.find_map(|(unit, part)| Relative::calendar(unit, Some(part)))
            })
        })
    }

    fn calendar(text: &str, part: Option<Part>) -> Option<Relative> {
        let (_, unit, back) = CALENDAR.into_iter().find(|(name, ..)| *name == text)?;
        let span = Relative::Calendar { unit, back, part };
        let has_part = part.is_none_or(|part| part.is_of(unit));
        has_part.then_some(span)
    }

    fn last(text: &str) -> Option<Relative> {
        let text = LAST.into_iter().find_map(|word| text.strip_prefix(word))?;
        let (count, unit) = UNITS
            .into_iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
        let (count, unit) = match (count, unit) {
            ("半", Unit::Month) => (15, Unit::Day),
            ("半", Unit::Year) => (6, Unit::Month),
            _ => (number(count)?, unit),
        };
        Some(Relative::Last { count, unit })
    }

    /// The first day, and the day after the last; `None` beyond the calendar.
    pub fn days(self, today: Date) -> Option<(Date, Date)> {
        match self {
            Relative::Last { count, unit } => {
                let end = today.tomorrow().ok()?;
                Some((unit.before(end, count)?, end))
            }
            Relative::Calendar { unit, back, part } => {
                let first = unit.before(unit.first(today)?, u16::from(back))?;
                let end = unit.after(first)?;
                match part {
                    Some(part) => part.of(first, end),
                    None => Some((first, end)),
                }
            }
        }
    }
}

/// As [`Relative::read`] reads it.
impl fmt::Display for Relative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Relative::Last { count, unit } => {
                let unit = match unit {
                    Unit::Day => "天",
                    Unit::Week => "周",
                    Unit::Month => "个月",
                    Unit::Year => "年",
                };
                write!(f, "近{count}{unit}")
            }
            Relative::Calendar { unit, back, part } => {
                let name = CALENDAR
                    .into_iter()
                    .find(|&(_, of, so_many)| (of, so_many) == (unit, back));
                f.write_str(name.map_or("", |(name, ..)| name))?;
                f.write_str(part.map_or("", Part::name))
            }
        }
    }
}

impl Unit {
    /// The first day of the one that a day is in.
    fn first(self, day: Date) -> Option<Date> {
        match self {
            Unit::Day => Some(day),
            Unit::Week => day
                .checked_sub(day.weekday().to_monday_zero_offset().days())
                .ok(),
            Unit::Month => Some(day.first_of_month()),
            Unit::Year => Some(day.first_of_year()),
        }
    }

    fn before(self, day: Date, count: u16) -> Option<Date> {
        day.checked_sub(self.times(count)).ok()
    }

    fn after(self, day: Date) -> Option<Date> {
        day.checked_add(self.times(1)).ok()
    }

    fn times(self, count: u16) -> jiff::Span {
        let count = i32::from(count);
        match self {
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
        }
    }
}

impl Part {
    /// Every way to read a text as a unit and a part of it.
    pub fn splits(text: &str) -> impl Iterator<Item = (&str, Part)> {
        PARTS
            .into_iter()
            .filter_map(move |(name, part)| Some((text.strip_suffix(name)?, part)))
    }

    /// The days of the part of a month or a year; `None` of anything else.
    pub fn of(self, first: Date, end: Date) -> Option<(Date, Date)> {
        let after = |span: jiff::Span| first.checked_add(span).ok();
        let (from, to) = if Unit::Year.after(first) == Some(end) {
            match self {
                Part::Beginning => (0.months(), 2.months()),
                Part::Middle => (5.months(), 7.months()),
                Part::End => (10.months(), 12.months()),
                Part::FirstHalf => (0.months(), 6.months()),
                Part::SecondHalf => (6.months(), 12.months()),
            }
        } else if Unit::Month.after(first) == Some(end) {
            match self {
                Part::Beginning => (0.days(), 10.days()),
                Part::Middle => (10.days(), 20.days()),
                Part::End => return Some((after(20.days())?, end)),
                Part::FirstHalf | Part::SecondHalf => return None,
            }
        } else {
            return None;
        };
        Some((after(from)?, after(to)?))
    }

    fn is_of(self, unit: Unit) -> bool {
        match self {
            Part::Beginning | Part::Middle | Part::End => matches!(unit, Unit::Month | Unit::Year),
            Part::FirstHalf | Part::SecondHalf => unit == Unit::Year,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Part::Beginning => "初",
            Part::Middle => "中",
            Part::End => "底",
            Part::FirstHalf => "上半年",
            Part::SecondHalf => "下半年",
        }
    }
}

/// A number from 1 to 999 in digits, or from 1 to 99 in Chinese.
fn number(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse()
            .ok()
            .filter(|number| (1..1000).contains(number));
    }
    let digit = |text: &str| {
        const DIGITS: [&str; 9] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let text = if text == "两" { "二" } else { text };
        (1..)
            .zip(DIGITS)
            .find_map(|(value, digit)| (digit == text).then_some(value))
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(10 * tens + ones)
        }
    }
}
