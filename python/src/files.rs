//! Texts that the user gives as a file, or line by line.

use std::fs;
use std::path::PathBuf;

use pyo3::prelude::*;

/// The text of the file that is named by a `str` or a path, or of lines.
pub fn text_of(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(path) = value.extract::<PathBuf>() {
        return Ok(fs::read_to_string(&path)?);
    }
    let mut text = String::new();
    for line in value.try_iter()? {
        text.push_str(line?.extract::<&str>()?);
        text.push('\n');
    }
    Ok(text)
}

/// One path, or several.
pub fn paths_of(value: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    if let Ok(path) = value.extract::<PathBuf>() {
        return Ok(vec![path]);
    }
    value.extract()
}
