//! Tables in Arrow's form: for pandas, polars, duckdb and pyarrow, without one of them.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float32Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
    UInt32Builder, UInt64Builder,
};
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::{ArrowError, DataType, Field};
use newsearch::Mark;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};

use crate::answer::loads;
use crate::cells;
use crate::errors::kinds::NewsearchError;
use crate::rows;

/// The zone of all times.
const ZONE: &str = "Asia/Shanghai";

/// Rows and columns.
#[pyclass(frozen, module = "newsearch")]
pub struct Table {
    rows: RecordBatch,
    /// What there is to say about it, as JSON.
    info: String,
}

#[pymethods]
impl Table {
    #[pyo3(signature = (requested_schema=None))]
    pub fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let requested = requested_schema.map(|schema| schema.cast_into::<PyCapsule>());
        let rows = Arc::new(StructArray::from(self.rows.clone()));
        let field = Arc::new(Field::new("", rows.data_type().clone(), false));
        let arrays = [Ok::<ArrayRef, ArrowError>(rows)].into_iter();
        let arrays = Box::new(ArrayIterator::new(arrays, field));
        Ok(to_stream_pycapsule(py, arrays, requested.transpose()?)?.into_any())
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        let schema = self.rows.schema();
        schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }

    /// What there is to say about the table as a whole.
    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.info)
    }

    /// The columns as lists of Python values, by name.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (name, array) in self.columns().into_iter().zip(self.rows.columns()) {
            columns.set_item(name, cells::list(py, array)?)?;
        }
        Ok(columns)
    }

    /// The table as a pandas DataFrame.
    pub fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let schema = self.rows.schema();
        let is_time = |field: &&Arc<Field>| matches!(field.data_type(), DataType::Timestamp(..));
        let times = schema.fields().iter().filter(is_time);
        let times: Vec<String> = times.map(|field| field.name().clone()).collect();
        let frames = py.import("newsearch._frames")?;
        frames.call_method1("to_pandas", (self.to_dict(py)?, times, ZONE))
    }

    /// The table as a polars DataFrame.
    fn to_polars<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let frames = this.py().import("newsearch._frames")?;
        frames.call_method1("to_polars", (this,))
    }

    fn __len__(&self) -> usize {
        self.rows.num_rows()
    }

    fn __repr__(&self) -> String {
        format!(
            "<Table: {} rows of {}>",
            self.rows.num_rows(),
            self.columns().join(", ")
        )
    }
}

impl Table {
    pub fn new(columns: Vec<(&str, ArrayRef)>) -> PyResult<Table> {
        let rows = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        );
        let rows = rows.map_err(|error| NewsearchError::new_err(error.to_string()))?;
        let info = "{}".to_owned();
        Ok(Table { rows, info })
    }

    pub fn with_info(self, info: String) -> Table {
        Table { info, ..self }
    }
}

/// The hits of an answer, one a row.
pub fn of_answer(answer: &newsearch::Answer, offset: usize) -> PyResult<Table> {
    let mut rank = UInt64Builder::new();
    let mut published = times();
    let mut day_only = BooleanBuilder::new();
    let mut codes = ListBuilder::new(StringBuilder::new());
    let mut score = Float32Builder::new();
    let mut title_marks = ListBuilder::new(ListBuilder::new(UInt32Builder::new()));
    let mut snippets = ListBuilder::new(StringBuilder::new());
    let mut marks = ListBuilder::new(ListBuilder::new(ListBuilder::new(UInt32Builder::new())));
    let mut starts = ListBuilder::new(UInt64Builder::new());
    let mut also = ListBuilder::new(StringBuilder::new());
    for (nth, hit) in (offset as u64 + 1..).zip(&answer.hits) {
        rank.append_value(nth);
        published.append_option(hit.date.as_deref().and_then(rows::micros));
        day_only.append_option(hit.date.as_deref().map(|date| !date.contains('T')));
        codes.append_value(hit.codes.iter().map(Some));
        score.append_value(hit.score);
        append_marks(&mut title_marks, &hit.title_marks);
        snippets.append_value(hit.snippets.iter().map(|passage| Some(&passage.text)));
        for passage in &hit.snippets {
            append_marks(marks.values(), &passage.marks);
        }
        marks.append(true);
        starts.append_value(
            hit.snippets
                .iter()
                .map(|passage| Some(passage.start as u64)),
        );
        also.append_value(hit.also.iter().map(|also| Some(&also.id)));
    }
    let texts = |of: fn(&newsearch::AnswerHit) -> Option<&str>| -> ArrayRef {
        let texts = answer.hits.iter().map(of);
        Arc::new(texts.collect::<arrow_array::StringArray>())
    };
    Table::new(vec![
        ("rank", Arc::new(rank.finish())),
        ("id", texts(|hit| Some(&hit.id))),
        ("title", texts(|hit| Some(&hit.title))),
        ("published", Arc::new(published.finish())),
        ("day_only", Arc::new(day_only.finish())),
        ("source", texts(|hit| Some(&hit.source))),
        ("tag", texts(|hit| Some(&hit.tag))),
        ("category", texts(|hit| Some(&hit.category))),
        ("url", texts(|hit| hit.url.as_deref())),
        ("codes", Arc::new(codes.finish())),
        ("score", Arc::new(score.finish())),
        ("title_marks", Arc::new(title_marks.finish())),
        ("snippets", Arc::new(snippets.finish())),
        ("marks", Arc::new(marks.finish())),
        ("starts", Arc::new(starts.finish())),
        ("also", Arc::new(also.finish())),
    ])
}

/// Times, with their zone.
pub fn times() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone(ZONE)
}

/// Ranges as lists of two numbers of characters.
fn append_marks(to: &mut ListBuilder<ListBuilder<UInt32Builder>>, marks: &[Mark]) {
    for mark in marks {
        let ends = mark.chars.map(|at| u32::try_from(at).ok());
        to.values().append_value(ends);
    }
    to.append(true);
}
