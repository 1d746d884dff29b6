//! Full-text search for Chinese financial news.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod analysis;
mod corpus;
mod index;
mod search;

pub use analysis::{Analyzer, LexiconError, Token};
pub use corpus::{
    Article, Image, Kind, Link, Market, Paragraph, Precision, Problem, Published, ReadError, Stock,
};
pub use index::{
    Added, FORMAT_VERSION, Index, IndexError, IndexOptions, Progress, Report, UpdateOptions, Writer,
};
pub use search::{
    Days, Hit, Hits, Key, Node, NotADate, Note, Page, Query, SYNTAX, Searcher, Snippet,
    SnippetOptions, Sort, Statistics, TextField,
};
