//! A query as a value: what a user typed, read and written.

pub mod dates;
pub mod note;
pub mod page;
pub mod parse;
pub mod tree;
