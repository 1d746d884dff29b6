//! Paths to articles: what a file holds, taken apart. Nothing in here knows of a search engine.
//!
//! An article walks forward through this room once: [`walk()`] finds a [`SourceFile`], which gives
//! [`Record`]s (one post, or one line of JSON Lines, as raw bytes), and [`Record::parse`] makes the
//! [`Article`] of a [`Reading`]. [`merge()`] puts the copies of one article together.

mod article;
mod body;
mod content;
mod date;
mod document;
mod draft;
mod encoding;
mod error;
mod expansion;
mod fields;
mod format;
mod front_matter;
mod html;
mod id;
mod info;
mod input;
mod kept;
mod keys;
mod line;
mod lines;
mod listing;
mod markdown;
mod markup;
mod maths;
mod mention;
mod merge;
mod page;
mod post;
mod record;
mod remark;
mod saved;
mod scripts;
mod select;
mod split;
mod stocks;
mod table;
mod text;
mod title;
mod trailer;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use article::paragraphs;
pub use article::{
    Article, Image, Kind, Link, Market, Paragraph, Place, Precision, Published, Stock,
};
pub(crate) use error::write_on_one_line;
pub use error::{Problem, ReadError};
pub use format::Format;
pub(crate) use kept::{END, Kept};
pub use keys::{BadMapping, Mapping};
pub(crate) use listing::Listing;
pub use merge::merge;
#[cfg(feature = "fuzzing")]
pub use record::records_in;
pub use record::{Parsed, ReadOptions, Record};
pub use remark::{Reading, Remark};
pub use select::{BadGlob, PassedOver, Select};
pub(crate) use text::opening_brackets;
pub use walk::{SourceFile, count_posts, walk};
