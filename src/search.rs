//! A query to its hits.

#[allow(dead_code)]
mod dates;
#[allow(dead_code)]
mod note;
#[allow(dead_code)]
mod parse;
#[allow(dead_code)]
mod query;
