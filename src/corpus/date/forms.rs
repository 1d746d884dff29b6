//! The forms in which archives write a moment.

/// A moment as a text gives it: a day, and what else is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    /// Year, month and day, not checked against the calendar. Of a month alone, its first day.
    pub(super) day: (i16, i8, i8),
    /// Hour, minute and second.
    pub(super) time: Option<(i8, i8, i8)>,
    /// The offset from UTC in minutes.
    pub(super) offset: Option<i16>,
}

/// Whether a text begins with a month, and a day and a year behind it: `Nov 12, 2022`, `十一月 12, 2022`.
pub(super) fn begins_with_month(text: &str) -> bool {
    let mut rest = Scanner(text);
    let mut has_month_and_day = || {
        rest.month()?;
        rest.punctuation();
        rest.digits_up_to(2)
    };
    let has_both = has_month_and_day().is_some();
    rest.ordinal();
    rest.punctuation();
    has_both && rest.year().is_some()
}

/// Reads a moment from a text that begins with one, or with a few words before it
/// (`发布时间：2023-01-05`). What comes after it does not matter.
pub(super) fn read(text: &str) -> Option<Given> {
    let text = plain(text);
    let mut rest = Scanner(text.trim());
    rest.label();
    let is_compact = rest.0.bytes().take_while(u8::is_ascii_digit).count() >= 8;
    let day = rest.day().or_else(|| rest.english_day())?;
    let mut given = Given {
        day,
        time: None,
        offset: None,
    };
    rest.between();
    given.time = rest.time(is_compact);
    if given.time.is_some() {
        given.offset = rest.zone();
    }
    Some(given)
}

/// Full-width digits and signs, dashes and Chinese numerals as ASCII has them.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' | '\t' | '\n' | '\r' | '\u{2009}' | '\u{202F}' => ' ',
        '–' | '—' | '−' | '‐' | '‑' => '-',
        '號' => '号',
        '點' => '点',
        '時' => '时',
        c => c,
    };
    let head = text.trim_start().chars().take(MAX_CHARS);
    numerals(&head.map(narrow).collect::<String>())
}

/// How much of a text is looked at, in characters.
const MAX_CHARS: usize = 100;

/// `二〇二三年一月五日` → `2023年1月5日`.
fn numerals(text: &str) -> String {
    let value = |c: char| "零一二三四五六七八九".chars().position(|digit| digit == c);
    let digit = |c: char| {
        if c == '〇' || c == '○' {
            Some(0)
        } else {
            value(c)
        }
    };
    let is_numeral = |c: char| digit(c).is_some() || c == '十';
    let year_is_written_out = text
        .trim_start_matches(|c| !is_numeral(c))
        .chars()
        .take(4)
        .all(|c| digit(c).is_some());
    if !text.contains('年') || !year_is_written_out {
        return text.to_owned();
    }
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_numeral(c)).unwrap_or(rest.len());
        if end == 0 {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (run, after) = rest.split_at(end);
        match run.split_once('十') {
            Some((tens, ones)) => {
                let tens = tens.chars().next().map_or(Some(1), digit).unwrap_or(0);
                let ones = ones.chars().next().map_or(Some(0), digit).unwrap_or(0);
                plain.push_str(&(tens * 10 + ones).to_string());
            }
            None => plain.extend(run.chars().filter_map(digit).map(|digit| digit.to_string())),
        }
        rest = after;
    }
    plain
}

