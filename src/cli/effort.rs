//! How long a command may take to answer, and with how many threads.

use std::thread;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use newsearch::Searcher;

/// What may be spent on an answer, as typed.
#[derive(Debug, Clone, clap::Args)]
pub struct Effort {
    /// Stop after this time, with an error and exit code 2: 500ms, 2s, 1.5m, 1h
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    pub timeout: Duration,
    /// Threads that look through texts for quotes and for names that are in no dictionary, 1 to 64
    /// [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=64))]
    threads: Option<usize>,
}

impl Effort {
    /// The searcher for so long, with so many threads.
    pub fn of(&self, searcher: Searcher) -> Searcher {
        searcher
            .with_timeout(self.timeout)
            .with_threads(self.threads())
    }

    /// How many threads there may be: whoever types a command waits for it.
    pub fn threads(&self) -> usize {
        let processors = || thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(processors).min(64)
    }
}

/// Reads a number with a unit, the number with a fraction if need be.
pub fn duration(text: &str) -> Result<Duration, String> {
    let end_of_number = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end_of_number);
    let number: f64 = number
        .parse()
        .map_err(|_| "write 500ms, 2s, 1.5m or 1h".to_string())?;
    let seconds = match unit.trim_start().to_ascii_lowercase().as_str() {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "" => return Err(format!("of what? write {number}s or {number}ms")),
        _ => return Err(format!("unknown unit `{unit}`: write ms, s, m or h")),
    };
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "that is too much".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("2s", 2_000),
            ("0.5 s", 500),
            ("1.5m", 90_000),
            ("2 min", 120_000),
            ("1H", 3_600_000),
            ("0s", 0),
        ] {
            assert_eq!(
                duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        let endless = format!("{}h", "9".repeat(300));
        for text in [
            "", "s", "2", "-1s", "1.2.3s", "2 days", "inf s", "NaNs", &endless,
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
