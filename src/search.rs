//! search

#[allow(dead_code)]
mod matcher;
mod prefilter;
mod sentence;
#[allow(dead_code)]
mod snippet;
