//! Values of a request as text: the same in a query string and in JSON.

use std::time::Duration;

use jiff::SignedDuration;

/// A time in whole milliseconds, such as `1500ms`.
pub fn duration(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

/// Reads `500ms`, `2s`, `1m 30s`; a time in whole milliseconds.
pub fn read_duration(text: &str) -> Option<Duration> {
    let time: SignedDuration = text.parse().ok()?;
    let milliseconds = u64::try_from(time.as_millis()).ok()?;
    Some(Duration::from_millis(milliseconds))
}

/// Days in JSON: the first of them, as in a query string.
pub mod since {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::search::query::dates::Days;

    pub fn serialize<S: Serializer>(days: &Option<Days>, to: S) -> Result<S::Ok, S::Error> {
        days.and_then(|days| days.first_day()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Days>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        let days = text.map(|text| Days::since(&text));
        days.transpose().map_err(Error::custom)
    }
}

/// Days in JSON: the last of them, as in a query string.
pub mod until {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::search::query::dates::Days;

    pub fn serialize<S: Serializer>(days: &Option<Days>, to: S) -> Result<S::Ok, S::Error> {
        days.and_then(|days| days.last_day()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Days>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        let days = text.map(|text| Days::until(&text));
        days.transpose().map_err(Error::custom)
    }
}

/// A time in JSON: text with its unit, as in a query string.
pub mod timeout {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{duration, read_duration};

    pub fn serialize<S: Serializer>(time: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        time.map(duration).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else {
            return Ok(None);
        };
        let wrong = || Error::custom(format!("`{text}` is not a time; write 500ms, 2s or 1m"));
        read_duration(&text).ok_or_else(wrong).map(Some)
    }
}