/// The text that is still to be read.
#[derive(Clone, Copy)]
struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    /// Goes on after what may stand before a date: `发布时间：`, `Posted on `, `ISODate("`, `Thu, `.
    fn label(&mut self) {
        let digits = self.0.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let (label, rest) = self.0.split_at(digits);
        let is_label = label.chars().count() <= MAX_LABEL
            && label
                .chars()
                .all(|c| c.is_alphabetic() || " :.,([{\"'|/$@<>【".contains(c));
        let month = label
            .split(|c: char| !c.is_ascii_alphabetic())
            .find(|word| month(word).is_some())
            .or_else(|| han_month_at_end(label));
        if let Some(month) = month {
            let at = label.find(month).unwrap_or(0);
            self.0 = &self.0[at..];
        } else if is_label {
            self.0 = rest;
        }
    }

    /// `2023-1-5`, `2023/01/05`, `2023.1.5`, `2023年1月5日`, `20230105`, `2023-01`, `2023年1月`.
    fn day(&mut self) -> Option<(i16, i8, i8)> {
        let mut rest = *self;
        let digits = rest.digits();
        let day = match digits.len() {
            8 | 10 | 12 | 14 => {
                rest.0 = &self.0[8..];
                (
                    number(&digits[..4])?,
                    number(&digits[4..6])? as i8,
                    number(&digits[6..8])? as i8,
                )
            }
            4 => rest.parts(number(digits)?)?,
            _ => return None,
        };
        *self = rest;
        Some(day)
    }

    /// Month and day after the year.
    fn parts(&mut self, year: i16) -> Option<(i16, i8, i8)> {
        let blank = self.blanks();
        let separator = match self.one_of("-/.年") {
            Some(separator) => separator,
            None if blank => ' ',
            None => return None,
        };
        self.blanks();
        let month = match month(self.word()) {
            Some(month) => month,
            None => number(self.digits_up_to(2)?)? as i8,
        };
        let mut rest = *self;
        match rest.day_of_month(separator) {
            Some(day) => {
                *self = rest;
                Some((year, month, day))
            }
            // A month alone is written with two digits, or named.
            None => {
                let is_month = separator == '年' || matches!(separator, '-' | '/' | '.');
                let ends = !self
                    .0
                    .starts_with(|c: char| c.is_ascii_digit() || "-/.".contains(c));
                self.one_of("月");
                (is_month && ends).then_some((year, month, 1))
            }
        }
    }

    fn day_of_month(&mut self, separator: char) -> Option<i8> {
        self.blanks();
        match separator {
            '年' => _ = self.one_of("月")?,
            ' ' => {}
            separator => self.0 = self.0.strip_prefix(separator)?,
        }
        self.blanks();
        let day = number(self.digits_up_to(2)?)? as i8;
        let mut rest = *self;
        rest.blanks();
        if rest.one_of("日号").is_some() {
            *self = rest;
        }
        let ends = !self.0.starts_with(|c: char| c.is_ascii_digit());
        (ends || separator == '年').then_some(day)
    }

    /// `5 Jan 2023`, `5-Jan-2023`, `January 5th, 2023`, `Jan 5 09:30:00 CST 2023`; in the same order
    /// `十一月 5, 2023`, `11月 5, 2023`.
    fn english_day(&mut self) -> Option<(i16, i8, i8)> {
        let mut rest = *self;
        let (month, day) = match rest.month() {
            Some(month) => {
                rest.punctuation();
                (month, number(rest.digits_up_to(2)?)? as i8)
            }
            None => {
                let day = number(rest.digits_up_to(2)?)? as i8;
                rest.ordinal();
                rest.punctuation();
                (rest.month()?, day)
            }
        };
        rest.ordinal();
        rest.punctuation();
        let before_year = rest;
        if let Some(year) = rest.year() {
            *self = rest;
            return Some((year, month, day));
        }
        if !self.0.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        // The year comes after the time: only in `Thu Jan 5 09:30:00 CST 2023`.
        let words = before_year.0.split_ascii_whitespace();
        let year = words.take(4).find_map(|word| Scanner(word).year())?;
        *self = before_year;
        Some((year, month, day))
    }

    /// `Nov`, `十一月`, `11月`; nothing is passed over where there is none.
    fn month(&mut self) -> Option<i8> {
        let mut rest = *self;
        let found = match HAN_MONTHS.iter().position(|name| rest.0.starts_with(name)) {
            Some(at) => {
                rest.0 = &rest.0[HAN_MONTHS[at].len()..];
                at as i8 + 1
            }
            None => match number(rest.digits_up_to(2).unwrap_or_default()) {
                Some(month) => rest.one_of("月").map(|_| month as i8)?,
                None => month(rest.word())?,
            },
        };
        *self = rest;
        Some(found)
    }

    fn year(&mut self) -> Option<i16> {
        let digits = self.digits();
        number(digits).filter(|_| digits.len() == 4)
    }

    /// Goes on after what may stand between a day and a time of day: `T`, a comma, the day of the
    /// week.
    fn between(&mut self) {
        loop {
            self.0 = self
                .0
                .trim_start_matches([' ', ',', '(', ')', '[', ']', '|', '·', '-', '_', ':']);
            let is_before_time = self.0.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
            if is_before_time && self.one_of("Tt").is_some() {
                return;
            }
            let Some(name) = WEEK.iter().find(|name| starts_with(self.0, name)) else {
                return;
            };
            self.0 = &self.0[name.len()..];
            match name.is_ascii() {
                true => _ = self.word(),
                false => _ = self.one_of("一二三四五六日天"),
            }
        }
    }

    /// `9:30`, `09:30:00.123`, `9时30分`, `9点半`, `093000`, `下午3:30`, `3:30 PM`.
    fn time(&mut self, is_compact: bool) -> Option<(i8, i8, i8)> {
        let mut rest = *self;
        rest.blanks();
        let half = rest.half();
        rest.blanks();
        let digits = rest.digits();
        let (hour, minute, second) = match digits.len() {
            4 | 6 if is_compact => {
                let second = digits.get(4..6).map_or(Some(0), number)?;
                (number(&digits[..2])?, number(&digits[2..4])?, second)
            }
            2 if is_compact && !rest.0.starts_with([':', '时', '点']) => (number(digits)?, 0, 0),
            1 | 2 => rest.minutes(number(digits)?)?,
            _ => return None,
        };
        rest.fraction();
        let mut after = rest;
        after.blanks();
        let half = half.or_else(|| after.half().inspect(|_| rest = after));
        let hour = match half {
            Some(Half::After) if hour < 12 => hour + 12,
            Some(Half::Before) if hour == 12 => 0,
            _ => hour,
        };
        *self = rest;
        // A leap second is no moment of the calendar used here.
        Some((hour as i8, minute as i8, second.min(59) as i8))
    }

    /// Minutes and seconds after the hour.
    fn minutes(&mut self, hour: i16) -> Option<(i16, i16, i16)> {
        self.blanks();
        let separator = self.one_of(":时点")?;
        if separator != ':' && self.one_of("半").is_some() {
            return Some((hour, 30, 0));
        }
        if separator == '点' {
            self.one_of("钟");
        }
        self.blanks();
        let Some(minute) = self.digits_up_to(2) else {
            return (separator != ':').then_some((hour, 0, 0));
        };
        if separator == ':' && minute.len() != 2 {
            return None;
        }
        let is_more = self.one_of(":分").is_some();
        self.blanks();
        let second = match self.digits_up_to(2).filter(|_| is_more) {
            Some(second) => number(second)?,
            None => 0,
        };
        self.one_of("秒");
        Some((hour, number(minute)?, second))
    }

    fn fraction(&mut self) {
        let mut rest = *self;
        if rest.one_of(".,").is_some() && !rest.digits().is_empty() {
            *self = rest;
        }
    }

    /// The half of the day.
    fn half(&mut self) -> Option<Half> {
        let (name, half) = HALVES.iter().find(|(name, _)| starts_with(self.0, name))?;
        self.0 = &self.0[name.len()..];
        Some(*half)
    }

    /// `Z`, `+08:00`, `-0530`, `+08`, `UTC`, `GMT+8`, `CST`, `Asia/Shanghai`, `(北京时间)`; in minutes.
    fn zone(&mut self) -> Option<i16> {
        self.blanks();
        self.0 = self.0.trim_start_matches(['(', '[']);
        let name = ZONES.iter().find(|(name, _)| starts_with(self.0, name));
        let Some((name, minutes)) = name else {
            return self.offset();
        };
        let after = &self.0[name.len()..];
        if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        self.0 = after;
        match self.offset() {
            Some(offset) if *minutes == 0 => Some(offset),
            _ => Some(*minutes),
        }
    }

    fn offset(&mut self) -> Option<i16> {
        let mut rest = *self;
        let sign = match rest.one_of("+-")? {
            '+' => 1,
            _ => -1,
        };
        let hours = number(rest.digits_up_to(2)?)?;
        rest.one_of(":");
        let minutes = rest.digits_up_to(2).map_or(Some(0), number)?;
        let is_possible = hours <= 23 && minutes <= 59;
        is_possible.then_some(sign * (hours * 60 + minutes))
    }

    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start();
        let some = rest.len() < self.0.len();
        self.0 = rest;
        some
    }

    fn punctuation(&mut self) {
        self.0 = self.0.trim_start_matches([' ', ',', '.', '-', '/']);
    }

    /// The ending of `1st`, `2nd`, `3rd`, `5th`.
    fn ordinal(&mut self) {
        let ends = ["st", "nd", "rd", "th"];
        if let Some(rest) = ends.iter().find_map(|end| self.0.strip_prefix(end)) {
            self.0 = rest;
        }
    }

    fn word(&mut self) -> &'a str {
        let end = self
            .0
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }

    fn digits(&mut self) -> &'a str {
        let end = self
            .0
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits
    }

    fn digits_up_to(&mut self, most: usize) -> Option<&'a str> {
        let mut rest = *self;
        let all = rest.digits();
        let digits = &all[..all.len().min(most)];
        if digits.is_empty() {
            return None;
        }
        self.0 = &self.0[digits.len()..];
        Some(digits)
    }

    fn one_of(&mut self, chars: &str) -> Option<char> {
        let c = self.0.chars().next().filter(|&c| chars.contains(c))?;
        self.0 = &self.0[c.len_utf8()..];
        Some(c)
    }
}

