//! Rows whose columns stand below each other, whatever the width of their characters.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::harmless;

/// Where a cell stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Writes rows; each has as many cells as the first, or less.
///
/// # Errors
/// `out` cannot be written to.
pub fn write_aligned(
    out: &mut impl Write,
    rows: &[Vec<String>],
    align: impl Fn(usize) -> Align,
) -> io::Result<()> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = harmless(cell).width();
            match widths.get_mut(column) {
                Some(widest) => *widest = (*widest).max(width),
                None => widths.push(width),
            }
        }
    }
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let cell = harmless(cell);
            let blanks = " ".repeat(widths[column] - cell.width());
            if column > 0 {
                line.push_str("  ");
            }
            match align(column) {
                Align::Left => line.extend([&*cell, &blanks]),
                Align::Right => line.extend([&blanks, &*cell]),
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_han_character_takes_two_columns() {
        let rows = [["source", "n"], ["云汐", "1,000"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let mut out = Vec::new();
        let align = |column| [Align::Left, Align::Right][column];
        write_aligned(&mut out, &rows, align).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "source      n\n云汐    1,000\n"
        );
    }
}
