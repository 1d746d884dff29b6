//! A table of articles for Excel.

use std::io::Write;

use crate::search::glance::articles::Articles;
use crate::search::glance::error::GlanceError;

#[cfg(not(feature = "xlsx"))]
pub fn write(_: &mut Articles, _: usize, _: &mut (dyn Write + Send)) -> Result<u64, GlanceError> {
    let problem = "xlsx is not in this build: build with the feature `xlsx`, or take csv";
    Err(GlanceError::argument("format", problem))
}

#[cfg(feature = "xlsx")]
pub use excel::write;

#[cfg(feature = "xlsx")]
mod excel {
    use std::io;

    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

    use super::super::table::{COLUMNS, cells};
    use super::{Articles, GlanceError, Write};
    use crate::corpus::{Precision, Published};
    use crate::search::glance::calendar::civil;

    /// Rows that a sheet has below the names of its columns.
    const MAX_ROWS: usize = 1_048_575;
    /// Most units of UTF-16 in a cell.
    const MAX_CELL: usize = 32_767;
    /// What a text that is too long for a cell ends with.
    const CUT: &str = "…";
    const DATE: usize = 1;
    const WIDTHS: [f64; COLUMNS.len()] =
        [22.0, 19.0, 12.0, 14.0, 14.0, 48.0, 20.0, 20.0, 30.0, 60.0];

    pub fn write(
        articles: &mut Articles,
        limit: usize,
        out: &mut (dyn Write + Send),
    ) -> Result<u64, GlanceError> {
        if articles.len().min(limit) > MAX_ROWS {
            let problem =
                format!("a sheet of Excel has {MAX_ROWS} rows at most; give a limit, or take csv");
            return Err(GlanceError::argument("format", problem));
        }
        let mut workbook = Workbook::new();
        let sheet = workbook
            .add_worksheet_with_constant_memory()
            .map_err(failure)?;
        write_head(sheet).map_err(failure)?;
        let second = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let mut count: u32 = 0;
        while (count as usize) < limit {
            let Some(text) = articles.read_next() else {
                break;
            };
            let text = text?;
            let row = count + 1;
            for (place, cell) in cells(&text.article, &text.body).iter().enumerate() {
                let column = place as u16;
                let written = match text.article.published.as_ref() {
                    Some(published) if place == DATE => {
                        let format = match published.precision {
                            Precision::Second => &second,
                            Precision::Day => &day,
                        };
                        let date = date(published).map_err(failure)?;
                        sheet.write_datetime_with_format(row, column, date, format)
                    }
                    _ => sheet.write_string(row, column, fitting(cell)),
                };
                written.map_err(failure)?;
            }
            count += 1;
        }
        // The library wants to go back and forth.
        let file = workbook.save_to_buffer().map_err(failure)?;
        out.write_all(&file)?;
        Ok(count.into())
    }

    fn write_head(sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        sheet.set_name("newsearch")?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, width) in WIDTHS.iter().enumerate() {
            sheet.set_column_width(place as u16, *width)?;
        }
        for (place, name) in COLUMNS.iter().enumerate() {
            sheet.write_string_with_format(0, place as u16, *name, &bold)?;
        }
        Ok(())
    }

    /// Excel knows no offsets: the clocks of +08:00, and a day as it was given.
    fn date(published: &Published) -> Result<ExcelDateTime, XlsxError> {
        if published.precision == Precision::Day {
            return ExcelDateTime::parse_from_str(&published.to_string());
        }
        let civil = civil(published.seconds);
        let (date, time) = (civil.date(), civil.time());
        let year = u16::try_from(date.year()).unwrap_or_default();
        ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8)?.and_hms(
            time.hour() as u16,
            time.minute() as u8,
            f64::from(time.second()),
        )
    }

    /// As much of a text as a cell holds.
    fn fitting(text: &str) -> String {
        if text.len() <= MAX_CELL || text.encode_utf16().count() <= MAX_CELL {
            return text.to_owned();
        }
        let mut fits = String::new();
        let mut units = CUT.len();
        for c in text.chars() {
            units += c.len_utf16();
            if units > MAX_CELL {
                break;
            }
            fits.push(c);
        }
        fits + CUT
    }

    fn failure(error: XlsxError) -> GlanceError {
        io::Error::other(error).into()
    }
}