#[derive(Debug, Clone, Copy)]
enum Half {
    Before,
    After,
    /// The hour says itself which it is.
    Either,
}

/// What tells the half of the day; the longer before the shorter.
const HALVES: [(&str, Half); 14] = [
    ("a.m.", Half::Before),
    ("p.m.", Half::After),
    ("am", Half::Before),
    ("pm", Half::After),
    ("凌晨", Half::Before),
    ("清晨", Half::Before),
    ("早上", Half::Before),
    ("早晨", Half::Before),
    ("上午", Half::Before),
    ("中午", Half::Either),
    ("下午", Half::After),
    ("傍晚", Half::After),
    ("晚上", Half::After),
    ("晚间", Half::After),
];

const WEEK: [&str; 10] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "星期", "礼拜", "周",
];

/// Zones that are named by a word, and their offset from UTC in minutes. `CST` is the time of China.
const ZONES: [(&str, i16); 21] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("Asia/Shanghai", 480),
    ("Asia/Chongqing", 480),
    ("Asia/Hong_Kong", 480),
    ("Asia/Taipei", 480),
    ("Asia/Singapore", 480),
    ("Asia/Tokyo", 540),
    ("PRC", 480),
    ("CST", 480),
    ("BJT", 480),
    ("HKT", 480),
    ("SGT", 480),
    ("北京时间", 480),
    ("中国标准时间", 480),
    ("JST", 540),
    ("EST", -300),
    ("EDT", -240),
    ("PST", -480),
    ("PDT", -420),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const HAN_MONTHS: [&str; 12] = [
    "一月",
    "二月",
    "三月",
    "四月",
    "五月",
    "六月",
    "七月",
    "八月",
    "九月",
    "十月",
    "十一月",
    "十二月",
];

/// The month that a text ends with, the longest: `发布于 十一月 `.
fn han_month_at_end(text: &str) -> Option<&'static str> {
    let text = text.trim_end();
    let names = HAN_MONTHS.into_iter().filter(|name| text.ends_with(name));
    names.max_by_key(|name| name.len())
}

/// The number of an English month, also where its name is cut after three letters or `Sept`.
fn month(word: &str) -> Option<i8> {
    let word = word.to_ascii_lowercase();
    let is_month =
        |name: &&str| *name == word || (3..=4).contains(&word.len()) && name.starts_with(&word);
    let at = MONTHS.iter().position(is_month)?;
    Some(at as i8 + 1)
}

/// Whether a text begins with a name, in small letters or capitals.
fn starts_with(text: &str, name: &str) -> bool {
    let head = text.as_bytes().get(..name.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
}

fn number(digits: &str) -> Option<i16> {
    digits.parse().ok()
}

/// How many characters may stand before a date.
const MAX_LABEL: usize = 24;
