//! analysis

#[allow(dead_code)]
mod fold;
