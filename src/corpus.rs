//! Paths to articles: what a file holds, taken apart. Nothing in here knows of a search engine.

mod article;

pub use article::{Article, Image, Kind, Link, Market, Paragraph, Precision, Published, Stock};
