//! What a search gives: an answer, its hits, their passages.

use std::sync::Arc;

use newsearch::{AnswerHit, Mark};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::kinds::NewsearchError;
use crate::table::{self, Table};
use crate::{html, not_pickled};

/// The answer to a search: its hits in order, and what there is to say about it.
#[pyclass(frozen, module = "newsearch")]
pub struct Answer {
    answer: Arc<newsearch::Answer>,
    /// The place of its first hit among all, from 0.
    offset: usize,
    hits: Vec<Py<Hit>>,
}

/// An article found, with what matched.
#[pyclass(frozen, module = "newsearch")]
pub struct Hit {
    answer: Arc<newsearch::Answer>,
    nth: usize,
}

/// A passage of an article, word for word.
#[pyclass(frozen, get_all, module = "newsearch")]
pub struct Passage {
    /// The passage.
    text: String,
    /// What matched in it, in characters: the first, and the one after the last.
    marks: Vec<(usize, usize)>,
    /// Where it starts, in characters of the body.
    start: usize,
    /// It starts inside a sentence.
    cut_before: bool,
    /// It ends inside a sentence.
    cut_after: bool,
}

/// Another article that tells the story of a hit.
#[pyclass(frozen, get_all, module = "newsearch")]
pub struct Also {
    /// Its id.
    id: String,
    /// The medium that published it.
    source: String,
    /// When it was published, in ISO 8601.
    date: Option<String>,
}

/// A security that an article names.
#[pyclass(frozen, get_all, module = "newsearch")]
pub struct Stock {
    /// Its key, such as `SH601318`; `None` where only the name is known.
    key: Option<String>,
    /// Its code as the market writes it.
    code: String,
    /// Its name as the article has it.
    name: String,
    /// How sure it is that the article is about it, 1 to 3.
    strength: u8,
}

impl Answer {
    pub fn new(py: Python<'_>, answer: newsearch::Answer, offset: usize) -> PyResult<Answer> {
        let answer = Arc::new(answer);
        let mut hits = Vec::with_capacity(answer.hits.len());
        for nth in 0..answer.hits.len() {
            let answer = Arc::clone(&answer);
            hits.push(Py::new(py, Hit { answer, nth })?);
        }
        Ok(Answer {
            answer,
            offset,
            hits,
        })
    }
}

#[pymethods]
impl Answer {
    /// Articles that match, exactly.
    #[getter]
    fn total(&self) -> u64 {
        self.answer.total
    }

    /// Stories that they tell, where the request asked for them and at most 10,000 articles match.
    #[getter]
    fn stories(&self) -> Option<u64> {
        self.answer.stories
    }

    /// What was not understood in the query, had to be relaxed, or was added.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.answer.notes.clone()
    }

    /// The hits, in order.
    #[getter]
    fn hits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.hits)
    }

    /// Which commit of the index answered: equal texts mean equal states.
    #[getter]
    fn generation(&self) -> &str {
        &self.answer.generation
    }

    /// The moment before which articles exist, in seconds since 1970, where the request has `as_of`.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.answer.as_of
    }

    /// Milliseconds from the request to the last hit.
    #[getter]
    fn took_ms(&self) -> f64 {
        self.answer.took_ms
    }

    /// The canonical query string of the next page, for `run`; `None` on the last one.
    #[getter]
    fn next(&self) -> Option<&str> {
        self.answer.next.as_deref()
    }

    /// The hits as a table.
    fn to_arrow(&self, py: Python<'_>) -> PyResult<Table> {
        py.detach(|| table::of_answer(&self.answer, self.offset))
    }

    /// The hits as a pandas DataFrame.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_arrow(py)?.to_pandas(py)
    }

    /// The hits as a polars DataFrame.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Bound::new(py, self.to_arrow(py)?)?.call_method0("to_polars")
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.to_arrow(py)?.__arrow_c_stream__(py, requested_schema)
    }

    /// The whole answer as plain Python values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.to_json()?)
    }

    /// The whole answer as JSON.
    fn to_json(&self) -> PyResult<String> {
        json(&*self.answer)
    }

    fn __len__(&self) -> usize {
        self.hits.len()
    }

    fn __bool__(&self) -> bool {
        self.answer.total > 0
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.hits(py)?.try_iter()?.into_any())
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.hits(py)?.as_any().get_item(key)
    }

    fn __repr__(&self) -> String {
        format!(
            "<Answer: {} of {} articles>",
            self.hits.len(),
            self.answer.total
        )
    }

    fn _repr_html_(&self) -> String {
        html::of_answer(&self.answer, self.offset)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("an Answer", "send its to_dict()"))
    }
}

impl Hit {
    fn get(&self) -> PyResult<&AnswerHit> {
        let hit = self.answer.hits.get(self.nth);
        hit.ok_or_else(|| PyIndexError::new_err("no such hit"))
    }
}

#[pymethods]
impl Hit {
    /// Its id.
    #[getter]
    fn id(&self) -> PyResult<&str> {
        Ok(&self.get()?.id)
    }

    /// Its title.
    #[getter]
    fn title(&self) -> PyResult<&str> {
        Ok(&self.get()?.title)
    }

