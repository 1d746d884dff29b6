//! The columns of a table as lists of Python values.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int64Type, TimestampMicrosecondType, UInt32Type, UInt64Type,
};
use arrow_schema::DataType;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// The values of a column; where there is none, `None`. Times are `datetime`s at +08:00.
pub fn list<'py>(py: Python<'py>, array: &dyn Array) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for row in 0..array.len() {
        match array.is_valid(row) {
            true => list.append(value(py, array, row)?)?,
            false => list.append(py.None())?,
        }
    }
    Ok(list)
}

fn value<'py>(py: Python<'py>, array: &dyn Array, row: usize) -> PyResult<Bound<'py, PyAny>> {
    Ok(match array.data_type() {
        DataType::Utf8 => array
            .as_string::<i32>()
            .value(row)
            .into_pyobject(py)?
            .into_any(),
        DataType::Boolean => {
            let truth = array.as_boolean().value(row);
            truth.into_pyobject(py)?.to_owned().into_any()
        }
        DataType::UInt32 => {
            let number = array.as_primitive::<UInt32Type>().value(row);
            number.into_pyobject(py)?.into_any()
        }
        DataType::UInt64 => {
            let number = array.as_primitive::<UInt64Type>().value(row);
            number.into_pyobject(py)?.into_any()
        }
        DataType::Int64 => {
            let number = array.as_primitive::<Int64Type>().value(row);
            number.into_pyobject(py)?.into_any()
        }
        DataType::Float32 => {
            let number = array.as_primitive::<Float32Type>().value(row);
            number.into_pyobject(py)?.into_any()
        }
        DataType::Float64 => {
            let number = array.as_primitive::<Float64Type>().value(row);
            number.into_pyobject(py)?.into_any()
        }
        DataType::Timestamp(..) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            moment(py, micros)?
        }
        DataType::List(_) => list(py, &array.as_list::<i32>().value(row))?.into_any(),
        other => return Err(PyTypeError::new_err(format!("no Python value for {other}"))),
    })
}

fn moment(py: Python<'_>, micros: i64) -> PyResult<Bound<'_, PyAny>> {
    let datetime = py.import("datetime")?;
    let china = datetime.call_method1("timedelta", (0, 8 * 3600))?;
    let zone = datetime.call_method1("timezone", (china,))?;
    let epoch = datetime
        .getattr("datetime")?
        .call_method1("fromtimestamp", (0, zone))?;
    epoch.add(datetime.call_method1("timedelta", (0, 0, micros))?)
}
