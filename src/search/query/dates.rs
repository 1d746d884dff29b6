//! Days and spans of days as people write them. A day begins and ends at +08:00.

mod relative;

use std::fmt;

use jiff::civil::{Date, date};
use jiff::tz::{self, Offset};
use jiff::{Timestamp, ToSpan};

use relative::{Part, Relative};

/// The offset of every day in a query, the one of the archive.
const CHINA: Offset = tz::offset(8);

/// Whole days at +08:00, open at one end or closed at both: what a date filter lets pass.
///
/// The constructors understand a year, a month or a day of the years 1 to 9998, in the forms
/// `2022`, `2022-01`, `2022-1-5`, `2022/01/05`, `2022.1.5`, `202201`, `20220105`, `2022年1月5日`,
/// and a part of one (`2022年底`, `2022年上半年`, `2022年1月初`); and what is counted from the
/// day that is today: `今天`, `昨天`, `上周`, `本月`, `上个月底`, `今年`, `去年底`, `近7天`, `近三个月`.
///
/// A week begins on Monday. The beginning (`初`) of a year is its first two months and its end
/// (`底`, `末`) the last two, its middle (`中`) June and July; the beginning of a month is its first
/// ten days, its middle the next ten, its end the rest.
///
/// ```
/// use newsearch::Days;
///
/// # fn main() -> Result<(), newsearch::NotADate> {
/// let now = 1_647_000_000; // a Friday, 2022-03-11
/// let january = Days::within("2022年1月")?;
/// assert_eq!(january.bounds(now), (Some(1_640_966_400), Some(1_643_644_800)));
///
/// let last_week = Days::since("上周")?; // from Monday, 2022-02-28, on
/// assert_eq!(last_week.bounds(now), (Some(1_645_977_600), None));
/// assert!(Days::until("someday").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    /// The first day that passes.
    first: Option<Edge>,
    /// The day after the last that passes.
    end: Option<Edge>,
}

/// Where days begin or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    Day(Date),
    /// The first day of a span.
    Before(Relative),
    /// The day after its last.
    After(Relative),
}

/// What a text names, before it is known which end of it counts.
#[derive(Clone, Copy)]
enum Span {
    /// The first day, and the day after the last.
    Fixed(Date, Date),
    Relative(Relative),
}

/// The text is none of the forms of a date that [`Days`] understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write 2022, 2022-01, 2022-01-05, 20220105, 2022年1月5日 or 上周")]
pub struct NotADate(pub String);

impl Days {
    /// From the first day of `text` on, that day included.
    ///
    /// # Errors
    /// When the text is none of these forms.
    pub fn since(text: &str) -> Result<Days, NotADate> {
        Ok(Days {
            first: Some(span(text)?.first()),
            end: None,
        })
    }

    /// Up to the last day of `text`, that day included.
    ///
    /// # Errors
    /// When the text is none of these forms.
    pub fn until(text: &str) -> Result<Days, NotADate> {
        Ok(Days {
            first: None,
            end: Some(span(text)?.end()),
        })
    }

    /// Up to the day before the first day of `text`.
    ///
    /// # Errors
    /// When the text is none of these forms.
    pub fn before(text: &str) -> Result<Days, NotADate> {
        Ok(Days {
            first: None,
            end: Some(span(text)?.first()),
        })
    }

    /// Every day of `text`, which may also be a range `a..b` (both included, in either order),
    /// `a..` or `..b`; or one as other programs write it: `a/b`, `a~b`, `a至b`, `[a TO b]`, `{a TO b}`
    /// without its ends, `>a`, `>=a`, `<a`, `<=a`.
    ///
    /// # Errors
    /// When the text is none of these forms.
    pub fn within(text: &str) -> Result<Days, NotADate> {
        let ascii: String = text.chars().map(super::chars::ascii).collect();
        let ascii = ascii.trim();
        let days = compared(ascii)
            .or_else(|| bracketed(ascii))
            .unwrap_or_else(|| match ascii.split_once("..") {
                Some((from, "")) => Days::since(from),
                Some(("", to)) => Days::until(to),
                Some((one, other)) => both(one, other),
                None => span(ascii)
                    .map(|span| hull(span, span))
                    .or_else(|_| joined(ascii)),
            });
        days.map_err(|_| NotADate(text.to_owned()))
    }