    /// What matched in the title, in characters: the first, and the one after the last.
    #[getter]
    fn title_marks(&self) -> PyResult<Vec<(usize, usize)>> {
        Ok(chars(&self.get()?.title_marks))
    }

    /// When it was published, in ISO 8601; the day alone where only that is known.
    #[getter]
    fn date(&self) -> PyResult<Option<&str>> {
        Ok(self.get()?.date.as_deref())
    }

    /// When it was published, as a `datetime` with its offset; the first moment of the day at +08:00
    /// where only that is known.
    #[getter]
    fn published<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(date) = &self.get()?.date else {
            return Ok(None);
        };
        let moment = match date.contains('T') {
            true => date.clone(),
            false => format!("{date}T00:00:00+08:00"),
        };
        let datetime = py.import("datetime")?.getattr("datetime")?;
        datetime.call_method1("fromisoformat", (moment,)).map(Some)
    }

    /// The medium that published it; empty where it is not known.
    #[getter]
    fn source(&self) -> PyResult<&str> {
        Ok(&self.get()?.source)
    }

    /// Its first tag.
    #[getter]
    fn tag(&self) -> PyResult<&str> {
        Ok(&self.get()?.tag)
    }

    /// Its first category.
    #[getter]
    fn category(&self) -> PyResult<&str> {
        Ok(&self.get()?.category)
    }

    /// Who wrote it.
    #[getter]
    fn authors(&self) -> PyResult<&[String]> {
        Ok(&self.get()?.authors)
    }

    /// All of its tags.
    #[getter]
    fn tags(&self) -> PyResult<&[String]> {
        Ok(&self.get()?.tags)
    }

    /// All of its categories.
    #[getter]
    fn categories(&self) -> PyResult<&[String]> {
        Ok(&self.get()?.categories)
    }

    /// The file that it was read from; `None` where it came from no file.
    #[getter]
    fn path(&self) -> PyResult<Option<&str>> {
        Ok(self.get()?.places.first().map(|place| place.path.as_str()))
    }

    /// The line of the file, from 1 on; `None` where the file is one article.
    #[getter]
    fn line(&self) -> PyResult<Option<u64>> {
        Ok(self.get()?.places.first().and_then(|place| place.line))
    }

    /// Its address on the web.
    #[getter]
    fn url(&self) -> PyResult<Option<&str>> {
        Ok(self.get()?.url.as_deref())
    }

    /// The keys of its securities (`SH601318`), the strongest first.
    #[getter]
    fn codes(&self) -> PyResult<Vec<String>> {
        Ok(self.get()?.codes.clone())
    }

    /// Its securities, the strongest first.
    #[getter]
    fn stocks(&self) -> PyResult<Vec<Stock>> {
        let stocks = self.get()?.stocks.iter();
        let stocks = stocks.map(|stock| Stock {
            key: stock.key(),
            code: stock.code.clone(),
            name: stock.name.clone(),
            strength: stock.strength,
        });
        Ok(stocks.collect())
    }

    /// Its score: comparable within one answer only.
    #[getter]
    fn score(&self) -> PyResult<f32> {
        Ok(self.get()?.score)
    }

    /// The best passages of the body.
    #[getter]
    fn snippets(&self) -> PyResult<Vec<Passage>> {
        let passages = self.get()?.snippets.iter();
        let passages = passages.map(|passage| Passage {
            text: passage.text.clone(),
            marks: chars(&passage.marks),
            start: passage.start,
            cut_before: passage.cut_before,
            cut_after: passage.cut_after,
        });
        Ok(passages.collect())
    }

    /// The other articles that tell its story in the same words, the earliest first.
    #[getter]
    fn also(&self) -> PyResult<Vec<Also>> {
        let also = self.get()?.also.iter();
        let also = also.map(|also| Also {
            id: also.id.clone(),
            source: also.source.clone(),
            date: also.date.clone(),
        });
        Ok(also.collect())
    }

    /// The hit as plain Python values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(loads(py, &json(self.get()?)?)?.cast_into()?)
    }

    fn __repr__(&self) -> PyResult<String> {
        let AnswerHit { id, title, .. } = self.get()?;
        Ok(format!("<Hit {id}: {title}>"))
    }

    fn _repr_html_(&self) -> PyResult<String> {
        Ok(html::of_hit(self.get()?))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("a Hit", "send its to_dict()"))
    }
}

#[pymethods]
impl Passage {
    fn __repr__(&self) -> String {
        format!("<Passage {}>", self.text)
    }

    fn __str__(&self) -> &str {
        &self.text
    }

    fn _repr_html_(&self) -> String {
        html::marked(&self.text, &self.marks)
    }
}

#[pymethods]
impl Also {
    fn __repr__(&self) -> String {
        format!("<Also {} {}>", self.id, self.source)
    }
}

#[pymethods]
impl Stock {
    fn __repr__(&self) -> String {
        let key = self.key.as_deref().unwrap_or_default();
        format!("<Stock {key} {}>", self.name)
    }
}

/// Ranges in characters, as Python counts them.
pub fn chars(marks: &[Mark]) -> Vec<(usize, usize)> {
    marks
        .iter()
        .map(|mark| (mark.chars[0], mark.chars[1]))
        .collect()
}

/// JSON as Python values.
pub fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

pub fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| NewsearchError::new_err(error.to_string()))
}
