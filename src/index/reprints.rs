//! Articles that tell one story in the same words, over the whole index.
//!
//! Each document carries a sketch of its text. With every commit the sketches of all documents are
//! put into groups, in the order of their publication, and the groups of more than one article are
//! written to a table that belongs to the commit. The groups are a function of the documents alone,
//! whatever the order, the runs, the threads and the segments that brought them.

pub mod build;
pub mod groups;
pub mod pending;
pub mod table;
pub mod tables;
pub mod telling;
