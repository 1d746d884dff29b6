//! analysis
#[allow(dead_code)]
mod segment;
