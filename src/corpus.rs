//! Paths to articles: what a file holds, taken apart. Nothing in here knows of a search engine.
//!
//! An article walks forward through this room once: [`walk()`] finds a [`SourceFile`], which gives
//! [`Record`]s (one post, or one line of JSON Lines, as raw bytes), and [`Record::parse`] makes the
//! [`Article`]. [`merge()`] puts the copies of one article together.

mod article;
mod content;
mod date;
mod draft;
mod encoding;
mod error;
mod expansion;
mod front_matter;
mod html;
mod id;
mod kept;
mod line;
mod listing;
mod markdown;
mod markup;
mod mention;
mod merge;
mod page;
mod post;
mod record;
mod stocks;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use article::paragraphs;
pub use article::{Article, Image, Kind, Link, Market, Paragraph, Precision, Published, Stock};
pub use error::{Problem, ReadError};
pub(crate) use kept::{END, Kept};
pub(crate) use listing::Listing;
pub use merge::merge;
pub use record::{ReadOptions, Record};
pub(crate) use text::opening_brackets;
pub use walk::{Format, SourceFile, walk};
