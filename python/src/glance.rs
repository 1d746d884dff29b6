//! The archive at a glance: counts, series, trends, stories, each as a table with what there is to say
//! about it in `info`.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use newsearch::{
    ExportOptions, FacetOptions, GlanceError, Request, SeriesOf, SeriesOptions, SimilarOptions,
    SuggestOptions, TimelineOptions, TrendOptions,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::errors::kinds::{BadRequest, NewsearchError};
use crate::errors::of_index;
use crate::request;
use crate::rows::{self, Kind};
use crate::table::Table;

/// How many of the matches have which value of a field.
pub fn facets(
    searcher: &newsearch::Searcher,
    py: Python<'_>,
    text: &str,
    by: Option<&Bound<'_, PyAny>>,
    top: usize,
    request: Option<&Bound<'_, PyDict>>,
) -> PyResult<Table> {
    let mut given = json!({ "top": top });
    if let Some(by) = by {
        given["by"] = texts("by", by)?.into();
    }
    let options: FacetOptions = options(given)?;
    let request = request::read(text, request)?;
    let answer = py.detach(|| searcher.facets(&request, &options));
    let mut info = plain(&answer.map_err(of_glance)?)?;
    let mut values = Vec::new();
    for facet in info["facets"].as_array_mut().into_iter().flatten() {
        let field = facet["field"].clone();
        let found = facet["values"].take();
        for mut value in found.as_array().cloned().into_iter().flatten() {
            value["field"] = field.clone();
            values.push(value);
        }
        facet.as_object_mut().map(|facet| facet.remove("values"));
    }
    tabled(values, FACETS, &info)
}

/// How many of the matches were published when.
pub fn timeline(
    searcher: &newsearch::Searcher,
    py: Python<'_>,
    text: &str,
    by: Option<&str>,
    request: Option<&Bound<'_, PyDict>>,
) -> PyResult<Table> {
    let options: TimelineOptions = options(json!({ "by": by }))?;
    let request = request::read(text, request)?;
    let answer = py.detach(|| searcher.timeline(&request, &options));
    table_of(&answer.map_err(of_glance)?, "buckets", TIMELINE)
}

/// How much is told of securities over time.
#[allow(clippy::too_many_arguments)]
pub fn series(
    searcher: &newsearch::Searcher,
    py: Python<'_>,
    codes: Option<&Bound<'_, PyAny>>,
    as_of: Option<Bound<'_, PyAny>>,
    by: &str,
    close: Option<&Bound<'_, PyAny>>,
    calendar: Option<&Bound<'_, PyAny>>,
    request: Option<&Bound<'_, PyDict>>,
) -> PyResult<Table> {
    let of = match codes {
        Some(codes) => securities(codes)?,
        None => SeriesOf::Codes(Vec::new()),
    };
    let mut given = json!({ "of": of, "by": by });
    if let Some(close) = close {
        given["close"] = minutes(close)?.into();
    }
    if let Some(calendar) = calendar {
        given["calendar"] = days(calendar)?.into();
    }
    let options: SeriesOptions = options(given)?;
    let request = Request {
        as_of: as_of.map(|day| request::until("as_of", &day)).transpose()?,
        ..request::read("", request)?
    };
    let answer = py.detach(|| searcher.series(&request, &options));
    table_of(&answer.map_err(of_glance)?, "rows", SERIES)
}

/// The words and names that stand out of the matches.
pub fn trends(
    searcher: &newsearch::Searcher,
    py: Python<'_>,
    text: &str,
    against: Option<&Bound<'_, PyDict>>,
    top: usize,
    request: Option<&Bound<'_, PyDict>>,
) -> PyResult<Table> {
    let against = against.map(|against| request::read("", Some(against)));
    let options = TrendOptions {
        against: against.transpose()?,
        top,
    };
    let request = request::read(text, request)?;
    let answer = py.detach(|| searcher.trends(&request, &options));
    table_of(&answer.map_err(of_glance)?, "trends", TRENDS)
}

