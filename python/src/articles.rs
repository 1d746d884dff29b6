//! Articles from Python: dicts, or the rows of a table.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, RecordBatchReader};
use arrow_cast::cast;
use arrow_schema::DataType;
use newsearch::Article;
use pyo3::exceptions::{PyImportError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyIterator, PyString};
use pyo3_arrow::input::AnyRecordBatch;
use serde_json::{Map, Value};

use crate::errors::kinds::BadArticle;

/// Articles that are made at once.
const BATCH: usize = 256;
/// Lists may lie in lists this deep.
const MAX_DEPTH: usize = 4;

/// Where articles come from.
pub struct Source<'py> {
    rows: Rows<'py>,
    /// Articles that were made.
    count: usize,
}

enum Rows<'py> {
    Dicts(Bound<'py, PyIterator>),
    Table(Box<dyn RecordBatchReader + Send>),
}

impl<'py> Source<'py> {
    /// A dict, an iterable of dicts, or a table.
    pub fn open(value: &Bound<'py, PyAny>) -> PyResult<Source<'py>> {
        let rows = if value.is_instance_of::<PyDict>() {
            Rows::Dicts((value,).into_pyobject(value.py())?.try_iter()?)
        } else if value.hasattr("__arrow_c_stream__")? || value.hasattr("__arrow_c_array__")? {
            table(value)?
        } else {
            Rows::Dicts(value.try_iter()?)
        };
        Ok(Source { rows, count: 0 })
    }

    /// The next articles; none at the end.
    pub fn next_batch(&mut self, py: Python<'py>) -> PyResult<Vec<Article>> {
        match &mut self.rows {
            Rows::Dicts(dicts) => {
                let mut articles = Vec::new();
                for dict in dicts.by_ref().take(BATCH) {
                    self.count += 1;
                    let json = json_of_dict(&dict?).map_err(|error| bad(py, self.count, &error))?;
                    articles.push(article(&json, self.count)?);
                }
                Ok(articles)
            }
            Rows::Table(batches) => {
                let before = self.count;
                let articles = py.detach(|| read_batch(batches, before))?;
                self.count += articles.len();
                Ok(articles)
            }
        }
    }
}

/// A table, through Arrow. What pandas cannot give so without pyarrow is read row by row.
fn table<'py>(value: &Bound<'py, PyAny>) -> PyResult<Rows<'py>> {
    match value.extract::<AnyRecordBatch>() {
        Ok(batches) => Ok(Rows::Table(batches.into_reader()?)),
        Err(error) if error.is_instance_of::<PyImportError>(value.py()) => {
            let records = value.call_method1("to_dict", ("records",))?;
            Ok(Rows::Dicts(records.try_iter()?))
        }
        Err(error) => Err(error),
    }
}

/// The articles of the next batch with rows.
fn read_batch(
    batches: &mut Box<dyn RecordBatchReader + Send>,
    before: usize,
) -> PyResult<Vec<Article>> {
    for batch in batches {
        let batch = batch.map_err(|error| BadArticle::new_err(error.to_string()))?;
        if batch.num_rows() == 0 {
            continue;
        }
        let columns = columns_of(&batch)?;
        let mut articles = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let mut object = Map::new();
            for (name, column) in &columns {
                object.insert(name.clone(), column.value(row));
            }
            articles.push(article(&Value::Object(object), before + row + 1)?);
        }
        return Ok(articles);
    }
    Ok(Vec::new())
}

/// A column as text.
enum Column {
    Texts(arrow_array::StringArray),
    Lists(arrow_array::ListArray),
}

fn columns_of(batch: &RecordBatch) -> PyResult<Vec<(String, Column)>> {
    let mut columns = Vec::new();
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let text_of = |array: &dyn Array, to: &DataType| {
            cast(array, to)
                .map_err(|error| BadArticle::new_err(format!("column `{}`: {error}", field.name())))
        };
        let column = match field.data_type() {
            DataType::Struct(_) | DataType::Map(..) | DataType::Binary | DataType::LargeBinary => {
                continue;
            }
            DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(..)
            | DataType::ListView(_)
            | DataType::LargeListView(_) => {
                let list = DataType::new_list(DataType::Utf8, true);
                Column::Lists(text_of(array, &list)?.as_list().clone())
            }
            _ => Column::Texts(text_of(array, &DataType::Utf8)?.as_string().clone()),
        };
        columns.push((field.name().clone(), column));
    }
    Ok(columns)
}

impl Column {
    fn value(&self, row: usize) -> Value {
        match self {
            Column::Texts(texts) if texts.is_valid(row) => texts.value(row).into(),
            Column::Lists(lists) if lists.is_valid(row) => {
                let items = lists.value(row);
                let items = items.as_string::<i32>().iter();
                Value::Array(items.map(Value::from).collect())
            }
            _ => Value::Null,
        }
    }
}

fn article(json: &Value, nth: usize) -> PyResult<Article> {
    Article::from_json(&json.to_string())
        .map_err(|problem| BadArticle::new_err(format!("article {nth} {problem}")))
}

fn bad(py: Python<'_>, nth: usize, error: &PyErr) -> PyErr {
    let bad = BadArticle::new_err(format!("article {nth}: {}", error.value(py)));
    bad.set_cause(py, Some(error.clone_ref(py)));
    bad
}

fn json_of_dict(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let Ok(dict) = value.cast::<PyDict>() else {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!("a {kind} is no dict")));
    };
    let mut object = Map::new();
    for (key, value) in dict {
        let key: String = key.extract()?;
        let value = json_of(&value, MAX_DEPTH).map_err(|error| {
            PyTypeError::new_err(format!("`{key}`: {}", error.value(dict.py())))
        })?;
        object.insert(key, value);
    }
    Ok(Value::Object(object))
}

/// A value as JSON; NaN and the like, which tables have where nothing is known, as null.
fn json_of(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.into());
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(truth.is_true().into());
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(number.extract::<f64>()?.into());
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(value.str()?.to_str()?.into());
    }
    if value.ne(value)? {
        return Ok(Value::Null);
    }
    if value.hasattr("isoformat")? {
        return Ok(value.call_method0("isoformat")?.extract::<String>()?.into());
    }
    if value.is_instance_of::<PyDict>() {
        return Ok(Value::Object(Map::new()));
    }
    if value.hasattr("item")? && value.getattr("shape")?.len()? == 0 {
        // A number of numpy.
        return json_of(&value.call_method0("item")?, depth.saturating_sub(1));
    }
    if depth == 0 {
        return Err(PyTypeError::new_err("lists within lists, too deep"));
    }
    let Ok(items) = value.try_iter() else {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "a {kind} is no text, number, date or list"
        )));
    };
    let mut list = Vec::new();
    for item in items {
        list.push(json_of(&item?, depth - 1)?);
    }
    Ok(Value::Array(list))
}
