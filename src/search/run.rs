//! A plan to the documents that match, the best first.

pub mod best;
pub mod collect;
pub mod documents;
pub mod elsewhere;
pub mod engine;
pub mod ids;
pub mod published;
pub mod ranking;
pub mod recency;
pub mod stories;
pub mod timed;
