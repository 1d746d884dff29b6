//! An archive at a glance: what a request matches, counted, put in order of time, compared, exported. One
//! file a question, each plain data in and plain data out.

pub mod articles;
pub mod calendar;
pub mod chart;
pub mod columned;
pub mod countable;
pub mod csv;
pub mod elsewhere;
pub mod error;
pub mod export;
pub mod facets;
pub mod matched;
pub mod matching;
pub mod series;
pub mod sides;
pub mod similar;
pub mod story;
pub mod suggest;
pub mod tables;
pub mod tally;
pub mod terms;
pub mod timeline;
pub mod trends;
#[cfg(feature = "words")]
pub mod words;
