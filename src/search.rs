//! search

#[allow(dead_code)]
mod matcher;
mod prefilter;
#[allow(dead_code)]
mod snippet;
