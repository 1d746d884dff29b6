//! A request as a query string, written and read.

use std::fmt;

use super::values::{duration, read_duration};
use super::{MAX_HITS, MAX_SNIPPET_CHARS, MAX_SNIPPETS, MAX_THREADS, Request, RequestError};
use crate::search::query::dates::{Days, NotADate};
use crate::search::query::page::Sort;
use form_urlencoded::{Serializer, parse};

/// The names of all parameters, in the order in which they are written.
const PARAMETERS: [&str; 20] = [
    "q",
    "source",
    "author",
    "tag",
    "category",
    "code",
    "path",
    "since",
    "until",
    "as_of",
    "sort",
    "limit",
    "offset",
    "group",
    "recency",
    "stories",
    "snippets",
    "snippet_chars",
    "timeout",
    "threads",
];

/// Those that may be given several times.
const LISTS: [&str; 6] = ["source", "author", "tag", "category", "code", "path"];

const ORDERS: &[&str] = &["relevance", "date"];
const TRUTHS: &[&str] = &["true", "false"];

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Request::default();
        let mut out = Serializer::new(String::new());
        let mut write = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                out.append_pair(name, &value);
            }
        };
        write("q", (!self.q.is_empty()).then(|| self.q.clone()));
        for (name, values) in [
            ("source", &self.source),
            ("author", &self.author),
            ("tag", &self.tag),
            ("category", &self.category),
            ("code", &self.code),
            ("path", &self.path),
        ] {
            for value in values {
                write(name, Some(value.clone()));
            }
        }
        write("since", self.since.and_then(|days| days.first_day()));
        write("until", self.until.and_then(|days| days.last_day()));
        write("as_of", self.as_of.and_then(|days| days.last_day()));
        let sort = (self.sort != default.sort).then(|| order(self.sort).to_owned());
        write("sort", sort);
        for (name, value, usual) in [
            ("limit", self.limit, default.limit),
            ("offset", self.offset, default.offset),
        ] {
            write(name, (value != usual).then(|| value.to_string()));
        }
        for (name, value, usual) in [
            ("group", self.group, default.group),
            ("recency", self.recency, default.recency),
            ("stories", self.stories, default.stories),
        ] {
            write(name, (value != usual).then(|| value.to_string()));
        }
        for (name, value, usual) in [
            ("snippets", self.snippets, default.snippets),
            ("snippet_chars", self.snippet_chars, default.snippet_chars),
        ] {
            write(name, (value != usual).then(|| value.to_string()));
        }
        write("timeout", self.timeout.map(duration));
        let threads = (self.threads != default.threads).then_some(self.threads);
        write("threads", threads.map(|threads| threads.to_string()));
        f.write_str(&out.finish())
    }
}

impl Request {
    /// Reads a query string: `q=降准&source=云汐财经&limit=20`, percent-encoded or not.
    ///
    /// # Errors
    /// When a parameter is unknown, given twice where one value is expected, or malformed; the error names
    /// it.
    pub fn parse(query_string: &str) -> Result<Request, RequestError> {
        check_encoding(query_string)?;
        let mut request = Request::default();
        let mut given: Vec<&'static str> = Vec::new();
        for (name, value) in parse(query_string.as_bytes()) {
            let known = PARAMETERS.into_iter().find(|known| *known == name);
            let parameter = known.ok_or_else(|| RequestError::Unknown {
                parameter: name.into_owned(),
                known: PARAMETERS.to_vec(),
            })?;
            if given.contains(&parameter) && !LISTS.contains(&parameter) {
                return Err(RequestError::Twice { parameter });
            }
            given.push(parameter);
            set(&mut request, parameter, &value)?;
        }
        Ok(request)
    }
}

fn set(request: &mut Request, parameter: &'static str, value: &str) -> Result<(), RequestError> {
    let date = |read: fn(&str) -> Result<Days, NotADate>| {
        let days = read(value).map_err(|cause| RequestError::Date { parameter, cause });
        days.map(Some)
    };
    let number = |least, most| number(parameter, value, least, most);
    match parameter {
        "q" => value.clone_into(&mut request.q),
        "source" => request.source.push(value.to_owned()),
        "author" => request.author.push(value.to_owned()),
        "tag" => request.tag.push(value.to_owned()),
        "category" => request.category.push(value.to_owned()),
        "code" => request.code.push(value.to_owned()),
        "path" => request.path.push(value.to_owned()),
        "since" => request.since = date(Days::since)?,
        "until" => request.until = date(Days::until)?,
        "as_of" => request.as_of = date(Days::until)?,
        "sort" => {
            request.sort = match value {
                "relevance" => Sort::Relevance,
                "date" => Sort::Date,
                _ => return Err(choice(parameter, value, ORDERS)),
            }
        }
        "limit" => request.limit = number(0, MAX_HITS)?,
        "offset" => request.offset = number(0, MAX_HITS)?,
        "group" => request.group = truth(parameter, value)?,
        "recency" => request.recency = truth(parameter, value)?,
        "stories" => request.stories = truth(parameter, value)?,
        "snippets" => request.snippets = number(0, MAX_SNIPPETS)?,
        "snippet_chars" => request.snippet_chars = number(1, MAX_SNIPPET_CHARS)?,
        "timeout" => {
            let time = read_duration(value).ok_or_else(|| RequestError::Time {
                parameter,
                value: value.to_owned(),
            })?;
            request.timeout = Some(time);
        }
        "threads" => request.threads = number(1, MAX_THREADS)?,
        _ => unreachable!("a parameter without a meaning: {parameter}"),
    }
    Ok(())
}

fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "relevance",
        Sort::Date => "date",
    }
}

