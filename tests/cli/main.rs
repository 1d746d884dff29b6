//! The program as its users meet it: real files, the real binary, its output and exit codes.
#![cfg(feature = "cli")]

mod arguments;
mod desk;
mod explaining;
mod indexing;
mod output;
mod posts;
mod querying;
