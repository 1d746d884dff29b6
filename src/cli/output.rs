//! What the program writes: results to standard output, all else to standard error.

pub mod columns;
pub mod json;
pub mod text;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::time::Duration;

use anstream::AutoStream;
use clap::ColorChoice;
use indicatif::HumanCount;

/// Tells the user something on standard error, on one [harmless] line. Whoever has closed it does
/// not want to hear it.
pub fn tell(message: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{}", harmless(&message.to_string()));
}

/// Prints one line to standard output.
pub fn print(line: impl fmt::Display) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// `1 article`, `2 articles`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Standard output for programs. Flush it at the end: a failure would go unnoticed otherwise.
pub fn plain() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Standard output for people: what is written with styles loses them where `color`, the terminal
/// or the environment say so. Flush it at the end.
pub fn styled(color: ColorChoice) -> BufWriter<AutoStream<StdoutLock<'static>>> {
    let choice = match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    BufWriter::new(AutoStream::new(io::stdout().lock(), choice))
}

/// A text with nothing in it that could steer a terminal or turn the reading direction: each such
/// character becomes `�`, a line break or tab a blank. Characters keep their places.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| shown(c) == c) {
        return text.into();
    }
    text.chars().map(shown).collect::<String>().into()
}

fn shown(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        c if steers(c) => '\u{FFFD}',
        c => c,
    }
}

/// Whether a character is a control character, ends a line, or is a mark, embedding, override or
/// isolate of the reading direction.
pub fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}');
    turns || matches!(c, '\u{2028}' | '\u{2029}') || c.is_control()
}

/// How many articles a query found.
#[derive(Debug, Clone, Copy)]
pub struct Total(pub u64);

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "nothing found"),
            1 => write!(f, "1 article"),
            count => write!(f, "{} articles", HumanCount(count)),
        }
    }
}

/// How long something took: `12 ms`, `1.3 s`, `2 min 5 s`.
#[derive(Debug, Clone, Copy)]
pub struct Took(pub Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Took(duration) = self;
        match duration.as_secs() {
            0 => write!(f, "{} ms", duration.as_millis()),
            1..120 => write!(f, "{:.1} s", duration.as_secs_f64()),
            seconds => write!(f, "{} min {} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_replaced_in_place() {
        for (text, expected) in [
            ("云汐租赁 A+", "云汐租赁 A+"),
            ("云\u{1b}[31m汐", "云\u{FFFD}[31m汐"),
            ("云\u{9b}31m汐\u{7}", "云\u{FFFD}31m汐\u{FFFD}"),
            ("云\u{202e}汐\u{2069}", "云\u{FFFD}汐\u{FFFD}"),
            ("云\r\n汐\t租", "云  汐 租"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn totals_and_times_are_rounded_for_people() {
        for (count, expected) in [
            (0, "nothing found"),
            (1, "1 article"),
            (2_345, "2,345 articles"),
        ] {
            assert_eq!(Total(count).to_string(), expected);
        }
        for (milliseconds, expected) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_250, "1.2 s"),
            (125_000, "2 min 5 s"),
        ] {
            assert_eq!(
                Took(Duration::from_millis(milliseconds)).to_string(),
                expected
            );
        }
    }
}