/// Other stories on the matter of an article; `None` where no article has this id.
pub fn similar(
    searcher: &newsearch::Searcher,
    py: Python<'_>,
    id: &str,
    limit: usize,
) -> PyResult<Option<Table>> {
    let options = SimilarOptions { limit };
    let answer = py.detach(|| searcher.similar(id, &options));
    let Some(similar) = answer.map_err(of_glance)? else {
        return Ok(None);
    };
    let mut info = plain(&similar)?;
    let mut hits = info["hits"].take();
    for hit in hits.as_array_mut().into_iter().flatten() {
        let shared = hit["shared"].take();
        let shared = shared.as_array().into_iter().flatten();
        hit["shared"] = shared.map(|term| term["text"].clone()).collect();
    }
    remove(&mut info, "hits");
    tabled(hits.as_array().cloned().unwrap_or_default(), SIMILAR, &info).map(Some)
}

/// Who told the story of an article, and when; `None` where no article has this id.
pub fn story(searcher: &newsearch::Searcher, py: Python<'_>, id: &str) -> PyResult<Option<Table>> {
    let story = py.detach(|| searcher.story(id)).map_err(of_glance)?;
    story
        .map(|story| table_of(&story, "tellings", STORY))
        .transpose()
}

/// What a text that is being typed may become.
pub fn suggest(
    searcher: &newsearch::Searcher,
    py: Python<'_>,
    text: &str,
    limit: usize,
) -> PyResult<Table> {
    let options = SuggestOptions { limit };
    let answer = py.detach(|| searcher.suggest(text, &options));
    let rows = plain(&answer.map_err(of_glance)?)?;
    tabled(
        rows.as_array().cloned().unwrap_or_default(),
        SUGGEST,
        &json!({}),
    )
}

/// Writes all matches to a file, and says what was written.
#[allow(clippy::too_many_arguments)]
pub fn export<'py>(
    searcher: &newsearch::Searcher,
    py: Python<'py>,
    path: PathBuf,
    text: &str,
    format: Option<&str>,
    order: Option<&str>,
    limit: Option<u64>,
    bom: bool,
    accessed: Option<&Bound<'_, PyAny>>,
    request: Option<&Bound<'_, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let mut given = Map::new();
    for (name, value) in [("format", format.or(extension)), ("order", order)] {
        given.extend(value.map(|value| (name.to_owned(), value.into())));
    }
    if let Some(day) = accessed {
        given.insert(
            "accessed".into(),
            request::day_text("accessed", day)?.into(),
        );
    }
    let options = ExportOptions {
        limit,
        bom,
        ..options(Value::Object(given))?
    };
    let request = request::read(text, request)?;
    let exported = py.detach(|| {
        let mut out = BufWriter::new(File::create(&path)?);
        searcher.export(&request, &options, &mut out)
    });
    crate::answer::loads(py, &crate::answer::json(&exported.map_err(of_glance)?)?)
}

const FACETS: &[(&str, Kind)] = &[
    ("field", Kind::Text),
    ("value", Kind::Text),
    ("articles", Kind::Count),
    ("stories", Kind::Count),
    ("selected", Kind::Truth),
    ("mentions", Kind::Count),
];

const TIMELINE: &[(&str, Kind)] = &[
    ("start", Kind::Time),
    ("end", Kind::Time),
    ("articles", Kind::Count),
    ("stories", Kind::Count),
    ("share", Kind::Number),
    ("partial", Kind::Truth),
];

const SERIES: &[(&str, Kind)] = &[
    ("key", Kind::Text),
    ("bucket", Kind::Time),
    ("articles", Kind::Count),
    ("stories", Kind::Count),
    ("sources", Kind::Count),
    ("about", Kind::Count),
    ("mentions", Kind::Count),
    ("first", Kind::Time),
    ("last", Kind::Time),
];

const TRENDS: &[(&str, Kind)] = &[
    ("text", Kind::Text),
    ("kind", Kind::Text),
    ("articles", Kind::Count),
    ("stories", Kind::Count),
    ("sources", Kind::Count),
    ("expected", Kind::Number),
    ("score", Kind::Number),
    ("query", Kind::Text),
];

