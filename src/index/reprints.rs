//! Articles that tell one story in the same words, over the whole index.
//!
//! Each document carries a sketch of its text. The sketches are put into groups, in the order of their
//! publication, and the groups of more than one article are written to a table that belongs to the
//! commit. A commit looks only at the days around what it changes, and adds what became of the groups
//! there as a layer to the table. The groups are a function of the documents alone, whatever the order,
//! the runs, the threads and the segments that brought them.

pub mod build;
mod documents;
pub mod groups;
pub mod layers;
pub mod pending;
mod regroup;
pub mod table;
pub mod tables;
pub mod telling;
