//! What the program adds to the library: arguments, one file a subcommand, one file an output.

pub mod args;
pub mod check;
pub mod eval;
pub mod explain;
pub mod index;
pub mod interrupt;
pub mod location;
pub mod outcome;
pub mod output;
pub mod past;
mod progress;
pub mod query;
pub mod remedy;
#[cfg(feature = "server")]
pub mod serve;
pub mod show;
mod size;
pub mod stats;
mod timeout;