const SIMILAR: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("date", Kind::Time),
    ("source", Kind::Text),
    ("url", Kind::Text),
    ("score", Kind::Number),
    ("shared", Kind::Texts),
];

const STORY: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("source", Kind::Text),
    ("date", Kind::Time),
    ("minutes", Kind::Number),
    ("kept", Kind::Number),
    ("lacks", Kind::Texts),
    ("adds", Kind::Texts),
];

const SUGGEST: &[(&str, Kind)] = &[
    ("text", Kind::Text),
    ("kind", Kind::Text),
    ("query", Kind::Text),
    ("stories", Kind::Count),
];

/// The rows under a key of an answer as a table; the rest of it is its `info`.
fn table_of(answer: &impl Serialize, key: &str, columns: &[(&str, Kind)]) -> PyResult<Table> {
    let mut info = plain(answer)?;
    let rows = remove(&mut info, key);
    let rows = match rows {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    tabled(rows, columns, &info)
}

fn tabled(rows: Vec<Value>, columns: &[(&str, Kind)], info: &Value) -> PyResult<Table> {
    Ok(rows::table(&rows, columns)?.with_info(info.to_string()))
}

fn remove(info: &mut Value, key: &str) -> Option<Value> {
    info.as_object_mut()?.remove(key)
}

fn plain(answer: &impl Serialize) -> PyResult<Value> {
    serde_json::to_value(answer).map_err(|error| NewsearchError::new_err(error.to_string()))
}

/// Options from what was given by name.
fn options<T: DeserializeOwned>(given: Value) -> PyResult<T> {
    serde_json::from_value(given).map_err(|error| BadRequest::new_err(error.to_string()))
}

fn of_glance(error: GlanceError) -> PyErr {
    match error {
        GlanceError::Index(error) => of_index(error),
        GlanceError::Write(error) => error.into(),
        error => BadRequest::new_err(error.to_string()),
    }
}

/// Codes; or saved queries by name, each a text or a request.
fn securities(value: &Bound<'_, PyAny>) -> PyResult<SeriesOf> {
    let Ok(queries) = value.cast::<PyDict>() else {
        return Ok(SeriesOf::Codes(texts("codes", value)?));
    };
    let mut named = Vec::new();
    for (name, query) in queries {
        let request = match (query.cast::<PyString>(), query.cast::<PyDict>()) {
            (Ok(text), _) => Request::new(text.to_str()?),
            (_, Ok(request)) => request::read("", Some(request))?,
            _ => return Err(PyTypeError::new_err("`codes`: a query is a text or a dict")),
        };
        named.push((name.extract()?, request));
    }
    Ok(SeriesOf::Queries(named))
}

/// One text, or several.
fn texts(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(vec![text.to_str()?.to_owned()]);
    }
    let mut texts = Vec::new();
    for text in value.try_iter()? {
        let text = text?;
        let text = text.cast::<PyString>();
        let text = text.map_err(|_| PyTypeError::new_err(format!("`{name}` takes texts")))?;
        texts.push(text.to_str()?.to_owned());
    }
    Ok(texts)
}

fn days(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut days = Vec::new();
    for day in value.try_iter()? {
        days.push(request::day_text("calendar", &day?)?);
    }
    Ok(days)
}

/// Minutes after midnight: of a number, of `15:00`, of a `datetime.time`.
fn minutes(value: &Bound<'_, PyAny>) -> PyResult<u16> {
    if let Ok(minutes) = value.extract() {
        return Ok(minutes);
    }
    let text = value.str()?;
    let text = text.to_str()?;
    let mut parts = text.split(':').map(str::parse::<u16>);
    match (parts.next(), parts.next()) {
        (Some(Ok(hours @ 0..=24)), Some(Ok(minutes @ 0..=59))) => Ok(hours * 60 + minutes),
        _ => Err(BadRequest::new_err(format!(
            "`close`: `{text}` is no time of a day; write 15:00"
        ))),
    }
}
