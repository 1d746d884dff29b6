//! Counts as tables.

use std::io::{self, Write};

use super::csv::{harmless, write_row};
use super::facets::Facets;
use super::series::Series;
use super::timeline::Timeline;

impl Facets {
    /// Writes a row for each value as CSV: `field,value,articles,stories,selected,mentions`.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = [
            "field", "value", "articles", "stories", "selected", "mentions",
        ];
        write_row(out, &head)?;
        for facet in &self.facets {
            for value in &facet.values {
                let mentions = value.mentions.map(|count| count.to_string());
                let row = [
                    facet.field.name().to_owned(),
                    harmless(&value.value).into_owned(),
                    value.articles.to_string(),
                    value.stories.to_string(),
                    value.selected.to_string(),
                    mentions.unwrap_or_default(),
                ];
                write_row(out, &row)?;
            }
        }
        Ok(())
    }
}

impl Timeline {
    /// Writes a row for each bucket as CSV: `start,end,articles,stories,share,partial`.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        write_row(
            out,
            &["start", "end", "articles", "stories", "share", "partial"],
        )?;
        for bucket in &self.buckets {
            let row = [
                bucket.start.clone(),
                bucket.end.clone(),
                bucket.articles.to_string(),
                bucket.stories.to_string(),
                bucket.share.to_string(),
                bucket.partial.to_string(),
            ];
            write_row(out, &row)?;
        }
        Ok(())
    }
}

impl Series {
    /// Writes a row for each key and bucket as CSV:
    /// `key,bucket,articles,stories,sources,about,mentions,first,last`.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = [
            "key", "bucket", "articles", "stories", "sources", "about", "mentions", "first", "last",
        ];
        write_row(out, &head)?;
        let number = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
        for row in &self.rows {
            let row = [
                harmless(&row.key).into_owned(),
                row.bucket.clone(),
                row.articles.to_string(),
                row.stories.to_string(),
                row.sources.to_string(),
                number(row.about),
                number(row.mentions),
                row.first.clone(),
                row.last.clone(),
            ];
            write_row(out, &row)?;
        }
        Ok(())
    }
}
