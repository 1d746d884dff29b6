//! An article as the index has it: its terms, its columns and what is stored of it.

pub mod bounds;
pub mod copy;
pub mod document;
pub mod facts;
pub mod keeper;
mod lookups;
pub mod paths;
pub mod schema;
pub mod signature;
pub mod sketch;
mod skips;
pub mod spelling;
pub mod stored;
pub mod summary;
pub mod terms;
pub mod texts;
pub mod typing;