    /// From the day after the last one of `text` on. What is counted from today has no such day before
    /// today is known.
    fn after(text: &str) -> Result<Days, NotADate> {
        match span(text)? {
            Span::Fixed(_, end) => Ok(Days {
                first: Some(Edge::Day(end)),
                end: None,
            }),
            Span::Relative(_) => Err(NotADate(text.to_owned())),
        }
    }

    /// The days that a word of a query names beyond doubt: a bare number may mean anything.
    pub(in crate::search) fn named(word: &str) -> Option<Days> {
        let span = span(word).ok()?;
        let is_plain = match span {
            Span::Relative(_) => true,
            Span::Fixed(first, _) => {
                let separators = word.chars().map(super::chars::ascii);
                let separators = separators.filter(|c| matches!(c, '-' | '/' | '年')).count();
                separators > 0 && (1900..2100).contains(&first.year())
            }
        };
        is_plain.then(|| hull(span, span))
    }

    /// The bounds in seconds since 1970-01-01T00:00:00Z: the first included, the second excluded.
    /// Days relative to today are counted from the day of `now`, in the same seconds.
    pub fn bounds(&self, now: i64) -> (Option<i64>, Option<i64>) {
        let Days { first, end } = self.counted_from(now);
        let midnight = |edge: Option<Edge>| match edge? {
            Edge::Day(day) => midnight(day),
            Edge::Before(_) | Edge::After(_) => None,
        };
        (midnight(first), midnight(end))
    }

    /// The first day that passes, or the text that names it from today; `None` where there is none.
    /// [`since`](Self::since) reads it as the same days, if these have no end.
    pub fn first_day(&self) -> Option<String> {
        self.first.map(|first| First(first).to_string())
    }

    /// The last day that passes, or the text that names it from today; `None` where there is none.
    /// [`until`](Self::until) reads it as the same days, if these have no beginning.
    pub fn last_day(&self) -> Option<String> {
        self.end.map(|end| Last(end).to_string())
    }

    /// Whether the days are counted from today.
    pub(in crate::search) fn are_relative(&self) -> bool {
        let edges = [self.first, self.end].into_iter().flatten();
        edges.into_iter().any(|edge| !matches!(edge, Edge::Day(_)))
    }

    /// The same days in dates, if today is the day of `now`, in seconds since 1970.
    pub(in crate::search) fn counted_from(&self, now: i64) -> Days {
        let today = Timestamp::from_second(now).unwrap_or_default();
        let today = CHINA.to_datetime(today).date();
        let day = |edge: Edge| match edge {
            Edge::Day(day) => Some(day),
            Edge::Before(span) => Some(span.days(today)?.0),
            Edge::After(span) => Some(span.days(today)?.1),
        };
        let (first, end) = (self.first.and_then(day), self.end.and_then(day));
        Days {
            first: first.map(Edge::Day),
            end: end.map(Edge::Day),
        }
    }
}

impl Span {
    fn first(self) -> Edge {
        match self {
            Span::Fixed(first, _) => Edge::Day(first),
            Span::Relative(span) => Edge::Before(span),
        }
    }

    fn end(self) -> Edge {
        match self {
            Span::Fixed(_, end) => Edge::Day(end),
            Span::Relative(span) => Edge::After(span),
        }
    }
}

/// As a clause of a query, which parses to the same days.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.end) {
            (Some(Edge::Before(one)), Some(Edge::After(other))) if one == other => {
                write!(f, "date:{one}")
            }
            (Some(first), Some(end)) => write!(f, "date:{}..{}", First(first), Last(end)),
            (Some(first), None) => write!(f, "since:{}", First(first)),
            (None, Some(Edge::After(span))) => write!(f, "until:{span}"),
            (None, Some(end)) => write!(f, "before:{}", First(end)),
            (None, None) => Ok(()),
        }
    }
}

