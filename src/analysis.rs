//! analysis
#[allow(dead_code, unused_imports)]
mod segment;
