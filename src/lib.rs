//! Full-text search for Chinese financial news.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod analysis;
#[allow(dead_code, unused_imports)]
mod corpus;
mod index;
mod search;

pub use corpus::{Article, Image, Link, Market, Paragraph, Precision, Published, Stock};