/// Writes the day on which days begin.
struct First(Edge);

/// Writes the last day before they end.
struct Last(Edge);

impl fmt::Display for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Edge::Day(day) => day.fmt(f),
            Edge::Before(span) | Edge::After(span) => span.fmt(f),
        }
    }
}

impl fmt::Display for Last {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Edge::Day(end) => end.yesterday().unwrap_or(end).fmt(f),
            Edge::Before(span) | Edge::After(span) => span.fmt(f),
        }
    }
}

/// From the first of two spans to the last. Which that is, is not known of what is counted from today:
/// then they stand as typed.
fn hull(one: Span, other: Span) -> Days {
    let (first, end) = match (one, other) {
        (Span::Fixed(first, end), Span::Fixed(other_first, other_end)) => (
            Edge::Day(first.min(other_first)),
            Edge::Day(end.max(other_end)),
        ),
        _ => (one.first(), other.end()),
    };
    Days {
        first: Some(first),
        end: Some(end),
    }
}

fn both(one: &str, other: &str) -> Result<Days, NotADate> {
    Ok(hull(span(one)?, span(other)?))
}

type Reader = fn(&str) -> Result<Days, NotADate>;

/// `>a`, `>=a`, `<a`, `<=a`; `None` for anything else.
fn compared(text: &str) -> Option<Result<Days, NotADate>> {
    let readers: [(&str, Reader); 6] = [
        (">=", Days::since),
        ("≥", Days::since),
        ("<=", Days::until),
        ("≤", Days::until),
        (">", Days::after),
        ("<", Days::before),
    ];
    let (day, read) = readers
        .iter()
        .find_map(|(sign, read)| Some((text.strip_prefix(sign)?, read)))?;
    Some(read(day.trim()))
}

/// `[a TO b]`, `{a TO b}` without its ends, with `*` for an open end; `None` for anything else.
fn bracketed(text: &str) -> Option<Result<Days, NotADate>> {
    let inside = text.strip_prefix(['[', '{'])?.strip_suffix([']', '}'])?;
    let (from, to) = inside
        .split_once(" TO ")
        .or_else(|| inside.split_once(" to "))?;
    let since: Reader = if text.starts_with('[') {
        Days::since
    } else {
        Days::after
    };
    let until: Reader = if text.ends_with(']') {
        Days::until
    } else {
        Days::before
    };
    let end = |day: &str, read: Reader| match day.trim() {
        "*" => Ok(Days {
            first: None,
            end: None,
        }),
        day => read(day),
    };
    let days = end(from, since).and_then(|since| {
        let until = end(to, until)?;
        Ok(Days {
            first: since.first,
            end: until.end,
        })
    });
    Some(days)
}

/// `a/b`, `a~b`, `a至b`: at the first sign on both sides of which a date is.
fn joined(text: &str) -> Result<Days, NotADate> {
    for (at, sign) in text.match_indices(['/', '~', '至', '到', '—', '–']) {
        let (one, other) = (&text[..at], &text[at + sign.len()..]);
        if let Ok(days) = both(one.trim(), other.trim()) {
            return Ok(days);
        }
    }
    Err(NotADate(text.to_owned()))
}

fn midnight(day: Date) -> Option<i64> {
    let moment = CHINA.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(moment.as_second())
}

fn span(text: &str) -> Result<Span, NotADate> {
    let ascii: String = text.chars().map(super::chars::ascii).collect();
    let whole = |text: &str| span_of(&parts(text)?);
    let part = |(text, part): (&str, Part)| {
        let (first, end) = whole(text)?;
        part.of(first, end)
    };
    whole(&ascii)
        .or_else(|| Part::splits(&ascii).find_map(part))
        .map(|(first, end)| Span::Fixed(first, end))
        .or_else(|| Relative::read(&ascii).map(Span::Relative))
        .ok_or_else(|| NotADate(text.to_owned()))
}

/// The first day of a year, month or day, and the day after its last.
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
mod tests;
