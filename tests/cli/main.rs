//! The program as its users meet it: real files, the real binary, its output and exit codes.
#![cfg(feature = "cli")]

mod arguments;
mod asking;
mod desk;
mod eval;
mod explaining;
mod fields;
mod files;
mod indexing;
mod lasting;
mod output;
mod posts;
mod querying;
mod records;
#[cfg(unix)]
mod watching;