fn number(
    parameter: &'static str,
    value: &str,
    least: usize,
    most: usize,
) -> Result<usize, RequestError> {
    let read: Option<usize> = value.parse().ok();
    read.filter(|number| (least..=most).contains(number))
        .ok_or_else(|| RequestError::Number {
            parameter,
            value: value.to_owned(),
            least,
            most,
        })
}

fn truth(parameter: &'static str, value: &str) -> Result<bool, RequestError> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(choice(parameter, value, TRUTHS)),
    }
}

fn choice(parameter: &'static str, value: &str, choices: &'static [&'static str]) -> RequestError {
    RequestError::Choice {
        parameter,
        value: value.to_owned(),
        choices,
    }
}

/// Percent-encoded text that is not UTF-8 would otherwise become U+FFFD in silence.
fn check_encoding(text: &str) -> Result<(), RequestError> {
    for part in text.split(['&', '=']) {
        let decoded = percent_encoding::percent_decode_str(part);
        if decoded.decode_utf8().is_err() {
            return Err(RequestError::Encoding { near: part.into() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn day() -> impl Strategy<Value = String> {
        prop_oneof![
            "20[0-2][0-9]-0[1-9]-(1[0-9]|2[0-8])",
            "20[0-2][0-9]-1[0-2]",
            "20[0-2][0-9]",
            Just("上周".to_owned()),
            Just("近7天".to_owned()),
            Just("昨天".to_owned()),
        ]
    }

    fn request() -> impl Strategy<Value = Request> {
        let list = || vec(any::<String>(), 0..3);
        let texts = (
            any::<String>(),
            list(),
            list(),
            list(),
            list(),
            list(),
            list(),
        );
        let days = (option::of(day()), option::of(day()), option::of(day()));
        let numbers = (
            0..=MAX_HITS,
            0..=MAX_HITS,
            0..=MAX_SNIPPETS,
            1..=MAX_SNIPPET_CHARS,
            1..=MAX_THREADS,
        );
        let switches = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        let time = option::of(any::<u32>());
        (texts, days, numbers, switches, time).prop_map(|(texts, days, numbers, switches, time)| {
            Request {
                q: texts.0,
                source: texts.1,
                tag: texts.2,
                category: texts.3,
                code: texts.4,
                author: texts.5,
                path: texts.6,
                since: days.0.map(|text| Days::since(&text).expect("days")),
                until: days.1.map(|text| Days::until(&text).expect("days")),
                as_of: days.2.map(|text| Days::until(&text).expect("days")),
                sort: if switches.0 {
                    Sort::Date
                } else {
                    Sort::Relevance
                },
                limit: numbers.0,
                offset: numbers.1,
                group: switches.1,
                recency: switches.2,
                stories: switches.3,
                snippets: numbers.2,
                snippet_chars: numbers.3,
                timeout: time.map(|time| Duration::from_millis(time.into())),
                threads: numbers.4,
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_the_same_request(request in request()) {
            let text = request.to_string();
            let read = Request::parse(&text);
            prop_assert_eq!(read.as_ref(), Ok(&request), "{}", text);
            prop_assert_eq!(request.check(), Ok(()));
            let json = serde_json::to_string(&request).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Request>(&json).expect("a request"), request);
        }

        #[test]
        fn any_text_is_a_request_or_a_named_error(text in any::<String>()) {
            if let Ok(request) = Request::parse(&text) {
                prop_assert_eq!(Request::parse(&request.to_string()), Ok(request));
            }
        }
    }

    #[test]
    fn a_request_is_written_in_one_way() {
        for (given, canonical) in [
            ("", ""),
            ("limit=10&q=", ""),
            (
                "limit=20&q=降准 OR 降息",
                "q=%E9%99%8D%E5%87%86+OR+%E9%99%8D%E6%81%AF&limit=20",
            ),
            ("source=b&source=a", "source=b&source=a"),
            (
                "since=2022&until=2022年3月",
                "since=2022-01-01&until=2022-03-31",
            ),
            ("as_of=2022-03-01&sort=date", "as_of=2022-03-01&sort=date"),
            (
                "group=0&recency=1&timeout=1.5s",
                "group=false&timeout=1500ms",
            ),
        ] {
            let request = Request::parse(given).expect("a request");
            assert_eq!(request.to_string(), canonical, "{given}");
        }
    }

    #[test]
    fn an_error_names_the_parameter() {
        for (given, message) in [
            ("queri=x", "unknown parameter `queri`; known are q, source"),
            ("limit=5&limit=6", "parameter `limit` is given twice"),
            (
                "since=2022-13",
                "parameter `since`: `2022-13` is not a date",
            ),
            (
                "limit=-1",
                "parameter `limit`: `-1` is not a number from 0 to 1000000",
            ),
            ("limit=1000001", "from 0 to 1000000"),
            (
                "snippet_chars=0",
                "parameter `snippet_chars`: `0` is not a number from 1 to 2000",
            ),
            (
                "sort=best",
                "parameter `sort`: `best` is none of relevance, date",
            ),
            (
                "group=yes",
                "parameter `group`: `yes` is none of true, false",
            ),
            ("timeout=5", "parameter `timeout`: `5` is not a time"),
            ("timeout=-5s", "parameter `timeout`"),
            ("q=%E9%99", "not valid UTF-8"),
        ] {
            let error = Request::parse(given).expect_err(given).to_string();
            assert!(error.contains(message), "{given}: {error}");
        }
    }

    #[test]
    fn json_with_an_unknown_or_malformed_field_is_refused() {
        for (json, named) in [
            (r#"{"q":"降准","limti":3}"#, "limti"),
            (r#"{"since":"2022-13"}"#, "2022-13"),
            (r#"{"timeout":"5"}"#, "`5` is not a time"),
        ] {
            let error = serde_json::from_str::<Request>(json).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
