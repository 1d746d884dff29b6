//! Documents to hits: read one by one, with what matched and the best passages.

pub mod answer;
pub mod hits;
pub mod matcher;
pub mod prefilter;
pub mod sentence;
pub mod snippet;
