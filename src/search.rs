//! search

#[allow(dead_code)]
mod matcher;
#[allow(dead_code)]
mod snippet;
