//! Rows of comma-separated values (RFC 4180).

use std::borrow::Cow;
use std::io::{self, Write};

/// Writes a row.
pub(super) fn write_row(out: &mut dyn Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        let cell = cell.as_ref();
        match cell.contains(['"', ',', '\n', '\r']) {
            true => write!(out, "\"{}\"", cell.replace('"', "\"\""))?,
            false => out.write_all(cell.as_bytes())?,
        }
    }
    out.write_all(b"\r\n")
}

/// A text that no spreadsheet runs: one that begins like a formula gets an apostrophe in front.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    // Spreadsheets pass over blanks.
    match is_formula(text) || is_formula(text.trim_start()) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (text, expected) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1", "'+1"),
            ("-5%", "'-5%"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("降准", "降准"),
            ("000001", "000001"),
            ("2022-01-05", "2022-01-05"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut out = Vec::new();
        write_row(&mut out, &["云汐", "甲,乙", "称\"稳\"", "一\n二", ""]).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "云汐,\"甲,乙\",\"称\"\"稳\"\"\",\"一\n二\",\r\n"
        );
    }
}
