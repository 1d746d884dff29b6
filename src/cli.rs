//! What the program adds to the library: arguments, one file a subcommand, one file an output.

pub mod args;
mod asked;
pub mod check;
mod effort;
pub mod eval;
pub mod explain;
pub mod export;
pub mod facets;
pub mod index;
pub mod interrupt;
pub mod location;
pub mod outcome;
pub mod output;
pub mod past;
mod progress;
pub mod query;
pub mod remedy;
pub mod series;
#[cfg(feature = "server")]
pub mod serve;
pub mod show;
pub mod similar;
mod size;
pub mod stats;
pub mod story;
pub mod suggest;
pub mod timeline;
pub mod trends;
mod updating;
pub mod words;
