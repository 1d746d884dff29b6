//! Keyword arguments → a request.
//!
//! They become a query string, which the library reads: so each of its parameters can be given by
//! name, and what is wrong with one is said by the library.

use form_urlencoded::Serializer;
use newsearch::{Days, Request};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

use crate::errors::kinds::BadRequest;
use crate::errors::of_request;

/// The request for a text, with its parameters by name.
pub fn read(text: &str, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Request> {
    let mut out = Serializer::new(String::new());
    if !text.is_empty() {
        out.append_pair("q", text);
    }
    for (name, value) in parameters.into_iter().flatten() {
        let name: String = name.extract()?;
        for value in values(&name, &value)? {
            out.append_pair(&name, &value);
        }
    }
    parse(&out.finish())
}

/// The request of a canonical query string.
pub fn parse(query_string: &str) -> PyResult<Request> {
    let request = Request::parse(query_string).map_err(of_request)?;
    request.check().map_err(of_request)?;
    Ok(request)
}

/// The values of one parameter, as a query string has them; none for `None`.
fn values(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if value.is_none() {
        return Ok(Vec::new());
    }
    let is_text = value.is_instance_of::<PyString>();
    if is_text || value.try_iter().is_err() {
        return Ok(vec![one(name, value)?]);
    }
    let mut all = Vec::new();
    for item in value.try_iter()? {
        all.push(one(name, &item?)?);
    }
    Ok(all)
}

/// The text of one day: of a `str`, or of a date.
pub fn day_text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    one(name, value)
}

/// The days up to the end of a day.
pub fn until(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Days> {
    let days = Days::until(&one(name, value)?);
    days.map_err(|error| BadRequest::new_err(format!("parameter `{name}`: {error}")))
}

fn one(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.to_owned());
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(if truth.is_true() { "true" } else { "false" }.to_owned());
    }
    if name == "timeout" {
        return timeout(value);
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        return Ok(value.str()?.to_str()?.to_owned());
    }
    if value.hasattr("isoformat")? {
        return day(name, value);
    }
    if value.hasattr("__index__")? {
        // An integer of numpy.
        return Ok(value.call_method0("__index__")?.str()?.to_str()?.to_owned());
    }
    let kind = value.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "parameter `{name}`: a value of type {kind} is no text, number or date"
    )))
}

/// Seconds, or a `datetime.timedelta`, as milliseconds.
fn timeout(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let seconds: f64 = match value.call_method0("total_seconds") {
        Ok(seconds) => seconds.extract()?,
        Err(_) => value.extract()?,
    };
    if !(0.0..=1e9).contains(&seconds) {
        return Err(BadRequest::new_err(format!(
            "parameter `timeout`: {seconds} is not a time from 0 to 1e9 seconds"
        )));
    }
    Ok(format!("{}ms", (seconds * 1000.0).ceil()))
}

/// A date. A moment within a day is refused: days are whole here, and a part of the future would
/// come with it.
fn day(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text: String = value.call_method0("isoformat")?.extract()?;
    let (day, time) = text.split_at_checked(10).unwrap_or((&text, ""));
    let is_midnight = matches!(time, "" | "T00:00:00" | "T00:00:00+08:00");
    if is_midnight {
        return Ok(day.to_owned());
    }
    Err(BadRequest::new_err(format!(
        "parameter `{name}`: `{text}` is within a day, and days count whole here; give the last whole day"
    )))
}
