//! How long a command may take to answer.

use std::time::Duration;

use newsearch::Searcher;

/// The time that is allowed, as typed.
#[derive(Debug, Clone, clap::Args)]
pub struct Timeout {
    /// Stop after this time, with an error and exit code 2: 500ms, 2s, 1.5m, 1h
    #[arg(long = "timeout", value_name = "DURATION", default_value = "1m", value_parser = duration)]
    pub allowed: Duration,
}

impl Timeout {
    /// The searcher for so long.
    pub fn of(&self, searcher: Searcher) -> Searcher {
        searcher.with_timeout(self.allowed)
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
